"""Title and description: the citizen's own statements in the hotline's written style, nothing made up."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from cases.draft import Field, Span
from cases.fields.address import Found
from cases.fields.category import Branch
from cases.fields.numbers import Run
from cases.fields.time import When
from cases.heard import PAUSES, Heard, Turn
from cases.numerals import NUMERAL
from cases.rules import WordingConfig
from domain.words import DemandType, Speaker

_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Known:
    """What the other fields found, for the texts that are made of them."""

    demand: DemandType
    branch: Branch | None
    address: Found
    when: When | None
    case_number: Run | None
    masked: tuple[str, ...] = ()


@dataclass(slots=True)
class _Text:
    """A description being made: statements and wishes, in order."""

    statements: list[str] = field(default_factory=list)
    wishes: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Wording:
    """The written style, compiled."""

    config: WordingConfig
    fillers: re.Pattern[str]
    greetings: re.Pattern[str]
    persons: tuple[tuple[str, str], ...]
    digits: re.Pattern[str]

    @classmethod
    def of(cls, config: WordingConfig) -> "Wording":
        """Compile the words."""
        fillers = "|".join(map(re.escape, sorted(config.fillers, key=len, reverse=True)))
        greetings = "|".join(map(re.escape, sorted(config.greetings, key=len, reverse=True)))
        persons = tuple(sorted(config.persons.items(), key=lambda pair: -len(pair[0])))
        return cls(
            config,
            re.compile(f"^(?:{fillers})+|(?:{fillers})+$"),
            re.compile(f"^(?:(?:{greetings})[{PAUSES}]?)+"),
            persons,
            re.compile(f"[{NUMERAL}]"),
        )

    def title(self, known: Known, heard: Heard) -> Field[str]:
        """Return a short title: where, and what."""
        if not heard.turns:
            return Field()
        matter = known.branch.title if known.branch else f"{known.demand.value}事项"
        text = f"{known.address.short}{matter}"[: self.config.longest_title]
        sure = 0.75 if known.branch and known.address.short else 0.45 if known.branch else 0.2
        return Field(text, sure, None, "由地点和事项分类拼成")

    def description(self, known: Known, heard: Heard) -> Field[str]:
        """Return the description; where nothing was heard it says so."""
        made = self._read(known, heard)
        if not made.statements and not made.wishes:
            return Field(self.config.nothing_heard, 0.9 if not heard.turns else 0.5, None, "没有听到市民讲述事情的话")
        place = known.address.field.value or ""
        opening = self.config.opening.get(known.demand, "市民反映")
        if known.case_number:
            opening = f"{opening}(原工单{known.case_number.digits})"
        body = "，".join(made.statements)
        wish = "，".join(made.wishes) or (known.branch.wish if known.branch and known.branch.wish else "")
        ending = f"。{self.config.wish}{self._strip_wish(wish)}。" if wish else "。"
        room = self.config.longest_description - len(opening) - len(place) - len(ending) - 2
        text = f"{opening}：{place}{'，' if place and body else ''}{_shorten(body, room)}{ending}"
        first = made.spans[0]
        last = next((s for s in reversed(made.spans) if s.speaker is first.speaker), first)
        span = Span(first.speaker, first.start, max(first.end, last.end), "")
        return Field(text, 0.65, span, "摘自市民原话, 去掉了口头语、地址和联系方式")

    def _strip_wish(self, wish: str) -> str:
        for word in ("希望", "要求", "请求"):
            wish = wish.removeprefix(word)
        return wish

    def _read(self, known: Known, heard: Heard) -> _Text:
        made = _Text()
        for turn in heard.by(Speaker.CITIZEN):
            for start, end in turn.clauses():
                text = self._clause(turn, start, end, known)
                if not text:
                    continue
                made.spans.append(turn.span(start, end))
                wish = any(text.startswith(word) or word in text for word in self.config.wishes)
                rows = made.wishes if wish else made.statements
                if text not in rows:
                    rows.append(text)
        return made

    def _clause(self, turn: Turn, start: int, end: int, known: Known) -> str:
        """Return what a clause says of the matter, or nothing."""
        text = turn.text[start:end]
        if any(word in text for word in self.config.skip) and not self._carries_matter(text):
            return ""
        parts = [p for p in known.address.parts if p.turn is turn and start <= p.start and p.end <= end]
        covered = sum(p.end - p.start for p in parts)
        if self._is_address(text, covered) or self._is_number(text):
            return ""
        text = self._absolute(turn, start, end, known.when)
        text = self.greetings.sub("", text)
        text = self.fillers.sub("", text).strip(PAUSES + " ")
        for spoken, written in self.persons:
            text = text.replace(spoken, written)
            if written in text and spoken in written:
                break
        return text if len(text) >= _SHORTEST else ""

    def _carries_matter(self, text: str) -> bool:
        return len(self.greetings.sub("", text)) >= 10

    def _is_address(self, text: str, covered: int) -> bool:
        return covered > 0 and covered >= 0.55 * len(text)

    def _is_number(self, text: str) -> bool:
        return len(self.digits.findall(text)) >= max(3, 0.5 * len(text))

    def _absolute(self, turn: Turn, start: int, end: int, when: When | None) -> str:
        """Return the clause with the time of the matter written as a date."""
        if when is None or when.turn is not turn or not start <= when.start < when.end <= end or when.confidence < 0.6:
            return turn.text[start:end]
        moment = when.moment
        written = f"{moment.month}月{moment.day}日"
        if when.exact:
            written += f"{moment.hour}时" + (f"{moment.minute}分" if moment.minute else "")
        else:
            written = f"{turn.text[when.start : when.end]}({written})"
        return turn.text[start : when.start] + written + turn.text[when.end : end]


def _shorten(text: str, room: int) -> str:
    """Return the text cut at a pause so that it fits."""
    if len(text) <= room:
        return text
    cut = max(text.rfind("，", 0, room), text.rfind("。", 0, room))
    return text[: cut if cut > 0 else room] + "……"


def quoted(heard: Heard) -> Iterator[str]:
    """Yield the citizen's turns as text."""
    return (turn.text for turn in heard.by(Speaker.CITIZEN))
