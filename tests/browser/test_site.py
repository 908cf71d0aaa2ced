"""The built site as a person meets it: in Chromium, wide and narrow, light and dark, with and without scripts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from browser.driving import AXE, Visit, Visitor
from support import Build, holds_points, point_features

#: One page of each kind, in the fictional site.
KINDS = {
    "home": "",
    "map": "map/",
    "state": "co/",
    "county": "co/denver/",
    "empty county": "co/cheyenne/",
    "region": "regions/co-990/",
    "record": "resources/example-house-mesa/",
    "record with a point": "resources/example-clinic/",
    "record of the country": "resources/hotline-example/",
    "hostile record": "resources/hostile-two/",
    "types": "types/",
    "type": "types/health-centers/",
    "type in a state": "types/health-centers/co/",
    "type without records": "types/hud-offices/co/",
    "needs": "needs/",
    "need": "needs/health-care/",
    "need in a state": "needs/health-care/co/",
    "gaps": "gaps/",
    "gaps of a state": "gaps/co/",
    "hot lines": "hotlines/",
    "sources": "sources/",
    "upkeep": "upkeep/",
    "partnerships": "partnerships/",
    "partner": "partnerships/family-programs/",
    "worksheet": "partnerships/worksheet-for-three/",
    "safety": "safety/",
    "contribute": "contribute/",
    "reference": "reference/fields/",
    "not found": "404.html",
}
each_kind = pytest.mark.parametrize("address", KINDS.values(), ids=KINDS.keys())


def search(visited: Visit, text: str) -> list[str]:
    """Types into the search box; gives the addresses of the results, best first."""
    page = visited.page
    box = page.locator("[data-rd-search] input").first
    if not box.is_visible():
        page.locator(".rd-search__open").click()
    box.fill("")
    box.press_sequentially(text)
    page.wait_for_function(
        "() => { const root = document.querySelector('[data-rd-search]');"
        " return !root.hasAttribute('aria-busy') && !root.querySelector('.rd-search__results').hidden }"
    )
    # Pages come after the rest.
    page.wait_for_timeout(300)
    found = [
        str(link.get_attribute("href"))
        for link in page.locator("[role=group]:not([data-kind=instead]) a[role=option]").all()
    ]
    return [address.removeprefix(visited.base) for address in found]


@each_kind
def test_no_request_to_another_host_and_no_error(visit: Visitor, fictional_site: Build, address: str) -> None:
    visited = visit(fictional_site)
    visited.go(address)
    visited.show_maps()
    assert visited.foreign == []
    assert [error for error in visited.errors if "404" not in error] == []


def test_searching_sends_nothing_and_stores_nothing(visit: Visitor, fictional_site: Build) -> None:
    visited = visit(fictional_site)
    page = visited.go("co/denver/")
    visited.show_maps()
    before = (page.url, page.title(), page.evaluate("history.length"))
    assert not [url for url in visited.requests if "search" in url.removeprefix(visited.base)], "it waits for the box"
    assert "resources/example-clinic/" in search(visited, "clinic example")
    search(visited, "zqxsecret")
    assert (page.url, page.title(), page.evaluate("history.length")) == before
    told = [url.removeprefix(visited.base) for url in visited.requests]
    assert not [url for url in told if re.search(r"zqx|clinic(?!s?/|-)|search.*example", url)]
    page.keyboard.press("Escape")
    page.locator("label[for=__palette_1]").click(force=True)
    page.locator(".rd-map__filters input").first.uncheck()
    page.goto(visited.base + "resources/example-clinic/")
    stored = page.evaluate(
        "async () => [document.cookie, localStorage.length, sessionStorage.length,"
        " (await indexedDB.databases()).length, (await caches.keys()).length]"
    )
    assert stored == ["", 0, 0, 0, 0]
    assert visited.context.cookies() == []
    assert visited.foreign == []


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Example Housing Authority", "resources/example-housing-authority/"),
        ("silverton", "resources/example-legal-aid-silverton/"),
        ("Dental care Denver", "resources/example-clinic/"),
        ("303-555-0170", "resources/example-clinic/"),
        ("80205", "co/denver/"),
        ("Denver County", "co/denver/"),
        ("CO-990", "regions/co-990/"),
        ("CO990", "resources/example-housing-authority/"),
        ("dentista", "needs/health-care/"),
        ("Mayaguez", "resources/example-clinic/"),
        ("casa ejemplo", "resources/example-house-mesa/"),
        ("clinics denver", "resources/example-clinic/"),
    ],
)
def test_search_finds(visit: Visitor, fictional_site: Build, text: str, address: str) -> None:
    visited = visit(fictional_site)
    visited.go("")
    assert address in search(visited, text)[:6]


def test_every_word_must_be_there(visit: Visitor, fictional_site: Build) -> None:
    visited = visit(fictional_site)
    visited.go("")
    assert search(visited, "denver nosuchword") == []


def test_the_box_of_the_home_page_is_the_search(visit: Visitor, fictional_site: Build) -> None:
    visited = visit(fictional_site, width=360)
    page = visited.go("")
    page.locator("#rd-find-box").press_sequentially("silverton", delay=30)
    page.locator("a[role=option]").first.wait_for()
    assert page.locator("#rd-find-box").input_value() == "silverton"
    assert page.url == visited.base


def test_withheld_words_are_not_found(visit: Visitor, fictional_site: Build) -> None:
    visited = visit(fictional_site)
    visited.go("")
    assert search(visited, "secretnote") == []
    assert search(visited, "authsecret") == []


def test_state_map_draws_all_points_and_filters(visit: Visitor, fictional_site: Build) -> None:
    visited = visit(fictional_site)
    page = visited.go("co/")
    visited.show_maps()
    points = point_features((fictional_site.site / "assets/map/co-points.json").read_text(encoding="utf-8"))
    box = page.locator(".rd-map")
    assert box.get_attribute("data-drawn") == str(len(points)) == "5"
    assert box.get_attribute("data-counties") == "64"
    assert box.get_attribute("data-regions-drawn") == "1"
    health = sum(point["properties"]["t"] == "health_center" for point in points)
    page.locator(".rd-filter input[value=health_center]").focus()
    page.keyboard.press("Space")
    assert box.get_attribute("data-drawn") == str(len(points) - health)
    while page.locator(".rd-filter input:checked").count():
        page.locator(".rd-filter input:checked").first.uncheck()
    assert box.get_attribute("data-drawn") == "0"
    page.locator(".rd-filter input[value=health_center]").check()
    assert box.get_attribute("data-drawn") == str(health)


def test_a_withheld_place_is_drawn_as_its_counties(visit: Visitor, fictional_site: Build) -> None:
    files = [file for file in fictional_site.site.glob("assets/map/**/*.json") if holds_points(file.as_posix())]
    assert files
    for file in files:
        for feature in point_features(file.read_text(encoding="utf-8")):
            assert feature["properties"]["n"] != "Example House"
    visited = visit(fictional_site)
    page = visited.go("co/")
    visited.show_maps()
    assert page.locator(".rd-county--withheld").count() == 3
    page.go_back()
    page.goto(visited.base + "resources/example-house-mesa/")
    visited.show_maps()
    assert page.locator(".rd-county--served").count() == 3
    assert page.locator(".leaflet-marker-icon").count() == 0


def test_popups_show_hostile_names_as_text(visit: Visitor, fictional_site: Build) -> None:
    visited = visit(fictional_site)
    page = visited.go("co/denver/")
    visited.show_maps()
    seen = set()
    # In one step inside the page: a cluster found from outside may be gone, zoomed apart, before it is pressed.
    press = """() => { const found = document.querySelector('.rd-cluster');
        found?.dispatchEvent(new MouseEvent('click', { bubbles: true })); return Boolean(found); }"""
    for _ in range(20):
        if not page.evaluate(press):
            break
        page.wait_for_timeout(300)
    for marker in page.locator(".rd-marker").all():
        marker.dispatch_event("click")
        page.wait_for_timeout(100)
        seen.add(page.locator(".leaflet-popup-content strong").last.inner_text())
    assert "<img src=x onerror=alert(1)>" in seen
    assert "</script><script>alert(1)</script></title>" in seen
    assert page.locator(".leaflet-popup-content img").count() == 0


@pytest.mark.parametrize(
    "address", ["resources/hostile-one/", "resources/hostile-two/", "co/denver/", "types/health-centers/co/"]
)
def test_hostile_names_are_text_on_pages(visit: Visitor, fictional_site: Build, address: str) -> None:
    visited = visit(fictional_site)
    page = visited.go(address)
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    assert page.locator("img[src=x]").count() == 0
    assert "onerror=alert(1)" in page.content() or "alert(1)" in page.inner_text("body")
    search(visited, "alert")
    assert page.locator("img[src=x]").count() == 0
    assert page.locator("[role=option]").count() >= 2
    assert visited.errors == []


def test_county_answers_the_eight_questions(visit: Visitor, fictional_site: Build) -> None:
    visited = visit(fictional_site)
    page = visited.go("co/denver/")
    main = page.locator("main")
    assert main.get_attribute("data-county") == "08031"
    codes = [section.get_attribute("data-question") for section in page.locator("[data-question]").all()]
    eight = ["coc_lead", "coc_meetings", "domestic_violence", "youth", "housing", "housing_authority", "hud_office"]
    assert codes[:8] == [*eight, "voca_administrator"]
    text = {str(s.get_attribute("data-question")): s.inner_text() for s in page.locator("[data-question]").all()}
    assert "Example Homeless Initiative led" in text["coc_lead"] and "98 per cent" in text["coc_lead"]
    assert "Second Tuesday of each month, 10 am" in text["coc_meetings"]
    assert "970-555-0130" in text["domestic_violence"] and "Not taking new referrals" in text["domestic_violence"]
    assert "Ask first. On 1 October 2026" in text["youth"]
    assert "303-555-0110" in text["housing"]
    assert "303-555-0120, extension 217" in text["housing_authority"]
    assert "Example HUD Field Office" in text["hud_office"]
    assert "Example State Office for Victim Programs" in text["voca_administrator"]


def test_a_gap_is_shown_as_a_gap_with_whom_to_ask(visit: Visitor, fictional_site: Build) -> None:
    visited = visit(fictional_site)
    page = visited.go("co/cheyenne/")
    for code in (
        "coc_lead",
        "coc_meetings",
        "domestic_violence",
        "youth",
        "housing",
        "housing_authority",
        "health_center",
    ):
        gap = page.locator(f"[data-question={code}] .rd-gap")
        assert gap.count() == 1, code
        assert gap.locator("a[rel='noreferrer noopener']").count() == 1
    nearest = page.locator("[data-question=health_center] .rd-cards > li").first.inner_text()
    assert re.search(r"About \d+ miles", nearest)


def test_exit_button(visit: Visitor, fictional_site: Build) -> None:
    visited = visit(fictional_site)
    page = visited.go("co/denver/")
    target = visited.base + "safety/"
    page.route("https://www.weather.gov/**", lambda route: route.fulfill(status=302, headers={"location": target}))
    button = page.locator(".rd-exit a")
    assert button.get_attribute("href") == "https://www.weather.gov/"
    assert set(str(button.get_attribute("rel")).split()) == {"noreferrer", "nofollow", "noopener"}
    assert button.get_attribute("role") == "button" and not button.evaluate("link => link.draggable")
    assert button.get_attribute("class") == "govuk-exit-this-page__button", "what GOV.UK's script looks for"
    page.keyboard.press("Shift")
    assert "press 2 more times" in str(page.locator(".rd-exit [role=status]").text_content())
    page.keyboard.press("Shift")
    assert "press 1 more time" in str(page.locator(".rd-exit [role=status]").text_content())
    with page.expect_navigation(url=target):
        page.keyboard.press("Shift")
    page.go_back()
    page.wait_for_url(visited.base + "co/denver/")
    assert page.locator(".govuk-exit-this-page-overlay").count() == 0
    assert page.locator("h1").is_visible()
    assert page.title().startswith("Denver County")


def test_exit_button_covers_the_page_at_once_and_blanks_the_title(visit: Visitor, fictional_site: Build) -> None:
    visited = visit(fictional_site)
    page = visited.go("co/denver/")
    page.route("https://www.weather.gov/**", lambda route: route.abort())
    overlay, title, hidden = page.evaluate(
        "() => { document.querySelector('.rd-exit a').click();"
        " return [document.querySelectorAll('.govuk-exit-this-page-overlay').length, document.title.trim(),"
        " getComputedStyle(document.querySelector('h1')).display] }"
    )
    assert (overlay, title.strip("\u200b"), hidden) == (1, "", "none")


@each_kind
@pytest.mark.parametrize("width", [360, 320])
def test_no_sideways_scrolling(visit: Visitor, fictional_site: Build, address: str, width: int) -> None:
    visited = visit(fictional_site, width=width)
    page = visited.go(address)
    visited.show_maps()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@each_kind
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing(visit: Visitor, fictional_site: Build, address: str, dark: bool) -> None:
    visited = visit(fictional_site, dark=dark)
    page = visited.go(address)
    visited.show_maps()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate("async () => (await axe.run()).violations")
    assert [f"{entry['id']}: {entry['nodes'][0]['html'][:200]}" for entry in found] == []


@each_kind
def test_readable_without_scripts(visit: Visitor, fictional_site: Build, address: str) -> None:
    visited = visit(fictional_site, scripts=False)
    page = visited.go(address)
    assert page.locator("h1").first.is_visible()
    assert len(page.locator(".md-content").inner_text()) > 60
    for box in page.locator(".folium-map").all():
        assert not box.is_visible(), "an empty map is not shown"
    assert page.locator(".rd-exit a").is_visible()


def test_dark_before_the_first_picture(visit: Visitor, fictional_site: Build) -> None:
    visited = visit(fictional_site, dark=True)
    visited.page.route("**/page.js", lambda route: route.abort())
    page = visited.go("co/denver/")
    assert page.locator("body").get_attribute("data-md-color-scheme") == "slate"


def test_print_leaves_out_what_paper_cannot_use(visit: Visitor, fictional_site: Build) -> None:
    visited = visit(fictional_site)
    page = visited.go("resources/example-house-mesa/")
    page.emulate_media(media="print")
    assert not page.locator(".rd-exit").is_visible()
    assert not page.locator(".rd-map").first.is_visible()
    assert page.locator(".rd-call--large").first.is_visible()


def test_contents_list_of_the_theme_and_keyboard_search_work(visit: Visitor, fictional_site: Build) -> None:
    visited = visit(fictional_site)
    page = visited.go("co/denver/")
    links = page.locator(".md-sidebar--secondary li > a")
    assert links.count() >= 11
    assert links.nth(3).get_attribute("href") == "#domestic_violence"
    page.keyboard.press("/")
    page.wait_for_function("document.activeElement.id === 'rd-search'")
    page.keyboard.press("Escape")


def test_the_contents_list_stands_in_one_place(visit: Visitor, fictional_site: Build) -> None:
    page = visit(fictional_site, width=1280).go("co/denver/")
    page.locator(".md-sidebar--secondary li > a").first.wait_for()
    assert not page.locator(".rd-jump").is_visible()
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.locator(".rd-jump").is_visible()
    assert not page.locator(".md-sidebar--secondary").is_visible()


def test_where_a_script_does_not_come_the_folded_contents_list_shows(visit: Visitor, fictional_site: Build) -> None:
    """The header's script ran, and made room beside the page; what would fill it did not come."""
    visited = visit(fictional_site, width=1280)
    visited.page.route("**/assets/directory/page.js", lambda route: route.abort())
    page = visited.go("co/denver/")
    assert "js" in str(page.locator("html").get_attribute("class")).split()
    page.locator(".rd-jump").wait_for()
    page.locator(".rd-jump summary").click()
    assert page.locator(".rd-jump li > a").first.is_visible()
    assert "The list on this page says the same." in page.locator(".rd-map").inner_text()
    assert page.locator(".rd-exit a").get_attribute("href") == "https://www.weather.gov/"


def test_real_site_draws_every_public_point(visit: Visitor, real_site: Build) -> None:
    visited = visit(real_site)
    for state in sorted(real_site.site.glob("assets/map/??-points.json")):
        slug = state.name[:2]
        page = visited.go(f"{slug}/")
        visited.show_maps()
        points = json.loads(state.read_text(encoding="utf-8"))["points"]
        assert page.locator(".rd-map").get_attribute("data-drawn") == str(len(points))
    assert visited.foreign == []


@pytest.mark.parametrize("address", ["", "co/", "co/denver/", "co/mesa/", "co/san-juan/", "regions/co-503/"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_on_real_pages(visit: Visitor, real_site: Build, address: str, dark: bool) -> None:
    visited = visit(real_site, width=360, dark=dark)
    page = visited.go(address)
    visited.show_maps()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate("async () => (await axe.run()).violations")
    assert [f"{entry['id']}: {entry['nodes'][0]['html'][:200]}" for entry in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_tiles_of_another_host_only_when_accepted(
    visit: Visitor, repository: Callable[..., Path], tmp_path: Path
) -> None:
    from support import good_records, run_build

    def accept(text: str) -> str:
        text = text.replace('tiles: ""', 'tiles: "https://tiles.example.org/{z}/{x}/{y}.png"')
        return text.replace("allow_third_party_tiles: false", "allow_third_party_tiles: true")

    built = run_build(repository(good_records(), accept))
    assert built.status == 0, built.output
    visited = visit(built)
    visited.page.route("https://tiles.example.org/**", lambda route: route.fulfill(status=204))
    visited.go("co/")
    visited.show_maps()
    assert visited.foreign and all(url.startswith("https://tiles.example.org/") for url in visited.foreign)
