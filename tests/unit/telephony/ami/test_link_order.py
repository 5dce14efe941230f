"""The end of an old connection may be told after the beginning of a new one: threads know no order."""

import structlog
from structlog.testing import LogCapture
from twisted.internet.task import Clock

from telephony.ami.link import AmiLink
from telephony.ami.settings import AmiSettings


class DirectReactor(Clock):
    """A fake reactor whose other threads' calls are carried out at once."""

    def callFromThread(self, function, *args):
        function(*args)


def link():
    told = []
    log = structlog.wrap_logger(None, processors=[LogCapture()])
    made = AmiLink(
        AmiSettings(),
        "unused",
        DirectReactor(),
        log,
        (),
        told.append,
        on_up=lambda: told.append("up"),
        on_down=lambda: told.append("down"),
    )
    made._running = True
    return made, told


def test_a_late_word_of_the_old_connections_end_does_not_take_the_new_one_down():
    ours, told = link()
    ours._up_from_thread(1)
    ours._up_from_thread(2)
    ours._lost_from_thread(1, "closed by Asterisk")
    assert ours.up
    assert told == ["up", "down", "up"]


def test_the_end_of_a_connection_told_before_its_login_is_believed():
    ours, told = link()
    ours._lost_from_thread(1, "closed by Asterisk")
    ours._up_from_thread(1)
    assert not ours.up
    assert told == []


def test_the_same_login_told_twice_is_one():
    ours, told = link()
    ours._up_from_thread(1)
    ours._up_from_thread(1)
    assert told == ["up"]
