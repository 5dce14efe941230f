"""Tagged callers: who calls to annoy, kept as keyed hashes; and how often numbers called of late."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session

from store.records import CallerCalls, TaggedCaller
from store.tables import CallRow, TaggedCallerRow

_EMERGENCY = "emergency"


def tagged(session: Session, moment: datetime) -> list[TaggedCaller]:
    """Return the tags that hold at a moment, the newest first."""
    query = (
        select(TaggedCallerRow)
        .where(or_(TaggedCallerRow.until.is_(None), TaggedCallerRow.until > moment))
        .order_by(TaggedCallerRow.tagged.desc(), TaggedCallerRow.caller)
    )
    return [_record(row) for row in session.scalars(query)]


def tag(session: Session, made: TaggedCaller) -> bool:
    """Write a tag; False where the number has one that lasts as long already."""
    row = session.get(TaggedCallerRow, made.caller)
    if row is None:
        row = TaggedCallerRow(caller=made.caller)
        session.add(row)
    elif row.until is None or (made.until is not None and row.until >= made.until):
        return False
    row.shown, row.why, row.tagged_by, row.tagged, row.until = made.shown, made.why, made.by, made.tagged, made.until
    return True


def untag(session: Session, caller: str) -> TaggedCaller | None:
    """Remove a tag and return it, None where there is none."""
    row = session.get(TaggedCallerRow, caller)
    if row is None:
        return None
    gone = _record(row)
    session.delete(row)
    return gone


def purge(session: Session, moment: datetime) -> None:
    """Remove tags that are over: nothing is kept of a caller who calls like everybody again."""
    session.execute(delete(TaggedCallerRow).where(TaggedCallerRow.until <= moment))


def often(session: Session, since: datetime, fewest: int, short_seconds: float) -> list[CallerCalls]:
    """Return the numbers with at least `fewest` calls since a moment: how many were answered, how many were short.

    Calls that took the emergency way are left out. A call is short where it ended within so many seconds.
    """
    query = (
        select(CallRow.ani)
        .where(CallRow.started >= since, CallRow.ani.is_not(None), _ordinary())
        .group_by(CallRow.ani)
        .having(func.count() >= fewest)
    )
    return [_counted(session, number, since, short_seconds) for number in session.scalars(query) if number]


def _counted(session: Session, number: str, since: datetime, short_seconds: float) -> CallerCalls:
    query = select(CallRow).where(CallRow.ani == number, CallRow.started >= since, _ordinary())
    calls = list(session.scalars(query))
    short = [call for call in calls if call.ended and (call.ended - call.started).total_seconds() < short_seconds]
    return CallerCalls(number, sum(1 for call in calls if call.talk_seconds), len(short))


def _ordinary() -> ColumnElement[bool]:
    return or_(CallRow.route.is_(None), CallRow.route != _EMERGENCY)


def _record(row: TaggedCallerRow) -> TaggedCaller:
    return TaggedCaller(
        caller=row.caller, shown=row.shown, why=row.why, by=row.tagged_by, tagged=row.tagged, until=row.until
    )
