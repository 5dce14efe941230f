"""Fault alarms: raised, over, seen; one file each, readable while everything else is down."""

import json
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain.clock import FixedClock
from hotline.fault_kinds import WORDS, Kind
from hotline.faults import Fault, FaultBook, acknowledge, read_faults, to_show

NOW = datetime(2026, 1, 15, 4, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def book(tmp_path: Path, clock: FixedClock) -> FaultBook:
    return FaultBook(tmp_path, "watch", clock)


def test_every_kind_of_fault_has_a_title_and_advice_in_chinese() -> None:
    for kind in Kind:
        words = WORDS[kind]
        assert any(char > "\u4e00" for char in words.title)
        assert len(words.advice) > 8


def test_a_fault_lasts_from_its_first_word_to_its_end(book: FaultBook, clock: FixedClock, tmp_path: Path) -> None:
    book.begin(Kind.DATABASE, detail="locked")
    clock.moment = NOW + timedelta(seconds=30)
    book.begin(Kind.DATABASE, detail="gone")
    [fault] = read_faults(tmp_path)
    assert (fault.since, fault.detail, fault.open, fault.times) == (NOW, "gone", True, 1)
    book.over(Kind.DATABASE)
    [fault] = read_faults(tmp_path)
    assert (fault.until, fault.open) == (NOW + timedelta(seconds=30), False)
    book.begin(Kind.DATABASE, detail="again")
    [fault] = read_faults(tmp_path)
    assert (fault.times, fault.open, fault.until) == (2, True, None)


def test_what_is_no_longer_wrong_is_over_but_what_nobody_could_look_at_goes_on(book: FaultBook) -> None:
    book.settle({(Kind.DATABASE, ""): "gone", (Kind.WORKER_SILENT, "a:0"): "silent", (Kind.NO_PHONE, "water"): "x"})
    book.settle({(Kind.NO_PHONE, "gas"): "y"}, unknown={Kind.WORKER_SILENT})
    assert {(fault.kind, fault.subject) for fault in book.faults() if fault.open} == {
        (Kind.WORKER_SILENT, "a:0"),
        (Kind.NO_PHONE, "gas"),
    }


def test_the_next_life_of_a_process_goes_on_with_its_faults(book: FaultBook, clock: FixedClock, tmp_path: Path) -> None:
    book.begin(Kind.DISK_LOW, detail="1 MB")
    again = FaultBook(tmp_path, "watch", clock)
    other = FaultBook(tmp_path, "telephony", clock)
    other.over(Kind.DISK_LOW)
    assert [fault.open for fault in read_faults(tmp_path)] == [True]
    again.over(Kind.DISK_LOW)
    assert [fault.open for fault in read_faults(tmp_path)] == [False]


def test_a_moment_s_fault_is_shown_until_it_was_seen_or_a_day_is_over(
    book: FaultBook, clock: FixedClock, tmp_path: Path
) -> None:
    book.happened(Kind.ASTERISK_RESTARTED, detail="pid changed")
    [fault] = to_show(read_faults(tmp_path), NOW + timedelta(hours=1))
    assert not fault.open
    assert to_show(read_faults(tmp_path), NOW + timedelta(hours=25)) == []
    acknowledge(tmp_path, [fault.name], "cli:li", NOW)
    assert to_show(read_faults(tmp_path), NOW + timedelta(hours=1)) == []
    book.happened(Kind.ASTERISK_RESTARTED, detail="pid changed again")
    assert [one.times for one in to_show(read_faults(tmp_path), NOW)] == [2]


def test_seen_is_kept_when_the_process_that_reports_ends_the_fault(book: FaultBook, tmp_path: Path) -> None:
    book.begin(Kind.DATABASE, detail="gone")
    acknowledge(tmp_path, (), "cli:li", NOW)
    book.over(Kind.DATABASE)
    [fault] = read_faults(tmp_path)
    assert (fault.seen_by, fault.open) == ("cli:li", False)


def test_a_torn_or_foreign_file_hides_no_fault(book: FaultBook, tmp_path: Path) -> None:
    book.begin(Kind.DATABASE, detail="gone")
    (tmp_path / "torn.json").write_text('{"kind": "data')
    (tmp_path / "foreign.json").write_text("[]")
    assert [fault.kind for fault in read_faults(tmp_path)] == [Kind.DATABASE]


def test_a_disk_that_takes_nothing_leaves_the_fault_in_memory(tmp_path: Path, clock: FixedClock) -> None:
    (tmp_path / "faults").write_text("no folder")
    book = FaultBook(tmp_path / "faults", "watch", clock)
    book.begin(Kind.DISK_LOW, detail="full")
    assert [fault.open for fault in book.faults()] == [True]


def test_old_faults_are_dropped_and_open_ones_never(book: FaultBook, clock: FixedClock, tmp_path: Path) -> None:
    book.happened(Kind.CLOCK_STEPPED, detail="5 s")
    book.begin(Kind.DATABASE, detail="gone")
    clock.moment = NOW + timedelta(days=31)
    book.forget(timedelta(days=30))
    assert [fault.kind for fault in read_faults(tmp_path)] == [Kind.DATABASE]


@given(st.text())
def test_no_detail_holds_a_number_and_no_subject_leaves_the_folder(subject: str) -> None:
    fault = Fault(kind=Kind.DATABASE, subject=subject, reporter="watch", detail="", since=NOW)
    assert "/" not in fault.name
    assert len(fault.name.split(".")) == 3


def test_a_number_in_a_detail_is_masked(book: FaultBook, tmp_path: Path) -> None:
    book.begin(Kind.DATABASE, detail="row of 13853067219")
    assert "13853067219" not in json.dumps([fault.detail for fault in read_faults(tmp_path)])


class Life(RuleBasedStateMachine):
    """However faults come and go, memory and files tell the same, and none is open that was said to be over."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = FixedClock(NOW)
        self.book = FaultBook(Path(self.folder.name), "watch", self.clock)
        self.open: set[str] = set()

    @rule(subject=st.sampled_from(["", "water", "gas"]))
    def begin(self, subject: str) -> None:
        self.clock.moment += timedelta(seconds=1)
        self.book.begin(Kind.NO_PHONE, subject, "x")
        self.open.add(subject)

    @rule(subject=st.sampled_from(["", "water", "gas"]))
    def over(self, subject: str) -> None:
        self.clock.moment += timedelta(seconds=1)
        self.book.over(Kind.NO_PHONE, subject)
        self.open.discard(subject)

    @rule()
    def restart(self) -> None:
        self.book = FaultBook(Path(self.folder.name), "watch", self.clock)

    @rule()
    def look_away(self) -> None:
        acknowledge(Path(self.folder.name), (), "cli:li", self.clock.now())

    @invariant()
    def files_and_memory_agree(self) -> None:
        files = read_faults(Path(self.folder.name))
        assert {fault.subject for fault in files if fault.open} == self.open
        assert {fault.subject for fault in self.book.faults() if fault.open} == self.open

    def teardown(self) -> None:
        self.folder.cleanup()


TestLife = Life.TestCase
