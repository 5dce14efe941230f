"""What Alembic runs: `store.schema` hands over an open connection that holds the migration lock."""

from typing import Any

from alembic import context

from store.tables import Base


def ours(_item: object, _name: str | None, kind: str, reflected: bool, counterpart: object) -> bool:
    """Leave out tables that no model describes: dbos keeps its own in the same database, and migrates them itself."""
    return not (kind == "table" and reflected and counterpart is None)


def run(connection: Any) -> None:
    """Apply the revisions on the connection; whoever opened it commits."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=ours,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
