"""The worksheet for an agreement: on paper, with lines to write on, and nothing to type into."""

from __future__ import annotations

import re

import pytest

from browser.driving import Visitor
from support import Build

SHEETS = pytest.mark.parametrize("address", ["partnerships/worksheet/", "partnerships/worksheet-for-three/"])


@SHEETS
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_prints_on_letter_paper(visit: Visitor, fictional_site: Build, address: str, dark: bool) -> None:
    page = visit(fictional_site, dark=dark).go(address)
    paper = page.pdf(format="Letter", print_background=False)
    assert 4 <= len(re.findall(rb"/Type\s*/Page\b", paper)) <= 7
    assert re.search(rb"/MediaBox\s*\[0 0 61[12](?:\.\d+)? 79[12]", paper)
    page.emulate_media(media="print")
    for gone in (".rd-tools", ".rd-exit", ".md-header", ".rd-screen"):
        assert not page.locator(gone).first.is_visible(), gone


@SHEETS
def test_its_lines_are_far_enough_apart_for_a_hand(visit: Visitor, fictional_site: Build, address: str) -> None:
    page = visit(fictional_site).go(address)
    page.emulate_media(media="print")
    heights = page.evaluate(
        "[...document.querySelectorAll('.rd-rules > span, .rd-sheet tbody td')].map((e) => e.getBoundingClientRect().height)"
    )
    assert len(heights) > 70 and min(heights) >= 26, "CSS pixels: 96 make an inch"
    borders = page.evaluate(
        "[...document.querySelectorAll('.rd-rules > span')].map((e) => getComputedStyle(e).borderBottomStyle)"
    )
    assert set(borders) == {"solid"}


@SHEETS
def test_nothing_can_be_typed_into_it(visit: Visitor, fictional_site: Build, address: str) -> None:
    page = visit(fictional_site, width=320).go(address)
    assert page.locator("article :is(input, textarea, select, [contenteditable])").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_one_sheet_leads_to_the_other(visit: Visitor, fictional_site: Build) -> None:
    page = visit(fictional_site).go("partnerships/worksheet/")
    page.get_by_role("link", name="Worksheet for three partners").click()
    assert page.url.endswith("/partnerships/worksheet-for-three/")
    assert page.locator("th", has_text="Partner C").count() > 0
