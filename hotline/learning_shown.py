"""What was learnt, before and after, as tables and as plain values."""

from collections.abc import Iterator
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cases.rules import Guess
from cases.show import TITLES
from hotline.learning import Claim, Learnt, distance
from scoring.calibration import bins

Claims = tuple[Claim, ...]
_COLUMNS = ("项目", "正确: 原来", "学习后", "说的把握: 原来", "学习后", "Brier: 原来", "学习后", "留空: 原来", "学习后")
_KEY = "Brier 越小越好。留空: 把握不到门槛, 不填, 只列为候选; 括号里是其中确实不对的。"


def learnt_table(learnt: Learnt, least: dict[Guess, float]) -> RenderableType:
    """Return the score before and after as tables: each field, then whether confidence can be trusted."""
    title = f"{learnt.calls} 通电话, 每通都用其余电话学到的来评"
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    for column in _COLUMNS:
        table.add_column(column, justify="left" if column == _COLUMNS[0] else "right")
    for guess, before, after in _by_guess(learnt):
        table.add_row(*_row(TITLES[guess.value], before, after, least))
    table.add_section()
    table.add_row(*_row("合计", learnt.before, learnt.after, least), style="bold")
    return Group(table, Text(_KEY, style="dim"), Text(_words(learnt), style="dim"), Text(), _reliability(learnt))


def learnt_plain(learnt: Learnt, least: dict[Guess, float]) -> dict[str, Any]:
    """Return the same for programs."""
    return {
        "calls": learnt.calls,
        "words": learnt.experience is not None,
        "before": _plain(learnt.before, least),
        "after": _plain(learnt.after, least),
        "fields": {
            guess.value: {"before": _plain(before, least), "after": _plain(after, least)}
            for guess, before, after in _by_guess(learnt)
        },
        "reliability": [
            {"claimed": row.claimed, "right": row.right, "count": row.count} for row in bins(_given(learnt.after))
        ],
    }


def _row(title: str, before: Claims, after: Claims, least: dict[Guess, float]) -> tuple[str, ...]:
    sides = (_cells(claims, least) for claims in (before, after))
    return (title, *(cell for pair in zip(*sides, strict=True) for cell in pair))


def _cells(claims: Claims, least: dict[Guess, float]) -> tuple[str, ...]:
    return f"{_right(claims)}/{len(claims)}", _claimed(claims), f"{distance(claims):.3f}", _empty(claims, least)


def _right(claims: Claims) -> int:
    return sum(one.right for one in claims)


def _claimed(claims: Claims) -> str:
    return f"{sum(one.worth for one in claims) / len(claims):.0%}" if claims else ""


def _left_empty(claims: Claims, least: dict[Guess, float]) -> list[Claim]:
    return [one for one in claims if one.worth < least.get(one.guess, 0.0)]


def _empty(claims: Claims, least: dict[Guess, float]) -> str:
    left = _left_empty(claims, least)
    return f"{len(left)} ({sum(not one.right for one in left)})" if left else ""


def _words(learnt: Learnt) -> str:
    if learnt.experience is None:
        return "事项分类的用词: 没有学 (工单不够多, 或不比规则更准)。"
    return f"事项分类的用词: 学了 {len(learnt.experience.categories)} 类, 比单用规则更准。"


def _plain(claims: Claims, least: dict[Guess, float]) -> dict[str, Any]:
    return {
        "count": len(claims),
        "right": _right(claims),
        "brier": distance(claims),
        "left_empty": len(_left_empty(claims, least)),
    }


def _reliability(learnt: Learnt) -> RenderableType:
    table = Table(title="把握是否可信", title_justify="left", box=box.SIMPLE_HEAD)
    for title in ("", "草稿说的把握", "实际正确", "项数"):
        table.add_column(title, justify="right")
    for when, claims in (("原来", learnt.before), ("学习后", learnt.after)):
        for row in bins(_given(claims)):
            table.add_row(when, f"{row.claimed:.0%}", f"{row.right:.0%}", str(row.count))
        table.add_section()
    return table


def _given(claims: Claims) -> list[tuple[float, bool]]:
    return [(one.worth, one.right) for one in claims]


def _by_guess(learnt: Learnt) -> Iterator[tuple[Guess, Claims, Claims]]:
    for guess in Guess:
        before, after = (tuple(one for one in rows if one.guess is guess) for rows in (learnt.before, learnt.after))
        if before or after:
            yield guess, before, after
