"""The map of the country in a real browser: what is drawn, what a press tells, the keyboard; no test looks at a clock."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route

from browser.driving import AXE, Visit, Visitor
from support import Build, point_features

READY = ".rd-map[data-circles]"
POPUP = ".leaflet-popup"


def open_map(visited: Visit) -> Page:
    """The national map, drawn."""
    page = visited.go("map/")
    page.wait_for_selector(READY)
    return page


def drawn(page: Page, name: str = "drawn") -> int:
    """A number that the map tells of itself."""
    return int(page.locator(".rd-map").get_attribute(f"data-{name}") or -1)


def look_at(page: Page, longitude: float, latitude: float, zoom: float) -> None:
    """Moves the map."""
    page.evaluate(
        "([x, y, zoom]) => document.querySelector('.rd-map').directoryMap.setView([y, x], zoom, { animate: false })",
        [longitude, latitude, zoom],
    )


def press(page: Page, longitude: float, latitude: float) -> None:
    """Presses a place of the map with the mouse."""
    point = page.evaluate(
        """([x, y]) => { const map = document.querySelector('.rd-map').directoryMap;
            const box = map.getContainer().getBoundingClientRect();
            const at = map.latLngToContainerPoint([y, x]);
            return [box.x + at.x, box.y + at.y]; }""",
        [longitude, latitude],
    )
    page.mouse.click(*point)


def told(page: Page) -> Locator:
    """The popup, once its facts have come."""
    page.wait_for_selector(POPUP)
    page.locator(f"{POPUP} p", has_text="Loading.").wait_for(state="detached")
    return page.locator(f"{POPUP} .rd-popup")


def entries(popup: Locator) -> list[dict[str, str]]:
    """Name, page, kind and number of each place that a popup names."""
    found: list[dict[str, str]] = popup.evaluate(
        """box => [...box.querySelectorAll('strong')].map(strong => {
            const said = { name: strong.textContent, page: strong.querySelector('a').getAttribute('href') };
            let next = strong.nextElementSibling;
            said.kind = next ? next.textContent : '';
            next = next && next.nextElementSibling;
            const call = next && next.tagName === 'P' ? next.querySelector('a') : null;
            said.phone = call ? call.textContent + ' ' + call.getAttribute('href') : '';
            return said; })"""
    )
    return found


def features(site: Path, part: str) -> list[Any]:
    """Points of a part with their facts."""
    file = site / f"assets/map/{part}-points.json"
    return point_features(file.read_text(encoding="utf-8"))


def wanted(feature: Any, labels: dict[str, str]) -> dict[str, str]:
    """What the popup of a place must say."""
    facts = feature["properties"]
    number = facts["p"]
    dial = f"{number} {facts.get('d', f'tel:+1-{number}')}" if number else ""
    return {"name": facts["n"], "page": f"../{facts['u']}", "kind": labels[facts["t"]], "phone": dial}


@pytest.fixture(scope="module")
def labels(request: pytest.FixtureRequest) -> dict[str, str]:
    """What each type is called."""
    sources = request.getfixturevalue("sources")
    return {code: entry.label for code, entry in sources.vocabulary.types.items()}


def test_every_public_place_is_on_the_map(visit: Visitor, real_site: Build) -> None:
    visited = visit(real_site)
    page = open_map(visited)
    page.wait_for_selector(".rd-map[data-towns]")
    page.wait_for_load_state("networkidle")
    parts = json.loads((real_site.site / "assets/map/nation-points.json").read_text(encoding="utf-8"))["parts"]
    assert drawn(page) == sum(number for _, number in parts) > 15_000
    assert drawn(page, "areas") > 380
    assert page.locator(".rd-map__go option").count() == 57, "56 states and territories, and the mainland"
    # Fetched: shapes and points of the country, and of no state.
    fetched = {url.rpartition("/map/")[2] for url in visited.requests if "/assets/map/" in url}
    assert fetched == {"kinds.json", "nation.json", "nation-points.json", "nation-towns.json", "nation.js"}
    assert visited.foreign == [] and visited.errors == []


def test_types_are_filtered(visit: Visitor, real_site: Build) -> None:
    page = open_map(visit(real_site))
    total = drawn(page)
    boxes = page.locator(".rd-map__filters input")
    numbers = [
        int(text.split("(")[1].strip(")").replace(",", "")) for text in page.locator(".rd-filter").all_inner_texts()
    ]
    assert sum(numbers) == total
    for index, number in enumerate(numbers):
        boxes.nth(index).focus()
        page.keyboard.press("Space")
        total -= number
        assert drawn(page) == total
    assert drawn(page, "circles") == 0
    boxes.first.check()
    assert drawn(page) == numbers[0] and drawn(page, "circles") > 0
    assert f"{numbers[0]:,} of {sum(numbers):,} places" in (page.locator(".rd-map__status").text_content() or "")


def test_pressing_each_place_tells_its_facts(visit: Visitor, fictional_site: Build, labels: dict[str, str]) -> None:
    """Of every fictional place, hostile names among them: only ever text."""
    visited = visit(fictional_site)
    page = open_map(visited)
    found = features(fictional_site.site, "co")
    assert drawn(page) == len(found) == 5
    for feature in found:
        longitude, latitude = feature["geometry"]["coordinates"]
        look_at(page, longitude, latitude, 14)
        press(page, longitude, latitude)
        together = [f for f in found if f["geometry"] == feature["geometry"]]
        assert wanted(feature, labels) in entries(told(page)), together
        page.keyboard.press("Escape")
    assert visited.errors == []


@pytest.mark.parametrize("part", ["ak", "ca", "co", "dc", "hi", "ny", "pr"])
def test_places_of_any_state(visit: Visitor, real_site: Build, labels: dict[str, str], part: str) -> None:
    visited = visit(real_site, width=360)
    page = open_map(visited)
    found = features(real_site.site, part)
    places: dict[tuple[float, float], list[Any]] = {}
    for feature in found:
        longitude, latitude = feature["geometry"]["coordinates"]
        places.setdefault((longitude, latitude), []).append(feature)
    (longitude, latitude), here = max(places.items(), key=lambda item: (len(item[1]), item[0]))
    look_at(page, longitude, latitude, 14)
    press(page, longitude, latitude)
    said = entries(told(page))
    for feature in here:
        assert wanted(feature, labels) in said
    assert visited.foreign == [] and visited.errors == []


def test_pressing_a_circle_goes_nearer(visit: Visitor, real_site: Build) -> None:
    page = open_map(visit(real_site))
    look_at(page, -104.99, 39.74, 6)
    before = page.evaluate("document.querySelector('.rd-map').directoryMap.getZoom()")
    press(page, -104.99, 39.74)
    after = page.evaluate("document.querySelector('.rd-map').directoryMap.getZoom()")
    assert after > before and page.locator(POPUP).count() == 0


def test_pressing_land_tells_state_region_or_county(visit: Visitor, fictional_site: Build) -> None:
    page = open_map(visit(fictional_site))
    look_at(page, -102.6, 38.2, 5)
    press(page, -102.6, 38.2)
    hrefs = told(page).locator("a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert hrefs[0] == "../co/"
    look_at(page, -102.6, 38.2, 9)
    page.wait_for_timeout(100)
    page.wait_for_load_state("networkidle")
    press(page, -102.6, 38.2)
    told(page).locator("a[href='../co/prowers/'], a[href='../co/bent/'], a[href='../co/kiowa/']").first.wait_for()
    look_at(page, -98.0, 38.5, 5)
    press(page, -98.0, 38.5)
    assert "No entries yet." in (told(page).text_content() or "")


def test_the_keyboard_alone(visit: Visitor, fictional_site: Build) -> None:
    """The list of states goes anywhere; Enter presses what lies under the cross; Escape gives the map back."""
    page = open_map(visit(fictional_site))
    page.locator(".rd-map__go select").focus()
    page.keyboard.press("C")
    assert page.locator(".rd-map__go select").input_value() == "CO"
    feature = features(fictional_site.site, "co")[0]
    longitude, latitude = feature["geometry"]["coordinates"]
    look_at(page, longitude, latitude, 14)
    # Past the box for places and the kinds.
    for _ in range(page.locator(".rd-map__filters input").count() + 2):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "map_nation"
    page.keyboard.press("Enter")
    assert feature["properties"]["n"] in (told(page).text_content() or "")
    assert page.evaluate("!!document.activeElement.closest('.rd-popup')"), "the keyboard is in the popup"
    page.keyboard.press("Escape")
    page.locator(POPUP).wait_for(state="detached")
    assert page.evaluate("document.activeElement.id") == "map_nation"
    # Beside the map stands the list that says the same.
    assert page.locator("#states ~ ul a[href='../co/']").count() == 1


@pytest.mark.parametrize(
    ("code", "latitude", "longitude"), [("AK", 63, -152), ("HI", 20.6, -157.5), ("GU", 13.4, 144.8)]
)
def test_states_oceans_away(visit: Visitor, real_site: Build, code: str, latitude: float, longitude: float) -> None:
    page = open_map(visit(real_site))
    page.locator(".rd-map__go select").select_option(code)
    middle = page.evaluate(
        "(() => { const at = document.querySelector('.rd-map').directoryMap.getCenter(); return [at.lat, at.lng]; })()"
    )
    assert middle == pytest.approx([latitude, longitude], abs=4)


def test_a_file_of_yesterday_s_site_names_no_wrong_place(
    visit: Visitor, fictional_site: Build, labels: dict[str, str]
) -> None:
    """A reader may hold one of two files from before an update: the place itself is then looked for."""
    found = features(fictional_site.site, "co")

    def turned(route: Route) -> None:
        told = json.loads((fictional_site.site / "assets/map/co-points.json").read_text(encoding="utf-8"))
        route.fulfill(json={**told, "points": told["points"][::-1]})

    visited = visit(fictional_site)
    visited.page.route("**/co-points.json", turned)
    page = open_map(visited)
    for feature in found:
        longitude, latitude = feature["geometry"]["coordinates"]
        look_at(page, longitude, latitude, 14)
        press(page, longitude, latitude)
        assert wanted(feature, labels) in entries(told(page))
        page.keyboard.press("Escape")
    assert len(found) == 5


def test_facts_that_do_not_come_lead_to_the_list(visit: Visitor, fictional_site: Build) -> None:
    visited = visit(fictional_site)
    visited.page.route("**/co-points.json", lambda route: route.abort())
    page = open_map(visited)
    longitude, latitude = features(fictional_site.site, "co")[0]["geometry"]["coordinates"]
    look_at(page, longitude, latitude, 14)
    press(page, longitude, latitude)
    popup = told(page)
    assert "could not be loaded" in (popup.text_content() or "")
    assert popup.locator("a").get_attribute("href") == "../co/"


@pytest.mark.parametrize("lost", ["nation.json", "nation-points.json", "kinds.json"])
def test_a_map_that_does_not_come_says_so(visit: Visitor, fictional_site: Build, lost: str) -> None:
    visited = visit(fictional_site)
    visited.page.route(f"**/{lost}", lambda route: route.abort())
    page = visited.go("map/")
    page.locator(
        ".rd-map__status", has_text="The map could not be loaded. The list on this page says the same."
    ).wait_for()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_on_the_map(visit: Visitor, real_site: Build, dark: bool, width: int) -> None:
    visited = visit(real_site, dark=dark, width=width)
    page = open_map(visited)
    look_at(page, -104.9872, 39.75088, 14)
    press(page, -104.9872, 39.75088)
    told(page)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate("async () => (await axe.run()).violations")
    assert [f"{entry['id']}: {entry['nodes'][0]['html'][:200]}" for entry in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_colors_follow_the_scheme(visit: Visitor, fictional_site: Build) -> None:
    page = open_map(visit(fictional_site))
    middle = """(() => { const canvas = document.querySelector('.rd-canvas');
        return [...canvas.getContext('2d').getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data]; })()"""
    light = page.evaluate(middle)
    page.evaluate("document.body.setAttribute('data-md-color-scheme', 'slate')")
    page.wait_for_timeout(100)
    dark = page.evaluate(middle)
    assert sum(light[:3]) > 600 and sum(dark[:3]) < 250


def test_a_hundred_thousand_places_hold(visit: Visitor, fictional_site: Build) -> None:
    chance = random.Random(8031)
    source = json.loads((fictional_site.site / "assets/map/nation-points.json").read_text(encoding="utf-8"))
    places = sorted((chance.randint(-1_240_000, -670_000), chance.randint(250_000, 490_000)) for _ in range(100_000))
    steps = [(x - a, y - b) for (x, y), (a, b) in zip(places, [(0, 0), *places[:-1]], strict=True)]
    made = {
        **source,
        "parts": [["co", len(places)]],
        "t": "".join(chance.choices("abcf", k=len(places))),
        "x": [x for x, _ in steps],
        "y": [y for _, y in steps],
    }
    visited = visit(fictional_site)
    visited.page.route("**/nation-points.json", lambda route: route.fulfill(json=made))
    page = open_map(visited)
    assert drawn(page) == len(places)
    before = drawn(page, "circles")
    for way in ("in", "in", "in", "out", "out", "out"):
        page.locator(f".leaflet-control-zoom-{way}").click()
        assert 0 < drawn(page, "circles") < 2000
    assert drawn(page, "circles") == before
    page.locator(".rd-map__filters input").first.uncheck()
    assert drawn(page) == len(places) - made["t"].count("a")
    assert visited.errors == []


@pytest.mark.parametrize(
    ("address", "files"),
    [
        ("co/", {"state.js", "co-counties.json", "co-points.json", "co-towns.json"}),
        ("co/denver/", {"county.js", "co-counties.json", "counties/08031.json", "co-towns.json"}),
        ("regions/co-503/", {"region.js", "regions/co-503.json", "regions/co-503-points.json", "co-towns.json"}),
        ("", {"states.js", "states.json"}),
    ],
    ids=["state", "county", "region", "home"],
)
def test_maps_load_their_own_files_only(visit: Visitor, real_site: Build, address: str, files: set[str]) -> None:
    visited = visit(real_site)
    visited.go(address)
    visited.show_maps()
    visited.page.wait_for_load_state("networkidle")
    fetched = {url.rpartition("/assets/map/")[2] for url in visited.requests if "/assets/map/" in url}
    assert fetched == {"kinds.json", *files}
    assert visited.errors == []
