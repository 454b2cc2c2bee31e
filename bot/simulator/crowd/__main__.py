"""The driver behind `python -m bot simulator crowd`: a platform, its followers, and a bot of their own or a running one."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import click

from bot import config
from bot.config import Settings
from bot.simulator import assemble, serve
from bot.simulator.chance import Chance
from bot.simulator.clock import Clock
from bot.simulator.crowd.living import Crowd
from bot.simulator.crowd.own_bot import OwnBot
from bot.simulator.crowd.showing import BEIJING, progress, show, told
from bot.simulator.stage.child import BotError
from bot.simulator.stage.serving import free_port, served

CHAT_KEPT = 6
DAY_BEGINS = timedelta(hours=4)
DRILLS_AT = timedelta(hours=18)
DAY_SECONDS = 86400.0


@dataclass(frozen=True, slots=True)
class Wishes:
    """The options as given."""

    people: int
    days: float
    seed: int
    start: datetime | None
    webhook: str | None
    follows: bool
    port: int | None
    bind: float
    silent: float | None
    storm: int
    danger: int
    workers: int
    out: Path | None
    roster_out: Path | None


@click.command("crowd", context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--people", type=click.IntRange(1, 40_000), default=1000, show_default=True)
@click.option("--days", type=click.FloatRange(min=0.0), default=1.0, show_default=True, help="Virtual days to live.")
@click.option("--seed", type=int, default=7, show_default=True, help="The same seed, the same people and plans.")
@click.option(
    "--start",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]),
    help="Virtual Beijing time to begin at; else today 04:00.",
)
@click.option("--webhook", help="A running bot, with the account of --config; else a bot is started for the drill.")
@click.option("--follows", is_flag=True, help="That bot keeps our time: its [simulator] url is our address.")
@click.option("--port", type=click.IntRange(1, 65535), help="Where our interfaces listen; else any free port.")
@click.option("--bind", type=click.FloatRange(0, 1), default=0.0, help="Share of people who bind number and name.")
@click.option("--silent", type=click.FloatRange(0, 1), help="Share of people who never write.")
@click.option("--storm", type=click.IntRange(0), default=0, help="So many answer at one moment, at 18:00.")
@click.option("--danger", type=click.IntRange(0), default=0, help="So many tell of a danger, at 18:00.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes of the own bot.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the report as JSON.")
@click.option("--roster-out", type=click.Path(path_type=Path, dir_okay=False), help="Keep the sample roster, a csv.")
@click.option("--config", "path", type=click.Path(path_type=Path), hidden=True)
def crowd(path: Path | None, **options: Any) -> None:
    """Let simulated followers study, leave, return and all answer at once."""
    wishes = Wishes(**options)
    if wishes.webhook and urlsplit(wishes.webhook).hostname not in config.LOOPBACK:
        raise click.ClickException(told("not_here"))  # what it sends is signed and could speak for anybody
    try:
        with ExitStack() as open_things:
            people = _drill(wishes, config.load(path) if wishes.webhook else None, open_things)
    except BotError as broken:
        raise click.ClickException(told("bot_broke", said=str(broken).strip())) from None
    except ValueError as problem:
        raise click.ClickException(told("no_account", reason=problem)) from None
    report = people.report()
    if wishes.out is not None:
        wishes.out.write_text(json.dumps(report.as_json(), ensure_ascii=False, indent=2) + "\n", "utf-8")
    show(report)


def _drill(wishes: Wishes, settings: Settings | None, open_things: ExitStack) -> Crowd:
    """The people when all is over, or when Ctrl-C ended it. Raises BotError, and ValueError for half an account."""
    folder = Path(open_things.enter_context(TemporaryDirectory(prefix="crowd-", ignore_cleanup_errors=True)))
    port, clock = wishes.port or free_port(), _clock(wishes)
    address = f"http://127.0.0.1:{port}"
    own = OwnBot(folder, address, clock, seed=wishes.seed, workers=wishes.workers) if settings is None else None
    box = assemble(
        own.settings if own else settings or Settings(),
        webhook=own.webhook if own else str(wishes.webhook),
        clock=clock,
        chance=Chance(wishes.seed),
        chat_kept=CHAT_KEPT,
    )
    open_things.enter_context(served(serve(box), port))
    people = Crowd(
        box,
        people=wishes.people,
        seed=wishes.seed,
        silent=wishes.silent,
        travels=own is not None or wishes.follows,
        picture=f"{address}/static/photo.svg",
        watch=open_things.enter_context(progress(wishes.days)),
    )
    roster = wishes.roster_out or folder / "roster.csv"
    people.write_roster(roster)
    click.echo(told("ready", people=wishes.people, seed=wishes.seed, url=f"{address}/"))
    sys.stdout.flush()
    try:
        if own is not None:
            open_things.callback(own.stop)
            own.prepare(roster if wishes.bind else None)
            own.start()
        people.tally.begin()
        _live(people, wishes)
    except KeyboardInterrupt:
        click.echo(told("stopped"), err=True)
    return people


def _clock(wishes: Wishes) -> Clock:
    """Standing still at the beginning; the machine's own for a bot that does not follow it."""
    clock = Clock()
    if not wishes.webhook or wishes.follows:
        today = datetime.fromtimestamp(clock.now(), BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
        start = wishes.start.replace(tzinfo=BEIJING) if wishes.start else today + DAY_BEGINS
        clock.restart_at(start.timestamp(), running=False)
    return clock


def _live(people: Crowd, wishes: Wishes) -> None:
    end = people.tally.now + wishes.days * DAY_SECONDS
    people.follow_all()
    if wishes.bind:
        people.bind_all(wishes.bind)
    if wishes.storm or wishes.danger:
        people.live_until(min(end, _drills_at(people.tally.now)))
        if wishes.storm:
            people.storm(wishes.storm)
        if wishes.danger:
            people.shout(wishes.danger)
    people.live_until(end)


def _drills_at(now: float) -> float:
    """The next time it is six in the evening: the day shift is up, the night shift not yet down."""
    here = datetime.fromtimestamp(now, BEIJING)
    there = here.replace(hour=0, minute=0, second=0, microsecond=0) + DRILLS_AT
    return (there if there > here else there + timedelta(days=1)).timestamp()


if __name__ == "__main__":
    crowd(prog_name="python -m bot simulator crowd")
