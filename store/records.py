"""What the store takes and gives: plain frozen values, no rows, no sessions."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from cases.draft import DraftCase
from domain.words import Urgency, Utility

_STORAGE_KEY = re.compile(r"[0-9A-Za-z._-]+(/[0-9A-Za-z._-]+)*")


class LegRole(StrEnum):
    """Whose voice a leg's file holds."""

    CALLER = "caller"
    SEAT = "seat"
    OUTSIDE = "outside"
    MESSAGE = "message"


class RecordingKind(StrEnum):
    """A conversation, or a message left because nobody answered."""

    CALL = "call"
    MESSAGE = "message"


class DraftState(StrEnum):
    """What a person has made of a draft."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    DISCARDED = "discarded"


class CallbackState(StrEnum):
    """How far a call-back has come.

    WAITING for its moment; PLACED in Asterisk, under a lease; BY_HAND, where the machine gave up and a person has to;
    DONE, the citizen was spoken to; CANCELLED, dropped by a person.
    """

    WAITING = "waiting"
    PLACED = "placed"
    BY_HAND = "by_hand"
    DONE = "done"
    CANCELLED = "cancelled"


class CallbackReason(StrEnum):
    """Why a citizen is owed a call: asked for it in the queue, was missed, left a message, or was cut off."""

    ASKED = "asked"
    MISSED = "missed"
    MESSAGE = "message"
    INTERRUPTED = "interrupted"


class Topic(StrEnum):
    """What an event in the outbox tells the desk."""

    CALL_ENDED = "call.ended"
    RECORDING_FILED = "recording.filed"
    RECORDING_DELETED = "recording.deleted"
    DRAFT_READY = "draft.ready"
    JOB_GIVEN_UP = "job.given_up"
    EMERGENCY_HEARD = "emergency.heard"
    EMERGENCY_ACKNOWLEDGED = "emergency.acknowledged"
    OUTAGE_CHANGED = "outage.changed"
    CALLBACK_CHANGED = "callback.changed"
    EMERGENCY_MISSED = "emergency.missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """One call as it is kept. Times are aware; `ani` is None when withheld.

    `rung` says who decided: 1 FastAGI, 2 classic AGI, 3 dialplan; `route` is emergency, agents or message, None where
    the caller hung up first; `notice` says how much of the recording notice was heard; `cause` is the hang-up cause.
    """

    linkedid: str
    node: str
    ani: str | None
    dialled: str
    started: datetime
    ended: datetime | None = None
    keys: str = ""
    utility: Utility | None = None
    emergency: bool = False
    queue: str | None = None
    priority: int | None = None
    rung: int | None = None
    route: str | None = None
    outage: int | None = None
    wait_seconds: float | None = None
    talk_seconds: float | None = None
    notice: str | None = None
    cause: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LegRecord:
    """One leg of a call; `seat` names the seat or outside number in config, None for the caller's own leg."""

    uniqueid: str
    role: LegRole
    seat: str | None = None
    started: datetime
    answered: datetime | None = None
    ended: datetime | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingRecord:
    """One merged recording; `id` is the call's linkedid, `storage_key` its path relative to the recordings folder."""

    id: str
    storage_key: str
    sha256: str
    seconds: float
    channels: int
    kind: RecordingKind
    started: datetime
    node: str
    legal_hold: bool = False
    deleted_at: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse a key that leads out of the recordings folder; raises ValueError."""
        if not _STORAGE_KEY.fullmatch(self.storage_key) or ".." in self.storage_key.split("/"):
            raise ValueError(f"not a path inside the recordings folder: {self.storage_key!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRecord:
    """A draft case as it lies on the desk; `case_no` stays None until a person confirms it."""

    id: int
    linkedid: str
    case: DraftCase
    state: DraftState
    urgency: Urgency
    created: datetime
    case_no: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRecord:
    """An emergency heard in a call that had not taken the emergency way; `draft` is the draft's number.

    `second` of the audio is None where no one place tells it; `acknowledged` is None as long as nobody sees to it.
    """

    draft: int
    linkedid: str
    hazards: tuple[str, ...]
    second: float | None
    why: str
    raised: datetime
    acknowledged: datetime | None = None
    acknowledged_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageRecord:
    """停供事件: one known failure. `until` is an estimate; it lasts until `ended` is set."""

    id: int
    utility: Utility
    area: str
    since: datetime
    until: datetime | None
    text: str
    ended: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackRecord:
    """漏接回拨: a citizen who is owed a call. One entry a number as long as it is open.

    `linkedid` is the first call that it is owed for, `calls` how many there were by now, `latest` when the last of them
    began. `position` is the place kept in `queue` (0: none). `due` is when it may be rung next; `attempts` counts those
    that the citizen did not answer, `turn` every placing. `holder`, `lease` and `boot` (Asterisk's, see `Journal and
    legs`) belong to a placed one. `said` is what the last attempt ended as, `answered_by` the call that settled it,
    `why` a person's words, `forced` a person's wish to ring now.
    """

    id: int
    linkedid: str
    ani: str
    queue: str
    position: int
    asked: datetime
    state: CallbackState
    settled: datetime | None = None
    reason: CallbackReason = CallbackReason.ASKED
    emergency: bool = False
    utility: Utility | None = None
    calls: int = 1
    latest: datetime | None = None
    due: datetime | None = None
    attempts: int = 0
    turn: int = 0
    holder: str | None = None
    lease: datetime | None = None
    boot: str = ""
    said: str = ""
    answered_by: str | None = None
    why: str = ""
    forced: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackRules:
    """How entries are made and tried again.

    `after` a missed call the entry becomes due; after each attempt without an answer it waits the next of `waits` (the
    last one again and again), and after `attempts` of them it goes to a person. A number that a person dropped makes no
    new entry for `merge`. `again` is the wait where no seat took it, which counts as no attempt.
    """

    after: timedelta = timedelta(minutes=1)
    waits: tuple[timedelta, ...] = (timedelta(minutes=10), timedelta(minutes=30), timedelta(hours=2))
    attempts: int = 4
    merge: timedelta = timedelta(hours=1)
    again: timedelta = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a finished call means for call-backs.

    `answered`: a person spoke with the citizen. `missed` says why a call is owed, None where none is; `callable`
    whether the number may be called at our cost. `back_to` is set where the call itself was a call-back: the linkedid
    of the call it was for; `said` then holds how it failed, in Asterisk's word, and `excused` tells that the citizen's
    telephone did not ring, so that it counts as no attempt.
    """

    answered: bool = False
    missed: CallbackReason | None = None
    callable: bool = True
    emergency: bool = False
    utility: Utility | None = None
    queue: str = ""
    interrupted: bool = False
    back_to: str | None = None
    said: str = ""
    excused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncalled:
    """Missed calls that nobody can call back: withheld numbers, and numbers that may not be called at our cost."""

    withheld: int
    barred: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of the outbox, in the order in which it was committed."""

    id: int
    topic: Topic
    payload: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """Who did what, when, and what it changed. Never altered, never removed."""

    id: int
    at: datetime
    who: str
    action: str
    subject: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """How often a recording was tried: `begun` counts those too whose worker was killed, `failed` ended in an error.

    `turn` is the number of the latest job: the first is 0, each one after a failure has the next.
    """

    recording_id: str
    begun: int
    failed: int
    turn: int
    last_error: str | None
    given_up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TaggedCaller:
    """骚扰来电: a number that is slowed on the ordinary way. `caller` is its keyed hash, `shown` the number masked.

    `why` is a rule's name or what staff wrote; `by` who tagged it; `until` None: as long as staff let it.
    """

    caller: str
    shown: str
    why: str
    by: str
    tagged: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class CallerCalls:
    """How often a number called of late: calls that somebody answered, and calls that ended at once."""

    ani: str
    talks: int
    short: int
