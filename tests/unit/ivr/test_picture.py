"""The menu tree as a picture: SVG that stands by itself, and a terminal tree."""

import xml.etree.ElementTree as Xml
from dataclasses import replace

from rich.console import Console
from shipped_config import ROOT

from hotline.checked import read
from ivr.picture import picture, svg
from ivr.prompts import Prompts
from ivr.tree import Tree

TREE = read(ROOT / "config/ivr.yaml").build(Tree)
PROMPTS = read(ROOT / "config/prompts.yaml").build(Prompts)
SVG = "{http://www.w3.org/2000/svg}"


def texts(drawing: str) -> list[str]:
    return [text.text or "" for text in Xml.fromstring(drawing).iter(f"{SVG}text")]  # noqa: S314 - our own


def test_every_menu_key_and_ending_is_drawn() -> None:
    said = texts(svg(TREE, PROMPTS))
    for label in ("菏泽12345", "水电气暖急修", "停水漏水", "停电", "暖气", "燃气", "人工坐席", "值守人员"):
        assert label in said
    assert [label for label in said if label.startswith("按 ")] == ["按 9", "按 1", "按 2", "按 3", "按 4"]


def test_what_happens_otherwise_is_dashed() -> None:
    drawn = Xml.fromstring(svg(TREE, PROMPTS))  # noqa: S314 - our own
    edges = [path for path in drawn.findall(f"{SVG}path") if path.get("marker-end")]
    assert len(edges) == 7
    assert sum(bool(path.get("stroke-dasharray")) for path in edges) == 2


def test_traffic_stands_at_its_branch() -> None:
    said = " ".join(texts(svg(TREE, PROMPTS, {"": 90, "9": 2, "91": 7, "92": 1})))
    assert "100 个来电" in said
    assert "10 个来电" in said
    assert "7 个来电" in said


def test_a_title_of_any_signs_leaves_the_picture_whole() -> None:
    root = replace(TREE.menus["root"], title='<script> & "引号"')
    assert '<script> & "引号"' in texts(svg(replace(TREE, menus={**TREE.menus, "root": root}), PROMPTS))


def test_the_terminal_shows_the_same_tree() -> None:
    console = Console(width=160, record=True, file=None, quiet=False)
    with console.capture() as shown:
        console.print(picture(TREE, PROMPTS))
    for label in ("按 9 → 水电气暖急修", "按 1 → 停水漏水", "不按、按错、按0 → "):
        assert label in shown.get()
