"""What the telephony process alone can notice: Asterisk not heard, a utility without a telephone, a lower rung."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from hotline.fault_kinds import Kind
from hotline.faults import FaultBook
from hotline.operations import FaultSettings
from routing.config import RoutingConfig
from routing.route import SeatState
from telephony.recordings.taken import TakenIn

_SILENT_PART = 2.0


@dataclass(slots=True)
class RoomFaults:
    """Looks at the room again and again; what is wrong for longer than it may be becomes a fault.

    `seats` and `heard` tell what Asterisk said last, `ticks` a steady time in seconds.
    """

    book: FaultBook
    routing: RoutingConfig
    limits: FaultSettings
    seats: Callable[[], Mapping[str, SeatState]]
    heard: Callable[[], bool]
    ticks: Callable[[], float]
    _since: dict[tuple[Kind, str], float] = field(default_factory=dict)
    _unfiled: set[str] = field(default_factory=set)

    def look(self) -> None:
        """Raise and close what must be. Blocks for a small file where something changes."""
        heard = self.heard()
        self._hold(Kind.AMI_DOWN, "", self.limits.down_seconds, None if heard else "AMI 没有连接")
        if not heard:
            return  # every seat is unknown
        states = self.seats()
        for name, plan in self.routing.emergency.items():
            seats = sorted({seat for shift in self.routing.rosters.get(plan.roster, ()) for seat in shift.seats})
            gone = bool(seats) and all(states.get(seat) is SeatState.GONE for seat in seats)
            self._away(name, seats if gone else [])
        people = [name for name, seat in self.routing.seats.items() if self.routing.default_queue in seat.queues]
        gone = bool(people) and all(states.get(seat) is SeatState.GONE for seat in people)
        self._away("people", people if gone else [])

    def _away(self, subject: str, seats: list[str]) -> None:
        titles = "、".join(self.routing.seats[seat].title for seat in seats)
        self._hold(Kind.NO_PHONE, subject, self.limits.no_phone_seconds, f"不在线: {titles}" if seats else None)

    def filed(self, taken: TakenIn) -> None:
        """Take note of a call that another rung than ours has decided, and of a seat that was not to be heard in it."""
        self._unfiled.discard(taken.linkedid)
        if not self._unfiled:
            self.book.over(Kind.RECORDINGS_STUCK)
        for seat in silent_seats(taken):
            self.book.happened(Kind.SEAT_SILENT, seat, f"来电 {taken.linkedid}")
        if taken.rung is not None and taken.rung > 1:
            by = "经典 AGI 脚本" if taken.rung == 2 else "拨号方案"
            self.book.happened(Kind.LOWER_RUNG, f"rung{taken.rung}", f"{by}接住了 {taken.linkedid}")

    def not_filed(self, linkedid: str) -> None:
        """Take note of a finished call that could not be filed for a reason of its own, or of the disk's."""
        self._unfiled.add(linkedid)
        self.book.begin(Kind.RECORDINGS_STUCK, "", f"{len(self._unfiled)} 个来电未能入库, 原因见 log/telephony.log")

    def store_failed(self, why: str | None) -> None:
        """Take note of a database that took no calls, or took them again (None)."""
        self.book.hold(Kind.DATABASE, "", why)

    def _hold(self, kind: Kind, subject: str, seconds: float, wrong: str | None) -> None:
        if wrong is None:
            self._since.pop((kind, subject), None)
            self.book.over(kind, subject)
            return
        now = self.ticks()
        if now - self._since.setdefault((kind, subject), now) >= seconds:
            self.book.begin(kind, subject, wrong)


def silent_seats(taken: TakenIn) -> set[str]:
    """Return the seats that answered and of which nothing at all is to be heard, not even the room they sit in."""
    if taken.interrupted or (taken.talk_seconds or 0.0) < _SILENT_PART:
        return set()
    heard = {leg.name for leg in taken.legs if leg.name and (not leg.mute or 0 < leg.seconds < _SILENT_PART)}
    return set(taken.seats) - heard
