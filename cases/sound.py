"""Chinese compared by sound: what a recogniser mishears keeps its pinyin, give or take the usual confusions."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

_INITIALS = ("zh", "ch", "sh", *"bpmfdtnlgkhjqxrzcsyw")
_MERGED_INITIALS = {"zh": "z", "ch": "c", "sh": "s", "n": "l"}
_MERGED_FINALS = {"ang": "an", "eng": "en", "ing": "in", "iang": "ian", "uang": "uan", "ueng": "uen"}
_F_AS_H = {"a": "ua", "an": "uan", "ang": "uan", "ei": "ui", "en": "un", "eng": "un", "u": "u", "o": "uo", "ou": "ou"}
_RUNS = re.compile("(?P<chinese>[\u3400-\u9fff]+)|[^\u3400-\u9fff]+")
_PRIVATE_USE = 0xE000


@dataclass(frozen=True, slots=True)
class Syllable:
    """One reading of one character: initial, final, tone 1 to 5 (0: not Chinese, then `final` is the character)."""

    initial: str
    final: str
    tone: int

    @property
    def merged(self) -> tuple[str, str]:
        """The syllable with z/zh, c/ch, s/sh, n/l, -n/-ng and f/h made one, tone dropped."""
        if self.initial == "f":
            return "h", _F_AS_H.get(self.final, self.final)
        return _MERGED_INITIALS.get(self.initial, self.initial), _MERGED_FINALS.get(self.final, self.final)


@lru_cache(maxsize=4096)
def _parse(spelt: str) -> Syllable:
    """Split pypinyin's tone-numbered spelling ("shan4") into a syllable."""
    tone = int(spelt[-1]) if spelt[-1:].isdigit() else 5
    letters = spelt.rstrip("12345").replace("ü", "v")
    initial = next((start for start in _INITIALS if letters.startswith(start)), "")
    return Syllable(initial, letters[len(initial) :], tone)


def parse_reading(reading: str) -> tuple[Syllable, ...]:
    """Return the syllables of a reading written in an operator's file: "shan4 xian4" (tone numbers may be left out)."""
    return tuple(_parse(part) for part in reading.lower().split())


def syllables(text: str) -> tuple[Syllable, ...]:
    """Return one syllable for every character of the text, read by pypinyin with its phrases."""
    sounds: list[Syllable] = []
    for run in _RUNS.finditer(text):
        if run["chinese"]:
            sounds.extend(_read(run["chinese"]))
        else:
            sounds.extend(Syllable("", char, 0) for char in run[0])
    return tuple(sounds)


def _spelt(chinese: str) -> list[str]:
    # Here, because its dictionaries take 55 MB: a process that reads the configuration alone does without them.
    from pypinyin import Style, pinyin

    return [item[0] for item in pinyin(chinese, style=Style.TONE3, neutral_tone_with_five=True)]


def _read(chinese: str) -> list[Syllable]:
    spelt = _spelt(chinese)
    if len(spelt) == len(chinese):
        return [_parse(reading) for reading in spelt]
    return [_read_one(char) for char in chinese]  # a rare character that pypinyin joined to its neighbour


def _read_one(char: str) -> Syllable:
    [spelt] = _spelt(char)
    return Syllable("", char, 0) if spelt == char else _parse(spelt)


@lru_cache(maxsize=16384)
def _alone(char: str) -> Syllable:
    return syllables(char)[0]


def syllables_apart(text: str) -> tuple[Syllable, ...]:
    """Return one syllable for every character, each read by itself: less right, and far quicker on many short names."""
    return tuple(_alone(char) for char in text)


def likeness(heard: Syllable, meant: Syllable) -> float:
    """Return how alike two syllables sound: 1 the same, 0.94 but for the tone, 0.85 a usual confusion, 0.5 near, 0."""
    if heard == meant:
        return 1.0
    if (heard.initial, heard.final) == (meant.initial, meant.final):
        return 0.94
    if heard.merged == meant.merged:
        return 0.85
    if heard.tone and meant.tone and (heard.merged[0] == meant.merged[0] or heard.merged[1] == meant.merged[1]):
        return 0.5
    return 0.0


@dataclass(slots=True)
class Ear:
    """Turns syllables into one code character each, so that texts can be searched by sound as strings are.

    The codes are private to one Ear; characters that are not Chinese stand for themselves.
    """

    _codes: dict[tuple[str, str], str] = field(default_factory=dict)

    def code(self, syllable: Syllable) -> str:
        """Return the code character of a syllable's merged sound."""
        if not syllable.tone:
            return syllable.final
        merged = syllable.merged
        known = self._codes.get(merged)
        if known is None:
            known = self._codes[merged] = chr(_PRIVATE_USE + len(self._codes))
        return known

    def codes(self, sounds: tuple[Syllable, ...]) -> str:
        """Return the code string of syllables, as long as they are many."""
        return "".join(self.code(sound) for sound in sounds)

    def encode(self, text: str) -> str:
        """Return the code string of a text, as long as the text."""
        return self.codes(syllables(text))
