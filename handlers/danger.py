"""Danger told of in any conversation: what to do first, whom to phone, and who is paged."""

from __future__ import annotations

from functools import partial

from bot.messages import quoted
from bot.router import Router, Turn
from bot.services import danger, grants, outbox
from bot.services.letters import writers

router = Router()

FALLBACK = "underground"
LONGEST_QUOTE = 150


@router.on("danger.now")
def now(turn: Turn) -> str:
    """The body for its kind. Above the reply to a word of his own it stands alone: what he was doing goes on."""
    kind = _count(turn)
    if turn.exact and turn.action:
        return _body(turn, kind)
    turn.pause()
    return "\n".join([_body(turn, kind), *_kept(turn)])


@router.on("danger.maybe")
def maybe(turn: Turn) -> str:
    kind = _count(turn)
    if kind in danger.TROUBLE:
        return "\n".join([_body(turn, kind), *_kept(turn)])
    return turn.say(
        "danger.maybe",
        now=_if_now(turn),
        study=turn.tap("quiz.daily"),
        hazard=turn.tap("reports.hazard"),
        help=turn.tap("general.help"),
        kept=turn.say("general.still_waiting", resume=turn.tap(turn.resume)) if turn.step else "",
    ).rstrip()


@router.on("danger.above")
def above(turn: Turn) -> str:
    if _count(turn) not in danger.TROUBLE:
        return _if_now(turn)
    key = "danger.if_trouble" if turn.mine.dispatcher_phone else "danger.if_trouble_missing"
    return turn.say(key, phone=turn.mine.dispatcher_phone, aid=_aid(turn)).rstrip()


@router.on("danger.taken")
def taken(turn: Turn) -> str:
    number = int(turn.args["number"])
    if not danger.may_take(turn.db, turn.person, number, now=turn.now):
        return turn.say("danger.not_for_you", danger=turn.danger_line())
    assert turn.member is not None
    others = [each for each in danger.told_with(turn.db, number, now=turn.now) if each != turn.person.id]
    danger.reserve(turn.db, turn.person.id, others)
    before = danger.takers(turn.db, number, now=turn.now)
    if turn.member.alias not in before:
        danger.take(turn.db, turn.member.alias, number, now=turn.now)
        told = turn.say("danger.taken_told", number=number, name=turn.member.name)
        for each in others:
            outbox.queue(turn.db, each, kind=danger.TAKEN, text=told, now=turn.now, urgency=outbox.SOON)
    if before and before[0] != turn.member.alias:
        return turn.say("danger.taken_already", number=number, name=danger.name_of(turn.db, before[0]))
    return turn.say("danger.taken", number=number)


def _count(turn: Turn) -> str:
    """Keep that it was shown, and page those on duty when it is sure and news to them; the kind.

    Whatever goes wrong in that, he must read what to do first: it is undone alone, and told to the operator.
    """
    if turn.hazard is None:
        return FALLBACK
    kind = turn.hazard.kind if turn.hazard.kind in danger.KINDS else FALLBACK
    sure, numbers = turn.hazard.sure, list[int]()
    noting = partial(danger.note, turn.db, turn.person, kind, sure=sure, now=turn.now)
    danger.aside(turn.db, lambda: numbers.append(noting()), key=turn.incoming.key)
    if sure and numbers:
        danger.aside(turn.db, lambda: _tell(turn, kind, numbers[0]), key=turn.incoming.key)
    return kind


def _tell(turn: Turn, kind: str, number: int) -> None:
    """Page those on duty, looking twice: who told of it first may have been waited for."""
    if danger.news(turn.db, turn.person, kind, number, now=turn.now) is None:
        return
    whom = danger.whom(turn.db, turn.person, kind, now=turn.now)
    danger.reserve(turn.db, turn.person.id, whom)
    news = danger.news(turn.db, turn.person, kind, number, now=turn.now)
    if news is None:
        return
    text, sort = (_more(turn, kind, news), danger.MORE) if news.more else (_page(turn, kind, number), danger.PAGE)
    about = turn.person.id
    for each in whom:
        outbox.queue(turn.db, each, kind=sort, text=text, now=turn.now, urgency=outbox.DANGER, about_id=about)
    danger.paged(turn.db, number, len(whom))


def _more(turn: Turn, kind: str, news: danger.News) -> str:
    return turn.say(
        "danger.more",
        count=news.more,
        kind=turn.say(f"danger.kind_{kind}"),
        number=news.call,
        time=f"{turn.now:%H:%M}",
        take=turn.tap("danger.taken", turn.say("danger.take"), number=news.call),
    )


def _page(turn: Turn, kind: str, number: int) -> str:
    writer = writers.in_danger(turn.db, turn.person.id)
    who = turn.say("danger.guest", tag=writer.tag)
    if writer.name:
        checking = turn.say("danger.checking") if writer.checking else ""
        who = turn.say("danger.member", name=writer.name, place=writer.place, checking=checking)
    return turn.say(
        "danger.page",
        kind=turn.say(f"danger.kind_{kind}"),
        number=number,
        who=who,
        time=f"{turn.now:%H:%M}",
        said=quoted(" ".join(turn.text.split())[:LONGEST_QUOTE]),
        phone=turn.say("danger.page_phone", phone=writer.phone) if writer.phone else "",
        take=turn.tap("danger.taken", turn.say("danger.take"), number=number),
    )


def _body(turn: Turn, kind: str) -> str:
    """What to do first; a line about people who are not there is left out."""
    phone = turn.mine.dispatcher_phone
    values = {
        "phone": turn.say("danger.phone", phone=phone) if phone else turn.say("danger.phone_missing"),
        "last": turn.say("danger.last"),
    }
    if kind in danger.TROUBLE:
        call = turn.say("danger.who_to_call", phone=phone) if phone else turn.say("danger.who_to_call_missing")
        values |= {
            "call": call,
            "aid": _aid(turn),
            "people": _people(turn),
            "last": turn.say("danger.last_trouble"),
            "human": turn.tap("letters.human"),
        }
    return "\n".join(line for line in turn.say(f"danger.first_{kind}", **values).splitlines() if line)


def _people(turn: Turn) -> str:
    """The human beings nearest to him, by name."""
    names: list[str] = []
    danger.aside(turn.db, lambda: names.extend(_names(turn)), key=turn.incoming.key)
    return turn.say("danger.people", names=turn.say("danger.between").join(names)) if names else ""


def _names(turn: Turn) -> list[str]:
    member = turn.member
    home = member.unit_id if member is not None else turn.person.scene_unit_id
    group = member.group_id if member is not None else None
    found: list[str] = []
    for key, role, unit_id, above in (
        ("danger.person_secretary", "secretary", home, True),
        ("danger.person_group_leader", "group_leader", group, False),
    ):
        if unit_id is not None:
            held = grants.holders(turn.db, role, unit_id, now=turn.now, above=above)
            found += [turn.say(key, name=name) for who, name in held if who != turn.person.id][:1]
    return found


def _aid(turn: Turn) -> str:
    return turn.say("danger.aid", line=turn.mine.aid_line) if turn.mine.aid_line else ""


def _if_now(turn: Turn) -> str:
    phone = turn.mine.dispatcher_phone
    return turn.say("danger.if_now", phone=phone) if phone else turn.say("danger.if_now_missing")


def _kept(turn: Turn) -> list[str]:
    """The way back to the step he stood in; once it is over, however it ends."""
    return [turn.say("danger.kept", resume=turn.tap(turn.resume))] if turn.step else []
