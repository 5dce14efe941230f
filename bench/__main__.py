"""`make bench`: every bench in turn, its words on the terminal and in bench/README.md with the machine they come from.

Exit code 1 where a bar was missed; what was measured is written down all the same.
"""

import json
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

from domain.clock import SHANGHAI, SystemClock

BENCHES = {
    "agi_round_trips": "AGI round trips a second on one session, beside a bare asyncio server and panoramisk",
    "ivr_cost": "Processor time of a call through our IVR, beside plain dialplan; clean calls a second",
    "emergency_latency": "From the last key's end to the duty seat's INVITE, beside plain Read and Dial",
    "capacity": "Talking, recorded calls held before a prompt is late, beside bare Asterisk with the same recordings",
    "agi_memory": "Memory of the telephony process over 100,000 calls",
    "transcription": "Speed of transcription, beside the engine's own bare loop on the same speech",
    "drafting": "Milliseconds a draft, gazetteer of 100,000 places",
}
README = Path(__file__).parent / "README.md"
LIMIT = 900.0


def main() -> int:
    """Run the benches named on the command line, or all."""
    names = sys.argv[1:] or list(BENCHES)
    unknown = set(names) - set(BENCHES)
    if unknown:
        sys.stderr.write(f"no such bench: {', '.join(sorted(unknown))}; there are: {', '.join(BENCHES)}\n")
        return 2
    sections, missed = [], []
    for name in names:
        text, result = run(name)
        sections.append(f"## {BENCHES[name]}\n\n`python -m bench.{name}`\n\n```\n{text.strip()}\n```\n")
        if not result.get("passed", False):
            missed.append(name)
    if names == list(BENCHES):
        README.write_text("\n".join((heading(), *sections)), encoding="utf-8")
        sys.stdout.write(f"\nwritten to {README}\n")
    if missed:
        sys.stdout.write(f"bars missed: {', '.join(missed)}\n")
    return 1 if missed else 0


def run(name: str) -> tuple[str, dict[str, Any]]:
    """Run one bench in a process of its own; return what it printed, and its closing JSON line."""
    sys.stdout.write(f"\n== {name}\n")
    sys.stdout.flush()
    try:
        done = subprocess.run(
            [sys.executable, "-m", f"bench.{name}"], capture_output=True, text=True, timeout=LIMIT, check=False
        )
    except subprocess.TimeoutExpired:
        return f"did not end within {LIMIT:g} s", {}
    lines = done.stdout.splitlines()
    closing = next((line for line in reversed(lines) if line.startswith("{")), "{}")
    text = "\n".join(line for line in lines if line != closing)
    sys.stdout.write(f"{text}\n{done.stderr}\n")
    return (text if text.strip() else done.stderr), json.loads(closing)


def heading() -> str:
    """Return the page's beginning: how to repeat it, and on what it was measured."""
    processor = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.processor(),
    )
    cores = Path("/proc/cpuinfo").read_text().count("processor\t")
    when = SystemClock().now().astimezone(SHANGHAI)
    return (
        "# Benchmarks\n\n"
        "Made by `make bench`. Trust the ratios, measured against a peer in the same run, more than the numbers.\n\n"
        f"{when:%Y-%m-%d}, {processor}, {cores} cores, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}\n"
    )


if __name__ == "__main__":
    sys.exit(main())
