"""One citizen's call, and what the citizen chose."""

from dataclasses import dataclass
from datetime import datetime

from domain.words import Utility


@dataclass(frozen=True, slots=True)
class Call:
    """来电: one citizen's call, whatever legs it has.

    `linkedid` names the call over all nodes and files; `ani` is the caller's number, None when withheld (a withheld
    number is never stored); `started` is UTC.
    """

    linkedid: str
    ani: str | None
    dialled: str
    started: datetime


@dataclass(frozen=True, slots=True)
class Choice:
    """What the citizen chose in the menu tree, or that nothing was chosen.

    `keys` holds every key pressed in order ("91"); `emergency` is the short cut 9, with `utility` None when the
    citizen did not say which; `queue` names the agent queue otherwise; `outage` is the id of the known outage that was
    announced, if any.
    """

    keys: str = ""
    emergency: bool = False
    utility: Utility | None = None
    queue: str | None = None
    outage: int | None = None
