"""Why a question is doubted: more than one reason, and the doubter's own words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("doubts") as doubts:
        doubts.alter_column("reason", existing_type=sa.String(length=16), type_=sa.String(length=32))
        doubts.add_column(sa.Column("note", sa.String(length=200), nullable=False, server_default=""))
    with op.batch_alter_table("doubts") as doubts:
        doubts.alter_column("note", existing_type=sa.String(length=200), server_default=None)


def downgrade() -> None:
    op.execute("UPDATE doubts SET reason = substr(reason, 1, 16)")
    with op.batch_alter_table("doubts") as doubts:
        doubts.drop_column("note")
        doubts.alter_column("reason", existing_type=sa.String(length=32), type_=sa.String(length=16))
