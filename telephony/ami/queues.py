"""Who waits in which queue, and which place a caller had who left it: a call-back keeps that place. Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from telephony.ami.codec import Event

EVENTS = frozenset({"QueueCallerJoin", "QueueCallerLeave", "QueueCallerAbandon", "QueueEntry"})
"""The events that say something about callers in queues."""

_KEPT = 5000


@dataclass(frozen=True, slots=True)
class Place:
    """The place a caller had in a queue, 1 being the next to be served; `abandoned` when the caller hung up there."""

    queue: str
    position: int
    abandoned: bool = False


@dataclass(slots=True)
class QueueBoard:
    """Callers by uniqueid: those who wait, and the last 5,000 who left."""

    _waiting: dict[str, str] = field(default_factory=dict)
    _left: dict[str, Place] = field(default_factory=dict)

    def waiting(self) -> Mapping[str, int]:
        """Return how many callers wait in each queue that has any."""
        return Counter(self._waiting.values())

    def left(self, uniqueid: str) -> Place | None:
        """Return the place that a caller had who left a queue, None where that is not known."""
        return self._left.get(uniqueid)

    def forget(self) -> None:
        """Know nothing of who waits; the places of those who left are still true."""
        self._waiting.clear()

    def take(self, event: Event) -> None:
        """Learn from one event."""
        uniqueid, queue = event.fields.get("Uniqueid", ""), event.fields.get("Queue", "")
        if event.name not in EVENTS or not uniqueid or not queue:
            return
        if event.name in ("QueueCallerJoin", "QueueEntry"):
            self._waiting[uniqueid] = queue
            return
        self._waiting.pop(uniqueid, None)
        position = event.fields.get("Position", "")
        if position.isascii() and position.isdigit():
            self._keep(uniqueid, Place(queue, int(position[:9]), event.name == "QueueCallerAbandon"))

    def _keep(self, uniqueid: str, place: Place) -> None:
        """Asterisk tells an abandoned caller twice, as abandoned and as left; the first word stays."""
        earlier = self._left.get(uniqueid)
        if earlier is not None and earlier.queue == place.queue and earlier.abandoned:
            return
        self._left.pop(uniqueid, None)
        self._left[uniqueid] = place
        if len(self._left) > _KEPT:
            del self._left[next(iter(self._left))]
