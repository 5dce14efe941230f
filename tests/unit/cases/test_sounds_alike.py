"""Place names compared by sound."""

import pytest
from drafting_calls import drafted

from cases.sound import Ear, likeness, parse_reading, syllables


@pytest.mark.parametrize(
    ("heard", "meant"),
    [("善线", "单县"), ("朝鲜", "曹县"), ("合则", "菏泽"), ("运程线", "郓城县"), ("卷城县", "鄄城县")],
)
def test_what_a_recogniser_confuses_has_one_code(heard: str, meant: str) -> None:
    ear = Ear()
    readings = {"单县": "shan4 xian4"}
    sounds = parse_reading(readings[meant]) if meant in readings else syllables(meant)
    assert ear.encode(heard) == ear.codes(sounds)


@pytest.mark.parametrize("pair", ["南蓝", "张脏", "是四", "心星", "灰飞", "湖福"])
def test_the_usual_confusions_are_alike_and_less_than_the_same(pair: str) -> None:
    one, other = syllables(pair)
    assert likeness(one, other) == 0.85
    assert likeness(one, one) == 1.0


def test_tones_count_little_and_other_sounds_not_at_all() -> None:
    assert likeness(*syllables("妈马")) == 0.94
    assert likeness(*syllables("电水")) == 0.0


def test_codes_keep_their_places_beside_figures_and_marks() -> None:
    text = "我家，A座3号楼\n（西区）𠮷"
    assert len(Ear().encode(text)) == len(text)


@pytest.mark.parametrize(
    ("said", "county"),
    [
        ("我是善线的，家里停电了。", "单县"),
        ("我在朝鲜磐石接到，家里停电了。", "曹县"),
        ("母单区这边停水了。", "牡丹区"),
        ("我在运程线唐塔街道。", "郓城县"),
        ("我在卷城县红船真。", "鄄城县"),
        ("我住定桃区天中接到。", "定陶区"),
        ("陈武县这边路坏了。", "成武县"),
        ("居野县龙顾镇。", "巨野县"),
        ("东民县陆圈镇。", "东明县"),
        ("鲁溪新区这里没水。", "鲁西新区"),
        ("我在巨野龙固。", "巨野县"),
        ("我在开发区。", "开发区"),
        ("我这是佃户屯办事处。", "鲁西新区"),
    ],
)
def test_counties_are_found_by_sound(said: str, county: str) -> None:
    assert drafted("坐席: 您在哪里？", f"市民: {said}").county.value == county


def test_what_was_heard_and_why_it_was_changed_stay_with_the_field() -> None:
    field = drafted("坐席: 您是哪个县的？", "市民: 我是善线的。").county
    assert field.value == "单县"
    assert field.span is not None
    assert field.span.text == "善线"
    assert "善线" in field.why
    assert "同音" in field.why


def test_a_name_heard_by_sound_is_less_sure_than_one_spelt_right() -> None:
    heard = drafted("坐席: 您是哪个县的？", "市民: 我是善线的。").county
    spelt = drafted("坐席: 您是哪个县的？", "市民: 我是单县的。").county
    assert heard.confidence < spelt.confidence


@pytest.mark.parametrize(
    "said",
    [
        "电压超限了，电器都烧了。",
        "网上的视频上线了。",
        "我看朝鲜新闻呢。",
        "手机闪现一个通知。",
        "我想咨询一下医保报销。",
        "这个产品的质量不行。",
    ],
)
def test_common_words_are_not_taken_for_places(said: str) -> None:
    assert drafted(f"市民: {said}").county.value is None


@pytest.mark.parametrize(
    ("said", "county"),
    [
        ("我户口在东明县，房子在牡丹区。", "牡丹区"),
        ("我老家是单县的，现在住在定陶区。", "定陶区"),
        ("我在巨野县，就是通往郓城县那条路上。", "巨野县"),
    ],
)
def test_a_place_that_is_only_mentioned_is_not_where_it_is(said: str, county: str) -> None:
    assert drafted(f"市民: {said}").county.value == county


def test_a_town_alone_tells_its_county_and_says_so() -> None:
    field = drafted("市民: 我这是青堌集镇，路灯坏了。").county
    assert field.value == "曹县"
    assert "青堌集镇属曹县" in field.why
    assert field.confidence < 0.9


def test_a_town_name_of_two_counties_alone_is_doubtful() -> None:
    assert drafted("市民: 我在东城街道。").county.confidence < 0.6


def test_the_citizens_words_outweigh_the_agents() -> None:
    case = drafted("坐席: 您是在单县吗？", "市民: 不是，我在成武县。", "坐席: 好的，成武县。")
    assert case.county.value == "成武县"
