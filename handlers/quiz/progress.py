"""进步: what one holds now, what one won back, what is due; for his own eyes, beside nobody else."""

from __future__ import annotations

from bot.router import Router, Turn
from bot.services import spacing
from bot.services.spacing import Standing, TopicStanding

router = Router()

SHOWN = 6
BAR = 5


@router.on("quiz.progress")
def progress(turn: Turn) -> str:
    """Points held, won back and due, the topics from the weakest, and what would do most good now."""
    found = spacing.standing(turn.db, turn.person.id, now=turn.now)
    daily, practice = turn.tap("quiz.daily"), turn.tap("quiz.practice", turn.say("quiz.label_practice"))
    if not found.met:
        return turn.say("quiz.progress_none", daily=daily, practice=practice)
    topics = [_line(turn, each) for each in found.topics[:SHOWN]]
    rest = len(found.topics) - SHOWN
    return turn.say(
        "quiz.progress",
        met=found.met,
        held=found.held,
        won=turn.say("quiz.progress_won", won=found.won) if found.won else turn.say("quiz.progress_none_won"),
        due=turn.say("quiz.progress_due", due=found.due) if found.due else turn.say("quiz.progress_none_due"),
        topics="\n".join([*topics, *([turn.say("quiz.progress_rest", rest=rest)] if rest > 0 else [])]),
        ways="\n".join(_ways(turn, found, practice)),
    )


def _line(turn: Turn, topic: TopicStanding) -> str:
    full = round(BAR * topic.held / topic.met)
    bar = turn.say("quiz.bar_full") * full + turn.say("quiz.bar_empty") * (BAR - full)
    return turn.say("quiz.progress_topic", bar=bar, topic=topic.topic, held=topic.held, met=topic.met)


def _ways(turn: Turn, found: Standing, practice: str) -> list[str]:
    """What is due first, then what was missed, then a topic."""
    mistakes = [turn.tap("quiz.mistakes", turn.say("quiz.label_missed", count=found.missed))] if found.missed else []
    return [practice, *mistakes, turn.tap("quiz.topic")]
