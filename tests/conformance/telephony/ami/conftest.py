"""The real AMI link in a running reactor."""

import threading
from dataclasses import dataclass, field

import pytest
import structlog
from fake_manager import FakeManager
from structlog.testing import LogCapture
from twisted.internet import reactor
from twisted.internet.defer import Deferred

from telephony.ami.floor import Floor
from telephony.ami.link import AmiLink
from telephony.ami.settings import AmiSettings

SECRET = FakeManager().secret
QUICK = {"silence": 0.5, "ping": 0.1, "answer": 1.0, "retry": 0.05, "retry_most": 0.1}


@dataclass
class Heard:
    """What a link told, in order, and what it logged."""

    told: list = field(default_factory=list)
    logged: LogCapture = field(default_factory=LogCapture)

    @property
    def log(self):
        return structlog.wrap_logger(None, processors=[self.logged])

    def names(self):
        return [entry if isinstance(entry, str) else entry.name for entry in self.told]


@pytest.fixture
def manager():
    fake = FakeManager()
    fake.start()
    yield fake
    fake.stop()


@pytest.fixture
def until(in_reactor):
    """Wait until a condition holds, looked at in the reactor's thread; fails after fifteen seconds."""

    def wait(condition):
        held = threading.Event()
        look_on = [True]

        def look():
            if condition():
                held.set()
            elif look_on[0]:
                reactor.callLater(0.005, look)

        reactor.callFromThread(look)
        came = held.wait(15)
        look_on[0] = False
        assert came, "it never came about"

    return wait


@pytest.fixture
def ask(in_reactor):
    """Carry out an action of a link and return its result or raise its error."""
    return lambda method, *args, **fields: in_reactor(lambda: Deferred.fromCoroutine(method(*args, **fields)))


@pytest.fixture
def connect(in_reactor, ask):
    """Start links: connect(port, **limits) → (link, heard). They are stopped at the end."""
    links = []

    def start(port, *, secret=SECRET, wanted=("Hello",), user="hotline", **limits):
        heard = Heard()
        settings = AmiSettings(port=port, user=user, **{**QUICK, **limits})
        link = AmiLink(
            settings,
            secret,
            reactor,
            heard.log,
            wanted,
            heard.told.append,
            on_up=lambda: heard.told.append("up"),
            on_down=lambda: heard.told.append("down"),
        )
        in_reactor(link.start)
        links.append(link)
        return link, heard

    yield start
    for link in links:
        ask(link.stop)


@pytest.fixture
def watch(in_reactor, ask):
    """Start floors: watch(port, seats, **limits) → (floor, heard). They are stopped at the end."""
    floors = []

    def start(port, seats, *, secret=SECRET, user="hotline", **limits):
        heard = Heard()
        floor = Floor(AmiSettings(port=port, user=user, **{**QUICK, **limits}), secret, reactor, heard.log, seats)
        in_reactor(floor.start)
        floors.append(floor)
        return floor, heard

    yield start
    for floor in floors:
        ask(floor.stop)
