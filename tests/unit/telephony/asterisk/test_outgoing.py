"""A call file holds digits and names from config, and reaches Asterisk whole."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.asterisk.outgoing import Outgoing, put

CALL = Outgoing(
    entry=12,
    turn=3,
    number="13853067219",
    first_call="heze1-1764000000.1",
    queue="agents",
    dialled="12345",
    wait=40,
    until=1764000100,
)


def test_a_seat_is_rung_first_and_the_plan_dials_the_citizen() -> None:
    lines = CALL.text().splitlines()
    assert lines[:4] == [
        "Channel: Local/wait@call-back-wait/n",
        "Context: call-back-dial",
        "Extension: s",
        "Priority: 1",
    ]
    assert "MaxRetries: 0" in lines
    assert "Setvar: __HL_ANI=13853067219" in lines
    assert "Setvar: __HL_OF=heze1-1764000000.1" in lines


def test_an_emergency_rings_its_utilitys_seats() -> None:
    text = replace(CALL, duty="water", utility="water", priority=100).text()
    assert text.startswith("Channel: Local/water@call-back-duty/n\n")
    assert "Setvar: __HL_ROUTE=emergency\n" in text


@given(st.text(), st.sampled_from(["number", "first_call", "queue", "dialled", "duty", "utility"]))
def test_nothing_gets_in_that_could_mean_more(text: str, name: str) -> None:
    try:
        lines = replace(CALL, **{name: text}).text().splitlines()
    except ValueError:
        return
    assert len(lines) == 16
    assert [line.split(":")[0] for line in lines] == [line.split(":")[0] for line in CALL.text().splitlines()]
    assert set(text) <= set("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+.-")


@pytest.mark.parametrize("number", ["", "1385306721９", "138,o", "+", "13853067219@evil", "${SHELL(id)}", "1" * 40])
def test_a_number_is_digits(number: str) -> None:
    with pytest.raises(ValueError, match="not fit"):
        replace(CALL, number=number).text()


def test_it_appears_whole_under_a_name_that_a_second_one_would_share(tmp_path: Path) -> None:
    folder = tmp_path / "outgoing"
    folder.mkdir()
    put(folder, CALL)
    put(folder, CALL)
    assert [file.name for file in folder.iterdir()] == ["12-3.call"]
    assert (folder / "12-3.call").read_text() == CALL.text()
