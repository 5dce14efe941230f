"""Starts and ends real worker processes for tests, and waits for what they do."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from store_samples import call, legs, recording

from store.door import Store

CHILD = Path(__file__).with_name("store_worker_child.py")


@dataclass
class Workers:
    """Starts worker processes, and ends those that a test left behind."""

    url: str
    home: Path
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def journal(self) -> Path:
        return self.home / "journal"

    def begun(self) -> list[str]:
        return self.journal.read_text("utf-8").split() if self.journal.exists() else []

    def start(self, how: str = "fine", slot: int | None = None) -> subprocess.Popen[bytes]:
        command = [
            sys.executable,
            CHILD,
            self.url,
            self.home,
            self.journal,
            how,
            *([] if slot is None else [str(slot)]),
        ]
        with (self.home / "worker.log").open("ab") as out:
            worker = subprocess.Popen(
                [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=Path.cwd()
            )
        self.started.append(worker)
        return worker

    def log(self) -> str:
        return (self.home / "worker.log").read_text("utf-8")

    def end(self) -> None:
        for worker in self.started:
            if worker.poll() is None:
                worker.kill()
            worker.wait(10)


@contextmanager
def alive(url: str, home: Path) -> Iterator[Workers]:
    workers = Workers(url, home)
    try:
        yield workers
    finally:
        workers.end()


def until(what: Callable[[], object], seconds: float = 60) -> None:
    """Look until it is so; other processes cannot be waited for otherwise."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def stop(worker: subprocess.Popen[bytes]) -> int:
    worker.send_signal(signal.SIGTERM)
    return worker.wait(60)


def file_calls(store: Store, *ids: str, emergency: bool = False) -> None:
    for linkedid in ids:
        assert store.take_in(call(linkedid, emergency=emergency), legs(linkedid), recording(linkedid))
