"""The demo finds a place for itself on a machine where other things run."""

import socket

import pytest

from hotline.demo import DemoFailed, free_ports, free_range


def test_a_range_of_voice_ports_with_a_busy_one_in_it_is_passed_over() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as busy:
        busy.bind(("127.0.0.1", 18_357))
        assert free_range([18_200, 18_400]) == 18_400
        with pytest.raises(DemoFailed, match="18200"):
            free_range([18_200])
    assert free_range([18_200]) == 18_200


def test_the_demo_s_ports_are_on_loopback_and_apart() -> None:
    given = dict(word.split("=") for word in free_ports().split())
    assert given["telephony.sip.bind"] == "127.0.0.1"
    first, last = int(given["telephony.sip.rtp_first"]), int(given["telephony.sip.rtp_last"])
    assert (first % 2, last - first) == (0, 199)
    assert not first <= int(given["telephony.sip.port"]) <= last
