"""How old facts are, told on the day of reading: with a set clock, in two languages, without scripts; and upkeep."""

from __future__ import annotations

from datetime import datetime

import pytest
from playwright.sync_api import Page

from browser.driving import AXE, Visit, Visitor
from support import Build

#: The fictional shelter's word is of 1 September 2026 and holds for 60 days; its facts are of 19 July 2026.
SHELTER = "resources/example-house-mesa/"
CLINIC = "resources/example-clinic/"


def read_on(visited: Visit, address: str, day: str) -> Page:
    """A page as it is read at noon of a day, after it has come to rest."""
    visited.page.clock.set_fixed_time(datetime.fromisoformat(f"{day}T12:00:00"))
    page = visited.go(address)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(400)
    return page


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-09-01", ""),
        ("2026-10-31", ""),
        ("2026-11-01", " (2 months ago)"),
        ("2026-11-30", " (2 months ago)"),
        ("2026-12-01", " (3 months ago)"),
        ("2028-02-29", " (17 months ago)"),
        ("2028-09-01", " (2 years ago)"),
        # A clock that is wrong says nothing wrong.
        ("2020-01-01", ""),
    ],
)
def test_a_confirmed_entry(visit: Visitor, fictional_site: Build, day: str, said: str) -> None:
    visited = visit(fictional_site)
    page = read_on(visited, SHELTER, day)
    overdue = " Overdue: ask whether it still holds." if said else ""
    told = page.locator(".rd-smallprint [data-rd-days]").inner_text()
    assert told == f"Confirmed on 1 September 2026{said} by Program director, Example House.{overdue}"
    assert page.locator(".rd-overdue").count() == (1 if said else 0)
    assert visited.foreign == [] and visited.errors == []


@pytest.mark.parametrize(
    ("day", "said"),
    [("2027-01-15", ""), ("2027-01-16", " (5 months ago)"), ("2030-01-01", " (3 years ago)")],
)
def test_an_imported_entry_is_old_but_never_overdue(visit: Visitor, fictional_site: Build, day: str, said: str) -> None:
    page = read_on(visit(fictional_site), CLINIC, day)
    assert page.locator(".rd-imported").inner_text() == (
        f"Imported from Example publisher in July 2026{said}, not yet confirmed by the organization itself."
    )
    assert "verdue" not in page.locator("main").inner_text()


def test_a_card_says_it_in_both_languages(visit: Visitor, fictional_site: Build) -> None:
    page = read_on(visit(fictional_site), "co/mesa/", "2026-11-01")
    card = page.locator(".rd-cards .rd-overdue")
    assert (
        card.first.inner_text() == "Confirmed on 1 September 2026 (2 months ago). Overdue: ask whether it still holds."
    )
    page = read_on(visit(fictional_site), "es/co/mesa/", "2026-11-01")
    assert page.locator(".rd-cards .rd-overdue").first.inner_text() == (
        "Confirmada el 1 de septiembre de 2026 (hace 2 meses). Confirmación vencida: pregunte si todavía es así."
    )
    source = page.locator("[data-question=domestic_violence] .rd-sources").inner_text()
    assert "19 de julio de 2026 (hace 3 meses)" in source and "vencida" not in source


def test_an_old_copy_of_the_site_says_so_itself(visit: Visitor, real_site: Build) -> None:
    page = read_on(visit(real_site), "co/denver/", "2029-11-21")
    told = page.locator(".rd-sources").all_inner_texts()
    assert len(told) > 5 and all("years ago)" in text for text in told)
    assert all(text.startswith("Imported, not yet confirmed: ") for text in told)


@pytest.mark.parametrize("address", [SHELTER, CLINIC, "co/mesa/"])
def test_without_scripts_the_dates_stand_alone(visit: Visitor, fictional_site: Build, address: str) -> None:
    page = visit(fictional_site, scripts=False).go(address)
    told = page.locator("[data-rd-days]").all_inner_texts()
    assert told and all("2026" in text and " ago" not in text and "verdue" not in text for text in told)


def test_a_large_county_rests_before_it_counts(visit: Visitor, real_site: Build) -> None:
    """Los Angeles has hundreds of cards: the words come when nothing else is to do, and no step of them is long."""
    visited = visit(real_site)
    visited.page.clock.set_fixed_time(datetime.fromisoformat("2029-11-21T12:00:00"))
    session = visited.context.new_cdp_session(visited.page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page = visited.go("ca/los-angeles/")
    page.wait_for_function(
        "() => document.querySelector('.rd-sources').textContent.includes('years ago')", timeout=30_000
    )
    # As if every entry were confirmed, and long ago.
    longest = page.evaluate("""async () => {
      const { tell } = await import(document.querySelector("script[src$='page.js']").src.replace("page.js", "freshness.js"));
      const cards = [...document.querySelectorAll(".rd-cards > li")];
      for (const card of cards) {
        card.insertAdjacentHTML("beforeend", "<p class='rd-confirmed' data-rd-days=60>Confirmed on <time datetime=2026-01-01>1 January 2026</time>.</p>");
      }
      const before = performance.now();
      for (const part of document.querySelectorAll(".rd-confirmed")) tell(part, new Date());
      return [cards.length, (performance.now() - before) / cards.length, document.querySelectorAll(".rd-overdue").length];
    }""")
    number, each, overdue = longest
    assert number > 500 and overdue == number
    assert each < 5, "milliseconds an entry"


# Upkeep


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("address", ["upkeep/", SHELTER, "co/mesa/"])
def test_axe_finds_nothing(visit: Visitor, fictional_site: Build, address: str, dark: bool) -> None:
    page = read_on(visit(fictional_site, dark=dark), address, "2027-06-01")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run().then(found => found.violations.map(v => v.id + ': ' + v.nodes[0].html))")
    assert found == []


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_upkeep_is_no_wider_than_its_window(visit: Visitor, real_site: Build, width: int) -> None:
    page = visit(real_site, width=width, scripts=False).go("upkeep/")
    assert page.locator("html").evaluate("html => html.scrollWidth") <= width
    assert page.locator("#upkeep-states tbody tr").count() > 50


def test_sources_lead_to_upkeep(visit: Visitor, fictional_site: Build) -> None:
    visited = visit(fictional_site)
    visited.go("sources/").locator("main a", has_text="upkeep").click()
    assert visited.page.locator("h1").inner_text() == "Upkeep"
    assert visited.page.title().startswith("Upkeep")
    assert visited.foreign == [] and visited.errors == []
