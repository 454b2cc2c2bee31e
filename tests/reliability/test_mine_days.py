"""A mine on rotating crews lives by the clock: each its question inside its window, nobody disturbed, the measure kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.kit import Kit
from tests.bench.mine_days.days import Days, Told
from tests.bench.mine_days.picture import drawn, figures
from tests.cast import StillClock
from tests.reliability.conftest import Plan


def _holds(told: Told) -> None:
    assert (told.missed, told.twice, told.again, told.over) == (0, 0, 0, 0), figures(told)
    assert told.wrong.total() == 0, figures(told)


def test_each_has_the_question_once_inside_his_window_and_nobody_is_disturbed(kit: Kit, clock: StillClock) -> None:
    """In steps of an hour: the clock is late for most due times, and makes up for them."""
    told = Days(kit, clock, count=60, days=3, tick=timedelta(hours=1)).run()
    assert told.expected > 60
    assert told.asked > 0
    assert any(kind.startswith("study.case sent") for kind in told.kinds), "a branch without questions has its case"
    assert max(told.statements.values()) <= 30, figures(told)
    _holds(told)


@pytest.mark.nightly
def test_three_thousand_for_fourteen_days(
    make_kit: Callable[..., Kit], sqlite_url: str, clock: StillClock, plan: Plan
) -> None:
    told = Days(make_kit(sqlite_url), clock, count=3000, days=14).run()
    print(drawn(told))
    plan.note(people=told.people, pushes=told.pushes, missed=told.missed, twice=told.twice, over=told.over)
    assert max(told.statements.values()) <= 30, figures(told)
    _holds(told)
