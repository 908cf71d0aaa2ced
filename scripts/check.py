"""Checks records: every problem at once, with file, line, code, a plain sentence and the mend.

scripts/check.py                     all records
scripts/check.py FILE ...            these files, against what exists in all
scripts/check.py --changed           what differs from the last commit (or from --base REV)
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from resource_directory.loading import check_files, known_files, load_sources, repository_root, today_of
from resource_directory.problems import format_problems, printable
from resource_directory.reading import RESOURCES, find_files
from resource_directory.record_cache import RecordCache, folder_of, stamp_of
from resource_directory.shapes import ShapesMissing
from resource_directory.vocabulary import VocabularyError


def changed_files(root: Path, base: str) -> tuple[list[str], bool]:
    """Records that were added or changed since `base`, and whether any was deleted or renamed."""
    command = ["git", "-C", str(root), "diff", "--name-status", "-z", "--no-renames", base, "--", str(RESOURCES)]
    fields = _names(command)
    states = list(zip(fields[::2], fields[1::2], strict=True))
    command = ["git", "-C", str(root), "ls-files", "--others", "--exclude-standard", "-z", "--", str(RESOURCES)]
    new = _names(command)
    changed = {path for state, path in states if state != "D"} | set(new)
    return sorted(changed), any(state == "D" for state, _ in states)


def _names(command: Sequence[str]) -> list[str]:
    """What git prints between zero bytes; names of files need not be UTF-8."""
    return os.fsdecode(subprocess.run(command, check=True, capture_output=True).stdout).split("\0")[:-1]


def relative_paths(root: Path, given: Sequence[str]) -> list[str]:
    """Paths as the repository names them; a folder stands for its files. Raises ValueError for others."""
    found: list[str] = []
    for name in given:
        path = Path(os.path.normpath(Path.cwd() / name))
        if not path.is_relative_to(root / RESOURCES):
            raise ValueError(f"{name} is not under {RESOURCES}/.")
        if not path.exists() and not path.is_symlink():
            raise ValueError(f"{name} does not exist.")
        inside = path.relative_to(root).as_posix()
        found += [one for one in find_files(root) if one.startswith(f"{inside}/")] if path.is_dir() else [inside]
    return found


def _regions_cache(root: Path, today: date) -> RecordCache | None:
    """Regions as builds keep them; without a place to keep them they are read each time."""
    try:
        return RecordCache(folder_of(root) / "regions", stamp_of(root, today))
    except OSError:
        return None


def main(argv: Sequence[str] | None = None) -> int:
    """0 where nothing was found, 1 where something was, 2 where nothing could be checked."""
    parser = argparse.ArgumentParser(description="Check records.")
    parser.add_argument("paths", nargs="*", help="files or folders under data/resources/ (default: all)")
    parser.add_argument("--changed", action="store_true", help="only what differs from the last commit")
    parser.add_argument("--base", default="HEAD", help="with --changed: compare with this commit instead")
    parser.add_argument("--format", choices=("text", "github", "json"), default="text")
    options = parser.parse_args(argv)
    try:
        root = repository_root(Path.cwd())
        sources, today = load_sources(root), today_of(os.environ)
        paths, some = relative_paths(root, options.paths), bool(options.paths)
        if options.changed:
            paths, deleted = changed_files(root, options.base)
            some = not deleted
        known = known_files(root, sources, today, _regions_cache(root, today)) if some else None
        wanted = paths if some else list(find_files(root))
        _, problems = check_files(root, wanted, sources, today, known, whole=False, claims=some)
    except VocabularyError as error:
        print(format_problems(error.problems, options.format))
        return 2
    except subprocess.CalledProcessError as error:
        print(os.fsdecode(error.stderr).strip() or error, file=sys.stderr)
        return 2
    except (ShapesMissing, ValueError, OSError) as error:
        print(printable(str(error)), file=sys.stderr)
        return 2
    if problems or options.format == "json":
        print(format_problems(problems, options.format))
    if options.format == "text":
        number = len({problem.path for problem in problems})
        print(f"{len(wanted)} files checked: {len(problems)} problems in {number} files.", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
