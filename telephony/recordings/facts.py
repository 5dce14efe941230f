"""A journal's story and the legs → the facts of a call. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from domain.phone_number import clean
from domain.words import Utility
from telephony.recordings.journal import CallStory, Routed
from telephony.recordings.legs import Role
from telephony.recordings.taken import SpoolFile, TakenIn, TakenLeg

_EMERGENCY = "emergency"


def tell(
    linkedid: str, story: CallStory, legs: Sequence[TakenLeg], files: tuple[SpoolFile, ...], notes: tuple[str, ...]
) -> TakenIn:
    """Return the facts of a call, without its recording; raises ValueError where nothing says when it was."""
    started = story.started or min((leg.started for leg in legs), default=None) or story.last or _in_name(linkedid)
    if started is None:
        raise ValueError("nothing says when this call was")
    ended = story.ended or max([started, *_ends(legs), *([story.last] if story.last else [])])
    seats = _seats(story, legs)
    routes = story.routes
    return TakenIn(
        linkedid=linkedid,
        ani=clean(story.ani),
        dialled=story.dialled,
        started=started,
        ended=max(started, ended),
        keys=_last(routes, "keys") or story.last_keys,
        route=_last(routes, "route") or None,
        rung=routes[-1].rung if routes else None,
        emergency=any(route.route == _EMERGENCY for route in routes),
        utility=_utility(_last(routes, "utility")),
        queue=_last(routes, "queue") or None,
        priority=routes[-1].priority if routes else None,
        seats=seats,
        outage=next((route.outage for route in reversed(routes) if route.outage is not None), None),
        notice=story.notice,
        cause=story.cause,
        message=not seats and (story.message is not None or any(leg.role is Role.MESSAGE for leg in legs)),
        wait_seconds=_wait(story, ended),
        talk_seconds=_between(story.answers[0].at, ended) if story.answers else None,
        legs=tuple(legs),
        interrupted=story.started is not None and story.ended is None,
        callback=story.callback or None,
        called=story.called,
        promised=story.promised,
        files=files,
        notes=notes,
    )


def _ends(legs: Sequence[TakenLeg]) -> list[datetime]:
    return [leg.started + timedelta(seconds=leg.seconds) for leg in legs]


def _seats(story: CallStory, legs: Sequence[TakenLeg]) -> tuple[str, ...]:
    """Return who answered, in order, each once; a leg is proof even where the journal's line was lost."""
    told = [answer.seat.removeprefix("outside-") for answer in story.answers if answer.seat]
    heard = [leg.name for leg in legs if leg.name and leg.seconds]
    return tuple(dict.fromkeys([*told, *heard]))


def _last(routes: Sequence[Routed], name: str) -> str:
    return next((value for route in reversed(routes) if (value := str(getattr(route, name)))), "")


def _utility(text: str) -> Utility | None:
    return Utility(text) if text in set(Utility) else None


def _wait(story: CallStory, ended: datetime) -> float | None:
    if not story.routes:
        return None
    until = story.answers[0].at if story.answers else story.message or ended
    return _between(story.routes[0].at, until)


def _between(begin: datetime, end: datetime) -> float:
    return max(0.0, (end - begin).total_seconds())


def _in_name(linkedid: str) -> datetime | None:
    """Return the second that Asterisk put into the name (`heze1-1764000000.4`)."""
    second = linkedid.rpartition("-")[2].partition(".")[0]
    return datetime.fromtimestamp(int(second), UTC) if second.isdigit() and 9 <= len(second) <= 10 else None
