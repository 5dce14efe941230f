"""Asterisk's whole configuration from config/asterisk/*.j2, checked before a line of it is written."""

import json
import os
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import jinja2
from pydantic import TypeAdapter

from domain.call import Choice
from domain.problem import Problem
from domain.words import Utility
from ivr.tree import Tree
from routing.config import RoutingConfig
from routing.decide import DUTY, delays, standing
from telephony.ami.events import HEARD
from telephony.asterisk import checker
from telephony.asterisk.layout import Layout
from telephony.asterisk.locate import Program
from telephony.asterisk.menus import compile_tree
from telephony.asterisk.secrets import Secrets, SecretsUnusable
from telephony.asterisk.settings import TelephonySettings
from telephony.route_variables import variables

ZONE = "Asia/Shanghai"
_FORBIDDEN = frozenset(";$\"'\\`{}[]<>|#") | {chr(code) for code in range(32)} | {chr(127)}
_SOONER = "PYDANTIC_DISABLE_PLUGINS=1"  # a fifth of the script's start would go into looking for plugins
_RESERVED_QUEUES = {"general", "lost"}
_RESERVED_SEATS = {"global", "system", "lost", "take", "wait", "endpoint-base", "seat-base", "seat-aor"}
_RESERVED_MUSIC = {"general", "default"}


class UnsafeValue(Exception):
    """A value would mean something to Asterisk that it should not; nothing was written."""


class BrokenDialplan(Exception):
    """The rendered dialplan has jumps into nothing or torn lines; nothing was written."""


@dataclass(frozen=True, slots=True)
class Sources:
    """All that Asterisk's configuration is made of.

    `templates` is config/asterisk, `one` the piece that reads a 1 among digits, `python` the interpreter that runs
    the classic AGI script.
    """

    templates: Path
    settings: TelephonySettings
    routing: RoutingConfig
    tree: Tree
    secrets: Secrets
    layout: Layout
    program: Program
    python: Path
    one: str = "yao"


def check(routing: RoutingConfig, settings: TelephonySettings, given: Iterable[str] | None = None) -> list[Problem]:
    """Say which names of routing.yaml Asterisk would take for something else.

    `given` are the names of carriers' passwords in secrets.yaml, None where that file is not looked at.
    """
    found = [*_reserved(routing), *_alike(routing)]
    for name, plan in routing.emergency.items():
        if plan.while_ringing in _RESERVED_MUSIC:
            found.append(Problem(("emergency", name, "while_ringing"), f"{plan.while_ringing} 是保留名称, 请换一个"))
        if plan.outside and not settings.sip.outbound:
            found.append(Problem(("emergency", name, "outside"), "telephony.yaml 没有 sip.outbound, 打不出外线"))
    if given is not None:
        found += _without_password(settings, set(given))
    return found


def _reserved(routing: RoutingConfig) -> Iterator[Problem]:
    for section, names in (("seats", routing.seats), ("queues", routing.queues), ("outside", routing.outside)):
        for name in names:
            kept = _RESERVED_QUEUES if section == "queues" else _RESERVED_SEATS
            if len(name) < 2 or name in kept or name.startswith("trunk-"):
                yield Problem((section, name), f"{name} 是 Asterisk 的保留名称, 请换一个")


def _alike(routing: RoutingConfig) -> Iterator[Problem]:
    """Asterisk leaves hyphens out when it compares extensions; a transfer goes to a seat or a queue by its name."""
    plain: dict[str, str] = {}
    for section, names in (("seats", routing.seats), ("queues", routing.queues)):
        for name in names:
            other = plain.setdefault(name.replace("-", ""), name)
            if other != name:
                yield Problem((section, name), f"{name} 与 {other} 只差连字符, Asterisk 分不清")
            elif section == "queues" and name in routing.seats:
                yield Problem((section, name), f"{name} 已是坐席的名称: 转接时无法区分")


def _without_password(settings: TelephonySettings, given: set[str]) -> Iterator[Problem]:
    for name, trunk in settings.sip.trunks.items():
        if trunk.login and trunk.login.secret not in given:
            where = f"请在 secrets.yaml 的 trunks 下写 {trunk.login.secret}: 密码"
            yield Problem(("sip", "trunks", name, "login", "secret"), f"没有这条中继的密码; {where}")


def music(routing: RoutingConfig) -> tuple[str, ...]:
    """Return the music classes: the default one, and one for each prompt heard while an emergency rings."""
    said = (plan.while_ringing for plan in routing.emergency.values() if plan.while_ringing)
    return tuple(dict.fromkeys(("default", *said)))


def render(sources: Sources) -> dict[str, str]:
    """Return the text of every file in Asterisk's etc; writes nothing.

    Raises SecretsUnusable where a carrier's password is missing, UnsafeValue or BrokenDialplan.
    """
    for problem in _without_password(sources.settings, set(sources.secrets.trunks)):
        raise SecretsUnusable(f"{sources.layout.secrets}: {problem.message}")
    environment = jinja2.Environment(  # noqa: S701  not HTML; `finalize` guards every value
        loader=jinja2.FileSystemLoader(sources.templates),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_guarded,
    )
    values = _values(sources)
    names = sorted(name for name in environment.list_templates() if name.endswith(".j2"))
    files = {name.removesuffix(".j2"): environment.get_template(name).render(values) for name in names}
    found = checker.faults(files["extensions.conf"])
    if found:
        raise BrokenDialplan("\n".join(found))
    return files


def write(sources: Sources, files: dict[str, str]) -> None:
    """Put the files, the fallback script and its table in their places; each is whole at any moment."""
    layout = sources.layout
    for name, text in files.items():
        _put(layout.etc / name, text, 0o600)
    for stale in set(layout.etc.glob("*.conf")) - {layout.etc / name for name in files}:
        stale.unlink()
    _put(layout.fallback_table, fallback_table(sources), 0o600)
    _put(layout.fallback_script, _script(sources), 0o700)


def fallback_table(sources: Sources) -> str:
    """Return what the classic AGI script reads instead of configuration files: already checked, in one piece."""
    plain = {
        "routing": TypeAdapter(RoutingConfig).dump_python(sources.routing, mode="json"),
        "tree": TypeAdapter(Tree).dump_python(sources.tree, mode="json"),
        "sounds": str(sources.layout.sounds),
        "rescue": sources.settings.asterisk.script_seconds,
    }
    return json.dumps(plain, ensure_ascii=False)


def _script(sources: Sources) -> str:
    words = (str(sources.python), "-P", "-m", "agi_scripts.fallback", str(sources.layout.fallback_table))
    why = "# Made at start. Asterisk runs this when FastAGI does not answer."
    return f"#!/bin/sh\n{why}\n{_SOONER} exec {shlex.join(words)}\n"


def _values(sources: Sources) -> dict[str, object]:
    settings, compiled = sources.settings, compile_tree(sources.tree, sources.routing)
    return {
        "settings": settings,
        "routing": sources.routing,
        "tree": sources.tree,
        "secrets": sources.secrets,
        "layout": sources.layout,
        "program": sources.program,
        "menus": compiled.menus,
        "opening": compiled.opening,
        "endings": compiled.endings,
        "delays": sorted(delays(sources.routing)),
        "duties": _duties(sources.routing),
        "music": music(sources.routing),
        "one": sources.one,
        "zone": ZONE,
        "ami_events": sorted(HEARD),
        "agi": f"{settings.agi.host}:{settings.agi.port}",
        "protocols": sorted({"udp", *(trunk.protocol for trunk in settings.sip.trunks.values())}),
        # AGI, gosub, rule; Asterisk 20 still has the macro in between
        "queue_gap": "," * (4 if sources.program.major < 21 else 3),
    }


def _duties(routing: RoutingConfig) -> dict[str, dict[str, str]]:
    """Return who is rung before a citizen is called back whose emergency was missed: seats, by utility or `duty`."""
    found = {}
    for name in (*Utility, None):
        route = standing(routing, name)
        seats = replace(route, rings=tuple(ring for ring in route.rings if ring.seat))
        found[name.value if name else DUTY] = dict(variables(seats, Choice(emergency=True, utility=name)))
    return found


def _guarded(value: object) -> str:
    """Return a value as text that is only text to Asterisk: no second line, no comment, no expression, no quoting."""
    text = str(value)
    if not _FORBIDDEN.isdisjoint(text):
        raise UnsafeValue(f"不能写进 Asterisk 配置的字符: {text!r}")
    return text


def _put(file: Path, text: str, mode: int) -> None:
    beside = file.with_name(f".{file.name}.new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        os.fchmod(out.fileno(), mode)
        out.write(text)
    beside.replace(file)
