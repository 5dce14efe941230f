"""A port that is taken is named, with the process that has it."""

import os
import socket
from pathlib import Path

import pytest

from telephony.asterisk.ports import Endpoint, PortTaken, holder, require_free


@pytest.mark.parametrize(("protocol", "kind"), [("udp", socket.SOCK_DGRAM), ("tcp", socket.SOCK_STREAM)])
def test_a_taken_port_is_named_with_its_process(protocol: str, kind: socket.SocketKind) -> None:
    with socket.socket(type=kind) as taken:
        taken.bind(("127.0.0.1", 0))
        if protocol == "tcp":
            taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(
            PortTaken, match=rf"{protocol.upper()} 端口 127\.0\.0\.1:{port} \(SIP\) 已被占用: .*PID {os.getpid()}"
        ):
            require_free((Endpoint(protocol, "127.0.0.1", port, "SIP"),))
    require_free((Endpoint(protocol, "127.0.0.1", port, "SIP"),))


def test_an_address_that_is_not_ours_is_said_to_be_so() -> None:
    with pytest.raises(PortTaken, match="本机没有这个地址"):
        require_free((Endpoint("udp", "203.0.113.1", 5060, "SIP"),))


def test_a_process_that_cannot_be_seen_is_not_guessed(tmp_path: Path) -> None:
    (tmp_path / "net").mkdir()
    head = "sl local_address rem_address st tx_queue tr tm->when retrnsmt uid timeout inode\n"
    line = "0: 0100007F:13C4 00000000:0000 07 0:0 0:0 0 0 0 4711 2 0 0\n"
    (tmp_path / "net/udp").write_text(head + line)
    assert holder("udp", 5060, tmp_path) is None
