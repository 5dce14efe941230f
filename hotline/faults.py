"""Fault alarms (故障告警): one small file each below HOTLINE_HOME, so that they stand while the database is down.

Each process writes faults of its own, so no two ever write one file. A fault that is over stays for a while.
"""

import contextlib
import json
import os
import re
import secrets
import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from pydantic import TypeAdapter, ValidationError

from domain.clock import Clock
from hotline.fault_kinds import SUBJECTS, WORDS, Kind, Words
from hotline.logs import masked

log = structlog.get_logger()

_UNFIT = re.compile(r"[^0-9A-Za-z-]")
_LONGEST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault: what (`subject` says which process, utility, call), who noticed, since when, until when.

    `times` counts how often it came; `seen` is when somebody said that he knows. A momentary fault ends as it begins.
    """

    kind: Kind
    subject: str
    reporter: str
    detail: str
    since: datetime
    until: datetime | None = None
    times: int = 1
    seen: datetime | None = None
    seen_by: str | None = None

    @property
    def open(self) -> bool:
        """Tell whether it goes on."""
        return self.until is None

    @property
    def words(self) -> Words:
        """Return how it reads."""
        return WORDS[self.kind]

    @property
    def title(self) -> str:
        """Return what is wrong, and with what."""
        return f"{self.words.title} {SUBJECTS.get(self.subject, self.subject)}".strip()

    @property
    def name(self) -> str:
        """Return what it is called in its file's name and on the command line."""
        return ".".join(_UNFIT.sub("_", part) for part in (self.kind, self.subject, self.reporter))


_faults = TypeAdapter(Fault)
Subject = tuple[Kind, str]


def read_faults(folder: Path) -> list[Fault]:
    """Return every fault that is on record, the open ones first, then the latest; what is no fault is skipped."""
    found = []
    for file in folder.glob("*.json"):
        with contextlib.suppress(OSError, ValidationError):
            found.append(_faults.validate_json(file.read_bytes()))
    found.sort(key=lambda fault: fault.until or fault.since, reverse=True)
    return sorted(found, key=lambda fault: not fault.open)


def to_show(faults: Collection[Fault], now: datetime, hours: float = 24) -> list[Fault]:
    """Return what a person must still be told: faults that go on, and those lately over that nobody has seen."""
    since = now - timedelta(hours=hours)
    return [fault for fault in faults if fault.open or (fault.seen is None and fault.until and fault.until > since)]


def acknowledge(folder: Path, names: Collection[str], who: str, now: datetime) -> list[Fault]:
    """Mark faults as seen; without names all of them. Returns those that were not seen before."""
    marked = []
    for fault in read_faults(folder):
        if fault.seen is None and (not names or fault.name in names):
            known = replace(fault, seen=now, seen_by=who)
            _write(folder, known)
            marked.append(known)
    return marked


@dataclass(slots=True)
class FaultBook:
    """The faults that one process reports. May be used from several threads; never raises for a full disk."""

    folder: Path
    reporter: str
    clock: Clock
    _mine: dict[Subject, Fault] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        for fault in read_faults(self.folder):
            if fault.reporter == self.reporter:
                self._mine[fault.kind, fault.subject] = fault

    def begin(self, kind: Kind, subject: str = "", detail: str = "") -> None:
        """Say that something is wrong, and goes on; saying it again changes nothing but the detail."""
        with self._lock:
            known = self._mine.get((kind, subject))
            detail = masked(detail)[:_LONGEST]
            if known is not None and known.open:
                if known.detail != detail:
                    self._keep(replace(self._seen(known), detail=detail))
                return
            self._raise(kind, subject, detail, None)

    def happened(self, kind: Kind, subject: str = "", detail: str = "") -> None:
        """Say that something went wrong once; it is over, but somebody should know."""
        with self._lock:
            self._raise(kind, subject, masked(detail)[:_LONGEST], self.clock.now())

    def over(self, kind: Kind, subject: str = "") -> None:
        """Say that something is right (again)."""
        with self._lock:
            known = self._mine.get((kind, subject))
            if known is None or not known.open:
                return
            now = self.clock.now()
            self._keep(replace(self._seen(known), until=now))
            seconds = round((now - known.since).total_seconds(), 1)
            log.warning("fault.over", fault=kind.value, subject=subject, seconds=seconds)

    def hold(self, kind: Kind, subject: str = "", detail: str | None = None) -> None:
        """Begin it where there is a detail, end it where there is none."""
        if detail is None:
            self.over(kind, subject)
        else:
            self.begin(kind, subject, detail)

    def settle(self, wrong: Mapping[Subject, str], unknown: Collection[Kind] = ()) -> None:
        """Take what is wrong now as all that is: everything else that was open is over, but for kinds not looked at."""
        for (kind, subject), detail in wrong.items():
            self.begin(kind, subject, detail)
        with self._lock:
            stale = [key for key, fault in self._mine.items() if fault.open and key not in wrong]
        for kind, subject in stale:
            if kind not in unknown:
                self.over(kind, subject)

    def forget(self, keep: timedelta) -> None:
        """Drop the faults that have been over for so long."""
        before = self.clock.now() - keep
        with self._lock:
            for key, fault in list(self._mine.items()):
                if fault.until is not None and fault.until < before:
                    del self._mine[key]
                    with contextlib.suppress(OSError):
                        (self.folder / f"{fault.name}.json").unlink(missing_ok=True)

    def faults(self) -> list[Fault]:
        """Return what this process has reported."""
        with self._lock:
            return list(self._mine.values())

    def _raise(self, kind: Kind, subject: str, detail: str, until: datetime | None) -> None:
        known = self._mine.get((kind, subject))
        fault = Fault(
            kind=kind,
            subject=subject,
            reporter=self.reporter,
            detail=detail,
            since=until or self.clock.now(),
            until=until,
            times=known.times + 1 if known else 1,
        )
        log.error(f"fault.{kind.value}", subject=subject, detail=detail, times=fault.times)
        self._keep(fault)

    def _seen(self, fault: Fault) -> Fault:
        """Return a fault with what `acknowledge` has written into its file meanwhile."""
        with contextlib.suppress(OSError, ValidationError):
            written = _faults.validate_json((self.folder / f"{fault.name}.json").read_bytes())
            if written.since == fault.since:
                return replace(fault, seen=written.seen, seen_by=written.seen_by)
        return fault

    def _keep(self, fault: Fault) -> None:
        self._mine[fault.kind, fault.subject] = fault
        try:
            _write(self.folder, fault)
        except OSError as error:  # it is in the log and in the metrics all the same
            log.error("fault could not be written down", fault=fault.name, why=str(error))


def _write(folder: Path, fault: Fault) -> None:
    """Write beside and rename: a reader sees the old fault or the new one, never half of one."""
    folder.mkdir(parents=True, exist_ok=True)
    plain = _faults.dump_python(fault, mode="json")
    beside = folder / f".{fault.name}.{secrets.token_hex(4)}"
    try:
        with beside.open("x", encoding="utf-8") as out:
            json.dump(plain, out, ensure_ascii=False, indent=1)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(folder / f"{fault.name}.json")
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
