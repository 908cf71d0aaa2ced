"""A county's list in a partner's frame: it fits, it is read out well, it asks for nothing, its links lead the whole window."""

from __future__ import annotations

from typing import Any

import pytest

from browser.driving import AXE, Visitor
from support import Build

ADDRESSES = ["embed/co/denver/", "es/embed/co/mesa/", "embed/needs/health-care/co/"]
#: What docs/embeds.md tells partners to write.
FRAME = (
    '<!doctype html><title>Partner</title><iframe src="/embed/co/denver/" title="Whom to call" loading="lazy"'
    ' sandbox="allow-popups allow-top-navigation-by-user-activation" width="{width}" height="600"></iframe>'
)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [240, 600])
def test_it_fits_and_reads_well(visit: Visitor, fictional_site: Build, address: str, dark: bool, width: int) -> None:
    visited = visit(fictional_site, dark=dark, width=width)
    page = visited.go(address)
    assert [url for url in visited.requests if not url.endswith("/favicon.ico")] == [visited.base + address]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    sizes = page.evaluate("[...document.querySelectorAll('.c')].map((a) => a.getBoundingClientRect().height)")
    assert sizes and min(sizes) >= 40, "large enough for a thumb"
    paper = page.evaluate("getComputedStyle(document.documentElement).colorScheme")
    assert paper == "light dark"
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate("async () => (await axe.run()).violations")
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    page.emulate_media(media="print")
    assert page.locator(".c").first.is_visible()


@pytest.mark.parametrize("width", [280, 600])
def test_a_link_in_the_frame_leads_the_whole_window(visit: Visitor, fictional_site: Build, width: int) -> None:
    visited = visit(fictional_site)
    page = visited.page
    page.route("**/partner", lambda route: route.fulfill(body=FRAME.format(width=width), content_type="text/html"))
    page.route("http://localhost:8000/**", lambda route: route.fulfill(body="the full page", content_type="text/html"))
    page.goto(visited.base + "partner")
    inside = page.frame_locator("iframe")
    link = inside.locator("li a").first
    name = link.get_attribute("href")
    assert name and name.startswith("resources/")
    link.click()
    page.wait_for_url(f"http://localhost:8000/{name}")
    assert page.locator("body").inner_text() == "the full page"
