"""Alembic's entry: runs on the connection it is handed, inside the caller's transaction."""

from __future__ import annotations

from alembic import context

from bot.models import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
context.run_migrations()
