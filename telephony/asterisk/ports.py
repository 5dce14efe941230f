"""Which process holds a port, said before Asterisk starts and fails in a less clear way."""

import errno
import socket
from dataclasses import dataclass
from pathlib import Path

_LISTENING = "0A"


class PortTaken(Exception):
    """A port that Asterisk needs is in use; the message names the port, and the process where it can be seen."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A port that is to be opened: `protocol` is udp or tcp, `purpose` says in Chinese what for."""

    protocol: str
    host: str
    port: int
    purpose: str


def require_free(endpoints: tuple[Endpoint, ...]) -> None:
    """Raise PortTaken for the first port that cannot be opened."""
    for endpoint in endpoints:
        _try(endpoint)


def holder(protocol: str, port: int, proc: Path = Path("/proc")) -> str | None:
    """Return the process that holds a port as "name (PID 123)", None where it cannot be seen."""
    inodes = _inodes(protocol, port, proc)
    if not inodes:
        return None
    for folder in proc.iterdir():
        if folder.name.isdigit() and _holds(folder, inodes):
            return f"{_name(folder)} (PID {folder.name})"
    return None


def _try(endpoint: Endpoint) -> None:
    family = socket.AF_INET6 if ":" in endpoint.host else socket.AF_INET
    kind = socket.SOCK_DGRAM if endpoint.protocol == "udp" else socket.SOCK_STREAM
    with socket.socket(family, kind) as probe:
        if endpoint.protocol == "tcp":  # a socket in TIME_WAIT does not stop Asterisk
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((endpoint.host, endpoint.port))
        except OSError as error:
            raise PortTaken(_explain(endpoint, error)) from None


def _explain(endpoint: Endpoint, error: OSError) -> str:
    what = f"{endpoint.protocol.upper()} 端口 {endpoint.host}:{endpoint.port} ({endpoint.purpose})"
    if error.errno == errno.EADDRINUSE:
        who = holder(endpoint.protocol, endpoint.port)
        return f"{what} 已被占用: {who or '看不到是哪个进程 (可能属于另一个用户)'}"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{what} 打不开: 本机没有这个地址"
    return f"{what} 打不开: {error.strerror}"


def _inodes(protocol: str, port: int, proc: Path) -> set[str]:
    found: set[str] = set()
    for table in (protocol, f"{protocol}6"):
        try:
            lines = (proc / "net" / table).read_text().splitlines()[1:]
        except OSError:
            continue
        for fields in (line.split() for line in lines):
            if int(fields[1].rpartition(":")[2], 16) == port and (protocol == "udp" or fields[3] == _LISTENING):
                found.add(fields[9])
    return found - {"0"}


def _holds(folder: Path, inodes: set[str]) -> bool:
    try:
        for handle in (folder / "fd").iterdir():
            target = str(handle.readlink())
            if target.startswith("socket:[") and target[8:-1] in inodes:
                return True
    except OSError:
        return False
    return False


def _name(folder: Path) -> str:
    try:
        return (folder / "comm").read_text().strip() or "?"
    except OSError:
        return "?"
