"""What a reader types, ticks or chooses stays on the page, whatever control is used: a log of all that a page tells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from browser.recording import MARKER, Recorder, recording
from browser.test_site import KINDS
from support import Build

#: One page of each kind, and some in Spanish.
PAGES = {**KINDS, "Spanish home": "es/", "Spanish county": "es/co/denver/", "Spanish gaps": "es/gaps/"}
#: Ways to tell or keep what was typed, each of which the log must notice.
LEAKS = {
    "address": "history.replaceState(null, '', '?q=' + text)",
    "fragment": "location.hash = text",
    "history": "history.pushState({ text }, '')",
    "title": "document.title = text",
    "request": "fetch('safety/?' + text)",
    "body": "fetch('safety/', { method: 'POST', body: text })",
    "beacon": "navigator.sendBeacon('safety/', text)",
    "picture": "new Image().src = 'a.png?' + text",
    "header": "fetch('safety/', { headers: { 'x-text': text } })",
    "cookie": "document.cookie = 'a=' + text",
    "local storage": "localStorage.setItem('a', text)",
    "session storage": "sessionStorage.a = text",
    "database": "indexedDB.open(text)",
    "cache": "caches.open(text)",
    "console": "console.log(text)",
    "name": "window.name = text",
    "channel": "new BroadcastChannel('a').postMessage(text)",
    "stored for a moment": "localStorage.setItem('a', text); localStorage.removeItem('a')",
}
PLANTED = """() => {
  const box = document.querySelector('#rd-search, #rd-find-box');
  box.addEventListener('input', () => { const text = box.value; LEAK; });
}"""


@pytest.fixture
def record(browser: Browser, serve: Callable[[Path], str], fictional_site: Build) -> Iterator[Callable[[], Recorder]]:
    """Opens recorded pages of the fictional site."""
    made: list[Recorder] = []

    def start() -> Recorder:
        made.append(recording(browser, serve(fictional_site.site)))
        return made[-1]

    yield start
    for one in made:
        one.visit.context.close()


@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES.keys())
def test_nothing_given_leaves_the_page(record: Callable[[], Recorder], address: str) -> None:
    made = record()
    page = made.visit.go(address)
    made.visit.show_maps()
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(200)
    made.use_all()
    page.wait_for_timeout(300)
    assert made.leaks() == []
    assert any(what["type"] == "text" for what in made.used), "the box of the search is on every page"
    assert any("search/start.json" in entry["url"] for entry in made.requests), "requests of the worker are seen too"
    assert MARKER in made.given


def test_every_kind_of_control_is_used(record: Callable[[], Recorder]) -> None:
    """On a county's page: the boxes, the ticks, the buttons, the folded parts, the map, those too that appear later."""
    made = record()
    page = made.visit.go("co/denver/")
    made.visit.show_maps()
    page.evaluate(
        "() => { const late = document.createElement('button'); late.type = 'button'; late.textContent = 'late';"
        " late.onclick = () => { const more = document.createElement('textarea'); late.after(more); };"
        " document.querySelector('main').append(late); }"
    )
    made.use_all()
    used = {(what["tag"], what["type"]) for what in made.used}
    assert {("input", "text"), ("input", "checkbox"), ("input", "radio"), ("summary", "")} <= used
    assert ("textarea", "textarea") in used, "what appears on the way is used as well"
    assert {"Use my location", "Print this page", "late"} <= {what["said"] for what in made.used}
    assert all(what["said"] != "Exit this page" for what in made.used)


@pytest.mark.parametrize("leak", LEAKS.values(), ids=LEAKS.keys())
def test_the_log_notices(record: Callable[[], Recorder], leak: str) -> None:
    made = record()
    page = made.visit.go("safety/")
    made.use_all("#rd-search")
    assert made.leaks() == []
    page.reload()
    page.evaluate(PLANTED.replace("LEAK", leak))
    made.use_all("#rd-search")
    page.wait_for_timeout(100)
    assert made.leaks() != []


def test_the_log_notices_a_tick(record: Callable[[], Recorder]) -> None:
    made = record()
    page = made.visit.go("safety/")
    page.evaluate(
        "() => { const box = document.createElement('input'); box.type = 'checkbox'; box.value = 'no_papers';"
        " box.onchange = () => fetch('/search/no_papers.txt'); document.querySelector('main').append(box); }"
    )
    made.use_all("main input")
    page.wait_for_timeout(100)
    assert [leak for leak in made.leaks() if leak.startswith("no_papers in a request")]


def test_a_link_leads_without_a_referrer_and_leaves_nothing(record: Callable[[], Recorder]) -> None:
    made = record()
    page = made.visit.go("co/denver/")
    page.locator("#rd-search").press_sequentially("silverton")
    page.locator("[role=option]").first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/co/san-juan/")
    assert [leak for leak in made.leaks() if leak.startswith("a referrer")] == []
    assert page.evaluate("document.referrer") == ""
    assert not [entry for entry in made.requests if "silverton" in entry["url"].removeprefix(made.visit.base)]
    page.go_back()
    assert page.locator("#rd-search").input_value() == ""
