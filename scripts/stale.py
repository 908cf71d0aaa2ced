#!/usr/bin/env python3
"""What to ring: entries past their limit or never confirmed.

scripts/stale.py --state co                                         a list
scripts/stale.py --state co --format html --out call-sheet.html     a sheet to print and ring down
scripts/stale.py --partner example-coalition --only overdue         of one partner, only what was confirmed once
scripts/stale.py --state co --format csv --out co.csv               a table; fill in answer, by and date, then:
scripts/take_results.py co.csv --write
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from resource_directory.directory import Directory, Settings
from resource_directory.freshness import IMPORTED, OVERDUE
from resource_directory.loading import BadRecords, load_directory, repository_root, today_of
from resource_directory.partners import FILE, KnownNames, load_keepers
from resource_directory.problems import format_problems
from resource_directory.ringing import Wanted, as_table, as_text, call_sheet, entries_to_ring, most_urgent, summary
from resource_directory.shapes import ShapesMissing
from resource_directory.vocabulary import VocabularyError

FORMATS = ("text", "csv", "html")
TEMPLATE = Path(__file__).resolve().parent / "call_sheet.html"


def main(argv: Sequence[str] | None = None) -> int:
    """0 when it was done; 1 where records cannot be used; 2 for wrong arguments."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--state", type=str.lower, default="", help="where entries are kept, such as co; us for the country"
    )
    parser.add_argument("--type", default="", help="one kind only, such as legal_aid")
    parser.add_argument("--need", default="", help="only those that meet a need, such as safe_place")
    parser.add_argument("--partner", default="", help=f"a code of {FILE}, or a part of a heading of the list")
    parser.add_argument("--only", choices=(OVERDUE, IMPORTED), default="", help="only one standing")
    parser.add_argument("--first", type=int, metavar="N", help="only so many, the most urgent")
    parser.add_argument("--format", choices=FORMATS, default="text")
    parser.add_argument("--today", type=date.fromisoformat, metavar="DAY", help="count to this day, such as 2026-12-01")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write there instead of printing")
    options = parser.parse_args(argv)
    root = repository_root(Path.cwd())
    try:
        directory = load_directory(root, Settings("Call sheet"), today_of(os.environ), cached=True)
        keepers = load_keepers(
            root / FILE, KnownNames({*directory.states, "us"}, directory.vocabulary.types, directory.records)
        )
    except BadRecords as error:
        print(format_problems(error.problems, "text"), file=sys.stderr)
        return 1
    except (ShapesMissing, VocabularyError, ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    if wrong := _wrong(directory, options):
        parser.error(wrong)
    day = options.today or directory.today
    entries = entries_to_ring(
        directory, keepers, day, Wanted(options.state, options.type, options.need, options.partner, options.only)
    )
    if options.first is not None:
        entries = most_urgent(entries, options.first)
    if options.format == "csv":
        text = as_table(directory, entries)
    elif options.format == "html":
        text = call_sheet(directory, entries, day, TEMPLATE.read_text(encoding="utf-8"))
    else:
        text = as_text(directory, entries)
    if options.out is None:
        sys.stdout.write(text)
        return 0
    try:
        options.out.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        print(error, file=sys.stderr)
        return 1
    print(summary(entries), file=sys.stderr)
    return 0


def _wrong(directory: Directory, options: argparse.Namespace) -> str:
    """What is wrong with the arguments; empty where nothing is."""
    vocabulary = directory.vocabulary
    if options.state and options.state not in {*directory.states, "us"}:
        return f"There are no entries for '{options.state}'. States have two letters, such as co; us is the country."
    if options.type and options.type not in vocabulary.types:
        return f"'{options.type}' is no kind of entry. Known are: {', '.join(vocabulary.types)}."
    if options.need and options.need not in vocabulary.needs:
        return f"'{options.need}' is no need. Known are: {', '.join(vocabulary.needs)}."
    return "--first counts from 1." if options.first is not None and options.first < 1 else ""


if __name__ == "__main__":
    raise SystemExit(main())
