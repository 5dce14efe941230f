"""The tables. Only `store` imports them; what they hold is said in `store.records`."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Double, ForeignKey, Index, Integer, MetaData, false, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from domain.words import Urgency, Utility
from store.columns import Json, PlainText, Utc, Word
from store.records import CallbackReason, CallbackState, DraftState, LegRole, RecordingKind, Topic

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
Number = BigInteger().with_variant(Integer, "sqlite")
"""A key that counts up: SQLite counts only where the type is INTEGER."""


class Base(DeclarativeBase):
    """The one metadata; dbos' own tables are not in it."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {str: PlainText, float: Double, datetime: Utc, dict[str, Any]: Json}  # noqa: RUF012 (SQLAlchemy's form)


class CallRow(Base):
    """来电. `outage_id` is no foreign key: a journal that names an outage nobody knows must not keep a call out."""

    __tablename__ = "call"
    __table_args__ = (Index("ix_call_outage_id", "outage_id"), Index("ix_call_started", "started"))

    linkedid: Mapped[str] = mapped_column(primary_key=True)
    node: Mapped[str]
    ani: Mapped[str | None]
    dialled: Mapped[str]
    started: Mapped[datetime]
    ended: Mapped[datetime | None]
    keys: Mapped[str]
    utility: Mapped[Utility | None] = mapped_column(Word(Utility))
    emergency: Mapped[bool]
    queue: Mapped[str | None]
    priority: Mapped[int | None]
    rung: Mapped[int | None]
    route: Mapped[str | None]
    outage_id: Mapped[int | None] = mapped_column(BigInteger)
    wait_seconds: Mapped[float | None]
    talk_seconds: Mapped[float | None]
    notice: Mapped[str | None]
    cause: Mapped[int | None]


class LegRow(Base):
    """One leg of a call. A seat that was rung, left and rung again has a uniqueid of its own each time."""

    __tablename__ = "leg"

    linkedid: Mapped[str] = mapped_column(ForeignKey("call.linkedid"), primary_key=True)
    uniqueid: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[LegRole] = mapped_column(Word(LegRole), primary_key=True)
    seat: Mapped[str | None]
    started: Mapped[datetime]
    answered: Mapped[datetime | None]
    ended: Mapped[datetime | None]
    seconds: Mapped[float | None]


class RecordingRow(Base):
    """录音. Stays when its file is deleted: `deleted_at` says when."""

    __tablename__ = "recording"
    __table_args__ = (Index("ix_recording_started", "started"),)

    id: Mapped[str] = mapped_column(ForeignKey("call.linkedid"), primary_key=True)
    storage_key: Mapped[str] = mapped_column(unique=True)
    sha256: Mapped[str]
    seconds: Mapped[float]
    channels: Mapped[int]
    kind: Mapped[RecordingKind] = mapped_column(Word(RecordingKind))
    started: Mapped[datetime]
    node: Mapped[str]
    legal_hold: Mapped[bool]
    deleted_at: Mapped[datetime | None]


class TranscriptRow(Base):
    """转写. `body` is the sealed JSON; the columns beside it are those that figures are made from."""

    __tablename__ = "transcript"

    recording_id: Mapped[str] = mapped_column(ForeignKey("recording.id"), primary_key=True)
    engine: Mapped[str]
    model: Mapped[str]
    audio_seconds: Mapped[float]
    spent_seconds: Mapped[float]
    body: Mapped[str]
    created: Mapped[datetime]


class DraftRow(Base):
    """工单草稿. `body` is the sealed JSON; `case_no` waits for the case that a person makes of it."""

    __tablename__ = "draft"
    __table_args__ = (Index("ix_draft_state_created", "state", "created"),)

    id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    linkedid: Mapped[str] = mapped_column(ForeignKey("call.linkedid"), unique=True)
    body: Mapped[str]
    state: Mapped[DraftState] = mapped_column(Word(DraftState))
    urgency: Mapped[Urgency] = mapped_column(Word(Urgency))
    created: Mapped[datetime]
    case_no: Mapped[str | None] = mapped_column(unique=True)


class AlarmRow(Base):
    """An emergency heard in a call that had not taken the emergency way; open until somebody acknowledges it.

    `why` holds words that were heard, sealed.
    """

    __tablename__ = "alarm"
    __table_args__ = (Index("ix_alarm_acknowledged", "acknowledged"),)

    draft_id: Mapped[int] = mapped_column(Number, ForeignKey("draft.id"), primary_key=True, autoincrement=False)
    hazards: Mapped[list[str]] = mapped_column(Json)
    second: Mapped[float | None]
    why: Mapped[str]
    raised: Mapped[datetime]
    acknowledged: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None]


class OutageRow(Base):
    """停供事件."""

    __tablename__ = "outage"

    id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    utility: Mapped[Utility] = mapped_column(Word(Utility))
    area: Mapped[str]
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    text: Mapped[str]
    ended: Mapped[datetime | None]


class CallbackRow(Base):
    """漏接回拨. One that is asked for while the call is still up has a linkedid that points at no row yet."""

    __tablename__ = "callback"
    __table_args__ = (
        Index("ix_callback_state_asked", "state", "asked"),
        Index("ix_callback_ani_state", "ani", "state"),
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    linkedid: Mapped[str] = mapped_column(unique=True)
    ani: Mapped[str]
    queue: Mapped[str]
    position: Mapped[int]
    asked: Mapped[datetime]
    state: Mapped[CallbackState] = mapped_column(Word(CallbackState))
    settled: Mapped[datetime | None]
    reason: Mapped[CallbackReason] = mapped_column(
        Word(CallbackReason), default=CallbackReason.ASKED, server_default="asked"
    )
    emergency: Mapped[bool] = mapped_column(default=False, server_default=false())
    utility: Mapped[Utility | None] = mapped_column(Word(Utility))
    calls: Mapped[int] = mapped_column(default=1, server_default="1")
    latest: Mapped[datetime | None]
    due: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    turn: Mapped[int] = mapped_column(default=0, server_default="0")
    holder: Mapped[str | None]
    lease: Mapped[datetime | None]
    boot: Mapped[str] = mapped_column(default="", server_default=text("''"))
    said: Mapped[str] = mapped_column(default="", server_default=text("''"))
    answered_by: Mapped[str | None]
    why: Mapped[str] = mapped_column(default="", server_default=text("''"))
    forced: Mapped[bool] = mapped_column(default=False, server_default=false())


class CallOutcomeRow(Base):
    """What a filed call meant for call-backs, so that filing it again means nothing more."""

    __tablename__ = "call_outcome"
    __table_args__ = (Index("ix_call_outcome_ani_started", "ani", "started"),)

    linkedid: Mapped[str] = mapped_column(ForeignKey("call.linkedid"), primary_key=True)
    ani: Mapped[str | None]
    started: Mapped[datetime]
    answered: Mapped[bool]
    missed: Mapped[CallbackReason | None] = mapped_column(Word(CallbackReason))
    callback_id: Mapped[int | None] = mapped_column(Number, ForeignKey("callback.id"))


class TaggedCallerRow(Base):
    """骚扰来电, by the keyed hash of the number; the number itself is not kept."""

    __tablename__ = "tagged_caller"

    caller: Mapped[str] = mapped_column(primary_key=True)
    shown: Mapped[str]
    why: Mapped[str]
    tagged_by: Mapped[str]
    tagged: Mapped[datetime]
    until: Mapped[datetime | None]


class EventRow(Base):
    """The outbox."""

    __tablename__ = "event"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 (SQLAlchemy's form)

    id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    topic: Mapped[Topic] = mapped_column(Word(Topic))
    payload: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class AuditRow(Base):
    """Append-only; the migration puts triggers on it that refuse every change. `mac` joins a row to the one before."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_subject", "subject"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    who: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    mac: Mapped[str | None]


class AttemptRow(Base):
    """Our own count of a job's attempts: resuming a workflow resets dbos' count (a poison job would never end)."""

    __tablename__ = "job_attempt"

    recording_id: Mapped[str] = mapped_column(ForeignKey("recording.id"), primary_key=True)
    begun: Mapped[int]
    failed: Mapped[int]
    turn: Mapped[int]
    last_error: Mapped[str | None]
    given_up: Mapped[bool]
    updated: Mapped[datetime]


class ExecutorRow(Base):
    """A worker process (host:slot) and the last time it said that it lives."""

    __tablename__ = "executor"

    id: Mapped[str] = mapped_column(primary_key=True)
    heartbeat: Mapped[datetime]
