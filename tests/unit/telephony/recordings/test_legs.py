"""Names of spool files ↔ values."""

import pytest

from telephony.recordings.legs import Leg, Role, linkedid_of, read_name


@pytest.mark.parametrize(
    ("filename", "role", "name"),
    [
        ("heze1-1764000000.1_heze1-1764000000.1_1764000000123_caller.wav", Role.CALLER, None),
        ("heze1-1764000000.1_heze1-1764000009.4_1764000009700_seat-water1.wav", Role.SEAT, "water1"),
        (
            "heze1-1764000000.1_heze1-1764000009.4_1764000009700_outside-duty_mobile-2.wav",
            Role.OUTSIDE,
            "duty_mobile-2",
        ),
        ("1764000000.1_1764000000.1_1764000031000_message.wav", Role.MESSAGE, None),
    ],
)
def test_a_name_and_its_leg_are_the_same_thing(filename: str, role: Role, name: str | None) -> None:
    leg = read_name(filename)
    assert leg is not None
    assert (leg.role, leg.name) == (role, name)
    assert leg.filename == filename
    assert linkedid_of(filename) == leg.linkedid


@pytest.mark.parametrize(
    "filename",
    [
        "beep.wav",
        "a_b_caller.wav",
        "a_b_12_seat.wav",
        "a_b_12_caller-x.wav",
        "a_b_12_caller.wav.bak",
        "../a_b_12_caller.wav",
        "a_b_x_caller.wav",
        "a\n_b_12_caller.wav",
        "a_b_12_caller.wav\n",
    ],
)
def test_another_name_is_no_leg(filename: str) -> None:
    assert read_name(filename) is None


def test_a_leg_starts_at_its_millisecond() -> None:
    leg = Leg(linkedid="a", uniqueid="b", start_ms=1764000009700, role=Role.CALLER)
    assert leg.started.isoformat() == "2025-11-24T16:00:09.700000+00:00"


def test_a_journal_belongs_to_its_call() -> None:
    assert linkedid_of("heze1-1764000000.1.call") == "heze1-1764000000.1"
    assert linkedid_of("notes.txt") is None
