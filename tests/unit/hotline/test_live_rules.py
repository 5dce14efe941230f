"""What the operator adds to the gazetteer while a worker runs counts from the next call; a slip harms none."""

import json
import os
import shutil
from pathlib import Path

import pytest
from command_line import hotline
from drafting_calls import CONFIG, facts, play
from structlog.testing import capture_logs

from cases.drafting import draft
from hotline.drafting_rules import read_drafting, read_gazetteer
from hotline.live_rules import LiveRules

SAID = ("坐席: 地址？", "市民: 单县北城街道金秀龙庭六号楼，没水了。")
ESTATE = "estate,金秀龙庭,单县,北城街道\n"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration of the operator's own."""
    shutil.copytree(CONFIG, tmp_path / "config")
    return tmp_path / "config"


@pytest.fixture
def rules(config: Path) -> LiveRules:
    places = read_gazetteer(config / "gazetteer")
    return LiveRules.of(config / "gazetteer", read_drafting(config / "drafting", places))


def estates(rules: LiveRules) -> set[str]:
    return {place.name for place in rules.current().places.gazetteer.places}


def test_a_new_file_counts_from_the_next_draft_on(config: Path, rules: LiveRules) -> None:
    before = draft(play(*SAID), facts(), rules.current())
    (config / "gazetteer" / "new.csv").write_text(ESTATE, encoding="utf-8")
    after = draft(play(*SAID), facts(), rules.current())
    assert "金秀龙庭" in (after.address.value or "")
    assert after.address.confidence > before.address.confidence


def test_nothing_is_read_again_as_long_as_nothing_changes(rules: LiveRules) -> None:
    with capture_logs() as lines:
        assert rules.current() is rules.current()
    assert lines == []


def test_a_change_of_the_same_length_and_a_file_taken_away_are_seen_too(config: Path, rules: LiveRules) -> None:
    file = config / "gazetteer" / "new.csv"
    file.write_text(ESTATE, encoding="utf-8")
    rules.current()
    state = file.stat()
    file.write_text(ESTATE.replace("金秀", "银秀"), encoding="utf-8")
    os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns + 1))
    assert "银秀龙庭" in estates(rules)
    assert "金秀龙庭" not in estates(rules)
    file.unlink()
    assert "银秀龙庭" not in estates(rules)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{ESTATE}estate,碧桂园,没有县\n", "new.csv:2: 碧桂园: 没有叫“没有县”的县区"),
        ("shop,大超市,单县\n", "new.csv:1: kind: 不能是 'shop'"),
        ("estate\n", "new.csv:1: 应有 3 至 6 列"),
    ],
)
def test_a_faulty_file_keeps_the_old_gazetteer_and_is_told_once_with_its_line(
    config: Path, rules: LiveRules, text: str, told: str
) -> None:
    old = rules.current()
    file = config / "gazetteer" / "new.csv"
    file.write_text(text, encoding="utf-8")
    with capture_logs() as lines:
        assert rules.current() is old
        assert rules.current() is old
    [line] = lines
    assert (line["log_level"], line["event"]) == ("error", "gazetteer is faulty, the old one stays in use")
    assert told in line["faults"][0]
    file.write_text(ESTATE, encoding="utf-8")
    assert "金秀龙庭" in estates(rules)


def test_a_county_that_the_rules_need_cannot_be_lost_by_an_edit(config: Path, rules: LiveRules) -> None:
    old = rules.current()
    for file in (config / "gazetteer").glob("*.csv"):
        file.unlink()
    (config / "gazetteer" / "few.csv").write_text("area,单县,\n", encoding="utf-8")
    with capture_logs() as lines:
        assert rules.current() is old
    assert "少了县区“牡丹区”" in lines[0]["faults"][0]


def test_doctor_names_file_and_line_and_goes_on_with_everything_else(config: Path, tmp_path: Path) -> None:
    file = config / "gazetteer" / "new.csv"
    file.write_text(f"{ESTATE}shop,大超市,单县\n", encoding="utf-8")
    done = hotline(tmp_path / "home", "--config", str(config), "--json", "doctor")
    found = {one["subject"]: one for one in json.loads(done.stdout)}
    assert done.returncode == 2
    assert found["地名"]["grade"] == "bad"
    assert found["地名"]["state"].startswith(f"{file}:2: ")
    assert "不必重启" in found["地名"]["advice"]
    assert found["配置"]["grade"] == "good"
    assert "磁盘" in found


def test_a_worker_begun_on_a_faulty_file_uses_its_other_rows(config: Path) -> None:
    drafting = read_drafting(config / "drafting", read_gazetteer(config / "gazetteer"))
    (config / "gazetteer" / "new.csv").write_text(f"{ESTATE}shop,大超市,单县\n", encoding="utf-8")
    with capture_logs() as lines:
        rules = LiveRules.of(config / "gazetteer", drafting)
    assert "new.csv:2" in lines[0]["faults"][0]
    assert "金秀龙庭" in estates(rules)
