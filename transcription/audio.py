"""Recordings read as they come: any sample rate and coding, one channel or two, even with the header of a crash."""

import io
import struct
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile
import soxr

from transcription.engine import Samples

_HEADER = 44
_LOOK = 4096
_MOST_CHANNELS = 2
_LOWEST_RATE, _HIGHEST_RATE = 4_000, 384_000


class AudioError(Exception):
    """A file cannot be listened to; the message says in Chinese what is wrong with it."""


@dataclass(frozen=True, slots=True)
class InMemory:
    """A recording that lies in no file, because its plain sound is not to be on a disk; `name` is for messages."""

    name: str
    content: bytes = field(repr=False)


Source = Path | InMemory


@dataclass(frozen=True, slots=True)
class Audio:
    """A recording: one or two channels of equal length at `rate`; `notes` say in Chinese what had to be mended."""

    channels: tuple[Samples, ...]
    rate: int
    notes: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        """Return the length."""
        return len(self.channels[0]) / self.rate


def levels(audio: Audio, steps: int) -> list[list[float]]:
    """Return how loud each channel is in equal steps of time, 0 to 1 of its own loudest."""
    found = []
    for samples in audio.channels:
        loud = [float(np.abs(part).max(initial=0.0)) for part in np.array_split(samples, steps)]
        most = max(loud) or 1.0
        found.append([each / most for each in loud])
    return found


def read(path: Source, longest_seconds: float = float("inf")) -> Audio:
    """Read a recording; raises AudioError where there is nothing to listen to."""
    source, notes = _source(path)
    try:
        with soundfile.SoundFile(source) as file:
            rate, channels = int(file.samplerate), int(file.channels)
            _require_shape(path, rate, channels)
            _require_length(path, file.frames / rate, longest_seconds)
            data = file.read(dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise AudioError(f"{path.name}: 不是能识别的音频文件({error.error_string.rstrip('.')})") from None
    if len(data) == 0:
        raise AudioError(f"{path.name}: 录音长度为 0 秒, 里面没有声音")
    clean = np.nan_to_num(data, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
    return Audio(tuple(np.ascontiguousarray(clean[:, i]) for i in range(channels)), rate, notes)


def resample(samples: Samples, rate: int, wanted: int) -> Samples:
    """Return the samples at another rate; the length in seconds stays, to within one sample."""
    if rate == wanted or len(samples) == 0:
        return samples
    return np.asarray(soxr.resample(samples, rate, wanted, quality="HQ"), dtype=np.float32)


def _require_shape(path: Source, rate: int, channels: int) -> None:
    if channels > _MOST_CHANNELS:
        raise AudioError(f"{path.name}: 有 {channels} 个声道; 只认单声道, 或左右各一方的双声道")
    if not _LOWEST_RATE <= rate <= _HIGHEST_RATE:
        raise AudioError(f"{path.name}: 采样率 {rate} Hz 不合理, 文件头可能已损坏")


def _require_length(path: Source, seconds: float, longest: float) -> None:
    if seconds > longest:
        raise AudioError(
            f"{path.name}: 录音长 {seconds / 60:.0f} 分钟, 超过上限 {longest / 60:.0f} 分钟; "
            "请先分段, 或调大 limits.longest_seconds"
        )


def _source(path: Source) -> tuple[Path | io.BytesIO, tuple[str, ...]]:
    """Return what to hand to libsndfile: the file or the bytes themselves, or a copy with a mended header."""
    if isinstance(path, InMemory):
        return _looked_at(path, path.content[:_LOOK], len(path.content))
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(_LOOK)
    except FileNotFoundError:
        raise AudioError(f"{path}: 找不到这个文件") from None
    except IsADirectoryError:
        raise AudioError(f"{path}: 是文件夹, 不是录音文件") from None
    except OSError as error:
        raise AudioError(f"{path}: 读不出来({error.strerror})") from None
    return _looked_at(path, head, size)


def _looked_at(path: Source, head: bytes, size: int) -> tuple[Path | io.BytesIO, tuple[str, ...]]:
    whole = path if isinstance(path, Path) else io.BytesIO(path.content)
    if size == 0:
        raise AudioError(f"{path.name}: 文件是空的(0 字节)")
    if not (head[:4] == b"RIFF" and (size < 12 or head[8:12] == b"WAVE")):
        return whole, ()
    if size < _HEADER:
        raise AudioError(f"{path.name}: 文件头不完整(只有 {size} 字节), 录音没有存下来")
    mended = _mended(path, head, size)
    return mended or (whole, ())


def _mended(path: Source, head: bytes, size: int) -> tuple[io.BytesIO, tuple[str, ...]] | None:
    """Give a WAVE file whose header was never completed the sizes that the file's length tells; None where it was.

    A recorder that is killed leaves both sizes at 0 (Asterisk) or at the largest number (streams); a file cut off
    while it was copied claims more than it has.
    """
    at = _find_data(path, head)
    (claimed,) = struct.unpack_from("<I", head, at + 4)
    there = size - at - 8
    if 0 < claimed <= there or there <= 0:
        return None
    whole = bytearray(path.read_bytes() if isinstance(path, Path) else path.content)
    struct.pack_into("<I", whole, 4, min(len(whole) - 8, 0xFFFFFFFF))
    struct.pack_into("<I", whole, at + 4, min(len(whole) - at - 8, 0xFFFFFFFF))
    if claimed == 0:
        note = "录音文件头没有写完(录音时进程中断), 已按文件长度读取"
    else:
        note = "录音文件不完整(文件头声明的长度大于实际), 已读取现有部分"
    return io.BytesIO(bytes(whole)), (note,)


def _find_data(path: Source, head: bytes) -> int:
    """Return where the data chunk begins in the head of a WAVE file."""
    at, described = 12, False
    while at + 8 <= len(head):
        name = head[at : at + 4]
        (length,) = struct.unpack_from("<I", head, at + 4)
        if name == b"data":
            if not described:
                break
            return at
        described = described or name == b"fmt "
        at += 8 + length + length % 2
    raise AudioError(f"{path.name}: 文件头已损坏, 找不到音频数据")
