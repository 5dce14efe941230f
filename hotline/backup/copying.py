"""Files into a backup: copied and hashed in one reading, or linked to the last backup's where nothing has changed."""

import contextlib
import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from hotline.backup.manifest import Entry

_CHUNK = 1 << 20


@dataclass(slots=True)
class Earlier:
    """The entries of the last backup, looked up in rising order of their paths; only one of them is held."""

    lines: Iterator[Entry]
    _at: Entry | None = None

    def find(self, path: str) -> Entry | None:
        """Return the entry of a path that is not before any asked for so far."""
        while self._at is None or self._at.path < path:
            self._at = next(self.lines, None)
            if self._at is None:
                return None
        return self._at if self._at.path == path else None


@dataclass(slots=True)
class Copier:
    """Fills one backup folder. `previous` is the backup whose unchanged files are linked."""

    folder: Path
    previous: Path | None = None
    files: int = 0
    bytes: int = 0
    linked: int = 0
    _made: set[Path] = field(default_factory=set)

    def take(self, source: Path, path: str, earlier: Entry | None = None) -> Entry:
        """Bring a file into the backup under `path`; raises FileNotFoundError where it is gone, OSError."""
        target = self.folder / path
        self._folder(target.parent)
        with source.open("rb") as stream:
            found = os.fstat(stream.fileno())
            same = earlier is not None and (found.st_size, found.st_mtime_ns, found.st_ctime_ns) == (
                earlier.size,
                earlier.mtime_ns,
                earlier.ctime_ns,
            )
            if earlier is not None and same and self._link(earlier, target):
                entry = earlier
            else:
                size, sha256 = copy(stream, target)
                entry = Entry(path, size, sha256, found.st_mtime_ns, found.st_ctime_ns)
                if earlier is not None and (earlier.size, earlier.sha256) == (size, sha256):
                    target.unlink()  # only its times are new: after a restore, for one
                    if not self._link(earlier, target):
                        stream.seek(0)
                        copy(stream, target)
        self.files += 1
        self.bytes += entry.size
        return entry

    def note(self, path: str) -> Entry:
        """Return the entry of a file that somebody else wrote into the backup."""
        file = self.folder / path
        found = file.stat()
        with file.open("rb") as stream:
            os.fsync(stream.fileno())
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        self.files += 1
        self.bytes += found.st_size
        return Entry(path, found.st_size, digest, found.st_mtime_ns, found.st_ctime_ns)

    def settle(self) -> None:
        """Have every folder's names on the disk."""
        for folder, _, _ in os.walk(self.folder):
            sync_folder(Path(folder))

    def _folder(self, folder: Path) -> None:
        if folder not in self._made:
            folder.mkdir(parents=True, exist_ok=True)
            self._made.add(folder)

    def _link(self, earlier: Entry, target: Path) -> bool:
        if self.previous is None:
            return False
        file = self.previous / earlier.path
        with contextlib.suppress(OSError):  # no links on that disk, or the last backup lost the file: copied then
            if file.stat().st_size != earlier.size:
                return False
            os.link(file, target)
            self.linked += 1
            return True
        return False


def copy(stream: BinaryIO, target: Path) -> tuple[int, str]:
    """Write what a stream gives into a new file, to last; return its size and SHA-256. Nothing stays of a failure."""
    digest, size = hashlib.sha256(), 0
    try:
        with target.open("xb") as out:
            os.fchmod(out.fileno(), os.fstat(stream.fileno()).st_mode & 0o777)
            while piece := stream.read(_CHUNK):
                digest.update(piece)
                out.write(piece)
                size += len(piece)
            out.flush()
            os.fsync(out.fileno())
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return size, digest.hexdigest()


def walk(folder: Path, below: str = "") -> Iterator[str]:
    """Yield the paths of the plain files in a folder, in the order of their bytes; hidden names are left out."""
    try:
        with os.scandir(folder / below if below else folder) as found:
            named = [(f"{one.name}/" if one.is_dir(follow_symlinks=False) else one.name, one) for one in found]
    except FileNotFoundError:
        return
    for name, one in sorted(named, key=lambda pair: pair[0]):
        if name.startswith("."):
            continue
        if name.endswith("/"):
            yield from walk(folder, f"{below}{name}")
        elif one.is_file(follow_symlinks=False):
            yield f"{below}{name}"


def only_left(left: Iterable[str], right: Iterable[str]) -> Iterator[str]:
    """Yield what only the first of two rising rows holds."""
    others = iter(right)
    other = next(others, None)
    for one in left:
        while other is not None and other < one:
            other = next(others, None)
        if other != one:
            yield one


def sync_folder(folder: Path) -> None:
    """Have a folder's names on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
