"""导出我的数据、注销: what is held of him, and to be forgotten."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.clock import BEIJING
from bot.messages import quoted
from bot.models import Member, Person
from bot.router import NotMine, Router, Turn
from bot.services import grants, reminders, shifts, units
from bot.services.joining import binding
from bot.services.rights import erasing, telling

router = Router()

CONFIRM = "rights.confirm"
SIDE_BY_SIDE = 3  # counts on a line
_PHONE_HEAD, _PHONE_TAIL = 3, 4


@router.on("rights.export")
def export(turn: Turn) -> str:
    """A page he can read; every row of it stands in the file that is handed to him in person."""
    lines = [*_roster(turn), *_account(turn), *_counts(turn)]
    return turn.say(
        "rights.summary" if turn.person.member is not None else "rights.summary_guest",
        lines="\n".join(lines),
        erase=turn.tap("rights.erase"),
        menu=turn.tap("general.menu"),
    )


@router.on("rights.erase")
def erase(turn: Turn) -> str:
    """Shows what goes and what stays; nothing is done before it is confirmed."""
    turn.goto(CONFIRM, within=timedelta(hours=1))
    doubt = _doubt(turn)
    if turn.person.member is None:
        goes, stays = "rights.goes_account", "rights.stays_account"
    elif doubt:
        goes, stays = f"rights.goes_{doubt}", "rights.stays_line"
    else:
        goes, stays = "rights.goes_member", "rights.stays_member"
    return turn.say(
        "rights.ask",
        goes=turn.say(goes),
        stays=turn.say(stays),
        roles="" if doubt else _roles(turn),
        confirm=turn.tap("rights.erase_now"),
        keep=turn.tap("rights.keep"),
    )


@router.during(CONFIRM, resume="rights.erase")
def neither(turn: Turn) -> str:
    """Neither yes nor no: this is not done by the way."""
    raise NotMine(turn.say("rights.not_yes", confirm=turn.tap("rights.erase_now"), keep=turn.tap("rights.keep")))


@router.on("rights.keep")
def keep(turn: Turn) -> str:
    turn.leave()
    return turn.say("rights.kept", menu=turn.tap("general.menu"))


@router.on("rights.erase_now")
def erase_now(turn: Turn) -> str:
    if turn.step != CONFIRM:
        return turn.say("rights.ask_first", ask=erase(turn))
    if _doubt(turn):
        erasing.forget_account(turn.db, turn.person.id, now=turn.now, actor=_alias(turn))
        return turn.say("rights.erased_account")
    erasing.erase(turn.db, turn.content.say, now=turn.now, actor=_alias(turn), person_id=turn.person.id)
    return turn.say("rights.erased")


def _doubt(turn: Turn) -> str:
    """Why the number may be another's: frozen, or fresh on this phone; empty for a guest and for who has it long.

    Whoever holds a stranger's number must not be able to wipe the stranger off the roster.
    """
    person = turn.person
    if person.member is None:
        return ""
    if person.member.frozen_at is not None:
        return "frozen"
    bound_at = turn.db.get_one(Person, person.id).bound_at
    fresh = bound_at is not None and bound_at > turn.now - binding.POWERS_WAIT
    return "fresh" if fresh or _taken_over(turn) else ""


def _taken_over(turn: Turn) -> bool:
    return turn.person.roles_from is not None and turn.person.roles_from > turn.now


def _alias(turn: Turn) -> str:
    return turn.person.member.alias if turn.person.member is not None else turn.person.alias


def _roles(turn: Turn, key: str = "rights.roles") -> str:
    if turn.person.member is None:
        return ""
    held = sorted(grants.held(turn.db, turn.person.member.id, now=turn.now))
    if not held:
        return ""
    paths = units.paths(turn.db, (unit for _, unit in held))
    names = turn.content.mine.roles.name_of
    roles = [turn.say("rights.role_on", role=names.get(role, role), unit=paths[unit]) for role, unit in held]
    return turn.say(key, roles=turn.say("rights.between_roles").join(roles))


def _roster(turn: Turn) -> list[str]:
    """His line of the roster; of a number that may be another's no more than whoever bound it knew."""
    if turn.person.member is None:
        return []
    member = turn.db.get_one(Member, turn.person.member.id)
    ids = [each for each in (member.unit_id, member.group_id, member.crew_id or member.section_id) if each]
    paths = units.paths(turn.db, ids)
    if member.frozen_at is not None or _taken_over(turn):
        return [turn.say("rights.line_doubtful", name=member.name, unit=paths[member.unit_id])]
    between = turn.say("rights.between_facts")
    political = turn.content.mine.political.name_of.get(member.political, "")
    facts = {
        "rights.line_places": between.join(paths[each] for each in ids),
        "rights.line_work": between.join(filter(None, (member.trade, member.shift, member.position))),
        "rights.line_phone": _masked(member.phone),
        "rights.line_political": political if turn.person.political_consent else "",
    }
    lines = [turn.say("rights.line_member", name=member.name, staff_no=member.staff_no)]
    lines += [turn.say(key, said=quoted(said)) for key, said in facts.items() if said]
    return [*lines, *filter(None, _roles(turn, "rights.line_roles").splitlines())]


def _account(turn: Turn) -> list[str]:
    """What stands under his account itself."""
    person = turn.db.get_one(Person, turn.person.id)
    lines = [
        turn.say("rights.line_openid", openid=person.openid),
        turn.say("rights.line_met", day=_day(turn, person.met_at)),
    ]
    if person.bound_at is not None:
        lines.append(turn.say("rights.line_bound", day=_day(turn, person.bound_at)))
    shift = shifts.on(turn.person, turn.today, turn.content.shifts)
    if shift.id:
        lines.append(turn.say("rights.line_shift", shift=shift.name))
    if person.remind_at is not None:
        hour, minute = divmod(person.remind_at, 60)
        lines.append(turn.say("rights.line_remind", time=f"{hour:02}:{minute:02}"))
    until = person.paused_until
    if until is not None and until > turn.now:
        for_ever = until >= reminders.FOR_EVER
        lines.append(
            turn.say("rights.line_paused_for_ever")
            if for_ever
            else turn.say("rights.line_paused", day=_day(turn, until))
        )
    return lines


def _counts(turn: Turn) -> list[str]:
    member = turn.person.member
    aliases = [turn.person.alias, *([member.alias] if member is not None else [])]
    said = [
        turn.say("rights.count", section=turn.say(section), count=count)
        for section, count in telling.counted(turn.db, turn.person.id, aliases)
    ]
    between = turn.say("rights.between_facts")
    few = [said[first : first + SIDE_BY_SIDE] for first in range(0, len(said), SIDE_BY_SIDE)]
    return [turn.say("rights.counts"), *map(between.join, few)] if said else []


def _masked(phone: str) -> str:
    """Enough of a phone number for its owner to know it by."""
    hidden = len(phone) - _PHONE_HEAD - _PHONE_TAIL
    head = phone[:_PHONE_HEAD] if hidden > 0 else ""
    return f"{head}{'*' * max(hidden, _PHONE_TAIL)}{phone[-_PHONE_TAIL:]}" if phone else ""


def _day(turn: Turn, at: datetime) -> str:
    local: date = at.astimezone(BEIJING).date()
    return turn.say("rights.day", year=local.year, month=local.month, day=local.day)
