"""The template and the export as a workbook: a sheet for each kind, explanations, lists to choose from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.services.exchange import values
from bot.services.materials.frame import Frame
from bot.services.sheets import book
from content.bank import LETTERS
from content.exchange import KINDS, ExchangeWords

_WIDE = {"stem": 48, "why": 48, "text": 60, "story": 60, "source": 28, "then_a": 40, "then_b": 40, "then_c": 40}


def template(file: Path, words: ExchangeWords, frame: Frame, notes: tuple[str, list[str]]) -> None:
    """An empty workbook with a few samples, plainly marked; what is marked so is passed over when it comes back."""
    book.save(file, [_leaf(kind, words.samples[kind], words, frame) for kind in KINDS], notes=notes)


def save(
    file: Path,
    pieces: Iterable[tuple[str, str, Mapping[str, Any]]],
    words: ExchangeWords,
    frame: Frame,
    notes: tuple[str, list[str]],
) -> None:
    """Pieces (kind, id, body) on the sheets of the template, to be mended and brought back."""
    rows: dict[str, list[list[str]]] = {kind: [] for kind in KINDS}
    for kind, key, body in pieces:
        told = {"id": key} | _ROWS[kind](body, words)
        rows[kind].append([told.get(column, "") for column in words.columns[kind].name_of])
    book.save(file, [_leaf(kind, rows[kind], words, frame) for kind in KINDS], notes=notes)


def _leaf(kind: str, rows: Sequence[Sequence[str]], words: ExchangeWords, frame: Frame) -> book.Leaf:
    columns = list(words.columns[kind].name_of)
    lists = {
        "kind": list((words.card_kinds if kind == "card" else words.kinds).name_of.values()),
        "level": list(words.levels.name_of.values()),
        "topic": list(frame.topics),
        "trades": sorted(frame.trades),
        "trade": sorted(frame.trades),
    }
    return book.Leaf(
        words.sheets.name_of[kind],
        [list(words.columns[kind].name_of.values()), *rows],
        widths={columns.index(name): width for name, width in _WIDE.items() if name in columns},
        choices={columns.index(name): values_ for name, values_ in lists.items() if name in columns},
        wrapped=True,
    )


def _shared(body: Mapping[str, Any]) -> dict[str, str]:
    names = ("title", "text", "source", "law", "article", "topic", "ask", "lesson", "trade")
    told = {name: str(body[name]) for name in names if body.get(name)}
    return told | {"trades": values.LISTED.join(body.get("trades") or [])}


def _question(body: Mapping[str, Any], words: ExchangeWords) -> dict[str, str]:
    told = {name: str(body[name]) for name in ("stem", "why", "point", "unit") if body.get(name)}
    options = zip(LETTERS, body.get("options") or [], strict=False)
    return (
        _shared(body)
        | told
        | {f"option_{letter.lower()}": option for letter, option in options}
        | {
            "kind": words.kinds.name_of[body["kind"]],
            "answer": values.said_answer(body, words),
            "level": str(body["level"]),
        }
    )


def _case(body: Mapping[str, Any], _words: ExchangeWords) -> dict[str, str]:
    told = _shared(body) | {"story": "\n".join(body["story"]), "right": str(body["right"])}
    for letter, choice in zip(LETTERS, body["choices"], strict=False):
        told |= {f"choice_{letter.lower()}": choice["text"], f"then_{letter.lower()}": choice["then"]}
    return told


def _lesson(body: Mapping[str, Any], _words: ExchangeWords) -> dict[str, str]:
    return _shared(body)


def _card(body: Mapping[str, Any], words: ExchangeWords) -> dict[str, str]:
    return _shared(body) | {"kind": words.card_kinds.name_of[body["kind"]]}


_ROWS = {"question": _question, "lesson": _lesson, "case": _case, "card": _card}
