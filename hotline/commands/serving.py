"""`hotline up`, `telephony`, `worker`, `demo`: what runs."""

import os
import sys
import threading
import time
from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.table import Table

from cases.show import draft_panel, transcript_table
from domain.clock import SystemClock, local
from hotline import demo as demonstration
from hotline import logs
from hotline.checked import ConfigurationError
from hotline.console import Terminal, command, folded, interruptible, terminal
from hotline.exits import Exit
from hotline.hearing import Hearing, recogniser
from hotline.live_rules import LiveRules
from hotline.reach import others_reach, own
from hotline.running import Hotline, NotStarted
from hotline.settings import OVERRIDES, Settings, load
from hotline.stopping import stop_on_signals
from hotline.wiring import asterisk, hazard_titles, open_store, passwords, shelf
from hotline.work_report import WorkReport
from hotline.worker import run_worker
from store.errors import StoreError
from telephony.asterisk.layout import UnfitHome
from telephony.asterisk.locate import AsteriskMissing
from telephony.asterisk.ports import PortTaken
from telephony.asterisk.process import AsteriskFailed
from telephony.asterisk.render import BrokenDialplan, UnsafeValue
from telephony.asterisk.secrets import SecretsUnusable
from telephony.phone.spec import PhoneError

IN_THE_WAY = (
    NotStarted,
    StoreError,
    UnfitHome,
    AsteriskMissing,
    AsteriskFailed,
    PortTaken,
    UnsafeValue,
    BrokenDialplan,
    SecretsUnusable,
)
"""What may keep the hotline from starting; each has a message for people."""


def add_to(app: typer.Typer) -> None:
    """Add this topic's commands."""
    app.command("up")(up)
    app.command("telephony")(telephony)
    app.command("worker")(worker)
    app.command("watch")(watch)
    app.command("asterisk")(run_asterisk)
    app.command("demo")(demo)


def up(
    context: typer.Context,
    workers: Annotated[int | None, typer.Option(min=0, max=64, help="转写进程数 (默认每个核心一个)。")] = None,
) -> None:
    """启动全部并保持运行; Ctrl-C 依次停止。"""
    place = terminal(context)
    settings = place.settings()
    logs.to_file("up", settings.places.log)
    stop = threading.Event()
    stop_on_signals(stop)
    number = (os.cpu_count() or 1) if workers is None else workers
    with place.faults(*IN_THE_WAY), Hotline.started(settings, number, said=_starting(place)) as hotline:
        server, note = softphone_guide(settings)
        place.show(_accounts(settings, server), _where(settings))
        place.say(Rule("[bold]菏泽12345 已就绪"))
        place.say_to_copy(*_guide(settings), *([note] if note else []), "Ctrl-C 停止。")
        hotline.watch(stop)
        place.say("\n正在停止: 转写、电话、Asterisk …")
    place.say("已停止。")


def telephony(context: typer.Context) -> None:
    """只运行电话进程 (FastAGI 与 AMI, 收录音入库); 由 hotline up 守护。"""
    found = terminal(context).places
    # A process of its own make: this command line's imports would be a third of its memory for as long as it runs.
    environ = {**os.environ, "HOTLINE_CONFIG": str(found.config), "HOTLINE_HOME": str(found.home)}
    os.execve(sys.executable, [sys.executable, "-m", "hotline.telephony"], environ)  # noqa: S606


def watch(context: typer.Context) -> None:
    """只运行守望进程 (从外面查看各部分, 发出故障告警和监控指标); 由 hotline up 守护。"""
    found = terminal(context).places
    environ = {**os.environ, "HOTLINE_CONFIG": str(found.config), "HOTLINE_HOME": str(found.home)}
    os.execve(sys.executable, [sys.executable, "-m", "hotline.watch"], environ)  # noqa: S606


def run_asterisk(
    context: typer.Context,
    reload: Annotated[bool, typer.Option("--reload", help="让正在运行的 Asterisk 重读配置; 通话不断。")] = False,
) -> None:
    """只在前台运行 Asterisk (供 systemd 和容器使用); 先按配置生成它的全部文件。"""
    place = terminal(context)
    settings = place.settings()
    with place.faults(*IN_THE_WAY):
        process = asterisk(settings)
        if reload:
            if process.pid() is None:
                place.fail("这个数据目录上没有 Asterisk 在运行")
            process.reload()
            place.show("Asterisk 已重读配置。", {"pid": process.pid()})
            return
        if process.pid() is not None:
            place.fail(f"这个数据目录上已有 Asterisk 在运行 (PID {process.pid()})")
        process.become()


def worker(
    context: typer.Context,
    slot: Annotated[int | None, typer.Option(help="进程位 (默认取第一个空位)。", show_default=False)] = None,
) -> None:
    """只运行一个转写进程; 由 hotline up 守护。"""
    place = terminal(context)
    settings = place.settings(forgive_gazetteer=True)
    logs.configure("worker")
    stop = threading.Event()
    stop_on_signals(stop)
    store = open_store(settings)
    with recogniser(settings) as hearer:
        rules = LiveRules.of(settings.places.config / "gazetteer", settings.drafting, settings.experience)
        hearing = Hearing(store, shelf(settings), hearer, rules.current)
        clock, where = SystemClock(), settings.places.faults
        report = WorkReport(store, clock, where, settings.operations.metrics)
        code = run_worker(
            settings.store,
            settings.places.home,
            lambda recording: report.hear(hearing, recording),
            clock=clock,
            stop=stop,
            ready=lambda: report.ready(hearing.ready),
            slot=slot,
            placed=report.placed,
            ended=report.ended,
        )
    store.close()
    raise typer.Exit(code)


def demo(context: typer.Context) -> None:
    """拨打两个真实电话: 急修到供水值守坐席, 普通来电到人工坐席; 打印工单草稿和实测时间。"""
    outer = terminal(context)
    place = Terminal.of(demonstration.demo_places(outer.places), outer.json)
    with place.faults(demonstration.DemoFailed):
        environ = {**os.environ, OVERRIDES: demonstration.free_ports()}
    try:
        settings = load(place.places, environ)
    except ConfigurationError as error:
        place.fail(*error.faults, code=Exit.USAGE)
    logs.to_file("demo", settings.places.log)
    began = time.monotonic()
    with (
        place.faults(*IN_THE_WAY, demonstration.DemoFailed, PhoneError),
        interruptible(),
        Hotline.started(settings, 1, environ, _starting(place)) as hotline,
    ):
        work = demonstration.Demo(settings, lambda text: place.say(f"  {time.monotonic() - began:5.1f} 秒  {text}"))
        with work.watched(hotline):
            results = work.run(demonstration.stories(place.places.config))
    place.show(Group(*_told(results, settings)), [_plain(result, settings) for result in results])
    place.say(Rule("[bold]东西在哪里"))
    place.say_to_copy(*_left(results, settings))


def _starting(place: Terminal) -> Any:
    return lambda what: place.say(f"启动: {what}")


def _where(settings: Settings) -> dict[str, Any]:
    sip = settings.telephony.sip
    return {
        "sip": f"{sip.bind}:{sip.port}",
        "dial": list(sip.dids),
        "secrets": str(settings.places.secrets),
        "home": str(settings.places.home),
    }


def _accounts(settings: Settings, server: str) -> RenderableType:
    """Return the seats' accounts. Passwords stay in their file unless a person looks."""
    secrets = passwords(settings)
    seats = folded("坐席账号", "名称", "密码")
    seats.title = f"软电话: 服务器 {server}, UDP, 编码 {', '.join(settings.telephony.sip.codecs)}"
    show = sys.stdout.isatty()
    for name, seat in settings.routing.seats.items():
        seats.add_row(name, seat.title, secrets.seats[name] if show else f"见 {settings.places.secrets}")
    return seats


def _guide(settings: Settings) -> Iterator[str]:
    """Yield what to dial, what to type in another terminal, and where things lie."""
    ours = command(settings.places)
    yield f"市民拨 {', '.join(settings.telephony.sip.dids)} (从中继地址呼入)。另开终端:"
    yield f"  试拨    {ours} call 录音.wav --keys 91"
    yield f"  草稿    {ours} cases list"
    yield f"  录音    {ours} recordings list"
    yield f"  状况    {ours} doctor"
    yield f"数据在 {settings.places.home}; 日志在 {settings.places.log}。"


def softphone_guide(settings: Settings) -> tuple[str, str]:
    """Say which server a softphone is given, and, where only this machine's can use it, what to change for others."""
    sip = settings.telephony.sip
    there = others_reach(sip)
    if there:
        return " 或 ".join(f"{address}:{sip.port}" for address in there), ""
    if sip.bind == own(sip).host:
        key = f"{settings.places.config / 'telephony.yaml'} 里的 sip.bind"
        return f"{own(sip)} (只限本机)", f"软电话只限本机; 要让其他机器接入, 把 {key} 改为 0.0.0.0 再重启。"
    return str(own(sip)), "没有找到本机的网络地址: 现在只有本机的软电话能接入, 请检查网络。"


def _told(results: list[demonstration.Result], settings: Settings) -> Iterator[RenderableType]:
    for result in results:
        yield Rule(f"[bold]{result.story.title}")
        yield draft_panel(result.draft.case, hazard_titles(settings))
        yield transcript_table(result.transcript)
    times = Table("来电", "键→坐席振铃", "挂机→草稿", "录音时长", title="实测")
    for result in results:
        times.add_row(
            result.story.title,
            f"{max(result.ringing_ms, 0):.0f} 毫秒 (±20)"
            if result.story.keys
            else f"接通后 {result.ringing_ms / 1000:.1f} 秒",
            f"{result.draft_seconds:.1f} 秒",
            f"{result.recording.seconds:.0f} 秒",
        )
    yield times


def _left(results: list[demonstration.Result], settings: Settings) -> Iterator[str]:
    """Yield where everything lies, and what to type to see it again."""
    ours = command(settings.places)
    for result in results:
        yield f"录音          {settings.places.recordings / result.recording.storage_key}"
        yield f"转写与草稿    {ours} cases show {result.draft.id}"
    yield f"数据库        {settings.places.home} ({settings.store.url})"


def _plain(result: demonstration.Result, settings: Settings) -> dict[str, Any]:
    return {
        "title": result.story.title,
        "linkedid": result.call.linkedid,
        "started": local(result.call.started).isoformat(),
        "seats": result.seats,
        "route": result.call.route,
        "ringing_ms": round(result.ringing_ms, 1),
        "draft_seconds": round(result.draft_seconds, 2),
        "recording": str(settings.places.recordings / result.recording.storage_key),
        "draft": result.draft.id,
        "case": result.draft.case.title.value,
    }
