"""What `hotline up` and the demo tell a person: where a softphone goes, and commands that work when they are pasted."""

import io
import shlex
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from hotline.commands.serving import softphone_guide
from hotline.console import Terminal, command
from hotline.places import places
from hotline.reach import lan_addresses
from hotline.settings import OVERRIDES, Settings, load


def bound(home: Path, address: str) -> Settings:
    return load(places({"HOTLINE_HOME": str(home)}), {OVERRIDES: f"telephony.sip.bind={address}"})


def test_a_loopback_hotline_says_that_it_is_for_this_machine_only_and_which_key_opens_it(tmp_path: Path) -> None:
    server, note = softphone_guide(bound(tmp_path, "127.0.0.1"))
    assert server == "127.0.0.1:5060 (只限本机)"
    assert "telephony.yaml 里的 sip.bind 改为 0.0.0.0" in note


def test_a_hotline_bound_to_one_address_names_it(tmp_path: Path) -> None:
    assert softphone_guide(bound(tmp_path, "192.0.2.7")) == ("192.0.2.7:5060", "")


@pytest.mark.skipif(not lan_addresses(), reason="this machine has no network")
def test_a_hotline_bound_everywhere_names_the_addresses_that_others_reach(tmp_path: Path) -> None:
    server, note = softphone_guide(bound(tmp_path, "0.0.0.0"))  # noqa: S104  nothing is bound
    assert server == " 或 ".join(f"{address}:5060" for address in lan_addresses())
    assert "127.0.0.1" not in server
    assert note == ""


def test_a_command_that_was_shown_works_when_it_is_pasted_anywhere(tmp_path: Path) -> None:
    found = replace(places({}), home=tmp_path / "a data folder")
    shown = f"{command(found)} --json db upgrade"
    done = subprocess.run(["/bin/sh", "-c", shown], cwd="/", env={}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (found.home / "hotline.db").is_file()


def test_a_command_names_only_what_is_not_usual(tmp_path: Path) -> None:
    usual = places({})
    assert "--" not in command(usual)
    assert shlex.split(command(replace(usual, config=tmp_path)))[-2:] == ["--config", str(tmp_path)]


def test_a_line_to_be_copied_is_never_broken(tmp_path: Path) -> None:
    out = io.StringIO()
    console = Console(file=out, width=40)
    line = f"转写与草稿 /srv/{'very-long/' * 20}hotline cases show 1 [bold]"
    Terminal(places({}), False, console, console).say_to_copy(line)
    assert out.getvalue() == f"{line}\n"
