"""The search as readers run it: the worker with the real records, and the box by keyboard, screen reader and finger."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from playwright.sync_api import Route

from browser.driving import AXE, Visit, Visitor
from resource_directory.search.folding import words_of
from support import ROOT, Build

ASK = """async ([asked, base]) => {
    const worker = new Worker(base + 'assets/directory/search-worker.js', { type: 'module' });
    worker.postMessage({ base, own: '' });
    const found = [];
    for (const [number, [text, own]] of asked.entries()) {
        found.push(await new Promise((done) => {
            worker.onmessage = ({ data }) => data.number === number && (data.whole || data.failed) && done(data);
            worker.postMessage({ number, text, own, most: 10 });
        }));
    }
    worker.terminate();
    return found;
}"""
WORDS = """async ([texts, base]) => {
    const { wordsOf } = await import(base + 'assets/directory/search-words.js');
    return texts.map(wordsOf);
}"""


def queries() -> Iterator[tuple[str, str, str]]:
    """(what is typed, the state of the page, the address of the first result)."""
    groups: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "tests/search_queries.yml").read_text(encoding="utf-8"))
    for group in groups.values():
        for text, wanted in group.items():
            if isinstance(wanted, dict):
                yield from ((inner, text, address) for inner, address in wanted.items())
            else:
                yield text, "", wanted


def ask(visited: Visit, asked: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """Answers of the site's own worker to (text, state of the page)."""
    answers: list[dict[str, Any]] = visited.page.evaluate(ASK, [[list(pair) for pair in asked], visited.base])
    return answers


def addresses(answer: dict[str, Any]) -> list[str]:
    return [item["href"] for group in answer["groups"] for item in group["items"]]


def test_first_results_over_the_whole_country(visit: Visitor, real_site: Build) -> None:
    table = list(queries())
    assert len(table) >= 60
    visited = visit(real_site)
    visited.go("safety/")
    answers = ask(visited, [(text, state) for text, state, _ in table])
    wrong = [
        (text, state, wanted, addresses(answer)[:3])
        for (text, state, wanted), answer in zip(table, answers, strict=True)
        if addresses(answer)[:1] != [wanted]
    ]
    assert wrong == []


def test_words_are_those_of_the_build(visit: Visitor, real_site: Build) -> None:
    """`search-words.js` and `folding.py` agree on every name of the country, and on odd ones."""
    names = {line.split("\t")[2] for file in real_site.site.glob("search/??/[0-9]*.txt") for line in lines(file)}
    odd = [
        "S.A.F.E. D.C. J.R.",
        "ÅngstrÖm Straße Æon ıİ",
        "中文 العربية",
        "a_b",
        "ﬁ ² ½",
        "O’Brien ‘x’ `y´",
        "St.-Mary",
        "",
    ]
    texts = [*sorted(names), *odd]
    visited = visit(real_site)
    visited.go("safety/")
    found: list[list[str]] = visited.page.evaluate(WORDS, [texts, visited.base])
    assert [text for text, words in zip(texts, found, strict=True) if words != words_of(text)] == []


def lines(file: Any) -> list[str]:
    found: list[str] = file.read_text(encoding="utf-8").split("\n")
    return found


def type_in(visited: Visit, text: str) -> None:
    """Types into the box of the page's header and waits for the list."""
    page = visited.page
    if not page.locator("#rd-search").is_visible():
        page.locator(".rd-search__open").click()
    page.locator("#rd-search").fill("")
    page.locator("#rd-search").press_sequentially(text)
    page.wait_for_function(
        "() => { const root = document.querySelector('.rd-search--header');"
        " return !root.hasAttribute('aria-busy') && !root.querySelector('.rd-search__results').hidden }"
    )
    page.wait_for_timeout(150)


def active(visited: Visit) -> str | None:
    """The text of the option to which the box points a screen reader."""
    text: str | None = visited.page.evaluate(
        "() => { const box = document.querySelector('#rd-search');"
        " const option = document.getElementById(box.getAttribute('aria-activedescendant'));"
        " return option && option.getAttribute('aria-selected') === 'true' ? option.innerText : null }"
    )
    return text


def test_arrow_keys_enter_and_escape(visit: Visitor, fictional_site: Build) -> None:
    visited = visit(fictional_site)
    page = visited.go("co/mesa/")
    type_in(visited, "denver")
    box = page.locator("#rd-search")
    assert box.get_attribute("aria-expanded") == "true" and active(visited) is None
    box.press("ArrowDown")
    assert (active(visited) or "").startswith("Denver County")
    box.press("ArrowUp")
    last = active(visited)
    box.press("ArrowDown")
    assert (active(visited) or "").startswith("Denver County") and last != active(visited)
    box.press("Escape")
    assert box.get_attribute("aria-expanded") == "false" and box.input_value() == "denver"
    box.press("Escape")
    assert box.input_value() == ""
    type_in(visited, "denver")
    with page.expect_navigation(url=visited.base + "co/denver/"):
        box.press("Enter")
    page.go_back()
    assert page.locator("#rd-search").input_value() == "", "who comes back does not find what was typed"


def test_enter_before_the_results_are_there_opens_the_best(visit: Visitor, fictional_site: Build) -> None:
    visited = visit(fictional_site)
    page = visited.go("co/mesa/")
    page.locator("#rd-search").focus()
    with page.expect_navigation(url=visited.base + "co/denver/"):
        page.keyboard.type("80205")
        page.keyboard.press("Enter")


@pytest.mark.parametrize("leave", ["Escape", "Backspace", "other box"])
def test_who_leaves_before_the_answer_is_not_kept_waiting(visit: Visitor, fictional_site: Build, leave: str) -> None:
    """The box says `aria-busy` no longer than it waits."""
    visited = visit(fictional_site)
    held: list[Route] = []
    visited.context.route("**/search/**", lambda route: held.append(route))
    page = visited.go("map/")
    first = page.locator(".rd-search--header")
    box = first.locator("input")
    box.press_sequentially("d")
    page.wait_for_selector(".rd-search--header[aria-busy]")
    if leave == "other box":
        page.locator(".rd-search--map input").press_sequentially("m")
        page.wait_for_selector(".rd-search--map[aria-busy]")
    else:
        box.press(leave)
    assert first.get_attribute("aria-busy") is None
    for route in held:
        route.continue_()


def test_the_list_is_grouped_and_said(visit: Visitor, fictional_site: Build) -> None:
    visited = visit(fictional_site)
    page = visited.go("co/denver/")
    type_in(visited, "dental care denver")
    groups = page.locator("[role=listbox] [role=group]")
    headings = [groups.nth(index).locator("p").inner_text() for index in range(groups.count())]
    assert headings == ["Organizations", "Places", "Needs and kinds of help"]
    option = page.locator("[role=option]").first
    for said in ("Example Clinic", "Health center", "Denver, CO", "303-555-0170"):
        assert said in option.inner_text()
    assert option.locator(".rd-icon--health_center").count() == 1
    page.wait_for_function("() => /^\\d+ results?$/.test(document.querySelector('.rd-search__status').textContent)")
    type_in(visited, "denver nosuchword")
    assert "Nothing found" in page.locator(".rd-search__hint").inner_text()
    assert page.locator("[role=group] p").first.inner_text() == "Where to go on"
    address = page.url
    page.keyboard.press("Enter")
    assert page.url == address
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/hotlines/")
    assert page.locator('a.rd-call[href^="tel:"]').count() > 0


def test_a_wrong_letter_is_said(visit: Visitor, fictional_site: Build) -> None:
    visited = visit(fictional_site)
    page = visited.go("co/denver/")
    type_in(visited, "silvreton")
    assert "silverton" in page.locator(".rd-search__hint").inner_text()
    assert "San Juan" in page.locator("[role=option]").first.inner_text()


def test_more_results_on_request(visit: Visitor, real_site: Build) -> None:
    visited = visit(real_site)
    page = visited.go("co/denver/")
    type_in(visited, "health center")
    number = page.locator("a[role=option][href*=resources]").count()
    page.locator(".rd-search__more").click()
    page.wait_for_function(
        f"() => document.querySelectorAll('a[role=option][href*=resources]').length === {number + 20}"
    )
    assert page.evaluate("document.activeElement.id") == "rd-search"


def test_a_page_of_a_state_puts_its_own_first(visit: Visitor, real_site: Build) -> None:
    visited = visit(real_site)
    for address in (
        "co/",
        "co/mesa/",
        "regions/co-503/",
        "resources/colorado-legal-services/",
        "needs/health-care/co/",
    ):
        page = visited.go(address)
        type_in(visited, "clinic")
        shown = page.locator("a[role=option][href*=resources]").first.inner_text()
        assert ", CO" in shown or "Colorado" in shown, address


def test_what_is_fetched_names_nothing_that_was_typed(visit: Visitor, real_site: Build) -> None:
    visited = visit(real_site)
    page = visited.go("co/denver/")
    before = len(visited.requests)
    assert not [url for url in visited.requests if "search" in url.removeprefix(visited.base)], "it waits for the box"
    for text in ("legal aid springfield", "80205", "303-297-4091", "urbn peak"):
        type_in(visited, text)
    names = r"search/(start|search_index)\.json|search/(words|places)-\d+\.txt|search/(kinds|spelling)\.txt|search/../(text-)?\d+\.txt"
    for url in visited.requests[before:]:
        address = url.removeprefix(visited.base)
        assert re.fullmatch(rf"(?:{names})(\?[0-9a-f]{{8}})?|assets/(directory|vendor)/[\w/.-]+", address), address
    assert page.evaluate("[document.cookie, localStorage.length, sessionStorage.length]") == ["", 0, 0]


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("text", ["denver", "nosuchthing", "silvreton"])
def test_axe_finds_nothing_in_the_open_list(
    visit: Visitor, fictional_site: Build, width: int, dark: bool, text: str
) -> None:
    visited = visit(fictional_site, width=width, dark=dark)
    page = visited.go("co/denver/")
    type_in(visited, text)
    page.keyboard.press("ArrowDown")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate("async () => (await axe.run()).violations")
    assert [f"{entry['id']}: {entry['nodes'][0]['html'][:200]}" for entry in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".rd-exit a").is_visible()
    page.locator(".rd-exit a").click(trial=True)


def test_on_a_phone_the_box_is_behind_a_button(visit: Visitor, fictional_site: Build) -> None:
    visited = visit(fictional_site, width=320)
    page = visited.go("co/denver/")
    button = page.locator(".rd-search__open")
    assert button.get_attribute("aria-expanded") == "false" and not page.locator("#rd-search").is_visible()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "rd-search"
    assert button.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.className").startswith("md-header__button")
    assert not page.locator("#rd-search").is_visible()


def test_without_scripts_there_is_no_box(visit: Visitor, fictional_site: Build) -> None:
    visited = visit(fictional_site, scripts=False)
    for address in ("", "co/denver/"):
        assert not visited.go(address).locator(".rd-search").first.is_visible()


def test_without_workers_the_page_searches_itself(visit: Visitor, fictional_site: Build) -> None:
    visited = visit(fictional_site)
    visited.page.add_init_script("delete window.Worker")
    visited.go("co/mesa/")
    type_in(visited, "denver")
    assert visited.page.locator("[role=option]").count() > 1


def test_data_that_cannot_be_had_is_said_and_asked_for_again(visit: Visitor, fictional_site: Build) -> None:
    visited = visit(fictional_site)
    page = visited.go("co/denver/")
    page.context.route("**/search/start.json", lambda route: route.abort())
    type_in(visited, "denver")
    assert "could not be loaded" in page.locator(".rd-search__hint").inner_text()
    page.context.unroute("**/search/start.json")
    type_in(visited, "denver c")
    assert page.locator("[role=option]").count() > 0


def test_hostile_names_stay_text_in_the_list(visit: Visitor, fictional_site: Build) -> None:
    visited = visit(fictional_site)
    page = visited.go("co/denver/")
    type_in(visited, "onerror alert")
    assert "<img src=x onerror=alert(1)>" in page.locator("[role=option]").first.inner_text()
    assert page.locator("img[src=x]").count() == 0
    assert visited.errors == []


def test_keys_of_an_editable_combobox(visit: Visitor, fictional_site: Build) -> None:
    """As the ARIA Authoring Practices have them: what moves in the text leaves the list."""
    visited = visit(fictional_site)
    page = visited.go("co/mesa/")
    type_in(visited, "denver")
    box = page.locator("#rd-search")
    for key, caret in (("Home", 0), ("End", 6), ("ArrowLeft", 5), ("ArrowRight", 6)):
        box.press("ArrowDown")
        assert active(visited) is not None
        box.press(key)
        assert active(visited) is None and box.get_attribute("aria-activedescendant") is None
        assert page.evaluate("document.activeElement.selectionStart") == caret
        assert box.get_attribute("aria-expanded") == "true"
    box.press("Alt+ArrowUp")
    assert box.get_attribute("aria-expanded") == "false"
    box.press("Alt+ArrowDown")
    assert box.get_attribute("aria-expanded") == "true" and active(visited) is None
    box.press("ArrowUp")
    box.press("ArrowDown")
    assert (active(visited) or "").startswith("Denver County"), "the list goes round"
    page.keyboard.type("x")
    assert box.input_value() == "denverx" and active(visited) is None
    box.press("Backspace")
    page.wait_for_timeout(200)
    box.press("Tab")
    assert page.evaluate("document.activeElement.className") == "rd-locate__button"
    page.keyboard.press("Tab")
    page.wait_for_timeout(50)
    assert not page.locator(".rd-search__results").is_visible()


def test_the_list_is_named_and_every_option_belongs_to_it(visit: Visitor, fictional_site: Build) -> None:
    visited = visit(fictional_site)
    page = visited.go("co/denver/")
    type_in(visited, "denver")
    page.keyboard.press("ArrowDown")
    wrong = page.evaluate(
        """() => {
          const box = document.querySelector('#rd-search');
          const list = document.getElementById(box.getAttribute('aria-controls'));
          const options = [...list.querySelectorAll('[role=option]')];
          const groups = [...list.querySelectorAll('[role=group]')];
          return [
            box.getAttribute('role') !== 'combobox' && 'combobox',
            box.getAttribute('aria-autocomplete') !== 'list' && 'autocomplete',
            !list.getAttribute('aria-label') && 'name of the list',
            new Set(options.map(({ id }) => id)).size !== options.length && 'ids',
            !options.every((option) => option.closest('[role=group]')) && 'groups',
            !groups.every((group) => document.getElementById(group.getAttribute('aria-labelledby'))?.textContent) && 'names',
            options.filter((option) => option.getAttribute('aria-selected') === 'true').length !== 1 && 'selected',
            options.some((option) => option.tabIndex >= 0) && 'tab',
            list.querySelector('button, input') && 'controls among options',
          ].filter(Boolean);
        }"""
    )
    assert wrong == []


@pytest.mark.parametrize("colours", ["active", "none"])
def test_what_is_marked_can_be_seen(visit: Visitor, fictional_site: Build, colours: Any) -> None:
    """Colours of the reader's own, too, and at 400% zoom, which makes a window of 1280 one of 320."""
    visited = visit(fictional_site, width=320)
    page = visited.page
    page.emulate_media(forced_colors=colours)
    visited.go("")
    page.locator("#rd-find-box").press_sequentially("denver")
    page.locator("[role=option]").first.wait_for()
    look = "(one) => { const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);"
    look += " return [outlineStyle, parseFloat(outlineWidth), boxShadow !== 'none']; }"
    style, width, _ = page.locator("#rd-find-box").evaluate(look)
    assert style == "solid" and width >= 3
    for _ in range(page.locator("[role=option]").count()):
        page.keyboard.press("ArrowDown")
        option = page.locator("[role=option][aria-selected=true]")
        style, width, shadow = option.evaluate(look)
        assert (style == "solid" and width >= 2) if colours == "active" else shadow
        box = option.bounding_box()
        exit_box = page.locator(".rd-exit a").bounding_box()
        assert box is not None and exit_box is not None
        assert box["y"] >= 0 and box["y"] + min(box["height"], 24) <= exit_box["y"] + 1, "it is not under the button"
        assert box["height"] >= 24 and box["x"] >= 0 and box["x"] + box["width"] <= 320
