"""What a drill shows of itself: a bar on a terminal, lines in a pipe, and the report at the end."""

from __future__ import annotations

import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from bot.simulator.crowd.tally import Report, Tally

BEIJING = ZoneInfo("Asia/Shanghai")
HOUR_SECONDS = 3600.0
QUIET_SECONDS = 10.0


@cache
def _sentences() -> dict[str, str]:
    found: dict[str, str] = tomllib.loads((Path(__file__).parent / "told.toml").read_text("utf-8"))
    return found


def told(key: str, **values: object) -> str:
    """A sentence of told.toml."""
    return _sentences()[key].strip("\n").format(**values)


@contextmanager
def progress(days: float) -> Iterator[Callable[[Tally], None]]:
    """What is to be called after each portion of work."""
    if sys.stdout.isatty():
        with click.progressbar(length=max(1, int(days * 86400)), label=told("living")) as bar:
            yield lambda tally: bar.update(int(tally.now - tally.started) - bar.pos)
        return
    lines = _Lines()
    yield lines.show


class _Lines:
    """One line for each virtual hour in which anything happened, and every few seconds while one lasts."""

    def __init__(self) -> None:
        self._hour, self._said = -1, time.monotonic()

    def show(self, tally: Tally) -> None:
        hour = int(tally.now // HOUR_SECONDS)
        if hour == self._hour and time.monotonic() - self._said < QUIET_SECONDS:
            return
        self._hour, self._said = hour, time.monotonic()
        moment, failures = _moment(tally.now), sum(tally.failures.values())
        click.echo(told("hour", moment=moment, messages=tally.messages, replies=tally.replies, failures=failures))
        sys.stdout.flush()


def show(report: Report) -> None:
    """The report, for people."""
    span = f"{_moment(report.virtual_from)} – {_moment(report.virtual_until)}"
    failed = " ".join(f"{reason} {count}" for reason, count in report.failures.items()) or "0"
    done = " ".join(f"{doing} {count}" for doing, count in report.acts.items())
    click.echo(told("report", **report.as_json(), **report.milliseconds, span=span, failed=failed, done=done))
    for storm in report.storms:
        click.echo(told("storm", **storm))


def _moment(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, BEIJING):%Y-%m-%d %H:%M}"
