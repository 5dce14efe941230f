"""Builds a release's data with that release's own code: run in its checkout, as the README beside this says.

Six filed calls: two heard (one confirmed, one discarded by hand), one whose worker was killed in the middle, three that
wait; an outage, a call-back, audit lines, a legal hold; and in the spool one finished call that nobody has filed yet.
Written as SQL for SQLite and PostgreSQL, with the recordings and the spool.
"""

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from spool_builder import START, SpoolBuilder
from sqlalchemy import text
from store_workers import alive, until

from domain.clock import FixedClock
from domain.words import Utility
from hotline.filing import Filing
from store import schema
from store.door import Store
from store.engine import connect
from store.settings import StoreSettings

try:
    from chaos.postgres_server import PostgresServer, make_database, programs
except ImportError:
    from postgres_server import PostgresServer, make_database, programs

LATER = START + timedelta(hours=1)
NAMES = [f"heze1-{1764000000 + number}.{number}" for number in range(1, 8)]


def leave(made: SpoolBuilder, linkedid: str, number: int) -> None:
    """Leave a finished call in the spool."""
    made.journal(
        f"0 started uniqueid={linkedid} ani=1385306{7210 + number} dialled=12345",
        "2 notice heard=full",
        "3 route route=emergency rung=1 keys=91 utility=water queue=agents prio=100 outage=1",
        f"4 answered seat=water1 uniqueid={linkedid}9",
        "8 ended cause=16",
        linkedid=linkedid,
    )
    made.leg("caller", 300 + 40 * number, seconds=0.2, uniqueid=linkedid, linkedid=linkedid)
    made.leg("seat-water1", 700, start=0.1, seconds=0.1, uniqueid=f"{linkedid}9", linkedid=linkedid)


def fill(url: str, home: Path) -> str:
    """Fill a database and a data folder as a hotline of that release would have; return the revision."""
    made, store = SpoolBuilder(home), Store.open(StoreSettings(url=url), home, FixedClock(LATER))
    store.upgrade()
    store.add_outage(Utility.WATER, "牡丹区", "停水", "cli:op", since=START)
    store.add_callback("heze1-1764000099.9", "13853067219", "agents", 2, START)

    def take(*ids: str) -> None:
        for linkedid in ids:
            leave(made, linkedid, NAMES.index(linkedid) + 1)
        made.age(60, LATER)
        filing = Filing(made.spool, made.shelf, store, made.settings, FixedClock(LATER), lambda: None)
        assert set(filing.sweep().filed) == set(ids)

    def work(how: str, *ids: str) -> None:
        take(*ids)
        with alive(url, home) as workers:
            worker = workers.start(how)
            until(lambda: len(workers.begun()) == len(ids))
            if how == "held":
                worker.send_signal(signal.SIGKILL)
            else:
                until(lambda: not set(ids) & set(store.unheard()))
                worker.send_signal(signal.SIGTERM)
            worker.wait(30)
        workers.journal.unlink()

    work("fine", NAMES[0], NAMES[1])
    work("held", NAMES[2])
    take(*NAMES[3:6])
    store.audit("cli:op", "draft.show", NAMES[0], None, {"full_number": True})
    store.set_legal_hold(NAMES[1], True, "cli:op")
    store.close()
    engine = connect(StoreSettings(url=url), home)
    with engine.begin() as connection:
        connection.execute(text("UPDATE draft SET state = 'confirmed', case_no = 'HZ1' WHERE id = 1"))
        connection.execute(text("UPDATE draft SET state = 'discarded' WHERE id = 2"))
    revision = schema.current(engine)
    engine.dispose()
    leave(made, NAMES[6], 7)
    made.age(60, LATER)
    return revision or ""


def main(target: Path) -> None:
    """Build both."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        revision = fill(f"sqlite:///{home}/hotline.db", home)
        out = target / revision
        out.mkdir(parents=True)
        with contextlib.closing(sqlite3.connect(home / "hotline.db")) as database:
            (out / "sqlite.sql").write_text("\n".join(database.iterdump()) + "\n", encoding="utf-8")
        for name in ("recordings", "spool"):
            shutil.copytree(home / name, out / name, ignore=shutil.ignore_patterns(".*"))
        server = PostgresServer(programs())
        server.start()
        try:
            make_database(server, "release")
            other = Path(folder) / "other"
            other.mkdir()
            fill(server.url("release"), other)
            words = ["pg_dump", "--inserts", "--no-owner", "--no-privileges", "-U", "hotline", "-d", "release"]
            host = server.url("release").partition("host=")[2]
            dump = subprocess.run([*words, "-h", host], capture_output=True, text=True, check=True, env=os.environ)
            lines = [line for line in dump.stdout.splitlines() if not line.startswith(("--", "\\")) and line]
            (out / "postgresql.sql").write_text("\n".join(lines) + "\n", encoding="utf-8")
        finally:
            server.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
