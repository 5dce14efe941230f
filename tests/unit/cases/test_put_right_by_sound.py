"""A transcript put right by sound: what was misheard, and nothing else; what was heard stays beside it."""

from dataclasses import replace

import pytest
from drafting_calls import facts, shipped_rules
from truth_calls import truth_calls

from cases.drafting import draft
from cases.lexicon import Lexicon
from cases.repair import repaired
from domain.words import Speaker
from transcription.transcript import Repair, Transcript, Utterance, Word, as_heard


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return shipped_rules().lexicon


def heard(text: str, sure: float = 0.6) -> Transcript:
    """Return a transcript of one utterance, a word a character."""
    words = tuple(Word(char, i * 0.2, i * 0.2 + 0.2, sure) for i, char in enumerate(text))
    said = Utterance(Speaker.CITIZEN, 0.0, len(text) * 0.2, text, words, sure)
    return Transcript((said,), "test", "none", len(text) * 0.2, 0.1)


def text_of(transcript: Transcript) -> str:
    return transcript.utterances[0].text


@pytest.mark.parametrize(
    ("wrote", "said"),
    [
        ("我们这里停谁了", "我们这里停水了"),
        ("工电公司什么时候来", "供电公司什么时候来"),
        ("能闻到没气味", "能闻到煤气味"),
        ("在善线那边", "在单县那边"),
        ("东明线下大雨", "东明县下大雨"),
        ("卷城县的", "鄄城县的"),
        ("您好合则12345政府服务热线", "您好菏泽12345政务服务热线"),
        ("我性刘", "我姓刘"),
        ("电话要3853067219", "电话幺3853067219"),
        ("号码是13要6000", "号码是13幺6000"),
    ],
)
def test_words_of_the_hotline_and_places_are_put_right(lexicon: Lexicon, wrote: str, said: str) -> None:
    assert text_of(repaired(heard(wrote), lexicon)) == said


@pytest.mark.parametrize(
    "clear",
    [
        "合适的时候再说",
        "我要三个单子",
        "公司已经放假了",
        "工作需要水平",
        "我叫工水明",  # a name, whatever it sounds like
        "二零二五年三月",
        "",
        "OK 你好吗",
    ],
)
def test_what_was_said_clearly_is_left_alone(lexicon: Lexicon, clear: str) -> None:
    unsure, sure = heard(clear), heard(clear, sure=0.99)
    assert repaired(sure, lexicon) == sure
    assert text_of(repaired(unsure, lexicon)) == clear


@pytest.mark.parametrize(
    "clear",
    ["小学南校区操场", "村东头燃起了大火", "南边善线砍了树", "我姓宗", "免贵姓占", "要求商家退钱", "地里的野猪伤人"],
)
def test_what_the_recogniser_was_sure_of_is_left_alone(lexicon: Lexicon, clear: str) -> None:
    assert text_of(repaired(heard(clear, sure=0.97), lexicon)) == clear


@pytest.mark.parametrize("said", ["我姓宗", "俺姓中", "免贵姓占，占地的占", "我叫程光"])
def test_a_name_that_is_announced_is_no_word_of_the_hotline(lexicon: Lexicon, said: str) -> None:
    assert text_of(repaired(heard(said), lexicon)) == said


@pytest.mark.parametrize(
    ("asked", "answer", "kept"),
    [("您贵姓？", "程光", True), ("请留一下姓名和电话", "程光，手机号", True), ("是哪个部门？", "程光", False)],
)
def test_a_name_that_answers_the_question_for_it_is_left_alone(
    lexicon: Lexicon, asked: str, answer: str, kept: bool
) -> None:
    (said,) = heard(answer).utterances
    question = Utterance(Speaker.AGENT, 0.0, 0.0, asked)
    after = repaired(Transcript((question, said), "test", "none", 9.0, 0.1), lexicon).utterances[1].text
    assert (after == answer) is kept


def test_no_word_of_the_true_texts_is_changed(lexicon: Lexicon) -> None:
    """Not one of 12 calls, though every word of them counts as certain at most."""
    for call in truth_calls():
        assert repaired(call.transcript(), lexicon).repairs == (), call.id


def test_a_doubtful_word_changes_for_less_than_a_certain_one(lexicon: Lexicon) -> None:
    """Half a syllable speaks for 政务 instead of 政府: enough where the recogniser doubts, not where it does not."""
    assert text_of(repaired(heard("这里是政府服务热线", 0.3), lexicon)) == "这里是政务服务热线"
    assert text_of(repaired(heard("这里是政府服务热线", 1.0), lexicon)) == "这里是政府服务热线"


def test_what_was_heard_stays_beside_the_change(lexicon: Lexicon) -> None:
    (repair,) = repaired(heard("请问在单县还是在曹县，草线"), lexicon).repairs
    assert repair == Repair(0, 11, 13, "草线", "曹县", "地名“曹县”, 读音相同或易混", repair.sure)
    assert 0.6 < repair.sure <= 1


def test_what_the_recogniser_wrote_can_be_had_again(lexicon: Lexicon) -> None:
    before = heard("您好合则12345，善线停谁了电话要3853067219")
    after = repaired(before, lexicon)
    assert text_of(after) != text_of(before)
    assert text_of(as_heard(after)) == text_of(before)


def test_words_keep_their_times_and_confidence(lexicon: Lexicon) -> None:
    before = heard("在善线那边")
    after = repaired(before, lexicon)
    words, old = after.utterances[0].words, before.utterances[0].words
    assert "".join(word.text for word in words) == "在单县那边"
    assert [replace(word, text="") for word in words] == [replace(word, text="") for word in old]


def test_a_word_of_several_characters_is_rewritten_in_place(lexicon: Lexicon) -> None:
    said = Utterance(
        Speaker.AGENT,
        0,
        3,
        "转给工水公司，",
        (Word(" 转给", 0, 1, 0.9), Word("工水", 1, 2, 0.5), Word("公司，", 2, 3, 0.9)),
    )
    after = repaired(Transcript((said,), "test", "none", 3.0, 0.1), lexicon)
    assert [word.text for word in after.utterances[0].words] == [" 转给", "供水", "公司，"]
    assert text_of(after) == "转给供水公司，"


def test_doing_it_again_changes_nothing(lexicon: Lexicon) -> None:
    once = repaired(heard("您好合则12345，善线停谁了电话要3853067219"), lexicon)
    assert once.repairs
    assert repaired(once, lexicon) == once


def test_of_two_towns_that_sound_half_like_it_the_county_beside_it_tells_which() -> None:
    said = "你好，我想反映个问题，朝鲜金荷街道那条路，路灯坏了"
    understood = repaired(heard(said), shipped_rules().lexicon)

    assert "金荷街道" in understood.utterances[0].text  # 滨河街道 of 定陶区 is as near as 青菏街道 of 曹县
    assert draft(understood, facts(), shipped_rules()).county.value == "曹县"
