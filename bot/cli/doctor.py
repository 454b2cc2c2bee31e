"""`doctor`: one line for each thing that must be right, and what to do about each that is not."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import content
from bot import config
from bot.cli.menu import refusal
from bot.cli.say import sentence
from bot.clock import system_clock
from bot.config import Settings
from bot.db import Database, migrate
from bot.errors import Refusal
from bot.models import Grant, Member
from bot.services.schedule import standing
from bot.simulated import clock_of_command
from bot.wechat import menu
from bot.wechat.client import connect, platform_time
from bot.wechat.errors import PlatformError, Unreachable
from bot.wechat.sending import may_send
from content.problem import ContentProblem

FIXED_SQLITE = (3, 51, 3)  # the WAL-reset race, ecosystem §2.3
SKEW_S = 60
LATELY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: good, worth a look, or bad."""

    state: str
    what: str
    advice: str = ""


@click.command("doctor")
@click.pass_obj
def doctor(path: Path | None) -> None:
    """Check configuration, database, content, clock, token and account rights."""
    settings = config.load(path)
    bad = 0
    for finding in examine(settings, path):
        click.echo(sentence(f"operator.doctor_{finding.state}", what=finding.what, advice=finding.advice))
        bad += finding.state == "bad"
    if bad:
        raise Refusal("operator.doctor_some_bad", count=bad)
    click.echo(sentence("operator.doctor_all_good"))


def examine(settings: Settings, path: Path | None) -> Iterator[Finding]:
    """Every check in the order a newcomer would mend them; later ones are left out where they cannot work."""
    yield from _configuration(settings, path)
    yield from _content()
    database = Database(settings.database)
    try:
        good = database.answers() and migrate.at_head(database)
        yield _finding(good, "database")
        if database.sqlite:
            version = sqlite3.sqlite_version
            yield _finding(sqlite3.sqlite_version_info >= FIXED_SQLITE, "sqlite", "warn", version=version)
        if good:
            yield from _jobs(database, clock_of_command(settings)())
            yield from _people(database)
        if good and settings.wechat.app_id:
            yield from _platform(settings, database)
    finally:
        database.close()


def _configuration(settings: Settings, path: Path | None) -> Iterator[Finding]:
    if path is None:
        yield Finding("warn", sentence("operator.check_no_file"), sentence("operator.check_no_file_advice"))
    else:
        yield Finding("good", sentence("operator.check_config", file=path))
    account = settings.wechat
    needed: dict[str, Any] = {"app_id": account.app_id, "app_secret": account.app_secret, "token": account.token}
    if account.encryption != "plain":
        needed["encoding_aes_key"] = account.encoding_aes_key
    missing = [name for name, value in needed.items() if not _filled(value)]
    yield _finding(not missing, "account", missing=" ".join(missing))
    yield _finding(account.encryption == "safe", "encryption", "warn", mode=account.encryption)
    yield _finding(bool(settings.mine.dispatcher_phone), "dispatcher", "warn")
    yield _finding(may_send(settings.wechat), "paging", "warn")


def _content() -> Iterator[Finding]:
    try:
        yield Finding("good", sentence("operator.check_content", questions=len(content.load().bank.order)))
    except ContentProblem as problem:
        yield Finding("bad", content.worded(problem))


def _people(database: Database) -> Iterator[Finding]:
    """Somebody to talk to, and somebody who is called when a person is in danger."""
    with database.read() as connection:
        members = connection.execute(select(func.count()).where(Member.left_at.is_(None))).scalar_one()
        called = select(func.count()).select_from(Grant).join(Member)
        called = called.where(Grant.role == "on_duty", Grant.confirmed_at.is_not(None), Member.left_at.is_(None))
        on_duty = connection.execute(called).scalar_one()
    yield _finding(members > 0, "roster", "warn", count=members)
    yield _finding(on_duty > 0, "on_duty", "warn", count=on_duty)


def _platform(settings: Settings, database: Database) -> Iterator[Finding]:
    client = connect(settings.wechat, database, clock_of_command(settings))
    try:
        _ = client.access_token
    except (PlatformError, Unreachable) as problem:
        worded = refusal(settings, problem)
        yield Finding("bad", sentence("operator.check_token"), sentence(worded.key, **worded.values))
        return
    yield _finding(good=True, what="token")
    if (skew := _skew_s(settings)) is not None:
        yield _finding(abs(skew) <= SKEW_S, "clock", seconds=round(skew))
    try:
        menu.current(client)
        yield _finding(good=True, what="menu")
    except (PlatformError, Unreachable):
        yield _finding(good=False, what="menu", otherwise="warn")


def _skew_s(settings: Settings) -> float | None:
    """How far the platform's clock is ahead of ours, by the Date of any answer."""
    theirs = platform_time(settings.wechat)
    return None if theirs is None else (theirs - system_clock()).total_seconds()


def _jobs(database: Database, now: datetime) -> Iterator[Finding]:
    """Somebody keeps time; what was lately missed or failed; what waits for somebody's word."""
    with database.read() as connection, Session(bind=connection) as db:
        leader, waiting = standing.leader(db, now=now), standing.waiting(db)
        troubles = standing.troubles(db, since=now - LATELY)
    yield _finding(leader is not None and leader.age <= standing.UNSEEN, "jobs", "warn")
    for kind in ("missed", "failed"):
        names = sorted(job for job, what in troubles if what == kind)
        if names:
            yield _finding(good=False, what=f"jobs_{kind}", otherwise="warn", jobs=" ".join(names))
    if waiting:
        yield _finding(good=False, what="jobs_asked", otherwise="warn", count=waiting)


def _finding(good: bool, what: str, otherwise: str = "bad", **values: object) -> Finding:
    said = sentence(f"operator.check_{what}", **values)
    return (
        Finding("good", said) if good else Finding(otherwise, said, sentence(f"operator.check_{what}_advice", **values))
    )


def _filled(value: Any) -> bool:
    return bool(value.get_secret_value() if hasattr(value, "get_secret_value") else value)
