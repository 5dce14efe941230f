"""agi://…/hotline: talk to the citizen, decide, tell Asterisk. The dialplan carries it out without us."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from structlog.typing import FilteringBoundLogger

from domain.call import Call, Choice
from domain.clock import Clock
from domain.phone_number import clean, mask
from ivr.flow import Start, converse
from ivr.outages import Outages
from ivr.tree import Tree
from routing.config import RoutingConfig
from routing.decide import decide
from routing.nuisance import NuisanceRules, slowed
from routing.route import Route, SeatState
from telephony.agi.codec import Request
from telephony.agi.line import AgiLine
from telephony.agi.session import Session
from telephony.route_variables import variables

_KEYS = frozenset("0123456789*#")
_MOST_KEYS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Hotline:
    """The script of an incoming call.

    `outages`, `seats` and `tagged` (is this number one that calls to annoy?) tell what is known at the moment, from
    memory; `nuisance` says how such a caller is slowed; `duration` tells a sound's length in seconds;
    `rescue` seconds after a step should have ended, Asterisk takes the call back. `decided` is told each decision and
    the seconds (of `ticks`) from the last key to the decision in Asterisk's hands.
    """

    tree: Tree
    routing: RoutingConfig
    outages: Callable[[], Outages]
    seats: Callable[[], Mapping[str, SeatState]]
    duration: Callable[[str], float]
    rescue: float
    clock: Clock
    log: FilteringBoundLogger
    decided: Callable[[Route, float], None] = lambda *_: None
    ticks: Callable[[], float] = time.perf_counter
    nuisance: NuisanceRules = field(default_factory=NuisanceRules)
    tagged: Callable[[str | None], bool] = lambda _number: False

    async def __call__(self, session: Session) -> None:
        """Converse, decide, hand over."""
        begun = self.ticks()
        call = caller(session.request, self.clock)
        async with AgiLine(session, self.duration, self.rescue) as line:
            choice = await converse(line, self.tree, self._start(session.request), self.outages())
            chosen = self.ticks() if session.waited else begun  # nothing asked: the last key was there when it began
            route = decide(call, choice, self.routing, self.clock.now(), self.seats())
            if not choice.emergency and self.tagged(call.ani):
                route = slowed(route, choice, self.nuisance)
            await line.hand_over(variables(route, choice))
        self.decided(route, self.ticks() - chosen)
        self._note(call, choice, route)

    def _start(self, request: Request) -> Start:
        return Start(keys_of(request.argument(2)), self.clock.now())

    def _note(self, call: Call, choice: Choice, route: Route) -> None:
        self.log.info(
            "call routed",
            linkedid=call.linkedid,
            ani=mask(call.ani),
            keys=choice.keys,
            route=route.kind.value,
            queue=route.queue,
            utility=route.utility and route.utility.value,
            outage=choice.outage,
            reasons=route.reasons,
        )


def caller(request: Request, clock: Clock) -> Call:
    """Return the call that the dialplan's arguments describe: linkedid, keys, ANI, number dialled."""
    return Call(
        linkedid=request.linkedid,
        ani=clean(request.argument(3)),
        dialled=clean(request.argument(4)) or "",
        started=clock.now(),
    )


def keys_of(text: str) -> str:
    """Return the keys in a channel variable's text, without anything that is no key."""
    return "".join(key for key in text if key in _KEYS)[:_MOST_KEYS]
