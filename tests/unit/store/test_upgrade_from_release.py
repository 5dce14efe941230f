"""What an earlier release left is all there after `hotline db upgrade`, on both databases: calls, files, jobs."""

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from command_line import hotline
from shipped_config import ROOT
from spool_builder import START, SpoolBuilder
from sqlalchemy import text
from store_workers import alive, until

from domain.clock import FixedClock
from hotline.backup import manifest as said_of
from hotline.backup.make import make
from hotline.filing import Filing
from hotline.places import Places
from store import schema
from store.door import Store
from store.engine import connect
from store.errors import StoreError, StoreNewer
from store.records import DraftState
from store.settings import StoreSettings

RELEASED = ROOT / "tests" / "data" / "released"
RELEASES = sorted(folder.name for folder in RELEASED.iterdir() if folder.is_dir() and folder.name.isdigit())
NAMES = [f"heze1-{1764000000 + number}.{number}" for number in range(1, 8)]
HEARD, WAITING, IN_SPOOL = NAMES[:2], NAMES[2:6], NAMES[6]
LATER = START + timedelta(days=30)


@pytest.fixture(params=RELEASES)
def left(request: pytest.FixtureRequest, empty: StoreSettings, tmp_path: Path) -> StoreSettings:
    """The settings of a database as a release left it; its data folder is `tmp_path`."""
    release = RELEASED / request.param
    if empty.url.startswith("sqlite"):
        with contextlib.closing(sqlite3.connect(tmp_path / "hotline.db")) as database:
            database.executescript((release / "sqlite.sql").read_text(encoding="utf-8"))
    else:
        address = empty.url.replace("+psycopg", "")
        with psycopg.connect(address) as connection:
            connection.execute((release / "postgresql.sql").read_text(encoding="utf-8"))  # type: ignore[call-overload]
    for name in ("recordings", "spool"):
        shutil.copytree(release / name, tmp_path / name)
    return empty


@pytest.fixture
def store(left: StoreSettings, tmp_path: Path) -> Iterator[Store]:
    store = Store.open(left, tmp_path, FixedClock(LATER))
    yield store
    store.close()


@pytest.mark.timeout(180)
def test_everything_is_there_after_the_upgrade_and_what_was_not_done_is_done_once(
    left: StoreSettings, store: Store, tmp_path: Path
) -> None:
    store.upgrade()
    found, newest = store.revision()
    assert found == newest
    made = SpoolBuilder(tmp_path)
    assert sorted(one.id for one in store.recordings()) == NAMES[:6]
    for one in store.recordings():
        assert made.shelf.sha256(one.storage_key) == one.sha256
        call = store.call(one.id)
        assert call is not None
        assert (call.keys, call.route, call.outage, len(store.legs(one.id))) == ("91", "emergency", 1, 2)
    held = store.recording(HEARD[1])
    assert held is not None
    assert held.legal_hold
    drafts = store.drafts(None)
    assert {one.linkedid: (one.state, one.case_no) for one in drafts} == {
        HEARD[0]: (DraftState.CONFIRMED, "HZ1"),
        HEARD[1]: (DraftState.DISCARDED, None),
    }
    assert {one.case.title.value for one in drafts} == {"水管爆裂"}
    said = store.transcript(HEARD[0])
    assert said is not None
    assert said.utterances[0].text == HEARD[0]
    assert sorted(store.unheard()) == WAITING
    assert [line.action for line in store.audit_trail(HEARD[0])] == ["draft.show"]
    assert [(one.area, one.ended) for one in store.outages_now()] == [("牡丹区", None)]
    assert [(one.linkedid, one.position) for one in store.callbacks()] == [("heze1-1764000099.9", 2)]
    last = store.events()[-1].id

    swept = Filing(made.spool, made.shelf, store, made.settings, FixedClock(LATER), lambda: None).sweep()
    assert swept.filed == (IN_SPOOL,)
    url = left.url if left.url.startswith("postgresql") else f"sqlite:///{tmp_path}/hotline.db"
    with alive(url, tmp_path) as workers:
        workers.start()
        until(lambda: not store.unheard())
        assert sorted(workers.begun()) == [*WAITING, IN_SPOOL]
    assert sorted(one.linkedid for one in store.drafts(None)) == NAMES
    assert min(event.id for event in store.events(after=last)) > last


def test_what_stood_in_the_audit_can_still_not_be_changed(left: StoreSettings, store: Store, tmp_path: Path) -> None:
    store.upgrade()
    engine = connect(left, tmp_path)
    try:
        for change in ("UPDATE audit SET who = 'nobody'", "DELETE FROM audit"):
            with pytest.raises(Exception, match="append-only"), engine.begin() as connection:
                connection.execute(text(change))
    finally:
        engine.dispose()


def test_an_upgrade_that_is_done_twice_changes_nothing(left: StoreSettings, store: Store) -> None:
    store.upgrade()
    events, counts = store.events(), store.counts()
    store.upgrade()
    assert (store.events(), store.counts()) == (events, counts)


def test_a_release_is_backed_up_by_the_new_program_before_it_is_upgraded(
    store: Store, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    before, _ = store.revision()
    places = Places(config=tmp_path / "none", home=tmp_path, tools=tmp_path)
    made = make(places, store, tmp_path_factory.mktemp("backups"), LATER)
    assert (made.manifest.revision, made.manifest.counts.calls, made.manifest.counts.drafts) == (before, 6, 2)
    assert made.manifest.under_way == (IN_SPOOL,)
    assert len(list(said_of.entries(made.folder, said_of.RECORDINGS))) == 6
    assert store.revision()[0] == before


def test_a_database_of_a_newer_program_is_left_alone_and_said(
    left: StoreSettings, store: Store, tmp_path: Path
) -> None:
    store.upgrade()
    engine = connect(left, tmp_path)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(text('CREATE TABLE "of_tomorrow" (id INTEGER)'))
    for refused in (schema.upgrade, schema.require_current):
        with pytest.raises(StoreNewer, match="9999"):
            refused(engine)
    engine.dispose()
    assert store.revision()[0] == "9999"
    assert len(store.recordings()) == 6
    assert issubclass(StoreNewer, StoreError)


def test_the_command_says_that_a_newer_program_was_here(tmp_path: Path) -> None:
    assert hotline(tmp_path, "db", "upgrade").returncode == 0
    with contextlib.closing(sqlite3.connect(tmp_path / "hotline.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    done = hotline(tmp_path, "db", "upgrade")
    assert (done.returncode, "更新版本的程序" in done.stderr, "9999" in done.stderr) == (1, True, True)
    told = hotline(tmp_path, "--json", "doctor").stdout
    assert "更新版本的程序升级过" in told
