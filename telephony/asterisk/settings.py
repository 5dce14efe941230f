"""config/telephony.yaml: SIP, trunks, FastAGI, AMI and what Asterisk is told of itself."""

import ipaddress
from collections.abc import Iterator
from datetime import time
from typing import Annotated

from pydantic import Field, StringConstraints
from pydantic.dataclasses import dataclass

from domain.problem import Path, Problem
from domain.record import STRICT
from routing.config import TimeOfDay
from telephony.agi.settings import AgiSettings
from telephony.ami.settings import AmiSettings

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,30}$")]
Host = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z:.-]{1,253}$")]
Number = Annotated[str, StringConstraints(pattern=r"^\+?[0-9]{2,20}$")]
User = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z+._-]{1,64}$")]
Address = Annotated[str, StringConstraints(pattern=r"^[0-9A-Fa-f.:]+(/[0-9]{1,3})?$")]
Codec = Annotated[str, StringConstraints(pattern=r"^(alaw|ulaw|g722)$")]
DOMESTIC = (*"12345678", *(f"0{digit}" for digit in range(1, 10)), "+86")
"""Mobiles, local numbers, numbers with an area code, +86; no 00 for abroad, no 9 for services."""

PRIVATE = (
    *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
    *("::1/128", "fc00::/7", "fe80::/10"),
)
"""This machine and private networks (RFC 1918, RFC 4193): where a hotline's own telephones are."""

File = Annotated[str, StringConstraints(max_length=1000, pattern=r"^/[0-9A-Za-z_./@+~-]+$")]
Port = Annotated[int, Field(ge=1, le=65535)]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Login:
    """How we identify ourselves to a carrier; `secret` names an entry under `trunks` in secrets.yaml."""

    user: User
    secret: Name


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Trunk:
    """A carrier's line: calls come in from `match` addresses, and go out to `host`:`port`.

    `login` answers the carrier's challenges, `register` also registers there. `asserted` believes the carrier's
    P-Asserted-Identity, which carries the true number where the From does not. `protocol` is udp or tcp.
    """

    match: tuple[Address, ...]
    host: Host | None = None
    port: Port = 5060
    protocol: Annotated[str, StringConstraints(pattern=r"^(udp|tcp)$")] = "udp"
    login: Login | None = None
    register: bool = False
    asserted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class TlsSettings:
    """SIP over TLS for seats.

    `port` is one more than SIP's where it is not given; `certificate` and `key` are PEM files of the operator's own,
    absolute; without them a self-signed pair is made at the first start.
    """

    port: Port | None = None
    certificate: File | None = None
    key: File | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class SipSettings:
    """Where SIP and RTP are, and who may call what.

    `dids` are the numbers that citizens dial, as the carrier writes them; `outbound` names the trunk for outside
    numbers and call-backs, on which we show `shown`. `qualify` seconds between two looks whether a phone is alive.
    `seat_networks` are where seats' telephones may be; requests from anywhere else, trunks apart, are refused before
    they are looked at. `encrypted` takes seats by TLS and SRTP alone; otherwise both are offered to those that can.
    """

    bind: Host = "0.0.0.0"  # noqa: S104  phones and carriers are other machines
    port: Port = 5060
    rtp_first: Port = 10000
    rtp_last: Port = 10999
    codecs: tuple[Codec, ...] = ("alaw", "ulaw")
    dids: tuple[Number, ...]
    trunks: dict[Name, Trunk]
    outbound: Name | None = None
    shown: Number = "12345"
    external_address: Host | None = None
    local_networks: tuple[Address, ...] = ()
    qualify: Annotated[int, Field(ge=1, le=60)] = 2
    seat_networks: tuple[Address, ...] = PRIVATE
    tls: TlsSettings | None = None
    encrypted: bool = False

    @property
    def tls_port(self) -> int:
        """Where seats reach us by TLS, if they do."""
        return (self.tls and self.tls.port) or self.port + 1

    @property
    def admitted(self) -> tuple[str, ...]:
        """Every address or network that may send us SIP at all: seats, trunks, and where we call a trunk by address."""
        trunks = [address for trunk in self.trunks.values() for address in (*trunk.match, *_plain(trunk.host))]
        return tuple(dict.fromkeys((*self.seat_networks, *trunks)))


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class CallBackSettings:
    """Calling a citizen back: which numbers may be called at our cost (by beginning and by length, a + included), how
    long the telephone rings, and how many minutes a place in the queue is kept.

    `missed`: every missed call becomes an entry; `after_outage` those too who had heard of a known outage. It is due
    `after` seconds later, rung between `start` and `end` (an emergency at any hour), tried again after `waits` minutes,
    at most `attempts` times; a number that a person dropped makes no new one for `merge_minutes`. A seat has
    `seat_seconds` to answer. Of the carrier's `lines`, `keep_free` are never used to call out, and calls back are never
    more than `most`; `spare_seats` stay idle. All of it is looked at every `look_seconds`.
    """

    beginnings: tuple[Annotated[str, StringConstraints(pattern=r"^[0-9+]{1,6}$")], ...] = DOMESTIC
    shortest: Annotated[int, Field(ge=3, le=20)] = 7
    longest: Annotated[int, Field(ge=3, le=20)] = 14
    ring: Annotated[int, Field(ge=5, le=120)] = 45
    keep_minutes: Annotated[int, Field(ge=1, le=720)] = 120
    missed: bool = True
    after_outage: bool = False
    after: Annotated[int, Field(ge=0, le=3600)] = 60
    start: TimeOfDay = time(8)
    end: TimeOfDay = time(21)
    attempts: Annotated[int, Field(ge=1, le=20)] = 4
    waits: tuple[Annotated[int, Field(ge=1, le=10080)], ...] = (10, 30, 120)
    merge_minutes: Annotated[int, Field(ge=0, le=1440)] = 60
    seat_seconds: Annotated[int, Field(ge=5, le=300)] = 40
    lines: Annotated[int, Field(ge=1, le=10000)] = 30
    keep_free: Annotated[int, Field(ge=0, le=10000)] = 10
    most: Annotated[int, Field(ge=1, le=1000)] = 4
    spare_seats: Annotated[int, Field(ge=0, le=1000)] = 0
    look_seconds: Annotated[float, Field(ge=0.2, le=60)] = 3.0

    def may_call(self, number: str) -> bool:
        """Tell whether a number may be called at our cost; the dialplan's `callable` asks the same once more."""
        digits = number.removeprefix("+")
        fit = digits.isascii() and digits.isdigit() and self.shortest <= len(number) <= self.longest
        return fit and number.startswith(self.beginnings)


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class AsteriskSettings:
    """Asterisk as one node among possible others, and the limits of a call inside its dialplan.

    `systemname` makes ids unique over all nodes. `script_seconds` is the dead man's switch of the classic AGI script,
    renewed at each of its steps. `start` and `stop` bound the wait for the process.
    """

    systemname: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]{0,15}$")] = "heze1"
    notice: Name = "notice"
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")] = "zh"
    max_calls: Annotated[int, Field(ge=1, le=10000)] = 500
    script_seconds: Annotated[float, Field(ge=0.5, le=60)] = 6.0
    accept_seconds: Annotated[int, Field(ge=2, le=30)] = 6
    seat_ring_seconds: Annotated[int, Field(ge=5, le=120)] = 25
    message_seconds: Annotated[int, Field(ge=10, le=600)] = 180
    message_silence: Annotated[int, Field(ge=2, le=60)] = 8
    start: Annotated[float, Field(gt=0, le=120)] = 20.0
    stop: Annotated[float, Field(gt=0, le=120)] = 10.0


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class TelephonySettings:
    """The whole of config/telephony.yaml."""

    sip: SipSettings
    agi: AgiSettings = Field(default_factory=AgiSettings)
    ami: AmiSettings = Field(default_factory=AmiSettings)
    call_back: CallBackSettings = Field(default_factory=CallBackSettings)
    asterisk: AsteriskSettings = Field(default_factory=AsteriskSettings)


def check(settings: TelephonySettings) -> list[Problem]:
    """Say what is wrong with values that are each well formed, but not together."""
    return [*_sip(settings.sip), *_tls(settings), *_trunks(settings.sip), *_call_back(settings.call_back)]


def _sip(sip: SipSettings) -> Iterator[Problem]:
    if not sip.dids:
        yield Problem(("sip", "dids"), "至少要有一个号码, 否则没有人能打进来")
    if not sip.codecs:
        yield Problem(("sip", "codecs"), "至少要有一种编码 (alaw, ulaw, g722)")
    if sip.rtp_last - sip.rtp_first < 9:
        yield Problem(("sip", "rtp_last"), "RTP 端口太少: 每路通话要两个, 至少留出 10 个")
    if sip.rtp_first <= sip.port <= sip.rtp_last:
        yield Problem(("sip", "port"), "SIP 端口落在 RTP 端口范围里")
    if sip.outbound is not None and sip.outbound not in sip.trunks:
        yield Problem(("sip", "outbound"), f"没有名为 {sip.outbound} 的中继")
    elif sip.outbound is not None and sip.trunks[sip.outbound].host is None:
        yield Problem(("sip", "trunks", sip.outbound, "host"), "要从这条中继呼出, 须写明对端地址")
    yield from (_network(("sip", "local_networks", i), text) for i, text in _bad(sip.local_networks))
    yield from (_network(("sip", "seat_networks", i), text) for i, text in _bad(sip.seat_networks))


def _tls(settings: TelephonySettings) -> Iterator[Problem]:
    sip = settings.sip
    if sip.tls is None:
        if sip.encrypted:
            yield Problem(("sip", "encrypted"), "只收加密话机, 须先写 tls")
        return
    taken = {sip.port: "SIP", settings.agi.port: "FastAGI", settings.ami.port: "AMI"}
    if sip.tls_port in taken or sip.tls_port > 65535:
        used = taken.get(sip.tls_port, "没有这样的端口")
        yield Problem(("sip", "tls", "port"), f"TLS 端口 {sip.tls_port} 不能用 ({used}), 请写明另一个")
    if (sip.tls.certificate is None) != (sip.tls.key is None):
        yield Problem(("sip", "tls"), "certificate 和 key 要么都写, 要么都不写 (不写则自动生成)")


def _trunks(sip: SipSettings) -> Iterator[Problem]:
    if not sip.trunks:
        yield Problem(("sip", "trunks"), "至少要有一条中继, 否则没有人能打进来")
    owners: dict[str, str] = {}
    for name, trunk in sip.trunks.items():
        path: Path = ("sip", "trunks", name)
        if not trunk.match:
            yield Problem((*path, "match"), "须写明对端从哪些地址呼入")
        yield from (_network((*path, "match", i), text) for i, text in _bad(trunk.match))
        for address in trunk.match:
            if owners.setdefault(address, name) != name:
                yield Problem((*path, "match"), f"地址 {address} 已属于中继 {owners[address]}")
        if trunk.register and not (trunk.host and trunk.login):
            yield Problem((*path, "register"), "注册需要 host 和 login")


def _call_back(call_back: CallBackSettings) -> Iterator[Problem]:
    if call_back.shortest > call_back.longest:
        yield Problem(("call_back", "shortest"), "最短长度大于最长长度")
    if not call_back.waits:
        yield Problem(("call_back", "waits"), "至少要写一个间隔 (分钟)")
    if list(call_back.waits) != sorted(call_back.waits):
        yield Problem(("call_back", "waits"), "间隔应越来越长, 如 [10, 30, 120]")
    if call_back.start >= call_back.end:
        yield Problem(("call_back", "end"), "应晚于 start: 夜里不回拨 (急修除外)")
    if call_back.keep_free >= call_back.lines:
        yield Problem(("call_back", "keep_free"), f"留给来电的线路不少于全部线路 ({call_back.lines}), 永远不会回拨")


def _plain(host: str | None) -> tuple[str, ...]:
    """Return a host that is an address; a name is looked up by nobody here."""
    return (host,) if host and not _bad_address(host) else ()


def _bad_address(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return True
    return False


def _bad(addresses: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    for index, text in enumerate(addresses):
        if _bad_address(text):
            yield index, text


def _network(path: Path, text: str) -> Problem:
    return Problem(path, f"{text} 不是 IP 地址或网段 (如 203.0.113.10 或 203.0.113.0/28)")
