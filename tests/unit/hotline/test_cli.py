"""The command as people and programs use it: exit codes, JSON, messages that say what to do."""

import contextlib
import json
import shutil
import sqlite3
from pathlib import Path

import pytest
from command_line import hotline

from domain.clock import SystemClock
from hotline.fault_kinds import Kind
from hotline.faults import FaultBook
from hotline.places import places
from hotline.settings import OVERRIDES


@pytest.fixture
def upgraded(tmp_path: Path) -> Path:
    assert hotline(tmp_path, "db", "upgrade").returncode == 0
    return tmp_path


def test_check_passes_on_what_is_shipped_and_json_may_stand_anywhere(tmp_path: Path) -> None:
    for words in (("--json", "check"), ("check", "--json")):
        done = hotline(tmp_path, *words)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["ok"] is True


def test_check_tells_faults_on_standard_error_and_ends_with_2(tmp_path: Path) -> None:
    empty = tmp_path / "config"
    empty.mkdir()
    done = hotline(tmp_path, "--config", str(empty), "check")
    assert done.returncode == 2
    assert f"{empty}/telephony.yaml:1: (整个文件): 找不到这个文件" in done.stderr or "找不到这个文件" in done.stderr


def test_an_unknown_command_is_wrong_usage(tmp_path: Path) -> None:
    assert hotline(tmp_path, "fly").returncode == 2


def test_the_tree_is_drawn_for_people_and_for_programs(tmp_path: Path) -> None:
    assert "停水漏水" in hotline(tmp_path, "ivr", "show").stdout
    assert json.loads(hotline(tmp_path, "ivr", "show", "--json").stdout)["start"] == "root"
    assert hotline(tmp_path, "ivr", "show", "--svg", str(tmp_path / "tree.svg")).returncode == 0
    assert (tmp_path / "tree.svg").read_text(encoding="utf-8").startswith("<svg")


@pytest.mark.parametrize(("keys", "kind"), [("91", "emergency"), ("9", "emergency"), ("", "agents"), ("5", "agents")])
def test_route_explain_decides_as_a_call_would(tmp_path: Path, keys: str, kind: str) -> None:
    done = hotline(tmp_path, "--json", "route", "explain", "--keys", keys, "--at", "2026-01-01T03:00:00")
    said = json.loads(done.stdout)
    assert said["route"]["kind"] == kind
    assert said["at"].startswith("2026-01-01T03:00:00+08:00")
    assert said["reasons"]


@pytest.mark.parametrize("topic", ["cases", "recordings", "outages", "callbacks"])
def test_a_list_of_a_fresh_data_folder_says_that_there_is_nothing_yet(tmp_path: Path, topic: str) -> None:
    done = hotline(tmp_path, topic, "list")
    assert done.returncode == 0, done.stderr
    assert "还没有数据" in done.stdout
    assert "hotline db upgrade" in done.stdout
    if topic == "cases":
        assert json.loads(hotline(tmp_path, topic, "list", "--json").stdout) == []


def test_what_cannot_be_done_in_a_fresh_data_folder_fails_with_what_to_do(tmp_path: Path) -> None:
    for words in (("cases", "show", "7"), ("outages", "end", "1")):
        done = hotline(tmp_path, *words)
        assert (done.returncode, done.stdout) == (1, "")
        assert "hotline db upgrade" in done.stderr


@pytest.fixture
def outdated(upgraded: Path) -> Path:
    with contextlib.closing(sqlite3.connect(upgraded / "hotline.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = '0001'")
        database.execute("DROP TABLE draft")
        database.commit()
    return upgraded


def test_a_database_of_another_version_is_a_fault_even_for_a_list(outdated: Path) -> None:
    done = hotline(outdated, "cases", "list")
    assert done.returncode == 1
    assert "hotline db upgrade" in done.stderr


def test_empty_lists_are_said_and_unknown_ids_fail(upgraded: Path) -> None:
    assert "没有待核对的工单草稿" in hotline(upgraded, "cases", "list").stdout
    assert json.loads(hotline(upgraded, "recordings", "list", "--json").stdout) == []
    assert hotline(upgraded, "cases", "show", "7").returncode == 1
    assert hotline(upgraded, "recordings", "show", "heze1-1.1").returncode == 1


def test_an_outage_is_added_listed_and_ended(upgraded: Path) -> None:
    added = json.loads(hotline(upgraded, "--json", "outages", "add", "--utility", "water", "--area", "牡丹区").stdout)
    [listed] = json.loads(hotline(upgraded, "--json", "outages", "list").stdout)
    assert (listed["id"], listed["area"], listed["heard"]) == (added["id"], "牡丹区", 0)
    assert hotline(upgraded, "outages", "end", str(added["id"])).returncode == 0
    assert hotline(upgraded, "outages", "end", str(added["id"])).returncode == 1


def test_an_outage_in_an_area_that_the_city_has_not_is_refused(upgraded: Path) -> None:
    refused = hotline(upgraded, "outages", "add", "--utility", "water", "--area", "牡丹")
    assert refused.returncode == 2
    assert "是不是 牡丹区?" in refused.stderr
    town = hotline(upgraded, "outages", "add", "--utility", "water", "--area", "东城街道")
    assert town.returncode == 0
    assert "播报时说“部分区域”" in town.stdout
    assert [one["area"] for one in json.loads(hotline(upgraded, "--json", "outages", "list").stdout)] == ["东城街道"]


def test_repair_with_nothing_to_do_says_so(upgraded: Path) -> None:
    assert json.loads(hotline(upgraded, "--json", "recordings", "repair").stdout) == {
        "filed": [],
        "failed": [],
        "waiting": [],
        "missing": [],
        "refiled": [],
        "unreadable": [],
    }


@pytest.mark.parametrize("content", [b"", b"RIFF", b"this is no audio at all", b"RIFF\x24\x00\x00\x00WAVEfmt "])
def test_transcribe_explains_what_is_no_recording(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "bad.wav"
    file.write_bytes(content)
    done = hotline(tmp_path, "transcribe", str(file))
    assert done.returncode == 1
    assert "bad.wav" in done.stderr
    assert "Traceback" not in done.stderr


def test_draft_reads_a_transcript_and_refuses_what_is_none(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(
        json.dumps(
            {
                "utterances": [
                    {"speaker": "citizen", "start": 0, "end": 4, "text": "没有人被困，牡丹区八一街水管爆了。"},
                ],
                "engine": "hand",
                "model": "hand",
                "audio_seconds": 4,
                "spent_seconds": 0,
            }
        ),
        encoding="utf-8",
    )
    bad.write_text("{}", encoding="utf-8")
    case = json.loads(hotline(tmp_path, "--json", "draft", str(good), "--keys", "91", "--from", "15400000001").stdout)
    assert case["utility"]["value"] == "water"
    assert case["callback_number"]["value"] == "15400000001"
    assert "没有人被困" in case["description"]["value"]
    assert hotline(tmp_path, "draft", str(bad)).returncode == 1


def test_doctor_names_what_is_wrong_and_what_to_do(outdated: Path) -> None:
    done = hotline(outdated, "--json", "doctor")
    found = {one["subject"]: one for one in json.loads(done.stdout)}
    assert done.returncode == 2
    assert (found["数据库"]["grade"], found["数据库"]["advice"]) == ("bad", "hotline db upgrade")
    assert found["配置"]["grade"] == "good"
    assert places({}).config.name in found["配置"]["state"]


def test_doctor_finds_nothing_wrong_with_a_database_that_is_not_there_yet(tmp_path: Path) -> None:
    found = {one["subject"]: one for one in json.loads(hotline(tmp_path, "--json", "doctor").stdout)}
    assert found["数据库"]["grade"] == "warning"
    assert "make run" in found["数据库"]["advice"]
    assert "hotline db upgrade" in found["数据库"]["advice"]


@pytest.mark.parametrize("command", ["render", "speak", "dialogue"])
def test_what_needs_a_voice_says_in_its_help_how_to_get_one(tmp_path: Path, command: str) -> None:
    told = " ".join(hotline(tmp_path, "prompts", command, "--help").stdout.split())
    assert "pip install -e '.[prompts]'" in told
    assert "npm (取 kokoro-js 包里的声音)" in told
    assert "hotline12345[" not in told


def test_doctor_gives_no_advice_to_install_what_is_no_model_s_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(OVERRIDES, f"transcription.whisper.model={tmp_path / 'elsewhere'}")
    found = {one["subject"]: one for one in json.loads(hotline(tmp_path, "--json", "doctor").stdout)}
    assert (found["语音模型"]["grade"], found["语音模型"]["state"]) == ("bad", str(tmp_path / "elsewhere"))
    assert "请核对路径" in found["语音模型"]["advice"]


def test_a_faulty_configuration_ends_the_demo_with_file_line_and_key(tmp_path: Path) -> None:
    config = tmp_path / "config"
    shutil.copytree(places({}).config, config)
    file = config / "telephony.yaml"
    lines = file.read_text(encoding="utf-8").splitlines()
    at = next(number for number, line in enumerate(lines, 1) if line.startswith("  qualify:"))
    lines[at - 1] = "  qualify: often"
    file.write_text("\n".join(lines), encoding="utf-8")
    done = hotline(tmp_path, "--config", str(config), "demo")
    assert done.returncode == 2
    assert done.stderr.startswith(f"{file}:{at}: sip.qualify: ")
    assert "Traceback" not in done.stderr


def test_a_number_too_long_for_any_draft_is_simply_no_draft(upgraded: Path) -> None:
    done = hotline(upgraded, "cases", "show", "99999999999999999999")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("没有工单草稿 99999999999999999999")
    assert len(done.stderr.splitlines()) == 1


def test_faults_are_listed_seen_and_told_by_the_exit_code(tmp_path: Path) -> None:
    assert json.loads(hotline(tmp_path, "--json", "faults").stdout) == []
    book = FaultBook(tmp_path / "faults", "watch", SystemClock())
    book.happened(Kind.ASTERISK_RESTARTED, detail="pid changed")
    done = hotline(tmp_path, "--json", "faults")
    [fault] = json.loads(done.stdout)
    assert (done.returncode, fault["title"], fault["open"]) == (1, "Asterisk 重启过", False)
    assert hotline(tmp_path, "faults", "seen", fault["name"]).returncode == 0
    assert hotline(tmp_path, "faults").returncode == 0
    book.begin(Kind.DATABASE, detail="locked")
    shown = hotline(tmp_path, "faults")
    assert shown.returncode == 2
    assert "数据库不可用" in shown.stdout
    found = {one["subject"]: one for one in json.loads(hotline(tmp_path, "--json", "doctor").stdout)}
    assert found["故障告警"]["grade"] == "bad"


def test_metrics_are_told_while_nothing_runs_and_an_unknown_call_has_no_story(upgraded: Path) -> None:
    said = hotline(upgraded, "metrics").stdout
    assert 'hotline_up{part="asterisk"} 0.0' in said
    assert 'hotline_up{part="database"} 1.0' in said
    done = hotline(upgraded, "trace", "heze1-1764000000.1")
    assert done.returncode == 1
    assert "没有找到来电 heze1-1764000000.1: 数据库、spool 和日志里都没有它" in done.stderr
    assert hotline(upgraded, "trace", "../../etc/passwd").returncode == 2
