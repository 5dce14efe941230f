"""Two telephones that call one another directly: everything the acceptance tests stand on, without an Asterisk."""

import itertools
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import soundfile

from telephony.phone import Phone, PhoneError, PhoneSpec, State
from telephony.phone.tones import RATE, loudest, write_tone

SEAT_PORT = 28010
LIMIT = 10.0


def heard_in(file: Path) -> float:
    samples, rate = soundfile.read(file, dtype="int16")
    assert rate == RATE
    return loudest(samples)


def seat(**more: object) -> PhoneSpec:
    return PhoneSpec(**{"user": "seat", "local_port": SEAT_PORT, "media_port": 28100, **more})


def citizen(**more: object) -> PhoneSpec:
    defaults = {"user": "13853067219", "local_address": "127.0.0.2", "server": f"127.0.0.1:{SEAT_PORT}"}
    return PhoneSpec(**{**defaults, "media_port": 28200, **more})


def test_both_sides_hear_one_another(tmp_path: Path) -> None:
    low, high = write_tone(tmp_path / "low.wav", 440, 1.0), write_tone(tmp_path / "high.wav", 700, 1.0)
    heard_by_seat, heard_by_citizen = tmp_path / "seat.wav", tmp_path / "citizen.wav"
    with (
        Phone.start(seat(play=high, record=heard_by_seat, answer_after=0.1)) as callee,
        Phone.start(citizen(play=low, record=heard_by_citizen)) as caller,
    ):
        caller.call("12345")
        ringing = callee.wait_for(State.RINGING, LIMIT)
        confirmed = callee.wait_for(State.CONFIRMED, LIMIT)
        caller.wait_for(State.PLAYED, LIMIT)
        callee.wait_for(State.PLAYED, LIMIT)
        caller.hang_up()
        caller.wait_for(State.ENDED, LIMIT)
        callee.wait_for(State.ENDED, LIMIT)
        # Complete as soon as the end was reported, with the processes still alive.
        assert heard_in(heard_by_seat) == pytest.approx(440, abs=5)
        assert heard_in(heard_by_citizen) == pytest.approx(700, abs=5)
        assert soundfile.info(heard_by_seat).duration >= 0.9
    assert "13853067219@127.0.0.2" in ringing.remote
    assert 0.1 <= confirmed.monotonic - ringing.monotonic < 0.5
    assert abs(confirmed.epoch - time.time()) < 60


def test_keys_arrive_in_order_and_their_end_is_known() -> None:
    with Phone.start(seat(answer_after=0)) as callee, Phone.start(citizen()) as caller:
        caller.call("12345")
        caller.wait_for(State.CONFIRMED, LIMIT)
        caller.press("91*#", after=0.2)
        ends = [caller.wait_for(State.KEY_SENT, LIMIT) for _ in "91*#"]
        heard = [callee.wait_for(State.KEY_HEARD, LIMIT) for _ in "91*#"]
        assert "".join(event.digit for event in ends) == "91*#"
        assert callee.keys_heard == "91*#"
        assert all(later.monotonic > sooner.monotonic for sooner, later in itertools.pairwise(heard))


def test_whoever_hangs_up_the_other_side_sees_it() -> None:
    with Phone.start(seat(answer_after=0, hang_up_after=0.3)) as callee, Phone.start(citizen()) as caller:
        caller.call("12345")
        begin = caller.wait_for(State.CONFIRMED, LIMIT)
        end = caller.wait_for(State.ENDED, LIMIT)
        assert callee.wait_for(State.ENDED, LIMIT).call == 1
        assert end.monotonic - begin.monotonic >= 0.25


def test_a_busy_seat_fails_the_wait_at_once_and_says_why() -> None:
    with Phone.start(seat(reject_with=486)), Phone.start(citizen()) as caller:
        caller.call("12345")
        begin = time.monotonic()
        with pytest.raises(PhoneError, match="486"):
            caller.wait_for(State.CONFIRMED, LIMIT)
        assert time.monotonic() - begin < LIMIT / 2


def test_a_wait_ends_at_its_limit_and_tells_what_happened_instead() -> None:
    with Phone.start(seat()) as callee, Phone.start(citizen()) as caller:
        caller.call("12345")
        callee.wait_for(State.RINGING, LIMIT)
        with pytest.raises(PhoneError, match=r"0\.3 秒内没有等到 confirmed; 此前: ready, calling, ringing 180"):
            caller.wait_for(State.CONFIRMED, 0.3)


def test_hold_stops_the_music_and_resume_brings_the_voice_back(tmp_path: Path) -> None:
    speech = write_tone(tmp_path / "low.wav", 440, 1.0)
    with Phone.start(seat(play=speech, loop=True, answer_after=0)) as callee, Phone.start(citizen()) as caller:
        caller.call("12345")
        caller.wait_for(State.CONFIRMED, LIMIT)
        callee.hold()
        caller.wait_for(State.HELD, LIMIT)
        callee.resume()
        caller.wait_for(State.RESUMED, LIMIT)


def test_one_phone_calls_several_times_and_each_call_has_its_recording(tmp_path: Path) -> None:
    heard = tmp_path / "heard.wav"
    speech = write_tone(tmp_path / "low.wav", 440, 0.4)
    with Phone.start(seat(play=speech, answer_after=0)) as callee, Phone.start(citizen(record=heard)) as caller:
        for number in (1, 2):
            caller.call("12345")
            assert caller.wait_for(State.CONFIRMED, LIMIT).call == number
            callee.wait_for(State.PLAYED, LIMIT)
            caller.hang_up()
            assert caller.wait_for(State.ENDED, LIMIT).call == number
    assert heard_in(heard) == pytest.approx(440, abs=5)
    assert heard_in(tmp_path / "heard-2.wav") == pytest.approx(440, abs=5)


@pytest.mark.parametrize(
    ("user", "display_name"),
    [
        ("138\r\nX-Injected: 1", 'a"\\\r\nX-Injected: 1'),
        ("${SHELL(ls)}", "'; DROP TABLE calls; --"),
        ("张三", "张三\x00"),
        ("<sip:x@y>;tag=1", "<sip:x@y>"),
    ],
)
def test_hostile_caller_ids_go_out_as_valid_sip(user: str, display_name: str) -> None:
    with Phone.start(seat()) as callee, Phone.start(citizen(user=user, display_name=display_name)) as caller:
        caller.call("12345")
        assert callee.wait_for(State.RINGING, LIMIT).remote.endswith("@127.0.0.2>")


def test_a_withheld_number_stands_only_in_the_asserted_identity(tmp_path: Path) -> None:
    trace = tmp_path / "sip.log"
    with Phone.start(seat()) as callee, Phone.start(citizen(withheld=True, log=trace)) as caller:
        caller.call("12345")
        assert "anonymous" in callee.wait_for(State.RINGING, LIMIT).remote
    invite = trace.read_text(errors="replace")
    assert "Privacy: id" in invite
    assert "P-Asserted-Identity: <sip:13853067219@127.0.0.2>" in invite


def test_a_phone_whose_plug_was_pulled_is_reported(tmp_path: Path) -> None:
    with Phone.start(seat()) as callee:
        callee.kill()
        with pytest.raises(PhoneError, match="话机进程已经退出"):
            callee.wait_for(State.RINGING, LIMIT)


@pytest.mark.parametrize("act", [Phone.hang_up, Phone.hold, Phone.attended, lambda phone: phone.transfer("2")])
def test_a_command_without_a_call_is_a_fault(act: Callable[[Phone], None]) -> None:
    with Phone.start(citizen()) as caller:
        act(caller)
        with pytest.raises(PhoneError, match="没有做到"):
            caller.wait_for(State.CONFIRMED, LIMIT)


def test_a_server_that_is_not_there_costs_no_more_than_the_limit() -> None:
    with Phone.start(citizen(server="127.0.0.1:28999")) as caller:
        caller.call("12345")
        with pytest.raises(PhoneError, match="没有等到 confirmed"):
            caller.wait_for(State.CONFIRMED, 0.5)


def test_a_missing_file_is_said_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(PhoneError, match="找不到要播放的文件"):
        Phone.start(seat(play=tmp_path / "none.wav"))
