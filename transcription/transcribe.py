"""One recording to one transcript."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import permutations
from time import perf_counter

from domain.words import Speaker
from transcription import signals, voice
from transcription.audio import Audio, Source, read, resample
from transcription.channels import SPOKEN_OF, Channel, prepare
from transcription.engine import Engine, Heard
from transcription.second_look import look_again
from transcription.settings import TranscriptionConfig
from transcription.text import Simplifier, is_foreign
from transcription.transcript import SpokenNumber, Transcript, Utterance
from transcription.utterances import Writer
from transcription.voice import Speech, Stretch

_ALL_SIGNAL = 0.7
"""Share of a stretch of "speech" from which it is music or a tone that only passed for it."""
_WORTH_A_NOTE = 5.0
_BACKGROUND = 0.4
"""Share of the other side's speech beside which a channel speaks, too; in plain conversations 2 %, and 50 % and more
with a broadcast 18 dB below the voices."""
OnProgress = Callable[[float, float], None]
"""Called with the seconds done and the recording's length."""


def nobody(done: float, total: float) -> None:
    """Listen to no progress."""


def transcribe(
    audio: Source,
    engine: Engine,
    settings: TranscriptionConfig,
    swapped: bool = False,
    on_progress: OnProgress = nobody,
) -> Transcript:
    """Return what is said in a recording, each channel apart so that the speakers are known.

    `swapped` says that the left channel is the agent's. Raises AudioError where the file cannot be listened to.
    """
    began = perf_counter()
    recording = read(audio, settings.limits.longest_seconds)
    on_progress(0.0, recording.seconds)
    channels, notes = _speech(recording, settings, swapped)
    writer = Writer(settings.turns, Simplifier())
    seconds = sum(stretch.seconds for _, stretches in channels for stretch in stretches)
    progress = _Progress(recording.seconds, seconds, on_progress)
    heard: list[list[Utterance]] = []
    numbers: list[SpokenNumber] = []
    for channel, stretches in channels:
        said: list[Utterance] = []
        for portion in voice.portions(stretches, settings.voice.portion_seconds):
            speech = voice.put_together(channel.samples, channel.rate, portion, settings.voice.gap_ms)
            said += writer.utterances(channel.speaker, _hear(engine, speech, progress), speech)
        heard.append(said)
        numbers += look_again(channel, said, engine, settings.numbers)
        notes += _doubts(channel.speaker, said)
    on_progress(recording.seconds, recording.seconds)
    return Transcript(
        utterances=writer.conversation(*heard),
        engine=engine.name,
        model=engine.model,
        audio_seconds=round(recording.seconds, 3),
        spent_seconds=round(perf_counter() - began, 3),
        notes=(*recording.notes, *notes),
        numbers=tuple(sorted(numbers, key=lambda number: number.start)),
    )


def _speech(
    recording: Audio, settings: TranscriptionConfig, swapped: bool
) -> tuple[list[tuple[Channel, tuple[Stretch, ...]]], list[str]]:
    """Return where each speaker speaks, and notes on those who are not heard and on what sounds besides."""
    channels, notes = prepare(recording, settings.channels, swapped=swapped)
    found: list[tuple[Channel, tuple[Stretch, ...]]] = []
    for channel in channels:
        sounding = signals.find(channel.samples, channel.rate)
        stretches = tuple(
            stretch
            for stretch in voice.find(channel.samples, channel.rate, settings.voice)
            if sounding.share(stretch.start, stretch.end) < _ALL_SIGNAL
        )
        name, heard = SPOKEN_OF[channel.speaker], "、".join(sounding.seconds)
        if stretches:
            found.append((channel, stretches))
            if sum(sounding.seconds.values()) >= _WORTH_A_NOTE:
                notes.append(f"{name}声道除讲话外还有{heard}")
        else:
            notes.append(f"{name}声道没有人声, 只有{heard}" if heard else f"{name}声道没有听到人声")
    return found, [*notes, *_background(found)]


def _background(found: list[tuple[Channel, tuple[Stretch, ...]]]) -> Iterator[str]:
    """Yield a note on each channel that goes on while the other side speaks: people take turns."""
    for (channel, own), (_, other) in permutations(found, 2):
        seconds = sum(stretch.seconds for stretch in other)
        if seconds >= _WORTH_A_NOTE and voice.together(own, other) > _BACKGROUND * seconds:
            yield f"{SPOKEN_OF[channel.speaker]}一侧在对方讲话时也一直有人声, 可能有广播、电视或旁人说话, 转写请核对"


def _doubts(speaker: Speaker, said: list[Utterance]) -> Iterator[str]:
    """Yield a note on a speaker of whom nothing was understood, or who speaks another language."""
    name = SPOKEN_OF[speaker]
    if not said:
        yield f"{name}声道有人声, 但没有听清任何内容"
    elif is_foreign("".join(each.text for each in said)):
        yield f"{name}说的不像汉语(转写多为外文), 文字不可靠, 请人工听取录音, 必要时转外语坐席"


def _hear(engine: Engine, speech: Speech, progress: "_Progress") -> list[Heard]:
    wanted = engine.rate or speech.rate
    heard = engine.hear(resample(speech.samples, speech.rate, wanted), wanted, progress.within)
    progress.channel_done(speech.seconds)
    return heard


@dataclass(slots=True)
class _Progress:
    """Turns seconds of speech heard into seconds of the recording done."""

    total: float
    speech: float
    tell: OnProgress
    before: float = 0.0

    def within(self, seconds: float) -> None:
        share = (self.before + seconds) / self.speech if self.speech else 1.0
        self.tell(round(min(share, 1.0) * self.total, 2), self.total)

    def channel_done(self, seconds: float) -> None:
        self.before += seconds
        self.within(0.0)
