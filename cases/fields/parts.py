"""The parts of an address inside a turn: crossing, street, estate, landmark, relation, building, unit, room."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cases.heard import PAUSES, Turn
from cases.numerals import NUMERAL, digits
from cases.rules import AddressConfig

_HAN = "\u4e00-\u9fff"
_N = f"[{NUMERAL}]"
_DIGIT = "[0-9〇零一二三四五六七八九两幺]"
_FILLED = "(?:[，、]|嗯|呃|哎|啊|那个|这个|的)*"
"""What may stand between two parts of an address: pauses and hesitation."""
_SIDE_OF_ROAD = re.compile("吧?[，]?(路[东西南北])边?")
_POINTED = ("那个", "这个")
"""Right before a landmark: what is pointed at needs no name of its own (就是那个涵洞)."""
_LONGEST_STEM = 8
_LONGEST_WEAK = 4
_WEAK = 1
"""Length of an ending (府, 苑, 城) that is taken for an estate's only where a number or a town stands next to it."""


class PartKind(StrEnum):
    """What a part of an address is."""

    VILLAGE = "village"
    STREET = "street"
    ESTATE = "estate"
    LANDMARK = "landmark"
    RELATION = "relation"
    BUILDING = "building"
    UNIT = "unit"
    ROOM = "room"
    FRONT = "front"


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its text as it is written in an address, and where it was heard."""

    kind: PartKind
    text: str
    turn: Turn
    start: int
    end: int


def _either(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _sides(words: tuple[str, ...]) -> str:
    """Return a pattern of sides; 村东 is none where 村东边 or 村东头 stands: the village ends before 东."""
    return "|".join(
        re.escape(word) + ("(?![头边侧面门口角部])" if word[-1] in "东西南北" else "")
        for word in sorted(words, key=len, reverse=True)
    )


def _suffix(said: str, usual: str) -> str:
    """Return what follows a number in writing: nothing after B座, which is whole; 号院 where a yard was said."""
    if said.endswith("座"):
        return ""
    return "号院" if said.endswith(("号院", "号院儿")) else usual


@dataclass(frozen=True, slots=True)
class Parts:
    """The patterns, compiled from the words of address.yaml."""

    config: AddressConfig
    crossing: re.Pattern[str]
    street: re.Pattern[str]
    estate: re.Pattern[str]
    landmark: re.Pattern[str]
    village: re.Pattern[str]
    relation: re.Pattern[str]
    tail: re.Pattern[str]
    only_one: re.Pattern[str]
    distance: re.Pattern[str]
    building: re.Pattern[str]
    unit: re.Pattern[str]
    room: re.Pattern[str]
    generic: frozenset[str]
    generic_endings: tuple[str, ...]

    @classmethod
    def of(cls, config: AddressConfig) -> "Parts":
        """Compile the patterns."""
        street, relation = _either(config.streets), _sides(config.relations)
        tail = f"{relation}|{_either(config.tails) or '(?!)'}|[{NUMERAL}]{{1,2}}楼(?!道)"
        pointing = "[，、]?(?:就是|就在|是)?(?:那个|那条|这个|这条|那块)?的?"
        endings = {*config.estates, *config.landmarks, *config.streets, *config.villages}
        name = f"[{_HAN}]{{1,5}}?(?:{street})"
        return cls(
            config,
            re.compile(f"({name})[，、]?[和与跟、同从]?({name})(?:的|那个|这个)?({_either(config.crossings)})"),
            re.compile(f"(?:{street})({_N}{{1,5}}号(?!楼|院))?"),
            re.compile(f"(?:{_either(config.estates)})(?:小区)?[，]?({_N}{{1,2}}期|[A-Da-d东西南北中]区)?"),
            re.compile(f"(?:{_either(config.landmarks)})(?:(?<=院)[，]?({_N}{{1,4}}号)(?=[屋房，。！？的]|$))?"),
            re.compile(_either(config.villages)),
            re.compile(f"(?:{relation})(?:{pointing}(?:{tail}))*"),
            re.compile(tail),
            re.compile(f"(?:^|(?<=[{PAUSES}在的村个]))({_either(config.ones) or '(?!)'})(?=[，的]?(?:{relation}))"),
            re.compile(
                f"[往向朝](?:正)?([东西南北]{{1,2}})(?:走)?{_FILLED}(大概|大约|约|差不多|有)?({_N}{{1,5}})来?(多)?(米|公里|里地|里路|里)"
            ),
            re.compile(f"({_N}{{1,3}})(?:号楼|号院|栋|幢|号院儿)|([A-Fa-f]座)"),
            re.compile(f"({_N}{{1,2}}|[东西南北中])单元"),
            re.compile(
                f"({_N}{{1,4}})(?:室|号房)|({_DIGIT}{{3,4}})户"
                f"|(?<=单元){_FILLED}({_DIGIT}{{3,4}})(?![{NUMERAL}])|(?<=号楼){_FILLED}({_DIGIT}{{3,4}})(?![{NUMERAL}])"
            ),
            frozenset(config.generic),
            tuple(word for word in config.generic if len(word) >= 2 and word not in endings),
        )

    def find(self, turn: Turn, taken: Sequence[tuple[int, int]]) -> Iterator[Part]:
        """Yield the parts in a turn; `taken` are stretches of county and town names, behind which a name may begin."""
        breaks = tuple(end for _, end in taken)
        text = turn.text
        crossings = list(self._crossings(turn, breaks))
        yield from crossings
        covered = [*taken, *((part.start, part.end) for part in crossings)]
        for kind, pattern in (
            (PartKind.ESTATE, self.estate),
            (PartKind.LANDMARK, self.landmark),
            (PartKind.STREET, self.street),
            (PartKind.VILLAGE, self.village),
        ):
            for match in pattern.finditer(text):
                part = self._named(kind, turn, match, breaks)
                if part and not any(part.start < end and start < part.end for start, end in covered):
                    covered.append((part.start, part.end))
                    yield part
        for match in self.only_one.finditer(text):
            if not any(match.start(1) < end and start < match.end(1) for start, end in covered):
                covered.append(match.span(1))
                yield Part(PartKind.LANDMARK, match[1], turn, *match.span(1))
        yield from self._relations(turn)
        for kind, pattern, ending in (
            (PartKind.BUILDING, self.building, "号楼"),
            (PartKind.UNIT, self.unit, "单元"),
            (PartKind.ROOM, self.room, ""),
        ):
            for match in pattern.finditer(text):
                value = next(group for group in match.groups() if group)
                yield Part(kind, digits(value) + _suffix(match[0], ending), turn, match.start(), match.end())

    def _crossings(self, turn: Turn, breaks: tuple[int, ...]) -> Iterator[Part]:
        for match in self.crossing.finditer(turn.text):
            ending = match.end(1) - 1
            start = self._begin(turn.text, match.start(), ending, tuple(b for b in breaks if b < ending))
            first = turn.text[start : match.end(1)]
            text = f"{first}与{match[2]}{match[3]}"
            yield Part(PartKind.STREET, text, turn, start, match.end())

    def _relations(self, turn: Turn) -> Iterator[Part]:
        measured: list[tuple[int, int]] = []
        for match in self.distance.finditer(turn.text):
            about = "约" if (match[2] or match[4]) and match[5] != "米" else ""
            text = f"往{match[1]}{about}{digits(match[3])}{match[5].removesuffix('地').removesuffix('路')}"
            end = match.end()
            side = _SIDE_OF_ROAD.match(turn.text, end)
            end = side.end() if side else end
            measured.append((match.start(), end))
            yield Part(PartKind.RELATION, text + (side[1] if side else ""), turn, match.start(), end)
        for match in self.relation.finditer(turn.text):
            if not any(match.start() < end and start < match.end() for start, end in measured):
                pieces = "".join(self.tail.findall(match[0]))
                yield Part(PartKind.RELATION, pieces, turn, match.start(), match.end())

    def _named(self, kind: PartKind, turn: Turn, match: re.Match[str], breaks: tuple[int, ...]) -> Part | None:
        """Return the name that ends with this ending, its beginning found by what cannot be part of it."""
        text = turn.text
        number = next((group for group in match.groups() if group), "") if match.groups() else ""
        ending = match[0].removesuffix(number).rstrip(PAUSES)
        least = {PartKind.ESTATE: 2, PartKind.LANDMARK: 0 if len(ending) >= 3 else 2}.get(kind, 1)
        if kind is PartKind.LANDMARK and text[: match.start()].endswith(_POINTED):
            least = 0
        start = self._begin(text, turn.clause_start(match.start()), match.start(), breaks, least)
        if ending in self.config.within or (
            kind is PartKind.LANDMARK and text[start : match.start()] in ("镇", "乡") and "政府" not in ending
        ):
            start = match.start()
        stem = text[start : match.start()]
        name = stem + ending + number
        if (
            len(stem) < least
            or stem.endswith(self.config.lead)
            or stem in self.config.soft_lead
            or self._is_generic(stem + ending)
        ):
            return None
        weak = kind is PartKind.ESTATE and len(ending) == _WEAK and not number
        if weak and (len(stem) > _LONGEST_WEAK or not self._anchored(text, start, match.end(), breaks)):
            return None
        if kind is PartKind.VILLAGE and start not in breaks and not self._anchored(text, start, match.end(), breaks):
            return None
        return Part(kind, name, turn, start, start + len(text[start : match.end()].rstrip(PAUSES)))

    def _is_generic(self, name: str) -> bool:
        """Tell whether a name names nothing: 整个小区, 那条路, or with such a word at its end (反映一下道路)."""
        return name in self.generic or name.endswith(self.generic_endings)

    def _begin(self, text: str, floor: int, ending: int, breaks: tuple[int, ...], least: int = 2) -> int:
        """Return where a name begins: after the last place name or word such as 在, 叫, 的, `least` characters left."""
        start = max([floor, ending - _LONGEST_STEM, *(b for b in breaks if b <= ending)])
        while start < ending and text[start] in PAUSES + " ":
            start += 1
        for lead in (*self.config.lead, *self.config.soft_lead):
            at = text.rfind(lead, start, ending)
            inside = lead in self.config.soft_lead and at > start
            if at >= 0 and ending - (at + len(lead)) >= (max(least, 2) if inside else least):
                start = at + len(lead)
        while start < ending and not ("\u4e00" <= text[start] <= "\u9fff" or text[start].isalnum()):
            start += 1
        return start

    def _anchored(self, text: str, start: int, end: int, breaks: tuple[int, ...]) -> bool:
        return any(0 <= start - place <= 1 for place in breaks) or bool(
            re.match(f"[，]?的?{_N}{{1,3}}(?:号楼|栋|幢)", text[end:])
        )
