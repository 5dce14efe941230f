"""What a recogniser writes for noise is left out; what somebody said beside it stays."""

import pytest

from transcription.settings import TurnSettings
from transcription.text import without_phantoms
from transcription.transcript import Word

PHANTOMS = TurnSettings().phantoms


def words(text: str, size: int = 2) -> tuple[Word, ...]:
    """Return a text as words of so many characters, a tenth of a second each."""
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    return tuple(Word(piece, i / 10, (i + 1) / 10, 0.4) for i, piece in enumerate(pieces))


def left(text: str) -> str:
    return "".join(word.text for word in without_phantoms(words(text), PHANTOMS))


@pytest.mark.parametrize(
    "text",
    [
        "请不吝点赞 订阅 转发 打赏支持明镜与点点栏目",
        "字幕由Amara.org社区提供",
        "由 amara.org 社群提供的字幕",
        "谢谢大家观看",
        "优优独播剧场——YoYo Television Series Exclusive",
    ],
)
def test_words_of_subtitles_are_left_out(text: str) -> None:
    assert len(left(text).strip()) <= len("由  ")


def test_what_was_said_beside_them_stays_with_its_times() -> None:
    kept = without_phantoms(words("我家着火了。谢谢大家观看。快来人", 1), PHANTOMS)
    assert "".join(word.text for word in kept) == "我家着火了。。快来人"
    assert kept[-1] == Word("人", 1.5, 1.6, 0.4)


@pytest.mark.parametrize(
    "text",
    ["我要给他们点赞。", "谢谢大家。", "麻烦您转发给供水公司。", "看的人很多。", "我订阅的杂志没收到。"],
)
def test_what_a_citizen_says_is_kept(text: str) -> None:
    assert left(text) == text
