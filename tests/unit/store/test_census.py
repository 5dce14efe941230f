"""The database in numbers, and whether it takes a write, on both kinds of database."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event
from store_samples import NOON, START, call, legs, recording

from domain.clock import FixedClock
from store.door import Store
from store.engine import connect
from store.errors import StoreReadOnly
from store.settings import StoreSettings


def test_what_is_newer_than_a_moment_is_counted(store: Store) -> None:
    store.take_in(call("heze1-1.1"), legs("heze1-1.1"), recording("heze1-1.1"))
    old = call("heze1-2.1", started=START - timedelta(days=30))
    store.take_in(old, [], replace(recording("heze1-2.1"), started=old.started))
    census = store.census(START - timedelta(days=7))
    assert (census.waiting, census.waiting_since) == (1, recording("heze1-1.1").started)
    assert (census.given_up, census.alarms, census.callbacks) == (0, 0, 0)
    assert dict(census.workers) == {}
    store.add_callback("heze1-3.1", "13853067219", "agents", 1)
    assert store.census(START).callbacks == 1


def test_a_probe_changes_nothing_and_passes_again_and_again(store: Store) -> None:
    before = store.revision()
    for _ in range(3):
        store.probe()
    assert store.revision() == before


def test_a_postgresql_that_only_reads_says_so(settings: StoreSettings, tmp_path: Path) -> None:
    engine = connect(settings, tmp_path)
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite's own case stands in the tests of the look from outside")

    def only_read(connection: object, _record: object) -> None:
        connection.execute("SET default_transaction_read_only = on")  # type: ignore[attr-defined]
        connection.commit()  # type: ignore[attr-defined]

    event.listen(engine, "connect", only_read)
    store = Store(engine, FixedClock(NOON))
    with pytest.raises(StoreReadOnly):
        store.probe()
    store.close()
