"""When it happened: spoken times resolved against the call's own wall time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from cases.draft import CallFacts, Field
from cases.heard import PAUSES, Heard, Turn
from cases.numerals import NUMERAL, number
from cases.rules import TimesConfig
from domain.clock import local
from domain.words import Speaker

_N = f"[{NUMERAL}]{{1,3}}"
_MIDNIGHT = 24
_BEGINS = re.compile("那天|开始|[就停断没爆坏]")
_WEEKDAYS = {
    "一": 0,
    "二": 1,
    "三": 2,
    "四": 3,
    "五": 4,
    "六": 5,
    "日": 6,
    "天": 6,
    "1": 0,
    "2": 1,
    "3": 2,
    "4": 3,
    "5": 4,
    "6": 5,
}


@dataclass(frozen=True, slots=True)
class When:
    """A moment heard; `end` is where its words end, `exact` says whether an hour was named."""

    moment: datetime
    turn: Turn
    start: int
    end: int
    confidence: float
    why: str
    exact: bool


@dataclass(frozen=True, slots=True)
class Times:
    """The words for times, compiled."""

    config: TimesConfig
    clock: re.Pattern[str]
    ago: re.Pattern[str]
    now: re.Pattern[str]

    @classmethod
    def of(cls, config: TimesConfig) -> "Times":
        """Compile the patterns."""
        day = "|".join(sorted(config.days, key=len, reverse=True))
        part = "|".join(sorted(config.parts, key=len, reverse=True))
        unit = "|".join(sorted(config.units, key=len, reverse=True))
        week = "(?P<week>上上|上|这|本)(?:个)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天1-6])?"
        week += "|(?:周|星期|礼拜)(?P<thatday>[一二三四五六日天])"
        feast = "|".join(config.feasts) or "(?!)"
        only = f"(?P<onlyday>{_N})号(?!楼|院|线|门|井|桥|路)"
        date = f"(?:(?P<month>{_N}|上个?|这个?|本)月(?P<date>{_N})[日号]|{only}|(?P<feast>{feast}))"
        hour = f"(?P<hour>{_N})(?:点|时)(?:(?P<half>半)|(?P<quarter>[一三]刻)|(?P<minute>{_N})分?)?"
        hour += "|(?P<colon>[0-2]?\\d)[:：](?P<colonminute>[0-5]\\d)"
        return cls(
            config,
            re.compile(f"(?:(?P<day>{day})|{week}|{date})?的?(?P<part>{part})?的?(?:{hour})?"),
            re.compile(f"(?P<count>半|{_N})(?:多)?个?(?:多)?(?P<unit>{unit})(?P<tail>前|以前|了|没|都|多了)"),
            re.compile("|".join(map(re.escape, config.now))),
        )

    def find(self, heard: Heard, facts: CallFacts) -> When | None:
        """Return the moment most likely meant as the beginning of the matter."""
        base = local(facts.started)
        found = [when for turn in heard.by(Speaker.CITIZEN) for when in self._of_turn(turn, base)]
        return max(found, key=lambda when: (when.confidence, -when.turn.number, -when.start), default=None)

    def field(self, when: When | None) -> Field[datetime]:
        """Return the moment as the draft's field."""
        if when is None:
            return Field()
        return Field(when.moment, when.confidence, when.turn.span(when.start, when.end), when.why)

    def _of_turn(self, turn: Turn, base: datetime) -> Iterator[When]:
        for match in self.clock.finditer(turn.text):
            if match.end() > match.start() and self._is_event(turn, match.start(), match.end()):
                yield from self._clock(turn, match, base)
        for match in self.ago.finditer(turn.text):
            if self._is_event(turn, match.start(), match.end()):
                yield from self._ago(turn, match, base)
        for match in self.now.finditer(turn.text):
            yield When(
                base.replace(second=0, microsecond=0),
                turn,
                match.start(),
                match.end(),
                0.5,
                f"“{match[0]}”, 按来电时间",
                exact=True,
            )

    def _is_event(self, turn: Turn, start: int, end: int) -> bool:
        """Tell a moment of this matter from opening hours, birthdays, deadlines."""
        clause = turn.text[turn.clause_start(start) : start]
        previous = turn.text[:start].rstrip(PAUSES)[-8:]
        rest = turn.text[end : end + 6]
        if any(
            word in clause or word in previous for word in (*self.config.recurring, *self.config.future)
        ) or clause.endswith(("到", "至")):
            return False
        if re.match("[到至—-](?:周|星期|礼拜)", rest):
            return False
        if rest.startswith(("到", "至", "—", "-")) and re.match(
            f"[到至—-]({'|'.join(self.config.parts)})?{_N}[点时]", rest + "    "
        ):
            return False
        return not any(rest.startswith(word) for word in self.config.not_event)

    def _clock(self, turn: Turn, match: re.Match[str], base: datetime) -> Iterator[When]:
        groups = match.groupdict()
        dated = any(groups[name] for name in ("day", "week", "thatday", "month", "feast"))
        if groups["onlyday"]:  # 12号 alone is as often a house
            dated = bool(groups["part"] or groups["hour"] or _BEGINS.match(turn.text, match.end()))
            if not dated:
                return
        if not dated and not (groups["hour"] or groups["colon"]):
            return
        day, sure = self._day(groups, base)
        if day is None:
            return
        hour, minute = self._hour(groups)
        if hour is None:
            hour, minute, exact = self._part_hour(groups), 0, False
            sure -= 0.2
        else:
            exact = True
        if hour == _MIDNIGHT:  # 昨天夜里十二点 ends that day
            day, hour = day + timedelta(days=1), 0
        moment = day.replace(hour=hour, minute=minute, second=0, microsecond=0)
        if moment > base and groups["thatday"]:
            moment -= timedelta(days=7)
        if moment > base:
            moment -= timedelta(days=1)
            sure -= 0.15
            if groups["day"] or groups["month"] or groups["onlyday"] or moment > base:
                return
        since = any(word in turn.text[max(0, match.start() - 3) : match.end() + 4] for word in self.config.since)
        why = f"“{match[0]}”" + ("" if exact else ", 没有说几点") + f", 按来电时间 {base:%m月%d日%H:%M} 推算"
        yield When(
            moment, turn, match.start(), match.end(), round(min(sure + (0.1 if since else 0), 0.9), 2), why, exact
        )

    def _day(self, groups: dict[str, str | None], base: datetime) -> tuple[datetime | None, float]:
        if groups["day"]:
            return base + timedelta(days=self.config.days[groups["day"]]), 0.8
        if groups["week"]:
            back = {"上上": 14, "上": 7}.get(groups["week"], 0)
            if groups["weekday"] is None:
                return (base - timedelta(days=back), 0.5) if back else (None, 0.0)
            monday = base - timedelta(days=base.weekday() + back)
            return monday + timedelta(days=_WEEKDAYS[groups["weekday"]]), 0.75
        if groups["thatday"]:
            return base - timedelta(days=(base.weekday() - _WEEKDAYS[groups["thatday"]]) % 7), 0.65
        if groups["feast"]:
            month, day = self.config.feasts[groups["feast"]]
            return self._date(month, day, base), 0.7
        if groups["onlyday"]:
            return self._latest(number(groups["onlyday"]), base), 0.65
        if groups["month"] and "月" not in groups["month"] and number(groups["month"]) is None:
            first = base.replace(day=1)
            first = (first - timedelta(days=1)).replace(day=1) if groups["month"].startswith("上") else first
            return self._date(first.month, number(groups["date"] or ""), base), 0.7
        if groups["month"]:
            return self._date(number(groups["month"]), number(groups["date"] or ""), base), 0.75
        return base, 0.6

    def _date(self, month: int | None, day: int | None, base: datetime) -> datetime | None:
        try:
            moment = base.replace(month=month or 0, day=day or 0)
            return moment if moment.date() <= base.date() else moment.replace(year=base.year - 1)
        except ValueError:
            return None

    def _latest(self, day: int | None, base: datetime) -> datetime | None:
        """Return the last day of this number in a month that is not to come: 十号 said on the 14th, or on the 3rd."""
        month = base
        for _ in range(3):
            try:
                moment = month.replace(day=day or 0)
            except ValueError:
                moment = None
            if moment is not None and moment.date() <= base.date():
                return moment
            month = month.replace(day=1) - timedelta(days=1)
        return None

    def _part_hour(self, groups: dict[str, str | None]) -> int:
        return self.config.parts.get(groups["part"] or groups["day"] or "", 0)

    def _hour(self, groups: dict[str, str | None]) -> tuple[int | None, int]:
        if groups["colon"]:
            hour, minute = int(groups["colon"]), int(groups["colonminute"] or 0)
        elif groups["hour"]:
            spoken = number(groups["hour"])
            hour = -1 if spoken is None else spoken
            minute = (
                30
                if groups["half"]
                else {"一刻": 15, "三刻": 45}.get(groups["quarter"] or "", number(groups["minute"] or "0") or 0)
            )
        else:
            return None, 0
        named = {groups["part"], groups["day"]}
        if named & set(self.config.afternoon) and 1 <= hour <= 11:
            hour += 12
        if named & set(self.config.midnight) and hour == 12:
            hour = _MIDNIGHT
            return hour, minute
        if named & set(self.config.deep_night) and 6 <= hour <= 11:
            hour += 12
        return (hour, minute) if 0 <= hour <= 23 and 0 <= minute <= 59 else (None, 0)

    def _ago(self, turn: Turn, match: re.Match[str], base: datetime) -> Iterator[When]:
        count = 0.5 if match["count"] == "半" else number(match["count"])
        days = self.config.units[match["unit"]] * (count or 0)
        by_hours = self.config.units[match["unit"]] < 1
        if not 0 < days <= 366 or (days < 1 and not by_hours and match["tail"] != "前"):
            return
        moment, told = base - timedelta(days=days), "按来电时间往前推"
        if by_hours:
            moment = (moment + timedelta(seconds=30)).replace(second=0, microsecond=0)
        else:
            moment, told = moment.replace(hour=0, minute=0, second=0, microsecond=0), f"{told}, 只到日期"
        yield When(moment, turn, match.start(), match.end(), 0.4, f"“{match[0]}”, {told}", exact=by_hours)
