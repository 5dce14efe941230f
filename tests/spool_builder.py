"""A spool as Asterisk leaves it, made of tones, for tests that need no Asterisk."""

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from telephony.phone.tones import write_tone
from telephony.recordings.legs import Leg, Role
from telephony.recordings.settings import RecordingSettings
from telephony.recordings.shelf import Shelf
from telephony.recordings.spool import Spool
from vault.vault import MARK, Vault

START = datetime(2025, 11, 24, 16, 0, tzinfo=UTC)
START_MS = 1764000000000
LINKEDID = "heze1-1764000000.1"


@dataclass(slots=True)
class SpoolBuilder:
    """Spool and shelf in one folder."""

    folder: Path
    settings: RecordingSettings = field(default_factory=RecordingSettings)

    def __post_init__(self) -> None:
        self.spool.folder.mkdir(parents=True, exist_ok=True)
        self.shelf.folder.mkdir(parents=True, exist_ok=True)

    @property
    def spool(self) -> Spool:
        return Spool(self.folder / "spool")

    @property
    def shelf(self) -> Shelf:
        return Shelf(self.folder / "recordings", self.vault)

    @property
    def vault(self) -> Vault:
        return Vault(self.folder / "keys", self.folder / MARK)

    def journal(self, *lines: str, linkedid: str = LINKEDID) -> Path:
        """Write a journal; each line is "<seconds after the start> <event> …"."""
        file = self.spool.path(f"{linkedid}.call")
        text = ""
        for line in lines:
            seconds, rest = line.split(" ", 1)
            text += f"{START_MS + round(float(seconds) * 1000)} {rest}\n"
        file.write_text(text)
        return file

    def leg(
        self,
        role: str,
        hertz: float,
        *,
        start: float = 0.0,
        seconds: float = 1.0,
        uniqueid: str = "heze1-1764000000.1",
        linkedid: str = LINKEDID,
    ) -> Path:
        """Write a leg; `role` as in its name ("seat-water1")."""
        kind, _, name = role.partition("-")
        leg = Leg(
            linkedid=linkedid,
            uniqueid=uniqueid,
            start_ms=START_MS + round(start * 1000),
            role=Role(kind),
            name=name or None,
        )
        return write_tone(self.spool.path(leg.filename), hertz, seconds)

    def conversation(self) -> None:
        """A finished emergency: citizen 440 Hz from 2 s on, water1 700 Hz from 5 s on."""
        self.journal(
            "0 started uniqueid=heze1-1764000000.1 ani=13853067219 dialled=12345",
            "2 notice heard=full",
            "4 route route=emergency rung=1 keys=91 utility=water queue=agents outage=7",
            "5 answered seat=water1 uniqueid=heze1-1764000004.4",
            "8 ended cause=16",
        )
        self.leg("caller", 440, start=2, seconds=6)
        self.leg("seat-water1", 700, start=5, seconds=3, uniqueid="heze1-1764000004.4")

    def names(self) -> set[str]:
        """All files in the spool, quarantine left out."""
        return {file.name for file in self.spool.folder.iterdir() if file.is_file()}

    def shelved(self) -> set[str]:
        """All files in the recordings folder."""
        return {str(file.relative_to(self.shelf.folder)) for file in self.shelf.folder.rglob("*") if file.is_file()}

    def quarantined(self) -> set[str]:
        """All files in quarantine."""
        return {file.name for file in (self.spool.folder / "quarantine").glob("*")}

    def age(self, seconds: float, now: datetime = START) -> None:
        """Make every file of the spool look as if it was last written so long before `now`."""
        moment = (now - timedelta(seconds=seconds)).timestamp()
        for file in self.spool.folder.iterdir():
            os.utime(file, (moment, moment))
