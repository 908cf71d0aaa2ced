"""What is missing, in a real browser: the map says what the tables say, with the keyboard and without scripts."""

from __future__ import annotations

import csv
from collections import Counter

import pytest
from playwright.sync_api import Page

from browser.driving import AXE, Visit, Visitor
from support import Build

VALUES = ("served", "none_known", "not_asked")


def open_map(visited: Visit, address: str) -> Page:
    """A page of gaps with its map drawn."""
    page = visited.go(address)
    page.locator(".rd-gapmap").scroll_into_view_if_needed()
    page.wait_for_selector(".rd-gapmap[data-shown]")
    return page


def rows(build: Build, name: str) -> list[dict[str, str]]:
    """The rows of a file."""
    with (build.site / f"gaps/{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def painted(page: Page) -> Counter[str]:
    """How many areas are filled with each pattern."""
    return Counter(page.locator(".rd-gaparea").evaluate_all("parts => parts.map(part => part.dataset.shown)"))


def test_the_map_of_a_state_says_what_the_file_says(visit: Visitor, real_site: Build) -> None:
    visited = visit(real_site)
    page = open_map(visited, "gaps/co/")
    needs = page.locator("#gap-need option").evaluate_all("found => found.map(option => option.value)")
    assert {"health", "mental_health"} <= set(needs) and "talk_now" not in needs
    for need in needs:
        page.select_option("#gap-need", need)
        expected = Counter(row["value"] for row in rows(real_site, "co") if row["need"] == need)
        assert painted(page) == expected, need
        told = [page.locator(".rd-gapmap").get_attribute(f"data-{value}") for value in VALUES]
        assert told == [str(expected[value]) for value in VALUES]
        fills = page.locator(".rd-gaparea").evaluate_all("parts => parts.map(part => part.getAttribute('fill'))")
        assert set(fills) == {f"url(#rd-gap-{value})" for value in expected}
        assert f"served in {expected['served']} count" in (page.locator(".rd-map__status").text_content() or "")
    assert page.locator(".rd-gaplegend li").all_inner_texts() == ["served", "none known", "not asked"]
    assert visited.foreign == [] and visited.errors == []


def test_the_map_of_the_country_says_what_the_table_says(visit: Visitor, real_site: Build) -> None:
    visited = visit(real_site)
    page = open_map(visited, "gaps/")
    found = [row for row in rows(real_site, "nation") if row["need"] == "health"]
    for value in VALUES:
        page.select_option("#gap-need", "health")
        page.select_option("#gap-value", value)
        page.wait_for_selector(f".rd-gapmap[data-shown='health'][data-value='{value}']")
        steps: Counter[str] = Counter()
        for state in {row["state"] for row in found}:
            counties = [row["value"] for row in found if row["state"] == state]
            part = counties.count(value) / len(counties)
            steps["0" if part == 0 else "5" if part == 1 else str(-(-counties.count(value) * 4 // len(counties)))] += 1
        # The atlas draws no shape of a few far islands.
        drawn = painted(page)
        assert drawn.total() >= 51 and drawn <= steps and steps.total() - drawn.total() <= 5
        total = sum(row["value"] == value for row in found)
        assert page.locator(".rd-gapmap").get_attribute("data-total") == str(total)
    assert visited.foreign == [] and visited.errors == []


def test_a_need_is_chosen_with_the_keyboard_and_leaves_no_trace(visit: Visitor, real_site: Build) -> None:
    visited = visit(real_site)
    page = open_map(visited, "gaps/co/")
    trace = (
        "[location.href, document.title, history.length, document.cookie, localStorage.length, sessionStorage.length]"
    )
    before, asked = page.evaluate(trace), len(visited.requests)
    first = page.locator(".rd-gapmap").get_attribute("data-shown")
    page.locator("#gap-need").focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_function("first => document.querySelector('.rd-gapmap').dataset.shown !== first", arg=first)
    assert page.evaluate(trace) == before and len(visited.requests) == asked


def test_a_press_on_a_county_says_its_row(visit: Visitor, real_site: Build) -> None:
    page = open_map(visit(real_site), "gaps/co/")
    page.select_option("#gap-need", "mental_health")
    page.locator(".rd-gaparea").nth(20).click()
    said = page.locator(".leaflet-popup-content").inner_text().splitlines()
    row = next(r for r in rows(real_site, "co") if r["need"] == "mental_health" and r["county"] == said[0])
    facts = [line for line in said[1:] if line]
    assert facts[0] == f"Counseling and recovery: {row['value'].replace('_', ' ')}"
    assert facts[1:-2] == ([f"Entries: {row['records']}"] if row["value"] == "served" else [])
    assert facts[-2:] == [
        f"Nearest public place: {round(float(row['nearest_miles']))} mi", f"People: {int(row['people']):,}",
    ]  # fmt: skip


@pytest.mark.parametrize("address", ["gaps/", "gaps/tx/"])
def test_without_scripts_the_tables_say_it_all(visit: Visitor, real_site: Build, address: str) -> None:
    page = visit(real_site, scripts=False, width=360).go(address)
    assert "The tables on this page say the same." in page.locator(".rd-map__status").inner_text()
    for hidden in (".folium-map", ".rd-map__go", ".rd-gaplegend"):
        assert not page.locator(hidden).first.is_visible()
    if address == "gaps/tx/":
        expected = {(r["fips"], r["need"]): r["value"] for r in rows(real_site, "tx")}
        heads = page.locator("#gap-counties thead th[data-need]").evaluate_all(
            "found => found.map(h => h.dataset.need)"
        )
        lines = page.locator("#gap-counties tbody tr").all()
        assert len(lines) == 254
        for line in lines[::25]:
            cells = line.locator("td").evaluate_all("found => found.map(cell => cell.dataset.value)")
            fips = line.get_attribute("data-fips") or ""
            assert cells == [expected[fips, need] for need in heads]
        page.locator(".rd-gapneed summary").first.click()
        assert page.locator(".rd-gapneed tbody tr").first.is_visible()


@pytest.mark.parametrize("width", [320, 360, 1280])
@pytest.mark.parametrize("address", ["gaps/", "gaps/co/", "gaps/tx/"])
def test_no_page_of_gaps_is_wider_than_its_window(visit: Visitor, real_site: Build, address: str, width: int) -> None:
    page = visit(real_site, width=width, scripts=False).go(address)
    box = page.locator("html").bounding_box()
    assert box is not None and box["width"] <= width
    assert page.locator("html").evaluate("html => html.scrollWidth") <= width


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("address", ["gaps/", "gaps/co/"])
def test_axe_finds_nothing(visit: Visitor, real_site: Build, address: str, dark: bool) -> None:
    page = open_map(visit(real_site, dark=dark), address)
    page.locator("details").evaluate_all("found => found.forEach(part => { part.open = true; })")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run().then(found => found.violations.map(v => v.id + ': ' + v.nodes[0].html))")
    assert found == []


def test_the_file_beside_the_page_is_the_one_it_links(visit: Visitor, real_site: Build) -> None:
    page = visit(real_site).go("gaps/co/")
    link = page.locator("#files ~ p a").first
    assert link.get_attribute("href") == "../../gaps/co.csv" and link.get_attribute("download") is not None
