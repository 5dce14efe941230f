"""What holds of every decision, whatever the call, the choice, the moment, the seats and the configuration."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from hypothesis import assume, given
from hypothesis import strategies as st

from domain.call import Call, Choice
from domain.words import Utility
from hotline.checked import read
from routing.check import check
from routing.config import Days, EmergencyPlan, RoutingConfig, Shift
from routing.coverage import gap
from routing.decide import decide, delays, plan_for, standing
from routing.roster import on_duty, running
from routing.route import RouteKind, SeatState

SHIPPED = read(Path(__file__).parents[3] / "config" / "routing.yaml").build(RoutingConfig)
LIAISONS = ("water1", "power1", "heat1", "gas1", "duty1")

moments = st.datetimes(datetime(2024, 1, 1), datetime(2032, 12, 31), timezones=st.just(UTC))
calls = st.builds(
    Call,
    st.from_regex(r"\Aheze1-[0-9]{10}\.[0-9]{1,6}\Z"),
    st.none() | st.from_regex(r"\A\+?[0-9]{3,20}\Z"),
    st.just("12345"),
    moments,
)
choices = st.builds(
    Choice,
    keys=st.text("0123456789*#", max_size=6),
    emergency=st.booleans(),
    utility=st.none() | st.sampled_from(Utility),
    queue=st.none() | st.sampled_from(["agents", "supervisors", "no-such-queue"]),
    outage=st.none() | st.integers(1, 99),
)
emergencies = choices.map(lambda choice: replace(choice, emergency=True))
states = st.dictionaries(st.sampled_from(sorted(SHIPPED.seats)), st.sampled_from(SeatState))

times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30]))
few_seats = st.lists(st.sampled_from(LIAISONS), min_size=1, max_size=3, unique=True).map(tuple)
shifts = st.builds(
    Shift,
    days=st.sampled_from(Days),
    start=times,
    end=times,
    seats=few_seats,
    heating=st.sampled_from([None, None, True, False]),
)
holed = st.lists(shifts, max_size=3).map(tuple)


@st.composite
def round_the_clock(draw):
    """Return a roster that goes round the clock: the same hours on working and free days, in winter and summer."""
    cuts = sorted(draw(st.sets(times, min_size=1, max_size=3)))
    kinds = draw(st.sampled_from([(Days.ALL,), (Days.WORKING, Days.FREE)]))
    seasons = draw(st.sampled_from([(None,), (True, False)]))
    hours = zip(cuts, (*cuts[1:], cuts[0]), strict=True)
    every = [(days, heating, start, end) for start, end in hours for days in kinds for heating in seasons]
    return tuple(Shift(days=d, heating=h, start=a, end=b, seats=draw(few_seats)) for d, h, a, b in every)


rosters = holed | round_the_clock()
DRAWN = replace(
    SHIPPED,
    seats={
        name: replace(seat, utilities=tuple(Utility)) if name in LIAISONS else seat
        for name, seat in SHIPPED.seats.items()
    },
    emergency=dict.fromkeys((*(utility.value for utility in Utility), "duty"), SHIPPED.emergency["duty"]),
)


@st.composite
def configs(draw):
    """Return configurations with any roster and plan on the shipped seats, such that the plan passes the checks."""
    roster = draw(rosters)
    wanted = draw(st.lists(st.sampled_from(LIAISONS), max_size=3, unique=True))
    useful = [name for name in LIAISONS if not roster or not all(name in shift.seats for shift in roster)]
    neighbours = [name for name in wanted if name in useful] or (useful[:1] if gap(roster) else [])
    plan = EmergencyPlan(
        roster="drawn",
        neighbours=tuple(neighbours),
        outside=draw(st.sampled_from([None, "duty-mobile"])),
        stagger=draw(st.integers(1, 9)),
        ring_seconds=draw(st.integers(19, 60)),
        queue=draw(st.sampled_from(["agents", "supervisors"])),
        while_ringing=draw(st.sampled_from([None, "gas-safety"])),
    )
    config = replace(
        DRAWN,
        rosters={"drawn": roster, "duty": SHIPPED.rosters["duty"]},
        emergency=DRAWN.emergency | {draw(st.sampled_from(Utility)).value: plan, "duty": plan},
        emergency_priority=draw(st.integers(1, 1000)),
    )
    assert not [problem for problem in check(config) if problem.path[0] == "emergency"]
    return config


@given(calls, choices, configs(), moments, states)
def test_every_call_rings_somebody_or_waits_for_somebody_or_may_leave_a_message(call, choice, config, now, seats):
    route = decide(call, choice, config, now, seats)
    assert route.reasons
    if choice.emergency:
        assert route.kind is RouteKind.EMERGENCY
        assert route.rings[0].after == 0
    elif route.kind is RouteKind.MESSAGE:
        assert all(seats.get(name) is SeatState.GONE for name in config.serving(choice.queue or config.default_queue))
    else:
        assert route.kind is RouteKind.AGENTS
        assert route.queue in config.queues


@given(calls, choices, configs(), moments, states)
def test_every_name_in_a_route_stands_in_config_once_and_every_delay_is_in_the_dialplan(
    call, choice, config, now, seats
):
    for route in (decide(call, choice, config, now, seats), standing(config, choice.utility)):
        targets = [(ring.seat, ring.outside) for ring in route.rings]
        assert len(set(targets)) == len(targets)
        for ring in route.rings:
            assert (ring.seat is None) != (ring.outside is None)
            assert ring.seat in config.seats if ring.seat else ring.outside in config.outside
            assert ring.after in delays(config)
            assert ring.after < route.ring_seconds
        assert [ring.after for ring in route.rings] == sorted(ring.after for ring in route.rings)
        assert not route.queue or route.queue in config.queues


@given(calls, emergencies, configs(), moments, states)
def test_an_emergency_is_never_worse_than_its_standing_plan(call, choice, config, now, seats):
    plan = plan_for(config, choice.utility)
    decided, fixed = decide(call, choice, config, now, seats), standing(config, choice.utility)
    tail = [(r.kind, r.queue, r.priority, r.ring_seconds, r.while_ringing, r.utility) for r in (decided, fixed)]
    assert tail[0] == tail[1]
    after = {ring.seat or ring.outside: ring.after for ring in decided.rings}
    reachable = [ring.seat for ring in fixed.rings if ring.seat and seats.get(ring.seat) is not SeatState.GONE]
    assert not reachable or any(ring.seat in reachable for ring in decided.rings)
    duty = on_duty(config.rosters[plan.roster], config, now)
    for ring in fixed.rings:
        name = ring.seat or ring.outside
        if ring.outside or (ring.after > 0 and name in reachable):
            assert after[name] <= ring.after
        if name in duty and seats.get(name) in (SeatState.FREE, None):
            assert after[name] == 0


@given(calls, emergencies, configs(), moments, states)
def test_a_seat_known_to_be_gone_rings_only_where_nobody_else_is_left(call, choice, config, now, seats):
    rings = decide(call, choice, config, now, seats).rings
    gone = [ring for ring in rings if ring.seat and seats.get(ring.seat) is SeatState.GONE]
    assert not gone or len(gone) == len(rings)


@given(calls, choices, configs(), moments, states, st.randoms())
def test_the_same_question_gets_the_same_answer(call, choice, config, now, seats, random):
    again = list(seats.items())
    random.shuffle(again)
    assert decide(call, choice, config, now, seats) == decide(call, choice, config, now, dict(again))


@given(calls, choices, configs(), moments, states)
def test_emergencies_stand_in_front_of_everyone(call, choice, config, now, seats):
    ordinary = decide(call, replace(choice, emergency=False), config, now, seats)
    urgent = decide(call, replace(choice, emergency=True), config, now, seats)
    assert urgent.priority > ordinary.priority == 0


@given(rosters, moments)
def test_a_roster_without_a_hole_has_somebody_on_duty_at_every_moment(roster, now):
    assume(gap(roster) is None)
    assert on_duty(roster, SHIPPED, now)


@given(rosters, moments)
def test_a_running_shift_contains_the_moment_and_lasts_at_most_a_day(roster, now):
    for one in running(roster, SHIPPED, now):
        assert one.starts <= now < one.ends
        assert timedelta(0) < one.ends - one.starts <= timedelta(days=1)
        assert one.starts.date() == one.on.date
