"""疑题: one tap under every explanation, and the desk where somebody looks at what is doubted."""

from __future__ import annotations

from collections.abc import Collection

from bot.errors import Refusal
from bot.messages import quoted
from bot.router import Router, Turn
from bot.services import doubts, outbox, quiz
from bot.services.doubts import offices
from bot.services.doubts.doubts import Doubted
from bot.services.materials import archive
from bot.services.materials.frame import Frame
from bot.services.quiz import AskRow
from content.bank import LETTERS, Question
from content.folding import fold

router = Router()

ANSWERING = "quiz.answer"
REASONS = ("wrong", "unclear", "site")
SHOWN = 6
SHORT = 18


@router.on("doubts.raise")
def raise_(turn: Turn) -> str:
    return _raised(turn, _asked(turn))


def _raised(turn: Turn, ask: AskRow) -> str:
    """Thanks, and three ways to say why, all of which may be left."""
    raised = doubts.raise_doubt(turn.db, turn.person.id, ask.question_id, ask.hash, now=turn.now)
    if raised.just_now:
        _tell_office(turn, ask)
    if not raised.kept:
        return turn.say("doubts.tomorrow", most=doubts.A_DAY, **_ways(turn))
    key = "doubts.thanks" if raised.new else "doubts.again"
    reasons = "\n".join(_tap(turn, ask, "doubts.why", turn.say(f"doubts.reason_{each}")) for each in REASONS)
    enough = turn.tap("doubts.enough", turn.say("doubts.tap_enough"))
    return turn.say(key, number=ask.number, reasons=reasons, enough=enough)


@router.on("doubts.why")
def why(turn: Turn) -> str:
    ask = _asked(turn)
    said = fold(turn.args["choice"])
    reason = next((each for each in REASONS if fold(turn.say(f"doubts.reason_{each}")) == said), "")
    if not reason:
        return _raised(turn, ask)
    if not doubts.doubted_by(turn.db, turn.person.id, ask.question_id, ask.hash):
        return _raised(turn, ask)
    doubts.say_why(turn.db, turn.person.id, ask.question_id, ask.hash, reason)
    return turn.say("doubts.why_kept", **_ways(turn))


@router.on("doubts.enough")
def enough(turn: Turn) -> str:
    return turn.say("doubts.enough", **_ways(turn))


@router.on("doubts.desk")
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
            turn.say(key, show=turn.tap("doubts.show", _label(turn, each), number=each.number), people=each.people)
        )
    more = turn.say("doubts.more", count=len(found) - SHOWN) if len(found) > SHOWN else ""
    said = turn.say("doubts.desk", count=len(found), rows="\n".join(rows), more=more, menu=menu)
    return said.replace("\n\n\n", "\n\n")


@router.on("doubts.show")
def show(turn: Turn) -> str:
    return _shown(turn, _named(turn, _mine(turn)))


@router.on("doubts.stopped")
def stopped(turn: Turn) -> str:
    """What was found wrong and nobody is asked; whoever looks may take that back."""
    found = _stopped(turn)
    ways = {"desk": turn.tap("doubts.desk"), "menu": turn.tap("general.menu")}
    if not found:
        return turn.say("doubts.none_stopped", **ways) if _has_desk(turn) else _none(turn, ways["menu"])
    rows = [turn.tap("doubts.look", _label(turn, each), number=each.number) for each in found[:SHOWN]]
    more = turn.say("doubts.more_stopped", count=len(found) - SHOWN) if len(found) > SHOWN else ""
    said = turn.say("doubts.stopped", count=len(found), rows="\n".join(rows), more=more, **ways)
    return said.replace("\n\n\n", "\n\n")


@router.on("doubts.look")
def look(turn: Turn) -> str:
    each = _named(turn, _stopped(turn))
    back = turn.tap("doubts.restore", turn.say("doubts.tap_restore"), number=each.number)
    return turn.say(
        "doubts.look",
        asked=_asked_words(turn, each),
        people=each.people,
        reasons=_reasons(turn, each),
        ways="\n".join(filter(None, [back, _mend(turn, each), turn.tap("doubts.stopped")])),
    )


@router.on("doubts.restore")
def restore(turn: Turn) -> str:
    each = _named(turn, _stopped(turn))
    _tell(turn, each, doubts.RIGHT, doubts.restore(turn.db, turn.person, each.question_id, each.hash, now=turn.now))
    return turn.say("doubts.restored", desk=turn.tap("doubts.desk"), menu=turn.tap("general.menu"))


@router.on("doubts.settle")
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
        ways = [_mend(turn, each), *ways, undo]
    return turn.say(f"doubts.settled_{verdict}", ways="\n".join(filter(None, ways)))


def _tell(turn: Turn, each: Doubted, verdict: str, who: Collection[int]) -> None:
    """What came of it, to all who said so but himself."""
    question = _question(turn, each)
    told = turn.say(f"doubts.told_{verdict}", stem=quoted(question.stem) if question is not None else each.question_id)
    for person in who:
        if person != turn.person.id:
            outbox.queue(turn.db, person, kind="doubts.settled", text=told, now=turn.now)


def _asked(turn: Turn) -> AskRow:
    """The question a tap names by its number, or the one he stands at, or the last one answered."""
    if "number" in turn.args:
        ask = quiz.find(turn.db, turn.person.id, int(turn.args["number"]))
        if ask is not None and "month" in turn.args:
            day = (int(turn.args["month"]), int(turn.args["date"]))
            ask = ask if day == (ask.day.month, ask.day.day) else None
    elif turn.step == ANSWERING and turn.dialog is not None:
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
    question = _question(turn, waiting)
    text = turn.say(
        "doubts.rests",
        stem=quoted(question.stem) if question is not None else ask.question_id,
        people=waiting.people,
        show=turn.tap("doubts.show", turn.say("doubts.tap_show"), number=waiting.number),
    )
    for person in offices.told(turn.db, ask.question_id, turn.bank, Frame.of(turn.content), now=turn.now):
        if person != turn.person.id:
            outbox.queue(turn.db, person, kind="doubts.rests", text=text, now=turn.now, urgency=outbox.SOON)


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


def _question(turn: Turn, each: Doubted) -> Question | None:
    """The question as they saw it who doubt it."""
    standing = turn.bank.get(each.question_id)
    if standing is not None and standing.hash == each.hash:
        return standing
    return archive.seen(turn.db, each.question_id, each.hash)


def _label(turn: Turn, each: Doubted) -> str:
    question = _question(turn, each)
    stem = question.stem if question is not None else each.question_id
    short = stem if len(stem) <= SHORT else turn.say("doubts.cut", text=stem[:SHORT])
    return turn.say("doubts.row", number=each.number, stem=short)


def _mend(turn: Turn, each: Doubted) -> str:
    """For an own question the way to a new version of it."""
    if not offices.is_own(turn.db, each.question_id):
        return ""
    number = int(each.question_id.rpartition("-")[2])
    return turn.tap("materials.revise", turn.say("doubts.tap_mend"), number=number)


def _asked_words(turn: Turn, each: Doubted) -> str:
    question = _question(turn, each)
    if question is None:
        return turn.say("doubts.gone", id=each.question_id)
    options = [
        turn.say("quiz.option", letter=letter, text=quoted(text))
        for letter, text in zip(LETTERS, question.options, strict=False)
    ]
    return turn.say(
        "doubts.question",
        id=question.id,
        stem=quoted(question.stem),
        options="".join(f"\n{line}" for line in options),
        right=_right(turn, question),
        why=quoted(question.why),
        law=quoted(question.law),
        article=quoted(question.article),
    )


def _reasons(turn: Turn, each: Doubted) -> str:
    counted = [
        turn.say("doubts.counted", reason=turn.say(f"doubts.reason_{r}"), count=n)
        for r, n in each.reasons.items()
        if r in REASONS
    ]
    return turn.say("doubts.between").join(counted) or turn.say("doubts.no_reasons")


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
        asked=_asked_words(turn, each),
        people=each.people,
        reasons=_reasons(turn, each),
        rests=turn.say("doubts.resting" if each.rests else "doubts.still_asked"),
        taps="\n".join(taps),
        desk=turn.tap("doubts.desk"),
    )


def _right(turn: Turn, question: Question) -> str:
    if question.kind == "judge":
        return turn.say("quiz.judge_right" if question.right == "T" else "quiz.judge_wrong")
    if question.kind == "fill":
        return quoted(question.accepted[0] + question.unit)
    return turn.say("quiz.between_letters").join(question.right)


def _ways(turn: Turn) -> dict[str, str]:
    more = "quiz.resume" if turn.step == ANSWERING else "quiz.more"
    return {"more": turn.tap(more), "menu": turn.tap("general.menu")}
