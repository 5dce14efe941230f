"""Recordings in which little or nothing can be heard: the transcript says why, and the draft says it on."""

import os
from pathlib import Path

import numpy as np
import pytest
from drafting_calls import facts, shipped_rules
from recorded_call import RecordedCall
from sound_files import Samples, silence, tone, write
from speech_models import ROOT

from cases.draft import DraftCase
from cases.drafting import draft, understood
from domain.words import Speaker
from scoring.hearing import words_of
from transcription.audio import read
from transcription.settings import TranscriptionConfig
from transcription.transcribe import transcribe
from transcription.transcript import Transcript
from transcription.whisper import WhisperEngine

pytestmark = pytest.mark.speech
CONFIG = TranscriptionConfig()
RATE = 8000
ENGLISH = "usr/share/asterisk/sounds/en_US_f_Allison"


def heard(whisper: WhisperEngine, file: Path) -> tuple[Transcript, DraftCase]:
    transcript = understood(transcribe(file, whisper, CONFIG), shipped_rules())
    return transcript, draft(transcript, facts(), shipped_rules())


def english_prompts(name: str) -> list[Path]:
    """Return one of Asterisk's own prompts, where it was laid down or installed."""
    tools = Path(os.environ.get("HOTLINE_TOOLS", ROOT / ".tools"))
    places = (tools / "asterisk-root" / ENGLISH, Path("/") / ENGLISH)
    return [file for file in (place / f"{name}.wav" for place in places) if file.is_file()][:1]


def music(seconds: float) -> Samples:
    """Return chords, half a second each."""
    scale = (262, 330, 392, 523, 440, 349)
    fading = np.exp(-np.arange(RATE // 2) / RATE * 2).astype(np.float32)

    def chord(at: int) -> Samples:
        parts = [
            tone(0.5, hertz=scale[(at + step) % 6] * (1 + over), level=0.08) for step in (0, 2, 4) for over in (0, 1)
        ]
        return (np.sum(parts, axis=0) * fading).astype(np.float32)

    return np.concatenate([chord(at) for at in range(round(seconds * 2))])


def calling_fax(seconds: float) -> Samples:
    """Return CNG: half a second of 1100 Hz, three of nothing."""
    beat = np.concatenate([tone(0.5, hertz=1100.0), silence(3.0)])
    return np.tile(beat, round(seconds / 3.5))


@pytest.mark.parametrize(
    ("left", "right", "reasons"),
    [
        (silence(10.0), silence(10.0), ("市民声道没有声音信号", "坐席声道没有声音信号")),
        (music(14.0), silence(14.0), ("坐席声道没有声音信号", "市民声道没有人声, 只有音乐(等候音乐或背景音乐)")),
        (calling_fax(14.0), silence(14.0), ("坐席声道没有声音信号", "市民声道没有人声, 只有传真机呼叫音(1100 Hz)")),
        (
            np.concatenate([silence(1.0), tone(3.0, hertz=2100.0), silence(2.0)]),
            music(6.0),
            (
                "市民声道没有人声, 只有传真机应答音(2100 Hz)",
                "坐席声道没有人声, 只有音乐(等候音乐或背景音乐)",
            ),
        ),
    ],
    ids=["silence", "music on hold", "a calling fax", "an answering fax"],
)
def test_where_nobody_speaks_the_record_says_what_sounds_and_the_draft_passes_it_on(
    whisper: WhisperEngine, tmp_path: Path, left: Samples, right: Samples, reasons: tuple[str, ...]
) -> None:
    transcript, case = heard(whisper, write(tmp_path / "call.wav", left, right))

    assert transcript.utterances == ()
    assert transcript.notes == reasons
    assert case.title.value == "未听清的来电"
    assert case.description.value == f"录音中没有听到可辨认的讲话, 请回拨核实。原因: {'；'.join(reasons)}。"
    assert (case.category.value, case.address.value, case.urgency.value) == (None, None, None)
    assert case.callback_number.value == "05305550100"


def test_of_an_agent_whom_nobody_answers_no_demand_is_made_up(
    call: RecordedCall, whisper: WhisperEngine, tmp_path: Path
) -> None:
    agent = read(call.audio).channels[1]

    transcript, case = heard(whisper, write(tmp_path / "agent.wav", silence(len(agent) / RATE), agent))

    assert {each.speaker for each in transcript.utterances} == {Speaker.AGENT}
    assert "市民声道没有声音信号" in transcript.notes
    assert case.description.value is not None
    assert case.description.value.startswith("录音中没有听到可辨认的讲话")
    assert "市民声道没有声音信号" in case.description.value


def test_music_behind_a_voice_is_noted_and_the_voice_is_heard(
    call: RecordedCall, whisper: WhisperEngine, tmp_path: Path
) -> None:
    left, right = (channel[: 11 * RATE] for channel in read(call.audio).channels)
    held = np.concatenate([left, music(12.0)])

    transcript, case = heard(whisper, write(tmp_path / "held.wav", held, np.concatenate([right, silence(12.0)])))

    assert "没水" in words_of(transcript, Speaker.CITIZEN)
    assert transcript.notes == ("市民声道除讲话外还有音乐(等候音乐或背景音乐)",)
    assert transcript.utterances[-1].end < 12.0
    assert "除讲话外还有音乐" in case.description.why


def test_a_broadcast_in_the_background_is_noted_and_the_citizen_is_still_heard(
    call: RecordedCall, whisper: WhisperEngine, tmp_path: Path
) -> None:
    left, right = read(call.audio).channels
    left, right = left[: 24 * RATE], right[: 24 * RATE]
    talk = np.concatenate([right[from_ * RATE : to * RATE] for from_, to in ((1, 4), (11, 13), (19, 22))])
    broadcast = np.resize(talk, len(left)) * np.float32(10 ** (-18 / 20))

    transcript, case = heard(whisper, write(tmp_path / "tv.wav", left + broadcast, right))

    assert [note for note in transcript.notes if note.startswith("市民一侧在对方讲话时也一直有人声")]
    assert not [note for note in transcript.notes if note.startswith("坐席一侧")]
    assert "没水" in words_of(transcript, Speaker.CITIZEN)
    assert case.category.value is not None
    assert case.category.value[-1] == "停水"
    assert "广播" in case.description.why


def test_another_language_is_said_to_be_one_and_nothing_is_drafted_from_it(
    call: RecordedCall, whisper: WhisperEngine, tmp_path: Path
) -> None:
    files = [file for name in ("vm-intro", "demo-congrats") for file in english_prompts(name)]
    if len(files) < 2:
        pytest.skip("Asterisk's English prompts are not here")
    english = np.concatenate([read(file).channels[0] for file in files])[: 20 * RATE]

    transcript, case = heard(whisper, write(tmp_path / "english.wav", english, silence(len(english) / RATE)))

    assert "message" in words_of(transcript, Speaker.CITIZEN)
    assert [note for note in transcript.notes if note.startswith("市民说的不像汉语")]
    assert case.description.value is not None
    assert case.description.value.startswith("录音中没有听到可辨认的讲话")
    assert "不像汉语" in case.description.value
    assert "message" not in case.description.value


def test_sides_recorded_the_wrong_way_round_are_exchanged_and_the_draft_is_the_citizens(
    call: RecordedCall, whisper: WhisperEngine, tmp_path: Path
) -> None:
    left, right = read(call.audio).channels

    transcript, case = heard(whisper, write(tmp_path / "exchanged.wav", right, left))

    assert transcript.notes == ("左右声道相反: 按谈话内容, 话务员的话录在市民声道里, 已对调",)
    assert "没水" in words_of(transcript, Speaker.CITIZEN)
    assert "没水" not in words_of(transcript, Speaker.AGENT)
    assert case.category.value is not None
    assert case.category.value[-1] == "停水"
    assert "左右声道相反" in case.description.why
