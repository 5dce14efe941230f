"""Keeps the hotline's own processes alive: starts them in order, restarts one that dies, stops them in order."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import structlog

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Program:
    """One process to keep alive: its name, its command, and the seconds it gets to stop by itself."""

    name: str
    command: Sequence[str]
    stop_seconds: float = 10.0


@dataclass(slots=True)
class _Running:
    program: Program
    process: subprocess.Popen[bytes]
    born: float
    falls: int = 0
    again_at: float | None = None


@dataclass(slots=True)
class Processes:
    """Children of ours. A child's output goes to `log_folder`/NAME.log; a child that dies is started again.

    `died` is told the name and the exit code of a child that died by itself.
    The wait before a restart doubles from 0.2 s to at most 5 s while a child keeps dying within 10 s of its start.
    """

    log_folder: Path
    environ: Mapping[str, str]
    poll_seconds: float = 0.2
    died: Callable[[str, int], None] = lambda *_: None
    _running: list[_Running] = field(default_factory=list)

    def start(self, program: Program) -> None:
        """Start a program and keep it alive from now on."""
        self._running.append(_Running(program, self._spawn(program), time.monotonic()))

    def pids(self) -> dict[str, int]:
        """Return the process id of every child, by name."""
        return {running.program.name: running.process.pid for running in self._running}

    def watch(self, stop: threading.Event, tick: Callable[[], None] = lambda: None) -> None:
        """Restart whatever dies until `stop` is set; `tick` is called at every look."""
        while not stop.wait(self.poll_seconds):
            self.look()
            tick()

    def look(self) -> None:
        """Look at every child once; restart those that died and whose wait is over."""
        for running in self._running:
            if running.process.poll() is None:
                continue
            now = time.monotonic()
            if running.again_at is None:
                running.falls = running.falls + 1 if now - running.born < 10 else 0
                wait = min(0.2 * 2**running.falls, 5.0)
                running.again_at = now + wait
                log.error("process died", name=running.program.name, code=running.process.returncode, again_in=wait)
                self.died(running.program.name, running.process.returncode)
            if now >= running.again_at:
                running.process = self._spawn(running.program)
                running.born, running.again_at = now, None

    def stop(self) -> None:
        """Stop every child in the reverse order of their start; kill one that does not go in its time."""
        for running in reversed(self._running):
            process = running.process
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(running.program.stop_seconds)
                except subprocess.TimeoutExpired:
                    log.error("process did not stop in time, killed", name=running.program.name)
                    with contextlib.suppress(ProcessLookupError):
                        os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
            log.info("process stopped", name=running.program.name, code=process.returncode)
        self._running.clear()

    def _spawn(self, program: Program) -> subprocess.Popen[bytes]:
        self.log_folder.mkdir(parents=True, exist_ok=True)
        with (self.log_folder / f"{program.name}.log").open("ab") as out:
            process = subprocess.Popen(
                program.command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=dict(self.environ),
                start_new_session=True,
            )
        log.info("process started", name=program.name, pid=process.pid)
        return process
