"""A finished call gets from the spool into the database, once, and nothing is lost where the database fails."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from spool_builder import LINKEDID, START, SpoolBuilder

from domain.clock import FixedClock
from domain.words import Utility
from hotline.filing import Filing
from store.door import Store
from store.records import LegRole, RecordingKind
from store.settings import StoreSettings

LATER = START + timedelta(hours=1)


@pytest.fixture
def made(tmp_path: Path) -> SpoolBuilder:
    return SpoolBuilder(tmp_path)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(StoreSettings(), tmp_path, FixedClock(LATER))
    opened.upgrade()
    yield opened
    opened.close()


def filing(made: SpoolBuilder, store: Store, now: datetime = LATER) -> Filing:
    return Filing(made.spool, made.shelf, store, made.settings, FixedClock(now), lambda: None)


def test_a_finished_call_is_filed_with_its_recording_its_legs_and_its_job(made: SpoolBuilder, store: Store) -> None:
    made.conversation()
    made.age(60, LATER)
    assert filing(made, store).sweep().filed == (LINKEDID,)
    call, recording = store.call(LINKEDID), store.recording(LINKEDID)
    assert call is not None
    assert recording is not None
    assert (call.ani, call.keys, call.utility, call.outage) == ("13853067219", "91", Utility.WATER, 7)
    assert (recording.kind, recording.channels) == (RecordingKind.CALL, 2)
    assert made.shelf.sha256(recording.storage_key) == recording.sha256
    assert [(leg.role, leg.seat) for leg in store.legs(LINKEDID)] == [
        (LegRole.CALLER, None),
        (LegRole.SEAT, "water1"),
    ]
    assert store.unheard() == [LINKEDID]
    assert store.outage_counts() == {7: 1}
    assert made.names() == set()


def test_sweeping_again_changes_nothing(made: SpoolBuilder, store: Store) -> None:
    made.conversation()
    made.age(60, LATER)
    filing(made, store).sweep()
    events = len(store.events())
    made.conversation()
    made.age(60, LATER)
    filing(made, store).sweep()
    assert len(store.recordings()) == 1
    assert len(store.events()) == events
    assert made.names() == set()


def test_a_call_that_is_not_over_waits(made: SpoolBuilder, store: Store) -> None:
    made.journal("0 started uniqueid=heze1-1764000000.1 ani=13853067219 dialled=12345")
    made.age(10, LATER)
    swept = filing(made, store).sweep()
    assert (swept.filed, swept.waiting) == ((), (LINKEDID,))
    assert store.call(LINKEDID) is None


def test_where_the_database_is_gone_the_call_stays_in_the_spool_until_it_is_back(
    made: SpoolBuilder, store: Store, tmp_path: Path
) -> None:
    made.conversation()
    made.age(60, LATER)
    before = made.names()
    broken = Store.open(StoreSettings(url="sqlite:////proc/hotline.db"), tmp_path, FixedClock(LATER))
    swept = filing(made, broken).sweep()
    assert (swept.failed, swept.store_failed) == ((LINKEDID,), True)
    assert made.names() == before
    broken.close()
    assert filing(made, store).sweep().filed == (LINKEDID,)


def test_a_recording_past_its_age_goes_and_one_on_legal_hold_stays(made: SpoolBuilder, store: Store) -> None:
    made.conversation()
    made.age(60, LATER)
    work = filing(made, store, datetime(2030, 1, 1, tzinfo=UTC))
    work.sweep()
    recording = store.recording(LINKEDID)
    assert recording is not None
    store.set_legal_hold(LINKEDID, True, "test")
    work.upkeep()
    assert made.shelf.path(recording.storage_key).exists()
    store.set_legal_hold(LINKEDID, False, "test")
    work.upkeep()
    assert not made.shelf.path(recording.storage_key).exists()
    gone = store.recording(LINKEDID)
    assert gone is not None
    assert gone.deleted_at is not None
