#!/usr/bin/env python3
"""Paper for places: sheets and cards as PDF.

scripts/sheets.py --county 08031 --out paper                       the sheet of a county, in English
scripts/sheets.py --county 08031,48301 --region co-503 --kind sheet,card,eight --lang en,es --out paper
scripts/sheets.py --state co --lang en,es --out paper              every county and region of a state
scripts/sheets.py --state co --kind booklet --out paper            the booklet of a state
scripts/sheets.py --all --kind sheet,card --out paper              of the whole country

Kinds: a sheet has two pages of Letter; a card folds to 3.5 by 2 inches, two on a page; eight are single cards of that
size, eight on a page; large is large print; a poster has numbers to tear off. In neutral words, a list is a sheet, and
numbers are a card. A booklet is of a whole state: one file to read, and one for a copier, to be folded.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from resource_directory.catalogues import CatalogueError
from resource_directory.directory import Settings
from resource_directory.loading import BadRecords, load_directory, repository_root, today_of
from resource_directory.messages import MissingMessage
from resource_directory.problems import format_problems
from resource_directory.processes import WorkFailed
from resource_directory.progress import advancing
from resource_directory.shapes import ShapesMissing
from resource_directory.sheets.binding import STATE_KINDS
from resource_directory.sheets.fitting import font_files
from resource_directory.sheets.kinds import KINDS
from resource_directory.sheets.making import Job, Made, Works, kinds_of
from resource_directory.vocabulary import VocabularyError

#: Those of places, then those of states.
ALL_KINDS = (*KINDS, *STATE_KINDS)


def main(argv: Sequence[str] | None = None) -> int:
    """0 when all was made; 1 where records or some paper cannot be used; 2 for wrong arguments."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--county", type=_words, default=[], help="codes of counties, such as 08031,48301")
    parser.add_argument("--region", type=_words, default=[], help="numbers of regions, such as co-503")
    parser.add_argument("--state", type=_words, default=[], help="every county and region of states, such as co")
    parser.add_argument("--all", action="store_true", help="every county and region of the country")
    parser.add_argument("--kind", type=_words, default=["sheet"], help=f"one or some of {','.join(ALL_KINDS)}")
    parser.add_argument("--lang", type=_words, default=["en"], help="languages, such as en,es")
    parser.add_argument("--site", default="", help="address of the site; that of mkdocs.yml where none is given")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="write the files there")
    options = parser.parse_args(argv)
    root = repository_root(Path.cwd())
    try:
        directory = load_directory(root, Settings("Paper"), today_of(os.environ), cached=True, strict=True)
        site = options.site or configured_site(root)
        works = Works(directory, root / "overrides/sheets", root / "node_modules", f"{site.rstrip('/')}/")
        font_files(works.node_modules)
    except BadRecords as error:
        print(format_problems(error.problems, "text"), file=sys.stderr)
        return 1
    except (ShapesMissing, VocabularyError, CatalogueError, ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    if wrong := _wrong(works, options):
        parser.error(wrong)
    return _make(works, tuple(_jobs(works, options)), options)


def _words(text: str) -> list[str]:
    return [word for word in text.lower().replace(",", " ").split() if word]


class _Loader(yaml.SafeLoader):
    """Reads mkdocs.yml, of which only plain values are wanted."""


_Loader.add_multi_constructor("", lambda loader, suffix, node: None)


def configured_site(root: Path) -> str:
    """The address of the site, as mkdocs.yml gives it."""
    config: Any = yaml.load((root / "mkdocs.yml").read_text(encoding="utf-8"), _Loader)  # noqa: S506 (a safe loader)
    return str(config.get("site_url") or "")


def _wrong(works: Works, options: argparse.Namespace) -> str:
    """What is wrong with the arguments, by name; empty where nothing is."""
    directory = works.directory
    known = (
        ("kind of paper", options.kind, set(ALL_KINDS), f"Kinds are {', '.join(ALL_KINDS)}."),
        ("language of the site", options.lang, set(works.languages), f"Languages are {', '.join(works.languages)}."),
        ("county", options.county, set(directory.places.counties), "Counties have five digits, such as 08031."),
        ("region", options.region, {n.lower() for n in directory.regions}, "Regions are written like co-503."),
        ("state with entries", options.state, set(directory.states), "States have two letters, such as co."),
    )
    for what, given, there, mend in known:
        for word in given:
            if word not in there:
                return f"There is no {what} '{word}'. {mend}"
    if not (options.county or options.region or options.state or options.all):
        return "Name a place: --county, --region, --state or --all."
    of_states = [kind for kind in options.kind if kind in STATE_KINDS]
    if of_states and not (options.state or options.all):
        return f"A {of_states[0]} is of a state. Name one: --state co."
    if (options.county or options.region) and len(of_states) == len(options.kind):
        return f"A {of_states[0]} is of a state, not of a county or region. Leave out --county and --region."
    return ""


def _jobs(works: Works, options: argparse.Namespace) -> Iterator[Job]:
    """Each place once a language."""
    states = works.directory.states if options.all else options.state
    for language in options.lang:
        named = [Job(code, language) for code in (*options.county, *options.region)]
        of_states = (job for state in states for job in works.jobs_of_state(state, language))
        whole = (Job(state, language) for state in states)
        yield from (job for job in dict.fromkeys((*named, *of_states, *whole)) if kinds_of(job, options.kind))


def _make(works: Works, jobs: Sequence[Job], options: argparse.Namespace) -> int:
    options.out.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()

    def put(name: str, pdf: bytes) -> None:
        (options.out / name).write_bytes(pdf)

    try:
        with advancing("Setting paper", len(jobs)) as advance:
            made = works.make_all(jobs, options.kind, put, advance)
    except (WorkFailed, MissingMessage, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    for problem in filter(None, (found.problem for found in made)):
        print(problem, file=sys.stderr)
    print(_summary(made, time.monotonic() - begun, options.out))
    return int(any(found.problem for found in made))


def _summary(made: Sequence[Made], seconds: float, folder: Path) -> str:
    sizes = [document.size for found in made for document in found.documents]
    largest = max(sizes, default=0) / 1024
    total = sum(sizes) / 1024 / 1024
    return f"{len(sizes):,} files in {folder}, {total:.1f} MB, the largest {largest:.0f} KB, in {seconds:.1f} s."


if __name__ == "__main__":
    raise SystemExit(main())
