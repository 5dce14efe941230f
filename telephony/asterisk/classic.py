"""The citizen's line as a classic AGI script sees it: pyst2 on standard input and output, with what it lacks added.

pyst2 escapes nothing, takes the end of input and a HANGUP line for a broken number, and tells its error output
everything that a caller sends.
"""

import math
import re
import wave
from collections.abc import Coroutine, Mapping
from io import StringIO
from pathlib import Path
from typing import Any, TextIO, TypeVar

from asterisk.agi import AGI, AGIAppError, AGIError, AGIUnknownError

from ivr.phone import CallerHungUp
from telephony.agi.codec import command

_T = TypeVar("_T")
_KEYS = frozenset("0123456789*#")
_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,39}")
_GONE = 511
_SHORTEST_WAIT = 0.1
_UNKNOWN_LENGTH = 15.0


class ClassicLine:
    """`ivr.phone.Phone` whose coroutines never suspend: see `run`.

    `sounds` is Asterisk's sounds folder; `rescue` the dead man's switch, in seconds past a step's own time.
    """

    def __init__(self, read: TextIO, write: TextIO, sounds: Path, rescue: float) -> None:
        self._agi = AGI(read, write, StringIO())
        self._sounds = sounds
        self._rescue = rescue

    @property
    def said(self) -> Mapping[str, str]:
        """What Asterisk says about the call: its agi_* lines."""
        return dict(self._agi.env)

    async def read_key(self, sounds: tuple[str, ...], wait: float) -> str:
        """Play `sounds`, return the first key pressed during or `wait` seconds after them, or ""."""
        wait = max(wait, _SHORTEST_WAIT)
        takes = sum(map(self._length, sounds)) + wait
        self._command("SET", "VARIABLE", "TIMEOUT(absolute)", str(math.ceil(takes + self._rescue)))
        self._command("EXEC", "Read", f"HL_KEY,{'&'.join(sounds)},1,t,1,{wait:g}")
        _, key = self._command("GET", "VARIABLE", "HL_KEY")
        return key if key in _KEYS else ""

    async def note(self, name: str, value: str) -> None:
        """Set a channel variable."""
        if not _NAME.fullmatch(name):
            raise ValueError(f"not the name of a channel variable: {name!r}")
        self._command("SET", "VARIABLE", name, value)

    def _command(self, *words: str) -> tuple[str, str]:
        """Return result and data of one command; raises CallerHungUp."""
        line = command(*words).decode().rstrip("\n")
        try:
            result: tuple[str, str] = self._agi.execute(line)["result"]
        except AGIAppError:
            raise CallerHungUp from None
        except AGIUnknownError as error:
            if error.args[0] == _GONE:
                raise CallerHungUp from None
            raise
        except (ValueError, BrokenPipeError):  # the end of input, or a line HANGUP
            raise CallerHungUp from None
        if result[0] == "-2":
            raise AGIError(f"no such application: {words[1]}")
        return result

    def _length(self, sound: str) -> float:
        try:
            with wave.open(str(self._sounds / f"{sound}.wav"), "rb") as audio:
                return audio.getnframes() / audio.getframerate()
        except (OSError, EOFError, wave.Error):
            return _UNKNOWN_LENGTH


def run(conversation: Coroutine[Any, Any, _T]) -> _T:
    """Return the value of a coroutine that never suspends (there is nothing to wait for but Asterisk, in line)."""
    try:
        conversation.send(None)
    except StopIteration as done:
        value: _T = done.value
        return value
    conversation.close()
    raise RuntimeError("a conversation over a classic AGI line may not wait for anything else")
