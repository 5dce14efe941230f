"""A decision as people read it: the verdict, why, and a small picture of who rings when; and the same as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from domain.call import Call, Choice
from domain.clock import local
from domain.phone_number import mask
from routing import reasons
from routing.config import RoutingConfig
from routing.decide import decide
from routing.route import Ring, Route, RouteKind, SeatState

_WIDTH = 30
_STYLES = {
    SeatState.FREE: "green",
    SeatState.RINGING: "yellow",
    SeatState.BUSY: "yellow",
    SeatState.PAUSED: "yellow",
    SeatState.GONE: "red",
    SeatState.UNKNOWN: "dim",
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision and all that it was made of."""

    call: Call
    choice: Choice
    config: RoutingConfig
    now: datetime
    seats: Mapping[str, SeatState]
    route: Route


def explain(
    call: Call, choice: Choice, config: RoutingConfig, now: datetime, seats: Mapping[str, SeatState]
) -> Explanation:
    """Decide, and keep what was asked beside the answer."""
    return Explanation(call, choice, config, now, seats, decide(call, choice, config, now, seats))


def verdict(one: Explanation) -> str:
    """Return the decision in one line."""
    route, config = one.route, one.config
    if route.kind is RouteKind.MESSAGE:
        return "无人可接：请市民留言"
    if route.kind is RouteKind.AGENTS:
        front = "，排在最前" if route.priority else ""
        return f"排队：{reasons.queue_title(route.queue, config)}{front}"
    first = "、".join(reasons.target(ring, config) for ring in route.rings if ring.after == 0)
    return f"急修：立即振铃 {first}"


def render(one: Explanation) -> RenderableType:
    """Return the explanation for a terminal."""
    style = {RouteKind.EMERGENCY: "bold red", RouteKind.AGENTS: "bold green", RouteKind.MESSAGE: "bold yellow"}
    parts: list[RenderableType] = [Text(verdict(one), style=style[one.route.kind]), Text()]
    if one.route.rings:
        parts += [_picture(one), Text()]
    why = Table.grid(padding=(0, 1))
    why.add_column(no_wrap=True)
    why.add_column(overflow="fold")  # the default cuts Chinese sentences short, since they have no spaces
    for i, reason in enumerate(one.route.reasons, 1):
        why.add_row(Text(f"{i}.", style="dim"), Text(reason))
    return Padding(Group(*parts, why), (0, 1))


def as_json(one: Explanation) -> dict[str, object]:
    """Return the explanation for a program; the citizen's number is masked, an outside number is named, not shown."""
    route = one.route
    return {
        "at": local(one.now).isoformat(),
        "call": {"linkedid": one.call.linkedid, "ani": mask(one.call.ani), "dialled": one.call.dialled},
        "choice": {
            "keys": one.choice.keys,
            "emergency": one.choice.emergency,
            "utility": one.choice.utility.value if one.choice.utility else None,
            "queue": one.choice.queue,
            "outage": one.choice.outage,
        },
        "verdict": verdict(one),
        "route": {
            "kind": route.kind.value,
            "rings": [
                {"after": ring.after, "seat": ring.seat, "outside": ring.outside, "state": _state(ring, one)}
                for ring in route.rings
            ],
            "ring_seconds": route.ring_seconds,
            "queue": route.queue or None,
            "priority": route.priority,
            "utility": route.utility.value if route.utility else None,
            "while_ringing": route.while_ringing,
        },
        "reasons": list(route.reasons),
    }


def _picture(one: Explanation) -> Table:
    """Draw who rings from when to when, and what follows; full width is the whole ring."""
    route = one.route
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("谁")
    table.add_column("状态")
    table.add_column(_scale(route), no_wrap=True, width=_WIDTH + 6)
    for ring in route.rings:
        state = None if ring.seat is None else one.seats.get(ring.seat, SeatState.UNKNOWN)
        said = Text(reasons.STATES[state], style=_STYLES[state]) if state else Text("外线", style="dim")
        table.add_row(Text(reasons.target(ring, one.config)), said, _bar(ring, route))
    then = Text(" " * _WIDTH + "▶", style="bold")
    queue = reasons.queue_title(route.queue, one.config)
    table.add_row(Text(queue, style="green"), Text("排在最前", style="dim"), then)
    table.add_row(Text("留言，生成紧急工单草稿", style="yellow"), Text("最后", style="dim"), Text(" " * _WIDTH + " ▶"))
    return table


def _bar(ring: Ring, route: Route) -> Text:
    silent = _column(ring.after, route)
    return Text("·" * silent, style="dim").append("█" * (_WIDTH - silent), style="red" if ring.seat else "magenta")


def _scale(route: Route) -> Text:
    """Return the seconds at which somebody starts to ring, over the picture, and the end of the ring."""
    line = ""
    for after in sorted({ring.after for ring in route.rings}):
        line = line.ljust(_column(after, route))
        line += str(after) if not line or line.endswith(" ") else ""
    return Text(f"{line.ljust(_WIDTH)}{route.ring_seconds}秒")


def _column(after: int, route: Route) -> int:
    return min(_WIDTH, after * _WIDTH // max(1, route.ring_seconds))


def _state(ring: Ring, one: Explanation) -> str | None:
    return None if ring.seat is None else one.seats.get(ring.seat, SeatState.UNKNOWN).value
