"""What was learnt, before and after, as tables and as plain values."""

from collections.abc import Iterator
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cases.rules import Guess
from cases.show import TITLES
from hotline.learning import Claim, Learnt
from scoring.calibration import bins, brier


def learnt_table(learnt: Learnt, least: dict[Guess, float]) -> RenderableType:
    """Return the score before and after as tables: each field, then whether confidence can be trusted."""
    table = Table(title=f"{learnt.calls} 通电话, 每通都用其余电话学到的来评", title_justify="left", box=box.SIMPLE_HEAD)
    for title in (
        "项目",
        "项数",
        "实际正确",
        "原来说的把握",
        "学习后",
        "原 Brier",
        "学习后 ",
        "留空: 原来",
        "学习后  ",
    ):
        table.add_column(title.strip(), justify="left" if title == "项目" else "right")
    for name, rows in _by_guess(learnt.claims):
        table.add_row(*_row(name, rows, least))
    table.add_section()
    table.add_row(*_row(None, learnt.claims, least), style="bold")
    note = Text("Brier 越小越好。留空: 把握不到门槛, 不填, 只列为候选; 括号里是其中确实不对的。", style="dim")
    return Group(table, note, Text(), _reliability(learnt))


def _row(name: Guess | None, rows: tuple[Claim, ...], least: dict[Guess, float]) -> tuple[str, ...]:
    count = len(rows)
    before, after = _brier(rows)
    return (
        TITLES[name.value] if name else "合计",
        str(count),
        f"{sum(one.right for one in rows) / count:.0%}",
        f"{sum(one.before for one in rows) / count:.0%}",
        f"{sum(one.after for one in rows) / count:.0%}",
        f"{before:.3f}",
        f"{after:.3f}",
        _empty([one.right for one in rows if one.before < least.get(one.guess, 0.0)]),
        _empty([one.right for one in rows if one.after < least.get(one.guess, 0.0)]),
    )


def _empty(left: list[bool]) -> str:
    return f"{len(left)} ({left.count(False)})" if left else ""


def _reliability(learnt: Learnt) -> RenderableType:
    table = Table(title="把握是否可信", title_justify="left", box=box.SIMPLE_HEAD)
    for title in ("", "草稿说的把握", "实际正确", "项数"):
        table.add_column(title, justify="right")
    for when, given in _given(learnt).items():
        for row in bins(given):
            table.add_row(when, f"{row.claimed:.0%}", f"{row.right:.0%}", str(row.count))
        table.add_section()
    return table


def _given(learnt: Learnt) -> dict[str, list[tuple[float, bool]]]:
    return {
        "原来": [(one.before, one.right) for one in learnt.claims],
        "学习后": [(one.after, one.right) for one in learnt.claims],
    }


def _by_guess(claims: tuple[Claim, ...]) -> Iterator[tuple[Guess, tuple[Claim, ...]]]:
    for guess in Guess:
        rows = tuple(one for one in claims if one.guess is guess)
        if rows:
            yield guess, rows


def _brier(rows: tuple[Claim, ...]) -> tuple[float, float]:
    return brier([(one.before, one.right) for one in rows]) or 0.0, brier([(o.after, o.right) for o in rows]) or 0.0


def learnt_plain(learnt: Learnt, least: dict[Guess, float]) -> dict[str, Any]:
    """Return the same for programs."""
    before, after = learnt.brier()
    return {
        "calls": learnt.calls,
        "brier": {"before": before, "after": after},
        "fields": {
            guess.value: {
                "count": len(rows),
                "right": sum(one.right for one in rows),
                "brier": dict(zip(("before", "after"), _brier(rows), strict=True)),
                "left_empty": sum(one.after < least.get(guess, 0.0) for one in rows),
            }
            for guess, rows in _by_guess(learnt.claims)
        },
        "reliability": [
            {"claimed": row.claimed, "right": row.right, "count": row.count} for row in bins(_given(learnt)["学习后"])
        ],
    }
