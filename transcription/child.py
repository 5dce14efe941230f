"""The recogniser in a child process of its own: kept warm, stopped when it takes too long, gone when its parent is.

Native code that hangs or crashes takes the child along, never the worker.
"""

import json
import os
import select
import selectors
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import IO, Any, Self, cast

from pydantic import TypeAdapter

from transcription.audio import AudioError, InMemory, Source
from transcription.engine import ModelError
from transcription.settings import TranscriptionConfig
from transcription.transcribe import OnProgress, nobody
from transcription.transcript import Transcript
from transcription.wire import from_plain

_STOP_SECONDS = 2.0
_READ = 1 << 16
_AT_ONCE = select.PIPE_BUF
_TAIL = 2000
_ROOT = Path(__file__).resolve().parent.parent


class RecogniserError(Exception):
    """The recogniser gave no transcript; the message says why in Chinese. Trying again may help."""


class TooSlow(RecogniserError):
    """The recogniser took longer than the recording's time limit and was stopped."""


class ChildDied(RecogniserError):
    """The child process ended in the middle of its work."""


class Closed(RecogniserError):
    """The recogniser was closed while it was listening, or before."""


@dataclass(slots=True)
class _Child:
    """A running child and its pipes; `errors` collects what it prints."""

    process: subprocess.Popen[bytes]
    asks: IO[bytes]
    answers: IO[bytes]
    errors: IO[bytes]
    began: float
    buffer: bytearray = field(default_factory=bytearray)
    ready: bool = False

    def send(self, until: float, said: dict[str, object], content: bytes = b"") -> bool:
        """Send a line and what follows it; False where the child does not take it before `until` (monotonic)."""
        pipe = self.asks.fileno()
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_WRITE)
            for part in (json.dumps(said, ensure_ascii=False).encode() + b"\n", content):
                rest = memoryview(part)
                while rest:
                    if not selector.select(max(0.0, until - monotonic())):
                        return False
                    # No more than what a pipe takes at once where it says that it takes anything.
                    rest = rest[os.write(pipe, rest[:_AT_ONCE]) :]
        return True

    def receive(self, until: float) -> dict[str, Any] | None:
        """Return the next line, None where `until` (monotonic) comes first; raises EOFError when the child is gone."""
        pipe = self.answers.fileno()
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_READ)
            while b"\n" not in self.buffer:
                if not selector.select(max(0.0, until - monotonic())):
                    return None
                piece = os.read(pipe, _READ)
                if not piece:
                    raise EOFError
                self.buffer += piece
        line, _, rest = self.buffer.partition(b"\n")
        self.buffer = bytearray(rest)
        said: dict[str, Any] = json.loads(bytes(line))
        return said

    def last_words(self) -> str:
        """Return the end of what the child printed."""
        self.errors.seek(0, os.SEEK_END)
        self.errors.seek(max(0, self.errors.tell() - _TAIL))
        return self.errors.read().decode("utf-8", "replace").strip()

    def kill(self) -> int:
        """End the child now and return its exit code."""
        self.process.kill()
        return self.dispose()

    def dispose(self) -> int:
        """Wait for the end (the child was told, or is dead) and let go of the pipes."""
        try:
            code = self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        for pipe in (self.asks, self.answers, self.errors):
            _close(pipe)
        return code


class Recogniser:
    """One child with its model, for one recording at a time; one of these to a worker.

    The child is started when first needed, or by `ready`, and again after it was stopped or died.
    """

    def __init__(self, config: TranscriptionConfig, models: Path) -> None:
        self._config, self._models = config, models
        self._turn = threading.Lock()
        self._child: _Child | None = None
        self._closed = False
        self._memory = 0
        # The kernel's death signal comes with the end of the *thread* that started the child: so one thread, ours for
        # as long as we live, starts them all, whichever thread asks.
        self._starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="recogniser")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def memory(self) -> int:
        """Return the most memory that the child has held, in bytes; 0 before its first answer."""
        return self._memory

    @property
    def pid(self) -> int | None:
        """Return the child's process id while there is one."""
        child = self._child
        return child.process.pid if child else None

    def ready(self) -> None:
        """Start the child and wait until its model is loaded; raises ModelError where it cannot be."""
        with self._turn:
            self._ready_child()

    def transcribe(self, audio: Source, on_progress: OnProgress = nobody, swapped: bool = False) -> Transcript:
        """Return what is said in a recording; see `transcribe.transcribe`.

        Raises AudioError (nothing to listen to), ModelError (no model), TooSlow, ChildDied or Closed.
        """
        with self._turn:
            child = self._ready_child()
            try:
                return self._listen(child, audio, on_progress, swapped)
            except AudioError:
                raise
            except TooSlow:
                self._drop(child)
                self._child = self._begin()
                raise
            except BaseException:
                # Whatever interrupts (Ctrl-C, a callback that fails), an answer half read must not greet the next job.
                self._drop(child)
                raise

    def close(self) -> None:
        """End the child; a job in hand raises Closed."""
        self._closed = True
        child = self._child
        if child is not None:
            child.process.kill()
        with self._turn:
            if self._child is not None:
                self._drop(self._child)
        self._starter.shutdown(wait=True)

    def _listen(self, child: _Child, audio: Source, on_progress: OnProgress, swapped: bool) -> Transcript:
        limits = self._config.limits
        began = monotonic()
        allowed = limits.floor_seconds
        if isinstance(audio, InMemory):
            asked = {"audio": audio.name, "bytes": len(audio.content), "swapped": swapped}
            taken = self._tell(child, began + allowed, asked, audio.content)
        else:
            taken = self._tell(child, began + allowed, {"audio": str(audio.resolve()), "swapped": swapped})
        if not taken:
            raise TooSlow(f"{audio.name}: 识别进程 {allowed:.0f} 秒内没有收下录音, 已中止; 上限见 limits")
        while True:
            said = self._hear(child, began + allowed)
            if said is None:
                raise TooSlow(f"{audio.name}: 识别超过 {allowed:.0f} 秒仍未完成, 已中止; 上限见 limits")
            if "transcript" in said:
                self._memory = int(said["memory"])
                return from_plain(said["transcript"])
            if "failed" in said:
                raise _failure(said)
            allowed = limits.for_audio(float(said["total"]))
            on_progress(float(said["done"]), float(said["total"]))

    def _ready_child(self) -> _Child:
        if self._closed:
            raise Closed("识别程序已关闭")
        if self._child is not None and self._child.process.poll() is not None:
            self._drop(self._child)
        child = self._child = self._child or self._begin()
        if child.ready:
            return child
        try:
            if self._closed:  # while the child was being started
                raise Closed("识别程序已关闭")
            said = self._hear(child, child.began + self._config.limits.start_seconds)
            if said is None:
                raise TooSlow(
                    f"装载模型超过 {self._config.limits.start_seconds:.0f} 秒, 已中止; 上限见 limits.start_seconds"
                )
            if "failed" in said:
                raise _failure(said)
        except BaseException:
            self._drop(child)
            raise
        child.ready, self._memory = True, int(said["memory"])
        return child

    def _begin(self) -> _Child:
        return self._starter.submit(self._start).result()

    def _start(self) -> _Child:
        errors = tempfile.TemporaryFile()  # noqa: SIM115  closed with the child
        try:
            process = subprocess.Popen(
                [sys.executable, "-m", "transcription.listen", str(os.getpid())],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=self._environment(),
                start_new_session=True,
            )
        except OSError as error:
            errors.close()
            raise ChildDied(f"识别进程启动不了: {error.strerror}") from None
        child = _Child(process, cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout), errors, monotonic())
        config = TypeAdapter(TranscriptionConfig).dump_python(self._config, mode="json")
        self._tell(child, monotonic() + _STOP_SECONDS, {"config": config, "models": str(self._models.resolve())})
        return child

    def _environment(self) -> dict[str, str]:
        threads = str(self._config.whisper.threads)
        return {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH")))),
            "PYTHONWARNINGS": "ignore",
            "OMP_NUM_THREADS": threads,
            "OPENBLAS_NUM_THREADS": threads,
            "HF_HUB_OFFLINE": "1",
        }

    def _tell(self, child: _Child, until: float, said: dict[str, object], content: bytes = b"") -> bool:
        try:
            return child.send(until, said, content)
        except BrokenPipeError:
            raise self._died(child) from None

    def _hear(self, child: _Child, until: float) -> dict[str, Any] | None:
        try:
            return child.receive(until)
        except EOFError:
            raise self._died(child) from None

    def _died(self, child: _Child) -> RecogniserError:
        words = child.last_words()
        code = child.dispose()
        if self._closed:
            return Closed("识别程序已关闭")
        how = f"信号 {-code}" if code < 0 else f"退出码 {code}"
        return ChildDied(f"识别进程意外结束({how})" + (f": {words.splitlines()[-1]}" if words else ""))

    def _drop(self, child: _Child) -> None:
        if not child.asks.closed:
            child.kill()
        if self._child is child:
            self._child = None


def _failure(said: dict[str, Any]) -> Exception:
    kinds: dict[str, Callable[[str], Exception]] = {"audio": AudioError, "model": ModelError}
    return kinds.get(str(said["failed"]), RecogniserError)(str(said["message"]))


def _close(pipe: IO[bytes]) -> None:
    """Close a pipe whose other end may be gone with bytes still unwritten."""
    try:
        pipe.close()
    except BrokenPipeError:
        return
