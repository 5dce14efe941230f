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

_PAUSES = "，、。：,.: -—"
_LINK = "(?:号码|号)?(?:就?是|为)?"


def look_again(
    channel: Channel, said: list[Utterance], engine: Engine, settings: NumberSettings
) -> Iterator[SpokenNumber]:
    """Yield the numbers that one speaker says, each listened to again."""
    words = tuple(word for each in said for word in each.words if word.text.strip())
    text = "".join(word.text for word in words)
    owner = [at for at, word in enumerate(words) for _ in word.text]
    for start, end in runs(text, settings):
        first, last = owner[start], owner[end - 1]
        readings: dict[str, float] = {}
        for look in settings.looks:
            lead = _lead(words, first, look.lead_seconds)
            begin, until = words[lead].start - settings.margin_seconds, _until(words, last, look.tail_seconds)
            before = text[owner.index(lead) : start].strip()
            for reading in _listen(channel, max(0.0, begin), until, engine, before, look.example):
                readings[reading.digits] = max(reading.likelihood, readings.get(reading.digits, 0.0))
            if any(len(digits) in settings.lengths and sure >= settings.enough for digits, sure in readings.items()):
                break
        if readings:
            ordered = sorted(readings.items(), key=lambda each: -each[1])
            found = tuple(Reading(digits, sure) for digits, sure in ordered)
            yield SpokenNumber(channel.speaker, round(words[first].start, 3), round(words[last].end, 3), found)


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


def _until(words: tuple[Word, ...], last: int, seconds: float) -> float:
    """Return how far a number is heard: beyond its last word, whose end may be wrong, but not into the next."""
    end = words[last].end
    return min(end + seconds, max(words[last + 1].start, end)) if last + 1 < len(words) else end + seconds


def runs(text: str, settings: NumberSettings) -> Iterator[tuple[int, int]]:
    """Yield start and end of the numbers in a text: of what may be digits, from the word before it that announces one
    (电话是); one that nothing announces is longer."""
    digit = f"[0-9{re.escape(settings.sure)}{re.escape(settings.likely)}]"
    sure = re.compile(f"[0-9{re.escape(settings.sure)}]")
    announced = re.compile(f"(?:{'|'.join(map(re.escape, settings.announced))}){_LINK}[{re.escape(_PAUSES)}]*")
    for found in re.finditer(f"{digit}(?:[{re.escape(_PAUSES)}]*{digit})*", text):
        near = max(0, found.start() - settings.reach)
        lead = list(announced.finditer(text, near, found.start()))
        if len(sure.findall(found[0])) >= (settings.fewest_announced if lead else settings.fewest):
            yield (lead[-1].end() if lead else found.start()), found.end()
