"""Everything in config/routing.yaml that is well formed but would leave a citizen without a person."""

import difflib
from collections.abc import Collection, Iterable, Iterator
from datetime import date

from domain.problem import Path, Problem
from domain.words import Utility
from routing import coverage
from routing.calendar import month_day
from routing.config import EmergencyPlan, RoutingConfig, Season, SeatKind
from routing.decide import DUTY
from routing.roster import everyone

_KEYS = (*(utility.value for utility in Utility), DUTY)


def check(config: RoutingConfig, prompts: Collection[str] | None = None) -> list[Problem]:
    """Return every fault of a routing configuration; `prompts` are the names that `while_ringing` may use, if known."""
    return [
        *_seats(config),
        *_queues(config),
        *_rosters(config),
        *_plans(config, prompts),
        *_season(config.heating),
        *_calendar(config),
    ]


def _seats(config: RoutingConfig) -> Iterator[Problem]:
    rostered = {name for roster in config.rosters.values() for name in everyone(roster)}
    for name, seat in config.seats.items():
        path: Path = ("seats", name)
        for i, queue in enumerate(seat.queues):
            if queue not in config.queues:
                yield _unknown((*path, "queues", i), "队列", queue, config.queues)
        if seat.kind is SeatKind.AGENT and not seat.queues:
            yield Problem(path, "话务坐席没有加入任何队列，永远接不到来电")
        if seat.kind is SeatKind.AGENT and seat.utilities:
            yield Problem((*path, "utilities"), "utilities 只用于值守坐席（kind: liaison）")
        if seat.kind is SeatKind.LIAISON and not seat.utilities:
            yield Problem(path, "值守坐席没有写明负责哪一类（utilities: water、power、heat、gas）")
        if seat.kind is SeatKind.LIAISON and name not in rostered:
            yield Problem(path, "值守坐席不在任何班表里，急修电话永远不会在这里振铃")


def _queues(config: RoutingConfig) -> Iterator[Problem]:
    if config.default_queue not in config.queues:
        yield _unknown(("default_queue",), "队列", config.default_queue, config.queues)
    for name, queue in config.queues.items():
        if not config.serving(name):
            yield Problem(("queues", name), "这个队列没有坐席；请在某个坐席的 queues 里写上它")
        if queue.overflow is None:
            continue
        if queue.overflow not in config.queues:
            yield _unknown(("queues", name, "overflow"), "队列", queue.overflow, config.queues)
        elif loop := _loop(name, config):
            yield Problem(("queues", name, "overflow"), f"溢出绕成了圈：{' → '.join(loop)}")


def _loop(name: str, config: RoutingConfig) -> tuple[str, ...]:
    """Return the way from a queue back to itself, empty where its overflow ends or circles further on."""
    way = [name]
    while (queue := config.queues.get(way[-1])) is not None and queue.overflow is not None:
        way.append(queue.overflow)
        if way[-1] in way[:-1]:
            return tuple(way) if way[-1] == name else ()
    return ()


def _rosters(config: RoutingConfig) -> Iterator[Problem]:
    for name, roster in config.rosters.items():
        for i, shift in enumerate(roster):
            path: Path = ("rosters", name, i)
            if not shift.seats:
                yield Problem((*path, "seats"), "这个班次没有坐席")
            for j, seat in enumerate(shift.seats):
                if seat not in config.seats:
                    yield _unknown((*path, "seats", j), "坐席", seat, config.seats)


def _plans(config: RoutingConfig, prompts: Collection[str] | None) -> Iterator[Problem]:
    for key in _KEYS:
        if key not in config.emergency:
            yield Problem(("emergency",), f"缺少 {key} 的急修方案")
    for key, plan in config.emergency.items():
        path: Path = ("emergency", key)
        if key not in _KEYS:
            yield _unknown(path, "急修方案", key, _KEYS)
        yield from _named(path, plan, config, prompts)
        yield from _times(path, plan)
        if plan.roster in config.rosters:
            yield from _people(path, key, plan, config)


def _named(
    path: Path, plan: EmergencyPlan, config: RoutingConfig, prompts: Collection[str] | None
) -> Iterator[Problem]:
    if plan.roster not in config.rosters:
        yield _unknown((*path, "roster"), "班表", plan.roster, config.rosters)
    if plan.queue not in config.queues:
        yield _unknown((*path, "queue"), "队列", plan.queue, config.queues)
    if plan.outside is not None and plan.outside not in config.outside:
        yield _unknown((*path, "outside"), "外线", plan.outside, config.outside)
    if plan.while_ringing is not None and prompts is not None and plan.while_ringing not in prompts:
        yield _unknown((*path, "while_ringing"), "提示音", plan.while_ringing, prompts)
    for i, name in enumerate(plan.neighbours):
        if name not in config.seats:
            yield _unknown((*path, "neighbours", i), "坐席", name, config.seats)


def _times(path: Path, plan: EmergencyPlan) -> Iterator[Problem]:
    last = 2 * plan.stagger if plan.outside else plan.stagger if plan.neighbours else 0
    if last >= plan.ring_seconds:
        said = f"最后一级在第 {last} 秒才振铃，而总共只振铃 {plan.ring_seconds} 秒"
        yield Problem((*path, "ring_seconds"), f"{said}；请加长 ring_seconds 或缩短 stagger")


def _people(path: Path, key: str, plan: EmergencyPlan, config: RoutingConfig) -> Iterator[Problem]:
    """Say who in a plan is wrong for it, and when nobody would be there."""
    roster = config.rosters[plan.roster]
    for i, name in enumerate(plan.neighbours):
        if roster and all(name in shift.seats for shift in roster):
            yield Problem((*path, "neighbours", i), f"{name} 在班表 {plan.roster} 里一直值班，再作后备没有意义")
    for name in everyone(roster):
        seat = config.seats.get(name)
        if seat is not None and key in tuple(Utility) and Utility(key) not in seat.utilities:
            yield Problem(
                (*path, "roster"), f"班表 {plan.roster} 里的坐席 {name} 不负责 {key}（见 seats.{name}.utilities）"
            )
    gap = coverage.gap(roster)
    if gap and not plan.neighbours:
        yield Problem((*path, "roster"), f"班表 {plan.roster} 在{gap}起无人值班，方案又没有后备坐席（neighbours）")


def _season(season: Season) -> Iterator[Problem]:
    for key, text in (("start", season.start), ("end", season.end)):
        try:
            date(2000, *month_day(text))  # a leap year, so that 02-29 is a day
        except ValueError:
            yield Problem(("heating", key), f"没有 {text} 这一天；应为月-日，如 11-15")


def _calendar(config: RoutingConfig) -> Iterator[Problem]:
    for i, when in enumerate(config.workdays):
        if when in config.holidays:
            yield Problem(("workdays", i), f"{when} 既在 holidays 又在 workdays")


def _unknown(path: Path, what: str, name: str, known: Iterable[str]) -> Problem:
    close = difflib.get_close_matches(name, known, n=1)
    return Problem(path, f"没有名为 {name} 的{what}" + (f"，是不是 {close[0]}？" if close else ""))
