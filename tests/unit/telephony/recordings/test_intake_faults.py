"""Full disks, killed processes, races: nothing is lost, nothing is there twice, and the error says what it is."""

import hashlib
import resource
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from spool_builder import LINKEDID, SpoolBuilder

from telephony.recordings import NothingToTake, NotTaken, Spool, TakenIn, discard, intake

TAKE = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from telephony.recordings import *
from vault.vault import MARK, Vault
home = Path(sys.argv[1]).parent
spool, shelf = Spool(home / "spool"), Shelf(Path(sys.argv[2]), Vault(home / "keys", home / MARK))
print("ready", flush=True)
try:
    taken = intake(spool, shelf, sys.argv[3], RecordingSettings())
    discard(spool, taken)
except NotTaken as error:
    sys.exit(f"not taken: {error}")
"""


@pytest.fixture
def made(tmp_path: Path) -> SpoolBuilder:
    return SpoolBuilder(tmp_path)


def command(made: SpoolBuilder, shelf: Path | None = None) -> list[str]:
    return [sys.executable, "-c", TAKE, str(made.spool.folder), str(shelf or made.shelf.folder), LINKEDID]


def take(made: SpoolBuilder) -> TakenIn:
    return intake(made.spool, made.shelf, LINKEDID, made.settings)


def content(spool: Spool) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in spool.folder.iterdir() if not file.name.startswith(".")}


def test_a_file_that_may_not_grow_loses_nothing(made: SpoolBuilder) -> None:
    made.conversation()
    before = content(made.spool)
    done = subprocess.run(
        command(made),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "not taken" in done.stderr
    assert "File too large" in done.stderr
    assert content(made.spool) == before
    assert made.shelved() == set()
    assert take(made).recording is not None


def test_a_full_disk_loses_nothing_and_says_so(made: SpoolBuilder, tmp_path: Path) -> None:
    made.conversation()
    before = content(made.spool)
    shelf = tmp_path / "small"
    shelf.mkdir()
    mount = f'mount -t tmpfs -o size=40k none {shelf} && "$@"; status=$?; find {shelf} -type f; exit $status'
    inside = ["unshare", "--map-root-user", "--mount", "sh", "-c", mount, "sh"]
    if subprocess.run([*inside, "true"], capture_output=True, timeout=60, check=False).returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    done = subprocess.run([*inside, *command(made, shelf)], capture_output=True, text=True, timeout=60, check=False)
    assert "not taken" in done.stderr
    assert "No space left on device" in done.stderr
    assert done.stdout.split() == ["ready"]  # no half a file stays on the full disk
    assert content(made.spool) == before


def test_a_folder_that_may_not_be_written_is_said(made: SpoolBuilder) -> None:
    made.conversation()
    (made.shelf.folder / "2025").write_text("a file where a folder should be")
    before = content(made.spool)
    with pytest.raises(NotTaken, match="2025"):
        take(made)
    assert content(made.spool) == before


@pytest.mark.parametrize("delay", [0.0, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3])
def test_killed_at_any_moment_the_call_is_there_once_and_whole(made: SpoolBuilder, delay: float) -> None:
    made.conversation()
    made.leg("caller", 440, start=2, seconds=300)
    before = {name: len(data) for name, data in content(made.spool).items()}
    with subprocess.Popen(command(made), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        process.stdout.readline()
        threading.Event().wait(delay)
        process.kill()
    made.spool.finish_discards()
    key = f"2025/11/24/{LINKEDID}.wav"
    if made.spool.journal(LINKEDID) is not None:
        assert {name: len(data) for name, data in content(made.spool).items()} == before
        taken = take(made)
        assert taken.linkedid == LINKEDID
        discard(made.spool, taken)
    assert made.names() == set()
    made.shelf.clear_partial(datetime.now(UTC), 0)
    assert made.shelved() == {key}
    assert len(made.shelf.read(key)) == 58 + 2 * 8000 * 300


def test_killed_before_its_list_was_whole_a_discard_leaves_nothing_behind(made: SpoolBuilder) -> None:
    made.conversation()
    made.spool.path(f".{LINKEDID}.0badc0de.filed").write_text('[["half')
    made.spool.path(f".{LINKEDID}9.0badc0de.filed").write_text("another call's")
    assert made.spool.finish_discards() == 0
    discard(made.spool, take(made))
    assert made.names() == {f".{LINKEDID}9.0badc0de.filed"}


def test_several_intakes_of_the_same_call_make_one_recording(made: SpoolBuilder) -> None:
    made.conversation()
    expected = take(made)
    assert expected.recording is not None
    made.shelf.remove(expected.recording.key)
    start = threading.Barrier(4)

    def race(also: Callable[[TakenIn], None]) -> str | None:
        start.wait(10)
        try:
            taken = take(made)
        except NothingToTake:
            return None
        also(taken)
        return taken.recording.sha256 if taken.recording else None

    with ThreadPoolExecutor(4) as pool:
        for _ in range(30):
            made.conversation()
            found = list(pool.map(race, [lambda taken: discard(made.spool, taken)] * 4))
            assert set(found) <= {expected.recording.sha256, None}
            assert made.names() == set()
            assert made.shelved() == {expected.recording.key}
            whole = made.shelf.read(expected.recording.key)
            assert hashlib.sha256(whole).hexdigest() == expected.recording.sha256
            made.shelf.remove(expected.recording.key)


def test_a_half_written_file_of_a_killed_process_is_cleared_away(made: SpoolBuilder) -> None:
    partial = made.shelf.folder / ".partial" / "x.1234"
    partial.parent.mkdir()
    partial.write_bytes(b"half")
    assert made.shelf.clear_partial(datetime.now(UTC), 3600) == 0
    assert made.shelf.clear_partial(datetime.now(UTC) + timedelta(hours=2), 3600) == 1
    assert made.shelved() == set()
