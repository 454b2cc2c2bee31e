"""`menu push`: our custom menu onto the account, with the one before it kept in a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

import content
from bot import config
from bot.cli.say import sentence
from bot.clock import system_clock
from bot.config import Settings
from bot.db import Database, migrate
from bot.errors import Refusal
from bot.wechat import menu
from bot.wechat.client import connect
from bot.wechat.errors import PlatformError, Unreachable


@click.group("menu")
def menu_group() -> None:
    """The custom menu at the foot of the chat."""


@menu_group.command("push")
@click.option("--keep", type=click.Path(path_type=Path), default=Path("var"), help="Where the old menu is kept.")
@click.pass_obj
def push(path: Path | None, keep: Path) -> None:
    """Replace the account's menu by content/menu.toml."""
    settings = config.load(path)
    database = Database(settings.database)
    try:
        migrate.upgrade(database)
        file = push_menu(settings, database, keep)
    finally:
        database.close()
    count = len(content.load().menu.buttons)
    said = sentence("operator.menu_pushed_first", count=count)
    click.echo(said if file is None else sentence("operator.menu_pushed", count=count, file=file))


def push_menu(settings: Settings, database: Database, keep: Path) -> Path | None:
    """Keep the menu that stands there in a file of the folder, then replace it; the file, None when there was no menu.

    Raises Refusal worded for the operator.
    """
    client = connect(settings.wechat, database, system_clock)
    try:
        before = menu.current(client)
        ours = content.load().menu
        file = None if before is None or menu.is_ours(before, ours) else _kept(before, keep)
        menu.push(client, ours)
    except (PlatformError, Unreachable) as problem:
        raise refusal(settings, problem) from None
    return file


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
