"""A test call: what cannot be played or pressed is said before anything is dialled, and silence is explained."""

import socket
from pathlib import Path

import numpy as np
import pytest
import soundfile
from command_line import hotline

from hotline.commands.calling import dial, sound_fault
from hotline.demo import CITIZENS_ADDRESS
from hotline.reach import Server
from telephony.phone import Phone, PhoneError, PhoneSpec
from telephony.phone.tones import write_tone


@pytest.fixture
def tone(tmp_path: Path) -> Path:
    return write_tone(tmp_path / "tone.wav", 440, 0.2)


def test_what_a_telephone_can_play_has_no_fault(tone: Path, tmp_path: Path) -> None:
    assert sound_fault(tone) == ""
    alaw = tmp_path / "alaw.wav"
    soundfile.write(alaw, np.zeros(80), 8000, format="WAV", subtype="ALAW")
    assert sound_fault(alaw) == ""


@pytest.mark.parametrize(
    ("name", "subtype", "samples", "told"),
    [
        ("empty.wav", "PCM_16", 0, "长度为 0"),
        ("wide.wav", "FLOAT", 80, "WAV FLOAT"),
        ("other.flac", "PCM_16", 80, "FLAC PCM_16"),
    ],
)
def test_what_no_telephone_plays_is_explained(tmp_path: Path, name: str, subtype: str, samples: int, told: str) -> None:
    soundfile.write(tmp_path / name, np.zeros(samples), 8000, subtype=subtype)
    assert told in sound_fault(tmp_path / name)


def test_a_wrong_file_wrong_keys_or_a_wrong_host_end_the_command_before_the_call(tmp_path: Path, tone: Path) -> None:
    text = tmp_path / "text.wav"
    text.write_text("no sound")
    for words, told in (
        ((str(tmp_path / "absent.wav"),), "找不到录音文件"),
        ((str(text),), "不是能播放的录音"),
        ((str(tone), "--keys", "9a"), "按键只能是"),
        ((str(tone), "--server", "127.0.0.1:x:"), "--server 127.0.0.1:x:"),
    ):
        done = hotline(tmp_path, "call", *words)
        assert (done.returncode, done.stdout) == (2, ""), words
        assert told in done.stderr


def test_a_hotline_that_does_not_answer_is_probably_not_running() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        there = Server(*silent.getsockname())
        spec = PhoneSpec(user="15400000009", server=str(there), local_address=CITIZENS_ADDRESS)
        with Phone.start(spec) as phone, pytest.raises(PhoneError, match="热线没有运行") as told:
            dial(phone, "12345", there, 0.5)
    assert "make run" in str(told.value)
