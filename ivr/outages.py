"""停供事件 as the conversation knows them: a snapshot in memory that somebody else keeps fresh."""

from dataclasses import dataclass
from datetime import datetime

from domain.words import Utility


@dataclass(frozen=True, slots=True)
class Outage:
    """A known failure: `area` is its Chinese name ("牡丹区"), `until` the aware moment it should be mended.

    `until` is None where nobody can say.
    """

    id: int
    utility: Utility
    area: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outages:
    """All known outages, the one to announce first standing first."""

    known: tuple[Outage, ...] = ()

    def of(self, utility: Utility) -> tuple[Outage, ...]:
        """Return the outages of one utility."""
        return tuple(outage for outage in self.known if outage.utility is utility)
