"""The menu tree compiled to dialplan (rung 3) leads where the same tree leads in Python, key by key."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from real_asterisk import Make, RealAsterisk, Whole, until

from chaos import agi_peers
from domain.clock import local
from ivr.hours import Hours
from ivr.tree import Destination, Ending, Key, Tree
from ivr.walk import Walk
from routing.config import RoutingConfig
from telephony.asterisk.settings import TelephonySettings
from telephony.phone import Phone, State

pytestmark = pytest.mark.asterisk
LIMIT = 15.0
KEYS = ["", "0", "9", "90", "91", "94", "95", "19", "1119", "5", "6", "75", "9*1", "*", "81"]


def hours_around(minutes: int) -> Hours:
    """An hour of the day that begins `minutes` from now, so that it holds now only for a negative number."""
    start = local(datetime.now(UTC)) + timedelta(minutes=minutes)
    return Hours(start=f"{start:%H:%M}", end=f"{start + timedelta(hours=1):%H:%M}")


@pytest.fixture(scope="module")
def house(make_asterisk: Make) -> RealAsterisk:
    def richer(settings: TelephonySettings, routing: RoutingConfig, tree: Tree) -> Whole:
        """Add retries, a second queue, keys that are open and closed now, and a menu that is closed."""
        root, emergency = tree.menus["root"], tree.menus["emergency"]
        keys = {
            **root.keys,
            "5": Key(to=Destination.PERSON, queue="supervisors", hours=hours_around(-30)),
            "6": Key(to=Destination.PERSON, queue="supervisors", hours=hours_around(120), prompt="area-other"),
            "7": Key(menu="closed"),
            "8": Key(menu="open"),
        }
        closed = replace(emergency, otherwise=Ending(to=Destination.PERSON), hours=hours_around(180))
        menus = {
            "root": replace(root, keys=keys, retries=2, wait=0.2),
            "emergency": replace(emergency, wait=0.2),
            "closed": closed,
            "open": replace(
                emergency, keys={"1": Key(to=Destination.PERSON, queue="supervisors")}, wait=0.2, retries=1
            ),
        }
        quick = replace(settings, agi=replace(settings.agi, rescue=2.0))
        return quick, routing, replace(tree, menus=menus)

    house = make_asterisk(richer)
    house.layout.fallback_script.unlink()
    return house


@pytest.fixture(autouse=True)
def quiet(house: RealAsterisk) -> Iterator[None]:
    yield
    house.process.ask("channel request hangup all")
    until(lambda: "0 active channels" in house.process.ask("core show channels"), LIMIT, "channels are left")


@pytest.mark.parametrize("keys", KEYS)
def test_keys_lead_to_the_same_place_as_in_python(house: RealAsterisk, keys: str) -> None:
    walk = Walk.begin(house.tree, datetime.now(UTC)).press_all(keys)
    choice = walk.choice()
    number = f"1860000{KEYS.index(keys):04}"
    heard = agi_peers.dying_after(f'SET VARIABLE HL_KEYS "{keys}"')
    with agi_peers.behind(house.settings.agi.port, heard), Phone.start(house.citizen(number)) as citizen:
        citizen.call("12345")
        journal = house.await_journal(number, "route")
        citizen.hang_up()
        citizen.wait_for(State.ENDED, LIMIT)
    (route,) = [line for line in journal if line.startswith("route ")]
    values = dict(pair.split("=") for pair in route.split()[1:])
    assert values["rung"] == "3"
    assert values["route"] == ("emergency" if choice.emergency else "agents")
    assert values["utility"] == (choice.utility or "")
    assert values["queue"] == (choice.queue or "agents")
    assert values["prio"] == ("100" if choice.emergency else "0")
