"""The city's place names, found in a turn by letter or by sound in time that hardly depends on how many there are."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from cases.heard import Turn
from cases.sound import Ear, Syllable, likeness, parse_reading, syllables, syllables_apart

_ANY = "*"
_LEAST_VILLAGE = 3
"""Characters of a village's name that can be said without its 村."""
_BY_SOUND = 0.97
"""Likeness of other letters that sound the same."""
_SUFFIXED = {"街道": ("街道办事处", "街道办", "办事处")}


class PlaceKind(StrEnum):
    """What a place name names."""

    AREA = "area"
    TOWN = "town"
    VILLAGE = "village"
    STREET = "street"
    ESTATE = "estate"
    UNIT = "unit"


@dataclass(frozen=True, slots=True)
class Place:
    """A row of the gazetteer; `counties` holds several where responsibility overlaps, the usual one first."""

    kind: PlaceKind
    name: str
    counties: tuple[str, ...] = ()
    town: str = ""
    aliases: tuple[str, ...] = ()
    reading: str = ""


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to say a place; `short` without its 区, 县, 镇 (巨野, 龙固): trusted only beside another place."""

    text: str
    place: Place
    sounds: tuple[Syllable, ...]
    short: bool


@dataclass(frozen=True, slots=True)
class Mention:
    """A place found in a turn; `likeness` is 1 by letter, less by sound."""

    spelling: Spelling
    turn: Turn
    start: int
    end: int
    likeness: float

    @property
    def place(self) -> Place:
        """The place meant."""
        return self.spelling.place

    @property
    def heard(self) -> str:
        """The words that stand in the text."""
        return self.turn.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """The index: spellings by sound code, and for areas and towns with one syllable (not the last) left open."""

    places: tuple[Place, ...]
    by_code: dict[str, tuple[Spelling, ...]]
    by_gap: dict[str, tuple[Spelling, ...]]
    by_text: dict[str, tuple[Spelling, ...]]
    lengths: tuple[int, ...]
    gap_lengths: tuple[int, ...]
    gap_endings: frozenset[str]

    @classmethod
    def of(cls, places: Iterable[Place], ear: Ear) -> "Gazetteer":
        """Index the places."""
        known = tuple(places)
        by_code: dict[str, list[Spelling]] = defaultdict(list)
        by_gap: dict[str, list[Spelling]] = defaultdict(list)
        by_text: dict[str, list[Spelling]] = defaultdict(list)
        for spelling in (spelling for place in known for spelling in _spellings(place)):
            code = ear.codes(spelling.sounds)
            by_code[code].append(spelling)
            by_text[spelling.text].append(spelling)
            if spelling.place.kind in (PlaceKind.AREA, PlaceKind.TOWN) and len(code) >= 3 and not spelling.short:
                for at in range(len(code) - 1):
                    by_gap[code[:at] + _ANY + code[at + 1 :]].append(spelling)
        return cls(
            known,
            {code: tuple(found) for code, found in by_code.items()},
            {code: tuple(found) for code, found in by_gap.items()},
            {text: tuple(found) for text, found in by_text.items()},
            tuple(sorted({len(code) for code in by_code}, reverse=True)),
            tuple(sorted({len(code) for code in by_gap}, reverse=True)),
            frozenset(code[-1] for code in by_gap),
        )

    def find(self, turn: Turn) -> Iterator[Mention]:
        """Yield every place that a stretch of the turn may name; stretches may overlap."""
        codes = turn.codes
        for start in range(len(codes)):
            for length in self.lengths:
                key = codes[start : start + length]
                if len(key) < length:
                    continue
                for spelling in self.by_code.get(key, ()):
                    yield _mention(spelling, turn, start)
                for spelling in self.by_text.get(turn.text[start : start + length], ()):
                    if spelling not in self.by_code.get(key, ()):
                        yield Mention(spelling, turn, start, start + length, 1.0)
            yield from self._near(turn, start)

    def _near(self, turn: Turn, start: int) -> Iterator[Mention]:
        for length in self.gap_lengths:
            key = turn.codes[start : start + length]
            if len(key) < length or key[-1] not in self.gap_endings or key in self.by_code:
                continue
            for at in range(length - 1):
                for spelling in self.by_gap.get(key[:at] + _ANY + key[at + 1 :], ()):
                    if likeness(turn.sounds[start + at], spelling.sounds[at]) > 0:
                        yield _mention(spelling, turn, start)


def _mention(spelling: Spelling, turn: Turn, start: int) -> Mention:
    end = start + len(spelling.text)
    if turn.text[start:end] == spelling.text:
        return Mention(spelling, turn, start, end, 1.0)
    alike = [likeness(a, b) for a, b in zip(turn.sounds[start:end], spelling.sounds, strict=True)]
    return Mention(spelling, turn, start, end, min(sum(alike) / len(alike), _BY_SOUND))


def _spellings(place: Place) -> Iterator[Spelling]:
    read = syllables if place.kind in (PlaceKind.AREA, PlaceKind.TOWN, PlaceKind.STREET) else syllables_apart
    sounds = parse_reading(place.reading) if place.reading else read(place.name)
    yield Spelling(place.name, place, sounds, short=False)
    for ending, others in _SUFFIXED.items():
        if place.kind is PlaceKind.TOWN and place.name.endswith(ending):
            stem = len(place.name) - len(ending)
            for other in others:
                yield Spelling(place.name[:stem] + other, place, sounds[:stem] + syllables_apart(other), short=False)
    for alias in place.aliases:
        yield Spelling(alias, place, read(alias), short=False)
    stem = len(place.name) - (2 if place.name.endswith("街道") else 1)
    if place.kind is PlaceKind.VILLAGE and stem >= _LEAST_VILLAGE and place.name[-1] == "村":
        yield Spelling(place.name[:stem], place, sounds[:stem], short=True)
    if place.kind in (PlaceKind.AREA, PlaceKind.TOWN) and stem >= 2 and place.name[-1] in "区县镇乡道":
        yield Spelling(place.name[:stem], place, sounds[:stem], short=True)


_COLUMNS = ["kind", "name", "counties", "town", "aliases", "reading"]


def read_places(text: str) -> tuple[list[tuple[int, Place]], list[tuple[int, str]]]:
    """Return the places of a CSV text, each with its line, and (line, what is wrong) for each row that is no place."""
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    places: list[tuple[int, Place]] = []
    faults: list[tuple[int, str]] = []
    for row in rows:
        line = rows.line_num
        if not row or row[0].startswith("#") or row == _COLUMNS:
            continue
        try:
            places.append((line, _place([cell.strip() for cell in row])))
        except ValueError as error:
            faults.append((line, str(error)))
    return places, faults


def _place(row: list[str]) -> Place:
    if len(row) > len(_COLUMNS) or len(row) < 3:
        raise ValueError(f"应有 3 至 {len(_COLUMNS)} 列({', '.join(_COLUMNS)}), 这一行有 {len(row)} 列")
    kind, name, counties, town, aliases, reading = [*row, "", "", ""][: len(_COLUMNS)]
    if kind not in set(PlaceKind):
        raise ValueError(f"kind: 不能是 {kind!r}; 只能是 {', '.join(PlaceKind)}")
    if len(name) < 2 or not all("\u3400" <= char <= "\u9fff" or char.isalnum() for char in name):
        raise ValueError(f"name: {name!r} 不像地名(至少两个字, 不带标点)")
    if kind != PlaceKind.AREA and not counties:
        raise ValueError(f"counties: {name} 没有写县区")
    if reading and len(parse_reading(reading)) != len(name):
        raise ValueError(f"reading: {name} 有 {len(name)} 个字, 读音 {reading!r} 有 {len(reading.split())} 个")
    return Place(PlaceKind(kind), name, _several(counties), town, _several(aliases), reading)


def _several(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split("|") if part)


def check_places(places: Iterable[Place]) -> list[tuple[int, str]]:
    """Return what is wrong between rows, each with its place's index: counties and towns that no row names."""
    known = list(places)
    areas = {place.name for place in known if place.kind is PlaceKind.AREA}
    towns = {(county, place.name) for place in known if place.kind is PlaceKind.TOWN for county in place.counties}
    faults: list[tuple[int, str]] = []
    for index, place in enumerate(known):
        unknown = [county for county in place.counties if county not in areas]
        faults += [(index, f"{place.name}: 没有叫“{county}”的县区") for county in unknown]
        if place.town and not any((county, place.town) in towns for county in place.counties):
            faults.append((index, f"{place.name}: {'、'.join(place.counties)}没有叫“{place.town}”的乡镇街道"))
    return faults
