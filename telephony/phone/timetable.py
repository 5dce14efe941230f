"""Things to do later in a single-threaded loop."""

import heapq
from collections.abc import Callable


class Timetable:
    """Jobs by their time; `run_due` does those whose time has come, in order."""

    def __init__(self) -> None:
        self._jobs: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0

    def at(self, moment: float, job: Callable[[], None]) -> None:
        """Do `job` at `moment` (the clock is the caller's)."""
        self._count += 1
        heapq.heappush(self._jobs, (moment, self._count, job))

    def run_due(self, now: float) -> None:
        """Do everything that is due; a job may put in further ones."""
        while self._jobs and self._jobs[0][0] <= now:
            heapq.heappop(self._jobs)[2]()
