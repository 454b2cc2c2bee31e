"""授权、撤权、授权码: a secretary gives a role in his branch, and its holder confirms it with the code told in person."""

from __future__ import annotations

import re
import unicodedata

from sqlalchemy import select

from bot.clock import BEIJING
from bot.errors import Refusal
from bot.models import Member, Person, Unit
from bot.router import NotMine, Router, Turn
from bot.services import audience, grants, outbox
from bot.services.joining import appointing, binding

router = Router()

CODE = "roles.code"
_NUMBER = re.compile(r"(?<![0-9A-Z-])[A-Z-]{0,8}[0-9][0-9A-Z-]{0,30}")
_CODE = re.compile(rf"(?<![0-9A-Z])(?:[{grants.CODE_LETTERS}][ -]?){{{grants.CODE_LENGTH}}}(?![0-9A-Z])")


@router.on("roles.grant")
def grant(turn: Turn) -> str:
    """The reply holds the code, to be handed over in person."""
    _allowed(turn)
    member, unit, role = _meant(turn, giving=True)
    try:
        by = _alias(turn)
        code = grants.offer(turn.db, member, role, unit, by=by, pepper=turn.pepper, now=turn.now)
    except Refusal as refusal:
        return turn.say(refusal.key, **refusal.values)
    name = turn.content.mine.roles.name_of[role]
    holder = _phone(turn, member)
    if holder is not None:
        _tell(
            turn, holder, "roles.offered", turn.say("roles.waits_for_code", by=_name(turn), role=name, unit=unit.name)
        )
    bound = "" if holder is not None else turn.say("roles.not_bound")
    return turn.say("roles.offered", name=member.name, role=name, code=code, bound=bound).rstrip()


@router.on("roles.revoke")
def revoke(turn: Turn) -> str:
    _allowed(turn)
    member, unit, role = _meant(turn, giving=False)
    try:
        grants.revoke(turn.db, member, role, unit, by=_alias(turn), now=turn.now)
    except Refusal:
        raise Refusal("roles.not_held") from None
    audience.refresh_member(turn.db, member.id, now=turn.now)
    name, holder = turn.content.mine.roles.name_of[role], _phone(turn, member)
    if holder is not None:
        _tell(turn, holder, "roles.taken", turn.say("roles.taken_told", by=_name(turn), role=name, unit=unit.name))
    return turn.say("roles.taken", name=member.name, role=name)


@router.on("roles.confirm")
def confirm(turn: Turn) -> str:
    binding.member_of(turn.person, turn.tap)
    code = _code(turn.text)
    if not code:
        turn.goto(CODE)
        return turn.say("roles.ask_code", menu=turn.tap("general.menu"))
    return _confirm(turn, code)


@router.during(CODE, resume="roles.confirm")
def only_the_code(turn: Turn) -> str:
    code = _code(turn.text)
    if not code:
        raise NotMine(turn.say("roles.not_a_code", menu=turn.tap("general.menu")))
    return _confirm(turn, code)


def _confirm(turn: Turn, code: str) -> str:
    member = binding.member_of(turn.person, turn.tap)
    held = grants.confirm(turn.db, member.id, code, pepper=turn.pepper, now=turn.now)
    if turn.step == CODE:
        turn.leave()
    audience.refresh(turn.db, turn.person.id, now=turn.now)
    unit, later = turn.db.get_one(Unit, held.unit_id).name, turn.person.roles_from
    facts = {"name": member.name, "role": turn.content.mine.roles.name_of[held.role], "unit": unit}
    if later is not None and later > turn.now:
        at = later.astimezone(BEIJING)
        when = turn.say("roles.moment", month=at.month, day=at.day, time=f"{at:%H:%M}")
        return turn.say("roles.confirmed_later", time=when, menu=turn.tap("general.menu"), **facts)
    return turn.say("roles.confirmed", menu=turn.tap("general.menu"), **facts)


def _allowed(turn: Turn) -> None:
    """Raises Refusal naming who may."""
    if appointing.may_give(turn.db, turn.person, now=turn.now):
        return
    member = turn.member
    found = grants.holders(turn.db, "secretary", member.unit_id, now=turn.now) if member is not None else []
    names = turn.say("roles.between_names").join(name for _, name in found[:3])
    raise Refusal(
        "roles.not_yours",
        who=turn.say("roles.secretary_is", names=names) if names else "",
        human=turn.tap("letters.human"),
        menu=turn.tap("general.menu"),
    )


def _meant(turn: Turn, *, giving: bool) -> tuple[Member, Unit, str]:
    """Whom, where and what a line like `100023` and a role names. Raises Refusal saying how it is written."""
    plain = unicodedata.normalize("NFKC", turn.text).upper()
    number = _NUMBER.search(plain)
    roles = turn.say("roles.between").join(turn.content.mine.roles.name_of[role] for role in appointing.GIVEN)
    if number is None:
        raise Refusal("roles.how", roles=roles, menu=turn.tap("general.menu"))
    said = plain[number.end() :].strip() or plain[: number.start()]
    role = turn.content.mine.roles.find(said)
    if role is None:
        raise Refusal("roles.which_role", roles=roles)
    if role not in appointing.GIVEN:
        raise Refusal("roles.not_by_chat", role=turn.content.mine.roles.name_of[role])
    member, unit = appointing.target(turn.db, turn.person, number.group(), role, now=turn.now, giving=giving)
    return member, unit, role


def _code(text: str) -> str:
    found = _CODE.search(unicodedata.normalize("NFKC", text).upper())
    return found.group() if found else ""


def _phone(turn: Turn, member: Member) -> int | None:
    return turn.db.execute(select(Person.id).where(Person.member_id == member.id)).scalar_one_or_none()


def _alias(turn: Turn) -> str:
    return turn.member.alias if turn.member is not None else turn.person.alias


def _name(turn: Turn) -> str:
    return turn.member.name if turn.member is not None else ""


def _tell(turn: Turn, person_id: int, kind: str, text: str) -> None:
    outbox.queue(turn.db, person_id, kind=kind, text=text, now=turn.now, urgency=outbox.SOON, about_id=turn.person.id)
