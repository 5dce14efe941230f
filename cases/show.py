"""A draft and a transcript as a person would like to read them in a terminal of 100 columns."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from cases.draft import DraftCase, Field, Span
from domain.clock import local
from domain.words import Speaker, Urgency, Utility
from transcription.transcript import Transcript, Utterance

TITLES = {
    "type": "业务类别",
    "category": "事项分类",
    "utility": "水电气暖",
    "reason_code": "原因",
    "urgency": "紧急程度",
    "hazards": "险情",
    "county": "县区",
    "address": "地址",
    "callback_number": "回访电话",
    "heard_number": "口述电话",
    "caller_name": "诉求人",
    "happened": "发生时间",
    "unit": "承办单位",
}
"""The fields of a draft as a person reads them, in order."""
_NAMES: dict[object, str] = {
    Utility.WATER: "水",
    Utility.POWER: "电",
    Utility.HEAT: "暖",
    Utility.GAS: "气",
    Urgency.EMERGENCY: "紧急",
    Urgency.TIMED: "限时",
    Urgency.ORDINARY: "一般",
}
_URGENCY_STYLES = {Urgency.EMERGENCY: "bold white on red", Urgency.TIMED: "black on yellow", Urgency.ORDINARY: "dim"}
_SPEAKERS = {Speaker.CITIZEN: ("市民", "dark_orange3"), Speaker.AGENT: ("坐席", "dodger_blue2")}
_SURE, _DOUBTFUL = 0.8, 0.6
_BAR = 6
_REPAIRED = "italic cyan"
_UNSURE_WORD = 0.5
"""Recogniser's confidence below which a word of the transcript is underlined."""


def draft_panel(case: DraftCase, hazard_titles: Mapping[str, str] | None = None) -> RenderableType:
    """Return the draft as a panel: each field's value, how sure it is, the second of audio, and why.

    `hazard_titles` give the hazards' names in Chinese (the titles of urgency.yaml).
    """
    table = Table(box=box.SIMPLE_HEAD, expand=True, pad_edge=False, show_edge=False)
    table.add_column("项目", style="bold", width=8, no_wrap=True)
    table.add_column("内容", ratio=11, overflow="fold")
    table.add_column("把握", width=_BAR + 5, no_wrap=True)
    table.add_column("录音", justify="right", width=5, no_wrap=True)
    table.add_column("依据", ratio=9, overflow="fold")
    for name, title in TITLES.items():
        field: Field[Any] = getattr(case, name)
        if field.value is None and field.candidate is None and not field.why:
            table.add_row(title, Text("待填", style="dim"), "", "", "")
            continue
        value = value_text(field.candidate if field.value is None else field.value, hazard_titles or {})
        table.add_row(title, _shown(value, field), _sureness(field), _second(field.span), _why(field))
    parts = [_heading(case), Text(), table, Rule("诉求内容", style="dim", align="left"), _description(case.description)]
    note = Text("机器预填 · 未经人工确认不会派发", style="dim")
    return Panel(Group(*parts), title=Text("工单草稿", style="bold"), subtitle=note, box=box.ROUNDED, padding=(0, 1))


def transcript_table(transcript: Transcript) -> RenderableType:
    """Return the transcript as a table of speaker, time and text; what the recogniser doubts is underlined, and what
    was put right by sound stands out and is listed below."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=False)
    table.add_column("时间", justify="right", style="dim", no_wrap=True)
    table.add_column("说话人", no_wrap=True)
    table.add_column("内容", overflow="fold")
    for number, said in enumerate(transcript.utterances):
        name, colour = _SPEAKERS[said.speaker]
        text = _words(said)
        for repair in transcript.repairs:
            if repair.utterance == number:
                text.stylize(_REPAIRED, repair.start, repair.end)
        table.add_row(_clock(said.start), Text(name, style=f"bold {colour}"), text)
    if not transcript.utterances:
        table.add_row("", "", Text("没有听到讲话", style="dim"))
    return Group(Rule("转写", style="dim", align="left"), table, *_notes(transcript))


def _heading(case: DraftCase) -> Text:
    heading = Text(case.title.value or "(没有标题)", style="bold")
    urgency = case.urgency.value
    if urgency is not None:
        heading.append("  ")
        heading.append(f" {_NAMES[urgency]} ", style=_URGENCY_STYLES[urgency])
    if case.callback_number.value:
        heading.append(f"  来电 {_grouped(case.callback_number.value)}", style="dim")
    return heading


def _description(field: Field[str]) -> RenderableType:
    text = Text(field.value or "待填", style="" if field.value else "dim")
    if field.value is None:
        return text
    foot = Text.assemble(_sureness(field), "  ", _why(field))
    return Group(text, foot)


def value_text(value: object, hazard_titles: Mapping[str, str]) -> str:
    """Return a field's value as staff read it, empty for None."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return " / ".join(hazard_titles.get(part, part) for part in value)
    if isinstance(value, datetime):
        return f"{local(value):%Y-%m-%d %H:%M}"
    return _NAMES.get(value, str(value))


def _shown(value: str, field: Field[Any]) -> Text:
    if value.isdecimal():
        value = _grouped(value)
    if field.candidate is not None:
        return Text.assemble(("未能确定", "red"), (f"，听着像 {value}", "dim"))
    if field.value is None:
        return Text("待填", style="dim")
    return Text(value, style="" if field.confidence >= _DOUBTFUL else "yellow")


def _sureness(field: Field[Any]) -> Text:
    if field.value is None and field.candidate is None:
        return Text("")
    filled = min(_BAR, max(1, round(field.confidence * _BAR)))
    colour = "green" if field.confidence >= _SURE else "yellow" if field.confidence >= _DOUBTFUL else "red"
    bar = Text("━" * filled, style=colour)
    bar.append("━" * (_BAR - filled), style="bright_black")
    bar.append(f"{field.confidence:4.0%}".rjust(5), style=colour)
    return bar


def _why(field: Field[Any]) -> Text:
    """Return the reason with full-width marks, at which nothing breaks off a line of its own."""
    return Text(field.why.replace("; ", "；").replace(", ", "，").replace(": ", "："), style="dim")


def _second(span: Span | None) -> Text:
    if span is None:
        return Text("")
    return Text(_clock(span.start), style=_SPEAKERS[span.speaker][1])


def _clock(seconds: float) -> str:
    whole = int(max(seconds, 0))
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def _grouped(number: str) -> str:
    """Return a mobile number as it is read: 138 5306 7219."""
    mobile = len(number) == 11 and number.isdecimal() and number.startswith("1")
    return f"{number[:3]} {number[3:7]} {number[7:]}" if mobile else number


def _words(said: Utterance) -> Text:
    text = Text(said.text)
    cursor = 0
    for word in said.words:
        heard = word.text.strip()
        at = said.text.find(heard, cursor) if heard else -1
        if at < 0:
            continue
        cursor = at + len(heard)
        if word.confidence is not None and word.confidence < _UNSURE_WORD:
            text.stylize("underline yellow", at, cursor)
    return text


def _notes(transcript: Transcript) -> Iterator[RenderableType]:
    for note in transcript.notes:
        yield Text(f"注: {note}", style="yellow")
    if transcript.repairs:
        changes = "，".join(f"{repair.heard}→{repair.meant}" for repair in transcript.repairs)
        yield Text(f"按读音修正 {len(transcript.repairs)} 处: {changes}", style=_REPAIRED)
    speed = ""
    if transcript.spent_seconds > 0:
        speed = (
            f" · 用时 {transcript.spent_seconds:.1f} 秒({transcript.audio_seconds / transcript.spent_seconds:.1f} 倍速)"
        )
    yield Text(f"{transcript.engine} {transcript.model} · 录音 {_clock(transcript.audio_seconds)}{speed}", style="dim")
