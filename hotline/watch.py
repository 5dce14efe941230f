"""The watch process: looks at the hotline from outside, raises fault alarms, and shows what it sees to Prometheus.

A process of its own, because whoever is looked at must not be the one who looks.
"""

import sys
import threading
import time
from dataclasses import dataclass, field, replace
from datetime import timedelta

import structlog

from domain.clock import SystemClock
from hotline import logs
from hotline.checked import ConfigurationError
from hotline.exits import Exit
from hotline.faults import Fault, FaultBook, read_faults
from hotline.judging import judge
from hotline.metrics.serving import new_registry, serve, write
from hotline.metrics.sight import SightCollector
from hotline.outside import Lookout, Sight
from hotline.places import places
from hotline.settings import Settings, load
from hotline.stopping import stop_on_signals

log = structlog.get_logger()

TEXTFILE = "hotline.prom"
"""Below HOTLINE_HOME/metrics: the latest look, for the node exporter's textfile collector."""
_FORGET_EVERY = 3600.0


@dataclass(slots=True)
class Watch:
    """Looks again and again until it is told to stop."""

    settings: Settings
    lookout: Lookout
    book: FaultBook
    latest: Sight | None = None
    _counted_at: float | None = None
    _clocks: tuple[float, float] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def once(self) -> Sight:
        """Look once, and raise or close what must be."""
        limits = self.settings.operations.faults
        drift = self._drift()
        now = time.monotonic()
        count = self._counted_at is None or now - self._counted_at >= limits.census_seconds
        sight = self.lookout.look(count=count)
        if sight.census is not None:
            self._counted_at = now
        judged = judge(self.latest, sight, limits, self.settings.recordings.low_space_mb, drift)
        self.book.settle(judged.wrong, judged.unknown)
        for kind, subject, detail in judged.happened:
            self.book.happened(kind, subject, detail)
        kept = sight if sight.census or self.latest is None else replace(sight, census=self.latest.census)
        self.latest = kept
        return kept

    def run(self, stop: threading.Event) -> None:
        """Look until `stop` is set."""
        limits, registry = self.settings.operations.faults, new_registry("watch")
        registry.register(SightCollector(lambda: self.latest, self.faults))
        serve(registry, self.settings.operations.metrics, "watch")
        file, forgot = self.settings.places.home / "metrics" / TEXTFILE, 0.0
        log.info("watch looks", every=limits.look_seconds)
        while not stop.wait(limits.look_seconds):
            self.once()
            try:
                write(registry, file)
            except OSError as error:
                log.warning("metrics file not written", why=str(error))
            if time.monotonic() - forgot > _FORGET_EVERY:
                forgot = time.monotonic()
                self.book.forget(timedelta(days=limits.keep_days))
        log.info("watch stops")

    def faults(self) -> list[Fault]:
        """Return every process's faults."""
        return read_faults(self.settings.places.faults)

    def _drift(self) -> float:
        """Return by how many seconds the clock has jumped since the last look."""
        wall, steady = time.time(), time.monotonic()
        before, self._clocks = self._clocks, (wall, steady)
        return 0.0 if before is None else (wall - before[0]) - (steady - before[1])


def main() -> int:
    """Run on the configuration and data that the environment names; return the exit code."""
    logs.configure("watch")
    stop = threading.Event()
    stop_on_signals(stop)
    try:
        settings = load(places(), forgive_gazetteer=True)
    except ConfigurationError as error:
        sys.stderr.write("\n".join((*error.faults, "")))
        return Exit.USAGE
    lookout = Lookout.of(settings)
    try:
        Watch(settings, lookout, FaultBook(settings.places.faults, "watch", SystemClock())).run(stop)
    finally:
        lookout.close()
    return Exit.DONE


if __name__ == "__main__":
    sys.exit(main())
