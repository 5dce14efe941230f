"""What a telephone is told, what it reports, and the JSON lines that carry both between parent and child."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any


class PhoneError(Exception):
    """A telephone did not do what was asked of it, or not in time; the message says what it did instead."""


class PhoneTimeout(PhoneError):
    """What was waited for did not happen in time."""


class State(StrEnum):
    """What happened on a telephone.

    READY: may be told things. REGISTERED, UNREGISTERED, REFUSED: the registrar's answer. CALLING, RINGING, PROGRESS
    (183, early audio), CONFIRMED, ENDED: one call's life. KEY_SENT (`at` is the key's end), KEY_HEARD: RFC 4733.
    PLAYED: a file was played to its end. HELD, RESUMED, TRANSFERRED (the other side's last word on a transfer, in
    `code`). FAULT: a command could not be carried out.
    """

    READY = "ready"
    REGISTERED = "registered"
    UNREGISTERED = "unregistered"
    REFUSED = "refused"
    CALLING = "calling"
    RINGING = "ringing"
    PROGRESS = "progress"
    CONFIRMED = "confirmed"
    ENDED = "ended"
    KEY_SENT = "key_sent"
    KEY_HEARD = "key_heard"
    PLAYED = "played"
    HELD = "held"
    RESUMED = "resumed"
    TRANSFERRED = "transferred"
    FAULT = "fault"


class Srtp(StrEnum):
    """Whether a telephone talks encrypted: never, where the other side offers it, or not at all otherwise."""

    NEVER = "never"
    OFFERED = "offered"
    DEMANDED = "demanded"


CALL_STATES = frozenset({State.CALLING, State.RINGING, State.PROGRESS, State.CONFIRMED, State.ENDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneSpec:
    """One telephone.

    `user` is the account at the registrar, or the calling number of a phone that does not register; any text is
    allowed, it is escaped as SIP demands. With `registrar` ("127.0.0.1:5070") it registers by `password`; without, it
    calls straight to `server` (default: the registrar). `local_address` is the address that SIP and RTP are sent from;
    `local_port` and `media_port` 0 leave the choice to the system. `withheld` sends the number only in
    P-Asserted-Identity, with `Privacy: id`. `display_name` and `headers` go out with every call. With `trust` (a PEM
    file) it speaks TLS, with nobody whom that certificate does not vouch for; `srtp` says whether it talks encrypted.

    `play` is spoken once the call is answered (again and again with `loop`); `record` is the wav of what is heard,
    from the first media on (a second call gets "name-2.wav"). `answer_after` seconds of ringing it answers by itself,
    `hang_up_after` seconds of talking it hangs up; `reject_with` refuses every call (486: busy). `log` takes the SIP
    trace.
    """

    user: str
    password: str | None = None
    registrar: str | None = None
    server: str | None = None
    local_address: str = "127.0.0.1"
    local_port: int = 0
    media_port: int = 0
    display_name: str = ""
    withheld: bool = False
    headers: Mapping[str, str] | None = None
    play: Path | None = None
    loop: bool = False
    record: Path | None = None
    answer_after: float | None = None
    hang_up_after: float | None = None
    reject_with: int | None = None
    register_for: int = 300
    trust: Path | None = None
    srtp: Srtp = Srtp.NEVER
    log: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneEvent:
    """Something that happened: when (`epoch` and `monotonic` seconds, both good to the millisecond), and what.

    `call` counts this phone's calls from 1 (0: no call); `outgoing` says who placed it; `code` and `reason` are SIP's,
    or the fault in words; `digit` the key; `remote` the other side's URI as received.
    """

    state: State
    epoch: float
    monotonic: float
    call: int = 0
    outgoing: bool = False
    code: int = 0
    reason: str = ""
    digit: str = ""
    remote: str = ""


def spec_line(spec: PhoneSpec) -> str:
    """Return a specification as one line of JSON."""
    plain = {key: str(value) if isinstance(value, Path) else value for key, value in asdict(spec).items()}
    return json.dumps(plain)


def read_spec(line: str) -> PhoneSpec:
    """Return the specification that a line of JSON holds."""
    plain: dict[str, Any] = json.loads(line)
    for name in ("play", "record", "log", "trust"):
        plain[name] = Path(plain[name]) if plain[name] else None
    return PhoneSpec(**{**plain, "srtp": Srtp(plain["srtp"])})


def event_line(event: PhoneEvent) -> str:
    """Return an event as one line of JSON."""
    return json.dumps(asdict(event))


def read_event(line: str) -> PhoneEvent:
    """Return the event that a line of JSON holds."""
    plain: dict[str, Any] = json.loads(line)
    known = {field.name for field in fields(PhoneEvent)}
    values = {key: value for key, value in plain.items() if key in known}
    return PhoneEvent(**{**values, "state": State(plain["state"])})
