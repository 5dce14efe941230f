"""`hotline keys …`, `hotline audit …`: what keeps the data sealed, and the audit whole."""

from collections.abc import Callable
from itertools import count
from typing import Annotated

import typer
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from domain.clock import SystemClock, local
from hotline.commands.opened import opened
from hotline.console import Terminal, folded, moment, terminal, who
from hotline.exits import Exit
from hotline.keeping import Keeper, Sealed, Tally
from hotline.settings import Settings
from hotline.wiring import shelf, vault
from store.door import Store
from vault.keys import Keyring, KeysUnusable

keys = typer.Typer(help="封存录音、转写和草稿的密钥。", no_args_is_help=True)
audit = typer.Typer(help="审计: 谁在何时看过、改过什么。", no_args_is_help=True)

_SHOWN = 20


def add_to(app: typer.Typer) -> None:
    """Add this topic's commands."""
    app.add_typer(keys, name="keys")
    app.add_typer(audit, name="audit")


@keys.command("status")
def status(context: typer.Context) -> None:
    """显示密钥在哪里, 哪些数据封存在哪一把下, 还有没有明文。"""
    place = terminal(context)
    settings = place.settings()
    with opened(place, settings) as store, place.faults(KeysUnusable):
        keeper = _keeper(settings, store)
        ring = keeper.vault.keyring()
        texts, files = keeper.tally()
    table = Table.grid(padding=(0, 2))
    table.add_row("密钥", str(keeper.vault.folder))
    for key in ring.data:
        use = "使用中" if key is ring.current else "旧, 轮换未完: 再执行 hotline keys rotate"
        table.add_row(f"数据密钥 {key.name}", f"{local(key.made):%Y-%m-%d %H:%M} 生成, {use}")
    table.add_row("审计密钥", "、".join(key.name for key in ring.audit))
    table.add_row("转写、草稿", _said(texts))
    table.add_row("录音文件", _said(files))
    place.show(table, {**_plain_keys(keeper, ring), "texts": _plain_tally(texts), "files": _plain_tally(files)})


@keys.command("seal")
def seal(context: typer.Context) -> None:
    """把还是明文的录音、转写和草稿封存起来 (旧版本留下的)。可以随时中断, 再执行时接着做; 期间照常使用。"""
    place = terminal(context)
    settings = place.settings()
    with opened(place, settings) as store, place.faults(KeysUnusable, OSError), _progress(place) as bar:
        task = bar.add_task("已检查 0 项", total=None)
        done = _keeper(settings, store).seal(_counter(bar, task))
        store.audit(who(), "keys.seal", "", None, {"texts": done.texts, "files": done.files})
    _tell(place, f"封存了 {done.texts} 条转写和草稿、{done.files} 个录音文件。", done, {})


@keys.command("rotate")
def rotate(context: typer.Context) -> None:
    """换新密钥: 新数据立即用新的, 旧数据逐一改封, 全部完成才删除旧密钥。可以随时中断, 再执行时接着做。"""
    place = terminal(context)
    settings = place.settings()
    with opened(place, settings) as store, place.faults(KeysUnusable, OSError), _progress(place) as bar:
        task = bar.add_task("已检查 0 项", total=None)
        keeper = _keeper(settings, store)
        ring, done = keeper.rotate(who(), _counter(bar, task))
    text = f"改封了 {done.texts} 条转写和草稿、{done.files} 个录音文件; 现在使用数据密钥 {ring.current.name}。"
    if not done.broken:
        text += f"旧密钥已删除。请把 {keeper.vault.folder} 重新备份; 旧备份里的数据仍须旧密钥。"
    _tell(place, text, done, _plain_keys(keeper, ring))


@audit.command("verify")
def verify(context: typer.Context) -> None:
    """核对整个审计: 有没有记录被改、被删、被插入、被调换, 末尾有没有被截断。"""
    place = terminal(context)
    with opened(place, place.settings()) as store:
        found = store.verify_audit()
    said = f"{found.rows} 条审计记录, {found.anchors} 条库外留底"
    plain = {
        "rows": found.rows,
        "anchors": found.anchors,
        "faults": [{"row": fault.row, "what": fault.what} for fault in found.faults],
    }
    if not found.faults:
        place.show(f"{said}: 全部相符。", plain)
        return
    place.show(f"{said}: {len(found.faults)} 处不符。", plain)
    place.complain(*(fault.what for fault in found.faults[:_SHOWN]))
    if len(found.faults) > _SHOWN:
        place.complain(f"另有 {len(found.faults) - _SHOWN} 处, 用 --json 列出全部")
    raise typer.Exit(Exit.FAILED)


@audit.command("list")
def list_audit(
    context: typer.Context,
    subject: Annotated[str | None, typer.Option(help="只看这个来电、录音或编号。", show_default=False)] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="最多列出几条。")] = 50,
) -> None:
    """列出审计记录, 新的在前。"""
    place = terminal(context)
    with opened(place, place.settings(), listing=True) as store:
        found = store.audit_list(limit, subject)
    table = folded("编号", "时间", "谁", "做了什么", "对象", "之前", "之后")
    for one in found:
        before, after = (_change(value) for value in (one.before, one.after))
        table.add_row(str(one.id), moment(one.at), one.who, one.action, one.subject, before, after)
    plain = [
        {
            "id": one.id,
            "at": one.at,
            "who": one.who,
            "action": one.action,
            "subject": one.subject,
            "before": one.before,
            "after": one.after,
        }
        for one in found
    ]
    place.show(table if found else "还没有审计记录。", plain)


def _keeper(settings: Settings, store: Store) -> Keeper:
    return Keeper(vault(settings), store, shelf(settings), SystemClock())


def _progress(place: Terminal) -> Progress:
    return Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=place.err)


def _counter(bar: Progress, task: TaskID) -> Callable[[int], None]:
    """Return what counts what was gone over, in a bar whose end nobody knows beforehand."""
    gone = count(1)

    def more(things: int) -> None:
        for _ in range(things):
            bar.update(task, description=f"已检查 {next(gone)} 项")

    return more


def _tell(place: Terminal, text: str, done: Sealed, more: dict[str, object]) -> None:
    place.show(text, {"texts": done.texts, "files": done.files, "broken": done.broken, **more})
    if done.broken:
        place.complain(*(f"{name}: 打不开, 没有它的密钥或已损坏" for name in done.broken[:_SHOWN]))
        place.complain(f"共 {len(done.broken)} 项打不开; 请从备份恢复它们或它们的密钥。旧密钥保留。")
        raise typer.Exit(Exit.FAILED)


def _said(tally: Tally) -> str:
    said = f"{tally.current} 项已封存"
    if tally.old:
        said += f", {tally.old} 项还在旧密钥下 (hotline keys rotate)"
    if tally.clear:
        said += f", {tally.clear} 项还是明文 (hotline keys seal)"
    return said


def _plain_tally(tally: Tally) -> dict[str, int]:
    return {"current": tally.current, "old": tally.old, "clear": tally.clear}


def _plain_keys(keeper: Keeper, ring: Keyring) -> dict[str, object]:
    return {
        "folder": str(keeper.vault.folder),
        "current": ring.current.name,
        "old": [key.name for key in ring.data[:-1]],
        "audit": [key.name for key in ring.audit],
    }


def _change(value: dict[str, object] | None) -> str:
    return ", ".join(f"{name}={said}" for name, said in (value or {}).items())
