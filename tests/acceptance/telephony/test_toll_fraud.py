"""Nobody makes the hotline pay for calls: outside numbers are rung by compiled plans alone, whatever a telephone asks.

A telephone listens where the carrier is; what would cost money would ring there.
"""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from decided_routes import LIMIT, at, decided
from raw_sip import answering
from real_asterisk import RealAsterisk, until

from routing.route import Ring, Route, RouteKind
from telephony.phone import Phone, PhoneError, State

pytestmark = pytest.mark.asterisk
TO_WATER = Route(RouteKind.EMERGENCY, rings=(Ring(0, seat="water1"),), ring_seconds=5, queue="agents")
TO_MOBILE = Route(RouteKind.EMERGENCY, rings=(Ring(0, outside="duty-mobile"),), ring_seconds=10, queue="agents")
ABROAD = "0085212345678"


@pytest.fixture
def house(asterisk: RealAsterisk) -> Iterator[RealAsterisk]:
    yield asterisk
    asterisk.process.ask("channel request hangup all")
    until(lambda: "0 active channels" in asterisk.process.ask("core show channels"), LIMIT, "channels are left")


@pytest.fixture
def carrier(house: RealAsterisk) -> Iterator[Phone]:
    """The carrier's side: rings for every outside call."""
    with Phone.start(house.outside(answer_after=5.0)) as phone:
        yield phone


def rang(phone: Phone) -> bool:
    try:
        phone.wait_for(State.RINGING, 1.0)
    except PhoneError:
        return False
    return True


def outside(house: RealAsterisk) -> str:
    return f"127.0.0.2:{house.outside_port}"


def test_the_plan_does_ring_there_so_that_these_tests_could_fail(house: RealAsterisk, carrier: Phone) -> None:
    with decided(house, TO_MOBILE), Phone.start(house.citizen("13900200001")) as citizen:
        citizen.call("12345")
        assert "duty-mobile" not in carrier.wait_for(State.RINGING, LIMIT).remote
        citizen.hang_up()


TARGETS = [
    "sip:{abroad}@{carrier}",
    "sip:{abroad}@{house}",
    "sip:+{abroad}@{house}",
    "sip:{abroad}@trunk-demo",
    "sip:{abroad}%40trunk-demo@{house}",
    "sip:duty-mobile@{house}",
    "sip:duty-mobile%40outside-0@{house}",
    "sip:Local%2Fduty-mobile%40outside-0@{house}",
    "sip:call-back-dial@{house}",
    "sip:s@{house}",
    "sip:external_replaces@{house}",
    "sip:{abroad}@{carrier}?Replaces=1%40127.0.0.2%3Bto-tag%3D1%3Bfrom-tag%3D2",
]


def test_a_seat_transfers_a_citizen_to_no_outside_number(house: RealAsterisk, carrier: Phone) -> None:
    with (
        decided(house, TO_WATER),
        at(house, "water1", answer_after=0.0) as water,
        Phone.start(house.citizen("13900200002")) as citizen,
    ):
        for target in TARGETS:
            citizen.call("12345")
            water.wait_for(State.CONFIRMED, LIMIT)
            citizen.wait_for(State.CONFIRMED, LIMIT)
            water.transfer(target.format(abroad=ABROAD, carrier=outside(house), house=house.sip))
            water.wait_for(State.TRANSFERRED, LIMIT)
            citizen.hang_up()
            citizen.wait_for(State.ENDED, LIMIT)
            water.wait_for(State.ENDED, LIMIT)
        assert not rang(carrier)


def test_a_seat_dials_no_outside_number(house: RealAsterisk, carrier: Phone) -> None:
    numbers = (f"sip:{ABROAD}@{house.sip}", ABROAD, f"+{ABROAD}", "duty-mobile", f"9{ABROAD}", f"{ABROAD}@trunk-demo")
    with at(house, "water1") as water:
        for number in numbers:
            water.call(number)
            assert water.wait_for(State.ENDED, LIMIT).code in (404, 484), number
    assert not rang(carrier)


def test_a_citizen_transfers_the_hotline_nowhere(house: RealAsterisk, carrier: Phone) -> None:
    with (
        decided(house, TO_WATER),
        at(house, "water1", answer_after=0.1) as water,
        Phone.start(house.citizen("13900200003")) as citizen,
    ):
        citizen.call("12345")
        citizen.wait_for(State.CONFIRMED, LIMIT)
        water.wait_for(State.CONFIRMED, LIMIT)
        for to in (f"sip:{ABROAD}@{outside(house)}", ABROAD, "power1"):
            citizen.transfer(to)
        assert not rang(carrier)
        citizen.hang_up()


@pytest.mark.parametrize(
    ("way", "code"),
    [
        ("ring", "302 Moved Temporarily"),
        ("queue", "302 Moved Temporarily"),
        ("colleague", "301 Moved Permanently"),
        ("transfer", "302 Moved Temporarily"),
        ("ring", "305 Use Proxy"),
    ],
)
def test_a_telephone_that_forwards_its_calls_forwards_nothing(
    house: RealAsterisk, carrier: Phone, way: str, code: str
) -> None:
    name = "agent1001" if way == "queue" else "power1" if way == "transfer" else "water1"
    route = Route(RouteKind.AGENTS, queue="agents") if way == "queue" else TO_WATER
    moved = {"Contact": f"<sip:{ABROAD}@{outside(house)}>", "Diversion": f"<sip:{name}@127.0.0.1>;reason=unconditional"}
    sip = (house.settings.sip.bind, house.settings.sip.port)
    with decided(house, route), answering(sip, name, house.secrets.seats[name], code, moved) as asked:
        with Phone.start(house.citizen("13900200004")) as citizen:
            if way == "colleague":
                with at(house, "gas1") as gas:
                    gas.call("water1")
                    assert gas.wait_for(State.ENDED, LIMIT).code >= 400
            elif way == "transfer":
                with at(house, "water1", answer_after=0.1) as water:
                    citizen.call("12345")
                    water.wait_for(State.CONFIRMED, LIMIT)
                    water.transfer("power1")
                    until(lambda: any(text.startswith("INVITE") for text in asked), LIMIT, "it was not asked")
            else:
                citizen.call("12345")
            until(lambda: any(text.startswith("INVITE") for text in asked), LIMIT, "it was not asked")
            assert not rang(carrier)
            if way != "colleague":
                citizen.hang_up()
        time.sleep(0.1)


def test_only_two_compiled_plans_name_a_trunk(house: RealAsterisk) -> None:
    """Of the whole dialplan: outside names from config, and the call-back, whose number was looked at before."""
    found, context = set(), ""
    for line in (house.layout.etc / "extensions.conf").read_text().splitlines():
        if match := re.match(r"\[([^]]+)\]", line):
            context = match[1]
        elif "@trunk-" in line and not line.startswith(";"):
            found.add((context, re.sub(r"^.*Dial\((PJSIP/[^,]*),.*$", r"\1", line)))
    assert found == {("outside", "PJSIP/15400000000@trunk-demo"), ("call-back-dial", "PJSIP/${HL_ANI}@trunk-demo")}


@pytest.mark.parametrize("context", ["from-seats", "from-trunk", "transfer", "call-back-wait", "ring-0"])
def test_no_context_that_a_telephone_reaches_has_another_inside_it(house: RealAsterisk, context: str) -> None:
    shown = house.process.ask(f"dialplan show {context}")
    assert "Include" not in shown
    assert "Alt. Switch" not in shown
    assert "trunk-demo" not in shown


def test_nothing_that_dials_follows_a_forwarding_telephone(house: RealAsterisk) -> None:
    """Dial and Queue alike carry the option i, and no features that keys could start."""
    text = (house.layout.etc / "extensions.conf").read_text()
    dials = re.findall(r"(?:Dial|Queue)\((?:\$\{[^}]*\}|[^,])*,((?:\$\{.*?\}\}?|[^,)])*),?((?:\$\{.*\}|[^,)])*)", text)
    lines = [line for line in text.splitlines() if re.search(r"(?<![A-Za-z])(Dial|Queue)\(", line) and line[0] != ";"]
    assert len(lines) == len(dials) > 10
    assert all(re.search(r",[^,]*i(U\(|b\()|,r?iU\(|riU\(", line) for line in lines), lines
    assert not Path(house.layout.etc / "features.conf").read_text().count("=>")
