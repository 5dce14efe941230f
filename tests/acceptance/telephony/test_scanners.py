"""The scanners that every SIP server on the internet meets (sipvicious): they find that SIP is spoken, and no more.

The same tools find both weak accounts that are put beside ours in a second Asterisk: so they would find ours.
"""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from real_asterisk import Make, RealAsterisk, until

pytestmark = pytest.mark.asterisk
LIMIT = 12
WEAK = """
[900](endpoint-base)
context = from-seats
identify_by = username
aors = 900
[900](seat-aor)
[901](endpoint-base)
context = from-seats
identify_by = username
aors = 901
auth = 901
[901](seat-aor)
[901]
type = auth
auth_type = userpass
username = 901
password = 4711
"""


@pytest.fixture(scope="module")
def weak(make_asterisk: Make) -> RealAsterisk:
    """Ours, with an account that has no password and one that has a bad one."""
    house = make_asterisk()
    with (house.layout.etc / "pjsip.conf").open("a") as out:
        out.write(WEAK)
    house.process.ask("module reload res_pjsip.so")
    until(lambda: "901" in house.process.ask("pjsip show endpoints"), 10, "the weak accounts are not there")
    return house


def scan(house: RealAsterisk, folder: Path, tool: str, *words: str) -> str:
    """Run one of sipvicious' tools against an Asterisk from a stranger's address; return all that it says."""
    program = Path(sys.executable).parent / f"sipvicious_{tool}"
    target = ("-p", str(house.settings.sip.port), "-b", "127.0.0.9", "-x", "127.0.0.9", "-t", "0.01")
    with subprocess.Popen(
        [program, *words, *target, "127.0.0.1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "HOME": str(folder)},
        text=True,
    ) as run:
        try:
            return run.communicate(timeout=LIMIT)[0]
        except subprocess.TimeoutExpired:  # svcrack asks for ever where it never gets in
            run.send_signal(signal.SIGINT)
            return run.communicate(timeout=LIMIT)[0]


def rows(said: str) -> list[str]:
    """The table of what was found, without its head."""
    return [line for line in said.splitlines() if line.startswith("|")][1:]


def extensions(house: RealAsterisk, folder: Path, method: str, *names: str) -> str:
    """What svwar finds among names, each tried by itself: at a first 401 it would give up on the rest."""
    found = []
    for name in names:
        (folder / "names").write_text(f"{name}\n")
        found += rows(scan(house, folder, "svwar", "-m", method, "--force", "-d", str(folder / "names")))
    return "\n".join(found)


@pytest.mark.parametrize("method", ["REGISTER", "INVITE", "OPTIONS"])
def test_svwar_finds_no_extension(asterisk: RealAsterisk, tmp_path: Path, method: str) -> None:
    before = asterisk.journals()
    names = ("water1", "agent1001", "agents", "trunk-demo", "12345", "13853067219")
    assert extensions(asterisk, tmp_path, method, *names) == ""
    assert asterisk.journals() == before


def test_svwar_does_find_a_weak_account_and_none_of_ours_beside_it(weak: RealAsterisk, tmp_path: Path) -> None:
    found = extensions(weak, tmp_path, "REGISTER", "water1", "900", "901", "trunk-demo")
    assert re.search(r"\| *900 +\| *noauth", found), found
    assert len(found.splitlines()) == 1


def test_svcrack_finds_no_password(asterisk: RealAsterisk, tmp_path: Path) -> None:
    words = tmp_path / "words"
    words.write_text("\n".join(("4711", "1234", "water1", "password", "hotline", "12345")) + "\n")
    assert rows(scan(asterisk, tmp_path, "svcrack", "-u", "water1", "-d", str(words))) == []


def test_svcrack_does_find_a_weak_password(weak: RealAsterisk, tmp_path: Path) -> None:
    words = tmp_path / "words"
    words.write_text("0815\n1234\n4711\n")
    said = scan(weak, tmp_path, "svcrack", "-u", "901", "-d", str(words))
    assert re.search(r"\| *901 +\| *4711", said), said


def test_svmap_learns_nothing_but_that_sip_is_spoken(asterisk: RealAsterisk, tmp_path: Path) -> None:
    said = scan(asterisk, tmp_path, "svmap")
    (row,) = rows(said)
    assert "Asterisk" not in row
    assert not re.search(r"\d+\.\d+\.\d+", row.replace("127.0.0.1", "")), "a version is told"
    before = asterisk.journals()
    scan(asterisk, tmp_path, "svmap", "-m", "INVITE", "-e", "12345")
    assert asterisk.journals() == before
