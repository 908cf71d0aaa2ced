"""Measures the search in Chromium, on the real records and on made ones: `python scripts/bench_search.py`.

Ways to search are weighed against each other: what a reader fetches, how long the first letter takes with nothing kept
by the browser, and each letter after it. "The box" is the site's own, from the key press to the drawn list. Chromium's
slowing down of a page does not slow its workers, so everything is also measured inside the page, where it does.
Made records come from a fixed seed; the real data is only read.
"""

from __future__ import annotations

import argparse
import functools
import gzip
import http.server
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from resource_directory.directory import Directory, Settings
from resource_directory.loading import load_directory, repository_root
from resource_directory.model import Record
from resource_directory.processes import collector_off
from resource_directory.search import SearchFiles, search_entries
from resource_directory.views import RecordView

WAYS = ("lunr", "minisearch", "plain", "shards")
TYPED = "denver health"
#: Chromium's processor is made this much slower.
SLOWER = 4
SEED = 8031
MADE = 100_000
#: What the reader may cost with the real records: KB fetched (gzip), ms to the first result, ms a key press, MB.
BUDGET = (500, 700, 100, 150)
#: How much more at 100,000 records.
ROOM = 1.5


@dataclass(frozen=True)
class Measured:
    """Medians of the runs: KB fetched (gzip), milliseconds, MB of the renderer."""

    way: str
    records: int
    fetched: float
    first: float
    #: The median and the slowest of the later key presses.
    later: float
    slowest: float
    memory: float


def made_directory(directory: Directory, number: int, seed: int = SEED) -> Directory:
    """As many records made from the real ones: their kinds and places, names mixed of two, numbers of their own."""
    chance = random.Random(seed)  # noqa: S311 (the same records every time is what is wanted)
    real = sorted(directory.records.values(), key=lambda record: record.id)
    records: dict[str, Record] = {}
    paths: dict[str, str] = {}
    for index in range(number):
        one, other = chance.choice(real), chance.choice(real)
        key = f"made-{index}"
        records[key] = _mixed(one, other, key, chance)
        paths[key] = directory.paths[one.id]
    return replace(directory, records=records, paths=paths, digests={})


def _mixed(one: Record, other: Record, key: str, chance: random.Random) -> Record:
    first, second = one.name.split(), other.name.split()
    facts: dict[str, Any] = {"id": key, "name": " ".join([*first[: len(first) // 2 + 1], *second[len(second) // 2 :]])}
    if one.phones:
        number = f"{one.phones[0].number[:3]}-555-{chance.randrange(100, 200):04}"
        facts["phones"] = (one.phones[0].model_copy(update={"number": number}),)
    if one.registry_ids and one.type == "health_center":
        told = f"MADE-{chance.randrange(1_000_000):06}"
        facts["registry_ids"] = (one.registry_ids[0].model_copy(update={"id": told}),)
    return one.model_copy(update=facts)


def lean_entries(directory: Directory) -> list[list[str]]:
    """(name, all else by which it is found from anywhere) of each record: what the other ways index."""
    found = []
    for record in directory.in_order:
        view = RecordView(record, directory)
        numbers = [entry.id for entry in record.registry_ids or ()]
        said = [view.type.label, view.town, view.county.name if view.county else "", view.area_short]
        said += [phone.number for phone in view.phones[:1]]
        said += [*numbers, *(service.label for service in view.services), record.alternate_name or ""]
        found.append([record.name, " ".join(word for word in said if word)])
    return found


def build_site(root: Path, site: Path) -> None:
    """A site of one small state: its pages stand for all."""
    told = {**os.environ, "STATE": "gu", "NO_MKDOCS_2_WARNING": "true", "DISABLE_MKDOCS_2_WARNING": "true"}
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-q", "-d", str(site)]
    subprocess.run(command, cwd=root, env=told, check=True, stdout=subprocess.DEVNULL)


def put_search(root: Path, site: Path, directory: Directory) -> float:
    """Puts the search files of a directory into a site; gives the seconds of one core that making them took."""
    kept = json.loads((site / "search/search_index.json").read_text(encoding="utf-8"))
    shutil.rmtree(site / "search")
    begun = time.process_time()
    with collector_off():
        made = list(SearchFiles(directory).files())
    taken = time.process_time() - begun
    for address, text in made:
        file = site / address
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    entries = [asdict(entry) for entry in search_entries(directory)]
    known = {entry["location"] for entry in entries}
    kept["docs"] = [doc for doc in kept["docs"] if doc["location"] not in known] + entries
    (site / "search/search_index.json").write_text(json.dumps(kept, separators=(",", ":")), encoding="utf-8")
    bench = site / "bench"
    bench.mkdir(exist_ok=True)
    shutil.copy(root / "node_modules/minisearch/dist/es/index.js", bench / "minisearch.mjs")
    shutil.copy(Path(__file__).with_name("bench_engines.mjs"), bench / "engines.js")
    (bench / "records.json").write_text(json.dumps(lean_entries(directory), separators=(",", ":")), encoding="utf-8")
    return taken


class _Handler(http.server.SimpleHTTPRequestHandler):
    # Declared as the library declares it.
    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, ".mjs": "text/javascript"}  # noqa: RUF012
    #: Addresses asked for, of the one server that there is at a time.
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path.partition("?")[0].lstrip("/"))
        super().do_GET()

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 (the library's own name)
        """Says nothing."""


@contextmanager
def served(site: Path) -> Iterator[str]:
    """The address at which a site is served."""
    handler = functools.partial(_Handler, directory=str(site))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def fetched_kilobytes(site: Path, asked: Sequence[str]) -> float:
    """What a server that compresses would have sent."""
    files = [site / address for address in dict.fromkeys(asked) if (site / address).is_file()]
    return sum(len(gzip.compress(file.read_bytes(), 6)) for file in files) / 1000


@contextmanager
def fresh_page(browser: Browser, address: str) -> Iterator[tuple[Page, CDPSession]]:
    """A page in a context of its own, with nothing kept, slowed down."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    session = context.new_cdp_session(page)
    page.goto(address)
    page.wait_for_timeout(500)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    yield page, session
    context.close()


def renderer_megabytes(browser: Browser) -> float:
    """Memory of the largest renderer process: its own, and its share of what it has in common with others (PSS).

    The browser's program alone, which all its processes have in common, is some 100 MB.
    """
    told = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
    sizes = []
    for process in told["processInfo"]:
        status = Path(f"/proc/{process['id']}/smaps_rollup")
        if process["type"] == "renderer" and status.is_file():
            lines = status.read_text(encoding="ascii").splitlines()
            sizes += [int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")]
    return max(sizes, default=0.0)


_IN_PAGE = """async ([name, base, texts, beside]) => {
    const address = base + 'bench/engines.js';
    if (!beside) return (await import(address)).measured(name, base, texts);
    const worker = new Worker(address, { type: 'module' });
    return new Promise((done) => {
        worker.onmessage = ({ data }) => done(data);
        worker.postMessage([name, base, texts]);
    });
}"""
_WATCH = """() => {
    const box = document.querySelector('#rd-find-box');
    window.times = [];
    box.addEventListener('keydown', () => { window.pressed = performance.now(); window.drawn = 0; }, true);
    new MutationObserver(() => {
        if (!window.drawn && document.querySelector('[role=option]')) {
            requestAnimationFrame(() => setTimeout(() => {
                if (window.drawn) return;
                window.drawn = performance.now();
                window.times.push(window.drawn - window.pressed);
            }));
        }
    }).observe(document.querySelector('#rd-find-list'), { childList: true });
}"""


def measure_way(browser: Browser, site: Path, base: str, way: str, *, beside: bool) -> tuple[float, ...]:
    """KB, first ms, median and slowest later ms, MB of one way on one fresh page."""
    texts = [TYPED[:end] for end in range(1, len(TYPED) + 1)]
    with fresh_page(browser, base + "safety/") as (page, _):
        _Handler.asked.clear()
        times = page.evaluate(_IN_PAGE, [way, base, texts, beside])
        kilobytes = fetched_kilobytes(site, _Handler.asked)
        memory = renderer_megabytes(browser)
    assert times[-1][1], f"{way} finds nothing"
    later = [taken for taken, _ in times[1:]]
    return kilobytes, times[0][0], statistics.median(later), max(later), memory


def measure_box(browser: Browser, site: Path, base: str, *, beside: bool) -> tuple[float, ...]:
    """The same of the site's own box on the home page, from the key press to the drawn list."""
    with fresh_page(browser, base) as (page, _):
        if not beside:
            page.evaluate("() => { delete window.Worker }")
        page.evaluate(_WATCH)
        _Handler.asked.clear()
        page.locator("#rd-find-box").focus()
        for number, letter in enumerate(TYPED, start=1):
            page.keyboard.type(letter)
            page.wait_for_function(f"() => window.times.length >= {number}", timeout=60_000)
            page.wait_for_timeout(150)
        page.wait_for_timeout(1500)
        kilobytes = fetched_kilobytes(site, _Handler.asked)
        times = page.evaluate("() => window.times")
        memory = renderer_megabytes(browser)
    return kilobytes, times[0], statistics.median(times[1:]), max(times[1:]), memory


def measure(site: Path, number: int, ways: Sequence[str], runs: int) -> Iterator[Measured]:
    """Every way, in a worker and in the page, in turn; a fresh browser each time."""
    with served(site) as base, sync_playwright() as playwright:
        for way in ways:
            for beside in (True, False):
                found = []
                for _ in range(runs):
                    browser = playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
                    if way == "the box":
                        found.append(measure_box(browser, site, base, beside=beside))
                    else:
                        found.append(measure_way(browser, site, base, way, beside=beside))
                    browser.close()
                medians = [statistics.median(values) for values in zip(*found, strict=True)]
                yield Measured(f"{way}, {'in a worker' if beside else 'in the page'}", number, *medians)


def _chromium() -> str | None:
    return shutil.which("chromium")


def results(root: Path, made: int, runs: int, ways: Sequence[str]) -> Iterator[Measured]:
    """Everything, first on the real records, then on made ones."""
    directory = load_directory(root, Settings("Bench"), date(2026, 11, 21), cached=True)
    with tempfile.TemporaryDirectory() as temporary:
        site = Path(temporary, "site")
        build_site(root, site)
        for each in (directory, made_directory(directory, made)) if made else (directory,):
            taken = put_search(root, site, each)
            print(f"{len(each.records):,} records: search files made in {taken:.1f} s", file=sys.stderr)
            yield from measure(site, len(each.records), ways, runs)


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the figures as a table, or as JSON. The status tells whether the site's own box keeps to its budgets."""
    parser = argparse.ArgumentParser(description="Measure the search.")
    parser.add_argument("--made", type=int, default=MADE, help="how many records to make; 0: only the real ones")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--ways", nargs="*", default=[*WAYS, "the box"])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    found = []
    if not options.json:
        print("| way | records | fetched, KB gzip | first result, ms | key press, ms (slowest) | renderer, MB |")
        print("|---|---|---|---|---|---|")
    for one in results(repository_root(Path.cwd()), options.made, options.runs, options.ways):
        found.append(one)
        if not options.json:
            later = f"{one.later:.0f} ({one.slowest:.0f})"
            print(
                f"| {one.way} | {one.records:,} | {one.fetched:.0f} | {one.first:.0f} | {later} | {one.memory:.0f} |",
                flush=True,
            )
    if options.json:
        print(json.dumps([asdict(one) for one in found], indent=1))
    return 0 if all(within_budget(one) for one in found if one.way == "the box, in a worker") else 1


def within_budget(one: Measured) -> bool:
    """Whether the site's own box keeps to what was promised."""
    room = ROOM if one.records > 50_000 else 1.0
    return all(
        value < limit * room
        for value, limit in zip((one.fetched, one.first, one.later, one.memory), BUDGET, strict=True)
    )


if __name__ == "__main__":
    raise SystemExit(main())
