"""Locks, limits and full disks: every wait ends, and its end says in Chinese what is the matter."""

import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text
from store_samples import NOON, call, legs, recording

from domain.clock import FixedClock
from store import schema
from store.door import Store
from store.engine import connect, reading, writing
from store.errors import StoreFull, StoreLocked, StoreReadOnly
from store.records import Topic
from store.settings import StoreSettings
from store.tables import EventRow


def test_a_locked_database_says_so_within_its_time_limit(
    store: Store, engine: Engine, settings: StoreSettings, tmp_path: Path, clock: FixedClock
) -> None:
    store.take_in(call(), [], recording())
    impatient = Store.open(replace(settings, busy_seconds=0.3), tmp_path, clock)
    hog = engine.connect()
    hog.execute(text("BEGIN IMMEDIATE" if engine.dialect.name == "sqlite" else "LOCK TABLE call IN EXCLUSIVE MODE"))
    try:
        with pytest.raises(StoreLocked, match="数据库被占用"):
            impatient.take_in(call("b"), [], recording("b"))
        assert impatient.call("heze1-1.1") is not None, "readers are not kept waiting"
    finally:
        hog.rollback()
        hog.close()
    assert impatient.take_in(call("b"), [], recording("b"))
    impatient.close()


def test_a_reader_sees_no_half_of_a_transaction(store: Store, engine: Engine) -> None:
    with writing(engine) as session:
        session.add(EventRow(topic=Topic.CALL_ENDED, payload={}, at=NOON))
        session.flush()
        with reading(engine) as other:
            assert other.scalar(select(func.count()).select_from(EventRow)) == 0
    assert len(store.events()) == 1


def test_sqlite_is_set_up_for_many_processes(tmp_path: Path) -> None:
    engine = connect(StoreSettings(), tmp_path)
    with engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        }
    engine.dispose()
    assert found == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 1, "busy_timeout": 5000}


def test_a_new_file_that_another_process_writes_to_at_that_moment_is_waited_for(tmp_path: Path) -> None:
    """SQLite refuses the switch to WAL at once beside a writer in the old mode, whatever its busy time-out."""
    other = sqlite3.connect(tmp_path / "hotline.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    done = threading.Timer(0.3, other.close)
    done.start()
    engine = connect(StoreSettings(url=f"sqlite:///{tmp_path}/hotline.db"), tmp_path)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    engine.dispose()
    done.join()


def test_a_new_file_that_another_process_never_lets_go_of_ends_the_wait(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "hotline.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        engine = connect(StoreSettings(url=f"sqlite:///{tmp_path}/hotline.db", busy_seconds=0.2), tmp_path)
        with pytest.raises(StoreLocked, match="数据库被占用"):
            schema.current(engine)
        engine.dispose()


def test_a_full_disk_says_so_and_what_was_there_stays(tmp_path: Path, clock: FixedClock) -> None:
    """SQLite says the same whether the disk or its page limit is reached."""
    engine = connect(StoreSettings(), tmp_path)
    schema.upgrade(engine)
    store = Store(engine, clock)
    store.take_in(call(), legs(), recording())
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreFull, match="磁盘已满"):
        store.audit("班长", "note", "x" * 200_000)
    assert store.call("heze1-1.1") == call()
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    store.audit("班长", "note", "x" * 200_000)
    store.close()


def test_a_connection_that_may_only_read_is_not_kept(tmp_path: Path, clock: FixedClock) -> None:
    """It stays so for its whole life (the file was read-only when it was opened), long after it may be written."""
    engine = connect(StoreSettings(), tmp_path)
    schema.upgrade(engine)
    store = Store(engine, clock)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")
    with pytest.raises(StoreReadOnly, match="只能读"):
        store.audit("班长", "note", "x")
    store.audit("班长", "note", "y")
    assert [entry.subject for entry in store.audit_trail("y")] == ["y"]
    store.close()
