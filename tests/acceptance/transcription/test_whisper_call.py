"""A real call, the real model: who said what, when, well enough to draft from."""

import socket
from pathlib import Path

import numpy as np
import pytest
from recorded_call import RecordedCall
from sound_files import silence, write

from domain.words import Speaker
from scoring.hearing import errors, words_of
from transcription.audio import read, resample
from transcription.settings import TranscriptionConfig
from transcription.transcribe import transcribe
from transcription.transcript import Transcript
from transcription.whisper import WhisperEngine

pytestmark = pytest.mark.speech
CONFIG = TranscriptionConfig()


@pytest.fixture(scope="module")
def transcript(call: RecordedCall, whisper: WhisperEngine) -> Transcript:
    return transcribe(call.audio, whisper, CONFIG)


@pytest.fixture(scope="module")
def short(short_call: Path, whisper: WhisperEngine) -> tuple[Transcript, list[tuple[float, float]]]:
    """Return the short call's transcript, and the progress that was told."""
    seen: list[tuple[float, float]] = []
    found = transcribe(short_call, whisper, CONFIG, on_progress=lambda done, total: seen.append((done, total)))
    return found, seen


@pytest.mark.parametrize("speaker", list(Speaker))
def test_each_speaker_is_heard_well_and_apart(transcript: Transcript, call: RecordedCall, speaker: Speaker) -> None:
    other = next(each for each in Speaker if each is not speaker)

    assert errors(call.said(speaker), words_of(transcript, speaker)).rate < 0.30
    assert errors(call.said(other), words_of(transcript, speaker)).rate > 0.70


def test_the_turns_come_in_the_order_in_which_they_were_said(transcript: Transcript, call: RecordedCall) -> None:
    speakers = [each.speaker for each in transcript.utterances]

    assert speakers == [turn.speaker for turn in call.turns]
    for utterance, turn in zip(transcript.utterances, call.turns, strict=True):
        assert abs(utterance.start - turn.start) < 1.0
        assert abs(utterance.end - turn.end) < 1.0


def test_every_word_has_its_time_and_its_confidence(transcript: Transcript) -> None:
    for each in transcript.utterances:
        assert "".join(word.text for word in each.words).strip() == each.text
        starts = [word.start for word in each.words]
        assert starts == sorted(starts)
        assert each.start == starts[0]
        assert all(word.start <= word.end <= transcript.audio_seconds for word in each.words)
        assert all(word.confidence is not None and 0 <= word.confidence <= 1 for word in each.words)
        assert each.confidence is not None
        assert 0.3 < each.confidence <= 1


def test_the_transcript_says_who_listened_and_how_long(transcript: Transcript) -> None:
    assert (transcript.engine, transcript.model, transcript.notes) == ("whisper", "whisper-base", ())
    assert transcript.audio_seconds == pytest.approx(42.2, abs=0.1)
    assert transcript.spent_seconds > 0


def test_no_hub_is_asked_and_the_same_recording_gives_the_same_text(
    short_call: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the recogniser went to the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    texts = []
    for _ in range(2):
        engine = WhisperEngine(models / "whisper-base", CONFIG.whisper)
        found = transcribe(short_call, engine, CONFIG)
        texts.append([(each.speaker, each.text, each.words) for each in found.utterances])

    assert texts[0] == texts[1]
    assert texts[0]


def test_swapped_channels_swap_the_speakers(
    short: tuple[Transcript, list[tuple[float, float]]], short_call: Path, whisper: WhisperEngine
) -> None:
    straight, _ = short

    swapped = transcribe(short_call, whisper, CONFIG, swapped=True)

    assert words_of(swapped, Speaker.AGENT) == words_of(straight, Speaker.CITIZEN)
    assert words_of(swapped, Speaker.CITIZEN) == words_of(straight, Speaker.AGENT)


def test_a_voice_message_of_one_channel_is_the_citizens(
    call: RecordedCall, whisper: WhisperEngine, tmp_path: Path
) -> None:
    audio = read(call.audio)
    only = write(tmp_path / "message.wav", audio.channels[0][: 12 * audio.rate], rate=audio.rate)

    found = transcribe(only, whisper, CONFIG)

    assert {each.speaker for each in found.utterances} == {Speaker.CITIZEN}
    assert "没水" in words_of(found, Speaker.CITIZEN)


def test_a_studio_recording_of_44_kilohertz_is_heard_as_well(
    short_call: Path, whisper: WhisperEngine, tmp_path: Path
) -> None:
    audio = read(short_call)
    channels = [resample(each, audio.rate, 44_100) for each in audio.channels]
    studio = write(tmp_path / "studio.wav", *channels, rate=44_100, subtype="PCM_24")

    found = transcribe(studio, whisper, CONFIG)

    assert "没水" in words_of(found, Speaker.CITIZEN)
    assert found.audio_seconds == pytest.approx(10.0, abs=0.01)


def test_silence_on_one_side_is_told_and_the_other_side_is_heard(
    short_call: Path, whisper: WhisperEngine, tmp_path: Path
) -> None:
    audio = read(short_call)
    half = write(tmp_path / "half.wav", audio.channels[0], silence(audio.seconds, audio.rate), rate=audio.rate)

    found = transcribe(half, whisper, CONFIG)

    assert found.notes == ("坐席声道没有声音信号",)
    assert "没水" in words_of(found, Speaker.CITIZEN)


def test_a_line_on_which_nobody_speaks_gives_no_words(whisper: WhisperEngine, tmp_path: Path) -> None:
    noise = np.random.default_rng(3).normal(0, 0.003, 8000 * 8).astype(np.float32)

    found = transcribe(write(tmp_path / "noise.wav", noise, silence(8.0)), whisper, CONFIG)

    assert found.utterances == ()
    assert found.notes == ("坐席声道没有声音信号", "市民声道没有听到人声")


def test_progress_goes_from_nothing_to_the_whole(short: tuple[Transcript, list[tuple[float, float]]]) -> None:
    _, seen = short

    done = [each for each, _ in seen]
    assert done == sorted(done)
    assert (done[0], done[-1]) == (0.0, 10.0)
    assert len(done) > 3
