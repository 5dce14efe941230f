"""The shipped configuration passes; every fault of a changed one is told with file and line, all at once."""

import shutil
from pathlib import Path

import pytest

from hotline.checked import ConfigurationError
from hotline.places import Places, places
from hotline.settings import load


@pytest.fixture
def own(tmp_path: Path) -> Places:
    shutil.copytree(places({}).config, tmp_path / "config")
    return Places(config=tmp_path / "config", home=tmp_path / "home", tools=tmp_path / "tools")


def change(own: Places, file: str, before: str, after: str) -> int:
    """Replace a text that stands once in a file; return its line."""
    path = own.config / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    return text[: text.index(before)].count("\n") + 1


def faults(own: Places, **environ: str) -> tuple[str, ...]:
    with pytest.raises(ConfigurationError) as raised:
        load(own, environ)
    return raised.value.faults


def test_the_shipped_configuration_is_sound(own: Places) -> None:
    settings = load(own, {})
    assert settings.telephony.sip.dids == ("12345",)
    assert settings.tree.start in settings.tree.menus


def test_a_seat_that_does_not_exist_is_told_with_its_line(own: Places) -> None:
    line = change(own, "routing.yaml", "neighbours: [power1, duty1], outside", "neighbours: [power9, duty1], outside")
    assert any(
        fault.startswith(f"{own.config}/routing.yaml:{line}: emergency.water.neighbours") for fault in faults(own)
    )


def test_a_key_that_does_not_exist_and_a_wrong_type_in_two_files_are_told_together(own: Places) -> None:
    one = change(own, "recordings.yaml", "retention_days:", "retention_day:")
    two = (
        change(own, "store.yaml", "pool:", "pool: many #") if "pool:" in (own.config / "store.yaml").read_text() else 0
    )
    found = faults(own)
    assert any(f"recordings.yaml:{one}: retention_day: 不认识的键" in fault for fault in found)
    assert not two or any(f"store.yaml:{two}: pool: 应为整数" in fault for fault in found)


def test_a_prompt_without_audio_is_told_with_its_line_and_what_to_do(own: Places) -> None:
    (own.config / "prompts" / "gas-safety.wav").unlink()
    [fault] = faults(own)
    assert "prompts.yaml:" in fault
    assert "prompts.gas-safety: 缺少录音; 请运行 hotline prompts render" in fault


def test_a_prompt_that_asterisk_plays_itself_may_not_be_taken_away(own: Places) -> None:
    change(own, "prompts.yaml", "  all-busy:", "  all-bussy:")
    assert any("all-busy" in fault and "prompts.yaml" in fault for fault in faults(own))


def test_a_value_may_come_from_the_environment_and_is_checked_like_any_other(own: Places) -> None:
    assert load(own, {"HOTLINE_SET": "telephony.sip.port=15060"}).telephony.sip.port == 15060
    assert any(
        "sip.port: 不能是 70000; 应不大于 65535" in f for f in faults(own, HOTLINE_SET="telephony.sip.port=70000")
    )
    assert any("应写成" in fault for fault in faults(own, HOTLINE_SET="port"))


def test_a_torn_gazetteer_row_is_told_with_its_line(own: Places) -> None:
    file = own.config / "gazetteer" / "towns.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([*lines, "town,某镇"]) + "\n", encoding="utf-8")
    assert any(fault.startswith(f"{file}:{len(lines) + 1}: ") for fault in faults(own))
