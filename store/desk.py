"""Outages: what the floor sets and ends."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.words import Utility
from store.outbox import announce
from store.records import OutageRecord, Topic
from store.tables import CallRow, OutageRow


def outage_record(row: OutageRow) -> OutageRecord:
    """Return a row as a value."""
    return OutageRecord(
        id=row.id,
        utility=row.utility,
        area=row.area,
        since=row.since,
        until=row.until,
        text=row.text,
        ended=row.ended,
    )


def outages_at(session: Session, moment: datetime) -> list[OutageRecord]:
    """Return the outages that had begun and not ended at a moment, the newest first."""
    query = (
        select(OutageRow)
        .where(OutageRow.since <= moment, OutageRow.ended.is_(None) | (OutageRow.ended > moment))
        .order_by(OutageRow.since.desc(), OutageRow.id.desc())
    )
    return [outage_record(row) for row in session.scalars(query)]


def add_outage(
    session: Session, utility: Utility, area: str, text: str, since: datetime, until: datetime | None, now: datetime
) -> OutageRecord:
    """Write a new outage."""
    row = OutageRow(utility=utility, area=area, text=text, since=since, until=until)
    session.add(row)
    session.flush()
    announce(session, Topic.OUTAGE_CHANGED, {"outage": row.id, "ended": False}, now)
    return outage_record(row)


def end_outage(session: Session, outage_id: int, now: datetime) -> OutageRecord | None:
    """End an outage; None where there is none of that id or it has ended already."""
    row = session.get(OutageRow, outage_id)
    if row is None or row.ended is not None:
        return None
    row.ended = now
    announce(session, Topic.OUTAGE_CHANGED, {"outage": outage_id, "ended": True}, now)
    return outage_record(row)


def outage_counts(session: Session) -> dict[int, int]:
    """Return how many calls heard of each outage."""
    query = select(CallRow.outage_id, func.count()).where(CallRow.outage_id.is_not(None)).group_by(CallRow.outage_id)
    return {outage: count for outage, count in session.execute(query) if outage is not None}
