"""Passwords: made once, kept, and for the owner's eyes alone."""

import os
import stat
from pathlib import Path

import pytest
import yaml

from telephony.asterisk.secrets import SecretsUnusable, keep


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def test_a_first_start_makes_a_password_for_each_seat(tmp_path: Path) -> None:
    file = tmp_path / "var/secrets.yaml"
    made = keep(file, ["water1", "agent1001"])
    assert set(made.seats) == {"water1", "agent1001"}
    assert len({made.ami, *made.seats.values()}) == 3
    assert all(len(word) >= 20 for word in (made.ami, *made.seats.values()))
    assert mode(file) == 0o600


def test_passwords_stay_and_new_seats_are_added(tmp_path: Path) -> None:
    file = tmp_path / "secrets.yaml"
    first = keep(file, ["water1"])
    second = keep(file, ["water1", "gas1"])
    assert second.ami == first.ami
    assert second.seats["water1"] == first.seats["water1"]
    assert keep(file, ["gas1"]).seats == second.seats  # a seat that is gone may come back
    assert mode(file) == 0o600


def test_a_carriers_password_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "secrets.yaml"
    keep(file, [])
    plain = yaml.safe_load(file.read_text())
    file.write_text(yaml.safe_dump({**plain, "trunks": {"carrier": "a-long-password"}}))
    assert keep(file, ["water1"]).trunks == {"carrier": "a-long-password"}
    assert yaml.safe_load(file.read_text())["trunks"] == {"carrier": "a-long-password"}


def test_a_file_that_others_could_read_is_closed_and_used(tmp_path: Path) -> None:
    file = tmp_path / "secrets.yaml"
    before = keep(file, ["water1"])
    file.chmod(0o644)
    assert keep(file, ["water1"]) == before
    assert mode(file) == 0o600


def test_a_link_is_refused(tmp_path: Path) -> None:
    keep(tmp_path / "real.yaml", [])
    (tmp_path / "secrets.yaml").symlink_to(tmp_path / "real.yaml")
    with pytest.raises(SecretsUnusable, match="链接"):
        keep(tmp_path / "secrets.yaml", [])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_somebody_elses_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "secrets.yaml"
    keep(file, [])
    os.chown(file, 12345, 12345)
    with pytest.raises(SecretsUnusable, match="另一个用户"):
        keep(file, [])


@pytest.mark.parametrize(
    "text",
    [
        "ami: [",
        "- x",
        "other: 1",
        "ami: 1234567890123",
        "ami: short",
        "seats: [x]",
        'seats: {water1: "x;y\\nz=12345"}',
        'trunks: {carrier: "${SHELL(id)}"}',
    ],
)
def test_what_cannot_be_a_password_file_is_refused_and_left_alone(tmp_path: Path, text: str) -> None:
    file = tmp_path / "secrets.yaml"
    file.write_text(text)
    with pytest.raises(SecretsUnusable):
        keep(file, ["water1"])
    assert file.read_text() == text


def test_passwords_do_not_show_in_a_traceback(tmp_path: Path) -> None:
    made = keep(tmp_path / "secrets.yaml", ["water1"])
    assert made.ami not in repr(made)
    assert made.seats["water1"] not in repr(made)


@pytest.mark.parametrize("word", ["12345678", "agent1001-agent1001", "aaaaaaaaaaaaaaaa", "121212121212"])
def test_a_weak_password_in_place_of_ours_is_refused(tmp_path: Path, word: str) -> None:
    file = tmp_path / "secrets.yaml"
    keep(file, ["agent1001"])
    plain = yaml.safe_load(file.read_text())
    file.write_text(yaml.safe_dump({**plain, "seats": {"agent1001": word}}))
    with pytest.raises(SecretsUnusable, match="密码太弱"):
        keep(file, ["agent1001"])


def test_what_is_made_by_chance_is_never_refused(tmp_path: Path) -> None:
    names = [f"seat{number}" for number in range(1, 2000)]
    first = keep(tmp_path / "secrets.yaml", names)
    assert keep(tmp_path / "secrets.yaml", names) == first
    assert len(first.callers) >= 20
