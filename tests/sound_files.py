"""Sound files made for tests: tones and noise, written by libsndfile in any coding."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

Samples = npt.NDArray[np.float32]


def tone(seconds: float, rate: int = 8000, hertz: float = 440.0, level: float = 0.3) -> Samples:
    """Return a sine."""
    at = np.arange(round(seconds * rate)) / rate
    return (level * np.sin(2 * np.pi * hertz * at)).astype(np.float32)


def silence(seconds: float, rate: int = 8000) -> Samples:
    """Return nothing, for so long."""
    return np.zeros(round(seconds * rate), dtype=np.float32)


def write(path: Path, *channels: Samples, rate: int = 8000, subtype: str = "PCM_16", kind: str = "WAV") -> Path:
    """Write channels of one length into a file."""
    soundfile.write(path, np.stack(channels, axis=1), rate, subtype=subtype, format=kind)
    return path
