"""A call's story as an SVG that stands by itself: lanes in time above, every event told below, tied by its number."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from xml.sax.saxutils import escape

from domain.clock import local
from hotline.trace.story import Axis, Bar, Lane, Mark, Story, numbered, span_text

_FONT = "Noto Sans CJK SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, sans-serif"
_WIDE, _LEFT, _RIGHT = 1280, 124, 34
_HEAD, _LANE, _GAP, _ROW = 108, 44, 8, 25
_ROOM = 24.0
"""Space that a number takes on the line of time."""
_INK, _FAINT, _PAPER, _BAD = "#243447", "#6b7785", "#f6f8fa", "#c8372d"
_COLOURS = {
    Lane.CITIZEN: "#d9822b",
    Lane.DIALPLAN: "#7a5cc7",
    Lane.TELEPHONY: "#3b7dd8",
    Lane.SEATS: "#1f8f8f",
    Lane.WORKER: "#3f9d63",
    Lane.DRAFT: "#b0598f",
    Lane.PEOPLE: "#8a6d3b",
    Lane.FAULTS: _BAD,
}
_LONG = timedelta(minutes=5)


def picture(story: Story) -> str:
    """Return the picture; time runs to the right, gaps of minutes and hours are drawn together and labelled."""
    axis = Axis.of(story, _WIDE - _LEFT - _RIGHT - 20, _ROOM)
    lanes = story.lanes()
    tops = {lane: _HEAD + index * (_LANE + _GAP) for index, lane in enumerate(lanes)}
    foot = _HEAD + len(lanes) * (_LANE + _GAP)
    marks = numbered(story)
    rows = foot + 66
    high = rows + len(marks) * _ROW + (_ROW * len(story.notes)) + 18
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {high}" font-family="{_FONT}" font-size="14">',
        f'<rect width="{_WIDE}" height="{high}" rx="12" fill="{_PAPER}"/>',
        *_title(story),
        *_lanes(lanes, tops),
        *_gaps(axis, foot),
        *(text for bar in _in_order(story.bars) for text in _bar(bar, story, axis, tops[bar.lane])),
        *_clock(story, axis, foot),
    ]
    places = _side_by_side(marks, axis)
    for (number, mark), x in zip(marks, places, strict=True):
        parts += _bubble(number, mark, x, tops[mark.lane])
    for index, (number, mark) in enumerate(marks):
        parts += _told(number, mark, story.began, rows + index * _ROW)
    for index, note in enumerate(story.notes):
        y = rows + (len(marks) + index) * _ROW + 6
        parts.append(f'<text x="24" y="{y}" font-size="13" fill="{_BAD}">{escape(note)}</text>')
    return "\n".join((*parts, "</svg>")) + "\n"


def _title(story: Story) -> Iterator[str]:
    began = local(story.began)
    state = "正在进行" if story.under_way else f"前后 {span_text(story.ended - story.began)}"
    yield (
        f'<text x="24" y="36" font-size="20" font-weight="bold" fill="{_INK}">来电 {escape(story.linkedid)}'
        f'<tspan dx="14" font-size="14" font-weight="normal" fill="{_FAINT}">{began:%Y-%m-%d %H:%M:%S} 起, {state}'
        "</tspan></text>"
    )
    shown = "　".join(f"{name} {value}" for name, value in story.facts if name != "录音")
    yield f'<text x="24" y="64" font-size="13" fill="{_INK}">{escape(_cut(shown, 96))}</text>'


def _lanes(lanes: list[Lane], tops: dict[Lane, int]) -> Iterator[str]:
    for lane in lanes:
        y = tops[lane]
        yield f'<rect x="{_LEFT}" y="{y}" width="{_WIDE - _LEFT - 24}" height="{_LANE}" rx="6" fill="#ffffff"/>'
        yield f'<rect x="24" y="{y + 13}" width="4" height="18" rx="2" fill="{_COLOURS[lane]}"/>'
        yield f'<text x="36" y="{y + 27}" font-weight="bold" fill="{_INK}">{lane.value}</text>'


def _gaps(axis: Axis, foot: int) -> Iterator[str]:
    """Yield what says that a stretch of the picture stands for minutes or hours."""
    for left, right, gap in axis.long_gaps(_LONG):
        middle = _x((left + right) / 2)
        yield (
            f'<line x1="{middle}" y1="{_HEAD - 6}" x2="{middle}" y2="{foot - _GAP + 6}" stroke="{_FAINT}" '
            'stroke-width="1.2" stroke-dasharray="2 5"/>'
        )
        yield (
            f'<text x="{middle}" y="{_HEAD - 12}" font-size="11" fill="{_FAINT}" text-anchor="middle">'
            f"… {span_text(gap)} …</text>"
        )


def _bar(bar: Bar, story: Story, axis: Axis, top: int) -> Iterator[str]:
    colour = _COLOURS[bar.lane]
    end = bar.end or story.now
    left, right = _x(axis(bar.start)), _x(axis(end))
    wide = round(max(right - left, 2), 1)
    y, height = (top + 24, 14) if bar.voice else (top + 22, 18)
    fill = f'fill="{colour}" fill-opacity="{".5" if bar.voice else ".14"}"'
    last = f"{span_text(end - bar.start)}{'' if bar.end else ', 还在继续'}"
    yield f'<rect x="{left}" y="{y}" width="{wide}" height="{height}" rx="4" {fill}>'
    yield f"<title>{escape(bar.title)} {last}</title></rect>"
    if bar.end is None:
        yield f'<path d="M{right} {y}l7 {height / 2}l-7 {height / 2}z" {fill}/>'
    label = f"{bar.title} {last}"
    if not bar.voice and wide > _text_width(label, 11) + 8:
        yield f'<text x="{left + 6}" y="{y + 13}" font-size="11" fill="{_INK}">{escape(label)}</text>'
    elif not bar.voice and wide > _text_width(bar.title, 11) + 8:
        yield f'<text x="{left + 6}" y="{y + 13}" font-size="11" fill="{_INK}">{escape(bar.title)}</text>'
    elif bar.voice and wide > _text_width(label, 10) + 8:
        yield f'<text x="{left + 6}" y="{y + 11}" font-size="10" fill="{_INK}">{escape(label)}</text>'


def _clock(story: Story, axis: Axis, foot: int) -> Iterator[str]:
    """Yield times below the lanes where there is room for them; the first and the last are always there."""
    last = -1000.0
    end = axis.places[-1]
    for moment, place in zip(axis.moments, axis.places, strict=True):
        fits = place - last >= 62 and (place == end or end - place >= 62)
        if not fits and place != end:
            continue
        last = place
        x = _x(place)
        yield f'<line x1="{x}" y1="{foot - _GAP}" x2="{x}" y2="{foot - 2}" stroke="{_FAINT}"/>'
        yield (
            f'<text x="{x}" y="{foot + 11}" font-size="11" fill="{_FAINT}" text-anchor="middle">'
            f"{_time(moment, story.began)}</text>"
        )


def _bubble(number: int, mark: Mark, x: float, top: int) -> Iterator[str]:
    colour = _BAD if mark.bad else _COLOURS[mark.lane]
    yield f'<circle cx="{x}" cy="{top + 11}" r="9.5" fill="{colour}"><title>{escape(mark.title)}</title></circle>'
    yield (
        f'<text x="{x}" y="{top + 15}" font-size="{11 if number < 100 else 9}" font-weight="bold" fill="#ffffff" '
        f'text-anchor="middle">{number}</text>'
    )


def _told(number: int, mark: Mark, began: datetime, y: int) -> Iterator[str]:
    colour = _BAD if mark.bad else _COLOURS[mark.lane]
    if number % 2:
        yield f'<rect x="16" y="{y - 17}" width="{_WIDE - 32}" height="{_ROW}" rx="5" fill="#ffffff"/>'
    yield f'<circle cx="36" cy="{y - 5}" r="9.5" fill="{colour}"/>'
    yield (
        f'<text x="36" y="{y - 1}" font-size="11" font-weight="bold" fill="#ffffff" text-anchor="middle">'
        f"{number}</text>"
    )
    at = local(mark.at)
    yield f'<text x="56" y="{y}" font-size="12" fill="{_FAINT}">{at:%H:%M:%S}.{at.microsecond // 1000:03}</text>'
    yield (
        f'<text x="216" y="{y}" font-size="12" fill="{_FAINT}" text-anchor="end">+{span_text(mark.at - began)}</text>'
    )
    yield f'<text x="232" y="{y}" font-size="12" fill="{colour}">{mark.lane.value}</text>'
    title = _cut(mark.title, 22)
    yield f'<text x="312" y="{y}" font-size="13" font-weight="bold" fill="{_INK}">{escape(title)}</text>'
    left = 312 + max(220, int(_text_width(title, 13)) + 16)
    room = int((_WIDE - 110 - left) / 12)
    yield f'<text x="{left}" y="{y}" font-size="12" fill="{_INK}">{escape(_cut(mark.detail, room))}</text>'
    yield (
        f'<text x="{_WIDE - 28}" y="{y}" font-size="11" fill="{_FAINT}" text-anchor="end">{mark.source.value}</text>'
    )


def _side_by_side(marks: Sequence[tuple[int, Mark]], axis: Axis) -> list[float]:
    """Return where each number stands: at its moment, those of one moment beside each other."""
    places: list[float] = []
    last: tuple[datetime, float] | None = None
    for _, mark in marks:
        place = axis(mark.at)
        if last is not None and mark.at == last[0]:
            place = last[1] + axis.room
        last = (mark.at, place)
        places.append(_x(place))
    return places


def _in_order(bars: tuple[Bar, ...]) -> list[Bar]:
    return sorted(bars, key=lambda bar: (bar.voice, bar.start))


def _x(place: float) -> float:
    return round(_LEFT + 14 + place, 1)


def _time(moment: datetime, began: datetime) -> str:
    here, first = local(moment), local(began)
    return f"{here:%H:%M:%S}" if here.date() == first.date() else f"{here:%m-%d %H:%M}"


def _text_width(text: str, size: int) -> float:
    """Return about how wide a text is: Chinese characters are square, others some half of that."""
    return sum(size if ord(char) > 0x2E7F else size * 0.58 for char in text)


def _cut(text: str, most: int) -> str:
    """Return a text cut to about `most` Chinese characters."""
    width = 0.0
    for index, char in enumerate(text):
        width += 1.0 if ord(char) > 0x2E7F else 0.58
        if width > most:
            return text[: max(index - 1, 0)] + "…"
    return text
