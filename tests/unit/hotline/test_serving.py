"""What `hotline up` tells a person: where a softphone goes, and why it cannot from elsewhere."""

from pathlib import Path

import pytest

from hotline.commands.serving import softphone_guide
from hotline.places import places
from hotline.reach import lan_addresses
from hotline.settings import OVERRIDES, Settings, load


def bound(home: Path, address: str) -> Settings:
    return load(places({"HOTLINE_HOME": str(home)}), {OVERRIDES: f"telephony.sip.bind={address}"})


def test_a_loopback_hotline_says_that_it_is_for_this_machine_only_and_which_key_opens_it(tmp_path: Path) -> None:
    server, note = softphone_guide(bound(tmp_path, "127.0.0.1"))
    assert server == "127.0.0.1:5060 (只限本机)"
    assert "telephony.yaml 里的 sip.bind 改为 0.0.0.0" in note


def test_a_hotline_bound_to_one_address_names_it(tmp_path: Path) -> None:
    assert softphone_guide(bound(tmp_path, "192.0.2.7")) == ("192.0.2.7:5060", "")


@pytest.mark.skipif(not lan_addresses(), reason="this machine has no network")
def test_a_hotline_bound_everywhere_names_the_addresses_that_others_reach(tmp_path: Path) -> None:
    server, note = softphone_guide(bound(tmp_path, "0.0.0.0"))  # noqa: S104  nothing is bound
    assert server == " 或 ".join(f"{address}:5060" for address in lan_addresses())
    assert "127.0.0.1" not in server
    assert note == ""
