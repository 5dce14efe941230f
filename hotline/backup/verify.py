"""Is a backup what it was? Every file against its SHA-256, the lists against the manifest, the manifest by itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from hotline.backup import manifest as said_of
from hotline.backup.make import Watch
from hotline.backup.manifest import BackupUnusable, Entry, Manifest, load, sha256_of


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found: the manifest, and a line in Chinese for each file that is not what it was."""

    manifest: Manifest
    faults: tuple[str, ...]


def listed(folder: Path) -> Iterator[Entry]:
    """Yield every file that a backup should hold."""
    return chain(said_of.entries(folder, said_of.FILES), said_of.entries(folder, said_of.RECORDINGS))


def verify(folder: Path, watch: Watch = lambda _what, _done, _of: None) -> Verified:
    """Read the whole backup and compare; raises BackupUnusable where its manifest or its lists cannot be trusted."""
    manifest = load(folder)
    for name, sha256 in manifest.vouched.items():
        try:
            if sha256_of(folder / name) != sha256:
                raise BackupUnusable(f"{folder / name} 与清单不符: 已损坏或被改动")
        except OSError as error:
            raise BackupUnusable(f"{folder / name} 读不出来: {error.strerror}") from error
    faults = []
    for done, entry in enumerate(listed(folder)):
        watch("核对", done, manifest.files)
        fault = _fault(folder, entry)
        if fault:
            faults.append(fault)
    watch("核对", manifest.files, manifest.files)
    return Verified(manifest, tuple(faults))


def _fault(folder: Path, entry: Entry) -> str | None:
    file = folder / entry.path
    if not file.resolve().is_relative_to(folder.resolve()):
        return f"{entry.path}: 不在备份里"
    try:
        size = file.stat().st_size
        if size != entry.size:
            return f"{entry.path}: 大小是 {size}, 应为 {entry.size}"
        return None if sha256_of(file) == entry.sha256 else f"{entry.path}: 内容变了 (SHA-256 不符)"
    except FileNotFoundError:
        return f"{entry.path}: 不见了"
    except OSError as error:
        return f"{entry.path}: 读不出来 ({error.strerror})"
