"""`hotline faults …`, `hotline metrics`: what went wrong, and the figures, also while processes are dead."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from prometheus_client import generate_latest
from pydantic import TypeAdapter
from rich.markup import escape

from hotline import logs
from hotline.console import folded, moment, terminal, who
from hotline.exits import Exit
from hotline.fault_kinds import Weight
from hotline.faults import Fault, acknowledge, read_faults, to_show
from hotline.metrics.serving import new_registry, write
from hotline.metrics.sight import SightCollector
from hotline.outside import Lookout

faults = typer.Typer(help="故障告警: 哪里坏了, 什么时候, 怎么办。", invoke_without_command=True)


def add_to(app: typer.Typer) -> None:
    """Add this topic's commands."""
    app.add_typer(faults, name="faults")
    app.command("metrics")(metrics)


@faults.callback()
def list_faults(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="包括已看过和更早的。")] = False,
) -> None:
    """列出正在发生的故障, 和最近 24 小时内已恢复、还没有人看过的。退出码: 0 没有, 1 有, 2 有严重故障正在发生。"""
    if context.invoked_subcommand:
        return
    place = terminal(context)
    found = read_faults(place.places.faults)
    shown = found if everything else to_show(found, datetime.now(UTC))
    table = folded("", "故障", "时间", "情况", "怎么办")
    for fault in shown:
        table.add_row(_mark(fault), escape(fault.title), _span(fault), escape(_state(fault)), escape(_advice(fault)))
    place.show(table if shown else "没有故障告警。", [_plain(fault) for fault in shown])
    grave = any(fault.open and fault.words.weight is Weight.GRAVE for fault in shown)
    unseen = any(fault.open or fault.seen is None for fault in shown)
    raise typer.Exit(Exit.USAGE if grave else Exit.FAILED if unseen else Exit.DONE)


@faults.command("seen")
def seen(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(help="故障的名称; 不写则全部。", show_default=False)] = None,
) -> None:
    """标记为已看过: 已恢复的不再提示; 还在发生的仍会列出。"""
    place = terminal(context)
    known = {fault.name for fault in read_faults(place.places.faults)}
    unknown = sorted(set(names or ()) - known)
    if unknown:
        place.fail(f"没有这个故障: {', '.join(unknown)}; hotline faults --all 列出全部", code=Exit.USAGE)
    with place.faults(OSError):
        marked = acknowledge(place.places.faults, names or (), who(), datetime.now(UTC))
    place.show(f"已标记 {len(marked)} 个故障为看过。", [_plain(fault) for fault in marked])


def metrics(
    context: typer.Context,
    textfile: Annotated[
        Path | None, typer.Option(help="写到这个文件 (供 node_exporter 的 textfile 收集器)。", show_default=False)
    ] = None,
) -> None:
    """从外面看一遍热线, 打印 Prometheus 格式的指标; 各进程都停了也能用。"""
    place = terminal(context)
    settings = place.settings(forgive_gazetteer=True)
    logs.to_file("metrics", settings.places.log)
    lookout = Lookout.of(settings)
    try:
        sight = lookout.look()
    finally:
        lookout.close()
    registry = new_registry("metrics")
    registry.register(SightCollector(lambda: sight, lambda: read_faults(settings.places.faults)))
    if textfile is not None:
        with place.faults(OSError):
            write(registry, textfile)
        place.show(f"已写到 {textfile}", {"file": str(textfile)})
        return
    text = generate_latest(registry).decode()
    if place.json:
        place.show("", _samples(registry))
    else:
        place.out.out(text, end="", highlight=False)


def _samples(registry: Any) -> list[dict[str, Any]]:
    return [
        {"name": sample.name, "labels": sample.labels, "value": sample.value}
        for metric in registry.collect()
        for sample in metric.samples
    ]


def _mark(fault: Fault) -> str:
    if not fault.open:
        return "[green]已恢复" if fault.seen else "[yellow]已恢复"
    return "[bold red]严重" if fault.words.weight is Weight.GRAVE else "[red]故障"


def _span(fault: Fault) -> str:
    if fault.until is None:
        return f"{moment(fault.since)} 起"
    return moment(fault.since) if fault.until == fault.since else f"{moment(fault.since)} 至 {moment(fault.until)[6:]}"


def _state(fault: Fault) -> str:
    times = f" (第 {fault.times} 次)" if fault.times > 1 else ""
    by = f"; {fault.seen_by} 已看过" if fault.seen_by else ""
    return f"{fault.detail}{times}; 由 {fault.reporter} 发现{by}"


def _advice(fault: Fault) -> str:
    advice = fault.words.advice
    return advice if fault.open or fault.seen else f"{advice}; 看过: hotline faults seen {fault.name}"


def _plain(fault: Fault) -> dict[str, Any]:
    plain: dict[str, Any] = TypeAdapter(Fault).dump_python(fault, mode="json")
    words = fault.words
    return {"name": fault.name, **plain, "open": fault.open, "title": fault.title, "weight": words.weight.value}
