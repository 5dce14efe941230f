"""Where a call goes, with the reasons: the value that routing decides and Asterisk carries out."""

from dataclasses import dataclass
from enum import StrEnum

from domain.words import Utility


class RouteKind(StrEnum):
    """The dialplan contexts a call can be handed to (`route-emergency`, `route-agents`, `route-message`)."""

    EMERGENCY = "emergency"
    AGENTS = "agents"
    MESSAGE = "message"


class SeatState(StrEnum):
    """What a seat is doing, as Asterisk last told; UNKNOWN counts as worth ringing."""

    FREE = "free"
    RINGING = "ringing"
    BUSY = "busy"
    PAUSED = "paused"
    GONE = "gone"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Ring:
    """One rung of an emergency's staggered ring: who, and how many seconds after the first.

    `seat` names a seat of ours; `outside` names an outside number (its id in config, never digits from a caller),
    which must press 1 to accept. Exactly one of the two is set.
    """

    after: int
    seat: str | None = None
    outside: str | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """The decision.

    EMERGENCY: `rings` over `ring_seconds` in all, then `queue` at `priority`, then a message that becomes an urgent
    draft. AGENTS: the prompt `notice`, if any, then `queue` at `priority`. MESSAGE: the all-busy message and a
    recording. `while_ringing` names the music class the citizen hears (safety words), None for the ringing tone.
    `reasons` are sentences in Chinese, for `hotline route explain`.
    """

    kind: RouteKind
    rings: tuple[Ring, ...] = ()
    ring_seconds: int = 0
    queue: str = ""
    priority: int = 0
    utility: Utility | None = None
    while_ringing: str | None = None
    notice: str | None = None
    reasons: tuple[str, ...] = ()
