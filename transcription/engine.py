"""What a recogniser is to the rest of the house: something that hears one channel of speech."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from transcription.transcript import Reading, Word

Samples = npt.NDArray[np.float32]
"""One channel: mono, -1 to 1."""

Progress = Callable[[float], None]
"""Called with the seconds heard so far."""


class ModelError(Exception):
    """A model cannot be used; the message says in Chinese why and what to do."""


def remedy(directory: Path, given: str | None) -> str:
    """Return what to do about a model that is absent or broken, by how the configuration names it.

    What is installed is installed under its name; nothing is ever put at an absolute path. None: by its name.
    """
    if given is None or not Path(given).is_absolute():
        old = "删除这个文件夹后" if directory.is_dir() else ""
        return f"请{old}执行 hotline models install {given or directory.name}"
    return (
        "transcription.yaml 里写的是绝对路径, 那里的模型须自行放好: 请核对路径, 或放入完整的模型; "
        "也可以改写模型名 (hotline models status 列出), 再用 hotline models install 安装"
    )


@dataclass(frozen=True, slots=True)
class Heard:
    """A stretch of recognised speech: its words' texts, joined, are its text; times are seconds of the samples."""

    words: tuple[Word, ...]
    confidence: float | None = None
    alternatives: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Return the words as text."""
        return "".join(word.text for word in self.words).strip()


class Engine(Protocol):
    """A recogniser with its model loaded. `rate` is the only sample rate it takes, None where it takes any."""

    @property
    def name(self) -> str: ...

    @property
    def model(self) -> str: ...

    @property
    def rate(self) -> int | None: ...

    def hear(self, samples: Samples, rate: int, on_progress: Progress) -> list[Heard]:
        """Return what is said in the samples, in order."""
        ...

    def digits(self, samples: Samples, rate: int, before: str, example: str) -> tuple[Reading, ...]:
        """Return the ways to read a number that is said in the samples after the words `before`, likeliest first;
        `example` shows how digits are written, to an engine that can be shown."""
        ...
