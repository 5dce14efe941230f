"""Call-backs of every missed and interrupted call: what each call ended as, and how far each entry has come."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)

_NEW = (
    ("reason", sa.Text(), "asked"),
    ("emergency", sa.Boolean(), sa.false()),
    ("calls", sa.Integer(), "1"),
    ("attempts", sa.Integer(), "0"),
    ("turn", sa.Integer(), "0"),
    ("forced", sa.Boolean(), sa.false()),
    ("boot", sa.Text(), sa.text("''")),
    ("said", sa.Text(), sa.text("''")),
    ("why", sa.Text(), sa.text("''")),
)
_MAYBE = (
    ("utility", sa.Text()),
    ("latest", MOMENT),
    ("due", MOMENT),
    ("holder", sa.Text()),
    ("lease", MOMENT),
    ("answered_by", sa.Text()),
)


def upgrade() -> None:
    """Widen the entries, and add the book of what each call ended as."""
    for name, kind, default in _NEW:
        op.add_column("callback", sa.Column(name, kind, nullable=False, server_default=default))
    for name, maybe in _MAYBE:
        op.add_column("callback", sa.Column(name, maybe, nullable=True))
    op.execute("UPDATE callback SET latest = asked, due = asked")
    op.create_index("ix_callback_ani_state", "callback", ["ani", "state"])
    op.create_table(
        "call_outcome",
        sa.Column("linkedid", sa.Text(), nullable=False),
        sa.Column("ani", sa.Text(), nullable=True),
        sa.Column("started", MOMENT, nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("missed", sa.Text(), nullable=True),
        sa.Column("callback_id", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(["linkedid"], ["call.linkedid"], name="fk_call_outcome_linkedid"),
        sa.ForeignKeyConstraint(["callback_id"], ["callback.id"], name="fk_call_outcome_callback_id"),
        sa.PrimaryKeyConstraint("linkedid", name="pk_call_outcome"),
    )
    op.create_index("ix_call_outcome_ani_started", "call_outcome", ["ani", "started"])


def downgrade() -> None:
    """Go back to call-backs that only the queue promised."""
    op.drop_table("call_outcome")
    op.drop_index("ix_callback_ani_state", "callback")
    op.execute("DELETE FROM callback WHERE reason <> 'asked'")
    op.execute("UPDATE callback SET state = 'waiting' WHERE state IN ('placed', 'by_hand')")
    for name in (*(one[0] for one in _NEW), *(one[0] for one in _MAYBE)):
        op.drop_column("callback", name)
