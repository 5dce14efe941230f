"""ops/nftables/hotline.nft on real packets, in a network of its own: floods stop, carriers and answers do not."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from real_asterisk import ROOT

RULES = ROOT / "ops/nftables/hotline.nft"


def in_own_network(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(["unshare", "-n", *words], capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture(autouse=True)
def tools() -> None:
    if shutil.which("nft") is None:
        pytest.skip("nftables is not installed (apt-get install nftables)")
    if in_own_network("nft", "list", "ruleset").returncode:
        pytest.skip("this machine lets us have no network of our own (it takes root)")


def flood(rules: Path | str) -> dict[str, dict[str, int]]:
    script = Path(__file__).with_name("flood_in_netns.py")
    done = in_own_network(sys.executable, str(script), str(rules))
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, int]] = json.loads(done.stdout)
    return found


def test_the_file_is_well_formed_and_may_be_loaded_again_and_again() -> None:
    assert in_own_network("nft", "-c", "-f", str(RULES)).stderr == ""
    twice = in_own_network("sh", "-c", f"nft -f {RULES} && nft -f {RULES} && nft list tables")
    assert twice.stdout == "table inet hotline\n"


def test_without_the_rules_every_packet_arrives_so_that_the_next_test_could_fail() -> None:
    found = flood("none")
    assert found["at once"] == {"127.0.0.9": 2000, "127.0.0.2": 100, "127.0.0.5": 10, "203.0.113.9": 10}
    assert found["carrier"]["127.0.0.2"] == 2000
    assert found["tls"]["127.0.0.9"] == 60


def test_a_flood_is_cut_and_everybody_else_is_heard_in_full() -> None:
    found = flood(RULES)
    assert 55 <= found["at once"]["127.0.0.9"] <= 400  # more only where the machine is slow
    assert found["at once"]["127.0.0.2"] == 100  # the carrier's calls, all of them
    assert found["at once"]["127.0.0.5"] == 10
    assert "203.0.113.9" not in found["at once"]
    assert 1200 <= found["answers"]["127.0.0.9"] <= 4000
    assert 195 <= found["carrier"]["127.0.0.2"] <= 1000  # a carrier gone mad has its limit, too
    assert 20 <= found["tls"]["127.0.0.9"] <= 45
