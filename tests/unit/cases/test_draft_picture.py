"""The picture of a call's way: well-formed, each field tied to its seconds, what was put right told."""

from xml.etree import ElementTree

from drafting_calls import facts, shipped_rules

from cases.drafting import draft, understood
from cases.picture import way
from domain.words import Speaker
from transcription.transcript import Transcript, Utterance, Word

SVG = "{http://www.w3.org/2000/svg}"


def said(speaker: Speaker, start: float, text: str, sure: float = 0.6) -> Utterance:
    words = tuple(Word(char, start + i * 0.2, start + i * 0.2 + 0.2, sure) for i, char in enumerate(text))
    return Utterance(speaker, start, start + len(text) * 0.2, text, words, sure)


def drawn() -> ElementTree.Element:
    rules = shipped_rules()
    said_by_both = (said(Speaker.AGENT, 1, "您好合则12345"), said(Speaker.CITIZEN, 10, "我在善线，停谁了<&>"))
    heard = Transcript(said_by_both, "test", "none", 40.0, 0.1)
    transcript = understood(heard, rules)
    levels = {Speaker.CITIZEN: [0.0, 0.5, 1.0, 0.2], Speaker.AGENT: [1.0, 0.0, 0.0, 0.0]}
    return ElementTree.fromstring(way(transcript, draft(transcript, facts(), rules), levels, {}))  # noqa: S314 - our own


def test_what_was_put_right_is_told_with_what_was_heard() -> None:
    bold = [(span.text or "") for span in drawn().iter(f"{SVG}tspan")]
    assert bold == ["菏泽", "(合则)", "单县", "(善线)", "水", "(谁)"]


def test_a_field_is_tied_to_its_seconds_of_its_speaker() -> None:
    """Ten seconds of forty are a quarter of the lane."""
    frames = [frame for frame in drawn().iter(f"{SVG}rect") if frame.get("stroke")]
    assert frames
    lefts = [float(frame.get("x", 0)) for frame in frames]
    assert all(96 + (1280 - 96 - 28) * 0.25 <= left <= 96 + (1280 - 96 - 28) * 0.33 for left in lefts)
    assert {frame.get("y") for frame in frames} == {"58"}


def test_every_field_that_is_known_has_a_row_with_its_value() -> None:
    texts = [text.text for text in drawn().iter(f"{SVG}text")]
    assert "单县" in texts
    assert "县区" in texts
    assert "险情" not in texts
