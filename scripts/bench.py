"""Measures what the directory costs, with ratios in one run: `make bench`, or `make bench QUICK=1` for small sizes.

Builds of the real records stand beside plain Material and Hugo with the same text, and beside made records of growing
number. Each figure is the median of whole processes, run in turn, so that a slow minute of the machine hits all of
them. Made records come from a fixed seed, in a folder of their own; the real data is only read. The result is written
to docs/performance.md, with its picture.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from html import unescape
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Protocol

from bench_county import measure_counties
from bench_leaving import measure_leaving
from bench_map import measure_maps
from bench_search import made_directory
from resource_directory.canonical import dump_canonical
from resource_directory.directory import Settings
from resource_directory.loading import load_directory, repository_root
from resource_directory.processes import cores
from resource_directory.progress import progress
from resource_directory.publishing import files_below
from resource_directory.secrecy import telling

LINKED = (
    "docs", "hooks", "overrides", "node_modules", "data/vocab", "data/places", "data/imports", "data/locale",
    "DATA_LICENSE",
)  # fmt: skip
SHAPES = (".cache/us-atlas", ".cache/vendor")
SEED = 8031
#: Bytes that the largest comparison needs.
ROOM = 10 * 10**9
PICTURE = "images/growth.svg"
PLAIN_CONFIG = """site_name: Plain
site_url: http://localhost:8000/
theme:
  name: material
  font: false
nav:
  - Home: index.md
validation:
  nav:
    omitted_files: ignore
"""
HUGO_CONFIG = 'baseURL = "http://localhost:8000/"\ntitle = "Plain"\ndisableKinds = ["taxonomy", "term", "RSS"]\n'
HUGO_CONFIG += "[markup.goldmark.renderer]\nunsafe = true\n"


@dataclass(frozen=True)
class Run:
    """Wall seconds, and the most memory that the processes had together, in MB (proportional set size)."""

    seconds: float
    megabytes: float


@dataclass(frozen=True)
class Row:
    """A line of the table: what was run, medians, and how many runs there were."""

    what: str
    seconds: float
    megabytes: float
    runs: int


class Measure(Protocol):
    """A measured run."""

    def __call__(self, *, watch: bool) -> Run: ...


def run_once(command: Sequence[str], folder: Path, *, watch: bool = True, **environment: str) -> Run:
    """One whole process with its children. Raises CalledProcessError where it fails.

    `watch` looks at its memory: that holds it up, by a tenth or so.
    """
    variables = {**os.environ, "NO_MKDOCS_2_WARNING": "true", "DISABLE_MKDOCS_2_WARNING": "true"}
    variables.pop("STATE", None)
    # Compiled modules are kept, as on any machine where somebody builds more than once.
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    before = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, env={**variables, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    peak = _Peak(process.pid) if watch else None
    _, errors = process.communicate()
    seconds = time.perf_counter() - before
    if process.returncode:
        sys.stderr.write(errors[-2000:].decode(errors="replace"))
        raise subprocess.CalledProcessError(process.returncode, list(command), stderr=errors[-2000:])
    return Run(seconds, peak.end() if peak else 0.0)


class _Peak:
    """Looks five times a second at how much memory a process and its children have together."""

    def __init__(self, process: int) -> None:
        self.process, self.most, self.ended = process, 0.0, threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.thread.start()

    def _watch(self) -> None:
        while not self.ended.wait(0.2):
            self.most = max(self.most, sum(map(_megabytes, _family(self.process))))

    def end(self) -> float:
        self.ended.set()
        self.thread.join()
        return self.most


def _family(process: int) -> Iterator[int]:
    yield process
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    except OSError:
        return
    for child in children:
        yield from _family(int(child))


def _megabytes(process: int) -> float:
    try:
        found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii"), re.M)
    except OSError:
        return 0.0
    return int(found[1]) / 1024 if found else 0.0


def make_repository(root: Path, folder: Path) -> Path:
    """A repository without records, with a cache of its own, the rest linked from the real one."""
    for name in (*LINKED, *SHAPES):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to(root / name)
    shutil.copy(root / "mkdocs.yml", folder)
    return folder


#: Facts of a real record that a made one cannot share with it: numbers of registers, other records.
_ONE_OWNER = ("organization", "coalition", "referral", "former_ids", "registry_ids", "verified")


_REVIEW = {"decision": "ordinary", "by": "Bench", "date": "2026-01-01", "reason": "A made record."}


def made_repository(root: Path, folder: Path, number: int) -> Path:
    """A repository of made records in the real proportions of types and states, with the real regions around them."""
    make_repository(root, folder)
    real = load_directory(root, Settings("x"), datetime.now(UTC).date(), cached=True)
    regions = {key: r for key, r in real.records.items() if r.type in {"continuum_of_care", "hotline"}}
    others = {key: r for key, r in real.records.items() if key not in regions}
    made = made_directory(replace(real, records=others), number, SEED)
    for key, record in progress([*regions.items(), *made.records.items()], f"Making {number:,} records"):
        data = record.model_dump(mode="json", exclude_unset=True, exclude_none=True)
        if key not in regions:
            data = {name: value for name, value in data.items() if name not in _ONE_OWNER}
            # A name mixed of two may tell a place, or sound like a confidential program's.
            if telling(data["name"]):
                data["name"] = f"Made {key}"
            if data.get("location", {}).get("visibility") == "public":
                data["location"] |= {"review": _REVIEW}
        paths = real.paths if key in regions else made.paths
        file = (folder / paths[key]).with_name(f"{key}.yml")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dump_canonical(data), encoding="utf-8")
    return folder


def page_parts(site: Path) -> Iterator[tuple[str, str, str]]:
    """(path, title, the article's HTML) of every page of a built site."""
    for path in sorted(path for path in files_below(site) if path.endswith("index.html")):
        text = (site / path).read_text(encoding="utf-8")
        found = re.search(r"<article[^>]*>(.*?)</article>", text, re.S)
        title = re.search(r"<title>(.*?)</title>", text, re.S)
        if found and title:
            yield path, title[1], found[1]


def make_plain(site: Path, folder: Path) -> Path:
    """As many pages of Markdown with the same text, for the theme alone."""
    (folder / "docs").mkdir(parents=True)
    (folder / "mkdocs.yml").write_text(PLAIN_CONFIG, encoding="utf-8")
    for path, title, html in page_parts(site):
        lines = re.sub(r"<h2[^>]*>", "\n\n## ", re.sub(r"<(?:h1|/p|/li|/tr|/h\d)[^>]*>", "\n\n", html))
        text = unescape(re.sub(r"<[^>]+>", " ", lines)).replace("\0", "")
        file = folder / "docs" / path.replace("index.html", "index.md")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"# {unescape(title)}\n\n{text}\n", encoding="utf-8")
    return folder


def make_hugo(site: Path, folder: Path) -> Path:
    """The same pages for Hugo: our finished HTML as content, in a layout with the very shell of our pages."""
    sample = (site / "co/denver/index.html").read_text(encoding="utf-8")
    before, rest = re.split(r"(?<=<article class=\"md-content__inner md-typeset\">)", sample, maxsplit=1)
    shell = f"{before}{{{{ .Content }}}}</article>{rest.split('</article>', 1)[1]}"
    for kind in ("single", "list"):
        file = folder / f"layouts/_default/{kind}.html"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(shell, encoding="utf-8")
    (folder / "config.toml").write_text(HUGO_CONFIG, encoding="utf-8")
    pages = list(page_parts(site))
    # To Hugo a page with others below it is a branch; otherwise these would be its attachments, and not be pages.
    above = {str(folder) for path, _, _ in pages for folder in PurePosixPath(path).parent.parents}
    for path, title, html in pages:
        name = "_index.html" if str(PurePosixPath(path).parent) in above else "index.html"
        file = (folder / "content" / path).with_name(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        safe = title.replace("\\", "\\\\").replace('"', '\\"')
        file.write_text(f'---\ntitle: "{safe}"\n---\n{html.replace("{{", "{ {")}', encoding="utf-8")
    return folder


def edited(file: Path) -> Callable[[], None]:
    """Changes a record's name, and back at the next call."""

    def edit() -> None:
        text = file.read_text(encoding="utf-8")
        new = text.replace("name: Zz ", "name: ", 1) if "name: Zz " in text else text.replace("name: ", "name: Zz ", 1)
        file.write_text(new, encoding="utf-8")

    return edit


def _nothing() -> None:
    """Prepares nothing."""


def forgotten(folder: Path) -> Callable[[], None]:
    """Takes away the site and all that builds have kept."""

    def forget() -> None:
        for name in ("site", "public", ".cache/directory", "resources"):
            shutil.rmtree(folder / name, ignore_errors=True)

    return forget


def in_turn(tasks: Mapping[str, tuple[Callable[[], None], Measure]], runs: int) -> list[Row]:
    """Runs every task once, then once more, and so on; what comes first of a task is not measured.

    Memory is looked at in the first run only.
    """
    found: dict[str, list[Run]] = {name: [] for name in tasks}
    for number in range(runs):
        for name, (prepare, measure) in tasks.items():
            prepare()
            found[name].append(measure(watch=number == 0))
            sys.stderr.write(f"{name}: {found[name][-1].seconds:.1f} s\n")
    return [
        Row(name, statistics.median(r.seconds for r in some), max(r.megabytes for r in some), runs)
        for name, some in found.items()
    ]


def build_tasks(root: Path, top: Path, *, quick: bool) -> tuple[dict[str, tuple[Callable[[], None], Measure]], Path]:
    """What is compared, on a copy of the real records; all states, or two where it must be quick."""
    ours = make_repository(root, top / "ours")
    shutil.copytree(root / "data/resources", ours / "data/resources")
    if quick:
        for folder in (ours / "data/resources").iterdir():
            if folder.name not in {"co", "ut", "us"}:
                shutil.rmtree(folder)
    mkdocs = [sys.executable, "-m", "mkdocs", "build", "-q"]
    build = partial(run_once, [*mkdocs, "--strict"], ours)
    sys.stderr.write("Making the pages to compare with\n")
    build()
    tasks: dict[str, tuple[Callable[[], None], Measure]] = {}
    plain = make_plain(ours / "site", top / "plain")
    tasks["plain Material, the same text in Markdown"] = (forgotten(plain), partial(run_once, mkdocs, plain))
    if shutil.which("hugo"):
        hugo = make_hugo(ours / "site", top / "hugo")
        tasks["Hugo, the same finished pages"] = (forgotten(hugo), partial(run_once, ["hugo", "--quiet"], hugo))
    record = sorted((ours / "data/resources/co/health_center").iterdir())[50]
    tasks |= {
        "our build, cold": (forgotten(ours), build),
        "our build, nothing changed": (_nothing, build),
        "our build, one record changed": (edited(record), build),
        "STATE=co, after the whole": (_nothing, partial(run_once, [*mkdocs, "--strict"], ours, STATE="co")),
        "STATE=co, nothing changed": (_nothing, partial(run_once, [*mkdocs, "--strict"], ours, STATE="co")),
        "STATE=co, one record changed": (edited(record), partial(run_once, [*mkdocs, "--strict"], ours, STATE="co")),
        "export.py, all open data, nothing kept": (
            partial(_without_data, ours),
            partial(run_once, [sys.executable, str(root / "scripts/export.py"), "--to", str(top / "data")], ours),
        ),
        "check.py, all records": (_nothing, partial(run_once, [sys.executable, str(root / "scripts/check.py")], ours)),
    }
    return tasks, ours


def _without_data(repository: Path) -> None:
    """Takes away what an export has written, and what was kept of it; the records stay read, as for `check.py`."""
    shutil.rmtree(repository.parent / "data", ignore_errors=True)
    for file in (repository / ".cache/directory").glob("*/data-*.pickle"):
        file.unlink()


def growth(root: Path, top: Path, sizes: Sequence[int], runs: int) -> list[tuple[int, int, Row]]:
    """Cold builds of made records: (records, files of the site, row)."""
    found = []
    for number in sizes:
        folder = made_repository(root, top / f"made-{number}", number)
        command = [sys.executable, "-m", "mkdocs", "build", "-q", "--strict"]
        rows = in_turn({f"{number:,} made records": (forgotten(folder), partial(run_once, command, folder))}, runs)
        found.append((number, len(files_below(folder / "site")), rows[0]))
        shutil.rmtree(folder)
    return found


def picture(points: Sequence[tuple[int, int, Row]]) -> str:
    """Seconds and memory by number of records, as an SVG that reads on light and dark."""
    wide, high, left, bottom = 640, 300, 60, 250
    most = max(number for number, _, _ in points)

    def line(values: Sequence[float], colour: str, word: str, unit: str) -> str:
        top = max(values)
        places = [
            (left + number / most * (wide - left - 150), bottom - value / top * 200)
            for (number, _, _), value in zip(points, values, strict=True)
        ]
        path = " ".join(f"{x:.0f},{y:.0f}" for x, y in places)
        dots = "".join(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="4" fill="{colour}"/>' for x, y in places)
        x, y = places[-1]
        label = f'<text x="{x + 10:.0f}" y="{y + (14 if unit == "MB" else -4):.0f}">{word}: {top:,.0f} {unit}</text>'
        return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>{dots}{label}'

    ticks = "".join(
        f'<text x="{left + number / most * (wide - left - 150):.0f}" y="{bottom + 20 + 14 * (index % 2)}" '
        f'text-anchor="middle">{number:,}</text>'
        for index, (number, _, _) in enumerate(points)
    )
    seconds = line([row.seconds for _, _, row in points], "#0b6e99", "time", "s")
    memory = line([row.megabytes for _, _, row in points], "#c2410c", "memory", "MB")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" role="img" font-family="sans-serif" '
        f'font-size="12"><title>Time and memory of a cold build by number of records</title>'
        f'<rect width="{wide}" height="{high}" fill="#fff"/>'
        f'<line x1="{left}" y1="{bottom}" x2="{wide - 120}" y2="{bottom}" stroke="#888"/>'
        f"{ticks}{seconds}{memory}</svg>\n"
    )


def report(
    rows: Sequence[Row],
    grown: Sequence[tuple[int, int, Row]],
    sizes: Mapping[str, float],
    maps: str,
    search: str,
    paper: str,
    counties: str,
    leaving: str,
) -> str:
    """docs/performance.md."""
    cold = next(row.seconds for row in rows if row.what == "our build, cold")
    lines = [
        "# What it costs",
        "",
        "Written by `make bench`; do not edit. Medians of whole processes, run in turn; the memory is the most that a",
        "build's processes had together (proportional set size). Compare the ratios rather than the seconds.",
        "",
        f"Files are written {'in memory' if memory_folder() else 'to disk'}.",
        "",
        f"{datetime.now(UTC).date()}, {platform.system()} {platform.machine()}, {cores()} cores, Python "
        f"{platform.python_version()}, mkdocs {version('mkdocs')}, Material {version('mkdocs-material')}, folium "
        f"{version('folium')}, seed {SEED}.",
        "",
        "## The build",
        "",
        f"{sizes['records']:,.0f} records make {sizes['pages']:,.0f} pages in {sizes['files']:,.0f} files, "
        f"{sizes['megabytes']:,.0f} MB. A record's page has {sizes['page']:.1f} KB (the largest "
        f"{sizes['largest']:.1f} KB), before compression.",
        "",
        "| what | s | MB | beside our cold build | runs |",
        "|---|---|---|---|---|",
        *(f"| {r.what} | {r.seconds:.2f} | {r.megabytes:,.0f} | {r.seconds / cold:.2f} | {r.runs} |" for r in rows),
        "",
    ]
    if not shutil.which("hugo"):
        lines += ["Hugo is not installed here.", ""]
    lines += [
        "## Growth",
        "",
        f"![Time and memory by number of records]({PICTURE})",
        "",
        "| made records | files | s | ms a record | MB | runs |",
        "|---|---|---|---|---|---|",
        *(
            f"| {n:,} | {files:,} | {r.seconds:.1f} | {r.seconds / n * 1000:.2f} | {r.megabytes:,.0f} | {r.runs} |"
            for n, files, r in grown
        ),
        "",
        "Counties without records have pages too, so that few records cost more each.",
        "",
        "## Maps",
        "",
        maps,
        "",
        "## Search",
        "",
        search,
        "",
        "## Paper",
        "",
        paper,
        "",
        "## A county's page on an old telephone",
        "",
        counties,
        "",
        "## The way out",
        "",
        leaving,
        "",
    ]
    return "\n".join(lines)


def site_sizes(ours: Path) -> dict[str, float]:
    """Numbers of the built site."""
    files = files_below(ours / "site")
    pages = [path for path in files if path.endswith(".html")]
    entries = [(ours / "site" / p).stat().st_size / 1000 for p in pages if p.startswith("resources/")]
    return {
        "records": len(entries),
        "pages": len(pages),
        "files": len(files),
        "megabytes": sum((ours / "site" / path).stat().st_size for path in files) / 1e6,
        "page": statistics.mean(entries),
        "largest": max(entries),
    }


def memory_folder() -> str | None:
    """A file system in memory, where there is one with room: disks differ more from run to run than builds do."""
    shared = Path("/dev/shm")  # noqa: S108 (a folder of its own is made in it)
    return str(shared) if shared.is_dir() and shutil.disk_usage(shared).free > ROOM else None


def _search_table(root: Path, *, quick: bool) -> str:
    """The table of `bench_search.py`, as it prints it."""
    return _printed(root, "bench_search.py", ["--made", "5000", "--runs", "1"] if quick else [])


def _printed(root: Path, script: str, options: Sequence[str]) -> str:
    """What another script prints."""
    done = subprocess.run(
        [sys.executable, str(root / "scripts" / script), *options],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or f"Not measured: {done.stderr.strip()[-300:]}"


def main(argv: Sequence[str] | None = None) -> int:
    """Measures, and writes the page and its picture."""
    parser = argparse.ArgumentParser(description="Measure building, maps and search.")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="two states, small sizes: some minutes")
    parser.add_argument("--sizes", type=int, nargs="+", default=None, help="numbers of made records")
    parser.add_argument("--skip-search", action="store_true")
    parser.add_argument("--write-to", type=Path, default=None, help="a folder instead of docs/")
    options = parser.parse_args(argv)
    root = repository_root(Path.cwd())
    sizes = options.sizes or ([500, 2000] if options.quick else [1000, 5000, 24_000, 100_000])
    with tempfile.TemporaryDirectory(dir=memory_folder()) as temporary:
        top = Path(temporary)
        tasks, ours = build_tasks(root, top, quick=options.quick)
        rows = in_turn(tasks, options.runs)
        forgotten(ours)()
        run_once([sys.executable, "-m", "mkdocs", "build", "-q", "--strict"], ours)
        measured = site_sizes(ours)
        maps = measure_maps(ours / "site", root)
        leaving = measure_leaving(ours / "site")
        counties = measure_counties(ours / "site")
        grown = growth(root, top, sizes, 1 if max(sizes) > 50_000 else options.runs)
    search = "Left out." if options.skip_search else _search_table(root, quick=options.quick)
    paper = _printed(root, "bench_paper.py", ["--quick"] if options.quick else [])
    target = options.write_to or root / "docs"
    (target / PICTURE).parent.mkdir(parents=True, exist_ok=True)
    (target / PICTURE).write_text(picture(grown), encoding="utf-8")
    text = report(rows, grown, measured, maps, search, paper, counties, leaving)
    (target / "performance.md").write_text(text, encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
