"""Whom the hotline owes a call, as the commands show and change it: masked, audited, with reasons."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from command_line import hotline

from domain.clock import SystemClock
from domain.words import Utility
from hotline.console import who
from store.door import Store
from store.records import CallbackReason, CallbackState, CallRecord, Outcome
from store.settings import StoreSettings

NUMBERS = ("13853067219", "13605301122", "13900001111")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A data folder with two missed calls, one of them an emergency, and one whose number is withheld."""
    opened = Store.open(StoreSettings(), tmp_path, SystemClock())
    opened.upgrade()
    now = SystemClock().now() - timedelta(minutes=5)
    for number, ani in enumerate((*NUMBERS[:2], None)):
        call = CallRecord(linkedid=f"heze1-{number}", node="heze1", ani=ani, dialled="12345", started=now)
        urgent = number == 1
        outcome = Outcome(
            missed=CallbackReason.MISSED,
            queue="agents",
            emergency=urgent,
            utility=Utility.GAS if urgent else None,
        )
        opened.take_in(call, [], None, outcome)
    yield opened
    opened.close()


def test_the_list_shows_emergencies_first_numbers_masked_and_what_cannot_be_called(
    tmp_path: Path, store: Store
) -> None:
    shown, plain = (
        hotline(tmp_path, "callbacks", "list").stdout,
        hotline(tmp_path, "--json", "callbacks", "list").stdout,
    )
    assert [one["linkedid"] for one in json.loads(plain)] == ["heze1-1", "heze1-0"]
    assert not [number for number in NUMBERS if number in shown + plain]
    assert "急修" in shown
    assert "1 个漏接来电未显示号码" in shown


def test_a_person_settles_drops_and_rings_and_each_is_audited(tmp_path: Path, store: Store) -> None:
    assert hotline(tmp_path, "callbacks", "ring", "1").returncode == 0
    entry = store.callback(1)
    assert entry is not None
    assert entry.forced
    refused = hotline(tmp_path, "callbacks", "drop", "1", "--why", " ")
    assert (refused.returncode, "写明原因" in refused.stderr) == (2, True)
    assert hotline(tmp_path, "callbacks", "drop", "1", "--why", "打错了").returncode == 0
    assert hotline(tmp_path, "callbacks", "done", "2").returncode == 0
    assert store.callbacks() == []
    dropped, done = store.callback(1), store.callback(2)
    assert dropped is not None
    assert done is not None
    assert (dropped.state, dropped.why, done.state) == (CallbackState.CANCELLED, "打错了", CallbackState.DONE)
    assert [(line.who, line.action) for line in store.audit_trail("1")][-2:] == [
        (who(), "callback.ring"),
        (who(), "callback.settle"),
    ]
    again = hotline(tmp_path, "callbacks", "done", "1")
    assert (again.returncode, "已作罢" in again.stderr) == (1, True)
    assert "没有回拨 9" in hotline(tmp_path, "callbacks", "ring", "9").stderr
