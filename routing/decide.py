"""The decision itself: a pure function of call, choice, configuration, moment and seat states."""

from collections.abc import Mapping
from datetime import datetime
from itertools import dropwhile, filterfalse

from domain.call import Call, Choice
from domain.words import Utility
from routing import reasons
from routing.config import EmergencyPlan, RoutingConfig
from routing.roster import Running, everyone, once, running
from routing.route import Ring, Route, RouteKind, SeatState

DUTY = "duty"
"""The key of the emergency plan for a citizen who did not say which utility."""

_READY = (SeatState.FREE, SeatState.UNKNOWN)

_Group = tuple[tuple[str, ...], tuple[str, ...]]
"""Seats and outside numbers that start to ring together."""


def decide(call: Call, choice: Choice, config: RoutingConfig, now: datetime, seats: Mapping[str, SeatState]) -> Route:
    """Return where a call goes at an aware moment, with the reasons in Chinese.

    `seats` is what Asterisk last told of each seat; a seat that is not in it counts as UNKNOWN, worth ringing. On a
    configuration that passed `routing.check` an emergency always rings somebody, and an ordinary call gets a queue or,
    where every seat of every queue it may enter is gone, the message. Does no I/O, so that nothing stands between a
    citizen in danger and a ringing seat.
    """
    if choice.emergency:
        return _emergency(call, choice, config, now, seats)
    return _ordinary(call, choice, config, seats)


def standing(config: RoutingConfig, utility: Utility | None) -> Route:
    """Return the plan without clock and seat states that is compiled into the dialplan, for when no Python answers.

    Every seat of the roster, whatever its shift, rings at once; neighbours and the outside number follow as always.
    """
    plan = plan_for(config, utility)
    if plan is None:
        return _in_front(config, config.default_queue, utility, (reasons.STANDING, reasons.NO_PLAN))
    first = everyone(config.rosters.get(plan.roster, ()))
    near = tuple(name for name in plan.neighbours if name not in first)
    groups = ((first, ()), (near, ()), ((), _outside(plan)))
    return _ringing(plan, config, utility, tuple(dropwhile(_nobody, groups)), (reasons.STANDING,))


def plan_for(config: RoutingConfig, utility: Utility | None) -> EmergencyPlan | None:
    """Return the emergency plan of a utility, that of `duty` where it has none or none was chosen."""
    plan = config.emergency.get(utility.value) if utility else None
    return plan or config.emergency.get(DUTY)


def delays(config: RoutingConfig) -> frozenset[int]:
    """Return every number of seconds after which a Ring of any Route on this configuration may start.

    The dialplan needs a context for each (`ring-0`, `ring-3`, `outside-6` and so on).
    """
    return frozenset(step * plan.stagger for plan in config.emergency.values() for step in range(3)) | {0}


def _emergency(
    call: Call, choice: Choice, config: RoutingConfig, now: datetime, states: Mapping[str, SeatState]
) -> Route:
    plan = plan_for(config, choice.utility)
    if plan is None:
        why: tuple[str, ...] = (reasons.came(call), reasons.chose(choice), reasons.NO_PLAN)
        return _in_front(config, config.default_queue, choice.utility, why)
    roster = config.rosters.get(plan.roster, ())
    shifts = running(roster, config, now)
    groups = _groups(plan, shifts, everyone(roster), states)
    why = (
        reasons.came(call),
        reasons.chose(choice),
        reasons.moment(now, config),
        reasons.on_duty(plan.roster, shifts, config),
        *reasons.seat_states(once((*everyone(roster), *plan.neighbours)), states, config),
    )
    return _ringing(plan, config, choice.utility, groups, why)


def _groups(
    plan: EmergencyPlan, shifts: tuple[Running, ...], roster: tuple[str, ...], states: Mapping[str, SeatState]
) -> tuple[_Group, ...]:
    """Return who rings together, in order: free seats on duty; busy ones and the neighbours; the outside number.

    A seat that talks already is not rung over a free colleague's head, but no later than the neighbours. Seats known to
    be gone are left out as long as anybody else remains; where no seat remains, those off duty ring. A group with
    nobody in it costs no time: the next one takes its place.
    """

    def reachable(seats: tuple[str, ...]) -> tuple[str, ...]:
        present = [seat for seat in seats if states.get(seat) is not SeatState.GONE]
        return tuple(sorted(present, key=lambda seat: not _ready(seat, states)))

    duty = once(seat for shift in shifts for seat in shift.shift.seats)
    near = tuple(seat for seat in plan.neighbours if seat not in duty)
    here = reachable(duty)
    first: tuple[str, ...] = tuple(seat for seat in here if _ready(seat, states))
    second: tuple[str, ...] = (*(seat for seat in here if seat not in first), *reachable(near))
    if not (first or second):
        first = reachable(tuple(seat for seat in roster if seat not in duty))
    outside = _outside(plan)
    if not (first or second or outside):
        first = once((*duty, *near, *roster))
    groups: tuple[_Group, ...] = ((first, ()), (second, ()), ((), outside))
    return tuple(filterfalse(_nobody, groups))


def _nobody(group: _Group) -> bool:
    return not any(group)


def _ready(seat: str, states: Mapping[str, SeatState]) -> bool:
    return states.get(seat, SeatState.UNKNOWN) in _READY


def _outside(plan: EmergencyPlan) -> tuple[str, ...]:
    return (plan.outside,) if plan.outside else ()


def _ringing(
    plan: EmergencyPlan,
    config: RoutingConfig,
    utility: Utility | None,
    groups: tuple[_Group, ...],
    why: tuple[str, ...],
) -> Route:
    """Return the emergency's Route: one group after the other, `stagger` seconds apart."""
    if not groups:
        return _in_front(config, plan.queue, utility, (*why, reasons.NOBODY_TO_RING))
    rings = tuple(
        ring
        for step, (seats, outside) in enumerate(groups)
        for ring in (
            *(Ring(step * plan.stagger, seat=seat) for seat in seats),
            *(Ring(step * plan.stagger, outside=name) for name in outside),
        )
    )
    return Route(
        RouteKind.EMERGENCY,
        rings=rings,
        ring_seconds=plan.ring_seconds,
        queue=plan.queue,
        priority=config.emergency_priority,
        utility=utility,
        while_ringing=plan.while_ringing,
        reasons=(*why, reasons.order(rings, config), reasons.afterwards(plan, config)),
    )


def _in_front(config: RoutingConfig, queue: str, utility: Utility | None, why: tuple[str, ...]) -> Route:
    """Return an emergency that has nobody to ring: the queue, in front of everyone."""
    return Route(RouteKind.AGENTS, queue=queue, priority=config.emergency_priority, utility=utility, reasons=why)


def _ordinary(call: Call, choice: Choice, config: RoutingConfig, states: Mapping[str, SeatState]) -> Route:
    why = [reasons.came(call), reasons.chose(choice)]
    asked = choice.queue or config.default_queue
    if asked not in config.queues:
        why.append(reasons.no_queue(asked, config))
        asked = config.default_queue
    for queue in _overflowing(asked, config):
        served_by = config.serving(queue)
        if any(states.get(seat) is not SeatState.GONE for seat in served_by):
            why.append(reasons.queue(queue, served_by, states, config))
            return Route(RouteKind.AGENTS, queue=queue, utility=choice.utility, reasons=tuple(why))
        why.append(reasons.queue_deserted(queue, served_by, config))
    return Route(RouteKind.MESSAGE, utility=choice.utility, reasons=(*why, reasons.MESSAGE))


def _overflowing(queue: str | None, config: RoutingConfig) -> tuple[str, ...]:
    """Return a queue and those it overflows into, each once."""
    chain: list[str] = []
    while queue is not None and queue in config.queues and queue not in chain:
        chain.append(queue)
        queue = config.queues[queue].overflow
    return tuple(chain)
