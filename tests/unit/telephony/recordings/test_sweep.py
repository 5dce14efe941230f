"""What is finished is taken, what may still grow waits, what belongs to nothing is put aside."""

import struct
from datetime import timedelta
from pathlib import Path

import pytest
from spool_builder import LINKEDID, START, SpoolBuilder
from structlog.testing import capture_logs

from telephony.recordings import Found, look, put_aside

NOW = START
NOBODY: frozenset[str] = frozenset()


@pytest.fixture
def made(tmp_path: Path) -> SpoolBuilder:
    return SpoolBuilder(tmp_path)


def found(made: SpoolBuilder, live: frozenset[str] | None = NOBODY) -> Found:
    return look(made.spool, made.settings, NOW, live)


def unclose(leg: Path) -> None:
    with leg.open("r+b") as stream:
        stream.seek(40)
        stream.write(struct.pack("<I", 0))


def test_an_ended_call_whose_legs_are_closed_is_ready_at_once(made: SpoolBuilder) -> None:
    made.conversation()
    made.age(0)
    assert found(made).ready == (LINKEDID,)
    assert found(made, None).ready == (LINKEDID,)


def test_an_ended_call_with_an_open_leg_waits_until_it_settles(made: SpoolBuilder) -> None:
    made.conversation()
    unclose(made.spool.path(made.spool.legs(LINKEDID)[0].filename))
    made.age(1)
    assert found(made).waiting == (LINKEDID,)
    made.age(3)
    assert found(made).ready == (LINKEDID,)


@pytest.mark.parametrize("live", [NOBODY, None])
def test_a_call_without_an_end_waits_until_it_is_quiet(made: SpoolBuilder, live: frozenset[str] | None) -> None:
    made.journal("0 started uniqueid=a.1 ani= dialled=12345")
    made.leg("caller", 440)
    made.age(299)
    assert found(made, live).waiting == (LINKEDID,)
    made.age(301)
    assert found(made, live).ready == (LINKEDID,)


def test_a_call_of_an_asterisk_that_died_is_over_as_soon_as_its_legs_settle(made: SpoolBuilder) -> None:
    made.journal("0 started uniqueid=a.1 ani= dialled=12345 boot=0123456789abcdef")
    unclose(made.leg("caller", 440))
    made.age(3)
    assert look(made.spool, made.settings, NOW, None, "fedcba9876543210").ready == (LINKEDID,)
    assert look(made.spool, made.settings, NOW, None, "0123456789abcdef").waiting == (LINKEDID,)
    assert look(made.spool, made.settings, NOW, None).waiting == (LINKEDID,)
    made.age(1)
    assert look(made.spool, made.settings, NOW, None, "fedcba9876543210").waiting == (LINKEDID,)


def test_a_live_call_waits_however_quiet_it_is(made: SpoolBuilder) -> None:
    made.journal("0 started uniqueid=a.1 ani= dialled=12345")
    made.age(3600)
    assert found(made, frozenset({LINKEDID})).waiting == (LINKEDID,)


def test_a_hang_up_that_was_missed_does_not_keep_a_call_for_ever(made: SpoolBuilder) -> None:
    made.journal("0 started uniqueid=a.1 ani= dialled=12345")
    made.age(13 * 3600)
    assert found(made, frozenset({LINKEDID})).ready == (LINKEDID,)
    made.journal("0 started uniqueid=a.1 ani= dialled=12345", "1 ended cause=16")
    made.age(400)
    assert found(made, frozenset({LINKEDID})).ready == (LINKEDID,)


def test_an_ended_call_that_is_still_live_elsewhere_waits(made: SpoolBuilder) -> None:
    made.conversation()
    made.age(10)
    assert found(made, frozenset({LINKEDID})).waiting == (LINKEDID,)


def test_legs_without_a_journal_are_found(made: SpoolBuilder) -> None:
    made.leg("caller", 440)
    made.age(301)
    assert found(made).ready == (LINKEDID,)


def test_a_clock_put_back_keeps_nothing_for_ever(made: SpoolBuilder) -> None:
    made.leg("caller", 440)
    made.age(-3600)
    assert found(made).ready == (LINKEDID,)


def test_the_oldest_call_comes_first(made: SpoolBuilder) -> None:
    made.leg("caller", 440, linkedid="heze1-2.1")
    made.age(400)
    made.journal("0 started uniqueid=a.1 ani= dialled=12345", "1 ended cause=16", linkedid="heze1-1.1")
    assert look(made.spool, made.settings, NOW + timedelta(days=4000), NOBODY).ready[0] == "heze1-2.1"


def test_a_stranger_is_put_aside_whole_with_an_alarm(made: SpoolBuilder) -> None:
    stranger = made.spool.path("core.1234")
    stranger.write_bytes(b"whatever")
    made.age(10)
    assert found(made).strangers == ()
    made.age(301)
    with capture_logs() as logs:
        put_aside(made.spool, found(made))
    assert made.names() == set()
    assert (made.spool.folder / "quarantine" / "core.1234").read_bytes() == b"whatever"
    assert [(line["event"], line["log_level"]) for line in logs] == [("recording.quarantined", "error")]


def test_a_second_stranger_of_the_same_name_does_not_replace_the_first(made: SpoolBuilder) -> None:
    for content in (b"one", b"two"):
        made.spool.path("core").write_bytes(content)
        made.spool.quarantine("core", "test")
    kept = {file.read_bytes() for file in (made.spool.folder / "quarantine").iterdir()}
    assert kept == {b"one", b"two"}


def test_a_call_on_its_way_out_is_not_looked_at(made: SpoolBuilder) -> None:
    made.conversation()
    made.spool.path(f"{LINKEDID}.filed").write_text("[]")
    assert found(made) == Found(ready=(), waiting=(), strangers=())
