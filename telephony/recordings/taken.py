"""What is taken in of one call: facts, legs, recording."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.words import Utility
from telephony.recordings.legs import Role


class Kind(StrEnum):
    """A conversation, or a message left because nobody answered."""

    CALL = "call"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class SpoolFile:
    """A file as it was read: one that has grown since must not be discarded."""

    name: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenLeg:
    """A leg in the recording: it begins `offset` seconds into it and lasts `seconds`.

    `name` is the seat or outside number; `answered` is when the journal says that it was answered; `mute` means that
    nothing at all is to be heard in it, not even a room.
    """

    uniqueid: str
    role: Role
    name: str | None
    started: datetime
    offset: float
    seconds: float
    answered: datetime | None = None
    mute: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenRecording:
    """The merged file: `key` is its path in the recordings folder; `started` the moment of its first sample."""

    key: str
    sha256: str
    seconds: float
    kind: Kind
    started: datetime
    channels: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """One call as its files tell it; doing this twice gives the same value.

    `ani` is None when withheld; `ended` is a good guess where a crash kept the end from being written; `rung`, `route`,
    `queue` are those of the last decision. `wait_seconds` runs from the first decision to the first answer (or the
    message, or the end), `talk_seconds` from the first answer. `recording` is None where there was nothing to hear.
    `interrupted` means that Asterisk died with the call. `callback`, `called` and `promised` are the journal's.
    `files` are to be discarded once all this is committed; `notes` say in English what was odd.
    """

    linkedid: str
    ani: str | None
    dialled: str
    started: datetime
    ended: datetime
    keys: str = ""
    route: str | None = None
    rung: int | None = None
    emergency: bool = False
    utility: Utility | None = None
    queue: str | None = None
    priority: int | None = None
    seats: tuple[str, ...] = ()
    outage: int | None = None
    notice: str | None = None
    cause: int | None = None
    message: bool = False
    wait_seconds: float | None = None
    talk_seconds: float | None = None
    legs: tuple[TakenLeg, ...] = ()
    recording: TakenRecording | None = None
    interrupted: bool = False
    callback: str | None = None
    called: str = ""
    promised: bool = False
    files: tuple[SpoolFile, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def node(self) -> str:
        """Return Asterisk's systemname, which begins every linkedid; empty where it is not set."""
        return self.linkedid.rpartition("-")[0]
