"""Under which address this hotline's SIP is reached: from this machine, and from others."""

import contextlib
import ipaddress
import socket
from dataclasses import dataclass

from telephony.asterisk.settings import SipSettings

_EVERY = ("0.0.0.0", "::")  # noqa: S104  compared, not bound
_ELSEWHERE = "198.51.100.1"
"""An address kept for documentation (RFC 5737): nothing is sent to it, only the way there is asked for."""


class Unreachable(Exception):
    """A test call cannot go where it is to go; the message says in Chinese why, and what to do."""


@dataclass(frozen=True, slots=True)
class Server:
    """A SIP server as `host:port`."""

    host: str
    port: int

    def __str__(self) -> str:
        """Return it as it is written in a SIP address."""
        return f"{self.host}:{self.port}"


def own(sip: SipSettings) -> Server:
    """Return where this machine reaches the hotline."""
    return Server("127.0.0.1" if sip.bind in _EVERY else sip.bind, sip.port)


def others_reach(sip: SipSettings) -> tuple[str, ...]:
    """Return the addresses at which other machines reach the hotline; none where it listens on loopback."""
    if sip.bind in _EVERY:
        return lan_addresses()
    with contextlib.suppress(ValueError):
        if ipaddress.ip_address(sip.bind).is_loopback:
            return ()
    return (sip.bind,)


def lan_addresses() -> tuple[str, ...]:
    """Return this machine's IPv4 addresses but loopback's, the one that leads to others first."""
    found: list[str] = []
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        way.connect((_ELSEWHERE, 9))
        found.append(way.getsockname()[0])
    with contextlib.suppress(OSError):
        found += [str(one[4][0]) for one in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    return tuple(dict.fromkeys(address for address in found if not ipaddress.ip_address(address).is_loopback))


def server(text: str, source: str) -> Server:
    """Return the server that a person wrote as address:port (5060 where no port is said).

    Raises Unreachable where there is no such host, or no way to it from the address `source`.
    """
    host, colon, port = text.partition(":")
    if colon and not (port.isdecimal() and 0 < int(port) < 65536):
        raise Unreachable(f"--server {text}: 端口不对, 应写成 地址:端口, 例如 127.0.0.1:5060")
    made = Server(host, int(port) if colon else 5060)
    try:
        address = socket.getaddrinfo(made.host, made.port, socket.AF_INET, socket.SOCK_DGRAM)[0][4]
    except (OSError, UnicodeError):
        raise Unreachable(f"找不到主机 {host}: 请核对 --server 的拼写, 或直接写 IP 地址") from None
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
            way.bind((source, 0))
            way.connect(address)
    except OSError as error:
        raise Unreachable(
            f"从 {source} 到不了 {made} ({error.strerror}): 测试电话只能拨给本机的热线, 请在那台机器上运行 hotline call"
        ) from None
    return made
