"""Writes the files that are generated from the model. `--check` only says which are behind."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from resource_directory.loading import repository_root
from resource_directory.schema import generated_files
from resource_directory.vocabulary import load_vocabulary


def main(argv: Sequence[str] | None = None) -> int:
    """0 where all files are (or were made) up to date, 1 where `--check` found one that is behind."""
    parser = argparse.ArgumentParser(description="Write the generated files.")
    parser.add_argument("--check", action="store_true", help="write nothing; say which files are behind")
    options = parser.parse_args(argv)
    root = repository_root(Path.cwd())
    behind = []
    for path, text in generated_files(load_vocabulary(root / "data/vocab")):
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
