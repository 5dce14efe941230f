"""Milliseconds of processor time that repair and draft of a transcript take once warm, with 100,000 more names or not.

The calls are the true texts of the open calls, and one made of all of them that lasts as long as an hour's call.
"""

import argparse
import json
import os
import random
import statistics
import sys
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from bench.measure import machine, quantile, resident_megabytes
from cases.draft import CallFacts
from cases.drafting import Rules, draft
from cases.gazetteer import Place, PlaceKind
from cases.repair import repaired
from hotline.drafting_rules import read_drafting, read_gazetteer
from tests.truth_calls import facts_of, truth_calls
from transcription.transcript import Transcript

Call = tuple[Transcript, CallFacts]
BAR = 50.0
SYLLABLES = (
    "东西南北安平和顺福禄寿喜金银玉翠锦绣天地人文华丽春夏秋冬山水花园林泉龙凤麒麟云霞星月阳光明珠宝石松柏梅兰竹菊"
)
ENDINGS = ("小区", "花园", "家园", "嘉园", "新城", "名邸", "公馆", "华府", "苑", "佳苑")


def main() -> int:
    """Measure and print; exit code 1 where a warm draft takes more than the bar."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=20)
    given = options.parse_args()
    config = Path(__file__).parent.parent / "config"
    places = read_gazetteer(config / "gazetteer")
    drafting = read_drafting(config / "drafting", places)
    calls = [(call.transcript(), facts_of(call)) for call in truth_calls()]
    print(machine())
    rows = {}
    for name, more in (("shipped gazetteer", 0), ("100,000 more estates", 100_000)):
        before, started = resident_megabytes(os.getpid()), time.process_time()
        rules = Rules.of(drafting, [*places, *estates(more, places)])
        compiled = time.process_time() - started
        spent = measure(calls, rules, given.rounds)
        rows[name] = {
            "names": len(places) + more,
            "compile_s": round(compiled, 2),
            "index_mb": round(resident_megabytes(os.getpid()) - before),
            "median_ms": round(statistics.median(spent), 2),
            "p99_ms": round(quantile(spent, 0.99), 2),
            "hour_ms": round(measure([an_hour_of(calls)], rules, 3)[0]),
        }
        print(f"{name:22}", "  ".join(f"{key} {value}" for key, value in rows[name].items()))
    worst = max(row["p99_ms"] for row in rows.values())
    print(json.dumps({"bench": "drafting", "bar_ms": BAR, "p99_ms": worst, "passed": worst <= BAR, "rows": rows}))
    return 0 if worst <= BAR else 1


def measure(calls: list[Call], rules: Rules, rounds: int) -> list[float]:
    """Return the milliseconds of processor time of every warm draft."""
    for transcript, facts in calls:
        draft(repaired(transcript, rules.lexicon), facts, rules)
    spent = []
    for transcript, facts in calls * rounds:
        started = time.process_time()
        draft(repaired(transcript, rules.lexicon), facts, rules)
        spent.append((time.process_time() - started) * 1e3)
    return spent


def an_hour_of(calls: list[Call]) -> Call:
    """Return one call with the turns of all of them, again and again, for an hour."""
    said, at = [], 0.0
    while at < 3600:
        for transcript, _ in calls:
            said += [replace(u, start=u.start + at, end=u.end + at) for u in transcript.utterances]
            at += transcript.audio_seconds
    return Transcript(tuple(said), "truth", "hour", at, 0.0), calls[0][1]


def estates(count: int, places: Iterable[Place]) -> list[Place]:
    """Return made-up estates, spread over the towns."""
    towns = [place for place in places if place.kind is PlaceKind.TOWN]
    chance = random.Random(12345)  # noqa: S311
    made = []
    for _ in range(count):
        town = chance.choice(towns)
        name = "".join(chance.sample(SYLLABLES, chance.randint(2, 4))) + chance.choice(ENDINGS)
        made.append(Place(PlaceKind.ESTATE, name, town.counties, town.name))
    return made


if __name__ == "__main__":
    sys.exit(main())
