"""`python3 run.py bench --days`: two weeks of a mine of three thousand, drawn by the hour."""

from __future__ import annotations

import argparse
import logging
import tempfile
from pathlib import Path

import structlog

from bot.config import Settings
from bot.db import Database, migrate
from bot.kit import Kit
from tests.bench.mine_days.days import Days
from tests.bench.mine_days.picture import drawn
from tests.cast import StillClock, account
from tests.conftest import CONTENT


def main() -> int:
    """Status 1 when a rule was broken; never because something was slow."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.mine_days", description=__doc__)
    parser.add_argument("--people", type=int, default=3000)
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--url", default="", help="a database to fill; otherwise a file that is thrown away")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mine-") as folder:
        url = given.url or f"sqlite:///{Path(folder) / 'bot.db'}"
        settings = Settings(**(account() | {"database": {"url": url}}))
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
        clock = StillClock()
        database = Database(settings.database)
        migrate.upgrade(database)
        kit = Kit(settings, clock, CONTENT, database)
        told = Days(kit, clock, count=given.people, days=given.days).run()
        database.close()
    print(drawn(told))
    return int(bool(told.missed or told.twice or told.again or told.over or told.wrong.total()))


if __name__ == "__main__":
    raise SystemExit(main())
