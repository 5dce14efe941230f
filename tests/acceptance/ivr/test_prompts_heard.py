"""A recogniser hears in the shipped prompts what their texts say."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soxr
from pypinyin import lazy_pinyin
from shipped_config import ROOT
from speech_models import models

from hotline.checked import read
from ivr.audio import RATE, Samples, read_mono
from ivr.prompts import Prompts

__all__ = ["models"]

pytestmark = pytest.mark.speech

PROMPTS = read(ROOT / "config/prompts.yaml").build(Prompts)
Hear = Callable[[Samples], str]


@pytest.fixture(scope="module")
def hear(models: Path) -> Hear:
    from faster_whisper import WhisperModel

    model = WhisperModel(str(models / "whisper-base"), device="cpu", compute_type="int8", cpu_threads=1)

    def listen(samples: Samples) -> str:
        quiet = np.zeros(RATE // 2, np.float32)
        wide = soxr.resample(np.concatenate([quiet, samples, quiet]), RATE, 16000)
        heard, _ = model.transcribe(wide * np.float32(4), language="zh", beam_size=5)
        return "".join(piece.text for piece in heard)

    return listen


def said(*names: str) -> Samples:
    return np.concatenate([read_mono(ROOT / f"config/prompts/{name}.wav")[0] for name in names])


def sounds(text: str) -> list[str]:
    """The syllables of a text by sound alone; figures as the hotline reads them, ye for 一 and yao for 幺 alike."""
    figures = str.maketrans("0123456789幺", "零一二三四五六七八九一")
    alike = {"yao": "yi", "ye": "yi"}
    signs = "".join(sign for sign in text.translate(figures) if "一" <= sign <= "鿿")
    return [alike.get(syllable, syllable) for syllable in lazy_pinyin(signs)]


def share_heard(text: str, heard: str) -> float:
    """The share of the text's syllables that come back in order."""
    wanted, got = sounds(text), sounds(heard)
    row = [0] * (len(got) + 1)
    for syllable in wanted:
        before = row[:]
        for place, other in enumerate(got, start=1):
            row[place] = before[place - 1] + 1 if syllable == other else max(before[place], row[place - 1])
    return row[-1] / len(wanted)


@pytest.mark.parametrize("name", ["notice", "welcome-menu", "emergency-menu", "outside-accept", "all-busy"])
def test_a_sentence_is_heard_as_it_is_written(hear: Hear, name: str) -> None:
    heard = hear(said(name))
    assert share_heard(PROMPTS.reading(name), heard) >= 0.75, heard


def test_the_notice_says_the_hotlines_number_digit_by_digit(hear: Hear) -> None:
    heard = sounds(hear(said("notice")))
    assert "-yi-er-san-si-wu-" in f"-{'-'.join(heard)}-"


def test_the_emergency_menus_four_digits_are_heard(hear: Hear) -> None:
    heard = sounds(hear(said("emergency-menu")))
    digits = [syllable for syllable in heard if syllable in ("yi", "er", "san", "si")]
    assert digits == ["yi", "er", "san", "si"], heard


def test_a_place_in_the_queue_made_of_pieces_is_heard_whole(hear: Hear) -> None:
    heard = hear(said("queue-ahead", "d3", "wei", "queue-about", "liang", "minutes"))
    assert share_heard("您前面还有三位约需两分钟", heard) >= 0.75, heard
