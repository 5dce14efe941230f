"""Headers as a crash leaves them, put right from the file's length."""

import struct
import wave
from pathlib import Path

import pytest
import soundfile

from telephony.phone.tones import write_tone
from telephony.recordings.repair import Repair, Unreadable, find_samples, repair


@pytest.fixture
def leg(tmp_path: Path) -> Path:
    return write_tone(tmp_path / "leg.wav", 440, 1.0)


def set_sizes(file: Path, total: int, data: int) -> None:
    with file.open("r+b") as stream:
        stream.seek(4)
        stream.write(struct.pack("<I", total))
        stream.seek(40)
        stream.write(struct.pack("<I", data))


def seconds(file: Path) -> float:
    with wave.open(str(file)) as sound:
        return sound.getnframes() / sound.getframerate()


@pytest.mark.parametrize(
    ("total", "data"), [(0, 0), (36, 0), (36 + 4000, 4000), (0xFFFFFFFF, 0xFFFFFFFF), (36, 16000), (36 + 7, 7)]
)
def test_a_header_of_a_crash_is_put_right_and_then_left_alone(leg: Path, total: int, data: int) -> None:
    sound = leg.read_bytes()[44:]
    set_sizes(leg, total, data)
    assert repair(leg) is Repair.REPAIRED
    assert seconds(leg) == 1.0
    assert leg.read_bytes()[44:] == sound
    assert repair(leg) is Repair.RIGHT


def test_a_right_file_is_not_touched(leg: Path) -> None:
    leg.chmod(0o400)
    before = (leg.read_bytes(), leg.stat().st_mtime_ns)
    assert repair(leg) is Repair.RIGHT
    assert (leg.read_bytes(), leg.stat().st_mtime_ns) == before


def test_half_a_sample_at_the_end_goes(leg: Path) -> None:
    with leg.open("ab") as stream:
        stream.write(b"\x01")
    assert repair(leg) is Repair.REPAIRED
    assert seconds(leg) == 1.0
    assert repair(leg) is Repair.RIGHT


def test_a_shortened_file_keeps_what_is_there(leg: Path) -> None:
    with leg.open("r+b") as stream:
        stream.truncate(44 + 8001)
    assert repair(leg) is Repair.REPAIRED
    assert seconds(leg) == 0.5


def test_chunks_after_the_sound_are_no_sound(leg: Path) -> None:
    with leg.open("ab") as stream:
        stream.write(b"LIST" + struct.pack("<I", 4) + b"INFO")
    set_sizes(leg, 36 + 16000 + 12, 16000)
    assert find_samples(leg).frames == 8000
    assert repair(leg) is Repair.RIGHT


@pytest.mark.parametrize("length", [0, 4, 20, 43])
def test_a_file_cut_off_in_its_header_holds_nothing(leg: Path, length: int) -> None:
    with leg.open("r+b") as stream:
        stream.truncate(length)
    assert repair(leg) is Repair.EMPTY
    assert find_samples(leg).frames == 0


def test_a_header_alone_holds_nothing(leg: Path) -> None:
    with leg.open("r+b") as stream:
        stream.truncate(44)
    assert repair(leg) in (Repair.REPAIRED, Repair.EMPTY)
    assert repair(leg) is Repair.EMPTY


@pytest.mark.parametrize(
    "content", [b"MP3 " * 100, b"RIFF\0\0\0\0AVI " + bytes(100), b"x", b"RIFF\0\0\0\0WAVE" + bytes(100)]
)
def test_what_is_no_wav_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "leg.wav"
    file.write_bytes(content)
    with pytest.raises(Unreadable):
        repair(file)
    assert file.read_bytes() == content


def test_another_kind_of_wav_is_named(tmp_path: Path) -> None:
    file = tmp_path / "leg.wav"
    soundfile.write(file, [[0.0, 0.0]] * 100, 44100, subtype="PCM_16")
    with pytest.raises(Unreadable, match="2 channels, 44100 Hz, 16 bits"):
        repair(file)
