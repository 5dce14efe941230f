"""Channels: who is who, whose echo is muted, what is said about a silent one."""

from pathlib import Path

import numpy as np
import pytest
from sound_files import Samples, silence, tone

from domain.words import Speaker
from transcription.audio import Audio
from transcription.channels import mute_echo, prepare, raise_to
from transcription.settings import ChannelSettings

SETTINGS = ChannelSettings()
RATE = 8000


def voice(seconds: float, level: float = 0.3) -> Samples:
    """Return noise with the rhythm of syllables."""
    random = np.random.default_rng(1)
    noise = random.standard_normal(round(seconds * RATE)).astype(np.float32)
    rhythm = np.abs(np.sin(2 * np.pi * 2.0 * np.arange(len(noise)) / RATE)).astype(np.float32) + np.float32(0.2)
    return (level * noise * rhythm / np.abs(noise).max()).astype(np.float32)


def late(samples: Samples, milliseconds: int) -> Samples:
    """Return the samples a while later, at the same length."""
    return np.concatenate([silence(milliseconds / 1000), samples])[: len(samples)]


def power(samples: Samples) -> float:
    return float(np.mean(np.square(samples)))


def test_line_echo_of_the_other_side_is_muted() -> None:
    agent = np.concatenate([voice(3.0), silence(3.0)])
    citizen = np.concatenate([silence(3.0), voice(3.0, level=0.1)]) + 0.015 * late(agent, 90)

    left, right = mute_echo(citizen, agent, RATE, SETTINGS)

    echo = slice(RATE // 2, 5 * RATE // 2)
    assert power(left[echo]) < power(citizen[echo]) / 100
    words = slice(7 * RATE // 2, 11 * RATE // 2)
    assert power(left[words]) == pytest.approx(power(citizen[words]), rel=0.01)
    assert power(right) == pytest.approx(power(agent), rel=0.01)


def test_both_speaking_at_once_both_stay() -> None:
    loud, quiet = voice(3.0, level=0.4), voice(3.0, level=0.15)

    left, right = mute_echo(quiet, loud, RATE, SETTINGS)

    assert power(left) > 0.9 * power(quiet)
    assert power(right) > 0.99 * power(loud)


def test_a_quiet_speaker_beside_the_others_line_noise_stays() -> None:
    quiet = np.concatenate([voice(2.0, level=0.02), silence(2.0)])
    other = np.concatenate([voice(2.0, level=0.003), voice(2.0, level=0.5)])

    left, _ = mute_echo(quiet, other, RATE, SETTINGS)

    assert power(left[: 2 * RATE]) > 0.95 * power(quiet[: 2 * RATE])


def test_muting_does_not_click() -> None:
    agent = np.concatenate([voice(1.0), silence(1.0)])
    hum = tone(2.0, hertz=50, level=0.004)

    left, _ = mute_echo(hum, agent, RATE, SETTINGS)

    assert np.abs(np.diff(left)).max() < 0.001


@pytest.mark.parametrize("length", [0, 1, 79, 161])
def test_lengths_that_are_no_whole_frames_are_kept(length: int) -> None:
    left, right = mute_echo(voice(1.0)[:length], voice(1.0)[:length], RATE, SETTINGS)

    assert len(left) == len(right) == length


def test_the_left_channel_is_the_citizens() -> None:
    audio = Audio((tone(1.0, level=0.2), tone(1.0, hertz=900, level=0.2)), RATE)

    channels, notes = prepare(audio, SETTINGS)

    assert [each.speaker for each in channels] == [Speaker.CITIZEN, Speaker.AGENT]
    assert np.abs(np.fft.rfft(channels[0].samples)).argmax() == 440
    assert notes == []


def test_swapped_it_is_the_agents() -> None:
    audio = Audio((tone(1.0, level=0.2), tone(1.0, hertz=900, level=0.2)), RATE)

    channels, _ = prepare(audio, SETTINGS, swapped=True)

    assert channels[0].speaker is Speaker.CITIZEN
    assert np.abs(np.fft.rfft(channels[0].samples)).argmax() == 900


def test_a_single_channel_is_a_voice_message_of_the_citizen() -> None:
    channels, notes = prepare(Audio((tone(1.0),), RATE), SETTINGS)

    assert [each.speaker for each in channels] == [Speaker.CITIZEN]
    assert notes == []


def test_a_channel_without_signal_is_left_out_and_told() -> None:
    channels, notes = prepare(Audio((tone(1.0), silence(1.0)), RATE), SETTINGS)

    assert [each.speaker for each in channels] == [Speaker.CITIZEN]
    assert notes == ["坐席声道没有声音信号"]


def test_every_channel_is_raised_to_one_level() -> None:
    channels, _ = prepare(
        Audio((tone(1.0, level=0.5), tone(1.0, level=0.02)), RATE), ChannelSettings(echo_margin_db=60)
    )

    assert [np.abs(each.samples).max() for each in channels] == pytest.approx([0.9, 0.9], abs=0.01)


def test_silence_stays_silence() -> None:
    assert not raise_to(silence(0.1), 0.9).any()
    assert len(raise_to(silence(0), 0.9)) == 0


def test_samples_stay_small(tmp_path: Path) -> None:
    """Twice the memory for every recording would be the price of a slip into float64."""
    channels, _ = prepare(Audio((tone(1.0), tone(1.0)), RATE), SETTINGS)

    assert {each.samples.dtype for each in channels} == {np.dtype(np.float32)}
