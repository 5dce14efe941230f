"""Outages and call-backs: what the floor sets and works off."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.words import Utility
from store.outbox import announce
from store.records import CallbackRecord, CallbackState, OutageRecord, Topic
from store.tables import CallbackRow, CallRow, OutageRow


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


def callback_record(row: CallbackRow) -> CallbackRecord:
    """Return a row as a value."""
    return CallbackRecord(
        id=row.id,
        linkedid=row.linkedid,
        ani=row.ani,
        queue=row.queue,
        position=row.position,
        asked=row.asked,
        state=row.state,
        settled=row.settled,
    )


def add_callback(
    session: Session, linkedid: str, ani: str, queue: str, position: int, asked: datetime
) -> CallbackRecord:
    """Write a call-back; the same call asking twice is one."""
    row = session.scalar(select(CallbackRow).where(CallbackRow.linkedid == linkedid))
    if row is None:
        row = CallbackRow(
            linkedid=linkedid, ani=ani, queue=queue, position=position, asked=asked, state=CallbackState.WAITING
        )
        session.add(row)
        session.flush()
        announce(session, Topic.CALLBACK_CHANGED, {"callback": row.id, "state": row.state.value}, asked)
    return callback_record(row)


def callbacks(session: Session, state: CallbackState | None) -> list[CallbackRecord]:
    """Return call-backs in the order in which they were asked for: that is the place that was promised."""
    query = select(CallbackRow).order_by(CallbackRow.asked, CallbackRow.id)
    if state is not None:
        query = query.where(CallbackRow.state == state)
    return [callback_record(row) for row in session.scalars(query)]


def settle_callback(session: Session, callback_id: int, state: CallbackState, now: datetime) -> CallbackRecord | None:
    """Close a waiting call-back; None where it is not waiting (any more)."""
    row = session.get(CallbackRow, callback_id)
    if row is None or row.state is not CallbackState.WAITING:
        return None
    row.state = state
    row.settled = now
    announce(session, Topic.CALLBACK_CHANGED, {"callback": callback_id, "state": state.value}, now)
    return callback_record(row)
