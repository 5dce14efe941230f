"""What protects the data of one database, carried by its engine: the keys, and the file of the audit's anchors."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from store.codec import Codec
from vault.vault import Vault

ANCHORS = "audit.anchors"
_OPTION = "hotline_protection"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Protection:
    """The vault that seals and opens, and where the audit's last hashes are written outside the database."""

    vault: Vault
    anchors: Path


def as_options(given: Protection) -> dict[str, Any]:
    """Return the execution options with which an engine carries its protection to every session and migration."""
    return {_OPTION: given}


def protection_of(bound: Session | Connection | Engine) -> Protection:
    """Return what protects the database of a session, a connection or an engine."""
    options = (bound.get_bind() if isinstance(bound, Session) else bound).get_execution_options()
    found: Protection = options[_OPTION]
    return found


def seal(session: Session, codec: Codec[T], value: T) -> str:
    """Return a value as it is stored."""
    return protection_of(session).vault.seal_text(codec.encode(value))


def unseal(session: Session, codec: Codec[T], stored: str) -> T:
    """Return a stored value; one from before there were keys, too."""
    return codec.decode(protection_of(session).vault.open_text(stored))


def seal_words(session: Session, words: str) -> str:
    """Return words of a citizen as they are stored."""
    return protection_of(session).vault.seal_text(words)


def unseal_words(session: Session, stored: str) -> str:
    """Return stored words."""
    return protection_of(session).vault.open_text(stored)
