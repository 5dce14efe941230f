"""Real worker processes on real databases: killed, poisoned, stopped. Nothing is lost, nothing is done twice."""

import signal
import time

import pytest
from sqlalchemy import Engine, text
from store_samples import QUICK, call, draft, legs, recording, transcript
from store_workers import Workers, file_calls, stop, until

from domain.words import Urgency
from hotline.worker import Exit
from store.door import Store
from store.records import RecordingKind, Topic


def states(engine: Engine) -> dict[str, int]:
    jobs = "dbos.workflow_status" if engine.dialect.name == "postgresql" else "workflow_status"
    with engine.connect() as connection:
        query = f"SELECT status, count(*) AS jobs FROM {jobs} WHERE name = 'transcribe' GROUP BY status"  # noqa: S608
        return {row.status: row.jobs for row in connection.execute(text(query))}


def ready(store: Store) -> list[str]:
    return [event.payload["linkedid"] for event in store.events(limit=10_000) if event.topic is Topic.DRAFT_READY]


@pytest.mark.timeout(240)
def test_a_worker_killed_again_and_again_loses_nothing_and_does_nothing_twice(
    store: Store, engine: Engine, workers: Workers
) -> None:
    ids = [f"heze1-{number}.1" for number in range(20)]
    file_calls(store, *ids)
    for killed_after in (1, 4, 8, 13):
        worker = workers.start("slow")
        until(lambda seen=killed_after: len(set(workers.begun())) > seen)
        worker.kill()
        worker.wait(10)
    last = workers.start("slow")
    until(lambda: not store.unheard())
    until(lambda: set(states(engine)) == {"SUCCESS"})
    assert stop(last) == Exit.STOPPED
    assert len(workers.begun()) >= len(ids) + 4, "every kill hit a job in the middle"
    assert sorted(ready(store)) == sorted(ids)
    assert sorted(found.linkedid for found in store.drafts()) == sorted(ids)
    assert {linkedid: store.transcript(linkedid) for linkedid in ids} == {
        linkedid: transcript(linkedid) for linkedid in ids
    }


@pytest.mark.timeout(180)
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


@pytest.mark.timeout(180)
def test_emergencies_come_first_then_messages_then_the_rest_in_order(store: Store, workers: Workers) -> None:
    file_calls(store, "heze1-1.1", "heze1-2.1")
    store.take_in(call("heze1-3.1"), [], recording("heze1-3.1", kind=RecordingKind.MESSAGE))
    file_calls(store, "heze1-4.1", emergency=True)
    workers.start()
    until(lambda: not store.unheard())
    assert workers.begun() == ["heze1-4.1", "heze1-3.1", "heze1-1.1", "heze1-2.1"]


@pytest.mark.timeout(180)
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


@pytest.mark.timeout(240)
def test_a_recording_that_kills_every_worker_is_given_up_as_well(store: Store, workers: Workers) -> None:
    file_calls(store, "heze1-poison.1")
    for _ in range(QUICK.attempts):
        assert workers.start("poison").wait(60) == -signal.SIGKILL
    workers.start("poison")
    until(lambda: not store.unheard())
    tried = store.attempts("heze1-poison.1")
    assert tried is not None
    assert (tried.begun, tried.failed, tried.given_up) == (QUICK.attempts, 0, True)
    assert store.drafts()[0].urgency is Urgency.TIMED


@pytest.mark.timeout(180)
def test_a_worker_without_a_model_ends_with_a_code_and_blames_no_recording(
    store: Store, engine: Engine, workers: Workers
) -> None:
    file_calls(store, "heze1-1.1")
    assert workers.start("no-model").wait(60) == Exit.CANNOT_WORK
    assert "模型目录不对" in workers.log()
    tried = store.attempts("heze1-1.1")
    assert tried is not None
    assert (tried.begun, tried.failed) == (0, 0)
    workers.start()
    until(lambda: not store.unheard())
    until(lambda: set(states(engine)) == {"SUCCESS"})
    assert store.draft("heze1-1.1") is not None


@pytest.mark.timeout(180)
def test_a_database_that_fails_in_the_middle_of_a_job_is_not_blamed_on_the_recording(
    store: Store, workers: Workers
) -> None:
    file_calls(store, "heze1-1.1")
    workers.start("locked")
    until(lambda: not store.unheard())
    assert len(workers.begun()) == 5
    tried = store.attempts("heze1-1.1")
    assert tried is not None
    assert (tried.begun, tried.failed, tried.given_up) == (1, 0, False)
    assert store.transcript("heze1-1.1") == transcript("heze1-1.1")


@pytest.mark.timeout(180)
def test_a_worker_told_to_stop_leaves_a_long_job_to_its_next_life(store: Store, workers: Workers) -> None:
    file_calls(store, "heze1-1.1")
    held = workers.start("held", slot=0)
    until(workers.begun)
    assert stop(held) == Exit.STOPPED
    assert store.unheard() == ["heze1-1.1"]
    workers.start(slot=0)
    until(lambda: not store.unheard())


@pytest.mark.timeout(180)
def test_two_workers_share_the_work_and_a_third_is_refused_a_slot_that_is_taken(
    store: Store, engine: Engine, workers: Workers
) -> None:
    ids = [f"heze1-{number}.1" for number in range(12)]
    first, second = workers.start("slow"), workers.start("slow")
    until(lambda: workers.log().count("worker started") == 2)
    assert workers.start("slow", slot=1).wait(60) == Exit.NO_SLOT
    file_calls(store, *ids)
    until(lambda: not store.unheard())
    until(lambda: set(states(engine)) == {"SUCCESS"})
    assert sorted(workers.begun()) == sorted(ids)
    assert sorted(ready(store)) == sorted(ids)
    assert (stop(first), stop(second)) == (Exit.STOPPED, Exit.STOPPED)


@pytest.mark.timeout(180)
def test_a_recording_whose_job_vanished_is_found_and_done(store: Store, engine: Engine, workers: Workers) -> None:
    file_calls(store, "heze1-1.1")
    jobs = "dbos.workflow_status" if engine.dialect.name == "postgresql" else "workflow_status"
    with engine.begin() as connection:
        connection.execute(text(f"DELETE FROM {jobs}"))  # noqa: S608
    workers.start()
    until(lambda: not store.unheard())
    assert "recordings without a job were given one" in workers.log()


@pytest.mark.timeout(180)
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
