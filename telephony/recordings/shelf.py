"""The folder of finished recordings: durable writing under a key, and the key's rules.

A recording once put never sounds otherwise: a key stands in the database next to the SHA-256 of its plain audio. Files
are sealed while they are written, so that no plain copy ever lies here; `hotline keys` seals them anew with other keys.
"""

import contextlib
import errno
import fcntl
import hashlib
import io
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast

from typing_extensions import Buffer, override

from vault.vault import HEAD, Pieces, Standing, Vault

PARTIAL = ".partial"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Shelf:
    """The recordings folder. Without a vault files are written in the clear (and sealed ones cannot be opened)."""

    folder: Path
    vault: Vault | None = None

    def path(self, key: str) -> Path:
        """Return where a key's file lies."""
        return self.folder / key

    def write(self, linkedid: str, pieces: Iterable[bytes]) -> Path:
        """Return a temporary file on the same disk, sealed and flushed; nothing is left of it where that fails."""
        partial = self.folder / PARTIAL / f"{linkedid}.{secrets.token_hex(8)}"
        partial.parent.mkdir(parents=True, exist_ok=True)
        try:
            with partial.open("xb") as stream:
                if self.vault is None:
                    stream.writelines(pieces)
                else:
                    self.vault.seal_stream(io.BufferedReader(Pieces(pieces), _CHUNK), stream)
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

    def copy(self, key: str, out: BinaryIO) -> None:
        """Write a recording's plain audio; raises FileNotFoundError, SealBroken or KeysUnusable."""
        with self.path(key).open("rb") as stream:
            if self.vault is not None:
                self.vault.open_stream(stream, out)
            else:
                shutil.copyfileobj(stream, out, _CHUNK)

    def read(self, key: str) -> bytes:
        """Return a recording's plain audio, in memory alone."""
        out = io.BytesIO()
        self.copy(key, out)
        return out.getvalue()

    def sha256(self, key: str) -> str | None:
        """Return the hash of the plain audio under a key, None where nothing lies there."""
        digest = _Digest()
        try:
            self.copy(key, cast(BinaryIO, digest))
        except FileNotFoundError:
            return None
        return digest.hash.hexdigest()

    # Sealing anew

    def stored(self) -> Iterator[str]:
        """Yield the key of every file, day by day."""
        for folder, folders, files in os.walk(self.folder):
            folders[:] = sorted(name for name in folders if name != PARTIAL)
            for name in sorted(files):
                yield str((Path(folder) / name).relative_to(self.folder))

    def standing(self, key: str) -> Standing | None:
        """Tell whether a file is sealed with the key in use, None where it is gone."""
        try:
            with self.path(key).open("rb") as stream:
                head = stream.read(HEAD)
        except FileNotFoundError:
            return None
        return self.vault.standing(head) if self.vault is not None and head else Standing.CURRENT

    def reseal(self, key: str) -> bool:
        """Seal a file with the key in use, whole or not at all; False where it is so already, or gone.

        The new file replaces the old one only when it was read back and sounds the same.
        """
        if self.vault is None or self.standing(key) in (None, Standing.CURRENT):
            return False
        before = self.sha256(key)
        if before is None:
            return False
        plain = self.path(key)
        with tempfile.TemporaryFile(dir="/dev/shm") as memory:
            self.copy(key, memory)
            memory.seek(0)
            partial = self.write(Path(key).stem, iter(lambda: memory.read(_CHUNK), b""))
        try:
            if Shelf(partial.parent, self.vault).sha256(partial.name) != before:
                raise OSError(errno.EIO, "read back otherwise than written", str(partial))
            os.utime(partial, ns=(plain.stat().st_atime_ns, plain.stat().st_mtime_ns))
            return self._replace(partial, plain)
        finally:
            partial.unlink(missing_ok=True)

    def _replace(self, partial: Path, target: Path) -> bool:
        """Put a file in another's place, unless retention has just removed that one."""
        with self._alone():
            if not target.exists():
                return False
            partial.replace(target)
        _sync(target.parent)
        return True

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep replacing and removing apart, also in different processes."""
        descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def remove(self, key: str) -> bool:
        """Delete a key's file and the folders that it leaves empty; False where it was gone already."""
        target = self.path(key)
        try:
            with self._alone():
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


class _Digest(io.RawIOBase):
    """A stream that keeps only the hash of what is written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.hash = hashlib.sha256()

    @override
    def write(self, data: Buffer) -> int:
        view = memoryview(data)
        self.hash.update(view)
        return view.nbytes


def key_of(linkedid: str, started: datetime) -> str:
    """Return the key of a call's recording: by the UTC day on which the call began."""
    return f"{started.astimezone(UTC):%Y/%m/%d}/{linkedid}.wav"


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
