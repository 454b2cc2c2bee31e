"""`demo`: bot, scheduler and simulator in one process, on a sample mine that nobody could take for a real one."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import socket
import string
import time
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

import content
from bot import config
from bot.cli.db import DEMO as FILE
from bot.cli.menu import push_menu
from bot.cli.say import sentence
from bot.cli.serve import run
from bot.clock import system_clock
from bot.config import Settings
from bot.db import Database
from bot.errors import Refusal
from bot.models import Member
from bot.services import grants, units
from bot.services.audit import OPERATOR
from bot.services.roster import heading, importing
from bot.services.sheets import sheet
from content.problem import read_toml

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

SAMPLE = content.HERE / "sample"


@click.command("demo")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
def demo(port: int) -> None:
    """Try everything on this machine, with no account and no network."""
    if not FILE.exists():
        _write_settings(FILE)
    url = f"http://127.0.0.1:{port}"
    _keep_address(FILE, url)
    settings = config.load(FILE)
    settings = settings.model_copy(
        update={
            "server": settings.server.model_copy(
                update={"public_url": url, "host": "127.0.0.1", "port": port, "workers": 1}
            ),
            "wechat": settings.wechat.model_copy(update={"api_base_url": f"{url}/simulator/api"}),
        }
    )
    _mark_running(FILE.with_name("running.lock"))
    run(settings, all_in_one=True, beside=lambda: _welcome(settings, url))
    click.echo(sentence("operator.stopped"))


def _mark_running(file: Path) -> None:
    """Hold a lock while this process lives: `run.py reset` does not pull the files from under it.

    Where there is no flock, an open database cannot be deleted anyway.
    """
    if fcntl is not None:
        with contextlib.suppress(BlockingIOError):  # a second demo of the same folder
            fcntl.flock(os.open(file, os.O_RDWR | os.O_CREAT, 0o600), fcntl.LOCK_EX | fcntl.LOCK_NB)


def _welcome(settings: Settings, url: str) -> None:
    """Fill an empty mine; once the simulator answers, push the menu as an operator would, then say where to go."""
    database = Database(settings.database)
    try:
        _load_sample(settings, database)
        if not _answers(settings):
            return
        push_menu(settings, database, FILE.parent)
    except Refusal as refusal:
        click.echo(sentence(refusal.key, **refusal.values), err=True)
    finally:
        database.close()
    click.echo(sentence("operator.demo_ready", url=f"{url}/simulator/", file=FILE.as_posix()))


def _keep_address(file: Path, url: str) -> None:
    """Commands given beside the demo read the same file and must find it wherever it was started last."""
    text, line = file.read_text("utf-8"), f'public_url = "{url}"'
    kept = re.sub(r"(?m)^public_url = .*$", line, text)
    if line not in kept:
        kept = text.replace("[server]\n", f"[server]\n{line}\n", 1)
    if kept != text:
        file.write_text(kept, "utf-8")


def _answers(settings: Settings) -> bool:
    address = (settings.server.host, settings.server.port)
    for _ in range(100):
        try:
            socket.create_connection(address, timeout=1).close()
            return True
        except OSError:
            time.sleep(0.1)
    return False


def _load_sample(settings: Settings, database: Database) -> None:
    """The sample's people and roles, by the very code that takes in a real roster; once, while there is nobody."""
    words, now = content.load().mine, system_clock()
    table = heading.find(sheet.read(SAMPLE / "roster.csv"), words)
    wishes = importing.Wishes(settings.mine.name)
    with database.write() as connection, Session(bind=connection) as db:
        if db.execute(select(Member.id).limit(1)).first() is None:
            importing.take_in(db, table, words, wishes, by=OPERATOR, now=now)
            for each in read_toml(SAMPLE / "grants.toml")["grant"]:
                him, there = importing.member(db, each["staff_no"]), units.get(db, each["unit"])
                grants.grant(db, him, words.roles.by_name[each["role"]], there, by=OPERATOR, now=now)


def _write_settings(file: Path) -> None:
    """The sample account: secrets of its own, made here and never shared."""
    letters = string.ascii_letters + string.digits

    def made(length: int) -> str:
        return "".join(secrets.choice(letters) for _ in range(length))

    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(
        sentence(
            "operator.demo_settings",
            secret_key=made(43),
            app_id=f"wx{secrets.token_hex(8)}",
            app_secret=secrets.token_hex(16),
            token=made(16),
            aes_key=made(42) + secrets.choice("AEIMQUYcgkosw048"),  # 43 characters hold 258 bits; the last two are zero
            original_id=f"gh_{secrets.token_hex(6)}",
        )
        + "\n",
        "utf-8",
    )
