"""班组班次: what a crew works, set in a word by who leads it, for all who did not say otherwise themselves."""

from __future__ import annotations

from datetime import date, timedelta

from bot.errors import Refusal
from bot.router import NotMine, Turn
from bot.services import shifts
from bot.services.joining import binding
from bot.services.shifts.calendars import Calendar, begun, chosen, excepted, rotated
from bot.services.shifts.crews import Place
from content.asking import squashed
from content.shifts import Rotation, Shift
from handlers.shifts import telling, wording
from handlers.shifts.routes import Step, router
from handlers.shifts.telling import Reach, Told
from handlers.shifts.wording import today

SHOWN_CREWS = 12


@router.on("shifts.crew")
def crew(turn: Turn) -> str:
    """The page of the one crew he leads, or the question which; with a shift behind the word, that is set."""
    places = _places(turn)
    place, said = _named(places, turn.args.get("text", ""))
    if place is None:
        return _which(turn, places, said)
    return _said(turn, place, said) if said else _page(turn, place)


@router.on("shifts.crew_of")
def crew_of(turn: Turn) -> str:
    place = _by_name(turn, turn.args["about"])
    waited = turn.dialog.data.get("said", "") if turn.dialog is not None and turn.dialog.step == Step.WHICH else ""
    return _said(turn, place, waited) if waited else _page(turn, place)


@router.during(Step.WHICH, resume="shifts.crew")
def which(turn: Turn) -> str:
    places = _places(turn)
    place, said = _named(places, turn.text)
    if place is None and telling.told(turn, said) is not None:
        return _which(turn, places, said)
    if place is None:
        raise NotMine(_which(turn, places, turn.dialog.data.get("said", "") if turn.dialog is not None else ""))
    said = said or (turn.dialog.data.get("said", "") if turn.dialog is not None else "")
    return _said(turn, place, said) if said else _page(turn, place)


@router.during(Step.CREW, resume="shifts.crew")
def typed(turn: Turn) -> str:
    return _at_page(turn)


def _at_page(turn: Turn) -> str:
    place = _standing(turn)
    told = telling.understood(turn)
    if told is None:
        raise NotMine(_not_so(turn, place))
    return _keep(turn, place, told)


def said_of_crew(turn: Turn) -> str:
    """What is a word of its own elsewhere, typed at the page of a crew or at the question which: meant for the crew."""
    return _at_page(turn) if turn.step == Step.CREW else _which(turn, _places(turn), turn.text)


@router.on("shifts.crew_week")
def week(turn: Turn) -> str:
    place, found, day = _tapped(turn)
    if found is None or day is None:
        return _not_so(turn, place, found)
    return _keep_week(turn, place, shifts.monday(day), found)


@router.on("shifts.crew_day")
def one_day(turn: Turn) -> str:
    place, found, day = _tapped(turn)
    if found is None or day is None:
        return _not_so(turn, place, found)
    return _keep_day(turn, place, day, found)


@router.on("shifts.crew_rotate")
def rotate(turn: Turn) -> str:
    place, _, day = _tapped(turn)
    found = turn.content.shifts.rotation(turn.args["choice"])
    if found is None or day is None:
        return _not_so(turn, place, found)
    return _rotate(turn, place, found, shifts.monday(day))


def _said(turn: Turn, place: Place, text: str) -> str:
    told = telling.told(turn, text)
    return _not_so(turn, place) if told is None else _keep(turn, place, told)


def _keep(turn: Turn, place: Place, told: Told) -> str:
    if told.reach == Reach.ON:
        return _keep_on(turn, place, told.works, told.day)
    if isinstance(told.works, Rotation):
        return _rotate(turn, place, told.works, told.day)
    keep = _keep_week if told.reach == Reach.WEEK else _keep_day
    return keep(turn, place, told.day, told.works)


def _keep_on(turn: Turn, place: Place, works: Shift | Rotation, day: date) -> str:
    before, week = _before(turn, place), shifts.monday(today(turn))
    if day <= today(turn):
        return (
            _rotate(turn, place, works, week) if isinstance(works, Rotation) else _keep_week(turn, place, week, works)
        )
    if day > today(turn) + wording.FARTHEST:
        return turn.say("shifts.far", ways=_ways(turn, place, before))
    after = begun(before, works, day=day, today=today(turn), shifts=turn.content.shifts)
    return _set(turn, place, after, wording.begun(turn, works, after, day, "shifts.crew_kept_on", crew=place.name))


def _keep_week(turn: Turn, place: Place, week: date, shift: Shift) -> str:
    week = max(week, shifts.monday(today(turn)))  # an old tap: what is past is past
    before = _before(turn, place)
    after = chosen(before, shift, week=week, today=today(turn))
    told = {"crew": place.name, "works": wording.at_work(turn, shift)}
    if shift.id in before.rotation.split(","):
        return _set(turn, place, after, _turns(turn, place, after))
    if shift.work is None:
        last = week + timedelta(days=6)
        return _set(turn, place, after, turn.say("shifts.crew_kept_rest", month=last.month, day=last.day, **told))
    if week > today(turn):
        return _set(turn, place, after, turn.say("shifts.crew_kept_next", month=week.month, day=week.day, **told))
    return _set(turn, place, after, turn.say("shifts.crew_kept", crew=place.name, now=told["works"]))


def _keep_day(turn: Turn, place: Place, day: date, shift: Shift) -> str:
    if day < today(turn):
        ways = _ways(turn, place, _before(turn, place))
        return turn.say("shifts.past", month=day.month, day=day.day, ways=ways)
    after = excepted(_before(turn, place), day, shift, today=today(turn), shifts=turn.content.shifts)
    told = {"month": day.month, "day": day.day, "weekday": wording.weekday(turn, day)}
    works = wording.at_work(turn, shift)
    return _set(turn, place, after, turn.say("shifts.crew_kept_day", crew=place.name, works=works, **told))


def _rotate(turn: Turn, place: Place, rotation: Rotation, week: date) -> str:
    known, before = turn.content.shifts, _before(turn, place)
    sure = shifts.usual(before, week, known).id in rotation.shifts
    after = rotated(before, rotation, week=week, shifts=known)
    kept = _turns(turn, place, after)
    if not sure:
        kept = f"{kept}\n{wording.not_this_week(turn, after, rotation, _tapper(turn, place))}"
    return _set(turn, place, after, kept)


def _turns(turn: Turn, place: Place, after: Calendar) -> str:
    return turn.say("shifts.crew_kept", crew=place.name, now=wording.rotating(turn, after, "shifts.crew_rotating"))


def _set(turn: Turn, place: Place, after: Calendar, kept: str) -> str:
    following = shifts.crews.set_for(turn.db, turn.person, place, after, shifts=turn.content.shifts, now=turn.now)
    turn.goto(Step.CREW, unit=place.id)
    follow = turn.say("shifts.crew_follows", count=following) if following else turn.say("shifts.crew_follows_none")
    days, ways = wording.days(turn, after), turn.tap("shifts.crew", turn.say("shifts.label_crew_change"))
    return turn.say("shifts.crew_told", kept=f"{kept}\n{follow}", days=days, ways=ways)


def _page(turn: Turn, place: Place) -> str:
    before = _before(turn, place)
    days = wording.days(turn, before) if before.tells or before.shift_days else ""
    page = turn.say(
        "shifts.crew_page", crew=place.name, now=_now(turn, before), days=days, ways=_ways(turn, place, before)
    )
    return page.replace("\n\n\n", "\n\n")


def _now(turn: Turn, works: Calendar) -> str:
    if works.rotation and works.rotation_from is not None:
        return wording.rotating(turn, works, "shifts.crew_rotating")
    shift = shifts.usual(works, today(turn), turn.content.shifts)
    return wording.at_work(turn, shift) if shift.id else turn.say("shifts.crew_nothing")


def _ways(turn: Turn, place: Place, works: Calendar) -> str:
    """The taps, and the step that waits for what he types."""
    turn.goto(Step.CREW, unit=place.id)
    return "\n".join(wording.ways(turn, works, _tapper(turn, place), key="shifts.crew_ways_week"))


def _which(turn: Turn, places: list[Place], said: str) -> str:
    turn.goto(Step.WHICH, said=said[:20])
    taps = (turn.tap("shifts.crew_of", each.name, about=squashed(each.name)) for each in places[:SHOWN_CREWS])
    return turn.say("shifts.crew_which", taps="\n".join(taps))


def _not_so(turn: Turn, place: Place, found: Shift | Rotation | None = None) -> str:
    ways = _ways(turn, place, _before(turn, place))
    if found is None:
        return turn.say("shifts.not_a_shift", ways=ways)
    return turn.say("shifts.no_such_day", month=turn.args["month"], day=turn.args["date"], ways=ways)


def _places(turn: Turn) -> list[Place]:
    """The crews he may set. Raises Refusal saying who may."""
    binding.member_of(turn.person, turn.tap)
    places = shifts.crews.offered(turn.db, turn.person, now=turn.now)
    if not places:
        raise Refusal("shifts.crew_not_yours", own=turn.tap("shifts.show"), menu=turn.tap("general.menu"))
    return places


def _by_name(turn: Turn, name: str) -> Place:
    place = next((each for each in _places(turn) if squashed(each.name) == name), None)
    if place is None:
        raise Refusal("shifts.crew_not_there", again=turn.tap("shifts.crew"), own=turn.tap("shifts.show"))
    return place


def _standing(turn: Turn) -> Place:
    unit = turn.dialog.data.get("unit") if turn.dialog is not None else None
    place = next((each for each in _places(turn) if each.id == unit), None)
    if place is None:
        raise Refusal("shifts.crew_not_there", again=turn.tap("shifts.crew"), own=turn.tap("shifts.show"))
    return place


def _named(places: list[Place], text: str) -> tuple[Place | None, str]:
    """The crew a text begins with, or the only one there is; and what is left of the text."""
    plain = squashed(text)
    for each in sorted(places, key=lambda place: -len(place.name)):
        if plain.startswith(squashed(each.name)):
            return each, plain.removeprefix(squashed(each.name))
    return (places[0] if len(places) == 1 else None), text.strip()


def _tapped(turn: Turn) -> tuple[Place, Shift | None, date | None]:
    place = _by_name(turn, turn.args["about"])
    return place, wording.shift_named(turn, turn.args["choice"]), wording.named_day(turn)


def _before(turn: Turn, place: Place) -> Calendar:
    return shifts.crews.told(turn.db, [place.id]).get(place.id, Calendar())


def _tapper(turn: Turn, place: Place) -> wording.Tap:
    def tap(kind: str, day: date, name: str, label: str = "") -> str:
        about = squashed(place.name)
        return turn.tap(f"shifts.crew_{kind}", label or name, about=about, month=day.month, date=day.day, choice=name)

    return tap
