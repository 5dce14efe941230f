"""No identity or card number gets through to a reader: not in a transcript, not in a draft, however it was divided."""

from dataclasses import fields

from drafting_calls import facts, shipped_rules
from hypothesis import given, settings
from hypothesis import strategies as st
from identity_numbers import cards, identities, in_pieces, old_identities, readable

from cases.drafting import draft
from cases.masked import Masking
from domain.words import Speaker
from transcription.transcript import Transcript, Utterance, Word

FOR_CALLING_BACK = Masking.of(shipped_rules().numbers.config, telephones=False)
LEADS = st.sampled_from(("我身份证号是", "我家没水了，身份证", "帮我查社保卡，卡号", "记好：", ""))


@st.composite
def calls(draw: st.DrawFn) -> tuple[str, Transcript]:
    """Draw a number and a call in which the citizen says it, divided into words and turns anyhow."""
    number = draw(st.one_of(identities(), old_identities(), cards()))
    pieces = [draw(LEADS), *draw(in_pieces(number))]
    turns: list[list[str]] = [[]]
    for piece in pieces:
        turns[-1].append(piece)
        if draw(st.integers(0, 6)) == 0:
            turns.append([])
    said: list[Utterance] = []
    for at, turn in enumerate(filter(None, turns)):
        words = tuple(Word(text, 3.0 * at, 3.0 * at + 1, 0.9) for text in turn)
        said.append(Utterance(Speaker.CITIZEN, 3.0 * at, 3.0 * at + 1, "".join(turn), words, 0.9))
        said.append(Utterance(Speaker.AGENT, 3.0 * at + 1.5, 3.0 * at + 2, "好的。"))
    return number, Transcript(tuple(said), "play", "none", 3.0 * len(said), 0.0)


@settings(max_examples=100)
@given(calls())
def test_not_even_who_may_see_telephone_numbers_reads_one_in_a_transcript(call: tuple[str, Transcript]) -> None:
    masked = FOR_CALLING_BACK.transcript(call[1])
    for said in masked.utterances:
        assert readable(said.text) == ""
        assert readable("".join(word.text for word in said.words)) == ""


@settings(max_examples=40)
@given(calls())
def test_no_text_of_a_draft_carries_one(call: tuple[str, Transcript]) -> None:
    number, heard = call
    case = draft(heard, facts(ani=None), shipped_rules())
    parts = [getattr(case, each.name) for each in fields(case)]
    whole = readable("/".join(f"{part.value}/{part.span.text if part.span else ''}/{part.why}" for part in parts))
    assert not [number[at : at + 6] for at in range(len(number) - 5) if number[at : at + 6] in whole]
