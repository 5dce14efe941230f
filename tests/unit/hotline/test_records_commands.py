"""What calls left behind, as the commands show it: numbers masked, holds audited."""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from command_line import hotline
from drafting_calls import drafted, facts, play
from spool_builder import LINKEDID, START, SpoolBuilder

from domain.clock import FixedClock
from hotline.console import who
from hotline.filing import Filing
from store.door import Store
from store.settings import StoreSettings

LATER = START + timedelta(hours=1)
SAID = ("市民: 牡丹区花都新城没水了，电话幺三六零五三零幺幺二二。", "坐席: 13605301122对吧？", "市民: 对。")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A data folder with one call, its recording and its draft."""
    made = SpoolBuilder(tmp_path)
    made.conversation()
    made.age(60, LATER)
    opened = Store.open(StoreSettings(), tmp_path, FixedClock(LATER))
    opened.upgrade()
    Filing(made.spool, made.shelf, opened, made.settings, FixedClock(LATER), lambda: None).sweep()
    assert opened.save_result(LINKEDID, play(*SAID), drafted(*SAID, known=facts(ani="13853067219", keys="91")))
    yield opened
    opened.close()


def test_a_draft_and_its_transcript_are_shown_without_numbers_unless_they_are_asked_for(
    tmp_path: Path, store: Store
) -> None:
    numbers = ("13853067219", "138 5306 7219", "13605301122", "136 0530 1122", "幺三六零五三零幺幺二二")
    for form in ((), ("--json",)):
        listed = hotline(tmp_path, "cases", "list", *form).stdout
        masked = hotline(tmp_path, "cases", "show", LINKEDID, *form).stdout
        full = hotline(tmp_path, "cases", "show", "1", "--full", *form).stdout
        assert not [number for number in numbers if number in listed + masked]
        assert "幺三六****幺幺二二" in masked
        assert "138****7219" in masked
        assert "幺三六零五三零幺幺二二" in full
        assert "13605301122" in full
    assert [line.after for line in store.audit_trail(LINKEDID) if line.action == "draft.show"] == [
        {"full_number": False, "identities": False},
        {"full_number": True, "identities": False},
    ] * 2


def test_identity_numbers_take_a_right_of_their_own_and_no_draft_carries_one(tmp_path: Path, store: Store) -> None:
    told = ("市民: 我要查社保，身份证三七二九零一，一九九零零三零七四五幺八。", "坐席: 电话是13605301122吧？")
    again = "heze1-1764000000.7"
    call, recording = store.call(LINKEDID), store.recording(LINKEDID)
    assert call is not None
    assert recording is not None
    filed = replace(recording, id=again, storage_key=f"{again}.wav")
    store.take_in(replace(call, linkedid=again), [], filed)
    store.save_result(again, play(*told), drafted(*told))
    for form in ((), ("--json",)):
        shown = hotline(tmp_path, "cases", "show", again, *form).stdout
        full = hotline(tmp_path, "cases", "show", again, "--full", *form).stdout
        right = hotline(tmp_path, "cases", "show", again, "--identities", *form).stdout
        assert "13605301122" in full
        assert "三七二九零一" not in shown + full
        assert "四五幺八" not in shown + full
        assert "三七二九零一，一九九零零三零七四五幺八" in right
        assert "13605301122" not in right
    assert "三七二" not in hotline(tmp_path, "--json", "cases", "list", "--all").stdout
    kept = json.loads(hotline(tmp_path, "--json", "cases", "show", again, "--full", "--identities").stdout)["case"]
    assert "三七二" not in json.dumps(kept, ensure_ascii=False)
    audited = [line.after for line in store.audit_trail(again)]
    assert audited[2] == {"full_number": False, "identities": True}


def test_programs_get_the_transcript_with_the_draft(tmp_path: Path, store: Store) -> None:
    shown = json.loads(hotline(tmp_path, "--json", "cases", "show", "1").stdout)
    assert [said["speaker"] for said in shown["transcript"]["utterances"]] == ["citizen", "agent", "citizen"]
    assert shown["transcript"]["utterances"][1]["text"] == "136****1122对吧？"
    assert shown["case"]["callback_number"]["value"] == "138****7219"


def test_a_recording_is_held_and_released_by_name_and_retention_obeys(tmp_path: Path, store: Store) -> None:
    old = START + timedelta(days=1)
    held = hotline(tmp_path, "recordings", "hold", LINKEDID)
    assert (held.returncode, "已法律保留" in held.stdout) == (0, True)
    assert store.expire(old) == []
    released = json.loads(hotline(tmp_path, "--json", "recordings", "hold", LINKEDID, "--release").stdout)
    assert (released["id"], released["legal_hold"]) == (LINKEDID, False)
    assert [one.id for one in store.expire(old)] == [LINKEDID]
    trail = [line for line in store.audit_trail(LINKEDID) if line.action == "recording.hold"]
    assert [line.after for line in trail] == [{"legal_hold": True}, {"legal_hold": False}]
    assert {line.who for line in trail} == {who()}


def test_what_is_unknown_or_gone_cannot_be_held(tmp_path: Path, store: Store) -> None:
    unknown = hotline(tmp_path, "recordings", "hold", "heze1-9.9")
    assert (unknown.returncode, "没有录音 heze1-9.9" in unknown.stderr) == (1, True)
    store.mark_deleted(LINKEDID, "retention")
    gone = hotline(tmp_path, "recordings", "hold", LINKEDID)
    assert (gone.returncode, "到期删除" in gone.stderr) == (1, True)
    assert not [line for line in store.audit_trail(LINKEDID) if line.action == "recording.hold"]


def test_a_call_that_repair_cannot_take_in_names_the_log_that_says_why(tmp_path: Path) -> None:
    made = SpoolBuilder(tmp_path)
    made.conversation()
    made.age(60, LATER)
    assert hotline(tmp_path, "db", "upgrade").returncode == 0
    (tmp_path / "recordings" / "2025").write_text("in the way")
    done = hotline(tmp_path, "recordings", "repair", "--json")
    log = tmp_path / "log" / "repair.log"
    assert done.returncode == 1
    assert f"原因见 {log}" in done.stderr
    assert json.loads(done.stdout)["failed"] == [LINKEDID]
    [line] = [json.loads(line) for line in log.read_text().splitlines()]
    assert line["linkedid"] == LINKEDID
    assert str(tmp_path / "recordings" / "2025") in line["why"]


def test_a_recording_is_exported_in_the_clear_to_its_owner_alone_and_that_is_audited(
    tmp_path: Path, store: Store
) -> None:
    out, recording = tmp_path / "out.wav", store.recording(LINKEDID)
    assert recording is not None
    assert hotline(tmp_path, "recordings", "export", LINKEDID, str(out)).returncode == 0
    assert hashlib.sha256(out.read_bytes()).hexdigest() == recording.sha256
    assert out.stat().st_mode & 0o777 == 0o600
    assert hotline(tmp_path, "recordings", "export", LINKEDID, str(out)).returncode == 1, "nothing is overwritten"
    shown = hotline(tmp_path, "--json", "audit", "list", "--subject", LINKEDID)
    assert json.loads(shown.stdout)[0]["action"] == "recording.export"


def test_a_look_at_the_list_is_audited_and_whole_numbers_take_asking_for(tmp_path: Path, store: Store) -> None:
    assert "138 5306 7219" not in hotline(tmp_path, "cases", "list").stdout
    assert "13853067219" in hotline(tmp_path, "--json", "cases", "list", "--full").stdout.replace(" ", "")
    looks = [line.after for line in store.audit_list(10) if line.action == "draft.list"]
    assert looks == [{"drafts": [1], "full_number": True}, {"drafts": [1], "full_number": False}]


def test_verify_ends_with_one_where_the_audit_was_touched(tmp_path: Path, store: Store) -> None:
    store.audit("a", "b", "c")
    assert hotline(tmp_path, "audit", "verify").returncode == 0
    with closing(sqlite3.connect(tmp_path / "hotline.db")) as database:
        database.execute("DROP TRIGGER audit_no_update")
        database.execute("UPDATE audit SET who = 'x' WHERE id = 1")
        database.commit()
    done = hotline(tmp_path, "audit", "verify")
    assert done.returncode == 1
    assert "第 1 行被改过" in done.stderr
    keys = json.loads(hotline(tmp_path, "--json", "keys", "status").stdout)
    assert (keys["texts"], keys["files"]) == (
        {"current": 2, "old": 0, "clear": 0},
        {"current": 1, "old": 0, "clear": 0},
    )
