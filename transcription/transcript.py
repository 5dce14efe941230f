"""The text of a recording, every word with its second of audio."""

from dataclasses import dataclass, replace

from domain.words import Speaker


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word (or character); times in seconds from the recording's start, confidence 0 to 1 or None."""

    text: str
    start: float
    end: float
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Utterance:
    """话段: one speaker's turn. `text` is simplified Chinese with punctuation where the engine gives it."""

    speaker: Speaker
    start: float
    end: float
    text: str
    words: tuple[Word, ...] = ()
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Repair:
    """What was put right in an utterance after it was heard.

    Characters `start`..`end` of the text of utterance number `utterance` were `heard` and now are `meant`, as long;
    `why` says so in Chinese, `sure` (0 to 1) how certain that is.
    """

    utterance: int
    start: int
    end: int
    heard: str
    meant: str
    why: str
    sure: float


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read spoken digits ("13853067219"), and how likely it is (0 to 1)."""

    digits: str
    likelihood: float


@dataclass(frozen=True, slots=True)
class SpokenNumber:
    """A stretch in which a speaker says a number, listened to again for digits alone: its readings, likeliest first.

    Times in seconds from the recording's start.
    """

    speaker: Speaker
    start: float
    end: float
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Transcript:
    """转写: the utterances of both speakers in order of their start.

    `engine` and `model` say who listened; `audio_seconds` is the recording's length, `spent_seconds` the wall time
    taken; `notes` say in Chinese what could not be heard and why; `repairs` what was put right by sound; `numbers` what
    a second, narrower look at spoken numbers found.
    """

    utterances: tuple[Utterance, ...]
    engine: str
    model: str
    audio_seconds: float
    spent_seconds: float
    notes: tuple[str, ...] = ()
    repairs: tuple[Repair, ...] = ()
    numbers: tuple[SpokenNumber, ...] = ()


def as_heard(transcript: Transcript) -> Transcript:
    """Return the transcript whose utterances read as the recogniser wrote them; words are left out, repairs too."""
    texts = [list(said.text) for said in transcript.utterances]
    for repair in reversed(transcript.repairs):
        texts[repair.utterance][repair.start : repair.end] = repair.heard
    utterances = tuple(
        replace(said, text="".join(text), words=()) for said, text in zip(transcript.utterances, texts, strict=True)
    )
    return replace(transcript, utterances=utterances, repairs=())
