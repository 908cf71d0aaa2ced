#!/usr/bin/env python3
"""Finds points for addresses that have none.

    scripts/geocode.py --state co --contact info@example.org
    scripts/geocode.py --state all --contact info@example.org --server https://nominatim.example.org --limit 500
    scripts/geocode.py --state co --offline             the middle of the ZIP code, nobody is asked
    scripts/geocode.py --state co --dry-run             who would be asked about; nobody is

Asks a Nominatim server (https://nominatim.org), by default the public one, one request a second. --contact stands in
the User-Agent, as the server's policy asks; by default it is the contact in mkdocs.yml. Answers are kept with their day
and source in .cache/geocoding/answers.jsonl, so that a run that was stopped goes on where it was. Nobody is ever asked
about a place that is withheld, or about a domestic violence program. An answer outside the record's state, or farther
than 50 km from the middle of its ZIP code, is refused and listed. Where the server knows nothing, the middle of the ZIP
code is taken and marked as such. Returns 0; 1 where the server had to be left alone; 2 for wrong arguments.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from import_sources import ROOT, Repository, UnreadableRecordsError, open_repository
from resource_directory.canonical import canonical_text, record_data
from resource_directory.geocoding import (
    PAUSE,
    PUBLIC_SERVER,
    TIMEOUT,
    Asking,
    KeptAnswers,
    Outcome,
    Question,
    ServerStopsError,
    nominatim,
    offline_outcomes,
    questions,
)
from resource_directory.importers.writing import write_changed
from resource_directory.loading import configuration, today_of
from resource_directory.model import record_class
from resource_directory.rules import check_record
from resource_directory.shapes import ShapesMissing
from resource_directory.vocabulary import VocabularyError

ANSWERS = ".cache/geocoding/answers.jsonl"
PROGRAM = "community-resource-directory-geocoder/1.0"


def main(arguments: Sequence[str] | None = None) -> int:
    """As the top of this file says."""
    parser = _parser()
    options = parser.parse_args(arguments)
    root = options.root.resolve()
    try:
        repository = open_repository(root, today_of(os.environ))
    except (VocabularyError, UnreadableRecordsError) as error:
        print(error, file=sys.stderr)
        return 1
    except ShapesMissing as error:
        print(error, file=sys.stderr)
        return 2
    states = [code.lower() for code in repository.rules.places.states] if options.state == ["all"] else options.state
    asked = list(questions(repository.records, states, offline=options.offline))[: options.limit]
    if options.dry_run:
        return _list(asked)
    if options.offline:
        return _use(repository, offline_outcomes(asked, repository.rules.places))
    contact = options.contact or contact_of(root)
    if not contact:
        parser.error("A server wants to know who asks. Give --contact, or set 'contact' in mkdocs.yml.")
    if urlsplit(options.server).scheme not in {"http", "https"} or not urlsplit(options.server).netloc:
        parser.error(f"'{options.server}' is no address of a server. Write it as {PUBLIC_SERVER}.")
    asking = _asking(repository, options, f"{PROGRAM} ({contact})")
    return _use(repository, asking.outcomes(asked))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--state", action="append", required=True, help="postal code such as co; again for more; or all"
    )
    parser.add_argument("--server", default=PUBLIC_SERVER, metavar="URL", help="a Nominatim server")
    parser.add_argument("--contact", help="e-mail address or page of the coalition, for the User-Agent")
    parser.add_argument("--limit", type=int, default=None, metavar="N", help="at most so many addresses")
    parser.add_argument("--pause", type=float, default=PAUSE, help="seconds between requests to a server of your own")
    parser.add_argument("--timeout", type=float, default=TIMEOUT, help="seconds to wait for an answer")
    parser.add_argument("--answers", type=Path, metavar="FILE", help=f"where answers are kept (default: {ANSWERS})")
    parser.add_argument("--offline", action="store_true", help="ask nobody: take the middle of the ZIP code")
    parser.add_argument("--dry-run", action="store_true", help="list who would be asked about; ask and write nothing")
    parser.add_argument("--root", type=Path, default=ROOT, help="the repository (default: this one)")
    return parser


def contact_of(root: Path) -> str:
    """The coalition's contact in mkdocs.yml; empty where it has none."""
    config = configuration(root)
    directory = config.get("extra", {}).get("directory", {})
    return str(directory.get("contact") or directory.get("contact_url") or "")


def _asking(repository: Repository, options: argparse.Namespace, user_agent: str) -> Asking:
    allowed = {
        path
        for path, record in repository.records.items()
        if record.location is not None and record.location.visibility == "public" and record.type != "domestic_violence"
    }
    rules = repository.rules
    kept = KeptAnswers(options.answers or repository.root / ANSWERS, rules.today, allowed)
    ask = nominatim(options.server, user_agent, pause=options.pause, timeout=options.timeout)
    return Asking(ask, options.server.rstrip("/"), kept, rules.places, rules.shapes, rules.today)


def _list(asked: Sequence[Question]) -> int:
    for question in asked:
        print(f"{question.path}: {question.text}")
    print(f"{len(asked)} addresses have no point. Nobody was asked, nothing was written (--dry-run).")
    return 0


def _use(repository: Repository, outcomes: Iterator[Outcome]) -> int:
    """Writes each point as it comes, and says what was refused."""
    counts = {"street": 0, "zip": 0}
    refused, status = 0, 0
    try:
        for outcome in outcomes:
            precision, reason = _place(repository, outcome)
            if precision:
                counts[precision] += 1
            else:
                refused += 1
            if reason:
                print(f"{outcome.path}: {reason}{'; the middle of its ZIP code was taken' if precision else ''}")
    except ServerStopsError as error:
        print(error, file=sys.stderr)
        status = 1
    print(f"{counts['street']} points to the street, {counts['zip']} to the middle of a ZIP code, {refused} without.")
    return status


def _place(repository: Repository, outcome: Outcome) -> tuple[str, str]:
    """How exact the point is that was written (empty for none), and what there is to say."""
    record = repository.records[outcome.path]
    if outcome.point is None:
        return "", outcome.reason
    data = record_data(record)
    data["location"] = {**data["location"], "point": dict(outcome.point)}
    rules = repository.rules
    context = {"vocabulary": rules.vocabulary, "today": rules.today}
    changed = record_class(record.type).model_validate(data, context=context)
    if codes := sorted({finding.code for finding in check_record(changed, outcome.path, rules)}):
        return "", f"the point does not pass the check ({', '.join(codes)})"
    write_changed(repository.root, {outcome.path: canonical_text(changed)})
    return str(outcome.point["precision"]), outcome.reason


if __name__ == "__main__":
    sys.exit(main())
