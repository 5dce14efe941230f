"""`hotline learn`: confirmed cases teach the drafts how sure they may be."""

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter

from cases.drafting import Rules
from cases.fields.experience import Experience
from domain.clock import SystemClock, local
from hotline.checked import ConfigurationError, read
from hotline.commands.opened import opened
from hotline.commands.scoring import listen
from hotline.console import Terminal, terminal, who
from hotline.drafting_rules import EXPERIENCE
from hotline.exits import Exit
from hotline.learning import LearningConfig, Learnt, learn
from hotline.learning_shown import learnt_plain, learnt_table
from hotline.lessons import Lesson, confirmed_lessons, facts_of
from hotline.scoring_names import read_names
from hotline.settings import Settings
from scoring.names import TruthNames
from scoring.truth import TruthCall, TruthUnreadable, read_calls

_WHERE = " (learning.yaml: fewest_calls)"


def add_to(app: typer.Typer) -> None:
    """Add this topic's commands."""
    app.command("learn")(learn_confidence)


def learn_confidence(
    context: typer.Context,
    folders: Annotated[
        list[Path] | None,
        typer.Option("--from", help="不用数据库里已确认的工单, 用标注过的电话 (格式同 hotline score; 可重复)。"),
    ] = None,
    from_text: Annotated[bool, typer.Option("--from-text", help="标注过的电话不听录音, 用标注的原文。")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="比现在好就写入, 不再询问。")] = False,
) -> None:
    """从人工确认过的工单学习: 草稿说的把握, 实际有几成对。先列出学习前后的成绩, 同意后才写入。"""
    place = terminal(context)
    settings = place.settings()
    try:
        names = read_names(place.places.config, settings.drafting.categories)
        config = read(place.places.config / "learning.yaml").build(LearningConfig)
    except ConfigurationError as error:
        place.fail(*error.faults, code=Exit.USAGE)
    rules = settings.rules()
    if folders:
        lessons = _marked(place, settings, rules, _calls(place, config, folders, from_text), from_text)
    else:
        lessons = _confirmed(place, settings, names, config)
    learnt = learn(lessons, rules, names, config)
    place.say(learnt_table(learnt, rules.trust.least))
    if folders and from_text:
        place.say(
            "[yellow]提醒: 这是由标注的原文学得的把握, 没有听错的字; 用于录音时, 姓名、地址、电话的把握会偏高。[/]"
        )
    written = _agreed(place, learnt, yes) and _write(place, learnt)
    if place.json:
        place.show("", {**learnt_plain(learnt, rules.trust.least), "written": str(written) if written else None})


def _calls(place: Terminal, config: LearningConfig, folders: list[Path], from_text: bool) -> list[TruthCall]:
    try:
        calls = read_calls(folders, with_audio=not from_text)
    except TruthUnreadable as error:
        place.fail(*error.faults, code=Exit.USAGE)
    if len(calls) < config.fewest_calls:
        place.fail(f"标注过的电话只有 {len(calls)} 通, 至少要 {config.fewest_calls} 通才能学习{_WHERE}")
    return calls


def _marked(place: Terminal, settings: Settings, rules: Rules, calls: list[TruthCall], from_text: bool) -> list[Lesson]:
    heard = [call.transcript() for call in calls] if from_text else listen(place, settings, calls, rules)
    return [Lesson(call, said, facts_of(call, settings.tree)) for call, said in zip(calls, heard, strict=True)]


def _confirmed(place: Terminal, settings: Settings, names: TruthNames, config: LearningConfig) -> list[Lesson]:
    with opened(place, settings) as store:
        lessons = list(confirmed_lessons(store, names, config.newest))
        store.audit_looks(who(), "draft.learn", [lesson.facts.linkedid for lesson in lessons])
    if len(lessons) < config.fewest_calls:
        place.fail(
            f"已确认的工单只有 {len(lessons)} 条, 至少要 {config.fewest_calls} 条才能学习{_WHERE}; "
            "请先核对确认草稿, 或用 --from 给出标注过的电话"
        )
    return lessons


def _agreed(place: Terminal, learnt: Learnt, yes: bool) -> bool:
    """Tell whether what was learnt may be written: it must be better, and a person must say so."""
    gain = "正确 {} → {} 项, Brier {:.3f} → {:.3f}".format(*learnt.right(), *learnt.brier())
    if not learnt.better:
        place.say(f"没有比现在更准 ({gain}), 不写入。")
        return False
    if yes:
        return True
    if place.json or not sys.stdin.isatty():
        place.say("没有写入; 要写入请加 --yes。")
        return False
    return typer.confirm(f"{gain}。写入吗?", default=False)


def _write(place: Terminal, learnt: Learnt) -> Path:
    """Write what was learnt, each file whole or not at all; words that no longer help are removed."""
    folder = place.places.learned
    with place.faults(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        _put(folder / "calibration.yaml", calibration_text(learnt, SystemClock().now()).encode())
        if learnt.experience:
            _put(folder / EXPERIENCE, TypeAdapter(Experience).dump_json(learnt.experience))
        else:
            (folder / EXPERIENCE).unlink(missing_ok=True)
    place.say(f"已写入 {folder}。重新启动热线后生效; 删除这个文件夹即恢复出厂设置。")
    return folder


def _put(file: Path, content: bytes) -> None:
    half = file.with_name(f"{file.name}.new")
    half.write_bytes(content)
    os.replace(half, file)


def calibration_text(learnt: Learnt, now: datetime) -> str:
    """Return calibration.yaml as it was learnt at a moment."""
    before, after = learnt.brier()
    lines = [
        "# What a confidence of the rules is worth: knots [claimed, how often right], straight between them.",
        f"# Written by `hotline learn` on {local(now):%Y-%m-%d} from {learnt.calls} calls;"
        f" Brier on calls not learnt from: {before:.3f} -> {after:.3f}.",
        "curves:",
    ]
    for guess, curve in learnt.curves.items():
        knots = ", ".join(f"[{x:g}, {y:g}]" for x, y in curve.knots)
        lines.append(f"  {guess.value}: [{knots}]")
    return "\n".join(lines) + "\n"
