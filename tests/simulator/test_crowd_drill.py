"""A crowd with the true bot behind it, and the command that drives one: over HTTP, signed and encrypted, as people do."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.app import build, create_app
from bot.clock import from_epoch
from bot.config import Settings
from bot.db import chance
from bot.kit import Kit
from bot.models import Ask, Person
from bot.services.audit import OPERATOR
from bot.services.roster import heading, importing
from bot.services.sheets import sheet
from bot.simulator import assemble
from bot.simulator.chance import Chance
from bot.simulator.clock import Clock
from bot.simulator.crowd import Crowd
from tests.cast import account
from tests.conftest import CONTENT
from tests.simulator.conftest import served
from tests.simulator.test_crowd import DAY, KEPT, MONDAY_FOUR

ROOT = Path(__file__).parent.parent.parent
PATIENCE_SECONDS = 100


@pytest.fixture
def mine(sqlite_url: str) -> Iterator[tuple[Kit, Crowd]]:
    """The bot on loopback, at the crowd's time, and forty people who have not met it yet."""
    settings = Settings(**account(account="service_certified"), database={"url": sqlite_url}, logs={"level": "error"})
    clock = Clock()
    clock.restart_at(MONDAY_FOUR, running=False)
    kit = build(settings, clock=lambda: from_epoch(clock.now()))
    with served(create_app(kit)) as address:
        box = assemble(settings, webhook=f"{address}/wechat", clock=clock, chance=Chance(7), chat_kept=KEPT)
        yield kit, Crowd(box, people=40, seed=7)
    kit.database.close()


@pytest.fixture
def rehearsing(sqlite_url: str) -> Iterator[Settings]:
    """Settings that seed this process; whatever the next test draws is left to chance again."""
    simulator = {"enabled": True, "url": "http://127.0.0.1:9", "seed": 5}
    there = account(account="service_certified", api_base_url="http://127.0.0.1:9/api")
    server = {"public_url": "http://127.0.0.1:9", "workers": 1}
    more = {"simulator": simulator, "server": server, "database": {"url": sqlite_url}, "logs": {"level": "error"}}
    yield Settings(**(there | more))
    chance.rehearse(None)


def test_a_seeded_bot_repeats_its_draws_until_its_process_is_let_off(rehearsing: Settings) -> None:
    def drawn() -> str:
        build(rehearsing, clock=lambda: from_epoch(MONDAY_FOUR)).database.close()
        return chance.hexadecimal(16)

    first = drawn()
    assert drawn() == first
    build(rehearsing, clock=lambda: from_epoch(MONDAY_FOUR)).database.close()
    chance.rehearse(None)
    assert chance.hexadecimal(16) != first


def test_the_bot_takes_in_the_roster_and_everybody_binds_and_studies(mine: tuple[Kit, Crowd], tmp_path: Path) -> None:
    kit, crowd = mine
    crowd.write_roster(tmp_path / "roster.csv")
    words = CONTENT.mine
    table = heading.find(sheet.read(tmp_path / "roster.csv"), words)
    with kit.database.write() as connection, Session(bind=connection) as db:
        taken = importing.take_in(db, table, words, importing.Wishes("示例矿"), by=OPERATOR, now=kit.clock())
        db.flush()
    assert (len(taken.added), taken.refused, taken.unknown_words) == (40, [], {})
    crowd.follow_all()
    crowd.bind_all(0.5)
    crowd.live_until(MONDAY_FOUR + DAY)
    told = crowd.report()
    with kit.database.read() as connection:
        bound = connection.execute(select(func.count()).where(Person.member_id.is_not(None))).scalar_one()
        answered = connection.execute(select(func.count()).where(Ask.answer.is_not(None))).scalar_one()
    assert bound == sum(person.bound for person in crowd.people) > 10
    assert told.failures == {}
    assert 0 < told.right + told.wrong <= answered + told.acts.get("twice", 0)
    assert told.messages - told.acts.get("leave", 0) == told.replies + told.unanswered


def test_the_sample_roster_says_that_it_is_one(mine: tuple[Kit, Crowd], tmp_path: Path) -> None:
    _, crowd = mine
    crowd.write_roster(tmp_path / "roster.csv")
    with (tmp_path / "roster.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["工号"] for row in rows}) == len({row["姓名"] for row in rows}) == 40
    assert all(row["姓名"].startswith("示例") and row["单位"].startswith("示例矿/示例") for row in rows)


def drill(folder: Path, *options: str) -> subprocess.Popen[str]:
    """`python -m bot simulator crowd` as an operator starts it."""
    usual = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    return subprocess.Popen(
        [sys.executable, "-m", "bot", "simulator", "crowd", *options, "--out", "report.json"],
        cwd=folder,
        env=usual | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def report(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / "report.json").read_text("utf-8"))
    return told


@pytest.mark.nightly
def test_the_command_starts_a_bot_of_its_own_and_reports_even_when_interrupted(tmp_path: Path) -> None:
    process = drill(tmp_path, "--people", "40", "--days", "300", "--storm", "10", "--start", "2026-11-23T17:00")
    lines: list[str] = []
    second_day = threading.Event()

    def listen() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            if line.startswith("2026-11-24"):
                second_day.set()
        second_day.set()

    ear = threading.Thread(target=listen)
    ear.start()
    assert second_day.wait(PATIENCE_SECONDS), lines
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE_SECONDS) == 0, lines
    ear.join(PATIENCE_SECONDS)
    assert process.stdout is not None
    process.stdout.close()
    told = report(tmp_path)
    assert told["people"] == 40 <= told["acts"]["follow"]
    assert told["failures"] == {}
    assert told["storms"][0]["replies"] == 10
    assert DAY / 4 < told["virtual_until"] - told["virtual_from"] < 300 * DAY
    assert "没开过口的" in "".join(lines)


@pytest.mark.nightly
@pytest.mark.timeout(3600)
def test_ten_thousand_people_live_a_day_in_less_than_300_mb(tmp_path: Path) -> None:
    process = drill(tmp_path, "--people", "10000", "--days", "1", "--bind", "0.05", "--storm", "500")
    said, _ = process.communicate(timeout=3500)
    assert process.returncode == 0, said
    told = report(tmp_path)
    assert told["people"] == 10_000
    assert told["failures"] == {}
    assert told["memory_mb"] < 300
