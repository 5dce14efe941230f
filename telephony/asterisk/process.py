"""Asterisk as a process of its own: started, waited for, asked, stopped. It outlives whoever started it."""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import structlog

from telephony.asterisk.layout import Layout
from telephony.asterisk.locate import Program, bare_environment
from telephony.asterisk.ports import Endpoint, require_free

_POLL = 0.05
_ASK_SECONDS = 10.0
_SHOWN_ERRORS = 8
BOOT = "HOTLINE_BOOT"
"""Environment variable of Asterisk's: the name of this start of it, which every call writes into its journal."""

log = structlog.get_logger()


class AsteriskFailed(Exception):
    """Asterisk did not start, or did not answer; the message says why in Chinese, with its own last errors."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds that a start and a stop may take."""

    start: float = 20.0
    stop: float = 10.0


@dataclass(slots=True)
class AsteriskProcess:
    """One Asterisk on one home folder, whose configuration has been written there.

    `ports` are looked at before a start. A second AsteriskProcess on the same home takes over a running one: that is
    how a restart of ours drops nobody.
    """

    program: Program
    layout: Layout
    ports: tuple[Endpoint, ...] = ()
    limits: Limits = Limits()
    clock: Callable[[], float] = time.monotonic
    _child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until calls can come in; where one is running on this home, reload it instead.

        Raises AsteriskFailed, PortTaken or UnfitHome.
        """
        self.layout.make()
        if self.pid() is not None:
            log.info("asterisk runs already, reloading", pid=self.pid())
            self.reload()
            return
        require_free(self.ports)
        self._spawn()
        try:
            self._await_ready()
        except AsteriskFailed:
            self.kill()
            raise
        log.info("asterisk ready", pid=self.pid())

    def become(self) -> NoReturn:
        """Turn this process into Asterisk, in the foreground, for another supervisor (systemd, a container).

        Raises PortTaken or UnfitHome.
        """
        self.layout.make()
        require_free(self.ports)
        self.layout.messages.unlink(missing_ok=True)
        words, environment = self._words(), self._environment()
        os.chdir(self.layout.root)
        os.execve(shutil.which(words[0]) or words[0], words, environment)  # noqa: S606

    def pid(self) -> int | None:
        """Return the process id of the Asterisk that runs on this home, None where none does."""
        if self._child is not None and self._child.poll() is None:
            return self._child.pid
        try:
            pid = int((self.layout.run / "asterisk.pid").read_text())
            arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError):
            return None
        return pid if os.fsencode(self.layout.configuration) in arguments else None

    def ask(self, command: str, seconds: float = _ASK_SECONDS) -> str:
        """Run a console command ("core show channels") and return what it printed; raises AsteriskFailed."""
        words = [*self.program.command, "-C", str(self.layout.configuration), "-rx", command]
        try:
            done = subprocess.run(
                words,
                capture_output=True,
                timeout=seconds,
                check=False,
                stdin=subprocess.DEVNULL,
                env=bare_environment(),
            )
        except subprocess.TimeoutExpired:
            raise AsteriskFailed(f"Asterisk 在 {seconds:g} 秒内没有回答 {command!r}") from None
        if done.returncode:
            raise AsteriskFailed(f"Asterisk 没有在运行, 或不肯执行 {command!r}")
        return done.stdout.decode("utf-8", "replace")

    def reload(self) -> None:
        """Make a running Asterisk read its configuration again; calls go on. Raises AsteriskFailed."""
        for command in ("core reload", "dialplan reload", "queue reload all", "moh reload"):
            self.ask(command)

    def stop(self) -> None:
        """Stop in order: calls are hung up, files closed, children ended; killed where that takes too long."""
        pid = self.pid()
        if pid is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        if not self._gone(pid, self.limits.stop):
            log.error("asterisk did not stop in time, killed", pid=pid)
            self.kill()
        log.info("asterisk stopped", pid=pid)

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        pid = self.pid()
        if pid is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        self._gone(pid, self.limits.stop)

    def restart(self) -> None:
        """Stop and start again."""
        self.stop()
        self.start()

    def errors(self) -> tuple[str, ...]:
        """Return the last errors in Asterisk's own log since it was last started."""
        try:
            lines = self.layout.messages.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return ()
        return tuple(line for line in lines if "] ERROR[" in line)[-_SHOWN_ERRORS:]

    def _spawn(self) -> None:
        self.layout.messages.unlink(missing_ok=True)
        words, environment = self._words(), self._environment()
        with (self.layout.log / "console.log").open("wb") as out:
            self._child = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd=self.layout.root,
                env=environment,
                start_new_session=True,
            )

    def _words(self) -> tuple[str, ...]:
        return (*_without_powers(), *self.program.command, "-f", "-C", str(self.layout.configuration))

    def _environment(self) -> dict[str, str]:
        """Return an environment with nothing of ours in it but what a program needs, and the name of this start.

        It is written down before any call can carry it: whoever reads another one in a journal knows that the call is
        over.
        """
        boot = secrets.token_hex(8)
        self.layout.boot.write_text(boot)
        return {**bare_environment(), BOOT: boot}

    def _await_ready(self) -> None:
        deadline = self.clock() + self.limits.start
        while self.clock() < deadline:
            if self._child is not None and self._child.poll() is not None:
                raise AsteriskFailed(self._explain(f"Asterisk 启动后退出了 (代码 {self._child.returncode})"))
            if (self.layout.run / "asterisk.ctl").exists():
                with contextlib.suppress(AsteriskFailed):
                    said = self.ask("core waitfullybooted", max(deadline - self.clock(), _POLL))
                    if "fully booted" in said:  # an Asterisk that gives up ends the console's session in good order too
                        return
            time.sleep(_POLL)
        raise AsteriskFailed(self._explain(f"Asterisk 在 {self.limits.start:g} 秒内没有就绪"))

    def _explain(self, what: str) -> str:
        console = (self.layout.log / "console.log").read_text(encoding="utf-8", errors="replace").splitlines()
        errors = [line for line in console if "ERROR[" in line] or console
        last = self.errors() or tuple(errors[-_SHOWN_ERRORS:])
        return "\n".join((what, *last, f"日志: {self.layout.log}"))

    def _gone(self, pid: int, seconds: float) -> bool:
        deadline = self.clock() + seconds
        while self.clock() < deadline:
            if self._child is not None and self._child.pid == pid:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._child.wait(_POLL)
                    return True
            elif not Path(f"/proc/{pid}").exists():
                return True
            else:
                time.sleep(_POLL)
        return False


def _without_powers() -> tuple[str, ...]:
    """Return what takes root's powers from the command that follows: Asterisk reads what strangers send."""
    if os.geteuid() != 0:
        return ()
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise AsteriskFailed("以 root 运行时需要 setpriv (util-linux) 来放弃特权; 请安装它, 或改用普通用户运行")
    none = ("--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all")
    return (setpriv, *none, "--no-new-privs", "--securebits=+noroot,+noroot_locked", "--")
