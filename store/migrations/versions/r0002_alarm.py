"""Alarms: emergencies heard in calls that had not taken the emergency way."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "alarm",
        sa.Column("draft_id", NUMBER, nullable=False),
        sa.Column("hazards", sa.Text(), nullable=False),
        sa.Column("second", sa.Double(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("raised", MOMENT, nullable=False),
        sa.Column("acknowledged", MOMENT, nullable=True),
        sa.Column("acknowledged_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name="fk_alarm_draft_id"),
        sa.PrimaryKeyConstraint("draft_id", name="pk_alarm"),
    )
    op.create_index("ix_alarm_acknowledged", "alarm", ["acknowledged"])


def downgrade() -> None:
    """Remove the table."""
    op.drop_table("alarm")
