"""One call's story: from the spool while it goes on, from the database and the logs later, whatever is down."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spool_builder import LINKEDID, START, SpoolBuilder

from domain.clock import FixedClock
from hotline.fault_kinds import Kind
from hotline.faults import FaultBook
from hotline.places import places
from hotline.settings import Settings, load
from hotline.trace.gather import gather, log_lines
from hotline.trace.picture import picture
from hotline.trace.shown import plain
from hotline.trace.story import Axis, Bar, Lane, Mark, Source, Story, numbered, span_text
from hotline.wiring import filing, open_store

SVG = "{http://www.w3.org/2000/svg}"
CLOCK = FixedClock(START + timedelta(minutes=2))
NUMBER = "13853067219"


@pytest.fixture(scope="module")
def shipped() -> Settings:
    return load(places({}))


@pytest.fixture
def settings(shipped: Settings, tmp_path: Path) -> Settings:
    return replace(shipped, places=replace(shipped.places, home=tmp_path))


@pytest.fixture
def spool(settings: Settings) -> SpoolBuilder:
    return SpoolBuilder(settings.places.home)


@pytest.fixture
def filed(settings: Settings, spool: SpoolBuilder) -> Iterator[None]:
    """The emergency of the builder, in the database, its spool gone."""
    spool.conversation()
    store = open_store(settings, CLOCK)
    store.upgrade()
    assert filing(settings, store, lambda: None).sweep().filed == (LINKEDID,)
    store.audit("cli:li", "recording.show", LINKEDID)
    assert spool.names() == set()
    yield
    store.close()


def log(settings: Settings, name: str, *lines: dict[str, object]) -> None:
    settings.places.log.mkdir(exist_ok=True)
    with (settings.places.log / name).open("a", encoding="utf-8") as out:
        out.writelines(f"{json.dumps(line)}\n" for line in lines)
        out.write("Traceback (most recent call last): no JSON\n[1, 2]\n")


def titles(story: Story) -> list[str]:
    return [mark.title for _, mark in numbered(story)]


def test_a_call_under_way_is_told_from_its_journal_and_legs(settings: Settings, spool: SpoolBuilder) -> None:
    spool.journal(
        f"0 started uniqueid=heze1-1764000000.1 ani={NUMBER} dialled=12345",
        "4 route route=emergency rung=3 keys=91 utility=water queue=agents outage=",
        "5 answered seat=water1 uniqueid=heze1-1764000004.4",
    )
    spool.leg("caller", 440, start=2, seconds=6)
    story = gather(settings, LINKEDID, CLOCK)
    assert story.under_way
    assert titles(story) == ["来电 138****7219", "去向: 急修值守 (水)", "供水值守席 (water1) 应答"]
    assert [mark.bad for mark in story.marks] == [False, True, False]
    talking = next(bar for bar in story.bars if bar.title == "通话")
    assert (talking.start, talking.end) == (START + timedelta(seconds=5), None)
    assert "还在继续" in picture(story)


def test_a_filed_call_tells_the_same_as_its_journal_did(
    settings: Settings, spool: SpoolBuilder, tmp_path: Path
) -> None:
    spool.conversation()
    before = gather(settings, LINKEDID, CLOCK)
    store = open_store(settings, CLOCK)
    store.upgrade()
    filing(settings, store, lambda: None).sweep()
    store.close()
    after = gather(settings, LINKEDID, CLOCK)
    told = [(mark.at, mark.title) for _, mark in numbered(before)]
    assert [(mark.at, mark.title) for _, mark in numbered(after)] == told
    assert {mark.source for mark in before.marks} == {Source.JOURNAL}
    assert {mark.source for mark in after.marks} == {Source.DATABASE}
    assert {(bar.title, bar.start) for bar in before.bars} == {(bar.title, bar.start) for bar in after.bars}


@pytest.mark.usefixtures("filed")
def test_logs_audit_and_faults_of_its_time_are_woven_in(settings: Settings) -> None:
    at = (START + timedelta(seconds=9)).isoformat()
    log(
        settings,
        "telephony.log",
        {"event": "call filed", "linkedid": LINKEDID, "process": "telephony", "level": "info", "timestamp": at},
        {"event": "call filed", "linkedid": f"{LINKEDID}1", "process": "telephony", "level": "info", "timestamp": at},
    )
    log(
        settings,
        "worker-0.log-20251125",
        {
            "event": "transcription failed",
            "recording": LINKEDID,
            "process": "worker",
            "level": "error",
            "timestamp": at,
            "error": f"no {NUMBER}",
        },
    )
    book = FaultBook(settings.places.faults, "watch", FixedClock(START + timedelta(seconds=7)))
    book.begin(Kind.DATABASE, detail="locked")
    book.begin(Kind.NO_PHONE, "gas", "not this call's")
    story = gather(settings, LINKEDID, CLOCK)
    by_title = {mark.title: mark for mark in story.marks}
    assert by_title["录音和来电入库"].lane is Lane.TELEPHONY
    assert by_title["转写出错"].bad
    assert by_title["查看录音"].detail == "由 cli:li"
    assert by_title["数据库不可用"].lane is Lane.FAULTS
    assert len([title for title in titles(story) if title == "录音和来电入库"]) == 1
    assert not [title for title in titles(story) if "话机" in title]
    whole = json.dumps(plain(story), ensure_ascii=False) + picture(story)
    assert NUMBER not in whole


@pytest.mark.usefixtures("filed")
def test_without_a_database_the_logs_still_tell_and_the_story_says_so(settings: Settings) -> None:
    at = START.isoformat()
    log(settings, "telephony.log", {"event": "call routed", "linkedid": LINKEDID, "timestamp": at, "level": "info"})
    (settings.places.home / "hotline.db").rename(settings.places.home / "elsewhere.db")
    (settings.places.home / "hotline.db").mkdir()
    story = gather(settings, LINKEDID, CLOCK)
    assert titles(story) == ["决定去向"]
    assert "连不上数据库" in story.notes[0]
    assert "连不上数据库" in picture(story)


def test_an_unknown_call_is_no_story(settings: Settings, spool: SpoolBuilder) -> None:
    spool.conversation()
    store = open_store(settings, CLOCK)
    store.upgrade()
    store.close()
    assert not gather(settings, "heze1-1764000099.9", CLOCK).known


def test_a_torn_log_line_and_a_foreign_file_keep_nothing_back(settings: Settings) -> None:
    log(settings, "telephony.log", {"event": "x", "linkedid": LINKEDID, "timestamp": START.isoformat()})
    (settings.places.log / "b.log.gz").write_bytes(f"no gzip {LINKEDID}".encode())
    (settings.places.log / "c.log").write_text(f'{{"linkedid": "{LINKEDID}", "ev', encoding="utf-8")
    assert [line["event"] for line in log_lines(settings.places.log, LINKEDID)] == ["x"]


def mark(seconds: float, lane: Lane = Lane.CITIZEN, title: str = "x") -> Mark:
    return Mark(at=START + timedelta(seconds=seconds), lane=lane, title=title, source=Source.LOG)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=40))
def test_time_runs_to_the_right_and_stays_in_the_picture(seconds: list[float]) -> None:
    story = Story(linkedid="a", marks=tuple(map(mark, seconds)), bars=(), now=START)
    axis = Axis.of(story, 1000, 24)
    places = [axis(one.at) for _, one in numbered(story)]
    assert places == sorted(places)
    assert places[0] >= 0
    assert axis.places[-1] <= 1000.001


def test_the_picture_numbers_each_event_once_in_its_lane_and_names_long_gaps() -> None:
    bar = Bar(start=START, end=START + timedelta(seconds=30), lane=Lane.SEATS, title="<坐席>&", voice=True)
    marks = (mark(0, title="a<b>&"), mark(0, Lane.SEATS), mark(30), mark(7230, Lane.PEOPLE, "查看草稿"))
    story = Story(linkedid="heze1-1.1", marks=marks, bars=(bar,), now=datetime(2026, 1, 1, tzinfo=UTC))
    drawn = ElementTree.fromstring(picture(story))  # noqa: S314 - our own
    circles = list(drawn.iter(f"{SVG}circle"))
    assert len(circles) == 2 * len(marks)
    texts = ["".join(text.itertext()) for text in drawn.iter(f"{SVG}text")]
    assert "… 2 小时 …" in texts
    assert "a<b>&" in texts
    high = float(drawn.get("viewBox", "0 0 0 0").split()[3])
    assert all(float(circle.get("cy", "0")) < high for circle in circles)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.42, "0.4 秒"), (59.4, "59 秒"), (72, "1 分 12 秒"), (3600, "1 小时"), (187200, "2 天 4 小时")],
)
def test_a_span_reads_in_chinese(seconds: float, said: str) -> None:
    assert span_text(timedelta(seconds=seconds)) == said
