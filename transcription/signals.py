"""What sounds on a channel and is no voice: music on hold, a fax machine, the tones of a line."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from transcription.audio import resample
from transcription.engine import Samples

_RATE = 8_000
_FRAME, _HOP = 512, 256
_LAG = 3
"""Frames, about 0.1 s: a note holds that long, a voice has moved on (steady frames of speech 1 %, of music 86 %)."""
_ALIKE = 0.9
_QUIET = 1e-4
"""Power below the loudest frame's at which a frame is none (-40 dB)."""
_LOWEST_BIN = 5
"""Mains hum lies below (78 Hz)."""
_AROUND, _DENSE = 50, 0.3
"""Frames before and after one (1.6 s each) of which this share must be steady: a long vowel stands alone."""
_SHORTEST = 8
"""Frames of a fax's tone in a row, a quarter of a second."""
_PURE = 0.85
"""Share of a frame's power about one frequency from which it is a tone."""
_HERTZ = 25.0
_SILENT = 1e-3
"""Peak to peak, below which a channel is silent: the 8 that A-law writes for nothing, and a bit that flickers."""
_AT_ONCE = 4_096
"""Frames looked at together: an hour's spectra at once would take a gigabyte."""


class Signal(StrEnum):
    """What a sound is, as the note says it."""

    FAX_CALLING = "传真机呼叫音(1100 Hz)"
    FAX_ANSWERING = "传真机应答音(2100 Hz)"
    TONE = "线路信号音"
    MUSIC = "音乐(等候音乐或背景音乐)"


_FAX = {Signal.FAX_CALLING: 1100.0, Signal.FAX_ANSWERING: 2100.0}
"""ITU-T T.30: CNG sounds half a second in every three and a half, CED three seconds once."""
_LEAST = {Signal.FAX_CALLING: 0.4, Signal.FAX_ANSWERING: 1.0, Signal.TONE: 0.8, Signal.MUSIC: 3.0}
"""Seconds from which each is believed."""


@dataclass(frozen=True, slots=True)
class Signals:
    """The signals of a channel with their seconds, and for every frame whether one sounds."""

    seconds: dict[Signal, float]
    sounding: npt.NDArray[np.bool_]

    def share(self, start: float, end: float) -> float:
        """Return which share of a stretch (seconds) is signal."""
        part = self.sounding[int(start * _RATE) // _HOP : max(int(end * _RATE) // _HOP, int(start * _RATE) // _HOP + 1)]
        return float(part.mean()) if len(part) else 0.0


def find(samples: Samples, rate: int) -> Signals:
    """Return the signals that sound on a channel, those too short to be believed left out."""
    audio = resample(samples, rate, _RATE)
    if len(audio) < _FRAME * 2:
        return Signals({}, np.zeros(0, dtype=np.bool_))
    if float(np.ptp(samples)) < _SILENT:
        return Signals({}, np.zeros(0, dtype=np.bool_))
    frames = np.lib.stride_tricks.sliding_window_view(audio, _FRAME)[::_HOP]
    parts = [_look(frames[at : at + _AT_ONCE + _LAG]) for at in range(0, len(frames), _AT_ONCE)]
    power, purity, hertz, alike = (np.concatenate([part[i][:_AT_ONCE] for part in parts]) for i in range(4))
    loud = power > max(float(power.max()) * _QUIET, 1e-6)
    before = np.concatenate([np.zeros(_LAG), alike[:-_LAG]])
    steady = loud & (np.maximum(alike, before) > _ALIKE)
    tone = loud & (purity > _PURE)
    masks = {signal: _lasting(tone & (np.abs(hertz - at) < _HERTZ)) for signal, at in _FAX.items()}
    fax = np.logical_or.reduce(list(masks.values()))
    dense = steady & (_density(steady) > _DENSE)
    masks[Signal.TONE] = tone & dense & ~fax
    masks[Signal.MUSIC] = dense & ~tone
    found = {signal: round(float(mask.sum()) * _HOP / _RATE, 2) for signal, mask in masks.items()}
    believed = {signal: seconds for signal, seconds in found.items() if seconds >= _LEAST[signal]}
    if Signal.MUSIC in believed and Signal.TONE in believed:  # a flute's notes are tones
        believed[Signal.MUSIC] += believed.pop(Signal.TONE)
        masks[Signal.MUSIC] |= masks[Signal.TONE]
    sounding = np.zeros(len(frames), dtype=np.bool_)
    for signal in believed:
        sounding |= masks[signal]
    return Signals(believed, sounding)


def _lasting(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return the mask without what lasts less than a fax's shortest tone."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]])))
    kept = np.zeros_like(mask)
    for start, end in edges.reshape(-1, 2):
        kept[start:end] = end - start >= _SHORTEST
    return kept


def _density(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Return for every frame the share of its surroundings that the mask holds."""
    sums = np.concatenate([[0], np.cumsum(mask)])
    at = np.arange(len(mask))
    first, last = np.maximum(at - _AROUND, 0), np.minimum(at + _AROUND + 1, len(mask))
    density: npt.NDArray[np.float64] = (sums[last] - sums[first]) / (last - first)
    return density


def _look(frames: Samples) -> tuple[npt.NDArray[np.float64], ...]:
    """Return of every frame its power, the share of it about its peak, the peak's frequency, and how like its spectrum
    is to that of the frame `_LAG` later."""
    spectra = np.abs(np.fft.rfft(frames * np.hanning(_FRAME), axis=1))[:, _LOWEST_BIN:]
    energy = np.square(spectra)
    power = energy.sum(axis=1)
    peak = energy[:, 2:-2].argmax(axis=1) + 2
    about = sum(energy[np.arange(len(peak)), peak + step] for step in range(-2, 3))
    length = np.sqrt(power)
    alike = np.zeros(len(frames))
    alike[:-_LAG] = (spectra[:-_LAG] * spectra[_LAG:]).sum(axis=1) / (length[:-_LAG] * length[_LAG:] + 1e-12)
    return power, about / (power + 1e-12), (peak + _LOWEST_BIN) * (_RATE / _FRAME), alike
