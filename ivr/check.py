"""Everything in config/ivr.yaml and config/prompts.yaml that is well formed but would fail a citizen on the line."""

import difflib
import wave
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path as Folder

from domain.problem import Path, Problem
from ivr.audio import RATE
from ivr.prompts import Prompts
from ivr.spoken import PIECES
from ivr.tree import PERSON_KEY, Destination, Ending, Key, Menu, Tree

DEEPEST = 2
LONGEST_FIRST_WAIT = 2.0
_KEYS = frozenset("0123456789*#")


def check(tree: Tree, prompts: Collection[str], queues: Collection[str]) -> list[Problem]:
    """Return every fault of a tree; `prompts` are the names that can be played, `queues` those of routing.yaml."""
    return [*_start(tree), *_menus(tree, prompts, queues), *_ways(tree), *_areas(tree, prompts)]


def check_prompts(prompts: Prompts, folders: Iterable[Folder]) -> list[Problem]:
    """Return every prompt that cannot be played from the folders (a later one wins), and every missing piece."""
    places = tuple(folders)
    found = [Problem(("prompts",), f"缺少拼句要用的提示音 {piece}") for piece in PIECES if piece not in prompts.prompts]
    for name in sorted(prompts.names()):
        path: Path = ("tones" if name in prompts.tones else "prompts", name)
        file = next((folder / f"{name}.wav" for folder in reversed(places) if (folder / f"{name}.wav").is_file()), None)
        wrong = "缺少录音; 请运行 hotline prompts render, 或放入自己录制的" if file is None else _unplayable(file)
        if wrong:
            found.append(Problem(path, wrong if file else f"{wrong} {name}.wav"))
    return found


def _unplayable(file: Folder) -> str:
    try:
        with wave.open(str(file)) as audio:
            form = (audio.getframerate(), audio.getsampwidth() * 8, audio.getnchannels())
            if form != (RATE, 16, 1):
                return f"{file} 应为 8000 Hz, 16 位, 单声道 wav, 现为 {form[0]} Hz, {form[1]} 位, {form[2]} 声道"
            return "" if audio.getnframes() else f"{file} 是空的"
    except (wave.Error, EOFError, OSError) as error:
        return f"{file} 不是可播放的 wav: {error}"


def _start(tree: Tree) -> Iterator[Problem]:
    if tree.start not in tree.menus:
        yield _unknown(("start",), "菜单", tree.start, tree.menus)
        return
    menu, path = tree.menus[tree.start], ("menus", tree.start)
    if menu.retries:
        yield Problem((*path, "retries"), "第一级菜单只问一遍: 什么都不按的市民应马上转人工")
    if menu.wait > LONGEST_FIRST_WAIT:
        yield Problem((*path, "wait"), f"第一级菜单最多等 {LONGEST_FIRST_WAIT:g} 秒: 什么都不按的市民应马上转人工")
    if menu.hours:
        yield Problem((*path, "hours"), "第一级菜单不能限定时间, 可以限定它的按键")


def _menus(tree: Tree, prompts: Collection[str], queues: Collection[str]) -> Iterator[Problem]:
    for name, menu in tree.menus.items():
        path: Path = ("menus", name)
        if menu.prompt not in prompts:
            yield _unknown((*path, "prompt"), "提示音", menu.prompt, prompts)
        if not menu.keys:
            yield Problem((*path, "keys"), "菜单没有任何按键; 没有可选的就不要让市民听菜单")
        yield from _ending((*path, "otherwise"), menu.otherwise, queues)
        for digit, key in menu.keys.items():
            yield from _key((*path, "keys", digit), digit, key, tree, prompts, queues)


def _key(
    path: Path, digit: str, key: Key, tree: Tree, prompts: Collection[str], queues: Collection[str]
) -> Iterator[Problem]:
    if digit not in _KEYS:
        yield Problem(path, f"按键只能是一个 0-9、* 或 #, 不能是 {digit!r} (请加引号)")
    if (key.menu is None) == (key.to is None):
        yield Problem(path, "menu 和 to 须写一个, 也只能写一个; 否则市民按了没有去处")
    if key.menu is not None and key.menu not in tree.menus:
        yield _unknown((*path, "menu"), "菜单", key.menu, tree.menus)
    if key.menu is not None and (key.utility or key.queue):
        yield Problem(path, "去下一级菜单的按键不能写 utility 或 queue")
    if digit == PERSON_KEY and key.menu is not None:
        yield Problem(path, "0 在任何一级都转人工, 不能用来进菜单")
    if key.prompt is not None and key.prompt not in prompts:
        yield _unknown((*path, "prompt"), "提示音", key.prompt, prompts)
    ending = key.ending()
    if ending:
        yield from _ending(path, ending, queues)


def _ending(path: Path, ending: Ending, queues: Collection[str]) -> Iterator[Problem]:
    if ending.queue is not None and ending.queue not in queues:
        yield _unknown((*path, "queue"), "队列", ending.queue, queues)
    if ending.to is Destination.EMERGENCY and ending.queue is not None:
        yield Problem((*path, "queue"), "急修按 routing.yaml 的应急预案走, 不能另写队列")


def _ways(tree: Tree) -> Iterator[Problem]:
    """Walk every way from the start: loops, ways that are too deep, menus that nothing leads to."""
    if tree.start not in tree.menus:
        return
    reached: set[str] = set()
    ahead: list[tuple[str, tuple[str, ...], Path]] = [(tree.start, (), ("start",))]
    while ahead:
        name, before, path = ahead.pop()
        if name in before:
            yield Problem(path, f"绕回了已经听过的菜单: {' → '.join((*before, name))}")
            continue
        if len(before) >= DEEPEST:
            yield Problem(path, f"菜单最多 {DEEPEST} 级: {' → '.join((*before, name))}")
            continue
        reached.add(name)
        ahead += [(key.menu or "", (*before, name), where) for key, where in _onward(tree.menus[name], name, tree)]
    for name in tree.menus:
        if name not in reached:
            yield Problem(("menus", name), "没有按键通向这个菜单")


def _onward(menu: Menu, name: str, tree: Tree) -> Iterator[tuple[Key, Path]]:
    for digit, key in menu.keys.items():
        if key.menu in tree.menus:
            yield key, ("menus", name, "keys", digit, "menu")


def _areas(tree: Tree, prompts: Collection[str]) -> Iterator[Problem]:
    for area, prompt in tree.areas.items():
        if prompt not in prompts:
            yield _unknown(("areas", area), "提示音", prompt, prompts)
    if tree.any_area not in prompts:
        yield _unknown(("any_area",), "提示音", tree.any_area, prompts)


def _unknown(path: Path, what: str, name: str, known: Iterable[str]) -> Problem:
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1)
    meant = f", 是不是 {close[0]}?" if close else f"; 现有: {', '.join(names[:12])}" if names else ""
    return Problem(path, f"没有名为 {name} 的{what}{meant}")
