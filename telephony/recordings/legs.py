"""Names of the files of a call in the spool ↔ values."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from telephony.recordings.journal import moment

_ID = r"[0-9A-Za-z.-]+"
_LEG = re.compile(rf"({_ID})_({_ID})_([0-9]{{1,14}})_(?:(caller|message)|(seat|outside)-([0-9A-Za-z_.+-]+))\.wav")
_JOURNAL = re.compile(rf"({_ID})\.call")


class Role(StrEnum):
    """Whose voice a leg holds."""

    CALLER = "caller"
    SEAT = "seat"
    OUTSIDE = "outside"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One recorded leg. `start_ms` is the epoch in milliseconds; `name` the seat or outside number, None otherwise."""

    linkedid: str
    uniqueid: str
    start_ms: int
    role: Role
    name: str | None = None

    @property
    def filename(self) -> str:
        """Return the name of the leg's file."""
        role = f"{self.role}-{self.name}" if self.name else str(self.role)
        return f"{self.linkedid}_{self.uniqueid}_{self.start_ms}_{role}.wav"

    @property
    def started(self) -> datetime:
        """Return when the recording of this leg began, in UTC."""
        return moment(self.start_ms)


def read_name(filename: str) -> Leg | None:
    """Return the leg that a file's name speaks of, or None where it is no leg's name."""
    match = _LEG.fullmatch(filename)
    if match is None:
        return None
    linkedid, uniqueid, start, alone, named, name = match.groups()
    return Leg(linkedid=linkedid, uniqueid=uniqueid, start_ms=int(start), role=Role(alone or named), name=name)


def journal_name(linkedid: str) -> str:
    """Return the name of a call's journal."""
    return f"{linkedid}.call"


def linkedid_of(filename: str) -> str | None:
    """Return the call that a spool file belongs to, or None where the name says nothing."""
    leg = read_name(filename)
    if leg:
        return leg.linkedid
    match = _JOURNAL.fullmatch(filename)
    return match[1] if match else None
