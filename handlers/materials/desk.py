"""出题: the desk itself, what he wrote, and what of his unit stands before people."""

from __future__ import annotations

from bot.messages import offering, quoted
from bot.router import Turn
from bot.services.asking import asking
from bot.services.doubts import offices
from bot.services.materials import authors, counting
from bot.services.materials import desk as pieces
from bot.services.materials.desk import MaterialRow
from bot.services.materials.rows import alias_of
from handlers.materials import telling
from handlers.materials.drafts import CASE, LESSON, PASTE, QUESTION, frame, load
from handlers.materials.routes import router

A_PAGE = 8
SHORT_NOTE = 16
MOST = 1000


@router.on("materials.desk")
@offering
def desk(turn: Turn) -> str:
    """What can be done here, with how much waits."""
    if not authors.may_write(turn.db, turn.person, now=turn.now):
        return telling.not_author(turn)
    writing = load(turn)
    begun = ""
    if writing is not None:
        name = turn.say(f"materials.kind_{writing.kind}")
        begun = turn.say("materials.begun", name=name, go_on=turn.tap("materials.go_on"))
    starts = {kind: _start(turn, kind) for kind in (QUESTION, PASTE, LESSON, CASE)}
    doubted = offices.mine(turn.db, turn.person, turn.bank, frame(turn), now=turn.now)
    waits = [
        _counted(turn, "materials.review", len(counting.waiting(turn.db, turn.person, now=turn.now))),
        _counted(turn, "doubts.desk", len(doubted)),
    ]
    if asking.may_settle(turn.db, turn.person, now=turn.now):
        waits.append(_counted(turn, "materials.unanswered", len(asking.waiting(turn.db, limit=MOST))))
    live = turn.tap("materials.live", turn.say("materials.tap_live"))
    mine_tap = turn.tap("materials.mine")
    told = turn.say("materials.desk", begun=begun, mine=mine_tap, live=live, waits="\n".join(waits), **starts)
    return told.lstrip()


@router.on("materials.mine")
@offering
def mine(turn: Turn) -> str:
    """Everything he wrote, with its state, what changed last first."""
    if not authors.may_write(turn.db, turn.person, now=turn.now):
        return telling.not_author(turn)
    found = pieces.list_for(turn.db, turn.person, now=turn.now, author=alias_of(turn.person), limit=MOST)
    back = counting.returned(turn.db, found)
    drafts = [each for each in found if each.state == pieces.DRAFT and each.key not in back]
    more = turn.say("materials.drafts_wait", count=len(drafts), submit=turn.tap("materials.submit_all"))
    return _listed(turn, found, "materials.mine", more if len(drafts) > 1 else "")


@router.on("materials.live")
@offering
def live(turn: Turn) -> str:
    """What of his units people see now."""
    if not authors.may_write(turn.db, turn.person, now=turn.now):
        return telling.not_author(turn)
    found = pieces.list_for(turn.db, turn.person, now=turn.now, live=True, limit=MOST)
    return _listed(turn, found, "materials.live", "")


def state(turn: Turn, found: MaterialRow, back: str = "") -> str:
    """Where it stands, in words, and why where it was sent `back`; a live one that is being changed is both."""
    told = turn.say(f"materials.state_{found.state}")
    if back:
        short = back if len(back) <= SHORT_NOTE else turn.say("materials.cut", text=back[:SHORT_NOTE])
        told = turn.say("materials.state_returned", note=quoted(short))
    if found.live_version is not None and found.state != pieces.LIVE:
        return turn.say("materials.state_while_live", state=told)
    return told


def _listed(turn: Turn, found: list[MaterialRow], action: str, more: str) -> str:
    desk_tap = turn.tap("materials.desk")
    if not found:
        return turn.say({"materials.mine": "materials.mine_none"}.get(action, "materials.live_none"), desk=desk_tap)
    pages = -(-len(found) // A_PAGE)
    page = min(max(int(turn.args.get("number", 1)), 1), pages)
    shown = found[(page - 1) * A_PAGE : page * A_PAGE]
    back = counting.returned(turn.db, shown)
    rows = [
        turn.say(
            "materials.row",
            show=turn.tap("materials.show", telling.named(turn, each), number=telling.number(each)),
            state=state(turn, each, back.get(each.key, "")),
        )
        for each in shown
    ]
    if page < pages:
        rows.append(turn.tap(action, turn.say("materials.next_page", left=len(found) - page * A_PAGE), number=page + 1))
    return turn.say(action, count=len(found), rows="\n".join([*rows, *([more] if more else [])]), desk=desk_tap)


def _start(turn: Turn, kind: str) -> str:
    name = turn.say(f"materials.kind_{kind}")
    return turn.tap("materials.start", name, choice=name)


def _counted(turn: Turn, action: str, count: int) -> str:
    return turn.tap(action, turn.say("materials.entry", name=turn.content.words.name_of[action], count=count))
