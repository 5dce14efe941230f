"""The classic AGI script against a fake Asterisk that answers line by line, and hangs up wherever it likes."""

import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from shipped_config import Shipped

from agi_scripts.fallback import answer
from domain.clock import FixedClock
from ivr.phone import CallerHungUp
from telephony.asterisk.render import fallback_table

NOON = FixedClock(datetime(2026, 3, 3, 4, 0, tzinfo=UTC))
GONE = {"eof": "", "line": "HANGUP\n", "511": "511 Command Not Permitted on a dead channel\n", "-1": "200 result=-1\n"}


class FakeAsterisk(io.StringIO):
    """Both ends of the script's line: what it writes is a command, what it reads next is the answer."""

    def __init__(self, keys: str, arguments: dict[int, str], gone_at: int = -1, gone: str = "") -> None:
        super().__init__()
        header = {f"agi_arg_{number}": value for number, value in arguments.items()}
        self._lines = [f"{name}: {value}\n" for name, value in {"agi_request": "fallback", **header}.items()] + ["\n"]
        self._keys = list(keys)
        self._gone_at, self._gone = gone_at, gone
        self.commands: list[str] = []
        self.variables: dict[str, str] = {}

    def write(self, text: str) -> int:
        assert text.endswith("\n")
        assert text.count("\n") == 1
        self.commands.append(text[:-1])
        return len(text)

    def readline(self, size: int | None = -1, /) -> str:
        if self._lines:
            return self._lines.pop(0)
        if self._gone_at >= 0 and len(self.commands) > self._gone_at:
            return self._gone
        command = self.commands[-1]
        if command.startswith("EXEC"):
            self.variables["HL_KEY"] = self._keys.pop(0) if self._keys else ""
            return "200 result=0\n"
        if match := re.fullmatch(r'GET VARIABLE "?(\w+)"?', command):
            value = self.variables.get(match[1], "")
            return f"200 result=1 ({value})\n" if value else "200 result=0\n"
        match = re.fullmatch(r'SET VARIABLE "?([^" ]+)"? "?([^"]*)"?', command)
        assert match, command
        self.variables[match[1]] = match[2]
        return "200 result=1\n"


Serve = Callable[[FakeAsterisk], FakeAsterisk]


@pytest.fixture
def serve(shipped: Shipped, tmp_path: Path) -> Serve:
    table = tmp_path / "fallback.json"
    table.write_text(fallback_table(shipped.sources(home=tmp_path)), encoding="utf-8")

    def run(asterisk: FakeAsterisk) -> FakeAsterisk:
        answer(table, asterisk, asterisk, NOON)
        return asterisk

    return run


def said(keys: str = "", ani: str = "13853067219") -> dict[int, str]:
    return {1: "heze1-1.1", 2: keys, 3: ani, 4: "12345"}


def test_9_and_1_reach_the_water_seat(serve: Serve) -> None:
    asterisk = serve(FakeAsterisk("1", said("9")))
    assert asterisk.variables["ROUTE"] == "emergency"
    assert asterisk.variables["HL_KEYS"] == "91"
    assert asterisk.variables["HL_RING"].startswith("PJSIP/water1&")
    assert asterisk.commands[-1] == "SET VARIABLE ROUTE emergency"


def test_what_an_earlier_rung_heard_is_not_asked_again(serve: Serve) -> None:
    asterisk = serve(FakeAsterisk("", said("91")))
    assert asterisk.variables["ROUTE"] == "emergency"
    assert not [command for command in asterisk.commands if command.startswith("EXEC")]


def test_the_key_of_the_first_menu_counts(serve: Serve) -> None:
    asterisk = serve(FakeAsterisk("4", said("9")))
    assert asterisk.variables["HL_KEYS"] == "94"
    assert asterisk.variables["HL_MUSIC"] == "gas-safety"


def test_silence_reaches_a_person(serve: Serve) -> None:
    asterisk = serve(FakeAsterisk("", said()))
    assert (asterisk.variables["ROUTE"], asterisk.variables["HL_QUEUE"]) == ("agents", "agents")


def test_the_dead_mans_switch_is_renewed_before_each_question(serve: Serve) -> None:
    asterisk = serve(FakeAsterisk("1", said("9")))
    for number, command in enumerate(asterisk.commands):
        if command.startswith("EXEC"):
            assert asterisk.commands[number - 1].startswith('SET VARIABLE "TIMEOUT(absolute)"')


@pytest.mark.parametrize("how", GONE)
def test_a_hang_up_at_any_step_ends_the_script_quietly(serve: Serve, how: str) -> None:
    steps = len(serve(FakeAsterisk("1", said("9"))).commands)
    for step in range(steps):
        asterisk = FakeAsterisk("1", said("9"), gone_at=step, gone=GONE[how])
        with pytest.raises(CallerHungUp):
            serve(asterisk)
        assert len(asterisk.commands) == step + 1  # nothing more was sent
        assert "ROUTE" not in asterisk.variables


@pytest.mark.parametrize("ani", ["", "anonymous", '"; x', "1" * 4096, "${SHELL(id)}", "张三"])
def test_whatever_the_number_a_decision_is_made(serve: Serve, ani: str) -> None:
    assert serve(FakeAsterisk("1", said("9", ani))).variables["ROUTE"] == "emergency"


def test_what_a_caller_sends_is_told_to_no_log(serve: Serve, capfd: pytest.CaptureFixture[str]) -> None:
    serve(FakeAsterisk("1", said("9")))
    out, err = capfd.readouterr()
    assert "13853067219" not in out + err


def test_a_table_that_is_damaged_makes_no_decision(tmp_path: Path) -> None:
    table = tmp_path / "fallback.json"
    table.write_text(json.dumps({"routing": {}})[:-3])
    asterisk = FakeAsterisk("1", said("9"))
    with pytest.raises(ValueError, match="Expecting"):
        answer(table, asterisk, asterisk, NOON)
    assert asterisk.commands == []
