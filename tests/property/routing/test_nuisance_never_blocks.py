"""Whatever the rules and whoever calls: an emergency of a tagged caller is the emergency of anybody, to the byte."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from shipped_config import Shipped

from domain.call import Call, Choice
from domain.words import Utility
from routing.decide import decide
from routing.nuisance import NuisanceRules, slowed
from routing.route import RouteKind, SeatState
from telephony.route_variables import variables

ROUTING = Shipped.read().routing
RULES = st.builds(
    NuisanceRules,
    talks=st.integers(0, 1000),
    hang_ups=st.integers(0, 1000),
    notice=st.none() | st.just("nuisance-notice"),
    priority=st.integers(-100, 0),
)
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))
STATES = st.dictionaries(st.sampled_from(sorted(ROUTING.seats)), st.sampled_from(SeatState))
CALL = Call("heze1-1.1", "13853067219", "12345", datetime(2025, 11, 24, tzinfo=UTC))


@given(RULES, MOMENTS, STATES, st.none() | st.sampled_from(Utility))
def test_an_emergency_is_untouched(
    rules: NuisanceRules, now: datetime, seats: dict[str, SeatState], utility: Utility | None
) -> None:
    choice = Choice(keys="9", emergency=True, utility=utility)
    route = decide(CALL, choice, ROUTING, now, seats)
    assert slowed(route, choice, rules) == route
    assert variables(slowed(route, choice, rules), choice) == variables(route, choice)


@given(RULES, MOMENTS, STATES, st.sampled_from([None, "agents", "supervisors", "nowhere"]))
def test_an_ordinary_call_goes_the_same_way_only_later(
    rules: NuisanceRules, now: datetime, seats: dict[str, SeatState], queue: str | None
) -> None:
    choice = Choice(queue=queue)
    route = decide(CALL, choice, ROUTING, now, seats)
    made = slowed(route, choice, rules)
    assert (made.kind, made.queue, made.rings) == (route.kind, route.queue, route.rings)
    assert made.priority <= route.priority
    assert made.kind in (RouteKind.AGENTS, RouteKind.MESSAGE)
