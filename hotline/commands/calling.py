"""`hotline call`: a test call by a real SIP user agent."""

import time
from pathlib import Path
from typing import Annotated

import soundfile
import typer

from hotline.console import interruptible, require_keys, terminal
from hotline.demo import CITIZENS_ADDRESS
from hotline.exits import Exit
from hotline.reach import Server, Unreachable, own, server
from telephony.phone.phone import Phone
from telephony.phone.spec import PhoneError, PhoneSpec, PhoneTimeout, State

_ANSWER_SECONDS = 15.0
_PLAYABLE = ("PCM_16", "ALAW", "ULAW")
_FROM_THERE = (State.RINGING, State.PROGRESS)


def add_to(app: typer.Typer) -> None:
    """Add this topic's commands."""
    app.command("call")(call)


def call(
    context: typer.Context,
    audio: Annotated[Path, typer.Argument(help="市民说的话: wav 文件。")],
    keys: Annotated[str, typer.Option(help="按键, 例如 91; 空为不按。")] = "",
    ani: Annotated[str, typer.Option("--from", help="主叫号码。")] = "15400000009",
    to: Annotated[str | None, typer.Option(help="被叫号码。", show_default="配置里的第一个号码")] = None,
    address: Annotated[str | None, typer.Option("--server", help="地址:端口。", show_default="sip.bind 的地址")] = None,
    key_after: Annotated[float, typer.Option(min=0, max=60, help="每个按键前等几秒。")] = 3.0,
    limit: Annotated[float, typer.Option(min=1, max=3600, help="最长几秒。")] = 180.0,
) -> None:
    """用真实的 SIP 话机拨打一个测试电话 (hotline up 须在运行)。"""
    place = terminal(context)
    sip = place.settings().telephony.sip
    require_keys(place, keys)
    fault = sound_fault(audio)
    if fault:
        place.fail(fault, code=Exit.USAGE)
    try:
        there = server(address or str(own(sip)), CITIZENS_ADDRESS)
    except Unreachable as error:
        place.fail(str(error), code=Exit.USAGE)
    spec = PhoneSpec(user=ani, server=str(there), local_address=CITIZENS_ADDRESS)
    began = time.monotonic()

    def said(text: str) -> None:
        place.say(f"  {time.monotonic() - began:5.1f} 秒  {text}")

    with place.faults(PhoneError), interruptible(), Phone.start(spec) as phone:
        dial(phone, to or sip.dids[0], there, _ANSWER_SECONDS)
        said("接通")
        for key in keys:
            phone.press(key, key_after)
            phone.wait_for(State.KEY_SENT, key_after + 5)
            said(f"按 {key}")
        phone.play(audio)
        said(f"播放 {audio.name}")
        ended = _first(phone, limit)
        said("对方挂机" if ended else "播放完毕, 挂机")
        if not ended:
            phone.hang_up()
            phone.wait_for(State.ENDED, 10)
    place.show("通话结束; 稍后 hotline cases list 可见草稿。", {"seconds": round(time.monotonic() - began, 1)})


def sound_fault(file: Path) -> str:
    """Say in Chinese why a telephone cannot play a file; empty where it can."""
    if not file.is_file():
        return f"找不到录音文件 {file}"
    try:
        found = soundfile.info(file)
    except (OSError, soundfile.LibsndfileError):
        return f"{file} 不是能播放的录音; 应为 wav 文件"
    if found.format not in ("WAV", "WAVEX") or found.subtype not in _PLAYABLE:
        return f"{file} 是 {found.format} {found.subtype}; 应为 wav 文件, 16 位 PCM、A 律或 μ 律"
    return "" if found.frames else f"{file} 里没有声音 (长度为 0)"


def dial(phone: Phone, number: str, there: Server, limit: float) -> None:
    """Call and wait for the answer; where nobody is there at all, say what is probably missing."""
    phone.call(number)
    try:
        phone.wait_for(State.CONFIRMED, limit)
    except PhoneTimeout as error:
        if any(event.state in _FROM_THERE for event in phone.events):
            raise
        raise PhoneError(f"{there} {limit:g} 秒内没有任何应答。热线没有运行? 请先 make run") from error


def _first(phone: Phone, limit: float) -> bool:
    """Wait until the file is played or the other side has hung up; tell whether it was the latter."""
    try:
        phone.wait_for(State.PLAYED, limit)
    except PhoneError:
        if any(event.state is State.ENDED for event in phone.events):
            return True
        raise
    return False
