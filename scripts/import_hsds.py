#!/usr/bin/env python3
"""Reads HSDS data into records: a directory's own export back, or another directory's into drafts.

    scripts/import_hsds.py hsds.json.gz --to DIR
    scripts/import_hsds.py datapackage.zip --to DIR --map mapping.yml --publisher "Example 211" \\
        --url https://www.example.org/ --retrieved 2026-11-20 --state co

HSDS is the Human Services Data Specification (https://docs.openreferral.org). FILE is JSON (a list of services, a page
of an answer with `contents`, one service a line, an organization with its services; maybe compressed with gzip) or a
data package of tables (a folder, or a zip). Names of editions 1 to 3 are known.

Services that a directory like this one exported (they have x_id) become the records they were. Any other service
becomes a draft for each of its places: not confirmed, with --publisher, --url and --retrieved as its source. Nothing is
guessed: what a service is, what it does and whom it serves is taken over only where --map says what their words mean:

    type: legal_aid              # what a service is of which no term tells; leave it out to have them listed
    types:                       # their term, by name or code: our type
      Domestic violence shelters: domestic_violence
    services:                    # their term: our service
      Legal counseling: civil_legal_aid
    areas:                       # their service area: a county's FIPS code, a state, a CoC number, or us
      City and County of Denver: '08031'
    languages: {Mandarin: zh}
    accessibility: {Ramp at the door: step_free}
    contact_roles: {Intake: intake}

Words that the mapping does not have are listed with how often they come. A person's name is never taken over.

Records are written below DIR as <state>/<type>/<id>.yml, never over a file and never into data/resources: look at each,
then move it there and run scripts/check.py. A place that may be confidential is withheld, and a domestic violence
program never gets one; --review-list lists them for scripts/review.py. Services that are in the directory already are
named and not written again.

What is wrong in FILE is told all at once, with file and row or JSON pointer; then nothing is written, unless --go-on
says to leave out what is wrong. A file may have 500 MB unpacked, a package 1 GB together; tables of which a record has
nothing are not unpacked. Exit: 0 done, 1 something is wrong in FILE or in a table of the mapping, 2 wrong
arguments. No network.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "hooks"))

from import_sources import Repository, UnreadableRecordsError, open_repository  # noqa: E402
from resource_directory.canonical import canonical_text  # noqa: E402
from resource_directory.importers.confidential import (  # noqa: E402
    ReviewListError,
    gate_for,
    review_path,
    review_text,
)
from resource_directory.importers.drafts import ImportContext  # noqa: E402
from resource_directory.importers.hsds.checking import checked  # noqa: E402
from resource_directory.importers.hsds.files import Found, read_hsds  # noqa: E402
from resource_directory.importers.hsds.mapping import Mapped, MappingError, read_mapping  # noqa: E402
from resource_directory.importers.hsds.others import Drafted, Publisher, draft_all  # noqa: E402
from resource_directory.importers.hsds.own import is_own  # noqa: E402
from resource_directory.importers.hsds.records import Made, draft_records, own_records  # noqa: E402
from resource_directory.importers.writing import write_changed, write_private  # noqa: E402
from resource_directory.problems import printable  # noqa: E402
from resource_directory.shapes import ShapesMissing  # noqa: E402
from resource_directory.vocabulary import VocabularyError  # noqa: E402

#: More than this is read in a file, not on a screen.
MOST_NAMED = 40


class WrongArgumentsError(Exception):
    """What was asked for cannot be done; the message says what to write instead."""


class BadInputError(Exception):
    """Something is wrong in the file; it has been told."""


def main(arguments: Sequence[str] | None = None) -> int:
    """As the text above says."""
    options = _parser().parse_args(arguments)
    try:
        _import(options)
    except (WrongArgumentsError, ReviewListError, ShapesMissing, OSError) as error:
        print(_seen(error), file=sys.stderr)
        return 2
    except (MappingError, VocabularyError, UnreadableRecordsError, BadInputError) as error:
        print(_seen(error), file=sys.stderr)
        return 1
    return 0


def _seen(error: Exception) -> str:
    """Its lines, with what a terminal would obey written out."""
    return "\n".join(map(printable, str(error).split("\n")))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, metavar="FILE", help="JSON, or a data package as a folder or zip")
    parser.add_argument("--to", type=Path, required=True, metavar="DIR", help="where to write the records")
    parser.add_argument("--map", type=Path, metavar="FILE", help="what their words mean in ours (YAML, see above)")
    parser.add_argument("--publisher", help="who published the data; needed for another directory's")
    parser.add_argument("--url", default="", help="the publisher's page")
    parser.add_argument("--retrieved", type=_day, metavar="DAY", help="the day the data was taken, such as 2026-11-20")
    parser.add_argument("--state", default="", help="postal code, for services that name no state")
    parser.add_argument("--review-list", metavar="FILE", help="where to list withheld places; outside the repository")
    parser.add_argument("--go-on", action="store_true", help="write what is right, though something else is wrong")
    parser.add_argument("--dry-run", action="store_true", help="say what would be written, and write nothing")
    parser.add_argument("--root", type=Path, default=ROOT, help="the repository (default: this one)")
    parser.add_argument("--today", type=date.fromisoformat, default=None, help="the day, for checks (default: today)")
    return parser


def _day(text: str) -> str:
    """A date as `2026-11-20`. Raises ValueError."""
    return date.fromisoformat(text).isoformat()


def _import(options: argparse.Namespace) -> None:
    root = options.root.resolve()
    _check_target(options.to, root)
    review_file = review_path(options.review_list, root) if options.review_list else None
    read = checked(read_hsds(options.file))
    _tell(f"{len(read.troubles)} things are wrong:", [str(trouble) for trouble in read.troubles], all_of_them=True)
    _tell("Not read, for a record has nothing of it:", read.not_read)
    if read.troubles and not options.go_on:
        raise BadInputError("Nothing was written. Mend the file, or say --go-on to leave out what is wrong.")
    own = [found for found in read.found if is_own(found.service)]
    others = [found for found in read.found if not is_own(found.service)]
    publisher = _publisher(options, others[0].where) if others else None
    repository = open_repository(root, options.today or datetime.now(UTC).date())
    rules = repository.rules
    gate = gate_for(rules.vocabulary.confidential_words, (), (), repository.records)
    context = ImportContext(rules, gate)
    mapped = read_mapping(options.map, rules.vocabulary, rules.places) if options.map else Mapped()
    made = [own_records(own, context, repository.records)] if own else []
    if publisher:
        made.append(_drafts(others, context, mapped, publisher, repository))
    for part in made:
        _report(part)
    _write_review(made, review_file)
    _write(made, options)


def _check_target(target: Path, root: Path) -> None:
    """Raises WrongArgumentsError for a folder whose files are published."""
    if target.resolve().is_relative_to(root / "data"):
        raise WrongArgumentsError("--to may not lie in data/. Look at the records first, then move them there.")


def _publisher(options: argparse.Namespace, first: str) -> Publisher:
    """Raises WrongArgumentsError where it is not named whole. `first` says where their first service stands."""
    missing = [f"--{name}" for name in ("publisher", "retrieved") if not getattr(options, name)]
    if missing:
        need = f"Also needed: {', '.join(missing)}."
        raise WrongArgumentsError(
            f"{first}: There are services of another directory (no x_id, x_type, x_source). {need}"
        )
    return Publisher(options.publisher, options.url, options.retrieved, options.state.upper())


def _drafts(
    others: list[Found], context: ImportContext, mapped: Mapped, publisher: Publisher, repository: Repository
) -> Made:
    drafted = draft_all(others, context, mapped, publisher)
    _report_unknown(drafted)
    return draft_records(drafted, context, repository.records)


def _report_unknown(drafted: Drafted) -> None:
    for kind in sorted({kind for kind, _ in drafted.unknown}):
        found = sorted((-n, word) for (k, word), n in drafted.unknown.items() if k == kind)
        _tell(f"{len(found)} words ({kind}) that the mapping does not have:", [f"{-n:>5} {word}" for n, word in found])
    facts = sorted(drafted.facts_left_out.items())
    _tell("Single facts left out, or worked out:", [f"{number:>5} {what}" for what, number in facts])


def _report(made: Made) -> None:
    print(f"\n{len(made.records)} records:")
    for (state, kind), number in sorted(Counter(tuple(path.split("/")[:2]) for path in made.records).items()):
        print(printable(f"  {number:>5} {state} {kind}"))
    _tell("In the directory already:", [f"{where}: {path}" for where, path in made.there])
    _tell(f"{len(made.left_out)} left out:", [f"{entry.where}: {entry.reason}" for entry in made.left_out])
    reasons = Counter(reason for _, reason in made.review)
    _tell(
        f"{len(made.review)} places withheld or held back for a person to look at:",
        [f"{number:>5} {reason}" for reason, number in sorted(reasons.items())],
    )


def _tell(head: str, lines: Iterable[str], *, all_of_them: bool = False) -> None:
    """A heading and its lines, where there are any. Lines hold words of files: nothing that a terminal obeys."""
    found = [printable(line) for line in lines]
    if not found:
        return
    print(f"\n{head}")
    shown = found if all_of_them else found[:MOST_NAMED]
    print("\n".join(f"  {line}" for line in shown))
    if len(shown) < len(found):
        print(f"  and {len(found) - len(shown)} more.")


def _write_review(made: Sequence[Made], file: Path | None) -> None:
    entries = [entry for part in made for entry in part.review]
    if file is not None:
        write_private(file, review_text(entries))
        print(printable(f"Listed in {file}."))
    elif entries:
        print("Name a file outside the repository with --review-list to have their ids, for scripts/review.py.")


def _write(made: Sequence[Made], options: argparse.Namespace) -> None:
    """Every record, or none where one of the files is there. Raises WrongArgumentsError."""
    texts = {path: canonical_text(record) for part in made for path, record in part.records.items()}
    there = sorted(path for path in texts if (options.to / path).exists())
    if there:
        _tell("These files are there already:", there, all_of_them=True)
        raise WrongArgumentsError("Nothing was written. Name another folder with --to, or move the files away.")
    if options.dry_run:
        print("\nNothing was written (--dry-run).")
        return
    write_changed(options.to, texts)
    print("\n" + printable(f"{len(texts)} files written below {options.to}."))


if __name__ == "__main__":
    sys.exit(main())
