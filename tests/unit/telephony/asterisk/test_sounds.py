"""Prompts are copied to where Asterisk plays them from, whole, and only as long as they are there."""

from pathlib import Path

import pytest
from shipped_config import ROOT

from hotline.checked import read
from ivr.prompts import Prompts
from telephony.asterisk.layout import Layout
from telephony.asterisk.sounds import check, lay


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    layout = Layout(tmp_path / "home")
    layout.make()
    return layout


def folder(place: Path, **files: str) -> Path:
    place.mkdir()
    for name, text in files.items():
        (place / f"{name.replace('_', '-')}.wav").write_text(text)
    return place


def test_a_citys_own_recording_wins(layout: Layout, tmp_path: Path) -> None:
    shipped = folder(tmp_path / "shipped", notice="ours", welcome_menu="ours")
    studio = folder(tmp_path / "studio", notice="the city's")
    lay(layout, [shipped, studio], [], tmp_path)
    assert (layout.sounds / "hotline/notice.wav").read_text() == "the city's"
    assert (layout.sounds / "hotline/welcome-menu.wav").read_text() == "ours"


def test_a_prompt_that_is_gone_is_not_played_any_more(layout: Layout, tmp_path: Path) -> None:
    shipped = folder(tmp_path / "shipped", notice="ours", old="ours")
    lay(layout, [shipped], ["old"], tmp_path)
    (shipped / "old.wav").unlink()
    lay(layout, [shipped], ["old"], tmp_path)
    assert not (layout.sounds / "hotline/old.wav").exists()
    assert list((layout.music / "old").iterdir()) == []


def test_music_is_a_folder_with_one_sound(layout: Layout, tmp_path: Path) -> None:
    shipped = folder(tmp_path / "shipped", waiting_music="tune", gas_safety="words", beep="beep")
    lay(layout, [shipped], ["default", "gas-safety"], tmp_path)
    assert (layout.music / "default/waiting-music.wav").read_text() == "tune"
    assert (layout.music / "gas-safety/gas-safety.wav").read_text() == "words"
    assert (layout.sounds / "beep.wav").read_text() == "beep"


def test_nothing_is_written_again_that_is_the_same(layout: Layout, tmp_path: Path) -> None:
    shipped = folder(tmp_path / "shipped", notice="ours")
    lay(layout, [shipped], [], tmp_path)
    before = (layout.sounds / "hotline/notice.wav").stat().st_ino
    lay(layout, [shipped], [], tmp_path)
    assert (layout.sounds / "hotline/notice.wav").stat().st_ino == before


def test_the_shipped_prompts_have_all_that_asterisk_plays() -> None:
    prompts = read(ROOT / "config/prompts.yaml").build(Prompts)
    assert check("notice", prompts.names()) == []
    assert [problem.message for problem in check("recorded", prompts.names())] == [
        "缺少 Asterisk 要播放的提示音 recorded"
    ]
