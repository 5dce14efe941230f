"""Texts that are sealed with an older key, or with none, sealed anew a page at a time. Within sessions of others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, String, case, func, literal, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from store.protection import protection_of
from store.tables import AlarmRow, DraftRow, TranscriptRow
from vault.keys import KeysUnusable
from vault.vault import SealBroken

_PAGE = 20
_MARK, _NAME = "age:", 8


@dataclass(frozen=True, slots=True)
class Column:
    """A sealed column and its table's key."""

    name: str
    key: InstrumentedAttribute[Any]
    text: InstrumentedAttribute[str]


@dataclass(frozen=True, slots=True)
class Page:
    """What became of one page: texts sealed, those that could not be opened, the last key (None: none were left)."""

    done: int
    broken: tuple[str, ...]
    last: Any


@dataclass(frozen=True, slots=True)
class Resealed:
    """What became of all: texts sealed, and the names of those that cannot be opened with any key that is here."""

    done: int
    broken: tuple[str, ...]


COLUMNS = (
    Column("transcript", TranscriptRow.recording_id, TranscriptRow.body),
    Column("draft", DraftRow.id, DraftRow.body),
    Column("alarm", AlarmRow.draft_id, AlarmRow.why),
)


def sealed(session: Session) -> dict[str, int]:
    """Return how many texts are sealed with each key, by its name; "" stands for those in the clear."""
    found: dict[str, int] = {}
    for column in COLUMNS:
        name: ColumnElement[str] = case(
            (_begins(column.text, _MARK), func.substr(column.text, len(_MARK) + 1, _NAME)), else_=literal("", String)
        ).label("key_name")
        for key, count in session.execute(select(name, func.count()).group_by(name)):
            found[key] = found.get(key, 0) + count
    return found


def require_ours(session: Session) -> None:
    """Raise KeysUnusable where the newest draft is sealed with a key that is not here."""
    vault = protection_of(session).vault
    ring = vault.keyring()
    newest = session.scalar(select(DraftRow.body).order_by(DraftRow.id.desc()).limit(1)) or ""
    name = newest[len(_MARK) : len(_MARK) + _NAME]
    if newest.startswith(_MARK) and not ring.holds(name):
        raise KeysUnusable(f"{vault.folder}: 这里的密钥不是这个数据库的 (没有数据密钥 {name}); 请从备份恢复")


def clear(session: Session, among: Sequence[str]) -> int:
    """Return how many of these recordings have a transcript in the clear."""
    query = select(func.count()).where(TranscriptRow.recording_id.in_(among), ~_begins(TranscriptRow.body, _MARK))
    return session.scalar(query) or 0


def reseal(session: Session, column: Column, after: Any) -> Page:
    """Seal the next texts of a column; `after` is the key of the last one that was looked at."""
    vault = protection_of(session).vault
    query = select(column.key, column.text).where(~_begins(column.text, vault.text_mark))
    if after is not None:
        query = query.where(column.key > after)
    rows = session.execute(query.order_by(column.key).limit(_PAGE).with_for_update()).all()
    done = 0
    broken: list[str] = []
    for key, stored in rows:
        try:
            plain = vault.open_text(stored)
        except SealBroken:
            broken.append(f"{column.name} {key}")
            continue
        session.execute(
            update(column.text.class_).where(column.key == key).values({column.text: vault.seal_text(plain)}),
            execution_options={"synchronize_session": False},
        )
        done += 1
    return Page(done, tuple(broken), rows[-1][0] if rows else None)


def _begins(text: InstrumentedAttribute[str], mark: str) -> ColumnElement[bool]:
    """Compare letter by letter: LIKE does not tell a from A on SQLite."""
    return func.substr(text, 1, len(mark)) == mark
