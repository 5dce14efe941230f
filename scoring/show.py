"""The score as tables, and the worst calls with what was said against what was heard."""

from collections.abc import Iterator

import jiwer
from rich import box
from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from domain.words import Speaker
from scoring.calibration import bins, brier
from scoring.fields import Compared
from scoring.hearing import typical, words_of
from scoring.plain import plain
from scoring.score import FEW, Score, Scored

TITLES = {
    "type": "业务类别",
    "category": "事项分类",
    "utility": "水电气暖",
    "urgency": "紧急程度",
    "emergency": "是否紧急",
    "district": "县区",
    "address": "地址",
    "phone": "口述电话",
    "name": "诉求人",
    "unit": "承办单位",
    "hazards": "险情",
    "time": "发生时间",
}
_CHINESE = {
    "utility": {"water": "供水", "power": "供电", "heat": "供热", "gas": "燃气"},
    "urgency": {"emergency": "紧急", "timed": "限时", "ordinary": "一般"},
    "emergency": {"yes": "是", "no": "否"},
}
_SPEAKERS = {Speaker.CITIZEN: "市民", Speaker.AGENT: "坐席"}
_GOOD, _FAIR = 0.9, 0.7


def score_table(score: Score, worst: int) -> RenderableType:
    """Return the figures, and the `worst` calls' differences."""
    parts: list[RenderableType] = [_summary(score), Text(), _fields(score), Text(), _reliability(score)]
    for one in worst_calls(score, worst):
        parts += [Text(), *_differences(one)]
    return Group(*parts)


def worst_calls(score: Score, count: int) -> list[Scored]:
    """Return the calls that were heard worst, or drafted worst where none was listened to."""

    def badness(one: Scored) -> tuple[float, int]:
        return (one.hearing.together.rate if one.hearing else 0.0, one.touched)

    return sorted(score.calls, key=badness, reverse=True)[:count]


def _summary(score: Score) -> RenderableType:
    table = Table(box=None, show_header=False, pad_edge=False)
    count = len(score.calls)
    table.add_row("录音", f"{count} 通, {score.audio_s / 60:.1f} 分钟; 引擎 {score.engine}")
    rates = {"市民": score.errors(Speaker.CITIZEN), "坐席": score.errors(Speaker.AGENT), "合计": score.errors()}
    if rates["合计"]:
        raw = score.errors_as_heard()
        before = f"  (按读音修正以前 {raw.rate:.1%})" if raw else ""
        table.add_row(
            "字错率", "  ".join(f"{who} {errors.rate:.1%}" for who, errors in rates.items() if errors) + before
        )
        heard = [one.hearing for one in score.calls if one.hearing]
        starts = typical([off for one in heard for off in one.starts])
        ends = typical([off for one in heard for off in one.ends])
        speakers = sum(one.attributed for one in heard) / len(heard)
        table.add_row("说话人", f"{speakers:.1%} 的字归对了人; 话段起点偏差中位 {starts} 秒, 终点 {ends} 秒")
    few, whole = score.few_touched(), sum(one.touched == 0 for one in score.calls)
    table.add_row("草稿", f"改动不超过 {FEW} 项 {few}/{count} ({few / count:.0%}); 一项不改 {whole}/{count}")
    speed = f"{score.audio_s / score.wall_s:.1f} 倍实时" if score.wall_s and rates["合计"] else ""
    table.add_row("用时", f"{score.wall_s:.1f} 秒, 处理器 {score.cpu_s:.1f} 秒 {speed}")
    return table


def _fields(score: Score) -> RenderableType:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for title in ("项目", "正确", "正确率", "部分得分", "无中生有", "错而自信(>80%)", "未能确定"):
        table.add_column(title, justify="left" if title == "项目" else "right")
    for row in score.tallies():
        share = row.right / row.of if row.of else 1.0
        style = "green" if share >= _GOOD else "yellow" if share >= _FAIR else "red"
        credit = f"{row.credit / row.of:.0%}" if row.of else "-"
        table.add_row(
            TITLES.get(row.name, row.name),
            f"{row.right}/{row.of}",
            Text(f"{share:.0%}" if row.of else "-", style=style),
            credit,
            str(row.invented or ""),
            Text(str(row.sure_and_wrong or ""), style="red"),
            str(row.left_empty or ""),
        )
    return table


def _reliability(score: Score) -> RenderableType:
    given = score.confidences()
    table = Table(
        title=f"把握是否可信 (Brier {brier(given)})", title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False
    )
    for column in ("草稿说的把握", "实际正确", "项数"):
        table.add_column(column, justify="right")
    for row in bins(given):
        table.add_row(f"{row.claimed:.0%}", f"{row.right:.0%}", str(row.count))
    return table


def _differences(one: Scored) -> Iterator[RenderableType]:
    rate = f", 字错率 {one.hearing.together.rate:.1%}" if one.hearing else ""
    yield Rule(f"{one.call.id}{rate}, 要改 {one.touched} 项", align="left", style="dim")
    if one.hearing:
        for speaker in Speaker:
            text = difference(one.call.words(speaker), words_of(one.transcript, speaker))
            yield Text.assemble((f"{_SPEAKERS[speaker]}  ", "bold"), text)
    for field in one.fields:
        if not field.right:
            yield Text.assemble(
                (f"{TITLES.get(field.name, field.name)}  ", "bold"),
                (_shown(field.name, field.truth) or "(无)", "green"),
                "  ←  ",
                (_shown(field.name, field.value) or _not_filled(field), "red"),
                (f"  {field.confidence:.0%}", "dim"),
            )


def _shown(name: str, value: str | None) -> str | None:
    """Return a field's value in Chinese."""
    return _CHINESE.get(name, {}).get(value or "", value)


def _not_filled(field: Compared) -> str:
    return f"(未能确定: {_shown(field.name, field.heard)})" if field.heard else "(空)"


def difference(said: str, heard: str) -> Text:
    """Return what was said, green where it was missed, and red what was heard in its place."""
    reference, hypothesis = plain(said), plain(heard)
    if not reference:
        return Text(hypothesis, style="red")
    text = Text()
    for chunk in jiwer.process_characters(reference, hypothesis).alignments[0]:
        true = reference[chunk.ref_start_idx : chunk.ref_end_idx]
        wrong = hypothesis[chunk.hyp_start_idx : chunk.hyp_end_idx]
        if chunk.type == "equal":
            text.append(true)
            continue
        text.append(true, style="bold green")
        text.append(wrong, style="strike red")
    return text
