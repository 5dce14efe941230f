"""The child process that listens: loads the model once, then answers one recording after another.

`python -m transcription.listen <pid of the parent>`: JSON lines in and out, nothing executable in them. The first line
in says what to load; its answer is `ready` or `failed`. Each further line asks for a recording; the answers are lines
with `done` and `total` (seconds), and at last `transcript` or `failed`. A recording is a file's name, or follows its
line as that many bytes, so that what is sealed on disk is plain in memory alone. The process ends when its input ends
or its parent dies, however that dies.
"""

import ctypes
import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from pydantic import TypeAdapter

from transcription.audio import AudioError, InMemory, Source
from transcription.engine import Engine, ModelError
from transcription.engines import build
from transcription.settings import TranscriptionConfig
from transcription.transcribe import transcribe
from transcription.wire import to_plain

_PR_SET_PDEATHSIG = 1


class ParentGone(Exception):
    """Whoever started this process has died."""


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process with its parent; raises ParentGone where it is dead already."""
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    if os.getppid() != parent:
        raise ParentGone


def main(parent: int) -> None:
    """Listen until the input ends."""
    die_with_parent(parent)
    out = _take_stdout()
    asks = sys.stdin.buffer
    ask = json.loads(asks.readline())
    config = TypeAdapter(TranscriptionConfig).validate_python(ask["config"])
    try:
        engine = build(config, Path(ask["models"]))
    except ModelError as error:
        _say(out, failed="model", message=str(error))
        return
    _say(out, ready=True, engine=engine.name, model=engine.model, memory=_memory())
    for line in iter(asks.readline, b""):
        ask = json.loads(line)
        _answer(ask, _recording(ask, asks), engine, config, out)


def _recording(ask: dict[str, Any], asks: BinaryIO) -> Source:
    """Return what is to be listened to; raises ParentGone where the bytes end before they should."""
    if "bytes" not in ask:
        return Path(ask["audio"])
    content = asks.read(int(ask["bytes"]))
    if len(content) < int(ask["bytes"]):
        raise ParentGone
    return InMemory(str(ask["audio"]), content)


def _answer(ask: dict[str, Any], audio: Source, engine: Engine, config: TranscriptionConfig, out: TextIO) -> None:
    def on_progress(done: float, total: float) -> None:
        _say(out, done=done, total=total)

    try:
        transcript = transcribe(audio, engine, config, bool(ask["swapped"]), on_progress)
    except AudioError as error:
        _say(out, failed="audio", message=str(error))
    except MemoryError:
        _say(out, failed="memory", message="内存不足")
    else:
        _say(out, transcript=to_plain(transcript), memory=_memory())


def _take_stdout() -> TextIO:
    """Keep the pipe for ourselves: what a library prints goes to the error output and cannot garble an answer."""
    pipe = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(pipe, "w", encoding="utf-8")


def _say(out: TextIO, **said: object) -> None:
    out.write(json.dumps(said, ensure_ascii=False) + "\n")
    out.flush()


def _memory() -> int:
    """Return the most memory held so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]))
    except (ParentGone, BrokenPipeError):
        os._exit(1)
