"""`hotline score` as a person and as a program use it, on the open calls."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from speech_models import CALLS
from truth_calls import FOLDER


def score(*words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "hotline", "score", *words], capture_output=True, text=True, timeout=200, check=False
    )
    assert done.returncode == code, done.stderr[-2000:]
    return done


def test_true_texts_are_drafted_right_and_shown(tmp_path: Path) -> None:
    picture = tmp_path / "score.png"
    plain = json.loads(score("--from-text", str(FOLDER), "--json", "--picture", str(picture)).stdout)
    assert picture.stat().st_size > 10_000
    assert plain["calls"] == 12
    assert plain["cer"] == {"citizen": None, "agent": None, "all": None}
    share = {name: row["right"] / row["of"] for name, row in plain["fields"].items()}
    floors = {"type": 0.9, "category": 0.9, "utility": 1, "emergency": 1, "district": 0.9, "phone": 0.9, "address": 0.8}
    assert {name: share[name] for name in floors if share[name] < floors[name]} == {}
    assert all(row["sure_and_wrong"] == 0 for name, row in plain["fields"].items() if name == "phone")
    assert plain["touched_two_or_less"] >= 0.9


@pytest.mark.speech
def test_a_recording_is_heard_drafted_and_compared_word_by_word() -> None:
    plain = json.loads(score(str(CALLS), "--json").stdout)
    assert 0 < plain["cer"]["all"] < 0.3
    assert plain["speakers_right"] > 0.9
    assert plain["engine"] == "whisper whisper-base"
    assert plain["wall_s"] > 0
    assert plain["cpu_s"] > 0
    assert plain["fields"]["utility"] == {
        "right": 1,
        "of": 1,
        "credit": 1,
        "invented": 0,
        "sure_and_wrong": 0,
        "left_empty": 0,
    }


def test_a_folder_without_calls_is_refused_with_what_to_do(tmp_path: Path) -> None:
    assert "没有标注文件" in score("--from-text", str(tmp_path), code=2).stderr


def marked(folder: Path, **changed: object) -> Path:
    """Write one open call into a folder, some of its keys changed."""
    plain = json.loads((FOLDER / "O01.json").read_text(encoding="utf-8"))
    (folder / "O01.json").write_text(json.dumps(plain | changed, ensure_ascii=False), encoding="utf-8")
    return folder


def test_names_that_nothing_knows_are_refused_before_they_count_as_mistakes(tmp_path: Path) -> None:
    folder = marked(tmp_path, type="胡说", utility="水", district="火星区")
    said = score("--from-text", str(folder), code=2).stderr.replace("\n", "")
    assert all(f"不认识“{odd}”" in said for odd in ("胡说", "水", "火星区"))


def test_a_time_without_its_zone_is_hezes(tmp_path: Path) -> None:
    plain = json.loads(score("--from-text", str(marked(tmp_path, happened="2026-01-13T22:00:00")), "--json").stdout)
    assert plain["fields"]["time"]["of"] == 1


def test_no_telephone_number_can_be_read_in_what_is_shown(tmp_path: Path) -> None:
    folder = marked(tmp_path, phone="13905309999")
    shown = score("--from-text", str(folder)).stdout + score("--from-text", str(folder), "--json").stdout
    assert "139****9999" in shown
    assert "13905309999" not in shown


def test_a_picture_of_an_unknown_kind_is_refused_at_once(tmp_path: Path) -> None:
    said = score(str(CALLS), "--picture", str(tmp_path / "score.bmp"), code=2).stderr.replace("\n", "")
    assert ".png 或 .svg" in said
