"""config/recordings.yaml is right as shipped, and its faults are said by key."""

from pathlib import Path

import pytest

from hotline.checked import ConfigurationError, parse, read
from telephony.recordings import RecordingSettings, check

SHIPPED = Path(__file__).resolve().parents[4] / "config" / "recordings.yaml"


def test_the_shipped_file_is_right_and_says_every_setting() -> None:
    document = read(SHIPPED)
    settings = document.build(RecordingSettings)
    document.require(check(settings))
    assert settings == RecordingSettings()
    assert set(document.value) == set(RecordingSettings.__dataclass_fields__)


def test_a_misspelt_key_is_named_with_its_line() -> None:
    with pytest.raises(ConfigurationError, match=r"yaml:2: retention_day: 不认识的键, 是不是 retention_days"):
        parse("sweep_seconds: 60\nretention_day: 3\n", Path("recordings.yaml")).build(RecordingSettings)


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        (RecordingSettings(quiet_seconds=10), "quiet_seconds"),
        (RecordingSettings(quiet_seconds=60, settle_seconds=60), "quiet_seconds"),
        (RecordingSettings(quiet_seconds=3600, longest_call_hours=1), "longest_call_hours"),
    ],
)
def test_values_that_do_not_fit_together_are_said(settings: RecordingSettings, key: str) -> None:
    assert [problem.path for problem in check(settings)] == [(key,)]
