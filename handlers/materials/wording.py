"""How a field is asked for, with its taps, and what all replies of the desk end with."""

from __future__ import annotations

from collections.abc import Callable

from bot.messages import TEXT_LIMIT_BYTES, quoted
from bot.router import Turn
from bot.services.asking import asking
from bot.services.materials import authors
from bot.services.materials.frame import PARTY
from content.bank import LETTERS
from content.folding import fold
from content.mine import Called
from handlers.materials import fields, pasting, preview
from handlers.materials.drafts import CASE, DISCARD, HOME, LINES, PASTE, PICK, PREVIEW, Writing, frame, words

DONE, SKIP = "done", "skip"
SUBMIT, STORE, CHANGE, DROP, THROW, KEEP, MORE, TAKE = (
    "submit", "store", "change", "drop", "throw", "keep", "more", "take",
)  # fmt: skip
_STATIONS = {
    PREVIEW: (SUBMIT, STORE, CHANGE, DROP),
    DISCARD: (THROW, KEEP),
}
_OF_PASTED = (TAKE, MORE, DROP)
_Choices = Callable[[Turn, Writing], list[tuple[str, str]]]
LIKELY = 3
COLON = chr(0xFF1A)
TICK = chr(0x2714)
LONGEST_VALUE = 16


def choices(turn: Turn, writing: Writing) -> list[tuple[str, str]]:
    """What can be tapped now: what the tap says, and its label."""
    at = writing.at
    stations = _OF_PASTED if at == PREVIEW and writing.kind == PASTE else _STATIONS.get(at)
    if stations is not None:
        return [_worded(turn, each) for each in stations]
    if at == PICK:
        return [_field(turn, writing, each) for each in fields.changeable(writing)]
    found = _TAPPED.get(at)
    return found(turn, writing) if found is not None else []


def meant(turn: Turn, writing: Writing, said: str) -> str:
    """The choice that these words are, as its tap says it; empty for none of them."""
    offered = choices(turn, writing)
    wanted = _by_other_name(turn, writing, fold(said))
    found = (says for says, label in offered if wanted in (fold(says), fold(label), fold(label.partition(COLON)[0])))
    return next(found, "") or _by_its_words(writing, wanted)


def _by_other_name(turn: Turn, writing: Writing, wanted: str) -> str:
    """What sheets and other pages of the desk call a choice, as it is called here."""
    if writing.at == PREVIEW and wanted in map(fold, turn.say("materials.submit_words").split()):
        return fold(turn.say("materials.choice_submit"))
    if writing.at == PICK:
        columns = words().columns[writing.kind]
        at = next((each for each in fields.changeable(writing) if wanted in map(fold, _names(columns, each))), "")
        return fold(field_name(turn, at)) if at else wanted
    return wanted


def _names(columns: Called, field: str) -> list[str]:
    return [name for name, of in columns.by_name.items() if of == field]


def _by_its_words(writing: Writing, wanted: str) -> str:
    """The letter of the option, or of a case's choice, whose very words were typed; empty for none or for two alike."""
    said = {"answer": writing.body.get("options", []), "right": [e["text"] for e in writing.body.get("choices", [])]}
    lettered = zip(LETTERS, said.get(writing.at, []), strict=False)
    found = [letter for letter, text in lettered if fold(text) == wanted]
    return found[0] if len(found) == 1 else ""


def is_choice(turn: Turn, said: str, name: str) -> bool:
    """True when the words are this choice."""
    return fold(said) == fold(turn.say(f"materials.choice_{name}"))


def ends(turn: Turn, said: str) -> bool:
    """True for words that say that all has been pasted."""
    return fold(said) in map(fold, turn.say("materials.done_words").split())


def put_in(turn: Turn) -> str:
    """The tap that says that held words belong into the piece."""
    return turn.tap("materials.choose", turn.say("materials.put_in"), choice=turn.say("materials.put_in"))


def is_ticked(said: str) -> bool:
    """True for the label of a tap that is ticked: typed, it takes the tick away as the tap does."""
    return said.strip().startswith(TICK)


def asked(turn: Turn, writing: Writing, note: str = "") -> str:
    """What is wanted now, with an example, what can be tapped, and the ways out."""
    at = writing.at
    taps = [turn.tap("materials.choose", label, choice=says) for says, label in choices(turn, writing)]
    several = len(taps) > len(_STATIONS[PREVIEW]) and at not in (PICK, "answer", "right", HOME)
    listed = (turn.say("materials.between") if several else "\n").join(taps)
    if at == PREVIEW:
        top = turn.say("materials.pasted" if writing.kind == PASTE else "materials.preview_top")
        remarks = "" if writing.kind == PASTE else preview.remarks(turn, writing.kind, writing.body)
        return fitted([note, "" if writing.kind == PASTE else top, preview.shown(turn, writing), remarks], [listed])
    name = {"answer": f"answer_{writing.body.get('kind')}", LINES: "more_lines" if writing.lines else LINES}.get(at, at)
    name = "title_case" if at == "title" and writing.kind == CASE else name
    present, ask = _present(turn, writing), _of_batch(turn, writing) or turn.say(f"materials.ask_{name}")
    ways = turn.say(
        "materials.ways",
        back=turn.tap("general.back", turn.say("materials.tap_back")),
        quit=turn.tap("general.quit", turn.say("materials.tap_quit")),
    )
    told = asking.find(turn.db, writing.asked) if writing.asked and at in ("kind", "stem") else None
    vain = turn.say("materials.for_asked", text=quoted(told.text)) if told is not None else ""
    return "\n".join(each for each in (vain, note, present, ask, listed, ways) if each)


def fitted(parts: list[str], taps: list[str]) -> str:
    """Parts and then the taps; the taps first where all of it would not go into one message."""
    body, last = "\n\n".join(filter(None, parts)), "\n".join(filter(None, taps))
    whole = f"{body}\n\n{last}"
    return whole if len(whole.encode()) <= TEXT_LIMIT_BYTES else f"{last}\n\n{body}"


def field_name(turn: Turn, field: str) -> str:
    """What a field is called."""
    return turn.say(f"materials.field_{field}")


def _worded(turn: Turn, name: str) -> tuple[str, str]:
    said = turn.say(f"materials.choice_{name}")
    return said, said


def _field(turn: Turn, writing: Writing, field: str) -> tuple[str, str]:
    name, value = field_name(turn, field), preview.value(turn, writing, field)
    short = value if len(value) <= LONGEST_VALUE else turn.say("materials.cut", text=value[:LONGEST_VALUE])
    return name, turn.say("materials.field_line", name=name, value=short)


def _homes(turn: Turn, _writing: Writing) -> list[tuple[str, str]]:
    homes = authors.tops(turn.db, turn.person, now=turn.now)
    return [(str(number), f"{number}. {path.rpartition('/')[2]}") for number, (_, path) in enumerate(homes, 1)]


def _kinds(_turn: Turn, _writing: Writing) -> list[tuple[str, str]]:
    return [(name, name) for name in words().kinds.name_of.values()]


def _rights(turn: Turn, writing: Writing) -> list[tuple[str, str]]:
    return [
        (letter, turn.say("quiz.option", letter=letter, text=choice["text"]))
        for letter, choice in zip(LETTERS, writing.body["choices"], strict=False)
    ]


def _answers(turn: Turn, writing: Writing) -> list[tuple[str, str]]:
    kind, options = writing.body.get("kind"), writing.body.get("options", [])
    if kind == "judge":
        truth = words().truth.name_of
        return [(truth[each], truth[each]) for each in ("right", "wrong")]
    if kind == "fill":
        return []
    lettered = [
        _picked(turn, writing, letter, turn.say("quiz.option", letter=letter, text=text))
        for letter, text in zip(LETTERS, options, strict=False)
    ]
    return [*lettered, _worded(turn, DONE)] if kind == fields.SEVERAL else lettered


def _topics(turn: Turn, writing: Writing) -> list[tuple[str, str]]:
    topics, areas = frame(turn).topics, turn.content.topics.called
    if writing.area:
        return [(topic, topic) for topic, area in topics.items() if area == writing.area]
    said = str(writing.body.get("stem") or writing.body.get("title") or "")
    likely = [topic for topic in topics if topic in said][:LIKELY]
    return [*((each, each) for each in likely), *((name, turn.say("materials.area", name=name)) for name in areas)]


def _trades_offered(turn: Turn, writing: Writing) -> list[str]:
    """Those of the Party for its topics, the others for the rest; whoever wants another types it."""
    held, shown = frame(turn), turn.content.topics.trades_shown
    party = held.topics.get(str(writing.body.get("topic", ""))) == PARTY
    if not held.members_only:
        return list(shown)
    return [each for each in shown if each == shown[0] or (each in held.members_only) == party]


def _trades(turn: Turn, writing: Writing) -> list[tuple[str, str]]:
    offered = dict.fromkeys([*_trades_offered(turn, writing), *writing.picked])
    return [*(_picked(turn, writing, each, each) for each in offered), _worded(turn, DONE)]


def _picked(turn: Turn, writing: Writing, says: str, label: str) -> tuple[str, str]:
    return says, turn.say("materials.ticked", label=label) if says in writing.picked else label


def _of_batch(turn: Turn, writing: Writing) -> str:
    """What is asked for once for those of the pasted questions that do not say it; empty for anything else."""
    if writing.kind != PASTE or writing.at not in writing.lacks:
        return ""
    return turn.say(f"materials.batch_{writing.at}", count=pasting.lacking(writing).get(writing.at, 0))


def _present(turn: Turn, writing: Writing) -> str:
    """What the field says already: while it is mended, and when he has gone back to it."""
    groups = ("source", "law") if writing.at == "source" else ("choices",) if writing.at == "then" else (writing.at,)
    if writing.at == "trades" and not writing.changing:
        return ""  # with all its taps it would go over into a second message
    if writing.at not in fields.changeable(writing) or all(writing.body.get(each) in (None, "", []) for each in groups):
        return ""
    if writing.at == "then" and not any(each["then"] for each in writing.body["choices"]):
        return ""
    value = preview.value(turn, writing, writing.at)
    return turn.say("materials.present", value=value) if value else ""


_TAPPED: dict[str, _Choices] = {
    HOME: _homes,
    LINES: lambda turn, _: [_worded(turn, DONE)],
    "unit": lambda turn, _: [_worded(turn, SKIP)],
    "why": lambda turn, writing: [_worded(turn, SKIP)] if writing.kind == PASTE else [],
    "source": lambda turn, writing: [_worded(turn, SKIP)] if writing.kind == PASTE else [],
    "kind": _kinds,
    "answer": _answers,
    "right": _rights,
    "topic": _topics,
    "trades": _trades,
}
