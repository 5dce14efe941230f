"""The seats' certificate: made once and kept, or the operator's own, whose faults are said before a start."""

import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from shipped_config import Shipped

from telephony.asterisk import certificate
from telephony.asterisk.layout import Layout
from telephony.asterisk.settings import SipSettings, TlsSettings

NOW = datetime(2025, 11, 24, 2, tzinfo=UTC)
SIP = Shipped.read().settings.sip


def made(home: Path) -> Layout:
    layout = Layout(home)
    certificate.keep(layout, SIP, NOW)
    return layout


def own(cert: Path, key: Path) -> SipSettings:
    return replace(SIP, tls=TlsSettings(certificate=str(cert), key=str(key)))


def said(sip: SipSettings, now: datetime = NOW) -> list[str]:
    return [problem.message for problem in certificate.check(sip, now)]


def test_a_pair_is_made_once_and_its_key_is_for_the_owner(tmp_path: Path) -> None:
    layout = made(tmp_path)
    first = layout.certificate.read_bytes()
    certificate.keep(layout, SIP, NOW + timedelta(days=30))
    assert layout.certificate.read_bytes() == first
    assert stat.S_IMODE(layout.certificate_key.stat().st_mode) == 0o600
    assert certificate.expires(layout.certificate) == NOW + timedelta(days=3650)
    assert said(own(layout.certificate, layout.certificate_key)) == []


def test_half_a_pair_is_made_anew(tmp_path: Path) -> None:
    layout = made(tmp_path)
    layout.certificate_key.unlink()
    certificate.keep(layout, SIP, NOW)
    assert said(own(layout.certificate, layout.certificate_key)) == []


def test_a_key_of_another_certificate_is_a_fault(tmp_path: Path) -> None:
    one, other = made(tmp_path / "one"), made(tmp_path / "other")
    assert said(own(one.certificate, other.certificate_key)) == ["私钥与证书不配"]


def test_a_certificate_that_is_over_is_a_fault(tmp_path: Path) -> None:
    layout = made(tmp_path)
    pair = own(layout.certificate, layout.certificate_key)
    assert any("有效期" in line for line in said(pair, NOW + timedelta(days=3651)))


def test_what_is_no_certificate_or_no_key_is_a_fault(tmp_path: Path) -> None:
    layout = made(tmp_path)
    text = tmp_path / "text"
    text.write_text("no certificate")
    assert "读不出 PEM 证书" in said(own(text, layout.certificate_key))[0]
    assert "读不出 PEM 证书" in said(own(tmp_path / "missing", layout.certificate_key))[0]
    assert "读不出 PEM 私钥" in said(own(layout.certificate, text))[0]


def test_nothing_of_the_operators_own_is_no_fault() -> None:
    assert said(SIP) == []
    assert said(replace(SIP, tls=None)) == []
