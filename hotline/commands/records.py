"""`hotline cases …`, `hotline recordings …`, `hotline outages …`, `hotline callbacks …`: what calls left behind."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

import typer
from pydantic import TypeAdapter
from rich.console import Group
from rich.table import Table

from cases.draft import DraftCase
from cases.masked import Masking
from cases.show import draft_panel, transcript_table
from domain.clock import SHANGHAI, local
from domain.phone_number import mask
from domain.words import Urgency, Utility
from hotline.console import Terminal, folded, terminal, who
from hotline.settings import Settings
from hotline.wiring import filing, hazard_titles, open_store
from store.door import Store
from store.errors import StoreError, StoreOutdated
from store.records import DraftRecord, DraftState, OutageRecord, RecordingKind, RecordingRecord
from transcription.transcript import Transcript

cases = typer.Typer(help="工单草稿。", no_args_is_help=True)
recordings = typer.Typer(help="录音。", no_args_is_help=True)
outages = typer.Typer(help="已知停供事件。", no_args_is_help=True)
callbacks = typer.Typer(help="等候回拨的市民。", no_args_is_help=True)

_URGENCY = {Urgency.EMERGENCY: "[bold red]紧急", Urgency.TIMED: "[yellow]限时", Urgency.ORDINARY: "一般"}
_STATE = {DraftState.DRAFT: "待核对", DraftState.CONFIRMED: "已确认", DraftState.DISCARDED: "已作废"}
_KIND = {RecordingKind.CALL: "通话", RecordingKind.MESSAGE: "留言"}
_UTILITY = {Utility.WATER: "水", Utility.POWER: "电", Utility.HEAT: "暖", Utility.GAS: "气"}

_NOTHING_YET = "还没有数据: 这个数据目录里还没有数据库。make run 启动热线时会建好; 只要数据库则 hotline db upgrade"


def add_to(app: typer.Typer) -> None:
    """Add this topic's commands."""
    app.add_typer(cases, name="cases")
    app.add_typer(recordings, name="recordings")
    app.add_typer(outages, name="outages")
    app.add_typer(callbacks, name="callbacks")


@contextmanager
def opened(place: Terminal, settings: Settings, *, listing: bool = False) -> Iterator[Store]:
    """Lend the store; what is wrong with it ends the command with an explanation.

    Where nothing was ever written, a listing shows that there is nothing, which is no fault.
    """
    with place.faults(StoreError):
        store = open_store(settings)
        try:
            yield store
        except StoreOutdated:
            if store.revision()[0] is not None:
                raise
            if not listing:
                place.fail(_NOTHING_YET)
            place.show(_NOTHING_YET, [])
            raise typer.Exit from None
        finally:
            store.close()


@cases.command("list")
def list_cases(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="包括已确认和作废的。")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="最多列出几条。")] = 50,
) -> None:
    """列出工单草稿, 紧急的在前。"""
    place = terminal(context)
    settings = place.settings()
    with opened(place, settings, listing=True) as store:
        drafts = store.drafts(None if everything else DraftState.DRAFT, limit)
    masking = Masking.of(settings.drafting.numbers)
    found = [replace(one, case=masking.case(one.case)) for one in drafts]
    table = folded("编号", "来电时间", "紧急程度", "标题", "县区", "来电", "状态")
    for one in found:
        case = one.case
        table.add_row(
            str(one.id),
            _moment(one.created),
            _URGENCY[one.urgency],
            case.title.value or "(无标题)",
            case.county.value or "",
            case.callback_number.value or mask(None),
            _STATE[one.state],
        )
    place.show(table if found else "没有待核对的工单草稿。", [_plain_draft(one) for one in found])


@cases.command("show")
def show_case(
    context: typer.Context,
    which: Annotated[str, typer.Argument(help="草稿编号或来电的 linkedid。")],
    full: Annotated[bool, typer.Option("--full", help="显示完整电话号码 (记入审计)。")] = False,
) -> None:
    """显示一份工单草稿和它的转写。"""
    place = terminal(context)
    settings = place.settings()
    with opened(place, settings) as store:
        found = store.draft(int(which) if which.isdecimal() and len(which) < 19 else which)
        if found is None:
            place.fail(f"没有工单草稿 {which}; hotline cases list --all 列出全部")
        transcript = store.transcript(found.linkedid)
        store.audit(who(), "draft.show", found.linkedid, None, {"full_number": full})
    case = found.case
    if not full:
        masking = Masking.of(settings.drafting.numbers)
        case, transcript = masking.case(case), transcript and masking.transcript(transcript)
    parts = [draft_panel(case, hazard_titles(settings)), *([transcript_table(transcript)] if transcript else [])]
    said = TypeAdapter(Transcript | None).dump_python(transcript, mode="json")
    place.show(Group(*parts), {**_plain_draft(replace(found, case=case)), "transcript": said})


@recordings.command("list")
def list_recordings(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="最多列出几条。")] = 50,
) -> None:
    """列出录音, 新的在前。"""
    place = terminal(context)
    with opened(place, place.settings(), listing=True) as store:
        found = store.recordings(limit)
    table = folded("编号", "开始", "时长", "种类", "文件", "法律保留")
    for one in found:
        kept = "已到期删除" if one.deleted_at else one.storage_key
        table.add_row(
            one.id, _moment(one.started), _length(one.seconds), _KIND[one.kind], kept, "是" if one.legal_hold else ""
        )
    place.show(table if found else "还没有录音。", [_plain_recording(one) for one in found])


@recordings.command("show")
def show_recording(context: typer.Context, which: Annotated[str, typer.Argument(help="录音编号 (linkedid)。")]) -> None:
    """显示一段录音: 文件、各方的时间、校验值是否相符。"""
    place = terminal(context)
    settings = place.settings()
    with opened(place, settings) as store:
        found = store.recording(which)
        if found is None:
            place.fail(f"没有录音 {which}; hotline recordings list 列出全部")
        legs = store.legs(which)
        store.audit(who(), "recording.show", which)
    work = filing(settings, store, lambda: None)
    sound = work.shelf.sha256(found.storage_key) == found.sha256
    file = work.shelf.path(found.storage_key)
    table = Table.grid(padding=(0, 2))
    state = "已到期删除" if found.deleted_at else "相符" if sound else "[bold red]不符或文件不在"
    rows = (
        ("文件", str(file)),
        ("开始", _moment(found.started)),
        ("时长", _length(found.seconds)),
        ("种类", _KIND[found.kind]),
        ("校验", state),
    )
    for name, value in rows:
        table.add_row(name, value)
    for leg in legs:
        start = max(0.0, (leg.started - found.started).total_seconds())
        table.add_row(f"声道: {leg.seat or leg.role}", f"{start:.1f} 秒起, {_length(leg.seconds or 0.0)}")
    plain = {**_plain_recording(found), "path": str(file), "sound": sound, "legs": [_plain_leg(leg) for leg in legs]}
    place.show(table, plain)


@recordings.command("repair")
def repair(context: typer.Context) -> None:
    """立即整理录音: 修复断电留下的文件头, 把还没有入库的录音全部收进来。"""
    place = terminal(context)
    settings = place.settings()
    settings.places.spool.mkdir(parents=True, exist_ok=True)
    with opened(place, settings) as store:
        swept = filing(settings, store, lambda: None).sweep()
    place.show(
        f"收进 {len(swept.filed)} 个来电, 未成 {len(swept.failed)} 个, 还在进行 {len(swept.waiting)} 个。",
        {"filed": swept.filed, "failed": swept.failed, "waiting": swept.waiting},
    )
    if swept.failed:
        place.fail(
            *(
                f"{linkedid}: 没有收进来, 原因见上面的日志; 文件仍在 {settings.places.spool}"
                for linkedid in swept.failed
            )
        )


@recordings.command("hold")
def hold(
    context: typer.Context,
    which: Annotated[str, typer.Argument(help="录音编号 (linkedid)。")],
    release: Annotated[bool, typer.Option("--release", help="解除保留, 此后到期照常删除。")] = False,
) -> None:
    """法律保留: 到期也不删除这段录音, 直到解除 (记入审计)。"""
    place = terminal(context)
    with opened(place, place.settings()) as store:
        found = store.recording(which)
        if found is None:
            place.fail(f"没有录音 {which}; hotline recordings list 列出全部")
        if found.deleted_at and not release:
            place.fail(f"录音 {which} 已于 {_moment(found.deleted_at)} 到期删除, 无法保留")
        store.set_legal_hold(which, not release, who())
    text = f"录音 {which} 已解除法律保留, 到期照常删除。" if release else f"录音 {which} 已法律保留, 解除之前不会删除。"
    place.show(text, _plain_recording(replace(found, legal_hold=not release)))


@outages.command("add")
def add_outage(
    context: typer.Context,
    utility: Annotated[Utility, typer.Option(help="water 水, power 电, heat 暖, gas 气。")],
    area: Annotated[str, typer.Option(help="区域, 例如 牡丹区。")],
    until: Annotated[datetime | None, typer.Option(help="预计恢复 (北京时间)。", show_default=False)] = None,
    text: Annotated[str, typer.Option(help="说明。")] = "",
) -> None:
    """登记一起停供事件: 从此刻起, 选了这一项的市民先听到播报。"""
    place = terminal(context)
    with opened(place, place.settings()) as store:
        ends = until.replace(tzinfo=until.tzinfo or SHANGHAI) if until else None
        made = store.add_outage(utility, area, text, who(), until=ends)
    place.show(f"已登记停供事件 {made.id}: {area} {_UTILITY[utility]}。", _plain_outage(made, 0))


@outages.command("list")
def list_outages(context: typer.Context) -> None:
    """列出正在发生的停供事件, 以及有多少市民听到了播报。"""
    place = terminal(context)
    with opened(place, place.settings(), listing=True) as store:
        found, counts = store.outages_now(), store.outage_counts()
    table = folded("编号", "种类", "区域", "开始", "预计恢复", "听到播报的来电")
    for one in found:
        expected = _moment(one.until) if one.until else "未知"
        heard = str(counts.get(one.id, 0))
        table.add_row(str(one.id), _UTILITY[one.utility], one.area, _moment(one.since), expected, heard)
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


@callbacks.command("list")
def list_callbacks(context: typer.Context) -> None:
    """列出等候回拨的市民。"""
    place = terminal(context)
    with opened(place, place.settings(), listing=True) as store:
        found = store.callbacks()
    table = folded("编号", "登记时间", "号码", "队列", "登记时的位次")
    plain: list[dict[str, Any]] = []
    for one in found:
        table.add_row(str(one.id), _moment(one.asked), mask(one.ani), one.queue, str(one.position))
        plain.append({"id": one.id, "asked": one.asked, "ani": mask(one.ani), "queue": one.queue})
    place.show(table if found else "没有等候回拨的市民。", plain)


def _plain_draft(one: DraftRecord) -> dict[str, Any]:
    return {
        "id": one.id,
        "linkedid": one.linkedid,
        "state": one.state,
        "urgency": one.urgency,
        "created": one.created,
        "case": TypeAdapter(DraftCase).dump_python(one.case, mode="json"),
    }


def _plain_recording(one: RecordingRecord) -> dict[str, Any]:
    plain: dict[str, Any] = TypeAdapter(RecordingRecord).dump_python(one, mode="json")
    return plain


def _plain_outage(one: OutageRecord, heard: int) -> dict[str, Any]:
    return {**TypeAdapter(OutageRecord).dump_python(one, mode="json"), "heard": heard}


def _plain_leg(leg: object) -> Any:
    return TypeAdapter(type(leg)).dump_python(leg, mode="json")


def _moment(moment: datetime) -> str:
    return f"{local(moment):%m-%d %H:%M:%S}"


def _length(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
