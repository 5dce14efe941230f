"""`hotline score`: how good text and drafts are on calls whose truth is known."""

import resource
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from cases.drafting import Rules, draft, understood
from cases.masked import Masking
from hotline.checked import ConfigurationError
from hotline.console import Terminal, terminal
from hotline.exits import Exit
from hotline.hearing import recogniser
from hotline.lessons import facts_of
from hotline.scores_masked import masked
from hotline.scoring_names import read_names, unknown_names
from hotline.settings import Settings
from scoring.fields import compare
from scoring.hearing import hear
from scoring.names import TruthNames
from scoring.picture import PICTURES, draw
from scoring.score import Score, Scored
from scoring.show import score_table
from scoring.truth import TruthCall, TruthUnreadable, read_calls
from transcription.audio import AudioError
from transcription.child import RecogniserError
from transcription.engine import ModelError
from transcription.transcript import Transcript


def add_to(app: typer.Typer) -> None:
    """Add this topic's commands."""
    app.command("score")(score)


def score(
    context: typer.Context,
    folders: Annotated[list[Path], typer.Argument(help="标注过的电话: 每通一个 JSON, 旁边是录音; 可给多个目录。")],
    from_text: Annotated[bool, typer.Option("--from-text", help="不听录音, 由标注的原文起草, 只评草稿。")] = False,
    picture: Annotated[Path | None, typer.Option(help="另存一张图 (png 或 svg)。", show_default=False)] = None,
    worst: Annotated[int, typer.Option(min=0, help="列出听得最差的几通, 逐字对照。")] = 3,
) -> None:
    """用标注过的电话给转写和草稿打分: 字错率, 每项对错, 把握是否可信。"""
    place = terminal(context)
    if picture and picture.suffix.lower() not in PICTURES:
        place.fail(f"{picture}: 图只能存成 {' 或 '.join(PICTURES)}", code=Exit.USAGE)
    if picture and not picture.absolute().parent.is_dir():
        place.fail(f"{picture}: 没有这个文件夹", code=Exit.USAGE)
    settings = place.settings()
    try:
        names = read_names(place.places.config, settings.drafting.categories)
        calls = read_calls(folders, with_audio=not from_text)
    except (ConfigurationError, TruthUnreadable) as error:
        place.fail(*error.faults, code=Exit.USAGE)
    unknown = list(unknown_names(calls, names, settings.drafting, settings.gazetteer))
    if unknown:
        place.fail(*unknown, code=Exit.USAGE)
    rules = settings.rules()
    began, cpu = perf_counter(), _cpu()
    heard = [call.transcript() for call in calls] if from_text else listen(place, settings, calls, rules)
    scored = tuple(
        _scored(call, transcript, rules, names, settings, from_text)
        for call, transcript in zip(calls, heard, strict=True)
    )
    engine = f"{heard[0].engine} {heard[0].model}"
    result = Score(scored, engine, perf_counter() - began, _cpu() - cpu)
    if picture:
        with place.faults(OSError, ValueError):
            draw(result, picture)
    shown = masked(result, Masking.of(settings.drafting.numbers))
    place.show(score_table(shown, worst), shown.plain())


def listen(place: Terminal, settings: Settings, calls: list[TruthCall], rules: Rules) -> list[Transcript]:
    """Return what is heard in each call's recording, as a draft takes it; what keeps it from that ends the command."""
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn(), console=place.err
    )
    heard: list[Transcript] = []
    with place.faults(AudioError, ModelError, RecogniserError), bar, recogniser(settings) as hearing:
        task = bar.add_task("听录音", total=sum(call.duration for call in calls))
        for call in calls:
            bar.update(task, description=f"听录音 {call.id}")
            heard.append(understood(hearing.transcribe(call.recording), rules))
            bar.advance(task, call.duration)
    return heard


def _scored(
    call: TruthCall, transcript: Transcript, rules: Rules, names: TruthNames, settings: Settings, from_text: bool
) -> Scored:
    case = draft(transcript, facts_of(call, settings.tree), rules)
    return Scored(call, transcript, case, None if from_text else hear(call, transcript), compare(call, case, names))


def _cpu() -> float:
    """Return the processor seconds of this process and of its ended children."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)
