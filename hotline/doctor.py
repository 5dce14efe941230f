"""What is wrong with this hotline, and what to do about it: one finding for each thing it needs."""

import os
import shutil
import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from cases.masked import Masking
from domain.clock import SystemClock, local
from hotline.alarms import ALARM, alarm_words
from hotline.checked import ConfigurationError
from hotline.drafting_rules import scan_gazetteer
from hotline.exits import Exit
from hotline.fault_kinds import Weight
from hotline.faults import Fault, read_faults, to_show
from hotline.live import asterisk_of, asterisk_runs, seat_states
from hotline.places import Places
from hotline.settings import Settings, load
from hotline.watch import TEXTFILE
from hotline.wiring import hazard_titles, open_store, shelf, vault
from routing.route import SeatState
from store.door import Store
from store.errors import StoreError
from store.records import CallbackState
from telephony.agi.alive import answers
from telephony.asterisk import certificate
from telephony.asterisk.layout import Layout
from telephony.asterisk.locate import AsteriskMissing, locate
from telephony.asterisk.ports import holder
from telephony.recordings.spool import QUARANTINE, Spool
from transcription.engine import ModelError
from transcription.engines import check_model
from transcription.models import Installer, State
from vault.keys import KeysUnusable, loose
from vault.vault import Standing

_OLD_MINUTES = 15
_BLIND_LOOKS, _BLIND_SECONDS = 3, 30
_ALARMS = 20
_CERTIFICATE_DAYS = 30
_LOOKED_AT = 100
_AUDITED = 5000


class Grade(StrEnum):
    """How a finding is."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: how it is, in Chinese, and what to do where it is not good."""

    subject: str
    grade: Grade
    state: str
    advice: str = ""


def examine(places: Places) -> list[Finding]:
    """Look at everything; nothing is changed, and no look waits for long."""
    try:
        settings = load(places, forgive_gazetteer=True)
    except ConfigurationError as error:
        return [Finding("配置", Grade.BAD, error.faults[0], "hotline check 列出全部错误")]
    return [
        Finding("配置", Grade.GOOD, str(places.config)),
        *_gazetteer(settings),
        *_account(),
        *_asterisk(settings),
        *_certificate(settings),
        *_telephony(settings),
        *_keys(settings),
        *_database(settings),
        *_models(settings),
        *_disk(settings),
        *_spool(settings),
        *_seats(settings),
        *_watch(settings),
        *_faults(settings),
    ]


def worst(found: Iterable[Finding]) -> Exit:
    """Return the exit code that findings are worth: 0 all good, 1 warnings, 2 something is wrong."""
    grades = {one.grade for one in found}
    if Grade.BAD in grades:
        return Exit.USAGE
    return Exit.FAILED if Grade.WARNING in grades else Exit.DONE


def _gazetteer(settings: Settings) -> Iterator[Finding]:
    _, faults = scan_gazetteer(settings.places.config / "gazetteer")
    if faults:
        state = f"{faults[0]} (共 {len(faults)} 处错误)"
        yield Finding("地名", Grade.BAD, state, "改正后自动生效, 不必重启; 在此之前转写进程仍用改动前的地名")


def _account() -> Iterator[Finding]:
    if os.geteuid() == 0:
        yield Finding("账号", Grade.WARNING, "以 root 运行 (Asterisk 已放弃全部特权)", "正式使用请换普通账号")


def _asterisk(settings: Settings) -> Iterator[Finding]:
    try:
        program = locate(settings.places.tools)
    except AsteriskMissing as error:
        yield Finding("Asterisk", Grade.BAD, str(error), "make setup")
        return
    process = asterisk_of(settings)
    if process.pid() is not None:
        yield Finding("Asterisk", Grade.GOOD, f"版本 {program.major}, 运行中 (PID {process.pid()})")
        return
    sip = settings.telephony.sip
    taken = holder("udp", sip.port)
    if taken:
        yield Finding(
            "Asterisk",
            Grade.BAD,
            f"没有运行; SIP 端口 {sip.port} 被 {taken} 占用",
            "停掉它, 或在 telephony.yaml 换端口",
        )
    else:
        yield Finding("Asterisk", Grade.WARNING, f"版本 {program.major}, 没有运行", "hotline up")


def _certificate(settings: Settings) -> Iterator[Finding]:
    tls = settings.telephony.sip.tls
    if tls is None:
        return
    file = Path(tls.certificate) if tls.certificate else Layout(settings.places.home).certificate
    until = certificate.expires(file)
    if until is None:
        return  # made at the first start
    left = (until - datetime.now(UTC)).days
    where = f"{file}, 有效期至 {until:%Y-%m-%d}"
    if left < _CERTIFICATE_DAYS:
        advice = "换上新证书, 然后 hotline up" if tls.certificate else f"删除 {file.parent} 后重启, 再把新证书装到话机"
        yield Finding("话机证书", Grade.BAD if left < 0 else Grade.WARNING, where, advice)
    else:
        yield Finding("话机证书", Grade.GOOD, where)


def _telephony(settings: Settings) -> Iterator[Finding]:
    agi = settings.telephony.agi
    below = "在此期间来电由经典 AGI 脚本和拨号方案接住"
    try:
        with socket.create_connection((agi.host, agi.port), 1.0):
            pass
    except OSError as error:
        state = f"FastAGI {agi.host}:{agi.port} 不通: {error.strerror or error}"
        yield Finding("电话进程", Grade.WARNING, state, f"hotline up; {below}")
        return
    if not answers(agi.host, agi.port, settings.operations.faults.answer_seconds):
        state = f"FastAGI {agi.host}:{agi.port} 连得上但不应答: 进程僵住, 或端口被别的程序占用"
        yield Finding("电话进程", Grade.BAD, state, f"看 log/telephony.log, 重启电话进程; {below}")
        return
    yield Finding("电话进程", Grade.GOOD, f"FastAGI {agi.host}:{agi.port} 在应答")


def _keys(settings: Settings) -> Iterator[Finding]:
    """Look at the keys' files before anything uses them, which would put their permissions right."""
    found = vault(settings)
    if not found.made:
        return  # they are made with the first data
    for file in found.files:
        wrong = loose(file) if file.exists() and not found.lent else None
        if not file.exists():
            yield Finding("密钥", Grade.BAD, f"找不到 {file}", "从备份恢复; 没有它已有的录音和草稿打不开, 也不能收新的")
        elif wrong:
            yield Finding(
                "密钥", Grade.BAD, f"{file} {wrong}", f"chmod 600 {file}; 可能已外泄时执行 hotline keys rotate"
            )
        else:
            continue
        return
    try:
        ring = found.keyring()
    except KeysUnusable as error:
        yield Finding("密钥", Grade.BAD, str(error), "从备份恢复")
        return
    if len(ring.data) > 1:
        yield Finding("密钥", Grade.WARNING, f"轮换没有做完, 还有 {len(ring.data) - 1} 把旧密钥", "hotline keys rotate")
    else:
        yield Finding("密钥", Grade.GOOD, f"{found.folder} ({ring.current.name}); 请另存备份")


def _sealed(settings: Settings, store: Store) -> Iterator[Finding]:
    """Look at the oldest recordings, which older versions left in the clear, and at the newest."""
    found = [*store.expire(SystemClock().now(), _LOOKED_AT), *store.recordings(_LOOKED_AT)]
    there = {one.id: one.storage_key for one in found if one.deleted_at is None}
    ours = shelf(settings)
    clear = sum(ours.standing(key) is Standing.CLEAR for key in there.values()) + store.clear(list(there))
    if clear:
        yield Finding("封存", Grade.BAD, f"有明文的录音或转写 (抽查到 {clear} 项)", "hotline keys seal")
    elif there:
        yield Finding("封存", Grade.GOOD, f"抽查 {len(there)} 段录音和转写, 都已封存")


def _audit(store: Store) -> Iterator[Finding]:
    found = store.verify_audit(_AUDITED)
    if found.faults:
        state = f"{len(found.faults)} 处不符: {found.faults[0].what}"
        yield Finding("审计", Grade.BAD, state, "hotline audit verify 列出全部; 查明是谁改的, 从备份核对")
    elif found.rows:
        yield Finding("审计", Grade.GOOD, f"最近 {found.rows} 条记录环环相扣")


def _database(settings: Settings) -> Iterator[Finding]:
    store = open_store(settings)
    try:
        found, newest = store.revision()
        if found is None:
            yield Finding("数据库", Grade.WARNING, "还没有数据", "make run 启动时会建好; 或 hotline db upgrade")
            return
        store.require_known(found)
        if found != newest:
            yield Finding("数据库", Grade.BAD, f"结构 {found}, 程序需要 {newest}", "hotline db upgrade")
            return
        store.probe()
        yield Finding("数据库", Grade.GOOD, f"结构 {found}")
        waiting = len(store.unheard())
        late = waiting > 20
        yield Finding(
            "转写任务",
            Grade.WARNING if late else Grade.GOOD,
            f"{waiting} 段录音等待转写",
            "增加转写进程: hotline up --workers N" if late else "",
        )
        yield from _alarms(settings, store)
        yield from _call_backs(store)
        yield from _sealed(settings, store)
        yield from _audit(store)
    except KeysUnusable:
        return  # said above
    except StoreError as error:
        yield Finding("数据库", Grade.BAD, str(error), "见左; 电话照常接通, 录音在 spool 里等候")
    finally:
        store.close()


def _alarms(settings: Settings, store: Store) -> Iterator[Finding]:
    titles, masking = hazard_titles(settings), Masking.of(settings.drafting.numbers)
    for alarm in store.alarms(_ALARMS):
        yield Finding(
            "紧急情况",
            Grade.BAD,
            f"{ALARM}草稿 {alarm.draft}: {alarm_words(alarm, titles, masking)}",
            f"立即核实: hotline cases show {alarm.draft}; 已有人处理: hotline cases acknowledge {alarm.draft}",
        )


def _call_backs(store: Store) -> Iterator[Finding]:
    owed = store.callbacks()
    by_hand = [entry for entry in owed if entry.state is CallbackState.BY_HAND]
    if by_hand:
        state = f"{len(by_hand)} 位市民多次回拨未接通"
        yield Finding(
            "漏接回拨", Grade.WARNING, state, "人工回拨: hotline callbacks list; 之后 hotline callbacks done 编号"
        )
    else:
        yield Finding("漏接回拨", Grade.GOOD, f"{len(owed)} 位市民等候回拨")


def _models(settings: Settings) -> Iterator[Finding]:
    wanted, models = settings.transcription.model, settings.places.tools / "models"
    for one in Installer(models).status():
        if one.name == wanted:
            grade = Grade.GOOD if one.state is State.READY else Grade.BAD
            advice = "" if one.state is State.READY else one.detail or f"hotline models install {one.name}"
            yield Finding("语音模型", grade, f"{one.name} {one.state}", advice)
            return
    try:
        check_model(settings.transcription, models)
    except ModelError as error:
        yield Finding("语音模型", Grade.BAD, wanted, str(error))
    else:
        yield Finding("语音模型", Grade.GOOD, wanted)


def _disk(settings: Settings) -> Iterator[Finding]:
    settings.places.home.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.places.home).free // (1 << 20)
    low = free < settings.recordings.low_space_mb
    advice = f"腾出空间; 低于 {settings.recordings.low_space_mb} MB 录音就有危险" if low else ""
    yield Finding("磁盘", Grade.BAD if low else Grade.GOOD, f"剩余 {free / 1024:.1f} GB", advice)


def _spool(settings: Settings) -> Iterator[Finding]:
    folder = settings.places.spool
    if not folder.is_dir():
        return
    now = datetime.now(UTC).timestamp()
    calls = Spool(folder).calls()
    old = [
        linkedid
        for linkedid, files in calls.items()
        if min((now - file.stat().st_mtime for file in files if file.exists()), default=0) > _OLD_MINUTES * 60
    ]
    state = f"{len(calls)} 个来电进行中或等待入库"
    if old:
        yield Finding(
            "录音入库", Grade.BAD, f"{len(old)} 个来电滞留超过 {_OLD_MINUTES} 分钟", "hotline recordings repair"
        )
    else:
        yield Finding("录音入库", Grade.GOOD, state)
    put_aside = list((folder / QUARANTINE).glob("*"))
    if put_aside:
        newest = max(file.stat().st_mtime for file in put_aside)
        when = f"{local(datetime.fromtimestamp(newest, UTC)):%m-%d %H:%M}"
        yield Finding(
            "读不出的录音", Grade.WARNING, f"{len(put_aside)} 个文件, 最近 {when}", f"请人工查看 {folder / QUARANTINE}"
        )


def _seats(settings: Settings) -> Iterator[Finding]:
    states = seat_states(settings)
    if not states:
        return
    gone = [settings.routing.seats[name].title for name, state in states.items() if state is SeatState.GONE]
    here = len(states) - len(gone)
    for name, plan in settings.routing.emergency.items():
        seats = {seat for shift in settings.routing.rosters.get(plan.roster, ()) for seat in shift.seats}
        if seats and all(states.get(seat) is SeatState.GONE for seat in seats):
            yield Finding(
                "值守坐席", Grade.BAD, f"{name}: 没有一个值守话机在线", f"让 {'、'.join(sorted(seats))} 登记上线"
            )
    grade = Grade.WARNING if gone else Grade.GOOD
    yield Finding("坐席", grade, f"{here} 个在线, {len(gone)} 个不在线", "、".join(gone))


def _watch(settings: Settings) -> Iterator[Finding]:
    """Tell whether somebody still looks: a watch that stopped looking raises no alarms."""
    file = settings.places.home / "metrics" / TEXTFILE
    try:
        age = datetime.now(UTC).timestamp() - file.stat().st_mtime
    except OSError:
        return
    if asterisk_runs(settings) and age > _BLIND_LOOKS * settings.operations.faults.look_seconds + _BLIND_SECONDS:
        advice = "故障不再告警: 重启 hotline-watch (或 hotline up), 看 log/watch.log"
        yield Finding("守望进程", Grade.BAD, f"{age / 60:.0f} 分钟没有查看热线", advice)


def _faults(settings: Settings) -> Iterator[Finding]:
    """Tell of the faults that the processes reported: those that go on, and those of the last day nobody has seen."""
    for fault in to_show(read_faults(settings.places.faults), datetime.now(UTC)):
        grade = Grade.BAD if fault.open and fault.words.weight is Weight.GRAVE else Grade.WARNING
        advice = fault.words.advice
        if not fault.open:
            advice = f"已恢复。{advice} (知道了: hotline faults seen {fault.name})"
        yield Finding("故障告警", grade, fault_words(fault), advice)


def fault_words(fault: Fault) -> str:
    """Return a fault in a line: what, which, since when, how often."""
    since = f"{local(fault.since):%m-%d %H:%M:%S}"
    times = f", 第 {fault.times} 次" if fault.times > 1 else ""
    if fault.until is None:
        span = f"自 {since} 起"
    elif fault.until == fault.since:
        span = since
    else:
        span = f"{since} 至 {local(fault.until):%H:%M:%S}"
    detail = f": {fault.detail}" if fault.detail else ""
    return f"{fault.title} ({span}{times}){detail}"
