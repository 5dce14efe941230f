"""A backup while calls run: first what a person wrote, then the database at one moment, then the recordings it names.

In this order nothing is half in: a recording is on the shelf before its row, so whatever the copied database names is
there to be copied; what is filed later is wholly left to the next backup. The folder gets its name when it is whole.
"""

import contextlib
import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from itertools import islice
from pathlib import Path

from hotline.backup import manifest as said_of
from hotline.backup.copying import Copier, Earlier, only_left, sync_folder, walk
from hotline.backup.manifest import BackupUnusable, Entry, KeyFile, Manifest, sha256_of
from hotline.places import Places
from store.door import Store
from telephony.recordings.spool import QUARANTINE, Spool

Watch = Callable[[str, int, int], None]
"""Told how far a step is: its name in Chinese, how much of it is done, how much it is (0: nobody knows)."""

PARTIAL, GONE = ".partial-", ".gone-"
PASSWORDS, KEYS = "secrets.yaml", "keys"
"""What must not lie beside the data: passwords, and the keys that data is sealed with, wherever they are kept."""
_LEFT_OUT = frozenset({"asterisk", "run", "log", "faults", "spool", "recordings", "demo", PASSWORDS, KEYS})
_BEFORE = "before-restore-"
_ASKED_AT_ONCE = 500


class BackupFailed(Exception):
    """No backup was made; the message says why, in Chinese."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A backup that was made, those that went for it, and the folder of the secrets where one was asked for."""

    folder: Path
    manifest: Manifest
    removed: tuple[Path, ...]
    keys: Path | None


def make(
    places: Places,
    store: Store,
    dest: Path,
    now: datetime,
    *,
    with_keys: bool = False,
    keys_to: Path | None = None,
    keep: int | None = None,
    watch: Watch = lambda _what, _done, _of: None,
) -> Made:
    """Make a backup below `dest`; raises BackupFailed or StoreError, and then leaves nothing that looks like one.

    `keys_to` is another folder that the secrets are written to; `keep` the number of backups that stay.
    """
    if _inside(dest, places.home):
        raise BackupFailed(f"备份不能放在数据目录 {places.home} 里: 那张盘坏了就一起没了")
    if keys_to is not None and (_inside(keys_to, dest) or _inside(keys_to, places.home)):
        raise BackupFailed(f"密钥要和数据分开放: {keys_to} 在备份或数据目录里")
    try:
        dest.mkdir(parents=True, exist_ok=True)
        with _alone(dest):
            _clear(dest)
            before = said_of.backups(dest)
            name = said_of.stamp(now)
            if (dest / name).exists():
                raise BackupFailed(f"这一秒已有备份 {dest / name}; 请稍后再试")
            partial = dest / f"{PARTIAL}{name}"
            partial.mkdir(mode=0o700)
            try:
                work = _Work(places, store, partial, before[-1] if before else None, watch)
                made = work.run(now, with_keys)
                keys = (
                    _write_keys(secret_files(places, store.vault.folder), keys_to / name, made.keys)
                    if keys_to is not None
                    else None
                )
                partial.rename(dest / name)
                sync_folder(dest)
            except BaseException:
                shutil.rmtree(partial, ignore_errors=True)
                raise
            removed = _prune(dest, keep)
    except OSError as error:
        raise BackupFailed(_said(error, dest)) from error
    except BackupUnusable as error:
        raise BackupFailed(str(error)) from error
    return Made(folder=dest / name, manifest=made, removed=removed, keys=keys)


def secret_files(places: Places, keys: Path) -> dict[str, Path]:
    """Return the secrets that there are, by their names in a backup; `keys` is the folder of the keys."""
    found = {PASSWORDS: places.secrets} if places.secrets.is_file() else {}
    return found | {f"{KEYS}/{name}": keys / name for name in walk(keys)}


def kept_by_hand(places: Places, store: Store) -> Iterator[str]:
    """Yield what else the data folder holds and a hotline cannot make again: what it learnt, what could not be read."""
    for name in walk(places.home):
        first, file = name.split("/")[0], places.home / name
        if first in _LEFT_OUT or first.startswith(_BEFORE) or _inside(file, store.vault.folder):
            continue
        if store.file is not None and str(file).startswith(str(store.file)):
            continue  # the file itself, its log, and those that a restore put aside
        yield name
    yield from (f"spool/{QUARANTINE}/{name}" for name in walk(places.spool / QUARANTINE))


@dataclass(slots=True)
class _Work:
    places: Places
    store: Store
    folder: Path
    previous: Path | None
    watch: Watch
    copier: Copier = field(init=False)
    missing: list[str] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)
    since: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.copier = Copier(self.folder, self.previous)

    def run(self, now: datetime, with_keys: bool) -> Manifest:
        if self.places.unfinished_restore.exists():
            raise BackupFailed(f"数据目录 {self.places.home} 上次恢复没有完成, 现在备份会是半份; 请先把恢复做完")
        keys = self._keys()
        files = [*self._small("config", self.places.config, walk(self.places.config))]
        files += self._small("home", self.places.home, kept_by_hand(self.places, self.store))
        (self.folder / "database").mkdir()
        with tempfile.NamedTemporaryFile("w+", encoding="utf-8", prefix="hotline-backup-") as listed:
            taken = self.store.snapshot(
                self.folder / "database",
                lambda rows: listed.writelines(f"{key}\n" for _, key in rows),
                lambda share: self.watch("数据库", round(share * 1000), 1000),
            )
            files.append(self.copier.note(f"database/{taken.file.name}"))
            under_way = self._under_way()
            with (self.folder / said_of.RECORDINGS).open("x", encoding="utf-8") as out:
                listed.seek(0)
                self._recordings((line.rstrip("\n") for line in listed), taken.counts.recordings, out.write)
                _settle(out.fileno(), out.flush)
            listed.seek(0)
            files += self._without_rows((line.rstrip("\n") for line in listed), under_way)
        if with_keys:
            files += [self.copier.take(file, f"keys/{name}") for name, file in self._secrets().items()]
        if keys != self._keys():
            raise BackupFailed("备份期间密钥换过了; 请等轮换结束再备份一次")
        with (self.folder / said_of.FILES).open("x", encoding="utf-8") as out:
            out.writelines(one.line() for one in files)
            _settle(out.fileno(), out.flush)
        made = Manifest(
            format=said_of.FORMAT,
            program=version("hotline12345"),
            made=now,
            database=taken.kind,
            revision=taken.revision,
            snapshot=f"database/{taken.file.name}",
            counts=taken.counts,
            previous=self.previous.name if self.previous else None,
            files=self.copier.files,
            bytes=self.copier.bytes,
            linked=self.copier.linked,
            under_way=under_way,
            since=tuple(self.since),
            loose=tuple(self.loose),
            missing=tuple(self.missing),
            with_keys=with_keys,
            keys=keys,
            vouched={name: sha256_of(self.folder / name) for name in (said_of.FILES, said_of.RECORDINGS)},
        )
        said_of.write(self.folder, made)
        self.copier.settle()
        return made

    def _keys(self) -> tuple[KeyFile, ...]:
        return tuple(KeyFile(name=name, sha256=sha256_of(file)) for name, file in self._secrets().items())

    def _secrets(self) -> dict[str, Path]:
        return secret_files(self.places, self.store.vault.folder)

    def _small(self, place: str, folder: Path, names: Iterable[str]) -> Iterator[Entry]:
        earlier = {one.path: one for one in self._earlier(said_of.FILES)}
        for name in names:
            path = f"{place}/{name}"
            with contextlib.suppress(FileNotFoundError):  # somebody removed it just now
                yield self.copier.take(folder / name, path, earlier.get(path))

    def _earlier(self, name: str) -> Iterator[Entry]:
        """Yield what the last backup lists; where its list is damaged nothing more is linked, and all is copied."""
        if self.previous is not None:
            with contextlib.suppress(BackupUnusable):
                said_of.load(self.previous)
                yield from said_of.entries(self.previous, name)

    def _recordings(self, keys: Iterable[str], number: int, write: Callable[[str], object]) -> None:
        earlier = Earlier(self._earlier(said_of.RECORDINGS))
        for done, key in enumerate(keys):
            self.watch("录音", done, number)
            path = f"recordings/{key}"
            try:
                write(self.copier.take(self.places.recordings / key, path, earlier.find(path)).line())
            except FileNotFoundError:
                self.missing.append(key)
        self.watch("录音", number, number)

    def _under_way(self) -> tuple[str, ...]:
        if not self.places.spool.is_dir():
            return ()
        spool = Spool(self.places.spool)
        return tuple(sorted(linkedid for linkedid in spool.calls() if not spool.is_filed(linkedid)))

    def _without_rows(self, keys: Iterable[str], under_way: Iterable[str]) -> Iterator[Entry]:
        """Yield the recordings that no row knows; those of calls that are just being filed are left alone."""
        left, waiting = only_left(walk(self.places.recordings), keys), set(under_way)
        while some := list(islice(left, _ASKED_AT_ONCE)):
            named = {key: recording_of(key) for key in some}
            waiting.update(self._under_way())
            known = self.store.known_recordings(named.values())
            for key, name in named.items():
                if name in waiting or name.split(".late-")[0] in waiting:
                    continue
                if name in known:
                    self.since.append(name)
                    continue
                with contextlib.suppress(FileNotFoundError):
                    entry = self.copier.take(self.places.recordings / key, f"recordings/{key}")
                    self.loose.append(key)
                    yield entry


def recording_of(key: str) -> str:
    """Return the id of the recording that a file of the shelf is named for."""
    return key.rpartition("/")[2].partition(".wav")[0]


def _write_keys(secrets: dict[str, Path], folder: Path, keys: Iterable[KeyFile]) -> Path:
    folder.mkdir(mode=0o700, parents=True)
    copier = Copier(folder)
    try:
        for one in keys:
            entry = copier.take(secrets[one.name], one.name)
            (folder / one.name).chmod(0o600)
            if entry.sha256 != one.sha256:
                raise BackupFailed("备份期间密钥换过了; 请等轮换结束再备份一次")
        copier.settle()
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder


@contextlib.contextmanager
def _alone(dest: Path) -> Iterator[None]:
    with (dest / ".lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupFailed(f"另一个备份正在写 {dest}; 请等它结束") from None
        yield


def _clear(dest: Path) -> None:
    """Remove what backups that were cut off left behind."""
    for one in dest.iterdir():
        if one.name.startswith((PARTIAL, GONE)):
            shutil.rmtree(one)


def _prune(dest: Path, keep: int | None) -> tuple[Path, ...]:
    """Remove the oldest backups beyond `keep`; each loses its name first, so that none of them is ever half there."""
    old = said_of.backups(dest)[:-keep] if keep else []
    for one in old:
        gone = one.rename(one.with_name(f"{GONE}{one.name}"))
        shutil.rmtree(gone)
    return tuple(old)


def _settle(descriptor: int, flush: Callable[[], object]) -> None:
    flush()
    os.fsync(descriptor)


def _inside(folder: Path, other: Path) -> bool:
    return folder.resolve().is_relative_to(other.resolve())


def _said(error: OSError, dest: Path) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        free = shutil.disk_usage(dest).free >> 20 if dest.is_dir() else 0
        return f"备份盘满了 ({dest}, 剩 {free} MB): 没有做成, 半份已删除; 请腾出空间或换一张盘, 也可用 --keep 少留几份"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"没有权限: {error.filename or dest} ({error.strerror})"
    return f"{error.filename or dest}: {error.strerror or error}"
