"""The caller's name, from the citizen's own words and the agent's 王先生."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from cases.draft import Field
from cases.heard import PAUSES, Heard, Turn
from cases.rules import PersonConfig
from cases.sound import likeness, syllables
from domain.words import Speaker

_HAN = "\u4e00-\u9fff"
_FIRST = 2
"""Clauses of an answer in which a surname may stand alone (李。; 免贵，王。)."""
_SAME_SOUND, _ALIKE = 0.94, 0.85


@dataclass(frozen=True, slots=True)
class _Heard:
    """A surname or a whole name as heard in a turn."""

    text: str
    turn: Turn
    start: int
    end: int
    confidence: float


@dataclass(frozen=True, slots=True)
class People:
    """Surnames and the words around names, compiled."""

    config: PersonConfig
    named: re.Pattern[str]
    surnamed: re.Pattern[str]
    addressed: re.Pattern[str]
    spelt: re.Pattern[str]
    alone: re.Pattern[str]

    @classmethod
    def of(cls, config: PersonConfig) -> "People":
        """Compile the patterns."""
        surname = f"(?:{'|'.join(config.compound_surnames)}|[{config.surnames}])"
        given = f"(?:(?![{config.stops}])[{_HAN}]){{1,2}}"
        cues = "|".join(map(re.escape, sorted(config.name_cues, key=len, reverse=True)))
        before = "|".join(map(re.escape, sorted(config.surname_cues, key=len, reverse=True)))
        return cls(
            config,
            re.compile(f"(?:{cues})[，]?({surname}{given})"),
            re.compile(f"(?:{before}|(?:(?<=^)|(?<=[{PAUSES}]))姓)(?!什么|名|氏|哪)([{_HAN}])"),
            re.compile(f"({surname})({'|'.join(config.honorifics)})"),
            re.compile("|".join(map(re.escape, config.spelt)) or "(?!)"),
            re.compile(
                f"(?:免贵[，]?|(?:叫我|喊我|我是|就叫)?[小老])?([{config.surnames}])(?:吧|就行|就好|就可以|就中)?"
            ),
        )

    def find(self, heard: Heard) -> Field[str]:
        """Return the whole name, else 王先生 as the agent says it, else the surname."""
        surname = next((s for turn in heard.by(Speaker.CITIZEN) for s in self._surnames(turn, heard)), None)
        called = next((m for turn in heard.by(Speaker.AGENT) for m in self._addressed(turn)), None)
        names = (name for turn in heard.by(Speaker.CITIZEN) for name in self._names(turn, surname, heard))
        whole = next((name for name in names if surname is None or _same_family(name.text, surname.text)), None)
        if whole:
            return self._whole(whole, surname, called)
        if called:
            return self._called(called, surname)
        if surname:
            return self._field(surname, surname.text, f"听到“姓{surname.text}”")
        return Field()

    def _whole(self, name: _Heard, surname: _Heard | None, called: _Heard | None) -> Field[str]:
        agreed = called is not None and called.text[0] == name.text[0]
        confidence = name.confidence + (0.1 if agreed else 0) - (0.2 if called and not agreed else 0)
        why = "听到姓名; 字形需核对" + ("; 话务员也这样称呼" if agreed else "")
        if called and not agreed and surname is None:
            why = f"听到姓名, 但话务员称“{called.text}”, 请核对"
        return self._field(name, name.text, why, min(confidence, 0.75))

    def _called(self, called: _Heard, surname: _Heard | None) -> Field[str]:
        agreed = surname is not None and surname.text == called.text[0]
        return self._field(
            called, called.text, "话务员这样称呼" + ("; 与市民所说一致" if agreed else ""), 0.85 if agreed else 0.7
        )

    def _field(self, found: _Heard, value: str, why: str, confidence: float | None = None) -> Field[str]:
        sure = found.confidence if confidence is None else confidence
        sure *= found.turn.certainty(found.start, found.end)
        return Field(value, round(max(sure, 0.1), 2), found.turn.span(found.start, found.end), why)

    def _surnames(self, turn: Turn, heard: Heard) -> Iterator[_Heard]:
        for match in self.surnamed.finditer(turn.text):
            surname, sure = self._surname(match[1])
            if surname:
                yield _Heard(surname, turn, match.start(), match.end(), sure)
        for match in self.spelt.finditer(turn.text):
            yield _Heard(match[0][-1], turn, match.start(), match.end(), 0.75)
        if not self._was_asked(turn, heard):
            return
        for start, end in islice(turn.clauses(), _FIRST):
            alone = self.alone.fullmatch(turn.text, start, end)
            if alone and alone[0] not in self.config.not_alone:
                yield _Heard(alone[1], turn, start, end, 0.65)
        for start, end in turn.clauses():
            if turn.text.startswith(self.config.misheard_cues, start) and end - start >= 2:
                surname, sure = self._surname(turn.text[start + 1])
                if surname:
                    yield _Heard(surname, turn, start, start + 2, sure / 2)

    def _surname(self, char: str) -> tuple[str, float]:
        """Return the surname a character is, or the commonest that sounds like it."""
        if char in self.config.surnames:
            return char, 0.75
        sound = syllables(char)[0]
        alike = next((name for name in self.config.surnames if likeness(sound, syllables(name)[0]) >= _SAME_SOUND), "")
        return alike, 0.4

    def _addressed(self, turn: Turn) -> Iterator[_Heard]:
        for match in self.addressed.finditer(turn.text):
            lead = turn.text[turn.clause_start(match.start()) : match.start()]
            if lead in ("", "好的", "好", "那", "是", "嗯", "好对", "后对", "好多", "那好"):
                yield _Heard(match[0], turn, match.start(), match.end(), 0.7)

    def _names(self, turn: Turn, surname: _Heard | None, heard: Heard) -> Iterator[_Heard]:
        for match in self.named.finditer(turn.text):
            yield _Heard(match[1], turn, match.start(1), match.end(1), 0.65)
        if surname and surname.turn is turn:
            name = self._whole_name(turn.text[surname.end : turn.clause_end(surname.end)], exact=False)
            if name.startswith(surname.text):
                yield _Heard(name, turn, surname.end, surname.end + len(name), 0.6)
        was_asked = self._was_asked(turn, heard)
        for begin, end in turn.clauses():
            text = turn.text[begin:end]
            lead = 1 if text.startswith("叫") else 0
            start = begin + lead
            if surname and _spells(text, surname.text):
                continue
            if surname and surname.turn is turn and begin >= surname.end - 1 and text.startswith(surname.text, lead):
                name = self._whole_name(text[lead:], exact=False)
            elif was_asked:
                name = self._whole_name(text[lead:], exact=True)
            else:
                continue
            if name:
                yield _Heard(name, turn, start, start + len(name), 0.6)

    def _was_asked(self, turn: Turn, heard: Heard) -> bool:
        asked = heard.before(turn, Speaker.AGENT)
        return asked is not None and any(word in asked.text for word in self.config.asked)

    def _whole_name(self, clause: str, *, exact: bool) -> str:
        """Return the name that a clause is (exact) or begins with (王建国电话…)."""
        match = re.match(
            f"(?:{'|'.join(self.config.compound_surnames)}|[{self.config.surnames}])(?:(?![{self.config.stops}])[{_HAN}]){{1,2}}",
            clause,
        )
        if not match or (exact and match.end() != len(clause)):
            return ""
        return match[0]


def _spells(clause: str, surname: str) -> bool:
    """Tell whether a clause says how a surname is written (冷水的冷, 单县那个单) and is no name."""
    return bool(re.fullmatch(f".{{2,6}}(?:的|那个)(?:那个)?{re.escape(surname)}字?", clause))


def _same_family(name: str, surname: str) -> bool:
    """Tell whether a whole name may be that of somebody of this surname: who is praised has another."""
    return name.startswith(surname) or likeness(syllables(name[0])[0], syllables(surname[0])[0]) >= _ALIKE
