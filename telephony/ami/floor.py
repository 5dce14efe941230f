"""The room as Asterisk sees it: seats and queues, read whole after each login and kept by events from then on."""

from collections.abc import Callable, Collection, Mapping

from structlog.typing import FilteringBoundLogger
from twisted.internet.defer import Deferred

from routing.route import SeatState
from telephony.ami import queues, seats
from telephony.ami.codec import Event
from telephony.ami.link import AmiLink, AmiRefused, AmiUnavailable
from telephony.ami.queues import QueueBoard
from telephony.ami.seats import SeatBoard
from telephony.ami.settings import AmiSettings
from telephony.reactor import Reactor, Timer

_LISTS = ("DeviceStateList", "QueueStatus")


class Floor:
    """Keeps a SeatBoard and a QueueBoard over one AmiLink.

    `seats_known` names the seats of the configuration. Events in `wanted` besides go to `on_event`;
    `on_up` is called after each login. While Asterisk
    cannot be heard every seat is UNKNOWN, which routing counts as worth ringing.
    """

    def __init__(
        self,
        settings: AmiSettings,
        secret: str,
        reactor: Reactor,
        log: FilteringBoundLogger,
        seats_known: Collection[str],
        wanted: Collection[str] = (),
        on_event: Callable[[Event], None] = lambda _: None,
        on_up: Callable[[], None] = lambda: None,
    ) -> None:
        self.seats = SeatBoard(frozenset(seats_known))
        self.queues = QueueBoard()
        self._settings = settings
        self._reactor = reactor
        self._log = log
        self._wanted = frozenset(wanted)
        self._on_event = on_event
        self._on_up = on_up
        self._meanwhile: list[Event] | None = None
        self._again: Timer | None = None
        self.link = AmiLink(
            settings,
            secret,
            reactor,
            log,
            seats.EVENTS | queues.EVENTS | self._wanted,
            self._take,
            on_up=self._logged_in,
            on_down=self._forget,
        )

    def states(self) -> Mapping[str, SeatState]:
        """Return what each seat is doing."""
        return self.seats.states()

    def start(self) -> None:
        """Begin to connect; returns at once."""
        self.link.start()

    async def stop(self) -> None:
        """Disconnect for good."""
        self._do_not_read_again()
        await self.link.stop()

    def _take(self, event: Event) -> None:
        if self._meanwhile is not None:
            self._meanwhile.append(event)
        self._learn(event)
        if event.name in self._wanted:
            self._on_event(event)

    def _learn(self, event: Event) -> None:
        self.seats.take(event)
        self.queues.take(event)

    def _forget(self) -> None:
        self._do_not_read_again()
        self._meanwhile = None
        self.seats.forget()
        self.queues.forget()

    def _logged_in(self) -> None:
        self._begin_to_read()
        self._on_up()

    def _begin_to_read(self) -> None:
        Deferred.fromCoroutine(self._read())

    async def _read(self) -> None:
        """Read all states. What events told meanwhile is newer than what the lists say, so it is taken once more."""
        self._meanwhile = []
        try:
            told = [event for name in _LISTS for event in await self.link.listing(name)]
        except (AmiUnavailable, AmiRefused) as error:
            self._meanwhile = None
            self._log.warning("cannot read seats and queues", why=str(error))
            if self.link.up:
                self._again = self._reactor.callLater(self._settings.retry_most, self._begin_to_read)
            return
        newer, self._meanwhile = self._meanwhile or [], None
        self._forget()
        for event in (*told, *newer):
            self._learn(event)
        self._log.info("seats and queues read", events=len(told))

    def _do_not_read_again(self) -> None:
        if self._again is not None and self._again.active():
            self._again.cancel()
