#!/usr/bin/env python3
"""Takes in what volunteers heard: the table of scripts/stale.py, with answer, by and date filled in.

scripts/take_results.py co.csv                        says what it would do
scripts/take_results.py co.csv --write                marks what is still right as confirmed
scripts/take_results.py co.csv --letters ~/letters    for what has changed: a letter each, with all facts, to fill in

Answers are: still right, changed, no answer. A row without an answer is left out. A letter that is filled in goes to
scripts/apply_update.py. All problems are shown at once; where there is one, nothing is written.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from resource_directory.loading import load_sources, repository_root, today_of
from resource_directory.problems import Problem, format_problems, printable
from resource_directory.reading import find_files, read_path
from resource_directory.ringing import CHANGED, NO_ANSWER, STILL_RIGHT, Result, read_results
from resource_directory.shapes import ShapesMissing
from resource_directory.updating import letters
from resource_directory.updating.apply import Desk, Outcome, apply_letter
from resource_directory.vocabulary import VocabularyError
from resource_directory.words import count_words

#: No table is larger, in bytes: all entries of the country in one have a quarter of it.
_MOST = 40_000_000


def main(argv: Sequence[str] | None = None) -> int:
    """0 when all rows could be used; 1 with every problem; 2 where nothing could be read."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, help="the filled-in table (CSV)")
    parser.add_argument("--write", action="store_true", help="write what is still right into the entries")
    parser.add_argument("--letters", type=Path, metavar="FOLDER", help="a letter for each entry that has changed")
    options = parser.parse_args(argv)
    try:
        root = repository_root(Path.cwd())
        desk = Desk(root, load_sources(root), today_of(os.environ))
        text = _text_of(options.file)
    except (VocabularyError, ShapesMissing, ValueError, OSError) as error:
        print(printable(str(error)), file=sys.stderr)
        return 2
    paths = {Path(path).stem: path for path in find_files(root)}
    results, mistakes = read_results(text, paths.__contains__, desk.today)
    if mistakes:
        print("\n".join(printable(mistake.as_text(options.file.name)) for mistake in mistakes), file=sys.stderr)
        return 1
    by_answer = {answer: [r for r in results if r.answer == answer] for answer in (STILL_RIGHT, CHANGED, NO_ANSWER)}
    outcomes = [_confirmed(result, desk, options.file.name) for result in by_answer[STILL_RIGHT]]
    problems = [problem for outcome in outcomes for problem in outcome.problems]
    drafts = {} if options.letters is None else {r.id: _draft(paths[r.id], desk) for r in by_answer[CHANGED]}
    problems += [problem for draft in drafts.values() if not isinstance(draft, str) for problem in draft]
    if problems:
        print(format_problems(problems, "text"), file=sys.stderr)
        print("Nothing was written.", file=sys.stderr)
        return 1
    if options.write:
        for outcome in outcomes:
            if outcome.text is not None:
                (root / outcome.path).write_text(outcome.text, encoding="utf-8", newline="\n")
    for key, draft in drafts.items():
        options.letters.mkdir(parents=True, exist_ok=True)
        (options.letters / f"{key}.txt").write_text(f"{draft}\n", encoding="utf-8", newline="\n")
    print(_told(by_answer[CHANGED], by_answer[NO_ANSWER], outcomes, paths, wrote=options.write))
    return 0


def _text_of(file: Path) -> str:
    """The table's text. Raises OSError, and ValueError where it is no text."""
    with file.open("rb") as stream:
        content = stream.read(_MOST)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{file.name} is not in UTF-8. Save the table as 'CSV UTF-8'.") from error


def _confirmed(result: Result, desk: Desk, name: str) -> Outcome:
    """What "still right" makes of an entry: the same as a letter that says so."""
    text = f"{letters.ENTRY}: {result.id}\n{letters.ANSWER}: {letters.RIGHT}\n{letters.END}\n"
    return apply_letter(text, desk, name=f"{name}:{result.line}", by=" ".join(result.by.split()), day=result.day)


def _draft(path: str, desk: Desk) -> str | Sequence[Problem]:
    """The letter with every fact of an entry, to be put right; or why there can be none."""
    read = read_path(desk.root, path, vocabulary=desk.sources.vocabulary, today=desk.today)
    return read.problems if read.record is None else letters.letter_text(read.record, desk.words, letters.CHANGED)


def _told(
    changed: Sequence[Result],
    silent: Sequence[Result],
    outcomes: Sequence[Outcome],
    paths: dict[str, str],
    *,
    wrote: bool,
) -> str:
    """What was done, in plain words."""
    confirmed = [outcome for outcome in outcomes if outcome.text is not None]
    done = "confirmed" if wrote else "would be confirmed (--write)"
    lines = [f"{count_words(len(confirmed), 'entry', 'entries')} {done}."]
    lines += [f"- {outcome.name} ({outcome.path})" for outcome in confirmed]
    lines += [f"- {o.name} ({o.path}): says this already" for o in outcomes if o.text is None]
    if changed:
        lines += [f"{count_words(len(changed), 'entry has', 'entries have')} changed. Write the changes into them."]
        lines += [f"- {paths[r.id]}{f': {r.note}' if r.note else ''}" for r in changed]
    if silent:
        lines += [
            f"{count_words(len(silent), 'entry', 'entries')} without an answer. Ring again.",
            *(f"- {r.id}" for r in silent),
        ]
    return "\n".join(map(printable, lines))


if __name__ == "__main__":
    raise SystemExit(main())
