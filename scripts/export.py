#!/usr/bin/env python3
"""The open data without the site: the files that stand under /data/v1/, written into a folder.

All but the profile of our own fields: that is a page, and is made with the site.

scripts/export.py --to out                     everything
scripts/export.py --to out --state co          what one state keeps (with what is kept for the whole country)
scripts/export.py --to out --format csv        only some of the forms

Every service is checked against HSDS 3.1; where one is not valid nothing is written, and all problems are told.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from resource_directory.building import LICENCE
from resource_directory.directory import Directory, Settings
from resource_directory.exports import ExportFiles, feed_files
from resource_directory.loading import (
    BadRecords,
    configuration,
    load_directory,
    repository_root,
    states_wanted,
    today_of,
)
from resource_directory.problems import format_problems
from resource_directory.processes import collector_off, shared_out
from resource_directory.progress import advancing
from resource_directory.record_cache import folder_of, stamp_of
from resource_directory.shapes import ShapesMissing
from resource_directory.vocabulary import VocabularyError

#: What a file is, by how its address ends or where it stands.
FORMATS = {
    "hsds": ("hsds.json.gz", "schema/hsds-service.json"),
    "datapackage": ("datapackage.zip",),
    "csv": ("records.csv",),
    "geojson": (".geojson", ".geojson.gz"),
    "feed": ("/changes.atom",),
    "json": ("/resources/", "/counties/", "schema/record.json", "schema/county.json"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """0 when it was done; 1 where records cannot be used; 2 for wrong arguments."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=Path, required=True, metavar="DIR", help="a folder; it must be empty or not there")
    parser.add_argument("--state", type=str.lower, default="", help="one state only, such as co")
    parser.add_argument("--format", choices=tuple(FORMATS), action="append", help="only this form; may be repeated")
    options = parser.parse_args(argv)
    if options.to.exists() and (not options.to.is_dir() or any(options.to.iterdir())):
        parser.error(f"{options.to} is there already and is not an empty folder. Name another, or empty it.")
    root = repository_root(Path.cwd())
    try:
        files = _files(root, options.state)
    except BadRecords as error:
        print(format_problems(error.problems, "text"), file=sys.stderr)
        return 1
    except (ShapesMissing, VocabularyError, ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    if options.state and options.state not in files.directory.states:
        parser.error(f"There are no entries for '{options.state}'. States have two letters, such as co.")
    return _export(files, root, options.to, options.format)


def _files(root: Path, state: str) -> ExportFiles:
    block = configuration(root)["extra"]["directory"]
    directory: Directory = load_directory(
        root,
        Settings(block["name"], site_url=block.get("site_url") or ""),
        today_of(os.environ),
        states_wanted(block.get("states") or (), {"STATE": state}),
        cached=True,
    )
    licence = (root / LICENCE).read_text(encoding="utf-8")
    # What a build has made of unchanged states is taken over, and the other way round.
    cache = (folder_of(root), stamp_of(root, directory.today))
    return ExportFiles(directory, licence, cache)


def _export(files: ExportFiles, root: Path, target: Path, formats: Sequence[str] | None) -> int:
    """Writes beside the folder first: what is not whole is never there."""
    target.absolute().parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.absolute().parent))
    try:
        number, size = _write(files, root, beside, tuple(end for name in formats or () for end in FORMATS[name]))
        if problems := files.problems():
            print(format_problems(problems, "text"), file=sys.stderr)
            print(f"{len(problems)} problems; nothing was written.", file=sys.stderr)
            return 1
        if target.exists():
            target.rmdir()
        beside.chmod(0o755)
        beside.rename(target)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    valid, whole = files.valid()
    print(f"{number} files, {size / 1e6:.1f} MB, in {target}. {valid} of {whole} services are valid HSDS 3.1.")
    return 0


def _write(files: ExportFiles, root: Path, folder: Path, ends: Sequence[str]) -> tuple[int, int]:
    """How many files were written, and their bytes. States are shared out among processes; then what all share.

    Feeds of changes come from the history of the repository at `root`, where it has one.
    """
    # The smallest part first and here: what it works out once, indexes and schemas, all processes then have.
    smallest, *slugs = sorted(files.parts.slugs, key=lambda slug: len(files.parts.records(slug)))
    weights = [float(len(files.parts.records(slug)) + 40) for slug in slugs]
    with advancing("Writing data", len(slugs)) as advance, collector_off():
        written = [_put(files.of_state(smallest), folder, ends)]
        written += shared_out(lambda slug: _put(files.of_state(slug), folder, ends), slugs, weights, advance)
    written.append(_put(files.shared(), folder, ends))
    if not ends or set(FORMATS["feed"]) & set(ends):
        written.append(_put(feed_files(files.directory, root), folder, ends))
    return sum(number for number, _ in written), sum(size for _, size in written)


def _put(made: Iterable[tuple[str, bytes]], folder: Path, ends: Sequence[str]) -> tuple[int, int]:
    number = size = 0
    there: set[str] = set()
    for path, content in made:
        if not ends or any(path.endswith(end) or end in path for end in ends):
            parent = path.rpartition("/")[0]
            if parent not in there:
                (folder / parent).mkdir(parents=True, exist_ok=True)
                there.add(parent)
            (folder / path).write_bytes(content)
            number, size = number + 1, size + len(content)
    return number, size


if __name__ == "__main__":
    raise SystemExit(main())
