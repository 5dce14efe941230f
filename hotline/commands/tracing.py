"""`hotline trace`: one call's story across processes, as a picture of time."""

import re
from pathlib import Path
from typing import Annotated

import typer

from hotline.console import terminal
from hotline.exits import Exit
from hotline.trace.gather import gather
from hotline.trace.picture import picture as drawn
from hotline.trace.shown import plain, shown

_LINKEDID = re.compile(r"[0-9A-Za-z.-]{1,80}")


def add_to(app: typer.Typer) -> None:
    """Add this topic's commands."""
    app.command("trace")(trace)


def trace(
    context: typer.Context,
    linkedid: Annotated[str, typer.Argument(help="来电的 linkedid (cases show、recordings list 和日志里都有)。")],
    picture: Annotated[
        Path | None, typer.Option("--picture", help="画成 SVG 写到这个文件。", show_default=False)
    ] = None,
) -> None:
    """一个来电的全过程: 各进程何时做了什么, 录音、转写、草稿、告警、谁查看过; 通话中、数据库停了也能用。"""
    place = terminal(context)
    if not _LINKEDID.fullmatch(linkedid):
        place.fail(f"{linkedid!r} 不是 linkedid; 它形如 heze1-1764000000.1", code=Exit.USAGE)
    settings = place.settings(forgive_gazetteer=True)
    story = gather(settings, linkedid)
    if not story.known:
        looked = "spool 和日志" if story.notes else "数据库、spool 和日志"
        place.fail(f"没有找到来电 {linkedid}: {looked}里都没有它。", *story.notes)
    if picture is not None:
        with place.faults(OSError):
            picture.write_text(drawn(story), encoding="utf-8")
    place.show(shown(story), plain(story))
    if picture is not None:
        place.say(f"图在 {picture}")
