"""发考试: what somebody is setting up, how a line he tapped or typed changes it, and the plan it comes to."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any

from bot.clock import BEIJING
from bot.router import Turn
from bot.services import exams
from bot.services.exams.planning import Plan
from bot.services.exams.sitters import Sitter
from content.exams import COUNTS, MEASURES, Usual
from content.folding import fold
from content.spelling import shown
from handlers.exams.routes import Step

MONTHLY, SAFETY, PARTY, TOPIC, AGAIN = "monthly", "safety", "party", "topic", "again"
KINDS = (MONTHLY, SAFETY, PARTY, TOPIC)
PAGES = ("what", "who", "when", "measures")
SWITCHES = ("together", "apart")
HOURS_TOGETHER = timedelta(hours=4)
"""So long one that all sit together waits for its start."""
LONGEST_TITLE = 24
_NUMBER = re.compile(r"[0-9]{1,4}")


@dataclass(slots=True)
class Draft:
    """An exam under way; `at` is the page he looks at, empty for the preview."""

    unit: int = 0
    what: str = MONTHLY
    topics: list[str] = field(default_factory=list)
    trades: list[str] = field(default_factory=list)
    day: str = ""
    """It opens on that ISO day."""
    again: int = 0
    """The exam whose absent and failed sit this one."""
    together: bool = False
    questions: int = 0
    minutes: int = 0
    pass_mark: int = 0
    attempts: int = 0
    days: int = 0
    counts: str = ""
    at: str = ""

    @property
    def opens(self) -> date:
        return date.fromisoformat(self.day)

    @property
    def audience(self) -> dict[str, Any]:
        """As `exams.audience`: nothing for all of the unit."""
        found: dict[str, Any] = {}
        if self.trades:
            found["trades"] = list(self.trades)
        if self.what == PARTY:
            found["party"] = True
        if self.again:
            found["again"] = self.again
        return found


def today(turn: Turn) -> date:
    """The date it is."""
    return turn.now.astimezone(BEIJING).date()


def fresh(turn: Turn, unit: int = 0) -> Draft:
    """A monthly exam of the unit, from today on, with the measures of the calendar."""
    draft = measured(Draft(unit=unit, day=today(turn).isoformat()), turn.content.exams.usual)
    month = turn.content.teaching.calendar.month
    draft.questions = month.get("exam_questions", draft.questions)
    draft.pass_mark = month.get("exam_pass", draft.pass_mark)
    return draft


def measured(draft: Draft, usual: Usual) -> Draft:
    """The draft with these measures."""
    for name in (*MEASURES, "counts"):
        setattr(draft, name, getattr(usual, name))
    return draft


def load(turn: Turn) -> Draft | None:
    """What he left unfinished, be it that he stands in it or has gone away from it."""
    data = turn.dialog.data.get("draft") if turn.dialog is not None and turn.dialog.step == Step.SETTING else None
    return None if data is None else Draft(**data)


def save(turn: Turn, draft: Draft) -> None:
    """Keep it, and wait for what he changes next."""
    turn.goto(Step.SETTING, draft=asdict(draft))


def take(turn: Turn, draft: Draft, said: str) -> bool:
    """Change the draft by what he tapped or typed, whatever page he looks at; False for what means none of it."""
    wanted = fold(said)
    return _page(turn, draft, wanted) or _kind(turn, draft, wanted, said) or _measure(turn, draft, wanted)


def measure_words(turn: Turn, name: str, count: int | str) -> str:
    """How a measure is said: a number with its unit."""
    return turn.say(f"exams.pick_{name}", count=count)


def day_words(turn: Turn, day: date) -> str:
    """How the day it opens is said."""
    return turn.say("exams.pick_day", month=day.month, day=day.day)


def title(turn: Turn, draft: Draft) -> str:
    """What the exam is called."""
    topics = turn.say("exams.between").join(draft.topics)
    again = exams.find(turn.db, draft.again) if draft.again else None
    told = turn.say(
        f"exams.title_{draft.what}",
        month=draft.opens.month,
        day=draft.opens.day,
        topics=topics,
        title="" if again is None else again.title,
    )
    return told if len(told) <= LONGEST_TITLE else told[:LONGEST_TITLE]


def people(turn: Turn, draft: Draft) -> list[Sitter]:
    """Whom it concerns as it stands."""
    return exams.sitters.concerned(turn.db, draft.unit, draft.audience, words=turn.content.mine, now=turn.now)


def plan(turn: Turn, draft: Draft, found: list[Sitter]) -> Plan:
    """What it comes to. It closes when the most of its people can be reached; one sat together waits some hours."""
    opens = exams.planning.opening(draft.opens, turn.now)
    last = draft.opens + timedelta(days=draft.days - 1)
    closes = exams.planning.closing(last, found, turn.content.shifts)
    if draft.together:
        opens, closes = turn.now, turn.now + HOURS_TOGETHER
    elif closes <= opens + timedelta(minutes=draft.minutes):  # too late in the evening for today
        closes = exams.planning.closing(last + timedelta(days=1), found, turn.content.shifts)
    what = MONTHLY if draft.what == AGAIN else draft.what
    return Plan(
        unit_id=draft.unit,
        title=title(turn, draft),
        parts=_again_parts(turn, draft)
        or exams.planning.parts_for(
            what, draft.questions, content=turn.content, topics=draft.topics, trades=draft.trades
        ),
        opens_at=opens,
        closes_at=closes,
        minutes=draft.minutes,
        attempts=draft.attempts,
        counts=draft.counts,
        pass_mark=draft.pass_mark,
        together=draft.together,
        audience=draft.audience,
    )


def _again_parts(turn: Turn, draft: Draft) -> list[dict[str, Any]]:
    """The parts of the exam that is held once more, while it has as many questions."""
    exam = exams.find(turn.db, draft.again) if draft.again and draft.what == AGAIN else None
    return list(exam.rule["parts"]) if exam is not None and exam.questions == draft.questions else []


def _page(turn: Turn, draft: Draft, wanted: str) -> bool:
    for page in (*PAGES, ""):
        if wanted == fold(turn.say(f"exams.page_{page or 'done'}")):
            draft.at = page
            return True
    for switch in SWITCHES:
        if wanted == fold(turn.say(f"exams.pick_{switch}")):
            draft.together = switch == "together"
            measured(draft, turn.content.exams.together if draft.together else turn.content.exams.usual)
            draft.at = ""
            return True
    return False


def _kind(turn: Turn, draft: Draft, wanted: str, said: str) -> bool:
    for kind in KINDS:
        if wanted == fold(turn.say(f"exams.pick_{kind}")):
            draft.what, draft.topics, draft.at = kind, [], "topics" if kind == TOPIC else ""
            return True
    if draft.at == "who" and _who(turn, draft, wanted):
        return True
    topics = [fold_of for part in re.split(r"[\s,\u3001\uff0c]+", shown(said)) if (fold_of := part)]
    if topics and all(each in turn.content.topics.area_of for each in topics):
        draft.what, draft.topics, draft.at = TOPIC, list(dict.fromkeys(topics)), ""
        return True
    if draft.at == "topics" and (area := turn.content.topics.called.get(shown(said))):
        draft.at = f"topics.{area}"
        return True
    return False


def _who(turn: Turn, draft: Draft, wanted: str) -> bool:
    if wanted == fold(turn.say("exams.pick_all")):
        draft.trades, draft.at = [], ""
        return True
    trade = next((each for each in turn.content.topics.trades_shown if fold(each) == wanted), None)
    if trade is None:
        return False
    draft.trades = [each for each in draft.trades if each != trade] + ([] if trade in draft.trades else [trade])
    return True


def _measure(turn: Turn, draft: Draft, wanted: str) -> bool:
    numbers = [int(each) for each in _NUMBER.findall(wanted)]
    for name in MEASURES:
        least, most = turn.content.exams.limits[name]
        if len(numbers) == 1 and wanted == fold(measure_words(turn, name, numbers[0])) and least <= numbers[0] <= most:
            setattr(draft, name, numbers[0])
            return True
    for counts in COUNTS:
        if wanted == fold(turn.say(f"exams.pick_{counts}")):
            draft.counts = counts
            return True
    return _day(turn, draft, wanted, numbers)


def _day(turn: Turn, draft: Draft, wanted: str, numbers: list[int]) -> bool:
    """The day it opens: the next of that date, within the year."""
    first = today(turn)
    if len(numbers) != 2 or wanted != fold(turn.say("exams.pick_day", month=numbers[0], day=numbers[1])):
        return False
    for year in (first.year, first.year + 1):
        try:
            day = date(year, numbers[0], numbers[1])
        except ValueError:
            return False
        if day >= first:
            draft.day = day.isoformat()
            return True
    return False
