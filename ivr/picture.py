"""The menu tree as a picture: for a terminal, and as an SVG that stands by itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from rich.text import Text
from rich.tree import Tree as Branches

from domain.words import Utility
from ivr.prompts import Prompts
from ivr.tree import Destination, Ending, Key, Tree

Traffic = Mapping[str, int]
"""Calls by the keys that were pressed ("": none, "9", "91")."""

_UTILITIES = {Utility.WATER: "供水值守", Utility.POWER: "供电值守", Utility.HEAT: "供暖值守", Utility.GAS: "燃气值守"}
_OTHERWISE = "不按、按错、按0"

_COLUMN, _ROW, _WIDE, _HIGH = 362, 74, 230, 52
_ROOM = 20  # signs of the small font in a box
_MARGIN, _FONT = 28, "Noto Sans CJK SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, sans-serif"
_FILLS = {"menu": ("#e8f1fd", "#4a86d8"), "person": ("#eaf7ee", "#58a871"), "emergency": ("#fdeaea", "#d9534f")}


@dataclass(frozen=True, slots=True)
class Node:
    """One box: a menu or an ending, its words, and the branches that leave it. `keys` leads to it from the start."""

    kind: str
    title: str
    said: str
    keys: str
    branches: tuple["Branch", ...] = ()


@dataclass(frozen=True, slots=True)
class Branch:
    """One way on: the key's label, whether it is what happens otherwise, and where it leads."""

    label: str
    otherwise: bool
    node: Node


def picture(tree: Tree, prompts: Prompts, traffic: Traffic | None = None) -> Branches:
    """Return the tree for a terminal."""
    root = _node(tree, prompts, tree.start, "")
    branches = Branches(_words(root, traffic))
    _grow(branches, root, traffic)
    return branches


def svg(tree: Tree, prompts: Prompts, traffic: Traffic | None = None) -> str:
    """Return the tree as SVG: keys on the edges, what happens otherwise dashed, emergencies in red."""
    root = _node(tree, prompts, tree.start, "")
    drawn: list[str] = []
    rows = _draw(root, 0, 0, drawn, traffic)
    width = 2 * _MARGIN + (_depth(root) - 1) * _COLUMN + _WIDE
    height = 2 * _MARGIN + (rows - 1) * _ROW + _HIGH
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="{_FONT}" font-size="14">'
        '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0L10 5L0 10z" fill="#5b6b82"/></marker></defs>'
        f'<rect width="{width}" height="{height}" rx="12" fill="#f5f7fa"/>'
    )
    return "\n".join((head, *drawn, "</svg>")) + "\n"


def _node(tree: Tree, prompts: Prompts, name: str, keys: str) -> Node:
    menu = tree.menus[name]
    branches = [
        Branch(f"按 {digit}", False, _behind(tree, prompts, key, keys + digit)) for digit, key in menu.keys.items()
    ]
    branches.append(Branch(_OTHERWISE, True, _end(menu.otherwise, keys)))
    return Node("menu", menu.title, prompts.prompts[menu.prompt].text, keys, tuple(branches))


def _behind(tree: Tree, prompts: Prompts, key: Key, keys: str) -> Node:
    ending = key.ending()
    return _end(ending, keys) if ending else _node(tree, prompts, key.menu or tree.start, keys)


def _end(ending: Ending, keys: str) -> Node:
    if ending.to is Destination.PERSON:
        return Node(
            "person", ending.title or "人工坐席", f"队列 {ending.queue}" if ending.queue else "马上转人工", keys
        )
    seat = _UTILITIES[ending.utility] if ending.utility else "总值班"
    return Node("emergency", ending.title or seat, f"振铃到{seat}席, 不经转派", keys)


def _count(node: Node, traffic: Traffic | None) -> str:
    if traffic is None:
        return ""
    return f"{sum(calls for keys, calls in traffic.items() if keys.startswith(node.keys))} 个来电"


def _words(node: Node, traffic: Traffic | None) -> Text:
    style = {"menu": "bold", "person": "green", "emergency": "bold red"}[node.kind]
    return Text.assemble((node.title, style), ("  " + node.said, "dim"), ("  " + _count(node, traffic), "cyan"))


def _grow(branches: Branches, node: Node, traffic: Traffic | None) -> None:
    for branch in node.branches:
        label = Text(f"{branch.label} → ", style="dim" if branch.otherwise else "yellow")
        grown = branches.add(label + _words(branch.node, None if branch.otherwise else traffic))
        _grow(grown, branch.node, traffic)


def _depth(node: Node) -> int:
    return 1 + max((_depth(branch.node) for branch in node.branches), default=0)


def _rows(node: Node) -> int:
    return sum(_rows(branch.node) for branch in node.branches) or 1


def _draw(node: Node, column: int, row: int, drawn: list[str], traffic: Traffic | None) -> int:
    """Draw a node with its first row at `row`, its branches to the right of it; return how many rows it took."""
    rows = _rows(node)
    x, y = _MARGIN + column * _COLUMN, _MARGIN + (row + (rows - 1) / 2) * _ROW
    below = row
    for branch in node.branches:
        taken = _rows(branch.node)
        target = _MARGIN + (below + (taken - 1) / 2) * _ROW + _HIGH / 2
        drawn += _edge(x + _WIDE, y + _HIGH / 2, x + _COLUMN, target, branch)
        _draw(branch.node, column + 1, below, drawn, None if branch.otherwise else traffic)
        below += taken
    drawn += _box(node, x, y, traffic)
    return rows


def _edge(x1: float, y1: float, x2: float, y2: float, branch: Branch) -> Iterator[str]:
    middle = x1 + 22
    dashes = ' stroke-dasharray="5 4"' if branch.otherwise else ""
    yield (
        f'<path d="M{x1} {y1:g}H{middle}V{y2:g}H{x2}" fill="none" stroke="#5b6b82" stroke-width="1.5"'
        f'{dashes} marker-end="url(#tip)"/>'
    )
    size = 11 if branch.otherwise else 13
    colour = "#64738a" if branch.otherwise else "#12233d"
    yield f'<text x="{middle + 6}" y="{y2 - 6:g}" font-size="{size}" fill="{colour}">{escape(branch.label)}</text>'


def _box(node: Node, x: float, y: float, traffic: Traffic | None) -> Iterator[str]:
    fill, line = _FILLS[node.kind]
    centre = x + _WIDE / 2
    yield (
        f'<g><title>{escape(node.said)}</title><rect x="{x}" y="{y:g}" width="{_WIDE}" height="{_HIGH}" rx="8" '
        f'fill="{fill}" stroke="{line}"/>'
    )
    middle = f'x="{centre:g}" text-anchor="middle"'
    yield f'<text {middle} y="{y + 22:g}" font-weight="600" fill="#12233d">{escape(node.title)}</text>'
    count = _count(node, traffic)
    under = " · ".join(part for part in (_shortened(node.said, _ROOM - len(count)), count) if part)
    yield f'<text {middle} y="{y + 41:g}" font-size="11" fill="#3f4d63">{escape(under)}</text></g>'


def _shortened(text: str, room: int) -> str:
    return text if len(text) <= room else text[: room - 1] + "…"
