"""How a command speaks: rich text for people, one JSON value for programs, and exit codes that mean something."""

import getpass
import json
import os
import shlex
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import typer
from rich.console import Console, RenderableType
from rich.table import Column, Table

from domain.clock import local
from hotline.checked import ConfigurationError
from hotline.exits import Exit
from hotline.places import Places, places
from hotline.settings import Settings, load

_WIDTH = 110


@dataclass(frozen=True, slots=True)
class Terminal:
    """The terminal of one command. `json` means that standard output carries one JSON value and nothing else."""

    places: Places
    json: bool
    out: Console
    err: Console

    @classmethod
    def of(cls, places: Places, as_json: bool) -> "Terminal":
        """Return a terminal on standard output and standard error."""
        width = None if sys.stdout.isatty() else _WIDTH  # rich takes a pipe for 80 columns, too few for a draft
        out = Console(highlight=False, emoji=False, width=width)  # no emoji: a path may hold :x:
        return cls(places, as_json, out, Console(stderr=True, highlight=False, emoji=False))

    def show(self, for_people: RenderableType, for_programs: object) -> None:
        """Print one of the two forms of the same answer."""
        if self.json:
            sys.stdout.write(json.dumps(for_programs, ensure_ascii=False, indent=2, default=str) + "\n")
        else:
            self.out.print(for_people)

    def say(self, text: RenderableType) -> None:
        """Tell a person how it goes; a program is told nothing."""
        if not self.json:
            self.out.print(text)

    def say_to_copy(self, *lines: str) -> None:
        """Tell a person lines that are copied and pasted: the terminal breaks them where it must, we never do."""
        if not self.json:
            for line in lines:
                self.out.print(line, markup=False, soft_wrap=True)

    def fail(self, *lines: str, code: Exit = Exit.FAILED) -> NoReturn:
        """Say what is wrong, and end the command."""
        if self.json:
            sys.stdout.write(json.dumps({"error": list(lines)}, ensure_ascii=False, indent=2) + "\n")
        self.complain(*lines)
        raise typer.Exit(code)

    def complain(self, *lines: str) -> None:
        """Say on standard error what is wrong with an answer that was given."""
        for line in lines:
            self.err.print(line, style="red", markup=False, soft_wrap=True)

    def settings(self, *, forgive_gazetteer: bool = False) -> Settings:
        """Return the checked configuration, or end the command with its faults."""
        try:
            return load(self.places, forgive_gazetteer=forgive_gazetteer)
        except ConfigurationError as error:
            self.fail(*error.faults, code=Exit.USAGE)

    @contextmanager
    def faults(self, *kinds: type[Exception]) -> Iterator[None]:
        """Turn exceptions whose message is written for people into an ended command."""
        try:
            yield
        except kinds as error:
            self.fail(str(error))


def folded(*titles: str) -> Table:
    """Return a table in which a cell too long for its column goes on in the next line; rich's own would cut it off."""
    return Table(*(Column(title, overflow="fold") for title in titles))


def moment(when: datetime) -> str:
    """Return a moment as a list shows it, in the city's time."""
    return f"{local(when):%m-%d %H:%M:%S}"


def terminal(context: typer.Context) -> Terminal:
    """Return the terminal that `hotline` itself set up."""
    found = context.find_object(Terminal)
    if found is None:
        raise RuntimeError("hotline's own callback did not run")
    return found


def require_keys(place: Terminal, keys: str) -> None:
    """End the command unless these are keys of a telephone."""
    if set(keys) - set("0123456789*#"):
        place.fail(f"按键只能是 0-9 * #, 不能是 {keys!r}", code=Exit.USAGE)


@contextmanager
def interruptible() -> Iterator[None]:
    """Let SIGTERM end a command the way Ctrl-C does, through every `finally`."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def command(found: Places) -> str:
    """Return how this program is called again on the same configuration and data, from any folder and any shell."""
    script, usual = Path(sys.executable).parent / "hotline", places({})
    words = [str(script)] if os.access(script, os.X_OK) else [sys.executable, "-m", "hotline"]
    words += ["--config", str(found.config)] if found.config != usual.config else []
    words += ["--home", str(found.home)] if found.home != usual.home else []
    return shlex.join(words)


def who() -> str:
    """Return the account at this machine, as the audit knows it."""
    return f"cli:{getpass.getuser()}"
