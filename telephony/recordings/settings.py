"""What config/recordings.yaml says."""

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from domain.problem import Problem
from domain.record import STRICT

Seconds = Annotated[float, Field(gt=0, le=86400)]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class RecordingSettings:
    """How finished calls are found, and how long their recordings are kept.

    A call that ended is taken in at once where its legs are closed, else when they were left alone for
    `settle_seconds`; one without an end (a crash) after `quiet_seconds`. A leg further than `longest_call_hours` from
    its call's start has a wrong clock.
    """

    retention_days: Annotated[int, Field(ge=1, le=36500)] = 1095
    sweep_seconds: Seconds = 60
    settle_seconds: Seconds = 2
    quiet_seconds: Seconds = 300
    longest_call_hours: Annotated[float, Field(gt=0, le=48)] = 12
    low_space_mb: Annotated[int, Field(ge=1)] = 2048


def check(settings: RecordingSettings) -> list[Problem]:
    """Return every fault that the types alone do not show."""
    found = []
    if settings.quiet_seconds < 30:
        found.append(Problem(("quiet_seconds",), "不能小于 30 秒, 否则还在通话的录音会被提前收走"))
    if settings.quiet_seconds <= settings.settle_seconds:
        found.append(Problem(("quiet_seconds",), "应大于 settle_seconds"))
    if settings.longest_call_hours * 3600 <= settings.quiet_seconds:
        found.append(Problem(("longest_call_hours",), "应长于 quiet_seconds"))
    return found
