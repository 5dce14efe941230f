"""Two channels become one conversation."""

from sound_files import tone

from domain.words import Speaker
from transcription.engine import Heard
from transcription.settings import TurnSettings
from transcription.text import Simplifier
from transcription.transcript import Utterance, Word
from transcription.utterances import Writer
from transcription.voice import Stretch, put_together

WRITER = Writer(TurnSettings(pause_seconds=1.5), Simplifier())
CITIZEN, AGENT = Speaker.CITIZEN, Speaker.AGENT


def heard(*words: tuple[str, float, float]) -> Heard:
    return Heard(tuple(Word(text, start, end, 0.8) for text, start, end in words))


def turn(speaker: Speaker, start: float, end: float, text: str) -> Utterance:
    return Utterance(speaker, start, end, text, (Word(text, start, end, 0.5),), 0.5)


def test_a_stretch_over_a_silence_that_was_cut_out_becomes_two_utterances() -> None:
    speech = put_together(tone(20.0), 8000, (Stretch(1.0, 3.0), Stretch(10.0, 12.0)), 0)

    found = WRITER.utterances(
        CITIZEN, [heard(("我", 0.2, 0.6), ("家", 0.6, 1.9), ("停", 2.2, 2.6), ("水", 2.6, 3.0))], speech
    )

    assert [(each.text, each.start, each.end) for each in found] == [("我家", 1.2, 2.9), ("停水", 10.2, 11.0)]
    assert found[0].words[1] == Word("家", 1.6, 2.9, 0.8)
    assert found[0].confidence == 0.8


def test_a_word_over_the_cut_belongs_to_the_stretch_in_which_it_ends() -> None:
    speech = put_together(tone(20.0), 8000, (Stretch(1.0, 3.0), Stretch(10.0, 12.0)), 0)

    found = WRITER.utterances(CITIZEN, [heard(("喂", 1.0, 2.01), ("你", 1.5, 2.4), ("好", 2.4, 2.6))], speech)

    assert [(each.text, each.start, each.end) for each in found] == [("喂", 2.0, 3.0), ("你好", 10.0, 10.6)]


def test_silence_put_between_stretches_does_not_shift_the_times() -> None:
    speech = put_together(tone(20.0), 8000, (Stretch(1.0, 3.0), Stretch(10.0, 12.0)), 500)

    found = WRITER.utterances(CITIZEN, [heard(("水", 2.6, 3.0))], speech)

    assert speech.seconds == 4.5
    assert [(each.start, each.end) for each in found] == [(10.1, 10.5)]


def test_punctuation_alone_is_no_utterance() -> None:
    speech = put_together(tone(4.0), 8000, (Stretch(0.0, 4.0),), 0)

    assert WRITER.utterances(CITIZEN, [heard(("。", 0.1, 0.2)), heard()], speech) == []


def test_turns_come_in_order_and_know_their_speaker() -> None:
    mine = [turn(CITIZEN, 3.0, 5.0, "我家停水了"), turn(CITIZEN, 9.0, 10.0, "好")]
    theirs = [turn(AGENT, 0.5, 2.5, "您好"), turn(AGENT, 5.5, 8.0, "请问地址")]

    found = WRITER.conversation(mine, theirs)

    assert [(each.speaker, each.text) for each in found] == [
        (AGENT, "您好"),
        (CITIZEN, "我家停水了"),
        (AGENT, "请问地址"),
        (CITIZEN, "好"),
    ]


def test_a_speaker_who_goes_on_after_a_short_pause_has_one_turn() -> None:
    found = WRITER.conversation([turn(CITIZEN, 0.0, 2.0, "我家"), turn(CITIZEN, 3.0, 4.0, "停水了")], [])

    assert [(each.text, each.start, each.end, len(each.words)) for each in found] == [("我家停水了", 0.0, 4.0, 2)]


def test_after_a_long_pause_or_the_others_words_it_is_a_new_turn() -> None:
    mine = [turn(CITIZEN, 0.0, 2.0, "喂"), turn(CITIZEN, 4.0, 5.0, "喂"), turn(CITIZEN, 6.0, 7.0, "你好")]

    found = WRITER.conversation(mine, [turn(AGENT, 5.2, 5.9, "您好")])

    assert [each.text for each in found] == ["喂", "喂", "您好", "你好"]
