"""Citizens and a duty seat in one loop on one clock: calls at a rate, keys as RTP, INVITEs timed as they arrive.

The moment of a key's end is taken right before its first end packet goes to the kernel; an INVITE's arrival is the
kernel's own receive stamp (SO_TIMESTAMPNS), so that a busy loop here lengthens neither.
"""

import heapq
import itertools
import selectors
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from bench.sip_text import Message, answer, authorization, key_events, offer, parse, request

SO_TIMESTAMPNS = 35  # asm-generic/socket.h; Python has no name for it
_STAMP = struct.Struct("qq")
_SPACE = socket.CMSG_SPACE(_STAMP.size)
CITIZEN, SEAT = "127.0.0.2", "127.0.0.1"


@dataclass(slots=True)
class Placed:
    """One call of a citizen: what happened, in seconds of the wall clock."""

    ani: str
    dialled: str
    keys: tuple[tuple[float, str], ...]
    talk: float
    label: str = ""
    tag: str = ""
    peer: str = ""
    media: int = 0
    asked: float = 0.0
    answered: float = 0.0
    key_end: float = 0.0
    invited: float = 0.0
    seat_answered: bool = False
    over: bool = False


@dataclass(slots=True)
class Loop:
    """Sockets and timers."""

    _due: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _number: "itertools.count[int]" = field(default_factory=itertools.count)
    _selector: selectors.DefaultSelector = field(default_factory=selectors.DefaultSelector)

    def later(self, seconds: float, what: Callable[[], None]) -> None:
        """Call `what` in so many seconds."""
        heapq.heappush(self._due, (time.monotonic() + seconds, next(self._number), what))

    def plain(self, host: str, port: int, heard: Callable[[int], None]) -> socket.socket:
        """Open a UDP port for voice; `heard` is told the port that each packet came from."""
        wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        wire.bind((host, port))
        wire.setblocking(False)
        self._selector.register(wire, selectors.EVENT_READ, lambda: _listen(wire, heard))
        return wire

    def voice(self, wire: socket.socket, heard: Callable[[int, float], None]) -> None:
        """Read a port of voice."""
        wire.setblocking(False)
        self._selector.register(wire, selectors.EVENT_READ, lambda: _hear(wire, heard))

    def socket(self, host: str, port: int, received: Callable[[Message, float], None]) -> socket.socket:
        """Open a UDP port whose SIP messages go to `received` with the kernel's receive stamp."""
        wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        wire.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 21)
        wire.bind((host, port))
        wire.setblocking(False)
        self._selector.register(wire, selectors.EVENT_READ, lambda: _drain(wire, received))
        return wire

    def run(self, until: Callable[[], bool], limit: float) -> bool:
        """Run until `until` says so; returns False where that took longer than `limit` seconds."""
        end = time.monotonic() + limit
        while not until():
            now = time.monotonic()
            if now > end:
                return False
            while self._due and self._due[0][0] <= now:
                heapq.heappop(self._due)[2]()
            wait = min(0.05, max(0.0, self._due[0][0] - time.monotonic())) if self._due else 0.05
            for key, _ in self._selector.select(wait):
                key.data()
        return True

    def close(self) -> None:
        """Close every socket."""
        for key in list(self._selector.get_map().values()):
            self._selector.unregister(key.fileobj)
            if isinstance(key.fileobj, socket.socket):
                key.fileobj.close()


def _hear(wire: socket.socket, heard: Callable[[int, float], None]) -> None:
    while True:
        try:
            _, ancillary, _, (_, port) = wire.recvmsg(2048, _SPACE)
        except BlockingIOError:
            return
        for level, kind, value in ancillary:
            if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS:
                seconds, nanoseconds = _STAMP.unpack(value)
                heard(port, seconds + nanoseconds / 1e9)


def _drain(wire: socket.socket, received: Callable[[Message, float], None]) -> None:
    while True:
        try:
            data, ancillary, _, _ = wire.recvmsg(65535, _SPACE)
        except BlockingIOError:
            return
        stamp = time.time()
        for level, kind, value in ancillary:
            if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS:
                seconds, nanoseconds = _STAMP.unpack(value)
                stamp = seconds + nanoseconds / 1e9
        if data.strip():
            received(parse(data), stamp)


def _listen(wire: socket.socket, heard: Callable[[int], None]) -> None:
    while True:
        try:
            _, (_, port) = wire.recvfrom(2048)
        except BlockingIOError:
            return
        heard(port)


class Citizens:
    """Callers behind the trunk's address: SIP from one port, the keys of all of them from one RTP port."""

    def __init__(self, loop: Loop, port: int, media_port: int, asterisk: tuple[str, int]) -> None:
        self.loop = loop
        self.port = port
        self.media_port = media_port
        self.asterisk = asterisk
        self.calls: dict[str, Placed] = {}
        self.by_ani: dict[str, Placed] = {}
        self._sip = loop.socket(CITIZEN, port, self._received)
        self._rtp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._rtp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # what we hear is dropped by the kernel
        self._rtp.bind((CITIZEN, media_port))

    def listen(self, heard: Callable[[int, float], None]) -> None:
        """Have what the citizens hear counted: `heard` is told each packet's source port and its receive stamp."""
        self._rtp.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self._rtp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 21)
        self.loop.voice(self._rtp, heard)

    @property
    def mouth(self) -> socket.socket:
        """What speaks for all of them: keys go through it, and so may voices."""
        return self._rtp

    def place(self, call: Placed) -> None:
        """Dial."""
        call.asked = time.time()
        call_id = f"{call.ani}-{call.asked:.6f}"
        self.calls[call_id] = self.by_ani[call.ani] = call
        self._send("INVITE", call_id, call, 1, offer(CITIZEN, self.media_port))

    def close(self) -> None:
        """Close the RTP port; the loop closes the other."""
        self._rtp.close()

    def _received(self, message: Message, stamp: float) -> None:
        call = self.calls.get(message.call)
        if call is None:
            return
        if message.status == 0:
            self._reply(message)
            call.over = call.over or message.method == "BYE"
        elif message.method == "INVITE" and message.status >= 200:
            call.tag = message.headers["to"]
            self._send("ACK", message.call, call, 1)
            if message.status == 200 and not call.answered:
                call.answered, call.media = stamp, message.media_port()
                self._press(message.call, call)
            elif message.status > 200:
                call.over = True

    def _press(self, call_id: str, call: Placed) -> None:
        for number, (after, digit) in enumerate(call.keys):
            packets = key_events(digit, 8000 * (number + 1), 100 * (number + 1), int(call.ani) & 0xFFFFFFFF)
            for i, packet in enumerate(packets[:-2]):
                last = i == len(packets) - 3
                self.loop.later(after + 0.02 * i, partial(self._event, call, packet, last))
            for i, packet in enumerate(packets[-2:], start=len(packets) - 2):
                self.loop.later(after + 0.02 * i, partial(self._event, call, packet, False))
        self.loop.later(call.keys[-1][0] + 0.1 + call.talk, lambda: self._bye(call_id, call))

    def _event(self, call: Placed, packet: bytes, ends: bool) -> None:
        if ends:
            call.key_end = time.time()
        self._rtp.sendto(packet, (self.asterisk[0], call.media))

    def _bye(self, call_id: str, call: Placed) -> None:
        if not call.over:
            call.over = True
            self._send("BYE", call_id, call, 2)

    def _send(self, method: str, call_id: str, call: Placed, number: int, body: str = "") -> None:
        target = f"sip:{call.dialled}@{self.asterisk[0]}:{self.asterisk[1]}"
        headers = {
            "Via": f"SIP/2.0/UDP {CITIZEN}:{self.port};branch=z9hG4bK{method}{call_id}",
            "From": f"<sip:{call.ani}@{CITIZEN}>;tag=c{call.ani}",
            "To": call.tag or f"<{target}>",
            "Call-ID": call_id,
            "CSeq": f"{number} {method}",
            "Contact": f"<sip:{call.ani}@{CITIZEN}:{self.port}>",
        }
        self._sip.sendto(request(method, target, headers, body), self.asterisk)

    def _reply(self, message: Message) -> None:
        contact = f"sip:citizen@{CITIZEN}:{self.port}"
        self._sip.sendto(answer(message, "200 OK", "c", contact), self.asterisk)


class DutySeat:
    """A seat's telephone: registers with its password, rings, answers after a moment, and times each INVITE."""

    def __init__(
        self, loop: Loop, port: int, asterisk: tuple[str, int], user: str, password: str, answer_after: float
    ) -> None:
        self.loop = loop
        self.port = port
        self.asterisk = asterisk
        self.user = user
        self.password = password
        self.answer_after = answer_after
        self.registered = False
        self.invited: Callable[[str, float], None] = lambda _ani, _stamp: None
        self.answered: Callable[[str], None] = lambda _ani: None
        self._ringing: dict[str, Message] = {}
        self._sip = loop.socket(SEAT, port, self._received)
        self._contact = f"sip:{user}@{SEAT}:{port}"

    def register(self, challenge: str = "") -> None:
        """Register, answering the challenge when it comes."""
        target = f"sip:{self.asterisk[0]}:{self.asterisk[1]}"
        number = 2 if challenge else 1
        headers = {
            "Via": f"SIP/2.0/UDP {SEAT}:{self.port};branch=z9hG4bKr{number}{time.time_ns()}",
            "From": f"<sip:{self.user}@{self.asterisk[0]}>;tag=r",
            "To": f"<sip:{self.user}@{self.asterisk[0]}>",
            "Call-ID": f"register-{self.user}-{self.port}",
            "CSeq": f"{number} REGISTER",
            "Contact": f"<{self._contact}>",
            "Expires": "600",
        }
        if challenge:
            headers["Authorization"] = authorization(challenge, "REGISTER", target, self.user, self.password)
        self._sip.sendto(request("REGISTER", target, headers), self.asterisk)

    def _received(self, message: Message, stamp: float) -> None:
        if message.status:
            self._registering(message)
        elif message.method == "INVITE":
            self._ring(message, stamp)
        elif message.method == "CANCEL":
            self._say(message, "200 OK")
            ringing = self._ringing.pop(message.call, None)
            if ringing:
                self._say(ringing, "487 Request Terminated")
        elif message.method != "ACK":
            self._say(message, "200 OK")

    def _registering(self, message: Message) -> None:
        if message.method != "REGISTER":
            return
        if message.status == 401:
            self.register(message.headers["www-authenticate"])
        elif message.status == 200:
            self.registered = True

    def _ring(self, message: Message, stamp: float) -> None:
        if message.call in self._ringing or "tag=" in message.headers["to"]:
            self._say(message, "200 OK", offer(SEAT, self.port + 1))  # a repeat, or a change within the call
            return
        self._ringing[message.call] = message
        ani = message.headers["from"].partition("sip:")[2].partition("@")[0]
        self.invited(ani, stamp)
        self._say(message, "180 Ringing")
        self.loop.later(self.answer_after, lambda: self._answer(message, ani))

    def _answer(self, message: Message, ani: str) -> None:
        if self._ringing.pop(message.call, None):
            self._say(message, "200 OK", offer(SEAT, self.port + 1))
            self.answered(ani)

    def _say(self, message: Message, status: str, body: str = "") -> None:
        tag = f"s{abs(hash(message.call))}"
        self._sip.sendto(answer(message, status, tag, self._contact, body), self.asterisk)
