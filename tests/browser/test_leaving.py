"""The way out works while the rest of a page still loads, and takes the title away first."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route

from browser.driving import Visit, Visitor
from support import Build

AWAY = "https://www.weather.gov/"
LEFT = f"leaves for {AWAY}, title blank"
#: What a page may be without and still let go: all scripts but the first, and the colours of the page.
LATE = (re.compile(r"/assets/(?!directory/(?:exit|header/\w+)\.js).*\.m?js$"),)
#: Tells, in order, what becomes of the title and when the browser is sent away.
WATCH = """() => {
  window.told = [];
  new MutationObserver(() => window.told.push("title " + (document.title.replace("\\u200b", "") || "blank")))
    .observe(document.querySelector("title"), { childList: true, characterData: true, subtree: true });
  navigation.addEventListener("navigate", (event) =>
    window.told.push("leaves for " + event.destination.url + (document.title === "\\u200b" ? ", title blank" : "")));
}"""


def press_button(page: Page) -> None:
    page.locator(".rd-exit a").click(no_wait_after=True)


def press_shift(page: Page) -> None:
    for _ in range(3):
        page.keyboard.press("Shift")


def early(visited: Visit, address: str) -> tuple[Page, list[Route]]:
    """The page with its scripts held back for good, and those that were asked for."""
    held: list[Route] = []
    for pattern in LATE:
        visited.page.route(pattern, lambda route: held.append(route))
    visited.page.route(f"{AWAY}**", lambda route: route.fulfill(status=204))
    visited.page.goto(visited.base + address, wait_until="commit")
    visited.page.locator("main h1").wait_for()
    return visited.page, held


@pytest.mark.parametrize("leave", [press_button, press_shift])
@pytest.mark.parametrize("address", ["", "co/denver/", "safety/", "404.html", "es/co/denver/"])
def test_it_leaves_before_the_other_scripts_are_there(
    visit: Visitor, fictional_site: Build, address: str, leave: Callable[[Page], None]
) -> None:
    page, held = early(visit(fictional_site), address)
    assert held, "the page waits for a script"
    page.evaluate(WATCH)
    with page.expect_request(f"{AWAY}**"):
        leave(page)
    # A microtask tells of the title after the script that changed it: what the departure saw decides.
    assert [entry for entry in page.evaluate("window.told") if entry.startswith("leaves")] == [LEFT]
    assert page.locator(".govuk-exit-this-page-overlay").count() == 1
    assert not page.locator("main h1").is_visible()


@pytest.mark.parametrize("leave", [press_button, press_shift])
def test_it_leaves_once_and_blank_when_all_is_there(
    visit: Visitor, fictional_site: Build, leave: Callable[[Page], None]
) -> None:
    visited = visit(fictional_site)
    page = visited.go("co/denver/")
    page.route(f"{AWAY}**", lambda route: route.fulfill(status=204))
    page.locator("[data-govuk-exit-this-page-init]").wait_for()
    page.evaluate(WATCH)
    with page.expect_request(f"{AWAY}**"):
        leave(page)
    assert [entry for entry in page.evaluate("window.told") if entry.startswith("leaves")] == [LEFT]
    assert page.locator(".govuk-exit-this-page-overlay").count() == 1


def test_shift_leaves_even_before_the_page_is_there(visit: Visitor, fictional_site: Build) -> None:
    """The script that sets the colours holds up all that stands below the header."""
    visited = visit(fictional_site)
    page = visited.page
    page.route(f"{AWAY}**", lambda route: route.fulfill(status=204))
    page.route(re.compile(r"/(?!exit\.)[\w-]+\.m?js$"), lambda route: None)
    page.goto(visited.base + "co/denver/", wait_until="commit")
    page.locator(".md-header__title").wait_for()
    assert page.locator("main").count() == 0
    page.evaluate(WATCH)
    with page.expect_request(f"{AWAY}**"):
        press_shift(page)
    assert [entry for entry in page.evaluate("window.told") if entry.startswith("leaves")] == [LEFT]


def test_presses_before_and_after_the_scripts_came_count_together(visit: Visitor, fictional_site: Build) -> None:
    page, held = early(visit(fictional_site), "co/denver/")
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    for pattern in LATE:
        page.unroute(pattern)
    for route in held:
        route.continue_()
    page.locator("[data-govuk-exit-this-page-init]").wait_for()
    page.evaluate(WATCH)
    with page.expect_request(f"{AWAY}**"):
        page.keyboard.press("Shift")
    assert [entry for entry in page.evaluate("window.told") if entry.startswith("leaves")] == [LEFT]


@pytest.mark.parametrize("keys", [["Shift", "Shift"], ["Shift", "Shift", "a", "Shift"], ["Shift+a", "Shift", "Shift"]])
def test_other_keys_do_not_leave(visit: Visitor, fictional_site: Build, keys: list[str]) -> None:
    page, _ = early(visit(fictional_site), "co/denver/")
    page.evaluate(WATCH)
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_timeout(100)
    assert page.evaluate("window.told") == []
    assert page.title().startswith("Denver County")


def test_the_first_script_needs_no_other(visit: Visitor, fictional_site: Build) -> None:
    html = (fictional_site.site / "co/denver/index.html").read_text(encoding="utf-8")
    head = html[: html.index("<body")]
    first = head[head.index("<script") :]
    assert first.startswith("<script src=../../assets/directory/exit.js ")
    assert (
        "async" not in first.split(">")[0]
        and "defer" not in first.split(">")[0]
        and "module" not in first.split(">")[0]
    )
    script = (fictional_site.site / "assets/directory/exit.js").read_text(encoding="utf-8")
    assert "import" not in script and len(script) < 4000
