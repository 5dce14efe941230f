"""One telephone as a process: a specification and commands come in as JSON lines, events go out as JSON lines.

`python -m telephony.phone.child`. It lives in a process of its own because a pjsua2 call object that outlives the
library aborts the interpreter; so it leaves with os._exit.
"""

import json
import logging
import os
import select
import signal
import sys
import time
from collections.abc import Iterator

from telephony.phone.spec import PhoneEvent, event_line, read_spec
from telephony.phone.useragent import Emit, UserAgent

_TICK_MS = 5
_FAREWELL_S = 0.5


class Lines:
    """Lines from a file descriptor, without ever waiting for one; `ended` once the other side is gone."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._rest = b""
        self.ended = False

    def ready(self, wait: float = 0.0) -> Iterator[str]:
        """Yield the whole lines that have come."""
        if not self.ended and select.select([self._descriptor], [], [], wait)[0]:
            piece = os.read(self._descriptor, 65536)
            self.ended = not piece
            self._rest += piece
        *lines, self._rest = self._rest.split(b"\n")
        yield from (line.decode() for line in lines)


def main() -> None:
    """Be a telephone until told to quit or until the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business; it ends us by our stdin
    out = os.dup(1)
    os.dup2(2, 1)  # whatever the library prints must not mix with our events
    lines = Lines(0)

    def emit(event: PhoneEvent) -> None:
        os.write(out, event_line(event).encode() + b"\n")

    status = 1
    try:
        _serve(lines, emit)
        status = 0
    except BrokenPipeError:
        pass
    except Exception:
        logging.exception("the telephone broke")
    finally:
        sys.stderr.flush()
        os._exit(status)


def _serve(lines: Lines, emit: Emit) -> None:
    waiting: list[str] = []
    while not waiting and not lines.ended:
        waiting.extend(lines.ready(wait=1.0))
    if not waiting:
        return
    agent = UserAgent(read_spec(waiting.pop(0)), emit)
    while not lines.ended:
        for line in (*waiting, *lines.ready()):
            command = json.loads(line)
            if command["do"] == "quit":
                _farewell(agent)
                return
            agent.obey(command)
        waiting.clear()
        agent.turn(_TICK_MS)
    _farewell(agent)


def _farewell(agent: UserAgent) -> None:
    agent.leave()
    end = time.monotonic() + _FAREWELL_S
    while time.monotonic() < end and not agent.gone:
        agent.turn(_TICK_MS)


if __name__ == "__main__":
    main()
