"""Whatever a crash leaves of a journal or of legs: parsing never raises, merging puts every voice where it belongs."""

import io
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from spool_builder import LINKEDID, START_MS, SpoolBuilder

from telephony.phone.tones import RATE, power
from telephony.recordings import discard, intake
from telephony.recordings.journal import CallStory, parse
from telephony.recordings.legs import Leg, Role, read_name
from telephony.recordings.repair import Repair, repair

VALUE = st.text(alphabet="0123456789abcXYZ_.+-", max_size=12)
LINES = st.lists(
    st.builds(
        lambda ms, event, values: f"{ms} {event}" + "".join(f" {key}={value}" for key, value in values.items()),
        st.integers(10**12, 2 * 10**12),
        st.sampled_from(["started", "notice", "route", "answered", "message", "ended", "parked"]),
        st.dictionaries(st.sampled_from(["ani", "seat", "uniqueid", "rung", "cause", "keys", "heard"]), VALUE),
    ),
    max_size=8,
)
TONES = (440, 700, 950, 1250)


@given(st.binary(max_size=400))
def test_any_bytes_are_a_journal(data: bytes) -> None:
    assert isinstance(parse(data), CallStory)


@given(LINES)
def test_a_whole_journal_has_no_damage(lines: list[str]) -> None:
    story = parse("".join(f"{line}\n" for line in lines).encode())
    assert story.damaged == ()
    assert len(story.answers) == sum(" answered" in line for line in lines)


@given(LINES, st.data())
def test_a_cut_journal_tells_what_its_whole_lines_tell(lines: list[str], data: st.DataObject) -> None:
    whole = "".join(f"{line}\n" for line in lines).encode()
    cut = whole[: data.draw(st.integers(0, len(whole)))]
    complete, _, rest = cut.rpartition(b"\n")
    told, expected = parse(cut), parse(complete + b"\n")
    assert told.damaged == ((rest.decode()[:60],) if rest else ())
    assert (told.started, told.routes, told.answers, told.ended) == (
        expected.started,
        expected.routes,
        expected.answers,
        expected.ended,
    )


@given(LINES, st.integers(0, 8), st.binary(min_size=1, max_size=60).filter(lambda junk: b"\n" not in junk))
def test_junk_between_two_lines_costs_neither(lines: list[str], place: int, junk: bytes) -> None:
    encoded = [line.encode() for line in lines]
    mangled = [*encoded[:place], b"\xff" + junk, *encoded[place:]]
    told = parse(b"".join(line + b"\n" for line in mangled))
    expected = parse(b"".join(line + b"\n" for line in encoded))
    assert (told.started, told.routes, told.answers, told.ended) == (
        expected.started,
        expected.routes,
        expected.answers,
        expected.ended,
    )
    assert len(told.damaged) == 1


@given(
    st.builds(
        Leg,
        linkedid=st.from_regex(r"[0-9A-Za-z.-]+", fullmatch=True),
        uniqueid=st.from_regex(r"[0-9A-Za-z.-]+", fullmatch=True),
        start_ms=st.integers(0, 10**13),
        role=st.sampled_from([Role.SEAT, Role.OUTSIDE]),
        name=st.from_regex(r"[0-9A-Za-z_.+-]+", fullmatch=True),
    )
)
def test_every_leg_has_a_name_that_speaks_of_it(leg: Leg) -> None:
    assert read_name(leg.filename) == leg


@given(st.text(max_size=60))
def test_any_name_is_a_leg_or_none(name: str) -> None:
    leg = read_name(name)
    assert leg is None or leg.filename.lstrip("0") == name.lstrip("0") or leg.start_ms == int(name.split("_")[2])


@settings(max_examples=60)
@given(st.data())
def test_a_leg_cut_and_scribbled_on_in_its_sizes_plays_as_far_as_it_goes(data: st.DataObject) -> None:
    out = io.BytesIO()
    soundfile.write(out, np.arange(500, dtype=np.int16), RATE, format="WAV", subtype="PCM_16")
    content = bytearray(out.getvalue())
    content[4:8] = data.draw(st.binary(min_size=4, max_size=4))
    content[40:44] = data.draw(st.sampled_from([b"\0\0\0\0", b"\xff\xff\xff\xff", bytes(content[40:44])]))
    length = data.draw(st.integers(44, len(content)))
    with TemporaryDirectory() as folder:
        file = Path(folder) / "leg.wav"
        file.write_bytes(content[:length])
        repair(file)
        assert repair(file) in (Repair.RIGHT, Repair.EMPTY)
        samples, _ = soundfile.read(file, dtype="int16")
    assert samples.tolist() == list(range((length - 44) // 2))


LEGS = st.lists(
    st.tuples(
        st.sampled_from(["caller", "seat-a1", "seat-b1", "outside-m"]),
        st.integers(0, 3000),  # start, ms
        st.integers(100, 1500),  # length, ms
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=40)
@given(LEGS)
def test_any_legs_are_heard_at_their_times_and_nowhere_else(legs: list[tuple[str, int, int]]) -> None:
    with TemporaryDirectory() as folder:
        made = SpoolBuilder(Path(folder))
        for index, (role, start, length) in enumerate(legs):
            made.leg(role, TONES[index], start=start / 1000, seconds=length / 1000, uniqueid=f"u.{index}")
        call = intake(made.spool, made.shelf, LINKEDID, made.settings)
        assert call.recording is not None
        sound, _ = soundfile.read(io.BytesIO(made.shelf.read(call.recording.key)), dtype="int16", always_2d=True)
        discard(made.spool, call)
        assert made.names() == set()
    zero = min(start for _, start, _ in legs)
    assert len(sound) == (max(start + length for _, start, length in legs) - zero) * 8
    assert call.recording.started.timestamp() * 1000 == START_MS + zero
    for index, (role, start, length) in enumerate(legs):
        side = 0 if role == "caller" else 1
        for window in range(0, len(sound) - 800 + 1, 800):
            begin, end = window / 8 + zero, window / 8 + zero + 100
            heard = power(sound[window : window + 800, side], TONES[index])
            if start <= begin and end <= start + length:
                assert heard > 0.2
            elif end <= start or begin >= start + length:
                assert heard < 0.05
        assert power(sound[:, 1 - side], TONES[index]) < 0.05
