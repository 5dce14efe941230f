"""The `agi:` section of config/telephony.yaml: where FastAGI listens, and how long anything may take."""

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from domain.record import STRICT

Seconds = Annotated[float, Field(gt=0, le=3600)]
Port = Annotated[int, Field(ge=1, le=65535)]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class AgiSettings:
    """Limits of the FastAGI server; all times in seconds.

    `header` bounds the whole agi_* block, `answer` a command's reply beyond the time that the command itself asks for,
    `session` a whole session. `rescue` is the dead man's switch: how long after a step should have ended Asterisk takes
    the call back from us; it must be longer than `answer`, so that we give up first and say why in the log. `close`
    bounds a polite close, `stop` the wait for running sessions when the process ends.
    """

    host: str = "127.0.0.1"
    port: Port = 4573
    backlog: Annotated[int, Field(ge=1, le=4096)] = 256
    connections: Annotated[int, Field(ge=1, le=10_000)] = 500
    header: Seconds = 2.0
    header_lines: Annotated[int, Field(ge=30, le=1000)] = 200
    header_bytes: Annotated[int, Field(ge=4096, le=1 << 20)] = 1 << 16
    reply_bytes: Annotated[int, Field(ge=4096, le=1 << 20)] = 1 << 15
    answer: Seconds = 2.0
    session: Seconds = 300.0
    rescue: Seconds = 3.0
    close: Seconds = 1.0
    stop: Seconds = 10.0
