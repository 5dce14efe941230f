"""The database as it was at one moment, in one file, taken while others write; and put back from such a file.

SQLite is copied by its own backup interface inside one read transaction, so that no writer makes it begin again.
PostgreSQL is dumped by pg_dump from an exported snapshot, in which the recordings are listed as well. A password never
stands on a command line: it reaches the programs in a file that its owner alone may read.
"""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, Engine, create_engine, text

from store import schema
from store.engine import faults_told_apart
from store.errors import StoreError, StoreFull, StoreOutdated
from store.inventory import Counts, counts, kept_files

SQLITE, POSTGRESQL = "sqlite", "postgresql"
NAMES = {SQLITE: "hotline.db", POSTGRESQL: "hotline.pgdump"}
"""What the file of each kind of database is called."""

_PAGES = 4096
_NO_LIMIT = (
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL idle_in_transaction_session_timeout = 0",
)
_ASIDE = "before_restore_"


class SnapshotFailed(StoreError):
    """数据库的副本没有做成。"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What was taken: the database's kind and structure, how much is in it, and its file."""

    kind: str
    revision: str
    counts: Counts
    file: Path


def kind_of(engine: Engine) -> str:
    """Return which kind of database this is."""
    return engine.dialect.name


def take(
    engine: Engine, folder: Path, listed: Callable[[Iterator[tuple[str, str]]], None], said: Callable[[float], None]
) -> Snapshot:
    """Write the database into a file in `folder`; raises StoreError.

    `listed` is given id and storage key of every recording in it, by key; `said` is told the share that is done.
    """
    revision = schema.current(engine)
    if revision is None:
        raise StoreOutdated("空数据库, 没有可备份的")
    file = folder / NAMES[kind_of(engine)]
    if kind_of(engine) == SQLITE:
        _copy_sqlite(Path(engine.url.database or ""), file, said)
        copy = create_engine(f"sqlite:///{file}")
        try:
            with faults_told_apart(), copy.connect() as connection:
                listed(kept_files(connection))
                return Snapshot(kind=SQLITE, revision=revision, counts=counts(connection), file=file)
        finally:
            copy.dispose()
    repeatable = engine.execution_options(isolation_level="REPEATABLE READ")
    with faults_told_apart(), repeatable.connect() as connection, connection.begin():
        for limit in _NO_LIMIT:
            connection.execute(text(limit))
        name = connection.scalar(text("SELECT pg_export_snapshot()"))
        options = ("--format=custom", f"--exclude-schema={_ASIDE}*", f"--snapshot={name}", f"--file={file}")
        _run("pg_dump", engine.url, *options)
        listed(kept_files(connection))
        return Snapshot(kind=POSTGRESQL, revision=revision, counts=counts(connection), file=file)


def put_back(engine: Engine, file: Path, stamp: str) -> Path | str | None:
    """Make a snapshot's file the database; returns where the earlier one was moved, None where there was none.

    Nothing is destroyed: SQLite's earlier file goes beside it under a name with `stamp`, PostgreSQL's earlier tables go
    into schemas of such names. Nobody may be connected. Raises StoreError.
    """
    engine.dispose()
    if kind_of(engine) == SQLITE:
        return _put_back_sqlite(Path(engine.url.database or ""), file, stamp)
    return _put_back_postgresql(engine, file, stamp)


def _copy_sqlite(source: Path, target: Path, said: Callable[[float], None]) -> None:
    def progress(_status: int, remaining: int, total: int) -> None:
        said(1 - remaining / total if total else 1.0)

    try:
        with (
            contextlib.closing(sqlite3.connect(f"file:{source}?mode=rw", uri=True)) as here,
            contextlib.closing(sqlite3.connect(target)) as there,
        ):
            here.isolation_level = None
            here.execute("BEGIN")
            here.execute("SELECT count(*) FROM sqlite_master").fetchone()  # from now on nothing newer is seen
            here.backup(there, pages=_PAGES, progress=progress)
            here.execute("ROLLBACK")
            # One file that is whole by itself, without a log beside it.
            there.execute("PRAGMA journal_mode = DELETE")
            [(found,)] = there.execute("PRAGMA quick_check(1)").fetchall()
            if found != "ok":
                raise SnapshotFailed(f"quick_check: {found}")
    except sqlite3.Error as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
            raise StoreFull(str(error)) from error
        raise SnapshotFailed(str(error)) from error


def _put_back_sqlite(target: Path, file: Path, stamp: str) -> Path | None:
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.restoring")
    shutil.copyfile(file, fresh)
    with fresh.open("rb") as stream:
        os.fsync(stream.fileno())
    earlier = None
    if target.exists():
        earlier = target.with_name(f"{target.name}.before-restore-{stamp}")
        # Its log goes along under the name that belongs to it: what only the log holds is not lost.
        for end in ("-wal", "-shm") if not earlier.exists() else ():
            with contextlib.suppress(FileNotFoundError):
                os.replace(f"{target}{end}", f"{earlier}{end}")
        if earlier.exists():  # from a restore that was cut off: what lies here now is its own
            target.unlink()
        else:
            target.replace(earlier)
    for end in ("-wal", "-shm"):  # a log without its file would be played into the one that comes
        Path(f"{target}{end}").unlink(missing_ok=True)
    fresh.replace(target)
    return earlier


def _put_back_postgresql(engine: Engine, file: Path, stamp: str) -> str | None:
    names = {"public": f"{_ASIDE}{stamp.lower()}_public", schema.JOB_SCHEMA: f"{_ASIDE}{stamp.lower()}_jobs"}
    had = schema.current(engine) is not None
    with faults_told_apart(), engine.begin() as connection:
        there = set(connection.scalars(text("SELECT nspname FROM pg_namespace")))
        moved = {name: aside for name, aside in names.items() if had and name in there}
        for name, aside in moved.items():
            if aside in there:  # from a restore that was cut off: what lies here now is its own
                connection.execute(text(f'DROP SCHEMA "{name}" CASCADE'))
            else:
                connection.execute(text(f'ALTER SCHEMA "{name}" RENAME TO "{aside}"'))
        connection.execute(text("CREATE SCHEMA IF NOT EXISTS public"))
    engine.dispose()
    try:
        _run(
            "pg_restore",
            engine.url,
            "--no-owner",
            "--no-privileges",
            "--exit-on-error",
            "--single-transaction",
            str(file),
        )
    except StoreError:
        with faults_told_apart(), engine.begin() as connection:
            for name, aside in moved.items():
                connection.execute(text(f'DROP SCHEMA IF EXISTS "{name}" CASCADE'))
                connection.execute(text(f'ALTER SCHEMA "{aside}" RENAME TO "{name}"'))
        raise
    return f"{_ASIDE}{stamp.lower()}_*" if had else None


def _run(program: str, url: URL, *options: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise SnapshotFailed(f"没有 {program}; 请安装 postgresql-client")
    query = {name: value for name, value in url.query.items() if isinstance(value, str)}
    known = {"host": url.host, "port": url.port, "user": url.username, "dbname": url.database, **query}
    target = make_conninfo(**{name: str(value) for name, value in known.items() if value is not None})
    with _password(url) as environ:
        done = subprocess.run(
            [found, *options[:-1], f"--dbname={target}", options[-1]],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env=environ,
            check=False,
        )
    if done.returncode:
        said = " ".join(done.stderr.split())[-600:]
        raise (StoreFull if "No space left" in said else SnapshotFailed)(f"{program}: {said}")


@contextlib.contextmanager
def _password(url: URL) -> Iterator[dict[str, str]]:
    """Lend an environment whose password file knows the address's password, where it has one; else ~/.pgpass counts."""
    environ = {**os.environ, "PGCONNECT_TIMEOUT": "15"}
    if not url.password:
        yield environ
        return
    with tempfile.NamedTemporaryFile("w", prefix="hotline-pgpass-", encoding="utf-8") as file:  # 0600
        file.write(":".join(("*", "*", "*", "*", str(url.password).replace("\\", "\\\\").replace(":", "\\:"))) + "\n")
        file.flush()
        yield {**environ, "PGPASSFILE": file.name}
