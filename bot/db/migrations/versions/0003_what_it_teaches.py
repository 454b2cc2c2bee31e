"""What it teaches: the mine's own material with its reviews, questions as they were seen, doubts, questions in vain."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _materials()
    op.create_table(
        "known_names",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_names")),
        sa.UniqueConstraint("name", "title", name=op.f("uq_known_names_name_title")),
    )
    op.create_table(
        "question_versions",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("question_id", sa.String(length=32), nullable=False),
        sa.Column("fingerprint", sa.String(length=16), nullable=False),
        sa.Column("hash", sa.String(length=16), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_versions")),
        sa.UniqueConstraint("question_id", "hash", name=op.f("uq_question_versions_question_id_hash")),
    )
    op.create_table(
        "shelf_state",
        sa.Column("id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("revision", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shelf_state")),
    )
    op.add_column("asks", sa.Column("hash", sa.String(length=16), server_default="", nullable=False))
    _doubts()


def _materials() -> None:
    op.create_table(
        "materials",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("unit_id", ROW_ID, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("party", sa.Boolean(), nullable=False),
        sa.Column("live_version", sa.Integer(), nullable=True),
        sa.Column("author", sa.String(length=16), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_materials_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_materials")),
        sa.UniqueConstraint("key", name=op.f("uq_materials_key")),
    )
    op.create_index(op.f("ix_materials_author"), "materials", ["author"])
    op.create_index(op.f("ix_materials_state"), "materials", ["state"])
    op.create_index(op.f("ix_materials_unit_id_state"), "materials", ["unit_id", "state"])
    op.create_table(
        "material_versions",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("material_id", ROW_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("hash", sa.String(length=16), nullable=False),
        sa.Column("author", sa.String(length=16), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["material_id"],
            ["materials.id"],
            name=op.f("fk_material_versions_material_id_materials"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material_versions")),
        sa.UniqueConstraint("material_id", "number", name=op.f("uq_material_versions_material_id_number")),
    )
    op.create_table(
        "material_reviews",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("version_id", ROW_ID, nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("reviewer", sa.String(length=16), nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=False),
        sa.Column("note", sa.String(length=255), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["material_versions.id"],
            name=op.f("fk_material_reviews_version_id_material_versions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material_reviews")),
    )
    op.create_index(op.f("ix_material_reviews_reviewer"), "material_reviews", ["reviewer"])
    op.create_index(op.f("ix_material_reviews_version_id"), "material_reviews", ["version_id"])
    op.create_table(
        "unfinished",
        sa.Column("person_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_unfinished_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_unfinished")),
    )


def _doubts() -> None:
    op.create_table(
        "doubts",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("question_id", sa.String(length=32), nullable=False),
        sa.Column("hash", sa.String(length=16), nullable=False),
        sa.Column("person_id", ROW_ID, nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("rests_from", sa.BigInteger(), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("verdict", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_doubts_person_id_people"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_doubts")),
        sa.UniqueConstraint("person_id", "question_id", "hash", name=op.f("uq_doubts_person_id_question_id_hash")),
    )
    op.create_index(op.f("ix_doubts_at"), "doubts", ["at"])
    op.create_index(op.f("ix_doubts_question_id_hash"), "doubts", ["question_id", "hash"])
    op.create_table(
        "unanswered",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("text", sa.String(length=80), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unanswered")),
        sa.UniqueConstraint("text", name=op.f("uq_unanswered_text")),
    )
    op.create_index(op.f("ix_unanswered_last_at"), "unanswered", ["last_at"])


def downgrade() -> None:
    for table in (
        "unanswered",
        "doubts",
        "shelf_state",
        "question_versions",
        "known_names",
        "unfinished",
        "material_reviews",
        "material_versions",
        "materials",
    ):
        op.drop_table(table)
    op.drop_column("asks", "hash")
