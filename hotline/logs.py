"""Structured logs: one line an event, JSON in files and for programs, coloured keys for a person at a terminal."""

import logging
import os
import re
import stat
import sys
from pathlib import Path
from typing import Any, TextIO

import structlog

from domain.phone_number import mask

_DIGITS = re.compile(
    r"(?P<ours>(?<![0-9A-Za-z])[0-9A-Za-z]+-\d{9,10}\.\d+|_\d{13}_)"  # a linkedid, or the moment in a leg's name
    r"|(?<!\d)1\d\d[ -]\d{4}[ -]\d{4}(?!\d)"
    r"|\+?\d{7,}"
)
_IDS = frozenset({"linkedid", "recording", "recordings", "timestamp", "pid", "revision"})
"""What is never a telephone number: ids of ours, which hold the second of the call."""


def configure(process: str, stream: TextIO = sys.stderr, level: int = logging.INFO) -> None:
    """Send every log of this process, the standard library's included, to `stream`, marked with the process's name.

    Whatever binds a linkedid with structlog.contextvars has it on every line until it lets go. Telephone numbers are
    masked wherever they stand. A stream into a file follows the file's name: who rotates logs may simply rename it.
    """
    person = stream.isatty()

    def name(_logger: object, _method: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
        line["process"] = process  # no context variable: those of a thread begin empty
        return line

    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        name,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if person else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    last = [hide_numbers, renderer] if person else [structlog.processors.format_exc_info, hide_numbers, renderer]
    out = _following(stream)
    # Our own lines go straight out: the standard library's logging would cost a call as much as deciding its route.
    structlog.configure(
        processors=[*shared, *last],
        logger_factory=structlog.WriteLoggerFactory(out),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last]
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    structlog.contextvars.clear_contextvars()
    for noisy in ("httpx", "httpcore", "faster_whisper", "dbos", "alembic"):
        logging.getLogger(noisy).setLevel(max(level, logging.WARNING))


def to_file(process: str, folder: Path) -> Path:
    """Send this process's log to a file beside those of its children, and return it: the terminal is for the person."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{process}.log"
    configure(process, file.open("a", encoding="utf-8", buffering=1))
    return file


def hide_numbers(_logger: object, _method: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Mask whatever looks like a telephone number, in every value but our own ids."""
    for key, value in line.items():
        if key not in _IDS:
            line[key] = _hidden(value)
    return line


def masked(text: str) -> str:
    """Return a text without a telephone number that could be dialled; ids and moments of ours stay."""
    return _DIGITS.sub(lambda found: found[0] if found["ours"] else mask(re.sub("[ -]", "", found[0])), text)


def _hidden(value: Any) -> Any:
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, bool | int | float) or value is None:
        return value
    if isinstance(value, dict):
        return {key: _hidden(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_hidden(inner) for inner in value]
    return value


def _following(stream: TextIO) -> TextIO:
    """Return the stream, or, where it writes into a file, one that goes on in a new file once that one is renamed."""
    try:
        descriptor = stream.fileno()
        file = Path(os.readlink(f"/proc/self/fd/{descriptor}"))
        if not stat.S_ISREG(os.fstat(descriptor).st_mode) or not file.is_file():
            return stream
    except (OSError, ValueError, AttributeError):
        return stream
    return _Following(stream, descriptor, file)  # type: ignore[return-value]  # all that loggers ask of a stream


class _Following:
    """A log file under its name. The descriptor itself is replaced, so that tracebacks and children follow as well."""

    def __init__(self, stream: TextIO, descriptor: int, file: Path) -> None:
        self._stream = stream
        self._descriptor = descriptor
        self._file = file
        self._inode = os.fstat(descriptor).st_ino

    def write(self, text: str) -> int:
        """Write a line into whatever file now has the name."""
        try:
            if os.stat(self._file).st_ino != self._inode:
                self._reopen()
        except FileNotFoundError:
            self._reopen()
        except OSError:
            pass  # the old file is better than none
        return self._stream.write(text)

    def flush(self) -> None:
        """Hand on what is buffered."""
        self._stream.flush()

    def _reopen(self) -> None:
        self._stream.flush()
        try:
            new = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
        except OSError:
            return
        os.dup2(new, self._descriptor)
        os.close(new)
        self._inode = os.fstat(self._descriptor).st_ino
