"""Whoever answers a question says that something is wrong with it, and why: in taps, or in his own words."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.errors import Refusal
from bot.messages import Offered, quoted
from bot.router import NotMine, Turn
from bot.services import dialogs, doubts, outbox, quiz
from bot.services.doubts import offices
from bot.services.materials.frame import Frame
from bot.services.quiz import AskRow
from bot.understanding import is_loose_answer
from content.folding import fold
from handlers.doubts import wording
from handlers.doubts.routes import Step, router
from handlers.doubts.wording import REASONS

ANSWERING = "quiz.answer"
LISTENS = timedelta(minutes=30)
"""So long what he writes is taken for why he doubts it."""
SHORTEST, LONGEST, AN_ANSWER = 2, 100, 6


@router.on("doubts.raise")
def raise_(turn: Turn) -> str:
    return _raised(turn, _asked(turn))


def _raised(turn: Turn, ask: AskRow) -> str:
    """Thanks, and three ways to say why, all of which may be left."""
    raised = doubts.raise_doubt(turn.db, turn.person.id, ask.question_id, ask.hash, now=turn.now)
    if raised.just_now:
        _tell_office(turn, ask)
    if not raised.kept:
        return turn.say("doubts.tomorrow", most=doubts.A_DAY, **_ways(turn, ask))
    _listen(turn, ask)
    key = "doubts.thanks" if raised.new else "doubts.again"
    return Offered(turn.say(key, stem=wording.one_line(turn, ask.question_id, ask.hash), ask=_ask_why(turn, ask)))


def _ask_why(turn: Turn, ask: AskRow) -> str:
    reasons = "\n".join(_tap(turn, ask, "doubts.why", turn.say(f"doubts.reason_{each}")) for each in REASONS)
    return turn.say("doubts.ask_why", reasons=reasons, enough=turn.tap("doubts.enough", turn.say("doubts.tap_enough")))


@router.on("doubts.why")
def why(turn: Turn) -> str:
    ask = _asked(turn)
    said = fold(turn.args["choice"])
    reason = next((each for each in REASONS if fold(turn.say(f"doubts.reason_{each}")) == said), "")
    if not reason:
        return _raised(turn, ask)
    if not doubts.doubted_by(turn.db, turn.person.id, ask.question_id, ask.hash):
        return _raised(turn, ask)
    return _kept(turn, ask, turn.say(f"doubts.reason_{reason}"), reason)


@router.during(Step.SAYING, resume="doubts.raise", own_words=True, teaches=True)
def said(turn: Turn) -> str:
    """Why, in his own words; a word that names something else goes there, and a bare answer is none."""
    ask, words = _asked(turn), " ".join(turn.text.split())
    asked_again = Offered(turn.say("doubts.no_reason", ask=_ask_why(turn, ask), **_ways(turn, ask)))
    if turn.action and (turn.exact or turn.action in turn.content.words.yields):
        raise NotMine(asked_again)
    may_answer = is_loose_answer(words, turn.content.answers) or (not ask.answered and len(words) <= AN_ANSWER)
    if len(words) < SHORTEST or may_answer:
        _listen_no_more(turn, ask)
        return asked_again
    return _kept(turn, ask, words[:LONGEST], "", words[:LONGEST])


def _listen(turn: Turn, ask: AskRow) -> None:
    """Wait for why, and remember where he stood: a doubt of an old question takes nobody out of what he is at."""
    left = turn.dialog.data.get("left") if turn.dialog is not None and turn.step == Step.SAYING else None
    if turn.dialog is not None and turn.step not in ("", Step.SAYING):
        data = {name: value for name, value in turn.dialog.data.items() if name not in dialogs.OFFER}
        left = {"step": turn.step, "data": data, "until": turn.dialog.expires_at.isoformat()}
    turn.goto(Step.SAYING, within=LISTENS, number=ask.number, left=left)


def _listen_no_more(turn: Turn, ask: AskRow) -> None:
    """Back to where he stood, or to the question while it is to be answered; who stands elsewhere stays there."""
    if turn.step != Step.SAYING or turn.dialog is None:
        return
    left = turn.dialog.data.get("left")
    if left is not None and left["step"] == ANSWERING:
        stood_at = quiz.find(turn.db, turn.person.id, left["data"]["number"])
        left = left if stood_at is not None and not stood_at.answered else None  # answered by a tap meanwhile
    if left is not None:
        until = datetime.fromisoformat(left["until"])
        dialogs.goto(turn.db, turn.person.id, step=left["step"], data=left["data"], expires_at=until)
    elif ask.answered:
        turn.leave()
    else:
        turn.goto(ANSWERING, number=ask.number)


def _kept(turn: Turn, ask: AskRow, told: str, reason: str, note: str = "") -> str:
    """What he says is added to what he said before; there is a tap for more of it."""
    _listen_no_more(turn, ask)
    try:
        waits = doubts.say_why(turn.db, turn.person.id, ask.question_id, ask.hash, reason, note=note)
    except doubts.Full:
        return turn.say(
            "doubts.said_enough", stem=wording.one_line(turn, ask.question_id, ask.hash), **_ways(turn, ask)
        )
    if not waits:
        return turn.say("doubts.looked_at", stem=wording.one_line(turn, ask.question_id, ask.hash), **_ways(turn, ask))
    stem = wording.one_line(turn, ask.question_id, ask.hash)
    day = {"number": ask.number, "month": ask.day.month, "date": ask.day.day}
    another = turn.tap("doubts.raise", turn.say("doubts.tap_another"), **day)
    return Offered(turn.say("doubts.why_kept", stem=stem, why=quoted(told), another=another, **_ways(turn, ask)))


@router.on("doubts.enough")
def enough(turn: Turn) -> str:
    ask = _asked(turn)
    _listen_no_more(turn, ask)
    return turn.say("doubts.enough", stem=wording.one_line(turn, ask.question_id, ask.hash), **_ways(turn, ask))


def _asked(turn: Turn) -> AskRow:
    """The question a tap names by its number, or the one he stands at, or the last one answered."""
    if "number" in turn.args:
        ask = quiz.find(turn.db, turn.person.id, int(turn.args["number"]))
        if ask is not None and "month" in turn.args:
            day = (int(turn.args["month"]), int(turn.args["date"]))
            ask = ask if day == (ask.day.month, ask.day.day) else None
    elif turn.step in (ANSWERING, Step.SAYING) and turn.dialog is not None:
        ask = quiz.find(turn.db, turn.person.id, turn.dialog.data["number"])
    else:
        ask = quiz.latest(turn.db, turn.person.id)
    if ask is None:
        raise Refusal("doubts.no_question", daily=turn.tap("quiz.daily"), more=turn.tap("quiz.more"))
    return ask


def _tap(turn: Turn, ask: AskRow, action: str, label: str) -> str:
    return turn.tap(action, label, number=ask.number, month=ask.day.month, date=ask.day.day, choice=label)


def _tell_office(turn: Turn, ask: AskRow) -> None:
    """Once, by whoever was the third."""
    here = (ask.question_id, ask.hash)
    waiting = next(each for each in doubts.waiting(turn.db) if (each.question_id, each.hash) == here)
    question = wording.as_seen(turn, waiting)
    text = turn.say(
        "doubts.rests",
        stem=quoted(question.stem) if question is not None else ask.question_id,
        people=waiting.people,
        show=turn.tap("doubts.show", turn.say("doubts.tap_show"), number=waiting.number),
    )
    for person in offices.told(turn.db, ask.question_id, turn.bank, Frame.of(turn.content), now=turn.now):
        if person != turn.person.id:
            outbox.queue(turn.db, person, kind="doubts.rests", text=text, now=turn.now, urgency=outbox.SOON)


def _ways(turn: Turn, ask: AskRow) -> dict[str, str]:
    more = "quiz.more" if ask.answered else "quiz.resume"
    return {"more": turn.tap(more), "menu": turn.tap("general.menu")}
