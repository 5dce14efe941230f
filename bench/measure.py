"""What every bench says about itself: processor time of processes, quantiles, and the machine it ran on."""

import os
import platform
import re
import shutil
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pids: Iterable[int]) -> float:
    """Return the processor time that processes (all their threads, ended ones too) have used so far."""
    # A process's clock, as clock_getcpuclockid(3) makes it: to the nanosecond, where /proc counts in 10 ms.
    return sum(time.clock_gettime((~pid << 3) | 2) for pid in pids)


def resident_megabytes(pid: int) -> float:
    """Return the memory that a process holds in RAM."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


def machine_seconds() -> float:
    """Return the processor time that the whole machine has used so far, on all cores."""
    fields = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
    idle = fields[3] + fields[4]
    return (sum(fields[:8]) - idle) / TICK


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@dataclass(frozen=True, slots=True)
class Noise:
    """How much of the machine others used during a measurement: a share of all cores, from 0 to 1."""

    others: float

    def __str__(self) -> str:
        return f"other processes took {self.others:.0%} of the machine"


@dataclass(slots=True)
class Watch:
    """Compares what the machine used with what the processes of a bench used, between two moments."""

    pids: tuple[int, ...]
    wall: float = 0.0
    total: float = 0.0
    own: float = 0.0

    def begin(self, wall: float, own_extra: float = 0.0) -> None:
        """Take the first reading; `own_extra` is processor time of ours that no pid in the list stands for."""
        self.wall, self.total = wall, machine_seconds()
        self.own = cpu_seconds(self.pids) + own_extra

    def end(self, wall: float, own_extra: float = 0.0) -> Noise:
        """Take the second reading."""
        total = machine_seconds() - self.total
        own = cpu_seconds(self.pids) + own_extra - self.own
        return Noise(max(0.0, total - own) / ((wall - self.wall) * (os.cpu_count() or 1)))


def own_seconds() -> float:
    """Return the processor time of this process and of its children that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def machine() -> str:
    """Return the machine in one line."""
    found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    model = found[1] if found else platform.processor() or platform.machine()
    sipp = "sipp" if shutil.which("sipp") else "no sipp"
    return f"{model}, {os.cpu_count()} cores, Linux {platform.release()}, Python {platform.python_version()}, {sipp}"
