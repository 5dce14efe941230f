"""Calls that Asterisk is to make: call files, the only way out, and what may stand in one.

AMI may not originate, so that its password calls nobody; who can write this folder could rewrite the dialplan as well.
A file names the citizen's number and words from config, no dial string: the dialplan alone says whom it rings, and how.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

_NUMBER = re.compile(r"\+?[0-9]{3,32}")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
_LINKEDID = re.compile(r"[0-9A-Za-z.-]{1,150}")
_DIGITS = re.compile(r"[0-9]{0,32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One call back: a seat first, then the citizen.

    `duty` names whose seats are rung first (a utility, or `duty`), empty: a seat of `queue`. `position` is the place in
    the queue, 0 at its end; the seat has `wait` seconds. After `until` (epoch seconds) Asterisk no longer begins it.
    """

    entry: int
    turn: int
    number: str
    first_call: str
    queue: str
    dialled: str
    wait: int
    until: int
    priority: int = 0
    position: int = 0
    duty: str = ""
    utility: str = ""

    def text(self) -> str:
        """Return the call file; raises ValueError for anything that is not what it should be."""
        channel = f"Local/{_fit(_NAME, self.duty)}@call-back-duty/n" if self.duty else "Local/wait@call-back-wait/n"
        values = {
            "HL_ENTRY": str(int(self.entry)),
            "__HL_UNTIL": str(int(self.until)),
            "__HL_ANI": _fit(_NUMBER, self.number),
            "__HL_DIALLED": _fit(_DIGITS, self.dialled),
            "__HL_QUEUE": _fit(_NAME, self.queue),
            "__HL_ROUTE": "emergency" if self.duty else "agents",
            "__HL_UTILITY": _fit(_NAME, self.utility) if self.utility else "",
            "__HL_OF": _fit(_LINKEDID, self.first_call),
            "HL_PRIO": str(int(self.priority)),
            "HL_PLACE": str(int(self.position)) if self.position else "",
        }
        lines = (
            f"Channel: {channel}",
            "Context: call-back-dial",
            "Extension: s",
            "Priority: 1",
            f"WaitTime: {int(self.wait)}",
            "MaxRetries: 0",
            *(f"Setvar: {name}={value}" for name, value in values.items()),
        )
        return "\n".join((*lines, ""))


def put(folder: Path, outgoing: Outgoing) -> None:
    """Hand a call to Asterisk, whole or not at all; raises OSError, and ValueError where it must not be made."""
    text = outgoing.text()
    beside = folder.parent / f".{outgoing.entry}-{outgoing.turn}.call"
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(text)
    beside.replace(folder / f"{outgoing.entry}-{outgoing.turn}.call")


def _fit(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError(f"not fit for a call file: {text!r}")
    return text
