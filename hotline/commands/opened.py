"""The store, as a command opens it."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from hotline.console import Terminal
from hotline.settings import Settings
from hotline.wiring import open_store
from store.door import Store
from store.errors import StoreError, StoreOutdated

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
