"""岗位应知应会 by trade, and the tracks of those who hold an office, studied in the order of the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from content.problem import ContentProblem
from content.teaching import entry

KINDS = ("know", "can")
OFFICES = ("secretary", "committee", "crew_leader")
_TEXTS: entry.Limits = {"id": (1, 32), "title": (4, 16), "text": (30, 200), "topic": (1, 12), **entry.GROUNDED}
_CARD = entry.Form(
    "card",
    {**_TEXTS, "trade": (1, 12), "kind": (1, 8)},
    {"evidence": entry.FACTS},
    broken=frozenset({"text"}),
)
_STEP = entry.Form("card", _TEXTS, {"evidence": entry.FACTS}, broken=frozenset({"text"}))


@dataclass(frozen=True, slots=True)
class JobCard:
    """What a man of this trade must know, or be able to do."""

    id: str
    trade: str
    kind: str
    title: str
    text: str
    topic: str
    law: str
    article: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrackCard:
    """One duty or rule of an office."""

    id: str
    office: str
    title: str
    text: str
    topic: str
    law: str
    article: str
    evidence: tuple[str, ...]


def read(folder: Path, amiss: entry.Amiss | None = None) -> Iterator[JobCard]:
    """Every card of `cards/*.toml`, in order. Raises ContentProblem at the first out of form, or tells `amiss`."""
    for path in sorted((folder / "cards").glob("*.toml")):
        yield from entry.read(path, _CARD, _card, amiss)


def tracks(folder: Path, amiss: entry.Amiss | None = None) -> Iterator[TrackCard]:
    """Every card of `tracks/*.toml`, an office a file. Raises ContentProblem, or tells `amiss`."""
    for path in sorted((folder / "tracks").glob("*.toml")):
        if path.stem in OFFICES:
            yield from entry.read(path, _STEP, partial(_step, path.stem), amiss)
        else:
            entry.tell(amiss, ContentProblem(entry.named(path), "-", "unknown_track", ", ".join(OFFICES)))


def _card(file: str, name: str, found: entry.Entry) -> JobCard:
    if found["kind"] not in KINDS:
        raise ContentProblem(file, name, "card_kind", f"kind {found['kind']}")
    return JobCard(
        name,
        found["trade"],
        found["kind"],
        found["title"],
        found["text"].strip("\n"),
        found["topic"],
        found["law"],
        found["article"],
        entry.facts(file, name, found),
    )


def _step(office: str, file: str, name: str, found: entry.Entry) -> TrackCard:
    return TrackCard(
        name,
        office,
        found["title"],
        found["text"].strip("\n"),
        found["topic"],
        found["law"],
        found["article"],
        entry.facts(file, name, found),
    )
