"""绑定: how the notice, the questions, the refusals and the welcome of a new member are worded."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from bot.clock import BEIJING
from bot.errors import Refusal
from bot.models import Unit
from bot.router import Turn
from bot.services import grants, people, shifts
from bot.services.joining import binding, matching
from bot.services.joining.said import Around
from bot.services.people import MemberRow

SHOWN_DIGITS = 3
ASKED_FOR = timedelta(hours=1)
OFFICES = ("secretary", "party_office")


class Step(StrEnum):
    """Where a person may stand in this conversation."""

    CONSENT = "joining.consent"
    WHO = "joining.who"
    WHERE = "joining.where"
    PHONE = "joining.phone"
    CHANGING = "joining.changing"
    FREEZING = "joining.freezing"
    LEAVING = "joining.leaving"
    POLITICAL = "joining.political"


def left(turn: Turn) -> None:
    """Wait no longer where joining waits; whatever else he is in the midst of is left alone."""
    if turn.dialog is not None and turn.dialog.step in set(Step):
        turn.leave()


def around(turn: Turn) -> Around:
    """What stands around a name, as the mine and its people talk."""
    shapes, more = turn.content.words.sayings.shapes, turn.say("joining.around").split()
    labels = sorted({*shapes.person_around, *more}, key=lambda each: (-len(each), each))
    return Around(tuple(labels), tuple(each for each, _ in turn.content.mine.endings), shapes.surnames)


def privacy_version(turn: Turn) -> int:
    return int(turn.say("joining.privacy_version"))


def notice(turn: Turn) -> str:
    return turn.say("joining.notice_short", full=_full_tap(turn), **_yes_and_no(turn))


def notice_in_full(turn: Turn) -> str:
    mine = turn.mine.name or turn.say("general.mine_unnamed")
    return turn.say("joining.notice_full", version=privacy_version(turn), mine=mine, **_yes_and_no(turn))


def yes_or_no(turn: Turn) -> str:
    return turn.say("joining.not_yes_or_no", full=_full_tap(turn), **_yes_and_no(turn))


def ask(turn: Turn, key: str) -> str:
    """A question for number or name, with the ways out of it."""
    return turn.say(key, forgot=turn.tap("joining.forgot"), decline=turn.tap("joining.decline"))


def ask_phone(turn: Turn, key: str = "joining.ask_phone") -> str:
    """Whom to ask stands there by role alone: who is asked for it is nobody yet."""
    return turn.say(
        key, who=turn.say("joining.office"), human=turn.tap("letters.human"), decline=turn.tap("joining.decline")
    )


def ask_place(turn: Turn, name: str, asked: matching.Choice) -> str:
    places = "\n".join(turn.tap("joining.place", each, choice=matching.bare(each)) for each in asked.offered)
    none = turn.say("joining.none_of_these")
    return turn.say("joining.ask_place", name=name, places=places, none=turn.tap("joining.place", none, choice=none))


def ask_change(turn: Turn, key: str, old: str, new: str, staff_no: str) -> str:
    return turn.say(
        key,
        old=old,
        new=new,
        yes=turn.tap("joining.change", turn.say("joining.label_change", name=new), choice=staff_no),
        no=turn.tap("joining.keep", turn.say("joining.label_no_change")),
    )


def refused(turn: Turn, refusal: Refusal) -> str:
    """Why not, and what can be done instead."""
    again = refusal.key in ("joining.no_number", "joining.wrong_name", "joining.wrong_place", "joining.wrong_phone")
    first = turn.tap("joining.forgot") if again and turn.step != Step.PHONE else turn.tap("quiz.daily")
    ways = "\n".join((first, turn.tap("letters.human")))
    return f"{turn.say(refusal.key, **refusal.values)}\n\n{ways}"


def already(turn: Turn, member: MemberRow) -> str:
    ways = {"mine": turn.tap("me.mine"), "unbind": turn.tap("joining.unbind")}
    return turn.say("joining.already", name=member.name, tail=tail(member.staff_no), **ways)


def done(turn: Turn, bound: binding.Bound) -> str:
    """What he is here now, and what he may do next; members are asked one thing more."""
    person, _ = people.meet(turn.db.connection(), turn.person.openid, now=turn.now)
    assert person.member is not None
    lines = [
        turn.say("joining.done", name=person.member.name),
        places(turn, person.member),
        *_roles(turn, person.member, bound.powers_from),
        *_shift(turn, person),
        turn.say("joining.pin"),
    ]
    free = turn.step in ("", *Step)  # in the midst of something else he is not asked: his own page offers it
    if free and person.member.political in people.OF_PARTY and not person.political_consent:
        turn.goto(Step.POLITICAL, within=ASKED_FOR, member=person.member.id)
        lines += ["", ask_political(turn)]
    known = shifts.known(person, turn.today, turn.content.shifts)
    way = turn.tap("me.mine") if known else turn.tap("shifts.show", turn.say("joining.label_shifts"))
    return "\n".join([*lines, "", f"{turn.tap('quiz.daily')}\n{way}"])


def _shift(turn: Turn, person: people.PersonRow) -> list[str]:
    """What his crew or the roster says that he works, for him to set right."""
    shift = shifts.on(person, turn.today, turn.content.shifts)
    if not shift.id or person.shift_from not in (shifts.CREW, shifts.ROSTER):
        return []
    return [turn.say(f"joining.shift_{person.shift_from}", shift=shift.name, change=turn.tap("shifts.show"))]


def places(turn: Turn, member: MemberRow) -> str:
    """His branch and his crew, as the roster has them."""
    found = [turn.db.get_one(Unit, member.unit_id), turn.db.get(Unit, member.crew_id or member.section_id or 0)]
    names = [unit.name for unit in found if unit is not None]
    return turn.say("joining.places", places=turn.say("joining.between").join(dict.fromkeys(names)))


def staff(turn: Turn, unit_id: int) -> set[int]:
    """Who has to look: the branch and the office, himself aside."""
    found = [grants.holders(turn.db, role, unit_id, now=turn.now) for role in OFFICES]
    return {person_id for each in found for person_id, _ in each} - {turn.person.id}


def office(turn: Turn, unit_id: int) -> str:
    """Whom to turn to, by name where somebody with the role can be reached."""
    for role in OFFICES:
        found = [name for _, name in grants.holders(turn.db, role, unit_id, now=turn.now)]
        if found:
            names = turn.say("joining.between_names").join(found[:3])
            return turn.say("joining.officer", names=names, role=turn.content.mine.roles.name_of[role])
    return turn.say("joining.office")


def tail(staff_no: str) -> str:
    """Enough of a number to know it by."""
    return staff_no[-SHOWN_DIGITS:]


def moment(turn: Turn, at: datetime) -> str:
    local = at.astimezone(BEIJING)
    return turn.say("joining.moment", month=local.month, day=local.day, time=f"{local:%H:%M}")


def _roles(turn: Turn, member: MemberRow, powers_from: datetime | None) -> list[str]:
    names, between, lines = turn.content.mine.roles.name_of, turn.say("joining.between"), []
    held = sorted({names.get(role, role) for role, _ in grants.held(turn.db, member.id, now=turn.now)})
    if held and powers_from is not None and powers_from > turn.now:
        later = moment(turn, powers_from)
        lines.append(turn.say("joining.roles_later", roles=between.join(held), time=later))
    elif held:
        lines.append(turn.say("joining.roles", roles=between.join(held)))
    if waiting := binding.waiting_roles(turn.db, member.id, now=turn.now):
        lines.append(turn.say("joining.roles_code", roles=between.join(names.get(each, each) for each in waiting)))
    return lines


def ask_political(turn: Turn) -> str:
    yes = turn.tap("joining.political_yes", turn.say("joining.label_political_yes"))
    no = turn.tap("joining.political_no", turn.say("joining.label_political_no"))
    return turn.say("joining.ask_political", yes=yes, no=no)


def _full_tap(turn: Turn) -> str:
    return turn.tap("joining.notice", turn.say("joining.label_full"))


def _yes_and_no(turn: Turn) -> dict[str, str]:
    return {"agree": turn.tap("joining.agree"), "decline": turn.tap("joining.decline")}
