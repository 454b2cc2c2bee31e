"""帮助、菜单、返回、退出: the words that work everywhere, the welcome, and the honest shrug."""

from __future__ import annotations

from bot.router import Router, Turn
from bot.services import people, quiz

router = Router()


@router.on("general.welcome")
def welcome(turn: Turn) -> str:
    people.follow(turn.db, turn.person.id, followed=True, at=turn.sent_at)
    return turn.say(
        "general.welcome",
        mine=turn.mine.name or turn.say("general.mine_unnamed"),
        daily=turn.tap("quiz.daily"),
        help=turn.tap("general.help"),
        notice=turn.say("general.notice"),
    )


@router.on("general.goodbye")
def goodbye(turn: Turn) -> None:
    """He cannot read any answer now; sending to him stops at once."""
    people.follow(turn.db, turn.person.id, followed=False, at=turn.sent_at)


@router.on("general.help")
def help_(turn: Turn) -> str:
    return turn.say(
        "general.help",
        daily=turn.tap("quiz.daily"),
        more=turn.tap("quiz.more"),
        last="\n".join([*_still_waiting(turn), turn.danger_line()]),
    )


@router.on("general.menu")
def menu(turn: Turn) -> str:
    return turn.say(
        "general.menu",
        daily=turn.tap("quiz.daily"),
        more=turn.tap("quiz.more"),
        help=turn.tap("general.help"),
        last="\n".join(_still_waiting(turn)),
    ).rstrip()


@router.on("general.back")
def back(turn: Turn) -> str:
    return _leave(turn, "general.back")


@router.on("general.quit")
def quit_(turn: Turn) -> str:
    return _leave(turn, "general.quit")


@router.on("general.not_text")
def not_text(turn: Turn) -> str:
    return turn.say("general.not_text", ways=_ways(turn), danger=turn.danger_line())


@router.on("general.thanks")
def thanks(turn: Turn) -> str:
    return turn.say("general.thanks", ways=_ways(turn))


@router.on("general.not_understood")
def not_understood(turn: Turn) -> str:
    return turn.say(
        "general.not_understood",
        daily=turn.tap("quiz.daily"),
        help=turn.tap("general.help"),
        danger=turn.danger_line(),
    )


def _leave(turn: Turn, key: str) -> str:
    if not turn.step:
        return turn.say("general.nothing_to_quit", ways=_ways(turn))
    turn.pause()
    return turn.say(key, resume=turn.tap(turn.resume), menu=turn.tap("general.menu"))


def _ways(turn: Turn) -> str:
    """Two ways on: what he left unfinished first."""
    left = quiz.latest_open(turn.db, turn.person.id, bank=turn.content.bank)
    return "\n".join([turn.tap("quiz.resume" if left is not None else "quiz.daily"), turn.tap("general.help")])


def _still_waiting(turn: Turn) -> list[str]:
    return [turn.say("general.still_waiting", resume=turn.tap(turn.resume))] if turn.step else []
