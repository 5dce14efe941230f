"""Real calls through a real Asterisk become recordings in which every voice stands on its side and at its time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray
from real_asterisk import Make, RealAsterisk, Whole, until

from chaos import agi_peers
from ivr.tree import Tree
from routing.config import RoutingConfig
from telephony.asterisk.settings import TelephonySettings
from telephony.phone import Phone, State
from telephony.phone.tones import RATE, power, write_tone
from telephony.recordings import (
    Kind,
    RecordingSettings,
    Shelf,
    Spool,
    TakenIn,
    discard,
    intake,
    look,
)
from telephony.recordings.legs import Role
from telephony.recordings.repair import find_samples

pytestmark = pytest.mark.asterisk
LIMIT = 15.0
SETTINGS = RecordingSettings()
CITIZEN, FIRST, SECOND = 440, 700, 950
TO_WATER = (
    ("HL_UTILITY", "water"),
    ("HL_RING", "PJSIP/water1"),
    ("HL_RING_SECONDS", "10"),
    ("HL_QUEUE", "agents"),
    ("ROUTE", "emergency"),
)


@pytest.fixture(scope="module")
def house(make_asterisk: Make) -> RealAsterisk:
    def quick(settings: TelephonySettings, routing: RoutingConfig, tree: Tree) -> Whole:
        return replace(settings, asterisk=replace(settings.asterisk, message_silence=2)), routing, tree

    return make_asterisk(quick)


class Desk:
    """Takes in what a house recorded."""

    def __init__(self, house: RealAsterisk, folder: Path) -> None:
        self.spool = Spool(house.layout.spool)
        self.shelf = Shelf(folder)
        self._house = house

    def take(self, number: str, *, after: float = 0.0) -> TakenIn:
        """Take in a caller's newest call, which a sweep `after` seconds from now must find ready."""
        linkedid = self._house.last(number)
        until(lambda: linkedid in self._ready(after), LIMIT, f"{linkedid} is not ready")
        taken = intake(self.spool, self.shelf, linkedid, SETTINGS)
        discard(self.spool, taken)
        assert linkedid not in self.spool.calls()
        return taken

    def _ready(self, after: float) -> tuple[str, ...]:
        return look(self.spool, SETTINGS, datetime.now(UTC) + timedelta(seconds=after), frozenset()).ready

    def sides(self, taken: TakenIn) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
        assert taken.recording is not None
        samples, rate = soundfile.read(self.shelf.path(taken.recording.key), dtype="int16", always_2d=True)
        assert rate == RATE
        return samples[:, 0], samples[:, 1]


@pytest.fixture
def desk(house: RealAsterisk, tmp_path: Path) -> Desk:
    return Desk(house, tmp_path / "recordings")


def at(house: RealAsterisk, name: str, **more: object) -> Phone:
    phone = Phone.start(house.seat(name, answer_after=0.1, **more))
    phone.wait_registered(LIMIT)
    return phone


@contextmanager
def talking(house: RealAsterisk, number: str, **seat: object) -> Iterator[tuple[Phone, Phone]]:
    """A citizen who talks to the water seat."""
    with (
        agi_peers.behind(house.settings.agi.port, agi_peers.deciding(*TO_WATER)),
        at(house, "water1", **seat) as water,
        Phone.start(house.citizen(number)) as citizen,
    ):
        citizen.call("12345")
        water.wait_for(State.CONFIRMED, LIMIT)
        house.await_journal(number, "answered")
        yield citizen, water
        citizen.hang_up()
        citizen.wait_for(State.ENDED, LIMIT)
    house.await_journal(number, "ended")


def heard_at(samples: NDArray[np.int16], hertz: float) -> list[float]:
    """Return the seconds at which a tone begins, good to 10 ms."""
    step = RATE // 100
    loud = [power(samples[at : at + 3 * step], hertz) > 0.15 for at in range(0, len(samples) - 3 * step, step)]
    return [at / 100 for at in range(1, len(loud)) if loud[at] and not loud[at - 1]]


def test_what_is_said_at_the_same_time_stands_at_the_same_time(house: RealAsterisk, desk: Desk, tmp_path: Path) -> None:
    low, high = (write_tone(tmp_path / f"{hertz}.wav", hertz, 0.4) for hertz in (CITIZEN, FIRST))
    with talking(house, "13700000001") as (citizen, water):
        for pause in (0.5, 1.0, 0.5):
            time.sleep(pause)
            citizen.play(low)
            water.play(high)
            citizen.wait_for(State.PLAYED, LIMIT)
            water.wait_for(State.PLAYED, LIMIT)
            water.hold()
            water.wait_for(State.HELD, LIMIT)
            time.sleep(0.5)
            water.resume()
            water.wait_for(State.RESUMED, LIMIT)
    taken = desk.take("13700000001")
    left, right = desk.sides(taken)
    on_the_left, on_the_right = heard_at(left, CITIZEN), heard_at(right, FIRST)
    assert len(on_the_left) == len(on_the_right) == 3
    assert on_the_left == pytest.approx(on_the_right, abs=0.08)
    assert power(left, FIRST) < 0.003
    assert power(right, CITIZEN) < 0.003
    assert (taken.seats, taken.emergency, taken.ani) == (("water1",), True, "13700000001")


def test_a_side_whose_network_was_gone_for_a_while_is_in_time_again(
    house: RealAsterisk, desk: Desk, tmp_path: Path
) -> None:
    low, high = (write_tone(tmp_path / f"{hertz}.wav", hertz, 0.4) for hertz in (CITIZEN, FIRST))
    with talking(house, "13700000007") as (citizen, water):
        for gone in (water, citizen):
            gone.freeze()
            time.sleep(1.5)
            gone.thaw()
            time.sleep(1.0)
            citizen.play(low)
            water.play(high)
            citizen.wait_for(State.PLAYED, LIMIT)
            water.wait_for(State.PLAYED, LIMIT)
    left, right = desk.sides(desk.take("13700000007"))
    assert len(heard_at(left, CITIZEN)) == 2
    assert heard_at(left, CITIZEN) == pytest.approx(heard_at(right, FIRST), abs=0.1)


def test_keys_and_waiting_before_the_answer_do_not_shift_the_two_sides(
    house: RealAsterisk, desk: Desk, tmp_path: Path
) -> None:
    """Nobody is behind FastAGI: the second rung asks, and the caller's leg may lose sound while nothing goes back."""
    low, high = (write_tone(tmp_path / f"{hertz}.wav", hertz, 0.4) for hertz in (CITIZEN, FIRST))
    with at(house, "water1") as water, Phone.start(house.citizen("13700000002")) as citizen:
        citizen.call("12345")
        citizen.wait_for(State.CONFIRMED, LIMIT)
        citizen.press("9")
        citizen.wait_for(State.KEY_SENT, LIMIT)
        citizen.press("1", after=1.4, length=0.3)
        water.wait_for(State.CONFIRMED, LIMIT)
        time.sleep(0.5)
        citizen.play(low)
        water.play(high)
        citizen.wait_for(State.PLAYED, LIMIT)
        citizen.hang_up()
        citizen.wait_for(State.ENDED, LIMIT)
    house.await_journal("13700000002", "ended")
    taken = desk.take("13700000002")
    assert taken.keys == "91"
    left, right = desk.sides(taken)
    assert heard_at(left, CITIZEN) == pytest.approx(heard_at(right, FIRST), abs=0.08)
    assert len(heard_at(left, CITIZEN)) == 1


def test_after_a_blind_transfer_the_second_person_is_heard_where_the_first_one_ends(
    house: RealAsterisk, desk: Desk, tmp_path: Path
) -> None:
    first, second = (write_tone(tmp_path / f"{hertz}.wav", hertz, 1.0) for hertz in (FIRST, SECOND))
    with (
        at(house, "power1", play=second, loop=True) as power1,
        talking(house, "13700000003", play=first, loop=True) as (_, water),
    ):
        time.sleep(1.0)
        water.transfer("power1")
        power1.wait_for(State.CONFIRMED, LIMIT)
        water.wait_for(State.ENDED, LIMIT)
        time.sleep(1.0)
    taken = desk.take("13700000003")
    assert taken.seats == ("water1", "power1")
    one, two = (leg for leg in taken.legs if leg.role is Role.SEAT)
    _, right = desk.sides(taken)
    begin, change = round(one.offset * RATE), round(two.offset * RATE)
    assert power(right[begin : begin + RATE // 2], FIRST) > 0.15
    assert power(right[change + RATE // 4 : change + RATE * 3 // 4], SECOND) > 0.15
    assert power(right[change + RATE // 4 :], FIRST) < 0.05
    assert power(right[:change], SECOND) < 0.01
    assert np.abs(right[: max(0, begin - RATE // 50)]).max(initial=0) < 100


def test_a_voice_message_is_recorded_once(house: RealAsterisk, desk: Desk, tmp_path: Path) -> None:
    speech = write_tone(tmp_path / "speech.wav", CITIZEN, 1.0)
    message = (("HL_QUEUE", "agents"), ("ROUTE", "message"))
    with (
        agi_peers.behind(house.settings.agi.port, agi_peers.deciding(*message)),
        Phone.start(house.citizen("13700000004")) as citizen,
    ):
        citizen.call("12345")
        house.await_journal("13700000004", "message")
        time.sleep(0.7)
        citizen.play(speech)
        citizen.wait_for(State.PLAYED, LIMIT)
        citizen.hang_up()
        citizen.wait_for(State.ENDED, LIMIT)
    house.await_journal("13700000004", "ended")
    taken = desk.take("13700000004")
    assert taken.message
    assert taken.recording is not None
    assert taken.recording.kind is Kind.MESSAGE
    assert {leg.role for leg in taken.legs} == {Role.CALLER, Role.MESSAGE}
    left, right = desk.sides(taken)
    [begin] = heard_at(left, CITIZEN)
    middle = left[round((begin + 0.2) * RATE) : round((begin + 0.8) * RATE)]
    assert power(middle, CITIZEN) == pytest.approx(0.3, abs=0.03)  # twice would be 0.6
    assert np.abs(right).max() < 16


def test_a_citizen_who_hangs_up_during_the_notice_leaves_a_call_without_sound(
    make_asterisk: Make, tmp_path: Path, short_prompts: Path
) -> None:
    long_notice = tmp_path / "prompts"
    long_notice.mkdir()
    for prompt in short_prompts.iterdir():
        (long_notice / prompt.name).symlink_to(prompt)
    (long_notice / "notice.wav").unlink()
    write_tone(long_notice / "notice.wav", 600, 5.0)
    house = make_asterisk(prompts=long_notice)
    with Phone.start(house.citizen("13700000005")) as citizen:
        citizen.call("12345")
        citizen.wait_for(State.CONFIRMED, LIMIT)
        time.sleep(0.3)
        citizen.hang_up()
        citizen.wait_for(State.ENDED, LIMIT)
    house.await_journal("13700000005", "ended")
    taken = Desk(house, tmp_path / "recordings").take("13700000005")
    assert taken.recording is None
    assert taken.legs == ()
    assert (taken.ani, taken.dialled) == ("13700000005", "12345")


def test_an_asterisk_that_is_killed_leaves_a_recording_of_all_but_the_last_two_seconds(
    make_asterisk: Make, tmp_path: Path
) -> None:
    house = make_asterisk()
    desk = Desk(house, tmp_path / "recordings")
    speech = write_tone(tmp_path / "speech.wav", CITIZEN, 1.0)
    answer = write_tone(tmp_path / "answer.wav", FIRST, 1.0)
    with (
        agi_peers.behind(house.settings.agi.port, agi_peers.deciding(*TO_WATER)),
        at(house, "water1", play=answer, loop=True) as water,
        Phone.start(house.citizen("13700000006", play=speech, loop=True)) as citizen,
    ):
        citizen.call("12345")
        water.wait_for(State.CONFIRMED, LIMIT)
        house.await_journal("13700000006", "answered")
        time.sleep(6.0)
        house.process.kill()
        killed = datetime.now(UTC)
    legs = house.legs(house.last("13700000006")).values()
    assert len(legs) == 2
    assert not any(find_samples(leg).closed for leg in legs)
    assert look(desk.spool, SETTINGS, datetime.now(UTC), frozenset()).ready == ()  # it may still be talking
    house.process.start()
    taken = desk.take("13700000006", after=SETTINGS.quiet_seconds + 1)
    assert taken.recording is not None
    lost = (killed - taken.recording.started).total_seconds() - taken.recording.seconds
    assert 0 <= lost < 2.5
    assert sum("header put right" in note for note in taken.notes) == 2
    left, right = desk.sides(taken)
    assert power(left[-2 * RATE :], CITIZEN) > 0.15
    assert power(right[-2 * RATE :], FIRST) > 0.15
    assert taken.cause is None
    assert abs(taken.ended - killed) < timedelta(seconds=2.5)
