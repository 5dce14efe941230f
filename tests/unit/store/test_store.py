"""The store's door on both databases: what goes in comes out, together or not at all, once."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import StatementError
from store_samples import NOON, START, call, draft, legs, recording, transcript

from cases.draft import CallFacts
from domain.clock import FixedClock
from domain.words import Urgency, Utility
from store import calls
from store.codec import CodecError, draft_cases
from store.door import Store
from store.engine import writing
from store.errors import StoreConflict
from store.jobs import JobQueue
from store.protection import seal
from store.records import DraftState, LegRole, RecordingKind, Topic
from store.settings import StoreSettings
from store.tables import Base, DraftRow


def jobs(engine: Engine) -> list[tuple[str, int]]:
    table = "dbos.workflow_status" if engine.dialect.name == "postgresql" else "workflow_status"
    with engine.connect() as connection:
        rows = connection.execute(text(f"SELECT workflow_uuid, priority FROM {table} ORDER BY workflow_uuid"))  # noqa: S608
        return [(workflow, priority) for workflow, priority in rows]


def everything(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {
            name: connection.scalar(select(func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
        }


def test_a_call_comes_out_as_it_went_in(store: Store) -> None:
    filed, its_legs, its_recording = call(emergency=True), legs(), recording()
    assert store.take_in(filed, its_legs, its_recording)
    assert store.call(filed.linkedid) == replace(filed)
    assert store.legs(filed.linkedid) == its_legs
    assert store.recording(filed.linkedid) == its_recording
    assert store.recordings() == [its_recording]
    assert store.facts(filed.linkedid) == CallFacts(
        linkedid=filed.linkedid,
        ani="13853067219",
        started=START,
        keys="91",
        utility=Utility.WATER,
        emergency=True,
        queue="agents",
        seat="water1",
    )


def test_filing_a_call_twice_changes_nothing(store: Store, engine: Engine) -> None:
    assert store.take_in(call(), legs(), recording())
    before, queued = everything(engine), jobs(engine)
    assert not store.take_in(call(), legs(), recording())
    assert everything(engine) == before
    assert jobs(engine) == queued == [("heze1-1.1", 10)]
    assert [event.topic for event in store.events()] == [Topic.CALL_ENDED, Topic.RECORDING_FILED]


def test_a_fuller_journal_fills_gaps_and_brings_the_recording(store: Store, engine: Engine) -> None:
    crashed = replace(call(emergency=True), ended=None, route=None, talk_seconds=None, keys="", utility=None)
    assert store.take_in(crashed, legs()[:1])
    assert jobs(engine) == []
    assert store.take_in(call(emergency=True), legs(), recording())
    assert store.call("heze1-1.1") == call(emergency=True)
    assert len(store.legs("heze1-1.1")) == 2
    assert jobs(engine) == [("heze1-1.1", 1)]
    assert not store.take_in(crashed, legs())
    assert store.call("heze1-1.1") == call(emergency=True)


def test_emergencies_and_messages_stand_in_front_of_the_queue(store: Store, engine: Engine) -> None:
    store.take_in(call("a"), [], recording("a"))
    store.take_in(call("b", emergency=True), [], recording("b"))
    store.take_in(call("c"), [], recording("c", kind=RecordingKind.MESSAGE))
    assert sorted(jobs(engine), key=lambda job: job[1]) == [("b", 1), ("c", 5), ("a", 10)]


def test_rows_and_job_appear_together_or_not_at_all(store: Store, engine: Engine) -> None:
    """The second recording's key is taken, which only the database finds out, after the call's rows were written."""
    store.take_in(call("a"), legs("a"), recording("a"))
    before, queued = everything(engine), jobs(engine)
    with pytest.raises(StoreConflict, match="冲突"):
        store.take_in(call("b"), legs("b"), replace(recording("b"), storage_key=recording("a").storage_key))
    assert everything(engine) == before
    assert jobs(engine) == queued


def test_the_job_goes_with_the_transaction_that_fails_after_making_it(
    store: Store, engine: Engine, clock: FixedClock
) -> None:
    queue = JobQueue(engine)

    def file_and_fail() -> None:
        with writing(engine) as session:
            assert calls.take_in(session, queue, call(), legs(), recording(), clock.now())
            session.flush()
            raise RuntimeError("pulled the plug")

    with pytest.raises(RuntimeError, match="pulled the plug"):
        file_and_fail()
    queue.close()
    assert jobs(engine) == []
    assert set(everything(engine).values()) == {0}


def test_two_processes_filing_the_same_calls_file_each_once(
    store: Store, engine: Engine, settings: StoreSettings, tmp_path: Path, clock: FixedClock
) -> None:
    stores = [store, Store.open(settings, tmp_path, clock)]
    ids = [f"heze1-{number}.1" for number in range(15)]
    new: list[bool] = []
    faults: list[BaseException] = []
    gate = threading.Barrier(2)

    def file_all(own: Store) -> None:
        try:
            for linkedid in ids:
                gate.wait(10)
                new.append(own.take_in(call(linkedid), legs(linkedid), recording(linkedid)))
        except BaseException as error:  # noqa: BLE001 (carried over to the test's thread)
            faults.append(error)
            gate.abort()

    threads = [threading.Thread(target=file_all, args=(own,)) for own in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    stores[1].close()
    assert faults == []
    assert (new.count(True), new.count(False)) == (15, 15)
    assert len(jobs(engine)) == 15
    assert len(store.events()) == 30


def test_a_result_is_written_once_with_its_event(store: Store) -> None:
    store.take_in(call(emergency=True), legs(), recording())
    assert store.unheard() == ["heze1-1.1"]
    assert store.save_result("heze1-1.1", transcript(), draft(Urgency.EMERGENCY))
    assert not store.save_result("heze1-1.1", transcript("另一遍"), draft())
    assert store.unheard() == []
    assert store.transcript("heze1-1.1") == transcript()
    made = store.draft("heze1-1.1")
    assert made is not None
    assert (made.case, made.state, made.urgency) == (draft(Urgency.EMERGENCY), DraftState.DRAFT, Urgency.EMERGENCY)
    assert made.created == NOON
    assert store.draft(made.id) == made
    assert store.events()[-1].payload == {"linkedid": "heze1-1.1", "draft": made.id, "urgency": "emergency"}


def test_a_result_that_cannot_be_written_leaves_nothing(store: Store, engine: Engine) -> None:
    store.take_in(call(), legs(), recording())
    before = everything(engine)
    broken = replace(draft(), title=replace(draft().title, confidence=float("nan")))
    with pytest.raises(CodecError):
        store.save_result("heze1-1.1", transcript(), broken)
    assert everything(engine) == before


def test_urgent_drafts_lie_on_top_then_the_newest(store: Store, clock: FixedClock) -> None:
    for linkedid, urgency in (("a", Urgency.ORDINARY), ("b", Urgency.EMERGENCY), ("c", Urgency.TIMED), ("d", None)):
        store.take_in(call(linkedid), [], recording(linkedid))
        case = draft() if urgency is None else draft(urgency)
        store.save_result(linkedid, transcript(), replace(case, urgency=replace(case.urgency, value=urgency)))
        clock.moment += timedelta(seconds=1)
    assert [found.linkedid for found in store.drafts()] == ["b", "c", "d", "a"]
    assert store.drafts(DraftState.CONFIRMED) == []
    assert len(store.drafts(None, limit=2)) == 2


def test_confirmed_cases_come_newest_first_with_what_the_person_left(
    store: Store, engine: Engine, clock: FixedClock
) -> None:
    for linkedid in ("a", "b", "c"):
        store.take_in(call(linkedid), [], recording(linkedid))
        store.save_result(linkedid, transcript(), draft())
        clock.moment += timedelta(seconds=1)
    corrected = replace(draft(), county=replace(draft().county, value="曹县"))
    with writing(engine) as session:
        for linkedid in ("a", "c"):
            row = session.scalars(select(DraftRow).where(DraftRow.linkedid == linkedid)).one()
            row.state, row.body = DraftState.CONFIRMED, seal(session, draft_cases(), corrected)
    assert [(found.linkedid, found.case) for found in store.confirmed(10)] == [("c", corrected), ("a", corrected)]
    assert [found.linkedid for found in store.confirmed(1)] == ["c"]


def test_known_recordings_are_found_among_many(store: Store) -> None:
    for linkedid in ("a", "b"):
        store.take_in(call(linkedid), [], recording(linkedid))
    assert store.known_recordings() == {"a", "b"}
    assert store.known_recordings(["b", *(f"new-{number}" for number in range(2000))]) == {"b"}


def test_events_are_read_on_from_where_one_was(store: Store) -> None:
    store.take_in(call("a"), [], recording("a"))
    seen = store.events()[-1].id
    store.take_in(call("b"), [], recording("b"))
    assert [event.payload["linkedid"] for event in store.events(after=seen)] == ["b", "b"]


def test_times_are_kept_in_utc_and_come_back_aware(store: Store) -> None:
    shanghai = datetime(2026, 1, 15, 11, 30, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
    store.take_in(call(started=shanghai), [], None)
    kept = store.call("heze1-1.1")
    assert kept is not None
    assert kept.started == shanghai
    assert kept.started.tzinfo is UTC


def test_times_without_a_zone_are_refused(store: Store) -> None:
    with pytest.raises(StatementError, match="time without a zone"):
        store.take_in(call(started=datetime(2026, 1, 15)), [])
    assert store.call("heze1-1.1") is None


def test_a_callers_data_never_raises(store: Store) -> None:
    nasty = "\0'; DROP TABLE call; --\ud800\r\n${EVAL}" + "长" * 4000
    assert store.take_in(replace(call(), ani=nasty, dialled=nasty, keys=nasty), [], recording())
    kept = store.call("heze1-1.1")
    assert kept is not None
    assert kept.ani == nasty.replace("\0", "").replace("\ud800", "?")


@pytest.mark.parametrize("key", ["/etc/passwd", "../x.wav", "2026/../../x.wav", "a//b.wav", "", "a b.wav"])
def test_a_storage_key_never_leads_out_of_the_folder(key: str) -> None:
    with pytest.raises(ValueError, match="not a path inside"):
        replace(recording(), storage_key=key)


def test_a_withheld_number_is_no_number(store: Store) -> None:
    store.take_in(replace(call(), ani=None), [])
    kept = store.call("heze1-1.1")
    assert kept is not None
    assert kept.ani is None


def test_the_leg_of_a_seat_is_told_from_the_message_of_a_caller(store: Store) -> None:
    message = replace(legs()[0], role=LegRole.MESSAGE)
    store.take_in(call(), [legs()[0], message], recording(kind=RecordingKind.MESSAGE))
    assert {leg.role for leg in store.legs("heze1-1.1")} == {LegRole.CALLER, LegRole.MESSAGE}
    told = store.facts("heze1-1.1")
    assert told is not None
    assert told.message
    assert told.seat is None
