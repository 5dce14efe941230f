"""An Asterisk with quick queues, and what must hold after every call on it: no call left, every file in its form."""

import re
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
import soundfile
from decided_routes import LIMIT
from real_asterisk import Make, RealAsterisk, Whole

from ivr.tree import Tree
from routing.config import EmergencyPlan, Outside, Queue, RoutingConfig
from telephony.asterisk.settings import TelephonySettings

LEG = re.compile(
    r"(?P<linkedid>[0-9A-Za-z.-]+)_(?P<uniqueid>[0-9A-Za-z.-]+)_(?P<start>\d{13})_(?P<role>[a-z0-9-]+)\.wav"
)
LINE = re.compile(r"\d{13} (started|notice|route|answered|message|callback|ended)( [a-z]+=[0-9A-Za-z_.+-]*)*")


@pytest.fixture(scope="module")
def house(make_asterisk: Make) -> RealAsterisk:
    def quick(settings: TelephonySettings, routing: RoutingConfig, tree: Tree) -> Whole:
        plan = EmergencyPlan(roster="water", neighbours=("power1",), outside="duty-mobile", stagger=1, queue="agents")
        queues = {
            "agents": Queue(title="人工坐席", wait=4, ring=8, overflow="supervisors", announce_every=5),
            "supervisors": Queue(title="值班长", strategy="ringall", wait=4),
        }
        routing = replace(
            routing,
            emergency={"water": plan, "duty": replace(plan, roster="duty")},
            queues=queues,
            outside={"duty-mobile": Outside(title="值班手机", number="15400000000")},
        )
        limits = replace(settings.asterisk, accept_seconds=2, message_seconds=10, message_silence=2)
        return replace(settings, asterisk=limits), routing, tree

    return make_asterisk(quick)


@pytest.fixture(autouse=True)
def quiet(house: RealAsterisk) -> Iterator[None]:
    """Every test ends with no call left, and every line and file it left keeps the contract."""
    yield
    deadline = time.monotonic() + LIMIT
    while "0 active channels" not in house.process.ask("core show channels"):
        assert time.monotonic() < deadline, house.process.ask("core show channels concise")
        time.sleep(0.05)
    for file in house.layout.spool.glob("*.call"):
        assert all(LINE.fullmatch(line) for line in file.read_text().splitlines()), file.read_text()
    for file in house.layout.spool.glob("*.wav"):
        match = LEG.fullmatch(file.name)
        assert match, file.name
        assert (house.layout.spool / f"{match['linkedid']}.call").exists()
        info = soundfile.info(file)
        assert (info.samplerate, info.channels, info.subtype) == (8000, 1, "PCM_16")
