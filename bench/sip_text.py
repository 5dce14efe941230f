"""Just enough SIP to place and take calls for a measurement: requests, answers, digests, offers. Text in, text out."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

CRLF = "\r\n"
EVENT = 101
"""RTP payload type of telephone events in our offers."""


@dataclass(frozen=True, slots=True)
class Message:
    """A SIP message. `first` is its request or status line, `headers` those we look at, lower case; `via` every Via."""

    first: str
    headers: Mapping[str, str]
    via: tuple[str, ...]
    body: str

    @property
    def status(self) -> int:
        """Return the status of an answer, 0 for a request."""
        return int(self.first.split(" ")[1]) if self.first.startswith("SIP/2.0") else 0

    @property
    def method(self) -> str:
        """Return the method of a request, or of the request that an answer is for."""
        return self.headers["cseq"].split()[1]

    @property
    def call(self) -> str:
        """Return the Call-ID."""
        return self.headers["call-id"]

    def media_port(self) -> int:
        """Return the port that the other side's offer or answer names for audio."""
        found = re.search(r"m=audio (\d+)", self.body)
        if not found:
            raise ValueError("no audio in the description")
        return int(found[1])


def parse(data: bytes) -> Message:
    """Read a message; long header names only, which is what Asterisk writes by default."""
    head, _, body = data.decode(errors="replace").partition(CRLF * 2)
    first, *lines = head.split(CRLF)
    headers: dict[str, str] = {}
    via = []
    for line in lines:
        name, _, value = line.partition(":")
        if name.lower() == "via":
            via.append(value.strip())
        headers.setdefault(name.strip().lower(), value.strip())
    return Message(first, headers, tuple(via), body)


def request(method: str, target: str, headers: Mapping[str, str], body: str = "") -> bytes:
    """Write a request."""
    return _message(f"{method} {target} SIP/2.0", headers, body)


def answer(to: Message, status: str, tag: str, contact: str, body: str = "") -> bytes:
    """Write an answer to a request."""
    said = to.headers["to"]
    headers = {
        "From": to.headers["from"],
        "To": said if "tag=" in said else f"{said};tag={tag}",
        "Call-ID": to.call,
        "CSeq": to.headers["cseq"],
        "Contact": f"<{contact}>",
    }
    vias = "".join(f"Via: {via}{CRLF}" for via in to.via)
    return _message(f"SIP/2.0 {status}", headers, body, vias)


def bye(invite: Message, host: str, port: int, tag: str) -> bytes:
    """Write the end of a call that came in with `invite` and was answered with `tag` from host:port."""
    headers = {
        "Via": f"SIP/2.0/UDP {host}:{port};branch=z9hG4bKbye{invite.call}",
        "From": f"{invite.headers['to']};tag={tag}",
        "To": invite.headers["from"],
        "Call-ID": invite.call,
        "CSeq": "1 BYE",
    }
    return request("BYE", invite.headers["contact"].strip("<>"), headers)


def offer(host: str, port: int) -> str:
    """Write a description of one A-law stream with telephone events."""
    return (
        f"v=0{CRLF}o=bench 1 1 IN IP4 {host}{CRLF}s=-{CRLF}c=IN IP4 {host}{CRLF}t=0 0{CRLF}"
        f"m=audio {port} RTP/AVP 8 {EVENT}{CRLF}a=rtpmap:8 PCMA/8000{CRLF}"
        f"a=rtpmap:{EVENT} telephone-event/8000{CRLF}a=fmtp:{EVENT} 0-15{CRLF}a=sendrecv{CRLF}"
    )


def authorization(challenge: str, method: str, target: str, user: str, password: str) -> str:
    """Answer a digest challenge (RFC 2617, MD5, qop=auth)."""
    known = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge))
    realm, nonce = known["realm"], known["nonce"]
    first = _md5(f"{user}:{realm}:{password}")
    second = _md5(f"{method}:{target}")
    proof = _md5(f"{first}:{nonce}:00000001:bench:auth:{second}")
    opaque = f', opaque="{known["opaque"]}"' if "opaque" in known else ""
    return (
        f'Digest username="{user}", realm="{realm}", nonce="{nonce}", uri="{target}", response="{proof}", '
        f'algorithm=MD5, qop=auth, nc=00000001, cnonce="bench"{opaque}'
    )


def key_events(digit: str, timestamp: int, first_sequence: int, source: int, packets: int = 5) -> list[bytes]:
    """Return the RTP packets of one key press (RFC 4733): `packets` of 20 ms each, then its end, three times over."""
    event = "0123456789*#".index(digit)
    built = []
    for number in range(packets + 3):
        ended = number >= packets
        length = 160 * min(number + 1, packets)
        header = bytes((0x80, EVENT | (0x80 if number == 0 else 0)))
        header += ((first_sequence + number) & 0xFFFF).to_bytes(2) + timestamp.to_bytes(4) + source.to_bytes(4)
        built.append(header + bytes((event, 0x8A if ended else 0x0A)) + length.to_bytes(2))
    return built


def _message(first: str, headers: Mapping[str, str], body: str, vias: str = "") -> bytes:
    lines = "".join(f"{name}: {value}{CRLF}" for name, value in headers.items())
    kind = f"Content-Type: application/sdp{CRLF}" if body else ""
    size = f"Content-Length: {len(body.encode())}{CRLF}"
    return f"{first}{CRLF}{vias}{lines}Max-Forwards: 70{CRLF}{kind}{size}{CRLF}{body}".encode()


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
