"""The decision on the shipped configuration: who rings when, and why."""

from dataclasses import replace
from datetime import datetime, time

import pytest

from domain.call import Call, Choice
from domain.clock import SHANGHAI
from domain.words import Utility
from routing.config import Days, Shift
from routing.decide import decide, delays, standing
from routing.route import Ring, RouteKind, SeatState

NOON = datetime(2026, 11, 24, 12, tzinfo=SHANGHAI)
NIGHT = datetime(2026, 11, 24, 23, tzinfo=SHANGHAI)
WATER = Choice("91", emergency=True, utility=Utility.WATER)
GONE, BUSY, FREE = SeatState.GONE, SeatState.BUSY, SeatState.FREE
MOBILE = "duty-mobile"


def rings(route):
    return [(ring.after, ring.seat or ring.outside) for ring in route.rings]


def test_an_emergency_rings_duty_then_neighbours_then_the_mobile_then_the_front_of_the_queue(shipped, call):
    route = decide(call, WATER, shipped, NOON, {})
    assert route.kind is RouteKind.EMERGENCY
    assert rings(route) == [(0, "water1"), (3, "power1"), (3, "duty1"), (6, MOBILE)]
    assert (route.ring_seconds, route.queue, route.priority) == (20, "agents", 100)
    assert route.utility is Utility.WATER


def test_the_night_shift_rings_together(shipped, call):
    assert rings(decide(call, WATER, shipped, NIGHT, {}))[:2] == [(0, "water1"), (0, "duty1")]


def test_somebody_who_is_free_is_rung_before_somebody_who_talks(shipped, call):
    found = rings(decide(call, WATER, shipped, NIGHT, {"water1": BUSY, "duty1": FREE}))
    assert found == [(0, "duty1"), (3, "water1"), (3, "power1"), (6, MOBILE)]


def test_where_all_on_duty_talk_the_neighbours_ring_at_once(shipped, call):
    found = rings(decide(call, WATER, shipped, NOON, {"water1": BUSY}))
    assert found == [(0, "water1"), (0, "power1"), (0, "duty1"), (3, MOBILE)]


def test_free_neighbours_come_before_busy_ones(shipped, call):
    found = rings(decide(call, WATER, shipped, NOON, {"power1": BUSY}))
    assert found == [(0, "water1"), (3, "duty1"), (3, "power1"), (6, MOBILE)]


def test_a_seat_that_is_gone_costs_no_time(shipped, call):
    found = rings(decide(call, WATER, shipped, NOON, {"water1": GONE}))
    assert found == [(0, "power1"), (0, "duty1"), (3, MOBILE)]


def test_nobody_on_duty_means_the_next_stage_at_once(shipped, call):
    office = {"water": (Shift(days=Days.WORKING, start=time(8), end=time(18), seats=("water1",)),)}
    config = replace(shipped, rosters=shipped.rosters | office)
    route = decide(call, WATER, config, NIGHT, {})
    assert rings(route) == [(0, "power1"), (0, "duty1"), (3, MOBILE)]
    assert any("无人值班" in reason for reason in route.reasons)


def test_seats_that_are_all_gone_leave_the_mobile_which_rings_at_once(shipped, call):
    assert rings(decide(call, WATER, shipped, NOON, dict.fromkeys(shipped.seats, GONE))) == [(0, MOBILE)]


def test_a_seat_off_duty_rings_where_no_other_seat_remains(shipped, call):
    alone = replace(shipped.emergency["water"], neighbours=())
    config = replace(shipped, emergency=shipped.emergency | {"water": alone})
    found = rings(decide(call, WATER, config, NOON, {"water1": GONE}))
    assert found == [(0, "duty1"), (3, MOBILE)]  # duty1 is on the night shift


def test_where_nobody_at_all_remains_even_the_gone_are_tried(shipped, call):
    alone = replace(shipped.emergency["water"], outside=None)
    config = replace(shipped, emergency=shipped.emergency | {"water": alone})
    found = rings(decide(call, WATER, config, NOON, dict.fromkeys(shipped.seats, GONE)))
    assert found == [(0, "water1"), (0, "power1"), (0, "duty1")]


def test_gas_is_told_what_to_do_while_it_rings(shipped, call):
    gas = Choice("94", emergency=True, utility=Utility.GAS)
    assert decide(call, gas, shipped, NOON, {}).while_ringing == "gas-safety"
    assert decide(call, WATER, shipped, NOON, {}).while_ringing is None


def test_an_emergency_of_no_known_kind_goes_to_the_duty_person(shipped, call):
    route = decide(call, Choice("9", emergency=True), shipped, NOON, {})
    assert rings(route)[0] == (0, "duty1")
    assert route.utility is None


@pytest.mark.parametrize(("month", "first"), [(1, "heat1"), (7, "duty1")])
def test_heat_is_manned_by_season(shipped, call, month, first):
    heat = Choice("93", emergency=True, utility=Utility.HEAT)
    sunday = datetime(2026, month, 25 if month == 1 else 5, 12, tzinfo=SHANGHAI)
    assert rings(decide(call, heat, shipped, sunday, {}))[0] == (0, first)


def test_a_utility_without_a_plan_takes_that_of_the_duty_person(shipped, call):
    config = replace(shipped, emergency={"duty": shipped.emergency["duty"]})
    route = decide(call, WATER, config, NOON, {})
    assert rings(route)[0] == (0, "duty1")
    assert route.utility is Utility.WATER


def test_no_plan_at_all_puts_an_emergency_in_front_of_the_default_queue(shipped, call):
    for route in (
        decide(call, WATER, replace(shipped, emergency={}), NOON, {}),
        standing(replace(shipped, emergency={}), Utility.WATER),
    ):
        assert (route.kind, route.queue, route.priority) == (RouteKind.AGENTS, "agents", 100)


@pytest.mark.parametrize("choice", [Choice(), Choice("0"), Choice("5", queue="agents")])
def test_whoever_presses_nothing_reaches_the_agents(shipped, call, choice):
    route = decide(call, choice, shipped, NOON, {"agent1001": FREE})
    assert (route.kind, route.queue, route.priority, route.rings) == (RouteKind.AGENTS, "agents", 0, ())


def test_a_deserted_queue_overflows_and_says_so(shipped, call):
    states = {name: GONE for name in shipped.seats if name.startswith("agent")}
    route = decide(call, Choice(), shipped, NOON, states)
    assert (route.kind, route.queue) == (RouteKind.AGENTS, "supervisors")
    assert any("6 个坐席全部离线" in reason for reason in route.reasons)


def test_where_nobody_is_left_the_citizen_is_asked_for_a_message(shipped, call):
    route = decide(call, Choice(), shipped, NOON, dict.fromkeys(shipped.seats, GONE))
    assert (route.kind, route.queue) == (RouteKind.MESSAGE, "")
    assert route.reasons[-1] == "没有坐席在线，请市民留言"


def test_agents_who_pause_are_still_there(shipped, call):
    route = decide(call, Choice(), shipped, NOON, dict.fromkeys(shipped.seats, SeatState.PAUSED))
    assert route.queue == "agents"


def test_a_queue_that_routing_does_not_know_becomes_the_default_one(shipped, call):
    route = decide(call, Choice("5", queue="leader"), shipped, NOON, {})
    assert route.queue == "agents"
    assert any("leader 不存在" in reason for reason in route.reasons)


def test_an_overflow_that_circles_ends_in_the_message(shipped, call):
    supervisors = replace(shipped.queues["supervisors"], overflow="agents")
    config = replace(shipped, queues=shipped.queues | {"supervisors": supervisors})
    assert decide(call, Choice(), config, NOON, dict.fromkeys(shipped.seats, GONE)).kind is RouteKind.MESSAGE


def test_the_standing_plan_rings_every_seat_of_the_roster_whatever_its_shift(shipped):
    route = standing(shipped, Utility.HEAT)
    assert rings(route) == [(0, "heat1"), (0, "duty1"), (3, "water1"), (6, MOBILE)]
    assert (route.kind, route.ring_seconds, route.queue, route.priority) == (RouteKind.EMERGENCY, 20, "agents", 100)
    assert rings(standing(shipped, None))[0] == (0, "duty1")
    assert standing(shipped, Utility.GAS).while_ringing == "gas-safety"


def test_without_neighbours_a_busy_colleague_does_not_hold_up_the_mobile_beyond_its_time(shipped, call):
    alone = replace(shipped.emergency["water"], neighbours=())
    config = replace(shipped, emergency=shipped.emergency | {"water": alone})
    assert rings(standing(config, Utility.WATER)) == [(0, "water1"), (0, "duty1"), (6, MOBILE)]
    assert rings(decide(call, WATER, config, NIGHT, {})) == [(0, "water1"), (0, "duty1"), (3, MOBILE)]
    found = rings(decide(call, WATER, config, NIGHT, {"water1": BUSY}))
    assert found == [(0, "duty1"), (3, "water1"), (6, MOBILE)]


def test_the_dialplan_is_told_every_delay_that_can_occur(shipped):
    slower = replace(shipped.emergency["gas"], stagger=5)
    assert delays(replace(shipped, emergency=shipped.emergency | {"gas": slower})) == {0, 3, 6, 5, 10}
    assert delays(replace(shipped, emergency={})) == {0}


def test_reasons_never_show_the_citizen_s_number(shipped, call):
    for choice in (WATER, Choice()):
        said = "".join(decide(call, choice, shipped, NOON, {}).reasons)
        assert "13853067219" not in said
        assert "138****7219" in said


@pytest.mark.parametrize("ani", [None, "1", '"; DROP', "${EXTEN}" * 500])
def test_what_a_caller_sends_as_a_number_changes_nothing(shipped, call, ani):
    odd = Call(call.linkedid, ani, call.dialled, call.started)
    assert decide(odd, WATER, shipped, NOON, {}).rings == decide(call, WATER, shipped, NOON, {}).rings


def test_a_ring_is_either_a_seat_or_an_outside_number(shipped, call):
    route = decide(call, WATER, shipped, NOON, {})
    assert route.rings[0] == Ring(0, seat="water1")
    assert route.rings[-1] == Ring(6, outside=MOBILE)
