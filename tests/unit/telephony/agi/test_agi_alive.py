"""The look from outside tells a server that answers from one that is frozen, absent, or something else."""

import socket
import threading

import pytest
import structlog
from prometheus_client import CollectorRegistry
from twisted.internet.selectreactor import SelectReactor

from chaos.agi_peers import Behaviour, behind, closing, garbage, silent
from telephony.agi.alive import answers, greets
from telephony.agi.counters import AgiCounters
from telephony.agi.server import AgiServer
from telephony.agi.settings import AgiSettings


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("behave", [silent, garbage, closing])
def test_whoever_else_sits_there_does_not_count(behave: Behaviour) -> None:
    port = free_port()
    with behind(port, behave):
        assert not answers("127.0.0.1", port, 0.3)


def test_nobody_there_is_no_answer() -> None:
    assert not answers("127.0.0.1", free_port(), 0.3)


def test_a_greeting_is_asked_of_who_speaks_first() -> None:
    def manager(wire: socket.socket) -> None:
        wire.sendall(b"Asterisk Call Manager/11.0.0\r\n")

    port = free_port()
    with behind(port, manager):
        assert greets("127.0.0.1", port, 5, b"Asterisk Call Manager/")
        assert not greets("127.0.0.1", port, 5, b"SSH-2.0")


def test_our_own_server_answers_and_counts_no_session() -> None:
    reactor = SelectReactor()  # not the process's own, which runs once
    settings = AgiSettings(port=free_port())
    registry = CollectorRegistry()
    server = AgiServer({}, settings, reactor, AgiCounters(registry), structlog.get_logger())
    found: list[bool] = []

    def ask() -> None:
        found.extend(answers("127.0.0.1", settings.port, 10) for _ in range(3))
        reactor.callFromThread(server._port.stopListening)
        reactor.callFromThread(reactor.stop)

    server.listen(reactor)
    asker = threading.Thread(target=ask)
    reactor.callWhenRunning(asker.start)
    reactor.run(installSignalHandlers=False)
    asker.join()
    assert found == [True, True, True]
    assert registry.get_sample_value("agi_sessions_total", {"end": "done"}) is None
    assert registry.get_sample_value("agi_running") == 0
