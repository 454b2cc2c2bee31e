"""班前会上一起考: the leader says when all begin and when all papers are taken in; meanwhile he sees how many, no marks."""

from __future__ import annotations

from bot.messages import offering, quoted
from bot.router import Turn
from bot.services import exams, outbox
from bot.services.exams import closing, planning
from handlers.exams import desk
from handlers.exams.routes import router


@router.on("exams.start")
@offering
def start(turn: Turn) -> str:
    """All begin now: who waits is told, and finds his first question with whatever he says next."""
    exam = desk.kept(turn, lead=True)
    assert turn.member is not None
    after = planning.start(turn.db, exam, by=turn.member.alias, now=turn.now)
    waiting = [each for each in exams.attempts_in(turn.db, exam.id) if each.finished_at is None]
    text = turn.say("exams.all_begin", title=quoted(exam.title), minutes=exam.minutes, sit=turn.tap("exams.sit"))
    for each in waiting:
        if each.person_id != turn.person.id:
            outbox.queue(
                turn.db,
                each.person_id,
                kind="exams.start",
                text=text,
                now=turn.now,
                urgency=outbox.SOON,
                until=after.closes_at,
                once=f"exams.start:{exam.id}",
            )
    own = any(each.person_id == turn.person.id for each in waiting)
    sit = turn.tap("exams.sit", turn.say("exams.tap_sit_too")) if own else ""
    return turn.say("exams.started_now", count=len(waiting), minutes=exam.minutes, look=_look(turn, exam), sit=sit)


@router.on("exams.collect")
@offering
def collect(turn: Turn) -> str:
    """Asks first where somebody still writes."""
    exam = desk.kept(turn, lead=True)
    running = sum(each.finished_at is None for each in exams.attempts_in(turn.db, exam.id))
    if running:
        yes = turn.tap("exams.collect_now", turn.say("exams.tap_collect_now"), number=exam.id)
        return turn.say("exams.collect", count=running, yes=yes, look=_look(turn, exam))
    return _collected(turn)


@router.on("exams.collect_now")
@offering
def collect_now(turn: Turn) -> str:
    return _collected(turn)


def _collected(turn: Turn) -> str:
    exam = desk.kept(turn, lead=True)
    taken = closing.collect(turn.db, exam, content=turn.content, now=turn.now)
    after = exams.get(turn.db, exam.id)
    return turn.say(
        "exams.collected",
        title=quoted(exam.title),
        taken=taken,
        state=desk.state(turn, after),
        results=turn.tap("exams.results", turn.say("exams.tap_results"), number=exam.id),
        look=_look(turn, exam),
    )


def _look(turn: Turn, exam: exams.ExamRow) -> str:
    return turn.tap("exams.look", turn.say("exams.tap_look"), number=exam.id)
