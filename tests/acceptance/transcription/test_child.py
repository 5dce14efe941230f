"""The recogniser in its child process: warm, stopped in time, never left over."""

import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from recorded_call import RecordedCall
from sound_files import silence, write

from transcription.audio import AudioError, read
from transcription.child import ChildDied, Closed, Recogniser, TooSlow
from transcription.engine import ModelError
from transcription.settings import LimitSettings, TranscriptionConfig

pytestmark = pytest.mark.speech

PARENT = """
import sys
from pathlib import Path
from transcription.child import Recogniser
from transcription.settings import TranscriptionConfig

recogniser = Recogniser(TranscriptionConfig(), Path(sys.argv[1]))
recogniser.ready()
told = []

def tell(done, total):
    if not told:
        told.append(print(recogniser.pid, flush=True))

while True:
    recogniser.transcribe(Path(sys.argv[2]), tell)
"""


@pytest.fixture(scope="module")
def recogniser(models: Path) -> Iterator[Recogniser]:
    with Recogniser(TranscriptionConfig(), models) as each:
        yield each


def process_ends(pid: int, seconds: float) -> bool:
    """Wait for a process that is not our child to be gone."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    return ends(handle, seconds)


def ends(handle: int, seconds: float) -> bool:
    """Wait for the process behind a pidfd to end, and close it."""
    try:
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        return bool(poll.poll(seconds * 1000))
    finally:
        os.close(handle)


def test_the_child_stays_warm_from_one_recording_to_the_next(recogniser: Recogniser, short_call: Path) -> None:
    recogniser.ready()
    pid = recogniser.pid
    seen: list[tuple[float, float]] = []

    first = recogniser.transcribe(short_call, lambda done, total: seen.append((done, total)))
    second = recogniser.transcribe(short_call)

    assert recogniser.pid == pid
    assert [each.text for each in first.utterances] == [each.text for each in second.utterances]
    assert "没水" in "".join(each.text for each in first.utterances)
    assert (seen[0], seen[-1]) == ((0.0, 10.0), (10.0, 10.0))
    assert 100e6 < recogniser.memory < 1e9


def test_a_file_that_is_no_recording_costs_the_child_nothing(
    recogniser: Recogniser, short_call: Path, tmp_path: Path
) -> None:
    recogniser.ready()
    pid = recogniser.pid
    (tmp_path / "空.wav").write_bytes(b"")

    with pytest.raises(AudioError, match="空的"):
        recogniser.transcribe(tmp_path / "空.wav")

    assert recogniser.pid == pid
    assert recogniser.transcribe(short_call).utterances


def test_a_child_killed_in_the_middle_is_told_and_the_next_recording_is_heard(
    recogniser: Recogniser, call: RecordedCall, short_call: Path
) -> None:
    def kill(done: float, total: float) -> None:
        if recogniser.pid is not None:
            os.kill(recogniser.pid, signal.SIGKILL)

    with pytest.raises(ChildDied, match="信号 9"):
        recogniser.transcribe(call.audio, kill)

    assert recogniser.transcribe(short_call).utterances


def test_a_child_that_died_while_idle_is_replaced_unnoticed(recogniser: Recogniser, short_call: Path) -> None:
    recogniser.ready()
    pid = recogniser.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert process_ends(pid, 5)

    assert recogniser.transcribe(short_call).utterances
    assert recogniser.pid != pid


def test_a_callback_that_fails_leaves_no_answer_for_the_next_recording(
    recogniser: Recogniser, call: RecordedCall, short_call: Path
) -> None:
    def fail(done: float, total: float) -> None:
        raise RuntimeError("the bar fell over")

    with pytest.raises(RuntimeError, match="fell over"):
        recogniser.transcribe(call.audio, fail)

    assert recogniser.transcribe(short_call).audio_seconds == pytest.approx(10.0)


def test_over_its_time_limit_the_child_is_stopped_and_another_is_started(models: Path, call: RecordedCall) -> None:
    limits = LimitSettings(floor_seconds=0.5, per_audio_second=0.001)
    with Recogniser(TranscriptionConfig(limits=limits), models) as hasty:
        hasty.ready()
        pid = hasty.pid
        assert pid is not None

        with pytest.raises(TooSlow, match="已中止"):
            hasty.transcribe(call.audio)

        assert process_ends(pid, 5)
        assert hasty.pid not in (None, pid)
        hasty.ready()


def test_a_model_that_takes_too_long_to_load_is_given_up(models: Path) -> None:
    config = TranscriptionConfig(limits=LimitSettings(start_seconds=0.05))
    with Recogniser(config, models) as hasty, pytest.raises(TooSlow, match="装载模型"):
        hasty.ready()


def test_without_a_model_it_says_what_to_do(tmp_path: Path, short_call: Path) -> None:
    with Recogniser(TranscriptionConfig(), tmp_path) as without:
        with pytest.raises(ModelError, match="hotline models install whisper-base"):
            without.ready()
        with pytest.raises(ModelError):
            without.transcribe(short_call)
        assert without.pid is None


def test_the_child_outlives_the_thread_that_first_needed_it(models: Path, short_call: Path) -> None:
    """The kernel sends the death signal when the thread ends that started the child, not the process."""
    with Recogniser(TranscriptionConfig(), models) as each:
        thread = threading.Thread(target=each.ready)
        thread.start()
        thread.join()
        pid = each.pid

        assert each.transcribe(short_call).utterances
        assert each.pid == pid


def test_closing_ends_a_job_in_hand(models: Path, call: RecordedCall) -> None:
    each = Recogniser(TranscriptionConfig(), models)
    working = threading.Event()
    ended: list[type[BaseException]] = []

    def work() -> None:
        try:
            each.transcribe(call.audio, lambda done, total: working.set())
        except Closed as error:
            ended.append(type(error))

    thread = threading.Thread(target=work)
    thread.start()
    assert working.wait(60)
    pid = each.pid
    each.close()
    thread.join(10)

    assert ended == [Closed]
    assert pid is not None
    assert process_ends(pid, 5)
    with pytest.raises(Closed):
        each.ready()


def test_a_worker_killed_takes_its_child_along(models: Path, call: RecordedCall) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(models), str(call.audio)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        handle = os.pidfd_open(child)
        parent.kill()
        parent.wait(10)

        assert ends(handle, 5), "the child lives on without its worker"
    finally:
        parent.kill()
        parent.wait(10)
        if parent.stdout is not None:
            parent.stdout.close()


def test_a_recording_may_have_any_name(recogniser: Recogniser, short_call: Path, tmp_path: Path) -> None:
    odd = tmp_path / '录音 "1"\n{}.wav'
    odd.write_bytes(short_call.read_bytes())

    assert recogniser.transcribe(odd).utterances


def test_a_long_silence_is_no_long_work(recogniser: Recogniser, tmp_path: Path) -> None:
    found = recogniser.transcribe(write(tmp_path / "still.wav", silence(120.0), silence(120.0)))

    assert found.utterances == ()
    assert found.notes == ("市民声道没有声音信号", "坐席声道没有声音信号")


@pytest.mark.timeout(240)
def test_an_hour_is_heard_to_its_last_word_within_time_and_memory(
    short_call: Path, models: Path, tmp_path: Path
) -> None:
    """The line stays open for an hour before somebody speaks: he is heard."""
    audio = read(short_call)
    hour = [np.concatenate([silence(3600 - audio.seconds, audio.rate), side]) for side in audio.channels]
    file = write(tmp_path / "hour.wav", *hour, rate=audio.rate)

    with Recogniser(TranscriptionConfig(), models) as recogniser:
        found = recogniser.transcribe(file)
        memory = recogniser.memory

    assert "没水" in "".join(each.text for each in found.utterances if each.start > 3500)
    assert found.audio_seconds == pytest.approx(3600, abs=1)
    assert found.spent_seconds < LimitSettings().for_audio(3600) / 10
    assert memory < 1.3e9
    assert found.notes == ()
