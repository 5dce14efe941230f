"""An outage lies in an area that the city has."""

import pytest
from shipped_config import ROOT, Shipped

from hotline.areas import UnknownArea, area_named
from hotline.drafting_rules import read_gazetteer

TREE = Shipped.read().tree
PLACES = read_gazetteer(ROOT / "config/gazetteer")


def test_every_area_that_a_prompt_names_is_known_and_spoken_by_it() -> None:
    for area, prompt in TREE.areas.items():
        assert TREE.areas[area_named(area, TREE, PLACES)] == prompt


@pytest.mark.parametrize(
    ("said", "usual"), [("单县", "单县"), ("经开区", "开发区"), ("高新技术开发区", "高新区"), ("东城街道", "东城街道")]
)
def test_districts_their_aliases_and_towns_are_known(said: str, usual: str) -> None:
    assert area_named(said, TREE, PLACES) == usual


@pytest.mark.parametrize(("said", "meant"), [("牡丹", "牡丹区"), ("巨野", "巨野县"), ("东城街", "东城街道")])
def test_an_unknown_area_is_refused_with_the_nearest_and_the_list(said: str, meant: str) -> None:
    with pytest.raises(UnknownArea) as refused:
        area_named(said, TREE, PLACES)
    assert f"是不是 {meant}?" in str(refused.value)
    assert "定陶区、曹县、单县" in str(refused.value)


def test_what_is_like_nothing_is_refused_without_a_guess() -> None:
    with pytest.raises(UnknownArea) as refused:
        area_named("x", TREE, PLACES)
    assert "是不是" not in str(refused.value)
    assert "县区有: 牡丹区" in str(refused.value)
