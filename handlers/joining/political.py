"""政治面貌: asked once he has joined, of those whom the answer concerns; a consent of its own."""

from __future__ import annotations

from bot.router import NotMine, Router, Turn
from bot.services import audience, consents
from bot.services.joining import binding
from content.folding import fold
from handlers.joining import facts, wording
from handlers.joining.wording import Step

router = Router()


@router.during(Step.POLITICAL, resume="me.mine")
def answer(turn: Turn) -> str:
    """Typed instead of tapped."""
    said = fold(turn.text)
    if said in map(fold, turn.say("joining.political_yes_words").split()):
        return _yes(turn)
    if said in map(fold, turn.say("joining.no_words").split()):
        return _no(turn)
    raise NotMine(wording.ask_political(turn))


@router.on("joining.political_yes")
def yes(turn: Turn) -> str:
    return _yes(turn)


@router.on("joining.political_no")
def no(turn: Turn) -> str:
    return _no(turn)


def _yes(turn: Turn) -> str:
    """Only as the member who was asked: the phone may have another number since, and he was asked nothing."""
    member = binding.member_of(turn.person, turn.tap)
    asked = turn.dialog is not None and turn.dialog.data.get("member") == member.id
    if not turn.person.political_consent and not (asked and facts.standing(turn, Step.POLITICAL)):
        return turn.say("joining.political_over", mine=turn.tap("me.mine"))
    _change(turn, given=True)
    return turn.say("joining.political_yes", daily=turn.tap("quiz.daily"), mine=turn.tap("me.mine"))


def _no(turn: Turn) -> str:
    _change(turn, given=False)
    return turn.say("joining.political_no", daily=turn.tap("quiz.daily"), mine=turn.tap("me.mine"))


def _change(turn: Turn, *, given: bool) -> None:
    wording.left(turn)
    if turn.member is not None:
        version = int(turn.say("joining.political_version"))
        consents.change(turn.db, turn.person.id, consents.POLITICAL, given=given, now=turn.now, version=version)
        audience.refresh(turn.db, turn.person.id, now=turn.now)
