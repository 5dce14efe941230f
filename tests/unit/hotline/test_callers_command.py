"""`hotline callers`: tag, list, untag; no whole number is shown or kept."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from domain.clock import SystemClock
from hotline.cli import app
from store.door import Store
from store.settings import StoreSettings

Say = Callable[..., Result]


@pytest.fixture
def say(tmp_path: Path) -> Say:
    """The command on a data folder with an empty database."""
    store = Store.open(StoreSettings(), tmp_path, SystemClock())
    store.upgrade()
    store.close()
    return lambda *words: CliRunner().invoke(app, ["--home", str(tmp_path), *words])


def test_a_caller_is_tagged_listed_and_untagged_and_the_number_is_nowhere(tmp_path: Path, say: Say) -> None:
    tagged = say("callers", "tag", "+8613853067219", "--why", "吵闹 [/bold] $(id)", "--hours", "48")
    assert tagged.exit_code == 0, tagged.output
    assert "13853067219" not in tagged.output
    (one,) = json.loads(say("--json", "callers", "list").stdout)
    assert (one["shown"], one["why"]) == ("+86138****7219", "吵闹 [/bold] $(id)")
    assert "[/bold]" in say("callers", "list").stdout
    assert "已有同样长" in say("callers", "tag", "13853067219", "--hours", "1").stdout
    assert say("callers", "untag", "13853067219").exit_code == 0
    assert json.loads(say("--json", "callers", "list").stdout) == []
    assert say("callers", "untag", "13853067219").exit_code != 0
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("hotline.db*"))
    assert b"13853067219" not in kept


def test_what_is_no_number_is_refused(say: Say) -> None:
    assert say("callers", "tag", "anonymous").exit_code != 0
