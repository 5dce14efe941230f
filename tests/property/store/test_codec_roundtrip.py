"""Whatever a recogniser or a drafter can say, the store gives back exactly."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.draft import DraftCase, Field, Span
from domain.words import DemandType, Speaker, Urgency, Utility
from store.codec import CodecError, draft_cases, transcripts
from transcription.transcript import Reading, SpokenNumber, Transcript, Utterance, Word

numbers = st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(max_size=20)
words = st.builds(Word, texts, numbers, numbers, st.none() | numbers)
utterances = st.builds(
    Utterance,
    st.sampled_from(Speaker),
    numbers,
    numbers,
    texts,
    st.lists(words, max_size=3).map(tuple),
    st.none() | numbers,
)
heard_again = st.builds(
    SpokenNumber,
    st.sampled_from(Speaker),
    numbers,
    numbers,
    st.lists(st.builds(Reading, texts, numbers), max_size=3).map(tuple),
)
spoken = st.builds(
    Transcript,
    st.lists(utterances, max_size=3).map(tuple),
    texts,
    texts,
    numbers,
    numbers,
    st.tuples(texts),
    numbers=st.lists(heard_again, max_size=2).map(tuple),
)
moments = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=8))]))


def field(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    span = st.builds(Span, st.sampled_from(Speaker), numbers, numbers, texts)
    return st.builds(Field, st.none() | values, numbers, st.none() | span, texts)


cases = st.builds(
    DraftCase,
    type=field(st.sampled_from(DemandType)),
    category=field(st.lists(texts, max_size=5).map(tuple)),
    utility=field(st.sampled_from(Utility)),
    reason_code=field(texts),
    urgency=field(st.sampled_from(Urgency)),
    hazards=field(st.lists(texts, max_size=3).map(tuple)),
    county=field(texts),
    address=field(texts),
    callback_number=field(texts),
    heard_number=field(texts),
    caller_name=field(texts),
    happened=field(moments),
    title=field(texts),
    description=field(texts),
    unit=field(texts),
)


@given(spoken)
def test_a_transcript_comes_back_as_it_was(value: Transcript) -> None:
    assert transcripts().decode(transcripts().encode(value)) == value


def test_a_transcript_stored_before_numbers_were_heard_again_is_read_as_one_without() -> None:
    plain = transcripts().plain(Transcript((), "whisper", "whisper-base", 12.5, 3.25))
    del plain["numbers"]
    assert transcripts().decode(json.dumps(plain)).numbers == ()


@given(cases)
def test_a_draft_comes_back_as_it_was(value: DraftCase) -> None:
    back = draft_cases().decode(draft_cases().encode(value))
    assert back == value
    assert isinstance(back.urgency.value, Urgency | None)
    moment: datetime | None = back.happened.value
    assert moment is None or moment.utcoffset() is not None


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_number_that_json_does_not_have_is_refused_when_written(number: float) -> None:
    with pytest.raises(CodecError):
        transcripts().encode(Transcript((), "e", "m", number, 0.0))


@pytest.mark.parametrize("text", ["", "{", "[]", '{"utterances": 1}'])
def test_a_text_that_is_no_transcript_is_refused_when_read(text: str) -> None:
    with pytest.raises(CodecError):
        transcripts().decode(text)
