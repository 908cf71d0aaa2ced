#!/usr/bin/env python3
"""Checks all records against themselves and lists what to look at.

scripts/audit.py                              every doubt, with its file
scripts/audit.py --state co --check double    one state, one kind
scripts/audit.py --counts                     how many of each kind
scripts/audit.py --write                      the counts into docs/reference/data-quality.md
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from resource_directory.auditing import TITLES, Audited, Doubt, audit, report, state_of
from resource_directory.importers.writing import write_changed
from resource_directory.loading import load_sources, repository_root, today_of
from resource_directory.problems import format_problems
from resource_directory.reading import find_files, read_all
from resource_directory.shapes import ShapesMissing
from resource_directory.vocabulary import VocabularyError
from resource_directory.yaml_nodes import compose_file

PAGE = "docs/reference/data-quality.md"


def main(argv: Sequence[str] | None = None) -> int:
    """0 when the data could be looked at, whatever was found; 1 where records have problems; 2 for wrong arguments."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--state", help="one state only, such as co")
    parser.add_argument("--check", choices=tuple(TITLES), help="one kind of doubt only")
    parser.add_argument("--counts", action="store_true", help="only how many")
    parser.add_argument("--write", action="store_true", help=f"write the counts into {PAGE}")
    options = parser.parse_args(argv)
    try:
        root = repository_root(Path.cwd())
        sources = load_sources(root)
    except (ShapesMissing, VocabularyError, ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    read = read_all(root, find_files(root), sources.vocabulary, today_of(os.environ))
    if read.problems:
        print(format_problems(read.problems, "text"), file=sys.stderr)
        return 1
    doubts = audit(Audited(read.records, sources.places, sources.shapes))
    if options.write:
        written = write_changed(root, {PAGE: report(doubts, mended(root), len(read.records))})
        print(f"{PAGE}: {'written' if written else 'unchanged'}", file=sys.stderr)
    _print([doubt for doubt in doubts if _wanted(doubt, options)], counts=options.counts or options.write)
    return 0


def _wanted(doubt: Doubt, options: argparse.Namespace) -> bool:
    if options.state and state_of(doubt.path) != options.state.upper():
        return False
    return options.check in {None, doubt.check}


def _print(doubts: Sequence[Doubt], *, counts: bool) -> None:
    found = Counter(doubt.check for doubt in doubts)
    if not counts:
        for doubt in doubts:
            print(f"{doubt.path}: {doubt.check} {doubt.message}")
    for check, title in TITLES.items():
        print(f"{found[check]:>6} {title}", file=sys.stdout if counts else sys.stderr)


def mended(root: Path) -> Mapping[str, int]:
    """Rows by what the imports mended in them or left out of them, from their accounts in `data/imports/`."""
    found: Counter[str] = Counter()
    for file in sorted((root / "data/imports").glob("*.yml")):
        data = compose_file(file, f"data/imports/{file.name}").data
        for table in data["tables"] if isinstance(data, dict) else ():
            found.update({what: int(rows) for what, rows in table.get("notes", {}).items()})
    return found


if __name__ == "__main__":
    raise SystemExit(main())
