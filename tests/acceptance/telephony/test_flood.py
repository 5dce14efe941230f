"""A flood of SIP from one address, with nothing but Asterisk against it: emergencies reach their seat all the same."""

import shutil
import time
from collections.abc import Iterator

import pytest
from decided_routes import LIMIT, at, decided
from real_asterisk import RealAsterisk

from bench.sip_flood import flooding
from routing.route import Ring, Route, RouteKind
from telephony.phone import Phone, State

pytestmark = pytest.mark.asterisk
SECONDS = 6.0
TO_WATER = Route(RouteKind.EMERGENCY, rings=(Ring(0, seat="water1"),), ring_seconds=10, queue="agents", priority=100)


@pytest.fixture
def flood(asterisk: RealAsterisk) -> Iterator[None]:
    if shutil.which("sipp") is None:
        pytest.skip("sipp is not installed (apt-get install sip-tester)")
    with flooding(asterisk.settings.sip.port, 400):
        yield


@pytest.mark.usefixtures("flood")
def test_under_a_flood_three_emergencies_ring_within_the_promise(asterisk: RealAsterisk) -> None:
    with decided(asterisk, TO_WATER), at(asterisk, "water1", answer_after=0.1) as water:
        for number in range(3):
            with Phone.start(asterisk.citizen(f"1390030000{number}")) as citizen:
                citizen.call("12345")
                answered = citizen.wait_for(State.CONFIRMED, LIMIT)
                rang = water.wait_for(State.RINGING, LIMIT)
                assert rang.monotonic - answered.monotonic < SECONDS
                citizen.hang_up()
                water.wait_for(State.ENDED, LIMIT)
        time.sleep(0.1)
    assert not any("nobody" in line for lines in asterisk.journals().values() for line in lines)
