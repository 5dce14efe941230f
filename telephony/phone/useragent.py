"""The telephone itself: one SIP user agent on pjsua2 with a null audio device, driven by commands."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pjsua2 as pj

from telephony.phone.address import address, target
from telephony.phone.line import Line, guarded
from telephony.phone.spec import PhoneEvent, PhoneSpec, Srtp, State
from telephony.phone.timetable import Timetable

Emit = Callable[[PhoneEvent], None]
_CODECS = ("PCMA/8000", "PCMU/8000")
_REGISTRATION_RETRY_S = 2


class UserAgent:
    """Registers, places and takes calls. Everything runs in `turn`, in the caller's thread."""

    def __init__(self, spec: PhoneSpec, emit: Emit) -> None:
        self._spec = spec
        self._emit = emit
        self._lines: list[Line] = []  # kept to the end: the library may still speak of an ended call
        self._timetable = Timetable()
        self._endpoint = _endpoint(spec)
        self._registered = False
        self._account = _Account(self)
        self._account.create(_account_config(spec, _transport(self._endpoint, spec)))
        self.report(State.READY)

    def turn(self, wait_ms: int) -> None:
        """Let the library work for at most `wait_ms`, then do what is due."""
        self._endpoint.libHandleEvents(wait_ms)
        try:
            self._timetable.run_due(time.monotonic())
        except (pj.Error, LookupError) as error:
            self.report(State.FAULT, reason=_why(error))

    def obey(self, command: Mapping[str, Any]) -> None:
        """Carry out one command; what the library refuses is reported as a FAULT."""
        try:
            self._obey(command)
        except (pj.Error, LookupError) as error:
            self.report(State.FAULT, reason=f"{command['do']}: {_why(error)}")

    @property
    def gone(self) -> bool:
        """Tell whether nothing is left to say to the other side."""
        return not self._registered and all(line.over and not line.recording for line in self._lines)

    def leave(self) -> None:
        """Hang up, unregister; recordings are complete after this."""
        self._endpoint.hangupAllCalls()
        for line in self._lines:
            line.close_files()
        if self._registered:
            self._account.setRegistration(False)

    def report(
        self,
        state: State,
        *,
        at: float | None = None,
        call: int = 0,
        outgoing: bool = False,
        code: int = 0,
        reason: str = "",
        digit: str = "",
        remote: str = "",
    ) -> None:
        """Emit an event with both clocks."""
        now, epoch = time.monotonic(), time.time()
        moment = now if at is None else at
        self._emit(
            PhoneEvent(
                state=state,
                epoch=epoch - (now - moment),
                monotonic=moment,
                call=call,
                outgoing=outgoing,
                code=code,
                reason=reason,
                digit=digit,
                remote=remote,
            )
        )

    def incoming(self, call_id: int) -> None:
        """Let a call ring."""
        self._new_line(call_id).ring()

    def registration(self, code: int, reason: str, expires: int) -> None:
        """Report the registrar's answer."""
        self._registered = code == 200 and expires > 0
        state = State.REGISTERED if self._registered else State.UNREGISTERED if code == 200 else State.REFUSED
        self.report(state, code=code, reason=reason)

    def _obey(self, c: Mapping[str, Any]) -> None:
        match c["do"]:
            case "call":
                self._call(c["to"])
            case "press":
                self._later(c["after"], lambda: self._line(c).press(c["digits"], round(c["length"] * 1000)))
            case "answer":
                self._line(c).answer()
            case "hang_up":
                self._line(c).hang_up(c["code"])
            case "play":
                self._line(c).play(Path(c["file"]), loop=c["loop"])
            case "silence":
                self._line(c).silence()
            case "hold":
                self._line(c).hold()
            case "resume":
                self._line(c).resume()
            case "transfer":
                self._line(c).xfer(target(c["to"], self._server()), pj.CallOpParam(True))
            case "attended":
                self._attended()
            case "register" | "unregister":
                self._account.setRegistration(c["do"] == "register")
            case unknown:
                raise LookupError(f"unknown command {unknown}")

    def _call(self, to: str) -> None:
        line = self._new_line(-1)
        parameter = pj.CallOpParam(True)
        for name, value in _headers(self._spec).items():
            header = pj.SipHeader()
            header.hName, header.hValue = name, value
            parameter.txOption.headers.push_back(header)
        uri = target(to, self._server())
        self.report(State.CALLING, call=line.number, outgoing=True, remote=uri)
        try:
            line.makeCall(uri, parameter)
        except pj.Error:
            line.over = True
            raise

    def _attended(self) -> None:
        talking = [line for line in self._lines if not line.over]
        if len(talking) != 2:
            raise LookupError("an attended transfer needs two calls")
        talking[0].xferReplaces(talking[1], pj.CallOpParam(True))

    def _line(self, command: Mapping[str, Any]) -> Line:
        number = command["call"]
        for line in reversed(self._lines):
            if not line.over and number in (0, line.number):
                return line
        raise LookupError("no such call")

    def _new_line(self, call_id: int) -> Line:
        number = len(self._lines) + 1
        line = Line(self._account, self._spec, self.report, self._later, number=number, call_id=call_id)
        self._lines.append(line)
        return line

    def _later(self, seconds: float, job: Callable[[], None]) -> None:
        self._timetable.at(time.monotonic() + seconds, job)

    def _server(self) -> str:
        return (self._spec.server or self._spec.registrar or f"{self._spec.local_address}:5060") + _by(self._spec)


class _Account(pj.Account):
    def __init__(self, agent: UserAgent) -> None:
        super().__init__()
        self._agent = agent

    @guarded
    def onIncomingCall(self, prm: pj.OnIncomingCallParam) -> None:
        self._agent.incoming(prm.callId)

    @guarded
    def onRegState(self, prm: pj.OnRegStateParam) -> None:
        self._agent.registration(prm.code, prm.reason, prm.expiration)


def _why(error: Exception) -> str:
    return error.reason if isinstance(error, pj.Error) else str(error)


def _endpoint(spec: PhoneSpec) -> pj.Endpoint:
    config = pj.EpConfig()
    config.uaConfig.threadCnt = 0
    config.uaConfig.mainThreadOnly = True  # Python may only be called from the thread that it runs in
    config.uaConfig.maxCalls = 8
    config.uaConfig.userAgent = "hotline12345-phone"
    config.logConfig.level = 5 if spec.log else 1
    config.logConfig.consoleLevel = 1
    if spec.log:
        config.logConfig.filename = str(spec.log)
    media = config.medConfig
    media.clockRate = media.sndClockRate = 8000
    media.audioFramePtime = 20
    media.noVad = True  # a silent phone still sends, as a real one on a trunk does
    media.ecTailLen = 0
    media.sndAutoCloseTime = -1  # the null device's clock also closes recordings: it must not stop
    endpoint = pj.Endpoint()
    endpoint.libCreate()
    endpoint.libInit(config)
    endpoint.audDevManager().setNullDev()
    for codec in endpoint.codecEnum2():
        endpoint.codecSetPriority(codec.codecId, 0)
    for rank, codec in enumerate(_CODECS):
        endpoint.codecSetPriority(f"{codec}/1", 255 - rank)
    endpoint.libStart()
    return endpoint


def _transport(endpoint: pj.Endpoint, spec: PhoneSpec) -> int:
    config = pj.TransportConfig()
    config.boundAddress = spec.local_address
    config.port = spec.local_port
    kind = pj.PJSIP_TRANSPORT_UDP
    if spec.trust:
        kind = pj.PJSIP_TRANSPORT_TLS
        config.tlsConfig.CaListFile, config.tlsConfig.verifyServer = str(spec.trust), True
    transport: int = endpoint.transportCreate(kind, config)
    return transport


def _account_config(spec: PhoneSpec, transport: int) -> pj.AccountConfig:
    host = spec.registrar or spec.local_address
    config = pj.AccountConfig()
    config.idUri = (
        address("anonymous", "anonymous.invalid", "Anonymous")
        if spec.withheld
        else address(spec.user, host, spec.display_name)
    )
    config.sipConfig.transportId = transport
    if spec.srtp is not Srtp.NEVER:
        demanded = spec.srtp is Srtp.DEMANDED
        config.mediaConfig.srtpUse = pj.PJMEDIA_SRTP_MANDATORY if demanded else pj.PJMEDIA_SRTP_OPTIONAL
        config.mediaConfig.srtpSecureSignaling = 1 if spec.trust else 0
    config.mediaConfig.transportConfig.boundAddress = spec.local_address
    config.mediaConfig.transportConfig.port = spec.media_port or _any_media_port()
    if spec.registrar:
        config.regConfig.registrarUri = f"sip:{spec.registrar}{_by(spec)}"
        config.regConfig.timeoutSec = spec.register_for
        config.regConfig.retryIntervalSec = config.regConfig.firstRetryIntervalSec = _REGISTRATION_RETRY_S
        config.regConfig.randomRetryIntervalSec = 0
        config.sipConfig.authCreds.append(pj.AuthCredInfo("digest", "*", spec.user, 0, spec.password or ""))
    return config


def _by(spec: PhoneSpec) -> str:
    return ";transport=tls" if spec.trust else ""


def _any_media_port() -> int:
    return 30000 + time.monotonic_ns() // 1000 % 5000 * 2  # even, as RTP wants; the library goes on from there


def _headers(spec: PhoneSpec) -> dict[str, str]:
    headers = dict(spec.headers or {})
    if spec.withheld:
        number = address(spec.user, spec.local_address, spec.display_name)
        headers |= {"P-Asserted-Identity": number, "Privacy": "id"}
    return headers
