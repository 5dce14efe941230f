"""The certificate that seats' telephones see: self-signed and made once, or the operator's own, checked first."""

import ipaddress
import os
import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from domain.problem import Problem
from telephony.asterisk.layout import Layout
from telephony.asterisk.settings import SipSettings

_YEARS = 10
_BITS = 2048  # what the telephones on desks can read; 3072 and curves are beyond many of them
_NAME = "hotline12345"


def keep(layout: Layout, sip: SipSettings, now: datetime) -> None:
    """Make key and certificate where they are not there yet; both stay as they are from start to start."""
    if layout.certificate.exists() and layout.certificate_key.exists():
        return
    key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _NAME)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * _YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectAlternativeName(_names(sip)), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    layout.certificate.parent.mkdir(parents=True, exist_ok=True)
    layout.certificate.parent.chmod(0o700)
    plain = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _put(layout.certificate_key, plain, 0o600)
    _put(layout.certificate, certificate.public_bytes(serialization.Encoding.PEM), 0o644)


def check(sip: SipSettings, now: datetime) -> Iterator[Problem]:
    """Say why the operator's own certificate and key cannot be used at a moment, if they cannot."""
    if sip.tls is None or sip.tls.certificate is None or sip.tls.key is None:
        return
    try:
        certificate = x509.load_pem_x509_certificate(Path(sip.tls.certificate).read_bytes())
    except (OSError, ValueError) as error:
        yield Problem(("sip", "tls", "certificate"), f"{sip.tls.certificate} 读不出 PEM 证书 ({error})")
        return
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        until = f"{certificate.not_valid_before_utc:%Y-%m-%d} 至 {certificate.not_valid_after_utc:%Y-%m-%d}"
        yield Problem(("sip", "tls", "certificate"), f"证书此刻无效, 有效期 {until}")
    try:
        key = serialization.load_pem_private_key(Path(sip.tls.key).read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        yield Problem(("sip", "tls", "key"), f"{sip.tls.key} 读不出 PEM 私钥 (不能带口令) ({error})")
        return
    if key.public_key() != certificate.public_key():
        yield Problem(("sip", "tls", "key"), "私钥与证书不配")


def expires(file: Path) -> datetime | None:
    """Return until when a certificate is valid, None where it cannot be read."""
    try:
        return x509.load_pem_x509_certificate(file.read_bytes()).not_valid_after_utc
    except (OSError, ValueError):
        return None


def _names(sip: SipSettings) -> list[x509.GeneralName]:
    """Return what telephones may know us by: this machine's name, and the addresses that are written down."""
    names: list[x509.GeneralName] = [x509.DNSName(name) for name in _hosts()]
    for text in dict.fromkeys((sip.bind, sip.external_address or "", "127.0.0.1")):
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            continue
        if not address.is_unspecified:
            names.append(x509.IPAddress(address))
    return names


def _hosts() -> list[str]:
    host = socket.gethostname()
    return [host, "localhost"] if host.isascii() and host else ["localhost"]


def _put(file: Path, content: bytes, mode: int) -> None:
    """Write beside and rename; what is secret is never readable by others, not even for a moment."""
    beside = file.with_name(f".{file.name}.new")
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(file)
