"""When finished calls are filed: soon after a hang-up, but never so often or so hard that a caller would feel it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from structlog.typing import FilteringBoundLogger
from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThread

from hotline.filing import Filing, Swept
from store.errors import StoreError
from telephony.ami.codec import Event
from telephony.ami.events import HANGUP
from telephony.reactor import Clock

_AFTER_HANGUP = 0.3
_STORE_AGAIN = 5.0


@dataclass(slots=True)
class Bell:
    """Calls `answer` a while after each ring: `delay` seconds at least, and not more often than that."""

    clock: Clock
    delay: float
    answer: Callable[[], None]
    _pending: bool = False
    _again: bool = False

    def ring(self) -> None:
        """Ask for a look; rings before it comes share one look after it."""
        if self._pending:
            self._again = True
            return
        self._pending = True
        self.clock.callLater(self.delay, self._due)

    def _due(self) -> None:
        again, self._pending, self._again = self._again, False, False
        if again:
            self.ring()
        self.answer()


@dataclass(slots=True)
class Cabinet:
    """Files finished calls: soon after a hang-up, and at every sweep. One sweep at a time, in a thread.

    While the database does not take calls they stay in the spool, and only one of them is tried every few seconds: that
    work would be done over and over, beside the callers.
    """

    filing: Filing
    clock: Clock
    log: FilteringBoundLogger
    in_thread: Callable[..., Deferred[Any]] = deferToThread
    swept: Callable[[Swept], object] = lambda _: None
    _bells: tuple[Bell, ...] = field(init=False)
    _running: bool = False
    _wanted: bool = False
    _not_before: float = 0.0

    def __post_init__(self) -> None:
        # The second look is for legs that are only settled a while after the hang-up.
        delays = (_AFTER_HANGUP, _AFTER_HANGUP + self.filing.settings.settle_seconds)
        self._bells = tuple(Bell(self.clock, delay, self._look) for delay in delays)

    def heard(self, event: Event) -> None:
        """Take a hang-up as the reason to look soon."""
        if event.name == HANGUP:
            self.look_soon()

    def look_soon(self) -> None:
        """Look soon: calls have ended, or Asterisk is back and those of the one before it are over."""
        for bell in self._bells:
            bell.ring()

    async def sweep(self) -> None:
        """File what is finished; who asks while a sweep runs is served by another one after it."""
        if self._running:
            self._wanted = True
            return
        if self.clock.seconds() < self._not_before:
            return
        self._running = True
        try:
            swept = await self.in_thread(self.filing.sweep)
        except (StoreError, OSError) as error:
            self.log.error("sweep failed, the calls stay in the spool", why=str(error))
        else:
            self.swept(swept)
            if swept.store_failed:
                self._not_before = self.clock.seconds() + _STORE_AGAIN
                self.clock.callLater(_STORE_AGAIN, self._look)
        finally:
            self._running = False
        if self._wanted:
            self._wanted = False
            await self.sweep()

    async def upkeep(self) -> None:
        """Do what retention asks."""
        try:
            await self.in_thread(self.filing.upkeep)
        except (StoreError, OSError) as error:
            self.log.error("upkeep failed", why=str(error))

    def _look(self) -> None:
        Deferred.fromCoroutine(self.sweep())
