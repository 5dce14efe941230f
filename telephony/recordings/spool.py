"""The folder in which Asterisk leaves journals and legs: what belongs to a call, and how it goes again.

Files go only after the caller's transaction committed, and in an order that a crash at any point cannot turn into
loss: first a list of what was taken (`<linkedid>.filed`), then the files on it, then the list.
"""

import contextlib
import json
import os
import secrets
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from telephony.recordings.legs import Leg, journal_name, linkedid_of, read_name
from telephony.recordings.taken import SpoolFile

QUARANTINE = "quarantine"
_FILED = ".filed"
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Spool:
    """The spool folder."""

    folder: Path

    def calls(self) -> dict[str, tuple[Path, ...]]:
        """Return the files of each call, by linkedid."""
        found: dict[str, list[Path]] = defaultdict(list)
        for file in self._files():
            linkedid = linkedid_of(file.name)
            if linkedid:
                found[linkedid].append(file)
        return {linkedid: tuple(files) for linkedid, files in found.items()}

    def strangers(self) -> tuple[Path, ...]:
        """Return the files whose names say nothing."""
        return tuple(
            file
            for file in self._files()
            if not linkedid_of(file.name) and file.suffix != _FILED and not file.name.startswith(".")
        )

    def legs(self, linkedid: str) -> tuple[Leg, ...]:
        """Return a call's legs by their start."""
        legs = (read_name(file.name) for file in self._files())
        return tuple(
            sorted(
                (leg for leg in legs if leg and leg.linkedid == linkedid),
                key=lambda leg: (leg.start_ms, leg.filename),
            )
        )

    def journal(self, linkedid: str) -> bytes | None:
        """Return a call's journal, None where there is none."""
        try:
            return (self.folder / journal_name(linkedid)).read_bytes()
        except FileNotFoundError:
            return None

    def path(self, name: str) -> Path:
        """Return where a file of the spool lies."""
        return self.folder / name

    def is_filed(self, linkedid: str) -> bool:
        """Tell whether a call's files are on their way out."""
        return self.path(f"{linkedid}{_FILED}").exists()

    def discard(self, linkedid: str, files: Iterable[SpoolFile]) -> None:
        """Delete what was taken in; may be called twice, and be cut off anywhere. What has grown since stays."""
        mark = self.path(f"{linkedid}{_FILED}")
        draft = self.path(f".{linkedid}.{secrets.token_hex(4)}{_FILED}")
        try:
            with draft.open("x", encoding="utf-8") as stream:
                json.dump([[file.name, file.size] for file in files], stream)
                stream.flush()
                os.fsync(stream.fileno())
            draft.replace(mark)
        except FileNotFoundError:
            return  # another discard of this call was quicker, and cleared up
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        self._finish(mark)

    def finish_discards(self) -> int:
        """Go on with what a crash cut off."""
        marks = [file for file in self._files() if file.suffix == _FILED and not file.name.startswith(".")]
        for mark in marks:
            self._finish(mark)
        return len(marks)

    def quarantine(self, name: str, why: str) -> None:
        """Move a file aside, whole, for a person to look at."""
        target = self.folder / QUARANTINE / name
        target.parent.mkdir(exist_ok=True)
        if target.exists():
            target = target.with_name(f"{name}.{secrets.token_hex(4)}")
        try:
            self.path(name).rename(target)
        except FileNotFoundError:
            return  # somebody else was quicker
        log.error("recording.quarantined", file=str(target), why=why)

    def forget_quarantined(self, before: datetime, held: frozenset[str]) -> int:
        """Delete what lies in quarantine since before a moment, nothing of a call on legal hold; returns how many."""
        gone = 0
        for file in (self.folder / QUARANTINE).glob("*"):
            linkedid = linkedid_of(file.name) or linkedid_of(file.stem)  # a second file of one name has a suffix
            with contextlib.suppress(FileNotFoundError):
                if linkedid not in held and file.stat().st_mtime < before.timestamp():
                    file.unlink()
                    gone += 1
        if gone:
            log.info("recording.quarantine_cleared", files=gone)
        return gone

    def _finish(self, mark: Path) -> None:
        try:
            files = json.loads(mark.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return
        for name, size in files:
            with contextlib.suppress(FileNotFoundError):
                if self.path(name).stat().st_size == size:
                    self.path(name).unlink()
        for draft in self.folder.glob(f".{mark.stem}.*{_FILED}"):
            draft.unlink(missing_ok=True)  # of a process that was killed before it could mark
        mark.unlink(missing_ok=True)

    def _files(self) -> list[Path]:
        with os.scandir(self.folder) as entries:
            return sorted(Path(entry.path) for entry in entries if entry.is_file(follow_symlinks=False))
