"""Any single change of any row of the audit is found: a value of it, the row itself, its place."""

import atexit
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from domain.clock import FixedClock
from store.door import Store
from store.engine import connect
from store.settings import StoreSettings

NOON = datetime(2026, 1, 15, 4, 0, tzinfo=UTC)
ROWS = 8
TEXT = st.text(max_size=12)
CHANGES = st.none() | st.dictionaries(TEXT, st.none() | st.booleans() | st.integers() | TEXT, max_size=3)
LINE = st.tuples(TEXT, TEXT, TEXT, CHANGES, CHANGES)
COLUMNS = ("at", "who", "action", "subject", "before", "after", "mac")
VALUE = st.none() | TEXT | st.integers(-(2**31), 2**31) | st.binary(max_size=8) | st.just("2026-01-15 04:00:00.000000")
PLACE = st.integers(1, ROWS)


@cache
def _migrated() -> Path:
    """Return an empty database's file: bringing one up takes longer than everything else here."""
    folder = Path(mkdtemp(prefix="hotline-audit-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    engine = connect(StoreSettings(), folder)
    Store(engine, FixedClock(NOON)).upgrade()
    with engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    engine.dispose()
    return folder / "hotline.db"


@contextmanager
def written(lines: list[tuple[str, str, str, Any, Any]]) -> Iterator[tuple[Store, Engine]]:
    """Lend an audit of these lines whose triggers are gone: its owner can do what he likes with it."""
    with TemporaryDirectory() as folder:
        shutil.copy(_migrated(), Path(folder) / "hotline.db")
        engine = connect(StoreSettings(), Path(folder))
        clock = FixedClock(NOON)
        store = Store(engine, clock)
        for line in lines:
            store.audit(*line)
            clock.moment += timedelta(microseconds=1)
        with engine.begin() as connection:
            for name in ("update", "delete", "replace"):
                connection.execute(text(f"DROP TRIGGER audit_no_{name}"))
        yield store, engine
        store.close()


quick = settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(st.lists(LINE, min_size=ROWS, max_size=ROWS), st.data())
def test_any_change_of_any_value_is_found_and_its_row_named(lines: list[Any], data: st.DataObject) -> None:
    with written(lines) as (store, engine):
        assert store.verify_audit().faults == ()
        for _ in range(12):
            row, column, value = data.draw(PLACE), data.draw(st.sampled_from(COLUMNS)), data.draw(VALUE)
            with engine.connect() as connection:
                before = connection.execute(text(f'SELECT "{column}" FROM audit WHERE id = {row}')).scalar()  # noqa: S608
            if column == "mac" and value is not None:
                value = _nearly(before, data)
            assume("\0" not in value if isinstance(value, str) else True)
            with engine.begin() as connection:
                put = text(f'UPDATE audit SET "{column}" = :value WHERE id = {row}')  # noqa: S608
                try:
                    connection.execute(put, {"value": value})
                except IntegrityError:  # a NULL where there may be none: refused, so nothing was done
                    continue
            with engine.connect() as connection:
                after = connection.execute(text(f'SELECT "{column}" FROM audit WHERE id = {row}')).scalar()  # noqa: S608
            found = [fault.row for fault in store.verify_audit().faults]
            if (type(after), after) == (type(before), before):
                assert found == []
            else:
                assert row in found
            with engine.begin() as connection:
                connection.execute(put, {"value": before})


@quick
@given(st.lists(LINE, min_size=ROWS, max_size=ROWS), st.data())
def test_rows_taken_out_put_in_or_moved_are_found(lines: list[Any], data: st.DataObject) -> None:
    with written(lines) as (store, engine):
        one, other = data.draw(PLACE), data.draw(PLACE)
        kind = data.draw(st.sampled_from(["delete", "copy", "swap", "cut"]))
        rest = 'at, who, action, subject, "before", "after", mac'
        statements = {
            "delete": [f"DELETE FROM audit WHERE id = {one}"],  # noqa: S608
            "copy": [f"INSERT INTO audit SELECT {ROWS + other}, {rest} FROM audit WHERE id = {one}"],  # noqa: S608
            "swap": [
                f"UPDATE audit SET id = 99 WHERE id = {one}",  # noqa: S608
                f"UPDATE audit SET id = {one} WHERE id = {other}",  # noqa: S608
                f"UPDATE audit SET id = {other} WHERE id = 99",  # noqa: S608
            ],
            "cut": [f"DELETE FROM audit WHERE id >= {one}"],  # noqa: S608
        }[kind]
        assume(kind != "swap" or one != other)
        with engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))
        found = [fault.row for fault in store.verify_audit().faults]
        assert (ROWS + other if kind == "copy" else one) in found


def _nearly(mac: str, data: st.DataObject) -> str:
    at = data.draw(st.integers(0, len(mac) - 1))
    return mac[:at] + data.draw(st.sampled_from("0123456789abcdef:")) + mac[at + 1 :]
