"""`hotline learn`: the score before and after is shown, nothing is written unasked, too few cases teach nothing."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from command_line import hotline
from drafting_calls import CONFIG, drafted, facts, play
from pydantic import TypeAdapter
from truth_calls import FOLDER

from cases.draft import DraftCase, Field
from cases.fields.experience import Experience
from domain.clock import FixedClock
from hotline.drafting_rules import read_drafting, read_gazetteer
from store.codec import draft_cases
from store.door import Store
from store.records import CallRecord, RecordingKind, RecordingRecord
from store.settings import StoreSettings
from transcription.transcript import Transcript

NOW = facts().started
SURE = ("坐席: 您好，请讲。", "市民: 我家停水了，在单县北城街道。", "坐席: 好的。")
UNSURE = ("坐席: 您好，请讲。", "市民: 我家停电了，在善线。", "坐席: 好的。")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The shipped configuration as if nothing had been measured yet."""
    copy = tmp_path / "config"
    shutil.copytree(CONFIG, copy)
    (copy / "drafting" / "calibration.yaml").write_text("curves: {}\n", encoding="utf-8")
    return copy


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(StoreSettings(), tmp_path / "var", FixedClock(NOW))
    opened.upgrade()
    yield opened
    opened.close()


def draft_of(store: Store, number: int, said: tuple[str, ...]) -> DraftCase:
    """File a call and its draft, and return the draft."""
    linkedid = f"heze1-{number}.1"
    started = NOW + timedelta(minutes=number)
    call = CallRecord(linkedid=linkedid, node="heze1", ani="13853067219", dialled="12345", started=started)
    key = f"2025/11/24/{linkedid}.wav"
    recording = RecordingRecord(
        id=linkedid,
        storage_key=key,
        sha256="0" * 64,
        seconds=20.0,
        channels=2,
        kind=RecordingKind.CALL,
        started=started,
        node="heze1",
    )
    store.take_in(call, [], recording)
    case = drafted(*said)
    assert store.save_result(linkedid, play(*said), case)
    return case


def confirm(home: Path, number: int, case: DraftCase) -> None:
    """Leave what a person left in a case's fields."""
    with closing(sqlite3.connect(home / "hotline.db")) as database:
        changed = database.execute(
            "UPDATE draft SET state = 'confirmed', body = ? WHERE linkedid = ?",
            (draft_cases().encode(case), f"heze1-{number}.1"),
        )
        assert changed.rowcount == 1
        database.commit()


def confirm_all(home: Path, store: Store, count: int) -> None:
    """Confirm cases in which every unsure county was corrected by hand, and all else was right."""
    for number in range(count):
        wrong = number % 2 == 1
        case = draft_of(store, number, UNSURE if wrong else SURE)
        assert case.county.value == "单县"
        confirm(home, number, replace(case, county=Field("曹县", 1.0)) if wrong else case)


def test_marked_calls_are_scored_before_and_after_and_nothing_is_written_unasked(tmp_path: Path, config: Path) -> None:
    home = tmp_path / "var"
    done = hotline(home, "--config", str(config), "learn", "--from", str(FOLDER), "--from-text")
    assert done.returncode == 0, done.stderr
    for part in ("12 通电话", "县区", "合计", "Brier", "把握是否可信", "没有写入; 要写入请加 --yes"):
        assert part in done.stdout
    assert not (home / "learned").exists()


def test_what_is_learnt_is_written_on_a_yes_goes_before_what_was_shipped_and_is_not_worse(
    tmp_path: Path, config: Path
) -> None:
    home = tmp_path / "var"
    words = ("--config", str(config), "--json", "learn", "--from", str(FOLDER), "--from-text", "--yes")
    first = json.loads(hotline(home, *words).stdout)
    file = home / "learned" / "calibration.yaml"
    assert first["written"] == str(home / "learned")
    assert first["after"]["brier"] < first["before"]["brier"]
    places = read_gazetteer(config / "gazetteer")
    assert not read_drafting(config / "drafting", places).calibration.curves
    assert read_drafting(config / "drafting", places, home / "learned").calibration.curves
    written = file.read_text(encoding="utf-8")
    again = json.loads(hotline(home, *words).stdout)
    assert again["written"] is None, "the same calls have nothing more to teach"
    assert file.read_text(encoding="utf-8") == written


def test_confirmed_cases_teach_which_confidence_to_believe(tmp_path: Path, config: Path, store: Store) -> None:
    home = tmp_path / "var"
    confirm_all(home, store, 20)
    done = json.loads(hotline(home, "--config", str(config), "--json", "learn", "--yes").stdout)
    assert done["calls"] == 20
    county = done["fields"]["county"]
    assert county["before"]["right"] == county["after"]["right"] == 10
    assert county["after"]["brier"] < county["before"]["brier"]
    shown = hotline(home, "--config", str(config), "check")
    assert shown.returncode == 0, shown.stderr


def test_too_few_cases_are_refused_with_what_to_do(tmp_path: Path, config: Path, store: Store) -> None:
    home = tmp_path / "var"
    confirm_all(home, store, 3)
    draft_of(store, 99, SURE)
    done = hotline(home, "--config", str(config), "learn", "--yes")
    assert done.returncode == 1
    assert "已确认的工单只有 3 条, 至少要 10 条" in done.stderr.replace("\n", "")
    assert "--from" in done.stderr


def test_too_few_recordings_are_refused_before_they_are_listened_to(tmp_path: Path, config: Path) -> None:
    done = hotline(tmp_path / "var", "--config", str(config), "learn", "--from", str(FOLDER.parent / "calls"))
    assert done.returncode == 1
    assert "标注过的电话只有 1 通, 至少要 10 通" in done.stderr
    assert "听录音" not in done.stderr


def test_a_folder_without_marked_calls_is_wrong_usage(tmp_path: Path, config: Path) -> None:
    done = hotline(tmp_path / "var", "--config", str(config), "learn", "--from", str(tmp_path / "none"))
    assert (done.returncode, "不是文件夹" in done.stderr) == (2, True)


def test_a_faulty_learned_file_is_named_with_its_line(tmp_path: Path, config: Path) -> None:
    home = tmp_path / "var"
    (home / "learned").mkdir(parents=True)
    file = home / "learned" / "calibration.yaml"
    file.write_text("curves:\n  county: [[0.5, 0.5], [0.4, 0.6]]\n", encoding="utf-8")
    done = hotline(home, "--config", str(config), "check")
    assert done.returncode == 2
    assert f"{file}:2: curves.county.1" in done.stderr.replace("\n", "")


def test_learned_words_reach_every_draft_and_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    home, said = tmp_path / "var", tmp_path / "said.json"
    (home / "learned").mkdir(parents=True)
    file = home / "learned" / "experience.json"
    green = ("市政公用", "市政设施", "公园绿化")
    known = Experience(4.0, ((green, 5, 5), (("交通", "公共交通"), 5, 1)), {"秋千": ((0, 5), (1, 1))})
    file.write_bytes(TypeAdapter(Experience).dump_json(known))
    said.write_bytes(TypeAdapter(Transcript).dump_json(play("市民: 那边的秋千倒了。")))
    case = json.loads(hotline(home, "--json", "draft", str(said)).stdout)
    assert (case["category"]["value"] or case["category"]["candidate"]) == list(green)
    file.write_text("{}", encoding="utf-8")
    done = hotline(home, "check")
    assert done.returncode == 2
    assert f"{file}:1: 读不出来, 或不是 hotline learn 写的; 可以删除它" in done.stderr
