"""The ladder's count: every bar that is not held is named, and nothing else."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chaos.faults import FAULTS, Fault
from chaos.journey import Journey, Kind
from chaos.tally import Kept, Row, Window, rows
from domain.words import Utility
from store.records import CallRecord, RecordingKind

BEGAN = 1000.0
URGENT = Journey(
    ani="15400000001",
    kind=Kind.EMERGENCY,
    utility=Utility.WATER,
    talk=5,
    patience=40,
    asked=BEGAN + 1,
    answered=BEGAN + 1.1,
    key=BEGAN + 4,
    rang=BEGAN + 4.1,
    reached=BEGAN + 4.5,
    seat="water1",
    ended=BEGAN + 9.5,
    keys_pressed=2,
)
ORDINARY = replace(URGENT, ani="15400000002", kind=Kind.ORDINARY, utility=None, key=0, seat="agent1001", keys_pressed=0)


def fault(name: str) -> Fault:
    return next(one for one in FAULTS if one.name == name)


def window(name: str = "telephony-killed", **more: object) -> Window:
    whole = {"mended": BEGAN, "over": BEGAN + 60, "normal_after": 3.0, "alarms": ("电话进程停了",), **more}
    return Window(fault(name), BEGAN, **whole)  # type: ignore[arg-type]


def kept(seconds: float = 5.1, drafts: int = 1, cause: int | None = 16) -> Kept:
    call = CallRecord(
        linkedid="heze1-1.1", node="heze1", ani=URGENT.ani, dialled="12345", started=datetime.now(UTC), cause=cause
    )
    return Kept(call, seconds, RecordingKind.CALL, recorded=True, transcripts=1, drafts=drafts)


def row(*journeys: Journey, of: Window | None = None, have: Kept | None = None) -> Row:
    known = {journey.ani: have or kept() for journey in journeys}
    return rows([of or window()], journeys, known)[0]


def test_calls_that_went_well_break_no_bar() -> None:
    made = row(URGENT, ORDINARY)
    assert made.faults == []
    assert (made.offered, made.persons, made.emergencies, made.at_seat) == (2, 2, 1, 1)
    assert made.slowest == pytest.approx(0.1)
    assert (made.recordings, made.drafted_once, made.dropped) == (2, 2, 0)


@pytest.mark.parametrize(
    ("journey", "said"),
    [
        (replace(URGENT, reached=0, seat="", rang=0), "emergency reached nobody"),
        (replace(URGENT, rang=BEGAN + 10.5), "emergency rang after 6.5 s"),
        (replace(URGENT, seat="agent1001"), "no duty seat"),
        (replace(ORDINARY, reached=0, seat=""), "nobody answered"),
        (replace(ORDINARY, dropped=BEGAN + 6), "dropped after 1.5 s"),
    ],
)
def test_a_call_that_went_wrong_is_named(journey: Journey, said: str) -> None:
    assert [complaint for complaint in row(journey).faults if said in complaint and journey.ani in complaint]


@pytest.mark.parametrize(
    ("have", "said"),
    [
        (kept(seconds=3.0), "3.0 s recorded"),
        (kept(drafts=2), "2 drafts"),
        (kept(drafts=0), "0 drafts"),
        (Kept(None), "no recording"),
    ],
)
def test_what_was_lost_of_a_call_is_named(have: Kept, said: str) -> None:
    assert [complaint for complaint in row(URGENT, have=have).faults if said in complaint]


@pytest.mark.parametrize(
    ("of", "said"),
    [
        (window(normal_after=15.2), "normal only after 15.2 s"),
        (window(normal_after=None, amiss=("no worker",)), "not normal again: no worker"),
        (window(alarms=()), "no alarm"),
    ],
)
def test_what_a_fault_left_behind_is_named(of: Window, said: str) -> None:
    assert [complaint for complaint in row(URGENT, of=of).faults if said in complaint]


def test_only_a_fault_of_asterisk_may_cost_a_talk_and_two_seconds_of_it() -> None:
    killed = window("asterisk-killed", asterisk_down=(BEGAN + 7, BEGAN + 9))
    cut = replace(URGENT, dropped=BEGAN + 7, ended=BEGAN + 9.6)
    made = row(cut, of=killed, have=kept(seconds=0.6, cause=None))
    assert made.faults == []
    assert (made.dropped, made.repaired) == (0, 1)
    assert row(cut, of=killed, have=Kept(None)).faults


def test_who_rang_while_asterisk_was_away_is_counted_beside() -> None:
    killed = window("asterisk-killed", asterisk_down=(BEGAN, BEGAN + 3))
    made = row(replace(URGENT, reached=0, rang=0, seat="", answered=0, status=408), of=killed)
    assert made.faults == []
    assert (made.beside, made.emergencies) == (1, 0)


def test_a_fault_that_this_machine_cannot_have_is_no_failure() -> None:
    assert row(of=window(unable="needs root", normal_after=None, alarms=())).faults == []
