"""What routing is told by config/routing.yaml: seats, queues, rosters, emergency plans."""

from datetime import date, time
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints
from pydantic.dataclasses import dataclass

from domain.record import STRICT
from domain.words import Utility

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,30}$")]
"""A name that reaches the dialplan: letters, digits and hyphens only, never digits alone."""

Digits = Annotated[str, StringConstraints(pattern=r"^\+?[0-9]{3,20}$")]
Seconds = Annotated[int, Field(ge=1, le=3600)]


def _quoted(value: object) -> object:
    if isinstance(value, int | float):
        raise ValueError('时刻请加引号，如 "20:00"')
    return value


def _of_the_city(value: time) -> time:
    if value.tzinfo is not None:
        raise ValueError("时刻一律为北京时间，不要写时区")
    return value


TimeOfDay = Annotated[time, BeforeValidator(_quoted), AfterValidator(_of_the_city)]
"""A wall time, quoted: YAML 1.1 reads an unquoted 20:00 as the number 1200, which would pass for 00:20."""


class SeatKind(StrEnum):
    """坐席: who sits there."""

    AGENT = "agent"
    LIAISON = "liaison"


class Days(StrEnum):
    """Which days a shift falls on, by the Chinese calendar (make-up working days are working days)."""

    ALL = "all"
    WORKING = "working"
    FREE = "free"


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Seat:
    """A seat: `utilities` for a liaison seat, `queues` it serves for an agent seat."""

    title: str
    kind: SeatKind
    utilities: tuple[Utility, ...] = ()
    queues: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Queue:
    """An agent queue. `strategy` is one of Asterisk's; `wait` seconds before overflow (`overflow` names another queue,
    None the all-busy message); `ring` seconds at one seat; `announce_every` seconds between position announcements."""

    title: str
    strategy: Annotated[str, StringConstraints(pattern=r"^(leastrecent|fewestcalls|rrmemory|random|ringall)$")] = (
        "leastrecent"
    )
    ring: Seconds = 15
    wait: Seconds = 180
    overflow: Name | None = None
    announce_every: Seconds = 30
    call_back: bool = True


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Shift:
    """A span of the day on which seats are on duty; `start` after `end` runs over midnight, equal times a whole day
    round; `heating` limits it to the heating season (True) or the rest of the year (False)."""

    days: Days = Days.ALL
    start: TimeOfDay
    end: TimeOfDay
    seats: tuple[Name, ...]
    heating: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Outside:
    """An outside number that may be rung for an emergency; whoever answers must press 1 to accept."""

    title: str
    number: Digits


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class EmergencyPlan:
    """Staggered ring for one utility (or `duty`, when none was chosen).

    The on-duty seats ring at 0 s, `neighbours` after `stagger` seconds, `outside` after twice that; after
    `ring_seconds` in all the call goes to `queue` in front of everyone. `while_ringing` is a prompt heard meanwhile.
    """

    roster: Name
    neighbours: tuple[Name, ...] = ()
    outside: Name | None = None
    stagger: Seconds = 3
    ring_seconds: Seconds = 20
    queue: Name
    while_ringing: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Season:
    """The heating season, month-day to month-day over the new year ("11-15" to "03-15")."""

    start: Annotated[str, StringConstraints(pattern=r"^\d\d-\d\d$")] = "11-15"
    end: Annotated[str, StringConstraints(pattern=r"^\d\d-\d\d$")] = "03-15"


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class RoutingConfig:
    """The whole of config/routing.yaml. `emergency` is keyed by a utility's name or `duty`; `holidays` and `workdays`
    add to or overrule the national calendar."""

    seats: dict[Name, Seat]
    queues: dict[Name, Queue]
    rosters: dict[Name, tuple[Shift, ...]]
    emergency: dict[Name, EmergencyPlan]
    outside: dict[Name, Outside] = Field(default_factory=dict)
    default_queue: Name
    emergency_priority: Annotated[int, Field(ge=1, le=1000)] = 100
    heating: Season = Field(default_factory=Season)
    holidays: tuple[date, ...] = ()
    workdays: tuple[date, ...] = ()

    def serving(self, queue: str) -> tuple[str, ...]:
        """Return the seats that serve a queue, in the order of config."""
        return tuple(name for name, seat in self.seats.items() if queue in seat.queues)
