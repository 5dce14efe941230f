"""The audit of dependencies: a hole fails it, a missing network does not, and it never passes for checked."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", ROOT / "ops/audit.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def saying(text: str, code: int, stderr: str = "") -> tuple[str, ...]:
    """A program that says what pip-audit would."""
    script = f"import sys; sys.stdout.write({text!r}); sys.stderr.write({stderr!r}); sys.exit({code})"
    return (sys.executable, "-c", script)


CLEAN = '{"dependencies": [{"name": "a", "version": "1", "vulns": []}, {"name": "b", "skip_reason": "not found"}]}'
HOLE = """{"dependencies": [{"name": "a", "version": "1",
 "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"], "aliases": [], "description": "x"}]}], "fixes": []}"""


def test_a_known_hole_fails_and_is_named(audit: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit.main(command=saying(HOLE, 1)) == 1
    assert "a 1: PYSEC-1, 修正于 2" in capsys.readouterr().out


def test_none_found_passes_and_says_what_was_not_known(audit: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit.main(command=saying(CLEAN, 0)) == 0
    said = capsys.readouterr().out
    assert "1 个依赖没有已知漏洞" in said
    assert "没有查到: b" in said


NOTHING_KNOWN = '{"dependencies": [{"name": "a", "skip_reason": "404"}, {"name": "b", "skip_reason": "404"}]}'


@pytest.mark.parametrize(
    "command",
    [saying("", 1, "ConnectionError: no route"), saying(NOTHING_KNOWN, 0), ("/nonexistent/pip-audit",)],
)
def test_without_a_network_or_a_tool_it_says_not_checked(
    audit: ModuleType, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    assert audit.main(command=command) == 0
    assert "未检查" in capsys.readouterr().out
