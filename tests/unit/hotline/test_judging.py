"""What a look at the hotline is worth: which faults it raises, and which it says nothing of."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hotline.fault_kinds import Kind
from hotline.judging import Judged, judge
from hotline.operations import FaultSettings
from hotline.outside import Sight, SpoolSight
from store.census import Census

NOW = datetime(2026, 1, 15, 4, 0, tzinfo=UTC)
LIMITS = FaultSettings()
COUNTED = Census(waiting=0, waiting_since=None, given_up=0, drafts={}, alarms=0, callbacks=0, workers={"host:0": NOW})
WELL = Sight(
    at=NOW,
    asterisk="10@500",
    asterisk_answers=True,
    telephony_answers=True,
    database=None,
    database_seconds=0.001,
    census=COUNTED,
    spool=SpoolSight(),
    free_bytes=50 << 30,
    total_bytes=100 << 30,
    backup=NOW - timedelta(hours=3),
    first_start=NOW - timedelta(days=100),
    restarts={},
)


def judged(sight: Sight, before: Sight | None = None, drift: float = 0.0, limits: FaultSettings = LIMITS) -> Judged:
    return judge(before, sight, limits, 2048, drift)


def test_a_healthy_hotline_raises_nothing() -> None:
    found = judged(WELL, WELL)
    assert (found.wrong, found.happened, found.unknown) == ({}, [], set())


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"asterisk": None, "asterisk_answers": False}, Kind.ASTERISK_DOWN),
        ({"asterisk_answers": False}, Kind.ASTERISK_DOWN),
        ({"telephony_answers": False}, Kind.TELEPHONY_DOWN),
        ({"database": "数据库被占用"}, Kind.DATABASE),
        ({"free_bytes": 100 << 20}, Kind.DISK_LOW),
        ({"spool": SpoolSight(calls=1, stuck=("heze1-1.1",))}, Kind.RECORDINGS_STUCK),
        ({"spool": SpoolSight(quarantined=2)}, Kind.RECORDINGS_QUARANTINED),
        ({"backup": NOW - timedelta(hours=27)}, Kind.BACKUP_OLD),
        ({"backup": None}, Kind.BACKUP_OLD),
        ({"census": replace(COUNTED, workers={"host:0": NOW - timedelta(seconds=46)})}, Kind.WORKER_SILENT),
        ({"census": replace(COUNTED, waiting=3, waiting_since=NOW - timedelta(hours=2))}, Kind.TRANSCRIPTS_LATE),
    ],
)
def test_what_is_wrong_is_found_and_nothing_else(changes: dict[str, object], kind: Kind) -> None:
    found = judged(replace(WELL, **changes), WELL)
    assert {one for one, _ in found.wrong} == {kind}
    assert all(found.wrong.values())


def test_a_look_that_counted_nothing_leaves_what_is_known_of_jobs_and_workers() -> None:
    assert judged(replace(WELL, census=None)).unknown == {Kind.TRANSCRIPTS_LATE, Kind.WORKER_SILENT}


def test_an_asterisk_in_another_life_has_restarted_and_a_first_look_says_nothing() -> None:
    other = replace(WELL, asterisk="11@900")
    assert [kind for kind, _, _ in judged(other, WELL).happened] == [Kind.ASTERISK_RESTARTED]
    assert judged(other).happened == []
    assert judged(other, replace(WELL, asterisk=None)).happened == []


@pytest.mark.parametrize(("drift", "said"), [(3600.0, "向前跳了 3600 秒"), (-5.0, "向后跳了 5 秒")])
def test_a_clock_that_jumps_is_told_with_its_way(drift: float, said: str) -> None:
    assert judged(WELL, WELL, drift).happened == [(Kind.CLOCK_STEPPED, "", said)]


def test_a_clock_that_is_slewed_is_no_fault() -> None:
    assert judged(WELL, WELL, 0.3).happened == []


def test_each_call_that_a_lower_rung_decided_is_told_once() -> None:
    one, two = (replace(WELL, spool=SpoolSight(calls=n, rungs={"1": 5, "3": n})) for n in (1, 2))
    assert [(kind, subject) for kind, subject, _ in judged(one, WELL).happened] == [(Kind.LOWER_RUNG, "rung3")]
    assert len(judged(two, one).happened) == 1
    assert judged(two, two).happened == []
    assert judged(one, two).happened == []


def test_a_hotline_that_began_today_needs_no_backup_yet_and_one_that_others_back_up_never() -> None:
    fresh = replace(WELL, backup=None, first_start=NOW - timedelta(hours=2))
    assert judged(fresh).wrong == {}
    assert judged(replace(WELL, backup=None), limits=FaultSettings(backup_hours=0)).wrong == {}
