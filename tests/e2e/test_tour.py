"""Every guided tour is walked to its end against the real bot, by the button that does each step for the visitor."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from playwright.sync_api import TimeoutError as TooLong

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
    _load_sample(mine.kit.settings, mine.kit.database)
    pump = pump_of(mine.kit)
    pump.start()
    yield mine
    pump.stop()


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


def steps(tour: str, *, of_everybody: bool = True) -> list[str]:
    """The titles of the steps that must be taken: by everybody, or also by one who may be following already."""
    return [
        step["title"]
        for each in tours()
        for step in each["steps"]
        if each["id"] == tour and "when" not in step and (of_everybody or "following" not in step["wait"])
    ]


def test_every_tour_can_be_walked_and_all_of_them_share_four_phones(browser: Browser, town: SampleMine) -> None:
    with visit(browser, f"{town.address}/simulator/") as page:
        page.get_by_role("button", name="跟着做一遍").click()
        for tour in tours():
            taken, due = walk(page, tour["id"]), steps(tour["id"], of_everybody=False)
            assert [title for title in taken if title in due] == due
        assert page.locator(".phone").count() == 4


@pytest.mark.nightly
@pytest.mark.parametrize("tour", [tour["id"] for tour in tours()])
def test_a_tour_can_be_walked_and_walked_again(browser: Browser, town: SampleMine, tour: str) -> None:
    with visit(browser, f"{town.address}/simulator/") as page:
        page.get_by_role("button", name="跟着做一遍").click()
        taken = walk(page, tour)
        assert [title for title in taken if title in steps(tour)] == steps(tour)
        assert walk(page, tour)


def test_a_tour_left_is_taken_up_where_it_stood(browser: Browser, town: SampleMine) -> None:
    with visit(browser, f"{town.address}/simulator/") as page:
        page.get_by_role("button", name="跟着做一遍").click()
        page.locator(".tour-card[data-tour=worker] [data-do=go]").click()
        page.locator(OPEN).get_by_role("button", name="替我做").click()
        page.wait_for_function(MOVED, arg=page.locator(".tour-count").inner_text())
        title = page.locator(f"{OPEN} .tour-step-title").inner_text()
        page.reload()
        assert page.locator(f"{OPEN} .tour-step-title").inner_text() == title
        page.get_by_role("button", name="先离开").click()
        page.get_by_role("button", name="接着来").click()
        assert page.locator(f"{OPEN} .tour-step-title").inner_text() == title


def test_a_visitor_may_do_a_step_with_his_own_hand(browser: Browser, town: SampleMine) -> None:
    with visit(browser, f"{town.address}/simulator/") as page:
        page.get_by_role("button", name="跟着做一遍").click()
        page.locator(".tour-card[data-tour=worker] [data-do=go]").click()
        phone = page.locator(".phone.spot")
        phone.get_by_role("button", name="关注公众号").click()
        page.locator(OPEN, has_text="问它能做什么").wait_for()


WATCH = """void (window.acted = new Promise((resolve) => new MutationObserver((changes, watch) => {
  const done = document.querySelector('.tour-step.open.done');
  if (!done) return;
  watch.disconnect();
  resolve((%s)(done));
}).observe(document.querySelector('.tour-steps'), { subtree: true, attributeFilter: ['class'] })))"""
SKIP = (
    "(done) => { done.querySelector('[data-do=skip]').click(); return new Promise((over) => setTimeout(over, 400)); }"
)
SAY = """() => fetch('control/phones/p1/say',
  { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ text: '帮助' }) })"""


@pytest.mark.parametrize(
    ("at_once", "next_step"), [(SKIP, "问它能做什么"), (SAY, "看今天的题")], ids=["skips", "speaks"]
)
def test_one_quicker_than_the_tick_loses_no_step_and_no_message(
    browser: Browser, town: SampleMine, at_once: str, next_step: str
) -> None:
    with visit(browser, f"{town.address}/simulator/") as page:
        page.get_by_role("button", name="跟着做一遍").click()
        page.locator(".tour-card[data-tour=worker] [data-do=go]").click()
        page.locator(OPEN).wait_for()
        page.evaluate(WATCH % at_once)
        page.locator(OPEN).get_by_role("button", name="替我做").click()
        page.evaluate("window.acted.then(() => true)")
        page.locator(OPEN, has_text=next_step).wait_for()
