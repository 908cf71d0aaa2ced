"""A headless Chromium for the tests, and a page that records every request."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from browser.driving import Visit, Visitor
from support import Build, chromium

#: Chromium's own errands, which are no part of a page, are switched off.
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests share one worker, so that one Chromium serves them all."""
    for item in items:
        if "browser" in Path(item.path).parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all browser tests of a worker."""
    arguments = [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else list(QUIET)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=arguments)
        yield started
        started.close()


@pytest.fixture
def visit(browser: Browser, serve: Callable[[Path], str]) -> Iterator[Visitor]:
    """Opens a built site: `visit(site, width=360, dark=True, scripts=False)`."""
    opened: list[BrowserContext] = []

    def start(build: Build, *, width: int = 1280, dark: bool = False, scripts: bool = True) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        opened.append(context)
        made = Visit(context.new_page(), context, serve(build.site))
        context.on("request", lambda request: made.requests.append(request.url))
        made.page.on("pageerror", lambda error: made.errors.append(str(error)))
        made.page.on("console", lambda m: made.errors.append(m.text) if m.type == "error" else None)
        return made

    yield start
    for context in opened:
        context.close()
