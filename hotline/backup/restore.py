"""A backup becomes a hotline's data again: checked while it is copied, then moved into place, then made to agree.

Nothing that was there is destroyed: it goes to before-restore-… in the data folder. Until the first move nothing of
the old has changed; from then on a mark stands that keeps a half-restored hotline from starting.
"""

import contextlib
import errno
import fcntl
import os
import shutil
import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from hotline.backup import manifest as said_of
from hotline.backup.agreement import Agreed, agree
from hotline.backup.copying import copy, sync_folder, walk
from hotline.backup.make import KEYS, PASSWORDS, Watch, recording_of, secret_files
from hotline.backup.manifest import BackupUnusable, Entry, Manifest, sha256_of
from hotline.live import asterisk_of
from hotline.running import alone
from hotline.settings import Settings
from store.door import Store
from store.inventory import Counts
from telephony.asterisk.locate import AsteriskMissing
from telephony.recordings.shelf import Shelf
from telephony.recordings.spool import QUARANTINE, Spool

_STAGE = ".restoring"
BEFORE = "before-restore-"
_FIRST = 20


class NotRestored(Exception):
    """The backup was not restored; the message says why, in Chinese."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was restored.

    `damaged` are recordings that the backup holds no more as they were; `found` those that were taken from elsewhere
    after all (another backup, the data folder as it was); `kept` are the recordings made after the backup, which the
    data folder still held; `aside` says where what was there before has gone. `secrets` tells whether passwords and
    keys came along; `config` names the files of the configuration that differ from the backup's.
    """

    folder: Path
    manifest: Manifest
    counts: Counts
    upgraded: tuple[str, str | None]
    damaged: tuple[str, ...]
    found: tuple[str, ...]
    kept: tuple[str, ...]
    agreed: Agreed
    aside: tuple[str, ...]
    secrets: bool
    config: tuple[str, ...]


def choose(source: Path) -> Path:
    """Return the backup that a folder is, or the newest whole one in it; raises BackupUnusable."""
    if said_of.is_backup(source):
        return source
    found = said_of.backups(source)
    if not found:
        raise BackupUnusable(f"{source} 里没有完整的备份")
    return found[-1]


def restore(
    settings: Settings,
    store: Store,
    source: Path,
    now: datetime,
    *,
    replace: bool = False,
    despite_damage: bool = False,
    keys: Path | None = None,
    who: str = "restore",
    watch: Watch = lambda _what, _done, _of: None,
) -> Restored:
    """Restore a backup; raises NotRestored, BackupUnusable, StoreError, or NotStarted where a hotline runs there.

    `replace` lets it take the place of data that is there; `despite_damage` goes without recordings whose bytes have
    changed; `keys` is the folder of a backup's secrets where they lie apart.
    """
    folder = choose(source)
    work = _Work(settings, store, folder, said_of.load(folder), said_of.stamp(now), watch)
    try:
        with alone(settings):
            work.require_fit(replace)
            work.stage(despite_damage, keys)
            work.place()
            return work.finish(who)
    except OSError as error:
        raise NotRestored(_said(error, settings.places.home)) from error
    finally:
        shutil.rmtree(settings.places.home / _STAGE, ignore_errors=True)


@dataclass(slots=True)
class _Work:
    settings: Settings
    store: Store
    folder: Path
    manifest: Manifest
    stamp: str
    watch: Watch
    damaged: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)

    @property
    def home(self) -> Path:
        return self.settings.places.home

    @property
    def stage_folder(self) -> Path:
        return self.home / _STAGE

    @property
    def before(self) -> Path:
        return self.home / f"{BEFORE}{self.stamp}"

    def require_fit(self, replace: bool) -> None:
        """Refuse a running hotline, data that nobody said may go, and a backup that this program cannot use."""
        _require_still(self.settings)
        if self.manifest.database != self.store.kind:
            raise NotRestored(
                f"备份里是 {self.manifest.database}, store.yaml 的 url 是 {self.store.kind}; 请先改成同一种数据库"
            )
        self.store.require_known(self.manifest.revision)
        if replace or self.settings.places.unfinished_restore.exists():
            return
        kept = {"recordings": self.home / "recordings", "learned": self.settings.places.learned}
        kept |= {PASSWORDS: self.settings.places.secrets, KEYS: self.store.vault.folder}
        there = [name for name, place in kept.items() if _holds(place) and not (name == KEYS and self.store.vault.lent)]
        if (self.store.file is None or self.store.file.exists()) and self.store.revision()[0] is not None:
            there.insert(0, "数据库")
        if there:
            raise NotRestored(
                f"数据目录 {self.home} 里已有数据 ({'、'.join(there)}), 没有动; "
                f"确要换成备份请加 --replace (现有的会移到 {BEFORE}… 里, 不会删除)"
            )

    def stage(self, despite_damage: bool, keys: Path | None) -> None:
        """Copy everything beside the data that is there, each file checked as it is read."""
        shutil.rmtree(self.stage_folder, ignore_errors=True)
        self.stage_folder.mkdir(parents=True, mode=0o700)
        for name, sha256 in self.manifest.vouched.items():
            if sha256_of(self.folder / name) != sha256:
                raise BackupUnusable(f"{self.folder / name} 与清单不符: 已损坏或被改动")
        done = 0
        for name in (said_of.FILES, said_of.RECORDINGS):
            for entry in said_of.entries(self.folder, name):
                self.watch("核对并复制", done, self.manifest.files)
                if not self._copy(entry):
                    if not entry.path.startswith("recordings/"):
                        raise BackupUnusable(f"{self.folder / entry.path} 已损坏或不见了; 这份备份不能用, 请换一份")
                    self.damaged.append(entry.path.removeprefix("recordings/"))
                done += 1
        self.watch("核对并复制", self.manifest.files, self.manifest.files)
        if self.damaged and not despite_damage:
            some = "、".join(self.damaged[:_FIRST]) + (" …" if len(self.damaged) > _FIRST else "")
            raise BackupUnusable(
                f"备份里 {len(self.damaged)} 段录音已损坏或不见了: {some}; 什么都没有动。"
                "换一份备份, 或加 --despite-damage 恢复其余的"
            )
        if keys is not None:
            self._stage_keys(keys)
        for one in self.manifest.keys:
            staged, here = self.stage_folder / "keys" / one.name, self.store.vault.folder / Path(one.name).name
            if one.name != PASSWORDS and not staged.exists() and not here.exists():
                raise NotRestored(
                    f"这份备份的数据是用密钥 {one.name} 封存的, 而密钥既不在备份里, 也不在 {self.store.vault.folder}; "
                    "请加 --keys 目录 (backup --keys-to 写的那个)"
                )

    def _copy(self, entry: Entry) -> bool:
        target = self.stage_folder / entry.path
        if not target.resolve().is_relative_to(self.stage_folder.resolve()):
            raise BackupUnusable(f"{entry.path}: 不在备份里")
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            stream = (self.folder / entry.path).open("rb")
        except FileNotFoundError:
            return False
        with stream:
            try:
                found = copy(stream, target)
            except OSError as error:
                if error.errno == errno.EIO:
                    return False
                raise
        if found != (entry.size, entry.sha256):
            target.unlink()
            return False
        os.utime(target, ns=(entry.mtime_ns, entry.mtime_ns))
        return True

    def _stage_keys(self, keys: Path) -> None:
        inner = keys / self.folder.name
        where = inner if inner.is_dir() else keys
        shutil.rmtree(self.stage_folder / "keys", ignore_errors=True)
        for one in self.manifest.keys:
            source, target = where / one.name, self.stage_folder / "keys" / one.name
            if not source.is_file():
                raise NotRestored(f"{where} 里没有 {one.name}, 备份时有它")
            target.parent.mkdir(parents=True, exist_ok=True)
            with source.open("rb") as stream:
                _, sha256 = copy(stream, target)
            if sha256 != one.sha256:
                raise NotRestored(f"{source} 不是做这份备份时的那一个 (SHA-256 不符)")

    def place(self) -> None:
        """Move what was there aside and what was staged into place; from the first move to the end the mark stands."""
        mark = self.settings.places.unfinished_restore
        with contextlib.suppress(FileNotFoundError):
            self.stamp = mark.read_text(encoding="ascii").strip()  # what that one put aside is what was there before
        mark.write_text(f"{self.stamp}\n", encoding="ascii")
        sync_folder(self.home)
        for secret in walk(self.stage_folder / "keys"):
            (self.stage_folder / "keys" / secret).chmod(0o600)
        if (self.stage_folder / "keys" / KEYS).is_dir():
            (self.stage_folder / "keys" / KEYS).chmod(0o700)
        self._own()
        stale = {self.home / "recordings": self.stage_folder / "recordings"}
        stale |= {self.home / one.name: one for one in _inside(self.stage_folder / "home") if one.name != "spool"}
        secrets = {PASSWORDS: self.settings.places.secrets}
        secrets |= {} if self.store.vault.lent else {KEYS: self.store.vault.folder}
        staged_secrets = {place: self.stage_folder / "keys" / name for name, place in secrets.items()}
        stale |= {place: staged for place, staged in staged_secrets.items() if staged.exists()}
        for target, staged in stale.items():
            self._put_aside(target)
            if staged.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(staged, target)  # keys may lie on another disk
        for name in walk(self.stage_folder / "home" / "spool" / QUARANTINE):
            target = self.settings.places.spool / QUARANTINE / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.exists():
                (self.stage_folder / "home" / "spool" / QUARANTINE / name).rename(target)
        self.settings.places.recordings.mkdir(exist_ok=True)
        self.watch("数据库", 0, 1)
        earlier = self.store.put_back(self.stage_folder / self.manifest.snapshot, self.stamp)
        if earlier is not None:
            self.aside.append(str(earlier))
        if os.geteuid() == 0 and self.store.file is not None:
            os.chown(self.store.file, self.home.stat().st_uid, self.home.stat().st_gid)
        self.watch("数据库", 1, 1)
        sync_folder(self.home)

    def _own(self) -> None:
        """Give what root restores to the account that the data folder belongs to."""
        owner = self.home.stat()
        if os.geteuid() == 0 and owner.st_uid != 0:
            for folder, _, files in os.walk(self.stage_folder):
                for one in (Path(folder), *(Path(folder) / name for name in files)):
                    os.chown(one, owner.st_uid, owner.st_gid)

    def _put_aside(self, target: Path) -> None:
        if not target.exists():
            return
        self.before.mkdir(exist_ok=True)
        if (self.before / target.name).exists():  # a restore that was cut off has put this here
            shutil.rmtree(target) if target.is_dir() else target.unlink()
            return
        shutil.move(target, self.before / target.name)
        if str(self.before) not in self.aside:
            self.aside.append(str(self.before))

    def finish(self, who: str) -> Restored:
        """Bring the structure up to date, rows and files to agreement, and write all of it into the audit."""
        places, shelf = self.settings.places, Shelf(self.settings.places.recordings, self.store.vault)
        before, newest = self.store.revision()
        self.store.upgrade()
        counts = self.store.counts()
        if counts != self.manifest.counts:
            raise NotRestored(f"恢复出来的数据库与清单不符: {counts}, 应为 {self.manifest.counts}")
        self.watch("对账", 0, 1)
        kept = list(self._keep_newer(shelf))
        found = list(self._look_elsewhere(shelf))
        agreed = agree(self.store, shelf, Spool(places.spool))
        self.watch("对账", 1, 1)
        told = {
            "backup": self.folder.name,
            "refiled": len(agreed.refiled),
            "missing": len(agreed.missing),
            "kept": len(kept),
        }
        self.store.audit(who, "backup.restore", self.folder.name, None, told)
        places.unfinished_restore.unlink()
        return Restored(
            folder=self.folder,
            manifest=self.manifest,
            counts=counts,
            upgraded=(before or "", newest),
            damaged=tuple(self.damaged),
            found=tuple(found),
            kept=tuple(kept),
            agreed=agreed,
            aside=tuple(self.aside),
            secrets={one.name for one in self.manifest.keys} <= set(secret_files(places, self.store.vault.folder)),
            config=tuple(self._other_config()),
        )

    def _keep_newer(self, shelf: Shelf) -> Iterator[str]:
        """Bring back the recordings that the data folder held and the backup does not know: they are newer."""
        old = self.before / "recordings"
        for key in walk(old):
            if not shelf.path(key).exists() and self._link(old / key, shelf.path(key)):
                yield recording_of(key)

    def _look_elsewhere(self, shelf: Shelf) -> Iterator[str]:
        """Take recordings that this backup lost or never had from the other backups beside it, as they were there."""
        wanted = {key for key in (*self.damaged, *self.manifest.missing) if not shelf.path(key).exists()}
        for other in reversed(said_of.backups(self.folder.parent)):
            if not wanted:
                return
            if other == self.folder:
                continue
            with contextlib.suppress(BackupUnusable):
                said_of.load(other)
                for entry in said_of.entries(other, said_of.RECORDINGS):
                    key = entry.path.removeprefix("recordings/")
                    if key in wanted and self._take(other / entry.path, shelf.path(key), entry):
                        wanted.discard(key)
                        yield key

    @staticmethod
    def _take(source: Path, target: Path, entry: Entry) -> bool:
        target.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError), source.open("rb") as stream:
            if copy(stream, target) == (entry.size, entry.sha256):
                return True
            target.unlink()
        return False

    @staticmethod
    def _link(source: Path, target: Path) -> bool:
        target.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            os.link(source, target)
            return True
        return False

    def _other_config(self) -> Iterator[str]:
        """Yield the names in which the configuration now differs from the backup's."""
        now, then = self.settings.places.config, self.folder / "config"
        for name in sorted({*walk(now), *walk(then)}):
            with contextlib.suppress(OSError):
                if (now / name).read_bytes() == (then / name).read_bytes():
                    continue
            yield name


def _require_still(settings: Settings) -> None:
    """Refuse while anything works on the data: a worker, the telephony process, Asterisk."""
    for lock in sorted(settings.places.run.glob("worker-*.lock")):
        with lock.open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise NotRestored("转写进程还在运行; 请先停下热线再恢复") from None
    agi = settings.telephony.agi
    with contextlib.suppress(OSError), socket.create_connection((agi.host, agi.port), 1.0):
        raise NotRestored(f"电话进程还在运行 (FastAGI {agi.host}:{agi.port} 在应答); 请先停下热线再恢复")
    with contextlib.suppress(AsteriskMissing):
        pid = asterisk_of(settings).pid()
        if pid is not None:
            raise NotRestored(f"Asterisk 还在运行 (PID {pid}), 可能有通话; 请先停下热线再恢复")


def _holds(place: Path) -> bool:
    return place.is_file() or next(iter(walk(place)), None) is not None


def _inside(folder: Path) -> Iterable[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else ()


def _said(error: OSError, home: Path) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        free = shutil.disk_usage(home).free >> 20 if home.is_dir() else 0
        return f"数据盘满了 ({home}, 剩 {free} MB): 没有恢复; 请腾出空间再来"
    return f"{error.filename or home}: {error.strerror or error}"
