"""The citizens: they dial, press keys, wait, talk and hang up; and they take it when they are called back."""

import itertools
import socket
import time
from dataclasses import dataclass, field
from functools import partial

from bench.sip_load import CITIZEN, Loop
from bench.sip_text import Message, answer, bye, key_events, offer, request
from chaos.journey import Journey, Kind
from chaos.media import Mouths, Stream

_REPEATS = (0.5, 1.5, 3.5)
_NO_ANSWER = 8.0
_DEAF = 2.5
_LOOK = 0.25
_CALL_BACK_TALK = 3.0


@dataclass(slots=True)
class _Leg:
    """A call's state on the wire."""

    journey: Journey
    call_id: str
    tag: str = ""
    media: int = 0
    stream: Stream | None = None
    heard: float = 0.0
    sequence: int = 1


@dataclass(slots=True)
class Citizens:
    """Everybody behind the trunk's address. `voice` is what each of them says, A-law."""

    loop: Loop
    port: int
    media_port: int
    asterisk: tuple[str, int]
    mouths: Mouths
    voice: bytes
    by_ani: dict[str, _Leg] = field(default_factory=dict)
    _legs: dict[str, _Leg] = field(default_factory=dict)
    _by_media: dict[int, _Leg] = field(default_factory=dict)
    _sip: socket.socket = field(init=False)
    _rtp: socket.socket = field(init=False)
    _source: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self._sip = self.loop.socket(CITIZEN, self.port, self._received)
        self._rtp = self.loop.plain(CITIZEN, self.media_port, self._heard)
        self.loop.later(_LOOK, self._look)

    def place(self, journey: Journey) -> None:
        """Dial 12345."""
        journey.asked = time.time()
        leg = _Leg(journey, f"{journey.ani}-{journey.asked:.6f}")
        self._legs[leg.call_id] = self.by_ani[journey.ani] = leg
        self._invite(leg)
        for after in _REPEATS:
            self.loop.later(after, lambda: self._invite(leg) if not (leg.tag or journey.over) else None)
        self.loop.later(_NO_ANSWER, lambda: None if journey.answered else self._give_up(leg))
        self.loop.later(journey.patience, lambda: None if journey.reached and not self._fickle(leg) else self._bye(leg))

    def reached(self, ani: str, seat: str) -> None:
        """A person took the call: speak, and hang up when everything is said."""
        leg = self.by_ani.get(ani)
        if leg is None or leg.journey.reached or leg.journey.over:
            return
        leg.journey.reached, leg.journey.seat = time.time(), seat
        leg.heard = time.time()
        if leg.stream:
            leg.stream.voice = self.voice
        self.loop.later(leg.journey.talk, lambda: self._bye(leg))

    def rang(self, ani: str, stamp: float) -> None:
        """A person's telephone rings for this call."""
        leg = self.by_ani.get(ani)
        if leg and not leg.journey.rang:
            leg.journey.rang = stamp

    @property
    def talking(self) -> int:
        """Return how many calls are up."""
        return sum(bool(leg.journey.answered) and not leg.journey.over for leg in self._legs.values())

    def _fickle(self, leg: _Leg) -> bool:
        return leg.journey.kind is Kind.FICKLE

    def _received(self, message: Message, _stamp: float) -> None:
        leg = self._legs.get(message.call)
        if leg is None:
            self._strange(message)
        elif message.status == 0:
            self._asked(leg, message)
        elif message.method == "INVITE" and message.status >= 200:
            self._answered(leg, message)
        elif message.method == "INVITE":
            leg.tag = message.headers["to"]

    def _asked(self, leg: _Leg, message: Message) -> None:
        """Asterisk wants something within a call: an end, or other media."""
        body = offer(CITIZEN, self.media_port) if message.method == "INVITE" else ""
        self._say(message, "200 OK", body)
        if message.method == "BYE" and not leg.journey.over:
            if leg.journey.reached:
                leg.journey.dropped = time.time()
            self._over(leg)

    def _answered(self, leg: _Leg, message: Message) -> None:
        leg.tag = message.headers["to"]
        self._send("ACK", leg, 1)
        journey = leg.journey
        if message.status > 200:
            journey.status = journey.status or message.status
            self._over(leg)
        elif journey.over:  # the answer and the hang-up have crossed
            self._send("BYE", leg, 2)
        elif not journey.answered:
            journey.answered, leg.media, leg.heard = time.time(), message.media_port(), time.time()
            self._by_media[leg.media] = leg
            leg.stream = self.mouths.add(Stream(self._rtp, (self.asterisk[0], leg.media), next(self._source)))
            self._press_next(leg)

    def _press_next(self, leg: _Leg) -> None:
        if (due := leg.journey.next_key()) is None:
            return
        after, digit = due
        self.loop.later(after, lambda: self._press(leg, digit))

    def _press(self, leg: _Leg, digit: str) -> None:
        journey, stream = leg.journey, leg.stream
        if journey.over or stream is None or journey.next_key() is None:
            return
        packets = key_events(digit, stream.timestamp, stream.sequence, stream.source)
        stream.sequence += len(packets)
        for number, packet in enumerate(packets):
            self.loop.later(0.02 * number, partial(self._send_voice, packet, stream.to))
        journey.keys_pressed += 1
        if journey.keys_pressed == 2:
            self.loop.later(0.02 * (len(packets) - 3), lambda: setattr(journey, "key", time.time()))
        self._press_next(leg)

    def _send_voice(self, packet: bytes, to: tuple[str, int]) -> None:
        self._rtp.sendto(packet, to)

    def _strange(self, message: Message) -> None:
        """Somebody calls us: a citizen is called back. A number that is no citizen's of ours is busy."""
        if message.status:
            return
        if message.method != "INVITE":
            self._say(message, "200 OK")
            return
        number = message.first.partition("sip:")[2].partition("@")[0].lstrip("+")
        known = self.by_ani.get(number)
        if known is None or not known.journey.over:
            self._say(message, "486 Busy Here")
            return
        if not known.journey.called_back:
            known.journey.called_back = time.time()
        self._say(message, "180 Ringing")
        self._say(message, "200 OK", offer(CITIZEN, self.media_port))
        self.loop.later(_CALL_BACK_TALK, lambda: self._bye_to(message))

    def _bye_to(self, invite: Message) -> None:
        self._sip.sendto(bye(invite, CITIZEN, self.port, "c"), self.asterisk)

    def _give_up(self, leg: _Leg) -> None:
        if not leg.journey.over:
            leg.journey.status = leg.journey.status or 408
            self._over(leg)

    def _bye(self, leg: _Leg) -> None:
        if leg.journey.over:
            return
        self._send("BYE", leg, 2) if leg.journey.answered else self._send("CANCEL", leg, 1)
        self._over(leg)

    def _over(self, leg: _Leg) -> None:
        leg.journey.ended = time.time()
        self.mouths.remove(leg.stream)
        if self._by_media.get(leg.media) is leg:
            del self._by_media[leg.media]

    def _heard(self, port: int) -> None:
        if leg := self._by_media.get(port):
            leg.heard = time.time()

    def _look(self) -> None:
        """Whoever has heard nothing for a while in the middle of a talk knows that the line is dead."""
        now = time.time()
        for leg in list(self._by_media.values()):
            if leg.journey.reached and now - leg.heard > _DEAF and not leg.journey.over:
                leg.journey.dropped = leg.heard
                self._bye(leg)
        self.loop.later(_LOOK, self._look)

    def _invite(self, leg: _Leg) -> None:
        self._send("INVITE", leg, 1, offer(CITIZEN, self.media_port))

    def _send(self, method: str, leg: _Leg, number: int, body: str = "") -> None:
        target = f"sip:12345@{self.asterisk[0]}:{self.asterisk[1]}"
        branch = "INVITE" if method == "CANCEL" else method
        headers = {
            "Via": f"SIP/2.0/UDP {CITIZEN}:{self.port};branch=z9hG4bK{branch}{leg.call_id}",
            "From": f"<sip:{leg.journey.ani}@{CITIZEN}>;tag=c{leg.journey.ani}",
            "To": f"<{target}>" if method == "CANCEL" else leg.tag or f"<{target}>",
            "Call-ID": leg.call_id,
            "CSeq": f"{number} {method}",
            "Contact": f"<sip:{leg.journey.ani}@{CITIZEN}:{self.port}>",
        }
        self._sip.sendto(request(method, target, headers, body), self.asterisk)

    def _say(self, message: Message, status: str, body: str = "") -> None:
        self._sip.sendto(answer(message, status, "c", f"sip:citizen@{CITIZEN}:{self.port}", body), self.asterisk)
