"""Which county and town the call is about: place names by letter or sound, weighed by what stands around them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from cases.draft import Field
from cases.gazetteer import Gazetteer, Mention, Place, PlaceKind
from cases.heard import PAUSES, Heard
from cases.rules import AddressConfig
from domain.words import Speaker

_ASIDE, _ALONE = 0.2, 0.75
"""What a place is worth that is named as somewhere else (户口在…), beside another place and alone."""
_SHORT_COST, _LONG_COST = 0.45, 0.05
"""What being heard by sound only costs a name of two characters (超限 and 上线 are words), and a longer one."""


_SAID_SHORT = {PlaceKind.AREA: 0.85, PlaceKind.TOWN: 0.6}
"""What a county or town is worth that is named without its 县 or 镇, where it is said to be here."""
_AFTER_SHORT = ("的", "这", "那", "人", "县城", "城区", "城里", "街里", "农村", "本地")


@dataclass(frozen=True, slots=True)
class Located:
    """A mention and how sure it is that this place was meant; `elsewhere`: not as where the matter is (户口在…)."""

    mention: Mention
    weight: float
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The county and town chosen, with every mention that was believed."""

    county: Field[str]
    town: Field[str]
    mentions: tuple[Located, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """The gazetteer and the words around places."""

    gazetteer: Gazetteer
    config: AddressConfig

    def find(self, heard: Heard) -> Whereabouts:
        """Return the county and town that the whole call speaks for."""
        found = [located for turn in heard.turns for located in self._of_turn(list(self.gazetteer.find(turn)), heard)]
        county = self._county(found)
        return Whereabouts(county, self._town(found, county), tuple(found))

    def _of_turn(self, mentions: list[Mention], heard: Heard) -> list[Located]:
        """Weigh one turn's mentions; of those that overlap the best stays (all of one stretch, where names repeat)."""
        weighed = [self._weigh(mention, mentions, heard) for mention in mentions]
        weighed.sort(key=lambda row: (-row.weight * (row.mention.end - row.mention.start), row.mention.start))
        kept: list[Located] = []
        for row in weighed:
            if row.weight < self.config.least:
                continue
            if all(_apart(row.mention, other.mention) or _same_stretch(row.mention, other.mention) for other in kept):
                kept.append(row)
        return kept

    def _weigh(self, mention: Mention, others: Iterable[Mention], heard: Heard) -> Located:
        weight = self._weight(mention, others, heard)
        before = mention.turn.text[: mention.start].rstrip(PAUSES)
        if not self._elsewhere(before) or self._beside(mention, others):
            return Located(mention, min(weight, 1.0))
        return Located(mention, self.config.least if mention.likeness == 1.0 else 0.0, elsewhere=True)

    def _weight(self, mention: Mention, others: Iterable[Mention], heard: Heard) -> float:
        """Likeness, raised by a fitting neighbour, a word such as 在, a question for the address; less where short."""
        turn, text = mention.turn, mention.turn.text
        if mention.spelling.short:
            if text.startswith(self.config.streets, mention.end) and not text.startswith("街道", mention.end):
                return 0.0  # 曹县青菏路 is a road, wherever 青菏街道 may be
            if not self._beside(mention, others):
                return self._alone(mention, heard)
        weight = mention.likeness**2
        before = text[: mention.start].rstrip(PAUSES)
        if mention.likeness < 1.0:
            short = mention.end - mention.start < 3
            weight -= _SHORT_COST if short else _LONG_COST
            asked = heard.before(turn, Speaker.AGENT)
            if turn.speaker is Speaker.CITIZEN and asked and any(word in asked.text for word in self.config.asked):
                weight += 0.1
            if before.endswith(self.config.here) or not (before or short):
                weight += 0.15
            if text.startswith("的", mention.end):
                weight += 0.1
            if self._beside(mention, others):
                weight += 0.4
        return weight

    def _alone(self, mention: Mention, heard: Heard) -> float:
        """Return the weight of a name without its 县 or 镇 beside no other place (我是郓城的; 东明 as an answer)."""
        turn, text = mention.turn, mention.turn.text
        weight = _SAID_SHORT.get(mention.place.kind, 0.0) if mention.likeness == 1.0 else 0.0
        if weight and not self._unmistakable(mention):
            weight = self.config.least if mention.place.kind is PlaceKind.TOWN else 0.0
        after = text[mention.end :]
        if after and after[0] not in PAUSES and not after.startswith(_AFTER_SHORT):
            return 0.0
        lead = text[turn.clause_start(mention.start) : mention.start]
        asked = heard.before(turn, Speaker.AGENT)
        answers = asked is not None and any(word in asked.text for word in self.config.asked)
        if lead.endswith(self.config.here) or (answers and not lead.strip("嗯啊呃哦就")):
            return 0.0 if self._names_county(mention) else weight
        return 0.0

    def _names_county(self, mention: Mention) -> bool:
        """Tell whether a town's short name is a county's as well (牡丹街道 lies in 牡丹区)."""
        alike = self.gazetteer.by_text.get(mention.spelling.text, ())
        return mention.place.kind is PlaceKind.TOWN and any(each.place.kind is PlaceKind.AREA for each in alike)

    def _unmistakable(self, mention: Mention) -> bool:
        """Tell whether no other county has a place of this short name (李村 is a town, and villages elsewhere)."""
        name, counties = mention.spelling.text, set(mention.place.counties or (mention.place.name,))
        others = (each.place for text in (name, f"{name}村") for each in self.gazetteer.by_text.get(text, ()))
        return all(counties & set(other.counties or (other.name,)) for other in others)

    def _elsewhere(self, before: str) -> bool:
        ending = max((word for word in self.config.not_here if before.endswith(word)), key=len, default="")
        here = max((word for word in self.config.here if before.endswith(word)), key=len, default="")
        return len(ending) >= len(here) > 0 or bool(ending and not here)

    def _beside(self, mention: Mention, others: Iterable[Mention]) -> bool:
        """Tell whether a town follows its county, or a county goes before its town, next to one another."""
        for other in others:
            pair = (mention, other) if mention.start < other.start else (other, mention)
            if other is mention or other.likeness < 0.8 or not 0 <= pair[1].start - pair[0].end <= 1:
                continue
            if other.spelling.short and mention.spelling.short and min(other.likeness, mention.likeness) < 1.0:
                continue
            if pair[0].place.kind is PlaceKind.AREA and pair[0].place.name in pair[1].place.counties:
                return True
        return False

    def _county(self, found: list[Located]) -> Field[str]:
        scores: dict[str, float] = defaultdict(float)
        best: dict[str, tuple[float, Located]] = {}
        # Where no other place is named the one a citizen is registered at is the likeliest.
        aside = _ASIDE if any(not row.elsewhere for row in found) else _ALONE
        for row in found:
            for county, share in self._shares(row.mention.place):
                points = row.weight * share * self._speaker(row.mention)
                if row.elsewhere:
                    points *= aside
                scores[county] += points
                if points > best.get(county, (0.0, row))[0]:
                    best[county] = (points, row)
        if not scores:
            return Field(why="没有听到县区或乡镇街道")
        county = max(scores, key=lambda name: scores[name])
        rival = max((points for name, points in scores.items() if name != county), default=0.0)
        top, row = best[county]
        several = 1 - (1 - min(top, 0.97)) / max(1.0, scores[county] / max(top, 0.01)) ** 0.7
        confidence = several * scores[county] / (scores[county] + 0.6 * rival)
        mention = row.mention
        return Field(
            county,
            round(min(confidence, 0.97), 2),
            mention.turn.span(mention.start, mention.end),
            _why(mention, county),
        )

    def _shares(self, place: Place) -> Iterable[tuple[str, float]]:
        if place.kind is PlaceKind.AREA:
            return [(place.name, 1.0)]
        if place.kind is PlaceKind.TOWN:
            rivals = {
                county
                for other in self.gazetteer.by_text.get(place.name, ())
                if other.place.kind is PlaceKind.TOWN and other.place is not place
                for county in other.place.counties
            }
            first = 0.85 if not rivals else 0.5
            return [(county, first if i == 0 else first * 0.7) for i, county in enumerate(place.counties)]
        if place.kind in (PlaceKind.STREET, PlaceKind.ESTATE, PlaceKind.UNIT):
            return [(county, 0.6 / (i + 1)) for i, county in enumerate(place.counties)]
        return []

    def _speaker(self, mention: Mention) -> float:
        return 1.0 if mention.turn.speaker is Speaker.CITIZEN else 0.7

    def _town(self, found: list[Located], county: Field[str]) -> Field[str]:
        towns = [
            row
            for row in found
            if row.mention.place.kind is PlaceKind.TOWN
            and county.value in row.mention.place.counties
            and not row.elsewhere
        ]
        if not towns:
            return Field()
        scores: dict[str, float] = defaultdict(float)
        for row in towns:
            scores[row.mention.place.name] += row.weight * self._speaker(row.mention)
        name = max(scores, key=lambda town: scores[town])
        row = max((r for r in towns if r.mention.place.name == name), key=lambda r: r.weight * self._speaker(r.mention))
        mention = row.mention
        confidence = round(min(row.weight, 0.97) * (0.4 + 0.6 * county.confidence), 2)
        return Field(name, confidence, mention.turn.span(mention.start, mention.end), _why(mention, name))


def _why(mention: Mention, value: str) -> str:
    """Say what was heard and why it was taken for the place."""
    name, heard = mention.place.name, mention.heard
    if heard == mention.spelling.text:
        said = f"听到“{heard}”"
    elif mention.likeness >= 0.93:
        said = f"听到“{heard}”, 与“{name}”同音, 按地名改正"
    else:
        said = f"听到“{heard}”, 与“{name}”音近, 按地名改正"
    return said if name == value else f"{said}; {name}属{value}"


def _apart(one: Mention, other: Mention) -> bool:
    return one.end <= other.start or other.end <= one.start


def _same_stretch(one: Mention, other: Mention) -> bool:
    """Tell whether two mentions read one stretch the same way (刘庄村 of many towns)."""
    return (one.start, one.end, one.spelling.text) == (other.start, other.end, other.spelling.text)
