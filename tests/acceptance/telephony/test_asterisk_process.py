"""The real Asterisk as a process: starts clean, without root's powers, says what is wrong, outlives its starter."""

import os
import re
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from real_asterisk import Make, RealAsterisk, Whole, until

from ivr.tree import Tree
from routing.config import RoutingConfig
from telephony.asterisk.layout import Layout
from telephony.asterisk.ports import PortTaken
from telephony.asterisk.process import AsteriskFailed, AsteriskProcess, Limits
from telephony.asterisk.render import render, write
from telephony.asterisk.settings import TelephonySettings
from telephony.asterisk.setup import ports, prepare
from telephony.phone import Phone, State

pytestmark = pytest.mark.asterisk
LIMIT = 15.0


@pytest.fixture(scope="module")
def house(make_asterisk: Make) -> RealAsterisk:
    return make_asterisk()


@pytest.fixture
def still(house: RealAsterisk, tmp_path: Path) -> Iterator[AsteriskProcess]:
    """An Asterisk on a home of its own, prepared on the ports of the one that runs, not started."""
    process = prepare(replace(house.sources, layout=Layout(tmp_path / "home")), [])
    yield process
    process.stop()


def test_it_starts_without_a_word_of_complaint(house: RealAsterisk) -> None:
    first = house.log().partition("res_agi.c: Connecting")[0]  # tests that share it make it complain, rightly
    assert not [line for line in first.splitlines() if "] ERROR[" in line or "] WARNING[" in line]


def test_every_module_that_is_named_is_running(house: RealAsterisk) -> None:
    text = (house.layout.etc / "modules.conf").read_text()
    named = [line.split()[2] for line in text.splitlines() if line.startswith(("load", "require"))]
    shown = house.process.ask("module show")
    running = {line.split()[0] for line in shown.splitlines() if " Running " in line}
    assert set(named) - running == set()


def test_asterisk_itself_reads_every_line_of_our_dialplan(house: RealAsterisk) -> None:
    text = (house.layout.etc / "extensions.conf").read_text()
    ours = {number for number, line in enumerate(text.splitlines(), 1) if line.startswith(("exten", " same"))}
    read = {int(number) for number in re.findall(r"\[extensions\.conf:(\d+)\]", house.process.ask("dialplan show"))}
    assert read == ours


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has powers to give up")
def test_it_has_none_of_roots_powers(house: RealAsterisk) -> None:
    status = Path(f"/proc/{house.process.pid()}/status").read_text()
    powers = dict(line.split(":\t") for line in status.splitlines() if line.startswith(("Cap", "NoNewPrivs")))
    assert powers.pop("NoNewPrivs") == "1"
    assert set(powers.values()) == {"0" * 16}


def test_a_taken_port_is_named_before_anything_starts(house: RealAsterisk, still: AsteriskProcess) -> None:
    with pytest.raises(
        PortTaken,
        match=rf"UDP 端口 127\.0\.0\.1:{house.settings.sip.port} \(SIP\) 已被占用: .*PID {house.process.pid()}",
    ):
        still.start()
    assert still.pid() is None


def test_a_start_that_fails_tells_asterisks_own_errors_and_leaves_nothing(
    still: AsteriskProcess,
) -> None:
    process = still
    process.ports = ()
    modules = process.layout.etc / "modules.conf"
    modules.write_text(modules.read_text().replace("app_read.so", "app_nowhere.so"))
    with pytest.raises(AsteriskFailed, match=r"Asterisk 启动后退出了(?s:.*)app_nowhere"):
        process.start()
    assert process.pid() is None


def test_a_start_that_takes_too_long_is_given_up(still: AsteriskProcess) -> None:
    still.ports = ()
    still.limits = Limits(start=0.05)
    with pytest.raises(AsteriskFailed, match=r"0\.05 秒内没有就绪"):
        still.start()
    assert still.pid() is None


def test_another_start_on_the_same_home_takes_the_running_one_over(house: RealAsterisk) -> None:
    pid = house.process.pid()
    second = AsteriskProcess(house.process.program, house.layout, ports(house.settings))
    second.start()
    assert second.pid() == pid


def test_a_reload_brings_in_new_configuration_and_keeps_calls(make_asterisk: Make) -> None:
    house = make_asterisk()
    with (
        Phone.start(house.seat("agent1001", answer_after=0.1)) as agent,
        Phone.start(house.citizen()) as citizen,
    ):
        agent.wait_registered(LIMIT)
        citizen.call("12345")
        agent.wait_for(State.CONFIRMED, 20)
        sip = replace(house.settings.sip, dids=(*house.settings.sip.dids, "053012345"))
        sources = replace(house.sources, settings=replace(house.settings, sip=sip))
        write(sources, render(sources))
        house.process.reload()
        assert "053012345" in house.process.ask("dialplan show from-trunk")
        assert not [event for event in citizen.events if event.state is State.ENDED]
        citizen.hang_up()
        agent.wait_for(State.ENDED, LIMIT)


def test_after_a_kill_it_starts_again_without_cleaning_up(make_asterisk: Make) -> None:
    house = make_asterisk()
    house.process.kill()
    assert house.process.pid() is None
    house.process.start()
    assert "fully booted" in house.process.ask("core waitfullybooted")
    house.process.restart()
    assert house.process.pid() is not None


def test_a_seat_known_before_a_restart_need_not_register_again(make_asterisk: Make) -> None:
    house = make_asterisk()
    with Phone.start(house.seat("water1")) as water:
        water.wait_registered(LIMIT)
        house.process.restart()
        until(lambda: "Avail" in house.process.ask("pjsip show contacts"), LIMIT, "the seat is forgotten")


def test_only_what_we_opened_listens(house: RealAsterisk) -> None:
    own = {
        int(line.split()[9]) for line in Path("/proc/net/tcp").read_text().splitlines()[1:] if line.split()[3] == "0A"
    }
    held = {
        int(target[8:-1])
        for handle in Path(f"/proc/{house.process.pid()}/fd").iterdir()
        if (target := str(handle.readlink())).startswith("socket:[")
    }
    assert len(own & held) == 2  # AMI and SIP over TLS; plain SIP is UDP here
    with socket.create_connection(("127.0.0.1", house.settings.ami.port), 2) as ami:
        assert ami.recv(100).startswith(b"Asterisk Call Manager")


def test_asterisk_20s_queue_and_other_versions_differ_only_where_we_know(house: RealAsterisk) -> None:
    older = render(replace(house.sources, program=replace(house.sources.program, major=20)))
    newer = render(house.sources)
    differing = [
        (old, new)
        for name in newer
        for old, new in zip(older[name].splitlines(), newer[name].splitlines(), strict=True)
        if old != new
    ]
    assert differing
    assert all("Queue(" in old for old, _ in differing)


def test_the_number_of_calls_is_bounded(make_asterisk: Make) -> None:
    def few(settings: TelephonySettings, routing: RoutingConfig, tree: Tree) -> Whole:
        return replace(settings, asterisk=replace(settings.asterisk, max_calls=1)), routing, tree

    house = make_asterisk(few)
    with Phone.start(house.citizen("13800000001")) as first, Phone.start(house.citizen("13800000002")) as second:
        first.call("12345")
        first.wait_for(State.CONFIRMED, LIMIT)
        second.call("12345")
        assert second.wait_for(State.ENDED, LIMIT).code in (486, 500, 503)
        first.hang_up()
