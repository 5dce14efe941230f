"""Log lines: the call's id on each, no telephone number on any, and a file that may be renamed under them."""

import json
import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from hotline import logs
from hotline.logs import masked


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    root, made = logging.getLogger(), tmp_path / "telephony.log"
    handlers, level = list(root.handlers), root.level
    with made.open("a", encoding="utf-8", buffering=1) as stream:
        logs.configure("telephony", stream)
        yield made
        root.handlers[:], root.level = handlers, level
        structlog.reset_defaults()


def lines(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(
    "text",
    ["13853067219", "+8613853067219", "sip:13853067219@10.0.0.1", "x13853067219y", "138 5306 7219", "138-5306-7219"],
)
def test_a_mobile_number_is_never_readable(text: str) -> None:
    hidden = "".join(char for char in masked(text) if char.isdigit())
    assert "5306" not in hidden
    assert "13853067219" not in hidden


@pytest.mark.parametrize(
    "text",
    [
        "heze1-1764000000.4",
        "heze1-1764000000.4.late-0123abcd",
        "/var/spool/heze1-1764000000.1_heze1-1764000000.4_1764000000123_caller.wav",
        "2026-11-24 18:00",
        "127.0.0.1:15060",
        "等候 12 秒",
    ],
)
def test_ids_times_and_addresses_stay(text: str) -> None:
    assert masked(text) == text


@given(st.text(), st.from_regex(r"1[3-9]\d{9}", fullmatch=True), st.text())
def test_a_number_in_any_text_is_hidden(before: str, number: str, after: str) -> None:
    assert number not in masked(f"{before} {number} {after}")


def test_values_of_every_shape_are_masked_and_ids_are_kept(file: Path) -> None:
    structlog.get_logger().info(
        "odd", ani="13853067219", inside={"to": ["sip:13853067219@x"]}, linkedid="heze1-1764000000.4", port=15060
    )
    [line] = lines(file)
    assert line["ani"] == "138****7219"
    assert "13853067219" not in json.dumps(line)
    assert (line["linkedid"], line["port"]) == ("heze1-1764000000.4", 15060)


def test_an_exception_s_text_and_the_standard_library_s_lines_are_masked_too(file: Path) -> None:
    try:
        raise ValueError("no way to 13853067219")
    except ValueError:
        structlog.get_logger().exception("failed")
    logging.getLogger("some.library").warning("calling %s", "13853067219")
    assert "13853067219" not in file.read_text(encoding="utf-8")
    assert len(lines(file)) == 2


def test_what_is_bound_stands_on_every_line_of_the_thread_and_on_no_other(file: Path) -> None:
    def work(linkedid: str) -> None:
        with structlog.contextvars.bound_contextvars(linkedid=linkedid):
            structlog.get_logger().info("one")
            structlog.get_logger().warning("two")

    threads = [threading.Thread(target=work, args=(f"heze1-176400000{n}.1",)) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    structlog.get_logger().info("after")
    said = lines(file)
    assert {line["process"] for line in said} == {"telephony"}
    assert sorted(str(line["linkedid"]) for line in said if "linkedid" in line) == sorted(
        [f"heze1-176400000{n}.1" for n in range(5)] * 2
    )
    assert "linkedid" not in said[-1]


def test_a_log_that_was_renamed_goes_on_under_its_name_and_no_line_is_lost(file: Path, tmp_path: Path) -> None:
    log = structlog.get_logger()
    log.info("first")
    file.rename(tmp_path / "telephony.log-20260101")
    log.info("second")
    logging.getLogger("library").warning("third")
    assert [line["event"] for line in lines(tmp_path / "telephony.log-20260101")] == ["first"]
    assert [line["event"] for line in lines(file)] == ["second", "third"]
