"""考试, as it is sat: what is open, the start, one question a message, and no verdict before it is handed in."""

from __future__ import annotations

from bot.errors import Refusal
from bot.router import NotMine, Turn
from bot.services import exams
from bot.services.exams import AttemptRow, ExamRow
from bot.services.exams.sitting import Way
from content.folding import fold
from handlers.exams import answering, handing, setting, where, wording
from handlers.exams.routes import Step, router

NUMBERED = {f"{feature}.{meant}": meant for feature in ("quiz", "exams") for meant in ("choose", "submit", "show")}


@router.on("exams.sit")
def sit(turn: Turn) -> str:
    return overview(turn)


@router.on("exams.resume")
def resume(turn: Turn) -> str:
    return overview(turn)


def overview(turn: Turn) -> str:
    """What he may sit; one that runs is gone on with at once."""
    if turn.member is None:
        return turn.say("exams.guest", bind=turn.tap("joining.bind"), more=turn.tap("quiz.more"))
    found = exams.sitting.ways(turn.db, turn.person, content=turn.content)
    for way in found:
        if way.running is not None:
            return answering.go_on(turn, way.exam, way.running)
    if turn.person.waiting:  # what he would be told of them stands here
        for way in found:
            exams.telling.withdraw(turn.db, way.exam, turn.person.id)
    lines = [line for way in found if (line := _offered(turn, way))]
    ways = [turn.tap("exams.records"), turn.tap("quiz.more")]
    if setting.may(turn):
        ways = [turn.tap("exams.create"), turn.tap("exams.desk"), turn.tap("exams.records")]
    key = "exams.open" if lines else "exams.nothing_open"
    return turn.say(key, lines="\n\n".join(lines), ways="\n".join(ways))


@router.on("exams.begin")
def begin(turn: Turn) -> str:
    exam = exams.find(turn.db, int(turn.args["number"]))
    if exam is None:
        raise Refusal("exams.no_such", sit=turn.tap("exams.sit"))
    begun = [each for each in exams.attempts_of(turn.db, turn.person.id) if each.exam_id == exam.id]
    if turn.member is None or int(turn.args["sitting"]) != len(begun) + 1:
        return overview(turn)  # an old tap: what runs goes on, and no second sitting begins by accident
    for way in exams.sitting.ways(turn.db, turn.person, content=turn.content):
        if way.running is not None and way.exam.id != exam.id and not way.exam.waits:
            return turn.say("exams.one_at_a_time", paper=answering.go_on(turn, way.exam, way.running))
    try:
        attempt = exams.sitting.begin(
            turn.db,
            turn.person,
            exam,
            bank=wording.bank(turn, exam),
            content=turn.content,
            now=turn.now,
            sent_at=turn.sent_at,
        )
    except Refusal as refusal:
        why = turn.say(refusal.key, **refusal.values)
        return turn.say("exams.cannot_begin", why=why, sit=turn.tap("exams.sit"), menu=turn.tap("general.menu"))
    return answering.go_on(turn, exam, attempt)


@router.on("exams.show")
def show(turn: Turn) -> str:
    exam, attempt = where.named(turn)
    return answering.shown(turn, exam, attempt, int(turn.args["number"]))


@router.on("exams.blanks")
def blanks(turn: Turn) -> str:
    exam, attempt = where.named(turn)
    return answering.look(turn, exam, attempt)


@router.on("exams.choose")
def choose(turn: Turn) -> str:
    exam, attempt = where.named(turn)
    try:
        return answering.answer(turn, exam, attempt, int(turn.args["number"]), turn.args["choice"])
    except NotMine as no_answer:
        return str(no_answer.reply)


@router.on("exams.submit")
def submit(turn: Turn) -> str:
    exam, attempt = where.named(turn)
    return answering.submit(turn, exam, attempt, int(turn.args["number"]))


@router.during(Step.WAIT, resume="exams.resume")
def waiting(turn: Turn) -> str:
    """Anything he says while all wait for the start: how it stands; once it has begun, the first question."""
    if turn.action and turn.exact:
        raise NotMine("")
    assert turn.dialog is not None
    attempt = exams.attempt(turn.db, int(turn.dialog.data["sitting"]), turn.person.id)
    return overview(turn) if attempt is None else answering.go_on(turn, exams.get(turn.db, attempt.exam_id), attempt)


@router.during(Step.ANSWER, resume="exams.resume", own_words=True, alone=True)
def typed(turn: Turn) -> str:
    assert turn.dialog is not None
    attempt = exams.attempt(turn.db, int(turn.dialog.data["sitting"]), turn.person.id)
    if attempt is None:
        turn.leave()
        return overview(turn)
    exam, place = exams.get(turn.db, attempt.exam_id), int(turn.dialog.data["place"])
    if (ours := NUMBERED.get(turn.action)) is not None and "month" not in turn.args:
        return _numbered(turn, exam, attempt, ours)
    return _said(turn, exam, attempt, place)


def _said(turn: Turn, exam: ExamRow, attempt: AttemptRow, place: int) -> str:
    """Words for going through the paper and handing it in; all others are an answer to this place."""
    said = fold(turn.text)
    if (step := _step(turn, said)) is not None:
        return answering.shown(turn, exam, attempt, min(max(place + step, 1), len(attempt.paper)))
    if said in _words(turn, "blanks"):
        return answering.look(turn, exam, attempt)
    sure = turn.dialog is not None and bool(turn.dialog.data.get("asked"))
    if said in _words(turn, "hand_in") or (sure and said in _words(turn, "sure")):
        return handing.asked(turn, exam, attempt, sure=sure)
    if said in turn.content.answers.done:
        return answering.submit(turn, exam, attempt, place)
    return answering.answer(turn, exam, attempt, place, turn.text)


def _numbered(turn: Turn, exam: ExamRow, attempt: AttemptRow, meant: str) -> str:
    """Typed with the number of a question alone: in an exam it is a place of this paper, not a question of the quiz."""
    place = int(turn.args["number"])
    if meant == "choose":
        return answering.answer(turn, exam, attempt, place, turn.args["choice"])
    return (answering.submit if meant == "submit" else answering.shown)(turn, exam, attempt, place)


def _step(turn: Turn, said: str) -> int | None:
    """To the next place or the one before; whoever does not know leaves it open and goes on."""
    if said in _words(turn, "next") or said in turn.content.answers.give_up:
        return 1
    return -1 if said in _words(turn, "before") else None


def _offered(turn: Turn, way: Way) -> str:
    """An exam he may begin, or what came of it; empty where there is nothing to say of it any more."""
    exam, best = way.exam, way.best
    result = "" if best is None else turn.say("exams.had", score=wording.marks(best.score), passed=_passed(turn, best))
    facts = {"title": exam.title, "terms": wording.terms(turn.content, exam), "result": result}
    if turn.sent_at < exam.opens_at:
        return turn.say("exams.not_open_yet", opens=wording.moment(turn, exam.opens_at), **facts)
    if way.left <= 0 or turn.sent_at > way.until:
        return result and turn.say("exams.done_with", **facts)
    key = "exams.tap_again" if way.done else "exams.tap_join" if exam.together else "exams.tap_begin"
    begin_tap = turn.tap("exams.begin", turn.say(key, minutes=exam.minutes), number=exam.id, sitting=len(way.done) + 1)
    told = "exams.offered"
    if exam.together:
        told = "exams.offered_together" if exam.waits else "exams.offered_running"
    return turn.say(told, until=wording.moment(turn, way.until), begin=begin_tap, **facts)


def _passed(turn: Turn, attempt: AttemptRow) -> str:
    return turn.say("exams.passed" if attempt.passed else "exams.failed")


def _words(turn: Turn, name: str) -> set[str]:
    return set(map(fold, turn.say(f"exams.words_{name}").split()))
