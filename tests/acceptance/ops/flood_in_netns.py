"""Run by test_nftables in a network of its own: the shipped rules, real packets. Prints what arrived, as JSON."""

import json
import socket
import subprocess
import sys
import time

SIP = ("127.0.0.1", 5060)
FLOODER, SEAT, CARRIER, STRANGER = "127.0.0.9", "127.0.0.5", "127.0.0.2", "203.0.113.9"


def send(host: str, text: bytes, count: int, gap: float = 0.0) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
        wire.bind((host, 0))
        for _ in range(count):
            wire.sendto(text + b" sip:hotline SIP/2.0\r\n\r\n", SIP)
            time.sleep(gap)


def arrived(server: socket.socket) -> dict[str, int]:
    counted: dict[str, int] = {}
    try:
        while True:
            _, (host, _) = server.recvfrom(2048)
            counted[host] = counted.get(host, 0) + 1
    except TimeoutError:
        return counted


def main() -> None:
    for words in (("ip", "link", "set", "lo", "up"), ("ip", "addr", "add", f"{STRANGER}/32", "dev", "lo")):
        subprocess.run(words, check=True)
    if sys.argv[1] != "none":
        subprocess.run(("nft", "-f", sys.argv[1]), check=True)
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
    server.bind(SIP)
    server.settimeout(0.3)
    found = {}
    send(FLOODER, b"REGISTER", 1000)
    send(FLOODER, b"INVITE", 1000)
    send(CARRIER, b"INVITE", 100)
    send(SEAT, b"REGISTER", 10)
    send(STRANGER, b"INVITE", 10)
    found["at once"] = arrived(server)
    send(FLOODER, b"SIP/2.0 180", 50)  # whoever floods by another's name does not keep that one from answering
    send(FLOODER, b"\r\nINVITE", 5000)  # hidden behind an empty line: counted among the rest
    found["answers"] = arrived(server)
    send(CARRIER, b"INVITE", 2000)
    found["carrier"] = arrived(server)
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listening:
        listening.bind(("127.0.0.1", 5061))
        listening.listen(200)
        through = 0
        for _ in range(60):
            with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as wire:
                wire.bind((FLOODER, 0))
                wire.settimeout(0.02)
                through += not wire.connect_ex(("127.0.0.1", 5061))
        found["tls"] = {FLOODER: through}
    print(json.dumps(found))  # noqa: T201


if __name__ == "__main__":
    main()
