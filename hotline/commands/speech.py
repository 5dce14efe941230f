"""`hotline transcribe`, `hotline draft`, `hotline models …`, `hotline prompts render`."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from cases.draft import CallFacts, DraftCase
from cases.drafting import draft, understood
from cases.masked import Masking
from cases.picture import way
from cases.show import draft_panel, transcript_table
from domain.clock import SHANGHAI, SystemClock
from domain.phone_number import clean
from domain.words import Speaker
from hotline.checked import ConfigurationError, read
from hotline.commands.opened import sound_of
from hotline.console import Terminal, folded, terminal
from hotline.exits import Exit
from hotline.hearing import recogniser
from hotline.settings import Settings
from hotline.wiring import choice_of, hazard_titles
from ivr.audio import write
from ivr.dialogue import read_script
from ivr.dialogue import speak as converse
from ivr.kokoro import VOICES, Kokoro, VoiceUnavailable
from ivr.prompts import Prompts
from ivr.prompts_render import render, speak_to
from transcription.audio import AudioError, InMemory, Source, levels
from transcription.audio import read as read_audio
from transcription.child import RecogniserError
from transcription.engine import ModelError
from transcription.models import Installer, State, Status
from transcription.transcript import Transcript

_STEPS = 600
"""Columns of a picture's loudness."""

models = typer.Typer(help="语音模型。", no_args_is_help=True)
prompts = typer.Typer(help="提示音。", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add this topic's commands."""
    app.command("transcribe")(transcribe)
    app.command("draft")(draft_file)
    app.add_typer(models, name="models")
    app.add_typer(prompts, name="prompts")


def transcribe(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="录音文件: wav, 左声道市民、右声道坐席; 单声道视为市民。")],
    swapped: Annotated[bool, typer.Option(help="左右声道相反。")] = False,
    as_heard: Annotated[
        bool, typer.Option("--as-heard", help="不按读音修正, 也不按内容对调声道, 显示识别引擎的原文。")
    ] = False,
    identities: Annotated[bool, typer.Option("--identities", help="不隐去身份证号和银行卡号。")] = False,
    full: Annotated[bool, typer.Option("--full", help="热线自己的录音也显示完整电话号码 (记入审计)。")] = False,
) -> None:
    """把一段录音转写成文字。热线自己的录音隐去电话号码, 每次转写记入审计。"""
    place = terminal(context)
    settings = place.settings()
    sound = _sound(place, settings, file, full=full)
    transcript = _hear(place, settings, sound, swapped)
    if not as_heard:
        transcript = understood(transcript, settings.rules())
    stored = isinstance(sound, InMemory)
    masking = Masking.of(settings.drafting.numbers, telephones=stored and not full, identities=not identities)
    if masking.telephones or masking.identities:
        transcript = masking.transcript(transcript)
    place.show(transcript_table(transcript), TypeAdapter(Transcript).dump_python(transcript, mode="json"))


def draft_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="转写 (JSON, 由 hotline transcribe --json 得到) 或录音 (wav)。")],
    ani: Annotated[str, typer.Option("--from", help="来电号码。")] = "",
    keys: Annotated[str, typer.Option(help="市民按过的键, 例如 91。")] = "",
    at: Annotated[datetime | None, typer.Option(help="来电时间 (北京时间)。", show_default="现在")] = None,
    picture: Annotated[
        Path | None, typer.Option(help="另存一张图 (svg): 每一项来自哪几秒录音。", show_default=False)
    ] = None,
) -> None:
    """由转写 (或直接由录音) 生成工单草稿。"""
    place = terminal(context)
    settings = place.settings()
    rules = settings.rules()
    sound: Source = file
    if file.suffix == ".json":
        transcript = _read_transcript(place, file)
    else:
        sound = _sound(place, settings, file)
        transcript = understood(_hear(place, settings, sound, False), rules)
    started = at.replace(tzinfo=at.tzinfo or SHANGHAI) if at else SystemClock().now()
    choice = choice_of(settings.tree, keys, started)
    facts = CallFacts(
        linkedid=file.stem,
        ani=clean(ani),
        started=started,
        keys=keys,
        utility=choice.utility,
        emergency=bool(keys) and choice.emergency,
    )
    made = draft(transcript, facts, rules)
    masking = Masking.of(settings.drafting.numbers)
    if picture:
        loud = [] if file.suffix == ".json" else levels(read_audio(sound), _STEPS)
        by_speaker = dict(zip(Speaker, loud, strict=False))
        drawn = way(masking.transcript(transcript), masking.case(made), by_speaker, hazard_titles(settings))
        with place.faults(OSError):
            picture.write_text(drawn, encoding="utf-8")
    shown = Masking.of(settings.drafting.numbers).case(made)
    told = shown if isinstance(sound, InMemory) else made  # a citizen's call masked to programs too, a test file not
    place.show(draft_panel(shown, hazard_titles(settings)), TypeAdapter(DraftCase).dump_python(told, mode="json"))


def _sound(place: Terminal, settings: Settings, file: Path, *, full: bool = False) -> Source:
    return sound_of(place, settings, file, "recording.transcribe", {"full_number": full})


def _hear(place: Terminal, settings: Settings, file: Source, swapped: bool) -> Transcript:
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn(), console=place.err
    )
    with place.faults(AudioError, ModelError, RecogniserError), bar, recogniser(settings) as hearing:
        task = bar.add_task("转写", total=None)
        return hearing.transcribe(
            file, swapped=swapped, on_progress=lambda done, total: bar.update(task, completed=done, total=total)
        )


def _read_transcript(place: Terminal, file: Path) -> Transcript:
    try:
        return TypeAdapter(Transcript).validate_json(file.read_bytes())
    except OSError as error:
        place.fail(f"{file}: 读不出来: {error.strerror}")
    except ValidationError as error:
        first = ".".join(map(str, error.errors()[0]["loc"])) or "(整个文件)"
        place.fail(
            f"{file}: 不是转写文件 (应由 hotline transcribe --json 得到); "
            f"共 {error.error_count()} 处不符, 第一处是 {first}"
        )


@models.command("install")
def install(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="whisper-base, vosk-small-cn, vosk-cn。")],
    archive: Annotated[
        str | None, typer.Option(help="另一个下载地址, 或已拷到本机的 zip 文件。", show_default=False)
    ] = None,
    sha256: Annotated[
        str | None, typer.Option(help="校验值 (没有内置校验值的模型须给出)。", show_default=False)
    ] = None,
    again: Annotated[bool, typer.Option(help="即使已安装也重新安装。")] = False,
) -> None:
    """安装一个语音模型。"""
    place = terminal(context)
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn(), console=place.err
    )
    with place.faults(ModelError, OSError), bar:
        task = bar.add_task(name, total=None)
        folder = Installer(place.places.tools / "models").install(
            name,
            archive=archive,
            sha256=sha256,
            again=again,
            on_bytes=lambda done, total: bar.update(task, completed=done, total=total),
        )
    place.show(f"模型 {name} 在 {folder}", {"name": name, "path": str(folder)})


@models.command("status")
def status(context: typer.Context) -> None:
    """列出各语音模型是否可用。"""
    place = terminal(context)
    found = Installer(place.places.tools / "models").status()
    plain = [
        {"name": one.name, "state": one.state.name.lower(), "path": str(one.path), "detail": one.detail}
        for one in found
    ]
    place.show(models_table(found), plain)


def models_table(found: Iterable[Status]) -> Table:
    """Return how the models stand as a table."""
    table = folded("模型", "说明", "状态", "怎么办")
    for one in found:
        table.add_row(one.name, one.title, f"[{_COLOURS[one.state]}]{one.state}", escape(one.detail))
    return table


_COLOURS = {State.READY: "green", State.ABSENT: "yellow", State.BROKEN: "red"}


@prompts.command("render")
def render_prompts(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option(help="写到这个目录。", show_default="配置目录里的 prompts")] = None,
    only: Annotated[list[str] | None, typer.Option(help="只做这几个 (可重复)。", show_default=False)] = None,
) -> None:
    """把 prompts.yaml 的文字读成 8 kHz 录音, 只做缺少的和改过的。

    需要 pip install -e '.[prompts]', 首次还要 npm (取 kokoro-js 包里的声音)。
    """
    place = terminal(context)
    texts = read_prompts(place)
    unknown = sorted(set(only or ()) - texts.names())
    if unknown:
        place.fail(f"prompts.yaml 里没有: {', '.join(unknown)}", code=Exit.USAGE)
    folder = out or place.places.config / "prompts"
    bar = Progress(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=place.err)
    with place.faults(VoiceUnavailable, OSError), bar:
        task = bar.add_task("提示音", total=None)
        voice = Kokoro(place.places.tools, texts.readings)
        made = render(
            texts,
            folder,
            voice,
            only,
            lambda name, done, total: bar.update(task, description=name, completed=done, total=total),
        )
    place.show(f"做了 {len(made)} 个提示音, 在 {folder}。", {"made": made, "folder": str(folder)})


@prompts.command("speak")
def speak(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="要读的文字。")],
    out: Annotated[Path, typer.Argument(help="wav 文件。")],
    voice: Annotated[str, typer.Option(help=f"声音: {', '.join(VOICES)}。")] = "zm_yunxi",
    speed: Annotated[float, typer.Option(min=0.5, max=2.0, help="语速。")] = 1.0,
) -> None:
    """把任意文字读成 8 kHz 录音 (测试用的市民)。

    需要 pip install -e '.[prompts]', 首次还要 npm (取 kokoro-js 包里的声音)。
    """
    place = terminal(context)
    with place.faults(VoiceUnavailable, OSError):
        seconds = speak_to(out, text, Kokoro(place.places.tools, read_prompts(place).readings), voice, speed)
    place.show(f"{out}: {seconds:.1f} 秒", {"file": str(out), "seconds": seconds})


@prompts.command("dialogue")
def dialogue(
    context: typer.Context,
    script: Annotated[Path, typer.Argument(help="对话: 每行以“市民:”或“坐席:”开头。")],
    citizen: Annotated[Path, typer.Argument(help="市民一侧的 wav。")],
    agent: Annotated[Path, typer.Argument(help="坐席一侧的 wav。")],
    citizen_voice: Annotated[str, typer.Option(help="市民的声音。")] = "zm_yunxi",
    agent_voice: Annotated[str, typer.Option(help="坐席的声音。")] = "zf_xiaoyi",
) -> None:
    """把一段对话读成两个等长的 8 kHz 录音, 同时播放即成对话 (演示和测试用)。

    需要 pip install -e '.[prompts]', 首次还要 npm (取 kokoro-js 包里的声音)。
    """
    place = terminal(context)
    voices = {Speaker.CITIZEN: citizen_voice, Speaker.AGENT: agent_voice}
    with place.faults(VoiceUnavailable, OSError, ValueError):
        turns = read_script(script.read_text(encoding="utf-8"))
        sides = converse(turns, Kokoro(place.places.tools, read_prompts(place).readings), voices)
        write(citizen, sides[Speaker.CITIZEN])
        write(agent, sides[Speaker.AGENT])
    place.show(
        f"{len(turns)} 句, 写到 {citizen} 和 {agent}", {"turns": len(turns), "files": [str(citizen), str(agent)]}
    )


def read_prompts(place: Terminal) -> Prompts:
    """Return prompts.yaml alone: its audio may still be missing, so the whole configuration would not pass."""
    try:
        return read(place.places.config / "prompts.yaml").build(Prompts)
    except ConfigurationError as error:
        place.fail(*error.faults, code=Exit.USAGE)
