"""The transcript made ready for reading: turns in order of time, dialect made standard, a sound for every character."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from cases.draft import Span
from cases.sound import Ear, Syllable, syllables
from domain.words import Speaker
from transcription.transcript import SpokenNumber, Transcript, Utterance

PAUSES = "，。？！、；："
_SENTENCE_ENDS = "。？！；"
_ASKING = re.compile("是不是|有没有|是否|有无|还是")
_PRESUMING = re.compile("哪|什么时候|什么位置|多久|多长|几点|几天|多少|怎么")
_HALF_WIDTH = str.maketrans(",.?!;:" + "０１２３４５６７８９", "，。？！；：" + "0123456789")
_SPLIT_AT_GAP = 0.8
"""Seconds of silence at which one recognised stretch is taken for two turns (the other side may have spoken)."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one speaker's text with the second of every character, and how sure the recogniser was of it."""

    speaker: Speaker
    text: str
    times: tuple[tuple[float, float], ...]
    sure: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """One speaker's turn.

    `text` is normalised; `origin` maps each of its characters to the first and last of `raw`, the words as recognised,
    whose seconds are in `times` and certainty in `sure`; `sounds` and `codes` hold a syllable and a sound code for each
    character of `text`.
    """

    number: int
    speaker: Speaker
    text: str
    sounds: tuple[Syllable, ...]
    codes: str
    raw: str
    origin: tuple[tuple[int, int], ...]
    times: tuple[tuple[float, float], ...]
    sure: tuple[float, ...]

    def certainty(self, start: int, end: int) -> float:
        """Return how sure the recogniser was of the characters start..end, 1 where it does not say."""
        heard = self.sure[self.origin[start][0] : self.origin[max(start, end - 1)][1] + 1]
        return sum(heard) / len(heard)

    def span(self, start: int, end: int) -> Span:
        """Return where the characters start..end of the text were heard, in the words as recognised."""
        first, last = self.origin[start][0], self.origin[max(start, end - 1)][1]
        return Span(self.speaker, self.times[first][0], self.times[last][1], self.raw[first : last + 1])

    def clauses(self) -> Iterator[tuple[int, int]]:
        """Yield start and end of each clause, punctuation left out."""
        yield from _cut(self.text, PAUSES)

    def sentences(self) -> Iterator[tuple[int, int]]:
        """Yield start and end of each sentence, its end mark left out."""
        yield from _cut(self.text, _SENTENCE_ENDS)

    def clause_start(self, at: int) -> int:
        """Return where the clause around a character begins."""
        return max((self.text.rfind(mark, 0, at) for mark in PAUSES), default=-1) + 1

    def clause_end(self, at: int) -> int:
        """Return where the clause around a character ends."""
        return next((i for i in range(at, len(self.text)) if self.text[i] in PAUSES), len(self.text))

    def is_question(self, at: int) -> bool:
        """Tell whether the sentence around a character ends as a question."""
        end = self._sentence_end(at)
        return self.text[end : end + 1] == "？" or self.text[:end].rstrip("，")[-1:] in "吗嘛么呢"

    def asks(self, at: int) -> bool:
        """Tell whether the sentence around a character is a question by its end or by its words (是不是, 有没有)."""
        return self.is_question(at) or _ASKING.search(self._sentence(at)) is not None

    def offers(self, at: int) -> bool:
        """Tell whether the sentence around a character offers a choice (停水还是停电), to which a yes says nothing."""
        return "还是" in self._sentence(at)

    def presumes(self, at: int) -> bool:
        """Tell whether the sentence around a character takes it for granted and asks for more (从什么时候停的水)."""
        return _PRESUMING.search(self._sentence(at)) is not None

    def _sentence(self, at: int) -> str:
        start = max((self.text.rfind(mark, 0, at) for mark in _SENTENCE_ENDS), default=-1) + 1
        return self.text[start : self._sentence_end(at)]

    def _sentence_end(self, at: int) -> int:
        return next((i for i in range(at, len(self.text)) if self.text[i] in _SENTENCE_ENDS), len(self.text))


@dataclass(frozen=True, slots=True)
class Heard:
    """The whole call as turns in order of time; `text` and `codes` hold all of it, for a first quick look.

    `numbers` are spoken numbers that were listened to a second time.
    """

    turns: tuple[Turn, ...]
    seconds: float
    text: str
    codes: str
    numbers: tuple[SpokenNumber, ...] = ()

    def by(self, speaker: Speaker) -> Iterator[Turn]:
        """Yield one speaker's turns."""
        return (turn for turn in self.turns if turn.speaker is speaker)

    def before(self, turn: Turn, speaker: Speaker) -> Turn | None:
        """Return the other speaker's last turn before this one."""
        return next((t for t in reversed(self.turns[: turn.number]) if t.speaker is speaker), None)

    def after(self, turn: Turn, speaker: Speaker) -> Turn | None:
        """Return a speaker's first turn after this one."""
        return next((t for t in self.turns[turn.number + 1 :] if t.speaker is speaker), None)


@dataclass(frozen=True, slots=True)
class Dialect:
    """Words of the local speech and their standard ones."""

    words: dict[str, str]
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, words: Mapping[str, str]) -> "Dialect":
        """Compile the words, the longest first."""
        longest_first = sorted(words, key=len, reverse=True)
        return cls(dict(words), re.compile("|".join(map(re.escape, longest_first)) or "(?!)"))


def listen(transcript: Transcript, dialect: Dialect, ear: Ear) -> Heard:
    """Return the call as turns in order of time."""
    seconds = max(transcript.audio_seconds, 0.0)
    pieces = [piece for said in transcript.utterances for piece in _pieces(said, seconds)]
    pieces.sort(key=lambda piece: piece.times[0][0])
    joined: list[list[Piece]] = []
    for piece in pieces:
        if joined and joined[-1][0].speaker is piece.speaker:
            joined[-1].append(piece)
        else:
            joined.append([piece])
    turns = tuple(_turn(number, group, dialect, ear) for number, group in enumerate(joined))
    return Heard(
        turns,
        seconds,
        "\n".join(turn.text for turn in turns),
        "\n".join(turn.codes for turn in turns),
        transcript.numbers,
    )


def _cut(text: str, marks: str) -> Iterator[tuple[int, int]]:
    start = 0
    for at, char in enumerate(text + marks[0]):
        if char in marks:
            if at > start:
                yield start, at
            start = at + 1


def _pieces(said: Utterance, seconds: float) -> Iterator[Piece]:
    """Split an utterance at pauses in its word times, so that turns recognised in one stretch find their order."""
    times = _character_times(said, seconds)
    sure = _certainties(said)
    starts = [0]
    for at, (before, after) in enumerate(pairwise(times), start=1):
        if said.words and after[0] - before[1] >= _SPLIT_AT_GAP:
            starts.append(at)
    for start, end in pairwise([*starts, len(said.text)]):
        text = said.text[start:end]
        left = len(text) - len(text.lstrip())
        text = text.strip()
        if text:
            within = slice(start + left, start + left + len(text))
            yield Piece(said.speaker, text, tuple(times[within]), tuple(sure[within]))


def _character_times(said: Utterance, seconds: float) -> list[tuple[float, float]]:
    """Return (start, end) of every character: from its word, else evenly between neighbours; within the audio."""
    start = min(max(said.start, 0.0), seconds)
    end = min(max(said.end, start), seconds)
    anchors: list[tuple[int, float]] = [(0, start)]
    cursor = 0
    for word in said.words:
        text = word.text.strip()
        at = said.text.find(text, cursor) if text else -1
        if at < 0:
            continue
        cursor = at + len(text)
        for place, moment in ((at, word.start), (cursor, word.end)):
            _anchor(anchors, place, min(max(moment, start), end))
    _anchor(anchors, len(said.text), end)
    return _between(anchors, len(said.text))


def _certainties(said: Utterance) -> list[float]:
    """Return how sure the recogniser was of every character: of its word, else of the whole utterance."""
    sure = [1.0 if said.confidence is None else min(max(said.confidence, 0.0), 1.0)] * len(said.text)
    cursor = 0
    for word in said.words:
        text = word.text.strip()
        at = said.text.find(text, cursor) if text else -1
        if at < 0:
            continue
        cursor = at + len(text)
        if word.confidence is not None:
            sure[at:cursor] = [min(max(word.confidence, 0.0), 1.0)] * len(text)
    return sure


def _anchor(anchors: list[tuple[int, float]], place: int, moment: float) -> None:
    """Add an anchor unless it would run back in time."""
    anchors.append((place, max(moment, anchors[-1][1])))


def _between(anchors: list[tuple[int, float]], length: int) -> list[tuple[float, float]]:
    times: list[tuple[float, float]] = []
    for (left, early), (right, late) in pairwise(anchors):
        step = (late - early) / (right - left) if right > left else 0.0
        # min: the sum of equal steps may come out a hair behind the end
        edges = [min(early + step * i, late) for i in range(right - left + 1)]
        times.extend(pairwise(edges))
    return times[:length]


def _turn(number: int, group: list[Piece], dialect: Dialect, ear: Ear) -> Turn:
    raw, times, sure = _join(group)
    text, origin = _normalise(raw, dialect)
    sounds = syllables(text)
    return Turn(number, group[0].speaker, text, sounds, ear.codes(sounds), raw, origin, times, sure)


def _join(group: list[Piece]) -> tuple[str, tuple[tuple[float, float], ...], tuple[float, ...]]:
    raw = ""
    times: list[tuple[float, float]] = []
    sure: list[float] = []
    for piece in group:
        if raw and raw[-1].translate(_HALF_WIDTH) not in PAUSES:
            raw += "，"
            times.append((times[-1][1], times[-1][1]))
            sure.append(1.0)
        raw += piece.text
        times.extend(piece.times)
        sure.extend(piece.sure)
    return raw, tuple(times), tuple(sure)


def _normalise(raw: str, dialect: Dialect) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return the text with full-width marks and standard words, and for each character the one it came from."""
    text: list[str] = []
    origin: list[tuple[int, int]] = []
    at = 0
    for match in (*dialect.pattern.finditer(raw), None):
        until = match.start() if match else len(raw)
        text.extend(_mark(raw, place) for place in range(at, until))
        origin.extend((place, place) for place in range(at, until))
        if match:
            spoken, standard = match[0], dialect.words[match[0]]
            text.extend(standard)
            share = len(spoken) / len(standard)
            origin.extend(
                (until + int(i * share), until + max(int(i * share), math.ceil((i + 1) * share) - 1))
                for i in range(len(standard))
            )
            at = match.end()
    return "".join(text), tuple(origin)


def _mark(raw: str, at: int) -> str:
    """A comma within a number stays out of the way of digits; a space between Chinese words is a pause."""
    char = raw[at]
    if char == "." and raw[at - 1 : at].isdigit() and raw[at + 1 : at + 2].isdigit():
        return char
    if char.isspace():
        around = (raw[at - 1 : at], raw[at + 1 : at + 2])
        return " " if any(side.isascii() for side in around) else "，"
    return char.translate(_HALF_WIDTH)
