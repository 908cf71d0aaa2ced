#!/usr/bin/env python3
"""Places that may be confidential: what waits for a person, and what a person decides.

    scripts/review.py --list --review-list ~/review-list.txt
    scripts/review.py --decide co/example-clinic ordinary --by "Reviewer, Example Coalition" --reason "A day clinic."
    scripts/review.py --decide co/hrsa_bphc:BPS-H80-000001 withheld --name "Example Clinic" --sources DIR --by ... \\
        --reason ...

The decision is written into the record, and every later import keeps it. `ordinary`: the place may be public; the next
import fills it in. `withheld`: it may not, whatever a later file says. A domestic violence program is never ordinary.
An entry with a colon is a row that was held back because its very name tells its place: it has no record yet, and a
decision makes one. The street and the point of a place are shown by --show-place only, from the publisher's table.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from import_sources import ROOT, Repository, UnreadableRecordsError, open_repository, read_tables
from resource_directory.canonical import canonical_text, dump_canonical
from resource_directory.importers import eoir, hrsa, hud_pha, lsc
from resource_directory.importers import run as importing
from resource_directory.importers.confidential import Kept, ReviewListError, review_path
from resource_directory.importers.deciding import (
    CannotDecideError,
    Decision,
    check_waits,
    check_words,
    decided_data,
    find_path,
    read_list,
    waiting,
)
from resource_directory.importers.tables import Row, Rows, TableError
from resource_directory.importers.writing import write_changed
from resource_directory.loading import today_of
from resource_directory.model import Record
from resource_directory.problems import format_problems
from resource_directory.reading import Finding, read_bytes
from resource_directory.rules import check_record
from resource_directory.shapes import ShapesMissing
from resource_directory.vocabulary import VocabularyError

#: Where a row's own number stands, by the register that gives it.
_NUMBERS = {
    "hrsa_bphc": (hrsa.SITES, "bphc_id"),
    "hud_pha": (hud_pha.AGENCIES, "pha_code"),
    "lsc_office": (lsc.OFFICES, "office_id"),
}
_PLACE = ("street", "city", "state", "zip", "lat", "lon")


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0 where it was done, 1 where it may not be done, 2 for wrong arguments."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        return _act(options, parser)
    except (CannotDecideError, VocabularyError, UnreadableRecordsError) as error:
        print(error, file=sys.stderr)
        return 1
    except (ReviewListError, TableError, ShapesMissing) as error:
        print(error, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--list", action="store_true", help="what waits for a person")
    what.add_argument("--decide", nargs=2, metavar=("ID", "DECISION"), help="ordinary or withheld")
    what.add_argument("--show-place", metavar="ID", help="print street and point from the publisher's table")
    parser.add_argument("--review-list", metavar="FILE", help="the list that the import wrote, for the reasons")
    parser.add_argument("--sources", type=Path, metavar="DIR", help="folder of the publishers' tables")
    parser.add_argument("--state", help="with --list: one state only, such as co")
    parser.add_argument("--by", help="who decides: role and organization, not a person's name")
    parser.add_argument("--reason", help="why; it will be public, so not a word of where the place is")
    parser.add_argument(
        "--date", type=date.fromisoformat, default=None, help="the day of the decision (default: today)"
    )
    parser.add_argument("--name", help="a neutral name, where the publisher's own tells the place")
    parser.add_argument("--root", type=Path, default=ROOT, help="the repository (default: this one)")
    return parser


def _act(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    root = options.root.resolve()
    listed = _listed(options.review_list, root)
    repository = open_repository(root, today_of(os.environ))
    if options.list:
        return _list(repository, listed, options.state)
    if options.show_place:
        return _show_place(repository, options.show_place, options.sources)
    identifier, decision = options.decide
    if decision not in {"ordinary", "withheld"}:
        parser.error(f"'{decision}' is not a decision. Write ordinary or withheld.")
    if not options.by or not options.reason:
        parser.error("--decide needs --by and --reason.")
    decided = Decision(decision, options.by, options.date or repository.rules.today, options.reason)
    return _decide(repository, identifier, decided, options.name or "", options.sources)


def _listed(written: str | None, root: Path) -> dict[str, str]:
    """Reasons of the last import. The list may not lie in the repository, and nobody else may read it."""
    if written is None:
        return {}
    file = review_path(written, root)
    if not file.is_file():
        raise ReviewListError("There is no such review list. scripts/import_sources.py writes one with --review-list.")
    if file.stat().st_mode & 0o077:
        raise ReviewListError("Others may read the review list. Make it private first: chmod 600.")
    return read_list(file.read_text(encoding="utf-8"))


def _list(repository: Repository, listed: Mapping[str, str], state: str | None) -> int:
    words = repository.rules.vocabulary.confidential_words
    entries = [
        entry
        for entry in waiting(repository.records, listed, words)
        if state is None or entry.identifier.startswith(f"{state.lower()}/")
    ]
    for entry in entries:
        print(f"{entry.identifier}\t{entry.name or '(no record yet)'}\t{entry.reason}")
    print(f"{len(entries)} wait for a person.", file=sys.stderr)
    return 0


def _decide(repository: Repository, identifier: str, decision: Decision, name: str, sources: Path | None) -> int:
    if ":" in identifier:
        path, record = _from_row(repository, identifier, decision, name, sources)
    else:
        found = find_path(repository.records.items(), identifier)
        if found is None:
            raise CannotDecideError(f"No record, or more than one, is called '{identifier}'. Write it as co/its-id.")
        path, record = found, repository.records[found]
        suspected = any(finding.code == "E409" for finding in check_record(record, path, repository.rules))
        check_waits(record, decision, suspected=suspected)
        if row := _row_of(record, sources):
            check_words(decision, name or record.name, row["street"])
    text = dump_canonical(decided_data(record, decision, name))
    checked = read_bytes(text.encode(), path, repository.rules.vocabulary, repository.rules.today)
    if checked.record is None:
        raise CannotDecideError(format_problems(checked.problems, "text"))
    findings: list[Finding] = list(check_record(checked.record, path, repository.rules))
    if findings:
        raise CannotDecideError("\n".join(f"{finding.code} {finding.message} {finding.fix}" for finding in findings))
    write_changed(repository.root, {path: canonical_text(checked.record)})
    print(f"{path}: {decision.decision}, by {decision.by}.")
    if decision.decision == "ordinary" and not (checked.record.location and checked.record.location.place_given):
        print("The next import fills the place in.")
    return 0


def _from_row(
    repository: Repository, identifier: str, decision: Decision, name: str, sources: Path | None
) -> tuple[str, Record]:
    """The record of a row that was held back, as the import would write it with this decision."""
    if sources is None:
        raise CannotDecideError("This row has no record yet. Name the folder of the publishers' tables with --sources.")
    state, _, key = identifier.rpartition("/")
    if state.upper() not in repository.rules.places.states:
        raise CannotDecideError(f"Write the row with its state, as the review list does: co/{key}.")
    if decision.decision == "withheld" and not name:
        raise CannotDecideError("The publisher's own name tells the place. Give a neutral one with --name.")
    kept = Kept(name, decision.decision == "withheld", decision.decision)
    tables = read_tables(sources)
    run = importing.run(tables, repository.rules, repository.records, [state], decided={key: kept})
    registry, _, number = key.partition(":")
    found = [(path, record) for path, record in run.records.items() if number in record.registry(registry)]
    if len(found) != 1:
        raise CannotDecideError("No row that can be imported has this number in the publishers' tables.")
    path, record = found[0]
    if decision.decision == "withheld" and (row := _row(tables, registry, number)):
        check_words(decision, name, row["street"])
    return path, record


def _row_of(record: Record, sources: Path | None) -> Row | None:
    if sources is None:
        return None
    tables = read_tables(sources)
    for entry in record.registry_ids or ():
        if row := _row(tables, entry.registry, entry.id):
            return row
    return None


def _row(tables: Mapping[str, Rows], registry: str, number: str) -> Row | None:
    if registry not in _NUMBERS:
        return None
    table, column = _NUMBERS[registry]
    rows = hrsa.translated(tables[table.file]) if table is hrsa.SITES else tables[table.file]
    return next((row for row in rows if row[column] == number), None)


def _show_place(repository: Repository, identifier: str, sources: Path | None) -> int:
    if os.environ.get("CI"):
        raise CannotDecideError("Places are never shown in CI, whose logs are public.")
    if sources is None:
        raise CannotDecideError("The place stands in the publisher's table only. Name the folder with --sources.")
    tables = read_tables(sources)
    key = identifier.rpartition("/")[2]
    row = _row(tables, *key.split(":", 1)) if ":" in key else None
    if row is None and (path := find_path(repository.records.items(), identifier)):
        record = repository.records[path]
        row = _row_of(record, sources) or _by_name(tables, record)
    if row is None:
        raise CannotDecideError("No row of the publishers' tables belongs to this entry.")
    print("Confidential. Do not copy this anywhere.", file=sys.stderr)
    for field in ("name", *_PLACE):
        if row.get(field):
            print(f"{field}: {row[field]}")
    return 0


def _by_name(tables: Mapping[str, Rows], record: Record) -> Row | None:
    rows = tables[eoir.PROVIDERS.file]
    return next((row for row in rows if row["name"].casefold() == record.name.casefold()), None)


if __name__ == "__main__":
    sys.exit(main())
