"""Channels the wrong way round are found by what is said in them, and exchanged; right ones never are."""

from dataclasses import replace

import pytest
from drafting_calls import play, shipped_rules
from truth_calls import truth_calls

from domain.words import Speaker
from scoring.truth import TruthCall
from transcription.transcript import Reading, SpokenNumber, Transcript

SIDES = shipped_rules().sides
OTHER = {Speaker.CITIZEN: Speaker.AGENT, Speaker.AGENT: Speaker.CITIZEN}


def exchanged(transcript: Transcript) -> Transcript:
    return replace(
        transcript, utterances=tuple(replace(said, speaker=OTHER[said.speaker]) for said in transcript.utterances)
    )


@pytest.mark.parametrize("call", truth_calls(), ids=lambda call: call.id)
def test_every_known_call_stays_as_it_is_and_is_put_right_when_exchanged(call: TruthCall) -> None:
    said = call.transcript()
    assert SIDES.put_right(said) == said
    mended = SIDES.put_right(exchanged(said))
    assert mended.utterances == said.utterances
    assert mended.notes[0].startswith("左右声道相反")


def test_notes_on_the_channels_are_exchanged_with_them() -> None:
    said = play("坐席: 我叫李秀梅，我家没水了，我住花都新城，我们楼都没水。")
    mended = SIDES.put_right(replace(said, notes=("市民声道没有声音信号",)))
    assert [one.speaker for one in mended.utterances] == [Speaker.CITIZEN]
    assert mended.notes[1:] == ("坐席声道没有声音信号",)


def test_numbers_heard_a_second_time_are_exchanged_with_their_speakers() -> None:
    said = play("坐席: 我叫李秀梅，我家没水了，我住花都新城，我们楼都没水，电话13605301122。")
    number = SpokenNumber(Speaker.AGENT, 8.0, 11.0, (Reading("13605301122", 0.6),))
    assert SIDES.put_right(replace(said, numbers=(number,))).numbers == (replace(number, speaker=Speaker.CITIZEN),)


@pytest.mark.parametrize(
    "lines",
    [
        (),
        ("市民: 请问您那里是菏泽12345吗？", "坐席: 是的，您请讲。"),
        ("市民: 我家没水了。", "坐席: 我家也没水，哈哈。"),
        ("坐席: 我姓王，工号三号。", "市民: 嗯。"),
    ],
)
def test_too_little_said_changes_nothing(lines: tuple[str, ...]) -> None:
    said = play(*lines)
    assert SIDES.put_right(said) == said
