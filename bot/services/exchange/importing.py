"""Drafts taken in: every one checked first, then all of them written, or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.services.exchange import known, values
from bot.services.exchange.drafts import Draft, Problem, Read
from bot.services.exchange.known import Known
from bot.services.materials import bodies, desk
from bot.services.materials.bodies import Fault
from bot.services.materials.frame import Frame
from content.bank import Bank

LONGEST_POINT = 20
Watch = Callable[[Sequence[Draft]], Iterable[Draft]]


@dataclass(frozen=True, slots=True)
class Wishes:
    """How drafts are to be taken in, and what is meant where a file says nothing."""

    unit_id: int = 0
    author: str = ""
    dry_run: bool = False
    skip_bad: bool = False
    topic: str = ""
    source: str = ""
    trades: tuple[str, ...] = ()
    why: str = ""
    again: bool = False
    """What is here already, word for word, is passed over; else it is refused as a double."""


@dataclass(slots=True)
class Report:
    """What an import does, or would do."""

    refused: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    good: list[Draft] = field(default_factory=list)
    same: list[Draft] = field(default_factory=list)
    """Those that are here already as they are: nothing is done with them."""
    skipped: list[int] = field(default_factory=list)
    bad: int = 0
    """How many pieces are refused; one may have several faults."""
    unwritten: int = 0
    """How many of the good ones want something written before they are handed in."""
    unchanged: int = 0
    changed: int = 0
    added: int = 0
    written: bool = False


def take_in(
    db: Session, found: Read, bank: Bank, frame: Frame, wishes: Wishes, *, now: datetime, watch: Watch = iter
) -> Report:
    """Check all drafts, then write them as drafts of the unit. With one refused nothing is written, unless bad ones
    are to be skipped.
    """
    report = check(db, found, bank, frame, wishes, watch=watch)
    if not wishes.dry_run:
        keep(db, report, bank, frame, wishes, now=now)
    return report


def check(db: Session, found: Read, bank: Bank, frame: Frame, wishes: Wishes, *, watch: Watch = iter) -> Report:
    """All drafts held against everything, none written: it needs no more than to look, however long it takes."""
    report = Report(refused=list(found.refused), skipped=found.skipped, bad=len(found.refused))
    strangers: set[str] = set()
    for draft in found.drafts:
        draft.unsaid = frozenset(name for name in known.UNSAID if draft.body.get(name) in (None, "", []))
        _fill_in(draft, frame, wishes, strangers)
    here = known.look(db, bank, wishes.unit_id, found.drafts, again=wishes.again)
    first: dict[str, Draft] = {}
    for draft in watch(found.drafts):
        if here.has(draft, again=wishes.again):
            report.same.append(draft)
            first.setdefault(known.name_of(draft.kind, draft.body), draft)
            continue
        wrong = _faults(draft, frame, here, first)
        report.notes += [draft.problem(each) for each in draft.notes]
        if wrong:
            report.refused += [draft.problem(each) for each in wrong]
            report.bad += 1
            continue
        report.good.append(draft)
        lacking = bodies.faults(draft.kind, draft.body, frame) if draft.may_wait else []
        report.notes += [draft.problem(each) for each in lacking]
        report.unwritten += bool(lacking)
    report.refused.sort(key=lambda problem: (problem.sheet, problem.line, problem.nth))
    _count(report, here)
    return report


def keep(db: Session, report: Report, bank: Bank, frame: Frame, wishes: Wishes, *, now: datetime) -> None:
    """Write what `check` found good, as the wishes have it; what others wrote meanwhile is looked at once more."""
    here = known.look(db, bank, wishes.unit_id, report.good, again=False)
    first: dict[str, Draft] = {known.name_of(draft.kind, draft.body): draft for draft in report.same}
    clashing = [(draft, wrong) for draft in report.good if (wrong := _clashes(draft, here, first))]
    if clashing:
        report.refused += [draft.problem(each) for draft, wrong in clashing for each in wrong]
        report.bad += len(clashing)
        taken = [id(draft) for draft, _ in clashing]
        report.good = [draft for draft in report.good if id(draft) not in taken]
        _count(report, here)
    if wishes.skip_bad or not report.refused:
        _write(db, report, here, frame, wishes, now=now)
        report.written = True


def _fill_in(draft: Draft, frame: Frame, wishes: Wishes, strangers: set[str]) -> None:
    body = draft.body
    _ours_first(draft, frame, wishes, strangers)
    if wishes.why and draft.kind == "question" and not body.get("why"):
        body["why"] = wishes.why
    if wishes.topic and not body.get("topic"):
        body["topic"] = wishes.topic
    if wishes.source and not body.get("source") and not body.get("law"):
        body["source"] = wishes.source
    if "trades" in body and not body["trades"]:
        body["trades"] = list(wishes.trades)
    if draft.kind == "question":
        if not body.get("point"):
            body["point"] = values.folded(str(body.get("stem", "")))[:LONGEST_POINT]
        if body.get("level") in (None, ""):
            body["level"] = 2
    draft.body = bodies.without_unit({name: value for name, value in body.items() if value not in ("", [])})


def _ours_first(draft: Draft, frame: Frame, wishes: Wishes, strangers: set[str]) -> None:
    """A category or a tag that is none of our topics and trades makes room for what is wished; each is told once."""
    body, topic = draft.body, str(draft.body.get("topic", ""))
    if "topic" in draft.guessed and wishes.topic and topic and topic not in frame.topics:
        if topic not in strangers:
            draft.notes.append(Fault("topic", "exchange.category_not_ours", {"said": topic, "topic": wishes.topic}))
        strangers.add(topic)
        body["topic"] = ""
    if "trades" in draft.guessed:
        ours = [each for each in body.get("trades", []) if each in frame.trades]
        odd = [each for each in body.get("trades", []) if each not in frame.trades]
        if odd and (ours or wishes.trades):
            if new := [each for each in odd if each not in strangers]:
                draft.notes.append(Fault("trades", "exchange.tags_not_ours", {"said": " ".join(new)}))
            strangers.update(odd)
            body["trades"] = ours


def _faults(draft: Draft, frame: Frame, here: Known, first: dict[str, Draft]) -> list[Fault]:
    wrong = list(draft.faults)
    told = {fault.field for fault in wrong}
    waits = draft.may_wait and not draft.id
    wrong += [fault for fault in bodies.faults(draft.kind, draft.body, frame, draft=waits) if fault.field not in told]
    return wrong + _clashes(draft, here, first)


def _clashes(draft: Draft, here: Known, first: dict[str, Draft]) -> list[Fault]:
    """What stands against it in the file itself, and in what there is already."""
    wrong: list[Fault] = []
    if draft.id:
        own = here.own.get(draft.id)
        if own is None:
            wrong.append(Fault("id", "exchange.not_own", {"said": draft.id[:32]}))
        elif own.kind != draft.kind:
            wrong.append(Fault("id", "exchange.other_kind", {"said": draft.id[:32]}))
        elif own.state == desk.IN_REVIEW and own.body != draft.body:
            wrong.append(Fault("id", "materials.in_review", {"key": draft.id}))
        other = first.setdefault(f"id {draft.id}", draft)
        if other is not draft:
            wrong.append(Fault("id", "exchange.id_twice", {"said": draft.id, "line": other.line}))
    if (built_in := here.built_in(draft)) is not None:
        where = next(known.differing(draft, built_in), "id")
        return [*wrong, Fault(where, "exchange.built_in", {"id": built_in.id})]
    name = known.NAMED_BY[draft.kind]
    stem = values.folded(str(draft.body.get(name, "")))
    if not stem:
        return wrong
    other = first.setdefault(known.name_of(draft.kind, draft.body), draft)
    if other is not draft:
        same = Fault(name, "exchange.twice_nth", {"nth": other.nth}) if other.nth else None
        wrong.append(same or Fault(name, "exchange.twice", {"line": other.line}))
    elif draft.kind == "question" and here.stems.get(stem, draft.id) != draft.id:
        wrong.append(Fault(name, "exchange.had_already", {"id": here.stems[stem]}))
    return wrong


def _count(report: Report, here: Known) -> None:
    report.added = report.changed = 0
    report.unchanged = len(report.same)
    for draft in report.good:
        if not draft.id:
            report.added += 1
        elif here.own[draft.id].body == draft.body:
            report.unchanged += 1
        else:
            report.changed += 1


def _write(db: Session, report: Report, here: Known, frame: Frame, wishes: Wishes, *, now: datetime) -> None:
    for kind in desk.KINDS:
        new: list[Mapping[str, Any]] = [each.body for each in report.good if each.kind == kind and not each.id]
        if new:
            desk.write_many(db, kind, new, frame=frame, unit_id=wishes.unit_id, author=wishes.author, now=now)
    changed = {each.id: each.body for each in report.good if each.id and here.own[each.id].body != each.body}
    desk.revise_many(db, changed, frame=frame, author=wishes.author, now=now)
