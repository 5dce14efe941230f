"""A call's files become its facts and one recording, once, whatever happens in between."""

import hashlib
import io
import struct
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
import soundfile
from spool_builder import LINKEDID, START, SpoolBuilder

from domain.words import Utility
from telephony.phone.tones import RATE, loudest, power, write_tone
from telephony.recordings import Kind, NothingToTake, TakenIn, discard, intake
from telephony.recordings.legs import Role

KEY = f"2025/11/24/{LINKEDID}.wav"


@pytest.fixture
def made(tmp_path: Path) -> SpoolBuilder:
    return SpoolBuilder(tmp_path)


def take(made: SpoolBuilder, linkedid: str = LINKEDID) -> TakenIn:
    return intake(made.spool, made.shelf, linkedid, made.settings)


def sides(made: SpoolBuilder, key: str = KEY) -> tuple[np.ndarray, np.ndarray]:
    samples, rate = soundfile.read(io.BytesIO(made.shelf.read(key)), dtype="int16", always_2d=True)
    assert rate == RATE
    return samples[:, 0], samples[:, 1]


def test_a_conversation_is_known_with_all_its_facts(made: SpoolBuilder) -> None:
    made.conversation()
    call = take(made)
    assert (call.linkedid, call.node, call.ani, call.dialled) == (LINKEDID, "heze1", "13853067219", "12345")
    assert (call.started, call.ended, call.cause) == (START, START + timedelta(seconds=8), 16)
    assert (call.keys, call.route, call.rung, call.emergency, call.utility) == (
        "91",
        "emergency",
        1,
        True,
        Utility.WATER,
    )
    assert (call.queue, call.outage, call.notice, call.seats, call.message) == ("agents", 7, "full", ("water1",), False)
    assert (call.wait_seconds, call.talk_seconds) == (1.0, 3.0)
    assert call.notes == ()


def test_a_conversation_is_heard_on_two_sides_at_its_times(made: SpoolBuilder) -> None:
    made.conversation()
    recording = take(made).recording
    assert recording is not None
    assert (recording.key, recording.seconds, recording.kind, recording.channels) == (KEY, 6.0, Kind.CALL, 2)
    assert recording.started == START + timedelta(seconds=2)
    assert recording.sha256 == hashlib.sha256(made.shelf.read(KEY)).hexdigest()
    left, right = sides(made)
    assert loudest(left) == pytest.approx(440, abs=1)
    assert loudest(right) == pytest.approx(700, abs=1)
    assert np.abs(right[: 3 * RATE - 8]).max() < 16


def test_legs_are_listed_with_their_offsets(made: SpoolBuilder) -> None:
    made.conversation()
    caller, seat = take(made).legs
    assert (caller.role, caller.offset, caller.seconds, caller.answered) == (Role.CALLER, 0.0, 6.0, None)
    assert (seat.role, seat.name, seat.offset, seat.seconds) == (Role.SEAT, "water1", 3.0, 3.0)
    assert seat.answered == START + timedelta(seconds=5)


def test_a_caller_s_leg_that_keys_made_short_is_placed_by_its_end(made: SpoolBuilder) -> None:
    made.conversation()
    made.leg("caller", 440, start=2, seconds=5.8)
    caller, seat = take(made).legs
    assert caller.started == START + timedelta(seconds=2.2)
    assert (caller.offset, seat.offset) == (0.0, 2.8)
    left, right = sides(made)
    assert len(left) == 5.8 * RATE
    assert loudest(right[round(2.8 * RATE) :]) == pytest.approx(700, abs=1)
    assert np.abs(right[: round(2.8 * RATE) - 8]).max() < 16


def test_a_caller_s_leg_that_broke_off_is_placed_by_its_beginning(made: SpoolBuilder) -> None:
    made.conversation()
    made.leg("caller", 440, start=2, seconds=2)
    assert take(made).legs[0].started == START + timedelta(seconds=2)


def test_the_second_person_of_a_transfer_is_on_the_right_too(made: SpoolBuilder) -> None:
    made.conversation()
    made.leg("seat-power1", 950, start=8, seconds=2, uniqueid="heze1-1764000008.9")
    call = take(made)
    assert call.seats == ("water1", "power1")
    _, right = sides(made)
    assert loudest(right[3 * RATE : 6 * RATE]) == pytest.approx(700, abs=1)
    assert loudest(right[6 * RATE :]) == pytest.approx(950, abs=1)


def test_an_outside_number_is_named_as_in_config(made: SpoolBuilder) -> None:
    made.journal("0 started uniqueid=a.1 ani= dialled=12345", "3 answered seat=outside-duty-mobile uniqueid=a.2")
    made.leg("caller", 440)
    made.leg("outside-duty-mobile", 700, start=3, uniqueid="a.2")
    call = take(made)
    assert call.seats == ("duty-mobile",)
    assert call.legs[1].role is Role.OUTSIDE
    assert call.ani is None


def test_the_spool_stays_until_it_is_discarded(made: SpoolBuilder) -> None:
    made.conversation()
    before = made.names()
    call = take(made)
    assert made.names() == before
    discard(made.spool, call)
    assert made.names() == set()
    discard(made.spool, call)


def test_taking_in_twice_gives_the_same(made: SpoolBuilder) -> None:
    made.conversation()
    first = take(made)
    inode = made.shelf.path(KEY).stat().st_ino
    assert take(made) == first
    assert made.shelf.path(KEY).stat().st_ino == inode
    assert made.shelved() == {KEY}


def test_after_discarding_there_is_nothing_to_take(made: SpoolBuilder) -> None:
    made.conversation()
    discard(made.spool, take(made))
    with pytest.raises(NothingToTake):
        take(made)
    assert made.shelved() == {KEY}


def test_a_call_hung_up_during_the_notice_has_no_recording(made: SpoolBuilder) -> None:
    made.journal("0 started uniqueid=a.1 ani=13853067219 dialled=12345", "1.5 ended cause=16")
    call = take(made)
    assert call.recording is None
    assert (call.route, call.wait_seconds, call.talk_seconds) == (None, None, None)
    assert call.ended == START + timedelta(seconds=1.5)
    discard(made.spool, call)
    assert made.names() == set()


def test_a_message_is_a_message_and_sounds_once(made: SpoolBuilder) -> None:
    made.journal(
        "0 started uniqueid=a.1 ani=13853067219 dialled=12345",
        "2 route route=message rung=3 keys= utility= queue=agents outage=",
        "4 message",
        "9 ended cause=16",
    )
    made.leg("caller", 440, start=1, seconds=8)
    made.leg("message", 440, start=4, seconds=5)
    call = take(made)
    assert call.message
    assert call.recording is not None
    assert call.recording.kind is Kind.MESSAGE
    assert call.wait_seconds == 2.0
    left, right = sides(made)
    assert power(left[4 * RATE : 7 * RATE], 440) == pytest.approx(0.3, abs=0.01)
    assert np.abs(right).max() < 16


def test_a_conversation_after_a_message_is_a_conversation(made: SpoolBuilder) -> None:
    made.conversation()
    made.leg("message", 440, start=4)
    assert not take(made).message


def test_legs_without_a_journal_are_taken_in(made: SpoolBuilder) -> None:
    made.leg("caller", 440, start=2, seconds=6)
    made.leg("seat-water1", 700, start=5, seconds=3, uniqueid="heze1-1764000004.4")
    call = take(made)
    assert (call.started, call.ended) == (START + timedelta(seconds=2), START + timedelta(seconds=8))
    assert (call.ani, call.seats, call.talk_seconds) == (None, ("water1",), None)
    assert "no journal" in call.notes
    assert call.recording is not None


def test_a_crash_leaves_headers_of_nothing_and_a_cut_journal(made: SpoolBuilder) -> None:
    made.conversation()
    journal = made.spool.path(f"{LINKEDID}.call")
    journal.write_bytes(journal.read_bytes()[:-30])
    for leg in made.spool.legs(LINKEDID):
        with made.spool.path(leg.filename).open("r+b") as stream:
            stream.seek(4)
            stream.write(struct.pack("<I", 0))
            stream.seek(40)
            stream.write(struct.pack("<I", 0))
    call = take(made)
    assert call.recording is not None
    assert call.recording.seconds == 6.0
    assert call.ended == START + timedelta(seconds=8)  # where the sound ends
    assert len([note for note in call.notes if note.startswith("header put right")]) == 2
    assert any(note.startswith("damaged journal line") for note in call.notes)


def test_an_unreadable_leg_goes_to_quarantine_and_the_rest_is_taken(made: SpoolBuilder) -> None:
    made.conversation()
    bad = made.spool.path(f"{LINKEDID}_heze1-1764000009.9_1764000009000_seat-power1.wav")
    bad.write_bytes(b"not a sound at all, however long it may be")
    call = take(made)
    assert call.recording is not None
    assert call.seats == ("water1",)
    assert made.quarantined() == {bad.name}
    assert any(note.startswith("quarantined") for note in call.notes)
    assert replace(take(made), notes=()) == replace(call, notes=())


def test_a_leg_of_a_wrong_clock_does_not_stretch_the_recording(made: SpoolBuilder) -> None:
    made.conversation()
    leg = made.leg("seat-power1", 950, start=-86400, uniqueid="heze1-1764000008.9")
    call = take(made)
    assert call.recording is not None
    assert call.recording.seconds == 6.0
    assert made.quarantined() == {leg.name}


def test_an_empty_leg_is_no_sound_and_no_harm(made: SpoolBuilder) -> None:
    made.conversation()
    made.spool.path(f"{LINKEDID}_heze1-1764000001.9_1764000001000_seat-power1.wav").write_bytes(b"")
    call = take(made)
    assert call.recording is not None
    assert call.recording.seconds == 6.0
    assert call.seats == ("water1",)
    discard(made.spool, call)
    assert made.names() == set()


def test_a_journal_that_says_nothing_goes_to_quarantine(made: SpoolBuilder) -> None:
    made.spool.path("x.call").write_bytes(b"\0" * 100)
    with pytest.raises(NothingToTake):
        take(made, "x")
    assert made.quarantined() == {"x.call"}


def test_what_comes_late_gets_a_recording_of_its_own(made: SpoolBuilder) -> None:
    made.conversation()
    first = take(made)
    before = made.shelf.path(KEY).read_bytes()
    discard(made.spool, first)
    made.leg("seat-power1", 950, start=9, uniqueid="heze1-1764000008.9")
    late = take(made)
    assert late.linkedid.startswith(f"{LINKEDID}.late-")
    assert late.recording is not None
    assert late.recording.key != KEY
    assert made.shelf.path(KEY).read_bytes() == before
    assert take(made) == late
    discard(made.spool, late)
    assert made.names() == set()
    assert made.shelved() == {KEY, late.recording.key}


def test_a_leg_that_grew_after_it_was_read_is_not_discarded(made: SpoolBuilder) -> None:
    made.conversation()
    call = take(made)
    grown = made.spool.path(made.spool.legs(LINKEDID)[1].filename)
    write_tone(grown, 700, 4)
    discard(made.spool, call)
    assert made.names() == {grown.name}
    late = take(made)
    assert late.recording is not None
    assert late.recording.seconds == 4.0


def _after_the_mark(made: SpoolBuilder, call: TakenIn) -> None:
    mark = made.spool.path(f"{LINKEDID}.filed")
    discard(made.spool, call)
    made.conversation()
    made.spool.discard(LINKEDID, [])
    mark.write_text("[" + ",".join(f'["{file.name}", {file.size}]' for file in call.files) + "]")


def _after_one_file(made: SpoolBuilder, call: TakenIn) -> None:
    _after_the_mark(made, call)
    made.spool.path(call.files[0].name).unlink()


@pytest.mark.parametrize("crash", [_after_the_mark, _after_one_file])
def test_a_crash_while_discarding_is_finished_later_and_harms_no_recording(
    made: SpoolBuilder, crash: Callable[[SpoolBuilder, TakenIn], None]
) -> None:
    made.conversation()
    call = take(made)
    before = made.shelf.path(KEY).read_bytes()
    crash(made, call)
    with pytest.raises(NothingToTake):
        take(made)
    assert made.spool.finish_discards() == 1
    assert made.names() == set()
    assert made.shelf.path(KEY).read_bytes() == before
