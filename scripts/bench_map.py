"""Measures maps: making them with Folium's own markers beside ours, and the map of the country in Chromium."""

from __future__ import annotations

import functools
import gzip
import http.server
import os
import shutil
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import folium
from folium.plugins import FastMarkerCluster, MarkerCluster
from playwright.sync_api import Browser, sync_playwright

from resource_directory.directory import Directory, Settings
from resource_directory.loading import load_directory
from resource_directory.maps import MapFiles

RUNS = 3
#: Chromium's processor is made this much slower.
SLOWER = 4


def measure_maps(site: Path, root: Path) -> str:
    """Two tables, in Markdown. `site` is a built site, `root` the repository."""
    directory = load_directory(root, Settings("Bench"), datetime.now(UTC).date(), cached=True)
    return "\n".join([*_making(directory), "", *_in_the_browser(site)])


def _making(directory: Directory) -> Iterator[str]:
    points = [point for group in directory.located.values() for _, point in group]
    begun = time.perf_counter()
    files = dict(MapFiles(directory).files())
    ours = time.perf_counter() - begun
    yield f"{len(points):,} public points. All files of all maps, and what Folium makes of one map of the country:"
    yield ""
    yield "| what | s | MB | beside ours |"
    yield "|---|---|---|---|"
    yield f"| ours, {len(files):,} files | {ours:.1f} | {sum(map(len, files.values())) / 1e6:.1f} | 1.0 |"
    for name in ("Marker", "MarkerCluster", "FastMarkerCluster"):
        begun = time.perf_counter()
        chart = folium.Map(tiles=None)
        if name == "FastMarkerCluster":
            FastMarkerCluster([list(point) for point in points]).add_to(chart)  # type: ignore[no-untyped-call]
        else:
            target = MarkerCluster().add_to(chart) if name == "MarkerCluster" else chart  # type: ignore[no-untyped-call]
            for point in points:
                folium.Marker(point).add_to(target)
        text = chart.get_root().render()
        taken = time.perf_counter() - begun
        yield f"| Folium {name}, one map | {taken:.1f} | {len(text) / 1e6:.1f} | {taken / ours:.1f} |"


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


def _in_the_browser(site: Path) -> Iterator[str]:
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    yield f"In Chromium: medians of {RUNS}, nothing cached, from the request of the page, scrolled to its map at once."
    yield ""
    yield "| page | processor | first picture with all points, ms | a zoom step, ms | fetched for the map, KB gzip |"
    yield "|---|---|---|---|---|"
    with _served(site) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        for address in ("map/", "co/", "co/denver/"):
            for slower in (1, SLOWER):
                found = [_one_map(browser, base, address, slower, site) for _ in range(RUNS)]
                first, zoom, fetched = (statistics.median(values) for values in zip(*found, strict=True))
                speed = "as it is" if slower == 1 else f"{slower} times slower"
                yield f"| /{address} | {speed} | {first:.0f} | {zoom:.0f} | {fetched:.0f} |"
        browser.close()


def _one_map(browser: Browser, base: str, address: str, slower: int, site: Path) -> tuple[float, float, float]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
    page.goto(base + address, wait_until="commit")
    first = page.evaluate(
        """async () => {
            const picture = () => new Promise(requestAnimationFrame);
            while (!document.querySelector('.rd-map')) await picture();
            document.querySelector('.rd-map').scrollIntoView({ block: 'center' });
            while (!document.querySelector('.rd-map').hasAttribute('data-drawn')) await picture();
            await picture();
            return performance.now();
        }"""
    )
    zoom = page.evaluate(
        """async () => {
            const button = document.querySelector('.leaflet-control-zoom-in');
            const begun = performance.now();
            button.click();
            // What the script does before the next picture; the theme's own movement is not counted.
            await new Promise(requestAnimationFrame);
            await new Promise((done) => setTimeout(done));
            return performance.now() - begun;
        }"""
    )
    names = (url.removeprefix(base).partition("?")[0] for url in asked)
    files = {name for name in names if name.startswith(("assets/map/", "assets/vendor/leaflet", "assets/vendor/topo"))}
    fetched = sum(len(gzip.compress((site / name).read_bytes())) for name in files if (site / name).is_file())
    context.close()
    return float(first), float(zoom), fetched / 1000
