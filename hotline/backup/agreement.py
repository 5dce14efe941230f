"""Rows and files brought to agreement: a recording without a row is filed again, a row without its file is told."""

import hashlib
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from hotline.backup.copying import only_left, walk
from hotline.backup.make import recording_of
from store.door import Store
from store.errors import StoreConflict
from store.records import CallRecord, RecordingKind, RecordingRecord
from telephony.recordings.shelf import Shelf
from telephony.recordings.spool import Spool
from vault.vault import SealBroken

log = structlog.get_logger()

_BEGAN = re.compile(r"(?:^|-)(\d{9,11})\.\d+")
_RECORDING = re.compile(r"\d{4}/\d{2}/\d{2}/[0-9A-Za-z.-]+\.wav")


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """What was done: recordings filed again; files that could not be; keys of rows whose file is missing."""

    refiled: tuple[str, ...]
    unreadable: tuple[str, ...]
    missing: tuple[str, ...]


def agree(store: Store, shelf: Shelf, spool: Spool, seconds_of: Callable[[bytes], float] | None = None) -> Agreed:
    """Compare all rows with all files, and file what has no row; may run while calls are filed, and be repeated.

    What an unfiled call in the spool stands for is left to its filing. `seconds_of` reads a recording's length.
    """
    length = seconds_of or sound_seconds
    files = list(walk(shelf.folder))
    waiting = set(spool.calls()) if spool.folder.is_dir() else set()
    rows = [key for _, key in store.kept_files()]
    missing = [key for key in only_left(rows, files) if not shelf.path(key).exists()]
    refiled: list[str] = []
    unreadable: list[str] = []
    for key in only_left(files, rows):
        name = recording_of(key)
        if name in waiting or name.split(".late-")[0] in waiting or store.recording(name) is not None:
            continue
        if _file_again(store, shelf, key, length):
            refiled.append(name)
        else:
            unreadable.append(key)
    return Agreed(refiled=tuple(refiled), unreadable=tuple(unreadable), missing=tuple(missing))


def sound_seconds(sound: bytes) -> float:
    """Return the length of a recording; raises ValueError."""
    # wave knows no A-law before Python 3.12; the container's own figures are all that is wanted.
    import soundfile

    try:
        found = soundfile.info(io.BytesIO(sound))
    except soundfile.LibsndfileError as error:
        raise ValueError(str(error)) from error
    return float(found.frames) / float(found.samplerate)


def _file_again(store: Store, shelf: Shelf, key: str, seconds_of: Callable[[bytes], float]) -> bool:
    """File what a recording alone tells: its call's moment from its name, its length from its sound."""
    name = recording_of(key)
    if not _RECORDING.fullmatch(key):
        return False
    try:
        sound = shelf.read(key)
        seconds = seconds_of(sound)
    except (OSError, ValueError, SealBroken) as error:
        log.error("recording without a row cannot be read", key=key, why=str(error))
        return False
    began, node = _began(key), name.rpartition("-")[0]
    call = CallRecord(
        linkedid=name, node=node, ani=None, dialled="", started=began, ended=began + timedelta(seconds=seconds)
    )
    recording = RecordingRecord(
        id=name,
        storage_key=key,
        sha256=hashlib.sha256(sound).hexdigest(),
        seconds=seconds,
        channels=2,
        kind=RecordingKind.CALL,
        started=began,
        node=node,
    )
    try:
        store.take_in(call, [], recording)
    except StoreConflict as error:
        log.error("recording without a row cannot be filed", key=key, why=str(error))
        return False
    log.warning("recording without a row filed again", linkedid=name, key=key)
    return True


def _began(key: str) -> datetime:
    """Return when a call began: from its linkedid, which holds the epoch, else the day that its folder says."""
    found = _BEGAN.search(recording_of(key))
    if found:
        return datetime.fromtimestamp(int(found[1]), UTC)
    year, month, day = (int(part) for part in key.split("/")[:3])
    return datetime(year, month, day, tzinfo=UTC)
