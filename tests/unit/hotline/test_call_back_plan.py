"""Whom to call back now: never on a line or a seat that a caller may need, emergencies first and at any hour."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from shipped_config import ROOT

from hotline.call_back_plan import Floor, channels, choose
from hotline.checked import read
from routing.config import RoutingConfig
from routing.route import SeatState
from store.records import CallbackReason, CallbackRecord, CallbackState
from telephony.ami.codec import Event
from telephony.asterisk.settings import CallBackSettings

NOON = datetime(2026, 1, 15, 4, 0, tzinfo=UTC)
NIGHT = datetime(2026, 1, 15, 18, 0, tzinfo=UTC)
SETTINGS = CallBackSettings(lines=10, keep_free=4, most=2)
FREE = {"agent1001": SeatState.FREE, "agent1002": SeatState.FREE}
IDLE = Floor(0, {}, FREE)


@pytest.fixture(scope="module")
def routing() -> RoutingConfig:
    return read(ROOT / "config/routing.yaml").build(RoutingConfig)


def entry(number: int, **more: object) -> CallbackRecord:
    return CallbackRecord(
        **{
            "id": number,
            "linkedid": f"heze1-{number}",
            "ani": "13853067219",
            "queue": "agents",
            "position": 0,
            "asked": NOON - timedelta(hours=12),
            "state": CallbackState.WAITING,
            "reason": CallbackReason.MISSED,
            "due": NOON,
            **more,
        }
    )


def chosen(routing: RoutingConfig, *entries: CallbackRecord, floor: Floor = IDLE, now: datetime = NOON) -> list[int]:
    return [one.id for one in choose(entries, floor, SETTINGS, routing, now)]


def test_an_idle_seat_calls_back_in_order(routing: RoutingConfig) -> None:
    assert chosen(routing, entry(1), entry(2), entry(3)) == [1, 2]
    assert chosen(routing, entry(1), entry(2), floor=replace(IDLE, seats={"agent1001": SeatState.FREE})) == [1]


@pytest.mark.parametrize(
    "floor",
    [
        replace(IDLE, waiting={"agents": 1}),
        replace(IDLE, seats={"agent1001": SeatState.BUSY, "leader1": SeatState.FREE}),
        replace(IDLE, seats={"agent1001": SeatState.UNKNOWN}),
        replace(IDLE, lines=6),
    ],
)
def test_nobody_is_called_back_where_callers_need_the_seats_or_the_lines(routing: RoutingConfig, floor: Floor) -> None:
    assert chosen(routing, entry(1), floor=floor) == []


def test_what_is_not_due_placed_or_a_persons_waits(routing: RoutingConfig) -> None:
    later = entry(1, due=NOON + timedelta(seconds=1))
    placed = entry(2, state=CallbackState.PLACED)
    assert chosen(routing, later, placed, entry(3, state=CallbackState.BY_HAND, due=None)) == []
    assert chosen(routing, placed, replace(placed, id=4), entry(5)) == []  # two are out


def test_at_night_only_emergencies_and_what_a_person_wants_ring(routing: RoutingConfig) -> None:
    urgent, wanted = entry(1, emergency=True), entry(3, forced=True)
    assert chosen(routing, urgent, entry(2), wanted, now=NIGHT) == [1, 3]


def test_an_emergency_needs_no_idle_agent_but_a_line(routing: RoutingConfig) -> None:
    busy = Floor(0, {"agents": 5}, {})
    assert chosen(routing, entry(1, emergency=True), entry(2), floor=busy) == [1]
    assert chosen(routing, entry(1, emergency=True), floor=replace(busy, lines=6)) == []


def test_a_kept_place_goes_back_at_once_and_later_is_like_all_others(routing: RoutingConfig) -> None:
    full = Floor(10, {"agents": 5}, {})
    place = entry(1, reason=CallbackReason.ASKED, asked=NOON - timedelta(minutes=5), position=3)
    assert chosen(routing, place, floor=full) == [1]
    assert chosen(routing, replace(place, attempts=1), floor=full) == []
    assert chosen(routing, replace(place, asked=NOON - timedelta(hours=3)), floor=full) == []


def test_status_tells_the_lines_in_use_and_the_entries_that_are_up() -> None:
    told = [
        Event("Status", {"Channel": "PJSIP/trunk-demo-00000001", "Variable": "HL_ENTRY="}),
        Event("Status", {"Channel": "PJSIP/agent1001-00000002"}),
        Event("Status", {"Channel": "Local/wait@call-back-wait-0;1", "Variable": "HL_ENTRY=12"}),
        Event("Status", {"Channel": "Local/wait@call-back-wait-0;2", "Variable": "HL_ENTRY=12"}),
        Event("Status", {"Channel": "Local/x", "Variable": "HL_ENTRY=1x\nHL_ENTRY=²"}),
    ]
    found = channels(told)
    assert (found.lines, found.entries) == (1, frozenset({12}))
