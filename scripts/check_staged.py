"""Looks at what the next commit would hold, before anybody can see it. Git runs it after `make hooks`.

scripts/check_staged.py

Reads the staged files themselves, not the folder: records are checked as scripts/check.py does and must be in the
standard form; a place that was withheld may become public only with a recorded decision or authorisation; tables of
publishers, review lists and the like are refused, for they hold addresses of hidden places. No value of a record whose
place is protected is repeated.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from format_data import first_difference
from resource_directory.canonical import canonical_text, comment_lines
from resource_directory.loading import Sources, known_files, load_sources, repository_root, today_of
from resource_directory.model import Record
from resource_directory.problems import Problem, format_problems, printable
from resource_directory.reading import RESOURCES, Finding, field_name, read_bytes
from resource_directory.rules import RuleContext, check_record, check_together
from resource_directory.shapes import ShapesMissing
from resource_directory.vocabulary import VocabularyError
from resource_directory.yaml_nodes import LARGEST_FILE, compose_bytes

#: Bytes above which a file is no text of this project. The largest there is has some 3 MB.
LARGEST = 5_000_000
#: What publishers' tables and review lists look like. The project's own tables stand in the folders behind.
_TABLES = re.compile(r"\.(?:csv|tsv|xlsx?|ods|parquet|sqlite3?|db|mdb|zip|gz)$|review[-_ ]?list", re.IGNORECASE)
_OWN_TABLES = ("data/places/", "tests/", "docs/", "data/imports/")
_LINK = "120000"


def staged(root: Path) -> Mapping[str, tuple[str, str]]:
    """Mode and blob of every file that the next commit changes or adds, by path."""
    head = _git(root, "rev-parse", "--verify", "--quiet", "HEAD", fine=(0, 1)).strip() or _empty(root)
    told = _git(root, "diff", "--cached", "--raw", "-z", "--no-renames", "--no-abbrev", os.fsdecode(head), "--")
    parts = os.fsdecode(told).split("\0")[:-1]
    rows = ((about.lstrip(":").split(" "), path) for about, path in zip(parts[::2], parts[1::2], strict=True))
    return {path: (about[1], about[3]) for about, path in rows if about[4] != "D"}


def _empty(root: Path) -> bytes:
    """The tree without files, which the first commit is compared with."""
    return _git(root, "hash-object", "-t", "tree", "--stdin").strip()


def _git(root: Path, *command: str, fine: Sequence[int] = (0,)) -> bytes:
    whole = ["git", "-C", str(root), *command]
    done = subprocess.run(whole, input=b"", capture_output=True, check=False)
    if done.returncode not in fine:
        raise subprocess.CalledProcessError(done.returncode, whole, done.stdout, done.stderr)
    return done.stdout


def _content(root: Path, blob: str) -> bytes:
    return _git(root, "cat-file", "blob", blob)


def foreign(root: Path, files: Mapping[str, tuple[str, str]]) -> Iterator[Problem]:
    """Files that no commit may hold: tables of publishers, review lists, files of unusual size."""
    for path, (mode, blob) in files.items():
        if _TABLES.search(path) and not path.startswith(_OWN_TABLES):
            words = "A table or a list of places under review may hold addresses of hidden places."
            yield Problem(path, 1, 1, "E402", words, "Keep it outside the repository: git rm --cached, then move it.")
        elif mode != _LINK and int(_git(root, "cat-file", "-s", blob)) > LARGEST:
            words = f"The file is larger than {LARGEST // 1_000_000} MB."
            yield Problem(path, 1, 1, "E102", words, "Keep it outside the repository.")


def record_problems(path: str, content: bytes, context: RuleContext) -> tuple[Record | None, list[Problem]]:
    """What scripts/check.py and scripts/format_data.py would say of a record's bytes."""
    read = read_bytes(content, path, context.vocabulary, context.today)
    if read.record is None:
        return None, list(read.problems)
    problems = [_problem(content, finding) for finding in check_record(read.record, path, context)]
    text, wanted = content.decode("utf-8"), canonical_text(read.record)
    if text != wanted:
        fix = "Run scripts/format_data.py, then git add."
        line = first_difference(text, wanted)
        problems.append(Problem(path, line, 1, "E112", "The file is not in the standard form.", fix))
        fix = "Write it in editor_note, which is kept and not published."
        problems += [Problem(path, at, 1, "E111", "A comment would be lost.", fix) for at in comment_lines(text)]
    return read.record, problems


def _problem(content: bytes, finding: Finding) -> Problem:
    name = field_name(finding.location)
    message = f"{name}: {finding.message}" if name else finding.message
    return compose_bytes(content, finding.path).problem(finding.location, finding.code, message, finding.fix)


def opened(before: Record | None, after: Record, path: str, content: bytes) -> Iterator[Problem]:
    """A place that was withheld becomes public only with a recorded decision or the operator's authorisation."""
    was, now = before.location if before else None, after.location
    if was is None or was.visibility != "withheld" or now is None or now.visibility != "public":
        return
    if now.authorisation is None and now.review is None:
        words = "The place was withheld and becomes public, and nobody has recorded why."
        fix = "Decide with scripts/review.py, or set 'visibility: withheld' again."
        yield compose_bytes(content, path).problem(("location", "visibility"), "E409", f"location: {words}", fix)


def check_staged(root: Path, sources: Sources, today: date) -> list[Problem]:
    """Every problem of the staged files."""
    files = staged(root)
    problems = list(foreign(root, files))
    context = RuleContext(sources.vocabulary, sources.places, sources.shapes, today)
    records: dict[str, Record] = {}
    contents: dict[str, bytes] = {}
    for path, (mode, blob) in files.items():
        if not path.startswith(f"{RESOURCES}/"):
            continue
        if mode == _LINK or path.count("/") != 4 or not path.endswith(".yml"):
            fix = "A record is data/resources/<state>/<type>/<id>.yml."
            problems.append(Problem(path, 1, 1, "E113", "No record can be here.", fix))
            continue
        if int(_git(root, "cat-file", "-s", blob)) > LARGEST_FILE:
            problems.append(Problem(path, 1, 1, "E102", "The file is larger than 64 KiB.", "Shorten it."))
            continue
        contents[path] = _content(root, blob)
        record, found = record_problems(path, contents[path], context)
        problems += found
        if record is not None:
            records[path] = record
            problems += opened(_before(root, path, context), record, path, contents[path])
    if records:
        together = check_together(records, known_files(root, sources, today))
        problems += [_problem(contents[finding.path], finding) for finding in together if finding.path in contents]
    return problems


def _before(root: Path, path: str, context: RuleContext) -> Record | None:
    """The record as the last commit holds it, where it can be read."""
    content = _git(root, "cat-file", "blob", f"HEAD:{path}", fine=(0, 128))
    return read_bytes(content, path, context.vocabulary, context.today).record if content else None


def main() -> int:
    """0 where the commit may be made, 1 where not, 2 where nothing could be looked at: then it may not either."""
    try:
        root = repository_root(Path.cwd())
        problems = check_staged(root, load_sources(root), today_of(os.environ))
    except VocabularyError as error:
        print(format_problems(error.problems, "text"), file=sys.stderr)
        return 2
    except subprocess.CalledProcessError as error:
        print(printable(os.fsdecode(error.stderr).strip()) or error, file=sys.stderr)
        return 2
    except (ShapesMissing, ValueError, OSError) as error:
        print(printable(str(error)), file=sys.stderr)
        return 2
    if problems:
        print(format_problems(problems, "text"), file=sys.stderr)
        print(
            "Nothing was committed. Mend this first; if a hidden place stands in a file, do not push.", file=sys.stderr
        )
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
