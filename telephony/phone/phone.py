"""A telephone as the caller of this package sees it: plain synchronous calls, every wait with a limit."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from telephony.phone.spec import (
    CALL_STATES,
    PhoneError,
    PhoneEvent,
    PhoneSpec,
    PhoneTimeout,
    State,
    read_event,
    spec_line,
)

_START_S = 10.0
_STOP_S = 3.0
_TAIL = 800


class Phone:
    """One SIP telephone in a process of its own.

    `with Phone.start(PhoneSpec(user="water1", …)) as phone: …`. Events of each state are handed out in order, each
    once: `wait_for(State.ENDED, 5)` returns the first end of a call that was not yet waited for; `call` forgets those
    of earlier calls. Raises PhoneError where a limit passes, a command fails or the process dies.
    """

    def __init__(self, spec: PhoneSpec, process: "subprocess.Popen[bytes]", log: IO[bytes]) -> None:
        self.spec = spec
        self._process = process
        self._log = log
        self._news = threading.Condition()
        self._events: list[PhoneEvent] = []
        self._seen: dict[State, int] = defaultdict(int)
        self._over = False
        self._banner = 0  # bytes that the library prints at its start, whatever its log level
        self._reader = threading.Thread(target=self._read, name=f"phone-{process.pid}", daemon=True)
        self._reader.start()

    @classmethod
    def start(cls, spec: PhoneSpec, limit: float = _START_S) -> Self:
        """Start the process and wait until it may be used; it registers meanwhile, if the specification says so."""
        for file in (spec.play,):
            if file and not file.is_file():
                raise PhoneError(f"话机 {spec.user}: 找不到要播放的文件 {file}")
        log = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        process = subprocess.Popen(
            [sys.executable, "-m", "telephony.phone.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            bufsize=0,
        )
        phone = cls(spec, process, log)
        try:
            phone._write(spec_line(spec))
            phone.wait_for(State.READY, limit)
            phone._banner = os.fstat(log.fileno()).st_size
        except BaseException:
            phone.close()
            raise
        return phone

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def events(self) -> tuple[PhoneEvent, ...]:
        """Everything that has happened so far, in order."""
        with self._news:
            return tuple(self._events)

    @property
    def keys_heard(self) -> str:
        """All keys that the other sides pressed, in order."""
        return "".join(event.digit for event in self.events if event.state is State.KEY_HEARD)

    def wait_for(self, state: State, limit: float) -> PhoneEvent:
        """Return the next event of a state, waiting at most `limit` seconds for it.

        Fails at once where the call that this phone placed ended instead, or a command could not be carried out.
        """
        return self._wait(lambda event: event.state is state, state, limit)

    def wait_registered(self, limit: float) -> PhoneEvent:
        """Wait until the registrar has taken this phone in; a refusal fails at once."""
        event = self._wait(lambda e: e.state in (State.REGISTERED, State.REFUSED), State.REGISTERED, limit)
        if event.state is State.REFUSED:
            raise self._error(f"登记被拒绝: {event.code} {event.reason}")
        return event

    def call(self, to: str) -> None:
        """Dial a number at the server, or a whole `sip:` address."""
        with self._news:
            for state in CALL_STATES:
                self._seen[state] = len(self._events)
        self._do("call", to=to)

    def answer(self) -> None:
        """Take the call that rings."""
        self._do("answer")

    def hang_up(self, call: int = 0, code: int = 0) -> None:
        """End the latest call (or the one with that number); `code` is the SIP status for a call not yet answered."""
        self._do("hang_up", call=call, code=code)

    def press(self, digits: str, after: float = 0.0, length: float = 0.1) -> None:
        """Press keys, `after` seconds from now, each for `length` seconds; each gives a KEY_SENT at its end."""
        self._do("press", digits=digits, after=after, length=length)

    def play(self, file: Path, *, loop: bool = False, call: int = 0) -> None:
        """Speak a wav file now, in place of what is being played."""
        if not file.is_file():
            raise PhoneError(f"话机 {self.spec.user}: 找不到要播放的文件 {file}")
        self._do("play", file=str(file), loop=loop, call=call)

    def silence(self) -> None:
        """Stop playing."""
        self._do("silence")

    def hold(self, call: int = 0) -> None:
        """Put the other side on hold."""
        self._do("hold", call=call)

    def resume(self, call: int = 0) -> None:
        """Take the other side off hold."""
        self._do("resume", call=call)

    def transfer(self, to: str, call: int = 0) -> None:
        """Transfer the other side blindly to a number or address."""
        self._do("transfer", to=to, call=call)

    def attended(self) -> None:
        """Connect the other sides of this phone's two calls with one another."""
        self._do("attended")

    def register(self) -> None:
        """Register (again)."""
        self._do("register")

    def unregister(self) -> None:
        """Take back the registration."""
        self._do("unregister")

    def kill(self) -> None:
        """End the process at once: a phone whose plug was pulled; no BYE, no unregistering."""
        self._process.kill()
        self._process.wait(_STOP_S)

    def freeze(self) -> None:
        """Stop the process where it stands: a phone whose network is gone, sending nothing and answering nothing."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen process go on."""
        self._process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        """Hang up, unregister, end the process; its recording is complete afterwards. May be called twice."""
        with contextlib.suppress(PhoneError):
            self._do("quit")
        try:
            self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(_STOP_S)
        self._reader.join(_STOP_S)
        for pipe in (self._process.stdin, self._process.stdout, self._log):
            if pipe:
                pipe.close()

    def _do(self, what: str, *, call: int = 0, **values: str | float | bool) -> None:
        self._write(json.dumps({"do": what, "call": call, **values}))

    def _write(self, line: str) -> None:
        pipe = self._process.stdin
        try:
            if pipe is None or pipe.closed:
                raise self._error("话机已经关闭")
            pipe.write(line.encode() + b"\n")
        except OSError:
            raise self._error("话机进程已经退出") from None

    def _read(self) -> None:
        pipe = self._process.stdout
        if pipe is not None:
            rest = b""
            while piece := pipe.read(65536):
                *lines, rest = (rest + piece).split(b"\n")
                with self._news:
                    self._events.extend(read_event(line.decode()) for line in lines)
                    self._news.notify_all()
        with self._news:
            self._over = True
            self._news.notify_all()

    def _wait(self, wanted: Callable[[PhoneEvent], bool], state: State, limit: float) -> PhoneEvent:
        deadline = time.monotonic() + limit
        with self._news:
            while True:
                for index in range(self._seen[state], len(self._events)):
                    if wanted(self._events[index]):
                        self._seen[state] = index + 1
                        return self._events[index]
                self._fail_early(state)
                if not self._news.wait(max(0.0, deadline - time.monotonic())):
                    raise PhoneTimeout(self._told(f"{limit:g} 秒内没有等到 {state}"))

    def _fail_early(self, state: State) -> None:
        for event in self._events[self._seen[State.FAULT] :]:
            if event.state is State.FAULT:
                self._seen[State.FAULT] = len(self._events)
                raise self._error(f"没有做到: {event.reason}")
        if self._over:
            raise self._error("话机进程已经退出")
        if state in (State.RINGING, State.PROGRESS, State.CONFIRMED):
            for event in self._events[self._seen[State.ENDED] :]:
                if event.state is State.ENDED and event.outgoing:
                    raise self._error(f"没有等到 {state}, 通话已结束: {event.code} {event.reason}")

    def _error(self, what: str) -> PhoneError:
        return PhoneError(self._told(what))

    def _told(self, what: str) -> str:
        happened = ", ".join(
            f"{event.state}{f' {event.code}' if event.code else ''}{f' {event.digit}' if event.digit else ''}"
            for event in self._events
        )
        return f"话机 {self.spec.user}: {what}; 此前: {happened or '无'}{self._complaint()}"

    def _complaint(self) -> str:
        if self._log.closed:
            return ""
        # pread: the child writes at the same file offset that seek would move.
        size = os.fstat(self._log.fileno()).st_size
        text = os.pread(self._log.fileno(), _TAIL, max(self._banner, size - _TAIL)).decode(errors="replace").strip()
        return f"\n{text}" if text else ""
