"""Prompts and music where Asterisk looks for them: copies, so that a call needs nothing outside the data folder."""

import filecmp
import shutil
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from domain.problem import Problem
from telephony.asterisk.layout import Layout

FOLDER = "hotline"
DEFAULT_MUSIC = "waiting-music"
"""The sound that a citizen on hold or in a queue hears, over and over."""

_BEEP = "beep"
_SPOKEN = (
    *("outside-accept", "all-busy", "message-thanks"),
    *("queue-next", "queue-place", "wei", "queue-about", "minutes", "callback-offer"),
    *("callback-tail", "callback-phone", "callback-answered"),
    *(f"d{digit}" for digit in range(10)),
    *("yao", "shi", "bai", "qian"),
)


def check(notice: str, given: Collection[str]) -> list[Problem]:
    """Say which sounds that Asterisk plays prompts.yaml lacks; `given` are the names it has, tones included."""
    needed = (notice, *_SPOKEN, _BEEP, DEFAULT_MUSIC)
    return [Problem(("prompts",), f"缺少 Asterisk 要播放的提示音 {name}") for name in needed if name not in given]


def lay(layout: Layout, sources: Sequence[Path], music: Iterable[str], documentation: Path) -> None:
    """Copy every wav of the `sources` (a later folder wins), and make a music class for each name in `music`.

    Wavs are 8 kHz 16-bit mono. A sound that is gone from the sources goes from Asterisk too.
    """
    folder = layout.sounds / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    found = {file.name: file for source in sources for file in sorted(source.glob("*.wav"))}
    for name, file in found.items():
        _copy(file, folder / name)
    _forget(folder, found)
    if f"{_BEEP}.wav" in found:  # Record() asks for it by this name
        _copy(found[f"{_BEEP}.wav"], layout.sounds / f"{_BEEP}.wav")
    for name in music:
        sound = found.get(f"{name}.wav") or found.get(f"{DEFAULT_MUSIC}.wav" if name == "default" else "")
        place = layout.music / name
        place.mkdir(parents=True, exist_ok=True)
        if sound:
            _copy(sound, place / sound.name)
        _forget(place, {sound.name} if sound else set())
    _link(layout.data / "documentation", documentation)


def _copy(source: Path, target: Path) -> None:
    """Copy beside and rename: a call may be playing the old file."""
    if target.exists() and filecmp.cmp(source, target, shallow=False):
        return
    beside = target.with_name(f".{target.name}")
    shutil.copyfile(source, beside)
    beside.replace(target)


def _forget(folder: Path, kept: Iterable[str]) -> None:
    names = set(kept)
    for file in folder.glob("*.wav"):
        if file.name not in names:
            file.unlink()


def _link(link: Path, target: Path) -> None:
    if link.is_symlink() and link.readlink() == target:
        return
    link.unlink(missing_ok=True)
    link.symlink_to(target)
