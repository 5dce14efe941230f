"""The hotline as it can be seen from outside its processes: from files, ports and the database. Changes nothing."""

import json
import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter

from domain.clock import Clock, SystemClock
from hotline.live import asterisk_of
from hotline.places import Places
from hotline.settings import Settings
from hotline.wiring import open_store
from store.census import Census
from store.door import Store
from store.errors import StoreError
from telephony.agi.alive import answers, greets
from telephony.asterisk.locate import AsteriskMissing
from telephony.recordings.journal import parse
from telephony.recordings.spool import QUARANTINE, Spool

_GREETING = b"Asterisk Call Manager/"
_CENSUS = timedelta(days=7)
LAST_BACKUP = "last-backup.json"
"""Below HOTLINE_HOME/run: `{"at": "<ISO time>"}`, written at the end of a backup."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoolSight:
    """Calls whose files are in the spool, how long the quietest finished one waits, those decided on each rung, and
    files in quarantine."""

    calls: int = 0
    stuck: tuple[str, ...] = ()
    oldest_seconds: float = 0.0
    rungs: Mapping[str, int] | None = None
    quarantined: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """One look. `asterisk` names a process in one of its lives, None where none runs; `database` says what is wrong
    with it, None where nothing is; `census` is None where it was not taken; `backup` is when the last one was made."""

    at: datetime
    asterisk: str | None
    asterisk_answers: bool
    telephony_answers: bool
    database: str | None
    database_seconds: float
    census: Census | None
    spool: SpoolSight
    free_bytes: int
    total_bytes: int
    backup: datetime | None
    first_start: datetime | None
    restarts: Mapping[str, int]


@dataclass(slots=True)
class Lookout:
    """Looks at a hotline; no look waits for long."""

    settings: Settings
    store: Store
    clock: Clock

    @classmethod
    def of(cls, settings: Settings, clock: Clock | None = None) -> "Lookout":
        """Return one with a connection of its own, which gives up sooner than those that do the work."""
        limit = settings.operations.faults.answer_seconds
        database = replace(
            settings.store,
            pool=1,
            pool_seconds=limit,
            busy_seconds=limit,
            statement_seconds=max(limit, 5.0),
            connect_seconds=max(1, round(limit)),
        )
        now = clock or SystemClock()
        return cls(settings, open_store(replace(settings, store=database), now), now)

    def close(self) -> None:
        """Let go of the database."""
        self.store.close()

    def look(self, *, count: bool = True) -> Sight:
        """Look at everything; `count` takes a census as well."""
        settings, limit = self.settings, self.settings.operations.faults.answer_seconds
        agi, ami = settings.telephony.agi, settings.telephony.ami
        asterisk = _asterisk(settings)
        began = perf_counter()
        wrong, counted = self._database(count)
        spent = perf_counter() - began
        disk = shutil.disk_usage(_there(settings.places.home))
        return Sight(
            at=self.clock.now(),
            asterisk=asterisk,
            asterisk_answers=asterisk is not None and greets(ami.host, ami.port, limit, _GREETING),
            telephony_answers=answers(agi.host, agi.port, limit),
            database=wrong,
            database_seconds=spent,
            census=counted,
            spool=spool_sight(settings, self.clock.now()),
            free_bytes=disk.free,
            total_bytes=disk.total,
            backup=_last_backup(settings.places.run / LAST_BACKUP),
            first_start=_written(settings.places.secrets),
            restarts=_restarts(settings.places.run / RESTARTS),
        )

    def _database(self, count: bool) -> tuple[str | None, Census | None]:
        try:
            self.store.probe()
            return None, self.store.census(self.clock.now() - _CENSUS) if count else None
        except StoreError as error:
            return str(error), None


def note_backup(places: Places, when: datetime) -> None:
    """Write down that a backup was made, for whoever watches that there is one."""
    places.run.mkdir(parents=True, exist_ok=True)
    beside = places.run / f".{LAST_BACKUP}"
    beside.write_text(json.dumps({"at": when.isoformat()}), encoding="utf-8")
    beside.replace(places.run / LAST_BACKUP)


RESTARTS = "restarts.json"
"""Below HOTLINE_HOME/run: how often `hotline up` has started each of its processes again."""


def spool_sight(settings: Settings, now: datetime) -> SpoolSight:
    """Look at the spool's files alone: this shows what Asterisk did while nothing of ours was running."""
    folder = settings.places.spool
    try:
        calls = Spool(folder).calls()
    except OSError:
        return SpoolSight()
    limit = settings.operations.faults.stuck_minutes * 60
    stuck, oldest, rungs = [], 0.0, Counter[str]()
    for linkedid, files in calls.items():
        story = parse(Spool(folder).journal(linkedid) or b"")
        for route in story.routes:
            rungs[str(route.rung)] += 1
        quiet = min((now.timestamp() - when for when in map(_mtime, files) if when is not None), default=0.0)
        if story.ended is not None:
            oldest = max(oldest, quiet)
        if quiet > limit:
            stuck.append(linkedid)
    put_aside = sum(1 for _ in (folder / QUARANTINE).glob("*"))
    return SpoolSight(calls=len(calls), stuck=tuple(stuck), oldest_seconds=oldest, rungs=rungs, quarantined=put_aside)


def _asterisk(settings: Settings) -> str | None:
    """Return a name of the running Asterisk that its next life does not have: process id and time of its start."""
    try:
        pid = asterisk_of(settings).pid()
        if pid is None:
            return None
        return f"{pid}@{Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()[19]}"
    except (AsteriskMissing, OSError, IndexError):
        return None


def _last_backup(file: Path) -> datetime | None:
    try:
        return datetime.fromisoformat(json.loads(file.read_text(encoding="utf-8"))["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _restarts(file: Path) -> dict[str, int]:
    try:
        return {str(name): int(times) for name, times in json.loads(file.read_text(encoding="utf-8")).items()}
    except (OSError, ValueError, AttributeError):
        return {}


def _written(file: Path) -> datetime | None:
    when = _mtime(file)
    return None if when is None else datetime.fromtimestamp(when).astimezone()


def _mtime(file: Path) -> float | None:
    try:
        return file.stat().st_mtime
    except OSError:
        return None


def _there(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that exists."""
    while not folder.is_dir():
        folder = folder.parent
    return folder
