"""The first tables, and the triggers that keep the audit as it was written."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def text(name: str, nullable: bool = False) -> sa.Column[str]:
    """Return a column of text."""
    return sa.Column(name, sa.Text(), nullable=nullable)


def moment(name: str, nullable: bool = False) -> sa.Column[object]:
    """Return a column of UTC moments."""
    return sa.Column(name, MOMENT, nullable=nullable)


def number(
    name: str, kind: type[sa.Boolean | sa.Integer | sa.Double[float]], nullable: bool = False
) -> sa.Column[bool] | sa.Column[int] | sa.Column[float]:
    """Return a column of a plain type."""
    return sa.Column(name, kind(), nullable=nullable)


def counted() -> sa.Column[int]:
    """Return the key that counts up."""
    return sa.Column("id", NUMBER, autoincrement=True, nullable=False)


def upgrade() -> None:
    """Make the tables from nothing."""
    _calls()
    _results()
    _floor()
    _books()
    _jobs()
    if op.get_bind().dialect.name == "sqlite":
        _guard_on_sqlite()
    else:
        _guard_on_postgresql()


def _calls() -> None:
    op.create_table(
        "call",
        text("linkedid"),
        text("node"),
        text("ani", True),
        text("dialled"),
        moment("started"),
        moment("ended", True),
        text("keys"),
        text("utility", True),
        number("emergency", sa.Boolean),
        text("queue", True),
        number("priority", sa.Integer, True),
        number("rung", sa.Integer, True),
        text("route", True),
        number("outage_id", sa.BigInteger, True),
        number("wait_seconds", sa.Double, True),
        number("talk_seconds", sa.Double, True),
        text("notice", True),
        number("cause", sa.Integer, True),
        sa.PrimaryKeyConstraint("linkedid", name="pk_call"),
    )
    op.create_index("ix_call_started", "call", ["started"])
    op.create_index("ix_call_outage_id", "call", ["outage_id"])
    op.create_table(
        "leg",
        text("linkedid"),
        text("uniqueid"),
        text("role"),
        text("seat", True),
        moment("started"),
        moment("answered", True),
        moment("ended", True),
        number("seconds", sa.Double, True),
        sa.PrimaryKeyConstraint("linkedid", "uniqueid", "role", name="pk_leg"),
        sa.ForeignKeyConstraint(["linkedid"], ["call.linkedid"], name="fk_leg_linkedid"),
    )
    op.create_table(
        "recording",
        text("id"),
        text("storage_key"),
        text("sha256"),
        number("seconds", sa.Double),
        number("channels", sa.Integer),
        text("kind"),
        moment("started"),
        text("node"),
        number("legal_hold", sa.Boolean),
        moment("deleted_at", True),
        sa.PrimaryKeyConstraint("id", name="pk_recording"),
        sa.ForeignKeyConstraint(["id"], ["call.linkedid"], name="fk_recording_id"),
        sa.UniqueConstraint("storage_key", name="uq_recording_storage_key"),
    )
    op.create_index("ix_recording_started", "recording", ["started"])


def _results() -> None:
    op.create_table(
        "transcript",
        text("recording_id"),
        text("engine"),
        text("model"),
        number("audio_seconds", sa.Double),
        number("spent_seconds", sa.Double),
        text("body"),
        moment("created"),
        sa.PrimaryKeyConstraint("recording_id", name="pk_transcript"),
        sa.ForeignKeyConstraint(["recording_id"], ["recording.id"], name="fk_transcript_recording_id"),
    )
    op.create_table(
        "draft",
        counted(),
        text("linkedid"),
        text("body"),
        text("state"),
        text("urgency"),
        moment("created"),
        text("case_no", True),
        sa.PrimaryKeyConstraint("id", name="pk_draft"),
        sa.ForeignKeyConstraint(["linkedid"], ["call.linkedid"], name="fk_draft_linkedid"),
        sa.UniqueConstraint("linkedid", name="uq_draft_linkedid"),
        sa.UniqueConstraint("case_no", name="uq_draft_case_no"),
    )
    op.create_index("ix_draft_state_created", "draft", ["state", "created"])


def _floor() -> None:
    op.create_table(
        "outage",
        counted(),
        text("utility"),
        text("area"),
        moment("since"),
        moment("until", True),
        text("text"),
        moment("ended", True),
        sa.PrimaryKeyConstraint("id", name="pk_outage"),
    )
    op.create_table(
        "callback",
        counted(),
        text("linkedid"),
        text("ani"),
        text("queue"),
        number("position", sa.Integer),
        moment("asked"),
        text("state"),
        moment("settled", True),
        sa.PrimaryKeyConstraint("id", name="pk_callback"),
        sa.UniqueConstraint("linkedid", name="uq_callback_linkedid"),
    )
    op.create_index("ix_callback_state_asked", "callback", ["state", "asked"])


def _books() -> None:
    op.create_table(
        "event",
        counted(),
        text("topic"),
        text("payload"),
        moment("at"),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
        # Without AUTOINCREMENT SQLite hands out the number of a purged last row again.
        sqlite_autoincrement=True,
    )
    op.create_table(
        "audit",
        counted(),
        moment("at"),
        text("who"),
        text("action"),
        text("subject"),
        text("before", True),
        text("after", True),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_subject", "audit", ["subject"])


def _jobs() -> None:
    op.create_table(
        "job_attempt",
        text("recording_id"),
        number("begun", sa.Integer),
        number("failed", sa.Integer),
        number("turn", sa.Integer),
        text("last_error", True),
        number("given_up", sa.Boolean),
        moment("updated"),
        sa.PrimaryKeyConstraint("recording_id", name="pk_job_attempt"),
        sa.ForeignKeyConstraint(["recording_id"], ["recording.id"], name="fk_job_attempt_recording_id"),
    )
    op.create_table(
        "executor",
        text("id"),
        moment("heartbeat"),
        sa.PrimaryKeyConstraint("id", name="pk_executor"),
    )


def _guard_on_sqlite() -> None:
    for what in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER audit_no_{what} BEFORE {what.upper()} ON audit "
            "BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END"
        )
    # INSERT OR REPLACE removes the old row without firing the trigger on DELETE.
    op.execute(
        "CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id) "
        "BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END"
    )


def _guard_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'audit is append-only' USING ERRCODE = 'restrict_violation'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit "
        "FOR EACH ROW EXECUTE FUNCTION audit_append_only()"
    )
    op.execute(
        "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()"
    )


def downgrade() -> None:
    """Remove everything."""
    for table in (
        "executor",
        "job_attempt",
        "audit",
        "event",
        "callback",
        "outage",
        "draft",
        "transcript",
        "recording",
        "leg",
        "call",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION audit_append_only()")
