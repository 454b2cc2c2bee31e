"""`schedule`: scheduler and pump without the web side; `job`: what runs by the clock, and one of it run by hand."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from bot import config
from bot.app import build
from bot.cli.db import refuse_old_tables
from bot.cli.pushing import pump_of
from bot.cli.say import sentence
from bot.clock import BEIJING
from bot.db import migrate
from bot.errors import Refusal
from bot.kit import Kit
from bot.services.schedule import asking, runs, standing
from bot.simulated import clock_of_command, clock_of_scheduler
from scheduler import JOBS
from scheduler.job import Job
from scheduler.runner import Runner


@click.command("schedule")
@click.option("--with-parent", type=int, hidden=True, help="End when this process is no longer the parent.")
@click.pass_obj
def schedule(path: Path | None, /, with_parent: int | None) -> None:
    """Run what is due, beside web processes that do not. Of several one leads, and another takes over."""
    settings = config.load(path)
    kit = build(settings, clock=clock_of_scheduler(settings))
    migrate.upgrade(kit.database)
    stopping = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopping.set())
    if with_parent is None:
        click.echo(sentence("operator.scheduling"))
    beside = (Runner(kit), pump_of(kit))  # in this order: what a job queues is sent at the same moment
    try:
        for each in beside:
            each.start()
        while not stopping.wait(1) and (with_parent is None or os.getppid() == with_parent):
            pass
    finally:
        for each in beside:
            each.stop()
    kit.database.close()


@click.group("job")
def job_group() -> None:
    """What runs by the clock."""


@job_group.command("list")
@click.pass_obj
def list_(path: Path | None) -> None:
    """Every job: what it is called, when it is next due, and what became of it last."""
    with _kit(path) as kit:
        now = kit.clock()
        with kit.database.read() as connection, Session(bind=connection) as db:
            last, leader = standing.last_runs(db), standing.leader(db, now=now)
        for each in JOBS:
            words, due = kit.content.jobs, each.next_due(now)
            run = last.get(each.name)
            click.echo(
                sentence(
                    "jobs.line",
                    id=each.name,
                    title=words.title(each.name),
                    next=asking.moment(kit.content, due) if due is not None else "",
                    last=sentence("jobs.never") if run is None else _last(kit, run),
                )
            )
            if each.name in words.by_id:
                click.echo(sentence("jobs.says", says=words.by_id[each.name].says))
        if leader is None or leader.age > standing.UNSEEN:
            click.echo(sentence("jobs.no_leader"))
        else:
            click.echo(sentence("jobs.leader", name=leader.name, seconds=int(leader.age.total_seconds())))


@job_group.command("run")
@click.argument("name")
@click.option("--at", metavar="ISO", callback=lambda _context, _option, said: _moment(said), help="In Beijing time.")
@click.pass_obj
def run(path: Path | None, name: str, at: datetime | None) -> None:
    """Run a job once, as if it were that minute; what it queues is delivered as ever. A second time is no run."""
    job = _named(name)
    with _kit(path) as kit:
        due = (at or kit.clock()).replace(second=0, microsecond=0)
        title = kit.content.jobs.title(name)
        count = Runner(kit, [job]).run(job, due, over=runs.NOT_DONE, as_if=at)
        if count is None:
            click.echo(sentence("jobs.done_before", title=title, when=asking.moment(kit.content, due)))
        else:
            click.echo(sentence("jobs.done", title=title, count=count))


def _last(kit: Kit, run: standing.LastRun) -> str:
    outcome = sentence(f"jobs.outcome_{run.outcome}", count=run.count)
    return sentence("jobs.last", when=asking.moment(kit.content, run.due_at), outcome=outcome)


def _named(name: str) -> Job:
    for each in JOBS:
        if each.name == name:
            return each
    raise Refusal("jobs.unknown", said=name, names=" ".join(each.name for each in JOBS))


def _moment(said: str | None) -> datetime | None:
    """Wrong usage for what is no moment; one without a zone is Beijing's."""
    if said is None:
        return None
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        raise click.BadParameter("YYYY-MM-DDTHH:MM") from None
    return at.replace(tzinfo=BEIJING) if at.tzinfo is None else at.astimezone(BEIJING)


@contextmanager
def _kit(path: Path | None) -> Iterator[Kit]:
    """For a command beside a running server. Raises Refusal while the tables are old."""
    settings = config.load(path)
    kit = build(settings, clock=clock_of_command(settings))
    try:
        refuse_old_tables(kit.database, path)
        yield kit
    finally:
        kit.database.close()
