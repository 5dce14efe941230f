"""A model's zip file unpacked all or not at all."""

import shutil
import stat
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from transcription.engine import ModelError

_SPARE = 50_000_000


def unpack(archive: Path, target: Path, check: Callable[[Path], None]) -> None:
    """Unpack a zip into the folder `target`, which appears only when `check` has let it pass.

    A single folder around everything, as upstream packs it, is left out. Raises ModelError and leaves nothing behind.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as scratch:
        work = Path(scratch) / "model"
        try:
            with zipfile.ZipFile(archive) as file:
                _require_sane(archive, file, target.parent)
                file.extractall(work)
        except zipfile.BadZipFile as error:
            raise ModelError(f"{archive} 不是完整的 zip 文件({error}); 请删除后重新下载") from None
        except OSError as error:
            raise ModelError(f"解压 {archive} 失败: {error.strerror or error}") from None
        check(root := _root(work))
        put_in_place(root, target)


def put_in_place(folder: Path, target: Path) -> None:
    """Make a finished folder appear under its name at one stroke; an older one of that name goes."""
    if target.exists():
        old = folder.parent / "old"
        target.rename(old)
        folder.rename(target)
        shutil.rmtree(old, ignore_errors=True)
    else:
        folder.rename(target)


def _root(work: Path) -> Path:
    inside = list(work.iterdir())
    return inside[0] if len(inside) == 1 and inside[0].is_dir() else work


def _require_sane(archive: Path, file: zipfile.ZipFile, folder: Path) -> None:
    for entry in file.infolist():
        name = PurePosixPath(entry.filename)
        if name.is_absolute() or ".." in name.parts or stat.S_ISLNK(entry.external_attr >> 16):
            raise ModelError(f"{archive} 里有不安全的路径 {entry.filename!r}, 已拒绝解压")
    needed = sum(entry.file_size for entry in file.infolist())
    free = shutil.disk_usage(folder).free
    if needed + _SPARE > free:
        raise ModelError(f"磁盘空间不足: 解压需要 {needed / 1e6:.0f} MB, {folder} 只剩 {free / 1e6:.0f} MB")
