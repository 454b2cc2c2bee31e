"""摆擂台: everything filled in and shown; topic, number and teams change by a tap or a word, and one tap opens the room."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from bot.db import chance
from bot.errors import Refusal
from bot.messages import quoted
from bot.router import NotMine, Turn
from bot.services import units
from bot.services.contests import choosing, hosting
from bot.services.contests.hosting import LONGEST_TEAM, MOST_TEAMS, TeamPlan
from content.folding import fold
from content.spelling import shown
from handlers.contests import desk, wording
from handlers.contests.routes import RESUME, Step, router

COUNTS = (5, 10)
MOST_QUESTIONS = 20
PAGES = ("topic", "count", "teams")
SHOWN_TOPICS = 10
_SPLIT = re.compile(r"[\s,\u3001\uff0c]+")
_NUMBER = re.compile(r"[0-9]{1,3}")


@dataclass(slots=True)
class Draft:
    """A room to be; `at` is the page he looks at, empty for the preview."""

    unit: int = 0
    topic: str = ""
    """Empty for what his people forget most."""
    count: int = COUNTS[0]
    teams: list[tuple[str, int]] = field(default_factory=list)
    """Names, each with the crew it is, or 0."""
    at: str = ""


def may(turn: Turn) -> bool:
    """True for whoever may host somewhere."""
    return turn.member is not None and bool(hosting.homes(turn.db, turn.person, now=turn.now))


@router.on("contests.create")
def create(turn: Turn) -> str:
    return opened(turn)


def opened(turn: Turn) -> str:
    """A new one, or the one he left unfinished; who may not host is told who may, and how to join one."""
    homes = hosting.homes(turn.db, turn.person, now=turn.now)
    if not homes:
        return turn.say("contests.not_staff", enter=turn.tap("contests.enter"), more=turn.tap("quiz.more"))
    draft = _load(turn) or Draft()
    if not draft.unit and len(homes) == 1:
        _of_unit(turn, draft, homes[0][0])
    return _put(turn, draft)


@router.on("contests.set")
def set_(turn: Turn) -> str:
    """A change tapped, on this page or an older one."""
    if not may(turn):
        return opened(turn)
    draft = _load(turn)
    if draft is None:
        return opened(turn)
    return _put(turn, draft, "" if _take(turn, draft, turn.args["choice"]) else turn.say("contests.not_so"))


@router.on("contests.open")
def open_(turn: Turn) -> str:
    draft = _load(turn)
    return opened(turn) if draft is None or not draft.unit else _open(turn, draft)


@router.during(Step.SETTING, resume=RESUME, own_words=True)
def typed(turn: Turn) -> str:
    draft = _load(turn)
    if draft is None or not may(turn):
        turn.leave()
        return opened(turn)
    if "room" in turn.args:
        raise NotMine(_put(turn, draft))
    if draft.unit and fold(turn.text) in wording.words(turn, "open"):
        return _open(turn, draft)
    if _take(turn, draft, turn.text):
        return _put(turn, draft)
    raise NotMine(_put(turn, draft, turn.say("contests.not_so")))


def _load(turn: Turn) -> Draft | None:
    data = turn.dialog.data.get("draft") if turn.dialog is not None and turn.dialog.step == Step.SETTING else None
    if data is None:
        return None
    return Draft(**{**data, "teams": [(str(name), int(unit)) for name, unit in data["teams"]]})


def _of_unit(turn: Turn, draft: Draft, unit: int) -> None:
    """The unit, and for teams all its crews, where they are not too many to choose from."""
    found = hosting.crews(turn.db, unit, now=turn.now)
    draft.unit, draft.at = unit, ""
    draft.teams = [(each.name[:LONGEST_TEAM], each.unit_id or 0) for each in found] if len(found) <= MOST_TEAMS else []


def _take(turn: Turn, draft: Draft, said: str) -> bool:
    """Change the draft by a line, whatever page he looks at; False for what means none of it."""
    wanted = fold(said)
    if not draft.unit:
        return _unit(turn, draft, wanted)
    for page in (*PAGES, "done"):
        if wanted == fold(turn.say(f"contests.page_{page}")):
            draft.at = "" if page == "done" else page
            return True
    return _what(turn, draft, wanted, said) or (draft.at == "teams" and _teams(turn, draft, said))


def _what(turn: Turn, draft: Draft, wanted: str, said: str) -> bool:
    """The topic, or how many questions."""
    usual = wanted == fold(turn.say("contests.pick_usual"))
    if usual or turn.content.topics.within(shown(said)):
        draft.topic, draft.at = "" if usual else shown(said), ""
        return True
    wanted = wording.digits(turn, said)
    numbers = [int(each) for each in _NUMBER.findall(wanted)]
    if len(numbers) != 1 or wanted not in (fold(turn.say("contests.pick_count", count=numbers[0])), str(numbers[0])):
        return False
    if 1 <= numbers[0] <= MOST_QUESTIONS:
        draft.count, draft.at = numbers[0], ""
    return 1 <= numbers[0] <= MOST_QUESTIONS


def _unit(turn: Turn, draft: Draft, wanted: str) -> bool:
    for number, (unit, path) in enumerate(hosting.homes(turn.db, turn.person, now=turn.now), 1):
        if wanted in (fold(turn.say("contests.pick_unit", number=number)), fold(_last(path))):
            _of_unit(turn, draft, unit)
            return True
    return False


def _teams(turn: Turn, draft: Draft, said: str) -> bool:
    """A crew tapped is put in or left out; names typed, two or more, are the teams from now on; one is added."""
    crews = hosting.crews(turn.db, draft.unit, now=turn.now)[:MOST_TEAMS]
    for number, crew in enumerate(crews, 1):
        if fold(said) == fold(turn.say("contests.pick_team", number=number)):
            entry = (crew.name[:LONGEST_TEAM], crew.unit_id or 0)
            draft.teams = [each for each in draft.teams if each[1] != entry[1]] + (
                [] if entry in draft.teams else [entry]
            )
            return len(draft.teams) <= MOST_TEAMS
    names = list(dict.fromkeys(name for name in _SPLIT.split(said.strip()) if name))
    if not names or any(len(name) > LONGEST_TEAM for name in names):
        return False
    known = {crew.name[:LONGEST_TEAM]: crew.unit_id or 0 for crew in crews}
    entries = [(name, known.get(name, 0)) for name in names]
    if len(names) == 1:
        entries = [*(each for each in draft.teams if each[0] != names[0]), *entries]
    if len(entries) > MOST_TEAMS:
        return False
    draft.teams = entries
    return True


def _put(turn: Turn, draft: Draft, note: str = "") -> str:
    """The page he looks at, and wait for what he changes."""
    turn.goto(Step.SETTING, draft=asdict(draft))
    said = _units(turn) if not draft.unit else _preview(turn, draft) if not draft.at else _choices(turn, draft)
    return f"{note}\n\n{said}" if note else said


def _units(turn: Turn) -> str:
    homes = hosting.homes(turn.db, turn.person, now=turn.now)
    taps = [
        _choice(turn, turn.say("contests.pick_unit", number=number), _last(path))
        for number, (_, path) in enumerate(homes, 1)
    ]
    return turn.say("contests.ask_unit", taps="\n".join(taps), quit=turn.tap("general.quit"))


def _preview(turn: Turn, draft: Draft) -> str:
    teams = turn.say("contests.between").join(quoted(name) for name, _ in draft.teams)
    ways = [
        turn.tap("contests.open", turn.say("contests.tap_open")),
        *(_choice(turn, turn.say(f"contests.page_{page}")) for page in PAGES),
        turn.tap("general.quit", turn.say("contests.tap_drop")),
    ]
    return turn.say(
        "contests.preview",
        title=quoted(_title(turn, draft)),
        topic=draft.topic or turn.say("contests.pick_usual"),
        count=draft.count,
        teams=teams or turn.say("contests.no_teams"),
        ways="\n".join(ways),
        example=turn.say("contests.example_code"),
    )


def _choices(turn: Turn, draft: Draft) -> str:
    """A page of things to tap; what is not offered may be typed."""
    taps = {"topic": _topic_taps, "count": _count_taps, "teams": _team_taps}[draft.at](turn, draft)
    done = _choice(turn, turn.say("contests.page_done"))
    return turn.say(f"contests.ask_{draft.at}", taps="\n".join(taps), done=done)


def _topic_taps(turn: Turn, draft: Draft) -> list[str]:
    bank = turn.shelf.of_unit(turn.db, turn.content, draft.unit, now=turn.now)
    counts: dict[str, int] = {}
    for topic in turn.content.topics.areas.get(choosing.SAFETY, ()):
        counts[topic] = len(choosing.pool(bank, turn.content, topic))
    likely = sorted((each for each in counts if counts[each] >= draft.count), key=lambda each: -counts[each])
    return [_choice(turn, turn.say("contests.pick_usual")), *(_choice(turn, each) for each in likely[:SHOWN_TOPICS])]


def _count_taps(turn: Turn, draft: Draft) -> list[str]:
    return [
        _ticked(turn, turn.say("contests.pick_count", count=count), "", on=count == draft.count) for count in COUNTS
    ]


def _team_taps(turn: Turn, draft: Draft) -> list[str]:
    crews: Sequence[TeamPlan] = hosting.crews(turn.db, draft.unit, now=turn.now)[:MOST_TEAMS]
    chosen = {unit for _, unit in draft.teams}
    lines = [
        _ticked(turn, turn.say("contests.pick_team", number=number), quoted(each.name), on=each.unit_id in chosen)
        for number, each in enumerate(crews, 1)
    ]
    own = [quoted(name) for name, unit in draft.teams if not unit]
    return [*lines, *([turn.say("contests.own_teams", names=turn.say("contests.between").join(own))] if own else [])]


def _ticked(turn: Turn, said: str, label: str, *, on: bool) -> str:
    name = label or said
    return _choice(turn, said, turn.say("contests.ticked", name=name) if on else name)


def _choice(turn: Turn, said: str, label: str = "") -> str:
    return turn.tap("contests.set", label or said, choice=said)


def _open(turn: Turn, draft: Draft) -> str:
    """The room opened; where questions or teams do not suffice it says what to change, and nothing is lost."""
    if not hosting.may(turn.db, turn.person, draft.unit, now=turn.now):
        turn.leave()
        return turn.say("contests.not_staff", enter=turn.tap("contests.enter"), more=turn.tap("quiz.more"))
    bank = turn.shelf.of_unit(turn.db, turn.content, draft.unit, now=turn.now)
    try:
        questions = choosing.draw(
            turn.db,
            draft.unit,
            draft.count,
            bank=bank,
            content=turn.content,
            now=turn.now,
            seed=chance.hexadecimal(4),
            topic=draft.topic,
        )
        room = hosting.open_room(
            turn.db,
            turn.person.id,
            draft.unit,
            title=_title(turn, draft),
            teams=[TeamPlan(name, unit or None) for name, unit in draft.teams],
            questions=questions,
            now=turn.now,
        )
    except Refusal as refusal:
        draft.at = "teams" if refusal.key == "contests.few_teams" else ""
        return _put(turn, draft, turn.say(refusal.key, **refusal.values))
    turn.leave()
    return desk.desk(turn, room)


def _title(turn: Turn, draft: Draft) -> str:
    return turn.say("contests.room_title", unit=_last(units.paths(turn.db, [draft.unit])[draft.unit]))


def _last(path: str) -> str:
    return path.rpartition("/")[2]
