"""The database's structure: migrations and models agree, go up and down, and stand beside dbos' tables."""

import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect

from store import schema
from store.engine import connect
from store.errors import StoreOutdated, StoreUnreachable
from store.settings import StoreSettings
from store.tables import Base


@pytest.fixture
def bare(empty: StoreSettings, tmp_path: Path):
    engine = connect(empty, tmp_path)
    yield engine
    engine.dispose()


def ours(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) & set(Base.metadata.tables)


def test_migrations_make_exactly_what_the_models_say(bare: Engine) -> None:
    schema._migrate(bare, lambda config: schema.command.upgrade(config, "head"))
    with bare.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_an_empty_database_is_brought_up_and_doing_it_again_changes_nothing(bare: Engine) -> None:
    assert schema.current(bare) is None
    schema.upgrade(bare)
    schema.upgrade(bare)
    assert schema.current(bare) == schema.newest()
    assert ours(bare) == set(Base.metadata.tables)


def test_going_down_and_up_again_works_beside_the_tables_of_dbos(bare: Engine) -> None:
    schema.upgrade(bare)
    schema.downgrade(bare, "base")
    assert ours(bare) == set()
    schema.upgrade(bare)
    assert ours(bare) == set(Base.metadata.tables)


def test_a_database_that_was_never_brought_up_is_refused_with_what_to_do(bare: Engine) -> None:
    with pytest.raises(StoreOutdated, match="hotline db upgrade"):
        schema.require_current(bare)


def test_two_processes_bringing_it_up_at_once_do_it_once(empty: StoreSettings, tmp_path: Path) -> None:
    faults: list[BaseException] = []
    gate = threading.Barrier(3)

    def bring_up() -> None:
        engine = connect(empty, tmp_path)
        gate.wait(10)
        try:
            schema.upgrade(engine)
        except BaseException as error:  # noqa: BLE001 (carried over to the test's thread)
            faults.append(error)
        finally:
            engine.dispose()

    threads = [threading.Thread(target=bring_up) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []


def test_a_database_that_is_not_there_says_so(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(StoreUnreachable, match="连不上数据库"):
        connect(StoreSettings(url=f"sqlite:///{blocked}/below/hotline.db"), tmp_path)
    nowhere = connect(StoreSettings(url="postgresql://nobody@127.0.0.1:25999/none", connect_seconds=1), tmp_path)
    with pytest.raises(StoreUnreachable, match="连不上数据库"):
        schema.current(nowhere)
    nowhere.dispose()
