"""A child that dies is started again; stopping goes in reverse order and ends those who will not go."""

import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from hotline.processes import Processes, Program

FOREVER = "import signal; signal.pause()"
STUBBORN = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
while True:
    signal.pause()
"""


def program(name: str, code: str, stop_seconds: float = 5.0) -> Program:
    return Program(name, [sys.executable, "-c", code], stop_seconds)


def until(processes: Processes, reached: threading.Event, seen: Callable[[], bool], limit: float = 10.0) -> None:
    """Look at the children until `seen()` holds; fails the test at the limit."""
    timer = threading.Timer(limit, reached.set)
    timer.start()
    processes.watch(reached, lambda: reached.set() if seen() else None)
    timer.cancel()
    assert seen()


def test_a_killed_child_comes_back_with_another_pid(tmp_path: Path) -> None:
    processes = Processes(tmp_path, os.environ, poll_seconds=0.02)
    processes.start(program("pauses", FOREVER))
    first = processes.pids()["pauses"]
    os.kill(first, signal.SIGKILL)
    until(processes, threading.Event(), lambda: processes.pids()["pauses"] != first)
    processes.stop()


def test_what_a_child_says_lies_in_its_log(tmp_path: Path) -> None:
    processes = Processes(tmp_path, os.environ, poll_seconds=0.02)
    processes.start(program("speaks", "print('hello from below', flush=True); " + FOREVER))
    file = tmp_path / "speaks.log"
    until(processes, threading.Event(), lambda: "hello from below" in file.read_text())
    processes.stop()


def test_a_child_that_ignores_the_request_to_stop_is_killed(tmp_path: Path) -> None:
    processes = Processes(tmp_path, os.environ, poll_seconds=0.02)
    processes.start(program("deaf", STUBBORN, stop_seconds=0.3))
    until(processes, threading.Event(), lambda: "deaf" in (tmp_path / "deaf.log").read_text())
    pid = processes.pids()["deaf"]
    processes.stop()
    assert not Path(f"/proc/{pid}").exists()
