"""What every part of the study needs: who reads, what he may see, what he has read; and the steps he may stand in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from bot.errors import Refusal
from bot.router import Turn
from bot.services import outbox, study
from bot.services.study import Board, Piece, Reader, ReadingRow, choosing, reaching


class Step(StrEnum):
    """Where a person may stand in this conversation."""

    CARD = "study.card"
    CASE = "accidents.case"


@dataclass(frozen=True)
class Desk:
    """A reader with his board, looked up once in a turn and only as far as it is wanted."""

    turn: Turn

    @cached_property
    def reader(self) -> Reader:
        return study.reader_of(self.turn.db, self.turn.person, self.turn.content, now=self.turn.now)

    @cached_property
    def board(self) -> Board:
        turn = self.turn
        taught = turn.shelf.taught(turn.db, turn.content, turn.person, now=turn.now)
        return study.for_reader(self.reader, turn.content, taught, day=turn.today)

    @cached_property
    def past(self) -> Mapping[tuple[str, str], ReadingRow]:
        return study.past(self.turn.db, self.turn.person.id)

    @cached_property
    def new(self) -> frozenset[str]:
        """Keys of the mine's own in their first week."""
        return choosing.fresh(self.turn.db, self.board, now=self.turn.now)

    def named(self, name: str, *kinds: str) -> Piece:
        """The piece a tap names, now and in a year; refused when it was taken down, or is not for him."""
        piece = self.board.named(name)
        if piece is None or (kinds and piece.kind not in kinds):
            turn = self.turn
            raise Refusal("study.gone", learn=turn.tap("study.learn"), case=turn.tap("accidents.read"))
        return piece

    def left(self, step: Step) -> Piece | None:
        """The piece he stands at in a step, or stood at when he left it."""
        dialog = self.turn.dialog
        if dialog is None or dialog.step != step:
            return None
        return self.board.by_key.get((dialog.data.get("kind", ""), dialog.data.get("key", "")))

    def stand(self, step: Step, piece: Piece) -> None:
        """He has it before him, and waits there; what the clock was about to send him today is sent no more."""
        if self.turn.person.waiting:
            outbox.withdraw(self.turn.db, self.reader.person_id, reaching.study_as(self.turn.today))
        self.turn.goto(step, kind=piece.kind, key=piece.key)
        study.opened(self.turn.db, self.reader.person_id, piece, day=self.turn.today, now=self.turn.now)
