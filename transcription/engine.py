"""What a recogniser is to the rest of the house: something that hears one channel of speech."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from transcription.transcript import Word

Samples = npt.NDArray[np.float32]
"""One channel: mono, -1 to 1."""

Progress = Callable[[float], None]
"""Called with the seconds heard so far."""


class ModelError(Exception):
    """A model cannot be used; the message says in Chinese why and what to do."""


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
