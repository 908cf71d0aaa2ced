"""From a place to its county's page: ZIP codes in several counties, unknown ones, names that several places have, and the
reader's own location, which is worked out on the page."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import shapely
from playwright.sync_api import Browser, Geolocation, Page

from browser.driving import AXE, Visit, Visitor
from resource_directory.loading import Sources
from support import Build

SEED = 8031
POINTS = 2_000
#: Metres by which the shapes that the site serves may differ from the atlas.
OFF = 300
DENVER: Geolocation = {"latitude": 39.7392, "longitude": -104.9903}
#: On the line between Cheyenne and Kiowa counties.
BORDER: Geolocation = {"latitude": 38.612, "longitude": -102.6, "accuracy": 50}
PARIS: Geolocation = {"latitude": 48.8566, "longitude": 2.3522}
CHICAGO: Geolocation = {"latitude": 41.8781, "longitude": -87.6298}
AT = """async ([base, points]) => {
    const { countiesAt, shapesOf } = await import(base + 'assets/directory/where.js');
    const shapes = shapesOf(await (await fetch(base + 'assets/map/counties.json')).json());
    return points.map(([x, y]) => countiesAt(shapes, y, x < -180 ? x + 360 : x).map(({ n }) => n));
}"""


def type_in(page: Page, text: str, box: str = "#rd-find-box") -> None:
    """Types and waits for the list."""
    page.locator(box).fill("")
    page.locator(box).press_sequentially(text)
    page.wait_for_function(
        "(box) => { const root = document.querySelector(box).closest('.rd-search');"
        " return !root.hasAttribute('aria-busy') && root.querySelector('[role=option]') }",
        arg=box,
    )
    page.wait_for_timeout(150)


def options(page: Page) -> list[list[str]]:
    """The lines of each suggested place."""
    return [text.split("\n") for text in page.locator("[data-kind=places] [role=option]").all_inner_texts()]


def hint(page: Page) -> str:
    return page.locator(".rd-search__hint").first.inner_text()


def test_a_zip_code_in_several_counties_asks_which(visit: Visitor, fictional_site: Build) -> None:
    page = visit(fictional_site).go("")
    type_in(page, "80516")
    assert options(page) == [
        ["Weld County, Colorado", "ZIP code 80516 · Erie, Frederick, Dacono · most of its people, 58%"],
        ["Boulder County, Colorado", "ZIP code 80516 · Lafayette, Longmont, Louisville · 42% of its people"],
        ["Broomfield County, Colorado", "ZIP code 80516 · Broomfield · 1% of its people"],
    ]
    assert hint(page) == "The ZIP code 80516 lies in 3 counties. Choose one."
    address = page.url
    page.keyboard.press("Enter")
    page.wait_for_function(
        "() => document.querySelector('.rd-search__status').textContent.includes('lies in 3 counties. Choose one.')"
    )
    assert page.url == address
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/co/boulder/")
    assert page.url.endswith("/co/boulder/"), "the address tells nothing of the ZIP code"


def test_enter_before_the_list_is_there_asks_too(visit: Visitor, fictional_site: Build) -> None:
    page = visit(fictional_site).go("")
    page.locator("#rd-find-box").focus()
    page.keyboard.type("80516")
    page.keyboard.press("Enter")
    page.locator("[role=option]").first.wait_for()
    page.wait_for_timeout(500)
    assert hint(page).endswith("Choose one.") and not page.url.endswith("/co/weld/")


def test_a_zip_code_that_lies_in_one_county_nearly_whole_opens_it(visit: Visitor, fictional_site: Build) -> None:
    page = visit(fictional_site).go("")
    type_in(page, "80503")
    assert (
        options(page)[0][1].endswith("nearly all of its people") and not page.locator(".rd-search__hint").is_visible()
    )
    page.keyboard.press("Enter")
    page.wait_for_url("**/co/boulder/")


def test_a_need_with_such_a_zip_code_asks_too(visit: Visitor, fictional_site: Build) -> None:
    page = visit(fictional_site).go("")
    type_in(page, "shelter 80516")
    address = page.url
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert page.url == address and hint(page) == "The ZIP code 80516 lies in 3 counties. Choose one."


def test_a_zip_code_without_a_county_says_so_and_opens_nothing(visit: Visitor, fictional_site: Build) -> None:
    page = visit(fictional_site).go("")
    type_in(page, "80201")
    assert hint(page).startswith("We do not know the ZIP code 80201.")
    assert options(page)[0] == ["Denver County, Colorado", "Has ZIP codes that begin with 802"]
    address = page.url
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert page.url == address
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/co/denver/")


def test_a_zip_code_elsewhere_leads_to_no_wrong_place(visit: Visitor, fictional_site: Build) -> None:
    page = visit(fictional_site).go("")
    for code in ("10001", "96941", "09012", "00802"):
        page.locator("#rd-find-box").fill(code)
        page.locator("[data-kind=instead]").wait_for()
        assert page.locator("[data-kind=places]").count() == 0, code
        page.locator("#rd-find-box").fill("")


def test_a_name_of_several_large_places_asks_which(visit: Visitor, real_site: Build) -> None:
    visited = visit(real_site)
    page = visited.go("")
    for name in ("Springfield", "Kansas City", "Orange County", "NYC", "LA"):
        type_in(page, name)
        assert hint(page) == "Several places have this name. Choose one.", name
        page.keyboard.press("Enter")
        page.wait_for_timeout(100)
        assert page.url == visited.base
    type_in(page, "Denver")
    assert not page.locator(".rd-search__hint").first.is_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/co/denver/")


def located(
    browser: Browser, base: str, where: Geolocation | None, *, address: str = "", width: int = 1280
) -> Iterator[tuple[Visit, Page]]:
    """A page in a browser that knows where it is and may tell; or may not."""
    permissions = ["geolocation"] if where else []
    context = browser.new_context(
        viewport={"width": width, "height": 900}, geolocation=where or None, permissions=permissions
    )
    visited = Visit(context.new_page(), context, base)
    context.on("request", lambda request: visited.requests.append(request.url))
    visited.page.on("pageerror", lambda error: visited.errors.append(str(error)))
    yield visited, visited.go(address)
    assert visited.errors == [] and visited.foreign == []
    context.close()


def press(page: Page) -> list[str]:
    """Presses the button; gives what is said, then the links."""
    part = page.locator(".rd-locate:visible")
    status = part.locator("[role=status]")
    status.evaluate("(status) => { status.textContent = ''; }")
    part.get_by_role("button").click()
    page.wait_for_function(
        "() => { const parts = [...document.querySelectorAll('.rd-locate')].filter((part) => part.offsetParent);"
        " const said = parts[0].querySelector('[role=status]').textContent;"
        " return said && !said.startsWith('Your browser is asked'); }"
    )
    return [status.inner_text(), *(str(link.get_attribute("href")) for link in part.locator("a").all())]


@pytest.mark.parametrize(
    ("where", "said", "links"),
    [
        (DENVER, "You seem to be in Denver County, Colorado.", ["co/denver/"]),
        (BORDER, "You are near a border. Choose one.", ["co/cheyenne/", "co/kiowa/"]),
        (PARIS, "That is in no county that we know. Type a ZIP code, a town or a county instead.", []),
        (
            CHICAGO,
            "You seem to be in Cook County, Illinois, which is not in this directory. Hot lines answer everywhere.",
            ["hotlines/"],
        ),
        (None, "Your browser did not give its location. Type a ZIP code, a town or a county instead.", []),
    ],
    ids=["in a county", "on a border", "elsewhere", "in a state that is not shown", "refused"],
)
def test_the_county_is_told_on_a_press(
    browser: Browser, serve: Any, fictional_site: Build, where: Geolocation | None, said: str, links: Sequence[str]
) -> None:
    base = serve(fictional_site.site)
    for visited, page in located(browser, base, where):
        assert not [url for url in visited.requests if "counties.json" in url], "it waits for the press"
        before = page.evaluate("[location.href, document.title, history.length]")
        text, *found = press(page)
        assert text == said
        assert sorted(link.removeprefix(base) for link in found) == sorted(links)
        assert page.evaluate("[location.href, document.title, history.length]") == before, "nobody is led away"
        told = [url.removeprefix(base) for url in visited.requests if "/map/" in url or "locat" in url]
        assert set(told) <= {"assets/directory/locate.js", "assets/map/counties.json", *told_of_the_map(told)}
        assert not [url for url in visited.requests for sign in ("39.", "104.", "denver") if sign in url]
        stored = page.evaluate("[document.cookie, localStorage.length, sessionStorage.length]")
        assert stored == ["", 0, 0]


def told_of_the_map(told: Sequence[str]) -> set[str]:
    """What the home page's map asks for anyway."""
    return {url for url in told if url.startswith(("assets/map/states", "assets/map/kinds"))}


def test_the_place_is_asked_for_only_on_a_press(browser: Browser, serve: Any, fictional_site: Build) -> None:
    spy = (
        "window.asked = 0; const own = navigator.geolocation.getCurrentPosition.bind(navigator.geolocation);"
        "navigator.geolocation.getCurrentPosition = (...all) => { window.asked += 1; own(...all); };"
        "navigator.geolocation.watchPosition = () => { window.asked += 100; };"
    )
    for visited, page in located(browser, serve(fictional_site.site), DENVER):
        page.add_init_script(spy)
        visited.go("")
        type_in(page, "denver")
        page.keyboard.press("Escape")
        assert page.evaluate("window.asked") == 0
        press(page)
        assert page.evaluate("window.asked") == 1


def test_a_slow_browser_and_missing_shapes_are_said(browser: Browser, serve: Any, fictional_site: Build) -> None:
    slow = "navigator.geolocation.getCurrentPosition = (done, fail) => fail({ code: 3 });"
    for visited, page in located(browser, serve(fictional_site.site), DENVER):
        page.route("**/assets/map/counties.json", lambda route: route.abort())
        assert press(page) == ["Your location could not be found. Type a ZIP code, a town or a county instead."]
        page.unroute("**/assets/map/counties.json")
        assert press(page)[0] == "You seem to be in Denver County, Colorado.", "it is asked for again"
        page.add_init_script(slow)
        visited.go("")
        said = "Your browser took too long to find its location. Try again, or type a ZIP code or a town."
        assert press(page) == [said]


def test_who_comes_back_does_not_find_where_it_was(browser: Browser, serve: Any, fictional_site: Build) -> None:
    for _, page in located(browser, serve(fictional_site.site), DENVER):
        press(page)
        page.locator(".rd-locate a").first.click()
        page.wait_for_url("**/co/denver/")
        page.go_back()
        page.wait_for_timeout(200)
        assert page.locator(".rd-locate a:visible").count() == 0
        assert "Denver County" not in page.locator(".rd-search--page").inner_text()


@pytest.mark.parametrize("width", [1280, 320])
def test_the_button_in_the_panel_is_reached_by_keyboard(
    browser: Browser, serve: Any, fictional_site: Build, width: int
) -> None:
    for _, page in located(browser, serve(fictional_site.site), DENVER, address="co/mesa/", width=width):
        page.keyboard.press("/")
        type_in(page, "mesa", "#rd-search")
        for _ in range(4):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.className") == "rd-locate__button":
                break
        assert page.evaluate("document.activeElement.className") == "rd-locate__button"
        assert page.locator("[role=listbox]").is_visible()
        page.keyboard.press("Enter")
        page.locator(".rd-locate a").wait_for()
        assert page.evaluate("document.activeElement.className") == "rd-locate__button", "the focus stays"
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found: list[dict[str, Any]] = page.evaluate("async () => (await axe.run()).violations")
        assert [f"{entry['id']}: {entry['nodes'][0]['html'][:200]}" for entry in found] == []
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.id") == "rd-search"
        assert not page.locator("[role=listbox]").is_visible()


def random_points(sources: Sources) -> list[tuple[float, float]]:
    """Points in and around counties drawn by lot: as many in small ones as in large ones."""
    chance = random.Random(SEED)
    shapes = [shape for code in sorted(sources.shapes.counties) if (shape := sources.shapes.county(code)) is not None]
    found = []
    for _ in range(POINTS):
        west, south, east, north = chance.choice(shapes).bounds
        found.append((chance.uniform(west - 0.02, east + 0.02), chance.uniform(south - 0.02, north + 0.02)))
    return found


def test_counties_are_those_of_the_atlas(visit: Visitor, real_site: Build, sources: Sources) -> None:
    visited = visit(real_site)
    visited.go("safety/")
    points = random_points(sources)
    found: list[list[str]] = visited.page.evaluate(AT, [visited.base, points])
    places, shapes = sources.places, sources.shapes
    codes = [code for code in sorted(shapes.counties) if shapes.county(code) is not None]
    tree = shapely.STRtree([shapes.county(code) for code in codes])
    name = {c.fips: f"{c.full_name}, {places.states[c.state].name}" for c in places.counties.values()}
    inside, first, several = 0, 0, 0
    for (x, y), told in zip(points, found, strict=True):
        at = shapely.Point(x, y)
        wanted = {name[codes[index]] for index in tree.query(at, "within")}
        if not wanted:
            continue
        inside += 1
        assert wanted & set(told), (x, y, wanted, told)
        first += told[0] in wanted
        several += len(told) > 1
        for other in told[1:]:
            code = next(code for code, known in name.items() if known == other)
            shape = shapes.county(code)
            # A degree of longitude is never longer than one of latitude.
            assert shape is None or shape.distance(at) * 111_320 <= 4 * (400 + OFF), (x, y, other)
    assert inside > POINTS * 0.9
    assert first > inside * 0.99
    assert several < inside * 0.12


def test_the_file_of_all_counties_is_small_enough(real_site: Build) -> None:
    file: Path = real_site.site / "assets/map/counties.json"
    assert len(gzip.compress(file.read_bytes(), 6)) < 260_000
    shapes = json.loads(file.read_text(encoding="utf-8"))["objects"]["counties"]["geometries"]
    assert len(shapes) == 3_231


def test_on_a_spanish_page_everything_leads_to_spanish_pages(visit: Visitor, fictional_site: Build) -> None:
    visited = visit(fictional_site)
    page = visited.go("es/co/mesa/")
    english = set()
    for text in ("condado de denver", "denver county", "abogado", "seguridad", "dentist", "80516", "example", "zzz"):
        page.locator("#rd-search").fill(text)
        page.locator("[role=option]").first.wait_for()
        page.wait_for_function("() => !document.querySelector('[aria-busy=true]')")
        page.wait_for_timeout(400)
        for option in page.locator("a[role=option]").all():
            address = str(option.get_attribute("href")).removeprefix(visited.base).split("#")[0]
            assert (fictional_site.site / address / "index.html").is_file(), address
            assert address.startswith("es/") or option.get_attribute("hreflang") == "en", address
            if not address.startswith("es/"):
                english.add(address.split("/")[0])
                assert not (fictional_site.site / "es" / address / "index.html").is_file(), "it is there in Spanish"
    assert english <= {"contribute", "resources", "sources", "types"} and "resources" in english
    page.locator("#rd-search").fill("condado de denver")
    page.locator("[role=option]", has_text="Condado de Denver").first.wait_for()
    page.wait_for_function("() => !document.querySelector('[aria-busy=true]')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/es/co/denver/")
    assert visited.foreign == []


def test_on_a_spanish_page_the_location_leads_to_spanish_pages(
    browser: Browser, serve: Any, fictional_site: Build
) -> None:
    base = serve(fictional_site.site)
    for _, page in located(browser, base, DENVER, address="es/"):
        status = page.locator(".rd-locate:visible [role=status]")
        page.locator(".rd-locate:visible button").click()
        page.locator(".rd-locate:visible a").wait_for()
        assert "Condado de Denver" in status.inner_text()
        assert page.locator(".rd-locate:visible a").get_attribute("href") == base + "es/co/denver/"
