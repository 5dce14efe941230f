"""What each seat is doing, from device states and queue memberships. Pure: events in, states out."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from routing.route import SeatState
from telephony.ami.codec import Event

EVENTS = frozenset(
    {
        "DeviceStateChange",
        "QueueMember",
        "QueueMemberAdded",
        "QueueMemberPause",
        "QueueMemberRemoved",
        "QueueMemberStatus",
    }
)
"""The events that say something about seats."""

_TECHNOLOGY = "PJSIP/"
_BY_NAME = {
    "NOT_INUSE": SeatState.FREE,
    "INUSE": SeatState.BUSY,
    "BUSY": SeatState.BUSY,
    "ONHOLD": SeatState.BUSY,
    "RINGINUSE": SeatState.BUSY,
    "RINGING": SeatState.RINGING,
    "UNAVAILABLE": SeatState.GONE,
    "INVALID": SeatState.GONE,
    "UNKNOWN": SeatState.UNKNOWN,
}
_BY_NUMBER = {
    "0": SeatState.UNKNOWN,
    "1": SeatState.FREE,
    "2": SeatState.BUSY,
    "3": SeatState.BUSY,
    "4": SeatState.GONE,
    "5": SeatState.GONE,
    "6": SeatState.RINGING,
    "7": SeatState.BUSY,
    "8": SeatState.BUSY,
}
"""Device states as queue events number them (enum ast_device_state)."""


@dataclass(slots=True)
class SeatBoard:
    """The seats of the configuration, whose names are those of their PJSIP endpoints; all others are passed over.

    A seat that nothing was told of is UNKNOWN. A free seat that is paused in every queue it serves is PAUSED. A seat
    that takes one call at a time (`device_state_busy_at=1`) is BUSY as soon as it rings.
    """

    seats: Collection[str]
    _devices: dict[str, SeatState] = field(default_factory=dict)
    _paused: dict[str, dict[str, bool]] = field(default_factory=dict)

    def states(self) -> Mapping[str, SeatState]:
        """Return what each seat is doing, as a value of its own."""
        return MappingProxyType({seat: self._state(seat) for seat in self.seats})

    def forget(self) -> None:
        """Know nothing any more: what an Asterisk said that is out of reach must keep nobody from being rung."""
        self._devices.clear()
        self._paused.clear()

    def take(self, event: Event) -> None:
        """Learn from one event; one that says nothing of a seat of ours changes nothing."""
        fields = event.fields
        if event.name == "DeviceStateChange":
            self._device(fields.get("Device", ""), _BY_NAME.get(fields.get("State", "")))
        elif event.name in EVENTS:
            self._member(event)

    def _device(self, device: str, state: SeatState | None) -> str | None:
        seat = device.removeprefix(_TECHNOLOGY)
        if seat == device or seat not in self.seats:
            return None
        if state is not None:
            self._devices[seat] = state
        return seat

    def _member(self, event: Event) -> None:
        fields = event.fields
        device = fields.get("StateInterface") or fields.get("Interface") or fields.get("Location") or ""
        seat = self._device(device, _BY_NUMBER.get(fields.get("Status", "")))
        if seat is None:
            return
        queues = self._paused.setdefault(seat, {})
        queue = fields.get("Queue", "")
        if event.name == "QueueMemberRemoved":
            queues.pop(queue, None)
        elif "Paused" in fields:
            queues[queue] = fields["Paused"] == "1"

    def _state(self, seat: str) -> SeatState:
        state = self._devices.get(seat, SeatState.UNKNOWN)
        queues = self._paused.get(seat)
        if state is SeatState.FREE and queues and all(queues.values()):
            return SeatState.PAUSED
        return state
