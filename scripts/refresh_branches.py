"""Local git branches for a refresh, one a state, made without touching the working tree. No network.

A branch that this script made is made anew when the tables or the records have changed since; one on which a person
has worked is left alone, and said so.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

#: Stands in the commit, and tells the machine's commits from a person's.
TRAILER = "Made-by: scripts/import_sources.py"
PREFIX = "refresh/"


class GitError(Exception):
    """Git could not do it; the message is git's own."""


def make_branch(
    root: Path, state: str, texts: Mapping[str, str], message: str
) -> Literal["made", "same", "nothing", "a person's"]:
    """Makes `refresh/<state>`: the commit checked out, with `texts` by path on top. `nothing` where they change
    nothing, `same` where the branch has them already, `a person's` where others have committed to it. Raises GitError.
    """
    name = f"refs/heads/{PREFIX}{state}"
    head = _git(root, "rev-parse", "HEAD")
    tree = _tree(root, texts)
    if tree == _git(root, "rev-parse", "HEAD^{tree}"):
        return "nothing"
    tip = _tip(root, name)
    if tip and not _is_ours(root, head, tip):
        return "a person's"
    if tip and _git(root, "rev-parse", f"{tip}^{{tree}}") == tree and _git(root, "rev-parse", f"{tip}^") == head:
        return "same"
    commit = _git(root, "commit-tree", tree, "-p", head, given=f"{message}\n\n{TRAILER}\n")
    _git(root, "update-ref", name, commit, tip or "0" * len(commit))
    return "made"


def _tip(root: Path, name: str) -> str:
    return _git(root, "for-each-ref", "--format=%(objectname)", name)


def _is_ours(root: Path, head: str, tip: str) -> bool:
    """True where every commit of the branch that is not in the one checked out is the machine's."""
    told = _git(root, "log", "--format=%B%x00", f"{head}..{tip}")
    return all(TRAILER in body for body in told.split("\0") if body.strip())


def _tree(root: Path, texts: Mapping[str, str]) -> str:
    """The tree of the commit checked out with the texts in place, through an index of its own."""
    with tempfile.TemporaryDirectory() as folder:
        own = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        _git(root, "read-tree", "HEAD", more=own)
        entries = zip(_blobs(root, Path(folder), list(texts.values())), texts, strict=True)
        index = "".join(f"100644 {blob}\t{path}\n" for blob, path in entries)
        _git(root, "update-index", "--add", "--index-info", given=index, more=own)
        return _git(root, "write-tree", more=own)


def _blobs(root: Path, folder: Path, texts: Sequence[str]) -> list[str]:
    """The texts in git's store, all by one process: a new edition of a list can touch ten thousand records."""
    files = [folder / str(number) for number in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_bytes(text.encode("utf-8"))
    given = "".join(f"{file}\n" for file in files)
    return _git(root, "hash-object", "-w", "--no-filters", "--stdin-paths", given=given).split()


def _git(root: Path, *arguments: str, given: str | None = None, more: Mapping[str, str] | None = None) -> str:
    command = ["git", "-C", str(root), *arguments]
    done = subprocess.run(
        command,
        input=(given or "").encode(),
        capture_output=True,
        check=False,
        env={**os.environ, **(more or {})},
    )
    if done.returncode:
        raise GitError(f"git {arguments[0]}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout.decode().strip()
