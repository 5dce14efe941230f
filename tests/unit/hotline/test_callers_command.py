"""`hotline callers`: tag, list, untag; no whole number is shown or kept."""

import json
from pathlib import Path

from command_line import hotline


def test_a_caller_is_tagged_listed_and_untagged_and_the_number_is_nowhere(tmp_path: Path) -> None:
    assert hotline(tmp_path, "db", "upgrade").returncode == 0
    said = hotline(tmp_path, "callers", "tag", "+8613853067219", "--why", "吵闹 [/bold] $(id)", "--hours", "48")
    assert said.returncode == 0, said.stdout
    assert "13853067219" not in said.stdout
    (one,) = json.loads(hotline(tmp_path, "--json", "callers", "list").stdout)
    assert (one["shown"], one["why"]) == ("+86138****7219", "吵闹 [/bold] $(id)")
    assert "[/bold]" in hotline(tmp_path, "callers", "list").stdout
    assert "已有同样长" in hotline(tmp_path, "callers", "tag", "13853067219", "--hours", "1").stdout
    assert hotline(tmp_path, "callers", "untag", "13853067219").returncode == 0
    assert json.loads(hotline(tmp_path, "--json", "callers", "list").stdout) == []
    assert hotline(tmp_path, "callers", "untag", "13853067219").returncode != 0
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("hotline.db*"))
    assert b"13853067219" not in kept


def test_what_is_no_number_is_refused(tmp_path: Path) -> None:
    assert hotline(tmp_path, "db", "upgrade").returncode == 0
    assert hotline(tmp_path, "callers", "tag", "anonymous").returncode != 0
