"""刷题、专项、错题、挑战: rows of questions, each begun by its word, left at any moment and taken up again."""

from __future__ import annotations

from bot.router import NotMine, Router, Turn
from bot.services import quiz, spacing
from bot.services.quiz import Next
from content.bank import Question
from content.folding import fold
from handlers.quiz import asking, wording
from handlers.quiz.asking import Step

router = Router()

SHOWN_TOPICS = 10


@router.on("quiz.more")
def more(turn: Turn) -> str:
    """One more of the row he is in; practice where he is in none."""
    if turn.args.get("text"):
        return _practice(turn)
    run = quiz.last(turn.db, turn.person.id, since=asking.since(turn))
    return go_on(turn, quiz.MORE) if run is None else go_on(turn, run.mode, run.topic)


@router.on("quiz.practice")
def practice(turn: Turn) -> str:
    return _practice(turn)


def _practice(turn: Turn) -> str:
    """Practice; with a topic behind the word, of that topic."""
    meant = _meant(turn, turn.args.get("text", ""))
    return go_on(turn, quiz.TOPIC, meant) if meant else go_on(turn, quiz.MORE)


@router.on("quiz.topic")
def topic(turn: Turn) -> str:
    said = turn.args.get("topic", "")
    meant = _meant(turn, said)
    return go_on(turn, quiz.TOPIC, meant) if meant else _topics(turn, said)


@router.during(Step.TOPIC, resume="quiz.topic")
def topic_typed(turn: Turn) -> str:
    """The name of a topic alone, while the list is before him."""
    meant = _meant(turn, turn.text)
    if not meant:
        raise NotMine(_topics(turn, turn.text))
    return go_on(turn, quiz.TOPIC, meant)


@router.on("quiz.mistakes")
def mistakes(turn: Turn) -> str:
    return go_on(turn, quiz.MISTAKES)


@router.on("quiz.challenge")
def challenge(turn: Turn) -> str:
    return go_on(turn, quiz.DARE)


@router.on("quiz.back")
def back(turn: Turn) -> str:
    """Three questions for whoever was away."""
    return go_on(turn, quiz.BACK)


def go_on(turn: Turn, mode: str, topic: str = "") -> str:
    """The next question of a row, or the one that waits in it, or that there is none."""
    found = quiz.go_on(
        turn.db,
        turn.person,
        mode,
        content=turn.content,
        bank=turn.bank,
        day=turn.today,
        since=asking.since(turn),
        now=turn.now,
        topic=topic,
    )
    if found.ask is None:
        return _nothing(turn, found)
    shown = asking.put(turn, found.ask)
    if not found.ask.fresh:
        return turn.say("quiz.still_open", question=shown)
    first = _first(turn, found)
    return f"{first}\n\n{shown}" if first else shown


def _first(turn: Turn, found: Next) -> str:
    """What is said above the question where a row begins, or comes round."""
    assert found.ask is not None
    begins = found.ask.place == 1
    if found.run.mode == quiz.MISTAKES:
        return turn.say("quiz.left", count=found.left)
    if found.run.mode == quiz.DARE and begins:
        best = quiz.best(turn.db, turn.person.id)
        return turn.say("quiz.dare_rule") + (turn.say("quiz.dare_best", best=best) if best else "")
    if found.run.mode == quiz.BACK and begins:
        return turn.say("quiz.back_hello")
    return turn.say("quiz.round_again") if found.again else ""


def _nothing(turn: Turn, found: Next) -> str:
    """There is nothing (more) to ask in this row today, and what else there is."""
    ways = {"more": turn.tap("quiz.practice", turn.say("quiz.label_practice")), "progress": turn.tap("quiz.progress")}
    if found.run.mode == quiz.MISTAKES:
        return (
            turn.say("quiz.left_tomorrow", count=found.left, **ways) if found.left else turn.say("quiz.no_left", **ways)
        )
    if found.run.mode == quiz.DARE:
        return turn.say("quiz.dare_all", right=found.run.right, **ways)
    return turn.say("quiz.row_over", answered=found.run.answered, right=found.run.right, **ways)


def _topics(turn: Turn, said: str) -> str:
    """What can be practised, with how much he holds of it: where he is weakest first, then where there is most to ask."""
    of_topic: dict[str, list[Question]] = {}
    for name in turn.bank.order if turn.person.of_party else turn.bank.for_all or turn.bank.order:
        question = turn.bank.questions[name]
        of_topic.setdefault(question.topic, []).append(question)
    met = {each.topic: each for each in spacing.standing(turn.db, turn.person.id, now=turn.now).topics}
    known = [topic for topic in met if topic in of_topic]
    others = sorted((topic for topic in of_topic if topic not in met), key=lambda topic: -len(of_topic[topic]))
    shown = [*known, *others][:SHOWN_TOPICS]
    lines = []
    for topic in shown:
        points = len({each.point for each in of_topic[topic]})
        key = "quiz.topic_line" if topic in met else "quiz.topic_line_new"
        held = met[topic].held if topic in met else 0
        lines.append(wording.topic_tap(turn, topic, turn.say(key, topic=topic, held=held, points=points)))
    rest = [*known, *others][SHOWN_TOPICS:]
    turn.goto(Step.TOPIC)
    between = turn.say("quiz.between_letters")
    return turn.say(
        "quiz.topics",
        unknown=turn.say("quiz.topic_unknown", said=wording.quoted(said)) if said else "",
        lines="\n".join(lines),
        rest=turn.say("quiz.topics_rest", topics=between.join(rest)) if rest else "",
        example=shown[0] if shown else "",
    )


def _meant(turn: Turn, said: str) -> str:
    """The topic, or the area of topics, that he names in whatever way people call it; empty where there is nothing of it to ask."""
    folded = fold(said).strip()
    called = turn.content.words.sayings.shapes.topics
    held = max((name for name in called if name in folded), key=len, default="")
    return next((each for each in (folded, called.get(held, "")) if each and _questions(turn, each)), "")


def _questions(turn: Turn, said: str) -> bool:
    """True when there is something to ask him of what he named."""
    topics = turn.content.topics.within(said) or (said,)
    names = turn.bank.order if turn.person.of_party else turn.bank.for_all or turn.bank.order
    return any(turn.bank.questions[name].topic in topics for name in names)
