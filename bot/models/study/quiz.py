"""Each question put to each person, and what he answered."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Moment, RowId


class Ask(Base):
    """One putting of one question. `number` is the person's own count, the one shown and tapped."""

    __tablename__ = "asks"
    __table_args__ = (
        UniqueConstraint("person_id", "number"),
        Index(
            "uq_asks_person_id_day",
            "person_id",
            "day",
            unique=True,
            sqlite_where=text("mode = 'daily'"),
            postgresql_where=text("mode = 'daily'"),
        ),
        Index(None, "asked_at"),
        Index(None, "run_id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    person_id: Mapped[int] = mapped_column(RowId, ForeignKey("people.id", ondelete="CASCADE"))
    number: Mapped[int]
    mode: Mapped[str] = mapped_column(String(8))
    """'daily' 'more' (practice) 'topic' 'mistakes' 'dare' (wrong is out) 'back' (after a pause) 'lesson' (behind a card)."""
    run_id: Mapped[int | None] = mapped_column(RowId)
    """The row of questions it belongs to; none for the day's."""
    day: Mapped[date] = mapped_column(Date)
    """The shift day it was asked on."""
    question_id: Mapped[str] = mapped_column(String(32))
    fingerprint: Mapped[str] = mapped_column(String(16))
    """Of what was asked and its key: a tap means what it meant, or nothing."""
    hash: Mapped[str] = mapped_column(String(16), server_default="")
    """Of the whole wording as he read it: what is kept of it is shown by this."""
    shuffle: Mapped[str] = mapped_column(String(6))
    """The bank's letters in the order shown: "CAB" shows option C as A."""
    picked: Mapped[str] = mapped_column(String(6))
    """Letters toggled so far, as shown (multiple only)."""
    asked_at: Mapped[datetime] = mapped_column(Moment)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    answer: Mapped[str] = mapped_column(String(64))
    """Letters as shown, "T"/"F", or what was typed for a fill-in; cut to the column."""
    score: Mapped[float | None]
    """0 to 1; null while unanswered."""
    guessed: Mapped[bool] = mapped_column(server_default=false())
    """He said that he guessed."""
    rating: Mapped[int | None]
    """1 to 4, as it went into the spacing rule; null where it did not."""


class Run(Base):
    """A row of questions of one kind, left and taken up again as he likes."""

    __tablename__ = "quiz_runs"
    __table_args__ = (Index(None, "person_id"), Index(None, "started_at"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    person_id: Mapped[int] = mapped_column(RowId, ForeignKey("people.id", ondelete="CASCADE"))
    mode: Mapped[str] = mapped_column(String(8))
    """As `asks.mode`."""
    topic: Mapped[str] = mapped_column(String(32))
    """Of 'topic'; empty otherwise."""
    started_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    answered: Mapped[int]
    right: Mapped[int]
