"""What the floor and its leaders set: retention, outages, call-backs, the audit of all of it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from store_samples import NOON, START, call, recording

from domain.clock import FixedClock
from domain.words import Utility
from store.door import Store
from store.records import CallbackState


def test_retention_spares_what_is_held_and_what_is_young(store: Store) -> None:
    for linkedid, days in (("old", 1200), ("held", 1200), ("young", 3)):
        began = START - timedelta(days=days)
        store.take_in(call(linkedid, started=began), [], recording(linkedid, started=began))
    assert store.set_legal_hold("held", True, "班长")
    due = store.expire(START - timedelta(days=1095))
    assert [found.id for found in due] == ["old"]
    assert not store.mark_deleted("held", "retention")
    assert store.mark_deleted("old", "retention")
    assert not store.mark_deleted("old", "retention")
    assert store.expire(START - timedelta(days=1095)) == []
    gone = store.recording("old")
    assert gone is not None
    assert gone.deleted_at == NOON
    assert [entry.action for entry in store.audit_trail("old")] == ["recording.delete"]
    assert [entry.after for entry in store.audit_trail("held")] == [{"legal_hold": True}]


def test_outages_go_on_until_they_are_ended_and_are_counted_by_calls(store: Store, clock: FixedClock) -> None:
    made = store.add_outage(Utility.WATER, "牡丹区", "牡丹区停水已在抢修", "班长", until=NOON + timedelta(hours=1))
    later = store.add_outage(Utility.POWER, "曹县", "曹县停电", "班长", since=NOON + timedelta(hours=3))
    store.take_in(replace(call("a"), outage=made.id), [])
    store.take_in(replace(call("b"), outage=made.id), [])
    store.take_in(replace(call("c"), outage=987654), [])
    assert store.outages_now() == [made]
    clock.moment += timedelta(hours=4)
    assert store.outages_now() == [later, made]
    ended = store.end_outage(made.id, "班长")
    assert ended is not None
    assert ended.ended == clock.now()
    assert store.end_outage(made.id, "班长") is None
    assert store.outages_now() == [later]
    assert store.outage_counts() == {made.id: 2, 987654: 1}


def test_callbacks_keep_their_place_and_are_settled_once(store: Store, clock: FixedClock) -> None:
    first = store.add_callback("a", "13853067219", "agents", 3)
    clock.moment += timedelta(minutes=1)
    second = store.add_callback("b", "13853067210", "agents", 2)
    assert store.add_callback("a", "13853067219", "agents", 9) == first
    assert store.callbacks() == [first, second]
    done = store.settle_callback(first.id, CallbackState.DONE, "agent1")
    assert done is not None
    assert done.settled == clock.now()
    assert store.settle_callback(first.id, CallbackState.CANCELLED, "agent1") is None
    assert store.callbacks() == [second]
    assert len(store.callbacks(*CallbackState)) == 2


def test_the_audit_is_never_altered(store: Store, engine: Engine) -> None:
    attacks = {
        "sqlite": [
            "INSERT OR REPLACE INTO audit (id, at, who, action, subject) VALUES (1, '2026-01-01', 'x', 'x', 'x')"
        ],
        "postgresql": ["TRUNCATE audit"],
    }
    store.audit("班长", "roster.edit", "water", {"seat": "water1"}, {"seat": "water2"})
    for statement in ["UPDATE audit SET who = 'x'", "DELETE FROM audit", *attacks[engine.dialect.name]]:
        with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
            connection.execute(text(statement))
    (entry,) = store.audit_trail("water")
    assert (entry.who, entry.at, entry.before, entry.after) == ("班长", NOON, {"seat": "water1"}, {"seat": "water2"})
