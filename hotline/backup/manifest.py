"""What a backup says of itself: a manifest, and a line for each file with its SHA-256.

`manifest.sha256` vouches for the manifest, the manifest for the two lists, the lists for every file. The recordings'
list is in the order of its paths, so that millions of lines are compared with the next backup's without being held.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from store.inventory import Counts

FORMAT = 1
MANIFEST, VOUCHER = "manifest.json", "manifest.sha256"
FILES, RECORDINGS = "files.jsonl", "recordings.jsonl"
_NAME = re.compile(r"\d{8}T\d{6}Z")


class BackupUnusable(Exception):
    """A backup cannot be used; the message says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in a backup: its path there, and what it was when it was copied."""

    path: str
    size: int
    sha256: str
    mtime_ns: int
    ctime_ns: int

    def line(self) -> str:
        """Return the entry as its line in a list."""
        return json.dumps([self.path, self.size, self.sha256, self.mtime_ns, self.ctime_ns], ensure_ascii=False) + "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFile:
    """A secret as it was: its name in the data folder and its SHA-256, whether it lies in the backup or not."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The whole of a backup.

    `made` is the moment of the database's copy. `under_way` are the calls that lay unfiled in the spool, `since` those
    that were filed while the backup ran: both are wholly left to the next one. `loose` are the recordings that no row
    knew, `missing` those whose file was not there. `vouched` holds the SHA-256 of the two lists.
    """

    format: int
    program: str
    made: datetime
    database: str
    revision: str
    snapshot: str
    counts: Counts
    previous: str | None
    files: int
    bytes: int
    linked: int
    under_way: tuple[str, ...]
    since: tuple[str, ...]
    loose: tuple[str, ...]
    missing: tuple[str, ...]
    with_keys: bool
    keys: tuple[KeyFile, ...]
    vouched: dict[str, str]


_MANIFEST = TypeAdapter(Manifest)


def stamp(now: datetime) -> str:
    """Return the name of a backup that is begun at a moment."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def backups(dest: Path) -> list[Path]:
    """Return the whole backups in a folder, oldest first; one that was cut off has another name."""
    if not dest.is_dir():
        return []
    return sorted(one for one in dest.iterdir() if _NAME.fullmatch(one.name) and (one / MANIFEST).is_file())


def is_backup(folder: Path) -> bool:
    """Tell whether a folder is a backup itself, rather than a folder of them."""
    return (folder / MANIFEST).is_file() or (folder / VOUCHER).is_file()


def write(folder: Path, manifest: Manifest) -> None:
    """Write the manifest and what vouches for it, to last."""
    data = json.dumps(_MANIFEST.dump_python(manifest, mode="json"), ensure_ascii=False, indent=2).encode() + b"\n"
    for name, content in ((MANIFEST, data), (VOUCHER, f"{hashlib.sha256(data).hexdigest()}  {MANIFEST}\n".encode())):
        with (folder / name).open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())


def load(folder: Path) -> Manifest:
    """Return a backup's manifest; raises BackupUnusable where it is absent, altered, or of a newer program."""
    try:
        data = (folder / MANIFEST).read_bytes()
        vouched = (folder / VOUCHER).read_text(encoding="ascii", errors="replace").split()
    except OSError as error:
        raise BackupUnusable(f"{folder} 不是完整的备份: 读不出 {MANIFEST} 或 {VOUCHER} ({error.strerror})") from error
    if vouched[:1] != [hashlib.sha256(data).hexdigest()]:
        raise BackupUnusable(f"{folder / MANIFEST} 与 {VOUCHER} 不符: 清单已损坏或被改动")
    try:
        plain = json.loads(data)
        if isinstance(plain, dict) and plain.get("format", 0) > FORMAT:
            raise BackupUnusable(
                f"备份的格式 {plain['format']} 比本程序新 (认得到 {FORMAT}); 请用做备份的那一版程序恢复"
            )
        return _MANIFEST.validate_python(plain)
    except (ValueError, ValidationError) as error:
        raise BackupUnusable(f"{folder / MANIFEST} 读不懂: {error}") from error


def entries(folder: Path, name: str) -> Iterator[Entry]:
    """Yield the lines of one of the lists; raises BackupUnusable at one that is damaged."""
    try:
        with (folder / name).open(encoding="utf-8") as stream:
            for number, line in enumerate(stream, start=1):
                try:
                    path, size, sha256, mtime_ns, ctime_ns = json.loads(line)
                    yield Entry(str(path), int(size), str(sha256), int(mtime_ns), int(ctime_ns))
                except (ValueError, TypeError):
                    raise BackupUnusable(f"{folder / name}:{number}: 这一行损坏") from None
    except (OSError, UnicodeDecodeError) as error:
        raise BackupUnusable(f"{folder / name} 读不出来: {error}") from error


def sha256_of(file: Path) -> str:
    """Return a file's SHA-256; raises OSError."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def plain(manifest: Manifest) -> dict[str, object]:
    """Return the manifest for a program's eyes, its lists of files left out."""
    return {**_MANIFEST.dump_python(manifest, mode="json"), "counts": asdict(manifest.counts)}
