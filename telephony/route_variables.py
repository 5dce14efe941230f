"""The one translation of a decision into channel variables; all three rungs of the ladder hand a call over with it."""

import re

from domain.call import Choice
from routing.route import Ring, Route

_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")

HL_KEYS = "HL_KEYS"
HL_UTILITY = "HL_UTILITY"
HL_OUTAGE = "HL_OUTAGE"
HL_RING = "HL_RING"
HL_RING_SECONDS = "HL_RING_SECONDS"
HL_MUSIC = "HL_MUSIC"
HL_NOTICE = "HL_NOTICE"
HL_QUEUE = "HL_QUEUE"
HL_PRIO = "HL_PRIO"
ROUTE = "ROUTE"


def variables(route: Route, choice: Choice) -> tuple[tuple[str, str], ...]:
    """Return the (name, value) pairs that hand a call over, in the order to set them.

    Every variable is always there, empty where it does not apply, so that nothing an earlier rung left behind lives
    on. ROUTE comes last: it alone says that a decision was made. Raises ValueError for a name that config's checks
    would never let through, because these names become dial strings.
    """
    utility = route.utility or choice.utility
    return (
        (HL_UTILITY, utility.value if utility else ""),
        (HL_OUTAGE, "" if choice.outage is None else str(choice.outage)),
        (HL_RING, "&".join(_destination(ring) for ring in route.rings)),
        (HL_RING_SECONDS, str(route.ring_seconds)),
        (HL_MUSIC, _checked(route.while_ringing) if route.while_ringing else ""),
        (HL_NOTICE, _checked(route.notice) if route.notice else ""),
        (HL_QUEUE, _checked(route.queue) if route.queue else ""),
        (HL_PRIO, str(route.priority)),
        (ROUTE, route.kind.value),
    )


def _destination(ring: Ring) -> str:
    if ring.seat is not None:
        if ring.after == 0:  # without a Local channel in between the telephone rings 2 ms earlier, and audio costs less
            return f"PJSIP/{_checked(ring.seat)}"
        return f"Local/{_checked(ring.seat)}@ring-{ring.after}/n"
    if ring.outside is not None:
        return f"Local/{_checked(ring.outside)}@outside-{ring.after}/n"
    raise ValueError(f"a ring names neither a seat nor an outside number: {ring!r}")


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"not a name from config: {name!r}")
    return name
