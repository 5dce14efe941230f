"""Vosk with a real model: loaded, run, words with times and confidences. It is Korean, so what it hears is nonsense,
and it is refused unless the settings say that another language is meant. Not deterministic: no exact text here."""

from pathlib import Path

import pytest
from model_folders import clone
from recorded_call import RecordedCall

from transcription.audio import read
from transcription.engine import ModelError
from transcription.engines import build
from transcription.settings import EngineName, TranscriptionConfig, VoskSettings
from transcription.transcribe import transcribe
from transcription.vosk import VoskEngine
from transcription.vosk_model import has_dynamic_graph

pytestmark = pytest.mark.speech


@pytest.fixture(scope="module")
def engine(korean: Path) -> VoskEngine:
    return VoskEngine(korean, VoskSettings(other_language=True))


def test_words_come_with_times_and_confidences(engine: VoskEngine, short_call: Path) -> None:
    transcript = transcribe(short_call, engine, TranscriptionConfig())

    words = [word for each in transcript.utterances for word in each.words]
    assert len(words) > 5
    assert all(0 <= word.start <= word.end <= transcript.audio_seconds for word in words)
    assert all(word.confidence is not None and 0 <= word.confidence <= 1 for word in words)
    assert transcript.engine == "vosk"
    for each in transcript.utterances:
        assert "".join(word.text for word in each.words).strip() == each.text


def test_telephone_audio_goes_in_as_it_is_and_progress_is_told(engine: VoskEngine, short_call: Path) -> None:
    audio = read(short_call)
    seen: list[float] = []

    heard = engine.hear(audio.channels[0], audio.rate, seen.append)

    assert audio.rate == 8000
    assert seen[-1] == pytest.approx(10.0)
    assert heard
    assert all(word.end <= 10.1 for each in heard for word in each.words)


def test_a_grammar_limits_what_is_heard(korean: Path, short_call: Path) -> None:
    engine = VoskEngine(korean, VoskSettings(other_language=True, grammar=("물", "전기")))
    audio = read(short_call)

    heard = engine.hear(audio.channels[0], audio.rate, lambda _: None)

    assert {word.text.strip() for each in heard for word in each.words} <= {"물", "전기"}


def test_other_readings_are_kept_when_asked_for(korean: Path, short_call: Path) -> None:
    engine = VoskEngine(korean, VoskSettings(other_language=True, alternatives=3))
    audio = read(short_call)

    heard = engine.hear(audio.channels[0], audio.rate, lambda _: None)

    assert any(each.alternatives for each in heard)


def test_a_number_is_looked_for_among_the_digits_words_where_the_graph_lets_itself_be_limited(
    korean: Path, call: RecordedCall
) -> None:
    engine = VoskEngine(korean, VoskSettings(other_language=True, digits={"1": ("일",), "5": ("오",)}))
    audio = read(call.audio)
    number = audio.channels[0][33 * audio.rate : 36 * audio.rate]

    readings = engine.digits(number, audio.rate, "电话是", "")

    assert has_dynamic_graph(korean)
    assert [set(reading.digits) - set("15") for reading in readings] == [set()]
    assert all(reading.digits and 0 <= reading.likelihood <= 1 for reading in readings)


def test_where_the_graph_is_fixed_a_number_has_no_second_look(
    korean: Path, call: RecordedCall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("transcription.vosk.has_dynamic_graph", lambda _: False)
    engine = VoskEngine(korean, VoskSettings(other_language=True))
    audio = read(call.audio)

    assert engine.digits(audio.channels[0], audio.rate, "电话是", "") == ()


def test_a_model_of_another_language_is_refused(korean: Path) -> None:
    config = TranscriptionConfig(engine=EngineName.VOSK, vosk=VoskSettings(model=str(korean)))

    with pytest.raises(ModelError, match="不是普通话模型"):
        build(config, korean)


@pytest.mark.parametrize("name", ["am/final.mdl", "graph/Gr.fst", "ivector/final.ie", "conf/model.conf"])
def test_a_damaged_file_is_an_explanation_not_a_crash(korean: Path, tmp_path: Path, name: str) -> None:
    folder = clone(korean, tmp_path / "m", spoilt={name: b"junk" * 100})

    with pytest.raises(ModelError, match=r"装载失败|无法识别"):
        VoskEngine(folder, VoskSettings(other_language=True))


def test_a_real_model_without_ivector_is_seen_before_it_is_loaded(korean: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="没有 ivector"):
        VoskEngine(clone(korean, tmp_path / "m", without=["ivector"]), VoskSettings(other_language=True))
