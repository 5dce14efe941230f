"""Where SIP is reached: what a person wrote is checked before anything is dialled."""

import pytest
from shipped_config import Shipped

from hotline.reach import Server, Unreachable, lan_addresses, others_reach, own, server
from telephony.asterisk.settings import SipSettings

EVERYWHERE = "0.0.0.0"  # noqa: S104  nothing is bound here
SHIPPED = Shipped.read().settings.sip


def bound(address: str) -> SipSettings:
    return SipSettings(bind=address, port=5070, dids=SHIPPED.dids, trunks=SHIPPED.trunks)


@pytest.mark.parametrize(
    ("bind", "host"), [("127.0.0.1", "127.0.0.1"), (EVERYWHERE, "127.0.0.1"), ("192.0.2.7", "192.0.2.7")]
)
def test_this_machine_reaches_the_hotline_where_it_is_bound(bind: str, host: str) -> None:
    assert own(bound(bind)) == Server(host, 5070)


def test_a_server_may_be_written_with_or_without_its_port() -> None:
    assert str(server("127.0.0.1:5099", "127.0.0.2")) == "127.0.0.1:5099"
    assert str(server("localhost", "127.0.0.2")) == "localhost:5060"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("127.0.0.1:x", "127.0.0.1:x: 端口不对"),
        ("127.0.0.1:70000", "端口不对"),
        ("no-such-host.invalid:5060", "找不到主机 no-such-host.invalid"),
        ("a..b", "找不到主机 a..b"),
        ("198.51.100.7", "从 127.0.0.2 到不了 198.51.100.7:5060"),
    ],
)
def test_a_server_that_cannot_be_called_is_refused_with_what_to_do(text: str, told: str) -> None:
    with pytest.raises(Unreachable) as refused:
        server(text, "127.0.0.2")
    assert told in str(refused.value)


def test_others_reach_no_loopback_address() -> None:
    assert others_reach(bound("127.0.0.1")) == ()
    assert others_reach(bound("192.0.2.7")) == ("192.0.2.7",)
    everywhere = others_reach(bound(EVERYWHERE))
    assert everywhere == lan_addresses()
    assert not [address for address in everywhere if address.startswith("127.")]
