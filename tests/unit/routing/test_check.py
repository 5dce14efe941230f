"""A routing configuration that would leave a citizen without a person does not start, and says where it is wrong."""

from pathlib import Path

import pytest
import yaml

from hotline.checked import ConfigurationError, parse, read
from routing.check import check
from routing.config import RoutingConfig

FILE = Path(__file__).parents[3] / "config" / "routing.yaml"


def faults(change, prompts=None):
    """Return what is said of the shipped file after `change` has been done to its plain values."""
    value = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    change(value)
    document = parse(yaml.safe_dump(value, allow_unicode=True, sort_keys=False), Path("routing.yaml"))
    try:
        config = document.build(RoutingConfig)
    except ConfigurationError as error:
        return [fault.split(":", 2)[2].strip() for fault in error.faults]
    return [f"{'.'.join(map(str, problem.path))}: {problem.message}" for problem in check(config, prompts)]


def setter(path, value):
    def change(document):
        *way, last = path.split(".")
        for step in way:
            document = document[int(step) if isinstance(document, list) else step]
        document[int(last) if isinstance(document, list) else last] = value

    return change


def test_the_shipped_configuration_has_no_fault():
    assert check(read(FILE).build(RoutingConfig), prompts=("gas-safety",)) == []


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("default_queue", "agnets", "default_queue: 没有名为 agnets 的队列，是不是 agents？"),
        ("seats.agent1001.queues", ["agent"], "seats.agent1001.queues.0: 没有名为 agent 的队列，是不是 agents？"),
        ("seats.agent1001.queues", [], "seats.agent1001: 话务坐席没有加入任何队列"),
        ("seats.agent1001.utilities", ["gas"], "seats.agent1001.utilities: utilities 只用于值守坐席"),
        ("seats.water1.utilities", [], "seats.water1: 值守坐席没有写明负责哪一类"),
        (
            "seats.water2",
            {"title": "二席", "kind": "liaison", "utilities": ["water"]},
            "seats.water2: 值守坐席不在任何班表里",
        ),
        ("rosters.water.0.seats", ["watr1"], "rosters.water.0.seats.0: 没有名为 watr1 的坐席，是不是 water1？"),
        ("rosters.water.0.seats", [], "rosters.water.0.seats: 这个班次没有坐席"),
        ("queues.supervisors.overflow", "nobody", "queues.supervisors.overflow: 没有名为 nobody 的队列"),
        (
            "queues.supervisors.overflow",
            "agents",
            "queues.supervisors.overflow: 溢出绕成了圈：supervisors → agents → supervisors",
        ),
        ("queues.agents.overflow", "agents", "queues.agents.overflow: 溢出绕成了圈：agents → agents"),
        ("queues.empty", {"title": "空队列"}, "queues.empty: 这个队列没有坐席"),
        ("emergency.water.roster", "watr", "emergency.water.roster: 没有名为 watr 的班表，是不是 water？"),
        ("emergency.water.queue", "agent", "emergency.water.queue: 没有名为 agent 的队列"),
        ("emergency.water.outside", "mobile", "emergency.water.outside: 没有名为 mobile 的外线"),
        ("emergency.water.neighbours", ["gas9"], "emergency.water.neighbours.0: 没有名为 gas9 的坐席"),
        ("emergency.water.neighbours", ["water1"], "emergency.water.neighbours.0: water1 在班表 water 里一直值班"),
        ("emergency.water.roster", "gas", "emergency.water.roster: 班表 gas 里的坐席 gas1 不负责 water"),
        ("emergency.water.stagger", 10, "emergency.water.ring_seconds: 最后一级在第 20 秒才振铃，而总共只振铃 20 秒"),
        ("emergency.sewage", {"roster": "duty", "queue": "agents"}, "emergency.sewage: 没有名为 sewage 的急修方案"),
        ("heating.start", "11-31", "heating.start: 没有 11-31 这一天"),
        ("heating.end", "13-01", "heating.end: 没有 13-01 这一天"),
        ("emergency_priority", 0, "emergency_priority"),
        ("rosters.water.0.days", "weekdays", "rosters.water.0.days: 不能是 'weekdays'"),
        ("rosters.water.0.start", 1200, 'rosters.water.0.start: 时刻请加引号，如 "20:00"'),
        ("rosters.water.0.start", "20:00+09:00", "rosters.water.0.start: 时刻一律为北京时间"),
        ("outside.duty-mobile.number", "110#", "outside.duty-mobile.number"),
        ("seats.Water1", {"title": "x", "kind": "agent"}, "seats.Water1"),
    ],
)
def test_a_fault_is_said_with_its_place_and_a_suggestion(path, value, said):
    found = faults(setter(path, value))
    assert any(one.startswith(said) for one in found), found


@pytest.mark.parametrize("key", ["water", "power", "heat", "gas", "duty"])
def test_every_utility_and_duty_needs_a_plan(key):
    assert f"emergency: 缺少 {key} 的急修方案" in faults(lambda document: document["emergency"].pop(key))


def test_safety_words_must_be_a_prompt_that_exists():
    found = faults(lambda document: None, prompts=("gas-safty",))
    assert found == ["emergency.gas.while_ringing: 没有名为 gas-safety 的提示音，是不是 gas-safty？"]


def test_a_day_cannot_be_both_a_holiday_and_a_working_day():
    def change(document):
        document["holidays"] = document["workdays"] = ["2026-10-08"]

    assert faults(change) == ["workdays.0: 2026-10-08 既在 holidays 又在 workdays"]


@pytest.mark.parametrize(
    ("shifts", "where"),
    [
        ([{"start": "08:00", "end": "20:00"}], "采暖季工作日 00:00"),
        ([{"start": "08:00", "end": "20:00"}, {"start": "20:30", "end": "08:00"}], "采暖季工作日 20:00"),
        ([{"days": "working", "start": "00:00", "end": "00:00"}], "采暖季休息日 00:00（前一天是采暖季工作日）"),
        ([{"start": "00:00", "end": "00:00", "heating": True}], "非采暖季工作日 00:00（前一天是采暖季工作日）"),
        # Friday's night runs into Saturday, but nobody takes Monday's small hours.
        (
            [
                {"days": "free", "start": "00:00", "end": "00:00"},
                {"days": "working", "start": "08:00", "end": "17:30"},
                {"days": "working", "start": "17:30", "end": "08:00"},
            ],
            "采暖季工作日 00:00（前一天是采暖季休息日）",
        ),
        ([], "采暖季工作日 00:00"),
    ],
)
def test_a_hole_in_the_day_is_a_fault_unless_neighbours_stand_in(shifts, where):
    def change(document, neighbours):
        document["rosters"]["gas"] = [{**shift, "seats": ["gas1"]} for shift in shifts]
        document["emergency"]["gas"]["neighbours"] = neighbours

    assert not [one for one in faults(lambda document: change(document, ["power1"])) if "无人值班" in one]
    found = [one for one in faults(lambda document: change(document, [])) if "无人值班" in one]
    assert found == [f"emergency.gas.roster: 班表 gas 在{where}起无人值班，方案又没有后备坐席（neighbours）"]


@pytest.mark.parametrize(
    "shifts",
    [
        [{"start": "00:00", "end": "00:00"}],
        [{"start": "08:00", "end": "20:00"}, {"start": "20:00", "end": "08:00"}],
        [{"start": "08:00", "end": "20:30"}, {"start": "20:00", "end": "08:30"}],
        [{"days": "working", "start": "08:00", "end": "08:00"}, {"days": "free", "start": "08:00", "end": "08:00"}],
    ],
)
def test_a_roster_that_goes_round_the_clock_has_no_hole(shifts):
    def change(document):
        document["rosters"]["gas"] = [{**shift, "seats": ["gas1"]} for shift in shifts]
        document["emergency"]["gas"]["neighbours"] = []

    assert not [one for one in faults(change) if "无人值班" in one]


def test_an_unquoted_evening_is_refused_in_the_file_itself():
    text = FILE.read_text(encoding="utf-8").replace('start: "20:00"', "start: 20:00", 1)
    with pytest.raises(ConfigurationError, match=r"routing\.yaml:\d+: rosters\.water\.1\.start: 时刻请加引号"):
        parse(text, FILE).build(RoutingConfig)
