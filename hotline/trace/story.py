"""A call's story as values: what happened when, where, and how it is known. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

_LINEAR = 10.0
"""Seconds: shorter gaps are drawn in proportion, longer ones less and less."""


class Lane(StrEnum):
    """Where something happens, in the order of the picture."""

    CITIZEN = "市民"
    DIALPLAN = "拨号方案"
    TELEPHONY = "电话进程"
    SEATS = "坐席"
    WORKER = "转写进程"
    DRAFT = "工单草稿"
    PEOPLE = "人工处理"
    FAULTS = "故障"


class Source(StrEnum):
    """How something is known."""

    JOURNAL = "来电日志"
    LEGS = "录音分轨"
    DATABASE = "数据库"
    LOG = "运行日志"
    FAULTS = "故障告警"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something that happened at a moment."""

    at: datetime
    lane: Lane
    title: str
    source: Source
    detail: str = ""
    bad: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Something that lasted; `end` is None while it lasts. `voice` tells recorded speech from waiting and working."""

    start: datetime
    end: datetime | None
    lane: Lane
    title: str
    voice: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """All that is known of a call. `facts` are titles and values in Chinese, `notes` what could not be looked at."""

    linkedid: str
    marks: tuple[Mark, ...]
    bars: tuple[Bar, ...]
    facts: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    under_way: bool = False
    now: datetime

    @property
    def known(self) -> bool:
        """Tell whether anybody has heard of this call."""
        return bool(self.marks or self.bars)

    @property
    def began(self) -> datetime:
        """Return the earliest moment."""
        return min([mark.at for mark in self.marks] + [bar.start for bar in self.bars], default=self.now)

    @property
    def ended(self) -> datetime:
        """Return the latest moment."""
        return max([mark.at for mark in self.marks] + [bar.end or self.now for bar in self.bars], default=self.now)

    def lanes(self) -> list[Lane]:
        """Return the lanes on which anything happens."""
        used = {mark.lane for mark in self.marks} | {bar.lane for bar in self.bars}
        return [lane for lane in Lane if lane in used]


@dataclass(frozen=True, slots=True)
class Axis:
    """Time as places: every event has room of its own, short gaps are in proportion, long ones drawn together."""

    moments: tuple[datetime, ...]
    places: tuple[float, ...]
    room: float

    @classmethod
    def of(cls, story: Story, width: float, room: float) -> "Axis":
        """Lay a story out over `width`, each event at least `room` after the one before, as far as that goes."""
        moments = sorted(
            [mark.at for mark in story.marks]
            + [moment for bar in story.bars for moment in (bar.start, bar.end or story.now)]
        )
        distinct = tuple(dict.fromkeys(moments)) or (story.now,)
        gaps = [(after - before).total_seconds() for before, after in pairwise(distinct)]
        # Marks at one moment stand side by side: the first gap after it must hold them all.
        crowd = [max(1, sum(mark.at == moment for mark in story.marks)) for moment in distinct]
        least = [room * many for many in crowd[:-1]]
        tail = room * (crowd[-1] - 1)
        scale = min(1.0, width / max(sum(least) + tail, 1.0))
        spare = max(0.0, width - (sum(least) + tail) * scale)
        weights = [_weight(gap) for gap in gaps]
        whole = sum(weights) or 1.0
        places, at = [0.0], 0.0
        for low, weight in zip(least, weights, strict=True):
            at += low * scale + spare * weight / whole
            places.append(at)
        return cls(distinct, tuple(places), room * scale)

    def __call__(self, moment: datetime) -> float:
        """Return the place of a moment; between two known ones in proportion."""
        if moment <= self.moments[0]:
            return self.places[0]
        for (before, after), (left, right) in zip(pairwise(self.moments), pairwise(self.places), strict=True):
            if moment <= after:
                share = (moment - before) / (after - before) if after > before else 0.0
                return left + (right - left) * share
        return self.places[-1]

    def long_gaps(self, longer: timedelta) -> list[tuple[float, float, timedelta]]:
        """Return the gaps that were drawn together: from where, to where, and how long they truly are."""
        found = []
        for index in range(len(self.moments) - 1):
            gap = self.moments[index + 1] - self.moments[index]
            if gap > longer:
                found.append((self.places[index], self.places[index + 1], gap))
        return found


def numbered(story: Story) -> Sequence[tuple[int, Mark]]:
    """Return the marks in time, numbered from 1."""
    order = list(Lane)
    marks = sorted(story.marks, key=lambda mark: (mark.at, order.index(mark.lane)))
    return list(enumerate(marks, start=1))


def span_text(span: timedelta) -> str:
    """Return a span in Chinese: 0.4 秒, 1 分 12 秒, 3 小时 5 分, 2 天 4 小时."""
    seconds = span.total_seconds()
    if seconds < 60:
        return f"{seconds:.1f} 秒" if seconds < 10 else f"{seconds:.0f} 秒"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} 分 {rest} 秒" if rest else f"{minutes} 分"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} 小时 {minutes} 分" if minutes else f"{hours} 小时"
    days, hours = divmod(hours, 24)
    return f"{days} 天 {hours} 小时" if hours else f"{days} 天"


def _weight(gap: float) -> float:
    return gap if gap <= _LINEAR else _LINEAR + _LINEAR * math.log(gap / _LINEAR)
