"""Events and audit: lines that are written in the transaction of what they tell of."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import chain
from store.records import AuditEntry, Event, Topic
from store.tables import AuditRow, EventRow


def announce(session: Session, topic: Topic, payload: dict[str, Any], now: datetime) -> None:
    """Put an event into the outbox; ids follow the order of the commits."""
    chain.take_books(session)  # else an event could become visible after a reader had gone past its number
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
    """Write an audit line, joined to the one before."""
    chain.append(session, who, action, subject, before, after, now)


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
