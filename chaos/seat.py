"""A seat's telephone under chaos: registers again and again, rings, is answered, talks; can be unplugged or go mute."""

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.sip_load import SEAT, Loop
from bench.sip_text import Message, answer, authorization, bye, offer, request
from chaos.media import Mouths, Stream

_REGISTER_EVERY = 5.0
_EXPIRES = 60
_ANSWER_AFTER = 0.3
_DEAF = 2.5
_LOOK = 0.25


@dataclass(slots=True)
class Seat:
    """One telephone, one call at a time. `ringing` and `taken` are told the caller's number and the moment."""

    loop: Loop
    user: str
    password: str
    port: int
    asterisk: tuple[str, int]
    mouths: Mouths
    voice: bytes
    ringing: Callable[[str, float], None]
    taken: Callable[[str, str], None]
    plugged: bool = True
    mute: bool = False
    registered: float = 0.0
    _invite: Message | None = None
    _stream: Stream | None = None
    _heard: float = 0.0
    _turn: int = 0
    _sip: socket.socket = field(init=False)
    _rtp: socket.socket = field(init=False)

    def __post_init__(self) -> None:
        self._sip = self.loop.socket(SEAT, self.port, self._received)
        self._rtp = self.loop.plain(SEAT, self.port + 2, lambda _port: self._hear())
        self._register_again()
        self.loop.later(_LOOK, self._look)

    def _register_again(self) -> None:
        self._register()
        self.loop.later(_REGISTER_EVERY, self._register_again)

    def _register(self, challenge: str = "") -> None:
        if not self.plugged:
            return
        self._turn += 1
        target = f"sip:{self.asterisk[0]}:{self.asterisk[1]}"
        headers = {
            "Via": f"SIP/2.0/UDP {SEAT}:{self.port};branch=z9hG4bKr{time.time_ns()}",
            "From": f"<sip:{self.user}@{self.asterisk[0]}>;tag=r",
            "To": f"<sip:{self.user}@{self.asterisk[0]}>",
            "Call-ID": f"register-{self.user}-{self.port}",
            "CSeq": f"{self._turn} REGISTER",
            "Contact": f"<sip:{self.user}@{SEAT}:{self.port}>",
            "Expires": str(_EXPIRES),
        }
        if challenge:
            headers["Authorization"] = authorization(challenge, "REGISTER", target, self.user, self.password)
        self._sip.sendto(request("REGISTER", target, headers), self.asterisk)

    def _received(self, message: Message, stamp: float) -> None:
        if not self.plugged:
            return
        if message.status:
            self._registering(message)
        elif message.method == "INVITE":
            self._rung(message, stamp)
        elif message.method == "CANCEL":
            self._say(message, "200 OK")
            if self._invite and self._invite.call == message.call and self._stream is None:
                self._say(self._invite, "487 Request Terminated")
                self._invite = None
        elif message.method == "BYE":
            self._say(message, "200 OK")
            if self._invite and self._invite.call == message.call:
                self._free()
        elif message.method != "ACK":
            self._say(message, "200 OK")

    def _registering(self, message: Message) -> None:
        if message.method != "REGISTER":
            return
        if message.status == 401:
            self._register(message.headers["www-authenticate"])
        elif message.status == 200:
            self.registered = time.time()

    def _rung(self, message: Message, stamp: float) -> None:
        if self._invite and self._invite.call == message.call:
            self._say(message, "200 OK" if self._stream else "180 Ringing", self._offer() if self._stream else "")
            return
        if self._invite:
            self._say(message, "486 Busy Here")
            return
        self._invite = message
        ani = message.headers["from"].partition("sip:")[2].partition("@")[0]
        self.ringing(ani, stamp)
        self._say(message, "180 Ringing")
        self.loop.later(_ANSWER_AFTER, lambda: self._answer(message, ani))

    def _answer(self, message: Message, ani: str) -> None:
        if self._invite is not message or not self.plugged:
            return
        self._say(message, "200 OK", self._offer())
        self._heard = time.time()
        to = (self.asterisk[0], message.media_port())
        self._stream = self.mouths.add(Stream(self._rtp, to, self.port, self.voice, mute=self.mute))
        self.taken(ani, self.user)

    def _offer(self) -> str:
        return offer(SEAT, self.port + 2)

    def _hear(self) -> None:
        self._heard = time.time()

    def _look(self) -> None:
        """Whoever hears nothing any more puts the receiver down."""
        if self._stream and self._invite and time.time() - self._heard > _DEAF:
            self._sip.sendto(bye(self._invite, SEAT, self.port, f"s{self.port}"), self.asterisk)
            self._free()
        self.loop.later(_LOOK, self._look)

    def _free(self) -> None:
        self.mouths.remove(self._stream)
        self._stream = self._invite = None

    def _say(self, message: Message, status: str, body: str = "") -> None:
        contact = f"sip:{self.user}@{SEAT}:{self.port}"
        self._sip.sendto(answer(message, status, f"s{self.port}", contact, body), self.asterisk)
