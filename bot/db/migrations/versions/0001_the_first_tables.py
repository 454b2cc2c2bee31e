"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "inbox",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("gave_up", sa.Boolean(), nullable=False),
        sa.Column("person_id", ROW_ID, nullable=True),
        sa.Column("reply_kind", sa.String(length=8), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_inbox")),
    )
    op.create_index(op.f("ix_inbox_received_at"), "inbox", ["received_at"], unique=False)
    op.create_index(
        "ix_inbox_owed",
        "inbox",
        ["person_id"],
        unique=False,
        sqlite_where=sa.text("gave_up"),
        postgresql_where=sa.text("gave_up"),
    )

    op.create_table(
        "people",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("openid", sa.String(length=64), nullable=False),
        sa.Column("met_at", sa.BigInteger(), nullable=False),
        sa.Column("followed", sa.Boolean(), nullable=False),
        sa.Column("follow_changed_at", sa.BigInteger(), nullable=False),
        sa.Column("last_wrote_at", sa.BigInteger(), nullable=False),
        sa.Column("window_until", sa.BigInteger(), nullable=True),
        sa.Column("window_left", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("noticed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("openid", name=op.f("uq_people_openid")),
    )

    op.create_table(
        "schedule_runs",
        sa.Column("job", sa.String(length=64), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("ran_at", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("job", "due_at", name=op.f("pk_schedule_runs")),
    )
    op.create_table(
        "tokens",
        sa.Column("app_id", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(length=512), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("fetched_at", sa.BigInteger(), nullable=False),
        sa.Column("forced_at", sa.BigInteger(), nullable=False),
        sa.Column("fetching_until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("app_id", name=op.f("pk_tokens")),
    )
    op.create_table(
        "asks",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("person_id", ROW_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("question_id", sa.String(length=32), nullable=False),
        sa.Column("fingerprint", sa.String(length=16), nullable=False),
        sa.Column("shuffle", sa.String(length=6), nullable=False),
        sa.Column("picked", sa.String(length=6), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.String(length=64), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_asks_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asks")),
        sa.UniqueConstraint("person_id", "number", name=op.f("uq_asks_person_id_number")),
    )
    op.create_index(op.f("ix_asks_asked_at"), "asks", ["asked_at"], unique=False)
    op.create_index(
        "uq_asks_person_id_day",
        "asks",
        ["person_id", "day"],
        unique=True,
        sqlite_where=sa.text("mode = 'daily'"),
        postgresql_where=sa.text("mode = 'daily'"),
    )

    op.create_table(
        "dialogs",
        sa.Column("person_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("step", sa.String(length=64), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_dialogs_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_dialogs")),
    )
    op.create_table(
        "pages",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("person_id", ROW_ID, nullable=False),
        sa.Column("kept_at", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_pages_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pages")),
    )
    op.create_index(op.f("ix_pages_kept_at"), "pages", ["kept_at"], unique=False)
    op.create_index(op.f("ix_pages_person_id"), "pages", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_pages_person_id"), "pages")
    op.drop_index(op.f("ix_pages_kept_at"), "pages")

    op.drop_table("pages")
    op.drop_table("dialogs")
    op.drop_index(
        "uq_asks_person_id_day",
        "asks",
        sqlite_where=sa.text("mode = 'daily'"),
        postgresql_where=sa.text("mode = 'daily'"),
    )
    op.drop_index(op.f("ix_asks_asked_at"), "asks")

    op.drop_table("asks")
    op.drop_table("tokens")
    op.drop_table("schedule_runs")

    op.drop_table("people")
    op.drop_index("ix_inbox_owed", "inbox")
    op.drop_index(op.f("ix_inbox_received_at"), "inbox")

    op.drop_table("inbox")
