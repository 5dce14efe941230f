"""A number in a real call, listened to again by the real model: digits alone, each reading with its likelihood."""

import numpy as np
import pytest
from recorded_call import RecordedCall
from sound_files import Samples, silence

from transcription.audio import read, resample
from transcription.settings import TranscriptionConfig
from transcription.transcribe import transcribe
from transcription.whisper import RATE, WhisperEngine

pytestmark = pytest.mark.speech
NUMBER = "15966712380"
EXAMPLE = TranscriptionConfig().numbers.looks[-1].example


@pytest.fixture(scope="module")
def number(call: RecordedCall) -> Samples:
    """Return the citizen's “我叫李秀梅，电话是幺五九，六六七幺，二三八零。”."""
    turn = next(turn for turn in call.turns if "幺五九" in turn.text)
    audio = read(call.audio)
    said = audio.channels[0][round(turn.start * audio.rate) : round(turn.end * audio.rate)]
    return resample(said / np.abs(said).max(), audio.rate, RATE)


@pytest.mark.parametrize("example", ["", EXAMPLE])
def test_the_number_that_was_said_is_among_the_readings_and_every_reading_is_digits(
    whisper: WhisperEngine, number: Samples, example: str
) -> None:
    readings = whisper.digits(number, RATE, "我叫李秀梅，电话是", example)

    assert NUMBER in [reading.digits for reading in readings]
    assert all(reading.digits.isascii() and reading.digits.isdecimal() for reading in readings)
    likelihoods = [reading.likelihood for reading in readings]
    assert likelihoods == sorted(likelihoods, reverse=True)
    assert all(0 < likelihood <= 1 for likelihood in likelihoods)
    assert readings == whisper.digits(number, RATE, "我叫李秀梅，电话是", example)


@pytest.mark.parametrize("before", ["", "没水" * 400])
def test_no_words_before_a_number_or_far_too_many_do_no_harm(
    whisper: WhisperEngine, number: Samples, before: str
) -> None:
    for samples in (number, silence(0.0)):
        assert all(reading.digits.isdecimal() for reading in whisper.digits(samples, RATE, before, ""))


def test_a_rate_that_the_model_does_not_take_is_refused(whisper: WhisperEngine, number: Samples) -> None:
    with pytest.raises(ValueError, match="16000 Hz"):
        whisper.digits(number, 8000, "", "")


def test_a_transcript_carries_the_number_where_it_was_said_and_not_the_hotlines_own(
    call: RecordedCall, whisper: WhisperEngine
) -> None:
    [found] = transcribe(call.audio, whisper, TranscriptionConfig()).numbers

    turn = next(turn for turn in call.turns if "幺五九" in turn.text)
    assert found.speaker is turn.speaker
    assert turn.start - 0.5 < found.start < found.end < turn.end + 0.5
    assert found.readings[0].digits == NUMBER
