#!/usr/bin/env python3
"""What is missing where, as a table; and what changed since an earlier table, as an agenda for a meeting.

scripts/gaps.py                                       the table of all states (CSV)
scripts/gaps.py --state co --output colorado.csv      of one state, into a file
scripts/gaps.py --since earlier.csv                   what changed since that table was made
scripts/gaps.py --since earlier.csv --state co --format md
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from resource_directory.directory import Settings
from resource_directory.gap_changes import FORMATS, agenda, compare
from resource_directory.gap_files import BadGapFile, gap_table, read_gap_table
from resource_directory.gaps import Gaps
from resource_directory.loading import BadRecords, load_directory, repository_root, today_of
from resource_directory.problems import format_problems, printable
from resource_directory.shapes import ShapesMissing
from resource_directory.vocabulary import VocabularyError
from resource_directory.words import day_words


def main(argv: Sequence[str] | None = None) -> int:
    """0 when it was done; 1 where records or the earlier table cannot be used; 2 for wrong arguments."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--state", type=str.lower, default="", help="one state only, such as co")
    parser.add_argument("--since", type=Path, metavar="FILE", help="an earlier table to compare with")
    parser.add_argument("--format", choices=FORMATS, default="text", help="of what changed (with --since)")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write there instead of printing")
    options = parser.parse_args(argv)
    try:
        # All states are read, whichever is asked for: the nearest place may lie over the border.
        gaps = Gaps(load_directory(repository_root(Path.cwd()), Settings("Gaps"), today_of(os.environ), cached=True))
    except BadRecords as error:
        print(format_problems(error.problems, "text"), file=sys.stderr)
        return 1
    except (ShapesMissing, VocabularyError, ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    if options.state and options.state not in gaps.directory.states:
        parser.error(f"There are no entries for '{options.state}'. States have two letters, such as co.")
    try:
        text = _text(gaps, options)
        _put(text, options.output)
    except BadGapFile as error:
        lines = [printable(mistake.as_text(str(options.since))) for mistake in error.mistakes]
        print("\n".join(lines), file=sys.stderr)
        return 1
    except OSError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _text(gaps: Gaps, options: argparse.Namespace) -> str:
    if options.since is None:
        return gap_table(gaps, [options.state] if options.state else gaps.directory.states)
    before = read_gap_table(options.since.read_bytes())
    return agenda(compare(gaps, before, options.state), day_words(gaps.directory.today), options.format)


def _put(text: str, output: Path | None) -> None:
    if output is None:
        sys.stdout.write(text)
    else:
        output.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    raise SystemExit(main())
