"""`hotline backup`, `hotline restore`: everything that is kept, to another disk and back."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from typer.core import TyperGroup

from domain.clock import SystemClock
from hotline import logs
from hotline.backup import manifest as said_of
from hotline.backup.make import PASSWORDS, BackupFailed, Made, Watch
from hotline.backup.make import make as make_backup
from hotline.backup.manifest import BackupUnusable, Manifest
from hotline.backup.restore import NotRestored, Restored, choose
from hotline.backup.restore import restore as restore_backup
from hotline.backup.verify import verify as verify_backup
from hotline.commands.opened import opened
from hotline.console import Terminal, folded, interruptible, moment, terminal, who
from hotline.exits import Exit
from hotline.running import NotStarted
from hotline.wiring import open_store
from store.errors import StoreError, StoreOutdated

_GENTLE = 10
_FIRST = 20


class _MakeUnlessNamed(TyperGroup):
    """`hotline backup DEST` means `hotline backup make DEST`."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """Put the usual word in where none of ours stands."""
        if args and args[0] not in (*self.commands, *ctx.help_option_names):
            args = ["make", *args]
        return super().parse_args(ctx, args)


backup = typer.Typer(help="备份: hotline backup 目录; 通话时也可以做。", no_args_is_help=True, cls=_MakeUnlessNamed)


def add_to(app: typer.Typer) -> None:
    """Add this topic's commands."""
    app.add_typer(backup, name="backup")
    app.command("restore")(restore)


@backup.command("make")
def make(
    context: typer.Context,
    dest: Annotated[Path, typer.Argument(help="放备份的目录 (最好是另一块盘); 每次备份是它下面的一个子目录。")],
    with_keys: Annotated[
        bool, typer.Option("--with-keys", help="密码和密钥也放进备份 (谁拿到备份谁就能听录音)。")
    ] = False,
    keys_to: Annotated[
        Path | None, typer.Option(help="密码和密钥另存到这个目录, 应在另一处保管。", show_default=False)
    ] = None,
    keep: Annotated[
        int | None, typer.Option(min=1, max=10_000, help="只保留最近几份, 更早的删除。", show_default=False)
    ] = None,
) -> None:
    """备份数据库、录音、学到的内容和配置 (make 可省略)。没有变的录音与上一份共用硬链接。"""
    place = terminal(context)
    settings = place.settings(forgive_gazetteer=True)
    os.nice(_GENTLE)  # callers first
    with (
        place.faults(BackupFailed, BackupUnusable),
        opened(place, settings) as store,
        interruptible(),
        _shown(place) as watch,
    ):
        made = make_backup(
            settings.places,
            store,
            dest,
            SystemClock().now(),
            with_keys=with_keys,
            keys_to=keys_to,
            keep=keep,
            watch=watch,
        )
        told = {"with_keys": with_keys, "keys_to": keys_to is not None, "files": made.manifest.files}
        with suppress(StoreOutdated):  # before an upgrade, to whose structure the audit has yet to come
            store.audit(who(), "backup.make", made.folder.name, None, told)
    place.show(_made(made), {**said_of.plain(made.manifest), "folder": made.folder, "removed": made.removed})
    place.complain(*_warnings(made))


@backup.command("verify")
def verify(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="一份备份, 或放备份的目录 (核对最新一份)。")],
) -> None:
    """核对一份备份: 每个文件都与清单里的 SHA-256 相符。"""
    place = terminal(context)
    with place.faults(BackupUnusable), interruptible():
        chosen = choose(folder)
        with _shown(place) as watch:
            found = verify_backup(chosen, watch)
    plain = {**said_of.plain(found.manifest), "folder": chosen, "sound": not found.faults, "faults": found.faults}
    good = f"{chosen}: {found.manifest.files} 个文件全部相符。"
    place.show(f"{chosen}: {len(found.faults)} 个文件不符。" if found.faults else good, plain)
    if found.faults:
        place.complain(*found.faults)
        raise typer.Exit(Exit.FAILED)


@backup.command("list")
def list_backups(context: typer.Context, dest: Annotated[Path, typer.Argument(help="放备份的目录。")]) -> None:
    """列出一个目录里的备份, 旧的在前。"""
    place = terminal(context)
    table = folded("备份", "时间", "数据库", "来电", "录音", "大小", "新增", "密钥")
    plain: list[dict[str, object]] = []
    for one in said_of.backups(dest):
        try:
            found = said_of.load(one)
        except BackupUnusable as error:
            table.add_row(one.name, "", f"[red]{error}")
            plain.append({"name": one.name, "error": str(error)})
            continue
        fresh = found.files - found.linked
        table.add_row(
            one.name,
            moment(found.made),
            f"{found.database} {found.revision}",
            str(found.counts.calls),
            str(found.counts.recordings),
            _size(found.bytes),
            f"{fresh} 个文件",
            "在内" if found.with_keys else "不在内",
        )
        plain.append({"name": one.name, **said_of.plain(found)})
    place.show(table if plain else f"{dest} 里没有完整的备份。", plain)


def restore(
    context: typer.Context,
    source: Annotated[Path, typer.Argument(help="一份备份, 或放备份的目录 (用最新一份)。")],
    replace: Annotated[
        bool, typer.Option("--replace", help="数据目录里已有数据也恢复; 现有的移到 before-restore-… 里, 不删除。")
    ] = False,
    despite_damage: Annotated[bool, typer.Option("--despite-damage", help="备份里有录音损坏也恢复其余的。")] = False,
    keys: Annotated[
        Path | None, typer.Option(help="另处保管的密码和密钥 (backup --keys-to 的目录)。", show_default=False)
    ] = None,
) -> None:
    """由备份恢复数据库、录音和学到的内容; 热线须先停下。逐个文件核对, 不符就什么都不动。"""
    place = terminal(context)
    settings = place.settings(forgive_gazetteer=True)
    settings.places.home.mkdir(parents=True, exist_ok=True)
    log = logs.to_file("restore", settings.places.log)
    with place.faults(NotRestored, BackupUnusable, StoreError, NotStarted), interruptible():
        store = open_store(settings)
        try:
            with _shown(place) as watch:
                done = restore_backup(
                    settings,
                    store,
                    source,
                    SystemClock().now(),
                    replace=replace,
                    despite_damage=despite_damage,
                    keys=keys,
                    who=who(),
                    watch=watch,
                )
        finally:
            store.close()
    place.show(_restored(done), _plain(done))
    place.complain(*_after_restore(done, str(log)))


@contextmanager
def _shown(place: Terminal) -> Iterator[Watch]:
    """Lend what shows progress: a bar for each step on a person's terminal, nothing for a program."""
    if place.json or not place.err.is_terminal:
        yield lambda _what, _done, _of: None
        return
    bars = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*bars, console=place.err, transient=True) as progress:
        steps: dict[str, TaskID] = {}

        def watch(what: str, done: int, of: int) -> None:
            if what not in steps:
                steps[what] = progress.add_task(what, total=of or None)
            progress.update(steps[what], completed=done, total=of or None)

        yield watch


def _made(made: Made) -> Table:
    found = made.manifest
    table = Table.grid(padding=(0, 2))
    table.add_row("备份", str(made.folder))
    table.add_row("数据库", f"{found.database}, 结构 {found.revision}, 截至 {moment(found.made)}")
    table.add_row("内容", f"来电 {found.counts.calls}, 录音 {found.counts.recordings}, 草稿 {found.counts.drafts}")
    table.add_row(
        "文件", f"{found.files} 个, {_size(found.bytes)}; 其中 {found.linked} 个与 {found.previous or '上一份'} 共用"
    )
    table.add_row("留给下一次", f"进行中或未入库 {len(found.under_way)} 个来电, 备份期间入库 {len(found.since)} 个")
    if made.keys is not None:
        table.add_row("密钥", f"{made.keys} (请换一处保管)")
    if made.removed:
        table.add_row("已删除旧备份", "、".join(one.name for one in made.removed))
    return table


def _warnings(made: Made) -> Iterator[str]:
    found = made.manifest
    if found.with_keys:
        yield "警告: 密码和密钥就在这份备份里, 谁拿到它谁就能听录音、冒充坐席; 请像对待钥匙一样保管。"
    elif made.keys is None and found.keys:
        yield (
            f"警告: 密码和密钥没有备份 ({'、'.join(one.name for one in found.keys)})。没有密钥, 封存的数据无法恢复; "
            "请用 --keys-to 另存一处, 或用 --with-keys 放进备份。"
        )
    if found.missing:
        yield f"警告: {len(found.missing)} 段录音有记录而没有文件: {_some(found.missing)}"
    if found.loose:
        yield f"注意: {len(found.loose)} 段录音有文件而没有记录, 已一并备份, 恢复时重新入库: {_some(found.loose)}"


def _restored(done: Restored) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_row("已恢复", f"{done.folder} ({moment(done.manifest.made)} 的数据)")
    table.add_row("内容", f"来电 {done.counts.calls}, 录音 {done.counts.recordings}, 草稿 {done.counts.drafts}")
    before, after = done.upgraded
    if before != after:
        table.add_row("数据库升级", f"{before} → {after}")
    if done.kept:
        table.add_row("备份之后的录音", f"{len(done.kept)} 段仍在, 已放回")
    if done.agreed.refiled:
        table.add_row("重新入库", f"{len(done.agreed.refiled)} 段有文件而没有记录的录音: {_some(done.agreed.refiled)}")
    if done.found:
        table.add_row("由别的备份补上", _some(done.found))
    if done.aside:
        table.add_row("原有的数据", f"没有删除, 在 {'、'.join(done.aside)}")
    table.add_row("下一步", "hotline up; 未转写的录音会接着转写, 已转写的不再做")
    return table


def _after_restore(done: Restored, log: str) -> Iterator[str]:
    if done.agreed.missing:
        yield f"警告: {len(done.agreed.missing)} 段录音有记录而没有文件, 哪里都没有找到: {_some(done.agreed.missing)}"
    if done.agreed.unreadable:
        names = _some(done.agreed.unreadable)
        yield f"警告: {len(done.agreed.unreadable)} 个录音文件没有记录, 也读不出来 (原因见 {log}): {names}"
    if not done.secrets:
        yield (
            f"警告: 坐席密码 ({PASSWORDS}) 没有随备份恢复: 下次启动时重新生成, 话机都要重设。"
            "另有保管的请现在放回, 或加 --keys 目录 --replace 再恢复一次。"
        )
    if done.config:
        where = done.folder / "config"
        yield f"注意: 配置与备份时有 {len(done.config)} 个文件不同, 没有动; 备份时的在 {where}: {_some(done.config)}"


def _plain(done: Restored) -> dict[str, object]:
    manifest: Manifest = done.manifest
    return {
        **said_of.plain(manifest),
        "folder": done.folder,
        "upgraded": list(done.upgraded),
        "damaged": list(done.damaged),
        "found": list(done.found),
        "kept": list(done.kept),
        "refiled": list(done.agreed.refiled),
        "unreadable": list(done.agreed.unreadable),
        "lost": list(done.agreed.missing),
        "aside": list(done.aside),
        "secrets": done.secrets,
        "config": list(done.config),
    }


def _some(names: tuple[str, ...]) -> str:
    return "、".join(names[:_FIRST]) + (" …" if len(names) > _FIRST else "")


def _size(number: int) -> str:
    return f"{number / (1 << 30):.1f} GB" if number >= 1 << 30 else f"{number / (1 << 20):.1f} MB"
