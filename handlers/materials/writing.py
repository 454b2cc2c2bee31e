"""One by one: a field at a time; at any moment left, resumed, or gone back a step."""

from __future__ import annotations

from dataclasses import replace

from bot.messages import Offered, quoted, tap
from bot.router import NotMine, Turn
from bot.services.dialogs import CALLED
from bot.services.exchange import values
from bot.services.materials import authors, bodies, desk
from bot.understanding import LONGEST_WORD
from content.folding import fold
from content.words import TAPPABLE
from handlers.materials import fields, leaving, pasting, preview, stations, telling, wording
from handlers.materials.drafts import (
    CASE,
    DISCARD,
    HOME,
    LESSON,
    LINES,
    PASTE,
    PICK,
    PREVIEW,
    QUESTION,
    Writing,
    frame,
    load,
)
from handlers.materials.routes import Step, router
from handlers.materials.standing import preview as previewed
from handlers.materials.standing import put
from handlers.materials.wording import DONE

KINDS = (QUESTION, PASTE, LESSON, CASE)
_STATIONS = (PREVIEW, PICK, DISCARD)
_TAPPED = (*_STATIONS, HOME, "kind", "topic", "trades")
_OF_THE_DESK = ("materials.", "doubts.")


@router.on("materials.start")
def start(turn: Turn) -> str:
    kind = next((each for each in KINDS if fold(turn.say(f"materials.kind_{each}")) == fold(turn.args["choice"])), "")
    if not kind:
        return turn.say("materials.stale", desk=turn.tap("materials.desk"))
    return begin(turn, kind)


def begin(turn: Turn, kind: str, *, asked: int = 0) -> str:
    """A new piece, unless one is under way."""
    homes = authors.tops(turn.db, turn.person, now=turn.now)
    if not homes:
        return telling.not_author(turn)
    if (before := load(turn)) is not None:
        return _under_way(turn, before)
    writing = Writing(kind, "", unit=homes[0][0] if len(homes) == 1 else 0, several=len(homes) > 1, asked=asked)
    if kind == CASE:
        writing.body["ask"] = turn.say("materials.what_would_you_do")
    writing.at = fields.first(writing)
    return put(turn, writing)


@router.on("materials.go_on")
def go_on(turn: Turn) -> str:
    writing = load(turn)
    if writing is None:
        return turn.say("materials.nothing_begun", desk=turn.tap("materials.desk"), menu=turn.tap("general.menu"))
    there = turn.dialog is not None and turn.dialog.step == Step.WRITING
    writing.held = str(turn.dialog.data.get(CALLED, "")) if turn.dialog is not None and there else ""
    asked = put(turn, writing)
    if not writing.held:
        return asked
    return "\n".join([asked, turn.say("materials.called", said=quoted(writing.held), put_in=wording.put_in(turn))])


@router.on("materials.choose")
def choose(turn: Turn) -> str:
    """A tap of the field that is asked for; one of an older message only shows where he stands."""
    writing = load(turn)
    if writing is None:
        return turn.say("materials.stale", desk=turn.tap("materials.desk"))
    if writing.held and fold(turn.args["choice"]) == fold(turn.say("materials.put_in")):
        return _put_in(turn, writing)
    writing.held = ""
    says = wording.meant(turn, writing, turn.args["choice"])
    return _take(turn, writing, says) if says else put(turn, writing, turn.say("materials.old_tap"))


@router.on("materials.back")
def back(turn: Turn) -> str:
    """One step back; before the first field, out of it, with everything kept."""
    writing = load(turn)
    if writing is None or turn.step != Step.WRITING:
        return turn.say("materials.stale", desk=turn.tap("materials.desk"))
    if writing.at in (PICK, DISCARD) or (writing.changing and writing.at != PREVIEW):
        return previewed(turn, writing)
    before = fields.following(writing, writing.at, -1)
    if writing.at == PREVIEW and writing.key:
        return leaving.back_to_it(turn, writing)
    if not before:
        return leaving.paused(turn)
    writing.at, writing.area, writing.changing = before, "", False
    writing.picked = fields.picked(writing)
    return put(turn, writing)


@router.during(Step.WRITING, resume="materials.go_on", own_words=True, teaches=True, back="materials.back")
def written(turn: Turn) -> str:
    writing = load(turn)
    if writing is None:
        turn.leave()
        return turn.say("materials.nothing_begun", desk=turn.tap("materials.desk"), menu=turn.tap("general.menu"))
    if not turn.text.strip():
        return put(turn, writing, turn.say("materials.only_text"))
    says = wording.meant(turn, writing, turn.text)
    if not says and writing.at in _TAPPED and turn.exact and turn.action:
        raise NotMine(put(turn, writing, turn.say("materials.tap_one")))  # a word that names something else by itself
    if not says and writing.at in _STATIONS:
        return put(turn, writing, turn.say("materials.tap_one"))
    if not says and (told := _perhaps_not_for_it(turn, writing)):
        return told
    return _field(turn, writing, says)


def _field(turn: Turn, writing: Writing, says: str) -> str:
    """Words for the field that is asked for: the choice that they are, or else as they stand."""
    if (
        fields.picks_several(writing)
        and not wording.is_choice(turn, turn.text, DONE)
        and not wording.is_ticked(turn.text)
    ):
        return _typed(turn, writing, says or turn.text)
    return _take(turn, writing, says or turn.text)


def _perhaps_not_for_it(turn: Turn, writing: Writing) -> str:
    """What he is told where his words name something else to do, or end what he is at; empty where they are for the field.

    A word of the desk is never a piece's. Any other may be: he is asked, and saying it again does it.
    """
    said, held, writing.held = turn.text.strip(), writing.held, ""
    if held and fold(said) == fold(turn.say("materials.put_in")):
        writing.held = held
        return _put_in(turn, writing)
    if wording.is_choice(turn, said, wording.STORE):
        return leaving.paused(turn)
    names = turn.exact and turn.action and "\n" not in said and len(said) <= LONGEST_WORD
    if not names or (writing.at == LINES and wording.ends(turn, said)):
        return ""
    if turn.action == "materials.go_on":
        return put(turn, writing)
    if turn.action.startswith(_OF_THE_DESK) or fold(said) == fold(held):
        raise NotMine(put(turn, writing, turn.say("materials.tap_one")))
    writing.held = said
    put(turn, writing)
    do = tap(turn.say("materials.tap_do_it"), said) if TAPPABLE.fullmatch(said) else turn.say("materials.say_again")
    return Offered(turn.say("materials.for_it", said=quoted(said), do=do, put_in=wording.put_in(turn)))


def _put_in(turn: Turn, writing: Writing) -> str:
    """What was held back was meant for the field after all."""
    turn, writing.held = replace(turn, text=writing.held), ""
    return _field(turn, writing, wording.meant(turn, writing, turn.text))


def revise(turn: Turn, found: desk.MaterialRow) -> str:
    """A new version of a piece, from what it says now; what is live stays until the new one goes live."""
    if (before := load(turn)) is not None:
        return _under_way(turn, before)
    writing = Writing(found.kind, PREVIEW, unit=found.unit_id, key=found.key, version=found.version)
    writing.body = dict(found.body)
    return put(turn, writing)


def _take(turn: Turn, writing: Writing, said: str) -> str:
    if writing.at in _STATIONS:
        return stations.station(turn, writing, said)
    if fields.picks_several(writing):
        return _pick(turn, writing, said)
    if writing.at == "topic" and (area := _area(turn, said)):
        writing.area = area
        return put(turn, writing)
    return {HOME: _home, LINES: _paste, "stem": _stem}.get(writing.at, _value)(turn, writing, said)


def _value(turn: Turn, writing: Writing, said: str) -> str:
    fault = fields.take(turn, writing, said)
    if fault:
        return put(turn, writing, fault)
    in_a_line = writing.at == "options" and "\n" not in said.strip()
    read = turn.say("materials.options_read", count=len(writing.body["options"])) if in_a_line else ""
    told = preview.remarks(turn, CASE, {writing.at: writing.body.get(writing.at)}) if writing.kind == CASE else ""
    return _next(turn, writing, turn.say("materials.to_mend_it", remarks=told) if told else read)


def _next(turn: Turn, writing: Writing, note: str = "") -> str:
    writing.picked, writing.area = [], ""
    after = "" if writing.changing and not _left_open(writing) else fields.following(writing, writing.at)
    if not after:
        return previewed(turn, writing)
    writing.at = after
    return put(turn, writing, note)


def _left_open(writing: Writing) -> bool:
    """New options want their answer looked at again."""
    return writing.at in ("options", "choices")


def _pick(turn: Turn, writing: Writing, said: str) -> str:
    """A tap toggles, the last one says that this is all; several typed at once are the answer."""
    known = [says for says, _ in wording.choices(turn, writing)]
    if wording.is_choice(turn, said, DONE):
        if not writing.picked:
            return put(turn, writing, turn.say("materials.pick_first"))
        joined = sorted(writing.picked) if writing.at == "answer" else writing.picked
        return _value(turn, writing, " ".join(joined))
    if said not in known:
        return _value(turn, writing, said)
    everybody = turn.content.topics.trades_shown[0]
    if writing.at == "trades" and said == everybody:
        return _value(turn, writing, said)
    if writing.at == "trades":
        writing.picked = [each for each in writing.picked if each != everybody]
    writing.picked = [*(each for each in writing.picked if each != said), *([] if said in writing.picked else [said])]
    return put(turn, writing)


def _typed(turn: Turn, writing: Writing, said: str) -> str:
    """One alone is ticked, as its tap does; several where nothing is ticked yet are all of it. Ticks are never lost."""
    known = {fold(says): says for says, _ in wording.choices(turn, writing)}
    parts = list(values.letters(said)) if writing.at == "answer" else values.several(said)
    meant = [known.get(fold(each), each) for each in parts]
    everybody = turn.content.topics.trades_shown[0] in meant
    untouched = not writing.picked or writing.picked == fields.picked(writing)
    tickable = set(known.values()) if writing.at == "answer" else frame(turn).trades
    if not meant or everybody or not tickable.issuperset(meant) or (len(meant) > 1 and untouched):
        return _value(turn, writing, said)
    writing.picked = list(dict.fromkeys([*writing.picked, *meant]))
    return put(turn, writing, turn.say("materials.ticked_too") if len(meant) > 1 else "")


def _home(turn: Turn, writing: Writing, said: str) -> str:
    homes = authors.tops(turn.db, turn.person, now=turn.now)
    numbered = {str(number): unit for number, (unit, _) in enumerate(homes, 1)}
    named = {fold(path.rpartition("/")[2]): unit for unit, path in homes}
    unit = numbered.get(said) or named.get(fold(said))
    if unit is None:
        return put(turn, writing, turn.say("materials.tap_one"))
    writing.unit = unit
    return _next(turn, writing)


def _paste(turn: Turn, writing: Writing, said: str) -> str:
    if not wording.ends(turn, said):
        return put(turn, writing, pasting.add(turn, writing, said))
    if pasting.is_empty(writing):
        return put(turn, writing, turn.say("materials.paste_nothing"))
    writing.lacks = list(pasting.lacking(writing))
    return _next(turn, writing)


def _stem(turn: Turn, writing: Writing, said: str) -> str:
    whole = fields.whole_question(said)
    return _value(turn, writing, said) if whole is None else _whole(turn, writing, whole)


def _whole(turn: Turn, writing: Writing, whole: dict[str, object]) -> str:
    """Everything in one message: each field that is sound is taken, the next one wanting is asked for."""
    given = {name: value for name, value in whole.items() if value not in ("", []) and name not in ("level", "point")}
    kept, writing.body = dict(writing.body), {**writing.body, **given}
    found = bodies.faults(writing.kind, writing.body, frame(turn))
    wrong = {each.field.partition(".")[0]: each for each in found}
    order = fields.changeable(writing)
    for field in order:
        group = ("source", "law", "article") if field == "source" else (field,)
        if fault := next((wrong[each] for each in group if each in wrong), None):
            told = fields.said(turn, fault) if any(each in given for each in group) else ""
            writing.at = field
            writing.body = {name: value for name, value in writing.body.items() if name not in group or name in kept}
            return put(turn, writing, told or turn.say("materials.read_whole"))
    return previewed(turn, writing)


def _area(turn: Turn, said: str) -> str:
    return next((area for name, area in turn.content.topics.called.items() if fold(name) == fold(said)), "")


def _under_way(turn: Turn, writing: Writing) -> str:
    name = turn.say(f"materials.kind_{writing.kind}")
    return turn.say(
        "materials.under_way",
        name=name,
        go_on=turn.tap("materials.go_on"),
        throw=turn.tap("materials.throw_away"),
        desk=turn.tap("materials.desk"),
    )
