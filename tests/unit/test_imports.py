"""An arrow never runs back up (docs/architecture.md)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAY_IMPORT = {
    "domain": set(),
    "vault": {"domain"},
    "ivr": {"domain"},
    "routing": {"domain"},
    "transcription": {"domain"},
    "cases": {"domain", "transcription.transcript"},
    "store": {"domain", "vault", "transcription.transcript", "cases.draft"},
    "telephony": {"domain", "vault", "ivr", "routing"},
    "agi_scripts": {"domain", "ivr", "routing", "telephony"},
    "scoring": {"domain", "transcription.transcript", "cases.draft"},
    "hotline": {
        "domain",
        "vault",
        "ivr",
        "routing",
        "transcription",
        "cases",
        "scoring",
        "store",
        "telephony",
        "agi_scripts",
    },
}


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_a_package_imports_only_what_lies_below_it(package: str) -> None:
    allowed = MAY_IMPORT[package] | {package}
    wrong = [
        f"{file.relative_to(ROOT)} imports {module}"
        for file in sorted((ROOT / package).rglob("*.py"))
        for module in imported(file)
        if module.split(".")[0] in MAY_IMPORT
        and not any(module == name or module.startswith(f"{name}.") for name in allowed)
    ]
    assert wrong == []


def test_every_package_of_ours_is_held_to_a_direction() -> None:
    packages = {init.parent.name for init in ROOT.glob("*/__init__.py")} - {"bench", "chaos"}
    assert packages == set(MAY_IMPORT)
