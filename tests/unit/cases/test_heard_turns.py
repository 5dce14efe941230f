"""The transcript made ready: order, times, dialect."""

import pytest
from drafting_calls import drafted, play

from cases.heard import Dialect, Heard, listen
from cases.sound import Ear
from domain.words import Speaker
from transcription.transcript import Transcript, Utterance, Word


def heard(*said: Utterance, seconds: float = 60.0, dialect: dict[str, str] | None = None) -> Heard:
    return listen(Transcript(said, "test", "none", seconds, 0.0), Dialect.of(dialect or {}), Ear())


def words(text: str, starts: list[float]) -> tuple[Word, ...]:
    return tuple(Word(char, start, start + 0.2) for char, start in zip(text, starts, strict=True))


def test_times_come_from_the_words_where_there_are_any() -> None:
    said = Utterance(Speaker.CITIZEN, 0.0, 9.0, "停水了", words("停水了", [1.0, 1.3, 8.0]))
    turn = heard(said).turns[0]
    assert turn.span(0, 2).start == pytest.approx(1.0)
    assert turn.span(0, 2).end == pytest.approx(1.5)


def test_times_are_spread_evenly_where_there_are_no_words() -> None:
    turn = heard(Utterance(Speaker.CITIZEN, 10.0, 14.0, "我家没水")).turns[0]
    span = turn.span(2, 4)
    assert (span.start, span.end, span.text) == (12.0, 14.0, "没水")


def test_a_stretch_that_holds_several_turns_is_taken_apart_at_its_pauses() -> None:
    agent = Utterance(Speaker.AGENT, 0.0, 9.0, "您好地址", words("您好地址", [0.0, 0.3, 6.0, 6.3]))
    citizen = Utterance(Speaker.CITIZEN, 2.0, 3.0, "停水了")
    assert [turn.text for turn in heard(agent, citizen).turns] == ["您好", "停水了", "地址"]


def test_neighbouring_utterances_of_one_speaker_are_one_turn() -> None:
    turns = heard(Utterance(Speaker.CITIZEN, 0, 1, "电话幺三六"), Utterance(Speaker.CITIZEN, 1, 2, "零五三零")).turns
    assert [turn.text for turn in turns] == ["电话幺三六，零五三零"]


def test_dialect_becomes_standard_and_the_span_keeps_what_was_said() -> None:
    turn = heard(
        Utterance(Speaker.CITIZEN, 0, 4, "俺庄夜儿个停电"), dialect={"夜儿个": "昨天", "俺庄": "我们村"}
    ).turns[0]
    assert turn.text == "我们村昨天停电"
    assert turn.span(3, 5).text == "夜儿个"


def test_half_width_marks_become_pauses_and_decimals_stay() -> None:
    turn = heard(Utterance(Speaker.CITIZEN, 0, 4, "欠了28.6万,没人管 我急")).turns[0]
    assert turn.text == "欠了28.6万，没人管，我急"
    assert [turn.text[a:b] for a, b in turn.clauses()] == ["欠了28.6万", "没人管", "我急"]


def test_a_recognisers_doubt_is_kept_for_every_word() -> None:
    said = Utterance(Speaker.CITIZEN, 0, 4, "停水了", (Word("停水", 0, 1, 0.4), Word("了", 1, 2, 1.0)))
    turn = heard(said).turns[0]
    assert turn.certainty(0, 2) == pytest.approx(0.4)
    assert turn.certainty(0, 3) == pytest.approx(0.6)


def test_what_the_recogniser_doubts_makes_fields_less_sure() -> None:
    text = "电话13605301122"
    sure = play(f"市民: {text}")
    doubted = Transcript((Utterance(Speaker.CITIZEN, 0, 4, text, confidence=0.8),), "test", "none", 5.0, 0.0)
    from drafting_calls import facts, shipped_rules

    from cases.drafting import draft

    one, other = (draft(t, facts(), shipped_rules()).heard_number for t in (sure, doubted))
    assert one.value == other.value
    assert other.confidence < one.confidence


def test_words_of_the_local_speech_reach_the_fields() -> None:
    case = drafted("坐席: 您好请讲。", "市民: 俺庄夜儿个后晌四点停的电，咋着还不来电？")
    assert case.category.value is not None
    assert case.category.value[-1] == "故障停电"
    assert case.happened.span is not None
    assert case.happened.span.text.startswith("夜儿个后晌")
