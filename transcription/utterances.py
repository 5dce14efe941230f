"""What each channel said, put into one conversation: utterances in order of their start."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from domain.words import Speaker
from transcription.engine import Heard
from transcription.settings import TurnSettings
from transcription.text import Simplifier, collapse_loops, without_phantoms
from transcription.transcript import Utterance, Word
from transcription.voice import Speech


@dataclass(frozen=True, slots=True)
class Writer:
    """Makes utterances of what an engine heard."""

    settings: TurnSettings
    simplifier: Simplifier

    def utterances(self, speaker: Speaker, heard: Iterable[Heard], speech: Speech) -> list[Utterance]:
        """Return one channel's utterances, cut where the speaker was silent, with times of the recording."""
        pieces: list[Utterance] = []
        for each in heard:
            words = self.simplifier.words(collapse_loops(each.words, self.settings.loop_repeats))
            words = without_phantoms(words, self.settings.phantoms)
            pieces.extend(_pieces(speaker, words, each.confidence, speech))
        return pieces

    def conversation(self, *channels: list[Utterance]) -> tuple[Utterance, ...]:
        """Return the channels' utterances in order, joined where one speaker goes on after a short pause."""
        ordered = sorted((each for channel in channels for each in channel), key=lambda each: (each.start, each.end))
        turns: list[Utterance] = []
        for each in ordered:
            last = turns[-1] if turns else None
            if last and last.speaker is each.speaker and each.start - last.end < self.settings.pause_seconds:
                turns[-1] = _joined(last, each)
            else:
                turns.append(each)
        return tuple(turns)


def _pieces(speaker: Speaker, words: tuple[Word, ...], confidence: float | None, speech: Speech) -> Iterable[Utterance]:
    """Divide a stretch of words where it reaches over a silence that was cut out."""
    current: list[Word] = []
    index = -1
    for word in words:
        place, start, end = speech.place(word.start, word.end)
        if place != index and current:
            yield from _utterance(speaker, current, confidence)
            current = []
        index = place
        current.append(replace(word, start=round(start, 3), end=round(end, 3)))
    yield from _utterance(speaker, current, confidence)


def _utterance(speaker: Speaker, words: list[Word], confidence: float | None) -> Iterable[Utterance]:
    text = "".join(word.text for word in words).strip()
    if text.strip("，。？！；：、,.?!;: "):
        yield Utterance(speaker, words[0].start, words[-1].end, text, tuple(words), _confidence(words, confidence))


def _joined(first: Utterance, second: Utterance) -> Utterance:
    words = first.words + second.words
    text = "".join(word.text for word in words).strip()
    end = max(first.end, second.end)
    known = first.confidence if second.confidence is None else second.confidence
    return replace(first, end=end, text=text, words=words, confidence=_confidence(words, known))


def _confidence(words: Iterable[Word], otherwise: float | None) -> float | None:
    """Return the mean of the words' confidences, where the engine gives them."""
    known = [word.confidence for word in words if word.confidence is not None]
    return round(sum(known) / len(known), 4) if known else otherwise
