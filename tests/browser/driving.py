"""A page in Chromium that records every request, and what went wrong in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, Page

from support import ROOT

AXE = ROOT / "node_modules/axe-core/axe.min.js"


@dataclass
class Visit:
    """A page in a context of its own, what it asked for, and what went wrong in it."""

    page: Page
    context: BrowserContext
    base: str
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def go(self, address: str) -> Page:
        self.page.goto(self.base + address)
        return self.page

    def show_maps(self) -> None:
        """Scrolls to each map and waits until it has said what it shows."""
        for box in self.page.locator(".rd-map").all():
            box.scroll_into_view_if_needed()
            status = box.locator(".rd-map__status")
            for _ in range(100):
                if (status.text_content() or "") not in {"Loading the map.", "The map loads when you come to it.", ""}:
                    break
                self.page.wait_for_timeout(50)

    @property
    def foreign(self) -> list[str]:
        """Requests to another host."""
        return [url for url in self.requests if not url.startswith((self.base, "data:", "blob:"))]


Visitor = Callable[..., Visit]
