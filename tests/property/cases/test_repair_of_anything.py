"""Whatever was written, a repair keeps lengths, times and numerals, and tells every change."""

from drafting_calls import shipped_rules
from hypothesis import given
from hypothesis import strategies as st

from cases.repair import repaired
from domain.words import Speaker
from transcription.transcript import Transcript, Utterance, Word

PIECES = st.sampled_from(
    [
        "合则",
        "善线",
        "草线",
        "工水",
        "没气味",
        "母单区",
        "政府服务热线",
        "我叫",
        "要",
        "三零",
        "138",
        "，",
        "路",
        "街道",
        "A",
    ]
)
TEXT = st.lists(PIECES, max_size=10).map("".join) | st.text(max_size=30)
NUMERALS = "零〇一二三四五六七八九十百千万两半0123456789"


@st.composite
def transcripts(draw: st.DrawFn) -> Transcript:
    said = []
    for _ in range(draw(st.integers(0, 3))):
        texts = draw(st.lists(TEXT, max_size=4))
        sure = draw(st.none() | st.floats(0, 1))
        words = tuple(Word(text, i, i + 1, sure) for i, text in enumerate(texts))
        text = "".join(texts).strip()
        said.append(Utterance(draw(st.sampled_from(Speaker)), 0, 9, text, words if draw(st.booleans()) else (), sure))
    return Transcript(tuple(said), "test", "none", 30.0, 0.1)


@given(transcripts())
def test_lengths_times_and_numerals_stay_and_every_change_is_told(before: Transcript) -> None:
    after = repaired(before, shipped_rules().lexicon)
    rebuilt = [list(said.text) for said in before.utterances]
    for repair in after.repairs:
        assert "".join(rebuilt[repair.utterance][repair.start : repair.end]) == repair.heard
        assert not set(repair.heard) & set(NUMERALS)
        assert 0.5 <= repair.sure <= 1
        assert repair.why
        rebuilt[repair.utterance][repair.start : repair.end] = repair.meant
    assert ["".join(chars) for chars in rebuilt] == [said.text for said in after.utterances]
    for old, new in zip(before.utterances, after.utterances, strict=True):
        assert (new.speaker, new.start, new.end, new.confidence) == (old.speaker, old.start, old.end, old.confidence)
        assert [(w.start, w.end, w.confidence, len(w.text)) for w in new.words] == [
            (w.start, w.end, w.confidence, len(w.text)) for w in old.words
        ]
