"""Real worker processes on real databases: killed, poisoned, stopped. Nothing is lost, nothing is done twice."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from postgres_server import PostgresServer, make_database
from sqlalchemy import Engine, text
from store_samples import QUICK, call, draft, legs, recording, transcript

from domain.clock import SystemClock
from domain.words import Urgency
from hotline.worker import Exit
from store import schema
from store.door import Store
from store.engine import connect
from store.errors import StoreUnreachable
from store.records import RecordingKind, Topic
from store.settings import StoreSettings

CHILD = Path(__file__).with_name("store_worker_child.py")


@dataclass
class Workers:
    """Starts worker processes, and ends those that a test left behind."""

    url: str
    home: Path
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def journal(self) -> Path:
        return self.home / "journal"

    def begun(self) -> list[str]:
        return self.journal.read_text("utf-8").split() if self.journal.exists() else []

    def start(self, how: str = "fine", slot: int | None = None) -> subprocess.Popen[bytes]:
        command = [
            sys.executable,
            CHILD,
            self.url,
            self.home,
            self.journal,
            how,
            *([] if slot is None else [str(slot)]),
        ]
        with (self.home / "worker.log").open("ab") as out:
            worker = subprocess.Popen(
                [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=Path.cwd()
            )
        self.started.append(worker)
        return worker

    def log(self) -> str:
        return (self.home / "worker.log").read_text("utf-8")

    def end(self) -> None:
        for worker in self.started:
            if worker.poll() is None:
                worker.kill()
            worker.wait(10)


@contextmanager
def alive(url: str, home: Path) -> Iterator[Workers]:
    workers = Workers(url, home)
    try:
        yield workers
    finally:
        workers.end()


@pytest.fixture
def workers(settings: StoreSettings, tmp_path: Path) -> Iterator[Workers]:
    with alive(settings.url, tmp_path) as workers:
        yield workers


def until(what: Callable[[], object], seconds: float = 30) -> None:
    """Look until it is so; other processes cannot be waited for otherwise."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def stop(worker: subprocess.Popen[bytes]) -> int:
    worker.send_signal(signal.SIGTERM)
    return worker.wait(30)


def file_calls(store: Store, *ids: str, emergency: bool = False) -> None:
    for linkedid in ids:
        assert store.take_in(call(linkedid, emergency=emergency), legs(linkedid), recording(linkedid))


def states(engine: Engine) -> dict[str, int]:
    jobs = "dbos.workflow_status" if engine.dialect.name == "postgresql" else "workflow_status"
    with engine.connect() as connection:
        query = f"SELECT status, count(*) AS jobs FROM {jobs} WHERE name = 'transcribe' GROUP BY status"  # noqa: S608
        return {row.status: row.jobs for row in connection.execute(text(query))}


def ready(store: Store) -> list[str]:
    return [event.payload["linkedid"] for event in store.events(limit=10_000) if event.topic is Topic.DRAFT_READY]


@pytest.mark.timeout(120)
def test_a_worker_killed_again_and_again_loses_nothing_and_does_nothing_twice(
    store: Store, engine: Engine, workers: Workers
) -> None:
    ids = [f"heze1-{number}.1" for number in range(20)]
    file_calls(store, *ids)
    for killed_after in (1, 3, 6, 9, 13):
        worker = workers.start("slow")
        until(lambda seen=killed_after: len(set(workers.begun())) > seen)
        worker.kill()
        worker.wait(10)
    last = workers.start("slow")
    until(lambda: not store.unheard())
    until(lambda: set(states(engine)) == {"SUCCESS"})
    assert stop(last) == Exit.STOPPED
    assert sorted(ready(store)) == sorted(ids)
    assert sorted(found.linkedid for found in store.drafts()) == sorted(ids)
    assert {linkedid: store.transcript(linkedid) for linkedid in ids} == {
        linkedid: transcript(linkedid) for linkedid in ids
    }


@pytest.mark.timeout(60)
def test_a_worker_that_never_comes_back_leaves_its_job_to_the_others(
    store: Store, engine: Engine, workers: Workers
) -> None:
    file_calls(store, "heze1-1.1")
    lost = workers.start("held", slot=7)
    until(workers.begun)
    lost.kill()
    lost.wait(10)
    workers.start("fine", slot=0)
    until(lambda: not store.unheard())
    until(lambda: set(states(engine)) == {"SUCCESS"})
    assert "took over from a dead worker" in workers.log()


@pytest.mark.timeout(60)
def test_emergencies_come_first_then_messages_then_the_rest_in_order(store: Store, workers: Workers) -> None:
    file_calls(store, "heze1-1.1", "heze1-2.1")
    store.take_in(call("heze1-3.1"), [], recording("heze1-3.1", kind=RecordingKind.MESSAGE))
    file_calls(store, "heze1-4.1", emergency=True)
    workers.start()
    until(lambda: not store.unheard())
    assert workers.begun() == ["heze1-4.1", "heze1-3.1", "heze1-1.1", "heze1-2.1"]


@pytest.mark.timeout(60)
def test_a_recording_that_always_fails_goes_to_a_person_and_blocks_nobody(store: Store, workers: Workers) -> None:
    file_calls(store, "heze1-poison.1", emergency=True)
    file_calls(store, "heze1-2.1")
    workers.start("broken")
    until(lambda: not store.unheard())
    tried = store.attempts("heze1-poison.1")
    assert tried is not None
    assert (tried.failed, tried.given_up) == (3, True)
    assert workers.begun().count("heze1-poison.1") == 3
    urgent = store.drafts()[0]
    assert (urgent.linkedid, urgent.urgency) == ("heze1-poison.1", Urgency.EMERGENCY)
    assert urgent.case.title.value == "录音无法转写, 请人工听取"
    assert urgent.case.callback_number.value == "13853067219"
    heard = store.transcript("heze1-poison.1")
    assert heard is not None
    assert "recogniser fell over" in heard.notes[0]
    assert [event.topic for event in store.events()].count(Topic.JOB_GIVEN_UP) == 1
    other = store.draft("heze1-2.1")
    assert other is not None
    assert other.case == draft()


@pytest.mark.timeout(120)
def test_a_recording_that_kills_every_worker_is_given_up_as_well(store: Store, workers: Workers) -> None:
    file_calls(store, "heze1-poison.1")
    for _ in range(5):
        assert workers.start("poison").wait(30) == -signal.SIGKILL
    workers.start("poison")
    until(lambda: not store.unheard())
    tried = store.attempts("heze1-poison.1")
    assert tried is not None
    assert (tried.begun, tried.failed, tried.given_up) == (5, 0, True)
    assert store.drafts()[0].urgency is Urgency.TIMED


@pytest.mark.timeout(60)
def test_a_worker_without_a_model_ends_with_a_code_and_blames_no_recording(
    store: Store, engine: Engine, workers: Workers
) -> None:
    file_calls(store, "heze1-1.1")
    assert workers.start("no-model").wait(30) == Exit.CANNOT_WORK
    assert "模型目录不对" in workers.log()
    tried = store.attempts("heze1-1.1")
    assert tried is not None
    assert (tried.begun, tried.failed) == (0, 0)
    workers.start()
    until(lambda: not store.unheard())
    until(lambda: set(states(engine)) == {"SUCCESS"})
    assert store.draft("heze1-1.1") is not None


@pytest.mark.timeout(60)
def test_a_worker_told_to_stop_leaves_a_long_job_to_its_next_life(store: Store, workers: Workers) -> None:
    file_calls(store, "heze1-1.1")
    held = workers.start("held", slot=0)
    until(workers.begun)
    assert stop(held) == Exit.STOPPED
    assert store.unheard() == ["heze1-1.1"]
    workers.start(slot=0)
    until(lambda: not store.unheard(), 15)


@pytest.mark.timeout(60)
def test_two_workers_share_the_work_and_a_third_is_refused_a_slot_that_is_taken(
    store: Store, engine: Engine, workers: Workers
) -> None:
    ids = [f"heze1-{number}.1" for number in range(12)]
    first, second = workers.start("slow"), workers.start("slow")
    until(lambda: workers.log().count("worker started") == 2)
    assert workers.start("slow", slot=1).wait(30) == Exit.NO_SLOT
    file_calls(store, *ids)
    until(lambda: not store.unheard())
    until(lambda: set(states(engine)) == {"SUCCESS"})
    assert sorted(workers.begun()) == sorted(ids)
    assert sorted(ready(store)) == sorted(ids)
    assert (stop(first), stop(second)) == (Exit.STOPPED, Exit.STOPPED)


@pytest.mark.timeout(60)
def test_a_recording_whose_job_vanished_is_found_and_done(store: Store, engine: Engine, workers: Workers) -> None:
    file_calls(store, "heze1-1.1")
    jobs = "dbos.workflow_status" if engine.dialect.name == "postgresql" else "workflow_status"
    with engine.begin() as connection:
        connection.execute(text(f"DELETE FROM {jobs}"))  # noqa: S608
    workers.start()
    until(lambda: not store.unheard())
    assert "recordings without a job were given one" in workers.log()


@pytest.mark.timeout(60)
def test_finished_jobs_are_removed_and_their_recordings_are_not_done_again(
    store: Store, engine: Engine, workers: Workers
) -> None:
    file_calls(store, "heze1-1.1")
    worker = workers.start("tidy")
    until(lambda: not store.unheard())
    until(lambda: states(engine) == {})
    assert not store.take_in(call("heze1-1.1"), legs("heze1-1.1"), recording("heze1-1.1"))
    assert states(engine) == {}
    assert store.transcript("heze1-1.1") is not None
    before = time.monotonic()
    assert stop(worker) == Exit.STOPPED
    assert time.monotonic() - before < 8, "an idle worker stops before its supervisor kills it"


@pytest.mark.timeout(60)
def test_a_database_file_that_is_taken_away_ends_the_worker_with_a_code(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/hotline.db"
    engine = connect(StoreSettings(url=url), tmp_path)
    schema.upgrade(engine)
    engine.dispose()
    with alive(url, tmp_path) as workers:
        worker = workers.start()
        until(lambda: "worker started" in workers.log())
        (tmp_path / "hotline.db").rename(tmp_path / "elsewhere.db")
        assert worker.wait(30) == Exit.DATABASE_GONE
        assert "database does not answer, giving up" in workers.log()


@pytest.mark.postgres
@pytest.mark.timeout(120)
def test_a_server_that_is_restarted_is_waited_for_and_one_that_stays_away_ends_the_worker_with_a_code(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    make_database(postgres, "comes_and_goes", template="template_hotline")
    settings = StoreSettings(url=postgres.url("comes_and_goes"), jobs=QUICK)
    store = Store.open(settings, tmp_path, SystemClock())
    with alive(settings.url, tmp_path) as workers:
        worker = workers.start()
        until(lambda: "worker started" in workers.log())
        try:
            postgres.halt()
            until(lambda: "database does not answer" in workers.log())
            postgres.resume()
            file_calls(store, "heze1-1.1")
            until(lambda: not store.unheard())
            assert worker.poll() is None
            postgres.halt()
            assert worker.wait(30) == Exit.DATABASE_GONE
            with pytest.raises(StoreUnreachable, match="连不上数据库"):
                store.recordings()
        finally:
            store.close()
            postgres.resume()


def test_a_worker_before_the_first_upgrade_says_what_to_run(empty: StoreSettings, tmp_path: Path) -> None:
    with alive(empty.url, tmp_path) as workers:
        assert workers.start().wait(30) == Exit.CANNOT_WORK
        assert "hotline db upgrade" in workers.log()
