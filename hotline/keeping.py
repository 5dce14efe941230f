"""Sealing anew: what lies in the clear or under an older key, in the database and on the shelf; and a change of keys.

Nothing is remembered of how far it came: each text and each file says by itself under which key it is. Cut off
anywhere, it goes on where it was when it is begun again, and everything stays readable throughout.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from domain.clock import Clock
from store.door import Store
from telephony.recordings.shelf import Shelf
from vault.keys import Keyring
from vault.vault import SealBroken, Standing, Vault

log = structlog.get_logger()

GRACE = timedelta(seconds=90)
"""Whoever began to write under the old key before there was a new one is done after this."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How files and texts lie: under the key in use, under older ones, in the clear."""

    current: int
    old: int
    clear: int


@dataclass(slots=True)
class Sealed:
    """What was done: texts and files sealed anew, and what no key opens."""

    texts: int = 0
    files: int = 0
    broken: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Keeper:
    """Keeps everything sealed under the key in use."""

    vault: Vault
    store: Store
    shelf: Shelf
    clock: Clock
    wait: Callable[[float], None] = time.sleep

    def tally(self) -> tuple[Tally, Tally]:
        """Return how texts and how files lie."""
        current = self.vault.keyring().current.name
        counts = self.store.sealed()
        clear, now = counts.pop("", 0), counts.pop(current, 0)
        files = [self.shelf.standing(key) for key in self.shelf.stored()]
        return (
            Tally(now, sum(counts.values()), clear),
            Tally(files.count(Standing.CURRENT), files.count(Standing.OLD), files.count(Standing.CLEAR)),
        )

    def seal(self, said: Callable[[int], None] = lambda _: None) -> Sealed:
        """Seal everything that is not under the key in use; `said` is told how many things were gone over."""
        done = Sealed()
        texts = self.store.reseal(said)
        done.texts, done.broken = texts.done, list(texts.broken)
        for key in self.shelf.stored():
            try:
                done.files += self.shelf.reseal(key)
            except SealBroken:
                done.broken.append(key)
            said(1)
        return done

    def rotate(self, who: str, said: Callable[[int], None] = lambda _: None) -> tuple[Keyring, Sealed]:
        """Make new keys, or go on with those of a change that was cut off, and seal everything with them.

        The old ones go when nothing needs them: everything was gone over after GRACE, and all of it was opened.
        """
        known = self.vault.keyring()
        if len(known.data) == 1:
            known = self.vault.add(self.clock.now())
            self.store.audit(who, "keys.rotate", known.current.name, {"key": known.data[-2].name}, None)
        done = self.seal(said)
        left = (known.current.made + GRACE - self.clock.now()).total_seconds()
        if left > 0:
            self.wait(left)
        again = self.seal(said)  # what was begun under the old key and finished meanwhile
        done.texts, done.files, done.broken = done.texts + again.texts, done.files + again.files, again.broken
        if not done.broken:
            gone = [key.name for key in known.data[:-1]]
            self.vault.retire()
            self.store.audit(who, "keys.retire", known.current.name, {"keys": gone}, None)
        return self.vault.keyring(), done
