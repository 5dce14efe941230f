"""What the telephony process alone can notice: Asterisk not heard, a utility without a telephone, a lower rung."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from hotline.fault_kinds import Kind
from hotline.faults import FaultBook
from hotline.operations import FaultSettings
from routing.config import RoutingConfig
from routing.route import SeatState
from telephony.recordings.taken import TakenIn


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
            titles = "、".join(self.routing.seats[seat].title for seat in seats)
            self._hold(Kind.NO_PHONE, name, self.limits.no_phone_seconds, f"不在线: {titles}" if gone else None)

    def filed(self, taken: TakenIn) -> None:
        """Take note of a call that another rung than ours has decided."""
        if taken.rung is not None and taken.rung > 1:
            by = "经典 AGI 脚本" if taken.rung == 2 else "拨号方案"
            self.book.happened(Kind.LOWER_RUNG, f"rung{taken.rung}", f"{by}接住了 {taken.linkedid}")

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
