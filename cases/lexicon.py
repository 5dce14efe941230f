"""The words a transcript is put right by: the hotline's own, the city's places, and what is usual Chinese anyway."""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from cases.gazetteer import Gazetteer, PlaceKind, Spelling
from cases.lexicon_rules import LexiconConfig
from cases.rules import PersonConfig
from cases.sound import Ear, Syllable, syllables

_ANY = "*"
_SHORTEST_NEAR = 3
"""A word of fewer characters is not looked for with a syllable that only half fits."""
_USUAL_AT_LEAST = 20
_USUAL_LENGTHS = range(1, 5)
_COMMON_SURNAMES = 100
_EDGES = r"，。？！、；：,.?!\s"
_HAN = "[\u3400-\u9fff]"
_WITH_SURNAME = ("我姓{}", "免贵姓{}", "{}先生", "{}女士")


@dataclass(frozen=True, slots=True)
class Entry:
    """A word that may stand where something else was heard; `cost` is the logarithm of how usual it is."""

    text: str
    sounds: tuple[Syllable, ...]
    cost: float
    is_place: bool = False


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Entries by sound code, with every one syllable left open in `by_gap`; `usual` costs words that only defend what
    was heard. Places are looked up in the gazetteer's own index."""

    config: LexiconConfig
    ear: Ear
    by_code: dict[str, tuple[Entry, ...]]
    by_gap: dict[str, tuple[Entry, ...]]
    usual: dict[str, float]
    gazetteer: Gazetteer
    places: dict[PlaceKind, float]
    longest: int
    names_follow: re.Pattern[str]
    names_asked: re.Pattern[str]
    bare_names: re.Pattern[str]

    @classmethod
    def of(cls, config: LexiconConfig, person: PersonConfig, gazetteer: Gazetteer, ear: Ear) -> "Lexicon":
        """Compile the phrases, and surnames as they are said (我姓王, 王先生)."""
        costs = config.costs
        known = {text: costs.phrase for group in config.phrases.values() for text in group}
        for rank, surname in enumerate(person.surnames[:_COMMON_SURNAMES]):
            for form in _WITH_SURNAME:
                known.setdefault(form.format(surname), costs.phrase - math.log(2 + rank))
        by_code: dict[str, list[Entry]] = defaultdict(list)
        by_gap: dict[str, list[Entry]] = defaultdict(list)
        for text, cost in known.items():
            entry = Entry(text, syllables(text), cost)
            code = ear.codes(entry.sounds)
            by_code[code].append(entry)
            if len(code) > _SHORTEST_NEAR:
                for at in range(len(code)):
                    by_gap[_open(code, at)].append(entry)
        usual = {text: cost + (costs.unusual if len(text) > 1 else 0.0) for text, cost in usual_words().items()}
        return cls(
            config,
            ear,
            {code: tuple(found) for code, found in by_code.items()},
            {code: tuple(found) for code, found in by_gap.items()},
            usual | known,
            gazetteer,
            {
                PlaceKind.AREA: costs.area,
                PlaceKind.TOWN: costs.town,
                PlaceKind.STREET: costs.street,
                PlaceKind.ESTATE: costs.estate,
                PlaceKind.UNIT: costs.estate,
            },
            max(map(len, (*by_code, *gazetteer.by_code))),
            re.compile("|".join(map(re.escape, config.names_follow)) or "(?!)"),
            re.compile("|".join(map(re.escape, person.asked)) or "(?!)"),
            _bare_names(person),
        )

    def entries(self, codes: str, inexact: bool) -> Iterator[Entry]:
        """Yield what sounds like a stretch of these codes; `inexact`: one syllable is left open in a longer one."""
        yield from self.by_code.get(codes, ())
        yield from self._places(self.gazetteer.by_code.get(codes, ()))
        if inexact and len(codes) >= _SHORTEST_NEAR:
            for at in range(len(codes)):
                opened = _open(codes, at)
                yield from self.by_gap.get(opened, ())
                yield from self._places(self.gazetteer.by_gap.get(opened, ()))

    def _places(self, spellings: Iterable[Spelling]) -> Iterator[Entry]:
        for spelling in spellings:
            cost = self.places.get(spelling.place.kind)
            if cost is not None and not spelling.short:
                yield Entry(spelling.text, spelling.sounds, cost, is_place=True)


def _bare_names(person: PersonConfig) -> re.Pattern[str]:
    """Compile a clause that may be nothing but a name: 王, 程光, 欧阳某某."""
    compound = f"(?:{'|'.join(person.compound_surnames) or '(?!)'}){_HAN}{{1,2}}"
    return re.compile(f"(?:^|(?<=[{_EDGES}]))(?:{compound}|[{person.surnames}]{_HAN}{{0,2}})(?=$|[{_EDGES}])")


def _open(codes: str, at: int) -> str:
    return f"{codes[:at]}{_ANY}{codes[at + 1 :]}"


@cache
def usual_words() -> dict[str, float]:
    """Return the logarithm of how usual a word of newspaper Chinese is, for words of up to four characters.

    Source: the word list of the package jieba (MIT), read as a file; none of its code runs.
    """
    package = find_spec("jieba")
    if package is None or package.origin is None:
        raise FileNotFoundError("the package jieba is not installed")
    counts: dict[str, int] = {}
    total = 0
    with (Path(package.origin).parent / "dict.txt").open(encoding="utf-8") as lines:
        for line in lines:
            word, count, *_ = line.split(" ")
            total += int(count)
            if len(word) in _USUAL_LENGTHS and (len(word) == 1 or int(count) >= _USUAL_AT_LEAST):
                counts[word] = int(count)
    return {word: math.log(count / total) for word, count in counts.items() if count}
