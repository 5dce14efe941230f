"""Seats by TLS and SRTP, with real telephones: nobody on the wire hears them, plain ones still work unless refused."""

import socket
import ssl
import time
from dataclasses import replace
from pathlib import Path

import pytest
from decided_routes import LIMIT, at, decided, strength, tone
from real_asterisk import Make, RealAsterisk
from wire import captured, tone_in

from routing.route import Ring, Route, RouteKind
from telephony.phone import Phone, PhoneError, State
from telephony.phone.spec import Srtp

pytestmark = pytest.mark.asterisk
TO_WATER = Route(RouteKind.EMERGENCY, rings=(Ring(0, seat="water1"),), ring_seconds=10, queue="agents")


def by_tls(house: RealAsterisk, **more: object) -> dict[str, object]:
    server = f"127.0.0.1:{house.settings.sip.tls_port}"
    srtp = Srtp.DEMANDED if house.settings.sip.encrypted else Srtp.OFFERED
    return {"registrar": server, "trust": house.layout.certificate, "srtp": srtp, **more}


def talk(house: RealAsterisk, number: str, folder: Path, **seat: object) -> tuple[float, float, float]:
    """A citizen (900 Hz) talks to the water seat (500 Hz): how well each hears the other, and the wire the seat."""
    said = {"answer_after": 0.1, "play": tone(folder / "seat.wav", 500), "loop": True, "record": folder / "at-seat.wav"}
    with (
        decided(house, TO_WATER),
        at(house, "water1", **said, **seat) as water,
        Phone.start(
            house.citizen(number, play=tone(folder / "city.wav", 900), loop=True, record=folder / "at-citizen.wav")
        ) as citizen,
        captured() as caught,
    ):
        citizen.call("12345")
        water.wait_for(State.CONFIRMED, LIMIT)
        citizen.wait_for(State.CONFIRMED, LIMIT)
        house.await_journal(number, "answered")
        time.sleep(2.0)  # of talk
        citizen.hang_up()
        water.wait_for(State.ENDED, LIMIT)
    house.await_journal(number, "ended")
    sip = house.settings.sip
    streams = caught.rtp(sip.rtp_first, sip.rtp_last)
    heard = max(tone_in(stream, 500) for stream in streams)
    return strength(folder / "at-citizen.wav", 500), strength(folder / "at-seat.wav", 900), heard


def test_a_plain_telephone_still_works_and_the_wire_hears_it(asterisk: RealAsterisk, tmp_path: Path) -> None:
    citizen_hears, seat_hears, wire_hears = talk(asterisk, "13900100001", tmp_path)
    assert min(citizen_hears, seat_hears) > 0.05
    assert wire_hears > 0.8  # so that the next test could fail


def test_by_tls_and_srtp_both_hear_and_the_wire_hears_noise(asterisk: RealAsterisk, tmp_path: Path) -> None:
    citizen_hears, seat_hears, wire_hears = talk(asterisk, "13900100002", tmp_path, **by_tls(asterisk))
    assert min(citizen_hears, seat_hears) > 0.05
    assert wire_hears < 0.05


def test_a_telephone_that_trusts_somebody_else_does_not_talk_to_us(asterisk: RealAsterisk, make_asterisk: Make) -> None:
    other = make_asterisk()
    with (
        Phone.start(asterisk.seat("water1", **by_tls(asterisk, trust=other.layout.certificate))) as water,
        pytest.raises(PhoneError),
    ):
        water.wait_registered(LIMIT)


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_old_tls_is_refused_and_the_key_is_the_owners(asterisk: RealAsterisk) -> None:
    def version(newest: ssl.TLSVersion) -> str | None:
        context = ssl.create_default_context(cafile=str(asterisk.layout.certificate))
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, newest
        context.set_ciphers("ALL:@SECLEVEL=0")
        with (
            socket.create_connection(("127.0.0.1", asterisk.settings.sip.tls_port), 5) as wire,
            context.wrap_socket(wire, server_hostname="127.0.0.1") as secure,
        ):
            return secure.version()

    assert version(ssl.TLSVersion.TLSv1_2) == "TLSv1.2"
    with pytest.raises(ssl.SSLError):
        version(ssl.TLSVersion.TLSv1_1)
    assert asterisk.layout.certificate_key.stat().st_mode & 0o077 == 0


@pytest.fixture(scope="module")
def strict(make_asterisk: Make) -> RealAsterisk:
    return make_asterisk(lambda s, r, t: (replace(s, sip=replace(s.sip, encrypted=True)), r, t))


def test_where_encryption_is_demanded_a_plain_seat_can_neither_call_nor_be_called(
    strict: RealAsterisk, tmp_path: Path
) -> None:
    citizen_hears, seat_hears, wire_hears = talk(strict, "13900100003", tmp_path, **by_tls(strict))
    assert min(citizen_hears, seat_hears) > 0.05
    assert wire_hears < 0.05
    with at(strict, "power1", **by_tls(strict, answer_after=0.1)) as power:
        with at(strict, "gas1", **by_tls(strict)) as gas:
            gas.call("power1")
            power.wait_for(State.CONFIRMED, LIMIT)
        with at(strict, "water1") as plain:
            plain.call("power1")
            assert plain.wait_for(State.ENDED, LIMIT).code in (403, 488, 603)
            with at(strict, "gas1", **by_tls(strict)) as gas:
                gas.call("water1")
                assert gas.wait_for(State.ENDED, LIMIT).code >= 400
        with at(strict, "heat1", srtp=Srtp.DEMANDED) as half:  # encrypted speech, but its keys in plain sight
            half.call("power1")
            assert half.wait_for(State.ENDED, LIMIT).code in (403, 488, 603)
