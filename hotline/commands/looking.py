"""`hotline ivr show`, `hotline route explain`: looking at what would happen, without a call."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter

from domain.call import Call, Choice
from domain.clock import SHANGHAI, FixedClock, SystemClock
from domain.phone_number import clean
from domain.words import Utility
from hotline.console import require_keys, terminal
from hotline.live import seat_states
from hotline.wiring import choice_of
from ivr.picture import picture, svg
from ivr.tree import Tree
from routing.explain import as_json, explain, render

ivr = typer.Typer(help="语音菜单。", no_args_is_help=True)
route = typer.Typer(help="来电去向。", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add this topic's commands."""
    app.add_typer(ivr, name="ivr")
    app.add_typer(route, name="route")


@ivr.command("show")
def show(
    context: typer.Context,
    file: Annotated[Path | None, typer.Option("--svg", help="画成 SVG 写到这个文件。", show_default=False)] = None,
) -> None:
    """画出语音菜单树。"""
    place = terminal(context)
    settings = place.settings()
    if file is not None:
        try:
            file.write_text(svg(settings.tree, settings.prompts), encoding="utf-8")
        except OSError as error:
            place.fail(f"{file}: 写不进去: {error.strerror}")
        place.show(f"已画到 {file}", {"svg": str(file)})
        return
    place.show(picture(settings.tree, settings.prompts), TypeAdapter(Tree).dump_python(settings.tree, mode="json"))


@route.command("explain")
def explain_route(
    context: typer.Context,
    keys: Annotated[str, typer.Option(help="市民按的键, 例如 91; 空为不按。")] = "",
    ani: Annotated[str, typer.Option("--from", help="来电号码。")] = "",
    at: Annotated[
        datetime | None, typer.Option(help="假设此刻是 (北京时间, 2026-01-01T03:00:00)。", show_default="现在")
    ] = None,
    utility: Annotated[Utility | None, typer.Option(help="直接指定急修种类, 代替按键。", show_default=False)] = None,
) -> None:
    """此刻来电会由谁接, 为什么。坐席状态取自正在运行的 Asterisk; 没有运行则视为未知。"""
    place = terminal(context)
    settings = place.settings()
    require_keys(place, keys)
    clock = FixedClock(at.replace(tzinfo=at.tzinfo or SHANGHAI)) if at else SystemClock()
    now = clock.now()
    choice = Choice(emergency=True, utility=utility) if utility else choice_of(settings.tree, keys, now)
    call = Call(linkedid="explain", ani=clean(ani), dialled=settings.telephony.sip.dids[0], started=now)
    said = explain(call, choice, settings.routing, now, seat_states(settings))
    place.show(render(said), as_json(said))
