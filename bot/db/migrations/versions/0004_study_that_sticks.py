"""Study that sticks: what is held of each point, rows of practice, what was read and asked, jobs, crews and leave."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _study()
    _time()
    _columns()


def _study() -> None:
    op.create_table(
        "memories",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("person_id", ROW_ID, nullable=False),
        sa.Column("point", sa.String(length=64), nullable=False),
        sa.Column("topic", sa.String(length=32), nullable=False),
        sa.Column("question_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=True),
        sa.Column("stability", sa.Double(), nullable=True),
        sa.Column("difficulty", sa.Double(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("reviewed_at", sa.BigInteger(), nullable=False),
        sa.Column("reviews", sa.Integer(), nullable=False),
        sa.Column("lapses", sa.Integer(), nullable=False),
        sa.Column("missed_at", sa.BigInteger(), nullable=True),
        sa.Column("won_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_memories_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memories")),
        sa.UniqueConstraint("person_id", "point", name=op.f("uq_memories_person_id_point")),
    )
    op.create_index(op.f("ix_memories_person_id_due_at"), "memories", ["person_id", "due_at"])
    op.create_index(op.f("ix_memories_point"), "memories", ["point"])
    op.create_table(
        "quiz_runs",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("person_id", ROW_ID, nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("topic", sa.String(length=32), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("right", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_quiz_runs_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_runs")),
    )
    op.create_index(op.f("ix_quiz_runs_person_id"), "quiz_runs", ["person_id"])
    op.create_index(op.f("ix_quiz_runs_started_at"), "quiz_runs", ["started_at"])
    op.create_table(
        "readings",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("person_id", ROW_ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=True),
        sa.Column("choice", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_readings_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_readings")),
        sa.UniqueConstraint("person_id", "kind", "key", name=op.f("uq_readings_person_id_kind_key")),
    )
    op.create_index(op.f("ix_readings_given_at"), "readings", ["given_at"])
    op.create_index(op.f("ix_readings_kind_key"), "readings", ["kind", "key"])
    op.create_table(
        "demands",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("person_id", ROW_ID, nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_demands_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demands")),
        sa.UniqueConstraint("person_id", "week", "kind", name=op.f("uq_demands_person_id_week_kind")),
    )
    op.create_index(op.f("ix_demands_week"), "demands", ["week"])
    op.create_table(
        "overruns",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("unit_id", ROW_ID, nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("more", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.Column("by", sa.String(length=16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_overruns_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overruns")),
    )
    op.create_index(op.f("ix_overruns_at"), "overruns", ["at"])
    op.create_index(op.f("ix_overruns_unit_id_week"), "overruns", ["unit_id", "week"])


def _time() -> None:
    op.create_table(
        "crew_shifts",
        sa.Column("unit_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("shift", sa.String(length=16), nullable=False),
        sa.Column("rotation", sa.String(length=80), nullable=False),
        sa.Column("rotation_from", sa.Date(), nullable=True),
        sa.Column("shift_days", sa.JSON(), nullable=False),
        sa.Column("set_by", sa.String(length=16), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_crew_shifts_unit_id_units")),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_crew_shifts")),
    )
    op.create_table(
        "job_settings",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("unit_id", ROW_ID, nullable=False),
        sa.Column("job", sa.String(length=64), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("minute", sa.Integer(), nullable=True),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("changed_by", sa.String(length=16), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_job_settings_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_settings")),
        sa.UniqueConstraint("unit_id", "job", name=op.f("uq_job_settings_unit_id_job")),
    )
    op.create_table(
        "job_troubles",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("job", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("error", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_troubles")),
    )
    op.create_index(op.f("ix_job_troubles_at"), "job_troubles", ["at"])
    op.create_table(
        "schedule_leader",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_leader")),
    )


def _columns() -> None:
    op.add_column("asks", sa.Column("run_id", ROW_ID, nullable=True))
    op.add_column("asks", sa.Column("guessed", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("asks", sa.Column("rating", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_asks_run_id"), "asks", ["run_id"])
    op.add_column("outbox", sa.Column("until", sa.BigInteger(), nullable=True))
    op.add_column("outbox", sa.Column("once", sa.String(length=64), nullable=True))
    op.create_index("uq_outbox_person_id_once", "outbox", ["person_id", "once"], unique=True)
    op.add_column("people", sa.Column("shift_from", sa.String(length=8), server_default="", nullable=False))
    op.execute(
        "UPDATE people SET shift_from = 'self' WHERE shift <> '' OR rotation <> ''"
    )  # till now only he could say
    op.add_column("people", sa.Column("leave_from", sa.Date(), nullable=True))
    op.add_column("people", sa.Column("leave_until", sa.Date(), nullable=True))
    op.add_column("schedule_runs", sa.Column("outcome", sa.String(length=8), server_default="ran", nullable=False))


def downgrade() -> None:
    op.drop_index("ix_asks_run_id", "asks")
    op.drop_column("asks", "run_id")
    op.drop_column("asks", "guessed")
    op.drop_column("asks", "rating")
    op.drop_index("uq_outbox_person_id_once", "outbox")
    op.drop_column("outbox", "until")
    op.drop_column("outbox", "once")
    op.drop_column("people", "shift_from")
    op.drop_column("people", "leave_from")
    op.drop_column("people", "leave_until")
    op.drop_column("schedule_runs", "outcome")
    for table in (
        "schedule_leader",
        "job_troubles",
        "job_settings",
        "crew_shifts",
        "overruns",
        "demands",
        "readings",
        "quiz_runs",
        "memories",
    ):
        op.drop_table(table)
