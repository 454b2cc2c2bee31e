"""Exams with their sittings and training records, and the crew contest."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _exams()
    _contests()
    op.create_index(op.f("ix_inbox_person_id_received_at"), "inbox", ["person_id", "received_at"])


def _exams() -> None:
    op.create_table(
        "exams",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("unit_id", ROW_ID, nullable=False),
        sa.Column("title", sa.String(length=64), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("opens_at", sa.BigInteger(), nullable=False),
        sa.Column("closes_at", sa.BigInteger(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("counts", sa.String(length=8), nullable=False),
        sa.Column("pass_mark", sa.Integer(), nullable=False),
        sa.Column("together", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("made_by", sa.String(length=16), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(length=48), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_exams_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exams")),
        sa.UniqueConstraint("key", name=op.f("uq_exams_key")),
    )
    op.create_index(op.f("ix_exams_state_opens_at"), "exams", ["state", "opens_at"])
    op.create_index(op.f("ix_exams_unit_id_state"), "exams", ["unit_id", "state"])
    op.create_table(
        "exam_attempts",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("exam_id", ROW_ID, nullable=False),
        sa.Column("person_id", ROW_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("paper", sa.JSON(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("reviewed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["exam_id"], ["exams.id"], name=op.f("fk_exam_attempts_exam_id_exams")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_exam_attempts_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_attempts")),
        sa.UniqueConstraint("exam_id", "person_id", "number", name=op.f("uq_exam_attempts_exam_id_person_id_number")),
    )
    op.create_index(op.f("ix_exam_attempts_person_id"), "exam_attempts", ["person_id"])
    op.create_index(op.f("ix_exam_attempts_until"), "exam_attempts", ["until"])
    op.create_table(
        "exam_answers",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("attempt_id", ROW_ID, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.String(length=32), nullable=False),
        sa.Column("answer", sa.String(length=64), nullable=False),
        sa.Column("picked", sa.String(length=6), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["exam_attempts.id"],
            name=op.f("fk_exam_answers_attempt_id_exam_attempts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_answers")),
        sa.UniqueConstraint("attempt_id", "place", name=op.f("uq_exam_answers_attempt_id_place")),
    )
    op.create_table(
        "training_records",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("alias", sa.String(length=16), nullable=False),
        sa.Column("unit_id", ROW_ID, nullable=False),
        sa.Column("exam_id", ROW_ID, nullable=True),
        sa.Column("held_at", sa.BigInteger(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(length=255), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("note", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["exam_id"], ["exams.id"], name=op.f("fk_training_records_exam_id_exams")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_training_records_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_records")),
    )
    op.create_index(op.f("ix_training_records_alias"), "training_records", ["alias"])
    op.create_index(op.f("ix_training_records_held_at"), "training_records", ["held_at"])
    op.create_index(op.f("ix_training_records_unit_id_held_at"), "training_records", ["unit_id", "held_at"])


def _contests() -> None:
    op.create_table(
        "contests",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("unit_id", ROW_ID, nullable=True),
        sa.Column("host_id", ROW_ID, nullable=True),
        sa.Column("title", sa.String(length=64), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("over_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["host_id"], ["people.id"], name=op.f("fk_contests_host_id_people"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_contests_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contests")),
    )
    op.create_index(op.f("ix_contests_code"), "contests", ["code"])
    op.create_index(op.f("ix_contests_host_id"), "contests", ["host_id"])
    op.create_index(op.f("ix_contests_made_at"), "contests", ["made_at"])
    still_open = sa.text("state <> 'over'")
    op.create_index(
        "uq_contests_code_open", "contests", ["code"], unique=True, sqlite_where=still_open, postgresql_where=still_open
    )
    op.create_table(
        "contest_teams",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("contest_id", ROW_ID, nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("unit_id", ROW_ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contests.id"], name=op.f("fk_contest_teams_contest_id_contests"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_contest_teams_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contest_teams")),
        sa.UniqueConstraint("contest_id", "name", name=op.f("uq_contest_teams_contest_id_name")),
    )
    op.create_table(
        "contest_players",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("contest_id", ROW_ID, nullable=False),
        sa.Column("person_id", ROW_ID, nullable=False),
        sa.Column("team_id", ROW_ID, nullable=False),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contests.id"], name=op.f("fk_contest_players_contest_id_contests"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_contest_players_person_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["contest_teams.id"], name=op.f("fk_contest_players_team_id_contest_teams"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contest_players")),
        sa.UniqueConstraint("contest_id", "person_id", name=op.f("uq_contest_players_contest_id_person_id")),
    )
    op.create_index(op.f("ix_contest_players_person_id"), "contest_players", ["person_id"])
    op.create_table(
        "contest_answers",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("contest_id", ROW_ID, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("person_id", ROW_ID, nullable=False),
        sa.Column("team_id", ROW_ID, nullable=False),
        sa.Column("answer", sa.String(length=64), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contests.id"], name=op.f("fk_contest_answers_contest_id_contests"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_contest_answers_person_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["contest_teams.id"], name=op.f("fk_contest_answers_team_id_contest_teams"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contest_answers")),
        sa.UniqueConstraint(
            "contest_id", "place", "person_id", name=op.f("uq_contest_answers_contest_id_place_person_id")
        ),
    )
    op.create_index(op.f("ix_contest_answers_person_id"), "contest_answers", ["person_id"])
    op.create_table(
        "contest_hands",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("contest_id", ROW_ID, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("team_id", ROW_ID, nullable=False),
        sa.Column("raised", sa.Integer(), nullable=False),
        sa.Column("right", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contests.id"], name=op.f("fk_contest_hands_contest_id_contests"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["contest_teams.id"], name=op.f("fk_contest_hands_team_id_contest_teams"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contest_hands")),
        sa.UniqueConstraint("contest_id", "place", "team_id", name=op.f("uq_contest_hands_contest_id_place_team_id")),
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_inbox_person_id_received_at"), "inbox")
    for table in (
        "contest_hands",
        "contest_answers",
        "contest_players",
        "contest_teams",
        "contests",
        "training_records",
        "exam_answers",
        "exam_attempts",
        "exams",
    ):
        op.drop_table(table)
