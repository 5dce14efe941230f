"""Each field of a draft against what a person filled in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rapidfuzz.distance import Levenshtein

from cases.draft import DraftCase, Field
from domain.words import Urgency
from scoring.names import TruthNames
from scoring.plain import plain
from scoring.truth import TruthCall

_TITLES = ("先生", "女士", "师傅", "老师", "大爷", "大娘", "同志")
_SURNAME_CREDIT = 0.5
_DAY_CREDIT = 0.5
_HOUR = 3600.0

CONFIRMED = ("type", "category", "utility", "emergency", "district", "address", "phone", "name", "unit")
"""The fields a person looks through before confirming a draft; `touched` counts the wrong ones among them."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One field of one call: what is right, what the draft has, whether that is so, and the draft's confidence.

    `credit` is 1 where right, between 0 and 1 where a part is. `told` says that the truth knows the field at all: of a
    call that names no telephone number only `invented` can be held against the draft.
    """

    name: str
    truth: str | None
    value: str | None
    right: bool
    credit: float
    confidence: float
    heard: str | None = None
    """What was heard too unsurely to be filled in."""

    @property
    def told(self) -> bool:
        """Tell whether the truth knows the field."""
        return self.truth is not None

    @property
    def invented(self) -> bool:
        """Tell whether the draft has a value where the truth has none."""
        return self.truth is None and self.value is not None


def compare(call: TruthCall, case: DraftCase, names: TruthNames) -> tuple[Compared, ...]:
    """Return every field compared."""
    return tuple(_compared(call, case, names))


def touched(fields: tuple[Compared, ...]) -> int:
    """Return how many fields a person must change before the draft can be confirmed."""
    return sum(not one.right for one in fields if one.name in CONFIRMED)


def _compared(call: TruthCall, case: DraftCase, names: TruthNames) -> Iterator[Compared]:
    yield _same("type", call.type, case.type)
    yield _category(call, case, names)
    wanted = names.utilities.get(call.utility or "")
    yield _same("utility", wanted.value if wanted else "", case.utility, empty="")
    urgency = case.urgency.value or Urgency.ORDINARY
    yield _row("urgency", names.urgency(call.urgency, call.emergency), names.counted(urgency), case.urgency)
    yield _row("emergency", _yes(call.emergency), _yes(urgency is Urgency.EMERGENCY), case.urgency)
    yield _same("district", names.district(call.district), case.county)
    yield _address(call, case, names)
    phone = re.sub(r"\D", "", call.phone) if call.phone else None
    yield _same("phone", phone, case.heard_number)
    yield _name(call, case)
    yield _same("unit", _with_district(call.responsible_unit, call.district, names), case.unit)
    if call.hazards is not None:
        yield _hazards(call.hazards, case)
    if call.happened is not None:
        yield _happened(call, case)


def _row(
    name: str,
    truth: str | None,
    value: str | None,
    given: Field[Any],
    *,
    right: bool | None = None,
    credit: float | None = None,
) -> Compared:
    right = truth == value if right is None else right
    credit = float(right) if credit is None else credit
    return Compared(name, truth, value, right, credit, given.confidence, _heard(given.candidate))


def _heard(candidate: object) -> str | None:
    if candidate is None:
        return None
    return "-".join(candidate) if isinstance(candidate, tuple) else str(candidate)


def _same(name: str, truth: str | None, given: Field[Any], empty: str | None = None) -> Compared:
    return _row(name, truth, empty if given.value is None else str(given.value), given)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _category(call: TruthCall, case: DraftCase, names: TruthNames) -> Compared:
    path = case.category.value
    accepted = names.category(path) if path else ()
    value = call.category if call.category in accepted else next(iter(accepted), None)
    return _row("category", call.category, value, case.category)


def _with_district(text: str | None, district: str | None, names: TruthNames) -> str | None:
    """Return a text with its district by the name that ours has."""
    return text.replace(district, names.district(district) or "") if text and district else text


def _address(call: TruthCall, case: DraftCase, names: TruthNames) -> Compared:
    """An address is right where it reads the same; its credit is the share of characters that need no change."""
    value = case.address.value
    if call.address is None:
        return _row("address", None, value, case.address)
    detailed = f"菏泽市{call.district or ''}{call.address_detail or ''}"
    wanted = [plain(_with_district(text, call.district, names) or "") for text in (call.address, detailed)]
    given = plain(value or "")
    right = given in wanted
    credit = max(Levenshtein.normalized_similarity(text, given) for text in wanted) if given else 0.0
    return _row("address", call.address, value, case.address, right=right, credit=1.0 if right else credit)


def _name(call: TruthCall, case: DraftCase) -> Compared:
    """A whole name is right by every character; its surname alone is worth half. 王先生 is right where 王 is known."""
    value = case.caller_name.value
    truth = call.caller_name
    if truth is None or value is None:
        return _row("name", truth, value, case.caller_name)
    bare = value
    for title in _TITLES:
        bare = bare.removesuffix(title)
    right = bare == truth
    credit = 1.0 if right else _SURNAME_CREDIT if bare[:1] == truth[:1] else 0.0
    return _row("name", truth, value, case.caller_name, right=right, credit=credit)


def _hazards(wanted: tuple[str, ...], case: DraftCase) -> Compared:
    """Hazards are right as a set; the credit is shared over all that either names (Jaccard)."""
    truth, given = set(wanted), set(case.hazards.value or ())
    credit = len(truth & given) / len(truth | given) if truth | given else 1.0
    said, made = "+".join(sorted(truth)), "+".join(sorted(given))
    return _row("hazards", said, made, case.hazards, right=truth == given, credit=credit)


def _happened(call: TruthCall, case: DraftCase) -> Compared:
    """A time is right within the hour, and worth half within the day."""
    truth, value = call.happened, case.happened.value
    if truth is None or value is None:
        return _row("time", str(truth), None, case.happened)
    off = abs((value - truth).total_seconds())
    right = off <= _HOUR
    credit = 1.0 if right else _DAY_CREDIT if off < 24 * _HOUR else 0.0
    return _row("time", truth.isoformat(), value.isoformat(), case.happened, right=right, credit=credit)
