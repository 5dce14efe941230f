"""Recordings in every coding are read; what is no recording is explained in Chinese."""

import struct
from pathlib import Path

import numpy as np
import pytest
from sound_files import silence, tone, write

from transcription.audio import AudioError, read, resample


@pytest.mark.parametrize("subtype", ["ALAW", "ULAW", "PCM_16", "PCM_24", "PCM_U8", "FLOAT", "DOUBLE"])
@pytest.mark.parametrize("rate", [8000, 11025, 44100])
def test_every_coding_gives_the_same_sound(tmp_path: Path, subtype: str, rate: int) -> None:
    audio = read(write(tmp_path / "a.wav", tone(0.5, rate), tone(0.5, rate, 700), rate=rate, subtype=subtype))

    assert (audio.rate, len(audio.channels), audio.notes) == (rate, 2, ())
    assert audio.seconds == pytest.approx(0.5, abs=1e-3)
    assert np.abs(audio.channels[0] - tone(0.5, rate)).max() < 0.02
    assert np.abs(audio.channels[1] - tone(0.5, rate, 700)).max() < 0.02


@pytest.mark.parametrize(("kind", "subtype"), [("FLAC", "PCM_16"), ("OGG", "VORBIS"), ("WAVEX", "PCM_16")])
def test_other_containers_are_read_too(tmp_path: Path, kind: str, subtype: str) -> None:
    audio = read(write(tmp_path / "a.bin", tone(1.0, 16000), rate=16000, subtype=subtype, kind=kind))

    assert audio.seconds == pytest.approx(1.0, abs=0.01)


def test_one_channel_stays_one(tmp_path: Path) -> None:
    assert len(read(write(tmp_path / "a.wav", tone(0.2))).channels) == 1


@pytest.mark.parametrize("claimed", [0, 0xFFFFFFFF, 0x7FFFFFFF])
@pytest.mark.parametrize("subtype", ["PCM_16", "ALAW"])
def test_a_header_that_a_crash_left_unfinished_is_mended_by_the_files_length(
    tmp_path: Path, claimed: int, subtype: str
) -> None:
    path = write(tmp_path / "a.wav", tone(1.0), tone(1.0, hertz=600), subtype=subtype)
    whole = read(path)
    raw = bytearray(path.read_bytes())
    at = raw.index(b"data") + 4
    struct.pack_into("<I", raw, 4, claimed)
    struct.pack_into("<I", raw, at, claimed)
    path.write_bytes(bytes(raw))

    mended = read(path)

    assert mended.seconds == whole.seconds
    assert np.array_equal(mended.channels[1], whole.channels[1])
    assert mended.notes


def test_a_file_cut_off_while_copied_gives_what_is_there_and_says_so(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", tone(2.0))
    path.write_bytes(path.read_bytes()[: 44 + 8000])

    audio = read(path)

    assert audio.seconds == pytest.approx(0.5)
    assert "不完整" in audio.notes[0]


def test_values_that_are_no_numbers_become_silence(tmp_path: Path) -> None:
    samples = tone(0.1)
    samples[10:20] = np.nan
    samples[30] = np.inf

    audio = read(write(tmp_path / "a.wav", samples, subtype="FLOAT"))

    assert np.isfinite(audio.channels[0]).all()


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _half_a_header(path: Path) -> None:
    write(path, tone(0.5))
    path.write_bytes(path.read_bytes()[:20])


def _header_alone(path: Path) -> None:
    write(path, tone(0.5))
    path.write_bytes(path.read_bytes()[:44])


def _no_samples(path: Path) -> None:
    write(path, silence(0))


def _text(path: Path) -> None:
    path.write_text("这不是录音\n" * 100, encoding="utf-8")


def _garbage(path: Path) -> None:
    path.write_bytes(b"RIFF\x00\x00\x00\x00WAVE" + bytes(range(256)) * 4)


def _data_before_format(path: Path) -> None:
    path.write_bytes(b"RIFF\x00\x01\x00\x00WAVEdata\x00\x01\x00\x00" + bytes(256))


def _three_channels(path: Path) -> None:
    write(path, tone(0.1), tone(0.1), tone(0.1))


def _absurd_rate(path: Path) -> None:
    write(path, tone(0.1), rate=100)


def _absent(path: Path) -> None:
    path.unlink(missing_ok=True)


def _folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (_empty, "空的"),
        (_half_a_header, "不完整"),
        (_header_alone, "没有声音"),
        (_no_samples, "没有声音"),
        (_text, "不是能识别的音频文件"),
        (_garbage, "已损坏"),
        (_data_before_format, "已损坏"),
        (_three_channels, "3 个声道"),
        (_absurd_rate, "采样率"),
        (_absent, "找不到"),
        (_folder, "文件夹"),
    ],
)
def test_what_cannot_be_listened_to_is_explained(tmp_path: Path, make: object, said: str) -> None:
    path = tmp_path / "录音.wav"
    assert callable(make)
    make(path)

    with pytest.raises(AudioError, match=said):
        read(path)


def test_a_recording_over_the_longest_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="超过上限"):
        read(write(tmp_path / "a.wav", tone(2.0)), longest_seconds=1.0)


def test_resampling_keeps_the_pitch() -> None:
    there = resample(tone(1.0, 44100, 1000), 44100, 16000)

    peak = np.argmax(np.abs(np.fft.rfft(there))) * 16000 / len(there)

    assert peak == pytest.approx(1000, abs=2)


def test_resampling_lets_nothing_fold_back() -> None:
    """6 kHz cannot be said at 8 kHz: it must vanish, not come out as 2 kHz."""
    there = resample(tone(1.0, 44100, 6000), 44100, 8000)

    assert np.abs(there[400:-400]).max() < 0.003
