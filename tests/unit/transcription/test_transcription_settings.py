"""config/transcription.yaml as shipped is right; what would hurt is refused with its place."""

from pathlib import Path

import pytest

from hotline.checked import ConfigurationError, parse, read
from transcription.settings import TranscriptionConfig, check

SHIPPED = Path(__file__).resolve().parents[3] / "config" / "transcription.yaml"


def faults(text: str) -> str:
    document = parse(text, Path("transcription.yaml"))
    with pytest.raises(ConfigurationError) as caught:
        document.require(check(document.build(TranscriptionConfig)))
    return str(caught.value)


def test_what_is_shipped_is_right_and_is_the_default() -> None:
    config = read(SHIPPED).build(TranscriptionConfig)

    assert check(config) == []
    assert config == TranscriptionConfig()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("engine: kaldi", "transcription.yaml:1: engine: 不能是 'kaldi'"),
        ("whisper:\n  compute: int8", "transcription.yaml:2: whisper.compute: 不认识的键, 是不是 compute_type"),
        ("whisper:\n  threads: many", "transcription.yaml:2: whisper.threads: 应为整数"),
        ("whisper:\n  model: ~/models", "transcription.yaml:2: whisper.model"),
        ("limits:\n  per_audio_second: 0.05", "transcription.yaml:2: limits.per_audio_second: 0.05 太小"),
        ("limits:\n  floor_seconds: 1.0", "limits.floor_seconds: 太小"),
        ("limits:\n  start_seconds: 1.0", "limits.start_seconds: 太小"),
        ("voice:\n  pad_ms: 900", "voice.pad_ms: 不能大于"),
        ("engine: vosk\nvosk:\n  probe: ''", "transcription.yaml:3: vosk.probe"),
        ("vosk:\n  grammar: ['停水', ' ']", "vosk.grammar.1: 不能是空的"),
        ("whisper:\n  digits_beam: 0", "transcription.yaml:2: whisper.digits_beam: 不能是 0"),
        ("vosk:\n  digits: {'10': [十]}", "transcription.yaml:2: vosk.digits"),
        ("vosk:\n  digits:\n    '1': []", "transcription.yaml:3: vosk.digits.1"),
        ("numbers:\n  announce: [电话]", "transcription.yaml:2: numbers.announce: 不认识的键, 是不是 announced"),
        ("numbers:\n  fewest: 1", "transcription.yaml:2: numbers.fewest: 不能是 1"),
        ("numbers:\n  sure: ''", "transcription.yaml:2: numbers.sure"),
        ("numbers:\n  announced: []", "transcription.yaml:2: numbers.announced"),
        ("numbers:\n  announced: [电话, '']", "transcription.yaml:2: numbers.announced.1"),
        ("numbers:\n  looks:\n    - {lead_seconds: 60.0}", "transcription.yaml:3: numbers.looks.0.lead_seconds"),
        ("numbers:\n  enough: 1.5", "transcription.yaml:2: numbers.enough: 不能是 1.5"),
    ],
)
def test_a_wrong_value_is_told_with_file_line_and_key(text: str, said: str) -> None:
    assert said in faults(text)


def test_a_long_recording_gets_more_time_and_a_short_one_the_floor() -> None:
    limits = TranscriptionConfig().limits

    assert limits.for_audio(1.0) == limits.floor_seconds
    assert limits.for_audio(600.0) == 600.0 * limits.per_audio_second
