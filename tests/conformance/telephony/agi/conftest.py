"""The real FastAGI server on a loopback port."""

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
import structlog
from fake_asterisk import FakeAsterisk, header
from prometheus_client import CollectorRegistry
from structlog.testing import LogCapture
from twisted.internet import reactor
from twisted.internet.defer import Deferred

from telephony.agi.counters import AgiCounters
from telephony.agi.server import AgiServer
from telephony.agi.settings import AgiSettings


@dataclass
class Served:
    """A listening server with what it counted and logged."""

    port: int
    server: AgiServer
    registry: CollectorRegistry
    logged: LogCapture
    gather: Callable[[], None]
    """Let the moment pass for which the server leaves a header alone, where the test holds the clock."""
    calls: list = field(default_factory=list)

    def count(self, name, **labels):
        return self.registry.get_sample_value(name, labels) or 0.0

    def ends(self):
        return {end: int(self.count("agi_sessions_total", end=end)) for end in ("done", "hung_up", "failed")}

    def turned_away(self, why):
        return int(self.count("agi_turned_away_total", why=why))

    def connect(self):
        """Open a connection and say nothing yet."""
        self.calls.append(FakeAsterisk(self.port))
        return self.calls[-1]

    def call(self, *args, **kwargs):
        """Open a connection and send a header."""
        asterisk = self.connect()
        asterisk.send(header(*args, **kwargs))
        self.gather()
        return asterisk

    def events(self, level=None):
        return [entry["event"] for entry in self.logged.entries if level in (None, entry["log_level"])]


@pytest.fixture
def serve(in_reactor):
    """Start servers: serve(scripts, clock=…, **settings) → Served. They are stopped, and must be empty, at the end."""
    started = []

    def start(scripts, clock=reactor, **limits):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        logged, registry = LogCapture(), CollectorRegistry()
        log = structlog.wrap_logger(None, processors=[logged])
        server = AgiServer(scripts, AgiSettings(port=port, **limits), clock, AgiCounters(registry), log)
        in_reactor(server.listen, reactor)

        def gather():
            while clock is not reactor and not server.open:
                time.sleep(0.005)
            if clock is not reactor:
                in_reactor(clock.advance, 0.01)

        started.append(Served(port, server, registry, logged, gather))
        return started[-1]

    yield start
    for served in started:
        for call in served.calls:
            call.close()
        in_reactor(lambda served=served: Deferred.fromCoroutine(served.server.stop()))
        assert served.server.open == set()


@pytest.fixture
def settled(in_reactor):
    """Wait until a condition holds, looked at in the reactor's thread; fails after ten seconds."""

    def wait(condition):
        held = threading.Event()

        def look():
            if condition():
                held.set()
            else:
                reactor.callLater(0.005, look)

        reactor.callFromThread(look)
        assert held.wait(10), "it never came about"

    return wait
