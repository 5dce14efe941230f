"""What holds for every recording."""

from hypothesis import given, settings
from hypothesis import strategies as st
from sound_files import tone

from domain.words import Speaker
from transcription.audio import resample
from transcription.engine import Heard
from transcription.settings import TurnSettings
from transcription.text import Simplifier, collapse_loops
from transcription.transcript import Transcript, Utterance, Word
from transcription.utterances import Writer
from transcription.voice import Stretch, put_together
from transcription.wire import from_plain, to_plain

RATES = st.sampled_from([8000, 11025, 16000, 22050, 44100, 48000])
SAID = st.text(alphabet="停水了六6好，,. 著請", min_size=0, max_size=30)
SIMPLIFIER = Simplifier()


@given(seconds=st.floats(0.01, 3.0), rate=RATES, wanted=st.sampled_from([8000, 16000]))
@settings(max_examples=40)
def test_resampling_keeps_the_length(seconds: float, rate: int, wanted: int) -> None:
    samples = tone(seconds, rate)

    assert abs(len(resample(samples, rate, wanted)) - len(samples) * wanted / rate) <= 1


@st.composite
def stretches(draw: st.DrawFn) -> tuple[Stretch, ...]:
    at, found = 0.0, []
    for gap, length in draw(st.lists(st.tuples(st.floats(0.05, 2.0), st.floats(0.1, 2.0)), min_size=1, max_size=6)):
        found.append(Stretch(at + gap, at + gap + length))
        at += gap + length
    return tuple(found)


@st.composite
def channels(draw: st.DrawFn, speaker: Speaker) -> list[Utterance]:
    at, found = 0.0, []
    for gap, length, text in draw(
        st.lists(st.tuples(st.floats(-0.5, 4.0), st.floats(0.0, 3.0), SAID.map(str.strip).filter(bool)), max_size=8)
    ):
        start = max(0.0, at + gap)
        at = start + length
        found.append(Utterance(speaker, start, at, text, (Word(text, start, at, 0.5),), 0.5))
    return found


@given(mine=channels(Speaker.CITIZEN), theirs=channels(Speaker.AGENT))
def test_a_conversation_keeps_order_and_loses_no_word(mine: list[Utterance], theirs: list[Utterance]) -> None:
    found = Writer(TurnSettings(), SIMPLIFIER).conversation(mine, theirs)

    assert [each.start for each in found] == sorted(each.start for each in found)
    for speaker, channel in ((Speaker.CITIZEN, mine), (Speaker.AGENT, theirs)):
        before = sorted((word for each in channel for word in each.words), key=lambda word: (word.start, word.end))
        after = [word for each in found if each.speaker is speaker for word in each.words]
        assert after == before
    for each in found:
        assert "".join(word.text for word in each.words).strip() == each.text


@given(
    where=stretches(),
    gap=st.integers(0, 500),
    said=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), SAID), max_size=8),
)
def test_every_word_falls_inside_speech(
    where: tuple[Stretch, ...], gap: int, said: list[tuple[float, float, str]]
) -> None:
    speech = put_together(tone(where[-1].end + 0.1, 8000), 8000, where, gap)
    times = [sorted((first * speech.seconds, last * speech.seconds)) for first, last, _ in said]
    heard = Heard(tuple(Word(text, start, end) for (start, end), (_, _, text) in zip(times, said, strict=True)))

    for each in Writer(TurnSettings(), SIMPLIFIER).utterances(Speaker.CITIZEN, [heard], speech):
        for word in each.words:
            assert word.start <= word.end
            assert any(s.start - 0.001 <= word.start and word.end <= s.end + 0.001 for s in where)


@given(pieces=st.lists(SAID, max_size=12), repeats=st.integers(3, 6))
def test_collapsing_loops_only_takes_away_and_what_is_collapsed_stays_so(pieces: list[str], repeats: int) -> None:
    words = tuple(Word(text, float(i), float(i + 1)) for i, text in enumerate(pieces) if text)

    once = collapse_loops(words, repeats)

    left = iter("".join(word.text for word in words))
    assert all(character in left for word in once for character in word.text)
    assert {word.start for word in once} <= {word.start for word in words}


@given(mine=channels(Speaker.CITIZEN), notes=st.lists(SAID, max_size=2))
def test_a_transcript_goes_through_the_pipe_unchanged(mine: list[Utterance], notes: list[str]) -> None:
    transcript = Transcript(tuple(mine), "whisper", "whisper-base", 12.5, 3.25, tuple(notes))

    assert from_plain(to_plain(transcript)) == transcript
