"""An emergency heard in an ordinary call, as the shift leader meets it: in doctor, in the list, gone once seen to."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from command_line import hotline
from drafting_calls import drafted, facts, play
from spool_builder import LINKEDID, START, SpoolBuilder

from domain.clock import FixedClock
from hotline.console import who
from hotline.filing import Filing
from store.door import Store
from store.settings import StoreSettings

LATER = START + timedelta(hours=1)
MARK = "【普通来电中听到紧急情况】"
SAID = ("坐席: 您好，菏泽12345。", "市民: 厨房里有股煤气味，我电话13605301122。")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A data folder with one ordinary call in which a smell of gas was reported."""
    made = SpoolBuilder(tmp_path)
    made.conversation()
    made.journal(
        "0 started uniqueid=heze1-1764000000.1 ani=13853067219 dialled=12345",
        "2 notice heard=full",
        "4 route route=agents rung=1 keys= utility= queue=agents outage=",
        "5 answered seat=water1 uniqueid=heze1-1764000004.4",
        "8 ended cause=16",
    )
    made.age(60, LATER)
    opened = Store.open(StoreSettings(), tmp_path, FixedClock(LATER))
    opened.upgrade()
    Filing(made.spool, made.shelf, opened, made.settings, FixedClock(LATER), lambda: None).sweep()
    assert opened.save_result(LINKEDID, play(*SAID), drafted(*SAID, known=facts()))
    yield opened
    opened.close()


def flat(text: str) -> str:
    return "".join(text.replace("│", "").split())


def alarm_findings(home: Path) -> list[dict[str, str]]:
    told = json.loads(hotline(home, "--json", "doctor").stdout)
    return [one for one in told if one["subject"] == "紧急情况"]


def test_doctor_and_the_list_show_what_was_heard_and_when_until_it_is_acknowledged(
    tmp_path: Path, store: Store
) -> None:
    [finding] = alarm_findings(tmp_path)
    assert finding["grade"] == "bad"
    assert finding["state"] == f"{MARK}草稿 1: 闻到燃气味, 录音 0:04"
    assert "hotline cases acknowledge 1" in finding["advice"]
    listed = hotline(tmp_path, "cases", "list").stdout
    assert MARK in flat(listed)
    assert "闻到燃气味" in flat(listed)
    [plain] = json.loads(hotline(tmp_path, "--json", "cases", "list").stdout)
    assert (plain["alarm"]["hazards"], round(plain["alarm"]["second"])) == (["gas_smell"], 4)
    assert MARK in flat(hotline(tmp_path, "cases", "show", "1").stdout)

    done = hotline(tmp_path, "cases", "acknowledge", "1")

    assert (done.returncode, f"已由 {who()} 确认" in done.stdout) == (0, True)
    assert alarm_findings(tmp_path) == []
    assert MARK not in flat(hotline(tmp_path, "cases", "list").stdout)
    assert json.loads(hotline(tmp_path, "--json", "cases", "list").stdout)[0]["alarm"] is None
    assert f"{who()}于" in flat(hotline(tmp_path, "cases", "show", "1").stdout)
    [line] = [line for line in store.audit_trail(LINKEDID) if line.action == "alarm.acknowledge"]
    assert line.who == who()


def test_acknowledging_again_says_who_did_and_what_has_no_alarm_is_refused(tmp_path: Path, store: Store) -> None:
    store.acknowledge(1, "班长甲")
    again = hotline(tmp_path, "cases", "acknowledge", LINKEDID)
    assert (again.returncode, "已由 班长甲 确认" in again.stdout) == (0, True)
    unknown = hotline(tmp_path, "cases", "acknowledge", "7")
    assert (unknown.returncode, "没有工单草稿 7" in unknown.stderr) == (1, True)
