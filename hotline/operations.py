"""What config/operations.yaml says: where metrics are read, and when something counts as a fault."""

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from domain.problem import Problem
from domain.record import STRICT

Seconds = Annotated[float, Field(gt=0, le=3600)]
_LAST_PORT = 65535
_MOST_SLOTS = 256


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class MetricsSettings:
    """Each process that lives has a port of its own from `first_port` on; 0 means that none listens."""

    host: str = "127.0.0.1"
    first_port: Annotated[int, Field(ge=0, le=_LAST_PORT)] = 9345

    def port(self, process: str, slot: int = 0) -> int:
        """Return the port of up, watch, telephony or (the slot's) worker; 0 where there is none."""
        place = ("up", "watch", "telephony", "worker").index(process)
        return self.first_port + place + slot if self.first_port else 0


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class FaultSettings:
    """When something is a fault. `backup_hours` of 0 means that backups are made and watched by others."""

    look_seconds: Annotated[float, Field(ge=0.2, le=300)] = 5
    census_seconds: Seconds = 60
    answer_seconds: Annotated[float, Field(gt=0, le=30)] = 2
    down_seconds: Seconds = 3
    no_phone_seconds: Seconds = 30
    stuck_minutes: Annotated[float, Field(gt=0, le=1440)] = 15
    waiting_minutes: Annotated[float, Field(gt=0, le=10080)] = 60
    silent_seconds: Seconds = 45
    clock_seconds: Seconds = 2
    backup_hours: Annotated[float, Field(ge=0, le=8760)] = 26
    keep_days: Annotated[float, Field(gt=0, le=3650)] = 30


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class OperationsSettings:
    """The whole of config/operations.yaml."""

    metrics: MetricsSettings = Field(default_factory=MetricsSettings)
    faults: FaultSettings = Field(default_factory=FaultSettings)


def check(settings: OperationsSettings, heartbeat_seconds: float) -> list[Problem]:
    """Return every fault that the types alone do not show; `heartbeat_seconds` is store.yaml's."""
    found = []
    first = settings.metrics.first_port
    if first and first + 3 + _MOST_SLOTS > _LAST_PORT:
        found.append(Problem(("metrics", "first_port"), f"不能大于 {_LAST_PORT - 3 - _MOST_SLOTS}: 每个进程要一个端口"))
    if settings.faults.silent_seconds <= 2 * heartbeat_seconds:
        text = f"应大于 store.yaml 里 jobs.heartbeat_seconds ({heartbeat_seconds:g}) 的两倍, 否则健康的转写进程也会告警"
        found.append(Problem(("faults", "silent_seconds"), text))
    return found
