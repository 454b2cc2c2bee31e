"""Danger told of in any conversation: what to do first, whom to phone, and who is paged."""

from __future__ import annotations

from bot.router import Router, Turn

router = Router()


@router.on("danger.now")
def now(turn: Turn) -> str:
    return turn.danger_line()


@router.on("danger.maybe")
def maybe(turn: Turn) -> str:
    return turn.danger_line()


@router.on("danger.above")
def above(turn: Turn) -> str:
    return turn.danger_line()
