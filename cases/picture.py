"""One call's way from sound to field as an SVG that stands by itself: who spoke when, what was said, what it became."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any
from xml.sax.saxutils import escape

from cases.draft import DraftCase, Field
from cases.show import TITLES, value_text
from domain.words import Speaker
from transcription.transcript import Transcript, Utterance

Levels = Mapping[Speaker, Sequence[float]]
"""Loudness of each speaker's channel, 0 to 1, in equal steps over the whole recording."""

_FONT = "Noto Sans CJK SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, sans-serif"
_WIDE, _LEFT, _RIGHT = 1280, 96, 28
_TOP, _LANE, _GAP, _ROW, _TEXT_ROW = 58, 64, 10, 30, 20
_KNOT = 572
_VALUE, _WHY = 32, 46
_LINE = 58
"""Characters of an utterance on one line."""
_COLOURS = {Speaker.CITIZEN: "#d9822b", Speaker.AGENT: "#3b7dd8"}
_SPEAKERS = {Speaker.CITIZEN: "市民", Speaker.AGENT: "坐席"}
_INK, _FAINT, _SURE, _UNSURE = "#243447", "#7b8794", "#3f9d63", "#d9a02b"
_SURE_ENOUGH = 0.8


def way(transcript: Transcript, case: DraftCase, levels: Levels, hazards: Mapping[str, str]) -> str:
    """Return the picture: loudness and turns in time, the text with repairs, and each field tied to its seconds.

    `hazards` give the hazards' names in Chinese. A transcript without a recording has no `levels`.
    """
    seconds = max(transcript.audio_seconds, 1.0)
    parts: list[str] = []
    y: float = _TOP
    for speaker in Speaker:
        parts += _lane(transcript, speaker, levels.get(speaker, ()), seconds, y)
        y += _LANE + _GAP
    lanes_end = y
    parts += _clock(seconds, y)
    y += 44
    fields = [(title, getattr(case, name)) for name, title in TITLES.items()]
    shown = [(title, field) for title, field in fields if field.value is not None or field.candidate is not None]
    ties: list[str] = []
    for title, field in shown:
        parts += _row(title, field, y, hazards)
        ties += _tie(field, seconds, y, lanes_end)
        y += _ROW
    y += 18
    lines = list(_lines(transcript))
    texts = [text for row, line in enumerate(lines) for text in line(y + row * _TEXT_ROW)]
    y += _TEXT_ROW * len(lines) + 10
    title = escape(case.title.value or "工单草稿")
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {y}" font-family="{_FONT}" font-size="14">'
        f'<rect width="{_WIDE}" height="{y}" rx="12" fill="#f7f9fb"/>'
        f'<text x="24" y="34" font-size="18" font-weight="bold" fill="{_INK}">{title}</text>'
    )
    return "\n".join((head, *parts, *ties, *texts, "</svg>")) + "\n"


def _x(moment: float, seconds: float) -> float:
    return round(_LEFT + (_WIDE - _LEFT - _RIGHT) * min(max(moment / seconds, 0.0), 1.0), 1)


def _lane(transcript: Transcript, speaker: Speaker, levels: Sequence[float], seconds: float, y: float) -> Iterator[str]:
    colour, middle = _COLOURS[speaker], y + _LANE / 2
    yield f'<text x="24" y="{middle + 5}" font-weight="bold" fill="{colour}">{_SPEAKERS[speaker]}</text>'
    yield f'<rect x="{_LEFT}" y="{y}" width="{_WIDE - _LEFT - _RIGHT}" height="{_LANE}" rx="6" fill="#ffffff"/>'
    for said in transcript.utterances:
        if said.speaker is speaker:
            left, right = _x(said.start, seconds), _x(said.end, seconds)
            yield (
                f'<rect x="{left}" y="{y}" width="{round(max(right - left, 1), 1)}" height="{_LANE}" rx="4" '
                f'fill="{colour}" fill-opacity=".10"><title>{escape(said.text)}</title></rect>'
            )
    if levels:
        heights = [max(1.0, level * (_LANE - 8) / 2) for level in levels]
        spots = [(_x(seconds * i / len(heights), seconds), round(high, 1)) for i, high in enumerate(heights)]
        path = "".join(f"M{x} {middle - high}V{middle + high}" for x, high in spots)
        yield f'<path d="{path}" stroke="{colour}" stroke-width="1.2" fill="none"/>'


def _clock(seconds: float, y: float) -> Iterator[str]:
    step = next(each for each in (5, 10, 30, 60, 300, 600, 1800) if seconds / each <= 16 or each == 1800)
    for moment in range(0, int(seconds) + 1, step):
        label = f"{moment // 60}:{moment % 60:02}"
        yield (
            f'<text x="{_x(moment, seconds)}" y="{y + 8}" font-size="11" fill="{_FAINT}" text-anchor="middle">'
            f"{label}</text>"
        )


def _row(title: str, field: Field[Any], y: float, hazards: Mapping[str, str]) -> Iterator[str]:
    empty = field.value is None
    value = value_text(field.candidate if empty else field.value, hazards)
    colour = _SURE if field.confidence >= _SURE_ENOUGH and not empty else _UNSURE
    said = f"未能确定, 听着像 {value}" if empty else value
    yield f'<rect x="84" y="{y - 16}" width="{_WIDE - 84 - _RIGHT}" height="{_ROW - 4}" rx="5" fill="#ffffff"/>'
    yield f'<text x="24" y="{y + 3}" font-size="12" fill="{_FAINT}">{title}</text>'
    yield f'<text x="96" y="{y + 3}" fill="{_INK}">{escape(said[:_VALUE])}</text>'
    yield f'<rect x="600" y="{y - 6}" width="80" height="6" rx="3" fill="#e3e8ee"/>'
    yield f'<rect x="600" y="{y - 6}" width="{round(80 * field.confidence, 1)}" height="6" rx="3" fill="{colour}"/>'
    yield f'<text x="690" y="{y + 2}" font-size="12" fill="{colour}">{field.confidence:.0%}</text>'
    yield f'<text x="736" y="{y + 2}" font-size="11" fill="{_FAINT}">{escape(field.why[:_WHY])}</text>'


def _tie(field: Field[Any], seconds: float, y: float, lanes_end: float) -> Iterator[str]:
    """Yield the frame around a field's seconds of audio, and the line from there to its row."""
    span = field.span
    if span is None:
        return
    colour = _COLOURS[span.speaker]
    left, right = _x(span.start, seconds), _x(span.end, seconds)
    top = _TOP + list(Speaker).index(span.speaker) * (_LANE + _GAP)
    middle = round((left + right) / 2, 1)
    yield (
        f'<rect x="{left}" y="{top}" width="{round(max(right - left, 3), 1)}" height="{_LANE}" rx="3" '
        f'fill="none" stroke="{colour}" stroke-width="2"/>'
    )
    yield (
        f'<path d="M{middle} {top + _LANE}C{middle} {lanes_end + 60} {_KNOT} {y - 60} {_KNOT} {y - 3}" '
        f'stroke="{colour}" stroke-opacity=".5" stroke-width="1.5" fill="none"/>'
    )
    yield f'<circle cx="{_KNOT}" cy="{y - 3}" r="4" fill="{colour}"/>'


def _lines(transcript: Transcript) -> Iterator[Callable[[float], Iterator[str]]]:
    """Yield the text line by line, each drawn at a height; what was put right stands bold, what was heard behind it."""
    for number, said in enumerate(transcript.utterances):
        repairs = {each.start: each for each in transcript.repairs if each.utterance == number}
        at = 0
        while at < len(said.text):
            first, line = at, ""
            while at < min(first + _LINE, len(said.text)):
                repair = repairs.get(at)
                if repair is None:
                    line += escape(said.text[at])
                    at += 1
                    continue
                line += (
                    f'<tspan font-weight="bold" fill="#1f8f8f">{escape(repair.meant)}</tspan>'
                    f'<tspan font-size="10" fill="{_FAINT}">({escape(repair.heard)})</tspan>'
                )
                at = max(at + 1, repair.end)
            yield partial(_line, said, line, first == 0)


def _line(said: Utterance, line: str, named: bool, y: float) -> Iterator[str]:
    if named:
        moment = f"{int(said.start) // 60}:{int(said.start) % 60:02}"
        colour = _COLOURS[said.speaker]
        yield f'<text x="24" y="{y}" font-size="12" fill="{colour}">{moment} {_SPEAKERS[said.speaker]}</text>'
    yield f'<text x="96" y="{y}" font-size="13" fill="{_INK}">{line}</text>'
