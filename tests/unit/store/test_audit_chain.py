"""The audit's chain on both databases: whole under many writers, and broken by whatever was not written by us."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from store_samples import NOON

from domain.clock import FixedClock
from domain.words import Utility
from store import schema
from store.door import Store
from store.engine import connect, writing
from store.errors import StoreKeyless
from store.outbox import note
from store.settings import StoreSettings
from vault.vault import Vault

WRITERS, EACH = 4, 12
REST = 'at, who, action, subject, "before", "after", mac'


def write_some(store: Store, count: int = 6) -> None:
    for number in range(count):
        store.audit("班长", "draft.show", f"heze1-{number}.1", {"was": number}, {"名": "\0王\ud800", "at": 0.1})


def unguarded(engine: Engine, *statements: str) -> None:
    """Change the audit as somebody who owns the database can."""
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            for trigger in ("audit_no_update", "audit_no_delete", "audit_no_replace"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS {trigger}"))
        else:
            connection.execute(text("ALTER TABLE audit DISABLE TRIGGER ALL"))
        for statement in statements:
            connection.execute(text(statement))


def faulty(store: Store) -> list[int]:
    return [fault.row for fault in store.verify_audit().faults]


def anchors(home: Path) -> Path:
    return home / "audit.anchors"


def test_what_was_written_holds_together(store: Store) -> None:
    assert store.verify_audit().faults == ()
    write_some(store)
    found = store.verify_audit()
    assert (found.rows, found.anchors, found.faults) == (6, 6, ())
    assert (store.verify_audit(2).rows, store.verify_audit(2).faults) == (2, ())


def test_many_writers_at_once_make_one_chain(settings: StoreSettings, tmp_path: Path, clock: FixedClock) -> None:
    gate, faults = threading.Barrier(WRITERS), []

    def write(number: int) -> None:
        own = Store.open(settings, tmp_path, clock)
        gate.wait(20)
        try:
            for at in range(EACH):
                # Events and audit in both orders within a transaction: they may not wait for one another.
                own.add_outage(Utility.WATER, "牡丹区", "", f"writer {number}") if at % 2 else own.audit(
                    str(number), "x", "y"
                )
        except BaseException as error:  # noqa: BLE001 (carried over to the test's thread)
            faults.append(error)
        own.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert faults == []
    store = Store.open(settings, tmp_path, clock)
    found = store.verify_audit()
    assert (found.rows, found.anchors, found.faults) == (WRITERS * EACH, WRITERS * EACH, ())
    store.close()


def test_what_is_not_committed_leaves_neither_row_nor_anchor(store: Store, engine: Engine, tmp_path: Path) -> None:
    write_some(store, 1)

    def fail() -> None:
        with writing(engine) as session:
            note(session, "a", "b", "c", None, None, NOON)
            raise RuntimeError("pulled the plug")

    with pytest.raises(RuntimeError, match="pulled the plug"):
        fail()
    assert len(anchors(tmp_path).read_text().splitlines()) == 1
    write_some(store, 1)
    assert store.verify_audit().faults == ()


@pytest.mark.parametrize(
    ("attack", "named"),
    [
        ("UPDATE audit SET who = 'cli:nobody' WHERE id = 3", [3]),
        ("UPDATE audit SET \"after\" = '{}' WHERE id = 3", [3]),
        ("UPDATE audit SET \"before\" = NULL WHERE id = 3", [3]),
        ("UPDATE audit SET at = '2026-01-15 04:00:01' WHERE id = 3", [3]),
        ("UPDATE audit SET mac = NULL WHERE id = 3", [3, 4]),
        ("UPDATE audit SET id = 30 WHERE id = 6", [6, 30]),
        ("DELETE FROM audit WHERE id = 3", [3, 4]),
        ("DELETE FROM audit WHERE id = 1", [1, 2]),
        ("DELETE FROM audit WHERE id > 4", [5, 6]),
        ("DELETE FROM audit", [1, 2, 3, 4, 5, 6]),
        (f"INSERT INTO audit SELECT 7, {REST} FROM audit WHERE id = 6", [7]),  # noqa: S608
        (f"INSERT INTO audit SELECT -1, {REST} FROM audit WHERE id = 1", [-1, 1]),  # noqa: S608
    ],
)  # fmt: skip
def test_whatever_is_done_to_it_is_found_and_the_row_named(
    store: Store, engine: Engine, attack: str, named: list[int]
) -> None:
    write_some(store)
    unguarded(engine, attack)
    assert faulty(store) == named


def test_two_rows_that_change_places_are_named(store: Store, engine: Engine) -> None:
    write_some(store)
    swap = ["UPDATE audit SET id = 99 WHERE id = 3", "UPDATE audit SET id = 3 WHERE id = 4"]
    unguarded(engine, *swap, "UPDATE audit SET id = 4 WHERE id = 99")
    assert faulty(store) == [3, 4, 5]


def test_an_end_that_was_cut_off_and_written_anew_is_found(store: Store, engine: Engine) -> None:
    write_some(store)
    unguarded(engine, "DELETE FROM audit WHERE id > 4")
    write_some(store, 3)
    assert faulty(store) == [5, 6]


def test_an_audit_without_anchors_says_that_its_end_is_unknown(store: Store, tmp_path: Path) -> None:
    write_some(store)
    anchors(tmp_path).unlink()
    [fault] = store.verify_audit().faults
    assert "末尾" in fault.what


def test_old_rows_hold_after_a_change_of_keys(store: Store, tmp_path: Path) -> None:
    write_some(store)
    vault = Vault(tmp_path / "keys", tmp_path / ".keys-made")
    vault.add(NOON)
    vault.retire()
    write_some(store)
    found = store.verify_audit()
    assert (found.rows, found.faults) == (12, ())


def test_another_database_s_keys_write_nothing_into_it(
    store: Store, settings: StoreSettings, tmp_path: Path, clock: FixedClock
) -> None:
    write_some(store)
    stranger = Store.open(settings, tmp_path / "elsewhere", clock)
    with pytest.raises(StoreKeyless, match="不是这个数据库的"):
        stranger.audit("a", "b", "c")
    with pytest.raises(StoreKeyless, match="不是这个数据库的"):
        stranger.require_keys()
    store.require_keys()
    stranger.close()
    assert store.verify_audit().rows == 6


def test_an_audit_from_before_the_chain_is_joined_as_it_is(empty: StoreSettings, tmp_path: Path) -> None:
    engine = connect(empty, tmp_path)
    schema.upgrade(engine, "0002")
    with engine.begin() as connection:
        for number in (1, 2, 5):  # a sequence leaves gaps
            row = f"INSERT INTO audit (id, at, who, action, subject) VALUES ({number}, :at, '班长', 'x', 's')"  # noqa: S608
            at = "2025-01-15 04:00:00.000000" if engine.dialect.name == "sqlite" else NOON
            connection.execute(text(row), {"at": at})
    schema.upgrade(engine)
    store = Store(engine, FixedClock(NOON))
    store.audit("班长", "x", "s")
    found = store.verify_audit()
    assert (found.rows, found.anchors, found.faults) == (4, 1, ())
    assert [entry.id for entry in store.audit_list(10)] == [6, 5, 2, 1]
    unguarded(engine, "UPDATE audit SET who = 'x' WHERE id = 2")
    assert faulty(store) == [2]
    store.close()


def test_the_newest_lines_come_first(store: Store) -> None:
    write_some(store)
    assert [entry.id for entry in store.audit_list(2)] == [6, 5]
    assert [entry.id for entry in store.audit_list(9, "heze1-2.1")] == [3]
