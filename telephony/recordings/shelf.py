"""The folder of finished recordings: durable writing under a key, and the key's rules.

A recording once put is never changed: a key stands in the database next to its SHA-256.
"""

import contextlib
import hashlib
import os
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

PARTIAL = ".partial"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Shelf:
    """The recordings folder."""

    folder: Path

    def path(self, key: str) -> Path:
        """Return where a key's file lies."""
        return self.folder / key

    def write(self, linkedid: str, writer: Callable[[BinaryIO], None]) -> Path:
        """Return a temporary file on the same disk, written and flushed; nothing is left of it where that fails."""
        partial = self.folder / PARTIAL / f"{linkedid}.{secrets.token_hex(8)}"
        partial.parent.mkdir(parents=True, exist_ok=True)
        try:
            with partial.open("xb") as stream:
                writer(stream)
                stream.flush()
                os.fsync(stream.fileno())
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
        return partial

    def put(self, partial: Path, key: str) -> bool:
        """Give a written file its key, whole or not at all, also in a power cut; False where the key is taken."""
        target = self.path(key)
        for folder in self._missing(target.parent):
            with contextlib.suppress(FileExistsError):
                folder.mkdir()
            _sync(folder.parent)
        try:
            os.link(partial, target)  # a rename would replace what is there
        except FileExistsError:
            return False
        finally:
            _sync(target.parent)
        return True

    def sha256(self, key: str) -> str | None:
        """Return the hash of what lies under a key, None where nothing does."""
        digest = hashlib.sha256()
        try:
            with self.path(key).open("rb") as stream:
                while piece := stream.read(_CHUNK):
                    digest.update(piece)
        except FileNotFoundError:
            return None
        return digest.hexdigest()

    def remove(self, key: str) -> bool:
        """Delete a key's file and the folders that it leaves empty; False where it was gone already."""
        target = self.path(key)
        try:
            target.unlink()
        except FileNotFoundError:
            return False
        for folder in target.parents:
            if folder == self.folder:
                break
            try:
                folder.rmdir()
            except OSError:  # not empty
                break
        return True

    def free_mb(self) -> int:
        """Return how much space the disk of the recordings has left."""
        return shutil.disk_usage(self.folder).free >> 20

    def clear_partial(self, now: datetime, older_than_seconds: float) -> int:
        """Delete what a process that was killed left half written; the legs it came from are still in the spool."""
        gone = 0
        for file in (self.folder / PARTIAL).glob("*"):
            with contextlib.suppress(FileNotFoundError):
                if now.timestamp() - file.stat().st_mtime > older_than_seconds:
                    file.unlink()
                    gone += 1
        return gone

    def _missing(self, folder: Path) -> list[Path]:
        """Return the folders to be made, outermost first."""
        missing = []
        while not folder.is_dir():
            missing.append(folder)
            folder = folder.parent
        return missing[::-1]


def key_of(linkedid: str, started: datetime) -> str:
    """Return the key of a call's recording: by the UTC day on which the call began."""
    return f"{started.astimezone(UTC):%Y/%m/%d}/{linkedid}.wav"


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
