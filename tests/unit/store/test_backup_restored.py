"""A backup taken while calls are filed and heard, everything deleted, and all of it there again, on both databases."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from shipped_config import ROOT
from spool_builder import START, SpoolBuilder
from sqlalchemy import create_engine, text
from store_samples import draft, transcript
from store_workers import alive, until

from domain.clock import FixedClock
from hotline import wiring
from hotline.backup import manifest as said_of
from hotline.backup.make import BackupFailed, Watch, make
from hotline.backup.manifest import BackupUnusable
from hotline.backup.restore import NotRestored, Restored, restore
from hotline.backup.verify import verify
from hotline.filing import Filing
from hotline.places import Places
from hotline.running import Hotline, NotStarted, alone
from hotline.settings import Settings, load
from hotline.worker import take_slot
from store import chain
from store.door import Store
from store.engine import connect, reading
from store.errors import StoreNewer
from store.settings import StoreSettings
from telephony.recordings.shelf import Shelf

LATER = START + timedelta(hours=1)
NIGHT = datetime(2026, 1, 16, 18, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    places = Places(
        config=ROOT / "config", home=tmp_path_factory.mktemp("none"), tools=tmp_path_factory.mktemp("tools")
    )
    return load(places, {"HOTLINE_SET": "telephony.agi.port=24601"})


@dataclass
class House:
    """A data folder, its store, and a folder for backups."""

    settings: Settings
    store: Store
    dest: Path
    number: int = 0

    @property
    def home(self) -> Path:
        return self.settings.places.home

    @property
    def shelf(self) -> Shelf:
        return wiring.shelf(self.settings)

    def leave_call(self) -> str:
        """Leave a finished call in the spool."""
        self.number += 1
        made = SpoolBuilder(self.home)
        linkedid = f"heze1-{1764000000 + self.number}.{self.number}"
        made.journal(
            f"0 started uniqueid={linkedid} ani=13853067219 dialled=12345",
            "2 notice heard=full",
            "8 ended cause=16",
            linkedid=linkedid,
        )
        made.leg("caller", 300 + 10 * self.number, seconds=0.3, uniqueid=linkedid, linkedid=linkedid)
        made.age(60, LATER)
        return linkedid

    def file(self, number: int = 1) -> list[str]:
        """Take calls in, as the telephony process does."""
        named = [self.leave_call() for _ in range(number)]
        assert set(self.filing().sweep().filed) >= set(named)
        return named

    def filing(self) -> Filing:
        settings = self.settings.recordings
        made = SpoolBuilder(self.home)
        return Filing(made.spool, self.shelf, self.store, settings, FixedClock(LATER), lambda: None)

    def hear(self, *ids: str) -> None:
        for linkedid in ids:
            assert self.store.save_result(linkedid, transcript(linkedid), draft())

    def backup(self, at: datetime = NIGHT, watch: Watch = lambda _what, _done, _of: None, **how: object) -> Path:
        how = how or {"with_keys": True}
        return make(self.settings.places, self.store, self.dest, at, watch=watch, **how).folder  # type: ignore[arg-type]

    def restore(self, source: Path | None = None, **how: object) -> Restored:
        self.home.mkdir(exist_ok=True)
        return restore(self.settings, self.store, source or self.dest, NIGHT, **how)  # type: ignore[arg-type]

    def lose_everything(self) -> None:
        """Delete the data folder, and the tables where they are elsewhere."""
        self.store.close()
        shutil.rmtree(self.home)
        if self.store.kind == "postgresql":
            engine = create_engine(self.settings.store.url)
            with engine.begin() as connection:
                connection.execute(text("DROP SCHEMA public CASCADE"))
                connection.execute(text("DROP SCHEMA dbos CASCADE"))
            engine.dispose()


@pytest.fixture
def house(settings: StoreSettings, shipped: Settings, tmp_path: Path) -> Iterator[House]:
    yield from _house(settings, shipped, tmp_path)


@pytest.fixture
def light(shipped: Settings, tmp_path: Path) -> Iterator[House]:
    """A house on SQLite alone, for what has nothing to do with the database."""
    yield from _house(StoreSettings(url="sqlite:///HOME/hotline.db"), shipped, tmp_path)


def _house(settings: StoreSettings, shipped: Settings, tmp_path: Path) -> Iterator[House]:
    home = tmp_path / "home"
    home.mkdir()
    if settings.url.startswith("sqlite"):
        settings = replace(settings, url="sqlite:///HOME/hotline.db")
    config = tmp_path / "config"
    config.mkdir(exist_ok=True)
    shutil.copy(ROOT / "config" / "store.yaml", config)
    places = replace(shipped.places, home=home, config=config)
    store = Store.open(settings, home, FixedClock(LATER))
    store.upgrade()
    yield House(replace(shipped, places=places, store=settings), store, tmp_path / "backups")
    store.close()


def flip(file: Path) -> None:
    """Change one byte of a file in this backup alone: others that share its bytes keep them."""
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.unlink()
    file.write_bytes(data)


def recordings_in(folder: Path) -> dict[str, str]:
    """Return the recordings that a backup lists, by their key."""
    return {one.path.removeprefix("recordings/"): one.sha256 for one in said_of.entries(folder, said_of.RECORDINGS)}


@pytest.mark.timeout(240)
def test_what_is_filed_and_heard_during_a_backup_is_wholly_in_it_or_wholly_out(house: House, tmp_path: Path) -> None:
    early = house.file(8)
    over = threading.Event()
    filed: list[str] = []

    def go_on_filing() -> None:
        while not over.is_set():
            filed.extend(house.file())

    url = house.settings.store.url.replace("HOME", str(house.home))
    shutil.copytree(house.home / "keys", tmp_path / "keys")
    with alive(url, tmp_path) as workers:
        workers.start("slow")
        until(lambda: len(workers.begun()) >= 3)
        calls = threading.Thread(target=go_on_filing)
        calls.start()
        try:
            until(lambda: len(filed) > 3)
            watched = iter(range(10**6))

            def watch(what: str, _done: int, _of: int) -> None:
                if what == "录音":  # the calls go on, however quick the backup is
                    before = len(filed) + 1 if next(watched) < 5 else 0
                    until(lambda: len(filed) > before or not before)

            folder = house.backup(watch=watch)
        finally:
            over.set()
            calls.join()
    manifest = said_of.load(folder)
    assert verify(folder).faults == ()
    assert manifest.since or manifest.under_way
    inside = recordings_in(folder)
    assert len(inside) == manifest.counts.recordings == manifest.counts.calls
    assert {f"2025/11/24/{one}.wav" for one in early} <= set(inside)
    assert manifest.missing == manifest.loose == ()

    heard = {one for one in (*early, *filed) if house.store.transcript(one)}
    house.lose_everything()
    done = house.restore()
    assert done.counts == manifest.counts
    assert (done.agreed.refiled, done.agreed.missing, done.agreed.unreadable) == ((), (), ())
    rows = {one.storage_key: one.sha256 for one in house.store.recordings(10_000)}
    assert {key: house.shelf.sha256(key) for key in inside} == rows  # the sound's; a backup vouches for what is sealed
    assert {key: hashlib.sha256(house.shelf.path(key).read_bytes()).hexdigest() for key in inside} == inside
    for left in (*manifest.since, *manifest.under_way):
        assert house.store.call(left) is None
    kept = {one.id for one in house.store.recordings(10_000)}
    known = {one for one in kept if house.store.transcript(one)}
    assert len(known) == manifest.counts.transcripts == manifest.counts.drafts
    assert known <= heard
    drafts = {one.id: one.linkedid for one in house.store.drafts(None, 10_000)}
    assert sorted(drafts.values()) == sorted(known)

    again = tmp_path / "again"
    again.mkdir()
    shutil.copytree(house.home / "keys", again / "keys")
    with alive(url, again) as workers:
        workers.start()
        until(lambda: not house.store.unheard())
        assert sorted(workers.begun()) == sorted(kept - known)  # each of the others once, none of these again
    assert {one.id: one.linkedid for one in house.store.drafts(None, 10_000)}.items() >= drafts.items()


def test_a_call_filed_while_the_database_is_copied_waits_for_the_next_backup(house: House) -> None:
    early = house.file(3)
    late: list[str] = []

    def watch(what: str, _done: int, _of: int) -> None:
        if what in ("数据库", "录音") and len(late) < 2:
            late.extend(house.file())

    first = house.backup(watch=watch)
    assert set(said_of.load(first).since) == set(late) != set()
    assert len(recordings_in(first)) == 3
    second = house.backup(NIGHT + timedelta(days=1))
    assert said_of.load(second).previous == first.name
    assert {key.rpartition("/")[2] for key in recordings_in(second)} == {f"{one}.wav" for one in (*early, *late)}


def test_the_next_backup_shares_what_has_not_changed_and_stands_alone_when_the_first_goes(light: House) -> None:
    [key] = [f"2025/11/24/{one}.wav" for one in light.file()]
    first = light.backup()
    light.file(2)
    second = light.backup(NIGHT + timedelta(days=1), keep=1, with_keys=True)
    assert not first.exists()
    manifest = said_of.load(second)
    assert manifest.linked == 2  # the recording, and the configuration
    assert verify(second).faults == ()
    third = light.backup(NIGHT + timedelta(days=2), keep=2, with_keys=True)
    assert (second / "recordings" / key).stat().st_ino == (third / "recordings" / key).stat().st_ino
    assert said_of.backups(light.dest) == [second, third]
    assert (second / "recordings" / key).stat().st_ino != (light.home / "recordings" / key).stat().st_ino


def test_a_recording_whose_file_was_written_anew_is_copied_anew(light: House) -> None:
    [one] = light.file()
    key = f"2025/11/24/{one}.wav"
    light.backup()
    (light.home / "recordings" / key).write_bytes(b"sealed with another key")
    second = light.backup(NIGHT + timedelta(days=1))
    assert (second / "recordings" / key).read_bytes() == b"sealed with another key"
    assert verify(second).faults == ()


def test_one_flipped_bit_is_found_refused_and_made_good_from_another_backup(light: House) -> None:
    ids = light.file(3)
    key = f"2025/11/24/{ids[1]}.wav"
    light.backup()
    second = light.backup(NIGHT + timedelta(days=1))
    flip(second / "recordings" / key)
    assert verify(second).faults == (f"recordings/{key}: 内容变了 (SHA-256 不符)",)
    light.lose_everything()
    with pytest.raises(BackupUnusable, match=ids[1]):
        light.restore()
    assert {one.name for one in light.home.iterdir()} == {"run"}
    done = light.restore(despite_damage=True)
    assert (done.damaged, done.found, done.agreed.missing) == ((key,), (key,), ())
    assert {light.shelf.sha256(one.storage_key) == one.sha256 for one in light.store.recordings()} == {True}


@pytest.mark.parametrize("what", [said_of.MANIFEST, said_of.VOUCHER, said_of.FILES, said_of.RECORDINGS, "database"])
def test_no_part_of_a_backup_can_be_altered_unseen(light: House, what: str) -> None:
    light.file()
    folder = light.backup()
    flip(folder / "database/hotline.db" if what == "database" else folder / what)
    try:
        faults = verify(folder).faults
    except BackupUnusable as error:
        faults = (str(error),)
    assert len(faults) == 1
    light.lose_everything()
    with pytest.raises(BackupUnusable):
        light.restore(folder, despite_damage=True)
    assert not (light.home / "hotline.db").exists()


CUT_OFF = """
import os, signal, sys
from datetime import datetime, UTC
from pathlib import Path
from hotline.backup.make import make
from hotline.backup.restore import restore
from hotline.places import Places
from hotline.settings import load
from hotline.wiring import open_store
what, config, home, dest, step, at = sys.argv[1:]
places = Places(config=Path(config), home=Path(home), tools=Path(dest))
settings = load(places, {"HOTLINE_SET": "telephony.agi.port=24601"})
def watch(named, done, of):
    if named == step and done == int(at):
        os.kill(os.getpid(), signal.SIGKILL)
now = datetime(2026, 1, 17, tzinfo=UTC)
store = open_store(settings)
if what == "make":
    make(places, store, Path(dest), now, watch=watch)
else:
    restore(settings, store, Path(dest), now, replace=True, watch=watch)
"""


def cut_off(house: House, what: str, step: str, at: int) -> None:
    """Make or restore a backup in a process that is killed in the middle of a step."""
    words = [what, str(ROOT / "config"), str(house.home), str(house.dest), step, str(at)]
    done = subprocess.run([sys.executable, "-c", CUT_OFF, *words], cwd=ROOT, timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL


@pytest.mark.parametrize(("step", "at"), [("数据库", 1000), ("录音", 2)])
def test_a_backup_that_is_killed_is_no_backup_and_the_next_one_clears_it_away(light: House, step: str, at: int) -> None:
    light.file(4)
    cut_off(light, "make", step, at)
    assert [one.name for one in light.dest.iterdir() if one.name != ".lock"] == [".partial-20260117T000000Z"]
    assert said_of.backups(light.dest) == []
    with pytest.raises(BackupUnusable, match="没有完整的备份"):
        light.restore()
    whole = light.backup()
    assert {one.name for one in light.dest.iterdir()} == {".lock", whole.name}
    assert verify(whole).faults == ()


def test_a_restore_that_is_killed_keeps_the_hotline_down_until_another_one_is_through(light: House) -> None:
    early = light.file(2)
    light.backup()
    late = light.file()
    light.store.close()
    cut_off(light, "restore", "数据库", 0)
    with pytest.raises(NotStarted, match="恢复没有完成"), Hotline.started(light.settings):
        raise AssertionError("started on half the data")
    done = light.restore()
    assert done.kept == tuple(late)  # the recording from after the backup is there, though two restores went over it
    assert {one.id for one in light.store.recordings()} == {*early, *late}
    assert not light.settings.places.unfinished_restore.exists()


def test_data_that_is_there_is_never_overwritten_and_only_moved_when_that_is_asked(house: House) -> None:
    early = house.file(2)
    house.hear(early[0])
    folder = house.backup()
    late = house.file(2)
    (house.home / "learned").mkdir()
    (house.home / "learned" / "experience.json").write_text("{}")
    with pytest.raises(NotRestored, match="已有数据"):
        house.restore()
    assert house.store.call(late[0]) is not None
    done = house.restore(replace=True)
    [aside] = [one for one in house.home.iterdir() if one.name.startswith("before-restore-")]
    assert (aside / "recordings/2025/11/24" / f"{late[0]}.wav").exists()
    assert len(done.aside) == 2
    # What was recorded after the backup was still on the shelf: it is filed again from its sound, with a job.
    assert set(done.kept) == set(done.agreed.refiled) == set(late)
    again = house.store.recording(late[0])
    assert again is not None
    assert (again.started, again.sha256) == (
        datetime.fromtimestamp(1764000003, UTC),
        house.shelf.sha256(again.storage_key),
    )
    assert set(house.store.unheard()) == {early[1], *late}
    assert [line.after for line in house.store.audit_trail(folder.name)] == [
        {"backup": folder.name, "refiled": 2, "missing": 0, "kept": 2}
    ]
    house.restore(replace=True)  # and once more over itself


def test_nothing_is_restored_under_a_hotline_that_runs(light: House) -> None:
    light.file()
    light.backup()
    with pytest.raises(NotStarted, match="已有一个 hotline"), alone(light.settings):
        light.restore(replace=True)
    slot = take_slot(light.settings.places.run)
    assert slot is not None
    with slot.file, pytest.raises(NotRestored, match="转写进程还在运行"):
        light.restore(replace=True)


def test_a_row_without_a_file_and_a_file_without_a_row_are_told_and_mended_where_they_can_be(light: House) -> None:
    gone, loose = light.file(2)
    (light.home / "recordings/2025/11/24" / f"{gone}.wav").unlink()
    stranger = light.home / "recordings/2025/11/24/heze1-1764009999.7.wav"
    shutil.copyfile(light.home / "recordings/2025/11/24" / f"{loose}.wav", stranger)
    (light.home / "recordings/2025/11/24/heze1-1764009999.8.wav").write_text("no sound")
    folder = light.backup()
    manifest = said_of.load(folder)
    assert manifest.missing == (f"2025/11/24/{gone}.wav",)
    assert len(manifest.loose) == 2
    light.lose_everything()
    done = light.restore()
    assert done.agreed.missing == (f"2025/11/24/{gone}.wav",)
    assert done.agreed.refiled == ("heze1-1764009999.7",)
    assert done.agreed.unreadable == ("2025/11/24/heze1-1764009999.8.wav",)
    assert "heze1-1764009999.7" in light.store.unheard()


def test_secrets_lie_with_the_data_only_where_that_is_asked(light: House, tmp_path: Path) -> None:
    [one] = light.file()
    light.hear(one)
    light.store.audit("cli:op", "draft.show", one)
    (light.home / "secrets.yaml").write_text("seats: {water1: XYZZY}\n")
    secret = (light.home / "keys" / "data.txt").read_text().splitlines()[-1].encode()
    safe = tmp_path / "safe"
    apart = light.backup(keys_to=safe)
    assert [one.name for one in said_of.load(apart).keys] == ["secrets.yaml", "keys/audit.txt", "keys/data.txt"]
    told = b"".join(file.read_bytes() for file in apart.rglob("*") if file.is_file())
    assert b"XYZZY" not in told
    assert secret not in told
    with pytest.raises(BackupFailed, match="分开放"):
        light.backup(NIGHT + timedelta(days=1), keys_to=light.dest / "keys")
    together = light.backup(NIGHT + timedelta(days=1))

    light.lose_everything()
    with pytest.raises(NotRestored, match="既不在备份里"):
        light.restore(apart)
    assert not (light.home / "hotline.db").exists()
    (safe / apart.name / "secrets.yaml").write_text("another")
    with pytest.raises(NotRestored, match="不是做这份备份时的那一个"):
        light.restore(apart, keys=safe)
    assert not (light.home / "hotline.db").exists()
    shutil.copy(together / "keys" / "secrets.yaml", safe / apart.name)
    assert light.restore(apart, keys=safe).secrets
    assert light.store.transcript(one) == transcript(one)
    assert all((light.home / "keys" / name).stat().st_mode & 0o077 == 0 for name in ("data.txt", "audit.txt"))
    light.lose_everything()
    assert light.restore(together).secrets
    assert light.store.transcript(one) == transcript(one)


def test_the_audit_is_an_unbroken_chain_after_a_restore(house: House) -> None:
    [one] = house.file()
    house.store.audit("cli:op", "draft.show", one)

    def watch(what: str, _done: int, _of: int) -> None:
        if what == "数据库":  # a line that is written after the copy of the database was begun
            house.store.audit("cli:op", "draft.show", one)

    house.backup(watch=watch)
    house.lose_everything()
    house.restore()
    engine = connect(house.settings.store, house.home)
    with reading(engine) as session:
        assert chain.verify(session).faults == ()
    engine.dispose()


def test_a_backup_of_a_newer_program_or_of_another_kind_of_database_is_refused(light: House) -> None:
    light.file()
    folder = light.backup()
    manifest = said_of.load(folder)

    def rewritten(**change: object) -> None:
        for name in (said_of.MANIFEST, said_of.VOUCHER):
            (folder / name).unlink()
        said_of.write(folder, replace(manifest, **change))  # type: ignore[arg-type]

    light.lose_everything()
    for change, fault, words in (
        ({"format": 2}, BackupUnusable, "比本程序新"),
        ({"revision": "9999"}, StoreNewer, "9999"),
        ({"database": "postgresql"}, NotRestored, "同一种数据库"),
    ):
        rewritten(**change)
        with pytest.raises(fault, match=words):
            light.restore()
    rewritten()
    light.restore()


@pytest.mark.postgres
def test_a_password_reaches_pg_dump_in_a_file_and_stands_on_no_command_line(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if house.store.kind == "sqlite":
        pytest.skip("SQLite has no password")
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("pg_dump", "pg_restore"):
        real, seen = shutil.which(name), tmp_path / f"{name}.seen"
        (programs / name).write_text(
            f'#!/bin/sh\nstat -c %a "$PGPASSFILE" > {seen}\ncat "$PGPASSFILE" >> {seen}\n'
            f'echo "$@" >> {seen}.words\nexec {real} "$@"\n'
        )
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    house.file()
    url = house.settings.store.url.replace("hotline@", "hotline:se:cr\\et@".replace(":cr\\", "%3Acr%5C"))
    house.store = Store.open(replace(house.settings.store, url=url), house.home, FixedClock(LATER))
    house.backup()
    house.restore(replace=True)
    house.store.close()
    for name in ("pg_dump", "pg_restore"):
        mode, line = (tmp_path / f"{name}.seen").read_text().split()
        assert (mode, line) == ("600", "*:*:*:*:se\\:cr\\\\et")
        assert "cr" not in (tmp_path / f"{name}.seen.words").read_text()
