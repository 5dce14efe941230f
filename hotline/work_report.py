"""What a worker tells of its jobs: metrics, and faults where something went wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import structlog

from cases.draft import DraftCase
from domain.clock import Clock
from hotline.fault_kinds import Kind
from hotline.faults import FaultBook
from hotline.metrics.serving import new_registry, serve
from hotline.metrics.worker import WorkCounters
from hotline.operations import MetricsSettings
from store.door import Store
from store.errors import StoreError
from store.runner import CannotWork
from transcription.child import Closed, RecogniserError
from transcription.transcript import Transcript

log = structlog.get_logger()

Hear = Callable[[str], tuple[Transcript, DraftCase]]


@dataclass(slots=True)
class WorkReport:
    """Stands between a worker and what it does, and tells of it. Begins when the worker has its slot."""

    store: Store
    clock: Clock
    faults: Path
    metrics: MetricsSettings
    _book: FaultBook | None = None
    _counters: WorkCounters | None = None

    def placed(self, slot: int) -> None:
        """Begin to report as the worker of this slot."""
        registry = new_registry(f"worker-{slot}")
        self._counters = WorkCounters(registry)
        self._book = FaultBook(self.faults, f"worker-{slot}", self.clock)
        serve(registry, self.metrics, "worker", slot)

    def ready(self, ready: Callable[[], None]) -> None:
        """Begin to work; a worker that cannot is a fault."""
        book = self._begun()[0]
        try:
            ready()
        except CannotWork as error:
            book.begin(Kind.WORKER_UNFIT, "", str(error))
            raise
        book.over(Kind.WORKER_UNFIT)

    def hear(self, hear: Hear, recording_id: str) -> tuple[Transcript, DraftCase]:
        """Have a recording heard."""
        book, counters = self._begun()
        try:
            transcript, draft = hear(recording_id)
        except CannotWork as error:
            book.begin(Kind.WORKER_UNFIT, "", str(error))
            raise
        except Closed:  # we are stopping
            raise
        except RecogniserError as error:
            counters.recogniser_died()
            book.begin(Kind.RECOGNISER_DIED, "", str(error))
            raise
        counters.heard(transcript.audio_seconds, transcript.spent_seconds)
        book.over(Kind.RECOGNISER_DIED)
        return transcript, draft

    def ended(self, recording_id: str, outcome: str) -> None:
        """Take note of a job's end."""
        book, counters = self._begun()
        counters.ended(outcome)
        if outcome == "given up":
            book.happened(Kind.JOB_GIVEN_UP, recording_id, "已转为人工听取")
        if outcome != "saved":
            return
        try:
            call = self.store.call(recording_id)
        except StoreError as error:
            log.warning("could not look when the call was over", why=str(error))
            return
        counters.drafted(call.ended if call else None, self.clock.now())

    def _begun(self) -> tuple[FaultBook, WorkCounters]:
        if self._book is None or self._counters is None:
            raise RuntimeError("the worker has no slot yet")
        return self._book, self._counters
