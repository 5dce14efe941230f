"""The citizen's line on Asterisk: what the conversation asks of a telephone, as AGI commands."""

import math
import re
from collections.abc import Callable, Sequence
from typing import Self

from telephony.agi.session import Session

_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,39}")
_PLAIN = re.compile(r"[0-9A-Za-z_.:+&/@*#-]*")
"""A value that MSet() leaves as it is; at commas, quotes, brackets and backslashes it would cut or change it."""

_MOST = 24  # pairs that MSet() takes, pbx_variables.c
_SWITCH = "TIMEOUT(absolute)"
_SOUND = re.compile(r"[A-Za-z0-9][A-Za-z0-9/_.+-]{0,120}")
_SHORTEST_WAIT = 0.1
_KEYS = frozenset("0123456789*#")


class AgiLine:
    """`ivr.phone.Phone` over one AGI session.

    `duration` tells a sound's length in seconds; `rescue` is the dead man's switch: Asterisk takes the call back that
    many seconds after a step should have ended.

    Each command is a trip to Asterisk and back, which is what a call costs us and what a citizen waits for after the
    last key. So notes travel with the command that follows them; leaving the `async with` sends those that are left.
    """

    __slots__ = ("_duration", "_notes", "_rescue", "_session")

    def __init__(self, session: Session, duration: Callable[[str], float], rescue: float) -> None:
        self._session = session
        self._duration = duration
        self._rescue = rescue
        self._notes: list[tuple[str, str]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._notes:
            await self.hand_over(())

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
        """Set a channel variable for the next rung of the ladder: with the next command, or at the end."""
        if not _NAME.fullmatch(name):
            raise ValueError(f"not the name of a channel variable: {name!r}")
        self._notes.append((name, value))

    async def stay(self, seconds: float) -> None:
        """Hold the dead man's switch for a step that takes `seconds`: past that, and `rescue`, the dialplan goes on."""
        await self.hand_over(((_SWITCH, str(math.ceil(seconds + self._rescue))),))

    async def hand_over(self, variables: Sequence[tuple[str, str]]) -> None:
        """Set channel variables in their order, after what was noted: in one command where MSet() leaves them whole."""
        pairs = (*self._notes, *variables)
        self._notes.clear()
        if len(pairs) > 1 and len(pairs) <= _MOST and all(_PLAIN.fullmatch(value) for _, value in pairs):
            await self._session.execute("MSet", ",".join(f"{name}={value}" for name, value in pairs))
            return
        for name, value in pairs:
            await self._session.set_variable(name, value)
