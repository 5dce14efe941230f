"""What a citizen takes back (6号楼，不对，是8号楼) is gone before anything is read, so that no field holds it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from cases.gazetteer import Gazetteer, PlaceKind
from cases.heard import PAUSES
from cases.repair import rewritten
from cases.rules import DraftingConfig
from domain.words import Speaker
from transcription.transcript import Transcript, Utterance

_HAN = "[\u4e00-\u9fff]"
_NUMBER = "[0-9零〇一二两三四五六七八九十百]+"
_NUMBERED = ("号楼|栋|幢|号院", "单元", "室|号", "楼|层", "点半?", "村民组|组")
_DIGIT = "0-9零〇一二两三四五六七八九幺"
_ROOM = f"(?<![{_DIGIT}])[{_DIGIT}]{{3,4}}(?![{_DIGIT}十百号单栋幢楼层点])"
_NAMED = "(?:免贵姓|我姓|我叫|姓名是)"
_REACH = 3
"""Utterances, of either side, over which a thing said is looked for: the agent may have repeated it."""


@dataclass(frozen=True, slots=True)
class _Change:
    """Characters start..end of utterance number `at` give way to commas, but for `keep` at their end."""

    at: int
    start: int
    end: int
    keep: str = ""


@dataclass(frozen=True, slots=True)
class Corrections:
    """The words that take something back, and the kinds of things that are put right, compiled."""

    mark: re.Pattern[str]
    kinds: tuple[re.Pattern[str], ...]
    named: re.Pattern[str]
    bare_name: re.Pattern[str]

    @classmethod
    def of(cls, config: DraftingConfig, gazetteer: Gazetteer) -> "Corrections":
        """Compile the words."""
        names: dict[PlaceKind, set[str]] = {PlaceKind.AREA: set(), PlaceKind.TOWN: set()}
        for spelling in (each for found in gazetteer.by_text.values() for each in found):
            if spelling.place.kind in names:
                names[spelling.place.kind].add(spelling.text)
        address = config.address
        kinds = (
            *(f"{_NUMBER}(?:{units})" for units in _NUMBERED),
            _ROOM,
            *(_any(sorted(found, key=len, reverse=True)) for found in names.values()),
            *(f"{_HAN}{{2,6}}?(?:{_any(words)})" for words in (address.estates, address.streets)),
            f"{_HAN}{{1,5}}?(?:{_any(address.villages)})",
            _any(sorted(config.times.days, key=len, reverse=True)),
            f"{_NAMED}{_HAN}{{1,3}}",
        )
        marks = _any(sorted(config.numbers.corrections, key=len, reverse=True))
        return cls(
            re.compile(
                f"(?:^|(?<=[{PAUSES}]))(?:{marks})(?:[{PAUSES}]?(?:{marks}))*[了啊呀哦]?(?:[{PAUSES}]+(?:我?说错了[{PAUSES}]+)?(?:应该)?(?:我家?(?=是))?|(?=是))"
            ),
            tuple(map(re.compile, kinds)),
            re.compile(f"({_NAMED}){_HAN}{{1,3}}"),
            re.compile(f"是?{_HAN}{{2,3}}(?=[{PAUSES}]|$)"),
        )

    def applied(self, transcript: Transcript) -> tuple[Transcript, tuple[str, ...]]:
        """Return the transcript without what its citizen took back, and a note on each correction."""
        changes: list[_Change] = []
        notes: list[str] = []
        for at, said in enumerate(transcript.utterances):
            for mark in self.mark.finditer(said.text) if said.speaker is Speaker.CITIZEN else ():
                found = list(self._taken_back(transcript.utterances, at, mark))
                changes += found
                notes += [f"市民更正过“{transcript.utterances[c.at].text[c.start : c.end]}”" for c in found[:1]]
        if not changes:
            return transcript, ()
        utterances = tuple(
            rewritten(said, [(c.start, _commas(c)) for c in changes if c.at == at])
            for at, said in enumerate(transcript.utterances)
        )
        return replace(transcript, utterances=utterances), tuple(dict.fromkeys(notes))

    def _taken_back(self, said: tuple[Utterance, ...], at: int, mark: re.Match[str]) -> Iterator[_Change]:
        text = said[at].text
        then = mark.end() + (text[mark.end() : mark.end() + 1] == "是")
        for kind in self.kinds:
            if not kind.match(text, then):
                continue
            found = list(_before(said, at, mark.start(), kind))
            if found:
                yield from found
                yield _Change(at, mark.start(), mark.end())
            return
        named = next(iter(_before(said, at, mark.start(), self.named)), None)
        if named and self.bare_name.match(text, mark.end()):
            lead = self.named.match(said[named.at].text, named.start)
            yield named
            if lead and then - mark.start() >= len(lead[1]):
                yield _Change(at, mark.start(), then, lead[1])


def _before(said: tuple[Utterance, ...], at: int, end: int, kind: re.Pattern[str]) -> Iterator[_Change]:
    """Yield the last thing of a kind that each side said before a place, back to the citizen's own."""
    for number in range(at, max(-1, at - _REACH), -1):
        text = said[number].text[:end] if number == at else said[number].text
        found = list(kind.finditer(text))
        if found:
            yield _Change(number, found[-1].start(), found[-1].end())
            if said[number].speaker is Speaker.CITIZEN:
                return


def _commas(change: _Change) -> str:
    return "，" * (change.end - change.start - len(change.keep)) + change.keep


def _any(words: list[str] | tuple[str, ...]) -> str:
    return "|".join(map(re.escape, words)) or "(?!)"
