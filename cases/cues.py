"""Cue words: what an operator writes into a rule, found in a turn by letter or, for longer ones, by sound."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from cases.heard import Heard, Turn
from cases.sound import Ear

_GAP = "[^。？！；]{0,%d}?"
_PARTICLES = "了啊呀呢吧的哦嗯过"
_BY_SOUND_FROM = 3
"""Syllables a cue needs to be found by sound: 没水 and 没睡 sound alike, 暖气片 has no double."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A cue found: where, and how sure (1 by letter, less by sound)."""

    cue: str
    turn: Turn
    start: int
    end: int
    likeness: float


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue, compiled; "水管+爆" means both in this order within a sentence and a few characters of each other.

    One that ends with ! is found by its letters alone: 触了电 sounds like 出了点.
    """

    text: str
    weight: float
    letters: str
    by_letter: re.Pattern[str]
    codes: str
    by_sound: re.Pattern[str] | None

    @classmethod
    def of(cls, text: str, ear: Ear, weight: float = 1.0, gap: int = 8) -> "Cue":
        """Compile a cue as written in a rules file."""
        parts = text.removesuffix("!").split("+")
        spelt = re.compile((_GAP % gap).join(re.escape(part) for part in parts))
        if text.endswith("!") or len("".join(parts)) < _BY_SOUND_FROM or len(parts[0]) < 2:
            return cls(text, weight, parts[0], spelt, "", None)
        if any(len(part) < 2 for part in parts):
            gap = 1  # one syllable has many doubles: only right beside the others is it believed
        codes = [ear.encode(part) for part in parts]
        sounded = re.compile((_GAP % gap).join(re.escape(code) for code in codes))
        return cls(text, weight, parts[0], spelt, codes[0], sounded)

    def hits(self, turn: Turn) -> Iterator[Hit]:
        """Yield where the cue stands in a turn."""
        found = False
        for match in self.by_letter.finditer(turn.text) if self.letters in turn.text else ():
            found = True
            yield Hit(self.text, turn, match.start(), match.end(), 1.0)
        if found or self.by_sound is None or self.codes not in turn.codes:
            return
        for match in self.by_sound.finditer(turn.codes):
            yield Hit(self.text, turn, match.start(), match.end(), 0.7)


def compile_cues(words: Mapping[str, float] | Iterable[str], ear: Ear) -> tuple[Cue, ...]:
    """Compile cues, with their weights where they have any."""
    if isinstance(words, Mapping):
        return tuple(Cue.of(word, ear, weight) for word, weight in words.items())
    return tuple(Cue.of(word, ear) for word in words)


def heard_in(cues: Iterable[Cue], heard: Heard) -> tuple[Cue, ...]:
    """Return the cues of which at least the beginning stands anywhere in a call: the few worth looking for."""
    return tuple(
        cue for cue in cues if cue.letters in heard.text or (cue.by_sound is not None and cue.codes in heard.codes)
    )


def first(cues: Iterable[Cue], turn: Turn) -> Hit | None:
    """Return the earliest hit of any cue in a turn."""
    return min((hit for cue in cues for hit in cue.hits(turn)), key=lambda hit: hit.start, default=None)


@dataclass(frozen=True, slots=True)
class Negation:
    """Words that turn a cue round when they stand close before it (没有闻到煤气味), or right after it (煤气味没有).

    Words of `through` may stand between the two and are not counted (没有闻到什么煤气味, 煤气味一点也没有).
    """

    before: tuple[str, ...]
    harmless: tuple[str, ...]
    adjacent: tuple[str, ...]
    after: tuple[str, ...]
    reach: int
    through: tuple[str, ...] = ()

    def covers(self, hit: Hit) -> bool:
        """Tell whether a hit is denied within its clause."""
        turn = hit.turn
        lead = self.lead(turn, hit.start)
        for word in self.before:
            if word in lead[-self.reach :]:
                return True
        for word in self.through:
            lead = lead.replace(word, "")
        lead = lead[-self.reach :]
        return lead.endswith(self.adjacent) or any(word in lead for word in self.before) or self._taken_back(hit)

    def lead(self, turn: Turn, end: int) -> str:
        """Return a clause up to a character, words that only look like denials blotted out."""
        lead = turn.text[turn.clause_start(end) : end]
        for phrase in self.harmless:
            lead = lead.replace(phrase, "…" * len(phrase))
        return lead

    def _taken_back(self, hit: Hit) -> bool:
        """Tell whether what follows says that there is none, and nothing else: 煤气味倒是没有, not 煤气味没有散."""
        text, end = hit.turn.text, hit.turn.clause_end(hit.end)
        rest = text[hit.end : end]
        if self._says_none(rest):
            return True
        then = text[end + 1 : hit.turn.clause_end(end + 1)]
        return not self._past_through(rest) and self._past_through(then) != then and self._says_none(then)

    def _says_none(self, rest: str) -> bool:
        left = self._past_through(rest)
        return left.rstrip(_PARTICLES) in self.after

    def _past_through(self, rest: str) -> str:
        while word := next((word for word in self.through if rest.startswith(word)), ""):
            rest = rest[len(word) :]
        return rest
