"""An emergency under a SIP flood: from the key's end to the duty seat's INVITE, with and without the kernel's rules.

sipp sends REGISTERs and INVITEs of people nobody knows from 127.0.0.9, as fast as it is told. With `--rules` (root, in
a network of its own: `unshare -n`) the floods are measured a second time behind ops/nftables/hotline.nft.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

from bench.emergency_latency import DIALPLAN, NUMBERS, Bench
from bench.ground import Ground, ground
from bench.measure import machine, quantile
from bench.sip_flood import flooding
from bench.sip_load import Placed

RULES = Path(__file__).resolve().parents[1] / "ops/nftables/hotline.nft"


def measured(ready: Ground, rate: float, seconds: float) -> list[Placed]:
    """Place emergencies and return them."""
    only = Bench(ready, rate, seconds)
    return only.run(1)["ours"]


def told(name: str, calls: list[Placed]) -> dict[str, float]:
    """Print one line and return its figures."""
    took = [(call.invited - call.key_end) * 1000 for call in calls if call.invited]
    lost = len(calls) - len(took)
    figures = {"calls": len(calls), "lost": lost}
    if took:
        figures |= {"p50": quantile(took, 0.5), "p99": quantile(took, 0.99), "worst": max(took)}
    print(f"{name:28}" + "".join(f"{key} {value:<9.4g}" for key, value in figures.items()), flush=True)
    return figures


def main() -> int:
    """Measure and print; exit 1 where an emergency was lost."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, default=26000)
    options.add_argument("--rate", type=float, default=5.0)
    options.add_argument("--seconds", type=float, default=15.0)
    options.add_argument("--flood", type=int, nargs="+", default=[500, 2000])
    options.add_argument("--rules", action="store_true")
    given = options.parse_args()
    found = {}
    with ground(given.port, DIALPLAN) as ready:
        port = ready.ports.sip
        found["quiet"] = told("quiet", measured(ready, given.rate, given.seconds))
        for rate in given.flood:
            name = f"flood of {rate}/s"
            with flooding(port, rate):
                found[name] = told(name, measured(ready, given.rate, given.seconds))
        if given.rules:
            text = RULES.read_text().replace("sip_port = 5060", f"sip_port = {port}")
            subprocess.run(("nft", "-f", "-"), input=text, text=True, check=True)
            for rate in given.flood:
                name = f"flood of {rate}/s, nftables"
                with flooding(port, rate):
                    found[name] = told(name, measured(ready, given.rate, given.seconds))
    lost = sum(figures["lost"] for figures in found.values())
    print(machine())
    print(json.dumps({"bench": "flood", "numbers": NUMBERS["ours"], "found": found}))
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
