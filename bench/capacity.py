"""How many talking, recorded calls this machine holds before a prompt is late, as a ratio to bare Asterisk.

sipp's citizens call at a steady rate, press 9 and 1, are put through to the duty seat, and talk to the end: real voice
both ways (the seat's is an echo), both legs recorded by MixMonitor, so that the number of calls grows until something
gives. Beside them five probes a second make the same call and are timed by the kernel's own stamps. `12345` is the
hotline as it ships, finished calls filed into a database; `12346` is plain dialplan in the same Asterisk, with the
same prompts and recordings. The knee is the number of calls at which, over five seconds of probes, the 95th
percentile of

- INVITE → first voice packet of the notice is above 300 ms, or
- key's end → INVITE at the duty seat is above 300 ms, or
- the longest gap in the voice of the notice is above 80 ms (a usual jitter buffer's end),

or a tenth of the probes are not put through at all. Both kinds take turns, three times; the median ratio counts.
"""

import argparse
import csv
import json
import os
import shutil
import statistics
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
from pathlib import Path

from bench.ground import CITIZEN, Ground, ground
from bench.ivr_cost import capture
from bench.measure import Watch, machine, own_seconds, quantile
from bench.sip_load import Citizens, DutySeat, Loop, Placed
from hotline.wiring import open_store

BAR = 0.9
LATE_MS, GAP_MS = 300.0, 80.0
LOST = 0.1
KEYS = ((0.35, "9"), (0.9, "1"))
TALK = 0.6
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


@dataclass(slots=True)
class Ramp:
    """One growing load of one kind."""

    where: Ground
    loop: Loop
    citizens: Citizens
    ear: Ear
    rate: float
    seconds: float

    def run(self, kind: str, number: int) -> tuple[int, str, bool]:
        """Return the knee, why it is one, and whether there was one: else the number is the most that was reached."""
        with tempfile.TemporaryDirectory(prefix="sipp-") as folder:
            background = self._sipp(kind, Path(folder))
            first = 13700000000 + number * 10_000
            probes = [Placed(str(first + i), NUMBERS[kind], KEYS, TALK) for i in range(int(self.seconds * PROBES))]
            for i, call in enumerate(probes):
                self.loop.later(1.0 + i / PROBES, lambda call=call: self.citizens.place(call))
            stop = time.monotonic() + self.seconds + 3
            self.loop.run(lambda: time.monotonic() > stop, self.seconds + 5)
            background.kill()
            background.wait()
            self.where.asterisk.ask("channel request hangup all")
            quiet = time.monotonic() + 5
            self.loop.run(lambda: time.monotonic() > quiet, 6)
            held = self._held(Path(folder) / "stat.csv")
        found = [probed(call, self.ear) for call in probes if call.asked]
        for at in range(len(found) - WINDOW + 1):
            window = found[at : at + WINDOW]
            why = late(window)
            if why:
                return self._at(held, window[WINDOW // 2].at), why, True
        return max((calls for _, calls in held), default=0), "never late", False

    def _sipp(self, kind: str, folder: Path) -> "subprocess.Popen[bytes]":
        (folder / "talk.pcap").write_bytes(capture(KEYS, voice=60.0))
        ports = self.where.ports
        words = ["sipp", f"127.0.0.1:{ports.sip}", "-sf", str(Path(__file__).with_name("talker.xml"))]
        words += ["-s", NUMBERS[kind], "-i", CITIZEN, "-p", str(ports.caller + 30), "-mi", CITIZEN]
        words += ["-mp", str(ports.caller + 1000), "-r", f"{self.rate:g}", "-l", "3000", "-nostdin"]
        words += ["-trace_stat", "-stf", str(folder / "stat.csv"), "-fd", "1", "-buff_size", "4194304"]
        return subprocess.Popen(words, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    @staticmethod
    def _held(table: Path) -> list[tuple[float, int]]:
        """Return how many calls sipp held, moment by moment."""
        with table.open(newline="") as file:
            rows = list(csv.DictReader(file, delimiter=";"))
        return [(float(row["CurrentTime"].split()[-1]), int(row["CurrentCall"])) for row in rows]

    @staticmethod
    def _at(held: Sequence[tuple[float, int]], moment: float) -> int:
        return max((calls for at, calls in held if at <= moment), default=0)


def measure(where: Ground, rate: float, seconds: float, rounds: int) -> list[dict[str, tuple[int, str, bool]]]:
    """Let both kinds grow, turn about."""
    loop, ear, asterisk = Loop(), Ear(), ("127.0.0.1", where.ports.sip)
    citizens = Citizens(loop, where.ports.caller, where.ports.caller + 1, asterisk)
    citizens.listen(ear.heard)
    seat = DutySeat(loop, where.ports.seat, asterisk, SEAT, where.password(SEAT), answer_after=0.2)

    def invited(ani: str, stamp: float) -> None:
        call = citizens.by_ani.get(ani)
        if call and not call.invited:
            call.invited = stamp

    def answered(ani: str) -> None:
        call = citizens.by_ani.get(ani)
        if call:
            call.seat_answered = True

    seat.invited, seat.answered = invited, answered
    seat.register()
    if not loop.run(lambda: seat.registered, 20):
        raise RuntimeError("the duty seat could not register")
    found: list[dict[str, tuple[int, str, bool]]] = []
    number = 0
    try:
        for _ in range(rounds):
            one = {}
            for kind in NUMBERS:
                number += 1
                one[kind] = Ramp(where, loop, citizens, ear, rate, seconds).run(kind, number)
                calls, why, _ = one[kind]
                print(f"  {kind:6}{calls:5} calls: {why}; load {os.getloadavg()[0]:.1f}", flush=True)
                ear.stamps.clear()
            found.append(one)
    finally:
        citizens.close()
        loop.close()
    return found


def main() -> int:
    """Measure, print the knees and a JSON line; exit 1 below the bar."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, default=24000)
    options.add_argument("--rate", type=float, default=6.0)
    options.add_argument("--seconds", type=float, default=40.0)
    options.add_argument("--rounds", type=int, default=3)
    given = options.parse_args()
    if shutil.which("sipp") is None or os.geteuid() != 0:
        print("needs sipp (package sip-tester) and root: sipp plays voice through a raw socket")
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
            found = measure(where, given.rate, given.seconds, given.rounds)
        noise = watch.end(time.monotonic(), own_seconds())
        store.close()
    ratios = [one["ours"][0] / max(1, one["bare"][0]) for one in found]
    ratio = statistics.median(ratios)
    knees = {kind: statistics.median(one[kind][0] for one in found) for kind in NUMBERS}
    reached = all(one[kind][2] for one in found for kind in NUMBERS)
    passed = ratio >= BAR
    told = "" if reached else " (where nothing was late, the most that was tried stands for the knee)"
    print(f"talking, recorded calls held before a prompt is late: ours {knees['ours']:g}, bare {knees['bare']:g}{told}")
    print(
        f"ours / bare, median of {len(found)} rounds: {ratio:.2f} (bar {BAR}); sipp and others took {noise.others:.0%}"
    )
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
