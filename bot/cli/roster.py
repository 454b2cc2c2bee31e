"""`roster import`, `roster export`: the people of the mine, from a spreadsheet and back into one."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
from sqlalchemy.orm import Session

import content
from bot import config
from bot.cli.db import refuse_old_tables
from bot.cli.say import sentence
from bot.db import Database
from bot.errors import Refusal
from bot.services import shifts
from bot.services.audit import OPERATOR
from bot.services.joining import binding
from bot.services.roster import exporting, heading
from bot.services.roster.heading import Table
from bot.services.roster.importing import Report, Wishes, take_in
from bot.services.roster.lines import Problem
from bot.services.sheets import sheet
from bot.services.sheets.sheet import Row
from bot.simulated import clock_of_command

MOST_NAMES = 20


@click.group("roster")
def roster_group() -> None:
    """The people of the mine."""


@roster_group.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check and compare, write nothing.")
@click.option("--leavers", is_flag=True, help="People of the file's units who are not in it have left the mine.")
@click.option("--skip-bad", is_flag=True, help="Take the good lines though others are refused.")
@click.option("--renames", is_flag=True, help="Changed names are corrections: keep phones bound and roles held.")
@click.pass_obj
def import_(path: Path | None, /, file: Path, **options: bool) -> None:
    """Take in an xlsx or csv: new people by staff number, changes of those known."""
    settings = config.load(path)
    words = content.load().mine
    table = heading.find(sheet.read(file), words)
    _announce(table)
    wishes = Wishes(settings.mine.name, **options)
    database = Database(settings.database)
    try:
        refuse_old_tables(database, path)
        begin = database.read if wishes.dry_run else database.write
        with begin() as connection, Session(bind=connection) as db:
            now = clock_of_command(settings)()
            report = take_in(db, table, words, wishes, by=OPERATOR, now=now, watch=_watch)
            if report.written:
                shifts.presets.refresh(db, content.load().shifts, now=now)
            if report.moved:
                binding.moved(db, content.load().say, report.moved, now=now)
            if report.passed_on:
                binding.passed_on(db, content.load().say, report.passed_on, now=now)
            db.flush()
    finally:
        database.close()
    _tell(report)
    if report.written:
        click.echo(sentence("roster.done"))
    elif report.refused and not (wishes.dry_run and wishes.skip_bad):
        key = "roster.would_refuse" if wishes.dry_run else "roster.nothing_written"
        raise Refusal(key, count=len({problem.line for problem in report.refused}))
    else:
        click.echo(sentence("roster.tried"))


@roster_group.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def export(path: Path | None, file: Path) -> None:
    """Everybody of the mine as xlsx or csv, by the file's suffix; the headings alone while there is nobody."""
    words = content.load().mine
    notes = sentence("roster.notes", six=" ".join(words.political.name_of.values())).splitlines()
    database = Database(config.load(path).database)
    try:
        refuse_old_tables(database, path)
        with database.read() as connection, Session(bind=connection) as db:
            explained = (sentence("roster.notes_sheet"), notes)
            count = exporting.save(db, file, words, title=sentence("roster.people_sheet"), explained=explained)
    finally:
        database.close()
    click.echo(sentence("roster.saved" if count else "roster.empty", count=count, file=file))


def _watch(rows: Sequence[Row]) -> Iterable[Row]:
    with click.progressbar(rows, label=sentence("roster.reading"), hidden=not sys.stdout.isatty()) as bar:
        yield from bar


def _announce(table: Table) -> None:
    if table.sheet:
        click.echo(sentence("roster.sheet", name=table.sheet))
    if table.other_sheets:
        click.echo(sentence("roster.other_sheets", names=_few(table.other_sheets)))
    if table.unknown:
        click.echo(sentence("roster.unknown_columns", names=_few(table.unknown)))


def _tell(report: Report) -> None:
    for problem in report.warnings:
        click.echo(sentence("roster.warned", problem=_worded(problem)))
    for (column, word), numbers in report.unknown_words.items():
        click.echo(sentence(f"roster.unknown_{column}", word=word, lines=_lines(numbers)))
    if report.skipped:
        click.echo(sentence("roster.skipped", lines=_lines(report.skipped)))
    if report.new_units:
        click.echo(sentence("roster.new_units", count=len(report.new_units), names=_few(report.new_units)))
    click.echo(sentence("roster.added", count=len(report.added), lines=_behind(report.added)))
    click.echo(sentence("roster.changed", count=len(report.changed), lines=_behind(report.changed)))
    if report.back:
        click.echo(sentence("roster.back", count=len(report.back), lines=_behind(report.back)))
    click.echo(sentence("roster.unchanged", count=len(report.unchanged), lines=_behind(report.unchanged)))
    bad = sorted({problem.line for problem in report.refused})
    click.echo(sentence("roster.refused", count=len(bad), lines=_behind(bad)))
    for problem in report.refused:
        click.echo(_worded(problem))
    if report.left:
        click.echo(sentence("roster.left", count=report.left))
        if report.left_with_roles:
            click.echo(sentence("roster.left_with_roles", count=report.left_with_roles))
    elif report.absent and not report.refused:
        click.echo(sentence("roster.absent", count=report.absent))


def _worded(problem: Problem) -> str:
    what = sentence(problem.key, **problem.values)
    if not problem.line:
        return sentence("roster.problem_of_all", what=what)
    return sentence("roster.problem", line=problem.line, column=problem.column, what=what)


def _behind(numbers: list[int]) -> str:
    return sentence("roster.in_brackets", lines=_lines(numbers)) if numbers else ""


def _lines(numbers: list[int]) -> str:
    """Line numbers with runs drawn together: 3-9 12."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    said = [f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs]
    return sentence("roster.lines", numbers=" ".join(said))


def _few(names: list[str]) -> str:
    shown = " ".join(names[:MOST_NAMES])
    return shown if len(names) <= MOST_NAMES else sentence("roster.and_more", names=shown)
