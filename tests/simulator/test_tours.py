"""The guided tours are whole: every step says what to do, can do it, and knows when it is done."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from bot.simulator.control.touring import tours

from .conftest import World

GESTURES = {"follow", "unfollow", "scan", "say", "tap", "tap_first", "menu", "clock"}
ROLES = {"worker", "member", "secretary", "stranger"}
WAITS = {"says", "following", "menu", "passed"}
LONGEST_LINE = 32
STEPS = [(tour, step) for tour in tours() for step in tour["steps"]]


def test_there_is_a_tour_for_every_role() -> None:
    assert {tour["phones"]["me"] for tour in tours()} == ROLES


@pytest.mark.parametrize(("tour", "step"), STEPS, ids=[f"{tour['id']}-{step['title']}" for tour, step in STEPS])
def test_a_step_is_whole(tour: dict[str, Any], step: dict[str, Any]) -> None:
    assert step["phone"] in tour["phones"]
    assert step["do"]["gesture"] in GESTURES
    assert len(set(step["wait"]) & WAITS) == 1
    assert step["wait"].get("phone", step["phone"]) in tour["phones"]
    assert step["says"]
    assert all(len(line) <= LONGEST_LINE for line in step["says"])


def test_no_two_steps_of_a_tour_have_one_title() -> None:
    for tour in tours():
        titles = sorted(step["title"] for step in tour["steps"])
        assert all(one != other for one, other in pairwise(titles)), tour["id"]


def test_the_page_is_given_the_tours(world: World) -> None:
    simulator, _bot = world.pair(following=False)
    assert simulator.get("tours")["tours"] == tours()
