"""The script that provides an Asterisk, on a machine whose package manager and services only note what is asked."""

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[3] / "ops/install-asterisk.sh"
NOTES = 'echo "$*" >> "$LOG"'
MACHINE = {"id": "echo 1000", "sudo": NOTES, "apt-cache": 'echo "  Candidate: 1:20.6.0~dfsg-1"'}
NEEDED = ("bash", "dirname", "grep", "head", "sed")

pytestmark = pytest.mark.skipif(Path("/usr/sbin/asterisk").exists(), reason="this machine has an Asterisk already")


def asked(folder: Path, **programs: str) -> list[str]:
    """Run the script on a machine that has these programs, and return what it asked for, in order."""
    path, log = folder / "bin", folder / "log"
    path.mkdir()
    log.touch()
    for name in NEEDED:
        (path / name).symlink_to(shutil.which(name) or name)
    for name, does in programs.items():
        (path / name).write_text(f"#!/bin/sh\n{does}\n")
        (path / name).chmod(0o755)
    environ = {"PATH": str(path), "LOG": str(log), "HOTLINE_TOOLS": str(folder / "tools")}
    subprocess.run(["bash", str(SCRIPT)], env=environ, check=True, capture_output=True)
    return log.read_text().splitlines()


def test_the_service_of_a_package_that_set_up_installed_is_switched_off(tmp_path: Path) -> None:
    log = asked(tmp_path, **MACHINE, systemctl=NOTES)
    installed = next(at for at, line in enumerate(log) if line.startswith("apt-get install") and "asterisk" in line)
    assert [line for line in log[installed:] if line.startswith("systemctl disable") and line.endswith("asterisk")]


def test_a_machine_without_systemd_is_asked_nothing_of_it(tmp_path: Path) -> None:
    log = asked(tmp_path, **MACHINE)
    assert [line for line in log if line.startswith("apt-get install")]
    assert not [line for line in log if "systemctl" in line]


def test_an_asterisk_that_was_there_before_keeps_its_service(tmp_path: Path) -> None:
    assert asked(tmp_path, **MACHINE, systemctl=NOTES, asterisk="echo Asterisk 20.6.0") == []
