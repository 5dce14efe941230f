"""Whatever a recogniser writes, a draft comes out, and it claims nothing that was not heard."""

from dataclasses import fields
from datetime import UTC, datetime

from drafting_calls import drafted, facts, play, shipped_rules
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cases.draft import CallFacts, DraftCase, Field
from cases.drafting import draft
from domain.words import Speaker, Utility
from transcription.transcript import Transcript, Utterance, Word

PHRASES = st.sampled_from(
    (
        *(
            "喂你好",
            "我姓王",
            "叫",
            "先生",
            "姓",
            "单县",
            "善线",
            "牡丹区",
            "东城街道",
            "村",
            "小区",
            "花园",
            "人民路和",
            "路口",
        ),
        *(
            "停水了",
            "没电",
            "煤气味",
            "没有闻到",
            "物业",
            "不管",
            "谢谢",
            "和",
            "的",
            "在",
            "我",
            "有",
            "没",
            "是",
            "从",
        ),
        *("幺三六", "零五三零", "13605301122", "不对", "电话", "号码", "十二号楼", "三单元", "五零二", "往东五十米"),
        *("昨天晚上十点", "上周三", "每天", "半", "点", "月", "号", "一", "十", "百", "2", "，", "。", "？", ",", "."),
        *("\u3000", " ", "A", "𠮷", "é", "\x00", "[red]", "${x}", "俺庄", "夜儿个"),
    )
)
TEXT = st.lists(PHRASES, max_size=12).map("".join) | st.text(max_size=40)
SECONDS = st.floats(-5, 500, allow_nan=False)


@st.composite
def utterances(draw: st.DrawFn) -> Utterance:
    text, start, end = draw(TEXT), draw(SECONDS), draw(SECONDS)
    heard: tuple[Word, ...] = ()
    if draw(st.booleans()):
        heard = tuple(
            Word(text[i : i + 2], draw(SECONDS), draw(SECONDS), draw(st.none() | st.floats(0, 1)))
            for i in range(0, min(len(text), 8), 2)
        )
    return Utterance(draw(st.sampled_from(Speaker)), start, end, text, heard, draw(st.none() | st.floats(0, 1)))


TRANSCRIPTS = st.builds(
    Transcript,
    st.lists(utterances(), max_size=5).map(tuple),
    st.just("any"),
    st.just("any"),
    st.floats(0, 400, allow_nan=False),
    st.just(0.0),
)
FACTS = st.builds(
    CallFacts,
    st.just("heze1-1.1"),
    st.none() | st.just("13605301122"),
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(["", "9", "91"]),
    st.none() | st.sampled_from(Utility),
    st.booleans(),
)


def every_field(case: DraftCase) -> dict[str, Field[object]]:
    return {one.name: getattr(case, one.name) for one in fields(case)}


ROUNDING = Transcript(
    (Utterance(Speaker.CITIZEN, 0.0, 0.0, ""), Utterance(Speaker.CITIZEN, 0.0, 55.0, "0000000:00")),
    "any",
    "any",
    54.077342276715804,
    0.0,
)


@settings(max_examples=60)
@given(TRANSCRIPTS, FACTS)
@example(ROUNDING, CallFacts("heze1-1.1", None, datetime(2020, 1, 1, tzinfo=UTC)))
def test_no_transcript_stops_it_and_every_span_lies_within_the_audio(heard: Transcript, known: CallFacts) -> None:
    for name, field in every_field(draft(heard, known, shipped_rules())).items():
        assert 0.0 <= field.confidence <= 1.0, name
        if field.span:
            assert 0.0 <= field.span.start <= field.span.end <= heard.audio_seconds, name


@settings(max_examples=60)
@given(TRANSCRIPTS, FACTS)
def test_a_field_is_empty_or_says_why_and_an_empty_one_claims_nothing(heard: Transcript, known: CallFacts) -> None:
    for name, field in every_field(draft(heard, known, shipped_rules())).items():
        if field.value is None and field.candidate is None:
            assert field.confidence == 0.0, name
        else:
            assert field.why, name
            assert field.confidence > 0.0, name


@settings(max_examples=60)
@given(TRANSCRIPTS, FACTS)
def test_what_is_said_never_lowers_what_was_pressed(heard: Transcript, known: CallFacts) -> None:
    case = draft(heard, known, shipped_rules())
    if known.emergency:
        assert case.urgency.value == "emergency"
    if known.utility:
        assert case.utility.value is known.utility
    assert case.callback_number.value == known.ani


@given(st.text(alphabet="，。？！ 嗯啊哦喂", max_size=30))
def test_hesitation_alone_is_evidence_of_nothing(text: str) -> None:
    case = every_field(drafted(f"市民: {text}"))
    for name in ("category", "county", "address", "heard_number", "caller_name", "happened", "hazards", "unit"):
        assert case[name].value is None, name


@given(st.from_regex(r"[0-9]{11}", fullmatch=True), st.booleans())
def test_no_number_is_surer_than_80_percent_unless_it_was_read_back_or_is_the_callers_own(
    digits: str, answered: bool
) -> None:
    lines = [f"市民: 我的电话是{digits}。", *(["坐席: 好的，我记下了。"] if answered else [])]
    field = draft(play(*lines), facts(ani="05305550100"), shipped_rules()).heard_number
    assert field.confidence <= 0.8
    assert field.value in (None, digits)
