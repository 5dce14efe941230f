"""The audit's chain: each row carries a keyed hash over itself and the hash of the row before it.

The key lies outside the database (`vault`). Who can write to the database but has no key can neither change a row nor
put one in; taking rows out breaks the join of the next. Cutting off the end is seen from the anchors: the file outside
the database to which each committed row's hash is appended.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Connection, event, func, select, text
from sqlalchemy.orm import Session

from store.columns import Json, PlainText
from store.protection import protection_of
from store.tables import AuditRow
from vault.keys import KeysUnusable
from vault.vault import Vault

BOOKS_LOCK = 12346
"""One lock for events and audit, so that no two transactions can wait for one another's."""
_WAITING = "audit anchors"
_PAGE = 1000
_ROWS = 'SELECT id, at, who, action, subject, "before", "after", mac FROM audit'
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Fault:
    """One row that is not as it was written, or is not there; `what` says it in Chinese."""

    row: int
    what: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look at the whole chain found: rows, anchors that were compared, and what is wrong."""

    rows: int
    anchors: int
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Anchor:
    """A row's hash, kept outside the database."""

    row: int
    mac: str


def take_books(session: Session) -> None:
    """Let nobody else write events or audit until this transaction is over: their numbers follow the commits.

    On PostgreSQL a sequence alone would let a transaction with a lower id commit after a reader had gone past it.
    SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(BOOKS_LOCK)))


def append(
    session: Session,
    who: str,
    action: str,
    subject: str,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    now: datetime,
) -> None:
    """Write a row behind the last one, joined to it; raises KeysUnusable where the last one's key is not here."""
    take_books(session)
    session.flush()
    last = session.execute(select(AuditRow.id, AuditRow.mac).order_by(AuditRow.id.desc()).limit(1)).first()
    number, joined = (last.id + 1, last.mac or "") if last else (1, "")
    protection = protection_of(session)
    _require_ours(protection.vault, joined)
    dialect = session.get_bind().dialect
    plain, coded = PlainText(), Json()
    said = [plain.process_bind_param(word, dialect) for word in (who, action, subject)]
    changes = [coded.process_bind_param(value, dialect) for value in (before, after)]
    mac = protection.vault.mac(_message(joined, [number, _moment(now), *said, *changes]))
    session.add(
        AuditRow(id=number, at=now, who=who, action=action, subject=subject, before=before, after=after, mac=mac)
    )
    session.flush()
    _anchor_later(session, protection.anchors, Anchor(number, mac))


def require_ours(session: Session) -> None:
    """Raise KeysUnusable where the last row was written with a key that is not here: these are another's keys."""
    mac = session.scalar(select(AuditRow.mac).order_by(AuditRow.id.desc()).limit(1))
    _require_ours(protection_of(session).vault, mac or "")


def join_all(connection: Connection) -> None:
    """Give every row of an audit from before there was a chain its hash (a migration's work)."""
    vault, joined = protection_of(connection).vault, ""
    for row in connection.execute(text(f"{_ROWS} ORDER BY id")).all():
        joined = vault.mac(_message(joined, [row[0], _moment(row[1]), *row[2:7]]))
        connection.execute(text("UPDATE audit SET mac = :mac WHERE id = :id"), {"mac": joined, "id": row[0]})


def verify(session: Session, newest: int | None = None) -> Verdict:
    """Look at every row and every anchor, or at the newest alone; raises KeysUnusable where there are no keys."""
    protection = protection_of(session)
    protection.vault.keyring()
    anchors = _Anchors(protection.anchors)
    before = _before(session, newest)
    faults: dict[int, str] = {}
    rows, joined, expected = 0, before.mac, before.row + 1
    for row in _rows(session, before.row):
        number, mac = row[0], row[7]
        rows += 1
        wrong = _look(protection.vault, joined, row)
        if wrong:
            faults[number] = wrong
        if wrong and number > expected:  # where the hash is right nothing was between, whatever the numbers
            gone = f"{expected}" if number == expected + 1 else f"{expected} 至 {number - 1}"
            faults.setdefault(expected, f"第 {gone} 行不见了")
        joined, expected = mac if isinstance(mac, str) else "", max(expected, number + 1)
    for anchor, found in _compared(session, anchors, before.row):
        if found is None:
            faults.setdefault(anchor.row, f"第 {anchor.row} 行不见了 (库外留底里有)")
        elif found != anchor.mac:
            faults.setdefault(anchor.row, f"第 {anchor.row} 行与库外留底不符")
    if rows and not anchors.there:
        faults.setdefault(0, f"库外留底 {protection.anchors} 不见了, 无法知道末尾是否被截断")
    return Verdict(rows, anchors.count, tuple(Fault(row, what) for row, what in sorted(faults.items())))


def _look(vault: Vault, joined: str, row: Any) -> str | None:
    mac = row[7]
    if not isinstance(mac, str) or not mac:
        return f"第 {row[0]} 行没有校验值, 是绕过程序写入的"
    try:
        if vault.mac_is(mac, _message(joined, [row[0], _moment(row[1]), *row[2:7]])):
            return None
    except KeysUnusable as error:
        return f"第 {row[0]} 行无法核对: {error}"
    return f"第 {row[0]} 行被改过、是后来插入的, 或它前面的记录被删改"


def _before(session: Session, newest: int | None) -> Anchor:
    """Return the row behind which to begin; row 0 stands before the first."""
    query = select(AuditRow.id, AuditRow.mac).order_by(AuditRow.id.desc()).offset(newest).limit(1)
    found = session.execute(query).first() if newest is not None else None
    return Anchor(found.id, found.mac or "") if found else Anchor(0, "")


def _rows(session: Session, after: int) -> Iterator[Any]:
    """Yield the rows behind one; from the beginning those too whose number no row of ours could have."""
    behind = f"WHERE id > {after}" if after else ""
    page = session.execute(text(f"{_ROWS} {behind} ORDER BY id LIMIT {_PAGE}")).all()
    while page:
        yield from page
        page = session.execute(text(f"{_ROWS} WHERE id > :last ORDER BY id LIMIT {_PAGE}"), {"last": page[-1][0]}).all()


def _message(joined: str, values: list[Any]) -> bytes:
    """Return what is hashed; a value of a kind that was never written gives what no key ever made a hash of."""
    return json.dumps([joined, *values], default=lambda odd: ["?", repr(odd)]).encode()


def _moment(value: Any) -> Any:
    """Return a time as SQLite keeps it; what is stored there is taken letter by letter."""
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f") if isinstance(value, datetime) else value


def _require_ours(vault: Vault, mac: str) -> None:
    name = mac.partition(":")[0]
    if name and vault.keyring().audit_key(name) is None:
        raise KeysUnusable(
            f"{vault.folder}: 这里的密钥不是这个数据库的 (没有审计密钥 {name}); 请从备份恢复, 或从另一台机器拷来"
        )


# Anchors


class _Anchors:
    """The anchors as they were when this was made: what is appended later belongs to rows not looked at."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.there = file.exists()
        self._size = file.stat().st_size if self.there else 0
        self.count = 0

    def __iter__(self) -> Iterator[Anchor]:
        if not self.there:
            return
        with self._file.open("rb") as stream:
            while stream.tell() < self._size:
                number, _, mac = stream.readline().decode("ascii", "replace").strip().partition(" ")
                if number.isascii() and number.isdigit() and mac:
                    self.count += 1
                    yield Anchor(int(number), mac)


def _compared(session: Session, anchors: _Anchors, after: int) -> Iterator[tuple[Anchor, Any]]:
    """Yield each anchor behind a row with the hash that its row has now, None where there is no such row."""
    lines = (anchor for anchor in anchors if anchor.row > after)
    while page := list(islice(lines, _PAGE // 2)):
        wanted = sorted({anchor.row for anchor in page})
        found = dict(session.execute(select(AuditRow.id, AuditRow.mac).where(AuditRow.id.in_(wanted))).all())
        for anchor in page:
            yield anchor, (found[anchor.row] or "") if anchor.row in found else None


def _anchor_later(session: Session, file: Path, anchor: Anchor) -> None:
    """Append an anchor once the transaction is committed, never before: it would accuse a database that failed."""
    waiting: list[Anchor] | None = session.info.get(_WAITING)
    if waiting is None:
        waiting = session.info[_WAITING] = []
        kept = waiting

        def committed(_session: Session) -> None:
            _write(file, kept)
            kept.clear()

        event.listen(session, "after_commit", committed)
        event.listen(session, "after_rollback", lambda _session: kept.clear())
    waiting.append(anchor)


def _write(file: Path, anchors: list[Anchor]) -> None:
    if not anchors:
        return
    lines = "".join(f"{anchor.row} {anchor.mac}\n" for anchor in anchors).encode("ascii")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(handle, lines)
        finally:
            os.close(handle)
    except OSError as error:
        # The row is committed and joined; only a cut right behind the last anchor that was written goes unseen.
        log.error("audit anchor not written", file=str(file), rows=[anchor.row for anchor in anchors], why=str(error))
