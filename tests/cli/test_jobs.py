"""`job list` and `job run` as an operator meets them, and what `doctor` says of the jobs."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from bot.clock import BEIJING, to_millis
from scheduler import JOBS
from tests.cli.test_command_line import ACCOUNT, Bot, bot, refused
from tests.conftest import CONTENT

__all__ = ["bot"]

AT = "2026-11-24T08:00"
DUE = to_millis(datetime(2026, 11, 24, 8, 0, tzinfo=BEIJING))


@pytest.fixture
def folder(bot: Bot, tmp_path: Path) -> Path:
    """With a fresh database."""
    assert bot("db", "upgrade", cwd=tmp_path).returncode == 0
    return tmp_path


def _rows(folder: Path) -> list[tuple[str, int, str]]:
    with closing(sqlite3.connect(folder / "var" / "bot.db")) as raw:
        return list(raw.execute("SELECT job, due_at, outcome FROM schedule_runs ORDER BY due_at"))


def _written(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "var" / "bot.db")) as raw, raw:
        raw.execute(statement)


def test_the_list_names_every_job_in_plain_words(bot: Bot, folder: Path) -> None:
    run = bot("job", "list", cwd=folder)
    assert run.returncode == 0
    for each in JOBS:
        words = CONTENT.jobs.by_id[each.name]
        assert f"{each.name}　{words.title}　下次 " in run.stdout
        assert words.says in run.stdout
    assert "还没跑过" in run.stdout
    assert "现在没有值守的" in run.stdout


def test_a_job_is_run_for_a_moment_once(bot: Bot, folder: Path) -> None:
    first = bot("job", "run", "retention.purge", "--at", AT, cwd=folder)
    assert (first.returncode, first.stdout) == (0, "到期清理：办了 0 件。\n")
    assert _rows(folder) == [("retention.purge", DUE, "ran")]
    again = bot("job", "run", "retention.purge", "--at", f"{AT}:59+08:00", cwd=folder)
    assert again.returncode == 0
    assert "11月24日8:00这一趟已经办过了" in again.stdout
    assert _rows(folder) == [("retention.purge", DUE, "ran")]
    listed = bot("job", "list", cwd=folder).stdout
    assert "上次 11月24日8:00，办了 0 件" in listed


def test_what_was_missed_can_be_run_by_hand(bot: Bot, folder: Path) -> None:
    _written(folder, f"INSERT INTO schedule_runs VALUES ('retention.purge', {DUE}, {DUE}, 0, 'asked')")
    assert "错过了，等人说补不补" in bot("job", "list", cwd=folder).stdout
    assert "有 1 趟错过的等人说补不补" in bot("doctor", cwd=folder, **ACCOUNT).stdout
    assert bot("job", "run", "retention.purge", "--at", AT, cwd=folder).returncode == 0
    assert _rows(folder) == [("retention.purge", DUE, "ran")]


def test_without_a_moment_it_is_this_minute(bot: Bot, folder: Path) -> None:
    assert bot("job", "run", "audience.refresh", cwd=folder).returncode == 0
    ((job, due, outcome),) = _rows(folder)
    assert (job, due % 60_000, outcome) == ("audience.refresh", 0, "ran")


def test_an_unknown_job_is_refused_with_the_list(bot: Bot, folder: Path) -> None:
    run = bot("job", "run", "quiz.dayly", cwd=folder)
    assert run.returncode == 1
    assert "没有叫 quiz.dayly 的定时任务" in run.stderr
    for each in JOBS:
        assert each.name in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1


def test_what_is_no_moment_is_wrong_usage(bot: Bot, folder: Path) -> None:
    run = bot("job", "run", "retention.purge", "--at", "tomorrow", cwd=folder)
    assert run.returncode == 2
    assert "YYYY-MM-DDTHH:MM" in run.stderr


def test_old_tables_are_refused_in_a_line(bot: Bot, tmp_path: Path) -> None:
    assert "db upgrade" in refused(bot("job", "list", cwd=tmp_path))


def test_the_doctor_tells_of_a_leader_and_of_what_went_wrong(bot: Bot, folder: Path) -> None:
    assert "现在没有值守的" in bot("doctor", cwd=folder, **ACCOUNT).stdout
    now = to_millis(datetime.now(BEIJING))
    _written(folder, f"INSERT INTO schedule_leader VALUES (1, 'here:1', {now}, {now})")
    _written(folder, f"INSERT INTO job_troubles VALUES (1, 'retention.purge', 'failed', 'LookupError', {now})")
    _written(folder, f"INSERT INTO job_troubles VALUES (2, 'audience.refresh', 'missed', '', {now})")
    said = bot("doctor", cwd=folder, **ACCOUNT).stdout
    assert "好　定时任务" in said
    assert "没办成的定时任务：retention.purge" in said
    assert "错过的定时任务：audience.refresh" in said
    assert "here:1" in bot("job", "list", cwd=folder).stdout
