"""Every guided tour is walked to its end against the real bot, by the button that does each step for the visitor."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as TooLong

from bot.app import build
from bot.cli.demo import _load_sample
from bot.cli.pushing import pump_of
from bot.simulator.control.touring import tours
from tests.e2e.browsing import visit
from tests.e2e.conftest import SampleMine

OVER = ".tour-over:not([hidden])"
OPEN = ".tour-step.open:not(.done)"
MOVED = """before => !document.querySelector('.tour-over').hidden
  || document.querySelector('.tour-count').textContent !== before"""


@pytest.fixture
def town(mine: SampleMine) -> Iterator[SampleMine]:
    """The sample mine with its people, and with what it owes them delivered."""
    kit = build(mine.settings)
    _load_sample(kit.settings, kit.database)
    pump = pump_of(kit)
    pump.start()
    yield mine
    pump.stop()
    kit.database.close()


def walk(page: Page, tour: str) -> list[str]:
    """The titles of the steps that were taken; fails naming the step that did not tick itself off."""
    page.locator(f".tour-card[data-tour={tour}] [data-do=go]").click()
    taken: list[str] = []
    while True:
        page.wait_for_selector(f"{OPEN}, {OVER}")
        if page.locator(OVER).is_visible():
            page.get_by_role("button", name="换一个人走走").click()
            return taken
        step, before = page.locator(OPEN), page.locator(".tour-count").inner_text()
        taken.append(step.locator(".tour-step-title").inner_text())
        step.get_by_role("button", name="替我做").click()
        try:
            page.wait_for_function(MOVED, arg=before)
        except TooLong:
            heard = page.locator(".phone.spot .row.theirs").last.inner_text()
            pytest.fail(f"{tour}, {taken[-1]}: the phone says {heard!r}")


@pytest.mark.parametrize("tour", [tour["id"] for tour in tours()])
def test_a_tour_can_be_walked_and_walked_again(town: SampleMine, tour: str) -> None:
    always = [step["title"] for each in tours() if each["id"] == tour for step in each["steps"] if "when" not in step]
    with visit(f"{town.address}/simulator/") as page:
        page.get_by_role("button", name="跟着做一遍").click()
        taken = walk(page, tour)
        assert [title for title in taken if title in always] == always
        assert walk(page, tour)


def test_one_after_the_other_all_tours_share_four_phones(town: SampleMine) -> None:
    with visit(f"{town.address}/simulator/") as page:
        page.get_by_role("button", name="跟着做一遍").click()
        for tour in tours():
            assert walk(page, tour["id"])
        assert page.locator(".phone").count() == 4


def test_a_tour_left_is_taken_up_where_it_stood(town: SampleMine) -> None:
    with visit(f"{town.address}/simulator/") as page:
        page.get_by_role("button", name="跟着做一遍").click()
        page.locator(".tour-card[data-tour=worker] [data-do=go]").click()
        page.locator(OPEN).get_by_role("button", name="替我做").click()
        page.wait_for_function(MOVED, arg=page.locator(".tour-count").inner_text())
        title = page.locator(f"{OPEN} .tour-step-title").inner_text()
        page.reload()
        page.get_by_role("button", name="跟着做一遍").click()
        page.get_by_role("button", name="接着来").click()
        assert page.locator(f"{OPEN} .tour-step-title").inner_text() == title


def test_a_visitor_may_do_a_step_with_his_own_hand(town: SampleMine) -> None:
    with visit(f"{town.address}/simulator/") as page:
        page.get_by_role("button", name="跟着做一遍").click()
        page.locator(".tour-card[data-tour=worker] [data-do=go]").click()
        phone = page.locator(".phone.spot")
        phone.get_by_role("button", name="关注公众号").click()
        page.locator(OPEN, has_text="问它能做什么").wait_for()
