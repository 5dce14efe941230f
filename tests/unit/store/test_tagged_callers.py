"""Tagged callers in the database: by hash alone, ending by themselves, audited; and who has called how often."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import store_samples as samples

from domain.clock import FixedClock
from domain.phone_number import fingerprint
from hotline.callers import BY_RULE, apply
from routing.nuisance import NuisanceRules
from store.door import Store
from store.settings import StoreSettings

KEY = "a-key-of-the-test"
NUMBER = "13853067219"
CALLER = fingerprint(NUMBER, KEY)
RULES = NuisanceRules(talks=3, hang_ups=2, short_seconds=8, within_minutes=60, lasts_hours=24)


@pytest.fixture
def at_noon(settings: StoreSettings, tmp_path: Path) -> Iterator[Store]:
    made = Store.open(settings, tmp_path, FixedClock(samples.NOON))
    yield made
    made.close()


def at(settings: StoreSettings, home: Path, hours: float) -> Store:
    return Store.open(settings, home, FixedClock(samples.NOON + timedelta(hours=hours)))


def told(store: Store) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    apply(store, RULES, KEY, FixedClock(samples.NOON), lambda shown, why: found.append((shown, why)))
    return found


def calls(store: Store, count: int, seconds: float, talk: float | None, **more: object) -> None:
    for number in range(count):
        start = samples.NOON - timedelta(minutes=5 + number)
        plain = samples.call(f"heze1-{seconds:g}.{number}", started=start)
        made = replace(plain, ended=start + timedelta(seconds=seconds), talk_seconds=talk, **more)
        store.take_in(made, [], None)


def test_a_tag_holds_the_hash_and_the_masked_number_and_ends_by_itself(
    at_noon: Store, settings: StoreSettings, tmp_path: Path
) -> None:
    assert at_noon.tag_caller(CALLER, "138****7219", "吵闹", "leader", samples.NOON + timedelta(hours=1))
    (one,) = at_noon.tagged_callers()
    assert (one.caller, one.shown, one.why, one.by) == (CALLER, "138****7219", "吵闹", "leader")
    later = at(settings, tmp_path, 1.5)
    assert later.tagged_callers() == []
    later.tag_caller("other", "139****0000", "x", "leader")
    assert [row.caller for row in later.tagged_callers()] == ["other"]
    later.close()


def test_a_longer_tag_replaces_a_shorter_one_and_not_the_other_way(at_noon: Store) -> None:
    hour = timedelta(hours=1)
    assert at_noon.tag_caller(CALLER, "x", "a", "one", samples.NOON + hour)
    assert not at_noon.tag_caller(CALLER, "x", "b", "two", samples.NOON + hour)
    assert at_noon.tag_caller(CALLER, "x", "c", "three", None)
    assert not at_noon.tag_caller(CALLER, "x", "d", "four", samples.NOON + 9 * hour)
    assert at_noon.tagged_callers()[0].by == "three"
    assert at_noon.untag_caller(CALLER, "five")
    assert not at_noon.untag_caller(CALLER, "five")
    assert [line.action for line in at_noon.audit_trail("x")] == ["caller.tag", "caller.tag", "caller.untag"]


def test_who_hangs_up_at_once_again_and_again_is_tagged_once(at_noon: Store) -> None:
    calls(at_noon, 2, seconds=3, talk=None)
    assert told(at_noon) == [("138****7219", "hang-ups")]
    assert told(at_noon) == []
    (one,) = at_noon.tagged_callers()
    assert (one.caller, one.by, one.until) == (CALLER, BY_RULE, samples.NOON + timedelta(hours=24))
    assert NUMBER not in repr(one)


def test_who_talks_more_often_than_the_rule_allows_is_tagged(at_noon: Store) -> None:
    calls(at_noon, 3, seconds=60, talk=40.0)
    assert told(at_noon) == []
    calls(at_noon, 4, seconds=61, talk=40.0)
    assert told(at_noon) == [("138****7219", "calls")]


def test_whom_nobody_answered_is_not_tagged_however_often(at_noon: Store) -> None:
    calls(at_noon, 30, seconds=60, talk=None)
    assert told(at_noon) == []


def test_emergencies_count_for_nothing(at_noon: Store) -> None:
    calls(at_noon, 30, seconds=3, talk=2.0, route="emergency", emergency=True)
    assert told(at_noon) == []


def test_withheld_numbers_are_nobody(at_noon: Store) -> None:
    calls(at_noon, 30, seconds=3, talk=2.0, ani=None)
    assert told(at_noon) == []


def test_calls_of_long_ago_count_for_nothing(at_noon: Store) -> None:
    for number in range(5):
        start = samples.NOON - timedelta(minutes=61 + number)
        at_noon.take_in(
            replace(samples.call(f"heze1-9.{number}", started=start), ended=start + timedelta(seconds=2)), [], None
        )
    assert told(at_noon) == []
