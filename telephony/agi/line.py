"""The citizen's line on Asterisk: what the conversation asks of a telephone, as AGI commands."""

import math
import re
from collections.abc import Callable

from telephony.agi.session import Session

_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,39}")
_SOUND = re.compile(r"[A-Za-z0-9][A-Za-z0-9/_.+-]{0,120}")
_SHORTEST_WAIT = 0.1
_KEYS = frozenset("0123456789*#")


class AgiLine:
    """`ivr.phone.Phone` over one AGI session.

    `duration` tells a sound's length in seconds; `rescue` is the dead man's switch: Asterisk takes the call back that
    many seconds after a step should have ended.
    """

    __slots__ = ("_duration", "_rescue", "_session")

    def __init__(self, session: Session, duration: Callable[[str], float], rescue: float) -> None:
        self._session = session
        self._duration = duration
        self._rescue = rescue

    async def read_key(self, sounds: tuple[str, ...], wait: float) -> str:
        """Play `sounds`, return the first key pressed during or `wait` seconds after them, or "".

        `Read` with one digit and option t() (no terminator, so that # is a key like any other) leaves the key in
        HL_KEY on the channel: it survives there when we do not.
        """
        for sound in sounds:
            if not _SOUND.fullmatch(sound) or ".." in sound:
                raise ValueError(f"not the name of a sound: {sound!r}")
        wait = max(wait, _SHORTEST_WAIT)
        takes = sum(map(self._duration, sounds)) + wait
        await self.stay(takes)
        await self._session.execute("Read", f"HL_KEY,{'&'.join(sounds)},1,t,1,{wait:g}", takes)
        key = await self._session.variable("HL_KEY")
        return key if key in _KEYS else ""

    async def note(self, name: str, value: str) -> None:
        """Set a channel variable for the next rung of the ladder."""
        if not _NAME.fullmatch(name):
            raise ValueError(f"not the name of a channel variable: {name!r}")
        await self._session.set_variable(name, value)

    async def stay(self, seconds: float) -> None:
        """Hold the dead man's switch for a step that takes `seconds`: past that, and `rescue`, the dialplan goes on."""
        await self._session.set_variable("TIMEOUT(absolute)", str(math.ceil(seconds + self._rescue)))
