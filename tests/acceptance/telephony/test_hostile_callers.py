"""Caller IDs made to hurt, on a real Asterisk: nothing of them runs or is written down, and the call goes on."""

import contextlib
import itertools
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from raw_sip import Stranger
from real_asterisk import RealAsterisk, until

from chaos import agi_peers
from telephony.phone import Phone, State

pytestmark = pytest.mark.asterisk
LIMIT = 15.0
LINE = re.compile(r"\d{13} [a-z]+( [a-z]+=[0-9A-Za-z_.+-]*)*")
HOSTILE = [
    '"; DROP TABLE calls; --',
    "${SHELL(touch /tmp/hotline-hostile)}",
    "$[1/0]",
    "${EVAL(${SHELL(id)})}",
    "a,b)c(d",
    "../../../etc/passwd",
    "1385306\r\nVariable: ROUTE=message",
    "`touch /tmp/hotline-hostile`",
    "|touch /tmp/hotline-hostile",
    "&Local/agent1001@from-seats",
    "张三",
    "+86" + "1" * 60,
    "%n%n%s",
    "\x00\x01",
]
PAIRS = (
    ("HL_RING", "PJSIP/water1"),
    ("HL_RING_SECONDS", "10"),
    ("HL_QUEUE", "agents"),
    ("ROUTE", "emergency"),
)


@pytest.fixture
def house(asterisk: RealAsterisk) -> Iterator[RealAsterisk]:
    yield asterisk
    until(lambda: "0 active channels" in asterisk.process.ask("core show channels"), LIMIT, "channels are left")
    assert not Path("/tmp/hotline-hostile").exists()  # noqa: S108
    for file in asterisk.layout.spool.iterdir():
        assert re.fullmatch(r"[0-9A-Za-z.-]+(_[0-9A-Za-z.-]+_\d{13}_[a-z0-9-]+)?\.(call|wav)", file.name), file.name
        if file.suffix == ".call":
            assert all(LINE.fullmatch(line) for line in file.read_text().splitlines()), file.read_text()


def call_as(house: RealAsterisk, number: str, **more: object) -> str:
    """Call as somebody, be put through to the water seat; return the ANI in the journal and what the seat was shown."""
    before = set(house.journals())
    with (
        agi_peers.behind(house.settings.agi.port, agi_peers.deciding(*PAIRS)),
        Phone.start(house.seat("water1", answer_after=0.1)) as water,
        Phone.start(house.citizen(number, **more)) as citizen,
    ):
        water.wait_registered(LIMIT)
        citizen.call("12345")
        shown = water.wait_for(State.RINGING, LIMIT).remote
        water.wait_for(State.CONFIRMED, LIMIT)
        citizen.hang_up()
        water.wait_for(State.ENDED, LIMIT)
    (new,) = set(house.journals()) - before
    until(lambda: house.journals()[new][-1].startswith("ended"), LIMIT, "no end")
    match = re.search(r" ani=(\S*) ", house.journals()[new][0])
    assert match
    assert re.fullmatch(r'("[^"]*" )?<sip:(\+?[0-9]*|anonymous)@[^>]*>', shown), shown
    return match[1]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_number_is_digits_or_nothing(house: RealAsterisk, text: str) -> None:
    ani = call_as(house, text)
    assert re.fullmatch(r"\+?[0-9]{0,32}", ani)


@pytest.mark.parametrize("text", HOSTILE[:8:2], ids=range(4))
def test_a_hostile_name_reaches_nobody(house: RealAsterisk, text: str) -> None:
    with contextlib.suppress(ValueError):
        assert call_as(house, "13853067219", display_name=text) == "13853067219"


def test_a_withheld_number_is_never_written_down(house: RealAsterisk) -> None:
    assert call_as(house, "13912345678", withheld=True) == ""
    everything = "".join(file.read_text() for file in house.layout.spool.glob("*.call"))
    assert "13912345678" not in everything


def test_a_number_with_a_country_code_stays_whole(house: RealAsterisk) -> None:
    assert call_as(house, "+8613853067219") == "+8613853067219"


@pytest.mark.parametrize("number", ["1", "12", "+1"])
def test_what_is_too_short_to_be_a_number_is_none(house: RealAsterisk, number: str) -> None:
    assert call_as(house, number) == ""


@pytest.mark.parametrize(
    ("name", "number"),
    [("x", "9" * 4096), ("9" * 4096, "13853067219"), ("x" * 20000, "1" * 20000), ("\\" * 2000, "${" * 900)],
    ids=["number of 4 kB", "name of 4 kB", "both of 20 kB", "backslashes and braces"],
)
def test_a_caller_id_of_kilobytes_harms_nobody(house: RealAsterisk, name: str, number: str) -> None:
    before = set(house.journals())
    with socket.socket(type=socket.SOCK_DGRAM) as line:  # no telephone of ours would send this
        line.bind(("127.0.0.2", 0))
        line.settimeout(1.0)
        line.sendto(invite(house, line.getsockname()[1], name, number), ("127.0.0.1", house.settings.sip.port))
        with contextlib.suppress(TimeoutError):  # refused, taken, or too long to be read at all
            while line.recv(65536).startswith(b"SIP/2.0 1"):
                pass
    house.process.ask("channel request hangup all")
    for new in set(house.journals()) - before:
        assert re.search(r" ani=\+?[0-9]{0,32} ", house.journals()[new][0])
    assert call_as(house, "13853067219") == "13853067219"


def invite(house: RealAsterisk, port: int, name: str, number: str) -> bytes:
    body = f"v=0\r\no=- 1 1 IN IP4 127.0.0.2\r\ns=-\r\nc=IN IP4 127.0.0.2\r\nt=0 0\r\nm=audio {port} RTP/AVP 8\r\n"
    head = (
        f"INVITE sip:12345@{house.sip} SIP/2.0",
        f"Via: SIP/2.0/UDP 127.0.0.2:{port};branch=z9hG4bK-{port}",
        "Max-Forwards: 70",
        f'From: "{name}" <sip:{number}@127.0.0.2>;tag=1',
        f"To: <sip:12345@{house.sip}>",
        f"Call-ID: long-{port}",
        "CSeq: 1 INVITE",
        f"Contact: <sip:x@127.0.0.2:{port}>",
        "Content-Type: application/sdp",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join((*head, "", body)).encode()


PIECES = (
    *("${SHELL(touch /tmp/hotline-hostile)}", "${EVAL(${SHELL(id)})}", "$[1/0]", "$[2 + 2]", "${HL_RING}", "${ROUTE}"),
    *("`touch /tmp/hotline-hostile`", "$(touch /tmp/hotline-hostile)", ";System(touch /tmp/hotline-hostile)", "|id"),
    *("' OR '1'='1", "'; DROP TABLE call; --", "%s%n%x", "%0d%0aVariable: ROUTE=message", "../../../etc/passwd"),
    *(
        "\x1b[2J",
        "\x7f",
        "\xff\xfe",
        "\u2028Event: x",
        "&Local/duty-mobile@outside-0",
        ",1,System(id)",
        "]^(",
        "A" * 900,
    ),
)
HEADERS = {
    "From": '"{0}" <sip:{1}@127.0.0.2>;tag=1',
    "To": '"{0}" <sip:12345@127.0.0.1>',
    "P_Asserted_Identity": '"{0}" <sip:{1}@127.0.0.2>',
    "Remote_Party_ID": '"{0}" <sip:{1}@127.0.0.2>;privacy=off;screen=no',
    "Diversion": '<sip:{1}@127.0.0.2>;reason="{0}"',
    "User_Agent": "{0}",
    "Subject": "{0}",
    "X_Call_Id": "{0}",
    "Reason": 'SIP;cause=200;text="{0}"',
    "Contact": '"{0}" <sip:{1}@127.0.0.2:9>',
    "Call_ID": "{0}@{1}",
    "uri": "sip:12345;x={1}@127.0.0.1;y={1}",
    "body": "v=0\r\no={1} 1 1 IN IP4 127.0.0.2\r\ns={0}\r\nc=IN IP4 127.0.0.2\r\nt=0 0\r\n"
    "m=audio 40000 RTP/AVP 8\r\na={0}\r\n",
}


def test_no_header_runs_anything_or_leaves_a_trace_and_the_next_citizen_is_served(house: RealAsterisk) -> None:
    sip = (house.settings.sip.bind, house.settings.sip.port)
    before = set(house.journals())
    with Stranger(sip, "127.0.0.2") as line:
        for number, (piece, name) in enumerate(itertools.product(PIECES, HEADERS)):
            quoted = piece.replace("\\", "\\\\").replace('"', '\\"')
            text = HEADERS[name].format(quoted, quote(piece, safe=""))
            more = {name: text} if name == "Call_ID" else {"Call_ID": f"hostile-{number}", name: text}
            with contextlib.suppress(ValueError):
                line.wire.sendto(line.write("INVITE", "13853067219", "12345", **more), sip)
            if number % 13 == 12:
                time.sleep(0.3)
                house.process.ask("channel request hangup all")
    until(lambda: "0 active channels" in house.process.ask("core show channels"), LIMIT, "channels are left")
    new = {key: lines for key, lines in house.journals().items() if key not in before}
    assert len(new) > 100  # most of them are calls like any other
    for lines in new.values():
        assert re.fullmatch(
            r"started uniqueid=[0-9a-z.-]+ ani=\+?[0-9]{0,32} dialled=12345 boot=[0-9a-f]+", lines[0]
        ), lines[0]
        assert not any(line.startswith(("answered", "route route=emergency")) for line in lines), lines
    assert call_as(house, "13853067219") == "13853067219"
