"""Whom to call back now: entries, seats and lines in, a choice out. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.clock import local
from routing.config import RoutingConfig
from routing.route import SeatState
from store.records import CallbackReason, CallbackRecord, CallbackState
from telephony.ami.codec import Event
from telephony.asterisk.settings import CallBackSettings

ENTRY = "HL_ENTRY"
"""The channel variable that names the entry a channel was made for."""

_TRUNK = "PJSIP/trunk-"


@dataclass(frozen=True, slots=True)
class Channels:
    """What Asterisk has up: trunk lines in use, and the entries whose channels are there."""

    lines: int
    entries: frozenset[int]


@dataclass(frozen=True, slots=True)
class Floor:
    """What call-backs must make way for: trunk lines in use, callers in each queue, what each seat is doing."""

    lines: int
    waiting: Mapping[str, int]
    seats: Mapping[str, SeatState]


def channels(told: Iterable[Event]) -> Channels:
    """Return what AMI's list `Status`, asked for the variable HL_ENTRY, says."""
    lines, entries = 0, set()
    for event in told:
        lines += event.fields.get("Channel", "").startswith(_TRUNK)
        for variable in event.fields.get("Variable", "").split("\n"):
            name, _, value = variable.partition("=")
            if name.strip() == ENTRY and value.isascii() and value.isdigit() and len(value) < 19:
                entries.add(int(value))
    return Channels(lines, frozenset(entries))


def is_place(entry: CallbackRecord, settings: CallBackSettings, now: datetime) -> bool:
    """Tell whether an entry is a place in the queue that was promised a while ago, and not tried yet."""
    young = now - entry.asked < timedelta(minutes=settings.keep_minutes)
    return entry.reason is CallbackReason.ASKED and entry.attempts == 0 and young


def queue_of(entry: CallbackRecord, routing: RoutingConfig) -> str:
    """Return the queue whose seats call back."""
    return entry.queue if entry.queue in routing.queues else routing.default_queue


def choose(
    entries: Sequence[CallbackRecord], floor: Floor, settings: CallBackSettings, routing: RoutingConfig, now: datetime
) -> Iterator[CallbackRecord]:
    """Yield the entries to call back now, in their order.

    A kept place goes back into the queue at once: it takes no line before its turn. All others need free lines, and,
    but for emergencies, whose duty seats ring at any hour, an hour of the day and a seat that nobody waits for.
    """
    out = sum(entry.state is CallbackState.PLACED and not is_place(entry, settings, now) for entry in entries)
    lines = floor.lines
    idle = {queue: _idle(queue, floor, routing) - settings.spare_seats for queue in routing.queues}
    for entry in entries:
        if entry.state is not CallbackState.WAITING or entry.due is None or entry.due > now:
            continue
        if is_place(entry, settings, now):
            yield entry
            continue
        if out >= settings.most or lines >= settings.lines - settings.keep_free:
            return
        if not entry.emergency:
            queue = queue_of(entry, routing)
            if idle[queue] < 1 or not (entry.forced or in_hours(settings, now)):
                continue
            idle[queue] -= 1
        out, lines = out + 1, lines + 1
        yield entry


def in_hours(settings: CallBackSettings, now: datetime) -> bool:
    """Tell whether citizens may be rung at this time of the day."""
    return settings.start <= local(now).time() < settings.end


def _idle(queue: str, floor: Floor, routing: RoutingConfig) -> int:
    """Return how many seats of a queue have nothing to do; none where anybody waits in it."""
    if floor.waiting.get(queue, 0):
        return 0
    return sum(floor.seats.get(seat) is SeatState.FREE for seat in routing.serving(queue))
