"""The rules' files: what ships is right, and what is wrong is said with file, line and key."""

import shutil
from pathlib import Path

import pytest
from drafting_calls import CONFIG

from cases.gazetteer import PlaceKind, read_places
from hotline.checked import ConfigurationError
from hotline.drafting_rules import read_drafting, read_gazetteer, read_rules


@pytest.fixture
def config(tmp_path: Path) -> Path:
    for folder in ("drafting", "gazetteer"):
        shutil.copytree(CONFIG / folder, tmp_path / folder)
    return tmp_path


def change(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")


def faults(config: Path) -> str:
    with pytest.raises(ConfigurationError) as caught:
        read_rules(config)
    return str(caught.value)


def test_the_shipped_rules_are_right(config: Path) -> None:
    assert read_drafting(config / "drafting", read_gazetteer(config / "gazetteer")).categories.tree


def test_the_shipped_gazetteer_knows_the_citys_areas() -> None:
    places = read_gazetteer(CONFIG / "gazetteer")
    areas = {place.name for place in places if place.kind is PlaceKind.AREA}
    assert areas == {
        *("牡丹区", "定陶区", "曹县", "单县", "成武县", "巨野县", "郓城县", "鄄城县", "东明县"),
        *("鲁西新区", "开发区", "高新区"),
    }
    assert len(places) > 5000
    assert {"冉堌镇", "青堌集镇"} <= {place.name for place in places}


@pytest.mark.parametrize(
    ("file", "before", "after", "said"),
    [
        ("categories.yaml", "cues: {停水: 5", "cue: {停水: 5", "不认识的键"),
        ("categories.yaml", "停水: 5", "停水: 很多", "应为数字"),
        ("categories.yaml", "reason: 温度不达标", "reason: 太冷", "供热没有原因“太冷”"),
        ("categories.yaml", "- name: 管道漏水", "- name: 停水", "写了两次"),
        ("dispatch.yaml", "categories: [供水]", "categories: [共水]", "没有叫“共水”的事项分类"),
        ("dispatch.yaml", "city_counties: [牡丹区", "city_counties: [牡丹县", "没有叫“牡丹县”的县区"),
        ("urgency.yaml", "level: emergency", "level: urgent", "不能是 'urgent'"),
        ("categories.yaml", "cues: {停水: 5", 'cues: {"": 5', "写法不符"),
        ("categories.yaml", "cues: {停水: 5", "cues: {水管++爆: 5", "写法不符"),
        ("urgency.yaml", "over: [", "over: [表杨, ", "没有叫“表杨”的事项分类"),
        ("wording.yaml", "  俺: 我", '  俺: ""', "太短"),
        ("wording.yaml", "fillers: [", 'fillers: ["", ', "太短"),
        ("times.yaml", "now: [", 'now: ["", ', "太短"),
        ("numbers.yaml", 'area_code: "0530"', "area_code: 530", "应为文字"),
        ("numbers.yaml", "second_look_clear: 0.5", "second_look_clear: 0.0", "应大于 0"),
        ("numbers.yaml", "second_look: [0.45, 0.75]", "second_look: [0.45]", "second_look"),
        ("numbers.yaml", "second_look: [0.45, 0.75]", "second_look: [0.8, 0.4]", "second_look: 第一个数不能大于第二个"),
        ("numbers.yaml", "others: [", "other: [", "不认识的键"),
        ("utilities.yaml", "water: {title", "wasser: {title", "wasser"),
        ("wording.yaml", "wish: 要求", "", "缺少这一项"),
        ("calibration.yaml", "county: [[", "county: [[0.99, 0], [", "curves.county.1: 两个数都应逐点上升"),
        ("calibration.yaml", "county: [[", "county: [[0.01, 1.1], [", "应不大于 1"),
        ("thresholds.yaml", "county: 0.5", "hazards: 0.5", "不能是 'hazards'"),
    ],
)
def test_a_fault_is_said_with_file_and_line(config: Path, file: str, before: str, after: str, said: str) -> None:
    change(config / "drafting" / file, before, after)
    text = faults(config)
    assert said in text
    assert f"{file}:" in text


def test_a_category_of_six_levels_is_refused(config: Path) -> None:
    nested = "tree:\n  - name: 一\n    children: [{name: 二, children: [{name: 三, children: [{name: 四, children: "
    nested += "[{name: 五, children: [{name: 六}]}]}]}]}]\n"
    change(config / "drafting" / "categories.yaml", "tree:\n", nested)
    assert "最多 5 级" in faults(config)


def test_a_missing_file_is_named(config: Path) -> None:
    (config / "drafting" / "person.yaml").unlink()
    assert "person.yaml:1: 找不到这个文件" in faults(config)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("villages,王庄村,单县", "不能是 'villages'"),
        ("village,王,单县", "不像地名"),
        ("estate,阳光花园,", "没有写县区"),
        ("estate,阳光花园,丹县", "没有叫“丹县”的县区"),
        ("estate,阳光花园,单县,北成街道", "没有叫“北成街道”的乡镇街道"),
        ("estate,阳光花园,单县,北城街道,,yang2 guang1", "读音"),
        ("estate", "列"),
    ],
)
def test_a_wrong_row_of_an_operators_file_is_said_with_its_line(config: Path, row: str, said: str) -> None:
    (config / "gazetteer" / "estates.csv").write_text(
        f"kind,name,counties,town,aliases,reading\n{row}\n", encoding="utf-8"
    )
    told = faults(config)
    assert told.startswith(f"{config / 'gazetteer' / 'estates.csv'}:2: ")
    assert said in told


def test_an_operators_estate_is_found_by_sound(config: Path) -> None:
    (config / "gazetteer" / "estates.csv").write_text(
        "kind,name,counties,town,aliases,reading\nestate,锦绣龙庭,单县,北城街道,,\n", encoding="utf-8"
    )
    from drafting_calls import facts, play

    from cases.drafting import draft

    case = draft(play("坐席: 地址？", "市民: 单县北城街道进秀龙停六号楼。"), facts(), read_rules(config))
    assert case.address.value == "菏泽市单县北城街道锦绣龙庭6号楼"


def test_a_byte_order_mark_and_comments_do_no_harm() -> None:
    places, wrong = read_places("\ufeffkind,name,counties,town,aliases,reading\n# 说明\n\nestate,阳光花园,单县\n")
    assert [(line, place.name) for line, place in places] == [(4, "阳光花园")]
    assert not wrong


def test_a_gazetteer_saved_by_excel_in_its_own_encoding_is_told_what_to_do(config: Path) -> None:
    (config / "gazetteer" / "own.csv").write_text("estate,锦绣龙庭,单县\n", encoding="gbk")
    assert "另存为“CSV UTF-8”" in faults(config)
