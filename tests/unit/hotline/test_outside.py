"""A look from outside: what it sees of a data folder, and of a database that is gone, locked or only read."""

import contextlib
import socket
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client import generate_latest
from spool_builder import LINKEDID, START, SpoolBuilder
from sqlalchemy import create_engine

from domain.clock import FixedClock
from hotline.fault_kinds import Kind
from hotline.faults import FaultBook, read_faults
from hotline.metrics.serving import new_registry, serve, write
from hotline.metrics.sight import SightCollector
from hotline.metrics.telephony import CallCounters, RoomCollector
from hotline.operations import MetricsSettings
from hotline.outside import LAST_BACKUP, Lookout, note_backup
from hotline.places import places
from hotline.settings import Settings, load
from hotline.watch import Watch
from hotline.wiring import filing, open_store
from routing.route import SeatState
from store.census import require_writable
from store.engine import writing
from store.errors import StoreReadOnly
from telephony.recordings.taken import TakenIn

NUMBER = "13853067219"
CLOCK = FixedClock(START + timedelta(hours=2))


@pytest.fixture(scope="module")
def shipped() -> Settings:
    overrides = "operations.faults.answer_seconds=0.3 operations.metrics.first_port=0 telephony.agi.port=1"
    return load(places({}), {"HOTLINE_SET": f"{overrides} telephony.ami.port=2"})


@pytest.fixture
def settings(shipped: Settings, tmp_path: Path) -> Settings:
    made = replace(shipped, places=replace(shipped.places, home=tmp_path))
    store = open_store(made, CLOCK)
    store.upgrade()
    store.close()
    return made


@pytest.fixture
def lookout(settings: Settings) -> Iterator[Lookout]:
    made = Lookout.of(settings, CLOCK)
    yield made
    made.close()


def test_an_empty_hotline_is_seen_as_it_is(lookout: Lookout) -> None:
    sight = lookout.look()
    assert (sight.asterisk, sight.asterisk_answers, sight.telephony_answers) == (None, False, False)
    assert sight.database is None
    assert sight.census is not None
    assert (sight.census.waiting, sight.census.given_up, sight.spool.calls) == (0, 0, 0)
    assert 0 < sight.free_bytes <= sight.total_bytes


def test_recordings_without_a_transcript_are_counted_and_the_oldest_named(settings: Settings) -> None:
    SpoolBuilder(settings.places.home).conversation()
    store = open_store(settings, CLOCK)
    filing(settings, store, lambda: None).sweep()
    filed = store.recording(LINKEDID)
    store.close()
    assert filed is not None
    for days, waiting in ((0, 1), (8, 0)):
        lookout = Lookout.of(settings, FixedClock(CLOCK.moment + timedelta(days=days)))
        census = lookout.look().census
        lookout.close()
        assert census is not None
        assert (census.waiting, census.waiting_since) == (waiting, filed.started if waiting else None)


@pytest.mark.parametrize("how", ["locked", "gone", "replaced"])
def test_a_database_that_takes_no_write_is_told_apart(lookout: Lookout, settings: Settings, how: str) -> None:
    file = settings.places.home / "hotline.db"
    assert lookout.look().database is None
    with contextlib.ExitStack() as held:
        if how == "locked":
            other = held.enter_context(contextlib.closing(sqlite3.connect(file, isolation_level=None)))
            other.execute("BEGIN IMMEDIATE")
        elif how == "gone":
            file.rename(file.with_suffix(".aside"))
        else:
            file.rename(file.with_suffix(".aside"))
            file.write_bytes(file.with_suffix(".aside").read_bytes())
        wrong = lookout.look().database
    assert wrong is not None
    assert {"locked": "被占用", "gone": "连不上", "replaced": "已被另一个文件替换"}[how] in wrong


def test_a_database_that_can_only_be_read_says_so(settings: Settings) -> None:
    engine = create_engine(f"sqlite:///file:{settings.places.home}/hotline.db?mode=ro&uri=true")
    with pytest.raises(StoreReadOnly, match="只能读"), writing(engine) as session:
        require_writable(session)
    engine.dispose()


def test_the_spool_alone_tells_which_rung_decided_and_what_is_stuck(settings: Settings) -> None:
    spool = SpoolBuilder(settings.places.home)
    spool.journal(
        f"0 started uniqueid=a ani={NUMBER} dialled=12345",
        "4 route route=emergency rung=3 keys=91 utility=water queue=agents outage=",
        "8 ended cause=16",
    )
    spool.age(16 * 60)
    lookout = Lookout.of(settings, FixedClock(START))
    sight = lookout.look()
    lookout.close()
    assert sight.spool.rungs == {"3": 1}
    assert sight.spool.stuck == (LINKEDID,)
    assert sight.spool.oldest_seconds == pytest.approx(960, abs=1)


def test_the_last_backup_is_known_by_its_note(lookout: Lookout, settings: Settings) -> None:
    assert lookout.look().backup is None
    note_backup(settings.places, START)
    assert lookout.look().backup == START
    (settings.places.run / LAST_BACKUP).write_text("{}", encoding="utf-8")
    assert lookout.look().backup is None


def test_the_watch_raises_what_it_sees_keeps_it_without_a_database_and_closes_it(
    lookout: Lookout, settings: Settings
) -> None:
    watch = Watch(settings, lookout, FaultBook(settings.places.faults, "watch", CLOCK))
    watch.once()
    file = settings.places.home / "hotline.db"
    file.rename(file.with_suffix(".aside"))
    watch.once()
    opened = {fault.kind for fault in read_faults(settings.places.faults) if fault.open}
    assert {Kind.DATABASE, Kind.ASTERISK_DOWN, Kind.TELEPHONY_DOWN} <= opened
    file.with_suffix(".aside").rename(file)
    watch.once()
    opened = {fault.kind for fault in read_faults(settings.places.faults) if fault.open}
    assert Kind.DATABASE not in opened
    assert Kind.ASTERISK_DOWN in opened


def test_what_is_seen_reads_as_prometheus_wants_it(lookout: Lookout, settings: Settings, tmp_path: Path) -> None:
    book = FaultBook(settings.places.faults, "watch", CLOCK)
    book.begin(Kind.DATABASE, detail=NUMBER)
    registry = new_registry("watch")
    sight = lookout.look()
    registry.register(SightCollector(lambda: sight, lambda: read_faults(settings.places.faults)))
    text = generate_latest(registry).decode()
    assert 'hotline_faults_open{fault="database"} 1.0' in text
    assert 'hotline_up{part="asterisk"} 0.0' in text
    assert 'hotline_up{part="database"} 1.0' in text
    assert "hotline_build_info{" in text
    assert NUMBER not in text
    write(registry, tmp_path / "metrics" / "hotline.prom")
    assert "hotline_disk_free_bytes" in (tmp_path / "metrics" / "hotline.prom").read_text()


def test_a_port_that_is_taken_keeps_nobody_from_working() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
        assert not serve(new_registry("up"), MetricsSettings(first_port=port), "up")


def test_finished_calls_are_counted_without_whose_they_were(settings: Settings) -> None:
    SpoolBuilder(settings.places.home).conversation()
    registry = new_registry("telephony")
    counters = CallCounters(registry, FixedClock(START + timedelta(seconds=10)).now)
    taken: list[TakenIn] = []

    def filed(one: TakenIn) -> None:
        taken.append(one)
        counters.filed(one)

    store = open_store(settings, CLOCK)
    filing(settings, store, lambda: None, filed=filed).sweep()
    store.close()
    value = registry.get_sample_value
    assert value("hotline_calls_total", {"route": "emergency", "rung": "1", "utility": "water"}) == 1
    assert value("hotline_emergencies_total", {"utility": "water", "answered": "yes"}) == 1
    assert value("hotline_recordings_total", {"what": "filed"}) == 1
    assert value("hotline_filed_seconds_sum") == pytest.approx(2.0)
    assert NUMBER not in generate_latest(registry).decode()
    assert taken[0].ani == NUMBER


def test_the_room_is_told_by_roster_and_queue(settings: Settings) -> None:
    registry = new_registry("telephony")
    states = {"water1": SeatState.FREE, "duty1": SeatState.GONE}
    registry.register(RoomCollector(settings.routing, lambda: states, lambda: {"agents": 3}, lambda: True))
    value = registry.get_sample_value
    assert value("hotline_queue_waiting", {"queue": "agents"}) == 3
    assert value("hotline_seats", {"group": "water", "state": "free"}) == 1
    assert value("hotline_seats", {"group": "water", "state": "gone"}) == 1
    assert value("hotline_ami_up") == 1
