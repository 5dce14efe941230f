"""A reader of rendered dialplans: every jump has a target, every line is whole, before Asterisk sees any of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_SECTION = re.compile(r"\[([0-9A-Za-z-]+)\]")
_EXTEN = re.compile(r"exten => ([^,\s]+),(1|n)(?:\((\w+)\))?,(.+)")
_SAME = re.compile(r" same => n(?:\((\w+)\))?,(.+)")
_SETTING = re.compile(r"\w+ = \w+")
_JUMP = re.compile(r"(?:^|\?)(Goto|GotoIf|Gosub)\(")
_BUILT = re.compile(r"\$[\[{]|^$")
_LONGEST = 8000  # Asterisk reads lines of up to 8,192 bytes


@dataclass(slots=True)
class _Extension:
    labels: set[str] = field(default_factory=set)
    steps: list[str] = field(default_factory=list)


Contexts = dict[str, dict[str, _Extension]]


def faults(text: str) -> list[str]:
    """Return what is wrong with a rendered extensions.conf, one line each (for us who write the templates)."""
    contexts, found = _read(text)
    for context, extensions in contexts.items():
        for name, extension in extensions.items():
            for step in extension.steps:
                found += [f"[{context}] {name}: {fault}: {step}" for fault in _of_step(step, context, name, contexts)]
    return found


def _read(text: str) -> tuple[Contexts, list[str]]:
    contexts: Contexts = {}
    found: list[str] = []
    here: dict[str, _Extension] | None = None
    current: _Extension | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if not line or line.startswith(";"):
            continue
        if len(line.encode()) > _LONGEST:
            found.append(f"line {number} is too long")
        if match := _SECTION.fullmatch(line):
            if match[1] in contexts:
                found.append(f"line {number}: context {match[1]} stands twice")
            here, current = contexts.setdefault(match[1], {}), None
        elif (match := _EXTEN.fullmatch(line)) and here is not None:
            if match[2] == "1" and match[1] in here:
                found.append(f"line {number}: extension {match[1]} stands twice")
            current = here.setdefault(match[1], _Extension())
            _add(current, match[3], match[4])
        elif (match := _SAME.fullmatch(line)) and current is not None:
            _add(current, match[1], match[2])
        elif not (_SETTING.fullmatch(line) and list(contexts)[-1:] in (["general"], ["globals"])):
            found.append(f"line {number} is no line of a dialplan: {line}")
    return contexts, found


def _add(extension: _Extension, label: str | None, step: str) -> None:
    if label:
        extension.labels.add(label)
    extension.steps.append(step)


def _of_step(step: str, context: str, extension: str, contexts: Contexts) -> Iterator[str]:
    if any(step.count(opening) != step.count(closing) for opening, closing in ("()", "{}", "[]")):
        yield "brackets do not match"
    if step.count('"') % 2:
        yield "quotes do not match"
    if not (match := _JUMP.search(step)):
        return
    for target in _targets(match[1], _inside(step, match.end())):
        if not _BUILT.search(target) and not _leads(target, context, extension, contexts):
            yield f"no such target {target}"


def _inside(step: str, start: int) -> str:
    """Return what stands between an opening bracket, just before `start`, and its closing one."""
    depth = 1
    for index in range(start, len(step)):
        depth += {"(": 1, ")": -1}.get(step[index], 0)
        if depth == 0:
            return step[start:index]
    return step[start:]


def _targets(jump: str, inside: str) -> list[str]:
    if jump == "GotoIf":
        return inside.rpartition("?")[2].split(":")
    return [inside.partition("(")[0] if jump == "Gosub" else inside]


def _leads(target: str, context: str, extension: str, contexts: Contexts) -> bool:
    parts = target.split(",")
    if len(parts) == 1:
        return _has(contexts.get(context, {}), extension, parts[0])
    if len(parts) == 2:
        return _has(contexts.get(context, {}), *parts)
    return len(parts) == 3 and _has(contexts.get(parts[0], {}), *parts[1:])


def _has(extensions: dict[str, _Extension], name: str, priority: str) -> bool:
    extension = extensions.get(name)
    return extension is not None and (priority == "1" or priority in extension.labels)
