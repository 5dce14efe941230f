"""`hotline cases …`, `hotline recordings …`: what calls left behind."""

import os
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import TypeAdapter
from rich.console import Group
from rich.table import Table
from rich.text import Text

from cases.draft import DraftCase
from cases.masked import Masking
from cases.show import draft_panel, transcript_table
from domain.phone_number import mask
from domain.words import Urgency
from hotline import logs
from hotline.alarms import ALARM, alarm_words
from hotline.backup.agreement import agree
from hotline.commands.opened import opened
from hotline.console import folded, moment, terminal, who
from hotline.exits import Exit
from hotline.wiring import filing, hazard_titles, shelf
from store.records import AlarmRecord, DraftRecord, DraftState, RecordingKind, RecordingRecord
from telephony.recordings.shelf import Shelf
from transcription.transcript import Transcript
from vault.keys import KeysUnusable
from vault.vault import SealBroken

cases = typer.Typer(help="工单草稿。", no_args_is_help=True)
recordings = typer.Typer(help="录音。", no_args_is_help=True)

_URGENCY = {Urgency.EMERGENCY: "[bold red]紧急", Urgency.TIMED: "[yellow]限时", Urgency.ORDINARY: "一般"}
_STATE = {DraftState.DRAFT: "待核对", DraftState.CONFIRMED: "已确认", DraftState.DISCARDED: "已作废"}
_ALARMS = 10_000
_KIND = {RecordingKind.CALL: "通话", RecordingKind.MESSAGE: "留言"}


def add_to(app: typer.Typer) -> None:
    """Add this topic's commands."""
    app.add_typer(cases, name="cases")
    app.add_typer(recordings, name="recordings")


@cases.command("list")
def list_cases(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="包括已确认和作废的。")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="最多列出几条。")] = 50,
    full: Annotated[bool, typer.Option("--full", help="显示完整电话号码 (记入审计)。")] = False,
) -> None:
    """列出工单草稿, 紧急的在前 (记入审计)。"""
    place = terminal(context)
    settings = place.settings()
    with opened(place, settings, listing=True) as store:
        drafts = store.drafts(None if everything else DraftState.DRAFT, limit)
        alarms = {alarm.draft: alarm for alarm in store.alarms(_ALARMS)}
        store.audit(who(), "draft.list", "", None, {"drafts": [one.id for one in drafts], "full_number": full})
    titles = hazard_titles(settings)
    masking = Masking.of(settings.drafting.numbers, telephones=not full)
    found = [replace(one, case=masking.case(one.case)) for one in drafts]
    table = folded("编号", "来电时间", "紧急程度", "标题", "县区", "来电", "状态")
    for one in found:
        case = one.case
        table.add_row(
            str(one.id),
            moment(one.created),
            _URGENCY[one.urgency],
            _title(case, alarm_words(alarms[one.id], titles, masking) if one.id in alarms else None),
            case.county.value or "",
            case.callback_number.value or mask(None),
            _STATE[one.state],
        )
    place.show(table if found else "没有待核对的工单草稿。", [_plain_draft(one, alarms.get(one.id)) for one in found])


@cases.command("show")
def show_case(
    context: typer.Context,
    which: Annotated[str, typer.Argument(help="草稿编号或来电的 linkedid。")],
    full: Annotated[bool, typer.Option("--full", help="显示完整电话号码 (记入审计)。")] = False,
    identities: Annotated[
        bool, typer.Option("--identities", help="显示转写里的身份证号和银行卡号 (记入审计; --full 不显示这些)。")
    ] = False,
) -> None:
    """显示一份工单草稿和它的转写。"""
    place = terminal(context)
    settings = place.settings()
    with opened(place, settings) as store:
        found = store.draft(_which(which))
        if found is None:
            place.fail(f"没有工单草稿 {which}; hotline cases list --all 列出全部")
        transcript, alarm = store.transcript(found.linkedid), store.alarm(found.linkedid)
        store.audit(who(), "draft.show", found.linkedid, None, {"full_number": full, "identities": identities})
    titles = hazard_titles(settings)
    masking = Masking.of(settings.drafting.numbers, telephones=not full, identities=not identities)
    case, transcript = masking.case(found.case), transcript and masking.transcript(transcript)
    head = [_alarm(alarm, alarm_words(alarm, titles, masking))] if alarm else []
    parts = [*head, draft_panel(case, titles), *([transcript_table(transcript)] if transcript else [])]
    said = TypeAdapter(Transcript | None).dump_python(transcript, mode="json")
    place.show(Group(*parts), {**_plain_draft(replace(found, case=case), alarm), "transcript": said})


@cases.command("acknowledge")
def acknowledge(
    context: typer.Context,
    which: Annotated[str, typer.Argument(help="草稿编号或来电的 linkedid。")],
) -> None:
    """确认收到“普通来电中听到紧急情况”的告警: 已有人处理, 不再提示 (记入审计)。"""
    place = terminal(context)
    with opened(place, place.settings()) as store:
        found = store.draft(_which(which))
        if found is None:
            place.fail(f"没有工单草稿 {which}; hotline cases list --all 列出全部")
        alarm = store.acknowledge(found.id, who()) or store.alarm(found.linkedid)
        if alarm is None:
            place.fail(f"草稿 {found.id} 没有告警")
    place.show(f"草稿 {alarm.draft} 的告警已由 {alarm.acknowledged_by} 确认。", _plain_alarm(alarm))


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
            one.id, moment(one.started), _length(one.seconds), _KIND[one.kind], kept, "是" if one.legal_hold else ""
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
    ours = shelf(settings)
    with place.faults(KeysUnusable):
        sound = _is_sound(ours, found)
    file = ours.path(found.storage_key)
    table = Table.grid(padding=(0, 2))
    state = "已到期删除" if found.deleted_at else "相符" if sound else "[bold red]不符或文件不在"
    rows = (
        ("文件", str(file)),
        ("开始", moment(found.started)),
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


@recordings.command("export")
def export(
    context: typer.Context,
    which: Annotated[str, typer.Argument(help="录音编号 (linkedid)。")],
    out: Annotated[Path, typer.Argument(help="写到这个 wav 文件 (只有本人可读); - 写到标准输出。")],
) -> None:
    """取出一段录音的明文, 供播放或移交 (记入审计)。"""
    place = terminal(context)
    settings = place.settings()
    with opened(place, settings) as store:
        found = store.recording(which)
        if found is None:
            place.fail(f"没有录音 {which}; hotline recordings list 列出全部")
        if found.deleted_at:
            place.fail(f"录音 {which} 已于 {moment(found.deleted_at)} 到期删除")
        store.audit(who(), "recording.export", which, None, {"file": out.name})
    with place.faults(KeysUnusable, SealBroken, OSError):
        if str(out) == "-":
            shelf(settings).copy(found.storage_key, sys.stdout.buffer)
            return
        with open(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            shelf(settings).copy(found.storage_key, stream)
    place.show(f"录音 {which} 已写到 {out} (明文, 用完请删除)。", {"id": which, "file": str(out)})


@recordings.command("repair")
def repair(context: typer.Context) -> None:
    """立即整理录音: 修复断电留下的文件头, 把还没有入库的录音全部收进来; 再把记录与文件对一遍账。"""
    place = terminal(context)
    settings = place.settings()
    settings.places.spool.mkdir(parents=True, exist_ok=True)
    log = logs.to_file("repair", settings.places.log)
    with opened(place, settings) as store:
        work = filing(settings, store, lambda: None)
        swept = work.sweep()
        agreed = agree(store, work.shelf, work.spool)
    again = f", 重新入库 {len(agreed.refiled)} 段没有记录的录音" if agreed.refiled else ""
    place.show(
        f"收进 {len(swept.filed)} 个来电, 未成 {len(swept.failed)} 个, 还在进行 {len(swept.waiting)} 个{again}。",
        {"filed": swept.filed, "failed": swept.failed, "waiting": swept.waiting, **asdict(agreed)},
    )
    place.complain(
        *(f"{key}: 有记录而没有文件; 备份里若有, 用 hotline restore 补上" for key in agreed.missing),
        *(f"{key}: 有文件而没有记录, 也读不出来; 原因见 {log}" for key in agreed.unreadable),
    )
    if swept.failed:
        kept = f"文件仍在 {settings.places.spool}, 原因见 {log}"
        place.complain(*(f"{linkedid}: 没有收进来; {kept}" for linkedid in swept.failed))
        raise typer.Exit(Exit.FAILED)


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
            place.fail(f"录音 {which} 已于 {moment(found.deleted_at)} 到期删除, 无法保留")
        store.set_legal_hold(which, not release, who())
    text = f"录音 {which} 已解除法律保留, 到期照常删除。" if release else f"录音 {which} 已法律保留, 解除之前不会删除。"
    place.show(text, _plain_recording(replace(found, legal_hold=not release)))


def _is_sound(ours: Shelf, found: RecordingRecord) -> bool:
    try:
        return ours.sha256(found.storage_key) == found.sha256
    except SealBroken:
        return False


def _which(which: str) -> int | str:
    """Return a draft's number, or its call's linkedid."""
    return int(which) if which.isdecimal() and len(which) < 19 else which


def _title(case: DraftCase, alarm: str | None) -> Text:
    mark = (f"{ALARM}{alarm} ", "bold red") if alarm else ""
    return Text.assemble(mark, case.title.value or "(无标题)")


def _alarm(alarm: AlarmRecord, words: str) -> Text:
    """Return the line above a draft that raised an alarm."""
    if alarm.acknowledged is None:
        return Text(f"{ALARM}{words}。已有人处理请执行 hotline cases acknowledge {alarm.draft}", style="bold red")
    return Text(f"{ALARM}{words}。{alarm.acknowledged_by} 于 {moment(alarm.acknowledged)} 确认", style="yellow")


def _plain_alarm(alarm: AlarmRecord | None) -> Any:
    """Return an alarm for programs, without the words heard."""
    plain = TypeAdapter(AlarmRecord | None).dump_python(alarm, mode="json")
    return plain and {name: value for name, value in plain.items() if name != "why"}


def _plain_draft(one: DraftRecord, alarm: AlarmRecord | None) -> dict[str, Any]:
    return {
        "id": one.id,
        "linkedid": one.linkedid,
        "state": one.state,
        "urgency": one.urgency,
        "created": one.created,
        "alarm": _plain_alarm(alarm),
        "case": TypeAdapter(DraftCase).dump_python(one.case, mode="json"),
    }


def _plain_recording(one: RecordingRecord) -> dict[str, Any]:
    plain: dict[str, Any] = TypeAdapter(RecordingRecord).dump_python(one, mode="json")
    return plain


def _plain_leg(leg: object) -> Any:
    return TypeAdapter(type(leg)).dump_python(leg, mode="json")


def _length(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
