"""Audio past its age goes; what is on legal hold, young, or under another key stays."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from telephony.recordings import Kept, RecordingSettings, Shelf, delete, expired

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SETTINGS = RecordingSettings(retention_days=1095)


def kept(name: str, days: float, *, legal_hold: bool = False) -> Kept:
    started = NOW - timedelta(days=days)
    return Kept(id=name, key=f"{started:%Y/%m/%d}/{name}.wav", started=started, legal_hold=legal_hold)


def put(shelf: Shelf, recording: Kept) -> None:
    partial = shelf.write(recording.id, [b"sound"])
    assert shelf.put(partial, recording.key)
    partial.unlink()


def test_only_what_is_past_its_age_and_not_on_hold_expires() -> None:
    old, held = kept("old", 1095.1), kept("held", 4000, legal_hold=True)
    assert expired([old, held, kept("young", 1094.9)], SETTINGS, NOW) == (old,)


def test_audio_goes_and_its_empty_day_with_it(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    old, neighbour = kept("old", 1100), kept("neighbour", 1130)
    put(shelf, old)
    put(shelf, neighbour)
    assert list(delete(shelf, [old])) == [old]
    assert not shelf.path(old.key).parent.exists()
    assert shelf.path(neighbour.key).exists()
    assert list(delete(shelf, [old])) == [old]  # noted again where a crash kept it from being noted


def test_what_cannot_be_deleted_is_not_said_to_be(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    old, other = kept("old", 1100), kept("other", 1130)
    shelf.path(old.key).mkdir(parents=True)  # a folder cannot be unlinked, not even by root
    put(shelf, other)
    assert list(delete(shelf, [old, other])) == [other]


def test_a_recording_once_put_is_never_changed(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    put(shelf, kept("one", 1))
    partial = shelf.write("one", [b"other"])
    assert not shelf.put(partial, kept("one", 1).key)
    assert shelf.path(kept("one", 1).key).read_bytes() == b"sound"
    assert shelf.free_mb() > 0
