"""The telephony process's memory over 100,000 calls: a real process, real sockets, peers that speak as Asterisk does.

Calls of all kinds go through it, twenty at a time: silent ones, one key, two keys, a withheld number, a hang-up in the
middle (the notice `HANGUP`, or nothing but a closed connection), an answer that is no AGI, a header that never ends.
Resident memory is read at every tenth; the bar is what it grows from the first tenth to the last.
"""

import argparse
import asyncio
import gc
import itertools
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.ground import ground
from bench.measure import machine, resident_megabytes

BAR = 0.05
AT_ONCE = 20
WRONG = 1000
"""Of so many calls one may end otherwise than meant: on a busy machine a peer outlasts the server's patience."""
_LIMIT = 30.0


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of call: the keys so far, those pressed when asked, the number, and after how many commands it breaks."""

    name: str
    keys: str = ""
    pressed: str = ""
    ani: str = "13853067219"
    breaks: int | None = None
    last: bytes = b""


KINDS = (
    Kind("silent"),
    Kind("person", keys="0"),
    Kind("water", keys="91"),
    Kind("gas", keys="9", pressed="4"),
    Kind("withheld", ani=""),
    Kind("hangs up", keys="9", breaks=1, last=b"HANGUP\n200 result=-1 endpos=0\n"),
    Kind("vanishes", keys="9", breaks=1),
    Kind("garbage", keys="9", breaks=0, last=b"HTTP/1.1 400 Bad Request\r\n\r\n\0\xff\xfe"),
    Kind("wrong key", keys="9", pressed="8#"),
)
"""Every call decided or broken off; their mix is even."""


@dataclass(slots=True)
class Peers:
    """Plays Asterisk: places calls and answers their commands."""

    port: int
    decided: int = 0
    broken: int = 0
    wrong: list[str] = field(default_factory=list)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    async def place(self, count: int) -> None:
        """Place so many calls, AT_ONCE at a time."""
        left = iter(range(count))
        await asyncio.gather(*(self._one_by_one(left) for _ in range(AT_ONCE)))

    async def _one_by_one(self, left: Iterator[int]) -> None:
        for _ in left:
            number = next(self._numbers)
            kind = KINDS[number % len(KINDS)]
            try:
                routed = await asyncio.wait_for(self._call(number, kind), _LIMIT)
            except (TimeoutError, OSError) as error:
                self.wrong.append(f"{kind.name}: {error!r}")
                continue
            if routed is not (kind.breaks is None):
                self.wrong.append(f"{kind.name}: {'decided' if routed else 'not decided'}")
            self.decided += routed
            self.broken += not routed

    async def _call(self, number: int, kind: Kind) -> bool:
        """Hold one session; tell whether a decision came."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(header(f"heze1-{1764000000 + number}.{number}", kind))
            pressed, routed = list(kind.pressed), False
            for answered in itertools.count():
                command = await reader.readline()
                if not command:
                    return routed
                if answered == kind.breaks:
                    writer.write(kind.last)
                    return False
                if command.startswith(b"GET VARIABLE"):
                    writer.write(f"200 result=1 ({pressed.pop(0) if pressed else ''})\n".encode())
                else:
                    routed = routed or b"ROUTE" in command
                    writer.write(b"200 result=1\n" if command.startswith(b"SET") else b"200 result=0\n")
            return routed
        finally:
            writer.close()


def header(linkedid: str, kind: Kind) -> bytes:
    """Return the agi_* block of a call."""
    values = {
        "network": "yes",
        "network_script": "hotline",
        "request": "agi://127.0.0.1/hotline",
        "channel": f"PJSIP/trunk-{linkedid}",
        "uniqueid": linkedid,
        "callerid": kind.ani or "unknown",
        "calleridname": "unknown",
        "arg_1": linkedid,
        "arg_2": kind.keys,
        "arg_3": kind.ani,
        "arg_4": "12345",
    }
    return "".join(f"agi_{name}: {value}\n" for name, value in values.items()).encode() + b"\n"


def measure(
    port: int, pid: int, calls: int, steps: int, said: Callable[[int, float], None]
) -> tuple[Peers, list[float]]:
    """Place calls and return the peers, and the megabytes that the process held after each of the steps."""
    peers, held = Peers(port), []
    for step in range(1, steps + 1):
        asyncio.run(peers.place(calls // steps))
        gc.collect()
        held.append(resident_megabytes(pid))
        said(step * calls // steps, held[-1])
    return peers, held


def descriptors(pid: int) -> int:
    """Return how many files a process has open."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def main() -> int:
    """Measure, print what is held at every tenth and a JSON line; exit 1 beyond the bar."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, default=24000)
    options.add_argument("--calls", type=int, default=100_000)
    given = options.parse_args()
    with ground(given.port, "") as where:
        pid = where.pids[1]
        idle, files = resident_megabytes(pid), descriptors(pid)
        print(f"{'calls':>8}{'MB':>8}")
        print(f"{0:8}{idle:8.1f}", flush=True)
        began = time.monotonic()
        peers, held = measure(
            where.ports.agi, pid, given.calls, 10, lambda calls, mb: print(f"{calls:8}{mb:8.1f}", flush=True)
        )
        took = time.monotonic() - began
        files = descriptors(pid) - files
    growth = held[-1] / held[0] - 1
    passed = growth < BAR and len(peers.wrong) * WRONG <= given.calls and files <= AT_ONCE
    print(f"growth from the first tenth to the last: {growth:+.1%} (bar {BAR:.0%}); open files {files:+}")
    print(f"{peers.decided} calls decided, {peers.broken} broken off as meant, {len(peers.wrong)} not as meant")
    for one in peers.wrong[:5]:
        print(f"  {one}")
    print(f"{given.calls / took:.0f} calls/s, {took:.0f} s; load {os.getloadavg()[0]:.1f}; {machine()}")
    print(
        json.dumps(
            {
                "bench": "agi_memory",
                "growth": round(growth, 4),
                "bar": BAR,
                "passed": passed,
                "calls": given.calls,
                "idle_megabytes": round(idle, 1),
                "megabytes": [round(one, 1) for one in held],
                "machine": machine(),
            }
        )
    )
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
