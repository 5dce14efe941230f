"""The transcript put right by sound: of all ways to read a stretch, the one that is likeliest on this hotline.

A recogniser writes words that it knows for sounds that it heard (合则 for 菏泽). Each stretch of a text may stay as it
is or be a word of the lexicon that sounds like it; the cheapest chain of words wins, where a change costs the more the
surer the recogniser was and the less the sounds agree. What was heard stays beside every change.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cases.lexicon import Entry, Lexicon
from cases.sound import Syllable, likeness, syllables
from domain.words import Speaker
from transcription.transcript import Repair, Transcript, Utterance, Word

_NUMERALS = frozenset("零〇一二三四五六七八九十百千万两半0123456789")
_ONE = re.compile(
    "(?<=[0-9零一二三四五六七八九]{2})[要药腰](?=[0-9零一二三四五六七八九])|[要药腰](?=[0-9零一二三四五六七八九]{5})"
)
_SPOKEN_ONE = "幺"
_NAME_LENGTH = 3
_NEVER = -math.inf
_TELLING = 3
"""So many syllables, all the very same, are that name however sure the recogniser was of its spelling."""
_EXACT, _TONE, _CONFUSED, _NEAR = 1.0, 0.94, 0.85, 0.5


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A change proposed: characters start..end of a text are to be `entry`; `gain` is how much likelier that is."""

    start: int
    end: int
    entry: Entry
    gain: float


def repaired(transcript: Transcript, lexicon: Lexicon) -> Transcript:
    """Return the transcript with what was plainly misheard put right, every change told in `repairs`."""
    utterances: list[Utterance] = []
    repairs: list[Repair] = list(transcript.repairs)
    before: dict[Speaker, str] = {}
    for number, said in enumerate(transcript.utterances):
        named = any(lexicon.names_asked.search(text) for who, text in before.items() if who is not said.speaker)
        before[said.speaker] = said.text
        changes = list(_changes(said, named, lexicon))
        text = said.text
        for start, meant, why, sure in changes:
            end = start + len(meant)
            repairs.append(Repair(number, start, end, text[start:end], meant, why, sure))
        utterances.append(rewritten(said, [(start, meant) for start, meant, _, _ in changes]))
    return replace(transcript, utterances=tuple(utterances), repairs=tuple(repairs))


def _changes(said: Utterance, named: bool, lexicon: Lexicon) -> Iterator[tuple[int, str, str, float]]:
    """Yield start, new text, reason and certainty of every change in one utterance; none changes its length.

    `named`: the other side asked for a name just before.
    """
    text = said.text
    for match in _ONE.finditer(text):
        yield match.start(), _SPOKEN_ONE, "号码里的“幺”", 0.95
    doubts = _doubts(said, named, lexicon)
    for stretch in _best(text, doubts, lexicon):
        entry = stretch.entry
        heard = text[stretch.start : stretch.end]
        first = next(i for i, (a, b) in enumerate(zip(heard, entry.text, strict=True)) if a != b)
        last = next(i for i in range(len(heard), 0, -1) if heard[i - 1] != entry.text[i - 1])
        sounds = lexicon.ear.codes(syllables(heard)) == lexicon.ear.codes(entry.sounds)
        why = f"{'地名' if entry.is_place else '热线用语'}“{entry.text}”, 读音{'相同或易混' if sounds else '相近'}"
        yield stretch.start + first, entry.text[first:last], why, round(1 / (1 + math.exp(-stretch.gain)), 3)


def _doubts(said: Utterance, named: bool, lexicon: Lexicon) -> list[float]:
    """Return for every character how likely it is wrong: from its word's confidence and its neighbours'."""
    limits = lexicon.config.doubt
    sure = [1.0 if said.confidence is None or said.words else said.confidence] * len(said.text)
    for start, end, word in _placed(said):
        if word.confidence is not None:
            sure[start:end] = [word.confidence] * (end - start)
    doubts = []
    for at, own in enumerate(sure):
        around = min(sure[max(0, at - 1) : at + 2])
        doubts.append(min(max(1 - (own + around) / 2, limits.least), limits.most))
    for start, end in _names(said.text, named, lexicon):
        doubts[start:end] = [0.0] * (end - start)
    return doubts


def _names(text: str, named: bool, lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    """Yield where a person's name stands: after 我叫, and as the whole of a clause where a name was asked for."""
    for match in lexicon.names_follow.finditer(text):
        yield match.end(), min(len(text), match.end() + _NAME_LENGTH)
    if named:
        yield from (match.span() for match in lexicon.bare_names.finditer(text))


def _best(text: str, doubts: Sequence[float], lexicon: Lexicon) -> list[_Stretch]:
    """Return the changes of the likeliest reading, each likelier than what was heard by the configured gain."""
    size = len(text)
    sounds = syllables(text)
    codes = lexicon.ear.codes(sounds)
    score = [0.0, *[_NEVER] * size]
    step: list[tuple[int, Entry | None]] = [(0, None)] * (size + 1)
    for start in range(size):
        for end, cost in _as_heard(text, start, lexicon):
            if score[start] + cost > score[end]:
                score[end], step[end] = score[start] + cost, (start, None)
        for end in range(start + 2, min(size, start + lexicon.longest) + 1):
            inexact = max(doubts[start:end]) >= lexicon.config.doubt.inexact
            for entry in _told_apart(list(lexicon.entries(codes[start:end], inexact)), sounds[start:end]):
                least = score[end] - score[start] - entry.cost
                change = _change(text[start:end], sounds[start:end], doubts[start:end], entry, lexicon, least)
                if change > least:
                    score[end], step[end] = score[start] + entry.cost + change, (start, entry)
    found: list[_Stretch] = []
    end = size
    while end:
        start, chosen = step[end]
        if chosen is not None and chosen.text != text[start:end]:
            gain = score[end] - score[start] - _kept(text[start:end], lexicon)
            if gain >= lexicon.config.doubt.gain:
                found.append(_Stretch(start, end, chosen, gain))
        end = start
    return found[::-1]


def _told_apart(entries: list[Entry], heard: Sequence[Syllable]) -> list[Entry]:
    """Return what a stretch may be; of several places that it sounds half like (金荷街道: 滨河, 青菏) none, for that is
    told by what county stands beside it."""
    alike = {entry.text: tuple(map(likeness, heard, entry.sounds)) for entry in entries if entry.is_place}
    best = max(alike.values(), key=sum, default=())
    if not best or min(best) >= _CONFUSED or sum(sum(best) - sum(each) < _NEAR for each in alike.values()) < 2:
        return entries
    return [entry for entry in entries if not entry.is_place]


def _as_heard(text: str, start: int, lexicon: Lexicon) -> Iterator[tuple[int, float]]:
    """Yield end and cost of every usual word that stands at a place as it was heard."""
    char = text[start]
    free = not "\u3400" <= char <= "\u9fff"
    yield start + 1, 0.0 if free else lexicon.usual.get(char, lexicon.config.costs.unknown)
    for end in range(start + 2, min(len(text), start + lexicon.longest) + 1):
        cost = lexicon.usual.get(text[start:end])
        if cost is not None:
            yield end, cost


def _kept(text: str, lexicon: Lexicon) -> float:
    """Return the cost of a stretch as it was heard."""
    score = [0.0, *[_NEVER] * len(text)]
    for start in range(len(text)):
        for end, cost in _as_heard(text, start, lexicon):
            score[end] = max(score[end], score[start] + cost)
    return score[-1]


def _change(
    heard: str, sounds: Sequence[Syllable], doubts: Sequence[float], entry: Entry, lexicon: Lexicon, least: float
) -> float:
    """Return the cost of having heard one thing for another; gives up, as never, once it is no more than `least`."""
    costs, inexact, clear = lexicon.config.costs, lexicon.config.doubt.inexact, lexicon.config.doubt.clear
    by_likeness = {_EXACT: costs.same_sound, _TONE: costs.other_tone, _CONFUSED: costs.confused, _NEAR: costs.near}
    same = len(entry.text) >= _TELLING and all(
        likeness(*pair) == _EXACT for pair in zip(sounds, entry.sounds, strict=True)
    )
    total = 0.0
    for at, (was, meant) in enumerate(zip(heard, entry.text, strict=True)):
        if was == meant:
            continue
        alike = likeness(sounds[at], entry.sounds[at])
        doubt = doubts[at]
        sure = doubt == 0 or (doubt < clear and not same)
        if was in _NUMERALS or alike == 0 or sure or (alike < _EXACT and doubt < inexact):
            return _NEVER
        total += math.log(doubt) + by_likeness[alike]
        if total <= least:
            return _NEVER
    return total


def _placed(said: Utterance) -> Iterator[tuple[int, int, Word]]:
    """Yield start and end in the text of every word that is found there, in order."""
    cursor = 0
    for word in said.words:
        text = word.text.strip()
        at = said.text.find(text, cursor) if text else -1
        if at >= 0:
            cursor = at + len(text)
            yield at, cursor, word


def rewritten(said: Utterance, changes: Sequence[tuple[int, str]]) -> Utterance:
    """Return the utterance with changes made, in its words as well; times and confidences stay those of the hearing."""
    if not changes:
        return said
    chars = list(said.text)
    for start, meant in changes:
        chars[start : start + len(meant)] = meant
    text = "".join(chars)
    places = {id(word): (start, end) for start, end, word in _placed(said)}
    words = tuple(
        replace(word, text=word.text.replace(word.text.strip(), text[slice(*places[id(word)])], 1))
        if id(word) in places
        else word
        for word in said.words
    )
    return replace(said, text=text, words=words)
