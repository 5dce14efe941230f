"""The database's structure: brought up to date, checked, taken back. dbos' own tables are its own business."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from dbos import DBOS, SQLAlchemyDatasource
from sqlalchemy import Connection, Engine, text

from store.engine import faults_told_apart
from store.errors import StoreNewer, StoreOutdated

JOB_SCHEMA = "dbos"
"""On PostgreSQL dbos keeps its tables in a schema of its own; on SQLite they lie beside ours."""
_LOCK = 12345


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring our tables to a revision and dbos' tables to its newest; changes nothing where that is so already.

    Several processes may call it at once: one does it, the others wait their turn and find it done. Raises StoreNewer,
    and touches nothing, where a newer program has changed the database.
    """
    require_known(current(engine))
    _migrate(engine, lambda config: command.upgrade(config, revision))
    url = engine.url.render_as_string(hide_password=False)
    with faults_told_apart():
        DBOS.migrate(url, schema=JOB_SCHEMA)
        SQLAlchemyDatasource.migrate(url, schema=JOB_SCHEMA)


def downgrade(engine: Engine, revision: str) -> None:
    """Take our tables back to an earlier revision ("base": none). Data in what is dropped is lost."""
    _migrate(engine, lambda config: command.downgrade(config, revision))


def current(engine: Engine) -> str | None:
    """Return the revision of the database, None for an empty one."""
    with faults_told_apart(), engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """Return the newest revision that this program knows."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def require_known(revision: str | None) -> None:
    """Raise StoreNewer where this program does not know a revision: a newer one has made it."""
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if revision is not None and revision not in known:
        raise StoreNewer(f"数据库 {revision}, 程序只到 {newest()}")


def require_current(engine: Engine) -> None:
    """Raise StoreOutdated unless the database is at the newest revision, StoreNewer where it is beyond."""
    found, wanted = current(engine), newest()
    require_known(found)
    if found != wanted:
        raise StoreOutdated(f"数据库 {found or '空'}, 程序 {wanted}")


def _config() -> Config:
    config = Config()
    # A percent sign would be taken for an interpolation by configparser.
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config


def _migrate(engine: Engine, step: Callable[[Config], None]) -> None:
    config = _config()
    with faults_told_apart(), _locked(engine) as connection:
        config.attributes["connection"] = connection
        step(config)


@contextmanager
def _locked(engine: Engine) -> Iterator[Connection]:
    """Lend a connection in one transaction that nobody else migrates beside: all of a migration is there, or none."""
    with engine.connect() as connection, connection.begin():
        if connection.dialect.name == "sqlite":
            # The driver would begin only before the first INSERT, and run the CREATEs before it unprotected.
            connection.execute(text("BEGIN IMMEDIATE"))
        else:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        yield connection
