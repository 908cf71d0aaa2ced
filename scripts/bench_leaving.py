"""Measures the way out, from the press to the departure, on a slow telephone and a slow line.

`python scripts/bench_leaving.py SITE`
"""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import statistics
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

RUNS = 5
#: Chromium's processor is made this much slower.
SLOWER = 4
#: Slow 4G, as Lighthouse has it: milliseconds, bytes a second.
LINE = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
AWAY = "https://www.weather.gov/"
PAGES = ("", "co/denver/", "ca/los-angeles/")
#: (what it is called, milliseconds between the button's first picture and the press).
MOMENTS = (("as soon as the button is there", 0), ("while scripts load", 400), ("when all is there", 6000))
#: Tells how long after the press the browser was sent away, and whether the title was blank then.
WATCH = """
let pressed = 0;
window.addEventListener("mouseup", (event) => { pressed = event.timeStamp; }, true);
navigation.addEventListener("navigate", () => {
  if (pressed) window.left = [performance.now() - pressed, document.title === "\\u200b"];
});
"""


def measure_leaving(site: Path) -> str:
    """A table, in Markdown. `site` is a built site."""
    return "\n".join(_lines(site))


def _lines(site: Path) -> Iterator[str]:
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    yield f"Leaving, from the press to the departure: {RUNS} times each, processor {SLOWER} times slower, slow 4G."
    yield ""
    yield "| page | pressed | median, ms | worst, ms | title blank by then |"
    yield "|---|---|---|---|---|"
    with _served(site) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        for address in (address for address in PAGES if (site / address / "index.html").is_file()):
            for name, wait in MOMENTS:
                taken, blank = zip(*(_leave(browser, base + address, wait) for _ in range(RUNS)), strict=True)
                yield (
                    f"| /{address} | {name} | {statistics.median(taken):.0f} | {max(taken):.0f} |"
                    f" {sum(blank)} of {RUNS} |"
                )
        browser.close()


def _leave(browser: Browser, address: str, wait: int) -> tuple[float, bool]:
    """(milliseconds, whether the title was blank) of one departure."""
    context = browser.new_context(viewport={"width": 360, "height": 780})
    page = context.new_page()
    context.add_init_script(WATCH)
    page.route(f"{AWAY}**", lambda route: route.fulfill(status=204))
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", LINE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, wait_until="commit")
    x, y = _middle(page)
    page.wait_for_timeout(wait)
    page.mouse.click(x, y)
    page.wait_for_function("window.left")
    taken, blank = page.evaluate("window.left")
    context.close()
    return float(taken), bool(blank)


def _middle(page: Page) -> tuple[float, float]:
    button = page.locator(".rd-exit a")
    button.wait_for()
    box = button.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 (the library's name)
        """Says nothing."""


@contextmanager
def _served(site: Path) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


if __name__ == "__main__":
    print(measure_leaving(Path(sys.argv[1])))
