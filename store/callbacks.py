"""Call-backs: how an entry is made, claimed, tried, settled. Every change is one transaction, with event and audit.

    WAITING ──claim──> PLACED ──citizen answered──────────────> DONE
       ^                  ├── no answer, attempts left ──> WAITING, later
       │                  ├── no answer, none left ──────> BY_HAND ──person──> DONE, CANCELLED, WAITING
       └──lease over──────┘

A call by the same number that a person answered settles an open entry in any state.
"""

from collections.abc import Collection, Iterable
from dataclasses import fields
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from store.outbox import announce, note
from store.records import (
    CallbackReason,
    CallbackRecord,
    CallbackRules,
    CallbackState,
    CallRecord,
    Outcome,
    Topic,
    Uncalled,
)
from store.tables import CallbackRow, CallOutcomeRow

OPEN = (CallbackState.WAITING, CallbackState.PLACED, CallbackState.BY_HAND)
"""The states in which the citizen is still owed the call."""

_MACHINE = "telephony"
_LOCK = 12347


def callback_record(row: CallbackRow) -> CallbackRecord:
    """Return a row as a value."""
    return CallbackRecord(**{field.name: getattr(row, field.name) for field in fields(CallbackRecord)})


def promise(
    session: Session,
    linkedid: str,
    ani: str,
    queue: str,
    position: int,
    asked: datetime,
    placed: tuple[str, datetime] | None,
) -> CallbackRecord:
    """Write down what a waiting citizen was promised; the same call asking twice is one.

    `placed` is (boot, lease) where Asterisk itself is about to keep the place in its queue.
    """
    row = session.scalar(select(CallbackRow).where(CallbackRow.linkedid == linkedid))
    if row is None:
        row = CallbackRow(
            linkedid=linkedid,
            ani=ani,
            queue=queue,
            position=position,
            asked=asked,
            latest=asked,
            due=asked,
            state=CallbackState.WAITING,
            reason=CallbackReason.ASKED,
        )
        if placed is not None:
            row.state, row.holder, row.turn = CallbackState.PLACED, _MACHINE, 1
            row.boot, row.lease = placed
        session.add(row)
        session.flush()
        _tell(session, row, asked)
    return callback_record(row)


def note_outcome(session: Session, call: CallRecord, outcome: Outcome, rules: CallbackRules, now: datetime) -> None:
    """Make, merge or settle entries for a finished call, once, however often it is filed."""
    row = session.get(CallOutcomeRow, call.linkedid)
    if row is not None and not (row.ani is None and call.ani):
        return
    _one_at_a_time(session)
    if row is None:
        row = CallOutcomeRow(linkedid=call.linkedid)
        session.add(row)
    row.ani, row.started, row.answered, row.missed = call.ani, call.started, outcome.answered, outcome.missed
    if outcome.back_to is not None:
        entry = session.scalar(select(CallbackRow).where(CallbackRow.linkedid == outcome.back_to))
        if entry is not None:
            row.callback_id = entry.id
            _tried(session, entry, call, outcome, rules, now)
    elif call.ani and outcome.answered:
        _settle_by(session, call, now)
    elif call.ani and outcome.missed is not None and outcome.callable:
        row.callback_id = _owe(session, call, call.ani, outcome, rules, now)
    session.flush()


def of_state(session: Session, states: Collection[CallbackState]) -> list[CallbackRecord]:
    """Return entries as they are worked off: emergencies, then kept places, then by the time of the first call."""
    query = select(CallbackRow).where(CallbackRow.state.in_(states))
    return [callback_record(row) for row in session.scalars(query.order_by(*_ORDER))]


def find(session: Session, callback_id: int) -> CallbackRecord | None:
    """Return one entry."""
    row = session.get(CallbackRow, callback_id)
    return None if row is None else callback_record(row)


def claim(
    session: Session, callback_id: int, holder: str, lease: datetime, boot: str, now: datetime
) -> CallbackRecord | None:
    """Take a waiting entry that is due, for one caller only; None where somebody else was quicker or it is not due."""
    row = session.get(CallbackRow, callback_id, with_for_update=True, populate_existing=True)
    if row is None or row.state is not CallbackState.WAITING or (row.due is not None and row.due > now):
        return None
    row.state, row.holder, row.lease, row.boot = CallbackState.PLACED, holder, lease, boot
    row.turn += 1
    _audit(session, row, _MACHINE, "callback.place", CallbackState.WAITING, now)
    _tell(session, row, now)
    return callback_record(row)


def renew(session: Session, alive: Collection[int], lease: datetime) -> None:
    """Say that placed entries still have their channels."""
    for row in session.scalars(select(CallbackRow).where(_placed(), CallbackRow.id.in_(alive)).with_for_update()):
        row.lease = lease


def release(
    session: Session, boot: str, filing: Collection[str], rules: CallbackRules, now: datetime
) -> list[CallbackRecord]:
    """Give placed entries back whose channels are gone: their lease is over, or their Asterisk is.

    `filing` are the first calls of call-backs whose journals still wait to be filed: those tell how it went.
    """
    freed = []
    for row in session.scalars(select(CallbackRow).where(_placed()).with_for_update()):
        died = bool(boot) and row.boot != boot
        over = row.lease is None or row.lease <= now
        if row.linkedid in filing or not (died or over):
            continue
        _free(row, CallbackState.WAITING, now if died or row.emergency else now + rules.again)
        _audit(session, row, _MACHINE, "callback.release", CallbackState.PLACED, now)
        _tell(session, row, now)
        freed.append(callback_record(row))
    return freed


def settle(
    session: Session, callback_id: int, state: CallbackState, who: str, why: str, now: datetime
) -> CallbackRecord | None:
    """Close an open entry as a person says; None where it is not open (any more)."""
    row = session.get(CallbackRow, callback_id, with_for_update=True)
    if row is None or row.state not in OPEN:
        return None
    _close(session, row, state, who, why, now)
    return callback_record(row)


def ring(session: Session, callback_id: int, who: str, now: datetime) -> CallbackRecord | None:
    """Make an entry due now, whatever the hour, with all its attempts; None where it is placed or closed."""
    row = session.get(CallbackRow, callback_id, with_for_update=True)
    if row is None or row.state not in (CallbackState.WAITING, CallbackState.BY_HAND):
        return None
    before = row.state
    _free(row, CallbackState.WAITING, now)
    row.attempts, row.forced = 0, True
    _audit(session, row, who, "callback.ring", before, now)
    _tell(session, row, now)
    return callback_record(row)


def uncalled(session: Session, since: datetime) -> Uncalled:
    """Count the missed calls since a moment that no entry could be made of."""
    query = (
        select(CallOutcomeRow.ani.is_(None), func.count())
        .where(
            CallOutcomeRow.missed.is_not(None),
            CallOutcomeRow.callback_id.is_(None),
            CallOutcomeRow.answered.is_(False),
            CallOutcomeRow.started >= since,
        )
        .group_by(CallOutcomeRow.ani.is_(None))
    )
    counts = {bool(withheld): count for withheld, count in session.execute(query)}
    return Uncalled(withheld=counts.get(True, 0), barred=counts.get(False, 0))


_ORDER = (
    CallbackRow.emergency.desc(),
    (CallbackRow.reason != CallbackReason.ASKED),
    CallbackRow.asked,
    CallbackRow.id,
)


def _placed() -> ColumnElement[bool]:
    return CallbackRow.state == CallbackState.PLACED


def _one_at_a_time(session: Session) -> None:
    """Keep two processes from making two entries of one number; SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def _entries(session: Session, ani: str) -> Iterable[CallbackRow]:
    return session.scalars(
        select(CallbackRow).where(CallbackRow.ani == ani, CallbackRow.state.in_(OPEN)).with_for_update()
    ).all()


def _owe(
    session: Session, call: CallRecord, ani: str, outcome: Outcome, rules: CallbackRules, now: datetime
) -> int | None:
    same = session.scalar(select(CallbackRow).where(CallbackRow.linkedid == call.linkedid))
    if same is not None:  # this very call asked for it in the queue
        return same.id
    if _answered_since(session, ani, call.started):
        return None
    opened = next(iter(_entries(session, ani)), None)
    if opened is not None:
        return _merge(session, opened, call, outcome, rules, now)
    dropped = session.scalar(
        select(CallbackRow.id).where(
            CallbackRow.ani == ani,
            CallbackRow.state == CallbackState.CANCELLED,
            CallbackRow.settled > call.started - rules.merge,
        )
    )
    if dropped is not None and not outcome.emergency:
        return dropped
    urgent = outcome.emergency or outcome.missed is CallbackReason.INTERRUPTED
    row = CallbackRow(
        linkedid=call.linkedid,
        ani=ani,
        queue=outcome.queue,
        position=0,
        asked=call.started,
        latest=call.started,
        due=now if urgent else now + rules.after,
        state=CallbackState.WAITING,
        reason=outcome.missed or CallbackReason.MISSED,
        emergency=outcome.emergency,
        utility=outcome.utility,
    )
    session.add(row)
    session.flush()
    _alarm(session, row, call, outcome, now)
    _audit(session, row, _MACHINE, "callback.owe", None, now)
    _tell(session, row, now)
    return row.id


def _merge(
    session: Session, row: CallbackRow, call: CallRecord, outcome: Outcome, rules: CallbackRules, now: datetime
) -> int:
    """Count one more call by a number that is owed one already; who calls again is there to be reached."""
    before = row.state
    row.calls += 1
    row.latest = max(row.latest or call.started, call.started)
    row.utility = row.utility or outcome.utility
    if outcome.emergency and not row.emergency:
        row.emergency = True
        if row.state is CallbackState.WAITING:
            row.due = now
    if row.state is CallbackState.BY_HAND:
        _free(row, CallbackState.WAITING, now if outcome.emergency else now + rules.after)
        row.attempts = 0
    _alarm(session, row, call, outcome, now)
    _audit(session, row, _MACHINE, "callback.merge", before, now)
    _tell(session, row, now)
    return row.id


def _alarm(session: Session, row: CallbackRow, call: CallRecord, outcome: Outcome, now: datetime) -> None:
    if outcome.emergency:
        told = {"linkedid": call.linkedid, "callback": row.id, "utility": row.utility.value if row.utility else None}
        announce(session, Topic.EMERGENCY_MISSED, told, now)


def _answered_since(session: Session, ani: str, moment: datetime) -> bool:
    query = select(CallOutcomeRow.linkedid).where(
        CallOutcomeRow.ani == ani, CallOutcomeRow.started > moment, CallOutcomeRow.answered.is_(True)
    )
    return session.scalar(query.limit(1)) is not None


def _settle_by(session: Session, call: CallRecord, now: datetime) -> None:
    """Settle what a number was owed before a call that a person answered."""
    for row in _entries(session, call.ani or ""):
        if (row.latest or row.asked) < call.started and row.linkedid != call.linkedid:
            row.answered_by = call.linkedid
            _close(session, row, CallbackState.DONE, _MACHINE, "", now)


def _tried(
    session: Session, row: CallbackRow, call: CallRecord, outcome: Outcome, rules: CallbackRules, now: datetime
) -> None:
    """Take what an attempt ended as into the entry that it was made for."""
    if row.state not in OPEN:
        return
    before, row.said = row.state, outcome.said
    if outcome.answered:
        row.answered_by = call.linkedid
        _close(session, row, CallbackState.DONE, _MACHINE, "", now)
        return
    row.attempts += not outcome.excused
    if outcome.excused:
        _free(row, CallbackState.WAITING, now + rules.again)
    elif row.attempts >= rules.attempts:
        _free(row, CallbackState.BY_HAND, None)
    else:
        wait = rules.waits[min(row.attempts, len(rules.waits)) - 1]
        _free(row, CallbackState.WAITING, now if outcome.interrupted else now + wait)
    _audit(session, row, _MACHINE, "callback.try", before, now)
    _tell(session, row, now)


def _free(row: CallbackRow, state: CallbackState, due: datetime | None) -> None:
    row.state, row.due = state, due
    row.holder = row.lease = None
    row.forced = False


def _close(session: Session, row: CallbackRow, state: CallbackState, who: str, why: str, now: datetime) -> None:
    before = row.state
    _free(row, state, None)
    row.settled, row.why = now, why
    _audit(session, row, who, "callback.settle", before, now)
    _tell(session, row, now)


def _audit(
    session: Session, row: CallbackRow, who: str, action: str, before: CallbackState | None, now: datetime
) -> None:
    was = {"state": before.value} if before else None
    after = {"state": row.state.value, "attempts": row.attempts, "calls": row.calls, "turn": row.turn, "why": row.why}
    note(session, who, action, str(row.id), was, after, now)


def _tell(session: Session, row: CallbackRow, now: datetime) -> None:
    announce(session, Topic.CALLBACK_CHANGED, {"callback": row.id, "state": row.state.value}, now)
