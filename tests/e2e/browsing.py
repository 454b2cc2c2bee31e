"""The simulator's page in a real browser, opened as a newcomer would; whatever the browser complains of fails the test."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.conftest import missing

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]
WAIT_MS = 20_000
DESK = (1366, 768)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, or whichever $CHROMIUM names."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        missing(
            "Chromium",
            "install chromium, or set CHROMIUM to the program" + (" (apt)" if sys.platform == "linux" else ""),
        )
    expect.set_options(timeout=WAIT_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        browser.close()


@contextmanager
def visit(browser: Browser, address: str, size: tuple[int, int] = DESK, *, forgiven: str = "") -> Iterator[Page]:
    """A page that knows nothing of others, its clipboard allowed and its animations off; complaints of `forgiven` do not count."""
    complaints: list[str] = []
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce")
    try:
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda problem: complaints.append(str(problem)))
        page.set_default_timeout(WAIT_MS)
        page.goto(address)
        page.locator(".phone").first.wait_for()
        yield page
    finally:
        context.close()
    unforgiven = [said for said in complaints if not forgiven or forgiven not in said]
    assert not unforgiven, unforgiven
