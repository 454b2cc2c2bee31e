"""The simulator's page in a real browser: a newcomer taps a question, and nothing on the page breaks its own rules."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.conftest import missing
from tests.e2e.conftest import SampleMine

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]
WAIT_MS = 20_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, or whichever $CHROMIUM names."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        missing(
            "Chromium",
            "install chromium, or set CHROMIUM to the program" + (" (apt)" if sys.platform == "linux" else ""),
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, mine: SampleMine) -> Iterator[Page]:
    """The page at desk width; complaints of the browser are failures."""
    complaints: list[str] = []
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda problem: complaints.append(str(problem)))
    page.set_default_timeout(WAIT_MS)
    page.goto(f"{mine.address}/simulator/")
    yield page
    page.close()
    assert complaints == []


def test_a_newcomer_answers_a_question_by_tapping(page: Page) -> None:
    phone = page.locator(".phone").first
    phone.get_by_role("button", name="关注公众号").click()
    expect(phone.locator(".bubbles").get_by_text("升井洗完澡")).to_be_visible(timeout=WAIT_MS)
    phone.locator(".bubble").get_by_text("帮助").last.click()
    expect(phone.locator(".bubbles").get_by_text("这里能做什么")).to_be_visible(timeout=WAIT_MS)
    phone.locator(".bubble").get_by_text("每日一题").last.click()
    expect(phone.locator(".bubbles").get_by_text("第1题（").first).to_be_visible(timeout=WAIT_MS)


def test_what_a_person_types_is_shown_as_typed(page: Page) -> None:
    phone = page.locator(".phone").first
    phone.get_by_role("button", name="关注公众号").click()
    expect(phone.locator(".bubbles").get_by_text("升井洗完澡")).to_be_visible(timeout=WAIT_MS)
    box = phone.get_by_role("textbox")
    if not box.is_visible():
        phone.get_by_role("button", name="键盘").click()
    box.fill("<img src=x onerror=alert(1)> & <b>粗</b>")
    box.press("Enter")
    expect(phone.locator(".bubbles").get_by_text("<img src=x onerror=alert(1)> & <b>粗</b>", exact=True)).to_be_visible(
        timeout=WAIT_MS
    )


def test_nothing_is_wider_than_a_phone(browser: Browser, mine: SampleMine) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{mine.address}/simulator/")
    page.locator(".phone").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()
