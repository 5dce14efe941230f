"""The store on both databases: every test that asks for `settings` or `store` runs twice."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine
from store_samples import NOON, QUICK
from store_workers import Workers, alive

from chaos.postgres_server import PostgresServer, make_database, programs
from domain.clock import FixedClock
from store import schema
from store.door import Store
from store.engine import connect
from store.settings import StoreSettings


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server for the whole session, with one migrated database as the template of all others."""
    folder = programs()
    if folder is None:
        pytest.skip("PostgreSQL's server programs are not installed (apt-get install postgresql)")
    server = PostgresServer(folder)
    try:
        server.start()
        make_database(server, "template_hotline")
        engine = connect(StoreSettings(url=server.url("template_hotline")), Path("/"))
        schema.upgrade(engine)
        engine.dispose()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def database_names() -> Iterator[str]:
    return (f"test_{number}" for number in count())


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path, database_names: Iterator[str]) -> StoreSettings:
    """Settings of a database without a table."""
    if request.param == "sqlite":
        return StoreSettings(url=f"sqlite:///{tmp_path}/hotline.db", busy_seconds=2, jobs=QUICK)
    server = request.getfixturevalue("postgres")
    name = next(database_names)
    make_database(server, name)
    return StoreSettings(url=server.url(name), busy_seconds=2, jobs=QUICK)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def settings(request: pytest.FixtureRequest, tmp_path: Path, database_names: Iterator[str]) -> StoreSettings:
    """Settings of a migrated database."""
    if request.param == "sqlite":
        found = StoreSettings(url=f"sqlite:///{tmp_path}/hotline.db", busy_seconds=2, jobs=QUICK)
        engine = connect(found, tmp_path)
        schema.upgrade(engine)
        engine.dispose()
        return found
    server = request.getfixturevalue("postgres")
    name = next(database_names)
    make_database(server, name, template="template_hotline")
    return StoreSettings(url=server.url(name), busy_seconds=2, jobs=QUICK)


@pytest.fixture
def engine(settings: StoreSettings, tmp_path: Path) -> Iterator[Engine]:
    engine = connect(settings, tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def store(settings: StoreSettings, tmp_path: Path, clock: FixedClock) -> Iterator[Store]:
    store = Store.open(settings, tmp_path, clock)
    yield store
    store.close()


@pytest.fixture
def workers(settings: StoreSettings, tmp_path: Path) -> Iterator[Workers]:
    with alive(settings.url, tmp_path) as workers:
        yield workers
