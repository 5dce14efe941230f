"""Where things lie: configuration, data, and what set-up installed. Read from the environment once, at the start."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Places:
    """`config` is shipped data, `home` holds all that the hotline writes, `tools` what set-up installed."""

    config: Path
    home: Path
    tools: Path

    @property
    def spool(self) -> Path:
        """Journals and legs of calls that are not filed yet."""
        return self.home / "spool"

    @property
    def recordings(self) -> Path:
        """Merged recordings, YYYY/MM/DD below it."""
        return self.home / "recordings"

    @property
    def asterisk(self) -> Path:
        """Everything Asterisk owns."""
        return self.home / "asterisk"

    @property
    def log(self) -> Path:
        """Logs of our own processes."""
        return self.home / "log"

    @property
    def learned(self) -> Path:
        """What `hotline learn` wrote; it goes before the files of the same name in config/drafting."""
        return self.home / "learned"

    @property
    def run(self) -> Path:
        """PID files."""
        return self.home / "run"

    @property
    def faults(self) -> Path:
        """Fault alarms, a file each."""
        return self.home / "faults"

    @property
    def unfinished_restore(self) -> Path:
        """There while a restore moves things; where it stays, that restore was cut off."""
        return self.home / "restore-unfinished"

    @property
    def secrets(self) -> Path:
        """Generated passwords; readable by its owner alone."""
        return self.home / "secrets.yaml"


def places(environ: Mapping[str, str] = os.environ) -> Places:
    """Return the places named by HOTLINE_CONFIG, HOTLINE_HOME and HOTLINE_TOOLS, or their defaults in the checkout."""
    root = Path(__file__).resolve().parent.parent

    def place(variable: str, default: str) -> Path:
        return Path(environ[variable]).resolve() if environ.get(variable) else root / default

    return Places(
        config=place("HOTLINE_CONFIG", "config"),
        home=place("HOTLINE_HOME", "var"),
        tools=place("HOTLINE_TOOLS", ".tools"),
    )
