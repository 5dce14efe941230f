"""The journal that the dialplan writes of a call: bytes in, a story out. Damage is noted, never raised."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_LINE = re.compile(r"([0-9]{12,14}) ([a-z_]+)((?: [a-z_]+=[0-9A-Za-z_.+-]*)*) ?")
_NUMBER = re.compile(r"-?[0-9]{1,9}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """A decision: which rung of the ladder made it, and what it was."""

    at: datetime
    route: str
    rung: int | None
    keys: str
    utility: str
    queue: str
    priority: int | None
    outage: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """Somebody answered: a seat, or `outside-` and an outside number's name in config."""

    at: datetime
    seat: str
    uniqueid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallStory:
    """What a journal tells; everything it does not tell is None or empty.

    `boot` names the start of Asterisk that the call belongs to. `callback` is set where the call is a call-back: the
    linkedid of the call it is for; `called` then says why the citizen could not be spoken to. `promised` tells that the
    caller was promised a call-back. `last_keys` are the keys pressed by the end. `last` is the time of its latest line;
    `damaged` holds the beginnings of the lines that could not be read.
    """

    started: datetime | None = None
    uniqueid: str = ""
    ani: str = ""
    dialled: str = ""
    notice: str | None = None
    routes: tuple[Routed, ...] = ()
    answers: tuple[Answered, ...] = ()
    message: datetime | None = None
    ended: datetime | None = None
    cause: int | None = None
    boot: str = ""
    callback: str = ""
    called: str = ""
    promised: bool = False
    last_keys: str = ""
    last: datetime | None = None
    damaged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Line:
    at: datetime
    event: str
    values: dict[str, str]

    def text(self, name: str) -> str:
        return self.values.get(name, "")

    def number(self, name: str) -> int | None:
        text = self.text(name)
        return int(text) if _NUMBER.fullmatch(text) else None


def moment(milliseconds: int) -> datetime:
    """Return an epoch time in milliseconds as a moment in UTC."""
    return _EPOCH + timedelta(milliseconds=milliseconds)


def parse(data: bytes) -> CallStory:
    """Return the story of a journal.

    A last line without its line end was cut while being written: its values may be cut too, so it counts as damaged.
    Unknown events are left alone. Of an event that comes once in a call's life, the first is believed.
    """
    *texts, rest = data.decode("ascii", errors="replace").split("\n")
    read = [(text, _line(text)) for text in texts if text.strip()]
    damaged = [text for text, line in read if line is None]
    return _story([line for _, line in read if line], [*damaged, rest] if rest else damaged)


def _line(text: str) -> _Line | None:
    match = _LINE.fullmatch(text)
    if match is None:
        return None
    values = dict(pair.split("=", 1) for pair in match[3].split())
    return _Line(moment(int(match[1])), match[2], values)


def _story(lines: Sequence[_Line], damaged: Sequence[str]) -> CallStory:
    first: dict[str, _Line] = {}
    for line in lines:
        first.setdefault(line.event, line)
    started, ended, notice, message = (first.get(event) for event in ("started", "ended", "notice", "message"))
    return CallStory(
        started=started.at if started else None,
        uniqueid=started.text("uniqueid") if started else "",
        ani=started.text("ani") if started else "",
        dialled=started.text("dialled") if started else "",
        notice=notice.text("heard") or None if notice else None,
        routes=tuple(_routed(line) for line in lines if line.event == "route"),
        answers=tuple(_answered(line) for line in lines if line.event == "answered"),
        message=message.at if message else None,
        ended=ended.at if ended else None,
        cause=ended.number("cause") if ended else None,
        boot=started.text("boot") if started else "",
        callback=started.text("callback") if started else "",
        called=next((line.text("status") for line in reversed(lines) if line.event == "called"), ""),
        promised="callback" in first,
        last_keys=ended.text("keys") if ended else "",
        last=max((line.at for line in lines), default=None),
        damaged=tuple(text[:_SHOWN] for text in damaged),
    )


def _routed(line: _Line) -> Routed:
    return Routed(
        at=line.at,
        route=line.text("route"),
        rung=line.number("rung"),
        keys=line.text("keys"),
        utility=line.text("utility"),
        queue=line.text("queue"),
        priority=line.number("prio"),
        outage=line.number("outage"),
    )


def _answered(line: _Line) -> Answered:
    return Answered(at=line.at, seat=line.text("seat"), uniqueid=line.text("uniqueid"))
