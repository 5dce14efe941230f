"""How many talking, recorded calls this machine holds before a prompt is late, as a ratio to bare Asterisk.

Citizens call more and more often, press 9 and 1, are put through to the duty seat, talk for fifteen seconds and hang
up: real voice both ways (the seat's is an echo, by sipp), both legs recorded by MixMonitor. Beside them five probes a
second make the same call and are timed by the kernel's own stamps. `12345` is the hotline as it ships, with finished
calls merged and filed into a database meanwhile; `12346` is plain dialplan in the same Asterisk with the same prompts
and recordings. The knee is the number of calls at which, over five seconds of probes, the 95th percentile of

- INVITE → first voice packet of the notice is above 300 ms, or
- key's end → INVITE at the duty seat is above 300 ms, or
- the longest gap in the voice of the notice is above 80 ms (a usual jitter buffer's end),

or a tenth of the probes are not put through at all. Both kinds take turns, three times; the median ratio counts.
"""

import argparse
import json
import math
import multiprocessing
import os
import shutil
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from multiprocessing.connection import Connection

from bench.ground import Ground, ground
from bench.measure import Watch, machine, own_seconds, quantile
from bench.sip_load import Citizens, DutySeat, Loop, Placed
from hotline.wiring import open_store

BAR = 0.9
LATE_MS, GAP_MS = 300.0, 80.0
LOST = 0.1
KEYS = ((0.35, "9"), (0.9, "1"))
TALK = 0.6
TALKING = 15.0
PROBES = 5.0
WINDOW = 25
SEAT = "water1"
NUMBERS = {"bare": "12346", "ours": "12345"}
DIALPLAN = """
[from-trunk](+)
exten => 12346,1,Answer(,i)
 same => n,Read(BENCH_FIRST,hotline/notice,1,t,1,0.1)
 same => n,MixMonitor(,r({spool}/${{UNIQUEID}}_caller.wav))
 same => n,Read(BENCH_SECOND,hotline/emergency-menu,1,t,1,2.5)
 same => n,GotoIf($["${{BENCH_FIRST}}${{BENCH_SECOND}}" != "91"]?wrong)
 same => n,Dial(PJSIP/water1,20,iU(bench-answered))
 same => n(wrong),Hangup()

[bench-answered]
exten => s,1,MixMonitor(,r({spool}/${{UNIQUEID}}_seat.wav))
 same => n,Return()
"""


@dataclass(slots=True)
class Ear:
    """When voice came, by the port that it came from."""

    stamps: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))

    def heard(self, port: int, stamp: float) -> None:
        """Take note of a packet."""
        self.stamps[port].append(stamp)

    def of(self, call: Placed) -> Sequence[float]:
        """Return when the packets of a call came, from its INVITE to its first key."""
        found = self.stamps.get(call.media, [])
        end = call.answered + KEYS[0][0]
        return found[bisect_left(found, call.asked) : bisect_right(found, end)]


@dataclass(frozen=True, slots=True)
class Probed:
    """What one probe met, in milliseconds; None for what never came."""

    at: float
    first: float | None
    seat: float | None
    gap: float


def probed(call: Placed, ear: Ear) -> Probed:
    """Return what a probe met."""
    heard = ear.of(call)
    first = (heard[0] - call.asked) * 1000 if heard else None
    through = (call.invited - call.key_end) * 1000 if call.invited and call.seat_answered else None
    gap = max((later - earlier for earlier, later in pairwise(heard)), default=0.0) * 1000
    return Probed(call.asked, first, through, gap)


def late(window: Sequence[Probed]) -> str:
    """Say what is late in a window of probes, "" where nothing is."""
    through = [one for one in window if one.first is not None and one.seat is not None]
    if len(through) < len(window) * (1 - LOST):
        return f"{len(window) - len(through)} of {len(window)} not put through"
    limits = (("first voice", LATE_MS, "first"), ("key to seat", LATE_MS, "seat"), ("gap", GAP_MS, "gap"))
    for name, limit, what in limits:
        found = quantile([getattr(one, what) for one in through], 0.95)
        if found > limit:
            return f"{name} {found:.0f} ms"
    return ""


@contextmanager
def echo(where: Ground) -> Iterator[None]:
    """Give the seat a voice: whatever comes to its media port goes back."""
    words = ["sipp", "-sn", "uas", "-rtp_echo", "-i", "127.0.0.1", "-p", str(where.ports.seat + 40)]
    words += ["-mi", "127.0.0.1", "-mp", str(where.ports.seat + 1), "-nostdin"]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.kill()


def speak(wire: socket.socket, asterisk: str, calls: Connection) -> None:
    """Be the citizens' voice: 50 packets a second to each port that was named, until it is named again; a process."""
    tone = bytes((0xD5, 0x9B, 0x85, 0x9B, 0xD5, 0x1B, 0x05, 0x1B)) * 20
    sources: dict[int, int] = {}
    wire.setblocking(True)
    due, tick = time.monotonic(), 0
    while True:
        while calls.poll(max(0.0, due - time.monotonic())):
            told = calls.recv()
            if told is None:
                return
            port, source = told
            if sources.pop(port, None) != source:
                sources[port] = source
        for port, source in sources.items():
            header = struct.pack("!BBHII", 0x80, 8, (1000 + tick) & 0xFFFF, 160 * (200 + tick), source)
            wire.sendto(header + tone, (asterisk, port))
        due, tick = max(due + 0.02, time.monotonic() - 0.1), tick + 1


@dataclass(slots=True)
class Talkers:
    """The citizens that make the load, and their voice."""

    loop: Loop
    citizens: Citizens
    voice: Connection
    up: set[str] = field(default_factory=set)
    held: list[tuple[float, int]] = field(default_factory=list)

    def grow(self, dialled: str, first: int, most: float, seconds: float) -> None:
        """Call ever more often, so that at the end about `most` calls talk at once."""
        steeper = most / TALKING / seconds  # calls a second, more each second
        for i in range(int(steeper * seconds**2 / 2)):
            call = Placed(str(first + i), dialled, KEYS, TALKING)
            self.loop.later(math.sqrt(2 * (i + 1) / steeper), lambda call=call: self._place(call))

    def _place(self, call: Placed) -> None:
        self.citizens.place(call)
        self.loop.later(2.0, lambda: self._begin(call))

    def _begin(self, call: Placed) -> None:
        if not call.media or call.over:
            return
        source = int(call.ani) & 0xFFFFFFFF
        self.up.add(call.ani)
        self.held.append((time.time(), len(self.up)))
        self.voice.send((call.media, source))
        self.loop.later(TALKING - 1.5, lambda: self._end(call, source))

    def _end(self, call: Placed, source: int) -> None:
        self.up.discard(call.ani)
        self.held.append((time.time(), len(self.up)))
        self.voice.send((call.media, source))

    def at(self, moment: float) -> int:
        """Return how many talked at a moment."""
        place = bisect_right(self.held, (moment, 1 << 30))
        return self.held[place - 1][1] if place else 0


def grown(
    loop: Loop, probes: Citizens, ear: Ear, talkers: Talkers, kind: str, first: int, most: float, seconds: float
) -> tuple[int, str, bool]:
    """Let the load grow; return the knee, why it is one, and whether there was one: else the most that was reached."""
    talkers.held.clear()
    talkers.grow(NUMBERS[kind], first, most, seconds)
    placed = [Placed(str(first + 5000 + i), NUMBERS[kind], KEYS, TALK) for i in range(int(seconds * PROBES))]
    for i, call in enumerate(placed):
        loop.later(1.0 + i / PROBES, lambda call=call: probes.place(call))
    stop = time.monotonic() + seconds + TALKING + 5
    loop.run(lambda: time.monotonic() > stop, seconds + TALKING + 10)
    found = [probed(call, ear) for call in placed if call.asked]
    for at in range(len(found) - WINDOW + 1):
        window = found[at : at + WINDOW]
        why = late(window)
        if why:
            return talkers.at(window[WINDOW // 2].at), why, True
    return max((calls for _, calls in talkers.held), default=0), "never late", False


def measure(where: Ground, most: float, seconds: float, rounds: int) -> list[dict[str, tuple[int, str, bool]]]:
    """Let both kinds grow, turn about."""
    loop, ear, asterisk = Loop(), Ear(), ("127.0.0.1", where.ports.sip)
    probes = Citizens(loop, where.ports.caller, where.ports.caller + 1, asterisk)
    probes.listen(ear.heard)
    citizens = Citizens(loop, where.ports.caller + 30, where.ports.caller + 31, asterisk)
    seat = DutySeat(loop, where.ports.seat, asterisk, SEAT, where.password(SEAT), answer_after=0.2)

    def invited(ani: str, stamp: float) -> None:
        call = probes.by_ani.get(ani)
        if call and not call.invited:
            call.invited = stamp

    def answered(ani: str) -> None:
        call = probes.by_ani.get(ani)
        if call:
            call.seat_answered = True

    seat.invited, seat.answered = invited, answered
    forked = multiprocessing.get_context("fork")
    here, there = forked.Pipe()
    speaker = forked.Process(target=speak, args=(citizens.mouth, asterisk[0], there), daemon=True)
    speaker.start()
    talkers = Talkers(loop, citizens, here)
    seat.register()
    if not loop.run(lambda: seat.registered, 20):
        raise RuntimeError("the duty seat could not register")
    found: list[dict[str, tuple[int, str, bool]]] = []
    try:
        for turn in range(rounds):
            one = {}
            for number, kind in enumerate(NUMBERS):
                first = 13700000000 + (2 * turn + number) * 10_000
                one[kind] = grown(loop, probes, ear, talkers, kind, first, most, seconds)
                calls, why, _ = one[kind]
                print(f"  {kind:6}{calls:5} calls: {why}; load {os.getloadavg()[0]:.1f}", flush=True)
                ear.stamps.clear()
            found.append(one)
    finally:
        here.send(None)
        speaker.join(5)
        probes.close()
        citizens.close()
        loop.close()
    return found


def main() -> int:
    """Measure, print the knees and a JSON line; exit 1 below the bar."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, default=24000)
    options.add_argument("--most", type=float, default=160.0)
    options.add_argument("--seconds", type=float, default=28.0)
    options.add_argument("--rounds", type=int, default=3)
    given = options.parse_args()
    if shutil.which("sipp") is None:
        print("needs sipp (package sip-tester): it is the seat's voice")
        return 2
    with (
        tempfile.TemporaryDirectory(prefix="bench-spool-") as spool,
        ground(given.port, DIALPLAN, spool=spool) as where,
    ):
        store = open_store(where.settings)
        store.upgrade()
        watch = Watch(where.pids)
        watch.begin(time.monotonic(), own_seconds())
        with echo(where):
            found = measure(where, given.most, given.seconds, given.rounds)
        noise = watch.end(time.monotonic(), own_seconds())
        store.close()
    ratios = [one["ours"][0] / max(1, one["bare"][0]) for one in found]
    ratio = statistics.median(ratios)
    knees = {kind: statistics.median(one[kind][0] for one in found) for kind in NUMBERS}
    reached = all(one[kind][2] for one in found for kind in NUMBERS)
    passed = ratio >= BAR
    told = "" if reached else " (where nothing was late, the most that was tried stands for the knee)"
    print(f"talking, recorded calls held before a prompt is late: ours {knees['ours']:g}, bare {knees['bare']:g}{told}")
    print(f"ours / bare, median of {len(found)} rounds: {ratio:.2f} (bar {BAR}); others took {noise.others:.0%}")
    print(f"load {os.getloadavg()[0]:.1f}; {machine()}")
    print(
        json.dumps(
            {
                "bench": "capacity",
                "ratio": round(ratio, 3),
                "bar": BAR,
                "passed": passed,
                "knees": knees,
                "reached": reached,
                "load": round(os.getloadavg()[0], 1),
                "machine": machine(),
            }
        )
    )
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
