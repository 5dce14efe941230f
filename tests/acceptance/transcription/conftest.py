"""A real call, the models, and the engines with them loaded."""

import json
from pathlib import Path

import pytest
from recorded_call import RecordedCall, Turn
from sound_files import write
from speech_models import CALLS, korean, models

from domain.words import Speaker
from transcription.audio import read
from transcription.settings import TranscriptionConfig
from transcription.whisper import WhisperEngine

__all__ = ["korean", "models"]


@pytest.fixture(scope="session")
def call() -> RecordedCall:
    """Return a call to the hotline about water, 42 s: 8 kHz A-law, the citizen left and quieter."""
    truth = json.loads((CALLS / "O02.json").read_text(encoding="utf-8"))
    turns = tuple(Turn(Speaker(each["speaker"]), each["spoken"], each["start"], each["end"]) for each in truth["turns"])
    return RecordedCall(CALLS / "O02.wav", turns)


@pytest.fixture(scope="session")
def short_call(call: RecordedCall, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the call's first ten seconds."""
    audio = read(call.audio)
    channels = [each[: 10 * audio.rate] for each in audio.channels]
    return write(tmp_path_factory.mktemp("short") / "short.wav", *channels, rate=audio.rate, subtype="ALAW")


@pytest.fixture(scope="session")
def whisper(models: Path) -> WhisperEngine:
    """Return the engine that the house ships with."""
    config = TranscriptionConfig()
    return WhisperEngine(models / config.whisper.model, config.whisper)
