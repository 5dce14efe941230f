"""Numbers, times, case numbers and outages as sequences of recorded pieces (names of sounds, ready to play)."""

from datetime import datetime, timedelta

from domain.clock import local
from ivr.outages import Outage
from ivr.reading import One
from ivr.tree import Tree

FOLDER = "hotline"
"""Where our sounds lie below Asterisk's sounds folder."""

_UNITS = ((1000, "qian"), (100, "bai"), (10, "shi"))
_LARGEST = 9999

PIECES = (
    *(f"d{digit}" for digit in range(10)),
    *("yao", "liang", "shi", "bai", "qian"),
    *("queue-ahead", "queue-next", "wei", "queue-about", "minutes", "callback-offer"),
    *("callback-tail", "callback-phone", "case-number"),
    *("today", "tomorrow", "month", "day", "hour", "minute"),
    *("out-water", "out-power", "out-heat", "out-gas", "outage-mending", "outage-expected", "outage-restored"),
    "outage-register",
)
"""Every piece this module speaks with; the prompts must have them all."""


def sounds(*pieces: str) -> tuple[str, ...]:
    """Return prompts as the names of sounds that Asterisk plays ("hotline/d1")."""
    return tuple(f"{FOLDER}/{piece}" for piece in pieces)


def digits(text: str, one: One = One.YAO) -> tuple[str, ...]:
    """Return a text read digit by digit (12345 幺二三四五, case numbers); what is no digit is left out."""
    return sounds(*_digits(text, one))


def number(value: int) -> tuple[str, ...]:
    """Return a whole number from 0 to 9999 as it is counted (十二, 一百零五); raises ValueError outside."""
    return sounds(*_number(value))


def waiting(ahead: int, minutes: int) -> tuple[str, ...]:
    """Return 您前面还有三位, 约需两分钟; with nobody ahead 您是下一位."""
    if ahead < 1:
        return sounds("queue-next")
    place = ("queue-ahead", *_counted(min(ahead, _LARGEST)), "wei")
    return sounds(*place, "queue-about", *_counted(min(max(minutes, 1), _LARGEST)), "minutes")


def callback_taken(phone: One, one: One = One.YAO) -> tuple[str, ...]:
    """Return 已登记, 稍后将拨打您尾号{last four}的电话, 再见."""
    return sounds("callback-tail", *_digits(phone[-4:], one), "callback-phone")


def case_number(number: str, one: One = One.YAO) -> tuple[str, ...]:
    """Return 您的工单编号是 and the number digit by digit."""
    return sounds("case-number", *_digits(number, one))


def when(moment: datetime, now: datetime) -> tuple[str, ...]:
    """Return an aware moment as wall time: 今天十八点三十分, 明天八点, 十二月三日九点零五分."""
    return sounds(*_when(moment, now))


def outage_notice(outage: Outage, tree: Tree, now: datetime) -> tuple[str, ...]:
    """Return {区域}{停水}已在抢修, 预计{时间}恢复, 如需登记请稍候.

    No time is promised where none is known or it has passed.
    """
    said = [tree.areas.get(outage.area, tree.any_area), f"out-{outage.utility}", "outage-mending"]
    if outage.until and outage.until > now:
        said += ["outage-expected", *_when(outage.until, now), "outage-restored"]
    return sounds(*said, "outage-register")


def _digits(text: str, one: One) -> tuple[str, ...]:
    piece = "yao" if one is One.YAO else "d1"
    return tuple(piece if digit == "1" else f"d{digit}" for digit in text if digit in "0123456789")


def _counted(value: int) -> tuple[str, ...]:
    """A count before a measure word: 两位, 两点, not 二位."""
    return ("liang",) if value == 2 else _number(value)


def _number(value: int) -> tuple[str, ...]:
    if not 0 <= value <= _LARGEST:
        raise ValueError(f"no pieces for {value}")
    if value < 10:
        return (f"d{value}",)
    said: list[str] = []
    rest, gap = value, False
    for unit, name in _UNITS:
        digit, rest = divmod(rest, unit)
        if digit:
            said += [*(["d0"] if gap else []), f"d{digit}", name]
        gap = bool(said) and not digit
    if rest:
        said += [*(["d0"] if gap else []), f"d{rest}"]
    return tuple(said[1:] if 10 <= value < 20 else said)


def _when(moment: datetime, now: datetime) -> tuple[str, ...]:
    wall, today = local(moment), local(now).date()
    named = {today: ("today",), today + timedelta(days=1): ("tomorrow",)}
    date = named.get(wall.date()) or (*_number(wall.month), "month", *_number(wall.day), "day")
    hour = (*_counted(wall.hour), "hour")
    if wall.minute == 0:
        return (*date, *hour)
    zero = ("d0",) if wall.minute < 10 else ()
    return (*date, *hour, *zero, *_number(wall.minute), "minute")
