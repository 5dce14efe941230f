"""SIP written by hand, for what no telephone of ours would send: strangers, forgeries, a seat that forwards calls."""

import itertools
import re
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import md5
from types import TracebackType

CRLF = "\r\n"
_numbers = itertools.count(1)


@dataclass(slots=True)
class Stranger:
    """A socket that speaks SIP to one server from an address of its own."""

    server: tuple[str, int]
    host: str = "127.0.0.1"
    wire: socket.socket = field(init=False)

    def __enter__(self) -> "Stranger":
        self.wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.wire.bind((self.host, 0))
        self.wire.settimeout(3)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.wire.close()

    @property
    def port(self) -> int:
        port: int = self.wire.getsockname()[1]
        return port

    def write(self, method: str, user: str, to: str = "", **more: str) -> bytes:
        """A request from `user`; `more` replaces or adds headers, its names with _ for -, `body` and `uri` apart."""
        number = next(_numbers)
        host = f"{self.server[0]}:{self.server[1]}"
        target = more.pop("uri", f"sip:{to}@{host}" if to else f"sip:{host}")
        body = more.pop("body", offer(self.host, 40000) if method == "INVITE" else "")
        headers = {
            "Via": f"SIP/2.0/UDP {self.host}:{self.port};branch=z9hG4bK-{number}-{self.port}",
            "Max-Forwards": "70",
            "From": f"<sip:{user}@{host}>;tag=s{number}",
            "To": f"<sip:{to or user}@{host}>",
            "Call-ID": f"stranger-{number}-{self.port}",
            "CSeq": f"1 {method}",
            "Contact": f"<sip:{user}@{self.host}:{self.port}>",
            **({"Content-Type": "application/sdp"} if body else {}),
            **{name.replace("_", "-"): value for name, value in more.items()},
            "Content-Length": str(len(body.encode())),
        }
        lines = "".join(f"{name}: {value}{CRLF}" for name, value in headers.items())
        return f"{method} {target} SIP/2.0{CRLF}{lines}{CRLF}{body}".encode()

    def ask(self, method: str, user: str, to: str = "", **more: str) -> str:
        """Send a request and return the first final answer; a challenge counts as one."""
        self.wire.sendto(self.write(method, user, to, **more), self.server)
        return self.final()

    def final(self) -> str:
        while True:
            text = self.wire.recv(65535).decode(errors="replace")
            if text.startswith("SIP/2.0") and not text.startswith("SIP/2.0 1"):
                return text

    def prove(self, challenge: str, method: str, user: str, password: str, to: str = "") -> dict[str, str]:
        """The header that answers a challenge."""
        host = f"{self.server[0]}:{self.server[1]}"
        return {"Authorization": proof(challenge, method, f"sip:{to}@{host}" if to else f"sip:{host}", user, password)}


def status(text: str) -> int:
    return int(text.split()[1])


def plain(answer: str) -> str:
    """An answer without what must differ from one to the next: nonces, tags, names, ids."""
    text = re.sub(r'(nonce|opaque)="[^"]*"', r'\1=""', answer)
    text = re.sub(r"(branch|tag)=[^;\s]*", r"\1=", text)
    return re.sub(r"^(From|To|Call-ID|Via):.*$", r"\1:", text, flags=re.MULTILINE)


def offer(host: str, port: int) -> str:
    lines = (
        *("v=0", f"o=- 1 1 IN IP4 {host}", "s=-", f"c=IN IP4 {host}", "t=0 0"),
        *(f"m=audio {port} RTP/AVP 8 101", "a=rtpmap:8 PCMA/8000", "a=rtpmap:101 telephone-event/8000", ""),
    )
    return CRLF.join(lines)


def proof(challenge: str, method: str, uri: str, user: str, password: str) -> str:
    """Answer a digest challenge (RFC 2617, MD5, qop=auth)."""
    line = next(line for line in challenge.splitlines() if line.lower().startswith("www-authenticate"))
    known = dict(re.findall(r'(\w+)="?([^",]+)"?', line))

    def hashed(text: str) -> str:
        return md5(text.encode(), usedforsecurity=False).hexdigest()

    first, second = hashed(f"{user}:{known['realm']}:{password}"), hashed(f"{method}:{uri}")
    response = hashed(f"{first}:{known['nonce']}:00000001:raw:auth:{second}")
    return (
        f'Digest username="{user}", realm="{known["realm"]}", nonce="{known["nonce"]}", uri="{uri}", '
        f'response="{response}", algorithm=MD5, qop=auth, nc=00000001, cnonce="raw", opaque="{known["opaque"]}"'
    )


@contextmanager
def answering(
    server: tuple[str, int], user: str, password: str, answer: str, extra: Mapping[str, str]
) -> Iterator[list[str]]:
    """A registered seat that answers every INVITE with one status line and extra headers; yields what it was sent."""
    heard: list[str] = []
    over = threading.Event()
    with Stranger(server) as seat:
        challenge = seat.ask("REGISTER", user)
        accepted = seat.ask("REGISTER", user, **seat.prove(challenge, "REGISTER", user, password), Expires="120")
        assert status(accepted) == 200, accepted
        seat.wire.settimeout(0.1)

        def serve() -> None:
            while not over.is_set():
                try:
                    text = seat.wire.recv(65535).decode(errors="replace")
                except TimeoutError:
                    continue
                method = text.split()[0]
                heard.append(text)
                if method in ("INVITE", "OPTIONS", "CANCEL", "BYE", "NOTIFY"):
                    first = answer if method == "INVITE" else "200 OK"
                    seat.wire.sendto(_reply(text, first, extra if method == "INVITE" else {}), server)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield heard
        finally:
            over.set()
            thread.join(5)


def _reply(request: str, first: str, extra: Mapping[str, str]) -> bytes:
    kept = [line for line in request.split(CRLF) if re.match(r"(Via|From|Call-ID|CSeq):", line)]
    to = next(line for line in request.split(CRLF) if line.startswith("To:"))
    more = [f"{name}: {value}" for name, value in extra.items()]
    lines = (f"SIP/2.0 {first}", *kept, to if "tag=" in to else f"{to};tag=raw", *more, "Content-Length: 0", "", "")
    return CRLF.join(lines).encode()
