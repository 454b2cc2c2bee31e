"""负担: how often he was turned to this week, for everybody; of his unit and a reason for more, for who keeps one."""

from __future__ import annotations

from enum import StrEnum

from bot.router import Turn
from bot.services import burden as burdens
from bot.services import units
from handlers.desk.routes import chosen, places, router


class Step(StrEnum):
    """Where a person may stand in this conversation."""

    REASON = "desk.reason"


@router.on("desk.burden")
def burden(turn: Turn) -> str:
    rules, week = turn.content.burden, burdens.week_of(turn.today)
    spent = burdens.spent_by(turn.db, [turn.person.id], week=week).get(turn.person.id, {})
    own = turn.say("desk.burden_own_none", total=rules.total)
    if spent:
        kinds = turn.say("desk.burden_kinds", kinds=_kinds(turn, spent))
        own = turn.say("desk.burden_own", count=sum(spent.values()), kinds=kinds, total=rules.total)
    taps = [
        turn.tap("desk.burden_of", turn.say("desk.burden_unit_tap", unit=name), number=unit_id)
        for unit_id, name in places(turn)
    ]
    reminders, menu = turn.tap("reminders.show"), turn.tap("general.menu")
    return turn.say("desk.burden", own=own, units="\n".join(taps), reminders=reminders, menu=menu).replace("\n\n", "\n")


@router.on("desk.burden_of")
def burden_of(turn: Turn) -> str:
    found = chosen(turn, "burden", "desk.burden_of")
    return found if isinstance(found, str) else _unit(turn, *found)


@router.on("desk.allow")
def allow(turn: Turn) -> str:
    found, kind = chosen(turn, "burden", "desk.burden_of"), _kind_of(turn, turn.args["about"])
    if isinstance(found, str) or not kind:
        return found if isinstance(found, str) else turn.say("desk.allow_lost", burden=turn.tap("desk.burden"))
    turn.goto(Step.REASON, unit=found[0], kind=kind)
    return _ask(turn, found[1], kind)


@router.on("desk.allow_again")
def allow_again(turn: Turn) -> str:
    """Back to the reason he was about to write."""
    if turn.dialog is None or turn.dialog.step != Step.REASON:
        return turn.say("desk.allow_lost", burden=turn.tap("desk.burden"))
    unit_id, kind = int(turn.dialog.data["unit"]), str(turn.dialog.data["kind"])
    turn.goto(Step.REASON, unit=unit_id, kind=kind)
    return _ask(turn, _name(turn, unit_id), kind)


@router.during(Step.REASON, resume="desk.allow_again", own_words=True)
def reason(turn: Turn) -> str:
    assert turn.dialog is not None
    unit_id, kind = int(turn.dialog.data["unit"]), str(turn.dialog.data["kind"])
    burdens.allow_more(
        turn.db,
        turn.person,
        unit_id,
        kind,
        more=1,
        reason=turn.text,
        day=turn.today,
        now=turn.now,
        rules=turn.content.burden,
    )
    turn.leave()
    ways = turn.say("me.between").join((turn.tap("desk.burden"), turn.tap("desk.manage"), turn.tap("general.menu")))
    told = {"unit": _name(turn, unit_id), "kind": turn.say(f"desk.kind_{kind}"), "reason": turn.text.strip()}
    return turn.say("desk.allowed", ways=ways, **told)


def _unit(turn: Turn, unit_id: int, name: str) -> str:
    week = burdens.week_of(turn.today)
    found = burdens.of_unit(turn.db, unit_id, week=week)
    if found is None:
        figures = turn.say("desk.burden_few")
    elif not found.by_kind:
        figures = turn.say("desk.burden_figures_none", people=found.people)
    else:
        facts = {"people": found.people, "average": f"{found.average:.1f}", "most": found.most}
        figures = turn.say("desk.burden_figures", kinds=_kinds(turn, found.by_kind), **facts)
    kept = [
        turn.say("desk.burden_reason", kind=turn.say(f"desk.kind_{each.kind}"), more=each.more, reason=each.reason)
        for each in burdens.overruns(turn.db, unit_id, week=week)
    ]
    more = turn.say("desk.burden_more_some", reasons="\n".join(kept)) if kept else turn.say("desk.burden_more_none")
    kinds = (turn.say(f"desk.kind_{kind}") for kind in turn.content.burden.kinds)
    taps = [turn.tap("desk.allow", kind, number=unit_id, about=kind) for kind in kinds]
    between = turn.say("me.between")
    ways = f"{between.join(taps)}\n{between.join((turn.tap('desk.manage'), turn.tap('general.menu')))}"
    return turn.say("desk.burden_unit", unit=name, figures=figures, more=more, ways=ways)


def _ask(turn: Turn, unit: str, kind: str) -> str:
    shortest = turn.content.burden.shortest_reason
    return turn.say("desk.allow_ask", unit=unit, kind=turn.say(f"desk.kind_{kind}"), shortest=shortest)


def _kinds(turn: Turn, counts: dict[str, int] | object) -> str:
    assert isinstance(counts, dict)
    told = [
        turn.say("desk.burden_kind", kind=turn.say(f"desk.kind_{kind}"), count=counts[kind])
        for kind in turn.content.burden.kinds
        if counts.get(kind)
    ]
    return turn.say("desk.burden_between").join(told)


def _kind_of(turn: Turn, said: str) -> str:
    return next((kind for kind in turn.content.burden.kinds if turn.say(f"desk.kind_{kind}") == said), "")


def _name(turn: Turn, unit_id: int) -> str:
    return units.paths(turn.db, [unit_id]).get(unit_id, "").rpartition("/")[2]
