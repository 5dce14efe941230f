"""What a waiting citizen hears on a real Asterisk, told apart by giving every prompt a tone of its own."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from real_asterisk import ROOT, Make, RealAsterisk, Whole, until

from chaos import agi_peers
from hotline.checked import read
from ivr.prompts import Prompts
from ivr.tree import Tree
from routing.config import Queue, RoutingConfig
from telephony.asterisk.settings import TelephonySettings
from telephony.phone import Phone, State

pytestmark = pytest.mark.asterisk
LIMIT = 20.0
NAMES = (
    *("queue-place", "wei", "queue-next", "queue-about", "minutes", "callback-offer", "waiting-music", "gas-safety"),
    *(
        "shi",
        "bai",
        "qian",
        "d0",
        "d1",
        "d2",
        "d3",
        "d4",
        "d5",
        "d6",
        "d7",
        "d8",
        "d9",
        "callback-tail",
        "callback-phone",
    ),
    "yao",
)
HERTZ = {name: 400 + 100 * number for number, name in enumerate(NAMES)}
PIECE = 0.16


@pytest.fixture(scope="module")
def tones(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tones")
    times = np.arange(int(PIECE * 8000)) / 8000
    for name in {*read(ROOT / "config/prompts.yaml").build(Prompts).prompts, *NAMES}:
        sound = 0.3 * np.sin(2 * np.pi * HERTZ.get(name, 200) * times)
        soundfile.write(folder / f"{name}.wav", sound, 8000, subtype="PCM_16")
    return folder


@pytest.fixture(scope="module")
def house(make_asterisk: Make, tones: Path) -> RealAsterisk:
    def quick(settings: TelephonySettings, routing: RoutingConfig, tree: Tree) -> Whole:
        queues = {"agents": Queue(title="人工坐席", wait=60, announce_every=6)}
        plans = {name: replace(plan, queue="agents") for name, plan in routing.emergency.items()}
        seats = {
            name: replace(seat, queues=("agents",)) if seat.queues else seat for name, seat in routing.seats.items()
        }
        return settings, replace(routing, queues=queues, emergency=plans, seats=seats), tree

    return make_asterisk(quick, tones)


@pytest.fixture(autouse=True)
def quiet(house: RealAsterisk) -> Iterator[None]:
    yield
    house.process.ask("channel request hangup all")
    until(lambda: "0 active channels" in house.process.ask("core show channels"), LIMIT, "channels are left")


def heard(file: Path, *, pauses: bool = False) -> list[str]:
    """The prompts in a recording, in order, each repetition once; silence as "", if it is asked for."""
    samples, rate = soundfile.read(file)
    window = rate // 20
    said: list[str] = []
    for start in range(0, len(samples) - window, window):
        piece = samples[start : start + window] * np.hanning(window)
        spectrum = np.abs(np.fft.rfft(piece, 4096))
        peak = float(np.argmax(spectrum)) * rate / 4096
        names = [name for name, hertz in HERTZ.items() if abs(hertz - peak) < 25]
        name = names[0] if names and np.sqrt(np.mean(piece**2)) > 0.02 else ""
        if (name or pauses) and (not said or said[-1] != name):
            said.append(name)
    return said


def holds(said: list[str], wanted: list[str]) -> bool:
    return any(said[at : at + len(wanted)] == wanted for at in range(len(said)))


def test_the_second_in_line_is_told_the_place_and_offered_a_call_back(house: RealAsterisk, tmp_path: Path) -> None:
    agents = (("HL_QUEUE", "agents"), ("ROUTE", "agents"))
    with (
        agi_peers.behind(house.settings.agi.port, agi_peers.deciding(*agents)),
        Phone.start(house.seat("agent1001", answer_after=0.1)) as agent,
        Phone.start(house.citizen("13600000001")) as talking,
        Phone.start(house.citizen("13600000002")) as first,
        Phone.start(house.citizen("13600000003", record=tmp_path / "second.wav")) as second,
    ):
        agent.wait_registered(LIMIT)
        talking.call("12345")
        agent.wait_for(State.CONFIRMED, LIMIT)
        for number, phone in (("13600000002", first), ("13600000003", second)):
            phone.call("12345")
            house.await_journal(number, "route")
        time.sleep(9)
        second.hang_up()
        second.wait_for(State.ENDED, LIMIT)
    said = heard(tmp_path / "second.wav")
    assert holds(said, ["queue-place", "d2", "wei"]), said
    assert "callback-offer" in said
    assert "waiting-music" in said


def test_a_smell_of_gas_is_answered_by_what_to_do_until_somebody_answers(house: RealAsterisk, tmp_path: Path) -> None:
    gas = (
        *(("HL_RING", "PJSIP/gas1"), ("HL_RING_SECONDS", "20"), ("HL_MUSIC", "gas-safety")),
        *(("HL_QUEUE", "agents"), ("ROUTE", "emergency")),
    )
    with (
        agi_peers.behind(house.settings.agi.port, agi_peers.deciding(*gas)),
        Phone.start(house.seat("gas1", answer_after=2.0)) as seat,
        Phone.start(house.citizen("13600000011", record=tmp_path / "heard.wav")) as citizen,
    ):
        seat.wait_registered(LIMIT)
        citizen.call("12345")
        seat.wait_for(State.CONFIRMED, LIMIT)
        citizen.hang_up()
        citizen.wait_for(State.ENDED, LIMIT)
    samples, rate = soundfile.read(tmp_path / "heard.wav")
    last_seconds = samples[-rate:]
    assert "gas-safety" in heard(tmp_path / "heard.wav")
    assert np.sqrt(np.mean(last_seconds**2)) > 0.02  # over and over, to the end


COUNTED = {
    0: "d0",
    7: "d7",
    10: "shi",
    13: "shi d3",
    20: "d2 shi",
    45: "d4 shi d5",
    100: "d1 bai",
    105: "d1 bai d0 d5",
    110: "d1 bai d1 shi",
    234: "d2 bai d3 shi d4",
    1000: "d1 qian",
    1005: "d1 qian d0 d5",
    2040: "d2 qian d0 d4 shi",
    3456: "d3 qian d4 bai d5 shi d6",
}


def test_numbers_are_counted_as_mandarin_counts(house: RealAsterisk, tmp_path: Path) -> None:
    file = house.layout.etc / "extensions.conf"
    whole = file.read_text()
    said = "".join(f" same => n,SayNumber({value})\n same => n,Wait(0.4)\n" for value in COUNTED)
    count = f"exten => 777,1,Answer(,i)\n same => n,Wait(0.4)\n{said} same => n,Hangup()\n"
    file.write_text(whole.replace("[from-seats]\n", f"[from-seats]\n{count}"))
    try:
        house.process.ask("dialplan reload")
        with Phone.start(house.seat("water1", record=tmp_path / "heard.wav")) as water:
            water.wait_registered(LIMIT)
            water.call("777")
            water.wait_for(State.ENDED, 60)
    finally:
        file.write_text(whole)
        house.process.ask("dialplan reload")
    groups = " ".join(name or "|" for name in heard(tmp_path / "heard.wav", pauses=True)).strip("| ").split(" | ")
    assert groups == list(COUNTED.values())


def test_a_call_back_is_confirmed_with_the_last_four_digits(house: RealAsterisk, tmp_path: Path) -> None:
    def server(connection: object) -> None:
        header = agi_peers.header(connection)
        agents = ("SET VARIABLE HL_QUEUE agents", "SET VARIABLE ROUTE agents")
        call_back = ("SET VARIABLE CB_ID 1", "SET VARIABLE ROUTE callback")
        agi_peers.say(connection, call_back if header["agi_network_script"] == "callback" else agents)
        agi_peers.closing(connection)

    with (
        agi_peers.behind(house.settings.agi.port, server),
        Phone.start(house.seat("agent1001", answer_after=0.1)) as agent,
        Phone.start(house.citizen("13600000021")) as talking,
        Phone.start(house.citizen("13600001357", record=tmp_path / "heard.wav")) as citizen,
    ):
        agent.wait_registered(LIMIT)
        talking.call("12345")
        agent.wait_for(State.CONFIRMED, LIMIT)
        citizen.call("12345")
        house.await_journal("13600001357", "route")
        citizen.press("1", after=2.0)
        citizen.wait_for(State.ENDED, LIMIT)
    assert holds(heard(tmp_path / "heard.wav"), ["callback-tail", "yao", "d3", "d5", "d7", "callback-phone"])
