"""Engines: the same promises on both databases (a write sees the newest state, and every wait has an end)."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, ExceptionContext, create_engine, event, text
from sqlalchemy.exc import DBAPIError, TimeoutError
from sqlalchemy.orm import Session

from store.errors import StoreKeyless, StoreUnreachable, told_apart
from store.protection import as_options
from store.settings import StoreSettings, database_url, protection
from vault.keys import KeysUnusable
from vault.vault import SealBroken

_WAL_RETRY_SECONDS = 0.02


def connect(settings: StoreSettings, home: Path) -> Engine:
    """Return an engine; nothing is connected until it is used. SQLite's folder is made if it is absent."""
    url = database_url(settings, home)
    options = as_options(protection(settings, home))
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, settings, options)
    return _postgresql(url, settings, options)


def _sqlite(url: URL, settings: StoreSettings, options: dict[str, Any]) -> Engine:
    try:
        Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnreachable(str(error)) from error
    engine = create_engine(
        url,
        pool_size=settings.pool,
        pool_timeout=settings.pool_seconds,
        execution_options=options,
        connect_args={"timeout": settings.busy_seconds},
    )

    def prepare(connection: Any, _record: object) -> None:
        # IMMEDIATE: a transaction that reads first and writes later would fail at once, whatever the busy time-out,
        # when another one wrote in between (SQLite's own documentation, "BEGIN").
        connection.isolation_level = "IMMEDIATE"
        connection.execute(f"PRAGMA busy_timeout = {int(settings.busy_seconds * 1000)}")
        _switch_to_wal(connection, settings.busy_seconds)
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        # What is deleted or sealed later must not stay readable in free pages.
        connection.execute("PRAGMA secure_delete = ON")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "handle_error", _let_go_of_read_only)
    return engine


def _let_go_of_read_only(context: ExceptionContext) -> None:
    """Close every pooled connection where one may only read: it was opened so and stays so, whatever the file allows.

    All of them at once: SQLite keeps its shared memory as it first opened it until a process's last connection goes.
    """
    cause = context.original_exception
    if isinstance(cause, sqlite3.OperationalError) and (cause.sqlite_errorcode or 0) & 0xFF == sqlite3.SQLITE_READONLY:
        context.is_disconnect = True
        if context.engine is not None:
            context.engine.dispose()


def _switch_to_wal(connection: sqlite3.Connection, seconds: float) -> None:
    """Put the file into WAL mode, waiting for others: SQLite's own time-out does not cover two that switch at once."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_WAL_RETRY_SECONDS)
        else:
            return


def _postgresql(url: URL, settings: StoreSettings, options: dict[str, Any]) -> Engine:
    limits = {
        "lock_timeout": settings.busy_seconds,
        "statement_timeout": settings.statement_seconds,
        "idle_in_transaction_session_timeout": settings.statement_seconds,
    }
    return create_engine(
        url,
        pool_size=settings.pool,
        pool_timeout=settings.pool_seconds,
        pool_pre_ping=True,
        execution_options=options,
        connect_args={
            "connect_timeout": settings.connect_seconds,
            # A server that vanished without a word is noticed by the kernel, not by us.
            "tcp_user_timeout": int(settings.statement_seconds * 1000),
            "application_name": "hotline",
            "options": " ".join(f"-c {name}={int(seconds * 1000)}" for name, seconds in limits.items()),
        },
    )


@contextmanager
def faults_told_apart() -> Iterator[None]:
    """Turn the driver's errors into `store.errors`; faults of our own statements pass through as they are."""
    try:
        yield
    except (DBAPIError, TimeoutError) as error:
        ours = told_apart(error)
        if ours is None:
            raise
        raise ours from error
    except (KeysUnusable, SealBroken) as error:
        raise StoreKeyless(str(error)) from error


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Lend a session for reading; what it read may be kept, the session may not."""
    with faults_told_apart(), Session(engine, expire_on_commit=False) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Lend a session that is one transaction: committed at the end, or nothing of it is there."""
    with faults_told_apart(), Session(engine, expire_on_commit=False) as session, session.begin():
        take_write_lock(session)
        yield session


def take_write_lock(session: Session) -> None:
    """On SQLite take the write lock now, so that what is read next is still true when it is written.

    On PostgreSQL rows are locked one by one, by whoever reads them `for update`.
    """
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("BEGIN IMMEDIATE"))


class FileWatch:
    """Notices that SQLite's file was removed or replaced: open connections would go on writing to what nobody sees."""

    def __init__(self, engine: Engine) -> None:
        self._file = Path(engine.url.database or "") if engine.dialect.name == "sqlite" else None
        self._inode: int | None = None

    def require_same(self) -> None:
        """Raise StoreUnreachable unless the file is there, and is the one that was there at the first call."""
        if self._file is None:
            return
        try:
            inode = self._file.stat().st_ino
        except OSError as error:
            raise StoreUnreachable(f"{self._file}: {error.strerror}") from error
        if self._inode is None:
            self._inode = inode
        elif self._inode != inode:
            raise StoreUnreachable(f"{self._file} 已被另一个文件替换")
