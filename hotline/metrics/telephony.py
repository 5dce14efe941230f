"""What the telephony process counts: decisions, filed calls, the room as Asterisk shows it."""

from collections import Counter as Tally
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from routing.config import RoutingConfig
from routing.route import Route, SeatState
from telephony.recordings.taken import TakenIn

_DECISION = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0)
_FILED = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0)
_WAIT = (1.0, 3.0, 6.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0)
_REPAIRED, _PUT_ASIDE = "header put right", "quarantined"


class CallCounters:
    """`decided` takes a decision and how long it took, `filed` a finished call, `failed` one that was not filed."""

    def __init__(self, registry: CollectorRegistry, now: Callable[[], datetime]) -> None:
        self._now = now
        self._decisions = Histogram(
            "hotline_decision_seconds",
            "From the last key (or the first question's end) to the decision handed over",
            ["route"],
            buckets=_DECISION,
            registry=registry,
        )
        self._calls = Counter("hotline_calls", "Calls filed", ["route", "rung", "utility"], registry=registry)
        self._emergencies = Counter(
            "hotline_emergencies", "Emergency calls filed, by whether a person answered", ["utility", "answered"],
            registry=registry,
        )  # fmt: skip
        self._recordings = Counter("hotline_recordings", "What became of recordings", ["what"], registry=registry)
        self._filing = Histogram(
            "hotline_filed_seconds", "From the hang-up to the call in the database", buckets=_FILED, registry=registry
        )
        self._wait = Histogram(
            "hotline_wait_seconds", "From the decision to a person", ["route"], buckets=_WAIT, registry=registry
        )
        for what in ("filed", "repaired", "quarantined", "failed"):
            self._recordings.labels(what)

    def decided(self, route: Route, seconds: float) -> None:
        """Count a decision of the first rung."""
        self._decisions.labels(route.kind.value).observe(seconds)

    def filed(self, taken: TakenIn) -> None:
        """Count a finished call."""
        utility = taken.utility.value if taken.utility else ""
        route = taken.route or "hung_up"
        self._calls.labels(route, str(taken.rung or ""), utility).inc()
        if taken.emergency:
            self._emergencies.labels(utility, "yes" if taken.seats else "no").inc()
        if taken.recording is not None:
            self._recordings.labels("filed").inc()
        for note in taken.notes:
            if note.startswith(_REPAIRED):
                self._recordings.labels("repaired").inc()
            elif note.startswith(_PUT_ASIDE):
                self._recordings.labels("quarantined").inc()
        self._filing.observe(max(0.0, (self._now() - taken.ended).total_seconds()))
        if taken.seats and taken.wait_seconds is not None:
            self._wait.labels(route).observe(taken.wait_seconds)

    def failed(self, _linkedid: str) -> None:
        """Count a call that stays in the spool."""
        self._recordings.labels("failed").inc()


@dataclass(frozen=True, slots=True, eq=False)
class RoomCollector(Collector):
    """Seats by roster and state, callers waiting by queue, and whether Asterisk is heard at all."""

    routing: RoutingConfig
    seats: Callable[[], Mapping[str, SeatState]]
    waiting: Callable[[], Mapping[str, int]]
    heard: Callable[[], bool]

    def collect(self) -> Iterator[Metric]:
        """Yield the room as it is now."""
        yield GaugeMetricFamily("hotline_ami_up", "Whether Asterisk's events are heard", value=float(self.heard()))
        waiting = GaugeMetricFamily("hotline_queue_waiting", "Callers waiting for a person", labels=["queue"])
        here = self.waiting()
        for queue in self.routing.queues:
            waiting.add_metric([queue], float(here.get(queue, 0)))
        yield waiting
        seats = GaugeMetricFamily("hotline_seats", "Seats of a roster or queue by state", labels=["group", "state"])
        states = self.seats()
        for group, names in seat_groups(self.routing).items():
            tally = Tally(states.get(name, SeatState.UNKNOWN) for name in names)
            for state in SeatState:
                seats.add_metric([group, state.value], float(tally[state]))
        yield seats


def seat_groups(routing: RoutingConfig) -> dict[str, frozenset[str]]:
    """Return the seats of each roster, and those that serve each queue."""
    groups = {
        name: frozenset(seat for shift in shifts for seat in shift.seats) for name, shifts in routing.rosters.items()
    }
    queues = {
        queue: frozenset(name for name, seat in routing.seats.items() if queue in seat.queues)
        for queue in routing.queues
    }
    return {**groups, **queues}
