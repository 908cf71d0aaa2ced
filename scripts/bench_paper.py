"""Measures paper: `python scripts/bench_paper.py`. All sheets, again with one record changed, and beside WeasyPrint.

Whole processes, as everybody starts them; the memory is the most that a process and its children had together. Beside
WeasyPrint the same fifty sheets are set by both in turn, the words worked out before. WeasyPrint is no part of the
project: `make bench` alone installs it, and it runs where the machine has the libraries that it needs.
"""

from __future__ import annotations

import argparse
import html
import importlib.util
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from bench import Run, edited, make_repository, memory_folder, run_once
from resource_directory.directory import Settings
from resource_directory.loading import load_directory, repository_root, today_of
from resource_directory.publishing import files_below
from resource_directory.sheets.content import Line, Section, Sheet
from resource_directory.sheets.kinds import Press
from resource_directory.sheets.making import Job, Works

SEED = 8031
SHEETS = 50
#: What the issue asks: seconds for all county sheets, again with one record changed; MB of memory; KB of a sheet.
BUDGET = (60, 10, 1000, 40)
_STYLE = """
@page { size: Letter; margin: 0.47in }
body { font: 9pt "Noto Sans"; margin: 0 }
h1 { font-size: 20pt; margin: 0 } h2 { font-size: 10.5pt; border-bottom: 0.7pt solid }
.columns { columns: 2 } .line { break-inside: avoid; margin-bottom: 4pt }
.number { float: right; font: bold 12.5pt "Noto Sans" }
small { font-size: 8pt; display: block }
"""


def page_of(sheet: Sheet) -> str:
    """A sheet in HTML, as a program for web pages would take it: the same words in the same places, without a map."""
    text = html.escape

    def line(found: Line) -> Iterator[str]:
        yield '<div class="line">'
        yield from (f'<span class="number">{text(number.words)}</span>' for number in found.numbers[:1])
        yield f"<b>{text(found.name)}</b>"
        told = (found.status, found.facts, found.hours, found.who, found.note, *(n.words for n in found.numbers[1:]))
        yield from (f"<small>{text(part)}</small>" for part in told if part)
        yield "</div>"

    def section(found: Section) -> Iterator[str]:
        yield f"<h2>{text(found.heading)}</h2>"
        yield from (f"<small>{text(part)}</small>" for part in (*found.texts, *found.rules))
        for entry in found.lines:
            yield from line(entry)

    body = [f"<h1>{text(sheet.place)}</h1>"]
    for group in (sheet.answers, sheet.needs):
        body.append('<div class="columns">')
        for part in group:
            body += section(part)
        body.append("</div>")
    return f'<!doctype html><html lang="{sheet.language}"><style>{_STYLE}</style><body>{"".join(body)}</body></html>'


def beside_weasyprint(press: Press, sheets: Sequence[Sheet]) -> tuple[list[float], list[float]]:
    """Milliseconds of each sheet: ours, whole, and WeasyPrint's from finished HTML. Both set one first, unmeasured."""
    from weasyprint import HTML  # type: ignore[import-not-found, import-untyped, unused-ignore]

    pages = [page_of(press.fitting.fitted(sheet).sheet) for sheet in sheets]
    press.paper("sheet", sheets[0])
    HTML(string=pages[0]).write_pdf(pdf_variant="pdf/ua-1")
    ours, theirs = [], []
    for sheet, page in zip(sheets, pages, strict=True):
        begun = time.perf_counter()
        press.paper("sheet", sheet)
        ours.append((time.perf_counter() - begun) * 1000)
        begun = time.perf_counter()
        HTML(string=page).write_pdf(pdf_variant="pdf/ua-1")
        theirs.append((time.perf_counter() - begun) * 1000)
    return ours, theirs


def all_sheets(root: Path, folder: Path, runs: int, states: Sequence[str]) -> Iterator[tuple[str, Run, list[int]]]:
    """(what, run, bytes of each file) of the sheets of all counties and regions: with nothing kept, again, and with one
    record changed."""
    ours = make_repository(root, folder / "ours")
    subprocess.run(["cp", "-r", str(root / "data/resources"), str(ours / "data/resources")], check=True)
    which = ["--state", ",".join(states)] if states else ["--all"]
    out = folder / "out"
    command = [sys.executable, str(root / "scripts/sheets.py"), *which, "--out", str(out)]
    once = partial(run_once, command, ours)
    subprocess.run([sys.executable, str(root / "scripts/check.py")], cwd=ours, capture_output=True, check=False)

    def sizes() -> list[int]:
        return [(out / path).stat().st_size for path in files_below(out)]

    for number in range(runs):
        subprocess.run(["rm", "-rf", str(ours / ".cache/paper")], check=True)
        yield "nothing kept", once(watch=number == 0), sizes()
        yield "all kept", once(watch=number == 0), sizes()
    record = sorted((ours / "data/resources/co/health_center").iterdir())[50]
    for number in range(runs):
        edited(record)()
        yield "one record changed", once(watch=number == 0), sizes()


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the section of docs/performance.md."""
    parser = argparse.ArgumentParser(description="Measure paper.")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="two states, five sheets")
    options = parser.parse_args(argv)
    root = repository_root(Path.cwd())
    lines = [
        "| sheets of all counties and regions, in English | s | MB | sheets | KB a sheet (largest) |",
        "|---|---|---|---|---|",
    ]
    found: dict[str, list[tuple[Run, list[int]]]] = {}
    with tempfile.TemporaryDirectory(dir=memory_folder()) as temporary:
        states = ("co", "ut") if options.quick else ()
        for what, run, sizes in all_sheets(root, Path(temporary), 1 if options.quick else options.runs, states):
            found.setdefault(what, []).append((run, sizes))
            sys.stderr.write(f"Sheets, {what}: {run.seconds:.1f} s\n")
    for what, runs in found.items():
        sizes = runs[-1][1]
        seconds = statistics.median(run.seconds for run, _ in runs)
        memory = max(run.megabytes for run, _ in runs)
        told = f"{statistics.mean(sizes) / 1024:.1f} ({max(sizes) / 1024:.1f})"
        lines.append(f"| {what} | {seconds:.1f} | {memory:,.0f} | {len(sizes):,} | {told} |")
    lines += ["", f"Asked for: {BUDGET[0]} s, {BUDGET[1]} s with one changed; {BUDGET[2]:,} MB; {BUDGET[3]} KB.", ""]
    print("\n".join([*lines, *_weasyprint(root, 5 if options.quick else SHEETS)]))
    return 0


def _weasyprint(root: Path, number: int) -> list[str]:
    try:
        there = importlib.util.find_spec("weasyprint") is not None
        if there:
            import weasyprint  # type: ignore[import-not-found, import-untyped, unused-ignore]  # noqa: F401 (its libraries are loaded here, or are not there)
    except OSError:
        there = False
    if not there:
        return ["WeasyPrint, or a library that it needs, is not installed here."]
    directory = load_directory(root, Settings("Paper"), today_of(os.environ), cached=True, strict=True)
    works = Works(directory, root / "overrides/sheets", root / "node_modules", "https://directory.example.org/")
    codes = random.Random(SEED).sample(sorted(directory.places.counties), number)  # noqa: S311 (which to measure)
    sheets = [works.sheet(Job(code, "en")) for code in codes]
    ours, theirs = beside_weasyprint(works.press("en"), sheets)
    ratio = statistics.median(theirs) / statistics.median(ours)
    return [
        f"The same {number} sheets, set in turn in one process (medians): ours {statistics.median(ours):.0f} ms, with",
        "fitting, map, code and packing; WeasyPrint, from finished HTML without these, "
        f"{statistics.median(theirs):.0f} ms, {ratio:.1f} times as long.",
    ]


if __name__ == "__main__":
    raise SystemExit(main())
