"""What the telephony process notices by itself becomes a fault, and goes when it is over."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from shipped_config import Shipped

from hotline.fault_kinds import Kind
from hotline.faults import FaultBook, read_faults
from hotline.operations import FaultSettings
from hotline.room_faults import RoomFaults
from routing.route import SeatState
from telephony.recordings.taken import TakenIn

ROUTING = Shipped.read().routing
NOW = datetime(2026, 1, 20, 8, 0, tzinfo=UTC)


class Clock:
    def now(self) -> datetime:
        return NOW


@dataclass
class World:
    states: dict[str, SeatState]
    ticks: float = 0.0
    heard: bool = True
    gone: list[str] = field(default_factory=list)


@pytest.fixture
def world() -> World:
    return World(dict.fromkeys(ROUTING.seats, SeatState.FREE))


@pytest.fixture
def room(world: World, tmp_path: Path) -> RoomFaults:
    return RoomFaults(
        FaultBook(tmp_path, "telephony", Clock()),
        ROUTING,
        FaultSettings(no_phone_seconds=30),
        seats=lambda: world.states,
        heard=lambda: world.heard,
        ticks=lambda: world.ticks,
    )


def open_faults(folder: Path) -> set[tuple[Kind, str]]:
    return {(fault.kind, fault.subject) for fault in read_faults(folder) if fault.open}


def taken(linkedid: str) -> TakenIn:
    return TakenIn(linkedid=linkedid, ani=None, dialled="12345", started=NOW, ended=NOW + timedelta(seconds=9), rung=1)


def test_a_room_without_agents_is_a_fault_after_its_grace(room: RoomFaults, world: World, tmp_path: Path) -> None:
    for name, seat in ROUTING.seats.items():
        if ROUTING.default_queue in seat.queues:
            world.states[name] = SeatState.GONE
    room.look()
    world.ticks = 29
    room.look()
    assert open_faults(tmp_path) == set()
    world.ticks = 30
    room.look()
    assert open_faults(tmp_path) == {(Kind.NO_PHONE, "people")}
    world.states["agent1001"] = SeatState.BUSY
    room.look()
    assert open_faults(tmp_path) == set()


def test_calls_that_cannot_be_filed_are_one_fault_until_the_last_is(room: RoomFaults, tmp_path: Path) -> None:
    room.not_filed("1.1")
    room.not_filed("1.2")
    room.filed(taken("1.1"))
    assert open_faults(tmp_path) == {(Kind.RECORDINGS_STUCK, "")}
    room.filed(taken("1.3"))
    assert open_faults(tmp_path) == {(Kind.RECORDINGS_STUCK, "")}
    room.filed(taken("1.2"))
    assert open_faults(tmp_path) == set()
