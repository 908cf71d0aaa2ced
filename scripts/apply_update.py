"""Turns a letter about an entry, or a filled form of an issue, into a change of the entry's file.

    scripts/apply_update.py letter.txt
    scripts/apply_update.py - --by "Program director, Example House" --date 2026-03-12 < letter.txt

Everything in the text is data. All problems are shown at once; where there is one, nothing is written.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from resource_directory.loading import load_sources, repository_root, today_of
from resource_directory.problems import Problem, format_problems, printable
from resource_directory.shapes import ShapesMissing
from resource_directory.updating.apply import Desk, Outcome, apply_letter
from resource_directory.updating.letters import LONGEST
from resource_directory.vocabulary import VocabularyError

#: How many earlier states of a file are looked at for the one that a letter was made from.
EARLIER_STATES = 100
#: No letter is written to a longer text than this, in bytes; no more is read.
_MOST = 4 * LONGEST + 1


def earlier_texts(root: Path, path: str) -> Iterator[str]:
    """The texts of a file in the commits that changed it, the latest first; none where there is no history."""
    log = _git(root, "log", f"--max-count={EARLIER_STATES}", "--format=%H", "--", path)
    for commit in log.split():
        if re.fullmatch(r"[0-9a-f]{40,64}", commit) and (text := _git(root, "show", f"{commit}:{path}")):
            yield text


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(root), *words], check=False, capture_output=True)
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""


def text_of(name: str) -> str:
    """The letter's text. Raises OSError, and ValueError where it is no text."""
    if name == "-":
        content = sys.stdin.buffer.read(_MOST)
    else:
        with Path(name).open("rb") as stream:
            content = stream.read(_MOST)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if len(content) == _MOST:  # Cut in the middle of a letter of the alphabet: too long in any case.
            return content.decode("utf-8", "replace")
        raise ValueError("The text is not in UTF-8. Save the letter as plain text.") from error


def words_of(outcome: Outcome) -> str:
    """What was changed, in plain words, a line each. What cannot be seen is written out."""
    lines = [f"{outcome.name} ({outcome.path})"]
    lines += [f"- {change}" for change in outcome.changes]
    lines += [f"- {note}" for note in outcome.notes]
    if outcome.text is None and not outcome.problems:
        lines.append("- Nothing changes: the entry says all this already.")
    return "\n".join(printable(line) for line in lines)


def told(outcome: Outcome) -> str:
    """A text for a pull request or an issue: in a fence that nothing in it can end, so that it is shown as it is."""
    lines = [words_of(outcome)] if outcome.path else []
    lines += [f"{problem.code} {printable(problem.message)} {printable(problem.fix)}" for problem in outcome.problems]
    text = "\n".join(lines)
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{fence}text\n{text}\n{fence}\n"


def main(argv: Sequence[str] | None = None) -> int:
    """0 where the entry was changed, or says all this already; 1 with every problem; 2 where nothing could be read."""
    parser = argparse.ArgumentParser(description="Change an entry as a letter or a filled form says.")
    parser.add_argument("file", help="the letter's text, or - for standard input")
    parser.add_argument("--root", type=Path, help="the repository (default: the one around this folder)")
    parser.add_argument("--by", default="", help="who confirms it for the organization: role and organization")
    parser.add_argument("--date", type=date.fromisoformat, help="the day of that (default: today)")
    parser.add_argument("--take", action="append", default=[], metavar="LABEL", help="let the letter decide this fact")
    parser.add_argument("--dry-run", action="store_true", help="write nothing")
    parser.add_argument("--words", type=Path, help="also write what was changed, or the problems, to this file")
    options = parser.parse_args(argv)
    try:
        root = options.root.resolve() if options.root else repository_root(Path.cwd())
        text = text_of(options.file)
        desk = Desk(root, load_sources(root), today_of(os.environ), partial(earlier_texts, root))
    except VocabularyError as error:
        print(format_problems(error.problems, "text"), file=sys.stderr)
        return 2
    except (ShapesMissing, ValueError, OSError) as error:
        print(printable(str(error)), file=sys.stderr)
        return 2
    name = "letter" if options.file == "-" else Path(options.file).name
    outcome = apply_letter(text, desk, name=name, by=options.by, day=options.date, take=options.take)
    if options.words:
        options.words.write_text(told(outcome), encoding="utf-8", newline="\n")
    if outcome.problems:
        _show(outcome.problems)
        return 1
    if outcome.text is not None and not options.dry_run:
        (root / outcome.path).write_text(outcome.text, encoding="utf-8", newline="\n")
    print(words_of(outcome))
    return 0


def _show(problems: Sequence[Problem]) -> None:
    print(format_problems(problems, "text"), file=sys.stderr)
    print(f"{len(problems)} problems. Nothing was written.", file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
