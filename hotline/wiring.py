"""From settings to the parts: the one place that knows how they are put together."""

import sys
import wave
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from domain.call import Choice
from domain.clock import Clock, SystemClock
from hotline.filing import Filing
from hotline.owed import Owed, rules_of
from hotline.settings import Settings, sound_folders
from ivr.reading import One
from ivr.tree import Tree
from ivr.walk import Walk
from store.door import Store
from store.settings import protection
from telephony.asterisk import secrets
from telephony.asterisk.layout import Layout
from telephony.asterisk.locate import locate
from telephony.asterisk.process import AsteriskProcess
from telephony.asterisk.render import Sources
from telephony.asterisk.secrets import Secrets
from telephony.asterisk.setup import prepare
from telephony.recordings.shelf import Shelf
from telephony.recordings.spool import Spool
from vault.vault import Vault

_USUAL_SECONDS = 6.0


def passwords(settings: Settings) -> Secrets:
    """Return the generated passwords, making those that are missing; raises SecretsUnusable."""
    return secrets.keep(settings.places.secrets, settings.routing.seats)


def asterisk_sources(settings: Settings) -> Sources:
    """Return all that Asterisk's configuration is made of; raises AsteriskMissing or SecretsUnusable."""
    return Sources(
        templates=settings.places.config / "asterisk",
        settings=settings.telephony,
        routing=settings.routing,
        tree=settings.tree,
        secrets=passwords(settings),
        layout=Layout(settings.places.home),
        program=locate(settings.places.tools),
        python=Path(sys.executable),
        one="yao" if settings.prompts.one is One.YAO else "d1",
    )


def asterisk(settings: Settings) -> AsteriskProcess:
    """Return Asterisk, its configuration written, not started."""
    return prepare(asterisk_sources(settings), sound_folders(settings.places, settings.prompts))


def open_store(settings: Settings, clock: Clock | None = None) -> Store:
    """Return the store; nothing is connected until it is used."""
    return Store.open(settings.store, settings.places.home, clock or SystemClock())


def vault(settings: Settings) -> Vault:
    """Return the keys; they are read, or made, when they are first needed."""
    return protection(settings.store, settings.places.home).vault


def shelf(settings: Settings) -> Shelf:
    """Return the recordings folder, sealed."""
    return Shelf(settings.places.recordings, vault(settings))


def filing(
    settings: Settings,
    store: Store,
    live: Callable[[], frozenset[str] | None],
    **told: Callable[[Any], None],
) -> Filing:
    """Return what takes finished calls in; `told` are its `filed` and `failed`."""
    return Filing(
        Spool(settings.places.spool),
        shelf(settings),
        store,
        settings.recordings,
        SystemClock(),
        live,
        boot=Layout(settings.places.home).boot_name,
        owed=Owed(settings.telephony.call_back, lambda keys, at: choice_of(settings.tree, keys, at)).outcome,
        rules=rules_of(settings.telephony.call_back),
        **told,
    )


def sound_seconds(settings: Settings) -> Callable[[str], float]:
    """Return a function from a sound's name ("hotline/notice") to its length; an unknown one counts as long."""
    folders = sound_folders(settings.places, settings.prompts)

    @lru_cache(maxsize=1024)
    def seconds(sound: str) -> float:
        for folder in reversed(folders):
            file = folder / f"{sound.rpartition('/')[2]}.wav"
            if file.is_file():
                with wave.open(str(file)) as audio:
                    length: float = audio.getnframes() / audio.getframerate()
                    return length
        return _USUAL_SECONDS

    return seconds


def hazard_titles(settings: Settings) -> dict[str, str]:
    """Return the hazards' names in Chinese."""
    return {name: hazard.title for name, hazard in settings.drafting.urgency.hazards.items()}


def choice_of(tree: Tree, keys: str, at: datetime) -> Choice:
    """Return the choice of a citizen who calls at that moment, presses these keys and then no more."""
    walk = Walk.begin(tree, at).press_all(keys)
    while walk.ending is None:
        walk = walk.press("")
    return walk.choice()
