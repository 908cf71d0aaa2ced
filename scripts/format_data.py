"""Puts records into their one standard form. `--check` only says which are not in it."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import zip_longest
from pathlib import Path

from check import changed_files, relative_paths
from resource_directory.canonical import canonical_text, comment_lines
from resource_directory.loading import repository_root, today_of
from resource_directory.problems import Problem, format_problems
from resource_directory.reading import PARALLEL_FROM, find_files, read_path
from resource_directory.vocabulary import Vocabulary, VocabularyError, load_vocabulary


@dataclass(frozen=True)
class Formatted:
    """A file, its standard text where it differs from what it holds, and what stands in the way."""

    path: str
    text: str | None = None
    problems: tuple[Problem, ...] = ()


def format_file(root: Path, path: str, vocabulary: Vocabulary, today: date) -> Formatted:
    """The standard text of one record. A comment line, which would be lost, is a problem and stops it."""
    read = read_path(root, path, vocabulary=vocabulary, today=today)
    if read.record is None:
        return Formatted(path, problems=read.problems)
    text = (root / path).read_text(encoding="utf-8")
    wanted = canonical_text(read.record)
    if text == wanted:
        return Formatted(path)
    comments = comment_lines(text)
    fix = "Write it in editor_note, which is kept and not published."
    problems = tuple(Problem(path, line, 1, "E111", "A comment would be lost.", fix) for line in comments)
    return Formatted(path, wanted, problems)


def first_difference(old: str, new: str) -> int:
    """The first line, from 1, at which two texts differ."""
    pairs = zip_longest(old.splitlines(), new.splitlines())
    return next((number for number, (a, b) in enumerate(pairs, start=1) if a != b), 1)


def format_all(root: Path, paths: Sequence[str], vocabulary: Vocabulary, today: date) -> Iterator[Formatted]:
    """Every file in order, in two processes where they are many."""
    one = partial(format_file, root, vocabulary=vocabulary, today=today)
    if len(paths) < PARALLEL_FROM:
        yield from map(one, paths)
        return
    with ProcessPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        yield from pool.map(one, paths, chunksize=400)


def main(argv: Sequence[str] | None = None) -> int:
    """0 where all is in the standard form (or was put into it), 1 where not, 2 where nothing could be read."""
    parser = argparse.ArgumentParser(description="Put records into the standard form.")
    parser.add_argument("paths", nargs="*", help="files or folders under data/resources/ (default: all)")
    parser.add_argument("--check", action="store_true", help="write nothing; say which files differ")
    parser.add_argument("--changed", action="store_true", help="only what differs from the last commit")
    parser.add_argument("--base", default="HEAD", help="with --changed: compare with this commit instead")
    parser.add_argument("--format", choices=("text", "github", "json"), default="text")
    options = parser.parse_args(argv)
    try:
        root = repository_root(Path.cwd())
        paths = relative_paths(root, options.paths) if options.paths else list(find_files(root))
        if options.changed:
            paths, _ = changed_files(root, options.base)
        vocabulary = load_vocabulary(root / "data/vocab")
    except subprocess.CalledProcessError as error:
        print(os.fsdecode(error.stderr).strip() or error, file=sys.stderr)
        return 2
    except (VocabularyError, ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    problems: list[Problem] = []
    written = 0
    for entry in format_all(root, paths, vocabulary, today_of(os.environ)):
        problems.extend(entry.problems)
        if entry.text is None or entry.problems:
            continue
        if options.check:
            line = first_difference((root / entry.path).read_text(encoding="utf-8"), entry.text)
            fix = "Run 'make format' (or scripts/format_data.py)."
            problems.append(Problem(entry.path, line, 1, "E112", "The file is not in the standard form.", fix))
        else:
            (root / entry.path).write_text(entry.text, encoding="utf-8", newline="\n")
            written += 1
    if problems:
        print(format_problems(problems, options.format))
    print(f"{written} files put into the standard form; {len(problems)} problems.", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
