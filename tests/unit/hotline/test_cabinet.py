"""Filing follows hang-ups soon, one sweep at a time, and leaves the machine alone while the database is gone."""

import pytest
import structlog
from structlog.testing import LogCapture
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from hotline.cabinet import Bell, Cabinet
from hotline.filing import Swept
from telephony.ami.codec import Event
from telephony.recordings.settings import RecordingSettings

HANGUP = Event("Hangup", {})


class Spool:
    """Stands where Filing stands: counts sweeps, and ends each when told."""

    def __init__(self):
        self.settings = RecordingSettings(settle_seconds=2)
        self.running = []
        self.sweeps = 0
        self.swept = Swept((), (), ())

    def sweep(self):
        raise AssertionError("in a thread only")

    def in_thread(self, work):
        self.sweeps += 1
        self.running.append(Deferred())
        return self.running[-1]

    def end(self, result=None):
        done = self.running.pop()
        done.errback(result) if isinstance(result, Exception) else done.callback(result or self.swept)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def spool():
    return Spool()


@pytest.fixture
def cabinet(clock, spool):
    log = structlog.wrap_logger(None, processors=[LogCapture()])
    return Cabinet(spool, clock, log, spool.in_thread)


def pass_time(clock, seconds):
    clock.pump([0.05] * round(seconds / 0.05))


def test_a_hangup_is_looked_at_soon_and_once_more_when_its_legs_have_settled(cabinet, clock, spool):
    cabinet.heard(HANGUP)
    assert spool.sweeps == 0
    pass_time(clock, 0.35)
    assert spool.sweeps == 1
    spool.end()
    pass_time(clock, 2.0)
    assert spool.sweeps == 2
    spool.end()
    assert clock.getDelayedCalls() == []


def test_other_events_are_no_reason_to_look(cabinet, clock):
    cabinet.heard(Event("Newstate", {}))
    assert clock.getDelayedCalls() == []


def test_a_hundred_hangups_a_second_are_three_sweeps_a_second(cabinet, clock, spool):
    for _ in range(100):
        cabinet.heard(HANGUP)
        clock.advance(0.01)
        if spool.running:
            spool.end()
    assert spool.sweeps <= 4


def test_every_ring_is_followed_by_an_answer_a_whole_delay_later(clock):
    answered = []
    bell = Bell(clock, 1.0, lambda: answered.append(clock.seconds()))
    for at in (0.0, 0.9):
        clock.advance(at - clock.seconds())
        bell.ring()
    clock.pump([0.1] * 30)
    assert answered == pytest.approx([1.0, 2.0], abs=0.11)
    assert clock.getDelayedCalls() == []


def test_one_sweep_runs_at_a_time_and_who_asked_meanwhile_is_served(cabinet, spool):
    Deferred.fromCoroutine(cabinet.sweep())
    Deferred.fromCoroutine(cabinet.sweep())
    Deferred.fromCoroutine(cabinet.sweep())
    assert spool.sweeps == 1
    spool.end()
    assert spool.sweeps == 2
    spool.end()
    assert spool.sweeps == 2


def test_while_the_database_takes_no_calls_it_is_asked_again_every_few_seconds(cabinet, clock, spool):
    spool.swept = Swept((), ("heze1-1.1",), (), store_failed=True)
    for _ in range(200):  # ten seconds of hang-ups
        cabinet.heard(HANGUP)
        clock.advance(0.05)
        if spool.running:
            spool.end()
    assert spool.sweeps in (2, 3)
    spool.swept = Swept(("heze1-1.1",), (), ())
    pass_time(clock, 5.5)
    assert spool.running, "it is asked again without any hang-up"


def test_a_sweep_that_fails_does_not_stop_the_next(cabinet, spool):
    Deferred.fromCoroutine(cabinet.sweep())
    spool.end(OSError("disk"))
    Deferred.fromCoroutine(cabinet.sweep())
    assert spool.sweeps == 2
    spool.end()
