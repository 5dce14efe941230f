"""A running reactor for tests that speak bytes to our servers over real loopback TCP."""

import threading

import pytest
from twisted.internet import reactor, threads
from twisted.logger import globalLogPublisher


@pytest.fixture(scope="session")
def _running_reactor():
    thread = None
    if not reactor.running:
        up = threading.Event()
        reactor.callWhenRunning(up.set)
        thread = threading.Thread(target=reactor.run, kwargs={"installSignalHandlers": False}, daemon=True)
        thread.start()
        assert up.wait(10)
    yield
    if thread is not None:
        reactor.callFromThread(reactor.stop)
        thread.join(10)


@pytest.fixture
def in_reactor(_running_reactor):
    """Call a function in the reactor's thread and return its result, a Deferred's or coroutine's included; fails the
    test if twisted logged an unhandled error meanwhile."""
    errors = []

    def observe(event):
        if event.get("log_failure") is not None:
            errors.append(event["log_failure"])

    globalLogPublisher.addObserver(observe)
    yield lambda function, *args: threads.blockingCallFromThread(reactor, function, *args)
    globalLogPublisher.removeObserver(observe)
    assert [error.getTraceback() for error in errors] == []
