"""骚扰来电: who calls to annoy, and what is done about it. Slowed on the ordinary way; never kept from an emergency."""

from dataclasses import replace
from typing import Annotated

from pydantic import Field, StringConstraints
from pydantic.dataclasses import dataclass

from domain.call import Choice
from domain.problem import Problem
from domain.record import STRICT
from routing import reasons
from routing.route import Route, RouteKind

CALLS = "calls"
HANG_UPS = "hang-ups"


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class NuisanceRules:
    """The whole of config/nuisance.yaml.

    A number is tagged after more than `talks` answered calls, or `hang_ups` calls of less than `short_seconds` each,
    within `within_minutes` (0: never); calls that took the emergency way count for neither, nor do those that nobody
    answered. The tag goes by itself after `lasts_hours`. A tagged caller on the ordinary way hears the prompt `notice`
    first, where one is given, and waits with `priority`, below everybody else's 0.
    """

    talks: Annotated[int, Field(ge=0, le=1000)] = 20
    hang_ups: Annotated[int, Field(ge=0, le=1000)] = 8
    short_seconds: Annotated[float, Field(gt=0, le=60)] = 8.0
    within_minutes: Annotated[int, Field(ge=1, le=1440)] = 60
    lasts_hours: Annotated[int, Field(ge=1, le=24 * 365)] = 24
    notice: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,30}$")] | None = None
    priority: Annotated[int, Field(ge=-100, le=0)] = -10


def slowed(route: Route, choice: Choice, rules: NuisanceRules) -> Route:
    """Return the route of a tagged caller: with the notice first and behind everybody, unless it is an emergency."""
    if choice.emergency or route.kind is not RouteKind.AGENTS:
        return route
    return replace(route, notice=rules.notice, priority=rules.priority, reasons=(*route.reasons, reasons.NUISANCE))


def judge(rules: NuisanceRules, talks: int, hang_ups: int) -> str | None:
    """Return why a number with so many answered and so many short calls is tagged, None where it is not."""
    if rules.hang_ups and hang_ups >= rules.hang_ups:
        return HANG_UPS
    if rules.talks and talks > rules.talks:
        return CALLS
    return None


def fewest(rules: NuisanceRules) -> int | None:
    """Return how many calls a number must have made to be looked at, None where no rule is on."""
    return min(filter(None, (rules.talks, rules.hang_ups)), default=None)


def check(rules: NuisanceRules, prompts: frozenset[str]) -> list[Problem]:
    """Say what is wrong with the rules beside the prompts that there are."""
    if rules.notice is not None and rules.notice not in prompts:
        return [Problem(("notice",), f"没有名为 {rules.notice} 的提示音")]
    return []
