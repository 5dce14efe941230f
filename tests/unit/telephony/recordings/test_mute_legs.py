"""A leg in which nothing at all stands is told from a quiet room."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from telephony.recordings.repair import find_samples, is_mute


@pytest.mark.parametrize(
    ("samples", "mute"),
    [
        (np.zeros(200_000, dtype=np.int16), True),
        (np.full(16_000, -8, dtype=np.int16), True),  # what A-law writes for nothing
        (np.array([0] * 150_000 + [24] + [0] * 10, dtype=np.int16), False),
        (np.array([-32768], dtype=np.int16), False),
        (np.zeros(0, dtype=np.int16), True),
    ],
)
def test_only_what_a_codec_writes_for_nothing_is_mute(tmp_path: Path, samples: np.ndarray, mute: bool) -> None:
    file = tmp_path / "leg.wav"
    soundfile.write(file, samples, 8000, subtype="PCM_16")
    assert is_mute(file, find_samples(file)) is mute
