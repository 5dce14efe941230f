"""From a key's end to the duty seat's INVITE: our hotline against plain Read→Dial, turn about, in one Asterisk.

Citizens dial at a fixed rate, press 9 and then 1; a duty seat that is a real registered SIP endpoint times its INVITEs.
`12345` takes the way of every call: notice, recording, FastAGI, decision, staggered ring. `12346` does with two Read()
and one Dial() of Asterisk what the keys ask for, nothing else. Neither a database nor a worker runs.
"""

import argparse
import json
import os
import sys
import time
from dataclasses import dataclass, field

from bench.ground import Ground, ground
from bench.measure import Watch, machine, own_seconds, quantile
from bench.sip_load import Citizens, DutySeat, Loop, Placed

BAR = 20.0
KEYS = ((0.35, "9"), (0.9, "1"))
TALK = 0.6
SEAT = "water1"
NUMBERS = {"plain": "12346", "ours": "12345"}
DIALPLAN = """
[from-trunk](+)
exten => 12346,1,Answer(,i)
 same => n,Read(BENCH_FIRST,hotline/notice,1,,1,5)
 same => n,Read(BENCH_SECOND,hotline/emergency-menu,1,,1,5)
 same => n,GotoIf($["${{BENCH_FIRST}}${{BENCH_SECOND}}" != "91"]?wrong)
 same => n,Dial(PJSIP/water1,20)
 same => n(wrong),Hangup()
"""


@dataclass(slots=True)
class Bench:
    """One run: calls of both kinds, and how long each took from the key's end to the INVITE, in milliseconds."""

    ground: Ground
    rate: float
    seconds: float
    loop: Loop = field(default_factory=Loop)
    calls: list[Placed] = field(default_factory=list)

    def run(self, rounds: int) -> dict[str, list[Placed]]:
        """Measure both kinds turn about and return their calls."""
        ports = self.ground.ports
        asterisk = ("127.0.0.1", ports.sip)
        citizens = Citizens(self.loop, ports.caller, ports.caller + 1, asterisk)
        seat = DutySeat(self.loop, ports.seat, asterisk, SEAT, self.ground.password(SEAT), answer_after=0.2)
        seat.invited = lambda ani, stamp: self._invited(citizens, ani, stamp)
        seat.answered = lambda ani: self._answered(citizens, ani)
        seat.register()
        if not self.loop.run(lambda: seat.registered, 10):
            raise RuntimeError("the duty seat could not register")
        found: dict[str, list[Placed]] = {kind: [] for kind in NUMBERS}
        try:
            for kind in NUMBERS:  # the first calls load code and fill caches
                self._round(citizens, kind, 3)
            for _ in range(rounds):
                for kind in NUMBERS:
                    found[kind] += self._round(citizens, kind, self.seconds)
        finally:
            citizens.close()
            self.loop.close()
        return found

    def _round(self, citizens: Citizens, kind: str, seconds: float) -> list[Placed]:
        count = int(self.rate * seconds)
        first = 13900000000 + len(self.calls)
        placed = [Placed(str(first + i), NUMBERS[kind], KEYS, TALK) for i in range(count)]
        self.calls += placed
        for i, call in enumerate(placed):
            self.loop.later(i / self.rate, lambda call=call: citizens.place(call))
        self.loop.run(lambda: all(call.over for call in placed), seconds + 15)
        quiet = time.monotonic() + 0.5
        self.loop.run(lambda: time.monotonic() > quiet, 2)
        return placed

    def _invited(self, citizens: Citizens, ani: str, stamp: float) -> None:
        call = citizens.by_ani.get(ani)
        if call and not call.invited:
            call.invited = stamp

    def _answered(self, citizens: Citizens, ani: str) -> None:
        call = citizens.by_ani.get(ani)
        if call:
            call.seat_answered = True


def main() -> int:
    """Measure, print a table and a JSON line; exit 1 above the bar or where calls were lost."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, default=24000)
    options.add_argument("--rate", type=float, default=20.0)
    options.add_argument("--seconds", type=float, default=15.0)
    options.add_argument("--rounds", type=int, default=3)
    given = options.parse_args()
    with ground(given.port, DIALPLAN) as ready:
        watch = Watch(ready.pids)
        watch.begin(time.monotonic(), own_seconds())
        found = Bench(ready, given.rate, given.seconds).run(given.rounds)
        noise = watch.end(time.monotonic(), own_seconds())
    took = {
        kind: [(call.invited - call.key_end) * 1000 for call in calls if call.invited and call.seat_answered]
        for kind, calls in found.items()
    }
    lost = {kind: len(found[kind]) - len(took[kind]) for kind in found}
    print(f"key's end → INVITE at the duty seat, {given.rate:g} calls/s, ms")
    print(f"{'':8}{'calls':>7}{'lost':>6}{'p50':>8}{'p90':>8}{'p99':>8}{'worst':>8}")
    shares = {"p50": 0.5, "p90": 0.9, "p99": 0.99}
    figures = {kind: {name: quantile(ms, share) for name, share in shares.items()} for kind, ms in took.items() if ms}
    for kind, ms in took.items():
        if ms:
            told = "".join(f"{value:8.1f}" for value in figures[kind].values())
            print(f"{kind:8}{len(ms):7}{lost[kind]:6}{told}{max(ms):8.1f}")
    if len(figures) < len(NUMBERS):
        print(f"no calls got through: {lost}")
        return 1
    over = figures["ours"]["p99"] - figures["plain"]["p99"]
    passed = over <= BAR and not any(lost.values())
    print(f"ours over plain at p99: {over:.1f} ms (bar {BAR:g} ms); {noise}, load {os.getloadavg()[0]:.1f}")
    print(machine())
    rounded = {kind: {name: round(value, 2) for name, value in values.items()} for kind, values in figures.items()}
    print(
        json.dumps(
            {
                "bench": "emergency_latency",
                "p99_over_plain_ms": round(over, 2),
                "bar": BAR,
                "passed": passed,
                "ms": rounded,
                "lost": lost,
                "calls_per_second": given.rate,
                "others": round(noise.others, 3),
                "machine": machine(),
            }
        )
    )
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
