"""导出我的数据、注销: what is held of him, and to be forgotten."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from bot.messages import quoted
from bot.router import NotMine, Router, Turn
from bot.services import grants, units
from bot.services.rights import erasing, telling

router = Router()

CONFIRM = "rights.confirm"
LATEST = 3  # of a long list, in chat; the file has all
LONGEST = 60  # of a text, likewise
_LINK = re.compile(r"<a [^<>]*>([^<]*)</a>")


@router.on("rights.export")
def export(turn: Turn) -> str:
    held = telling.export(turn.db, turn.content.say, turn.content.mine, now=turn.now, person_id=turn.person.id)
    sections = "\n\n".join(_section(turn, name, told) for name, told in held.items() if not isinstance(told, str))
    return turn.say(
        "rights.summary" if turn.person.member is not None else "rights.summary_guest",
        sections=sections,
        erase=turn.tap("rights.erase"),
        menu=turn.tap("general.menu"),
    )


@router.on("rights.erase")
def erase(turn: Turn) -> str:
    """Shows what goes and what stays; nothing is done before it is confirmed."""
    turn.goto(CONFIRM, within=timedelta(hours=1))
    if turn.person.member is None:
        goes, stays = "rights.goes_account", "rights.stays_account"
    else:
        goes = "rights.goes_member" if _his_own(turn) else "rights.goes_frozen"
        stays = "rights.stays_member"
    return turn.say(
        "rights.ask",
        goes=turn.say(goes),
        stays=turn.say(stays),
        roles=_roles(turn),
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
    if turn.person.member is None or _his_own(turn):
        erasing.erase(turn.db, turn.content.say, now=turn.now, actor=_alias(turn), person_id=turn.person.id)
    else:
        erasing.forget_account(turn.db, turn.person.id, now=turn.now, actor=_alias(turn))
    return turn.say("rights.erased")


def _his_own(turn: Turn) -> bool:
    """True unless the number may be another's: frozen, or taken over from another phone within the day.

    Whoever holds a stranger's number must not be able to wipe the stranger off the roster.
    """
    member, roles_from = turn.person.member, turn.person.roles_from
    return member is not None and member.frozen_at is None and (roles_from is None or roles_from <= turn.now)


def _alias(turn: Turn) -> str:
    return turn.person.member.alias if turn.person.member is not None else turn.person.alias


def _roles(turn: Turn) -> str:
    if turn.person.member is None:
        return ""
    held = sorted(grants.held(turn.db, turn.person.member.id, now=turn.now))
    if not held:
        return ""
    paths = units.paths(turn.db, (unit for _, unit in held))
    names = turn.content.mine.roles.name_of
    roles = [turn.say("rights.role_on", role=names.get(role, role), unit=paths[unit]) for role, unit in held]
    return turn.say("rights.roles", roles=turn.say("rights.between_roles").join(roles))


def _section(turn: Turn, name: str, told: Any) -> str:
    if isinstance(told, dict):
        lines = [
            turn.say("rights.summary_item", name=key, value=_flat(turn, value))
            for key, value in told.items()
            if _says(value)
        ]
    else:
        lines = [turn.say("rights.summary_many", count=len(told))] * (len(told) > LATEST)
        lines += [_item(turn, each) for each in told[-LATEST:]]
    return turn.say("rights.summary_section", name=name, lines="\n".join(lines))


def _item(turn: Turn, told: dict[str, Any]) -> str:
    said = [
        turn.say("rights.summary_item", name=key, value=_flat(turn, value))
        for key, value in told.items()
        if _says(value)
    ]
    return turn.say("rights.summary_between").join(said)


def _flat(turn: Turn, value: Any) -> str:
    if isinstance(value, list):
        return " ".join(_item(turn, each) for each in value)
    plain = quoted(_LINK.sub(r"\1", str(value)))
    return plain if len(plain) <= LONGEST else turn.say("rights.summary_cut", text=plain[:LONGEST])


def _says(value: Any) -> bool:
    return value not in ("", None, [], {})
