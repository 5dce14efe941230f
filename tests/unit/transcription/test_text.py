"""Loops are collapsed, numbers are not; characters and punctuation are those that readers here expect."""

import pytest

from transcription.text import Simplifier, collapse_loops, is_foreign, punctuate
from transcription.transcript import Word


def words(*texts: str) -> tuple[Word, ...]:
    return tuple(Word(text, i * 0.2, i * 0.2 + 0.2, 0.9) for i, text in enumerate(texts))


def text(found: tuple[Word, ...]) -> str:
    return "".join(word.text for word in found)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("6,6,6,6,6,6", "6"),
        ("我家停水了，谢谢谢谢谢谢谢谢谢谢", "我家停水了，谢谢"),
        ("请稍等。请稍等。请稍等。请稍等。好的", "请稍等。好的"),
        ("嗯嗯嗯嗯嗯嗯嗯嗯", "嗯嗯"),
        ("嗯，嗯，嗯，嗯", "嗯"),
        ("1111111111111111111111", "1"),
    ],
)
def test_going_round_in_circles_is_kept_once(said: str, left: str) -> None:
    assert text(collapse_loops(words(*said), 4)) == left


@pytest.mark.parametrize(
    "said", ["13888888888", "电话88888888", "对对对", "谢谢谢谢", "8号楼8单元808", "", "不用谢，再见，再见，再见"]
)
def test_what_people_say_stays(said: str) -> None:
    assert text(collapse_loops(words(*said), 4)) == said


def test_the_words_that_stay_keep_their_times() -> None:
    found = collapse_loops(words("停", "水", "了", " 了", "，", "了，", "了", "，", "好"), 4)

    assert [(word.text, round(word.start, 1)) for word in found] == [
        ("停", 0.0),
        ("水", 0.2),
        ("了", 0.4),
        ("，", 1.4),
        ("好", 1.6),
    ]


def test_a_word_of_several_characters_may_lose_some() -> None:
    assert text(collapse_loops(words("好好好", "好好好", "好好好"), 4)) == "好好"


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("裡面還有乾淨的水", "里面还有干净的水"),
        ("您別著急", "您别着急"),
        ("著火了", "着火了"),
        ("著名的作者", "著名的作者"),
        ("效果显著", "效果显著"),
        ("干部树干", "干部树干"),
    ],
)
def test_characters_are_simplified_by_their_neighbours(traditional: str, simplified: str) -> None:
    assert text(Simplifier().words(words(*traditional))) == simplified


def test_simplifying_keeps_every_word_at_its_time() -> None:
    before = words("電話", "是", "著急", "的")

    after = Simplifier().words(before)

    assert [word.text for word in after] == ["电话", "是", "着急", "的"]
    assert [word.start for word in after] == [word.start for word in before]


@pytest.mark.parametrize(
    ("half", "full"),
    [
        ("你好,请问?", "你好，请问？"),
        ("3.5元,12:30", "3.5元，12:30"),
        ("电话是159671-2380.", "电话是159671-2380。"),
        ("a.b,c", "a.b,c"),
    ],
)
def test_punctuation_after_chinese_is_chinese(half: str, full: str) -> None:
    assert punctuate(half) == full


@pytest.mark.parametrize(
    ("text", "foreign"),
    [
        ("please leave your message after the tone", True),
        ("물이 안 나와요 도와주세요 부탁합니다", True),
        ("お湯が出ません、助けてください", True),
        ("你好，我家没水了，在CBD的A座，WiFi也没有", False),
        ("OK", False),
        ("13853067219", False),
        ("", False),
    ],
)
def test_another_language_is_told_by_its_letters(text: str, foreign: bool) -> None:
    assert is_foreign(text) is foreign
