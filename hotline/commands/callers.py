"""`hotline callers …`: nuisance callers, slowed on the ordinary way and never kept from an emergency."""

from datetime import timedelta
from typing import Annotated

import typer
from pydantic import TypeAdapter
from rich.markup import escape

from domain.clock import SystemClock
from domain.phone_number import clean, fingerprint, mask
from hotline.callers import BY_RULE
from hotline.commands.opened import opened
from hotline.console import Terminal, folded, moment, terminal, who
from hotline.exits import Exit
from hotline.settings import Settings
from hotline.wiring import passwords
from routing.nuisance import CALLS, HANG_UPS
from store.records import TaggedCaller
from telephony.asterisk.secrets import SecretsUnusable

callers = typer.Typer(help="骚扰来电标记。", no_args_is_help=True)

_WHY = {CALLS: "来电过多", HANG_UPS: "反复接通即挂"}
_BY = {BY_RULE: "规则"}
_Number = Annotated[str, typer.Argument(help="来电号码。")]


def add_to(app: typer.Typer) -> None:
    """Add this topic's commands."""
    app.add_typer(callers, name="callers")


@callers.command("tag")
def tag(
    context: typer.Context,
    number: _Number,
    why: Annotated[str, typer.Option(help="原因。", max=200)] = "人工标记",
    hours: Annotated[
        int | None, typer.Option(min=1, max=24 * 365, help="几小时后自动解除。", show_default="一直有效")
    ] = None,
) -> None:
    """标记骚扰号码: 普通来电先听提示, 排在其他市民之后; 按 9 急修与其他市民完全一样 (记入审计)。"""
    place = terminal(context)
    settings = place.settings()
    caller, shown = _caller(place, settings, number)
    until = SystemClock().now() + timedelta(hours=hours) if hours else None
    with opened(place, settings) as store:
        done = store.tag_caller(caller, shown, why, who(), until)
    text = f"已标记 {shown}; 几秒内生效。" if done else f"{shown} 已有同样长或更长的标记, 没有改动。"
    place.show(text, {"shown": shown, "tagged": done, "until": until})


@callers.command("untag")
def untag(context: typer.Context, number: _Number) -> None:
    """解除标记 (记入审计)。"""
    place = terminal(context)
    settings = place.settings()
    caller, shown = _caller(place, settings, number)
    with opened(place, settings) as store:
        done = store.untag_caller(caller, who())
    if not done:
        place.fail(f"{shown} 没有标记; hotline callers list 列出全部")
    place.show(f"已解除 {shown} 的标记; 几秒内生效。", {"shown": shown, "tagged": False})


@callers.command("list")
def list_callers(context: typer.Context) -> None:
    """列出已标记的号码 (隐去中间几位)。"""
    place = terminal(context)
    with opened(place, place.settings(), listing=True) as store:
        found = store.tagged_callers()
    table = folded("号码", "原因", "标记人", "标记时间", "有效至")
    for one in found:
        until = moment(one.until) if one.until else "一直有效"
        table.add_row(
            one.shown, escape(_WHY.get(one.why, one.why)), escape(_BY.get(one.by, one.by)), moment(one.tagged), until
        )
    place.show(table if found else "没有标记的号码。", [_plain(one) for one in found])


def _caller(place: Terminal, settings: Settings, number: str) -> tuple[str, str]:
    """Return a number's keyed hash and the number masked."""
    plain = clean(number)
    if plain is None:
        place.fail(f"{number} 不是电话号码", code=Exit.USAGE)
    with place.faults(SecretsUnusable):
        return fingerprint(plain, passwords(settings).callers), mask(plain)


def _plain(one: TaggedCaller) -> dict[str, object]:
    plain: dict[str, object] = TypeAdapter(TaggedCaller).dump_python(one, mode="json")
    return {name: value for name, value in plain.items() if name != "caller"}
