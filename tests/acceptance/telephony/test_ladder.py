"""The ladder of failures on a real Asterisk: an emergency reaches the water seat whatever happens to our Python."""

import pytest
from real_asterisk import CITIZEN, RealAsterisk

from telephony.phone import Phone, State

pytestmark = pytest.mark.asterisk
LIMIT = 15.0


def test_with_nobody_behind_fastagi_the_water_seat_rings(asterisk: RealAsterisk) -> None:
    with Phone.start(asterisk.seat("water1", answer_after=0.2)) as water, Phone.start(asterisk.citizen()) as citizen:
        water.wait_registered(LIMIT)
        citizen.call("12345")
        citizen.wait_for(State.CONFIRMED, LIMIT)
        citizen.press("9")
        citizen.press("1", after=1.0)
        water.wait_for(State.CONFIRMED, LIMIT)
        citizen.hang_up()
        water.wait_for(State.ENDED, LIMIT)
    linkedid = asterisk.last(CITIZEN)
    assert asterisk.await_journal(CITIZEN, "ended")[2] == (
        "route route=emergency rung=3 keys=91 utility=water queue=agents outage="
    )
    assert set(asterisk.legs(linkedid)) == {"caller", "seat-water1"}
