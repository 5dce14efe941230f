"""A draft and a transcript for those who need not call back: no telephone number can be read in either."""

import json
from dataclasses import replace

import pytest
from drafting_calls import drafted, facts, play, shipped_rules
from pydantic import TypeAdapter

from cases.draft import DraftCase
from cases.masked import Masking
from domain.words import Speaker
from transcription.transcript import Reading, SpokenNumber, Transcript, Utterance, Word

MASKING = Masking.of(shipped_rules().numbers.config)
SAID = (
    "市民: 我家没水了，整个6号楼都没有水。",
    "坐席: 您住哪里？",
    "市民: 牡丹区花都新城，电话幺三六零五三零，幺幺二二。",
    "坐席: 13605301122对吧？",
    "市民: 对，物业电话5551234没人接。",
)


@pytest.fixture(scope="module")
def case() -> DraftCase:
    return drafted(*SAID, known=facts(ani="13853067219", keys="91"))


def test_no_number_is_left_in_any_text_of_a_draft(case: DraftCase) -> None:
    title = replace(case.title, value="请回电138 5306 7219", why="听到“一三八五三零六七二一九”")
    whole = json.dumps(
        TypeAdapter(DraftCase).dump_python(MASKING.case(replace(case, title=title)), mode="json"), ensure_ascii=False
    )
    for number in (
        "13853067219",
        "138 5306 7219",
        "一三八五三零六七二一九",
        "13605301122",
        "幺三六零五三零",
        "5551234",
    ):
        assert number not in whole
    assert "138****7219" in whole
    assert "136****1122" in whole


def test_what_is_no_number_stays_in_a_masked_draft(case: DraftCase) -> None:
    masked = MASKING.case(case)
    assert "6号楼" in (masked.description.value or "")
    assert (masked.county, masked.category, masked.urgency) == (case.county, case.category, case.urgency)


def test_a_masked_transcript_keeps_everything_but_numbers() -> None:
    said = play(*SAID)
    masked = MASKING.transcript(replace(said, notes=("来电 13853067219 没有声音",)))
    assert [one.text for one in masked.utterances] == [
        "我家没水了，整个6号楼都没有水。",
        "您住哪里？",
        "牡丹区花都新城，电话幺三六****，幺幺二二。",
        "136****1122对吧？",
        "对，物业电话5***234没人接。",
    ]
    assert masked.notes == ("来电 138****7219 没有声音",)
    assert [replace(one, text="") for one in masked.utterances] == [replace(one, text="") for one in said.utterances]


def test_a_number_said_in_two_breaths_or_in_many_words_is_one_number() -> None:
    def turn(speaker: Speaker, start: float, *words: str) -> Utterance:
        heard = tuple(Word(word, start, start + 1) for word in words)
        return Utterance(speaker, start, start + 1, "".join(words), heard)

    said = (
        turn(Speaker.CITIZEN, 1, "幺三八", "五"),
        turn(Speaker.AGENT, 2, "嗯"),
        turn(Speaker.CITIZEN, 3, "三零六七", "二", "幺九"),
    )
    masked = MASKING.transcript(Transcript(said, "play", "none", 9.0, 0.0)).utterances
    assert [one.text for one in masked] == ["幺三八*", "嗯", "***七二幺九"]
    assert [word.text for one in masked for word in one.words] == ["幺三八", "*", "嗯", "***七", "二", "幺九"]


def test_who_may_see_telephone_numbers_still_reads_no_identity_number() -> None:
    said = play("市民: 电话13605301122，身份证372901199003074518。", "坐席: 好的。")
    masked = Masking.of(shipped_rules().numbers.config, telephones=False).transcript(said)
    assert masked.utterances[0].text == "电话13605301122，身份证******************。"
    with_right = Masking.of(shipped_rules().numbers.config, telephones=False, identities=False)
    assert with_right.transcript(said) == said


def with_readings(said: Transcript, *digits: str) -> Transcript:
    """Return the transcript whose first utterance was listened to again for a number."""
    first = said.utterances[0]
    readings = tuple(Reading(each, 0.3) for each in digits)
    return replace(said, numbers=(SpokenNumber(first.speaker, first.start, first.end, readings),))


@pytest.mark.parametrize("said", ["市民: 电话13605301122。", "市民: 电话要散六，我想想，零五三零", "市民: 记一下。"])
def test_where_telephone_numbers_are_hidden_none_heard_a_second_time_survives(said: str) -> None:
    heard = with_readings(play(said), "13605301122", "1360530")
    assert MASKING.transcript(heard).numbers == ()
    assert Masking.of(shipped_rules().numbers.config, telephones=False).transcript(heard).numbers == heard.numbers


@pytest.mark.parametrize("digits", ["372901199003074518", "37290119900307", "13729011990"])
@pytest.mark.parametrize("lasting", [1.0, 0.0, None])
def test_no_part_of_an_identity_number_heard_a_second_time_survives(digits: str, lasting: float | None) -> None:
    text = "我身份证三七二九零一一九九零零三零七四五一八"
    each = lasting or 0.0
    words = tuple(Word(char, at * each, (at + 1) * each) for at, char in enumerate(text)) if lasting is not None else ()
    said = Transcript((Utterance(Speaker.CITIZEN, 0.0, 22 * each, text, words),), "play", "none", 22.0, 0.0)
    numbers = with_readings(said, digits).numbers
    for_calling_back = Masking.of(shipped_rules().numbers.config, telephones=False)
    assert for_calling_back.transcript(replace(said, numbers=numbers)).numbers == ()
    with_right = Masking.of(shipped_rules().numbers.config, telephones=False, identities=False)
    assert with_right.transcript(replace(said, numbers=numbers)).numbers == numbers


def test_a_description_drops_a_clause_that_is_a_number_and_stars_one_inside_a_sentence() -> None:
    made = drafted(
        "市民: 我家没水了，372901199003074518，"
        "昨天专门跑到政务大厅拿身份证372901199003074518去补办社保卡说是查不到我的缴费记录。"
    )
    assert made.description.value is not None
    assert "没水" in made.description.value
    assert made.description.value.count("***") == 1
    assert "****" not in made.description.value
    assert "3729" not in made.description.value
