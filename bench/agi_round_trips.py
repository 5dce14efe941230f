"""AGI round trips a second on one session: our server, a bare asyncio server and panoramisk, the same work in each.

A client in a process of its own plays Asterisk over loopback. It opens one session, answers each of the server's
`GET VARIABLE HL_N` commands as Asterisk does, and times from the first command to the last. The script in each server
does the same: ask for the variable, use the value that came back. Every round measures all three in turn, so that a
busy moment of the machine hits all of them; ours is compared with each by the median of the rounds' ratios, and the
smaller ratio counts.
The processor time that each server took is printed beside it: it is steadier where the machine has other work.
"""

import argparse
import asyncio
import json
import logging
import multiprocessing
import os
import platform
import re
import signal
import socket
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

BAR = 1.2
HEADER = (
    "".join(
        f"agi_{name}: {value}\n"
        for name, value in {
            "network": "yes",
            "network_script": "bench",
            "request": "agi://127.0.0.1/bench",
            "channel": "PJSIP/trunk-00000001",
            "language": "zh",
            "type": "PJSIP",
            "uniqueid": "heze1-1764000000.1",
            "version": "22.10.1",
            "callerid": "13853067219",
            "calleridname": "unknown",
            "dnid": "12345",
            "context": "hotline",
            "extension": "12345",
            "priority": "1",
            "enhanced": "0.0",
            "accountcode": "",
            "threadid": "140000000000000",
            "arg_1": "heze1-1764000000.1",
        }.items()
    )
    + "\n"
).encode()
ANSWER = b"200 result=1 (heze1-1764000000.1)\n"


def ours(port: int, trips: int, ready: Connection) -> None:
    """Serve with telephony.agi on its own reactor."""
    import structlog
    from prometheus_client import CollectorRegistry
    from twisted.internet import reactor

    from telephony.agi.counters import AgiCounters
    from telephony.agi.server import AgiServer
    from telephony.agi.session import Session
    from telephony.agi.settings import AgiSettings

    async def script(session: Session) -> None:
        for _ in range(trips):
            check(await session.variable("HL_N"))

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    counters, log = AgiCounters(CollectorRegistry()), structlog.get_logger()
    server = AgiServer({"bench": script}, AgiSettings(port=port), reactor, counters, log)
    server.listen(reactor)
    ready.send("listening")
    reactor.run(installSignalHandlers=False)


def bare_asyncio(port: int, trips: int, ready: Connection) -> None:
    """Serve with nothing but asyncio streams."""
    answer = re.compile(r"200 result=(-?\d+)(?: \((.*)\))?")

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        header = {}
        while line := (await reader.readline()).decode().rstrip("\n"):
            name, _, value = line.partition(": ")
            header[name] = value
        for _ in range(trips):
            writer.write(b'GET VARIABLE "HL_N"\n')
            await writer.drain()
            found = answer.match((await reader.readline()).decode())
            check(found[2] if found else "")
        writer.close()

    async def serve() -> None:
        server = await asyncio.start_server(script, "127.0.0.1", port)
        ready.send("listening")
        await server.serve_forever()

    asyncio.run(serve())


def panoramisk(port: int, trips: int, ready: Connection) -> None:
    """Serve with panoramisk's FastAGI application."""
    from panoramisk import fast_agi

    async def script(request: fast_agi.Request) -> None:
        for _ in range(trips):
            found = await request.send_command('GET VARIABLE "HL_N"')
            check(found["result"][1])

    async def serve() -> None:
        application = fast_agi.Application(loop=asyncio.get_running_loop())
        application.add_route("bench", script)
        server = await asyncio.start_server(application.handler, "127.0.0.1", port)
        ready.send("listening")
        await server.serve_forever()

    asyncio.run(serve())


def check(value: str) -> None:
    """Make sure that the value really arrived: every server has to parse it."""
    if value != "heze1-1764000000.1":
        raise ValueError(value)


def play_asterisk(port: int, trips: int) -> float:
    """Run one session as Asterisk would; return round trips a second."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as wire:
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        wire.sendall(HEADER)
        receive, send = wire.recv, wire.sendall
        started = 0.0
        for number in range(trips):
            line = receive(8192)
            while not line.endswith(b"\n"):
                more = receive(8192)
                if not more:
                    raise ConnectionError(f"the server closed after {number} round trips")
                line += more
            if not started:
                started = time.perf_counter()
            if not line.startswith(b"GET VARIABLE"):
                raise ValueError(line)
            send(ANSWER)
        if wire.recv(1) != b"":
            raise ValueError("more commands than were agreed")
        return trips / (time.perf_counter() - started)


def processor_seconds(process: int) -> float:
    """Return what a process has used of the processor so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Measure, print the ratio and a JSON line; exit 1 below the bar."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, default=21900)
    options.add_argument("--trips", type=int, default=1_000)
    options.add_argument("--rounds", type=int, default=75)
    given = options.parse_args()
    servers: dict[str, Callable[[int, int, Connection], None]] = {
        "ours": ours,
        "asyncio": bare_asyncio,
        "panoramisk": panoramisk,
    }
    ports = {name: given.port + number for number, name in enumerate(servers)}
    children = {name: _start(serve, ports[name], given.trips) for name, serve in servers.items()}
    rates: dict[str, list[float]] = {name: [] for name in servers}
    busy = dict.fromkeys(servers, 0.0)
    try:
        for _ in range(given.rounds):
            for name, child in children.items():
                before = processor_seconds(child)
                rates[name].append(play_asterisk(ports[name], given.trips))
                busy[name] += processor_seconds(child) - before
    finally:
        for child in children.values():
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
    median = {name: statistics.median(found) for name, found in rates.items()}
    ratios = {
        name: statistics.median(mine / theirs for mine, theirs in zip(rates["ours"], rates[name], strict=True))
        for name in ("asyncio", "panoramisk")
    }
    ratio = min(ratios.values())
    for name, found in rates.items():
        cost = busy[name] / given.rounds / given.trips * 1e6
        print(f"{name:12} median {median[name]:8,.0f}  best {max(found):8,.0f} round trips/s  {cost:5.1f} µs CPU each")
    compared = ", ".join(f"{value:.2f} x {name}" for name, value in ratios.items())
    print(f"ours is {compared} (median of {given.rounds} rounds; bar {BAR} x the better of the two)")
    print(
        json.dumps(
            {
                "bench": "agi_round_trips",
                "ratio": round(ratio, 3),
                "bar": BAR,
                "passed": ratio >= BAR,
                "round_trips_per_second": {name: round(rate) for name, rate in median.items()},
                "python": platform.python_version(),
                "cpus": os.cpu_count(),
            }
        )
    )
    return 0 if ratio >= BAR else 1


def _start(serve: Callable[[int, int, Connection], None], port: int, trips: int) -> int:
    here, there = multiprocessing.get_context("spawn").Pipe()
    child = multiprocessing.get_context("spawn").Process(target=serve, args=(port, trips, there), daemon=True)
    child.start()
    if not here.poll(20):
        raise TimeoutError(f"{serve.__name__} does not listen")
    here.recv()
    assert child.pid is not None
    return child.pid


if __name__ == "__main__":
    sys.exit(main())
