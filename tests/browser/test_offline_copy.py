"""The offline edition opened from its folder, without a server and without a network, in Chromium and in Firefox.

The ten tasks are those of an advocate. Each must be done with no request but for files, and with no error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from browser.marionette import Firefox, firefox
from browser.offline_drivers import Advocate, InChromium, InFirefox, waited

NUMBER = re.compile(r"\b\d{3}-\d{3}-\d{4}\b")
DENVER = "co/denver/"


@pytest.fixture(scope="module")
def fox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    """One Firefox for all tasks."""
    program = firefox()
    if program is None:
        pytest.skip("Firefox is not installed: 'make browser' installs it as root on Debian")
    started = Firefox(program, tmp_path_factory.mktemp("fox"))
    yield started
    started.close()


@pytest.fixture(params=["chromium", "firefox"])
def advocate(request: pytest.FixtureRequest, browser: Browser, offline_copy: Path) -> Iterator[Advocate]:
    """Somebody with the copy of Colorado. Afterwards: nothing was asked of any host, and nothing went wrong."""
    driver = InChromium(browser) if request.param == "chromium" else InFirefox(request.getfixturevalue("fox"))
    yield Advocate(driver, offline_copy)
    assert driver.requests() == []
    assert driver.errors() == []
    if isinstance(driver, InChromium):
        driver.close()


def test_1_a_county_by_zip_code(advocate: Advocate) -> None:
    advocate.open()
    advocate.follow("a.rd-call")
    assert advocate.page == "co/index.html"
    assert "Denver County" in advocate.search("80205")[0]
    advocate.take()
    assert advocate.page == "co/denver/index.html"
    assert advocate.text("h1") == "Denver County, Colorado"


def test_2_a_county_by_the_name_of_a_town(advocate: Advocate) -> None:
    advocate.open("co/")
    assert "Mesa County" in advocate.search("grand junction")[0]
    advocate.take()
    assert advocate.page == "co/mesa/index.html"


def test_3_a_county_by_its_name(advocate: Advocate) -> None:
    advocate.open("hotlines/")
    assert "Larimer County" in advocate.search("larimer")[0]
    advocate.take()
    assert advocate.page == "co/larimer/index.html"


def test_4_from_a_need_to_whom_to_call(advocate: Advocate) -> None:
    advocate.open("co/")
    advocate.follow(".md-tabs a[href$='needs/index.html']")
    advocate.follow(".rd-cards a[href*='legal-help']")
    advocate.follow(".md-content a[href$='co/index.html']")
    assert advocate.page == "needs/legal-help/co/index.html"
    assert NUMBER.search(advocate.text(".rd-cards a.rd-call"))


def test_5_the_order_of_calls_follows_what_is_ticked(advocate: Advocate) -> None:
    def order() -> list[str]:
        return advocate.texts(".rd-order__list h3")

    advocate.open(DENVER)
    advocate.press(".rd-order input[value=safe_place]")
    advocate.until("document.querySelectorAll('.rd-order__list .rd-card').length > 1")
    first = order()
    advocate.press(".rd-order input[value=health]")
    advocate.until(
        "[...document.querySelectorAll('.rd-order__list h3')].map((one) => one.innerText.trim()).join('|') !== arguments[0]",
        "|".join(first),
    )
    assert order() != first
    assert NUMBER.search(advocate.text(".rd-order__list .rd-card a.rd-call"))
    advocate.follow(".rd-order__list h3 a")
    assert re.fullmatch(r"resources/[^/]+/index\.html", advocate.page)


def test_6_an_organization_and_its_number(advocate: Advocate) -> None:
    advocate.open(DENVER)
    assert "Colorado Legal Services" in advocate.search("colorado legal services")[0]
    advocate.take()
    assert advocate.page == "resources/colorado-legal-services/index.html"
    assert NUMBER.search(advocate.text("a.rd-call"))


def test_7_the_map_of_a_county(advocate: Advocate) -> None:
    advocate.open(DENVER)
    said = advocate.show_map()
    assert re.match(r"[1-9]\d* of [1-9]\d* places are on the map", said)
    assert advocate.number(".leaflet-marker-icon") > 0
    assert advocate.number("path.rd-county") > 60
    assert advocate.number("path.rd-county--served") > 0
    # A kind less, in the lists as on the map.
    cards = "document.querySelectorAll('.rd-cards > li[hidden]').length"
    advocate.press(".rd-filter.rd-type--health_center input")
    advocate.until(f"{cards} > 0")
    advocate.press(".rd-filter.rd-type--health_center input")
    advocate.until(f"{cards} === 0")
    advocate.until("document.querySelector('.leaflet-marker-icon.rd-marker')")
    advocate.driver.run("document.querySelector('.leaflet-marker-icon.rd-marker').click()")
    assert advocate.text(".rd-popup")
    advocate.follow(".rd-popup a[href$='index.html']")
    assert re.fullmatch(r"resources/[^/]+/index\.html", advocate.page)


def test_7_the_map_of_everything(advocate: Advocate) -> None:
    advocate.open("map/")
    assert re.match(r"[1-9]\d* of [1-9]\d* places are on the map", advocate.show_map())
    assert int(advocate.until("document.querySelector('.rd-map').dataset.circles")) > 0
    advocate.driver.run("document.querySelector('#rd-map-find').focus()")
    advocate.driver.type("#rd-map-find", "boulder county")
    advocate.until("document.querySelector('#rd-map-find-list a')")
    advocate.driver.enter("#rd-map-find")
    assert "is marked on the map" in advocate.text(".rd-map__place")
    advocate.follow(".rd-map__place a")
    assert advocate.page == "co/boulder/index.html"


def test_8_hot_lines(advocate: Advocate) -> None:
    advocate.open(DENVER)
    advocate.follow(".md-tabs a[href$='hotlines/index.html']")
    assert advocate.page == "hotlines/index.html"
    assert advocate.number("a.rd-call[href^='tel:']") > 7


def test_9_in_spanish(advocate: Advocate) -> None:
    advocate.open(DENVER)
    advocate.follow("a.rd-language")
    assert advocate.page == "es/co/denver/index.html"
    assert advocate.driver.run("return document.documentElement.lang") == "es"
    assert advocate.text(".rd-offline").startswith("Copia sin conexión, hecha el 21 de noviembre de 2026")
    advocate.press(".rd-order input[value=safe_place]")
    assert "a quienes llamar, en este orden" in advocate.text(".rd-order__status")
    assert "Ayuda legal" in advocate.search("abogado")[0]
    advocate.take()
    assert advocate.page == "es/needs/legal-help/co/index.html"
    advocate.open("es/hotlines/")
    assert "Denver" in advocate.search("80205")[0]
    advocate.take()
    assert advocate.page == "es/co/denver/index.html"


def test_10_what_is_missing(advocate: Advocate) -> None:
    advocate.open("co/")
    advocate.follow(".md-content a[href$='gaps/co/index.html']")
    assert "county" in advocate.show_map() or "counties" in advocate.text(".rd-map__status")
    before = advocate.text(".rd-map__status")
    advocate.driver.run(
        "const need = document.querySelector('#gap-need'); need.selectedIndex = 3; need.dispatchEvent(new Event('change'));"
    )
    assert advocate.text(".rd-map__status") != before
    assert advocate.number("path.rd-gaparea[data-shown]") == 64


def test_10_details_are_hidden(advocate: Advocate) -> None:
    advocate.open(DENVER)
    assert "Domestic Violence Hotline" in advocate.text("main")
    advocate.press("[data-rd-hide]")
    advocate.until("document.documentElement.classList.contains('rd-hidden')")
    assert "Domestic Violence Hotline" not in advocate.text("main")
    assert (
        advocate.text("[data-rd-hide] ~ [role=status]")
        == "Details are hidden on this page. A new page shows them again."
    )


def test_the_way_out_needs_no_network(advocate: Advocate) -> None:
    advocate.driver.cut()
    advocate.open(DENVER)
    advocate.until("document.querySelector('[data-govuk-exit-this-page-init]')")
    advocate.press(".rd-exit a")
    advocate.until("location.href === 'about:blank'")


def test_nobody_is_asked_where_the_reader_is(advocate: Advocate) -> None:
    advocate.open(DENVER)
    advocate.until("document.querySelector('[data-govuk-exit-this-page-init]')")
    assert advocate.driver.run("return [...document.querySelectorAll('.rd-locate')].every((one) => one.hidden)")


@pytest.mark.parametrize("name", ["chromium", "firefox"])
def test_what_goes_wrong_is_seen(
    request: pytest.FixtureRequest, browser: Browser, offline_copy: Path, name: str
) -> None:
    """The tasks above could fail: an error and a request in a page are told."""
    driver = InChromium(browser) if name == "chromium" else InFirefox(request.getfixturevalue("fox"))
    advocate = Advocate(driver, offline_copy)
    advocate.open(DENVER)
    assert (driver.requests(), driver.errors()) == ([], [])
    driver.run("setTimeout(() => { throw new Error('seen') })")
    driver.run(
        "const link = document.createElement('a'); link.href = 'http://host.invalid/'; document.body.append(link); link.click()"
    )
    waited(lambda: any("//host.invalid" in one for one in driver.requests()), "a request is told")
    assert any("seen" in error for error in driver.errors())
    if isinstance(driver, InChromium):
        driver.close()


@pytest.mark.parametrize(("day", "old"), [("2027-02-19", False), ("2027-02-20", True)])
def test_the_line_becomes_louder(browser: Browser, offline_copy: Path, day: str, old: bool) -> None:
    driver = InChromium(browser)
    driver.page.clock.set_fixed_time(f"{day}T12:00:00")
    for address, now, then in (
        (DENVER, "Offline copy, made on 21 November 2026. After 19 February 2027", "This offline copy is too old."),
        ("es/", "Copia sin conexión, hecha el", "Esta copia sin conexión es demasiado vieja."),
        ("", "Offline copy", "This offline copy is too old."),
    ):
        advocate = Advocate(driver, offline_copy)
        advocate.open(address)
        advocate.driver.page.wait_for_function("document.readyState === 'complete'")  # type: ignore[attr-defined]
        assert advocate.text(".rd-offline").startswith(then if old else now)
        assert advocate.number(".rd-offline--old") == old * advocate.number(".rd-offline")
    assert driver.errors() == []
    driver.close()


def test_paper_says_how_old_it_is(browser: Browser, offline_copy: Path) -> None:
    driver = InChromium(browser)
    advocate = Advocate(driver, offline_copy)
    advocate.open(DENVER)
    driver.page.emulate_media(media="print")
    assert driver.page.locator(".rd-offline").is_visible()
    assert not driver.page.locator(".rd-exit").is_visible()
    driver.close()


def test_without_scripts_too(browser: Browser, offline_copy: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    context.set_offline(True)
    page = context.new_page()
    page.goto((offline_copy / "START-HERE.html").as_uri())
    page.locator("a.rd-call").first.click()
    page.locator("a[href$='denver/index.html']").first.click()
    assert page.locator("h1").inner_text() == "Denver County, Colorado"
    assert "19 February 2027" in page.locator(".rd-offline").inner_text()
    context.close()


def test_a_region_says_what_it_does_not_hold(browser: Browser, offline_region: Path) -> None:
    driver = InChromium(browser)
    advocate = Advocate(driver, offline_region)
    advocate.open()
    advocate.follow("a.rd-call")
    assert advocate.page == "regions/co-503/index.html"
    # Found by the search, which knows the whole state; not in this copy.
    assert "Mesa County" in advocate.search("mesa county")[0]
    advocate.take()
    assert advocate.page == "not-here/index.html"
    assert "Metropolitan Denver CoC" in advocate.text("main .rd-lead")
    advocate.open("es/co/")
    advocate.search("80205")
    advocate.take()
    assert advocate.page == "es/co/denver/index.html"
    advocate.search("mesa county")
    advocate.take()
    assert advocate.page == "es/not-here/index.html"
    assert driver.requests() == []
    assert driver.errors() == []
    driver.close()
