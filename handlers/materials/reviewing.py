"""审题: what waits for this reviewer, one piece at a time, as it will look on the phone."""

from __future__ import annotations

from bot.errors import Refusal
from bot.messages import Offered, offering, quoted
from bot.router import Turn
from bot.services import units
from bot.services.materials import counting, desk, readers, rights
from bot.services.materials.desk import MaterialRow
from handlers.materials import preview, telling
from handlers.materials.routes import Step, router

SHORTEST, LONGEST = 4, 200
SEVERAL = 3
REASONS = ("unclear", "wrong", "source", "long")


@router.on("materials.review")
@offering
def review(turn: Turn) -> str:
    """The one that waits longest; by a tap the one behind a number; out of a return, the piece it was about."""
    number, standing = int(turn.args.get("number", 0)), _standing(turn)
    if turn.step == Step.RETURNING:
        turn.leave()
    if standing is not None and not number:
        return _shown(turn, standing, len(counting.waiting(turn.db, turn.person, now=turn.now)))
    return _after(turn, number)


@router.on("materials.pass")
@offering
def pass_(turn: Turn) -> str:
    found = _named(turn)
    if isinstance(found, str):
        return found
    row = desk.review(turn.db, turn.person, found.key, desk.PASS, now=turn.now)
    named = telling.named(turn, row)
    if row.state == desk.REVIEWED:
        telling.to_author(
            turn, row, turn.say("materials.told_reviewed", named=named, publish=telling.publishers(turn, row))
        )
        return turn.say(
            "materials.reviewed",
            named=named,
            publish=telling.publish_tap(turn, row),
            review=turn.tap("materials.review", turn.say("materials.tap_next")),
            desk=turn.tap("materials.desk"),
        )
    left = readers.outlook(turn.db, row, now=turn.now).left
    next_ones = telling.who_next(turn, row)
    telling.to_author(turn, row, turn.say("materials.told_passed", named=named, left=left, readers=next_ones))
    return turn.say(
        "materials.passed",
        named=named,
        left=left,
        readers=next_ones,
        review=turn.tap("materials.review", turn.say("materials.tap_next")),
        desk=turn.tap("materials.desk"),
    )


@router.on("materials.send_back")
def send_back(turn: Turn) -> str:
    """Asks why: without a reason its author could not mend it."""
    found = _named(turn)
    if isinstance(found, str):
        return found
    turn.goto(Step.RETURNING, key=found.key, version=found.version)
    return _ask_why(turn, found)


@router.on("materials.because")
def because(turn: Turn) -> str:
    """A reason tapped."""
    return _return(turn, turn.args["choice"])


@router.during(Step.RETURNING, resume="materials.send_back_on", own_words=True, teaches=True, back="materials.review")
def returning(turn: Turn) -> str:
    reasons = [turn.say(f"materials.reason_{each}") for each in REASONS]
    found, said = _standing(turn), turn.text.strip()
    if found is not None and len(said) < SHORTEST and said not in reasons:
        return turn.say("materials.why_length", least=SHORTEST, most=LONGEST, ask=_ask_why(turn, found))
    return _return(turn, turn.text)


@router.on("materials.send_back_on")
def send_back_on(turn: Turn) -> str:
    found = _standing(turn)
    if found is None:
        return _too_late(turn)
    turn.goto(Step.RETURNING, key=found.key, version=found.version)
    return _ask_why(turn, found)


def _return(turn: Turn, why: str) -> str:
    found = _standing(turn)
    if found is None:
        return _too_late(turn)
    if not why.strip() or len(why) > LONGEST:
        return turn.say("materials.why_length", least=SHORTEST, most=LONGEST, ask=_ask_why(turn, found))
    turn.leave()
    row = desk.review(turn.db, turn.person, found.key, desk.BACK, note=why.strip(), now=turn.now)
    show = turn.tap("materials.show", turn.say("materials.tap_mend"), number=telling.number(row))
    told = turn.say("materials.told_back", named=telling.named(turn, row), note=quoted(why.strip()), show=show)
    telling.to_author(turn, row, told)
    done = turn.say(
        "materials.sent_back",
        named=telling.named(turn, row),
        review=turn.tap("materials.review", turn.say("materials.tap_next")),
        desk=turn.tap("materials.desk"),
    )
    return Offered(done)


def _too_late(turn: Turn) -> str:
    """Somebody was before him, or he stands elsewhere: he waits here for no reason any more."""
    if turn.step != Step.RETURNING:
        return turn.say("materials.stale", desk=turn.tap("materials.desk"))
    turn.leave()
    ways = {"review": turn.tap("materials.review", turn.say("materials.tap_next")), "desk": turn.tap("materials.desk")}
    return turn.say("materials.too_late", **ways)


def _after(turn: Turn, number: int) -> str:
    roles = {*rights.REVIEWERS, *rights.PARTY_REVIEWERS, *rights.PUBLISHERS}
    if not rights.reach(turn.db, turn.person, roles, now=turn.now):
        return turn.say("materials.not_reviewer", more=turn.tap("quiz.more"), menu=turn.tap("general.menu"))
    found = [each.key for each in counting.waiting(turn.db, turn.person, now=turn.now)]
    if not found:
        return _none(turn)
    key = telling.key(number)
    at = found.index(key) + 1 if key in found else 0
    return _shown(turn, desk.get(turn.db, found[at % len(found)]), len(found))


def _none(turn: Turn) -> str:
    """Nothing is his to review; what is in review all the same, and why it is not his."""
    held = counting.held_up(turn.db, turn.person, now=turn.now)
    why = [turn.say(f"materials.held_{key.partition('.')[2]}", count=count) for key, count in held.items()]
    seen = desk.list_for(turn.db, turn.person, now=turn.now, states=(desk.IN_REVIEW,), limit=SEVERAL)
    who = {telling.who_next(turn, each) for each in seen}
    why += who if len(who) == 1 else []
    reach = rights.reach(turn.db, turn.person, {*rights.REVIEWERS, *rights.PARTY_REVIEWERS}, now=turn.now)
    if not why and 0 < len(reach) <= SEVERAL:
        places = [path.rpartition("/")[2] for path in units.paths(turn.db, sorted(reach)).values()]
        why = [turn.say("materials.only_there", places=turn.say("materials.listed").join(places))]
    ways = {"desk": turn.tap("materials.desk"), "menu": turn.tap("general.menu")}
    return turn.say("materials.review_none", why="".join(f"\n{each}" for each in why), **ways)


def _shown(turn: Turn, found: MaterialRow, count: int) -> str:
    number, version = telling.number(found), found.version
    if found.state == desk.REVIEWED:
        taps, stage = [telling.publish_tap(turn, found)], turn.say("materials.state_reviewed")
    else:
        place = desk.hold_review(turn.db, turn.person, found, now=turn.now)
        stage = turn.say(f"materials.stage_{place}" if found.party else "materials.stage_only")
        taps = [
            turn.tap("materials.pass", turn.say("materials.tap_pass"), number=number, choice=version),
            turn.tap("materials.send_back", turn.say("materials.tap_back_to"), number=number, choice=version),
        ]
    if count > 1:
        taps.append(turn.tap("materials.review", turn.say("materials.tap_another"), number=number))
    head = turn.say(
        "materials.review_head",
        count=count,
        named=telling.named(turn, found),
        place=telling.place(turn, found),
        version=version,
        stage=stage,
    )
    parts = [head, preview.remarks(turn, found.kind, found.body), preview.piece(turn, found.kind, found.body)]
    # Behind the text, on whatever page that ends: he judges what he has been shown.
    return "\n\n".join([*filter(None, parts), "\n".join([*taps, turn.tap("materials.desk")])])


def _named(turn: Turn) -> MaterialRow | str:
    """The piece a tap names, as it was shown to him; otherwise what he is told."""
    found = desk.find(turn.db, telling.key(int(turn.args["number"])))
    if found is None:
        return turn.say("materials.stale", desk=turn.tap("materials.desk"))
    desk.hold_review(turn.db, turn.person, found, now=turn.now)
    if str(found.version) != turn.args["choice"]:
        return turn.say("materials.newer", shown=_shown(turn, found, 1))
    return found


def _standing(turn: Turn) -> MaterialRow | None:
    """What he is about to send back, while it is still his to judge as he saw it."""
    if turn.dialog is None or turn.dialog.step != Step.RETURNING:
        return None
    found = desk.find(turn.db, turn.dialog.data["key"])
    if found is None or found.version != turn.dialog.data["version"]:
        return None
    try:
        desk.hold_review(turn.db, turn.person, found, now=turn.now)
    except Refusal:
        return None
    return found


def _ask_why(turn: Turn, found: MaterialRow) -> str:
    reasons = [turn.say(f"materials.reason_{each}") for each in REASONS]
    return turn.say(
        "materials.ask_back",
        named=telling.named(turn, found),
        reasons="\n".join(turn.tap("materials.because", each, choice=each) for each in reasons),
        back=turn.tap("general.back", turn.say("materials.tap_back")),
        quit=turn.tap("general.quit", turn.say("materials.tap_quit")),
    )
