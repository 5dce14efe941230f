"""AGI's text, both ways: bytes in, values out, no reactor. Nothing a caller sends makes it raise.

Replies as Asterisk 22 writes them (res_agi.c): `200 result=R[ (data)][ endpos=N]`, `510 …`, `511 …`, a usage text
between `520-` and `520 `, and a bare `HANGUP` line at any moment.
"""

import re
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

LONGEST_COMMAND = 8000
"""Bytes: Asterisk runs a line of more than 8,192 bytes as two commands."""

_SPECIAL = re.compile(r'["\\\r\n\0]')
_SUCCESS = re.compile(rb"200 result=(-?[0-9A-Za-z*#]*)(?: \((.*)\))?(?: endpos=(\d+))?[ \t]*", re.DOTALL)
_CODE = re.compile(rb"(\d{3})(?:[ -](.*))?", re.DOTALL)
_LINKEDID = re.compile(r"[0-9A-Za-z.-]{1,64}")
_USAGE_LINES = 200


class Signal(Enum):
    """What a line may say besides an answer."""

    HANGUP = "the caller hung up"
    GARBAGE = "no AGI at all"


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one command.

    `code` is 200, 510, 511, 520 or whatever came; `result`, `data` and `endpos` are of code 200 only; `text` is the
    rest of the line otherwise.
    """

    code: int
    result: str = ""
    data: str | None = None
    endpos: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """What Asterisk says about the call before it waits for commands: its agi_* lines."""

    values: MappingProxyType[str, str]

    @property
    def script(self) -> str:
        """Return the path of the agi:// address, without query: which script is asked for."""
        return self.values.get("agi_network_script", "").partition("?")[0].strip("/")

    @property
    def linkedid(self) -> str:
        """Return the id that names the call everywhere: the first argument by contract, else the channel's own."""
        for candidate in (self.argument(1), self.values.get("agi_uniqueid", "")):
            if _LINKEDID.fullmatch(candidate):
                return candidate
        return "unknown"

    def argument(self, number: int) -> str:
        """Return the AGI() application's argument with this number (from 1), empty where there is none."""
        return self.values.get(f"agi_arg_{number}", "")


class TooLong(Exception):
    """The peer sent a line, or a header, longer than any Asterisk would."""


def decode(raw: bytes) -> str:
    """Return text from a peer: UTF-8, else GBK (older telephones and gateways), else Latin-1, which takes any byte."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        try:
            return raw.decode("gbk")
        except UnicodeDecodeError:
            return raw.decode("latin-1")


def command(*words: str) -> bytes:
    """Return one AGI command as a line; every word but bare verbs is quoted and escaped.

    Raises ValueError for CR, LF or NUL in a word (they would end the line and start a second command) and for a line
    that Asterisk would split.
    """
    parts = []
    for word in words:
        if word.isalpha() and word.isascii():
            parts.append(word)
        elif _SPECIAL.search(word):
            parts.append(f'"{_escaped(word)}"')
        else:
            parts.append(f'"{word}"')
    line = " ".join(parts).encode(errors="replace") + b"\n"
    if len(line) > LONGEST_COMMAND:
        raise ValueError(f"an AGI command of {len(line)} bytes, more than {LONGEST_COMMAND}")
    return line


def _escaped(word: str) -> str:
    if any(character in word for character in "\r\n\0"):
        raise ValueError(f"a line break or NUL in an AGI value: {word[:80]!r}")
    return word.replace("\\", "\\\\").replace('"', '\\"')


@dataclass(slots=True)
class Lines:
    """Bytes in any pieces become whole lines, without their end; `longest` bounds what is kept of an unfinished one."""

    longest: int
    _rest: bytes = b""

    def feed(self, data: bytes) -> list[bytes]:
        """Return the lines that are complete now; raises TooLong when one will not end."""
        if self._rest:
            data = self._rest + data
        lines = data.split(b"\n")
        self._rest = lines.pop()
        # Only where there is much can one line be too much.
        if len(data) > self.longest and max(map(len, (self._rest, *lines))) > self.longest:
            raise TooLong(f"a line of more than {self.longest} bytes")
        return lines


@dataclass(slots=True)
class HeaderReader:
    """Gathers the agi_* block up to its empty line, within `most_lines` and `most_bytes`."""

    most_lines: int
    most_bytes: int
    _values: dict[str, str] = field(default_factory=dict)
    _lines: int = 0
    _bytes: int = 0

    def feed(self, line: bytes) -> Request | None:
        """Take one line; returns the Request once the block has ended. Lines that are no agi_* pair are passed over."""
        line = line.rstrip(b"\r")
        if not line:
            return Request(MappingProxyType(self._values))
        self._lines += 1
        self._bytes += len(line)
        if self._lines > self.most_lines or self._bytes > self.most_bytes:
            raise TooLong(f"a header of {self._lines} lines and {self._bytes} bytes")
        name, colon, value = line.partition(b":")
        if colon and name.startswith(b"agi_"):
            # The first one counts: a caller's text cannot take the place of what Asterisk said before it.
            self._values.setdefault(decode(name), decode(value.removeprefix(b" ")))
        return None


@dataclass(slots=True)
class ReplyReader:
    """Turns reply lines into values, keeping a usage text (520-) together."""

    _usage: list[str] | None = None

    def feed(self, line: bytes) -> Reply | Signal | None:
        """Take one line; returns None while a usage text goes on, for `100 Trying`, or for an empty line."""
        line = line.rstrip(b"\r")
        if line == b"HANGUP":
            return Signal.HANGUP
        if self._usage is not None:
            return self._usage_line(line)
        success = _SUCCESS.fullmatch(line)
        if success:
            result, data, endpos = success.groups()
            return Reply(
                200,
                result.decode(),
                None if data is None else decode(data),
                None if endpos is None else int(endpos[:18]),
            )
        if line.startswith(b"520-"):
            self._usage = [decode(line[4:])]
            return None
        other = _CODE.fullmatch(line)
        if other and other[1] != b"200":
            code = int(other[1])
            return Reply(code, text=decode(other[2] or b"")) if code >= 200 else None
        return Signal.GARBAGE if line else None

    def _usage_line(self, line: bytes) -> Reply | None:
        usage = self._usage or []
        if line.startswith(b"520 ") or len(usage) >= _USAGE_LINES:
            self._usage = None
            return Reply(520, text="\n".join(usage))
        usage.append(decode(line))
        return None
