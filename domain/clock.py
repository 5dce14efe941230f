"""Time as a value that is passed in: kept in UTC, shown in Asia/Shanghai."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Anything that can tell the time."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the machine's time in UTC."""
        return datetime.now(UTC)


@dataclass(slots=True)
class FixedClock:
    """A clock that stands still until it is set (tests, `hotline route explain --at`)."""

    moment: datetime

    def now(self) -> datetime:
        """Return the moment that was set, in UTC."""
        return self.moment.astimezone(UTC)


def local(moment: datetime) -> datetime:
    """Return an aware moment as wall time of the city."""
    return moment.astimezone(SHANGHAI)
