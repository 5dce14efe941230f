"""Legs stand in the merged file on their side and at their time."""

import io
import tracemalloc
import warnings
from pathlib import Path

import numpy as np
import pytest
import soundfile

from telephony.phone.tones import RATE, loudest, power, tone, write_tone
from telephony.recordings.merge import Side, Track, alaw_table, merge


def track(file: Path, start: float, side: Side, seconds: float, *, filling: bool = False) -> Track:
    return Track(
        file=file, offset=44, frames=round(seconds * RATE), start=round(start * RATE), side=side, filling=filling
    )


def merged(*tracks: Track) -> "np.ndarray[tuple[int, int], np.dtype[np.int16]]":
    out = io.BytesIO()
    assert merge(tracks, out).frames * 2 + 58 == len(out.getvalue())
    out.seek(0)
    samples, rate = soundfile.read(out, dtype="int16", always_2d=True)
    assert rate == RATE
    assert soundfile.info(io.BytesIO(out.getvalue())).subtype == "ALAW"
    return samples


def test_each_side_has_its_voice_from_its_second_on(tmp_path: Path) -> None:
    both = merged(
        track(write_tone(tmp_path / "a.wav", 440, 3), 0, Side.CITIZEN, 3),
        track(write_tone(tmp_path / "b.wav", 700, 1), 1.5, Side.ANSWERED, 1),
    )
    assert len(both) == 3 * RATE
    assert loudest(both[:, 0]) == pytest.approx(440, abs=1)
    assert loudest(both[:, 1]) == pytest.approx(700, abs=1)
    quiet = both[: round(1.5 * RATE), 1]
    assert np.abs(quiet).max() < 16
    assert np.abs(both[round(1.5 * RATE) : round(1.6 * RATE), 1]).max() > 9000


def test_voices_of_one_side_that_sound_at_once_are_added(tmp_path: Path) -> None:
    both = merged(
        track(write_tone(tmp_path / "a.wav", 440, 1), 0, Side.ANSWERED, 1),
        track(write_tone(tmp_path / "b.wav", 700, 1), 0.5, Side.ANSWERED, 1),
    )
    overlap = both[RATE // 2 : RATE, 1]
    assert power(overlap, 440) == pytest.approx(0.3, abs=0.02)
    assert power(overlap, 700) == pytest.approx(0.3, abs=0.02)
    assert power(both[: RATE // 2, 1], 700) < 0.01


def test_two_loud_voices_are_clipped_and_do_not_wrap(tmp_path: Path) -> None:
    file = tmp_path / "loud.wav"
    soundfile.write(file, np.full(800, 30000, dtype=np.int16), RATE, subtype="PCM_16")
    both = merged(track(file, 0, Side.CITIZEN, 0.1), track(file, 0, Side.CITIZEN, 0.1))
    assert both[:, 0].min() > 31000


def test_a_message_is_not_doubled_by_the_caller_s_own_leg(tmp_path: Path) -> None:
    caller = track(write_tone(tmp_path / "a.wav", 440, 1), 0, Side.CITIZEN, 1)
    message = track(write_tone(tmp_path / "b.wav", 440, 2), 0.5, Side.CITIZEN, 2, filling=True)
    for tracks in ((caller, message), (message, caller)):
        both = merged(*tracks)
        assert len(both) == round(2.5 * RATE)
        assert power(both[RATE // 2 : RATE, 0], 440) == pytest.approx(0.3, abs=0.01)
        assert power(both[RATE * 2 :, 0], 440) == pytest.approx(0.3, abs=0.01)


def test_a_call_longer_than_a_block_has_no_seam(tmp_path: Path) -> None:
    both = merged(track(write_tone(tmp_path / "a.wav", 440, 25), 0.1, Side.CITIZEN, 25))
    whole = both[round(0.1 * RATE) :, 0].astype(int)
    assert np.abs(whole - tone(440, 25)).max() <= 512  # A-law's coarsest step at this loudness


def test_the_same_legs_always_give_the_same_bytes(tmp_path: Path) -> None:
    one = track(write_tone(tmp_path / "a.wav", 440, 1), 0, Side.CITIZEN, 1)
    two = track(write_tone(tmp_path / "b.wav", 700, 1), 0.5, Side.ANSWERED, 1)
    first, second = io.BytesIO(), io.BytesIO()
    assert merge([one, two], first).sha256 == merge([two, one], second).sha256
    assert first.getvalue() == second.getvalue()


def test_an_hour_needs_no_more_memory_than_a_minute(tmp_path: Path) -> None:
    file = tmp_path / "long.wav"
    with soundfile.SoundFile(file, "w", RATE, 1, "PCM_16") as sound:
        for _ in range(60):
            sound.write(tone(440, 60))
    with (tmp_path / "out.wav").open("wb") as out:
        tracemalloc.start()
        try:
            merge([track(file, 0, Side.CITIZEN, 3600), track(file, 1, Side.ANSWERED, 3600)], out)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < 8 << 20


def test_a_leg_that_is_gone_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        merge([track(tmp_path / "none.wav", 0, Side.CITIZEN, 1)], io.BytesIO())


def test_a_law_is_what_the_library_reads_back_within_half_a_step() -> None:
    table = alaw_table()
    raw = io.BytesIO(table.tobytes())
    decoded, _ = soundfile.read(
        raw, samplerate=RATE, channels=1, format="RAW", subtype="ALAW", dtype="int16", always_2d=False
    )
    samples = np.arange(-32768, 32768)
    step = np.where(np.abs(samples) < 512, 16, 2.0 ** np.floor(np.log2(np.maximum(np.abs(samples), 1)) - 4))
    assert (np.abs(decoded.astype(int) - samples) <= step).all()
    assert table[32768] == 0xD5  # silence, as G.711 writes it
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        audioop = pytest.importorskip("audioop")  # gone in Python 3.13
    assert audioop.lin2alaw(samples.astype("<i2").tobytes(), 2) == table.tobytes()
