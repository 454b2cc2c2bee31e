"""What a stage's bot knows when the curtain rises: a roster, who may do what, a menu; and what its books hold after."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import psycopg
from sqlalchemy import func, make_url, select
from sqlalchemy.orm import Session

import content
from bot import logs
from bot.cli.menu import REPLY_ONLY, push_menu
from bot.clock import from_epoch
from bot.config import Settings
from bot.db import Database, migrate
from bot.models import Ask, Letter, Member, OutboxItem, Person, ScheduleRun
from bot.services import grants, units
from bot.services.audit import OPERATOR
from bot.services.roster import heading, importing
from bot.services.sheets import sheet
from bot.simulator.stage.stage import Furnishing
from content.problem import read_toml

SAMPLE = content.HERE / "sample"


def furnish(stage: Furnishing) -> Callable[[], Mapping[str, int]]:
    """Take in the sample mine with what the scenario adds, and push the menu: all at the stage's time, as an operator would."""
    logs.configure(stage.settings)
    database = Database(stage.settings.database)
    try:
        migrate.upgrade(database)
        _take_in(database, stage)
        if stage.settings.wechat.account != REPLY_ONLY:
            push_menu(stage.settings, database, stage.folder, lambda: from_epoch(stage.now()))
    finally:
        database.close()
    return lambda: books(stage.settings)


def books(settings: Settings) -> Mapping[str, int]:
    """What the bot has written down, counted: what it owed by state and kind, jobs by name, people, answers, letters."""
    database = Database(settings.database)
    try:
        with database.read() as connection:
            owed = connection.execute(
                select(OutboxItem.kind, OutboxItem.state, func.count()).group_by(OutboxItem.kind, OutboxItem.state)
            ).all()
            jobs = connection.execute(
                select(ScheduleRun.job, func.count(), func.sum(ScheduleRun.count)).group_by(ScheduleRun.job)
            ).all()
            letters = connection.execute(select(Letter.state, func.count()).group_by(Letter.state)).all()
            bound = connection.execute(select(func.count()).where(Person.member_id.is_not(None))).scalar_one()
            answered = connection.execute(select(func.count()).where(Ask.answer.is_not(None))).scalar_one()
            members = connection.execute(select(func.count(Member.id))).scalar_one()
    finally:
        database.close()
    found = {f"outbox.{kind}.{state}": int(count) for kind, state, count in owed}
    for _, state, count in owed:
        found[f"outbox.{state}"] = found.get(f"outbox.{state}", 0) + int(count)
    found |= {f"jobs.{name}": int(runs) for name, runs, _ in jobs}
    found |= {f"jobs.{name}.did": int(did) for name, _, did in jobs}
    found |= {f"letters.{state}": int(count) for state, count in letters}
    return found | {"people.bound": int(bound), "roster.members": int(members), "quiz.answered": int(answered)}


@contextmanager
def a_database(url: str) -> Iterator[str]:
    """A database of a stage's own beside the PostgreSQL one named, dropped afterwards; empty for an empty URL."""
    if not url:
        yield ""
        return
    named = make_url(url)
    fresh = f"stage_{secrets.token_hex(6)}"
    plain = named.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{fresh}"')
        try:
            yield named.set(database=fresh).render_as_string(hide_password=False)
        finally:
            admin.execute(f'DROP DATABASE "{fresh}" WITH (FORCE)')


def _take_in(database: Database, stage: Furnishing) -> None:
    words, now = content.load().mine, from_epoch(stage.now())
    file = stage.folder / "roster.csv"
    sample = (SAMPLE / "roster.csv").read_text("utf-8").rstrip("\n")
    file.write_text("\n".join([sample, *stage.roster]) + "\n", "utf-8")
    table = heading.find(sheet.read(file), words)
    given = [(each["staff_no"], each["role"], each["unit"]) for each in read_toml(SAMPLE / "grants.toml")["grant"]]
    with database.write() as connection, Session(bind=connection) as db:
        importing.take_in(db, table, words, importing.Wishes(stage.settings.mine.name), by=OPERATOR, now=now)
        for staff_no, role, unit in (*given, *stage.grants):
            him, there = importing.member(db, staff_no), units.get(db, unit)
            grants.grant(db, him, words.roles.by_name[role], there, by=OPERATOR, now=now)
