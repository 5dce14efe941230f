"""Whoever is not known hears the same of everybody, word for word; whoever is elsewhere is not listened to at all."""

from dataclasses import replace

import pytest
from raw_sip import Stranger, plain, status
from real_asterisk import Make, RealAsterisk

from telephony.phone import Phone, State

pytestmark = pytest.mark.asterisk
LIMIT = 15.0


def server(house: RealAsterisk) -> tuple[str, int]:
    return house.settings.sip.bind, house.settings.sip.port


@pytest.mark.parametrize("method", ["REGISTER", "INVITE", "OPTIONS", "SUBSCRIBE", "MESSAGE", "PUBLISH", "REFER"])
def test_a_seat_and_nobody_are_answered_alike(asterisk: RealAsterisk, method: str) -> None:
    names = ("water1", "nobody", "trunk-demo", "seat-base", "agents", "12345", "*", "%27%3B--")
    with Stranger(server(asterisk)) as stranger:
        answers = {name: plain(stranger.ask(method, name)) for name in names}
    assert len(set(answers.values())) == 1, answers
    assert status(next(iter(answers.values()))) == 401


@pytest.mark.parametrize("method", ["REGISTER", "INVITE"])
def test_a_wrong_password_an_unknown_user_and_an_unknown_number_are_answered_alike(
    asterisk: RealAsterisk, method: str
) -> None:
    answers = {}
    with Stranger(server(asterisk)) as stranger:
        for user in ("water1", "nobody"):
            for to in ("power1", "13853067219", "12345") if method == "INVITE" else ("",):
                challenge = stranger.ask(method, user, to)
                proof = stranger.prove(challenge, method, user, "wrong", to)
                answers[user, to] = plain(stranger.ask(method, user, to, **proof))
    assert len(set(answers.values())) == 1, answers
    assert status(next(iter(answers.values()))) == 401


def test_the_right_password_is_told_apart_so_that_these_tests_could_fail(asterisk: RealAsterisk) -> None:
    word = asterisk.secrets.seats["heat1"]
    with Stranger(server(asterisk)) as seat:
        challenge = seat.ask("REGISTER", "heat1")
        accepted = seat.ask("REGISTER", "heat1", **seat.prove(challenge, "REGISTER", "heat1", word), Expires="0")
        assert status(accepted) == 200


def test_a_proof_cannot_be_used_by_another_name(asterisk: RealAsterisk) -> None:
    """A seat that is one seat by password is no other seat by From."""
    word = asterisk.secrets.seats["heat1"]
    with Stranger(server(asterisk)) as seat:
        challenge = seat.ask("REGISTER", "water1")
        answer = seat.ask("REGISTER", "water1", **seat.prove(challenge, "REGISTER", "heat1", word))
        assert status(answer) == 401


@pytest.fixture(scope="module")
def closed(make_asterisk: Make) -> RealAsterisk:
    """Seats may be at 127.0.0.1 alone."""
    return make_asterisk(lambda s, r, t: (replace(s, sip=replace(s.sip, seat_networks=("127.0.0.1/32",))), r, t))


@pytest.mark.parametrize("method", ["REGISTER", "INVITE", "OPTIONS"])
def test_from_elsewhere_even_a_seat_is_refused_unread(closed: RealAsterisk, method: str) -> None:
    with Stranger(server(closed), "127.0.0.9") as stranger:
        answers = {name: plain(stranger.ask(method, name)) for name in ("water1", "nobody")}
    assert len(set(answers.values())) == 1
    assert status(answers["water1"]) == 403
    assert "WWW-Authenticate" not in answers["water1"]


def test_seats_and_the_trunk_are_let_in_where_they_are(closed: RealAsterisk) -> None:
    with Phone.start(closed.seat("water1")) as water, Phone.start(closed.citizen()) as citizen:
        water.wait_registered(LIMIT)
        citizen.call("12345")
        citizen.wait_for(State.CONFIRMED, LIMIT)
        citizen.hang_up()
