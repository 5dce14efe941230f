"""`hotline outages …`: what the desk knows."""

from datetime import datetime
from typing import Annotated, Any

import typer
from pydantic import TypeAdapter

from domain.clock import SHANGHAI
from domain.words import Utility
from hotline.areas import UnknownArea, area_named
from hotline.commands.opened import opened
from hotline.console import folded, moment, terminal, who
from hotline.exits import Exit
from hotline.settings import Settings
from store.records import OutageRecord

outages = typer.Typer(help="已知停供事件。", no_args_is_help=True)

_UTILITY = {Utility.WATER: "水", Utility.POWER: "电", Utility.HEAT: "暖", Utility.GAS: "气"}


def add_to(app: typer.Typer) -> None:
    """Add this topic's commands."""
    app.add_typer(outages, name="outages")


@outages.command("add")
def add_outage(
    context: typer.Context,
    utility: Annotated[Utility, typer.Option(help="water 水, power 电, heat 暖, gas 气。")],
    area: Annotated[str, typer.Option(help="县区或乡镇街道, 例如 牡丹区。")],
    until: Annotated[datetime | None, typer.Option(help="预计恢复 (北京时间)。", show_default=False)] = None,
    text: Annotated[str, typer.Option(help="说明。")] = "",
) -> None:
    """登记一起停供事件: 从此刻起, 选了这一项的市民先听到播报。"""
    place = terminal(context)
    settings = place.settings()
    try:
        known = area_named(area, settings.tree, settings.gazetteer)
    except UnknownArea as error:
        place.fail(str(error), code=Exit.USAGE)
    with opened(place, settings) as store:
        ends = until.replace(tzinfo=until.tzinfo or SHANGHAI) if until else None
        made = store.add_outage(utility, known, text, who(), until=ends)
    spoken = "" if known in settings.tree.areas else f"{known}没有自己的提示音, 播报时说“{_any_area(settings)}”。"
    place.show(f"已登记停供事件 {made.id}: {known} {_UTILITY[utility]}。{spoken}", _plain_outage(made, 0))


@outages.command("list")
def list_outages(context: typer.Context) -> None:
    """列出正在发生的停供事件, 以及有多少市民听到了播报。"""
    place = terminal(context)
    with opened(place, place.settings(), listing=True) as store:
        found, counts = store.outages_now(), store.outage_counts()
    table = folded("编号", "种类", "区域", "开始", "预计恢复", "听到播报的来电")
    for one in found:
        expected = moment(one.until) if one.until else "未知"
        heard = str(counts.get(one.id, 0))
        table.add_row(str(one.id), _UTILITY[one.utility], one.area, moment(one.since), expected, heard)
    plain = [_plain_outage(one, counts.get(one.id, 0)) for one in found]
    place.show(table if found else "现在没有停供事件。", plain)


@outages.command("end")
def end_outage(context: typer.Context, which: Annotated[int, typer.Argument(help="编号。")]) -> None:
    """结束一起停供事件, 不再播报。"""
    place = terminal(context)
    with opened(place, place.settings()) as store:
        over = store.end_outage(which, who())
        heard = store.outage_counts().get(which, 0)
    if over is None:
        place.fail(f"没有正在发生的停供事件 {which}")
    place.show(f"停供事件 {which} 已结束; 共有 {heard} 个来电听到播报。", _plain_outage(over, heard))


def _any_area(settings: Settings) -> str:
    return settings.prompts.prompts[settings.tree.any_area].text


def _plain_outage(one: OutageRecord, heard: int) -> dict[str, Any]:
    return {**TypeAdapter(OutageRecord).dump_python(one, mode="json"), "heard": heard}
