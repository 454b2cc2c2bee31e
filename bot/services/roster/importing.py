"""A roster taken in: everything checked and compared first, then written in a few statements, all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from bot.db import chance
from bot.db.upsert import table as plain_table
from bot.errors import Refusal
from bot.models import AuditLine, Grant, Member, Unit
from bot.services import audience, audit, units
from bot.services.joining import binding
from bot.services.roster import lines, renaming
from bot.services.roster.heading import Table
from bot.services.roster.lines import UNITS, Line, Problem
from bot.services.roster.places import Places
from bot.services.sheets.sheet import Row
from content.mine import MineWords
from content.spelling import same

Watch = Callable[[Sequence[Row]], Iterable[Row]]
_KINDS = {"unit": "", "group": "group", "section": "", "crew": "crew"}
_TEXTS = ("trade", "shift", "political", "position", "phone")
_COLUMN = {name: f"{name}_id" if name in UNITS else name for name in (*UNITS, *_TEXTS)}


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a roster is to be taken in."""

    mine: str = ""
    """Where a unit written without its path belongs, if the file does not tell."""
    leavers: bool = False
    skip_bad: bool = False
    dry_run: bool = False
    renames: bool = False
    """Another name for a known number is the same person's, spelt anew: his phone and his roles stay his."""


@dataclass(slots=True)
class Report:
    """What a roster does, or would do; lists hold line numbers."""

    added: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)
    back: list[int] = field(default_factory=list)
    """Of the changed: who had left before."""
    refused: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)
    unknown_words: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    new_units: list[str] = field(default_factory=list)
    absent: int = 0
    """People of the same units whom the file does not have."""
    left: int = 0
    """Of the absent: marked as having left now."""
    left_with_roles: int = 0
    moved: dict[int, str] = field(default_factory=dict)
    """Of the changed: by member, the name of the unit he belongs to now."""
    passed_on: list[int] = field(default_factory=list)
    """People whose phones had a number that is somebody else's now."""
    written: bool = False


@dataclass(frozen=True, slots=True)
class _Known:
    """A member as he stands, his units as paths."""

    id: int
    alias: str
    name: str
    left: bool
    unit_ids: dict[str, int | None]
    values: dict[str, str]


@dataclass(slots=True)
class _Plan:
    """What is to be written."""

    new: list[Line] = field(default_factory=list)
    changed: list[tuple[Line, _Known]] = field(default_factory=list)
    left: list[_Known] = field(default_factory=list)
    passed_on: list[_Known] = field(default_factory=list)
    """Whose numbers are other people's now: their phones and roles go."""


def take_in(
    db: Session, table: Table, words: MineWords, wishes: Wishes, *, by: str, now: datetime, watch: Watch = iter
) -> Report:
    """Check all lines, then write them. With a line refused nothing is written, unless bad ones are to be skipped."""
    paths = dict(db.execute(select(Unit.id, Unit.path)).all())
    checked = lines.check(table, words, Places(paths.values(), words, mine=wishes.mine), watch(table.rows))
    report = Report(
        refused=checked.refused,
        warnings=checked.warnings,
        skipped=checked.skipped,
        unknown_words=checked.unknown_words,
    )
    known = _known(db, paths)
    good = _refuse_shortened(table, checked.lines, known, report)
    plan = _planned(db, table, good, known, report, renames=wishes.renames)
    gone = _absent(good, known)
    report.absent = len(gone)
    if wishes.leavers and gone:
        _let_go(db, plan, gone, report, skip_bad=wishes.skip_bad)
    report.refused.sort(key=lambda problem: problem.line)
    report.new_units = _new_units(plan, paths.values())
    if not wishes.dry_run and (wishes.skip_bad or not report.refused):
        _write(db, plan, words, report, by=by, now=now)
        report.written = True
    return report


def _known(db: Session, paths: dict[int, str]) -> dict[str, _Known]:
    columns = [getattr(Member, name) for name in ("id", "alias", "staff_no", "name", "left_at", *_COLUMN.values())]
    found = {}
    for row in db.execute(select(*columns)).mappings():
        ids = {name: row[_COLUMN[name]] for name in UNITS}
        values = {name: paths.get(ids[name], "") for name in UNITS} | {name: row[name] for name in _TEXTS}
        found[row["staff_no"]] = _Known(row["id"], row["alias"], row["name"], row["left_at"] is not None, ids, values)
    return found


def _refuse_shortened(table: Table, good: list[Line], known: dict[str, _Known], report: Report) -> list[Line]:
    """A number that lost its zeros would make a second person of somebody who is there already."""
    by_digits = {number.lstrip("0"): number for number in known if number.isdigit() and number.startswith("0")}
    kept = []
    for line in good:
        meant = by_digits.get(line.staff_no, "")
        if meant and line.staff_no not in known and known[meant].name == line.name:
            told = {"said": line.staff_no, "meant": meant, "name": line.name}
            report.refused.append(Problem(line.number, table.headings["staff_no"], "roster.zeros_of_known", told))
        else:
            kept.append(line)
    return kept


def _planned(
    db: Session, table: Table, good: list[Line], known: dict[str, _Known], report: Report, *, renames: bool
) -> _Plan:
    plan = _Plan()
    renamed: list[tuple[Line, _Known]] = []
    for line in good:
        him = known.get(line.staff_no)
        if him is None:
            plan.new.append(line)
            report.added.append(line.number)
            continue
        if line.name != him.name:
            renamed.append((line, him))
        if him.left:
            report.back.append(line.number)
        if him.left or line.name != him.name or any(_differs(name, text, him) for name, text in line.values.items()):
            plan.changed.append((line, him))
            report.changed.append(line.number)
        else:
            report.unchanged.append(line.number)
    column, hanging = table.headings["name"], renaming.hanging(db) if renamed else {}
    for line, him in renamed:
        problem, passed_on = renaming.weigh(line, him.name, column, hanging.get(him.id), kept=renames)
        report.warnings.append(problem)
        plan.passed_on += [him] * passed_on
    return plan


def _differs(name: str, text: str, him: _Known) -> bool:
    before = him.values[name]
    return same(before) != same(text) if name in UNITS else before != text


def _absent(good: list[Line], known: dict[str, _Known]) -> list[_Known]:
    """Who belongs to the units of the file but is not in it.

    The mine itself stands for its own people only: a list of its leaders says nothing about all the others.
    """
    named = {same(line.values["unit"]) for line in good}
    here = {line.staff_no for line in good}

    def concerned(him: _Known) -> bool:
        names = same(him.values["unit"]).split("/")
        above = {"/".join(names[:count]) for count in range(2, len(names))}
        return "/".join(names) in named or bool(above & named)

    return [him for number, him in known.items() if number not in here and not him.left and concerned(him)]


def _let_go(db: Session, plan: _Plan, gone: list[_Known], report: Report, *, skip_bad: bool) -> None:
    if not report.refused:
        plan.left, report.left = gone, len(gone)
        holding = set(db.execute(select(Grant.member_id)).scalars())
        report.left_with_roles = sum(him.id in holding for him in gone)
    elif skip_bad:  # somebody whose line is wrong is not somebody who left
        report.warnings.append(Problem(0, "", "roster.leavers_wait", {"absent": len(gone)}))


def _new_units(plan: _Plan, paths: Iterable[str]) -> list[str]:
    known = {same(path) for path in paths}
    wanted = {
        "/".join(path.split("/")[: count + 1])
        for line in (*plan.new, *(line for line, _ in plan.changed))
        for name in UNITS
        if (path := line.values.get(name, ""))
        for count in range(path.count("/") + 1)
    }
    return sorted(path for path in wanted if same(path) not in known)


def _write(db: Session, plan: _Plan, words: MineWords, report: Report, *, by: str, now: datetime) -> None:
    touched = [*plan.new, *(line for line, _ in plan.changed)]
    kinds = {line.values[name]: kind for name, kind in _KINDS.items() for line in touched if line.values.get(name)}
    ids = units.ensure_all(db, kinds, words=words)

    def placed(line: Line) -> dict[str, Any]:
        return {
            _COLUMN[name]: (ids[text] if text else None) if name in UNITS else text
            for name, text in line.values.items()
        }

    members = plain_table(Member)
    empty: dict[str, Any] = {"group_id": None, "section_id": None, "crew_id": None, **dict.fromkeys(_TEXTS, "")}
    if plan.new:
        new = [
            {**empty, **placed(line), "alias": chance.hexadecimal(8), "staff_no": line.staff_no, "name": line.name,
             "changed_at": now, "tries": 0}
            for line in plan.new
        ]  # fmt: skip
        db.execute(insert(members), new)
    if plan.changed:
        columns = ["name", *_COLUMN.values()]
        change = update(members).where(members.c.id == bindparam("him"))
        change = change.values(
            {name: bindparam(f"to_{name}") for name in columns} | {"left_at": None, "changed_at": now}
        )
        rows: list[dict[str, Any]] = []
        for line, him in plan.changed:
            stood = {_COLUMN[n]: him.unit_ids[n] if n in UNITS else him.values[n] for n in _COLUMN}
            after = {**stood, **placed(line), "name": line.name}
            rows.append({"him": him.id} | {f"to_{name}": after[name] for name in columns})
        db.execute(change, rows)
    if plan.left:
        change = update(members).where(members.c.id == bindparam("him")).values(left_at=now, changed_at=now)
        db.execute(change, [{"him": him.id} for him in plan.left])
    report.moved = {
        him.id: line.values["unit"].rpartition("/")[2]
        for line, him in plan.changed
        if line.values.get("unit") and _differs("unit", line.values["unit"], him)
    }
    for him in plan.passed_on:
        report.passed_on += binding.pass_on(db, him.id, alias=him.alias, unit_id=him.unit_ids["unit"], by=by, now=now)
    audience.refresh_all(db, now=now)
    _audit(db, plan, report, by=by, now=now)


def _audit(db: Session, plan: _Plan, report: Report, *, by: str, now: datetime) -> None:
    moved = [("roster.left", him) for him in plan.left] + [("roster.back", him) for _, him in plan.changed if him.left]
    if moved:
        moves: list[dict[str, Any]] = [
            {"at": now, "actor": by, "act": act, "subject": him.alias, "unit_id": him.unit_ids["unit"], "detail": {}}
            for act, him in moved
        ]
        db.execute(insert(plain_table(AuditLine)), moves)
    audit.write(
        db,
        "roster.imported",
        actor=by,
        at=now,
        added=len(report.added),
        changed=len(report.changed),
        unchanged=len(report.unchanged),
        refused=len(report.refused),
        left=report.left,
    )
    db.flush()


def member(db: Session, staff_no: str) -> Member:
    """The line of the roster with this number. Raises Refusal when there is none."""
    found = db.execute(select(Member).where(Member.staff_no == staff_no)).scalar_one_or_none()
    if found is None:
        raise Refusal("roster.nobody", said=staff_no)
    return found
