"""`content import`, `content export`, `content names`: the mine's own material, in and out."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

import content
from bot import config
from bot.cli.content_verbs import content_group
from bot.cli.grants import session
from bot.cli.say import sentence
from bot.errors import Refusal
from bot.models import Material, Unit
from bot.services import units
from bot.services.audit import OPERATOR
from bot.services.exchange import files, paper
from bot.services.exchange.drafts import Draft, Problem
from bot.services.exchange.importing import Report, Wishes, check, keep
from bot.services.materials import desk, names
from bot.services.materials.frame import Frame
from bot.services.roster.importing import member
from bot.services.sheets import sheet
from content.exchange import ExchangeWords
from content.mine import MineWords
from content.problem import read_toml
from content.spelling import same, staff_number, unit_path

MOST_NAMES = 20


@content_group.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--unit", default="", help="Whose it is: a path or a name that only one unit has; else the whole mine's.")
@click.option("--new-unit", is_flag=True, help="Make the unit, written as a whole path, where there is none.")
@click.option("--author", default="", help="Staff number of who wrote it; he may not review it.")
@click.option("--topic", default="", help="Topic of whatever names none.")
@click.option("--source", default="", help="Source of whatever names none.")
@click.option("--trades", default="", help="Trades of whatever names none, separated by commas.")
@click.option("--why", default="", help="Explanation of every question that has none.")
@click.option("--dry-run", is_flag=True, help="Check, write nothing.")
@click.option("--skip-bad", is_flag=True, help="Take the good ones though others are refused.")
@click.pass_obj
def import_(
    path: Path | None, /, file: Path, unit: str, author: str, trades: str, *, new_unit: bool, **options: Any
) -> None:
    """Take in questions, lessons, cases and cards as drafts: .xlsx .csv .docx .txt .gift .xml."""
    read, words = content.load(), _words()
    found = files.read(file, words)
    if found.unknown:
        click.echo(sentence("exchange.unknown_columns", names=" ".join(found.unknown[:MOST_NAMES])))
    given = tuple(each for each in trades.replace(chr(0xFF0C), ",").split(",") if each)
    with session(path, writes=False) as (db, now):
        alias = member(db, staff_number(author)).alias if author else OPERATOR
        mine = config.load(path).mine.name
        new_unit = new_unit and bool(unit)
        unit_id = _to_be_below(db, unit, mine) if new_unit else _unit(db, unit, mine)
        wishes = Wishes(unit_id, alias, trades=given, again=True, **options)
        report = check(db, found, read.bank, Frame.of(read), wishes, watch=_watch)
    if not wishes.dry_run and report.good and (wishes.skip_bad or not report.refused):
        with session(path) as (db, now):
            if new_unit:
                wishes = replace(wishes, unit_id=_made(db, unit, read.mine))
            keep(db, report, read.bank, Frame.of(read), wishes, now=now)
    _tell(report)
    _conclude(report, wishes)


@content_group.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--own", is_flag=True, help="Only what the mine wrote itself, in its newest version.")
@click.option("--template", is_flag=True, help="An empty .xlsx to fill in, with samples.")
@click.pass_obj
def export(path: Path | None, file: Path, own: bool, template: bool) -> None:
    """Questions by suffix: .json .gift .xml .xlsx; .zip is the whole folder."""
    suffix = file.suffix.lower()
    if suffix not in (".zip", ".json", ".gift", ".xml", ".xlsx") or (template and suffix != ".xlsx"):
        raise Refusal("exchange.export_suffix", file=file)
    if suffix == ".zip":
        shutil.make_archive(str(file.with_suffix("")), "zip", content.HERE)
        click.echo(sentence("operator.exported", file=file))
        return
    read, notes = content.load(), (sentence("exchange.notes_sheet"), sentence("exchange.notes").splitlines())
    if template:
        paper.template(file, _words(), Frame.of(read), notes)
        click.echo(sentence("exchange.template_saved", file=file))
        return
    pieces = _own(path) if own else [("question", entry["id"], entry) for entry in _disk()]
    questions = [{**body, "id": key} for kind, key, body in pieces if kind == "question"]
    if suffix == ".xlsx":
        paper.save(file, pieces, _words(), Frame.of(read), notes)
    elif suffix == ".json":
        file.write_text(json.dumps(questions, ensure_ascii=False, indent=1), "utf-8")
    else:
        files.write(file, questions)
    click.echo(sentence("exchange.saved", file=file, count=len(pieces if suffix == ".xlsx" else questions)))


@content_group.command("names")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.pass_obj
def names_(path: Path | None, file: Path | None) -> None:
    """Take in the list of names and titles that Party text is read against, or print it."""
    with session(path) as (db, _now):
        if file is not None:
            count = names.replace(db, _name_lines(file))
            click.echo(sentence("exchange.names_saved", count=count))
            return
        listed = names.known(db)
    for name, title in listed:
        click.echo(sentence("exchange.name_line", name=name, title=title))
    if not listed:
        click.echo(sentence("exchange.names_empty"))


def _words() -> ExchangeWords:
    return ExchangeWords.read(content.HERE / "exchange.toml")


def _conclude(report: Report, wishes: Wishes) -> None:
    """What came of it, and what to do next. Raises Refusal where nothing could be taken for what is wrong."""
    new = report.added + report.changed
    if report.bad and not wishes.skip_bad:
        raise Refusal("exchange.would_refuse" if wishes.dry_run else "exchange.nothing_written", count=report.bad)
    if report.bad and not new:
        raise Refusal("exchange.bad_and_same" if report.unchanged else "exchange.all_bad", count=report.bad)
    if wishes.dry_run:
        click.echo(sentence("exchange.tried"))
    elif new:
        click.echo(sentence("exchange.done", count=new))
    else:
        click.echo(sentence("exchange.all_same" if report.unchanged else "exchange.nothing_new"))


def _made(db: Session, path: str, words: MineWords) -> int:
    """The unit of that path, made where there is none."""
    known = units.find(db, path)
    if known is None:
        known = units.ensure(db, path, words=words)
        click.echo(sentence("grants.new_unit", unit=known.path))
    return known.id


def _to_be_below(db: Session, said: str, mine: str) -> int:
    """The unit of a path or, where there is none yet, the nearest above it, which sees what it must not repeat; 0 for
    the first of a mine. Raises Refusal for what is no path of the mine: a slip of the pen would make another mine.
    """
    if (known := units.find(db, said)) is not None:
        return known.id
    names = unit_path(said).split("/")
    for count in range(len(names) - 1, 0, -1):
        above = db.execute(select(Unit.id).where(Unit.path == "/".join(names[:count]))).scalar()
        if above is not None:
            return above
    if mine and same(names[0]) != same(mine):
        raise Refusal("exchange.no_path", said=said, mine=mine)
    return 0


def _unit(db: Session, said: str, mine: str) -> int:
    if said:
        return units.get(db, said).id
    top = select(Unit.id).where(Unit.parent_id.is_(None)).order_by(Unit.path != mine, Unit.id).limit(1)
    found = db.execute(top).scalar()
    if found is None:
        raise Refusal("exchange.no_unit")
    return found


def _disk() -> Iterator[Mapping[str, Any]]:
    """The questions of the folder with all that is written there."""
    for path in sorted((content.HERE / "questions").glob("*.toml")):
        yield from read_toml(path).get("question", [])


def _own(path: Path | None) -> list[tuple[str, str, Mapping[str, Any]]]:
    with session(path) as (db, _now):
        keys = select(Material.key).where(Material.state != desk.RETIRED).order_by(Material.id)
        rows = [desk.get(db, key) for key in db.execute(keys).scalars().all()]
    return [(row.kind, row.key, row.body) for row in rows]


def _name_lines(file: Path) -> list[tuple[str, str]]:
    """The two columns of the list, under headings named as a roster names them."""
    columns = content.load().mine.columns
    for each in sheet.read(file):
        for row in each.rows:
            at = {columns.find(same(cell.text)): place for place, cell in enumerate(row.cells)}
            if "name" in at and "position" in at:
                below = [line for line in each.rows if line.number > row.number]
                return [(line.at(at["name"]).text, line.at(at["position"]).text) for line in below]
    raise Refusal("exchange.names_no_heading", name=columns.name_of["name"], title=columns.name_of["position"])


def _watch(drafts: Sequence[Draft]) -> Iterable[Draft]:
    with click.progressbar(drafts, label=sentence("exchange.reading"), hidden=not sys.stdout.isatty()) as bar:
        yield from bar


def _tell(report: Report) -> None:
    for problem in report.refused:
        click.echo(_worded(problem))
    for problem in report.notes:
        click.echo(sentence("exchange.noted", problem=_worded(problem)))
    if report.skipped:
        click.echo(sentence("exchange.skipped", count=len(report.skipped)))
    if report.unwritten:
        click.echo(sentence("exchange.unwritten", count=report.unwritten))
    counts = {"added": report.added, "changed": report.changed, "unchanged": report.unchanged, "refused": report.bad}
    click.echo(sentence("exchange.counted", **counts))


def _worded(problem: Problem) -> str:
    what = sentence(problem.key, **problem.values)
    told = {"line": problem.line, "what": what}
    if problem.title:
        told |= {"number": problem.number, "title": problem.title, "column": problem.column}
        return sentence("exchange.problem_titled", **told)
    if problem.nth:
        key = "exchange.problem_nth" if problem.column else "exchange.problem_whole_nth"
        return sentence(key, nth=problem.nth, **told, **({"column": problem.column} if problem.column else {}))
    if problem.column:
        if problem.sheet:
            return sentence("exchange.problem_on", sheet=problem.sheet, column=problem.column, **told)
        return sentence("exchange.problem", column=problem.column, **told)
    if problem.sheet:
        return sentence("exchange.problem_whole_on", sheet=problem.sheet, **told)
    return sentence("exchange.problem_whole", **told)


__all__ = ["content_group", "export", "import_", "names_"]
