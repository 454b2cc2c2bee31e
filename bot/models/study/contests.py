"""The crew contest: a room, its teams, and what each answered to each question."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Moment, RowId

_NOT_OVER = text("state <> 'over'")


class Contest(Base):
    """One room."""

    __tablename__ = "contests"
    __table_args__ = (
        Index(None, "code"),
        Index(None, "made_at"),
        Index("uq_contests_code_open", "code", unique=True, sqlite_where=_NOT_OVER, postgresql_where=_NOT_OVER),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    code: Mapped[str] = mapped_column(String(8))
    """Said aloud and typed; free again once the room is over."""
    unit_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("units.id"))
    host_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("people.id", ondelete="SET NULL"), index=True)
    """Null once he is forgotten; the room stays with its teams."""
    title: Mapped[str] = mapped_column(String(64))
    questions: Mapped[list[Any]] = mapped_column(JSON)
    """In order: id, hash, fingerprint, shuffle. The same for all, so that they can be read aloud."""
    place: Mapped[int]
    """The question that is open or was last; 0 before the first."""
    open: Mapped[bool]
    """Answers to it are taken."""
    opened_at: Mapped[datetime | None] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(String(8))
    """'waiting' 'running' 'over'."""
    made_at: Mapped[datetime] = mapped_column(Moment)
    over_at: Mapped[datetime | None] = mapped_column(Moment)


class ContestTeam(Base):
    """A crew, or any name the host gave."""

    __tablename__ = "contest_teams"
    __table_args__ = (UniqueConstraint("contest_id", "name"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    contest_id: Mapped[int] = mapped_column(RowId, ForeignKey("contests.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(32))
    unit_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("units.id"))


class ContestPlayer(Base):
    """Who plays for whom; whoever comes back finds his place."""

    __tablename__ = "contest_players"
    __table_args__ = (UniqueConstraint("contest_id", "person_id"), Index(None, "person_id"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    contest_id: Mapped[int] = mapped_column(RowId, ForeignKey("contests.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(RowId, ForeignKey("people.id", ondelete="CASCADE"))
    team_id: Mapped[int] = mapped_column(RowId, ForeignKey("contest_teams.id", ondelete="CASCADE"))
    joined_at: Mapped[datetime] = mapped_column(Moment)


class ContestAnswer(Base):
    """One player's answer to one question; the first counts."""

    __tablename__ = "contest_answers"
    __table_args__ = (UniqueConstraint("contest_id", "place", "person_id"), Index(None, "person_id"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    contest_id: Mapped[int] = mapped_column(RowId, ForeignKey("contests.id", ondelete="CASCADE"))
    place: Mapped[int]
    person_id: Mapped[int] = mapped_column(RowId, ForeignKey("people.id", ondelete="CASCADE"))
    team_id: Mapped[int] = mapped_column(RowId, ForeignKey("contest_teams.id", ondelete="CASCADE"))
    answer: Mapped[str] = mapped_column(String(64))
    score: Mapped[float]
    at: Mapped[datetime] = mapped_column(Moment)


class ContestHands(Base):
    """Mates without a phone, counted by the host: so many raised a hand, so many of them rightly."""

    __tablename__ = "contest_hands"
    __table_args__ = (UniqueConstraint("contest_id", "place", "team_id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    contest_id: Mapped[int] = mapped_column(RowId, ForeignKey("contests.id", ondelete="CASCADE"))
    place: Mapped[int]
    team_id: Mapped[int] = mapped_column(RowId, ForeignKey("contest_teams.id", ondelete="CASCADE"))
    raised: Mapped[int]
    right: Mapped[int]
