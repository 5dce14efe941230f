"""The worker process: turns recordings into transcripts and drafts until it is told to stop.

Any number of them may run, on one machine or several; each takes a slot of its machine, and a slot's next process goes
on with what the last one left. Exit codes are those of sysexits.h, so that a supervisor can tell them apart.
"""

import fcntl
import os
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import IO

import structlog

from domain.clock import Clock
from store.errors import StoreError, StoreOutdated
from store.runner import CannotWork, JobRunner, Process
from store.settings import StoreSettings

log = structlog.get_logger()

_SLOTS = 256


class Exit(IntEnum):
    """How a worker ended."""

    STOPPED = 0
    NO_SLOT = 69
    DATABASE_GONE = 75
    CANNOT_WORK = 78


@dataclass(frozen=True, slots=True)
class Slot:
    """A place among the workers of this machine, held for as long as the process lives, however it ends."""

    number: int
    file: IO[str]

    @property
    def executor(self) -> str:
        """Return the name under which dbos knows the process: the same in its next life, never that of another."""
        return f"{socket.gethostname()}:{self.number}"


def take_slot(folder: Path, wanted: int | None = None) -> Slot | None:
    """Take the wanted slot, or the lowest free one; None where it is (all are) taken."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(_SLOTS) if wanted is None else (wanted,):
        file = (folder / f"worker-{number}.lock").open("a", encoding="ascii")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            continue
        return Slot(number, file)
    return None


def run_worker(
    settings: StoreSettings,
    home: Path,
    process: Process,
    *,
    clock: Clock,
    stop: threading.Event,
    ready: Callable[[], None] = lambda: None,
    slot: int | None = None,
    leave: Callable[[int], None] = os._exit,
    placed: Callable[[int], None] = lambda _: None,
    ended: Callable[[str, str], None] = lambda *_: None,
) -> Exit:
    """Work until `stop` is set; returns the exit code.

    `process` turns a recording's id into transcript and draft; what it raises counts as a failure of that recording,
    except CannotWork, which ends the worker. `ready` raises CannotWork where that is clear from the start (no model).
    `placed` is told the slot that was taken, `ended` each recording whose job ended, and how.
    A job still in hand `stop_seconds` after `stop` is left for the next life by ending the process at once (`leave`).
    """
    place = take_slot(home / "run", slot)
    if place is None:
        log.error("slot is taken by another worker", slot=slot)
        return Exit.NO_SLOT
    with place.file:
        placed(place.number)
        try:
            ready()
        except CannotWork as error:
            log.error("worker cannot work", error=str(error))
            return Exit.CANNOT_WORK
        return _Worker(settings, home, process, clock, stop, place.executor, leave, ended).run()


@dataclass(slots=True)
class _Worker:
    settings: StoreSettings
    home: Path
    process: Process
    clock: Clock
    stop: threading.Event
    executor: str
    leave: Callable[[int], None]
    ended: Callable[[str, str], None]
    over: threading.Event = field(default_factory=threading.Event)
    unfit: bool = False

    def run(self) -> Exit:
        try:
            runner = JobRunner(
                self.settings, self.home, self.executor, self.process, self.clock, self._is_unfit, self.ended
            )
        except StoreError as error:
            log.error("database cannot be opened", error=str(error))
            return Exit.DATABASE_GONE
        found = self._wait_for_database(runner)
        if found is not Exit.STOPPED or self.stop.is_set():
            return found
        runner.launch()
        log.info("worker started", executor=self.executor)
        sweeper = threading.Thread(target=self._sweep, args=(runner,), name="sweep", daemon=True)
        sweeper.start()
        code = self._watch(runner)
        self.over.set()
        if code is Exit.DATABASE_GONE or not runner.stop():
            # Ending here is as safe as being killed, which is proved: dbos would wait for its database for ever, and
            # a job's child dies with us (PR_SET_PDEATHSIG).
            log.warning("worker leaves its job to the next start", executor=self.executor, code=int(code))
            self.leave(int(code))
        log.info("worker stopped", executor=self.executor, code=int(code))
        return code

    def _wait_for_database(self, runner: JobRunner) -> Exit:
        began, wait = time.monotonic(), 0.2
        while not self.stop.is_set():
            try:
                runner.require_current()
            except StoreOutdated as error:
                log.error("database is not up to date", error=str(error))
                return Exit.CANNOT_WORK
            except StoreError as error:
                if time.monotonic() - began > self.settings.jobs.hopeless_seconds:
                    log.error("database does not answer, giving up", error=str(error))
                    return Exit.DATABASE_GONE
                log.warning("database does not answer", error=str(error), again_in=wait)
                self.stop.wait(wait)
                wait = min(wait * 2, 5.0)
            else:
                return Exit.STOPPED
        return Exit.STOPPED

    def _watch(self, runner: JobRunner) -> Exit:
        """Beat until told to stop; a database that stays away makes the process end, for a supervisor to see."""
        last_good = time.monotonic()
        due = last_good
        while not self.stop.wait(0.1):
            if self.unfit:
                return Exit.CANNOT_WORK
            if time.monotonic() < due:
                continue
            due = time.monotonic() + self.settings.jobs.heartbeat_seconds
            try:
                runner.beat()
                last_good = time.monotonic()
            except StoreError as error:
                silent = time.monotonic() - last_good
                log.warning("database does not answer", error=str(error), seconds=round(silent, 1))
                if silent > self.settings.jobs.hopeless_seconds:
                    log.error("database does not answer, giving up", error=str(error))
                    return Exit.DATABASE_GONE
        return Exit.CANNOT_WORK if self.unfit else Exit.STOPPED

    def _sweep(self, runner: JobRunner) -> None:
        """In a thread of its own: dbos blocks for as long as its database is away, and the watch must go on."""
        while not self.over.wait(self.settings.jobs.sweep_seconds):
            try:
                runner.sweep()
            except StoreError as error:
                log.warning("sweep put off", error=str(error))
            except Exception:
                if self.over.is_set():
                    return
                log.exception("sweep failed")

    def _is_unfit(self, error: CannotWork) -> None:
        log.error("worker cannot work", error=str(error))
        self.unfit = True
