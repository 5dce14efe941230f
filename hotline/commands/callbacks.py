"""`hotline callbacks …`: whom the hotline owes a call, and what a person decides about it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Group
from rich.text import Text

from domain.clock import SystemClock
from domain.phone_number import mask
from hotline.commands.opened import opened
from hotline.console import Terminal, folded, moment, terminal, who
from hotline.exits import Exit
from store.records import CallbackReason, CallbackRecord, CallbackState, Uncalled

callbacks = typer.Typer(help="等候回拨的市民。", no_args_is_help=True)

_REASON = {
    CallbackReason.ASKED: "排队中登记",
    CallbackReason.MISSED: "漏接",
    CallbackReason.MESSAGE: "转留言",
    CallbackReason.INTERRUPTED: "通话中断",
}
_STATE = {
    CallbackState.WAITING: "等候",
    CallbackState.PLACED: "正在回拨",
    CallbackState.BY_HAND: "[bold red]需人工回拨",
    CallbackState.DONE: "已回拨",
    CallbackState.CANCELLED: "已作罢",
}
_SAID = {
    "BUSY": "占线",
    "NOANSWER": "无人接听",
    "CHANUNAVAIL": "线路不通",
    "CONGESTION": "线路拥塞",
    "CANCEL": "坐席先挂断",
    "BARRED": "号码不许呼出",
    "LINES": "线路留给来电",
    "HERE": "市民正在来电",
    "SETTLED": "已另行接通",
}
_A_DAY = timedelta(days=1)
_SHOWN_CLOSED = 200


def add_to(app: typer.Typer) -> None:
    """Add this topic's commands."""
    app.add_typer(callbacks, name="callbacks")


@callbacks.command("list")
def list_callbacks(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="包括已回拨和已作罢的。")] = False,
    full: Annotated[bool, typer.Option("--full", help="显示完整电话号码 (记入审计)。")] = False,
) -> None:
    """列出等候回拨的市民, 急修在前; 末行是无法回拨的漏接来电。"""
    place = terminal(context)
    with opened(place, place.settings(), listing=True) as store:
        found = store.callbacks(*(CallbackState if everything else ()))[-_SHOWN_CLOSED if everything else 0 :]
        if full:
            store.audit(who(), "callback.list", "", None, {"callbacks": [one.id for one in found]})
        lost = store.uncalled(SystemClock().now() - _A_DAY)
    table = folded("编号", "来电时间", "号码", "缘由", "来电次数", "状态", "已试", "下次回拨", "上次结果", "说明")
    for one in found:
        table.add_row(*_cells(one, full))
    shown = [table] if found else ["没有等候回拨的市民。"]
    place.show(Group(*shown, *_lost(lost)), [_plain(one, full) for one in found])


@callbacks.command("done")
def done(context: typer.Context, which: Annotated[int, typer.Argument(help="编号。")]) -> None:
    """人工回拨过了: 结清 (记入审计)。"""
    place = terminal(context)
    _settle(place, which, CallbackState.DONE, "", "已结清")


@callbacks.command("drop")
def drop(
    context: typer.Context,
    which: Annotated[int, typer.Argument(help="编号。")],
    why: Annotated[str, typer.Option(help="为什么不再回拨。")],
) -> None:
    """不再回拨, 须写明原因 (记入审计)。"""
    place = terminal(context)
    if not why.strip():
        place.fail("请用 --why 写明原因", code=Exit.USAGE)
    _settle(place, which, CallbackState.CANCELLED, why.strip(), "不再回拨")


@callbacks.command("ring")
def ring(context: typer.Context, which: Annotated[int, typer.Argument(help="编号。")]) -> None:
    """坐席一有空就回拨, 不论时段, 重新计次 (记入审计)。"""
    place = terminal(context)
    with opened(place, place.settings()) as store:
        entry = store.ring_callback(which, who())
        if entry is None:
            _not_open(place, which, store.callback(which))
    place.show(f"回拨 {which}: 坐席一有空就拨 {mask(entry.ani)}。", _plain(entry))


def _settle(place: Terminal, which: int, state: CallbackState, why: str, said: str) -> None:
    with opened(place, place.settings()) as store:
        entry = store.settle_callback(which, state, who(), why)
        if entry is None:
            _not_open(place, which, store.callback(which))
    place.show(f"回拨 {which} ({mask(entry.ani)}) {said}。", _plain(entry))


def _not_open(place: Terminal, which: int, entry: CallbackRecord | None) -> NoReturn:
    if entry is None:
        place.fail(f"没有回拨 {which}; hotline callbacks list --all 列出全部")
    place.fail(f"回拨 {which} {Text.from_markup(_STATE[entry.state]).plain}, 不能改动")


def _cells(one: CallbackRecord, full: bool) -> tuple[str, ...]:
    reason = _REASON[one.reason]
    return (
        str(one.id),
        moment(one.latest or one.asked),
        one.ani if full else mask(one.ani),
        f"[bold red]急修 {reason}" if one.emergency else reason,
        str(one.calls),
        _STATE[one.state],
        str(one.attempts),
        moment(one.due) if one.due else "",
        _SAID.get(one.said, one.said),
        one.why.replace("[", "\\["),
    )


def _lost(lost: Uncalled) -> Iterator[str]:
    if lost.withheld or lost.barred:
        yield f"近 24 小时另有 {lost.withheld} 个漏接来电未显示号码, {lost.barred} 个的号码不许呼出, 无法回拨。"


def _plain(one: CallbackRecord, full: bool = False) -> dict[str, Any]:
    return {
        "id": one.id,
        "linkedid": one.linkedid,
        "ani": one.ani if full else mask(one.ani),
        "reason": one.reason.value,
        "emergency": one.emergency,
        "utility": one.utility.value if one.utility else None,
        "queue": one.queue,
        "state": one.state.value,
        "asked": one.asked.isoformat(),
        "calls": one.calls,
        "attempts": one.attempts,
        "due": one.due.isoformat() if one.due else None,
        "said": one.said,
        "answered_by": one.answered_by,
        "why": one.why,
    }
