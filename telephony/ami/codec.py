"""AMI's text: packs of `Name: value` lines become values, and actions become packs that hold no line of a caller's.

asterisk-ami splits a pack with str.splitlines, which also breaks at U+2028, U+0085 and their like: a caller's name
could then bring in fields of its own. Here a line ends at CR LF alone, as in Asterisk.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

_FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,60}")
_FORBIDDEN = re.compile(r"[\r\n\0]")
_LONGEST_VALUE = 1000


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in Asterisk: its name and fields ("Uniqueid", "Position", …)."""

    name: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Response:
    """Asterisk's answer to one action; `status` is Success, Error, Goodbye, Pong and so on."""

    status: str
    fields: Mapping[str, str]

    @property
    def refused(self) -> bool:
        """Tell whether the action was not carried out."""
        return self.status.lower() == "error"


def parse(pack: str) -> Event | Response | None:
    """Return what a pack says, None where it is neither event nor response. Never raises.

    Of a field that comes twice the first one counts, but for `Output` and variables, which are joined by line feeds.
    """
    lines = [line.partition(":") for line in pack.split("\r\n") if ":" in line]
    if not lines:
        return None
    (kind, _, name), *rest = lines
    fields: dict[str, str] = {}
    for key, _, raw in rest:
        value = raw.strip(" \t")
        if key in fields and (key == "Output" or key.endswith("Variable")):
            fields[key] += f"\n{value}"
        else:
            fields.setdefault(key, value)
    match kind.strip().lower():
        case "event":
            return Event(name.strip(" \t"), MappingProxyType(fields))
        case "response":
            return Response(name.strip(" \t"), MappingProxyType(fields))
        case _:
            return None


def action(name: str, fields: Mapping[str, str]) -> str:
    """Return an action as the text of a pack, without its last line end.

    Raises ValueError for a name or value that could start a line of its own, and for one of more than 1,000 characters
    (Asterisk cuts a line at 1,024).
    """
    lines = []
    for key, value in {"Action": name, **fields}.items():
        if not _FIELD_NAME.fullmatch(key):
            raise ValueError(f"not the name of an AMI field: {key[:80]!r}")
        if _FORBIDDEN.search(value) or len(value) > _LONGEST_VALUE:
            raise ValueError(f"an AMI value with a line break, with NUL or too long: {value[:80]!r}")
        lines.append(f"{key}: {value}\r\n")
    return "".join(lines)
