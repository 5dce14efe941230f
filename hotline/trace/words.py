"""How the processes' own words read in a call's story."""

from typing import Any

from hotline.trace.story import Lane

_ROUTES = {"emergency": "急修值守", "agents": "人工坐席", "message": "留言", "callback": "回拨"}
_UTILITIES = {"water": "水", "power": "电", "heat": "暖", "gas": "气"}
_RUNGS = {1: "电话进程", 2: "经典 AGI 脚本", 3: "拨号方案"}
_CAUSES = {16: "正常挂断", 17: "对方忙", 18: "无人应答", 19: "无人应答", 21: "被拒绝", 34: "没有空闲线路"}
_OUTCOMES = {
    "saved": "转写和草稿已保存",
    "failed": "失败, 稍后再试",
    "given up": "放弃, 转人工听取",
    "put back": "放回队列",
    "known": "已有结果",
    "skipped": "不必再做",
}
_NAMES = {
    "why": "原因",
    "error": "原因",
    "seats": "接听",
    "notes": "备注",
    "executor": "由",
    "queue": "队列",
    "place": "位次",
    "file": "文件",
    "again_in": "秒后再试",
    "seconds": "秒",
    "draft": "草稿",
}
_HIDDEN = frozenset(
    {"route", "event", "level", "timestamp", "process", "linkedid", "recording", "script", "ani", "exception"}
)

EVENTS = {
    "call routed": "决定去向",
    "caller hung up": "市民在菜单里挂机",
    "call filed": "录音和来电入库",
    "call stays in the spool": "暂时不能入库, 留在 spool",
    "job taken": "开始转写",
    "job ended": "转写任务结束",
    "AGI session failed": "会话中断, 交给下一级",
    "AGI script failed": "程序出错, 交给下一级",
    "call-back promised": "答应回拨",
    "transcription failed": "转写出错",
    "database does not answer": "数据库没有应答, 等一会再试",
    "recording.quarantined": "录音读不出, 已隔离",
}
STATES = {"draft": "待核对", "confirmed": "已确认", "discarded": "已作废"}
ACTIONS = {
    "draft.show": "查看草稿",
    "recording.show": "查看录音",
    "recording.hold": "法律保留",
    "recording.delete": "删除录音",
    "alarm.acknowledge": "确认告警",
}


def lane_of(process: str) -> Lane:
    """Return the lane of a process's log."""
    if process.startswith("worker"):
        return Lane.WORKER
    return Lane.PEOPLE if process in ("repair", "callbacks", "cases") else Lane.TELEPHONY


def route(name: str, utility: str) -> str:
    """Return a route in Chinese."""
    said = _ROUTES.get(name, name)
    return f"{said} ({_UTILITIES[utility]})" if utility in _UTILITIES else said


def rung(number: int | None) -> str:
    """Return who decided."""
    return _RUNGS.get(number or 0, "未知")


def cause(number: int | None) -> str:
    """Return a hang-up's cause in Chinese."""
    return "" if number is None else _CAUSES.get(number, f"原因 {number}")


def details(event: str, line: dict[str, Any]) -> str:
    """Return what a log line says beside its event."""
    if event == "job ended":
        outcome = str(line.get("outcome", ""))
        return _OUTCOMES.get(outcome, outcome)
    if event == "call routed":
        keys = line.get("keys") or "没有按键"
        why = line.get("reasons") or []
        return "; ".join([f"按键 {keys}" if line.get("keys") else str(keys), *map(str, why[1:])])  # first: who calls
    shown = {name: value for name, value in line.items() if name not in _HIDDEN and value not in (None, "", [], ())}
    return ", ".join(f"{_NAMES.get(name, name)} {_plain(value)}" for name, value in shown.items())


def _plain(value: object) -> str:
    return "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
