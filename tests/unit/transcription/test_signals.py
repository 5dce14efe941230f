"""What sounds and is no voice: told apart by its kind, and never found in speech."""

import numpy as np
import pytest
from sound_files import Samples, silence, tone
from speech_models import CALLS, ROOT

from transcription.audio import read
from transcription.signals import Signal, find


def again(sound: Samples, pause: float, times: int) -> Samples:
    return np.tile(np.concatenate([sound, silence(pause)]), times)


@pytest.mark.parametrize(
    ("samples", "signal", "seconds"),
    [
        (again(tone(0.5, hertz=1100.0), 3.0, 4), Signal.FAX_CALLING, 2.0),
        (again(tone(3.0, hertz=2100.0), 2.0, 1), Signal.FAX_ANSWERING, 3.0),
        (again(tone(0.35, hertz=450.0), 0.35, 12), Signal.TONE, 4.2),
    ],
)
def test_a_tone_is_known_by_its_pitch(samples: Samples, signal: Signal, seconds: float) -> None:
    found = find(samples, 8000)
    assert list(found.seconds) == [signal]
    assert found.seconds[signal] == pytest.approx(seconds, rel=0.2)


def test_our_own_music_on_hold_is_music() -> None:
    audio = read(ROOT / "config" / "prompts" / "waiting-music.wav")
    found = find(audio.channels[0], audio.rate)
    assert list(found.seconds) == [Signal.MUSIC]
    assert found.seconds[Signal.MUSIC] > 0.8 * audio.seconds
    assert found.share(5.0, 25.0) > 0.8


def test_neither_a_conversation_nor_noise_nor_silence_has_any() -> None:
    audio = read(CALLS / "O02.wav")
    noise = np.random.default_rng(3).normal(0, 0.02, 8000 * 8).astype(np.float32)
    for samples in (*audio.channels, noise, silence(8.0), silence(0.01)):
        found = find(samples, 8000)
        assert found.seconds == {}
        assert found.share(0.0, 8.0) == 0.0


def test_in_ten_minutes_of_talk_the_long_vowels_do_not_add_up_to_music() -> None:
    for channel in read(CALLS / "O02.wav").channels:
        assert find(np.resize(channel, 600 * 8000), 8000).seconds == {}


def test_where_a_signal_sounds_is_known_within_a_recording_that_holds_more() -> None:
    found = find(np.concatenate([silence(4.0), tone(4.0, hertz=2100.0), silence(4.0)]), 8000)
    assert [round(found.share(at, at + 4)) for at in (0.0, 4.0, 8.0)] == [0, 1, 0]


@pytest.mark.parametrize("levels", [(0, 0), (8, 8), (8, -8), (1, 0), (0, -1)])
def test_digital_silence_is_no_tone_however_a_codec_writes_it(levels: tuple[int, int]) -> None:
    samples = np.tile(np.array(levels, dtype=np.float32) / 32768, 8000 * 4)
    assert find(samples, 8000).seconds == {}
