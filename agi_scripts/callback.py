"""agi://…/callback: a waiting citizen pressed 1 to be called back and keep the place in the queue."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from structlog.typing import FilteringBoundLogger

from domain.phone_number import clean, mask
from telephony.agi.session import Session
from telephony.ami.queues import Place

_FIRST = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBack:
    """`keep` writes the call-back down (linkedid, number, queue, place) and returns its id; only then is it promised.

    `place_of` tells the place that a channel had in the queue it left, None where that is not known.
    """

    keep: Callable[[str, str, str, int], Awaitable[int]]
    place_of: Callable[[str], Place | None]
    log: FilteringBoundLogger

    async def __call__(self, session: Session) -> None:
        """Answer with CB_POSITION, CB_ID and, last, ROUTE=callback; without ROUTE the citizen goes on waiting."""
        request = session.request
        queue, number = request.argument(2), clean(request.argument(3))
        if number is None:
            return
        left = self.place_of(request.values.get("agi_uniqueid", ""))
        place = left.position if left is not None and left.queue == queue else _number(request.argument(4))
        kept = await self.keep(request.linkedid, number, queue, place)
        for name, value in (("CB_POSITION", str(place)), ("CB_ID", str(kept)), ("ROUTE", "callback")):
            await session.set_variable(name, value)
        self.log.info("call-back promised", linkedid=request.linkedid, ani=mask(number), queue=queue, place=place)


def _number(text: str) -> int:
    return max(_FIRST, int(text)) if text.isascii() and text.isdigit() else _FIRST
