"""agi://…/callback-owed: a seat took a call-back; is the citizen still owed it?"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from structlog.typing import FilteringBoundLogger

from telephony.agi.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackOwed:
    """`owed` tells of an entry, by its number, whether it is still open."""

    owed: Callable[[int], Awaitable[bool]]
    log: FilteringBoundLogger

    async def __call__(self, session: Session) -> None:
        """Answer with CB_OWED=no where the citizen was spoken to meanwhile; without an answer he is called."""
        entry = session.request.argument(2)
        if not (entry.isascii() and entry.isdigit() and len(entry) < 19) or await self.owed(int(entry)):
            return
        await session.set_variable("CB_OWED", "no")
        self.log.info("call-back settled meanwhile", linkedid=session.request.linkedid, callback=entry)
