"""A call's story in the terminal: a bar for each lane, then every event with its time."""

from collections.abc import Iterator
from typing import Any

from pydantic import TypeAdapter
from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from domain.clock import local
from hotline.trace.story import Axis, Bar, Lane, Mark, Story, numbered, span_text

_WIDE = 84
_STYLES = {
    Lane.CITIZEN: "dark_orange",
    Lane.DIALPLAN: "medium_purple1",
    Lane.TELEPHONY: "dodger_blue1",
    Lane.SEATS: "cyan",
    Lane.WORKER: "green",
    Lane.DRAFT: "magenta",
    Lane.PEOPLE: "yellow",
    Lane.FAULTS: "bold red",
}


def shown(story: Story) -> RenderableType:
    """Return the story for a person at a terminal."""
    began = local(story.began)
    head = Rule(f"[bold]来电 {story.linkedid}[/bold]  {began:%Y-%m-%d %H:%M:%S}", align="left")
    facts = Table.grid(padding=(0, 2))
    for name, value in story.facts:
        facts.add_row(Text(name, style="dim"), Text(value))
    notes = [Text(note, style="red") for note in story.notes]
    return Group(head, facts, *notes, Text(), *_lanes(story), Text(), _events(story))


def plain(story: Story) -> dict[str, Any]:
    """Return the story for programs."""
    told: dict[str, Any] = TypeAdapter(Story).dump_python(story, mode="json")
    return {**told, "facts": dict(story.facts), "known": story.known}


def _lanes(story: Story) -> Iterator[RenderableType]:
    axis = Axis.of(story, _WIDE - 3, 2.0)
    for lane in story.lanes():
        line = [" "] * _WIDE
        for bar in sorted(story.bars, key=lambda bar: bar.voice):
            if bar.lane is lane:
                _draw(line, bar, story, axis)
        marks = [(number, mark) for number, mark in numbered(story) if mark.lane is lane]
        for _, mark in marks:
            line[min(round(axis(mark.at)), _WIDE - 1)] = "●"
        title = Text(f"{lane.value}　" + "　" * (4 - len(lane.value)), style=_STYLES[lane])
        yield Text.assemble(title, Text("".join(line), style=_STYLES[lane]))


def _draw(line: list[str], bar: Bar, story: Story, axis: Axis) -> None:
    left, right = round(axis(bar.start)), round(axis(bar.end or story.now))
    for place in range(left, min(right + 1, _WIDE)):
        line[place] = "━" if bar.voice else "╌"
    if bar.end is None and right < _WIDE:
        line[right] = "▶"


def _events(story: Story) -> Table:
    table = Table(box=None, padding=(0, 1), header_style="dim")
    for title, justify in (("时刻", "left"), ("相隔", "right"), ("哪里", "left"), ("发生了什么", "left")):
        table.add_column(title, justify=justify, overflow="fold")  # type: ignore[arg-type]
    table.add_column("依据", style="dim", no_wrap=True)
    for _, mark in numbered(story):
        at = local(mark.at)
        table.add_row(
            f"{at:%H:%M:%S}.{at.microsecond // 1000:03}",
            f"+{span_text(mark.at - story.began)}",
            Text(mark.lane.value, style=_STYLES[mark.lane]),
            _told(mark),
            mark.source.value,
        )
    return table


def _told(mark: Mark) -> Text:
    title = Text(mark.title, style="bold red" if mark.bad else "bold")
    return Text.assemble(title, f"  {mark.detail}" if mark.detail else "")
