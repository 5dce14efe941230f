"""`hotline check`, `hotline doctor`, `hotline db upgrade`."""

from collections.abc import Iterable

import typer
from rich.markup import escape
from rich.table import Table

from hotline.checked import ConfigurationError
from hotline.console import folded, terminal
from hotline.doctor import Finding, Grade, examine, worst
from hotline.exits import Exit
from hotline.scoring_names import read_names
from hotline.settings import load
from hotline.wiring import open_store
from store.errors import StoreError

db = typer.Typer(help="数据库。", no_args_is_help=True)

_MARK = {Grade.GOOD: "[green]✓", Grade.WARNING: "[yellow]![/yellow]", Grade.BAD: "[bold red]✗"}


def add_to(app: typer.Typer) -> None:
    """Add this topic's commands."""
    app.command("check")(check)
    app.command("doctor")(doctor)
    app.add_typer(db, name="db")


def check(context: typer.Context) -> None:
    """检查全部配置; 每个错误写明 文件:行: 键。"""
    place = terminal(context)
    try:
        settings = load(place.places)
        read_names(place.places.config, settings.drafting.categories)
    except ConfigurationError as error:
        place.fail(*error.faults, f"共 {len(error.faults)} 处错误。", code=Exit.USAGE)
    counts = {
        "seats": len(settings.routing.seats),
        "queues": len(settings.routing.queues),
        "menus": len(settings.tree.menus),
        "prompts": len(settings.prompts.names()),
        "places": len(settings.gazetteer),
    }
    place.show(
        f"配置无误: {place.places.config} (坐席 {counts['seats']}, 队列 {counts['queues']}, 菜单 {counts['menus']}, "
        f"提示音 {counts['prompts']}, 地名 {counts['places']})。",
        {"ok": True, "config": str(place.places.config), **counts},
    )


def doctor(context: typer.Context) -> None:
    """查看热线的状况: 哪里不对, 怎么办。退出码: 0 全好, 1 有提醒, 2 有故障。"""
    place = terminal(context)
    found = examine(place.places)
    place.show(findings_table(found), [_plain(one) for one in found])
    raise typer.Exit(worst(found))


@db.command("upgrade")
def upgrade(context: typer.Context) -> None:
    """把数据库升级到本程序的版本。"""
    place = terminal(context)
    store = open_store(place.settings())
    with place.faults(StoreError):
        before, _ = store.revision()
        store.upgrade()
        after, _ = store.revision()
    store.close()
    text = f"数据库已是最新 ({after})。" if before == after else f"数据库已升级: {before or '空'} → {after}。"
    place.show(text, {"before": before, "after": after})


def findings_table(found: Iterable[Finding]) -> Table:
    """Return what doctor found as a table."""
    table = folded("", "项目", "情况", "怎么办")
    for one in found:
        table.add_row(_MARK[one.grade], one.subject, escape(one.state), escape(one.advice))
    return table


def _plain(one: Finding) -> dict[str, str]:
    return {"subject": one.subject, "grade": one.grade.value, "state": one.state, "advice": one.advice}
