"""The desk where somebody looks at what is doubted, finds it right or wrong, and may take that back."""

from __future__ import annotations

from collections.abc import Collection

from bot.errors import Refusal
from bot.messages import offering, quoted
from bot.router import Turn
from bot.services import doubts, outbox
from bot.services.doubts import offices
from bot.services.doubts.doubts import Doubted
from bot.services.materials.frame import Frame
from content.folding import fold
from handlers.doubts import wording
from handlers.doubts.routes import router

SHOWN = 6


@router.on("doubts.desk")
@offering
def desk(turn: Turn) -> str:
    found, stopped = _mine(turn), _stopped(turn)
    menu = turn.tap("general.menu")
    if stopped:
        tap = turn.say("doubts.tap_stopped", count=len(stopped))
        menu = turn.say("doubts.and_stopped", stopped=turn.tap("doubts.stopped", tap), menu=menu)
    if not found:
        return _none(turn, menu)
    rows = []
    for each in found[:SHOWN]:
        key = "doubts.row_rests" if each.rests else "doubts.row_asked"
        rows.append(
            turn.say(
                key, show=turn.tap("doubts.show", wording.label(turn, each), number=each.number), people=each.people
            )
        )
    more = turn.say("doubts.more", count=len(found) - SHOWN) if len(found) > SHOWN else ""
    said = turn.say("doubts.desk", count=len(found), rows="\n".join(rows), more=more, menu=menu)
    return said.replace("\n\n\n", "\n\n")


@router.on("doubts.show")
@offering
def show(turn: Turn) -> str:
    return _shown(turn, _named(turn, _mine(turn)))


@router.on("doubts.stopped")
@offering
def stopped(turn: Turn) -> str:
    """What was found wrong and nobody is asked; whoever looks may take that back."""
    found = _stopped(turn)
    ways = {"desk": turn.tap("doubts.desk"), "menu": turn.tap("general.menu")}
    if not found:
        return turn.say("doubts.none_stopped", **ways) if _has_desk(turn) else _none(turn, ways["menu"])
    rows = [turn.tap("doubts.look", wording.label(turn, each), number=each.number) for each in found[:SHOWN]]
    more = turn.say("doubts.more_stopped", count=len(found) - SHOWN) if len(found) > SHOWN else ""
    said = turn.say("doubts.stopped", count=len(found), rows="\n".join(rows), more=more, **ways)
    return said.replace("\n\n\n", "\n\n")


@router.on("doubts.look")
@offering
def look(turn: Turn) -> str:
    each = _named(turn, _stopped(turn))
    back = turn.tap("doubts.restore", turn.say("doubts.tap_restore"), number=each.number)
    return turn.say(
        "doubts.look",
        asked=wording.whole(turn, each),
        people=each.people,
        reasons=wording.reasons(turn, each),
        ways="\n".join(filter(None, [back, _mend(turn, each), turn.tap("doubts.stopped")])),
    )


@router.on("doubts.restore")
@offering
def restore(turn: Turn) -> str:
    each = _named(turn, _stopped(turn))
    _tell(turn, each, doubts.RIGHT, doubts.restore(turn.db, turn.person, each.question_id, each.hash, now=turn.now))
    return turn.say("doubts.restored", desk=turn.tap("doubts.desk"), menu=turn.tap("general.menu"))


@router.on("doubts.settle")
@offering
def settle(turn: Turn) -> str:
    each = _named(turn, _mine(turn))
    said = fold(turn.args["choice"])
    verdict = next((v for v in (doubts.RIGHT, doubts.WRONG) if fold(turn.say(f"doubts.verdict_{v}")) == said), "")
    if not verdict:
        return _shown(turn, each)
    _tell(turn, each, verdict, doubts.settle(turn.db, turn.person, each.question_id, each.hash, verdict, now=turn.now))
    ways = [turn.tap("doubts.desk")]
    if verdict == doubts.WRONG:
        undo = turn.tap("doubts.restore", turn.say("doubts.tap_undo"), number=each.number)
        ways = [undo, _mend(turn, each), *ways]
    return turn.say(f"doubts.settled_{verdict}", ways="\n".join(filter(None, ways)))


def _tell(turn: Turn, each: Doubted, verdict: str, who: Collection[int]) -> None:
    """What came of it, to all who said so but himself."""
    question = wording.as_seen(turn, each)
    told = turn.say(f"doubts.told_{verdict}", stem=quoted(question.stem) if question is not None else each.question_id)
    for person in who:
        if person != turn.person.id:
            outbox.queue(turn.db, person, kind="doubts.settled", text=told, now=turn.now)


def _mine(turn: Turn) -> list[Doubted]:
    return offices.mine(turn.db, turn.person, turn.bank, Frame.of(turn.content), now=turn.now)


def _stopped(turn: Turn) -> list[Doubted]:
    return offices.stopped_of(turn.db, turn.person, turn.content.bank, Frame.of(turn.content), now=turn.now)


def _named(turn: Turn, among: list[Doubted]) -> Doubted:
    number = int(turn.args["number"])
    found = next((each for each in among if each.number == number), None)
    if found is None:
        raise Refusal("doubts.not_here", desk=turn.tap("doubts.desk"), menu=turn.tap("general.menu"))
    return found


def _has_desk(turn: Turn) -> bool:
    return offices.has_desk(turn.db, turn.person, now=turn.now)


def _none(turn: Turn, menu: str) -> str:
    if _has_desk(turn):
        return turn.say("doubts.none", menu=menu)
    return turn.say("doubts.not_yours", more=turn.tap("quiz.more"), menu=turn.tap("general.menu"))


def _mend(turn: Turn, each: Doubted) -> str:
    """For an own question the way to a new version of it."""
    if not offices.is_own(turn.db, each.question_id):
        return ""
    number = int(each.question_id.rpartition("-")[2])
    return turn.tap("materials.revise", turn.say("doubts.tap_mend"), number=number)


def _shown(turn: Turn, each: Doubted) -> str:
    taps = [
        turn.tap(
            "doubts.settle",
            turn.say(f"doubts.tap_{verdict}"),
            number=each.number,
            choice=turn.say(f"doubts.verdict_{verdict}"),
        )
        for verdict in (doubts.RIGHT, doubts.WRONG)
    ]
    return turn.say(
        "doubts.show",
        asked=wording.whole(turn, each),
        people=each.people,
        reasons=wording.reasons(turn, each),
        rests=turn.say("doubts.resting" if each.rests else "doubts.still_asked"),
        taps="\n".join(taps),
        desk=turn.tap("doubts.desk"),
    )
