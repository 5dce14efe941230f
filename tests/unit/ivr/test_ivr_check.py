"""Each fault of the menu tree is found, and said with the line on which it stands."""

from pathlib import Path

import pytest
from shipped_config import ROOT

from hotline.checked import ConfigurationError, parse, read
from ivr.check import check
from ivr.prompts import Prompts
from ivr.tree import Tree

SHIPPED = (ROOT / "config/ivr.yaml").read_text(encoding="utf-8")
PROMPTS = read(ROOT / "config/prompts.yaml").build(Prompts).names()
FILE = Path("ivr.yaml")

NINE = '"9": {menu: emergency, title: 急修}'
WATER = '"1": {to: emergency, utility: water, title: 停水漏水}'


def faults(text: str) -> list[str]:
    document = parse(text, FILE)
    try:
        document.require(check(document.build(Tree), PROMPTS, {"agents"}))
    except ConfigurationError as error:
        return list(error.faults)
    return []


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), start=1) if part in line)


def test_the_shipped_tree_has_no_fault() -> None:
    assert faults(SHIPPED) == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (NINE, '"9": {menu: emergancy, title: 急修}', "是不是 emergency?"),
        (NINE, '"9": {title: 急修}', "menu 和 to"),
        (NINE, '"9": {menu: emergency, to: person}', "menu 和 to"),
        (NINE, '"9": {menu: emergency, utility: water}', "utility 或 queue"),
        (NINE, '"99": {menu: emergency}', "一个 0-9"),
        (NINE, '"A": {menu: emergency}', "一个 0-9"),
        (WATER, '"0": {menu: root}', "0 在任何一级都转人工"),
        (WATER, '"1": {menu: root}', "绕回了"),
        (WATER, '"1": {to: person, queue: agentz}', "是不是 agents?"),
        (WATER, '"1": {to: emergency, queue: agents}', "应急预案"),
        (WATER, '"1": {to: emergency, prompt: welcom-menu}', "是不是 welcome-menu?"),
        (WATER, '"1": {to: emergency, uttility: water}', "是不是 utility?"),
        (WATER, '"1": {to: nobody}', "nobody"),
        (WATER, '"1": {to: emergency, hours: {start: 18:30, end: "20:00"}}', "请加引号"),
        ("    prompt: welcome-menu", "    prompt: welcome-menus", "是不是 welcome-menu?"),
        ("    wait: 0.8", "    wait: often", "应为数字"),
        ("    wait: 0.8", "    wait: 6", "最多等 2 秒"),
        ("    wait: 0.8", "    wait: 1\n    retries: 1", "只问一遍"),
        ("  曹县: area-caoxian", "  曹县: area-caoxiang", "是不是 area-caoxian?"),
        ("any_area: area-other", "any_area: area-others", "是不是 area-other?"),
        ("start: root", "start: rooot", "是不是 root?"),
        ("  emergency:\n", "  Emergency:\n", "小写字母"),
    ],
)
def test_a_fault_is_said_with_its_line(old: str, new: str, says: str) -> None:
    assert old in SHIPPED
    text = SHIPPED.replace(old, new, 1)
    found = [fault for fault in faults(text) if says in fault]
    assert found, faults(text)
    assert found[0].startswith(f"ivr.yaml:{line_of(text, new.strip().splitlines()[-1].strip())}: ")


def test_a_menu_that_nothing_leads_to_is_a_fault() -> None:
    text = SHIPPED.replace(NINE, '"9": {to: person}')
    assert any("没有按键通向" in fault and fault.startswith("ivr.yaml:") for fault in faults(text))


def test_a_third_level_is_a_fault_on_the_key_that_leads_there() -> None:
    third = '  third:\n    title: 三\n    prompt: notice\n    wait: 1\n    keys: {"1": {to: person}}\n'
    text = SHIPPED.replace("\n# Utilities", third + "    otherwise: {to: person}\n\n# Utilities", 1)
    text = text.replace(WATER, '"1": {menu: third}')
    found = [fault for fault in faults(text) if "最多 2 级" in fault]
    assert found
    assert found[0].startswith(f"ivr.yaml:{line_of(text, 'menu: third')}: menus.emergency.keys.1.menu")


def test_a_menu_without_keys_is_a_fault() -> None:
    text = SHIPPED.replace(f"    keys:\n      {NINE}", "    keys: {}", 1)
    assert any("没有任何按键" in fault for fault in faults(text))
