"""A second look with a narrower question: where somebody says a number, which digits are they?

A recogniser that may write anything writes words for digits (要散八 for 138), drops one of two alike and runs groups
together. Asked again for digits alone, it gives the readings that there are, and how likely each is.
"""

import re
from collections.abc import Iterator

from transcription.audio import resample
from transcription.channels import Channel
from transcription.engine import Engine
from transcription.settings import NumberSettings
from transcription.transcript import Reading, SpokenNumber, Utterance, Word

_NEXT = "\n"
"""Stands between two utterances."""
_PAUSES = "\n，、。：,.: -—"
_LINK = "(?:号码|号)?(?:就?是|为)?"


def look_again(
    channel: Channel, said: list[Utterance], engine: Engine, settings: NumberSettings
) -> Iterator[SpokenNumber]:
    """Yield the numbers that one speaker says, each listened to again."""
    text, words, owner = _written(said)
    for start, end in runs(text, settings):
        first, last = owner[start], owner[end - 1]
        readings: dict[str, float] = {}
        for look in settings.looks:
            lead = _lead(words, first, look.lead_seconds)
            begin, until = words[lead].start - settings.margin_seconds, words[last].end + look.tail_seconds
            before = text[owner.index(lead) : start].replace(_NEXT, "，").strip()
            for reading in _listen(channel, max(0.0, begin), until, engine, before, look.example):
                readings[reading.digits] = max(reading.likelihood, readings.get(reading.digits, 0.0))
            if any(len(digits) in settings.lengths and sure >= settings.enough for digits, sure in readings.items()):
                break
        if readings:
            ordered = sorted(readings.items(), key=lambda each: -each[1])
            found = tuple(Reading(digits, sure) for digits, sure in ordered)
            yield SpokenNumber(channel.speaker, round(words[first].start, 3), round(words[last].end, 3), found)


def _written(said: list[Utterance]) -> tuple[str, tuple[Word, ...], list[int]]:
    """Return all that a speaker says, its words, and for each character which of them it belongs to."""
    text = ""
    words: list[Word] = []
    owner: list[int] = []
    for each in said:
        for word in each.words:
            if word.text.strip():
                owner += [len(words)] * len(word.text)
                text += word.text
                words.append(word)
        if words:
            owner.append(len(words) - 1)
            text += _NEXT
    return text, tuple(words), owner


def _listen(
    channel: Channel, start: float, end: float, engine: Engine, before: str, example: str
) -> tuple[Reading, ...]:
    wanted = engine.rate or channel.rate
    samples = channel.samples[round(start * channel.rate) : round(end * channel.rate)]
    return engine.digits(resample(samples, channel.rate, wanted), wanted, before, example)


def _lead(words: tuple[Word, ...], first: int, seconds: float) -> int:
    """Return the word at which the words before a number begin."""
    lead = first
    while lead and words[first].start - words[lead - 1].start <= seconds:
        lead -= 1
    return lead


def runs(text: str, settings: NumberSettings) -> Iterator[tuple[int, int]]:
    """Yield start and end of the numbers in a text: of what may be digits, from the word before it that announces one
    (电话是); one that nothing announces is longer. Two after one such word are one number, broken by a word."""
    found: tuple[int, int] | None = None
    for start, end in _announced(text, settings):
        if found and start < found[1]:
            found = found[0], end
            continue
        if found:
            yield found
        found = start, end
    if found:
        yield found


def _announced(text: str, settings: NumberSettings) -> Iterator[tuple[int, int]]:
    """Yield the numbers, each from the word that announces it, which another may follow as well."""
    digit = f"[0-9{re.escape(settings.sure)}{re.escape(settings.likely)}]"
    sure = re.compile(f"[0-9{re.escape(settings.sure)}]")
    announced = re.compile(f"(?:{'|'.join(map(re.escape, settings.announced))}){_LINK}[{re.escape(_PAUSES)}]*")
    for found in re.finditer(f"{digit}(?:[{re.escape(_PAUSES)}]*{digit})*", text):
        near = max(0, found.start() - settings.reach, text.rfind(_NEXT, 0, found.start()))
        lead = list(announced.finditer(text, near, found.start()))
        if len(sure.findall(found[0])) >= (settings.fewest_announced if lead else settings.fewest):
            yield (lead[-1].end() if lead else found.start()), found.end()
