"""发考试: everything filled in already and shown; each thing can be changed by a tap, and one tap sends it out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.errors import Refusal
from bot.messages import Offered, quoted
from bot.router import NotMine, Turn
from bot.services import exams, units
from bot.services.exams import papers, planning
from bot.services.exams.papers import Part
from content.exams import MEASURES
from content.folding import fold
from handlers.exams import drafts, wording
from handlers.exams.drafts import KINDS, PAGES, Draft
from handlers.exams.routes import Step, router

DAYS_AHEAD = 5


def may(turn: Turn) -> bool:
    """True for whoever may set an exam up somewhere."""
    return bool(planning.homes(turn.db, turn.person, now=turn.now))


@router.on("exams.create")
def create(turn: Turn) -> str:
    return _opened(turn)


def _opened(turn: Turn) -> str:
    """A new one, or the one he left unfinished."""
    homes = planning.homes(turn.db, turn.person, now=turn.now)
    if not homes:
        return not_staff(turn)
    return _put(turn, drafts.load(turn) or _begun(turn, drafts.fresh(turn), homes))


@router.on("exams.retake")
def retake(turn: Turn) -> str:
    """Once more, for those who were absent or did not pass."""
    exam = exams.find(turn.db, int(turn.args["number"]))
    if exam is None or not planning.may(turn.db, turn.person, exam.unit_id, together=False, now=turn.now):
        return not_staff(turn)
    draft = drafts.fresh(turn, exam.unit_id)
    draft.what, draft.again = drafts.AGAIN, exam.id
    draft.questions, draft.minutes, draft.pass_mark = exam.questions, exam.minutes, exam.pass_mark
    if not drafts.people(turn, draft):
        raise Refusal("exams.nobody_again", desk=turn.tap("exams.desk"))
    return _put(turn, draft)


@router.on("exams.set")
def set_(turn: Turn) -> str:
    """A change tapped, on this page or an older one."""
    homes = planning.homes(turn.db, turn.person, now=turn.now)
    if not homes:
        return not_staff(turn)
    draft = drafts.load(turn) or _begun(turn, drafts.fresh(turn), homes)
    return _put(turn, draft) if _take(turn, draft, turn.args["choice"]) else _put(turn, draft, _not_so(turn))


@router.on("exams.publish")
def publish(turn: Turn) -> str:
    draft = drafts.load(turn)
    if draft is None or not draft.unit:
        return _opened(turn)
    return _publish(turn, draft)


@router.during(Step.SETTING, resume="exams.create", own_words=True)
def typed(turn: Turn) -> str:
    draft = drafts.load(turn)
    if draft is None:
        turn.leave()
        return _opened(turn)
    if fold(turn.text) in map(fold, turn.say("exams.words_publish").split()) and draft.unit:
        return _publish(turn, draft)
    if _take(turn, draft, turn.text):
        return _put(turn, draft)
    raise NotMine(_put(turn, draft, _not_so(turn)))


def not_staff(turn: Turn) -> str:
    """Who may, and what he can do instead."""
    return turn.say("exams.not_staff", sit=turn.tap("exams.sit"), more=turn.tap("quiz.more"))


def _begun(turn: Turn, draft: Draft, homes: list[tuple[int, str]]) -> Draft:
    """Where he keeps one unit alone it is that one's; a crew leader's are all sat together."""
    if len(homes) == 1:
        draft.unit = homes[0][0]
        _for_leader(turn, draft)
    return draft


def _for_leader(turn: Turn, draft: Draft) -> None:
    if not planning.may(turn.db, turn.person, draft.unit, together=False, now=turn.now):
        draft.together = True
        drafts.measured(draft, turn.content.exams.together)


def _take(turn: Turn, draft: Draft, said: str) -> bool:
    if fold(said) == fold(turn.say("exams.pick_anew")):
        homes = planning.homes(turn.db, turn.person, now=turn.now)
        anew = _begun(turn, drafts.fresh(turn), homes)
        for name in Draft.__dataclass_fields__:
            setattr(draft, name, getattr(anew, name))
        return True
    for number, (unit, path) in enumerate(planning.homes(turn.db, turn.person, now=turn.now), 1):
        if fold(said) in (fold(turn.say("exams.pick_unit", number=number)), fold(_last(path))):
            draft.unit, draft.at = unit, ""
            _for_leader(turn, draft)
            return True
    if not drafts.take(turn, draft, said):
        return False
    if draft.unit and not draft.together:
        _for_leader(turn, draft)
    return True


def _put(turn: Turn, draft: Draft, note: str = "") -> str:
    """The page he looks at, and wait for what he changes."""
    drafts.save(turn, draft)
    said = _units(turn) if not draft.unit else _preview(turn, draft) if not draft.at else _choices(turn, draft)
    return f"{note}\n\n{said}" if note else said


def _units(turn: Turn) -> str:
    homes = planning.homes(turn.db, turn.person, now=turn.now)
    taps = [
        _choice(turn, turn.say("exams.pick_unit", number=number), _last(path))
        for number, (_, path) in enumerate(homes, 1)
    ]
    return turn.say("exams.ask_unit", taps="\n".join(taps), quit=turn.tap("general.quit"))


def _preview(turn: Turn, draft: Draft) -> str:
    """How it will be, whom it concerns, and the taps to send it out or to change it."""
    found = drafts.people(turn, draft)
    plan = drafts.plan(turn, draft, found)
    joined = sum(each.joined for each in found)
    when = turn.say("exams.now_together" if draft.together else "exams.from_until", **_span(turn, plan))
    ways = [
        turn.tap("exams.publish", turn.say("exams.tap_publish")),
        *(_choice(turn, turn.say(f"exams.page_{page}")) for page in PAGES if page != "when" or not draft.together),
        *_switch(turn, draft),
        turn.tap("general.quit", turn.say("exams.tap_drop")),
    ]
    return turn.say(
        "exams.preview",
        title=quoted(plan.title),
        unit=_last(units.paths(turn.db, [draft.unit])[draft.unit]),
        who=_who(turn, draft),
        people=len(found),
        joined=joined,
        content=_asks(turn, plan.parts),
        terms=wording.terms(turn.content, draft),
        when=when,
        ways="\n".join(ways),
    )


def _switch(turn: Turn, draft: Draft) -> list[str]:
    """Together or each for himself; a crew leader's are all sat together."""
    if not draft.together:
        return [_choice(turn, turn.say("exams.pick_together"))]
    apart = planning.may(turn.db, turn.person, draft.unit, together=False, now=turn.now)
    return [_choice(turn, turn.say("exams.pick_apart"))] if apart else []


def _span(turn: Turn, plan: planning.Plan) -> dict[str, str]:
    return {"opens": wording.moment(turn, plan.opens_at), "closes": wording.moment(turn, plan.closes_at)}


def _asks(turn: Turn, parts: Sequence[Part]) -> str:
    """The parts in a line: what, and how many."""
    counts: dict[str, int] = {}
    for part in parts:
        name = papers.named(part, turn.content.topics)
        counts[name] = counts.get(name, 0) + part["count"]
    return turn.say("exams.between").join(
        turn.say("exams.part", name=name, count=count) for name, count in counts.items()
    )


def _who(turn: Turn, draft: Draft) -> str:
    if draft.again:
        return turn.say("exams.who_again")
    if draft.what == drafts.PARTY:
        return turn.say("exams.who_party")
    return turn.say("exams.between").join(draft.trades) if draft.trades else turn.say("exams.pick_all")


def _choices(turn: Turn, draft: Draft) -> str:
    """A page of things to tap; what is not offered may be typed."""
    page, _, area = draft.at.partition(".")
    taps = {"what": _kinds, "topics": _topics, "who": _trades, "when": _days, "measures": _measures}[page]
    return turn.say(
        f"exams.ask_{page}",
        taps=taps(turn, draft, area),
        done=_choice(turn, turn.say("exams.page_done")),
    )


def _kinds(turn: Turn, _draft: Draft, _area: str) -> str:
    return "\n".join(_choice(turn, turn.say(f"exams.pick_{kind}")) for kind in KINDS)


def _topics(turn: Turn, _draft: Draft, area: str) -> str:
    if not area:
        return "\n".join(_choice(turn, name) for name in turn.content.topics.called)
    return turn.say("exams.between_taps").join(_choice(turn, topic) for topic in turn.content.topics.areas[area])


def _trades(turn: Turn, draft: Draft, _area: str) -> str:
    """The trades there are among its people, ticked where chosen."""
    everybody = exams.sitters.concerned(turn.db, draft.unit, {}, words=turn.content.mine, now=turn.now)
    there = {tag for each in everybody for tag in turn.content.mine.trades_of(each.trade)}
    shown = [trade for trade in turn.content.topics.trades_shown if trade in there or trade in draft.trades]
    ticked = [
        _choice(turn, trade, turn.say("exams.ticked", name=trade) if trade in draft.trades else trade)
        for trade in shown
    ]
    return "\n".join([_choice(turn, turn.say("exams.pick_all")), turn.say("exams.between_taps").join(ticked)])


def _days(turn: Turn, draft: Draft, _area: str) -> str:
    first = drafts.today(turn)
    days = [first + timedelta(days=number) for number in range(DAYS_AHEAD)]
    lines = [turn.say("exams.between_taps").join(_choice(turn, drafts.day_words(turn, day)) for day in days)]
    return "\n".join([*lines, _row(turn, draft, "days")])


def _measures(turn: Turn, draft: Draft, _area: str) -> str:
    rows = [_row(turn, draft, name) for name in MEASURES if name != "days"]
    counts = [_choice(turn, turn.say(f"exams.pick_{each}")) for each in ("best", "last")]
    return "\n".join([*rows, turn.say("exams.between_taps").join(counts)])


def _row(turn: Turn, draft: Draft, name: str) -> str:
    """What a measure may be, a tap each, the standing one ticked."""
    taps = []
    for count in turn.content.exams.choices[name]:
        said = drafts.measure_words(turn, name, count)
        label = turn.say("exams.ticked", name=said) if count == getattr(draft, name) else said
        taps.append(_choice(turn, said, label))
    return turn.say("exams.between_taps").join(taps)


def _choice(turn: Turn, said: str, label: str = "") -> str:
    return turn.tap("exams.set", label or said, choice=said)


def _not_so(turn: Turn) -> str:
    return turn.say("exams.not_so")


def _publish(turn: Turn, draft: Draft) -> str:
    """Sent out; where the bank or the people do not suffice it says what to change, and nothing is lost."""
    if not planning.may(turn.db, turn.person, draft.unit, together=draft.together, now=turn.now):
        return not_staff(turn)
    plan = drafts.plan(turn, draft, drafts.people(turn, draft))
    found = turn.shelf.of_unit(turn.db, turn.content, draft.unit, now=turn.now)
    assert turn.member is not None
    try:
        exam = planning.create(turn.db, plan, by=turn.member.alias, bank=found, content=turn.content, now=turn.now)
    except Refusal as refusal:
        return _put(turn, draft, turn.say(refusal.key, **refusal.values))
    assert exam is not None
    turn.leave()
    key = "exams.set_up_together" if exam.together else "exams.set_up"
    look = turn.tap("exams.look", turn.say("exams.tap_look"), number=exam.id)
    return Offered(turn.say(key, title=quoted(exam.title), closes=wording.moment(turn, exam.closes_at), look=look))


def _last(path: str) -> str:
    return path.rpartition("/")[2]
