"""The simulator's page in a real browser: a newcomer taps a question, and nothing on the page breaks its own rules."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browsing import visit
from tests.e2e.conftest import SampleMine


@pytest.fixture
def page(browser: Browser, mine: SampleMine) -> Iterator[Page]:
    with visit(browser, f"{mine.address}/simulator/") as opened:
        yield opened


def test_a_newcomer_answers_a_question_by_tapping(page: Page) -> None:
    phone = page.locator(".phone").first
    phone.get_by_role("button", name="关注公众号").click()
    expect(phone.locator(".bubbles").get_by_text("升井洗完澡")).to_be_visible()
    phone.locator(".bubble").get_by_text("帮助").last.click()
    expect(phone.locator(".bubbles").get_by_text("这里能做什么")).to_be_visible()
    phone.locator(".bubble").get_by_text("每日一题").last.click()
    expect(phone.locator(".bubbles").get_by_text("第1题（").first).to_be_visible()


def test_what_a_person_types_is_shown_as_typed(page: Page) -> None:
    phone = page.locator(".phone").first
    phone.get_by_role("button", name="关注公众号").click()
    expect(phone.locator(".bubbles").get_by_text("升井洗完澡")).to_be_visible()
    box = phone.get_by_role("textbox")
    if not box.is_visible():
        phone.get_by_role("button", name="键盘").click()
    box.fill("<img src=x onerror=alert(1)> & <b>粗</b>")
    box.press("Enter")
    expect(
        phone.locator(".bubbles").get_by_text("<img src=x onerror=alert(1)> & <b>粗</b>", exact=True)
    ).to_be_visible()


def test_nothing_is_wider_than_a_phone(browser: Browser, mine: SampleMine) -> None:
    with visit(browser, f"{mine.address}/simulator/", (390, 844)) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
