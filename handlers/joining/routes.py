"""绑定: consent first, then number and name, one more fact for namesakes, and done."""

from __future__ import annotations

from bot.errors import Refusal
from bot.models import Member, Unit
from bot.router import NotMine, Router, Turn
from bot.services import consents, grants, outbox, shifts
from bot.services.joining import binding, matching, said
from bot.services.joining.said import Said
from content.folding import fold
from handlers.joining import facts, wording
from handlers.joining.wording import Step

router = Router()

LAST_FOUR = 4


@router.on("joining.bind")
def bind(turn: Turn) -> str:
    told = facts.told_of(turn) if turn.args or any(c.isdigit() for c in turn.text) else Said()
    if told == Said():
        if (waiting := _asked_again(turn)) is not None:
            return waiting
        told = facts.kept(turn)
    if turn.person.active is not None and told == Said():
        return wording.already(turn, turn.person.active)
    return _begin(turn, told)


@router.on("joining.notice")
def notice(turn: Turn) -> str:
    if turn.person.consented < wording.privacy_version(turn):
        facts.goto(turn, Step.CONSENT, facts.kept(turn))
    return wording.notice_in_full(turn)


@router.on("joining.agree")
def agree(turn: Turn) -> str:
    """Completes what he had begun. Who was never shown the notice sees it first."""
    if turn.person.consented < wording.privacy_version(turn) and not facts.standing(turn, Step.CONSENT):
        facts.goto(turn, Step.CONSENT, Said())
        return turn.say("joining.first_agree", notice=wording.notice(turn))
    return _agreed(turn)


@router.on("joining.decline")
def decline(turn: Turn) -> str:
    wording.left(turn)
    return turn.say("joining.declined", daily=turn.tap("quiz.daily"), menu=turn.tap("general.menu"))


@router.during(Step.CONSENT, resume="joining.bind")
def consent(turn: Turn) -> str:
    if fold(turn.text) in map(fold, turn.say("joining.yes_words").split()):
        return _agreed(turn)
    told = facts.told_of(turn)
    if told.staff_no:
        facts.goto(turn, Step.CONSENT, facts.merged(told, facts.kept(turn)))
        return wording.notice(turn)
    raise NotMine(wording.yes_or_no(turn))


@router.during(Step.WHO, resume="joining.bind")
def who(turn: Turn) -> str:
    told = facts.told_when_asked(turn)
    if told == Said():
        raise NotMine(wording.ask(turn, "joining.not_who"))
    return _given(turn, facts.merged(told, facts.kept(turn)))


@router.on("joining.forgot")
def forgot(turn: Turn) -> str:
    if turn.person.active is not None:
        return wording.already(turn, turn.person.active)
    if turn.person.consented < wording.privacy_version(turn):
        turn.goto(Step.CONSENT, staff_no="", names=[], forgot=True)
        return wording.notice(turn)
    names = facts.kept(turn).names
    turn.goto(Step.PHONE, names=list(names))
    return wording.ask_phone(turn, "joining.ask_four" if names else "joining.ask_phone")


@router.during(Step.PHONE, resume="joining.forgot")
def phone(turn: Turn) -> str:
    assert turn.dialog is not None
    told, digits = facts.told_when_asked(turn), said.last_four(turn.text)
    names = told.names or tuple(turn.dialog.data["names"])
    if len(told.staff_no) > LAST_FOUR:  # he remembered it after all
        return _given(turn, Said(told.staff_no, names, unclear=told.unclear))
    if told.names and not digits:
        turn.goto(Step.PHONE, names=list(names))
        return wording.ask_phone(turn, "joining.ask_four")
    if not names or not digits:
        raise NotMine(wording.ask_phone(turn, "joining.not_phone"))
    try:
        member = matching.match_phone(turn.db, turn.person, names, digits, now=turn.now)
    except Refusal as refusal:
        return wording.refused(turn, refusal)
    return _take(turn, member)


@router.on("joining.place")
def place(turn: Turn) -> str:
    if not facts.standing(turn, Step.WHERE):
        return turn.say("joining.place_over", bind=turn.tap("joining.bind"))
    return _placed(turn, turn.args["choice"])


@router.during(Step.WHERE, resume="joining.bind")
def where(turn: Turn) -> str:
    assert turn.dialog is not None
    member = matching.locked(turn.db, turn.dialog.data["member"])
    asked = matching.choice(turn.db, member) if member is not None else None
    if member is None or asked is None:
        return _given(turn, Said())
    choices = {matching.bare(each) for each in (*asked.offered, turn.say("joining.none_of_these"))}
    if matching.bare(turn.text) in choices:
        return _placed(turn, turn.text)
    told = facts.told_when_asked(turn)
    if told.staff_no:
        return _given(turn, told)
    raise NotMine(wording.ask_place(turn, member.name, asked))


@router.on("joining.change")
def change(turn: Turn) -> str:
    """He leaves one number for another; only what he has just proved is his can be taken."""
    wanted, current = turn.args["choice"].upper(), turn.person.active
    if current is not None and current.staff_no == wanted:
        return wording.already(turn, current)
    member = _waiting(turn, Step.CHANGING)
    if member is None or member.staff_no != wanted:
        return turn.say("joining.change_over", menu=turn.tap("general.menu"))
    return _finish(turn, member)


@router.during(Step.CHANGING, resume="joining.bind")
def changing(turn: Turn) -> str:
    member, current = _waiting(turn, Step.CHANGING), turn.person.active
    if member is None or current is None:
        return _given(turn, Said())
    raise NotMine(wording.ask_change(turn, "joining.not_change", current.name, member.name, member.staff_no))


def _asked_again(turn: Turn) -> str | None:
    """The question he left open: which crew, or whether to change; None when he left none."""
    member = _waiting(turn, Step.CHANGING)
    if member is not None and turn.person.active is not None:
        turn.goto(Step.CHANGING, member=member.id)
        name = turn.person.active.name
        return wording.ask_change(turn, "joining.ask_change", name, member.name, member.staff_no)
    member = _waiting(turn, Step.WHERE)
    asked = matching.choice(turn.db, member) if member is not None else None
    if member is None or asked is None:
        return None
    turn.goto(Step.WHERE, member=member.id)
    return wording.ask_place(turn, member.name, asked)


def _agreed(turn: Turn) -> str:
    version, told = wording.privacy_version(turn), facts.kept(turn)
    if turn.person.consented < version:
        consents.change(turn.db, turn.person.id, consents.PRIVACY, given=True, now=turn.now, version=version)
    if turn.person.active is not None and told == Said():
        return wording.already(turn, turn.person.active)
    if told == Said() and turn.dialog is not None and turn.dialog.data.get("forgot"):
        turn.goto(Step.PHONE, names=[])
        return wording.ask_phone(turn)
    return _given(turn, told)


def _begin(turn: Turn, told: Said) -> str:
    if turn.person.consented < wording.privacy_version(turn):
        facts.goto(turn, Step.CONSENT, told)
        return wording.notice(turn)
    return _given(turn, told)


def _given(turn: Turn, told: Said) -> str:
    """Ask for what is missing; with both, hold them against the roster."""
    if told.unclear or not told.staff_no or not told.names:
        facts.goto(turn, Step.WHO, told)
        if told.unclear:
            return wording.ask(turn, "joining.unclear")
        if told.staff_no:
            return wording.ask(turn, "joining.ask_name")
        return wording.ask(turn, "joining.ask_number" if told.names else "joining.ask_both")
    try:
        member = matching.match(turn.db, turn.person, told.staff_no, told.names, now=turn.now)
    except Refusal as refusal:
        if refusal.key == "joining.wrong_name":
            facts.goto(turn, Step.WHO, Said(staff_no=told.staff_no))
        elif refusal.key == "joining.no_number":
            facts.goto(turn, Step.WHO, Said(names=told.names))
        else:
            wording.left(turn)
        return wording.refused(turn, refusal)
    current, asked = turn.person.member, matching.choice(turn.db, member)
    if asked is None or (current is not None and current.id == member.id):
        return _take(turn, member)
    turn.goto(Step.WHERE, member=member.id)
    return wording.ask_place(turn, member.name, asked)


def _placed(turn: Turn, chosen: str) -> str:
    assert turn.dialog is not None
    try:
        member = matching.place(turn.db, turn.person, turn.dialog.data["member"], chosen, now=turn.now)
    except Refusal as refusal:
        facts.goto(turn, Step.WHO, Said())
        return wording.refused(turn, refusal)
    return _take(turn, member)


def _take(turn: Turn, member: Member) -> str:
    """The number is his. Who holds another one says first that he wants to leave it."""
    current = turn.person.active
    if current is None:
        return _finish(turn, member)
    if current.id == member.id:
        wording.left(turn)
        return wording.already(turn, current)
    turn.goto(Step.CHANGING, member=member.id)
    return wording.ask_change(turn, "joining.ask_change", current.name, member.name, member.staff_no)


def _finish(turn: Turn, member: Member) -> str:
    try:
        bound = binding.bind(turn.db, turn.person, member.id, now=turn.now)
    except Refusal as refusal:
        wording.left(turn)
        return wording.refused(turn, refusal)
    shifts.presets.joined(turn.db, turn.person.id, turn.content.shifts, now=turn.now)
    for person_id in bound.former:
        told = turn.say(
            "joining.taken",
            tail=wording.tail(member.staff_no),
            mine=turn.tap("joining.new_phone"),
            impostor=turn.tap("joining.impostor"),
        )
        outbox.queue(
            turn.db,
            person_id,
            kind="joining.taken",
            text=told,
            now=turn.now,
            urgency=outbox.SOON,
            about_id=turn.person.id,
        )
    _tell_staff(turn, member, bound)
    wording.left(turn)
    return wording.done(turn, bound)


def _tell_staff(turn: Turn, member: Member, bound: binding.Bound) -> None:
    """Others learn of a phone that cannot be asked, and of powers nobody has seen on this phone before.

    The notices hang on nobody's account: whoever took a number that is not his must not take them away with his own.
    """
    facts_of = {"name": member.name, "staff_no": member.staff_no}
    staff = wording.staff(turn, member.unit_id)
    if bound.untold:
        text = turn.say("joining.taken_staff", unit=turn.db.get_one(Unit, member.unit_id).name, **facts_of)
        for person_id in sorted(staff):
            outbox.queue(turn.db, person_id, kind="joining.taken", text=text, now=turn.now, urgency=outbox.SOON)
    told: dict[int, list[str]] = {}
    for role, unit_id in bound.brought:
        named = turn.content.mine.roles.name_of.get(role, role)
        text = turn.say("joining.role_on", role=named, unit=turn.db.get_one(Unit, unit_id).name)
        same = grants.holders(turn.db, role, unit_id, now=turn.now, above=False)
        for person_id in (staff | {each for each, _ in same}) - {turn.person.id}:
            told.setdefault(person_id, []).append(text)
    for person_id, roles in sorted(told.items()):
        text = turn.say("joining.bound_staff", roles=turn.say("joining.between").join(roles), **facts_of)
        outbox.queue(turn.db, person_id, kind="joining.bound", text=text, now=turn.now, urgency=outbox.SOON)


def _waiting(turn: Turn, step: Step) -> Member | None:
    """The line of the roster he was asked about in this step, not long ago."""
    if turn.dialog is None or not facts.standing(turn, step):
        return None
    return matching.locked(turn.db, turn.dialog.data["member"])
