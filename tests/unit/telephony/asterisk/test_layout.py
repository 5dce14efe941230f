"""A home folder that would break Asterisk's files is refused with a way out."""

from pathlib import Path

import pytest

from telephony.asterisk.layout import Layout, UnfitHome


@pytest.mark.parametrize("home", ["/srv/热线/var", "/srv/my hotline/var", "/srv/a.b-c_d@e+f~g"])
def test_usual_paths_will_do(home: str) -> None:
    Layout(Path(home)).require_fit()


@pytest.mark.parametrize(
    "home", ["var", "/srv/a,b", "/srv/a;b", "/srv/${X}", "/srv/a\nb", "/srv/a(b)", '/srv/a"b', "/srv/a&b"]
)
def test_characters_that_asterisk_reads_otherwise_are_refused(home: str) -> None:
    with pytest.raises(UnfitHome, match="HOTLINE_HOME"):
        Layout(Path(home)).require_fit()


def test_a_path_too_long_for_the_control_socket_is_refused() -> None:
    with pytest.raises(UnfitHome, match="太长"):
        Layout(Path("/srv") / ("x" * 90)).require_fit()
