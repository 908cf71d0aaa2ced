"""Writes the files that are generated from the model. `--check` only says which are behind."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Sequence
from pathlib import Path

from resource_directory.exports.hsds_profile import profile_page
from resource_directory.loading import repository_root
from resource_directory.partners import CODE_OWNERS, FILE, KnownNames, code_owners, load_keepers
from resource_directory.reading import find_files
from resource_directory.schema import generated_files
from resource_directory.vocabulary import Vocabulary, VocabularyError, load_vocabulary


def owners_file(root: Path, vocabulary: Vocabulary) -> tuple[Path, str]:
    """GitHub's file of code owners and its text. Raises VocabularyError where a partner names what is not there."""
    with (root / "data/places/states.csv").open(encoding="utf-8", newline="") as stream:
        states = {row["slug"] for row in csv.DictReader(stream)} | {"us"}
    ids = {Path(path).stem for path in find_files(root)}
    return Path(CODE_OWNERS), code_owners(load_keepers(root / FILE, KnownNames(states, vocabulary.types, ids)))


def main(argv: Sequence[str] | None = None) -> int:
    """0 where all files are (or were made) up to date, 1 where `--check` found one that is behind."""
    parser = argparse.ArgumentParser(description="Write the generated files.")
    parser.add_argument("--check", action="store_true", help="write nothing; say which files are behind")
    options = parser.parse_args(argv)
    root = repository_root(Path.cwd())
    behind = []
    try:
        vocabulary = load_vocabulary(root / "data/vocab")
        profile = (Path("docs/data/v1/profile.md"), profile_page(vocabulary))
        wanted = [*generated_files(vocabulary), profile, owners_file(root, vocabulary)]
    except VocabularyError as error:
        print(error, file=sys.stderr)
        return 1
    for path, text in wanted:
        file = root / path
        if file.is_file() and file.read_text(encoding="utf-8") == text:
            continue
        behind.append(path)
        if not options.check:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
    for path in behind:
        print(f"{path}: {'is behind the model. Run: make generate' if options.check else 'written'}", file=sys.stderr)
    return 1 if behind and options.check else 0


if __name__ == "__main__":
    raise SystemExit(main())
