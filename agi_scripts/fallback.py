"""The second rung: what Asterisk runs for a call when FastAGI does not answer. No database, no process of ours needed.

Called as `python -m agi_scripts.fallback TABLE`; TABLE is what `telephony.asterisk.render` compiled at start.
"""

import io
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TextIO

from pydantic import TypeAdapter

from domain.call import Call
from domain.clock import Clock, SystemClock
from domain.phone_number import clean
from ivr.flow import Start, converse
from ivr.outages import Outages
from ivr.phone import CallerHungUp
from ivr.tree import Tree
from routing.config import RoutingConfig
from routing.decide import decide
from telephony.asterisk.classic import ClassicLine, run
from telephony.route_variables import variables


def main() -> int:
    """Talk to Asterisk on standard input and output; 0 once a decision was made or the caller is gone."""
    read = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace", newline="\n")
    write = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="\n")
    try:
        answer(Path(sys.argv[1]), read, write, SystemClock())
    except CallerHungUp:
        return 0
    return 0


def answer(table: Path, read: TextIO, write: TextIO, clock: Clock) -> None:
    """Ask the citizen what an earlier rung has not heard yet, decide, and hand the call over with ROUTE as the last."""
    plain = json.loads(table.read_text(encoding="utf-8"))
    tree = TypeAdapter(Tree).validate_python(plain["tree"])
    routing = TypeAdapter(RoutingConfig).validate_python(plain["routing"])
    line = ClassicLine(read, write, Path(plain["sounds"]), plain["rescue"])
    run(_serve(line, tree, routing, clock.now()))


async def _serve(line: ClassicLine, tree: Tree, routing: RoutingConfig, now: datetime) -> None:
    linkedid, keys, ani, dialled = (line.said.get(f"agi_arg_{number}", "") for number in range(1, 5))
    choice = await converse(line, tree, Start(keys, now), Outages())
    route = decide(Call(linkedid, clean(ani), dialled, now), choice, routing, now, {})
    for name, value in variables(route, choice):
        await line.note(name, value)


if __name__ == "__main__":
    sys.exit(main())
