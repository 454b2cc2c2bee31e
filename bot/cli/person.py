"""`person export`, `person erase`, `person release`: the rights of a person, done by the operator for him."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

import content
from bot.cli.grants import session
from bot.cli.say import sentence
from bot.errors import Refusal
from bot.services.audit import OPERATOR
from bot.services.rights import erasing, releasing, telling
from bot.services.roster.importing import member
from content.spelling import staff_number


@click.group("person")
def person_group() -> None:
    """The rights of the person."""


@person_group.command("export")
@click.argument("staff_no")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The JSON file to write.")
@click.pass_obj
def export(path: Path | None, staff_no: str, out: Path) -> None:
    """Everything held of a person, as JSON he can read."""
    read = content.load()
    with session(path) as (db, now):
        him = member(db, staff_number(staff_no))
        told = telling.export(db, read.say, read.mine, now=now, member_id=him.id)
    out.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
    click.echo(sentence("rights.exported", file=out))


@person_group.command("erase")
@click.argument("staff_no")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def erase(path: Path | None, staff_no: str, yes: bool) -> None:
    """Forget a person: account and line of the roster."""
    say = content.load().say
    with session(path) as (db, _):
        him = member(db, staff_number(staff_no))
        asked = sentence("rights.ask_erase", name=him.name, staff_no=him.staff_no)
    # In a script nobody can be asked, and the command says what it does.
    if not yes and sys.stdin.isatty() and not click.confirm(asked):
        raise Refusal("rights.not_erased")
    with session(path) as (db, now):
        him = member(db, staff_number(staff_no))
        stands = erasing.erase(db, say, now=now, actor=OPERATOR, member_id=him.id)
    click.echo(sentence("rights.erased_by_operator"))
    if stands:
        click.echo(sentence("rights.stands", keys=" ".join(stands)))


@person_group.command("release")
@click.argument("staff_no")
@click.pass_obj
def release(path: Path | None, staff_no: str) -> None:
    """End a freeze: all phones of the number are unbound, and its owner binds anew in person."""
    with session(path) as (db, now):
        him = member(db, staff_number(staff_no))
        phones = releasing.release(db, him, by=OPERATOR, now=now)
        click.echo(sentence("rights.released", name=him.name, staff_no=him.staff_no, phones=phones))
