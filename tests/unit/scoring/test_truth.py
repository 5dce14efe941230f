"""Folders of calls that cannot be scored are refused with every fault."""

import json
from pathlib import Path

import pytest

from scoring.truth import TruthUnreadable, read_calls


def test_every_fault_of_every_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{", encoding="utf-8")
    (tmp_path / "b.json").write_text(json.dumps({"id": "b", "turns": [{"speaker": "dog"}]}), encoding="utf-8")
    with pytest.raises(TruthUnreadable) as caught:
        read_calls([tmp_path, tmp_path / "none"], with_audio=False)
    told = "\n".join(caught.value.faults)
    for word in ("a.json: (整个文件)", "b.json: turns.0.speaker", "b.json: duration: 缺少这一项", "none: 不是文件夹"):
        assert word in told


def test_a_missing_recording_is_a_fault_only_where_it_is_listened_to(tmp_path: Path) -> None:
    call = {"id": "x", "duration": 1, "turns": [], "type": "咨询", "category": "c", "emergency": False}
    (tmp_path / "x.json").write_text(json.dumps(call), encoding="utf-8")
    [read] = read_calls([tmp_path], with_audio=False)
    assert read.recording == tmp_path / "x.wav"
    with pytest.raises(TruthUnreadable, match="--from-text"):
        read_calls([tmp_path], with_audio=True)
