"""提醒: at which hour, or not at all; always inside the windows of the shift a person works."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from bot.clock import shift_day
from bot.errors import Refusal
from bot.router import NotMine, Router, Turn
from bot.services import reminders, shifts
from bot.services.people import PersonRow
from content.shifts import Shift

router = Router()

PAUSES = {7: "reminders.label_week", 30: "reminders.label_month"}


class Step(StrEnum):
    """Where a person may stand in this conversation."""

    HOUR = "reminders.hour"


@router.on("reminders.show")
def show(turn: Turn) -> str:
    if minutes := turn.content.shifts.clock.minutes(turn.args.get("at") or turn.text):
        return _set(turn, minutes)
    turn.goto(Step.HOUR)
    if reminders.paused(turn.person, turn.now):
        return turn.say("reminders.off", until=_until(turn), resume=turn.tap("reminders.resume"))
    taps = _taps(turn, reminders.offered(_shift(turn)))
    return turn.say(
        "reminders.on",
        when=_when(turn, turn.person),
        choices=turn.say("reminders.choices", taps=taps),
        ways=_joined(turn, [*_usual_tap(turn), _shift_tap(turn), turn.tap("reminders.pause")]),
    )


@router.during(Step.HOUR, resume="reminders.show")
def typed(turn: Turn) -> str:
    minutes = turn.content.shifts.clock.minutes(turn.text)
    if not minutes:
        raise NotMine(turn.say("reminders.not_a_time", taps=_taps(turn, reminders.offered(_shift(turn)))))
    return _set(turn, minutes)


@router.on("reminders.at")
def at(turn: Turn) -> str:
    minutes = turn.content.shifts.clock.minutes(turn.args["choice"])[:1]  # a tap says the hour of the day
    if not minutes:
        turn.goto(Step.HOUR)
        return turn.say("reminders.not_a_time", taps=_taps(turn, reminders.offered(_shift(turn))))
    return _set(turn, minutes)


@router.on("reminders.usual")
def usual(turn: Turn) -> str:
    reminders.follow_shift(turn.db, turn.person.id)
    _left(turn)
    shift = _shift(turn)
    facts = {"time": _shown(turn, shift.remind), "ways": _joined(turn, [_shift_tap(turn), turn.tap("reminders.pause")])}
    return (
        turn.say("reminders.usual", shift=shift.name, **facts)
        if shift.id
        else turn.say("reminders.usual_unknown", **facts)
    )


@router.on("reminders.pause")
def pause(turn: Turn) -> str:
    """At once, whatever the reason."""
    clock = turn.content.shifts.clock
    days = clock.days(turn.text)
    return _paused(turn, days)


@router.on("reminders.pause_for")
def pause_for(turn: Turn) -> str:
    return _paused(turn, int(turn.args["number"]) or 1)


@router.on("reminders.resume")
def resume(turn: Turn) -> str:
    reminders.resume(turn.db, turn.person.id)
    _left(turn)
    ways = _joined(turn, [turn.tap("reminders.show"), _shift_tap(turn)])
    return turn.say("reminders.resumed", when=_when(turn, turn.person), ways=ways)


def _set(turn: Turn, minutes: tuple[int, ...]) -> str:
    shift = _shift(turn)
    try:
        chosen = reminders.choose(turn.db, turn.person, minutes, day=shift_day(turn.sent_at), known=turn.content.shifts)
    except Refusal as refused:
        turn.goto(Step.HOUR)
        minute = int(str(refused.values["minute"]))
        key = refused.key if shift.id else "reminders.closed_unknown"
        better = _taps(turn, reminders.offered(shift, near=minute, count=2))
        return turn.say(key, time=_shown(turn, minute), shift=shift.name, taps=better)
    _left(turn)
    rotating = turn.say("reminders.rotating") if turn.person.rotation else ""
    if reminders.paused(turn.person, turn.now):
        reminders.resume(turn.db, turn.person.id)
    ways = _joined(turn, [turn.tap("reminders.show"), turn.tap("reminders.pause")])
    return turn.say("reminders.set", time=_shown(turn, chosen), rotating=rotating, ways=ways)


def _paused(turn: Turn, days: int | None) -> str:
    until = reminders.pause(turn.db, turn.person.id, now=turn.now, days=days)
    _left(turn)
    taps = [turn.tap("reminders.pause_for", turn.say(label), number=n) for n, label in PAUSES.items() if n != days]
    resuming = turn.tap("reminders.resume")
    if days is None:
        return turn.say("reminders.pause", taps=_joined(turn, taps), resume=resuming)
    taps.append(turn.tap("reminders.pause", turn.say("reminders.label_always")))
    return turn.say("reminders.pause_days", month=until.month, day=until.day, taps=_joined(turn, taps), resume=resuming)


def _when(turn: Turn, person: PersonRow) -> str:
    """At which hour today's shift has him reminded, and whose choice that is."""
    shift = _shift(turn)
    time = _shown(turn, reminders.minute_on(person, shift))
    if person.remind_at is not None and shift.open_at(person.remind_at):
        return turn.say("reminders.when_own", time=time)
    if person.remind_at is not None:
        name = shift.name or turn.say("shifts.nothing")
        return turn.say("reminders.when_not_today", own=_shown(turn, person.remind_at), shift=name, time=time)
    if not shift.id:
        return turn.say("reminders.when_usual_unknown", time=time)
    return turn.say("reminders.when_usual", shift=shift.name, time=time)


def _until(turn: Turn) -> str:
    until = turn.person.paused_until
    if until is None or until >= reminders.FOR_EVER:
        return turn.say("reminders.off_for_ever")
    return turn.say("reminders.off_until", month=until.month, day=until.day)


def _shift(turn: Turn) -> Shift:
    return shifts.on(turn.person, shift_day(turn.sent_at), turn.content.shifts)


def _usual_tap(turn: Turn) -> list[str]:
    """The way back to the shift's own hour, for who has left it."""
    if turn.person.remind_at is None:
        return []
    return [turn.tap("reminders.usual", turn.say("reminders.label_usual"))]


def _shift_tap(turn: Turn) -> str:
    return turn.tap("shifts.show", turn.say("reminders.label_shift"))


def _taps(turn: Turn, minutes: Iterable[int]) -> str:
    """Hours to tap: shown as a clock shows them, sent in words that survive the client."""
    return _joined(turn, (_hour_tap(turn, minute) for minute in minutes))


def _hour_tap(turn: Turn, minute: int) -> str:
    hour, rest = divmod(minute, 60)
    said = turn.say("reminders.time_tapped_minutes" if rest else "reminders.time_tapped", hour=hour, minute=rest)
    return turn.tap("reminders.at", _shown(turn, minute), choice=said)


def _shown(turn: Turn, minute: int) -> str:
    return turn.say("reminders.time", hour=minute // 60 % 24, minute=f"{minute % 60:02}")


def _joined(turn: Turn, taps: Iterable[str]) -> str:
    return turn.say("reminders.between_taps").join(taps)


def _left(turn: Turn) -> None:
    """Wait no longer for an hour; whatever else he is in the midst of is left alone."""
    if turn.dialog is not None and turn.dialog.step == Step.HOUR:
        turn.leave()
