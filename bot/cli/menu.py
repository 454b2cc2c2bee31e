"""`menu push`: our custom menu onto the account, with the one before it kept in a file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

import content
from bot import config
from bot.cli.say import sentence
from bot.clock import Clock, system_clock
from bot.config import Settings
from bot.db import Database, migrate
from bot.errors import Refusal
from bot.simulated import clock_of_command
from bot.wechat import menu, tags
from bot.wechat.client import connect
from bot.wechat.errors import PlatformError, Unreachable

REPLY_ONLY = "subscription"  # the one kind of account without any menu interface (wechat_platform §6)


@dataclass(frozen=True, slots=True)
class Pushed:
    """What became of a push."""

    kept: Path | None
    """The file with the menus that stood there before; None when there were none, or ours already."""
    variants: int
    """How many menus by tag stand beside the default one."""
    tagged: int
    """How many people were told of to the platform."""
    refused: PlatformError | Unreachable | None = None
    """Why there are no menus by tag; the default one stands all the same."""


@click.group("menu")
def menu_group() -> None:
    """The custom menu at the foot of the chat."""


@menu_group.command("push")
@click.option("--keep", type=click.Path(path_type=Path), default=Path("var"), help="Where the old menu is kept.")
@click.pass_obj
def push(path: Path | None, keep: Path) -> None:
    """Replace the account's menus by content/menu.toml: the default one, and one for each audience where tags may be had."""
    settings = config.load(path)
    database = Database(settings.database)
    try:
        migrate.upgrade(database)
        pushed = push_menu(settings, database, keep)
    finally:
        database.close()
    count = len(content.load().menu.buttons)
    said = sentence("operator.menu_pushed_first", count=count)
    click.echo(said if pushed.kept is None else sentence("operator.menu_pushed", count=count, file=pushed.kept))
    if pushed.variants:
        click.echo(sentence("operator.menus_by_tag", count=pushed.variants, people=pushed.tagged))
    if pushed.refused is not None:
        why = refusal(settings, pushed.refused)
        click.echo(sentence("operator.menus_by_tag_refused", why=sentence(why.key, **why.values)))


def push_menu(settings: Settings, database: Database, keep: Path, clock: Clock | None = None) -> Pushed:
    """Keep the menus that stand there in a file of the folder, replace the default one, then those by tag.

    Raises Refusal worded for the operator when the default menu cannot be had; without the others an account lives.
    """
    clock = clock or clock_of_command(settings)
    client = connect(settings.wechat, database, clock)
    ours = content.load().menu
    try:
        before = menu.current(client)
        if before is not None and (others := menu.conditional(client)):
            before = {**before, "conditionalmenu": others}
        file = None if before is None or menu.is_ours(before, ours) else _kept(before, keep)
        menu.push(client, ours)
    except (PlatformError, Unreachable) as problem:
        raise refusal(settings, problem) from None
    if settings.wechat.account == REPLY_ONLY:
        return Pushed(file, 0, 0)
    try:
        variants = menu.push_variants(client, ours)
        return Pushed(file, variants, tags.sync_tags(client, database, clock()))
    except (PlatformError, Unreachable) as problem:
        return Pushed(file, 0, 0, problem)


def _kept(menu_before: dict[str, Any], folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"menu-{system_clock():%Y%m%d-%H%M%S}.json"
    file.write_text(json.dumps(menu_before, ensure_ascii=False, indent=1), "utf-8")
    return file


def refusal(settings: Settings, problem: PlatformError | Unreachable) -> Refusal:
    """The operator's sentence for what the platform said, or that it could not be reached."""
    if isinstance(problem, Unreachable):
        return Refusal("operator.platform_unreachable", url=settings.wechat.api_base_url)
    if problem.address:
        advice = sentence("operator.advice_whitelist", address=problem.address)
    else:
        advice = sentence(f"operator.advice_{problem.reaction.value}")
    return Refusal("operator.platform_said", code=problem.code, advice=advice)
