"""The address as it is written: city, county, town, then the parts heard, each from its surest mention."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from cases.draft import Field, Span
from cases.fields.parts import Part, PartKind, Parts
from cases.fields.places import Places, Whereabouts
from cases.gazetteer import PlaceKind
from cases.heard import Heard, Turn
from domain.words import Speaker

_NUMBERED = (PartKind.BUILDING, PartKind.UNIT, PartKind.ROOM)
_ORDER = (PartKind.VILLAGE, PartKind.STREET, PartKind.ESTATE, PartKind.LANDMARK)
_CROSSING = 8
"""Characters from which a street's text is a crossing, which nothing else looks like."""
_CROSSED = "交叉口"
_NO_COUNTY = 0.3
_WORTH = {PartKind.ESTATE: 0.35, PartKind.STREET: 0.3, PartKind.VILLAGE: 0.3, PartKind.LANDMARK: 0.25}


@dataclass(frozen=True, slots=True)
class Found:
    """The address field; `short` is the place as a title names it, `stretches` the (turn, start, end) it is made of."""

    field: Field[str]
    short: str
    stretches: tuple[tuple[Turn, int, int], ...]


@dataclass(frozen=True, slots=True)
class Addresses:
    """Reads addresses."""

    places: Places
    parts: Parts
    agreed: tuple[str, ...]

    def find(self, heard: Heard, where: Whereabouts) -> Found:
        """Return the address, empty where nothing but the county was heard."""
        weighed = [(self._weight(turn, where, heard), part) for turn in heard.turns for part in self._of(turn, where)]
        chosen = list(self._choose([row for row in weighed if row[0] >= self._least(row[1])]))
        town = where.town.value or ""
        if not town and not any(part.kind in _ORDER for part in chosen):
            return Found(Field(why="没有听到具体地址"), where.county.value or "", ())
        detail = _compose(chosen)
        stretches = tuple((part.turn, part.start, part.end) for part in chosen) + tuple(
            (row.mention.turn, row.mention.start, row.mention.end)
            for row in where.mentions
            if row.mention.place.name in (where.county.value, town)
        )
        value = f"{self.places.config.city}{where.county.value or ''}{town}{detail}"
        short = (town if not detail else "") + _compose(
            [p for p in chosen if p.kind not in (*_NUMBERED, PartKind.FRONT, PartKind.RELATION)]
        )
        return Found(self._field(value, chosen, where), (where.county.value or "") + short, stretches)

    def _field(self, value: str, chosen: list[Part], where: Whereabouts) -> Field[str]:
        named = max((_WORTH.get(part.kind, 0.0) for part in chosen), default=0.0)
        confidence = max(where.county.confidence, _NO_COUNTY) * (0.3 + named) + (0.2 * where.town.confidence)
        confidence += 0.08 if any(part.kind is PartKind.BUILDING for part in chosen) else 0.0
        spans = [part.turn.span(part.start, part.end) for part in chosen]
        spans += [field.span for field in (where.town,) if field.span]
        why = next((f.why for f in (where.town, where.county) if f.value and "改正" in f.why), "")
        sure = [part.turn.certainty(part.start, part.end) for part in chosen]
        confidence *= sum(sure) / len(sure) if sure else 1.0
        return Field(value, round(min(max(confidence, 0.01), 0.9), 2), _cover(spans), why or "由听到的各部分地址拼成")

    def _of(self, turn: Turn, where: Whereabouts) -> Iterator[Part]:
        mentions = [row.mention for row in where.mentions if row.mention.turn is turn]
        taken = sorted({(m.start, m.end) for m in mentions if m.place.kind in (PlaceKind.AREA, PlaceKind.TOWN)})
        listed: list[Part] = []
        for mention in mentions:
            kind = {
                PlaceKind.VILLAGE: PartKind.VILLAGE,
                PlaceKind.STREET: PartKind.STREET,
                PlaceKind.ESTATE: PartKind.ESTATE,
                PlaceKind.UNIT: PartKind.LANDMARK,
            }.get(mention.place.kind)
            fits = where.county.value in mention.place.counties and mention.place.town in ("", where.town.value)
            if kind and fits and not any(p.start == mention.start for p in listed):
                listed.append(Part(kind, mention.place.name, turn, mention.start, mention.end))
        listed = list(_crossed(listed))
        for part in self.parts.find(turn, taken):
            named = [p for p in listed if p.start < part.end and part.start < p.end]
            if not named:
                yield part
            elif part.kind is PartKind.STREET and part.end > max(p.end for p in named):
                yield self._respell(part, named)
                listed = [p for p in listed if p not in named]
        yield from listed

    def _respell(self, part: Part, named: list[Part]) -> Part:
        """Write the listed names into a crossing or a numbered street that was heard a little otherwise."""
        crossed = next((name for name in named if name.text.endswith(_CROSSED)), None)
        if crossed:
            text = crossed.text.removesuffix(_CROSSED) + self._crossing_word(part.text)
        elif len(named) == 1 and named[0].start <= part.start:
            text = named[0].text + part.turn.text[named[0].end : part.end]
        else:
            text = part.text
            for name in named:
                text = text.replace(name.turn.text[name.start : name.end], name.text)
        return Part(part.kind, text, part.turn, min(part.start, named[0].start), part.end)

    def _crossing_word(self, text: str) -> str:
        return next((word for word in self.places.config.crossings if text.endswith(word)), _CROSSED)

    def _weight(self, turn: Turn, where: Whereabouts, heard: Heard) -> float:
        """Weigh a turn as a place to look for an address: 0 where none is to be expected."""
        weight = 0.0
        asked = heard.before(turn, Speaker.AGENT)
        if asked and any(word in asked.text for word in self.places.config.asked):
            weight += 1.0
        if any(
            row.mention.turn is turn and row.mention.place.kind in (PlaceKind.AREA, PlaceKind.TOWN)
            for row in where.mentions
        ):
            weight += 1.5
        if turn.speaker is Speaker.CITIZEN:
            return weight + 0.5
        answer = heard.after(turn, Speaker.CITIZEN)
        agreed = answer is not None and answer.text.startswith(self.agreed)
        return weight * 0.4 if weight >= 1.5 and agreed else 0.0

    def _least(self, part: Part) -> float:
        """Return the weight a turn needs for a part: what is easily misread is taken only where it was asked for."""
        if part.text in self.places.config.within:
            return 0.1
        loose = part.kind in (PartKind.LANDMARK, PartKind.VILLAGE, PartKind.STREET) and len(part.text) < _CROSSING
        return 1.0 if loose and not self._listed(part) else 0.1

    def _listed(self, part: Part) -> bool:
        return part.text in self.places.gazetteer.by_text

    def _choose(self, weighed: list[tuple[float, Part]]) -> Iterator[Part]:
        """Yield one part of each kind (relations: those that belong to another part)."""
        best: dict[PartKind, Part] = {}
        for kind in (kind for kind in PartKind if kind not in (PartKind.RELATION, PartKind.FRONT)):
            rows = [row for row in weighed if row[1].kind is kind]
            if rows:
                best[kind] = max(rows, key=lambda row: (row[0], len(row[1].text), -row[1].turn.number))[1]
        named = [
            best[kind]
            for kind in (PartKind.STREET, PartKind.ESTATE, PartKind.LANDMARK, PartKind.VILLAGE)
            if kind in best
        ]
        strong = [p for p in named if p.kind is not PartKind.LANDMARK]
        landmark = best.get(PartKind.LANDMARK)
        inside = landmark is not None and landmark.text in self.places.config.within and PartKind.ESTATE in best
        if landmark and strong and landmark.turn is not strong[0].turn and not inside:
            named.remove(best.pop(PartKind.LANDMARK))
        yield from best.values()
        yield from self._sides([part for _, part in weighed if part.kind is PartKind.RELATION], named, best)

    def _sides(self, relations: list[Part], named: list[Part], best: Mapping[PartKind, Part]) -> Iterator[Part]:
        """Yield the sides that belong to what was chosen: one of each place, and one of the building (7号楼跟前)."""
        numbered = [best[kind] for kind in _NUMBERED if kind in best]
        done: list[Part | None] = []
        for part in relations:
            behind = next((p for p in numbered if p.turn is part.turn and 0 <= part.start - p.end <= 1), None)
            if behind and part.text in self.places.config.written and behind not in done:
                done.append(behind)
                yield replace(part, kind=PartKind.FRONT, text=self.places.config.written[part.text])
            elif self._belongs(part, named):
                place = next((p for p in named if _follows(part, p)), None)
                if place not in done and not (place is None and done):
                    done.append(place)
                    yield part

    def _belongs(self, relation: Part, named: Iterable[Part]) -> bool:
        """Tell whether a relation follows a chosen part, or stands as a clause of its own."""
        turn = relation.turn
        lead = turn.text[: relation.start]
        clause = turn.clause_start(relation.start)
        if any(lead.endswith(tail) for part in named for tail in (part.text, turn.text[part.start : part.end]) if tail):
            return True
        if any(part.turn is turn and 0 <= relation.start - part.end <= 4 for part in named):
            return True
        whole = relation.end == turn.clause_end(relation.start) or relation.text.endswith("角")
        return relation.start == clause and whole and bool(list(named))


def _crossed(listed: list[Part]) -> Iterator[Part]:
    """Yield the listed places, two streets that 和 joins made into their crossing (however its word was misheard)."""
    rows = sorted(listed, key=lambda part: part.start)
    while rows:
        part = rows.pop(0)
        after = rows[0] if rows else None
        streets = after is not None and part.kind is after.kind is PartKind.STREET
        if after is not None and streets and part.turn.text[part.end : after.start] in ("和", "与", "跟", "同"):
            rows.pop(0)
            yield Part(PartKind.STREET, f"{part.text}与{after.text}{_CROSSED}", part.turn, part.start, after.end)
        else:
            yield part


def _compose(parts: Iterable[Part]) -> str:
    """Write the parts one after the other: as they were said, the numbers of building, unit and room last."""
    rows = list(parts)
    named = sorted((p for p in rows if p.kind in _ORDER), key=lambda p: _ORDER.index(p.kind))
    behind: dict[PartKind | None, str] = {}
    for relation in (p for p in rows if p.kind is PartKind.RELATION):
        followed = [part for part in named if _follows(relation, part)]
        after = max(followed, key=lambda part: part.end, default=named[-1] if named else None)
        key = after.kind if after else None
        behind[key] = behind.get(key, "") + relation.text
    text = "".join(part.text + behind.get(part.kind, "") for part in named) + behind.get(None, "")
    return text + "".join(next((p.text for p in rows if p.kind is kind), "") for kind in (*_NUMBERED, PartKind.FRONT))


def _follows(relation: Part, part: Part) -> bool:
    return relation.turn is part.turn and 0 <= relation.start - part.end <= 4


def _cover(spans: list[Span]) -> Span | None:
    """Return the earliest citizen's span, stretched over the next ones of the same breath."""
    rows = sorted((s for s in spans if s.speaker is Speaker.CITIZEN), key=lambda s: s.start) or sorted(
        spans, key=lambda s: s.start
    )
    if not rows:
        return None
    first, end, text = rows[0], rows[0].end, rows[0].text
    for span in rows[1:]:
        if span.start - end > 3 or span.speaker is not first.speaker:
            break
        if span.end > end:
            end, text = span.end, text + span.text
    return Span(first.speaker, first.start, end, text)
