"""From two looks at the hotline to what is wrong with it. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.clock import local
from hotline.fault_kinds import Kind
from hotline.faults import Subject
from hotline.operations import FaultSettings
from hotline.outside import Sight

_MB = 1 << 20


@dataclass(slots=True)
class Judged:
    """What is wrong now, which kinds nobody could look at, and what went wrong since the last look."""

    wrong: dict[Subject, str] = field(default_factory=dict)
    unknown: set[Kind] = field(default_factory=set)
    happened: list[tuple[Kind, str, str]] = field(default_factory=list)

    def find(self, kind: Kind, detail: str, subject: str = "") -> None:
        """Put down that something is wrong."""
        self.wrong[kind, subject] = detail


def judge(
    before: Sight | None, now: Sight, settings: FaultSettings, low_space_mb: int, drift_seconds: float = 0.0
) -> Judged:
    """Return what is wrong; `drift_seconds` is how far the clock has jumped since the last look."""
    judged = Judged()
    _asterisk(judged, before, now)
    if not now.telephony_answers:
        judged.find(Kind.TELEPHONY_DOWN, "FastAGI 端口不通, 或进程僵住")
    _rungs(judged, before, now)
    if now.database is not None:
        judged.find(Kind.DATABASE, now.database)
    _counted(judged, now, settings)
    if now.free_bytes < low_space_mb * _MB:
        judged.find(Kind.DISK_LOW, f"剩余 {now.free_bytes // _MB} MB, 低于 {low_space_mb} MB")
    if now.spool.stuck:
        judged.find(Kind.RECORDINGS_STUCK, f"{len(now.spool.stuck)} 个来电, 例如 {now.spool.stuck[0]}")
    if now.spool.quarantined:
        judged.find(Kind.RECORDINGS_QUARANTINED, f"{now.spool.quarantined} 个文件")
    if abs(drift_seconds) > settings.clock_seconds:
        way = "向前" if drift_seconds > 0 else "向后"
        judged.happened.append((Kind.CLOCK_STEPPED, "", f"{way}跳了 {abs(drift_seconds):.0f} 秒"))
    _backup(judged, now, settings)
    return judged


def _asterisk(judged: Judged, before: Sight | None, now: Sight) -> None:
    if now.asterisk is None:
        judged.find(Kind.ASTERISK_DOWN, "没有运行")
    elif not now.asterisk_answers:
        judged.find(Kind.ASTERISK_DOWN, "进程在, 但 AMI 不应答")
    if before is not None and before.asterisk and now.asterisk and before.asterisk != now.asterisk:
        judged.happened.append((Kind.ASTERISK_RESTARTED, "", "进程号变了, 期间的通话已断"))


def _rungs(judged: Judged, before: Sight | None, now: Sight) -> None:
    """Tell of calls in the spool that a lower rung has decided since the last look."""
    was = (before.spool.rungs if before else None) or {}
    for rung, title in (("2", "经典 AGI 脚本"), ("3", "拨号方案")):
        more = (now.spool.rungs or {}).get(rung, 0) - was.get(rung, 0)
        if more > 0:
            judged.happened.append((Kind.LOWER_RUNG, f"rung{rung}", f"{more} 个来电由{title}接住"))


def _counted(judged: Judged, now: Sight, settings: FaultSettings) -> None:
    census = now.census
    if census is None:
        judged.unknown |= {Kind.TRANSCRIPTS_LATE, Kind.WORKER_SILENT}
        return
    silent = _silent(census.workers, now.at, settings.silent_seconds)
    for name in silent:
        judged.find(Kind.WORKER_SILENT, f"最后一次报到 {local(census.workers[name]):%m-%d %H:%M:%S}", name)
    late = census.waiting_since is not None and now.at - census.waiting_since > timedelta(
        minutes=settings.waiting_minutes
    )
    if late and census.waiting_since is not None:
        since = f"{local(census.waiting_since):%m-%d %H:%M}"
        nobody = "" if set(census.workers) - set(silent) else "; 没有一个转写进程在工作"
        judged.find(Kind.TRANSCRIPTS_LATE, f"{census.waiting} 段录音等待转写, 最早 {since}{nobody}")


def _silent(workers: Mapping[str, datetime], now: datetime, seconds: float) -> Collection[str]:
    return [name for name, beat in workers.items() if (now - beat).total_seconds() > seconds]


def _backup(judged: Judged, now: Sight, settings: FaultSettings) -> None:
    if not settings.backup_hours or now.first_start is None:
        return
    last = now.backup or now.first_start
    if now.at - last > timedelta(hours=settings.backup_hours):
        when = f"最近一次 {local(now.backup):%m-%d %H:%M}" if now.backup else "从未备份"
        judged.find(Kind.BACKUP_OLD, when)
