"""Looks for places in older commits that are withheld today.

scripts/history.py              all branches and tags
scripts/history.py v1..main     these commits

A place that was published and then withheld still stands in the commits before. Whoever has the repository can read it
there. This counts such places by commit; it names no place and no entry. How to take them out stands in CONTRIBUTING.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from resource_directory.loading import repository_root
from resource_directory.model import place_named
from resource_directory.reading import RESOURCES
from resource_directory.rules import texts
from resource_directory.secrecy import telling
from resource_directory.yaml_nodes import compose_bytes


@dataclass(frozen=True)
class Version:
    """One content that a record's file had, and the commit that brought it."""

    commit: str
    path: str
    blob: str


def versions(root: Path, revisions: str) -> Iterator[Version]:
    """Every content of every record's file in the commits, the oldest first. Raises CalledProcessError."""
    command = ["log", "--reverse", "--format=%H", "--raw", "--no-abbrev", "--no-renames", "-m", "-z", revisions, "--"]
    fields = iter(_git(root, *command, str(RESOURCES)).decode(errors="surrogateescape").split("\0"))
    commit = ""
    for part in fields:
        told = part.strip()
        if told.startswith(":"):
            _, mode, _, blob, status = told.split(" ")
            path = next(fields)
            if status != "D" and mode.startswith("100"):
                yield Version(commit, path, blob)
        elif told:
            commit = told


def contents(root: Path, blobs: Iterable[str]) -> dict[str, bytes]:
    """The bytes of blobs."""
    wanted = list(dict.fromkeys(blobs))
    told = _git(root, "cat-file", "--batch", given="".join(f"{blob}\n" for blob in wanted).encode())
    found, at = {}, 0
    for blob in wanted:
        end = told.index(b"\n", at)
        size = int(told[at:end].split()[2])
        found[blob] = told[end + 1 : end + 1 + size]
        at = end + size + 2
    return found


def _git(root: Path, *command: str, given: bytes = b"") -> bytes:
    done = subprocess.run(["git", "-C", str(root), *command], input=given, check=True, capture_output=True)
    return done.stdout


def record_of(content: bytes) -> Mapping[str, Any]:
    """The data of a record's file; empty for what cannot be read."""
    data = compose_bytes(content, "").data
    return data if isinstance(data, dict) else {}


def is_withheld(record: Mapping[str, Any]) -> bool:
    """Whether the record's place may not be known."""
    place = record.get("location")
    visibility = place.get("visibility") if isinstance(place, dict) else None
    authorised = isinstance(place, dict) and "authorisation" in place
    return visibility == "withheld" or (record.get("type") == "domestic_violence" and not authorised)


def tells_place(record: Mapping[str, Any]) -> bool:
    """Whether the record gives more than a town, in its location or in words."""
    place = record.get("location")
    if isinstance(place, dict):
        address = place.get("address")
        if place_named(place, address if isinstance(address, dict) else ()) is not None:
            return True
    return any(telling(text) for _, text in texts({name: rest for name, rest in record.items() if name != "location"}))


def marks(path: str, record: Mapping[str, Any]) -> Iterator[str]:
    """By what a record is known again: its file, those of its former ids, and its numbers in registers."""
    yield path
    former = record.get("former_ids")
    for old in former if isinstance(former, list) else ():
        yield f"{path.rpartition('/')[0]}/{old}.yml"
    for entry in record.get("registry_ids") or ():
        if isinstance(entry, dict):
            yield f"{record.get('type')} {entry.get('registry')} {entry.get('id')}"


@dataclass(frozen=True)
class Found:
    """Numbers of places by the commit that brought them."""

    #: Of records that are withheld today.
    withheld: Counter[str] = field(default_factory=Counter)
    #: Of records of which nothing is left: a row that is held back today may be among them.
    gone: Counter[str] = field(default_factory=Counter)
    #: Files that are withheld today or gone, and that nobody could read: look at them.
    unread: Counter[str] = field(default_factory=Counter)


def old_places(root: Path, revisions: str) -> Found:
    """The places that commits hold and the records of today do not."""
    now = {
        path.relative_to(root).as_posix(): record_of(path.read_bytes())
        for path in sorted((root / RESOURCES).rglob("*.yml"))
    }
    hidden = {mark for path, record in now.items() if is_withheld(record) for mark in marks(path, record)}
    there = {mark for path, record in now.items() for mark in marks(path, record)}
    doubtful = [version for version in versions(root, revisions) if version.path in hidden or version.path not in now]
    texts_of = contents(root, (version.blob for version in doubtful))
    found = Found()
    for version in doubtful:
        record = record_of(texts_of[version.blob])
        own = set(marks(version.path, record))
        if not record and texts_of[version.blob].strip():
            found.unread[version.commit] += 1
        if not tells_place(record):
            continue
        if is_withheld(record) or own & hidden:
            found.withheld[version.commit] += 1
        elif not own & there:
            found.gone[version.commit] += 1
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """0 where no commit holds such a place, 1 where one does, 2 where the commits cannot be read."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("revisions", nargs="?", default="--all", help="commits to look at (default: all)")
    options = parser.parse_args(arguments)
    try:
        root = repository_root(Path.cwd())
        if _git(root, "rev-parse", "--is-shallow-repository").strip() == b"true":
            print("This clone does not have all commits. Fetch them first: git fetch --unshallow.", file=sys.stderr)
            return 2
        found = old_places(root, options.revisions)
    except subprocess.CalledProcessError as error:
        print(error.stderr.decode(errors="replace").strip(), file=sys.stderr)
        return 2
    except OSError as error:
        print(error, file=sys.stderr)
        return 2
    commits = dict.fromkeys((*found.withheld, *found.gone, *found.unread))
    for commit in commits:
        counted = f"{found.withheld[commit]} withheld today\t{found.gone[commit]} of records that are gone"
        print(f"{commit[:12]}\t{counted}\t{found.unread[commit]} unreadable")
    print(
        f"{found.withheld.total()} places that are withheld today, {found.gone.total()} of gone records, "
        f"{found.unread.total()} files that cannot be read.",
        file=sys.stderr,
    )
    return 1 if commits else 0


if __name__ == "__main__":
    raise SystemExit(main())
