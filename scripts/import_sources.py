#!/usr/bin/env python3
"""Imports publishers' tables, the first time and every time after.

    scripts/import_sources.py --sources DIR --state co [--review-list FILE] [--dry-run]
    scripts/import_sources.py --sources DIR --state all --branches --summaries DIR --questions FILE
    scripts/import_sources.py --sources DIR --state co --keep co/example-clinic:phones

Reads every table in DIR, writes the records of the chosen states under data/resources/ and what became of each row
under data/imports/. A later import changes only what the publisher changed since the last one and nobody here has
edited or the organization confirmed. Where both changed, the record stays and the fact is listed as a question, under
data/imports/open/ without values, and with the values that may be told in FILE (.csv, .json, .md or plain text). A
record that has left its publisher's list is listed too, never deleted. --keep answers a question: what stands here
stays. A place once withheld stays withheld. Importing twice changes nothing.

--branches leaves the working tree alone and makes a git branch refresh/<state> with one commit for each state in which
something changes, and DIR/<state>.md, the text for its pull request, whose first line is the title. No network.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "hooks"))

from refresh_branches import GitError, make_branch  # noqa: E402
from resource_directory.canonical import canonical_text  # noqa: E402
from resource_directory.importers import refreshing  # noqa: E402
from resource_directory.importers import run as importing  # noqa: E402
from resource_directory.importers.confidential import ReviewListError, review_path, review_text  # noqa: E402
from resource_directory.importers.last_values import (  # noqa: E402
    LastValues,
    ValuesError,
    by_state,
    read_values,
    values_path,
    values_text,
)
from resource_directory.importers.outcome import format_accounts, format_totals  # noqa: E402
from resource_directory.importers.tables import Rows, TableError, read_table  # noqa: E402
from resource_directory.importers.writing import accounts_text, write_changed, write_private  # noqa: E402
from resource_directory.model import Record  # noqa: E402
from resource_directory.open_questions import (  # noqa: E402
    OpenQuestion,
    OpenQuestionsError,
    questions_path,
    questions_text,
    read_questions,
)
from resource_directory.places import Places, load_places  # noqa: E402
from resource_directory.problems import format_problems  # noqa: E402
from resource_directory.reading import find_files, read_all  # noqa: E402
from resource_directory.rules import RuleContext  # noqa: E402
from resource_directory.shapes import Shapes, ShapesMissing, load_shapes  # noqa: E402
from resource_directory.vocabulary import VocabularyError, load_vocabulary  # noqa: E402

SHAPES = ".cache/us-atlas"
#: More questions than this are read in a file, not on a screen.
MOST_NAMED = 100


class UnreadableRecordsError(Exception):
    """Records in the repository have problems; nothing may be imported over them."""


class WrongQuestionError(Exception):
    """--keep names no question that is open."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0 where all went well, 1 for records or vocabularies that cannot be used, 2 for wrong arguments."""
    options = _parser().parse_args(arguments)
    try:
        return _import(options)
    except (TableError, ReviewListError, ShapesMissing, WrongQuestionError, GitError) as error:
        print(error, file=sys.stderr)
        return 2
    except (VocabularyError, UnreadableRecordsError, ValuesError, OpenQuestionsError) as error:
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
    parser.add_argument("--questions", type=Path, metavar="FILE", help="where to list what a person should look at")
    parser.add_argument(
        "--keep", action="append", default=[], metavar="ID:FIELD", help="answer a question: what stands here stays"
    )
    parser.add_argument(
        "--many-gone",
        action="store_true",
        help="the lists are whole, though many of a publisher's rows are gone",
    )
    parser.add_argument("--branches", action="store_true", help="one git branch a state; the working tree stays")
    parser.add_argument("--summaries", type=Path, metavar="DIR", help="write a summary a state there, in Markdown")
    parser.add_argument("--root", type=Path, default=ROOT, help="the repository (default: this one)")
    parser.add_argument("--today", type=date.fromisoformat, default=None, help="the day, for checks (default: today)")
    return parser


def _import(options: argparse.Namespace) -> int:
    root = options.root.resolve()
    review_file = review_path(options.review_list, root) if options.review_list else None
    rules = import_rules(root, options.today or datetime.now(UTC).date())
    states = _states(options.state, rules)
    tables = read_tables(options.sources)
    existing = existing_records(root, rules)
    settled = _settled(options.keep, existing)
    last = last_values(root, states)
    run = importing.run(tables, rules, existing, states, refresh=options.refresh, last=last, settled=settled)
    questions = _questions(run, existing, root, rules.today, many_gone=options.many_gone)
    _report_rows(run, rules)
    _report_changes(run, existing, questions)
    _report_review(run, review_file)
    if options.questions:
        _write_questions(options.questions, questions, run, existing)
    if options.dry_run:
        print("\nNothing was written (--dry-run).")
        return 0
    texts = _texts(run, questions, root)
    changed = {path for path, text in texts.items() if _differs(root / path, text)}
    if options.summaries:
        _write_summaries(options.summaries, changed, run, existing, questions, rules)
    if options.branches:
        return _make_branches(root, states, {path: texts[path] for path in changed}, rules)
    written = write_changed(root, texts)
    print(f"\n{len(run.records)} records; {len(written)} files written, the others unchanged.")
    return 0


def last_values(root: Path, states: Sequence[str]) -> LastValues:
    """What the last import said, by path, of the states whose file is there. Raises ValuesError."""
    found: dict[str, Mapping[str, str]] = {}
    for state in states:
        file = root / values_path(state)
        if file.is_file():
            found |= read_values(file.read_text(encoding="utf-8"), state)
    return found


def _settled(asked: Sequence[str], existing: Mapping[str, Record]) -> dict[str, frozenset[str]]:
    """Fields in which what stands here stays, by path. Raises WrongQuestionError."""
    paths = {f"{path.split('/')[2]}/{record.id}": path for path, record in existing.items()}
    found: dict[str, set[str]] = {}
    for entry in asked:
        identifier, _, name = entry.partition(":")
        if identifier not in paths or not name:
            raise WrongQuestionError(f"'{entry}' names no record and field. Write it as co/example-clinic:phones.")
        found.setdefault(paths[identifier], set()).add(name)
    return {path: frozenset(names) for path, names in found.items()}


def _questions(
    run: importing.Run, existing: Mapping[str, Record], root: Path, today: date, *, many_gone: bool
) -> list[OpenQuestion]:
    """What is open. Where a publisher's table seems cut short, none of its records is taken for gone."""
    unsure = {} if many_gone else refreshing.too_many_gone(existing, run)
    for publisher, (number, of) in unsure.items():
        print(f"\n{publisher}: {number} of {of} records stand in no row any more. Is this the whole table?")
        print("They are not flagged. If it is whole, say --many-gone.")
    paths = [path for path in run.gone if existing[path].source.publisher in unsure]
    return refreshing.open_questions(run, read_questions(root, run.accounts), today, paths)


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


@dataclass(frozen=True)
class Repository:
    """The records by path, and what they are checked against."""

    root: Path
    rules: RuleContext
    records: Mapping[str, Record]


def open_repository(root: Path, today: date) -> Repository:
    """Reads it. Raises VocabularyError, UnreadableRecordsError or ShapesMissing where it cannot be used."""
    rules = import_rules(root, today)
    return Repository(root, rules, existing_records(root, rules))


def _texts(run: importing.Run, questions: Sequence[OpenQuestion], root: Path) -> dict[str, str]:
    texts = {path: canonical_text(record) for path, record in run.records.items()}
    accounts = {**run.accounts, "elsewhere": run.elsewhere}
    texts |= {f"data/imports/{state}.yml": accounts_text(entries) for state, entries in accounts.items()}
    paths = by_state(run.values)
    for state in run.accounts:
        if state in paths:
            texts[values_path(state)] = values_text({path: run.values[path] for path in paths[state]})
        own = [entry for entry in questions if entry.state == state]
        if own or (root / questions_path(state)).is_file():
            texts[questions_path(state)] = questions_text(own)
    return texts


def _differs(file: Path, text: str) -> bool:
    return not file.is_file() or file.read_bytes() != text.encode("utf-8")


def _state_of(path: str) -> str:
    """`co` for every file of Colorado's; `elsewhere` for the rows of no state."""
    return path.split("/")[2] if path.startswith("data/resources/") else Path(path).stem


def _write_questions(
    file: Path, questions: Sequence[OpenQuestion], run: importing.Run, existing: Mapping[str, Record]
) -> None:
    rows = list(refreshing.question_rows(questions, run, existing))
    forms = {".csv": refreshing.rows_csv, ".json": refreshing.rows_json}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(forms.get(file.suffix, refreshing.rows_text)(rows), encoding="utf-8")


def _write_summaries(
    folder: Path,
    changed: set[str],
    run: importing.Run,
    existing: Mapping[str, Record],
    questions: Sequence[OpenQuestion],
    rules: RuleContext,
) -> None:
    """A summary for every state in which something changes."""
    folder.mkdir(parents=True, exist_ok=True)
    found: dict[str, list[refreshing.Change]] = defaultdict(list)
    for entry in refreshing.changes(existing, run):
        found[_state_of(entry.path)].append(entry)
    for state in sorted({_state_of(path) for path in changed} & set(run.accounts)):
        name = rules.places.states[state.upper()].name
        text = refreshing.summary(name, state, existing, run, questions, found[state])
        (folder / f"{state}.md").write_text(text, encoding="utf-8")


def _make_branches(root: Path, states: Sequence[str], texts: Mapping[str, str], rules: RuleContext) -> int:
    """A branch for every state with a file that changes. 1 where a person's branch was left alone."""
    told: dict[str, str] = {}
    for state in states:
        own = {path: text for path, text in texts.items() if _state_of(path) == state}
        if own:
            others = {path: text for path, text in texts.items() if _state_of(path) == "elsewhere"}
            name = rules.places.states[state.upper()].name
            told[state] = make_branch(root, state, own | others, f"{name}: what the publishers' lists say now")
    for state, what in told.items():
        words = {"a person's": "left alone: somebody has committed to it. Merge or delete it first."}
        print(f"refresh/{state}: {words.get(what, what)}")
    print(f"\n{len(told)} states change.")
    return 1 if "a person's" in told.values() else 0


def _report_rows(run: importing.Run, rules: RuleContext) -> None:
    """What became of each row: of the whole country by table and a line a state, else state by state."""
    names = {rules.places.states[state.upper()].name: accounts for state, accounts in run.accounts.items()}
    if run.country:
        print(f"The whole country\n{format_accounts(run.country)}\n")
        print(format_totals({**names, "no state of the directory": run.elsewhere}))
        return
    for name, accounts in names.items():
        print(f"\n{name}\n{format_accounts(accounts)}")


def _report_changes(run: importing.Run, existing: Mapping[str, Record], questions: Sequence[OpenQuestion]) -> None:
    """How many records and facts change, and what is left to a person."""
    found = list(refreshing.changes(existing, run))
    new = sum(path not in existing for path in run.records)
    print(f"\n{new} new records; {len({entry.path for entry in found})} change, in {len(found)} facts:")
    for name, number in sorted(Counter(entry.field for entry in found).items()):
        print(f"  {number:>5} {name}")
    rows = list(refreshing.question_rows(questions, run, existing))
    print(f"\n{len(rows)} questions for a person (--questions FILE lists them all):")
    print(refreshing.rows_text(rows[:MOST_NAMED]), end="")
    if len(rows) > MOST_NAMED:
        print(f"  and {len(rows) - MOST_NAMED} more.")


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
