"""Which calls in the spool are finished: decided from their files alone, with the live calls as a hint."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from telephony.recordings.journal import parse
from telephony.recordings.repair import Unreadable, find_samples
from telephony.recordings.settings import RecordingSettings
from telephony.recordings.spool import Spool


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a look into the spool found: calls to take in, calls to wait for, files that belong to nothing."""

    ready: tuple[str, ...]
    waiting: tuple[str, ...]
    strangers: tuple[Path, ...]


def look(
    spool: Spool, settings: RecordingSettings, now: datetime, live: frozenset[str] | None, boot: str = ""
) -> Found:
    """Return what is ready, oldest first; `live` are the linkedids of calls that are up, None where nobody knows.

    `boot` names the start of Asterisk that is up, empty where that is not known: a call of another one died with it.
    """
    ready: list[tuple[float, str]] = []
    waiting: list[str] = []
    for linkedid, files in spool.calls().items():
        if spool.is_filed(linkedid):
            continue
        quiet = _quiet_seconds(files, now)
        story = parse(spool.journal(linkedid) or b"")
        ended = story.ended is not None or bool(boot and story.boot and story.boot != boot)
        if is_finished(files, settings, ended=ended, quiet=quiet, live=live is not None and linkedid in live):
            ready.append((-quiet, linkedid))
        else:
            waiting.append(linkedid)
    strangers = [file for file in spool.strangers() if _quiet_seconds([file], now) > settings.quiet_seconds]
    return Found(
        ready=tuple(linkedid for _, linkedid in sorted(ready)), waiting=tuple(waiting), strangers=tuple(strangers)
    )


def is_finished(files: Iterable[Path], settings: RecordingSettings, *, ended: bool, quiet: float, live: bool) -> bool:
    """Tell whether nothing more will come for a call whose newest file was written `quiet` seconds ago.

    A call that is said to be live is believed, but not for ever: the hang-up may have been missed.
    """
    if live:
        return quiet > (settings.quiet_seconds if ended else settings.longest_call_hours * 3600)
    if not ended:
        return quiet > settings.quiet_seconds
    return quiet > settings.settle_seconds or all(_is_closed(file) for file in files if file.suffix == ".wav")


def called_back(spool: Spool) -> frozenset[str]:
    """Return the first calls of those call-backs whose journals are still in the spool."""
    stories = (parse(spool.journal(linkedid) or b"") for linkedid in spool.calls())
    return frozenset(story.callback for story in stories if story.callback)


def put_aside(spool: Spool, found: Found) -> None:
    """Move the files that belong to nothing to quarantine."""
    for file in found.strangers:
        spool.quarantine(file.name, "its name says nothing")


def _quiet_seconds(files: Iterable[Path], now: datetime) -> float:
    """Return how long ago any of the files was written; a time in the future (a clock put back) counts alike."""
    ages = []
    for file in files:
        try:
            ages.append(abs(now.timestamp() - file.stat().st_mtime))
        except FileNotFoundError:
            continue
    return min(ages, default=0.0)


def _is_closed(file: Path) -> bool:
    try:
        return find_samples(file).closed
    except FileNotFoundError:
        return True
    except Unreadable:
        return False
