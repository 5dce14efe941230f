"""What a worker counts: jobs by how they ended, how long a draft takes, what the recogniser does."""

from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram

_DRAFT = (2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 900.0, 3600.0, 14400.0)
_OUTCOMES = ("saved", "failed", "given up", "put back", "known", "skipped")


class WorkCounters:
    """Jobs of one worker process. A job that was `saved` made a transcript and a draft."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._jobs = Counter("hotline_jobs", "Transcription jobs by how they ended", ["outcome"], registry=registry)
        self._drafts = Histogram(
            "hotline_draft_seconds", "From the hang-up to the draft", buckets=_DRAFT, registry=registry
        )
        self._audio = Counter("hotline_heard_audio_seconds", "Audio that was transcribed", registry=registry)
        self._spent = Counter("hotline_heard_spent_seconds", "Time that this took", registry=registry)
        self._deaths = Counter(
            "hotline_recogniser_deaths", "Times the recogniser died or took too long", registry=registry
        )
        for outcome in _OUTCOMES:
            self._jobs.labels(outcome)

    def ended(self, outcome: str) -> None:
        """Count a job's end."""
        self._jobs.labels(outcome).inc()

    def drafted(self, hung_up: datetime | None, now: datetime) -> None:
        """Count a draft and how long its call has been over."""
        if hung_up is not None:
            self._drafts.observe(max(0.0, (now - hung_up).total_seconds()))

    def heard(self, audio_seconds: float, spent_seconds: float) -> None:
        """Count what was listened to."""
        self._audio.inc(max(0.0, audio_seconds))
        self._spent.inc(max(0.0, spent_seconds))

    def recogniser_died(self) -> None:
        """Count a recogniser that gave no transcript."""
        self._deaths.inc()
