#!/usr/bin/env python3
"""Paper for places: sheets and cards as PDF.

scripts/sheets.py --county 08031 --out paper                       the sheet of a county, in English
scripts/sheets.py --county 08031,48301 --region co-503 --kind sheet,card,eight --lang en,es --out paper
scripts/sheets.py --state co --lang en,es --out paper              every county and region of a state
scripts/sheets.py --state co --kind booklet --out paper            the booklet of a state
scripts/sheets.py --all --kind sheet,card --out paper              of the whole country
scripts/sheets.py --county 08031 --lang ar --drafts --out paper    in a language that nobody has reviewed yet

Kinds: a sheet has two pages of Letter; a card folds to 3.5 by 2 inches, two on a page; eight are single cards of that
size, eight on a page; large is large print; a poster has numbers to tear off. In neutral words, a list is a sheet, and
numbers are a card. A handout is sheet and card in one file, as the site has it. A booklet is of a whole state: one file
to read, and one for a copier, to be folded.

Codes on paper lead to the site's /paper/. It tells what has changed since only of paper that it knows: write down what
you print with --ledger FILE, the same file each time, and name that file in PAPER_LEDGER when the site is built.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from resource_directory.catalogues import CatalogueError
from resource_directory.directory import Settings
from resource_directory.loading import BadRecords, configuration, load_directory, repository_root, today_of
from resource_directory.messages import ENGLISH, MissingMessage
from resource_directory.paper_catalogues import load_papers, paper_languages_of
from resource_directory.problems import format_problems
from resource_directory.processes import WorkFailed
from resource_directory.progress import advancing
from resource_directory.record_cache import stamp_of
from resource_directory.shapes import ShapesMissing
from resource_directory.sheets.binding import STATE_KINDS
from resource_directory.sheets.files import only_here, site_wrong
from resource_directory.sheets.fitting import families_of, font_files
from resource_directory.sheets.kept import FOLDER as CACHE
from resource_directory.sheets.kinds import KINDS
from resource_directory.sheets.ledger import Ledger, LedgerError, Papers, read_ledger
from resource_directory.sheets.making import Job, Made, Works, kinds_of
from resource_directory.vocabulary import VocabularyError

#: Those of places, then those of states.
ALL_KINDS = (*KINDS, *STATE_KINDS)


def main(argv: Sequence[str] | None = None) -> int:
    """0 when all was made; 1 where records or some paper cannot be used; 2 for wrong arguments; 130 where it was
    stopped."""
    try:
        return _run(argv)
    except KeyboardInterrupt:
        print("Stopped: not all paper was made, and no ledger has been written.", file=sys.stderr)
        return 130


def _run(argv: Sequence[str] | None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--county", type=_words, default=[], help="codes of counties, such as 08031,48301")
    parser.add_argument("--region", type=_words, default=[], help="numbers of regions, such as co-503")
    parser.add_argument("--state", type=_words, default=[], help="every county and region of states, such as co")
    parser.add_argument("--all", action="store_true", help="every county and region of the country")
    parser.add_argument("--kind", type=_words, default=["sheet"], help=f"one or some of {','.join(ALL_KINDS)}")
    parser.add_argument("--lang", type=_tags, default=["en"], help="languages, such as en,es,zh-Hans")
    parser.add_argument("--drafts", action="store_true", help="languages that nobody has reviewed, too; paper says so")
    parser.add_argument("--site", default="", help="address of the site; that of mkdocs.yml where none is given")
    parser.add_argument(
        "--ledger",
        type=Path,
        metavar="FILE",
        help="writes down what is printed, for PAPER_LEDGER of the next build",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="write the files there")
    options = parser.parse_args(argv)
    root = repository_root(Path.cwd())
    try:
        before = _known(options.ledger)
        site = f"{(options.site or configuration(root).get('site_url') or '').rstrip('/')}/"
        if wrong := site_wrong(site):
            parser.error(wrong)
        today = today_of(os.environ)
        directory = load_directory(root, Settings("Paper"), today, cached=True, strict=True)
        papers = load_papers(root, today, drafts=options.drafts)
        stamp = stamp_of(root, today)
        works = Works(
            directory, root / "overrides/sheets", root / "node_modules", site, root / CACHE, papers, stamp,
            tells=options.ledger is not None,
        )  # fmt: skip
        if wrong := _drafts(root, works, options) or _wrong(works, options):
            parser.error(wrong)
        for family in {family for language in options.lang for family in families_of(language)}:
            font_files(works.node_modules, family)
    except BadRecords as error:
        print(format_problems(error.problems, "text"), file=sys.stderr)
        return 1
    except (ShapesMissing, VocabularyError, CatalogueError, ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    if warning := only_here(site):
        print(warning, file=sys.stderr)
    return _make(works, tuple(_jobs(works, options)), options, before)


def _known(file: Path | None) -> Ledger:
    """What a ledger says so far; nothing where it is new. Raises LedgerError where it cannot be read or written."""
    if file is None:
        return Ledger()
    there = file if file.exists() else file.parent
    if not there.exists() or not os.access(there, os.W_OK):
        raise LedgerError(f"{file} cannot be written: name a ledger in a folder that is there and is yours.")
    return read_ledger(file) if file.exists() else Ledger()


def _words(text: str) -> list[str]:
    return [word for word in text.lower().replace(",", " ").split() if word]


def _tags(text: str) -> list[str]:
    """Tags of languages as we write them, whatever the case: `zh-hans` is `zh-Hans`."""
    return ["-".join(part.title() if len(part) == 4 else part for part in word.split("-")) for word in _words(text)]


def _drafts(root: Path, works: Works, options: argparse.Namespace) -> str:
    """Which language is asked for that nobody has reviewed; empty where none is, or drafts are wanted."""
    drafts = set(paper_languages_of(root)) - set(works.languages)
    for language in options.lang:
        if language in drafts:
            return (
                f"Paper in '{language}' is machine-drafted and not yet reviewed, so it is not published. To see it, or "
                "to have it reviewed, add --drafts: the paper then says at its foot what it is."
            )
    return ""


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
    if not (options.kind and options.lang):
        return "Name a kind of paper and a language: --kind sheet --lang en."
    if not (options.county or options.region or options.state or options.all):
        return "Name a place: --county, --region, --state or --all."
    of_states = [kind for kind in options.kind if kind in STATE_KINDS]
    only_paper = set(options.lang) - {messages.language for messages in (ENGLISH, *directory.languages)}
    if of_states and only_paper:
        return f"There is no {of_states[0]} in '{min(only_paper)}': only sheets, cards and posters are translated."
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


def _make(works: Works, jobs: Sequence[Job], options: argparse.Namespace, before: Ledger) -> int:
    begun = time.monotonic()

    def put(name: str, pdf: bytes) -> None:
        (options.out / name).write_bytes(pdf)

    try:
        options.out.mkdir(parents=True, exist_ok=True)
        with advancing("Setting paper", len(jobs)) as advance:
            made = works.make_all(jobs, options.kind, put, advance)
        if options.ledger:
            printed = tuple(document.printed for found in made for document in found.documents)
            _write(options.ledger, Papers(works.directory, before, printed).ledger)
    except (WorkFailed, MissingMessage, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    for problem in filter(None, (found.problem for found in made)):
        print(problem, file=sys.stderr)
    print(_summary(made, time.monotonic() - begun, options.out))
    return int(any(found.problem for found in made))


def _write(file: Path, ledger: Ledger) -> None:
    """Writes a ledger, whole or not at all."""
    new = file.with_name(f"{file.name}.new-{os.getpid()}")
    new.write_bytes(ledger.packed())
    new.replace(file)


def _summary(made: Sequence[Made], seconds: float, folder: Path) -> str:
    sizes = [document.size for found in made for document in found.documents]
    largest = max(sizes, default=0) / 1024
    total = sum(sizes) / 1024 / 1024
    return f"{len(sizes):,} files in {folder}, {total:.1f} MB, the largest {largest:.0f} KB, in {seconds:.1f} s."


if __name__ == "__main__":
    raise SystemExit(main())
