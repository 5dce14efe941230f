"""The whole hotline on one machine: Asterisk, telephony, workers; started in order, kept alive, stopped in order."""

import contextlib
import fcntl
import json
import os
import signal
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Self

import structlog

from domain.clock import SystemClock
from hotline.fault_kinds import Kind
from hotline.faults import FaultBook
from hotline.outside import RESTARTS
from hotline.processes import Processes, Program
from hotline.settings import OVERRIDES, Settings
from hotline.wiring import asterisk, open_store
from telephony.asterisk.ports import Endpoint, PortTaken, require_free
from telephony.asterisk.process import AsteriskFailed, AsteriskProcess

log = structlog.get_logger()

READY_SECONDS = 30.0
_ASTERISK_AGAIN = 1.0


class NotStarted(Exception):
    """The hotline did not start; the message says in Chinese what is in the way."""


@dataclass(slots=True)
class Hotline:
    """The running hotline. Asterisk outlives us if we are killed; the next start takes it over with its calls."""

    settings: Settings
    asterisk: AsteriskProcess
    processes: Processes
    book: FaultBook
    _asterisk_again: float = 0.0
    _asterisk_gone: bool = False
    _restarts: Counter[str] = field(default_factory=Counter)

    @classmethod
    @contextlib.contextmanager
    def started(
        cls,
        settings: Settings,
        workers: int = 1,
        environ: Mapping[str, str] = os.environ,
        said: Callable[[str], None] = lambda _: None,
    ) -> Iterator[Self]:
        """Start everything, and stop everything at the end; `said` is told in Chinese how far it is.

        Raises NotStarted, and whatever the parts raise with a message for people (AsteriskFailed, PortTaken, …).
        """
        with alone(settings):
            if settings.places.unfinished_restore.exists():
                raise NotStarted(
                    f"数据目录 {settings.places.home} 上次恢复没有完成; 请再运行 hotline restore … --replace"
                )
            said("数据库")
            _upgrade(settings)
            agi = settings.telephony.agi
            require_free((Endpoint("tcp", agi.host, agi.port, "FastAGI"),))
            said("Asterisk")
            process = asterisk(settings)
            book = FaultBook(settings.places.faults, "up", SystemClock())
            hotline = cls(settings, process, Processes(settings.places.log, _environment(settings, environ)), book)
            hotline.processes.died = hotline._died
            hotline._write_restarts()
            process.start()
            try:
                said("电话进程与转写进程")
                hotline._start_ours(workers)
                hotline._await_agi()
                hotline._start_watch()  # now that there is something to look at
                yield hotline
            finally:
                hotline.processes.stop()
                process.stop()

    def watch(self, stop: threading.Event) -> None:
        """Keep everything alive until `stop` is set."""
        self.processes.watch(stop, self._look_at_asterisk)

    def _start_ours(self, workers: int) -> None:
        places = self.settings.places
        base = [sys.executable, "-m", "hotline", "--config", str(places.config), "--home", str(places.home)]
        self.processes.start(Program("telephony", self._module("telephony"), self.settings.telephony.agi.stop + 5))
        for number in range(workers):
            stop_seconds = self.settings.store.jobs.stop_seconds + 5
            self.processes.start(Program(f"worker-{number}", [*base, "worker"], stop_seconds))

    def _start_watch(self) -> None:
        """Start the watch, the last to come and the first to go: neither start nor stop is a fault."""
        self.processes.start(Program("watch", self._module("watch")))

    def _module(self, name: str) -> list[str]:
        """Return how a process is started without the command line, whose imports would double the time of a restart.

        It reads its folders from the environment; the data folder stands here for whoever looks at a list of processes.
        """
        return [sys.executable, "-m", f"hotline.{name}", str(self.settings.places.home)]

    def _await_agi(self) -> None:
        agi = self.settings.telephony.agi
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection((agi.host, agi.port), 1.0):
                return
            self.processes.look()
            time.sleep(0.05)
        raise NotStarted(
            f"电话进程在 {READY_SECONDS:g} 秒内没有就绪; 请看日志 {self.settings.places.log / 'telephony.log'}"
        )

    def _look_at_asterisk(self) -> None:
        if self.asterisk.pid() is not None or time.monotonic() < self._asterisk_again:
            return
        log.error("asterisk is gone, starting it again")
        if not self._asterisk_gone:
            self._asterisk_gone = True
            self.book.happened(Kind.ASTERISK_RESTARTED, "", "进程没有了, 正在重新启动; 当时的通话已断")
            self._count("asterisk")
        try:
            self.asterisk.start()
        except (AsteriskFailed, PortTaken) as error:
            log.error("asterisk did not start", why=str(error))
            self.book.begin(Kind.ASTERISK_DOWN, "", f"启动不了: {error}")
        else:
            self._asterisk_gone = False
            self.book.over(Kind.ASTERISK_DOWN)
        self._asterisk_again = time.monotonic() + _ASTERISK_AGAIN

    def _died(self, name: str, code: int) -> None:
        why = f"信号 {signal.Signals(-code).name}" if -code in set(signal.Signals) else f"退出码 {code}"
        self.book.happened(Kind.PROCESS_DIED, name, f"{why}, 已重新启动")
        self._count(name)

    def _count(self, name: str) -> None:
        self._restarts[name] += 1
        self._write_restarts()

    def _write_restarts(self) -> None:
        """Leave the counts where the watch finds them; a full disk keeps nobody from being restarted."""
        file = self.settings.places.run / RESTARTS
        with contextlib.suppress(OSError):
            beside = file.with_suffix(".new")
            beside.write_text(json.dumps(self._restarts), encoding="utf-8")
            beside.replace(file)


def _upgrade(settings: Settings) -> None:
    store = open_store(settings)
    try:
        store.upgrade()
        store.require_keys()
    finally:
        store.close()


def _environment(settings: Settings, environ: Mapping[str, str]) -> dict[str, str]:
    places = settings.places
    folders = {"HOTLINE_HOME": places.home, "HOTLINE_CONFIG": places.config, "HOTLINE_TOOLS": places.tools}
    named = {name: str(folder) for name, folder in folders.items()}
    return {OVERRIDES: "", **environ, **named, "PYTHONUNBUFFERED": "1"}


@contextlib.contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Hold the data folder: two hotlines on one of them would both file its calls and restart its Asterisk."""
    settings.places.run.mkdir(parents=True, exist_ok=True)
    with (settings.places.run / "up.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NotStarted(f"这个数据目录上已有一个 hotline 在运行: {settings.places.home}") from None
        yield
