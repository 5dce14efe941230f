"""The whole hotline on a real Asterisk: who was missed or cut off is called back, once, over kill -9 of anything."""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from real_asterisk import free_port, until

from domain.words import Utility
from hotline.demo import free_ports
from hotline.places import Places, places
from hotline.running import Hotline
from hotline.settings import OVERRIDES, Settings, load
from hotline.wiring import open_store, passwords
from store.door import Store
from store.records import CallbackReason, CallbackRecord, CallbackState, Topic
from telephony.asterisk.layout import Layout
from telephony.asterisk.locate import AsteriskMissing, locate
from telephony.asterisk.process import AsteriskFailed, AsteriskProcess
from telephony.phone import Phone, PhoneSpec, State
from telephony.phone.tones import write_tone

pytestmark = [pytest.mark.asterisk, pytest.mark.timeout(300)]
LIMIT = 60.0
log = logging.getLogger(__name__)
QUICK = (
    "telephony.call_back.after=0 telephony.call_back.look_seconds=0.5 telephony.call_back.seat_seconds=8 "
    'telephony.call_back.start="00:00" telephony.call_back.end="23:59" routing.queues.agents.wait=60'
)


@dataclass(frozen=True, slots=True)
class Site:
    """`hotline up` without workers."""

    settings: Settings
    hotline: Hotline

    @property
    def layout(self) -> Layout:
        return Layout(self.settings.places.home)

    @property
    def sip(self) -> str:
        return f"127.0.0.1:{self.settings.telephony.sip.port}"

    def store(self) -> Store:
        return open_store(self.settings)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    found = places()
    try:
        locate(found.tools)
    except AsteriskMissing as error:
        pytest.skip(str(error))
    trunk = f"telephony.sip.trunks.demo.port={free_port()}"
    environ = {**os.environ, OVERRIDES: f"{free_ports()} {trunk} {QUICK}"}
    settings = load(Places(config=found.config, home=tmp_path_factory.mktemp("r"), tools=found.tools), environ)
    stop = threading.Event()
    with Hotline.started(settings, 0, environ) as hotline:
        watching = threading.Thread(target=hotline.watch, args=(stop,))
        watching.start()
        try:
            yield Site(settings, hotline)
        finally:
            stop.set()
            watching.join()


@pytest.fixture(autouse=True)
def nobody_else(site: Site) -> Iterator[None]:
    yield
    with closing(site.store()) as store:  # who is still owed a call would ring in the next test
        for entry in store.callbacks():
            store.settle_callback(entry.id, CallbackState.DONE, "test")


def seat(site: Site, name: str, **more: object) -> Phone:
    secret = passwords(site.settings).seats[name]
    phone = Phone.start(PhoneSpec(**{"user": name, "password": secret, "registrar": site.sip, **more}))
    phone.wait_registered(LIMIT)
    return phone


def citizen(site: Site, number: str, **more: object) -> Phone:
    return Phone.start(PhoneSpec(**{"user": number, "local_address": "127.0.0.2", "server": site.sip, **more}))


def at_home(site: Site, **more: object) -> Phone:
    """The telephone that rings wherever the hotline calls out to."""
    port = site.settings.telephony.sip.trunks["demo"].port
    return Phone.start(PhoneSpec(**{"user": "home", "local_address": "127.0.0.2", "local_port": port, **more}))


def entries(site: Site, number: str) -> list[CallbackRecord]:
    with closing(site.store()) as store:
        return [entry for entry in store.callbacks(*CallbackState) if entry.ani == number]


def entry_when(site: Site, number: str, good: Callable[[CallbackRecord], bool], limit: float = LIMIT) -> CallbackRecord:
    def look() -> CallbackRecord | None:
        return next((entry for entry in entries(site, number) if good(entry)), None)

    found = until(look, limit, f"no such entry of {number}")
    assert found is not None
    return found


def abandon(site: Site, number: str) -> None:
    """Call, wait for the decision, hang up before anybody could answer."""
    with citizen(site, number) as phone:
        phone.call("12345")
        until(lambda: "route" in journal(site, number), LIMIT, "no decision")
        phone.hang_up()
        phone.wait_for(State.ENDED, LIMIT)


def journals(site: Site, number: str) -> list[str]:
    texts = []
    for file in site.layout.spool.glob("*.call"):
        with suppress(FileNotFoundError):  # filed meanwhile
            texts.append(file.read_text())
    return [text for text in texts if f"ani={number} " in text.partition("\n")[0]]


def journal(site: Site, number: str) -> str:
    return next(iter(journals(site, number)), "")


def booted(process: AsteriskProcess) -> bool:
    with suppress(AsteriskFailed):
        return "fully booted" in process.ask("core waitfullybooted", LIMIT)
    return False


def told(site: Site, number: str) -> bool:
    """Whether a citizen who is being called back has been told who calls."""
    return any(" callback=" in text.partition("\n")[0] and "notice" in text for text in journals(site, number))


def kill_asterisk(site: Site) -> float:
    """Kill Asterisk, and return after how many seconds another one takes calls."""
    process = site.hotline.asterisk
    pid, boot, began = process.pid(), site.layout.boot_name(), time.monotonic()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(lambda: site.layout.boot_name() != boot, LIMIT, "Asterisk was not started again")
    until(lambda: booted(process), LIMIT, "Asterisk did not come back")
    return time.monotonic() - began


def test_who_hung_up_twice_unanswered_is_one_entry_and_is_called_back_when_a_seat_is_idle(site: Site) -> None:
    number = "13811110001"
    abandon(site, number)
    entry_when(site, number, lambda entry: entry.calls == 1)
    abandon(site, number)
    entry = entry_when(site, number, lambda entry: entry.calls == 2)
    assert len(entries(site, number)) == 1
    assert (entry.state, entry.reason, entry.emergency) == (CallbackState.WAITING, CallbackReason.MISSED, False)
    with at_home(site, answer_after=0.2) as home, seat(site, "agent1001", answer_after=0.2) as agent:
        agent.wait_for(State.CONFIRMED, LIMIT)
        home.wait_for(State.CONFIRMED, LIMIT)
        until(lambda: told(site, number), LIMIT, "the citizen was not told who calls")
        home.hang_up()
        done = entry_when(site, number, lambda entry: entry.state is CallbackState.DONE)
    assert done.answered_by is not None
    assert done.answered_by != done.linkedid
    assert len([event for event in home.events if event.state is State.CONFIRMED]) == 1
    with closing(site.store()) as store:
        call = store.call(done.answered_by)
        assert call is not None
        assert call.ani == number


def test_calls_that_die_with_asterisk_are_filed_at_once_and_rung_back(site: Site, tmp_path: Path) -> None:
    number = "13811110002"
    voice = write_tone(tmp_path / "tone.wav", 440, 5)
    with seat(site, "agent1002", answer_after=0.2) as agent:
        with citizen(site, number, play=voice, loop=True) as phone:
            phone.call("12345")
            agent.wait_for(State.CONFIRMED, LIMIT)
            time.sleep(3)
            killed = time.time()
            back = kill_asterisk(site)
            entry = entry_when(site, number, lambda entry: True, 15.0)
            noticed = time.time() - killed
        assert entry.reason is CallbackReason.INTERRUPTED
        with closing(site.store()) as store:
            recording = store.recording(entry.linkedid)
        assert recording is not None
        lost = killed - recording.started.timestamp() - recording.seconds
        log.info("asterisk back in %.2f s, entry after %.2f s, %.2f s of sound lost", back, noticed, lost)
        assert lost <= 2.0
        agent.hang_up()  # its half of the call that died
        with at_home(site, answer_after=0.2) as home:
            home.wait_for(State.CONFIRMED, LIMIT)
            until(lambda: told(site, number), LIMIT, "the citizen was not told who calls")
            home.hang_up()
            done = entry_when(site, number, lambda entry: entry.state is CallbackState.DONE)
    assert done.answered_by not in (None, done.linkedid)


def test_a_place_in_the_queue_that_dies_with_asterisk_is_put_back(site: Site) -> None:
    number = "13811110003"
    with (
        at_home(site, answer_after=0.2) as home,
        seat(site, "agent1003", answer_after=0.2) as agent,
        citizen(site, "13811110004") as talking,
        citizen(site, number) as phone,
    ):
        talking.call("12345")
        agent.wait_for(State.CONFIRMED, LIMIT)
        phone.call("12345")
        until(lambda: "route" in journal(site, number), LIMIT, "no decision")
        until(lambda: press_1(phone, site, number), LIMIT, "no call-back was promised")
        phone.wait_for(State.ENDED, LIMIT)
        [promised] = entries(site, number)
        assert (promised.state, promised.turn) == (CallbackState.PLACED, 1)
        kill_asterisk(site)
        # Nobody talks any more for this Asterisk: the place, first of all, is the next to be served.
        until(lambda: told(site, number), LIMIT, "the citizen was not told who calls")
        home.hang_up()
        done = entry_when(site, number, lambda entry: entry.state is CallbackState.DONE)
    assert (done.reason, done.turn, done.attempts) == (CallbackReason.ASKED, 2, 0)


def press_1(phone: Phone, site: Site, number: str) -> bool:
    phone.press("1", after=1.0)
    time.sleep(2)
    return bool(entries(site, number))


def test_a_telephony_process_killed_between_claim_and_call_forgets_nobody(site: Site) -> None:
    number = "13811110005"
    abandon(site, number)
    entry = entry_when(site, number, lambda entry: entry.due is not None)
    with closing(site.store()) as store:  # what a process had done that is killed just then
        lease = datetime.now(UTC) + timedelta(seconds=5)
        assert store.claim_callback(entry.id, "dead:1", lease, site.layout.boot_name()) is not None
    os.kill(site.hotline.processes.pids()["telephony"], signal.SIGKILL)
    with at_home(site, answer_after=0.2) as home, seat(site, "agent1004", answer_after=0.2):
        home.wait_for(State.CONFIRMED, LIMIT)
        until(lambda: told(site, number), LIMIT, "the citizen was not told who calls")
        os.kill(site.hotline.processes.pids()["telephony"], signal.SIGKILL)  # and while they talk
        time.sleep(1)
        home.hang_up()
        done = entry_when(site, number, lambda entry: entry.state is CallbackState.DONE)
        time.sleep(2)
        assert len([event for event in home.events if event.state is State.RINGING]) == 1
    assert (done.turn, done.attempts) == (2, 0)


def test_a_missed_emergency_is_rung_from_the_utilitys_duty_seat(site: Site) -> None:
    number = "13811110006"
    with citizen(site, number) as phone:
        phone.call("12345")
        phone.wait_for(State.CONFIRMED, LIMIT)
        phone.press("91", after=2.0)
        until(lambda: "route=emergency" in journal(site, number), LIMIT, "no decision")
        phone.hang_up()
        phone.wait_for(State.ENDED, LIMIT)
    entry = entry_when(site, number, lambda entry: True)
    assert (entry.emergency, entry.utility) == (True, Utility.WATER)
    with closing(site.store()) as store:
        assert [event for event in store.events(0, 5000) if event.topic is Topic.EMERGENCY_MISSED]
    with at_home(site, answer_after=0.2) as home, seat(site, "water1", answer_after=0.2) as liaison:
        liaison.wait_for(State.CONFIRMED, LIMIT)
        home.wait_for(State.CONFIRMED, LIMIT)
        until(lambda: told(site, number), LIMIT, "the citizen was not told who calls")
        assert any("answered seat=water1" in text for text in journals(site, number))
        home.hang_up()
        entry_when(site, number, lambda entry: entry.state is CallbackState.DONE)
