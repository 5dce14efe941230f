"""The score as one picture: characters, fields, and whether confidence can be trusted."""

from pathlib import Path
from typing import Any

from domain.words import Speaker
from scoring.calibration import bins
from scoring.score import Score
from scoring.show import TITLES

PICTURES = (".png", ".svg")
"""Endings of the files that a picture can be written to."""
_FONTS = ("WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "Noto Sans CJK SC", "Source Han Sans SC", "SimHei")
_CITIZEN, _AGENT, _GOOD, _PART, _GREY = "#c96f2c", "#3a6ea5", "#4f8a5b", "#c8ddc9", "#8a8a8a"


def draw(score: Score, file: Path) -> None:
    """Write the picture (png or svg, by the file's ending); raises OSError or ValueError where it cannot be."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot
    from matplotlib.font_manager import fontManager

    known = {font.name for font in fontManager.ttflist}
    fonts = [name for name in _FONTS if name in known]
    chinese = bool(fonts)
    style: Any = {"font.family": [*fonts, "DejaVu Sans"], "axes.spines.top": False, "axes.spines.right": False}
    with mpl.rc_context(style):
        figure, (left, middle, right) = pyplot.subplots(1, 3, figsize=(15, 5), width_ratios=[1.2, 1, 0.8])
        _characters(left, score, chinese)
        _fields(middle, score, chinese)
        _confidence(right, score, chinese)
        figure.tight_layout()
        figure.savefig(file, dpi=110)
        pyplot.close(figure)


def _characters(axes: Any, score: Score, chinese: bool) -> None:
    heard = [(one.call.id, one.hearing) for one in score.calls if one.hearing]
    axes.set_title("每通电话的字错率" if chinese else "CER of each call", loc="left")
    if not heard:
        axes.text(0.5, 0.5, "只评了草稿" if chinese else "drafted from true text", ha="center", color=_GREY)
        axes.set_axis_off()
        return
    for shift, speaker, colour, label in (
        (-0.2, Speaker.CITIZEN, _CITIZEN, "市民" if chinese else "citizen"),
        (0.2, Speaker.AGENT, _AGENT, "坐席" if chinese else "agent"),
    ):
        places = [number + shift for number in range(len(heard))]
        axes.bar(places, [100 * one.errors[speaker].rate for _, one in heard], 0.4, color=colour, label=label)
    overall = score.errors()
    if overall:
        axes.axhline(100 * overall.rate, color=_GREY, linewidth=1)
        axes.annotate(f"{overall.rate:.1%}", (len(heard) - 0.5, 100 * overall.rate), va="bottom", color=_GREY)
    axes.set_xticks(range(len(heard)), [name for name, _ in heard], rotation=90 if len(heard) > 14 else 0)
    axes.set_ylabel("%")
    axes.legend(frameon=False)


def _fields(axes: Any, score: Score, chinese: bool) -> None:
    rows = [row for row in reversed(score.tallies()) if row.of]
    names = [TITLES.get(row.name, row.name) if chinese else row.name for row in rows]
    axes.set_title("每项填对的比例, 浅色为部分正确" if chinese else "fields right (pale: partly)", loc="left")
    axes.barh(names, [100 * row.credit / row.of for row in rows], color=_PART)
    axes.barh(names, [100 * row.right / row.of for row in rows], color=_GOOD)
    for place, row in enumerate(rows):
        axes.annotate(f"{row.right}/{row.of}", (1, place), va="center", color="white", fontsize=8)
    axes.set_xlim(0, 100)
    axes.set_xlabel("%")


def _confidence(axes: Any, score: Score, chinese: bool) -> None:
    found = bins(score.confidences())
    axes.set_title("说的把握与实际正确" if chinese else "claimed and right", loc="left")
    axes.plot([0, 100], [0, 100], color=_GREY, linewidth=1, linestyle=":")
    axes.plot([100 * row.claimed for row in found], [100 * row.right for row in found], color=_AGENT)
    axes.scatter(
        [100 * row.claimed for row in found],
        [100 * row.right for row in found],
        [8 * row.count for row in found],
        _AGENT,
    )
    for row in found:
        axes.annotate(str(row.count), (100 * row.claimed, 100 * row.right), textcoords="offset points", xytext=(8, -10))
    axes.set_xlabel("草稿说的把握, %" if chinese else "claimed, %")
    axes.set_ylabel("实际正确, %" if chinese else "right, %")
