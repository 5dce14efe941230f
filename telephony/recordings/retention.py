"""Which recordings are past their age, and their deletion. What is on legal hold stays."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from telephony.recordings.settings import RecordingSettings
from telephony.recordings.shelf import Shelf

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A recording as retention sees it."""

    id: str
    key: str
    started: datetime
    legal_hold: bool


def expired(kept: Iterable[Kept], settings: RecordingSettings, now: datetime) -> tuple[Kept, ...]:
    """Return what is older than the retention period and not on legal hold."""
    limit = now - timedelta(days=settings.retention_days)
    return tuple(recording for recording in kept if recording.started < limit and not recording.legal_hold)


def delete(shelf: Shelf, recordings: Iterable[Kept]) -> Iterator[Kept]:
    """Delete audio one by one and yield each whose audio is gone, so that the caller can note it; may be repeated."""
    for recording in recordings:
        try:
            there = shelf.remove(recording.key)
        except OSError as error:
            log.error("recording.not_deleted", recording=recording.id, key=recording.key, why=str(error))
            continue
        log.info("recording.deleted", recording=recording.id, key=recording.key, was_there=there)
        yield recording
