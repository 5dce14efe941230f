"""Events and audit: lines that are written in the transaction of what they tell of."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.records import AuditEntry, Event, Topic
from store.tables import AuditRow, EventRow

_OUTBOX_LOCK = 12346


def announce(session: Session, topic: Topic, payload: dict[str, Any], now: datetime) -> None:
    """Put an event into the outbox; ids follow the order of the commits."""
    if session.get_bind().dialect.name == "postgresql":
        # A sequence alone would let a transaction with a lower id commit after a reader had gone past it, and that
        # event would never be read. SQLite has one writer anyway.
        session.execute(select(func.pg_advisory_xact_lock(_OUTBOX_LOCK)))
    session.add(EventRow(topic=topic, payload=payload, at=now))


def events(session: Session, after: int, limit: int) -> list[Event]:
    """Return the events behind a given one, in order."""
    rows = session.scalars(select(EventRow).where(EventRow.id > after).order_by(EventRow.id).limit(limit))
    return [Event(id=row.id, topic=row.topic, payload=row.payload, at=row.at) for row in rows]


def note(
    session: Session,
    who: str,
    action: str,
    subject: str,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    now: datetime,
) -> None:
    """Write an audit line."""
    session.add(AuditRow(at=now, who=who, action=action, subject=subject, before=before, after=after))


def audit_entries(rows: Iterable[AuditRow]) -> list[AuditEntry]:
    """Return audit rows as values."""
    return [
        AuditEntry(
            id=row.id,
            at=row.at,
            who=row.who,
            action=row.action,
            subject=row.subject,
            before=row.before,
            after=row.after,
        )
        for row in rows
    ]
