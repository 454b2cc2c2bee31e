"""The mine and its people: units, roster, roles, consents, letters, what is owed, and what was done."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WAITING = sa.text("state = 'waiting'")
RANDOM_ALIAS = {
    "sqlite": "UPDATE people SET alias = lower(hex(randomblob(8)))",
    "postgresql": "UPDATE people SET alias = substr(md5(random()::text || id), 1, 16)",
}


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=16), nullable=False),
        sa.Column("act", sa.String(length=48), nullable=False),
        sa.Column("subject", sa.String(length=16), nullable=False),
        sa.Column("unit_id", ROW_ID, nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_at"), "audit", ["at"], unique=False)
    op.create_table(
        "danger_calls",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("alias", sa.String(length=16), nullable=False),
        sa.Column("unit_id", ROW_ID, nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("sure", sa.Boolean(), nullable=False),
        sa.Column("paged", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_danger_calls")),
    )
    op.create_index(op.f("ix_danger_calls_at"), "danger_calls", ["at"], unique=False)
    op.create_table(
        "units",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("parent_id", ROW_ID, nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("path", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["units.id"], name=op.f("fk_units_parent_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("path", name=op.f("uq_units_path")),
    )
    op.create_index(op.f("ix_units_parent_id"), "units", ["parent_id"], unique=False)
    op.create_table(
        "members",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("alias", sa.String(length=16), nullable=False),
        sa.Column("staff_no", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("unit_id", ROW_ID, nullable=False),
        sa.Column("group_id", ROW_ID, nullable=True),
        sa.Column("section_id", ROW_ID, nullable=True),
        sa.Column("crew_id", ROW_ID, nullable=True),
        sa.Column("trade", sa.String(length=32), nullable=False),
        sa.Column("shift", sa.String(length=32), nullable=False),
        sa.Column("political", sa.String(length=16), nullable=False),
        sa.Column("position", sa.String(length=64), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("left_at", sa.BigInteger(), nullable=True),
        sa.Column("frozen_at", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("tried_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["crew_id"], ["units.id"], name=op.f("fk_members_crew_id_units")),
        sa.ForeignKeyConstraint(["group_id"], ["units.id"], name=op.f("fk_members_group_id_units")),
        sa.ForeignKeyConstraint(["section_id"], ["units.id"], name=op.f("fk_members_section_id_units")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_members_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
        sa.UniqueConstraint("alias", name=op.f("uq_members_alias")),
        sa.UniqueConstraint("staff_no", name=op.f("uq_members_staff_no")),
    )
    op.create_index(op.f("ix_members_name"), "members", ["name"], unique=False)
    op.create_index(op.f("ix_members_unit_id"), "members", ["unit_id"], unique=False)
    op.create_table(
        "grants",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("member_id", ROW_ID, nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("unit_id", ROW_ID, nullable=False),
        sa.Column("granted_by", sa.String(length=16), nullable=False),
        sa.Column("granted_at", sa.BigInteger(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("code_until", sa.BigInteger(), nullable=True),
        sa.Column("code_tries", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_grants_member_id_members"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_grants_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
        sa.UniqueConstraint("member_id", "role", "unit_id", name=op.f("uq_grants_member_id_role_unit_id")),
    )
    op.create_index(op.f("ix_grants_role_unit_id"), "grants", ["role", "unit_id"], unique=False)
    op.create_table(
        "consents",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("person_id", ROW_ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_consents_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_person_id"), "consents", ["person_id"], unique=False)
    _letters()
    _people()


def _letters() -> None:
    op.create_table(
        "letters",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("person_id", ROW_ID, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("unit_id", ROW_ID, nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_letters_person_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_letters_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
    )
    op.create_index(op.f("ix_letters_opened_at"), "letters", ["opened_at"], unique=False)
    op.create_index(op.f("ix_letters_person_id"), "letters", ["person_id"], unique=False)
    op.create_index(op.f("ix_letters_state_unit_id"), "letters", ["state", "unit_id"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("person_id", ROW_ID, nullable=False),
        sa.Column("about_id", ROW_ID, nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("try_after", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["about_id"], ["people.id"], name=op.f("fk_outbox_about_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_outbox_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(op.f("ix_outbox_about_id"), "outbox", ["about_id"], unique=False)
    op.create_index(
        "ix_outbox_due", "outbox", ["urgency"], unique=False, sqlite_where=WAITING, postgresql_where=WAITING
    )
    op.create_index(op.f("ix_outbox_made_at"), "outbox", ["made_at"], unique=False)
    op.create_index(op.f("ix_outbox_person_id"), "outbox", ["person_id"], unique=False)
    op.create_table(
        "letter_lines",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("letter_id", ROW_ID, nullable=False),
        sa.Column("from_staff", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letters.id"], name=op.f("fk_letter_lines_letter_id_letters"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_lines")),
    )
    op.create_index(op.f("ix_letter_lines_letter_id"), "letter_lines", ["letter_id"], unique=False)


def _people() -> None:
    with op.batch_alter_table("people") as people:
        people.add_column(sa.Column("alias", sa.String(length=16), nullable=False, server_default=""))
        people.add_column(sa.Column("member_id", ROW_ID, nullable=True))
        people.add_column(sa.Column("bound_at", sa.BigInteger(), nullable=True))
        people.add_column(sa.Column("consented", sa.Integer(), server_default="0", nullable=False))
        people.add_column(sa.Column("political_consent", sa.Integer(), server_default="0", nullable=False))
        people.add_column(sa.Column("bind_tries", sa.Integer(), server_default="0", nullable=False))
        people.add_column(sa.Column("bind_tried_at", sa.BigInteger(), nullable=True))
        people.add_column(sa.Column("scene_unit_id", ROW_ID, nullable=True))
        people.add_column(sa.Column("roles_from", sa.BigInteger(), nullable=True))
        people.add_column(sa.Column("shift", sa.String(length=16), server_default="", nullable=False))
        people.add_column(sa.Column("rotation", sa.String(length=80), server_default="", nullable=False))
        people.add_column(sa.Column("rotation_from", sa.Date(), nullable=True))
        people.add_column(sa.Column("shift_days", sa.JSON(), server_default="{}", nullable=False))
        people.add_column(sa.Column("remind_at", sa.Integer(), nullable=True))
        people.add_column(sa.Column("paused_until", sa.BigInteger(), nullable=True))
        people.add_column(sa.Column("with_human_until", sa.BigInteger(), nullable=True))
        people.add_column(sa.Column("tag", sa.String(length=16), server_default="", nullable=False))
        people.add_column(sa.Column("tagged", sa.String(length=16), server_default="", nullable=False))
        people.create_foreign_key(
            op.f("fk_people_member_id_members"), "members", ["member_id"], ["id"], ondelete="SET NULL"
        )
        people.create_foreign_key(op.f("fk_people_scene_unit_id_units"), "units", ["scene_unit_id"], ["id"])
    op.execute(RANDOM_ALIAS[op.get_bind().dialect.name])
    with op.batch_alter_table("people") as people:
        people.alter_column("alias", existing_type=sa.String(length=16), server_default=None)
    op.create_index(op.f("ix_people_alias"), "people", ["alias"], unique=True)
    op.create_index(op.f("ix_people_member_id"), "people", ["member_id"], unique=True)


def downgrade() -> None:
    op.drop_index(op.f("ix_people_member_id"), "people")
    op.drop_index(op.f("ix_people_alias"), "people")
    with op.batch_alter_table("people") as people:
        people.drop_constraint(op.f("fk_people_scene_unit_id_units"), type_="foreignkey")
        people.drop_constraint(op.f("fk_people_member_id_members"), type_="foreignkey")
        people.drop_column("tagged")
        people.drop_column("tag")
        people.drop_column("with_human_until")
        people.drop_column("paused_until")
        people.drop_column("remind_at")
        people.drop_column("shift_days")
        people.drop_column("rotation_from")
        people.drop_column("rotation")
        people.drop_column("shift")
        people.drop_column("roles_from")
        people.drop_column("scene_unit_id")
        people.drop_column("bind_tried_at")
        people.drop_column("bind_tries")
        people.drop_column("political_consent")
        people.drop_column("consented")
        people.drop_column("bound_at")
        people.drop_column("member_id")
        people.drop_column("alias")
    op.drop_index(op.f("ix_letter_lines_letter_id"), table_name="letter_lines")
    op.drop_table("letter_lines")
    op.drop_index(op.f("ix_outbox_person_id"), table_name="outbox")
    op.drop_index(op.f("ix_outbox_made_at"), table_name="outbox")
    op.drop_index("ix_outbox_due", table_name="outbox", sqlite_where=WAITING, postgresql_where=WAITING)
    op.drop_index(op.f("ix_outbox_about_id"), table_name="outbox")
    op.drop_table("outbox")
    op.drop_index(op.f("ix_letters_state_unit_id"), table_name="letters")
    op.drop_index(op.f("ix_letters_person_id"), table_name="letters")
    op.drop_index(op.f("ix_letters_opened_at"), table_name="letters")
    op.drop_table("letters")
    op.drop_index(op.f("ix_consents_person_id"), table_name="consents")
    op.drop_table("consents")
    op.drop_index(op.f("ix_grants_role_unit_id"), table_name="grants")
    op.drop_table("grants")
    op.drop_index(op.f("ix_members_unit_id"), table_name="members")
    op.drop_index(op.f("ix_members_name"), table_name="members")
    op.drop_table("members")
    op.drop_index(op.f("ix_units_parent_id"), table_name="units")
    op.drop_table("units")
    op.drop_index(op.f("ix_danger_calls_at"), table_name="danger_calls")
    op.drop_table("danger_calls")
    op.drop_index(op.f("ix_audit_at"), table_name="audit")
    op.drop_table("audit")
