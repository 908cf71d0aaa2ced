"""The switch that hides details: neutral words for telling ones, on all that a page shows, as long as the page lives."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from browser.driving import AXE, Visit, Visitor
from resource_directory.catalogues import load_languages
from resource_directory.loading import Sources
from resource_directory.secrecy import neutral_pattern
from resource_directory.translating import translated_vocabulary
from support import ROOT, Build

#: Pages with names of kinds, of organizations, and with texts of the directory's own.
KINDS = {
    "home": "",
    "state": "co/",
    "county": "co/denver/",
    "empty county": "co/cheyenne/",
    "region": "regions/co-990/",
    "record": "resources/example-house-mesa/",
    "hot line": "resources/hotline-example/",
    "types": "types/",
    "type": "types/family-programs/",
    "type in a state": "types/family-programs/co/",
    "need": "needs/tonight/",
    "hot lines": "hotlines/",
    "partnerships": "partnerships/",
    "partner": "partnerships/family-programs/",
    "worksheet": "partnerships/worksheet/",
    "home in Spanish": "es/",
    "state in Spanish": "es/co/",
    "county in Spanish": "es/co/denver/",
    "region in Spanish": "es/regions/co-990/",
    "need in Spanish": "es/needs/tonight/",
    "partner in Spanish": "es/partnerships/family-programs/",
    "worksheet in Spanish": "es/partnerships/worksheet/",
}
each_kind = pytest.mark.parametrize("address", KINDS.values(), ids=KINDS.keys())
#: Everything that is shown or read out: texts of the body that are no script's, and attributes.
SAID = """() => {
  const found = [], names = ["aria-label", "title", "alt", "placeholder"];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.nodeType === 3) { if (!node.parentElement.closest("script, style")) found.push(node.data); }
    else for (const name of names) if (node.getAttribute(name)) found.push(node.getAttribute(name));
  }
  return found;
}"""


def said(page: Page) -> list[str]:
    """All texts of a page."""
    return [str(text) for text in page.evaluate(SAID)]


def hide(page: Page) -> None:
    """Presses the switch and waits until it has worked."""
    button = page.locator("[data-rd-hide]")
    before = button.get_attribute("aria-pressed")
    button.click()
    page.wait_for_function(
        "before => document.querySelector('[data-rd-hide]').getAttribute('aria-pressed') !== before", arg=before
    )


@pytest.fixture(scope="module")
def telling(sources: Sources) -> re.Pattern[str]:
    """Words that give a reader away, and names of kinds that have a neutral one, in all languages."""
    said = [
        sources.vocabulary,
        *(translated_vocabulary(sources.vocabulary, m) for m in load_languages(ROOT, frozenset())),
    ]
    kinds = [kind for words in said for kind in words.types.values()]
    names = [name for k in kinds for name in (k.label, k.plural) if name not in (k.neutral, k.neutral_plural)]
    return neutral_pattern([*sources.vocabulary.neutral_words.all, *names])


def found(texts: Iterable[str], telling: re.Pattern[str]) -> list[str]:
    return [text for text in texts if telling.search(text)]


@each_kind
def test_nothing_tells_and_all_comes_back(
    visit: Visitor, fictional_site: Build, telling: re.Pattern[str], address: str
) -> None:
    visited = visit(fictional_site)
    page = visited.go(address)
    visited.show_maps()
    page.wait_for_load_state("networkidle")
    before = said(page)
    assert found(before, telling), "the page has something to hide"
    hide(page)
    assert found(said(page), telling) == []
    assert page.locator("[data-rd-hide]").get_attribute("aria-pressed") == "true"
    assert str(page.locator(".rd-tools [role=status]").text_content())
    hide(page)
    visited.page.locator(".rd-tools [role=status]").evaluate("status => { status.textContent = '' }")
    # Maps may have drawn more meanwhile.
    assert Counter(before) - Counter(said(page)) == Counter()
    assert [error for error in visited.errors if "404" not in error] == []


def test_case_is_kept_and_hyphens_are_spaces(visit: Visitor, fictional_site: Build) -> None:
    page = visit(fictional_site).go("co/denver/")
    page.evaluate(
        "() => { const p = document.createElement('p'); p.id = 'sample'; p.textContent ="
        " 'Domestic violence programs. A domestic-violence program. Shelters and shelter. Sheltered. An abuser.';"
        " document.querySelector('article').append(p) }"
    )
    hide(page)
    assert page.locator("#sample").text_content() == (
        "Family programs. A family program. Places to stay and place to stay. Sheltered. Another person."
    )


def test_a_telling_name_gives_way_to_its_kind_and_a_harmless_one_stays(visit: Visitor, fictional_site: Build) -> None:
    page = visit(fictional_site).go("co/denver/")
    page.evaluate(
        "() => { for (const [id, name] of [['telling', 'Rosa Trafficking Aid'], ['harmless', 'Rosa House']]) {"
        " const box = document.createElement('li'); box.className = 'rd-card rd-type--anti_trafficking';"
        " box.innerHTML = '<a href=\"../../resources/x/\"></a>'; box.firstChild.textContent = name; box.id = id;"
        " document.querySelector('article').append(box); } }"
    )
    hide(page)
    assert page.locator("#telling").text_content() == "Specialist program"
    assert page.locator("#harmless").text_content() == "Rosa House"


def test_what_comes_later_is_hidden_too(visit: Visitor, fictional_site: Build, telling: re.Pattern[str]) -> None:
    visited = visit(fictional_site)
    page = visited.go("co/denver/")
    hide(page)
    box = page.locator("#rd-search")
    box.press_sequentially("domestic violence")
    page.locator("a[role=option]").first.wait_for()
    page.wait_for_timeout(300)
    assert found([str(text) for text in page.locator("[role=listbox]").all_text_contents()], telling) == []
    assert page.locator("[role=option]").count() > 0
    assert box.input_value() == "domestic violence", "what is typed is never touched"
    page.keyboard.press("Escape")
    visited.show_maps()
    assert found(said(page), telling) == []


def test_it_lives_as_long_as_the_page(visit: Visitor, fictional_site: Build, telling: re.Pattern[str]) -> None:
    visited = visit(fictional_site)
    page = visited.go("co/denver/")
    before = (page.url, page.title(), page.evaluate("history.length"))
    hide(page)
    assert (page.url, page.title(), page.evaluate("history.length")) == before
    page.reload()
    assert page.locator("[data-rd-hide]").get_attribute("aria-pressed") == "false"
    assert found(said(page), telling)
    stored = page.evaluate(
        "async () => [document.cookie, localStorage.length, sessionStorage.length,"
        " (await indexedDB.databases()).length, (await caches.keys()).length]"
    )
    assert stored == ["", 0, 0, 0, 0] and visited.foreign == []
    asked = [url.removeprefix(visited.base) for url in visited.requests if "neutral" in url or "hide" in url]
    assert asked == ["assets/directory/hide.js", "assets/directory/neutral-en.json"], "only when it is pressed"


def test_paper_shows_what_the_page_shows(
    visit: Visitor, fictional_site: Build, telling: re.Pattern[str], tmp_path: Path
) -> None:
    page = visit(fictional_site).go("resources/example-house-mesa/")
    hide(page)
    page.emulate_media(media="print")
    shown = str(page.locator("article").inner_text())
    assert found([shown], telling) == []
    after = page.evaluate(
        "[...document.querySelectorAll('a[href^=http]')].map((a) => getComputedStyle(a, '::after').content)"
    )
    assert set(after) <= {"none", "normal"}
    assert not page.locator("[data-rd-hide]").is_visible()


def test_where_the_words_cannot_be_had_nothing_seems_hidden(visit: Visitor, fictional_site: Build) -> None:
    visited = visit(fictional_site)
    page = visited.go("co/denver/")
    page.route("**/neutral-*.json", lambda route: route.abort())
    page.locator("[data-rd-hide]").click()
    page.locator(".rd-tools [role=status]", has_text="Nothing is hidden").wait_for()
    assert page.locator("[data-rd-hide]").get_attribute("aria-pressed") == "false"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_while_details_are_hidden(visit: Visitor, fictional_site: Build, dark: bool) -> None:
    page = visit(fictional_site, dark=dark).go("co/denver/")
    hide(page)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    wrong: list[dict[str, Any]] = page.evaluate("async () => (await axe.run()).violations")
    assert [f"{entry['id']}: {entry['nodes'][0]['html'][:200]}" for entry in wrong] == []


def test_without_scripts_there_is_no_switch(visit: Visitor, fictional_site: Build) -> None:
    visited: Visit = visit(fictional_site, scripts=False)
    assert not visited.go("co/denver/").locator("[data-rd-hide]").is_visible()
