"""A decision becomes channel variables, ROUTE last, and nothing but names from config reaches a dial string."""

import pytest

from domain.call import Choice
from domain.words import Utility
from routing.route import Ring, Route, RouteKind
from telephony.route_variables import variables

EMERGENCY = Route(
    kind=RouteKind.EMERGENCY,
    rings=(Ring(0, seat="water1"), Ring(3, seat="power1"), Ring(6, outside="duty-mobile")),
    ring_seconds=20,
    queue="agents",
    priority=100,
    utility=Utility.WATER,
    while_ringing="gas-safety",
)


def test_an_emergency_rings_its_seats_in_stages():
    found = dict(variables(EMERGENCY, Choice(keys="91", emergency=True, utility=Utility.WATER, outage=7)))
    assert found == {
        "HL_UTILITY": "water",
        "HL_OUTAGE": "7",
        "HL_RING": "PJSIP/water1&Local/power1@ring-3/n&Local/duty-mobile@outside-6/n",
        "HL_RING_SECONDS": "20",
        "HL_MUSIC": "gas-safety",
        "HL_QUEUE": "agents",
        "HL_PRIO": "100",
        "HL_NOTICE": "",
        "ROUTE": "emergency",
    }


@pytest.mark.parametrize(
    "route", [EMERGENCY, Route(RouteKind.AGENTS, queue="agents"), Route(RouteKind.MESSAGE)], ids=lambda r: r.kind
)
def test_route_is_set_last_and_every_variable_is_always_set(route):
    names = [name for name, _ in variables(route, Choice())]
    assert names[-1] == "ROUTE"
    assert names == [name for name, _ in variables(EMERGENCY, Choice())]


def test_what_does_not_apply_is_set_empty():
    found = dict(variables(Route(RouteKind.MESSAGE), Choice()))
    assert [found[name] for name in ("HL_UTILITY", "HL_OUTAGE", "HL_RING", "HL_MUSIC", "HL_QUEUE")] == [""] * 5


@pytest.mark.parametrize("name", ["a/n&PJSIP/999@x", "water1,60", "", "1", "${EXTEN}", "a\nb", "水"])
def test_a_name_that_config_would_refuse_never_reaches_a_dial_string(name):
    with pytest.raises(ValueError, match="not a name"):
        variables(Route(RouteKind.EMERGENCY, rings=(Ring(0, seat=name),)), Choice())


def test_a_ring_without_a_target_is_refused():
    with pytest.raises(ValueError, match="neither"):
        variables(Route(RouteKind.EMERGENCY, rings=(Ring(0),)), Choice())
