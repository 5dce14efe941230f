"""The FastAGI listener: from a TCP connection to a script's coroutine, whatever the peer does."""

from collections.abc import Awaitable, Callable, Mapping
from socket import IPPROTO_TCP, SO_KEEPALIVE, SOL_SOCKET, TCP_NODELAY
from typing import cast

from structlog.contextvars import bind_contextvars
from structlog.typing import FilteringBoundLogger
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.python.failure import Failure

from ivr.phone import CallerHungUp
from telephony.agi.alive import ALIVE, ANSWER
from telephony.agi.codec import HeaderReader, Lines, ReplyReader, Request, TooLong
from telephony.agi.counters import AgiCounters
from telephony.agi.session import Session, SessionFailed
from telephony.agi.settings import AgiSettings
from telephony.reactor import Clock, Listener, Port, Timer, Wire

_GATHER_SECONDS = 0.002

Script = Callable[[Session], Awaitable[None]]
"""What is run for a call: it returns once the call is handed over."""


class AgiServer(Factory):
    """Runs `scripts[path]` for each connection that asks for agi://…/path, at most `settings.connections` at once."""

    noisy = False

    def __init__(
        self,
        scripts: Mapping[str, Script],
        settings: AgiSettings,
        clock: Clock,
        counters: AgiCounters,
        log: FilteringBoundLogger,
    ) -> None:
        self.scripts = scripts
        self.settings = settings
        self.clock = clock
        self.counters = counters
        self.log = log
        self.open: set[_Connection] = set()
        self._port: Port | None = None
        self._empty: Deferred[None] | None = None

    def listen(self, reactor: Listener) -> Port:
        """Start to listen; raises twisted's CannotListenError where the port is taken."""
        settings = self.settings
        self._port = port = reactor.listenTCP(settings.port, self, settings.backlog, settings.host)
        # Linux hands a listener's options down to what it accepts: two system calls less for every call.
        port.socket.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        port.socket.setsockopt(SOL_SOCKET, SO_KEEPALIVE, 1)
        return port

    def buildProtocol(self, addr: IAddress | None) -> "_Connection":  # noqa: ARG002
        """Return the conversation for a new connection."""
        return _Connection(self)

    async def stop(self) -> None:
        """Stop listening; let running sessions finish for up to `settings.stop` seconds, then end them."""
        if self._port is not None:
            port, self._port = self._port, None
            stopped = port.stopListening()
            if stopped is not None:
                await stopped
        if self.open:
            self._empty = Deferred()
            limit = self.clock.callLater(self.settings.stop, self._end_all)
            await self._empty
            if limit.active():
                limit.cancel()

    def closed(self, connection: "_Connection") -> None:
        """Take note that a connection is gone."""
        self.open.discard(connection)
        if not self.open and self._empty is not None:
            empty, self._empty = self._empty, None
            empty.callback(None)

    def _end_all(self) -> None:
        self.log.warning("sessions ended because the server stops", sessions=len(self.open))
        for connection in tuple(self.open):
            connection.drop(SessionFailed("the server stops"))


class _Connection(Protocol):
    """One connection: header, then a session whose script runs until it is done or the peer is gone."""

    def __init__(self, server: AgiServer) -> None:
        settings = server.settings
        self._server = server
        self._settings = settings
        self._lines = Lines(max(settings.header_bytes, settings.reply_bytes))
        self._header = HeaderReader(settings.header_lines, settings.header_bytes)
        self._replies = ReplyReader()
        self._session: Session | None = None
        self._limit: Timer | None = None
        self._gone = False
        self._direct = True

    def connectionMade(self) -> None:
        """Admit the peer, or close at once where there is no room: the dialplan then tries its next rung."""
        server = self._server
        self._wire = cast(Wire, self.transport)
        handle = self._wire.getHandle()
        self._send_now, self._receive_now = handle.send, handle.recv
        if len(server.open) >= self._settings.connections:
            server.counters.turned_away.labels("full").inc()
            server.log.error("no room for another AGI session", running=len(server.open))
            self._wire.abortConnection()
            return
        server.open.add(self)
        # Asterisk writes its header in twenty pieces; taking up each one would cost more than deciding the call.
        self._wire.pauseProducing()
        self._limit = server.clock.callLater(_GATHER_SECONDS, self._listen)

    def _listen(self) -> None:
        """Take what has gathered, usually the whole header, at once; whatever follows comes from the reactor."""
        self._wire.resumeProducing()
        try:
            gathered = self._receive_now(self._settings.header_bytes)
        except OSError:  # nothing yet, or broken: the reactor finds out which
            gathered = b""
        if gathered:
            self.dataReceived(gathered)
        if self._session is None and not self._gone:
            self._limit = self._server.clock.callLater(self._settings.header, self._turn_away, "slow header")

    def dataReceived(self, data: bytes) -> None:
        """Split what came into lines: header first, replies from then on."""
        if self._gone:
            return
        try:
            lines = self._lines.feed(data)
            if self._session is None:
                lines = self._read_header(lines)
        except TooLong as error:
            self._too_long(error)
            return
        if self._session is not None and lines:
            self._session.received([self._replies.feed(line) for line in lines])

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: ARG002
        """End the session, if there is one, as hung up: Asterisk closes when the call is over."""
        self._gone = True
        self._cancel_limit()
        if self._session is not None:
            self._session.end(CallerHungUp())
        elif self in self._server.open:
            self._server.counters.turned_away.labels("probe").inc()
        self._server.closed(self)

    def drop(self, why: Exception) -> None:
        """End the session and cut the connection."""
        if self._session is not None:
            self._session.end(why)
        self._wire.abortConnection()

    def _read_header(self, lines: list[bytes]) -> list[bytes]:
        for number, line in enumerate(lines, start=1):
            request = self._header.feed(line)
            if request is not None:
                self._begin(request)
                return lines[number:]
        return []

    def _begin(self, request: Request) -> None:
        self._cancel_limit()
        if request.script == ALIVE:
            self._send(ANSWER)
            self._close()
            return
        script = self._server.scripts.get(request.script)
        log = self._server.log.bind(linkedid=request.linkedid, script=request.script[:80])
        if script is None:
            log.error("no such AGI script")
            self._turn_away("unknown script")
            return
        clock = self._server.clock
        session = Session(request, self._send, clock, self._settings.answer)
        self._session = session
        self._limit = clock.callLater(self._settings.session, self.drop, SessionFailed("the session took too long"))
        Deferred.fromCoroutine(self._run(script, session, log))

    async def _run(self, script: Script, session: Session, log: FilteringBoundLogger) -> None:
        # Whatever the script and what it calls writes into the log carries the call's id: the coroutine's own context.
        bind_contextvars(linkedid=session.request.linkedid)
        counters, clock = self._server.counters, self._server.clock
        begun = clock.seconds()
        counters.running.inc()
        try:
            await script(session)
        except CallerHungUp:
            end = "hung_up"
            log.info("caller hung up")
        except SessionFailed as error:
            end = "failed"
            log.error("AGI session failed", why=str(error))
        except Exception:  # the session's edge: whatever went wrong, the dialplan's next rung has the call
            end = "failed"
            log.exception("AGI script failed")
        else:
            end = "done"
        own = clock.seconds() - begun - session.waited
        counters.running.dec()
        counters.sessions.labels(end).inc()
        counters.own_seconds.observe(own)
        log.debug("AGI session over", end=end, own_ms=round(own * 1000, 2))  # the counters say it; a line costs 0.2 ms
        session.end(SessionFailed("the session is over"))
        self._close()

    def _send(self, line: bytes) -> None:
        """Hand a command to the kernel at once; the reactor's own way costs another turn of its loop and two more
        system calls for every command. What the kernel does not take goes that way, and all that follows."""
        if not self._direct:
            self._wire.write(line)
            return
        try:
            sent = self._send_now(line)
        except OSError:  # full, or broken: the reactor finds out which
            sent = 0
        if sent < len(line):
            self._direct = False
            self._wire.write(line[sent:])

    def _close(self) -> None:
        """Close politely, and cut the line if the peer will not take what is left."""
        self._cancel_limit()
        if self._gone:
            return
        if not self._direct:
            self._limit = self._server.clock.callLater(self._settings.close, self._wire.abortConnection)
        self._wire.loseConnection()

    def _too_long(self, error: TooLong) -> None:
        self._server.log.warning("a peer sent too much", what=str(error))
        if self._session is None:
            self._turn_away("too long")
        else:
            self.drop(SessionFailed(str(error)))

    def _turn_away(self, why: str) -> None:
        self._server.counters.turned_away.labels(why).inc()
        self._gone = True
        self._server.closed(self)
        self._wire.abortConnection()

    def _cancel_limit(self) -> None:
        if self._limit is not None and self._limit.active():
            self._limit.cancel()
