#!/usr/bin/env python3
"""Imports publishers' tables: scripts/import_sources.py --sources DIR --state co [--review-list FILE] [--dry-run].

Reads every table in DIR, writes the records of the chosen states under data/resources/ and the counts of what became
of each row under data/imports/, and prints those counts. A record that the organization has confirmed is not touched;
a place once withheld stays withheld. Importing twice changes nothing.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "hooks"))

from resource_directory.canonical import canonical_text  # noqa: E402
from resource_directory.importers import run as importing  # noqa: E402
from resource_directory.importers.confidential import ReviewListError, review_path, review_text  # noqa: E402
from resource_directory.importers.outcome import format_accounts, format_totals  # noqa: E402
from resource_directory.importers.tables import Rows, TableError, read_table  # noqa: E402
from resource_directory.importers.writing import accounts_text, write_changed, write_private  # noqa: E402
from resource_directory.model import Record  # noqa: E402
from resource_directory.places import Places, load_places  # noqa: E402
from resource_directory.problems import format_problems  # noqa: E402
from resource_directory.reading import find_files, read_all  # noqa: E402
from resource_directory.rules import RuleContext  # noqa: E402
from resource_directory.shapes import Shapes, ShapesMissing, load_shapes  # noqa: E402
from resource_directory.vocabulary import VocabularyError, load_vocabulary  # noqa: E402

SHAPES = ".cache/us-atlas"
#: More than this many records that vanish at once are no news of single organizations.
MOST_NAMED = 100


class UnreadableRecordsError(Exception):
    """Records in the repository have problems; nothing may be imported over them."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0 where all went well, 1 for records or vocabularies that cannot be used, 2 for wrong arguments."""
    options = _parser().parse_args(arguments)
    try:
        return _import(options)
    except (TableError, ReviewListError, ShapesMissing) as error:
        print(error, file=sys.stderr)
        return 2
    except (VocabularyError, UnreadableRecordsError) as error:
        print(error, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=Path, required=True, metavar="DIR", help="folder of the publishers' tables")
    parser.add_argument(
        "--state", action="append", required=True, help="postal code such as co; again for more; or all"
    )
    parser.add_argument("--review-list", metavar="FILE", help="where to list withheld places; outside the repository")
    parser.add_argument("--dry-run", action="store_true", help="count only, write nothing")
    parser.add_argument(
        "--refresh",
        action="store_true",
        help="take imported fields anew from the same edition too, after an importer was mended: what a person changed "
        "in them is lost, what a person added stays",
    )
    parser.add_argument("--root", type=Path, default=ROOT, help="the repository (default: this one)")
    parser.add_argument("--today", type=date.fromisoformat, default=None, help="the day, for checks (default: today)")
    return parser


def _import(options: argparse.Namespace) -> int:
    root = options.root.resolve()
    review_file = review_path(options.review_list, root) if options.review_list else None
    rules = import_rules(root, options.today or datetime.now(UTC).date())
    states = _states(options.state, rules)
    tables = read_tables(options.sources)
    run = importing.run(tables, rules, existing_records(root, rules), states, refresh=options.refresh)
    _report_rows(run, rules)
    _report_gone(run)
    _report_review(run, review_file)
    if options.dry_run:
        print("\nNothing was written (--dry-run).")
        return 0
    written = write_changed(root, _texts(run))
    print(f"\n{len(run.records)} records; {len(written)} files written, the others unchanged.")
    return 0


def read_tables(folder: Path) -> dict[str, Rows]:
    """Every table by the name of its file. Raises TableError where one cannot be used."""
    return {table.file: read_table(folder, table) for table in importing.TABLES}


def import_rules(root: Path, today: date) -> RuleContext:
    """Vocabularies, places and shapes of the repository."""
    vocabulary = load_vocabulary(root / "data/vocab")
    return RuleContext(vocabulary, _places((root / "data/places").resolve()), _shapes((root / SHAPES).resolve()), today)


@lru_cache(maxsize=2)
def _places(folder: Path) -> Places:
    return load_places(folder)


@lru_cache(maxsize=2)
def _shapes(folder: Path) -> Shapes:
    return load_shapes(folder)


def _states(asked: Sequence[str], rules: RuleContext) -> list[str]:
    if asked == ["all"]:
        return [code.lower() for code in rules.places.states]
    unknown = [state for state in asked if state.upper() not in rules.places.states]
    if unknown:
        raise TableError(f"'{unknown[0]}' is not a state. Write its postal code, such as co.")
    return [state.lower() for state in asked]


def existing_records(root: Path, rules: RuleContext) -> Mapping[str, Record]:
    """All records by path. Raises UnreadableRecordsError where one has a problem."""
    read = read_all(root, find_files(root), rules.vocabulary, rules.today)
    if read.problems:
        raise UnreadableRecordsError(f"{format_problems(read.problems, 'text')}\nMend these records before importing.")
    return read.records


def _texts(run: importing.Run) -> dict[str, str]:
    texts = {path: canonical_text(record) for path, record in run.records.items()}
    accounts = {**run.accounts, "elsewhere": run.elsewhere}
    return texts | {f"data/imports/{state}.yml": accounts_text(entries) for state, entries in accounts.items()}


def _report_rows(run: importing.Run, rules: RuleContext) -> None:
    """What became of each row: of the whole country by table and a line a state, else state by state."""
    names = {rules.places.states[state.upper()].name: accounts for state, accounts in run.accounts.items()}
    if run.country:
        print(f"The whole country\n{format_accounts(run.country)}\n")
        print(format_totals({**names, "no state of the directory": run.elsewhere}))
        return
    for name, accounts in names.items():
        print(f"\n{name}\n{format_accounts(accounts)}")


def _report_gone(run: importing.Run) -> None:
    if run.gone:
        print(f"\n{len(run.gone)} records stand in no row of the tables any more. They stay; look at each:")
        for path in run.gone[:MOST_NAMED]:
            print(f"  {path}")
        if len(run.gone) > MOST_NAMED:
            print(f"  and {len(run.gone) - MOST_NAMED} more. Are these the whole tables?")


def _report_review(run: importing.Run, review_file: Path | None) -> None:
    print(f"\n{len(run.review)} places withheld or held back for a person to look at:")
    for reason, count in importing.withheld_counts(run).items():
        print(f"  {count:>5} {reason}")
    if review_file is None:
        print("Name a file outside the repository with --review-list to have their ids, for scripts/review.py.")
        return
    # An empty list is written too: the last one would name what has been decided since.
    entries = ((f"{state}/{identifier}", reason) for state, identifier, reason in run.review)
    write_private(review_file, review_text(entries))
    print(f"Listed in {review_file}.")


if __name__ == "__main__":
    sys.exit(main())
