"""我的: who a person is here, what he agreed to, how today's question stands, and what he can do about it."""

from __future__ import annotations

from bot.clock import shift_day
from bot.errors import Refusal
from bot.router import Router, Turn
from bot.services import audience, consents, people, quiz, shifts
from bot.services.people import MemberRow

router = Router()

SHOWN_DIGITS = 3


@router.on("me.mine")
def mine(turn: Turn) -> str:
    member = turn.person.member
    if member is None:
        return _without_gaps(_guest(turn))
    if member.left_at is not None:
        return _without_gaps(turn.say("me.left", ways=_ways(turn, "rights.export", "rights.erase")))
    if member.frozen_at is not None:
        ways = _ways(turn, "rights.export", "joining.unbind")
        return _without_gaps(turn.say("me.frozen", tail=_tail(member), human=turn.tap("letters.human"), ways=ways))
    return _without_gaps(_member(turn, member))


@router.on("me.political_give")
def political_give(turn: Turn) -> str:
    return _political(turn, "me.given", "me.political_take_back", given=True)


@router.on("me.political_take_back")
def political_take_back(turn: Turn) -> str:
    return _political(turn, "me.taken_back", "me.political_give", given=False)


def _political(turn: Turn, key: str, back: str, *, given: bool) -> str:
    if turn.member is None:
        raise Refusal("me.join_first", bind=turn.tap("joining.bind"))
    version = int(turn.say("joining.political_version"))
    consents.change(turn.db, turn.person.id, consents.POLITICAL, given=given, now=turn.now, version=version)
    audience.refresh(turn.db, turn.person.id, now=turn.now)
    label = turn.say("me.label_take_back" if given else "me.label_give")
    return turn.say(key, change=turn.tap(back, label), mine=turn.tap("me.mine"))


def _guest(turn: Turn) -> str:
    return turn.say(
        "me.guest",
        daily=_daily(turn),
        open=_open(turn),
        bind=turn.tap("joining.bind"),
        ways=_ways(turn, "shifts.show", "reminders.show", "rights.export", "rights.erase"),
    )


def _member(turn: Turn, member: MemberRow) -> str:
    person, between = turn.person, turn.say("me.between")
    found = audience.standing(turn.db, person, now=turn.now)
    roles = turn.content.mine.roles.name_of
    held = [turn.say("me.role", role=roles.get(role, role), unit=unit) for role, unit in found.roles]
    shift = shifts.on(person, shift_day(turn.sent_at), turn.content.shifts)
    political = turn.content.mine.political.name_of.get(member.political, "")
    known = bool(person.political_consent and political)
    return turn.say(
        "me.member",
        name=member.name,
        tail=_tail(member),
        places=between.join(filter(None, (found.branch, found.crew, member.trade))),
        shift=turn.say("me.shift", shift=shift.name) if shift.id else turn.say("me.no_shift"),
        status=turn.say("me.status", political=political) if known else "",
        roles=turn.say("me.roles", roles=between.join(held)) if held else "",
        daily=_daily(turn),
        open=_open(turn),
        consent=_consent(turn, member),
        ways="\n".join(
            (
                _ways(turn, "shifts.show", "reminders.show"),
                _ways(turn, "rights.export", "joining.unbind", "rights.erase"),
            )
        ),
    )


def _consent(turn: Turn, member: MemberRow) -> str:
    """Asked only of those whose political status would change anything."""
    if turn.person.political_consent:
        change = turn.tap("me.political_take_back", turn.say("me.label_take_back"))
        return turn.say("me.consent_given", change=change)
    if member.political in people.OF_PARTY:
        return turn.say("me.consent_missing", change=turn.tap("me.political_give", turn.say("me.label_give")))
    return ""


def _daily(turn: Turn) -> str:
    state = audience.daily(turn.db, turn.person.id, turn.today)
    return turn.say(f"me.daily_{state}", daily=turn.tap("quiz.daily"), resume=turn.tap("quiz.resume"))


def _open(turn: Turn) -> str:
    """What he left unanswered, unless it is today's question, of which its own line tells."""
    left = quiz.latest_open(turn.db, turn.person.id, bank=turn.bank_at_hand)
    return (
        turn.say("me.open", resume=turn.tap("quiz.resume"))
        if left is not None and (left.mode, left.day) != (quiz.DAILY, turn.today)
        else ""
    )


def _ways(turn: Turn, *actions: str) -> str:
    return turn.say("me.between").join(turn.tap(action) for action in actions)


def _tail(member: MemberRow) -> str:
    """Enough of the number to know it by, too little for anybody looking on."""
    return member.staff_no[-SHOWN_DIGITS:]


def _without_gaps(said: str) -> str:
    """What does not apply to him leaves no empty line."""
    return "\n".join(line for line in said.split("\n") if line)
