"""Title and description: the citizen's own statements in the hotline's written style, nothing made up."""

import re
from dataclasses import dataclass, field

from cases.draft import Field, Span
from cases.fields.address import Found
from cases.fields.category import Branch
from cases.fields.numbers import Run
from cases.fields.time import When
from cases.heard import PAUSES, Heard, Turn
from cases.rules import WordingConfig
from domain.words import DemandType, Speaker

_DATED = 0.6
"""Confidence from which a time is written into the description as a date."""
_NUMBER_SHARE = 0.4
"""Share of a clause that is a number from which the clause says nothing but the number."""
_HIDDEN = re.compile(r"\*{4,}")
"""An identity or card number, as `cases.masked` leaves it."""
_HAN = re.compile("[\u4e00-\u9fff]")
_SHORTEST = 3
_STAMMERED = re.compile("(其)\\1+")
_SHORTEST_WISH = 4
_WORD_OF_NO_MATTER = str.maketrans(dict.fromkeys("我你您他她它们这那帮群个些是都就的了吗啊呢吧真全一"))
"""What is left of an insult without its swear word."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the other fields found, for the texts that are made of them."""

    demand: DemandType
    branch: Branch | None
    address: Found
    when: When | None
    case_number: Run | None
    name: str | None
    spoken_numbers: tuple[tuple[Turn, int, int], ...]
    repairs: tuple[tuple[Turn, int, int, str], ...]
    """Stretches of turns that stand for a place, and how it is written."""
    notes: tuple[str, ...] = ()
    """What the transcript says could not be heard."""
    corrections: tuple[str, ...] = ()


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
    persons: re.Pattern[str]
    lead_of_wish: re.Pattern[str]
    abuse: re.Pattern[str]

    @classmethod
    def of(cls, config: WordingConfig) -> "Wording":
        """Compile the words."""
        fillers = "|".join(map(re.escape, sorted(config.fillers, key=len, reverse=True)))
        greetings = "|".join(map(re.escape, sorted(config.greetings, key=len, reverse=True)))
        persons = "|".join(map(re.escape, sorted(config.persons, key=len, reverse=True)))
        words = sorted(config.abuse, key=len, reverse=True)
        abuse = "|".join(f"^{re.escape(word[1:])}" if word.startswith("^") else re.escape(word) for word in words)
        return cls(
            config,
            re.compile(f"^(?:{fillers})+|(?:{fillers})+$"),
            re.compile(f"^(?:(?:{greetings})[{PAUSES}]?)+"),
            re.compile(persons or "(?!)"),
            re.compile(f"^(?:{'|'.join(map(re.escape, config.wish_leads))})+"),
            re.compile(abuse or "(?!)"),
        )

    def title(self, known: Known, heard: Heard) -> Field[str]:
        """Return a short title: where, and what."""
        if not heard.turns:
            return Field(self.config.title_nothing, 0.9, None, "；".join(known.notes) or "录音里没有讲话")
        matter = known.branch.title if known.branch else f"{known.demand.value}事项"
        text = f"{known.address.short}{matter}"[: self.config.longest_title]
        sure = 0.75 if known.branch and known.address.short else 0.45 if known.branch else 0.2
        return Field(text, sure, None, "由地点和事项分类拼成")

    def description(self, known: Known, heard: Heard) -> Field[str]:
        """Return the description; where nothing was heard it says so."""
        made = self._read(known, heard)
        if not made.statements and not made.wishes:
            reasons = f"原因: {'；'.join(known.notes)}。" if known.notes else ""
            text, sure = f"{self.config.nothing_heard}{reasons}", 0.5 if heard.turns else 0.9
            return Field(text, sure, None, "没有听到市民讲述事情的话")
        place = known.address.field.value or ""
        opening = self.config.opening.get(known.demand, "市民反映")
        if known.case_number:
            opening = f"{opening}(原工单{known.case_number.digits})"
        body = "，".join(made.statements)
        wish = self._strip_wish("，".join(made.wishes))
        if len(wish) < _SHORTEST_WISH and known.branch and known.branch.wish:
            wish = known.branch.wish
        ending = f"。{self.config.wish}{wish}。" if wish else "。"
        room = self.config.longest_description - len(opening) - len(place) - len(ending) - 2
        text = f"{opening}：{place}{'，' if place and body else ''}{_shorten(body, room)}{ending}"
        first = made.spans[0]
        last = next((s for s in reversed(made.spans) if s.speaker is first.speaker), first)
        span = Span(first.speaker, first.start, max(first.end, last.end), "")
        why = "; ".join(("摘自市民原话, 去掉了口头语、地址和联系方式", *known.corrections, *known.notes))
        return Field(text, 0.65, span, why)

    def _strip_wish(self, wish: str) -> str:
        return self.lead_of_wish.sub("", wish)

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
        if not _HAN.search(text):
            return ""  # another language, which the recogniser spells out
        if any(word in text for word in self.config.skip) and not self._carries_matter(text):
            return ""
        covered = len(
            {i for t, a, b in known.address.stretches if t is turn for i in range(max(a, start), min(b, end))}
        )
        named = known.name is not None and known.name in text and len(text) <= len(known.name) + 3
        if named or self._is_address(text, covered) or self._is_number(turn, start, end, known):
            return ""
        text = self._rewritten(turn, start, end, known)
        text = _HIDDEN.sub("***", self.greetings.sub("", text))
        text = self.fillers.sub("", self._civil(text)).strip(PAUSES + " ")
        text = _STAMMERED.sub(r"\1", self.persons.sub(lambda match: self.config.persons[match[0]], text))
        return text if len(text) >= _SHORTEST else ""

    def _civil(self, text: str) -> str:
        """Return the clause without swear words; nothing where it said nothing else."""
        rest = self.abuse.sub("", text)
        if rest == text:
            return text
        matter = rest.translate(_WORD_OF_NO_MATTER)
        return (
            self.abuse.sub(lambda match: self.config.abuse.get(match[0], ""), text) if len(matter) >= _SHORTEST else ""
        )

    def _carries_matter(self, text: str) -> bool:
        return len(self.greetings.sub("", text)) >= 10

    def _is_address(self, text: str, covered: int) -> bool:
        return covered > 0 and (covered >= 0.55 * len(text) or len(text) - covered <= 3)

    def _is_number(self, turn: Turn, start: int, end: int, known: Known) -> bool:
        """Tell whether a clause gives a telephone or case number."""
        spoken = sum(
            min(b, end) - max(a, start) for t, a, b in known.spoken_numbers if t is turn and a < end and start < b
        )
        return spoken + turn.text.count("*", start, end) >= _NUMBER_SHARE * (end - start)

    def _rewritten(self, turn: Turn, start: int, end: int, known: Known) -> str:
        """Return the clause with the time of the matter written as a date and misheard places as they are spelt."""
        changes = [(a, b, text) for t, a, b, text in known.repairs if t is turn]
        when = known.when
        if when and when.turn is turn and when.confidence >= _DATED:
            changes.append((when.start, when.end, _written(when)))
        text, at = "", start
        for first, last, written in sorted(changes):
            if at <= first and last <= end:
                text += turn.text[at:first] + written
                at = last
        return text + turn.text[at:end]


def _written(when: When) -> str:
    """Return a moment as 11月23日22时; where no hour was named, the words heard with their date."""
    moment = when.moment
    date = f"{moment.month}月{moment.day}日"
    if not when.exact:
        return f"{when.turn.text[when.start : when.end]}({date})"
    return f"{date}{moment.hour}时" + (f"{moment.minute}分" if moment.minute else "")


def _shorten(text: str, room: int) -> str:
    """Return the text cut at a pause so that it fits."""
    if len(text) <= room:
        return text
    cut = max(text.rfind("，", 0, room), text.rfind("。", 0, room))
    return text[: cut if cut > 0 else room] + "……"
