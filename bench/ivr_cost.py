"""What a call through our IVR costs, against the same tree as plain dialplan in one Asterisk, and how many a second.

sipp plays the citizens: answered at once, a key after a second of prompt, handed over (`short`); or 9, then 1 half a
second later (`long`, told but without a bar). `12347` asks the first menu as our dialplan does and then our FastAGI
script, `12346` does all of it with Read() and sets the same variables; neither records nor rings, so that only the
conversation differs. Processor time is that of Asterisk and the telephony process together, from the processes' own
clocks. A call is clean when it was handed over as it should be, without a time-out or a repeat of anything.
"""

import argparse
import csv
import json
import os
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.ground import CITIZEN, Ground, ground
from bench.measure import Watch, cpu_seconds, machine, own_seconds, resident_megabytes
from bench.sip_text import key_events

RATIO_BAR = 1.4
RATE_BAR = 200
MEMORY_BAR = 120
TREES = {"short": ((1.0, "0"),), "long": ((0.5, "9"), (1.0, "1"))}
NUMBERS = {"plain": "12346", "ours": "12347"}
DIALPLAN = """
[from-trunk](+)
exten => 12346,1,Goto(bench-plain,s,1)
exten => 12347,1,Goto(bench-ours,s,1)

[bench-plain]
exten => s,1,Set(HL_CALL=${{CHANNEL(linkedid)}})
 same => n,Answer(,i)
 same => n,Read(HL_KEY,hotline/welcome-menu,1,t,1,0.8)
 same => n,Set(HL_KEYS=${{HL_KEY}})
 same => n,GotoIf($["${{HL_KEY}}" = "9"]?emergency)
 same => n,Set(HL_UTILITY=)
 same => n,Set(HL_OUTAGE=)
 same => n,Set(HL_RING=)
 same => n,Set(HL_RING_SECONDS=0)
 same => n,Set(HL_MUSIC=)
 same => n,Set(HL_QUEUE=agents)
 same => n,Set(HL_PRIO=0)
 same => n,Set(ROUTE=agents)
 same => n,Goto(bench-handed,s,1)
 same => n(emergency),Read(HL_KEY,hotline/emergency-menu,1,t,1,2.5)
 same => n,Set(HL_KEYS=${{HL_KEYS}}${{HL_KEY}})
 same => n,GotoIf($["${{HL_KEY}}" != "1"]?bench-handed,s,1)
 same => n,Set(HL_UTILITY=water)
 same => n,Set(HL_OUTAGE=)
 same => n,Set(HL_RING=PJSIP/water1&Local/power1@ring-3/n&Local/duty-mobile@outside-6/n)
 same => n,Set(HL_RING_SECONDS=20)
 same => n,Set(HL_MUSIC=)
 same => n,Set(HL_QUEUE=agents)
 same => n,Set(HL_PRIO=100)
 same => n,Set(ROUTE=emergency)
 same => n,Goto(bench-handed,s,1)

[bench-ours]
exten => s,1,Set(HL_CALL=${{CHANNEL(linkedid)}})
 same => n,Answer(,i)
 same => n,Gosub(ask-root,s,1)
 same => n,MSet(HL_KEYS=${{FILTER(0-9*#,${{HL_KEYS}}${{HL_KEY}})}},HL_KEY=)
 same => n,Set(TIMEOUT(absolute)=4)
 same => n,AGI(agi://{agi}/hotline,${{HL_CALL}},${{HL_KEYS}},${{FILTER(0-9,${{CALLERID(num)}})}},12345)
 same => n,Set(TIMEOUT(absolute)=0)
 same => n,Goto(bench-handed,s,1)
exten => T,1,Goto(bench-handed,s,1)

; A call that was not handed over as it should be stays silent until sipp counts it as failed.
[bench-handed]
exten => s,1,GotoIf($["${{ROUTE}}" = ""]?lost)
 same => n,GotoIf($["${{HL_KEYS}}${{HL_UTILITY}}" = "0"]?well)
 same => n,GotoIf($["${{HL_KEYS}}${{HL_UTILITY}}" = "91water"]?well)
 same => n(lost),NoOp()
 same => n,Wait(6)
 same => n(well),Hangup()
"""


Rounds = list[dict[tuple[str, str], dict[str, float]]]
"""For each round and (tree, kind): milliseconds a call in asterisk and telephony."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What sipp counted."""

    wanted: int
    good: int
    failed: int
    repeats: int
    rate: float

    @property
    def clean(self) -> bool:
        """Tell whether every call went as it should."""
        return self.good == self.wanted and not self.failed and not self.repeats


def sipp(where: Ground, kind: str, tree: str, rate: float, seconds: float) -> Counted:
    """Place calls of a kind, with the keys of a tree, at a rate."""
    ports, count = where.ports, max(1, int(rate * seconds))
    with tempfile.TemporaryDirectory(prefix="sipp-") as folder:
        table = Path(folder) / "calls.csv"
        (Path(folder) / "keys.pcap").write_bytes(capture(TREES[tree]))
        words = [
            "sipp",
            f"127.0.0.1:{ports.sip}",
            "-sf",
            str(Path(__file__).with_name("citizen.xml")),
            "-s",
            NUMBERS[kind],
        ]
        words += ["-i", CITIZEN, "-p", str(ports.caller), "-mi", CITIZEN, "-mp", str(ports.caller + 2)]
        words += ["-r", f"{rate:g}", "-m", str(count), "-l", "3000", "-nostdin", "-timeout", f"{seconds + 20:g}"]
        words += ["-trace_stat", "-stf", str(table), "-fd", "1", "-buff_size", "4194304"]
        done = subprocess.run(words, capture_output=True, text=True, timeout=seconds + 40, cwd=folder, check=False)
        if not table.exists():
            raise RuntimeError(f"sipp did not run: {done.stderr[-800:] or done.stdout[-800:]}")
        last = list(csv.DictReader(table.open(newline=""), delimiter=";"))[-1]
    return Counted(
        count,
        int(last["SuccessfulCall(C)"]),
        int(last["FailedCall(C)"]),
        int(last["Retransmissions(C)"]),
        float(last["CallRate(C)"]),
    )


def capture(keys: Sequence[tuple[float, str]]) -> bytes:
    """Return a packet capture of keys pressed so many seconds after the answer; sipp puts addresses and ports right.

    sipp's own play_dtmf sends 400 ms of something else before each key.
    """
    written = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    quiet = [(0.0, b"\x80\x08" + bytes(10) + b"\xd5" * 160)]
    pressed = [
        (after + 0.02 * i, packet)
        for number, (after, digit) in enumerate(keys, start=1)
        for i, packet in enumerate(key_events(digit, 8000 * number, 100 * number, 12345))
    ]
    for at, packet in (*quiet, *pressed):
        udp = struct.pack("!HHHH", 5000, 5000, 8 + len(packet), 0)
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 28 + len(packet), 0, 0, 64, 17, 0, b"\x7f\0\0\2", b"\x7f\0\0\1")
        frame = bytes(12) + b"\x08\0" + ip + udp + packet
        written += struct.pack("<IIII", int(at), round(at % 1 * 1_000_000), len(frame), len(frame)) + frame
    return written


def cost(where: Ground, kind: str, tree: str, rate: float, seconds: float) -> dict[str, float]:
    """Return the processor milliseconds a call costs in Asterisk and in the telephony process."""
    asterisk, telephony = where.pids
    before = [cpu_seconds([pid]) for pid in (asterisk, telephony)]
    counted = sipp(where, kind, tree, rate, seconds)
    settled = time.monotonic() + 1.0
    while time.monotonic() < settled:
        time.sleep(0.1)
    spent = [cpu_seconds([pid]) - used for pid, used in zip((asterisk, telephony), before, strict=True)]
    if counted.failed or not counted.good:
        raise RuntimeError(f"{kind}: {counted.failed} of {counted.wanted} calls failed at {rate:g} calls/s")
    return {name: s * 1000 / counted.good for name, s in zip(("asterisk", "telephony"), spent, strict=True)}


def highest(where: Ground, kind: str, rates: list[int], seconds: float) -> int:
    """Return the highest of the rates at which every call is clean, trying each twice before giving up."""
    best = 0
    for rate in rates:
        for _ in range(2):
            counted = sipp(where, kind, "short", rate, seconds)
            told = "clean" if counted.clean else f"{counted.failed} failed, {counted.repeats} repeats"
            print(f"  {kind:8}{rate:5} calls/s: {counted.good} of {counted.wanted}, {told}", flush=True)
            if counted.clean:
                best = rate
                break
        else:
            break
    return best


def main() -> int:
    """Measure, print a table and a JSON line; exit 1 beyond a bar."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, default=24000)
    options.add_argument("--rate", type=float, default=20.0)
    options.add_argument("--seconds", type=float, default=7.0)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--rates", type=int, nargs="*", default=[150, 200, 250])
    given = options.parse_args()
    if shutil.which("sipp") is None or os.geteuid() != 0:
        print("needs sipp (package sip-tester) and root: sipp plays its keys through a raw socket")
        return 2
    with ground(given.port, DIALPLAN) as where:
        for kind in NUMBERS:
            sipp(where, kind, "long", 5, 2)
        memory = resident_megabytes(where.pids[1])
        watch = Watch(where.pids)
        watch.begin(time.monotonic(), own_seconds())
        rounds = [
            {(tree, kind): cost(where, kind, tree, given.rate, given.seconds) for tree in TREES for kind in NUMBERS}
            for _ in range(given.rounds)
        ]
        noise = watch.end(time.monotonic(), own_seconds())
        loaded = resident_megabytes(where.pids[1])
        ratios = told(rounds, given.rate)
        rates = {kind: highest(where, kind, given.rates, 6) for kind in NUMBERS}
    passed = ratios["short"] <= RATIO_BAR and rates["ours"] >= RATE_BAR and memory < MEMORY_BAR
    print(f"telephony process: {memory:.0f} MB idle (bar {MEMORY_BAR}), {loaded:.0f} MB after the calls")
    print(f"highest clean calls/s: ours {rates['ours']}, plain {rates['plain']} (bar {RATE_BAR}); {noise}")
    print(machine())
    together = {f"{tree} {kind}": round(_median(rounds, tree, kind), 2) for tree in TREES for kind in NUMBERS}
    print(
        json.dumps(
            {
                "bench": "ivr_cost",
                "ratio": round(ratios["short"], 3),
                "ratio_long": round(ratios["long"], 3),
                "bar": RATIO_BAR,
                "ms_a_call": together,
                "clean_calls_per_second": rates,
                "rate_bar": RATE_BAR,
                "passed": passed,
                "telephony_megabytes": round(memory),
                "others": round(noise.others, 3),
                "machine": machine(),
            }
        )
    )
    return 0 if passed else 1


def told(rounds: Rounds, rate: float) -> dict[str, float]:
    """Print what calls cost, and return the ratio of ours to plain for each tree."""
    print(f"processor time of a call at {rate:g} calls/s, ms")
    print(f"{'':12}{'Asterisk':>10}{'telephony':>11}{'together':>10}")
    for tree, kind in rounds[0]:
        parts = [statistics.median(one[tree, kind][part] for one in rounds) for part in ("asterisk", "telephony")]
        print(f"{tree:6}{kind:6}{parts[0]:10.2f}{parts[1]:11.2f}{_median(rounds, tree, kind):10.2f}")
    ratios = {}
    for tree in TREES:
        each = [sum(one[tree, "ours"].values()) / sum(one[tree, "plain"].values()) for one in rounds]
        ratios[tree] = statistics.median(each)
        bar = f" (bar {RATIO_BAR})" if tree == "short" else ""
        print(f"{tree}: ours / plain, median of {len(rounds)} rounds: {ratios[tree]:.2f}{bar}", flush=True)
    return ratios


def _median(rounds: Rounds, tree: str, kind: str) -> float:
    return statistics.median(sum(one[tree, kind].values()) for one in rounds)


if __name__ == "__main__":
    sys.exit(main())
