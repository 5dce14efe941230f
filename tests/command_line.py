"""The command `hotline` as a process of its own."""

import subprocess
import sys
from pathlib import Path


def hotline(home: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run the command on a data folder, and return what it said and how it ended."""
    return subprocess.run(
        [sys.executable, "-m", "hotline", "--home", str(home), *words],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
