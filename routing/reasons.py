"""The sentences that say why a call goes where it goes, as a shift leader would put it."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from domain.call import Call, Choice
from domain.clock import local
from domain.phone_number import mask
from domain.words import Utility
from routing.calendar import day
from routing.config import EmergencyPlan, RoutingConfig
from routing.roster import Running, over_midnight
from routing.route import Ring, SeatState

STANDING = "不看时间和坐席状态的常备方案：话务程序不应答时由 Asterisk 直接执行"
NO_PLAN = "配置中没有这一类急修方案，转入默认队列并排在最前"
NOBODY_TO_RING = "急修方案里没有可振铃的坐席或外线，转入队列并排在最前"
MESSAGE = "没有坐席在线，请市民留言"
NUISANCE = "号码已标记为骚扰来电：先听提示，排在其他市民之后；急修不受影响"

UTILITIES = {Utility.WATER: "供水", Utility.POWER: "供电", Utility.HEAT: "供暖", Utility.GAS: "燃气"}
STATES = {
    SeatState.FREE: "空闲",
    SeatState.RINGING: "正在振铃",
    SeatState.BUSY: "通话中",
    SeatState.PAUSED: "示忙",
    SeatState.GONE: "离线",
    SeatState.UNKNOWN: "状态未知",
}


def came(call: Call) -> str:
    """Say who called, the number masked."""
    return f"来电 {mask(call.ani)}，拨打 {call.dialled}"


def chose(choice: Choice) -> str:
    """Say what the citizen chose."""
    keys = f"按键 {choice.keys}" if choice.keys else "没有按键"
    if not choice.emergency:
        return f"市民{keys}，按普通来电转人工"
    return f"市民{keys}，{UTILITIES[choice.utility]}急修" if choice.utility else f"市民{keys}，急修，未说明是哪一类"


def moment(now: datetime, config: RoutingConfig) -> str:
    """Say what kind of day it is."""
    wall = local(now)
    today = day(wall.date(), config)
    return f"现在是 {wall:%H:%M}，{today.why}，{'采暖季' if today.heating else '非采暖季'}"


def on_duty(roster: str, shifts: Iterable[Running], config: RoutingConfig) -> str:
    """Say who is on duty, and from when to when."""
    said = [f"{seats(one.shift.seats, config)}（{hours(one)}）" for one in shifts if one.shift.seats]
    if not said:
        return f"班表 {roster} 此刻无人值班，直接进入下一级"
    return f"班表 {roster} 此刻值班：{'，'.join(said)}"


def hours(one: Running) -> str:
    """Say a running shift's hours: 20:00至次日08:00."""
    following = "次日" if over_midnight(one.shift) else ""
    return f"{one.shift.start:%H:%M}至{following}{one.shift.end:%H:%M}"


def seat_states(names: Iterable[str], states: Mapping[str, SeatState], config: RoutingConfig) -> tuple[str, ...]:
    """Say which seats are not simply free, one sentence for each state."""
    known = [(name, states.get(name, SeatState.UNKNOWN)) for name in names]
    quiet = (SeatState.FREE, SeatState.UNKNOWN)
    return tuple(
        f"{seats([name for name, found in known if found is state], config)} {STATES[state]}"
        for state in SeatState
        if state not in quiet and any(found is state for _, found in known)
    )


def order(rings: Iterable[Ring], config: RoutingConfig) -> str:
    """Say who rings when."""
    stages: dict[int, list[str]] = {}
    for ring in rings:
        stages.setdefault(ring.after, []).append(target(ring, config))
    said = [f"{f'{after} 秒后' if after else '立即'}振铃 {'、'.join(names)}" for after, names in stages.items()]
    return "，".join(said)


def afterwards(plan: EmergencyPlan, config: RoutingConfig) -> str:
    """Say what happens when nobody answers."""
    heard = f"振铃时播放 {plan.while_ringing}；" if plan.while_ringing else ""
    return (
        f"{heard}{plan.ring_seconds} 秒无人接听则转入{queue_title(plan.queue, config)}并排在最前，"
        "再无人接听则请市民留言，生成紧急工单草稿"
    )


def queue(name: str, served_by: Iterable[str], states: Mapping[str, SeatState], config: RoutingConfig) -> str:
    """Say which queue takes the call, and how it is staffed."""
    found = [states.get(seat, SeatState.UNKNOWN) for seat in served_by]
    counted = [f"{STATES[state]} {found.count(state)}" for state in SeatState if state in found]
    return f"转入{queue_title(name, config)}，坐席 {len(found)} 个：{'、'.join(counted)}"


def queue_deserted(name: str, served_by: Iterable[str], config: RoutingConfig) -> str:
    """Say that a queue has nobody."""
    count = len(tuple(served_by))
    return f"{queue_title(name, config)}的 {count} 个坐席全部离线" if count else f"{queue_title(name, config)}没有坐席"


def no_queue(name: str, config: RoutingConfig) -> str:
    """Say that the menu asked for a queue that routing does not have."""
    return f"菜单要求的队列 {name} 不存在，改用{queue_title(config.default_queue, config)}"


def queue_title(name: str, config: RoutingConfig) -> str:
    """Return a queue as people call it, with its name."""
    return f"“{config.queues[name].title}”（{name}）" if name in config.queues else f"队列 {name}"


def target(ring: Ring, config: RoutingConfig) -> str:
    """Return whom a Ring rings, as people call it."""
    if ring.outside is not None:
        known = config.outside.get(ring.outside)
        return f"外线 {known.title if known else ring.outside}（须按 1 接听）"
    return seats((ring.seat or "",), config)


def seats(names: Iterable[str], config: RoutingConfig) -> str:
    """Return seats as people call them, with their names."""
    return "、".join(f"{config.seats[name].title} {name}" if name in config.seats else name for name in names)
