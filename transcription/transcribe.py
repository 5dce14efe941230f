"""One recording to one transcript."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from domain.words import Speaker
from transcription import voice
from transcription.audio import Audio, read, resample
from transcription.channels import SPOKEN_OF, prepare
from transcription.engine import Engine, Heard
from transcription.settings import TranscriptionConfig
from transcription.text import Simplifier
from transcription.transcript import Transcript, Utterance
from transcription.utterances import Writer
from transcription.voice import Speech

OnProgress = Callable[[float, float], None]
"""Called with the seconds done and the recording's length."""


def nobody(done: float, total: float) -> None:
    """Listen to no progress."""


def transcribe(
    audio: Path,
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
    progress = _Progress(recording.seconds, sum(speech.seconds for _, speech in channels), on_progress)
    heard: list[list[Utterance]] = []
    for speaker, speech in channels:
        heard.append(writer.utterances(speaker, _hear(engine, speech, progress), speech))
        if not heard[-1]:
            notes.append(f"{SPOKEN_OF[speaker]}声道有人声, 但没有听清任何内容")
    on_progress(recording.seconds, recording.seconds)
    return Transcript(
        utterances=writer.conversation(*heard),
        engine=engine.name,
        model=engine.model,
        audio_seconds=round(recording.seconds, 3),
        spent_seconds=round(perf_counter() - began, 3),
        notes=(*recording.notes, *notes),
    )


def _speech(
    recording: Audio, settings: TranscriptionConfig, swapped: bool
) -> tuple[list[tuple[Speaker, Speech]], list[str]]:
    """Return each speaker's speech, and notes on those who are not heard."""
    channels, notes = prepare(recording, settings.channels, swapped=swapped)
    found: list[tuple[Speaker, Speech]] = []
    for channel in channels:
        stretches = voice.find(channel.samples, channel.rate, settings.voice)
        if stretches:
            found.append(
                (channel.speaker, voice.put_together(channel.samples, channel.rate, stretches, settings.voice.gap_ms))
            )
        else:
            notes.append(f"{SPOKEN_OF[channel.speaker]}声道没有听到人声")
    return found, notes


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
