"""What the conversation needs of a telephone line; `telephony.agi` carries it out on Asterisk."""

from typing import Protocol


class CallerHungUp(Exception):
    """The citizen hung up: a normal way for a conversation to end, caught once, at the session's edge."""


class Phone(Protocol):
    """A line with a citizen at the other end. Every method raises CallerHungUp once the citizen is gone."""

    async def read_key(self, sounds: tuple[str, ...], wait: float) -> str:
        """Play sounds one after the other and return the first key pressed during or `wait` seconds after them.

        `sounds` are names relative to Asterisk's sounds folder, without suffix ("hotline/welcome-menu"); any key
        interrupts (barge-in). Returns one of "0".."9", "*", "#", or "" when no key came.
        """
        ...

    async def note(self, name: str, value: str) -> None:
        """Set a channel variable, so that the next rung of the ladder knows what the citizen did so far."""
        ...
