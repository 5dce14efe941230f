"""Structured logs: one line an event, JSON in files and for programs, coloured keys for a person at a terminal."""

import logging
import sys
from pathlib import Path
from typing import TextIO

import structlog


def configure(process: str, stream: TextIO = sys.stderr, level: int = logging.INFO) -> None:
    """Send every log of this process, the standard library's included, to `stream`, marked with the process's name."""
    person = stream.isatty()
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if person else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    last = [renderer] if person else [structlog.processors.format_exc_info, renderer]
    # Our own lines go straight out: the standard library's logging would cost a call as much as deciding its route.
    structlog.configure(
        processors=[*shared, *last],
        logger_factory=structlog.WriteLoggerFactory(stream),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last]
    )
    out = logging.StreamHandler(stream)
    out.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [out]
    root.setLevel(level)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(process=process)
    for noisy in ("httpx", "httpcore", "faster_whisper", "dbos", "alembic"):
        logging.getLogger(noisy).setLevel(max(level, logging.WARNING))


def to_file(process: str, folder: Path) -> Path:
    """Send this process's log to a file beside those of its children, and return it: the terminal is for the person."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{process}.log"
    configure(process, file.open("a", encoding="utf-8", buffering=1))
    return file
