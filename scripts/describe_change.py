"""Says in plain words what changes from one commit to another. Reads the commits with git and checks nothing out.

scripts/describe_change.py main HEAD                  for a terminal
scripts/describe_change.py HEAD^1 HEAD --format md    for a comment
scripts/describe_change.py HEAD^1 HEAD --format json  for scripts/comment.py, which makes the comment of it
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from resource_directory.change_text import as_json, as_markdown, as_text
from resource_directory.commits import Commits
from resource_directory.describing import Setting, describe
from resource_directory.loading import repository_root, today_of
from resource_directory.places import load_places
from resource_directory.problems import printable
from resource_directory.vocabulary import VocabularyError, load_vocabulary

FORMATS = {"text": as_text, "md": as_markdown, "json": as_json}


def main(argv: Sequence[str] | None = None) -> int:
    """0 when the change could be described, 2 when not."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", help="the commit before")
    parser.add_argument("head", help="the commit after")
    parser.add_argument("--root", type=Path, help="the repository (default: the one around this folder)")
    parser.add_argument("--format", choices=tuple(FORMATS), default="text")
    options = parser.parse_args(argv)
    try:
        root = (options.root or repository_root(Path.cwd())).resolve()
        setting = Setting(load_vocabulary(root / "data/vocab"), load_places(root / "data/places"), today_of(os.environ))
        described = describe(Commits(root), options.base, options.head, setting)
    except subprocess.CalledProcessError as error:
        print(printable(os.fsdecode(error.stderr).strip()) or "git failed.", file=sys.stderr)
        return 2
    except (VocabularyError, ValueError, OSError, subprocess.TimeoutExpired) as error:
        print(printable(str(error)), file=sys.stderr)
        return 2
    sys.stdout.write(FORMATS[options.format](described))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
