"""`python -m chaos`: break a running hotline in every way there is, under load, and print what it cost.

Ends by itself, with 0 where every bar was held, 1 where one was not, 2 where the hotline did not come up.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from chaos.breaking import Unable
from chaos.faults import FAULTS, SHORT, Fault, Ground, Hit, order
from chaos.normal import amiss
from chaos.site import NotReady, Site, await_true, running
from chaos.tally import PATIENT, Bars, Row, Window, kept, rows
from chaos.town import Town, living
from hotline.faults import read_faults

_SETTLE = 6.0
_NORMAL_LIMIT = 60.0
_DRAFTS_LIMIT = 900.0
_HANG_UP_LIMIT = 60.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print, judge."""
    wanted = _parser().parse_args(arguments)
    console = Console() if sys.stdout.isatty() else Console(width=180)
    names = SHORT if wanted.short else tuple(filter(None, wanted.only.split(",")))
    unknown = sorted(set(names) - {fault.name for fault in FAULTS})
    if unknown:
        console.print(f"没有这种故障: {', '.join(unknown)}; 可选: {', '.join(fault.name for fault in FAULTS)}")
        return 2
    rng = random.Random(wanted.seed)  # noqa: S311
    console.print(f"种子 {wanted.seed}")
    made: list[Row] = []
    broken = False
    for ground in Ground:
        if faults := order(ground, names, rng):
            try:
                made += ladder(ground, faults, wanted.seed, console, PATIENT if wanted.patient else Bars())
            except NotReady as error:
                broken = True
                console.print(f"热线没有启动 ({ground}): {error}", style="red", markup=False)
    console.print(table(made))
    for row in made:
        for fault in row.faults:
            console.print(f"[red]{row.window.fault.title}: {fault}")
    if wanted.json:
        with open(wanted.json, "w", encoding="utf-8") as file:
            json.dump([_plain(row) for row in made], file, ensure_ascii=False, indent=1)
    return 2 if broken else int(any(row.faults for row in made))


def ladder(ground: Ground, faults: Sequence[Fault], seed: int, console: Console, bars: Bars) -> list[Row]:
    """Break a fresh hotline by each fault in turn, under a steady load; raises NotReady."""
    with running(on_postgres=ground is Ground.POSTGRES) as site:
        with living(site, seed) as town:
            if await_true(lambda: not amiss(site), _NORMAL_LIMIT) is None:
                raise NotReady(f"never normal to begin with: {amiss(site)}")
            windows = [_suffer(fault, site, town, console) for fault in faults]
            town.calling = False
            await_true(town.settled, _HANG_UP_LIMIT)
        console.print("来电已停, 等待入库与转写 …")
        _await_drafts(site)
        return rows(windows, town.done, kept(site), bars)


def _suffer(fault: Fault, site: Site, town: Town, console: Console) -> Window:
    window = Window(fault, begun=time.time())
    try:
        with fault.breaking(site, town):
            time.sleep(fault.seconds)
            frozen = time.time()
    except Unable as unable:
        window.unable = str(unable)
        window.over = time.time()
        console.print(f"{fault.title}: 本机做不到 ({unable})")
        return window
    window.mended = time.time()
    seen: list[str] = []

    def normal() -> bool:
        seen[:] = amiss(site)
        if (
            fault.hit is Hit.ASTERISK
            and window.asterisk_down is None
            and not any("asterisk" in s or "seats" in s for s in seen)
        ):
            window.asterisk_down = (window.begun, max(time.time(), frozen))
        return not seen

    window.normal_after = await_true(normal, _NORMAL_LIMIT)
    window.amiss = tuple(seen)
    time.sleep(_SETTLE)
    window.over = time.time()
    window.alarms = tuple(
        sorted(
            {
                fault.title
                for fault in read_faults(site.settings.places.faults)
                if window.begun <= fault.since.timestamp() < window.over
            }
        )
    )
    shown = "未恢复" if window.normal_after is None else f"{window.normal_after:.1f} 秒后恢复正常"
    console.print(f"{fault.title}: {shown} {'; '.join(seen)} 告警: {'、'.join(window.alarms) or '无'}")
    return window


def _await_drafts(site: Site) -> None:
    store = site.store()
    try:
        await_true(lambda: not amiss(site) and not store.unheard(), _DRAFTS_LIMIT)
    finally:
        store.close()


def table(made: Sequence[Row]) -> Table:
    """Draw the one table."""
    shown = Table(
        "故障",
        "来电",
        "接通真人",
        "急修",
        "到值守席",
        "最慢(秒)",
        "停机中",
        "误断",
        "录音",
        "修复",
        "缺失",
        "草稿1次",
        "多次",
        "未成",
        "恢复(秒)",
        "告警",
        "合格",
    )
    for row in made:
        window = row.window
        if window.unable:
            shown.add_row(window.fault.title, *["–"] * 15, "未试")
            continue
        shown.add_row(
            window.fault.title,
            str(row.offered),
            f"{row.persons}/{row.wanted_person}",
            str(row.emergencies),
            str(row.at_seat),
            f"{row.slowest:.2f}",
            str(row.beside),
            str(row.dropped),
            str(row.recordings),
            str(row.repaired),
            str(row.missing),
            str(row.drafted_once),
            str(row.drafted_again),
            str(row.undrafted),
            "–" if window.normal_after is None else f"{window.normal_after:.1f}",
            "、".join(window.alarms) or "–",
            "[red]否" if row.faults else "[green]是",
        )
    return shown


def _plain(row: Row) -> dict[str, object]:
    plain = asdict(row) | {"fault": row.window.fault.name, "title": row.window.fault.title}
    plain["window"] = {
        "mended_after": row.window.mended - row.window.begun,
        "normal_after": row.window.normal_after,
        "alarms": row.window.alarms,
        "unable": row.window.unable,
    }
    return plain


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make chaos", description="故障阶梯: 真的弄坏, 真的来电, 真的数")
    parser.add_argument("--seed", type=int, default=12345, help="故障次序与来电的随机种子")
    parser.add_argument("--short", action="store_true", help=f"只试 {', '.join(SHORT)}")
    parser.add_argument("--patient", action="store_true", help="次数照样严格, 时间放宽 (机器同时在忙别的)")
    parser.add_argument("--only", default="", help="只试这几种 (逗号隔开)")
    parser.add_argument("--json", default="", help="把结果写入这个文件")
    return parser


if __name__ == "__main__":
    sys.exit(main())
