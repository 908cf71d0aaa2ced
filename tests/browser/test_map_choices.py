"""What a reader chooses at a map: kinds, a need, a place, a number. The map and the lists follow; nothing is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from browser.driving import AXE, Visit, Visitor
from support import Build

SHOWN = ".rd-map[data-shown]"
NATION = ".rd-map[data-circles]"
#: What could keep a choice.
KEPT = """() => JSON.stringify([location.href, history.length, document.title, document.cookie,
    Object.entries(localStorage), Object.entries(sessionStorage)])"""
MAP = "document.querySelector('.rd-map')"


def open_page(visited: Visit, address: str, ready: str = SHOWN) -> Page:
    """A page with its map drawn."""
    page = visited.go(address)
    page.locator(".rd-map").scroll_into_view_if_needed()
    page.wait_for_selector(ready)
    return page


def told(page: Page, name: str) -> str:
    """What the map tells of itself."""
    return page.locator(".rd-map").get_attribute(f"data-{name}") or ""


def cards(page: Page) -> dict[str, bool]:
    """Whether each entry of the lists is shown, by id; the order of calls has choices of its own."""
    found: list[list[Any]] = page.evaluate(
        "[...document.querySelectorAll('ul.rd-cards > li[data-id]')].map(c => [c.dataset.id, !c.hidden])"
    )
    return {str(key): bool(shown) for key, shown in found}


def choose(page: Page, label: str, value: str) -> None:
    """Chooses from a list by its label, with the keyboard's own event."""
    page.locator(".rd-map label", has_text=label).locator("select").select_option(value)


def needs(build: Build, points: str) -> dict[str, str]:
    """Letters of needs of each entry, by id, as the map's files have them; with the type behind a colon."""
    found = json.loads((build.site / points).read_text(encoding="utf-8"))
    known: dict[str, str] = dict(found["others"])
    for point in found["points"]:
        known[point["i"]] = point.get("k", "")
    return known


@pytest.fixture
def denver(visit: Visitor, fictional_site: Build) -> Iterator[tuple[Visit, Page]]:
    """The fictional page of Denver County; no error in the end."""
    visited = visit(fictional_site)
    yield visited, open_page(visited, "co/denver/")
    assert visited.errors == [] and visited.foreign == []


def test_a_kind_that_is_not_wanted_goes_from_map_and_lists(denver: tuple[Visit, Page]) -> None:
    _, page = denver
    before = cards(page)
    assert all(before.values()) and len(before) > 5
    types: dict[str, str] = page.evaluate(
        """Object.fromEntries([...document.querySelectorAll('ul.rd-cards > li[data-id]')]
            .map(c => [c.dataset.id, /rd-type--(\\w+)/.exec(c.className + ' ' + c.parentElement.className)[1]]))"""
    )
    places = int(told(page, "drawn"))
    page.locator(".rd-map__filters input[value=health_center]").focus()
    page.keyboard.press("Space")
    assert cards(page) == {key: types[key] != "health_center" for key in before}
    assert int(told(page, "drawn")) < places
    line = page.locator(".rd-map__shown").inner_text()
    assert line.startswith(f"{told(page, 'shown')} of ") and "Show all" in line
    page.locator(".rd-map__shown button").focus()
    page.keyboard.press("Enter")
    assert cards(page) == before and int(told(page, "drawn")) == places
    assert page.locator(".rd-map__shown button").is_hidden()
    assert page.evaluate("document.activeElement.matches('.rd-map__filters input')"), "the keyboard is not lost"


def test_a_need_keeps_those_that_meet_it_and_those_to_ask(denver: tuple[Visit, Page], fictional_site: Build) -> None:
    """Only entries that say what they offer, and not this, are hidden: unknown is asked, never hidden."""
    _, page = denver
    known = needs(fictional_site, "assets/map/counties/08031.json")
    known |= json.loads((fictional_site.site / "assets/map/co-counties.json").read_text(encoding="utf-8"))["wide"]
    options = page.locator(".rd-map label", has_text="Need").locator("option")
    letters = [value for value in options.evaluate_all("all => all.map(o => o.value)") if value]
    assert len(letters) == 16, "all needs of people"
    hidden = 0
    for letter in letters:
        choose(page, "Need", letter)
        shown = cards(page)
        for key, is_shown in shown.items():
            if letter in known[key] or not known[key]:
                assert is_shown, key
            hidden += not is_shown
        label = page.locator(f".rd-map option[value='{letter}']").inner_text()
        every = set(known) & (set(shown) | set(known))
        number = int(label.rpartition("(")[2].strip(")"))
        assert number == sum(letter in known[key] for key in every), label
    assert hidden > 0
    choose(page, "Need", "")
    assert all(cards(page).values())


def test_a_list_with_something_hidden_says_so(denver: tuple[Visit, Page]) -> None:
    _, page = denver
    for box in page.locator(".rd-map__filters input").all():
        box.uncheck()
    assert not any(cards(page).values())
    lists = page.locator("ul.rd-cards:has(> li[data-id])")
    assert lists.count() > 2
    for found in lists.all():
        number = found.locator("> li[data-id]").count()
        note = found.evaluate("list => list.nextElementSibling.textContent")
        assert note == f"{number} of {number} are hidden by what is chosen at the map."
    assert told(page, "shown") == "0" and told(page, "drawn") == "0"
    page.get_by_role("button", name="Show all").click()
    assert page.locator(".rd-list-note:visible").count() == 0


def test_entries_without_an_address_are_filtered_too(denver: tuple[Visit, Page]) -> None:
    _, page = denver
    assert cards(page)["example-house-mesa"], "in the list, and not on the map"
    page.locator(".rd-map__filters input[value=domestic_violence]").uncheck()
    assert not cards(page)["example-house-mesa"]


def test_the_order_of_calls_keeps_to_its_own_choices(denver: tuple[Visit, Page]) -> None:
    _, page = denver
    page.locator("#order input[data-kind=need]").first.check()
    page.wait_for_selector("#order .rd-card")
    for box in page.locator(".rd-map__filters input").all():
        box.uncheck()
    assert page.locator("#order .rd-card:visible").count() == page.locator("#order .rd-card").count() > 0


@pytest.mark.parametrize("address", ["co/", "co/denver/", "regions/co-990/", "map/"])
def test_choices_leave_no_trace(visit: Visitor, fictional_site: Build, address: str) -> None:
    visited = visit(fictional_site)
    page = open_page(visited, address, NATION if address == "map/" else SHOWN)
    page.wait_for_load_state("networkidle")
    before = page.evaluate(KEPT)
    asked = len(visited.requests)
    for box in page.locator(".rd-map__filters input").all():
        box.uncheck()
    for select in page.locator(".rd-map select").all():
        for value in select.locator("option").evaluate_all("all => all.map(o => o.value)"):
            select.select_option(value)
    page.wait_for_timeout(200)
    assert page.evaluate(KEPT) == before
    told_others = [url for url in visited.requests[asked:] if "/assets/map/" not in url]
    assert told_others == [], "nothing but the shapes of what is looked at"
    if address != "map/":
        assert len(visited.requests) == asked, "kinds and needs ask for nothing at all"
    assert page.locator(".rd-map :is(input, select):not([autocomplete=off])").count() == 0
    page.reload()
    page.locator(".rd-map").scroll_into_view_if_needed()
    page.wait_for_selector(NATION if address == "map/" else SHOWN)
    assert page.locator(".rd-map__filters input:not(:checked)").count() == 0
    values = page.locator(".rd-map select").evaluate_all("all => all.map(s => s.value)")
    assert set(values) <= {""}
    assert all(cards(page).values())


def test_who_comes_back_finds_all_of_it(denver: tuple[Visit, Page]) -> None:
    """A page that the browser kept whole shows no choice of whoever was here before."""
    _, page = denver
    page.locator(".rd-map__filters input").first.uncheck()
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    assert page.locator(".rd-map__filters input:not(:checked)").count() == 0 and all(cards(page).values())


def test_enter_opens_a_marker_and_escape_gives_it_back(visit: Visitor, fictional_site: Build) -> None:
    page = open_page(visit(fictional_site), "co/denver/")
    for _ in range(8):
        if page.locator(".rd-marker[title]").count():
            break
        page.locator(".rd-cluster").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_timeout(200)
    marker = page.locator(".rd-marker[title]").first
    name = marker.get_attribute("title")
    marker.focus()
    assert page.evaluate("document.activeElement.getAttribute('role')") == "button"
    page.keyboard.press("Enter")
    page.wait_for_selector(".leaflet-popup")
    assert page.evaluate("document.activeElement.textContent") == name, "the keyboard is in the popup"
    page.keyboard.press("Escape")
    page.locator(".leaflet-popup").wait_for(state="detached")
    assert page.evaluate("document.activeElement.title") == name


def test_a_group_of_markers_opens_with_enter(visit: Visitor, real_site: Build) -> None:
    page = open_page(visit(real_site), "co/denver/")
    page.locator(".rd-cluster").first.focus()
    before = page.locator(".rd-cluster").all_inner_texts()
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert page.locator(".rd-cluster").all_inner_texts() != before
    assert page.evaluate(f"{MAP}.contains(document.activeElement)"), "the keyboard stays on the map"


def find_place(page: Page, text: str) -> Locator:
    """Types into the map's own box and gives its results, once all have come."""
    page.locator("#rd-map-find").focus()
    page.keyboard.type(text)
    options = page.locator(".rd-search--map:not([aria-busy]) [role=option]")
    options.first.wait_for()
    return options


def choose_place(page: Page, text: str) -> None:
    """Types and takes the first result, with the keyboard alone."""
    find_place(page, text)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


#: Page, what is typed, the page of what is marked, the link, and whether the town itself is marked in its county.
PLACES: tuple[tuple[str, str, str, str, bool], ...] = (
    ("co/", "denver county", "co/denver/", "Open the page of Denver County", False),
    ("co/", "aurora", "co/arapahoe/", "Open the page of Arapahoe County", True),
    ("co/", "80202", "co/denver/", "Open the page of Denver County", False),
    ("co/", "co-500", "regions/co-500/", "Open the page of Colorado Balance of State", False),
    ("map/", "bayamon municipio", "pr/bayamon/", "Open the page of Bayamón Municipio", False),
    ("map/", "anchorage", "ak/anchorage/", "Open the page of Anchorage Municipality", False),
    ("map/", "grand junction", "co/mesa/", "Open the page of Mesa County", True),
    ("map/", "kansas", "ks/", "Open the page of Kansas", False),
    ("map/", "ca-600", "regions/ca-600/", "Open the page of ", False),
)


@pytest.mark.parametrize(("address", "text", "href", "words", "spot"), PLACES, ids=[f"{p[0]}{p[1]}" for p in PLACES])
def test_a_place_is_marked_and_its_page_offered(
    visit: Visitor, real_site: Build, address: str, text: str, href: str, words: str, spot: bool
) -> None:
    visited = visit(real_site)
    page = open_page(visited, address, NATION if address == "map/" else SHOWN)
    before = page.evaluate(KEPT)
    choose_place(page, text)
    page.wait_for_selector(f".rd-map[data-place='{href}']")
    line = page.locator(".rd-map__place")
    assert "is marked on the map." in line.inner_text()
    assert line.locator("a").inner_text().startswith(words)
    assert line.locator("a").get_attribute("href") == f"../{href}"
    assert page.locator("#rd-map-find").input_value() == ""
    assert page.evaluate(KEPT) == before, "the page is the same, and nothing is kept"
    assert not any(word in url for url in visited.requests for word in ("aurora", "80202", "anchorage"))
    # What is marked lies in the window.
    box = page.locator("path.rd-place-area").bounding_box()
    room = page.locator(".folium-map").bounding_box()
    assert box is not None and room is not None
    assert box["x"] < room["x"] + room["width"] and box["x"] + box["width"] > room["x"]
    assert box["y"] < room["y"] + room["height"] and box["y"] + box["height"] > room["y"]
    assert page.locator("path.rd-place-spot").count() == spot
    assert visited.foreign == [] and visited.errors == []


def test_a_place_that_is_not_on_the_map_is_only_linked(visit: Visitor, real_site: Build) -> None:
    page = open_page(visit(real_site), "co/")
    choose_place(page, "honolulu county")
    line = page.locator(".rd-map__place", has_text="not on this map")
    line.wait_for()
    assert line.locator("a").get_attribute("href") == "../hi/honolulu/"
    assert told(page, "place") == "" and page.locator("path.rd-place-area").count() == 0


def test_the_box_offers_places_only(visit: Visitor, real_site: Build) -> None:
    page = open_page(visit(real_site), "map/", NATION)
    find_place(page, "denver")
    page.wait_for_timeout(500)
    kinds = page.locator(".rd-search--map .rd-search__group").evaluate_all("all => all.map(g => g.dataset.kind)")
    assert kinds == ["places"]
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.locator("#rd-map-find").focus()
    page.keyboard.type("dentist")
    page.wait_for_timeout(700)
    assert page.locator(".rd-search--map [role=option]").count() == 0
    assert "Nothing found" in page.locator(".rd-search--map .rd-search__hint").inner_text()


def test_the_slash_still_leads_to_the_box_of_all(visit: Visitor, fictional_site: Build) -> None:
    page = open_page(visit(fictional_site), "co/")
    page.locator("h1").click()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "rd-search"


def colour_at(page: Page, longitude: float, latitude: float) -> tuple[int, int, int]:
    """What the canvas shows at a place."""
    found = page.evaluate(
        """([x, y]) => { const map = document.querySelector('.rd-map').directoryMap;
            const canvas = document.querySelector('.rd-canvas');
            const at = map.latLngToLayerPoint([y, x]).subtract(L.DomUtil.getPosition(canvas));
            const ratio = canvas.width / canvas.getBoundingClientRect().width;
            return [...canvas.getContext('2d').getImageData(at.x * ratio, at.y * ratio, 1, 1).data]; }""",
        [longitude, latitude],
    )
    return found[0], found[1], found[2]


@pytest.mark.parametrize("measure", ["records", "needs", "beds"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_regions_are_shaded_by_what_is_chosen(visit: Visitor, real_site: Build, measure: str, dark: bool) -> None:
    visited = visit(real_site, dark=dark)
    page = open_page(visited, "map/", NATION)
    page.wait_for_load_state("networkidle")
    asked = len(visited.requests)
    page.locator(".rd-map label", has_text="Show").locator("select").focus()
    for _ in range(["records", "needs", "beds"].index(measure) + 1):
        page.keyboard.press("ArrowDown")
    assert told(page, "measure") == measure and told(page, "circles") == "0"
    assert page.locator(".rd-map__filters").is_hidden()
    # The legend says the classes in words and numbers, and how many regions each has.
    keys = page.locator(".rd-legend li").all_inner_texts()
    assert len(keys) == 6 and keys[0].startswith("fewest: under ") and keys[4].startswith("most: ")
    assert keys[5].startswith("not known (")
    numbers = json.loads((real_site.site / "assets/map/nation.json").read_text(encoding="utf-8"))["measures"]
    assert sum(int(key.rpartition("(")[2].split()[0]) for key in keys) == len(numbers["regions"])
    column = {"records": 0, "needs": 1, "beds": 3}[measure]
    breaks = numbers["classes"][measure]["breaks"]
    swatches = page.locator(".rd-swatch").evaluate_all("all => all.map(s => getComputedStyle(s).backgroundColor)")
    # Places far from any border or name, on regions of different classes.
    for code, longitude, latitude in (("CO-500", -108.6, 40.6), ("NM-501", -107.9, 33.6), ("UT-503", -111.5, 37.6)):
        value = numbers["regions"][code][column]
        wanted = swatches[sum(value >= least for least in breaks)]
        assert f"rgb{colour_at(page, longitude, latitude)}" == wanted, code
    assert len(visited.requests) == asked, "which number is looked at asks for nothing"
    page.locator(".rd-map label", has_text="Show").locator("select").select_option("")
    assert int(told(page, "circles")) > 0 and page.locator(".rd-legend").is_hidden()
    assert visited.errors == []


def test_a_region_without_a_figure_is_hatched(visit: Visitor, real_site: Build) -> None:
    """Puerto Rico's beds are counted, but not the people of each part: no shade, and never the lightest one."""
    page = open_page(visit(real_site), "map/", NATION)
    choose(page, "Go to", "PR")
    choose(page, "Show", "beds")
    line = [colour_at(page, -66.4 + step / 400, 18.25) for step in range(24)]
    assert len(set(line)) > 1, "lines on the ground"
    classes = page.locator(".rd-swatch").evaluate_all("all => all.map(s => getComputedStyle(s).backgroundColor)")
    assert not {f"rgb{colour}" for colour in line} & set(classes[:5])
    page.locator(".folium-map").focus()
    page.keyboard.press("Enter")
    words = page.locator(".rd-popup").inner_text()
    assert "beds counted in 2024, not free tonight" in words and "for 10,000 people" not in words


def test_a_popup_tells_the_numbers_of_a_region(visit: Visitor, real_site: Build) -> None:
    page = open_page(visit(real_site), "map/", NATION)
    choose(page, "Show", "beds")
    page.locator(".folium-map").focus()
    page.evaluate(f"{MAP}.directoryMap.setView([40.6, -108.6], 5, {{ animate: false }})")
    page.keyboard.press("Enter")
    row = json.loads((real_site.site / "assets/map/nation.json").read_text(encoding="utf-8"))["measures"]["regions"][
        "CO-500"
    ]
    words = page.locator(".rd-popup li", has_text="Colorado Balance of State").inner_text()
    assert (
        f"{row[0]:,} entries listed; help known for {row[1]} of 16 needs; {row[2]:,} beds counted in {row[4]}" in words
    )
    assert f"({row[3]:,} for 10,000 people), not free tonight." in words


def boxes(page: Page, selector: str) -> list[tuple[float, float, float, float]]:
    """Left, top, right and bottom of elements."""
    found = page.locator(selector).evaluate_all(
        "all => all.map(e => e.getBoundingClientRect()).map(b => [b.left, b.top, b.right, b.bottom])"
    )
    return [(b[0], b[1], b[2], b[3]) for b in found]


def overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    """Whether two boxes lie on each other by more than a pixel."""
    return one[0] < other[2] - 1 and one[2] > other[0] + 1 and one[1] < other[3] - 1 and one[3] > other[1] + 1


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize(
    "address", ["co/", "co/denver/", "regions/co-503/", "la/", "resources/clinica-tepeyac-clinic/"]
)
def test_names_of_towns_lie_on_nothing(visit: Visitor, real_site: Build, address: str, width: int) -> None:
    visited = visit(real_site, width=width)
    if not (real_site.site / address).is_dir():
        pytest.fail(f"{address} is no page")
    page = open_page(visited, address, ".rd-map[data-towns]")
    for _ in range(2):
        page.locator(".rd-town").first.wait_for()
        page.wait_for_timeout(100)
        names = boxes(page, ".rd-town")
        icons = boxes(page, ".leaflet-marker-icon")
        room = boxes(page, ".folium-map")[0]
        for index, name in enumerate(names):
            assert not any(overlap(name, other) for other in names[index + 1 :])
            assert not any(overlap(name, icon) for icon in icons)
            assert (
                name[0] >= room[0] - 1 and name[2] <= room[2] + 1 and name[1] >= room[1] - 1 and name[3] <= room[3] + 1
            )
        page.evaluate("document.querySelectorAll('.rd-town').forEach(name => name.remove())")
        page.locator(".leaflet-control-zoom-out").click()
    pane = page.locator(".leaflet-towns-pane")
    assert pane.get_attribute("aria-hidden") == "true"
    assert pane.evaluate("pane => getComputedStyle(pane).pointerEvents") == "none"
    assert visited.errors == []


def test_without_names_the_map_stays(visit: Visitor, fictional_site: Build) -> None:
    visited = visit(fictional_site)
    visited.page.route("**/*-towns.json", lambda route: route.abort())
    page = open_page(visited, "co/denver/")
    page.wait_for_timeout(300)
    assert int(told(page, "drawn")) > 0 and page.locator(".rd-town").count() == 0
    assert "could not be loaded" not in (page.locator(".rd-map__status").text_content() or "")


def test_the_home_map_leads_over_the_oceans(visit: Visitor, real_site: Build) -> None:
    page = open_page(visit(real_site), "", ".rd-map[data-states-drawn]")
    select = page.locator(".rd-map label", has_text="Go to").locator("select")
    names = select.locator("option").all_inner_texts()
    assert {"the 48 states", "Alaska", "Hawaii", "Puerto Rico", "Guam"} <= set(names) and len(names) < 12
    for name in names[1:]:
        select.select_option(label=name)
        room = page.locator(".folium-map").bounding_box()
        inside = page.evaluate(
            """([left, top, right, bottom]) => [...document.querySelectorAll('path.rd-state')]
                .map(path => path.getBoundingClientRect())
                .some(b => b.left >= left - 2 && b.right <= right + 2 && b.top >= top - 2 && b.bottom <= bottom + 2 && b.width > 8)""",
            [room["x"], room["y"], room["x"] + room["width"], room["y"] + room["height"]] if room else [],
        )
        assert inside or name == "Alaska", name


def test_no_tooltip_lies_on_an_open_popup(visit: Visitor, fictional_site: Build) -> None:
    page = open_page(visit(fictional_site, width=360), "co/denver/")
    page.locator(".folium-map").evaluate("map => map.scrollIntoView({ block: 'center' })")
    room = page.locator(".folium-map").bounding_box()
    assert room is not None
    page.mouse.move(room["x"] + 80, room["y"] + room["height"] - 60)
    page.locator(".leaflet-tooltip:visible").first.wait_for()
    page.mouse.click(room["x"] + 80, room["y"] + room["height"] - 60)
    page.wait_for_selector(".leaflet-popup")
    page.mouse.move(room["x"] + 90, room["y"] + room["height"] - 40)
    page.wait_for_timeout(100)
    assert page.locator(".leaflet-tooltip:visible").count() == 0
    page.locator(".leaflet-popup-close-button").click()
    page.mouse.move(room["x"] + 80, room["y"] + room["height"] - 60)
    page.locator(".leaflet-tooltip:visible").first.wait_for()


@pytest.mark.parametrize(("state", "word"), [("pr", "Municipio"), ("la", "Parish"), ("ak", "Borough")])
def test_places_are_called_what_they_are(visit: Visitor, real_site: Build, state: str, word: str) -> None:
    """No municipio, parish or borough is called a county."""
    page = open_page(visit(real_site, width=360), f"{state}/")
    said = page.locator(".rd-map").inner_text()
    for shape in page.locator("path.rd-county").all()[:80]:
        shape.dispatch_event("click")
        if page.locator(".leaflet-popup").count() and word in page.locator(".rd-popup").inner_text():
            said += page.locator(".rd-popup").inner_text()
            break
    assert word in said
    assert "county" not in said.casefold().replace("zip code, county or town", "")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("address", ["co/", "map/"])
def test_axe_finds_nothing_with_everything_chosen(
    visit: Visitor, real_site: Build, address: str, width: int, dark: bool
) -> None:
    visited = visit(real_site, dark=dark, width=width)
    page = open_page(visited, address, NATION if address == "map/" else SHOWN)
    choose_place(page, "pueblo county")
    page.wait_for_selector(".rd-map[data-place='co/pueblo/']")
    if address == "map/":
        choose(page, "Show", "beds")
    else:
        choose(page, "Need", "e")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate("async () => (await axe.run()).violations")
    assert [f"{entry['id']}: {entry['nodes'][0]['html'][:200]}" for entry in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    small = page.locator(".rd-map :is(select, button, .rd-filter, .rd-search__input)").evaluate_all(
        "all => all.filter(e => e.offsetParent && e.getBoundingClientRect().height < 24).map(e => e.outerHTML.slice(0, 80))"
    )
    assert small == []


def test_without_scripts_the_numbers_are_in_a_table(visit: Visitor, real_site: Build) -> None:
    page = visit(real_site, scripts=False).go("map/")
    row = page.locator(".rd-numbers tr", has=page.locator("a[href='../regions/co-503/']"))
    assert row.locator("td").count() == 4 and row.locator("td").first.is_visible()
    assert page.locator(".rd-map__tools, .rd-map select").count() == 0
