"""The AMI link as the rest of the process sees it: coroutines and events in the reactor's thread, all within limits."""

import itertools
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar, cast

from structlog.typing import FilteringBoundLogger
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorFromThreads
from twisted.internet.threads import deferToThreadPool
from twisted.python.threadpool import ThreadPool

from telephony.ami.client import OURS, GuardedClient
from telephony.ami.codec import Event, Response, action
from telephony.ami.events import SHUTDOWN
from telephony.ami.settings import AmiSettings
from telephony.reactor import Reactor, Timer

P = ParamSpec("P")
T = TypeVar("T")

_MOST_EVENTS = 20_000
_ALWAYS = frozenset({SHUTDOWN})


class AmiUnavailable(Exception):
    """Asterisk's manager cannot be asked now: not connected, or no answer within the limit."""


class AmiRefused(Exception):
    """Asterisk answered an action with an error."""


@dataclass(slots=True)
class _Asked:
    """An action that is out: its answer, and the events that came with it where it asked for a list."""

    answer: Deferred[tuple[Response, tuple[Event, ...]]]
    listing: bool
    timer: Timer | None = None
    response: Response | None = None
    events: list[Event] = field(default_factory=list)


class AmiLink:
    """Connected to Asterisk's manager, over every restart of it, from `start` to `stop`.

    Events named in `wanted` go to `on_event`; all others are dropped before they reach the reactor. `on_up` is called
    after each login, `on_down` after each loss of the connection, always in turns.
    """

    def __init__(
        self,
        settings: AmiSettings,
        secret: str,
        reactor: Reactor,
        log: FilteringBoundLogger,
        wanted: Collection[str],
        on_event: Callable[[Event], None],
        on_up: Callable[[], None] = lambda: None,
        on_down: Callable[[], None] = lambda: None,
    ) -> None:
        self._settings = settings
        self._secret = secret
        self._reactor = reactor
        self._log = log
        self._wanted = frozenset(wanted) | _ALWAYS
        self._on_event = on_event
        self._on_up = on_up
        self._on_down = on_down
        self._client = GuardedClient(settings, self._from_thread, self._up_from_thread, self._lost_from_thread)
        self._pool = ThreadPool(0, 1, "ami")
        self._numbers = itertools.count(1)
        self._asked: dict[str, _Asked] = {}
        self._retry: Timer | None = None
        self._running = False
        self._lost_connection = 0
        self._connection = 0

    @property
    def up(self) -> bool:
        """Tell whether actions can be asked for now."""
        return self._connection > self._lost_connection

    def start(self) -> None:
        """Begin to connect; returns at once."""
        self._running = True
        self._pool.start()
        Deferred.fromCoroutine(self._log_in(self._settings.retry))

    async def stop(self) -> None:
        """Disconnect for good."""
        self._running = False
        if self._retry is not None and self._retry.active():
            self._retry.cancel()
        await self._in_thread(self._client.stop)
        self._lost(self._connection, "stopped")
        self._pool.stop()

    async def action(self, name: str, **fields: str) -> Response:
        """Carry out one action; raises AmiUnavailable, AmiRefused, and ValueError for fields that cannot be sent."""
        return (await self._ask(name, fields, listing=False))[0]

    async def listing(self, name: str, **fields: str) -> tuple[Event, ...]:
        """Carry out an action that answers with a list, and return its events, the closing one left out."""
        return (await self._ask(name, fields, listing=True))[1]

    async def _ask(self, name: str, fields: dict[str, str], listing: bool) -> tuple[Response, tuple[Event, ...]]:
        number = f"{OURS}{next(self._numbers)}"
        text = action(name, {"ActionID": number, **fields})
        if not self.up:
            raise AmiUnavailable("not connected to AMI")
        asked = _Asked(Deferred(), listing)
        self._asked[number] = asked
        asked.timer = self._reactor.callLater(
            self._settings.answer, self._fail, number, AmiUnavailable(f"no answer to {name}")
        )
        sent = self._in_thread(self._client.send, text)
        sent.addErrback(lambda failure: self._fail(number, AmiUnavailable(str(failure.value))))
        return await asked.answer

    async def _log_in(self, delay: float) -> None:
        """Try until it works once; from then on AutoReconnect takes care."""
        try:
            welcome = await self._in_thread(self._client.log_in, self._secret)
            why = "refused, or no answer"
        except OSError as error:
            welcome, why = False, str(error)
        if welcome or not self._running:
            return
        self._log.warning("cannot log in to AMI yet", why=why, retry_in=delay)
        later = min(delay * 2, self._settings.retry_most)
        self._retry = self._reactor.callLater(delay, lambda: Deferred.fromCoroutine(self._log_in(later)))

    def _in_thread(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Deferred[T]:
        """Run what may block in the link's own thread; one at a time, in order."""
        reactor = cast(IReactorFromThreads, self._reactor)
        return deferToThreadPool(reactor, self._pool, function, *args, **kwargs)

    def _from_thread(self, said: Event | Response) -> None:
        """Sort out in the library's thread what need not cross over."""
        ours = said.fields.get("ActionID", "")
        if isinstance(said, Response) or ours.startswith(OURS):
            self._reactor.callFromThread(self._answered, ours, said)
        elif said.name in self._wanted:
            self._reactor.callFromThread(self._happened, said)

    def _up_from_thread(self, connection: int) -> None:
        self._reactor.callFromThread(self._logged_in, connection)

    def _lost_from_thread(self, connection: int, why: str) -> None:
        self._reactor.callFromThread(self._lost, connection, why)

    def _logged_in(self, connection: int) -> None:
        if not self._running or connection <= max(self._connection, self._lost_connection):
            return
        self._lost(connection - 1, "replaced")
        self._connection = connection
        self._log.info("logged in to AMI", connection=connection)
        self._on_up()

    def _lost(self, connection: int, why: str) -> None:
        was_up = self.up
        self._lost_connection = max(self._lost_connection, connection)
        if was_up and not self.up:
            for number in tuple(self._asked):
                self._fail(number, AmiUnavailable(f"AMI connection lost: {why}"))
            self._log.warning("AMI connection lost", why=why, connection=connection)
            self._on_down()

    def _happened(self, event: Event) -> None:
        if self._running and event.name in self._wanted:
            self._on_event(event)

    def _answered(self, number: str, said: Event | Response) -> None:
        asked = self._asked.get(number)
        if asked is None:
            return
        if isinstance(said, Response):
            if said.refused:
                self._fail(number, AmiRefused(said.fields.get("Message", "no reason given")))
                return
            asked.response = said
            ended = not asked.listing
        else:
            ended = said.fields.get("EventList", "").lower() in ("complete", "cancelled")
            if not ended and len(asked.events) < _MOST_EVENTS:
                asked.events.append(said)
        if ended and asked.response is not None:
            self._close(number)
            asked.answer.callback((asked.response, tuple(asked.events)))

    def _fail(self, number: str, why: Exception) -> None:
        asked = self._close(number)
        if asked is not None:
            asked.answer.errback(why)

    def _close(self, number: str) -> _Asked | None:
        asked = self._asked.pop(number, None)
        if asked is not None and asked.timer is not None and asked.timer.active():
            asked.timer.cancel()
        return asked
