"""An emergency heard in an ordinary call: an alarm in its draft's transaction, open until somebody acknowledges it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from store_samples import NOON, call, draft, legs, recording, transcript
from store_workers import Workers, file_calls, until

from cases.draft import DraftCase, Field, Span
from domain.clock import FixedClock
from domain.words import Speaker, Urgency
from store import results
from store.door import Store
from store.engine import writing
from store.records import AlarmRecord, Event, Topic
from store.unheard import unheard_draft, unheard_transcript

LINKEDID = "heze1-1.1"
SMELL = Span(Speaker.CITIZEN, 12.5, 14.0, "煤气味")


def gas(urgency: Urgency = Urgency.EMERGENCY) -> DraftCase:
    hazards = Field(("gas_smell",), 0.9, SMELL, "闻到燃气味: 听到“煤气味”")
    return replace(draft(urgency), hazards=hazards)


def told(store: Store, topic: Topic) -> list[Event]:
    return [event for event in store.events() if event.topic is topic]


def saved_and_then_killed(engine: Engine) -> None:
    with writing(engine) as session:
        results.save(session, LINKEDID, transcript(), gas(), NOON)
        session.flush()
        raise KeyboardInterrupt


def test_a_hazard_heard_in_an_ordinary_call_raises_an_alarm(store: Store) -> None:
    file_calls(store, LINKEDID)
    assert store.save_result(LINKEDID, transcript(), gas())
    made = store.draft(LINKEDID)
    assert made is not None
    expected = AlarmRecord(
        draft=made.id,
        linkedid=LINKEDID,
        hazards=("gas_smell",),
        second=12.5,
        why="闻到燃气味: 听到“煤气味”",
        raised=NOON,
    )
    assert store.alarms() == [expected]
    assert store.alarm(LINKEDID) == expected
    [event] = told(store, Topic.EMERGENCY_HEARD)
    assert event.topic == "emergency.heard"
    assert event.payload == {"linkedid": LINKEDID, "draft": made.id, "hazards": ["gas_smell"], "second": 12.5}


def test_an_urgent_draft_without_a_hazard_and_a_hazard_that_is_not_urgent_raise_one_too(store: Store) -> None:
    file_calls(store, "heze1-1.1", "heze1-2.1")
    store.save_result("heze1-1.1", transcript(), draft(Urgency.EMERGENCY))
    store.save_result("heze1-2.1", transcript(), gas(Urgency.TIMED))
    assert [(alarm.linkedid, alarm.hazards) for alarm in store.alarms()] == [
        ("heze1-1.1", ()),
        ("heze1-2.1", ("gas_smell",)),
    ]


def test_a_message_left_by_somebody_whom_nobody_answered_is_an_ordinary_way_too(store: Store) -> None:
    store.take_in(replace(call(emergency=True), route="message"), legs(), recording())
    store.save_result(LINKEDID, transcript(), gas())
    assert len(store.alarms()) == 1


def test_calls_that_took_the_emergency_way_ordinary_ones_and_silent_ones_raise_none(store: Store) -> None:
    file_calls(store, "heze1-1.1", emergency=True)
    file_calls(store, "heze1-2.1", "heze1-3.1")
    store.save_result("heze1-1.1", transcript(), gas())
    store.save_result("heze1-2.1", transcript(), draft(Urgency.TIMED))
    known = store.facts("heze1-3.1")
    assert known is not None
    silent = unheard_draft(replace(known, message=True), "坏文件")
    assert silent.urgency.value is Urgency.EMERGENCY
    store.save_result("heze1-3.1", unheard_transcript(60.0, "坏文件"), silent)
    assert store.alarms() == []
    assert told(store, Topic.EMERGENCY_HEARD) == []
    assert len(store.drafts()) == 3


def test_draft_event_and_alarm_are_there_together_or_not_at_all(store: Store, engine: Engine) -> None:
    file_calls(store, LINKEDID)
    with pytest.raises(KeyboardInterrupt):
        saved_and_then_killed(engine)
    assert (store.drafts(), store.alarms(), told(store, Topic.EMERGENCY_HEARD)) == ([], [], [])
    assert store.save_result(LINKEDID, transcript(), gas())
    assert not store.save_result(LINKEDID, transcript(), gas())
    assert len(store.alarms()) == len(told(store, Topic.EMERGENCY_HEARD)) == 1


def test_an_acknowledged_alarm_goes_away_once_with_name_and_time(store: Store, clock: FixedClock) -> None:
    file_calls(store, LINKEDID)
    store.save_result(LINKEDID, transcript(), gas())
    clock.moment = NOON + timedelta(minutes=2)
    seen = store.acknowledge(LINKEDID, "班长甲")
    assert seen is not None
    assert (seen.acknowledged, seen.acknowledged_by) == (NOON + timedelta(minutes=2), "班长甲")
    assert store.alarms() == []
    assert store.alarm(LINKEDID) == seen
    assert store.acknowledge(seen.draft, "班长乙") is None
    assert [(line.who, line.action) for line in store.audit_trail(LINKEDID)] == [("班长甲", "alarm.acknowledge")]
    assert [event.payload["draft"] for event in told(store, Topic.EMERGENCY_ACKNOWLEDGED)] == [seen.draft]


def test_what_has_no_alarm_cannot_be_acknowledged(store: Store) -> None:
    file_calls(store, LINKEDID)
    store.save_result(LINKEDID, transcript(), draft())
    assert store.acknowledge(LINKEDID, "班长甲") is None
    assert store.acknowledge(999, "班长甲") is None
    assert store.audit_trail(LINKEDID) == []


def test_drafts_with_an_open_alarm_stand_before_all_others(store: Store) -> None:
    file_calls(store, "heze1-1.1")
    file_calls(store, "heze1-2.1", emergency=True)
    store.save_result("heze1-1.1", transcript(), gas(Urgency.TIMED))
    store.save_result("heze1-2.1", transcript(), draft(Urgency.EMERGENCY))
    assert [one.linkedid for one in store.drafts(limit=1)] == ["heze1-1.1"]
    store.acknowledge("heze1-1.1", "班长甲")
    assert [one.linkedid for one in store.drafts()] == ["heze1-2.1", "heze1-1.1"]


@pytest.mark.timeout(180)
def test_a_worker_that_hears_one_cries_in_its_log_and_leaves_the_alarm(store: Store, workers: Workers) -> None:
    file_calls(store, "heze1-gas.1", "heze1-2.1")
    workers.start("gas")
    until(lambda: not store.unheard())
    until(lambda: workers.log().count("job ended") == 2)
    [alarm] = store.alarms()
    assert (alarm.linkedid, alarm.hazards, alarm.second) == ("heze1-gas.1", ("gas_smell",), 1.0)
    [line] = [line for line in workers.log().splitlines() if "emergency heard" in line]
    assert '"level": "error"' in line
    assert '"linkedid": "heze1-gas.1"' in line
    assert '"hazards": ["gas_smell"]' in line
