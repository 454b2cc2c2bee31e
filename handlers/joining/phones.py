"""换手机和冒用: what the phone that lost a number may say about it, and the freeze."""

from __future__ import annotations

from bot.models import Member, Unit
from bot.router import NotMine, Router, Turn
from bot.services import outbox
from bot.services.joining import binding
from handlers.joining import wording
from handlers.joining.wording import Step

router = Router()


@router.on("joining.new_phone")
def new_phone(turn: Turn) -> str:
    """It was he himself: the new phone has its powers at once. Only a phone that had them may say so."""
    menu = turn.tap("general.menu")
    found = binding.lost(turn.db, turn.person, now=turn.now)
    if found is None:
        return turn.say("joining.nothing_lost", menu=menu)
    member, settled = found
    if not settled:
        return turn.say("joining.not_settled", human=turn.tap("letters.human"))
    holder = binding.holder_of(turn.db, member.id)
    if holder is None or holder.id == turn.person.id:
        return turn.say("joining.nothing_lost", menu=menu)
    if member.frozen_at is not None:
        return turn.say("joining.freeze_again", who=_office(turn, member), human=turn.tap("letters.human"))
    if binding.settle(turn.db, turn.person, member, holder, now=turn.now):
        _tell(turn, holder.id, "joining.settled", turn.say("joining.settled_told"))
    return turn.say("joining.settled", menu=menu)


@router.on("joining.impostor")
def impostor(turn: Turn) -> str:
    return _ask(turn)


def _ask(turn: Turn) -> str:
    member = _suspect(turn)
    if member is None and binding.lost(turn.db, turn.person, now=turn.now) is not None:
        return turn.say("joining.not_settled", human=turn.tap("letters.human"))
    if member is None:
        return turn.say("joining.impostor_guest", bind=turn.tap("joining.bind"), human=turn.tap("letters.human"))
    if member.frozen_at is not None:
        return turn.say("joining.freeze_again", who=_office(turn, member), human=turn.tap("letters.human"))
    turn.goto(Step.FREEZING)
    return turn.say("joining.impostor_ask", tail=wording.tail(member.staff_no), **_ways(turn))


@router.during(Step.FREEZING, resume="joining.impostor")
def freezing(turn: Turn) -> str:
    raise NotMine(turn.say("joining.not_frozen", **_ways(turn)))


@router.on("joining.freeze")
def freeze(turn: Turn) -> str:
    member = _suspect(turn)
    if member is None:
        return _ask(turn)
    if turn.step != Step.FREEZING and member.frozen_at is None:
        return turn.say("joining.impostor_ask_first", ask=_ask(turn))
    wording.left(turn)
    holder, who = binding.holder_of(turn.db, member.id), _office(turn, member)
    human, tail = turn.tap("letters.human"), wording.tail(member.staff_no)
    staff = wording.staff(turn, member.unit_id)
    if not binding.freeze(turn.db, turn.person, member, now=turn.now):
        return turn.say("joining.freeze_again", who=who, human=human)
    if holder is not None:
        _tell(turn, holder.id, "joining.frozen", turn.say("joining.freeze_told", tail=tail))
    unit = turn.db.get_one(Unit, member.unit_id).name
    told = turn.say("joining.freeze_staff", name=member.name, tail=tail, unit=unit)
    for person_id in sorted(staff - {holder.id if holder is not None else 0}):
        _tell(turn, person_id, "joining.frozen", told)
    return turn.say("joining.freeze_done", tail=tail, who=who, human=human)


def _suspect(turn: Turn) -> Member | None:
    """The number in question: the one another phone took, if it was his to speak for, else the one he holds."""
    found = binding.lost(turn.db, turn.person, now=turn.now)
    if found is not None and found[1]:
        return found[0]
    current = turn.person.member
    return turn.db.get(Member, current.id) if current is not None else None


def _office(turn: Turn, member: Member) -> str:
    return wording.office(turn, member.unit_id)


def _tell(turn: Turn, person_id: int, kind: str, text: str) -> None:
    if person_id != turn.person.id:
        outbox.queue(
            turn.db, person_id, kind=kind, text=text, now=turn.now, urgency=outbox.SOON, about_id=turn.person.id
        )


def _ways(turn: Turn) -> dict[str, str]:
    keep = turn.tap("joining.keep", turn.say("joining.label_keep_number"))
    return {"freeze": turn.tap("joining.freeze"), "keep": keep}
