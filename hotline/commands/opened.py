"""The store, as a command opens it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer

from hotline.console import Terminal, who
from hotline.settings import Settings
from hotline.wiring import open_store, shelf
from store.door import Store
from store.errors import StoreError, StoreOutdated
from transcription.audio import InMemory, Source
from vault.keys import KeysUnusable
from vault.vault import SealBroken

_NOTHING_YET = "还没有数据: 这个数据目录里还没有数据库。make run 启动热线时会建好; 只要数据库则 hotline db upgrade"


@contextmanager
def opened(place: Terminal, settings: Settings, *, listing: bool = False) -> Iterator[Store]:
    """Lend the store; what is wrong with it ends the command with an explanation.

    Where nothing was ever written, a listing shows that there is nothing, which is no fault.
    """
    with place.faults(StoreError):
        store = open_store(settings)
        try:
            yield store
        except StoreOutdated:
            if store.revision()[0] is not None:
                raise
            if not listing:
                place.fail(_NOTHING_YET)
            place.show(_NOTHING_YET, [])
            raise typer.Exit from None
        finally:
            store.close()


def sound_of(place: Terminal, settings: Settings, file: Path, action: str, after: dict[str, Any]) -> Source:
    """Return a file to be listened to; one of the recordings folder is opened in memory, which is an audit line."""
    folder, given = settings.places.recordings.resolve(), file.resolve()
    if not given.is_relative_to(folder) or not given.is_file():
        return file
    with place.faults(KeysUnusable, SealBroken, OSError):
        content = shelf(settings).read(str(given.relative_to(folder)))
    with opened(place, settings) as store:
        store.audit(who(), action, given.stem, None, after)
    return InMemory(given.name, content)
