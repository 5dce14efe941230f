"""Whatever a recogniser writes: the numbers found in it lie in it, one after another."""

from hypothesis import example, given
from hypothesis import strategies as st

from transcription.second_look import runs
from transcription.settings import NumberSettings

PIECES = (
    "电话",
    "号码是",
    "手机",
    "一三八",
    "12345",
    "要药",
    "，",
    "。 ",
    "嗯",
    "水",
    "-",
    "]",
    "^",
    "\\",
    "\ufeff",
    "٣",
    "𝟙",
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
SIGNS = st.text(alphabet="一二三四五六七八九零]^-\\[.*", min_size=1, max_size=12)
WORDS = st.text(alphabet="电话号码一二.*(|", min_size=1, max_size=4)
SETTINGS = st.builds(
    NumberSettings,
    sure=SIGNS,
    likely=st.just("") | SIGNS,
    announced=st.lists(WORDS, min_size=1, max_size=3).map(tuple),
    fewest=st.integers(3, 20),
    fewest_announced=st.integers(3, 20),
    reach=st.integers(0, 30),
)


@given(text=TEXTS, settings=st.just(NumberSettings()) | SETTINGS)
@example(text="电话一二三四或五六七八九零一", settings=NumberSettings())
def test_the_numbers_of_any_text_lie_in_it_in_order_and_apart(text: str, settings: NumberSettings) -> None:
    found = list(runs(text, settings))

    edges = [edge for start, end in found for edge in (start, end)]
    assert edges == sorted(edges)
    assert all(0 <= start < end <= len(text) for start, end in found)


@given(text=TEXTS)
def test_a_number_holds_as_many_digits_as_were_asked_for(text: str) -> None:
    settings = NumberSettings()
    for start, end in runs(text, settings):
        sure = [char for char in text[start:end] if char in settings.sure or char in "0123456789"]
        assert len(sure) >= min(settings.fewest, settings.fewest_announced)
