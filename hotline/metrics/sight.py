"""A look from outside as metrics: what holds also while the processes that would tell are dead."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from hotline.fault_kinds import Kind
from hotline.faults import Fault
from hotline.outside import Sight


@dataclass(frozen=True, slots=True, eq=False)
class SightCollector(Collector):
    """`sight` returns the latest look, None before the first; `faults` all that are on record."""

    sight: Callable[[], Sight | None]
    faults: Callable[[], list[Fault]]

    def collect(self) -> Iterator[Metric]:
        """Yield everything that was seen."""
        yield from _faults(self.faults())
        sight = self.sight()
        if sight is None:
            return
        yield _one("hotline_look_timestamp_seconds", "When the hotline was last looked at", sight.at.timestamp())
        up = GaugeMetricFamily("hotline_up", "Whether a part is there and answers", labels=["part"])
        up.add_metric(["asterisk"], float(sight.asterisk_answers))
        up.add_metric(["telephony"], float(sight.telephony_answers))
        up.add_metric(["database"], float(sight.database is None))
        yield up
        yield _one("hotline_database_seconds", "How long the database took to answer", sight.database_seconds)
        yield _one("hotline_disk_free_bytes", "Space left for recordings", float(sight.free_bytes))
        yield _one("hotline_disk_size_bytes", "Size of that disk", float(sight.total_bytes))
        yield from _spool(sight)
        if sight.backup is not None:
            yield _one("hotline_backup_timestamp_seconds", "When the last backup was made", sight.backup.timestamp())
        restarts = CounterMetricFamily("hotline_process_restarts", "Processes started again", labels=["process"])
        for name, times in sight.restarts.items():
            restarts.add_metric([name], float(times))
        yield restarts
        yield from _census(sight)


def _faults(found: list[Fault]) -> Iterator[Metric]:
    going_on = GaugeMetricFamily("hotline_faults_open", "Fault alarms that go on (hotline faults)", labels=["fault"])
    raised = CounterMetricFamily("hotline_faults_raised", "Fault alarms raised", labels=["fault"])
    opened = Counter(fault.kind for fault in found if fault.open)
    times: Counter[Kind] = Counter()
    for fault in found:
        times[fault.kind] += fault.times
    for kind in Kind:
        going_on.add_metric([kind.value], float(opened[kind]))
        raised.add_metric([kind.value], float(times[kind]))
    yield going_on
    yield raised


def _spool(sight: Sight) -> Iterator[Metric]:
    spool = sight.spool
    yield _one("hotline_spool_calls", "Calls under way, or waiting to be filed", float(spool.calls))
    yield _one("hotline_spool_oldest_seconds", "Longest wait of a finished call to be filed", spool.oldest_seconds)
    yield _one("hotline_spool_stuck_calls", "Calls that were not filed in time", float(len(spool.stuck)))
    yield _one("hotline_quarantine_files", "Recordings that could not be read", float(spool.quarantined))
    rungs = GaugeMetricFamily("hotline_spool_decisions", "Decisions in the spool's journals by rung", labels=["rung"])
    for rung in "123":
        rungs.add_metric([rung], float((spool.rungs or {}).get(rung, 0)))
    yield rungs


def _census(sight: Sight) -> Iterator[Metric]:
    census = sight.census
    if census is None:
        return
    yield _one("hotline_jobs_waiting", "Recordings of the last 7 days without a transcript", float(census.waiting))
    waited = (sight.at - census.waiting_since).total_seconds() if census.waiting_since else 0.0
    yield _one("hotline_jobs_oldest_seconds", "How long the oldest of them waits", waited)
    yield _one("hotline_jobs_given_up", "Recordings of the last 7 days that were given up", float(census.given_up))
    drafts = GaugeMetricFamily("hotline_drafts", "Drafts of the last 7 days", labels=["state", "urgency"])
    for (state, urgency), count in sorted(census.drafts.items()):
        drafts.add_metric([state, urgency], float(count))
    yield drafts
    yield _one("hotline_alarms_open", "Emergencies heard in ordinary calls, not acknowledged", float(census.alarms))
    yield _one("hotline_callbacks_waiting", "Citizens who wait to be called back", float(census.callbacks))
    workers = GaugeMetricFamily("hotline_worker_beat_seconds", "Since a worker last said so", labels=["worker"])
    for name, beat in sorted(census.workers.items()):
        workers.add_metric([name], max(0.0, (sight.at - beat).total_seconds()))
    yield workers


def _one(name: str, said: str, value: float) -> Metric:
    return GaugeMetricFamily(name, said, value=value)
