"""`grant`, `revoke`, `grants`: who may do what where; what is given here takes effect at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

import content
from bot import config
from bot.cli.db import refuse_old_tables
from bot.cli.say import sentence
from bot.db import Database
from bot.errors import Refusal
from bot.models import Grant, Member, Person, Unit
from bot.services import audience, grants, units
from bot.services.audit import OPERATOR
from bot.services.roster.importing import member
from bot.simulated import clock_of_command
from content.mine import MineWords
from content.spelling import staff_number

OF_DEPARTMENTS = ("department", "safety_office", "discipline", "dispatcher", "on_duty", "party_office", "operator")


@click.command("grant")
@click.argument("staff_no")
@click.argument("role")
@click.argument("unit")
@click.option("--new-unit", is_flag=True, help="Make the unit, written as a whole path, where there is none.")
@click.pass_obj
def grant(path: Path | None, staff_no: str, role: str, unit: str, new_unit: bool) -> None:
    """Give a role on a unit, which holds for everything below it."""
    words = content.load().mine
    with session(path) as (db, now):
        him = member(db, staff_number(staff_no))
        role = _role(role, words)
        by_path = role in OF_DEPARTMENTS and "/" in unit  # no roster need name them
        known = units.find(db, unit) if new_unit or by_path else units.get(db, unit)
        there = known or units.ensure(db, unit, words=words)
        if known is None:
            click.echo(sentence("grants.new_unit", unit=there.path))
        fresh = grants.grant(db, him, role, there, by=OPERATOR, now=now)
        audience.refresh_member(db, him.id, now=now)
        told = {"name": him.name, "staff_no": him.staff_no, "role": words.roles.name_of[role], "unit": there.path}
        click.echo(sentence("grants.given" if fresh else "grants.given_before", **told))
        if db.execute(select(Person.id).where(Person.member_id == him.id)).first() is None:
            click.echo(sentence("grants.not_bound"))


@click.command("revoke")
@click.argument("staff_no")
@click.argument("role")
@click.argument("unit")
@click.pass_obj
def revoke(path: Path | None, staff_no: str, role: str, unit: str) -> None:
    """Take a role on a unit back."""
    words = content.load().mine
    with session(path) as (db, now):
        him = member(db, staff_number(staff_no))
        role, there = _role(role, words), units.get(db, unit)
        grants.revoke(db, him, role, there, by=OPERATOR, now=now)
        audience.refresh_member(db, him.id, now=now)
        told = {"name": him.name, "staff_no": him.staff_no, "role": words.roles.name_of[role], "unit": there.path}
        click.echo(sentence("grants.taken", **told))


@click.command("grants")
@click.option("--unit", help="Only on this unit and below it.")
@click.pass_obj
def list_(path: Path | None, unit: str | None) -> None:
    """Who holds which role on which unit."""
    words = content.load().mine
    with session(path) as (db, _):
        rows = (
            select(Grant, Member, Unit, Person.id)
            .join(Member, Grant.member_id == Member.id)
            .join(Unit, Grant.unit_id == Unit.id)
            .join(Person, Person.member_id == Member.id, isouter=True)
            .order_by(Unit.path, Grant.role, Member.staff_no)
        )
        if unit is not None:
            rows = rows.where(Grant.unit_id.in_(units.below(db, units.get(db, unit).id)))
        found = db.execute(rows).all()
        for held, him, there, phone in found:
            click.echo(
                sentence(
                    "grants.line",
                    unit=there.path,
                    role=words.roles.name_of.get(held.role, held.role),
                    name=him.name,
                    staff_no=him.staff_no,
                    state=_state(held, him, phone),
                )
            )
        if not found:
            click.echo(sentence("grants.none"))


@contextmanager
def session(path: Path | None, *, writes: bool = True) -> Iterator[tuple[Session, datetime]]:
    """A transaction on the configured database and its time, committed on leaving. Raises Refusal while its tables are old.

    One that does not write keeps nobody waiting.
    """
    settings = config.load(path)
    database = Database(settings.database)
    try:
        refuse_old_tables(database, path)
        with database.write() if writes else database.read() as connection, Session(bind=connection) as db:
            yield db, clock_of_command(settings)()
            db.flush()
    finally:
        database.close()


def _role(said: str, words: MineWords) -> str:
    role = words.roles.find(said)
    if role is None:
        known = " ".join(f"{name}({key})" for key, name in words.roles.name_of.items())
        raise Refusal("grants.unknown_role", said=said, roles=known)
    return role


def _state(held: Grant, him: Member, phone: int | None) -> str:
    if him.left_at is not None:
        return sentence("grants.gone")
    if him.frozen_at is not None:
        return sentence("grants.frozen")
    if held.confirmed_at is None:
        return sentence("grants.waiting")
    return sentence("grants.in_force" if phone is not None else "grants.unbound")
