"""`hotline route explain`: who would take this call now, why, and a picture of who rings when."""

import io
import json
from datetime import datetime

import pytest
from rich.console import Console

from domain.call import Choice
from domain.clock import SHANGHAI
from domain.words import Utility
from routing.explain import as_json, explain, render, verdict
from routing.route import SeatState

NOON = datetime(2026, 10, 10, 12, tzinfo=SHANGHAI)
WATER = Choice("91", emergency=True, utility=Utility.WATER)


def shown(one, width=80):
    console = Console(file=io.StringIO(), width=width, force_terminal=False)
    console.print(render(one))
    return console.file.getvalue()


def test_a_shift_leader_reads_who_rings_when_and_why(shipped, call):
    text = shown(explain(call, WATER, shipped, NOON, {"water1": SeatState.FREE, "power1": SeatState.GONE}))
    assert "急修：立即振铃 供水值守席 water1" in text
    assert "国庆节调休上班" in text
    assert "供电值守席 power1 离线" in text
    assert "15400000000" not in text
    lines = {line.split()[0]: line for line in text.splitlines() if "█" in line}
    bars = {name: (line.count("·"), line.count("█")) for name, line in lines.items()}
    assert bars == {"供水值守席": (0, 30), "总值班席": (4, 26), "外线": (9, 21)}


def test_the_picture_fits_a_terminal_of_eighty_columns(shipped, call):
    text = shown(explain(call, WATER, shipped, NOON, {}))
    assert "…" not in text
    assert sum("█" in line for line in text.splitlines()) == 4


@pytest.mark.parametrize(
    ("choice", "states", "said"),
    [
        (Choice(), {}, "排队：“人工坐席”（agents）"),
        (
            Choice("9", emergency=True),
            {"duty1": SeatState.GONE},
            "急修：立即振铃 供水值守席 water1、供电值守席 power1、燃气值守席 gas1",
        ),
    ],
)
def test_the_verdict_is_one_line(shipped, call, choice, states, said):
    one = explain(call, choice, shipped, NOON, states)
    assert verdict(one) == said
    assert said in shown(one, width=120)


def test_where_nobody_is_left_the_verdict_says_message(shipped, call):
    assert (
        verdict(explain(call, Choice(), shipped, NOON, dict.fromkeys(shipped.seats, SeatState.GONE)))
        == "无人可接：请市民留言"
    )


def test_programs_get_json_without_the_citizen_s_number(shipped, call):
    text = json.dumps(as_json(explain(call, WATER, shipped, NOON, {"water1": SeatState.BUSY})), ensure_ascii=False)
    assert "13853067219" not in text
    found = json.loads(text)
    assert found["at"] == "2026-10-10T12:00:00+08:00"
    assert found["route"]["kind"] == "emergency"
    assert found["route"]["rings"][0] == {"after": 0, "seat": "water1", "outside": None, "state": "busy"}
    assert found["route"]["rings"][-1] == {"after": 3, "seat": None, "outside": "duty-mobile", "state": None}
    assert found["reasons"]


def test_a_call_that_is_only_imagined_can_be_explained_for_any_moment(shipped, call):
    winter = explain(call, Choice("93", emergency=True, utility=Utility.HEAT), shipped, NOON.replace(month=12), {})
    summer = explain(
        call, Choice("93", emergency=True, utility=Utility.HEAT), shipped, NOON.replace(month=7, hour=22), {}
    )
    assert verdict(winter) == "急修：立即振铃 供暖值守席 heat1"
    assert verdict(summer) == "急修：立即振铃 总值班席 duty1"
