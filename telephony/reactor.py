"""What we need of twisted's reactor, as types: its own are zope interfaces, which a type checker cannot follow."""

from collections.abc import Callable
from socket import socket
from typing import Any, Protocol

from twisted.internet.defer import Deferred
from twisted.internet.protocol import Factory


class Timer(Protocol):
    """A call that is due later (IDelayedCall)."""

    def active(self) -> bool: ...
    def cancel(self) -> None: ...
    def reset(self, delay: float) -> None: ...
    def getTime(self) -> float: ...


class Clock(Protocol):
    """The reactor's time (IReactorTime)."""

    def seconds(self) -> float: ...
    def callLater(self, delay: float, function: Callable[..., Any], /, *args: Any) -> Timer: ...


class Wire(Protocol):
    """A TCP connection (ITCPTransport)."""

    def write(self, data: bytes) -> None: ...
    def loseConnection(self) -> None: ...
    def abortConnection(self) -> None: ...
    def pauseProducing(self) -> None: ...
    def resumeProducing(self) -> None: ...
    def getHandle(self) -> socket: ...


class Port(Protocol):
    """A listening TCP port (IListeningPort)."""

    socket: socket

    def getHost(self) -> Any: ...
    def stopListening(self) -> Deferred[None] | None: ...


class Listener(Protocol):
    """The part of the reactor that listens (IReactorTCP)."""

    def listenTCP(self, port: int, factory: Factory, backlog: int, interface: str) -> Port: ...


class Reactor(Clock, Protocol):
    """Time, and the door from other threads into the reactor's (IReactorFromThreads)."""

    def callFromThread(self, function: Callable[..., Any], /, *args: Any) -> None: ...
