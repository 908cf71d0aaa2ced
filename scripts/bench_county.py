"""Measures a county's page as on an old telephone: `python scripts/bench_county.py SITE`.

Chromium with its processor made four times slower and the network as its tools' own "Slow 4G": 1.44 megabits a second,
562.5 ms to every answer. Files go over the line as a web host sends them, packed by gzip. Nothing is cached.
"""

from __future__ import annotations

import functools
import gzip
import http.server
import os
import shutil
import statistics
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

RUNS = 3
SLOWER = 4
#: Chromium's own "Slow 4G", in bytes a second and milliseconds.
NETWORK = {
    "offline": False,
    "latency": 562.5,
    "downloadThroughput": 1.6 * 1000 * 1000 / 8 * 0.9,
    "uploadThroughput": 750 * 1000 / 8 * 0.9,
}
#: A county with hundreds of records, one with dozens, one with few.
PAGES = ("ca/los-angeles/", "co/denver/", "ak/nome/")
#: KB without the map; ms until the page is usable, to the first suggestion, to the order drawn again; KB with the map.
BUDGET = (150, 2000, 300, 100, 500)
#: Milliseconds in which the worker has its first files on that line.
WORKER = 4000
PACKED = (".html", ".css", ".js", ".mjs", ".json", ".geojson", ".txt", ".svg")


class Measured(NamedTuple):
    """Of one page: KB, four times in milliseconds, KB with the map."""

    fetched: float
    usable: float
    order: float
    suggestion: float
    redrawn: float
    with_map: float


class _Packing(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 (the library's name)
        """Says nothing."""

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path.partition("?")[0]))
        file = path / "index.html" if path.is_dir() else path
        if not file.is_file():
            self.send_error(404)
            return
        packed = file.suffix in PACKED
        body = gzip.compress(file.read_bytes(), 6) if packed else file.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(file)))
        self.send_header("Content-Length", str(len(body)))
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def _served(site: Path) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Packing, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def measure_counties(site: Path) -> str:
    """A table, in Markdown."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    lines = [
        f"A county's page with the processor {SLOWER} times slower, on Chromium's \"Slow 4G\", nothing cached; medians "
        f"of {RUNS}. Usable: all is read and styled, and a number can be pressed.",
        "",
        "| page | without the map, KB gzip | usable, ms | the order of calls is there, ms | first suggestion after "
        "a key, ms | order drawn again, slowest tick, ms | with the map, KB gzip |",
        "|---|---|---|---|---|---|---|",
    ]
    with _served(site) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        for address in PAGES:
            runs = [_one(browser, base, address) for _ in range(RUNS)]
            found = Measured(*(statistics.median(values) for values in zip(*runs, strict=True)))
            lines.append(
                f"| /{address} | {found.fetched:.0f} | {found.usable:.0f} | {found.order:.0f} | {found.suggestion:.0f} "
                f"| {found.redrawn:.0f} | {found.with_map:.0f} |"
            )
        browser.close()
    kb, usable, suggestion, redrawn, with_map = BUDGET
    lines += ["", f"Budget: {kb} KB, {usable} ms, {suggestion} ms, {redrawn} ms, {with_map} KB."]
    return "\n".join(lines)


def _one(browser: Browser, base: str, address: str) -> Measured:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    tools = context.new_cdp_session(page)
    sizes: list[float] = []
    tools.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    tools.send("Network.enable")
    tools.send("Network.emulateNetworkConditions", NETWORK)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(base + address, wait_until="commit")
    usable, order = page.evaluate(_USABLE)
    page.wait_for_load_state("networkidle")
    fetched = sum(sizes) / 1000
    # What a reader does next happens on the page that is there.
    redrawn = page.evaluate(_TICKING)
    suggestion = _suggestion(page)
    page.locator(".rd-map").first.scroll_into_view_if_needed()
    page.wait_for_selector(".rd-map[data-drawn]", timeout=60_000)
    before = sum(sizes) / 1000
    context.close()
    return Measured(fetched, usable, order, suggestion, redrawn, before)


#: Milliseconds since the page was asked for: until it is there with its style, and until there are boxes to tick.
_USABLE = """async () => {
    const picture = () => new Promise(requestAnimationFrame);
    const styled = () => [...document.styleSheets].some(({ href }) => href && href.includes('directory.css'));
    while (!(document.readyState !== 'loading' && document.querySelector('.rd-call') && styled())) await picture();
    await picture();
    const usable = performance.now();
    while (!document.querySelector('.rd-order form') && document.querySelector('.rd-order')) await picture();
    return [usable, performance.now()];
}"""
#: The slowest of all ticks of needs, from the press to the list.
_TICKING = """async () => {
    let slowest = 0;
    for (const box of document.querySelectorAll('.rd-order input[data-kind=need]')) {
        const begun = performance.now();
        box.click();
        // What the script does and the browser lays out before the next picture.
        document.querySelector('.rd-order').getBoundingClientRect();
        slowest = Math.max(slowest, performance.now() - begun);
        await new Promise(requestAnimationFrame);
    }
    return slowest;
}"""


def _suggestion(page: Page) -> float:
    """The box has the focus, and what it fetches then is there; then the first key."""
    box = page.locator(".rd-search__open")
    if box.is_visible():
        box.click()
    else:
        page.locator(".rd-search__input").first.focus()
    # The worker's own requests are not the page's: the box shows what it has once all of them are there.
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(WORKER)
    return float(
        page.evaluate(
            """async () => {
            const input = [...document.querySelectorAll('.rd-search__input')].find((box) => box.offsetParent);
            const list = document.getElementById(input.getAttribute('aria-controls'));
            const begun = performance.now();
            input.value = 'd';
            input.dispatchEvent(new InputEvent('input', { bubbles: true }));
            while (!list.querySelector('[role=option]')) await new Promise(requestAnimationFrame);
            return performance.now() - begun;
        }"""
        )
    )


if __name__ == "__main__":
    print(measure_counties(Path(sys.argv[1])))
