"""The audit becomes a chain: each row's keyed hash over itself and the row before; what is there is joined as it is."""

import sqlalchemy as sa
from alembic import op

from store.chain import join_all

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the hash, and give it to the rows that are there."""
    op.add_column("audit", sa.Column("mac", sa.Text(), nullable=True))
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_no_update")
        join_all(bind)
        op.execute(
            "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit "
            "BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END"
        )
    else:
        op.execute("ALTER TABLE audit DISABLE TRIGGER audit_no_change")
        join_all(bind)
        op.execute("ALTER TABLE audit ENABLE TRIGGER audit_no_change")


def downgrade() -> None:
    """Remove the hash."""
    op.drop_column("audit", "mac")
