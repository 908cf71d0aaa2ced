"""Records as commits hold them, read with git and never checked out. What they hold is not trusted."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from resource_directory.reading import RESOURCES
from resource_directory.yaml_nodes import LARGEST_FILE

#: Seconds that git may take.
PATIENCE = 120
#: Paths in one command: a system takes only so many letters.
GROUP = 2000
_PLAIN_FILE = frozenset({"100644", "100755"})
_NO_BLOB = "0" * 40
_RECORD = re.compile(rf"{RESOURCES}/[a-z]{{2}}/[a-z_]{{1,40}}/[a-z0-9]+(?:-[a-z0-9]+)*\.yml")


@dataclass(frozen=True)
class Blob:
    """A file of a commit: its bytes, or why they are not read."""

    content: bytes | None = None
    refused: str = ""


@dataclass(frozen=True)
class ChangedFile:
    """A file that differs between two commits; a side is None where the file is not there."""

    path: str
    before: Blob | None
    after: Blob | None


@dataclass(frozen=True)
class Touched:
    """A record's file that a commit adds (no blob before), changes, or takes away (no blob after)."""

    path: str
    before: str
    after: str


@dataclass(frozen=True)
class Step:
    """A commit as it came onto the branch, and the records that it touches, in order of path."""

    commit: str
    time: datetime
    touched: tuple[Touched, ...]


@dataclass(frozen=True)
class Commits:
    """A repository, as its object store knows it."""

    root: Path

    def commit(self, name: str) -> str:
        """The full name of a commit. Raises ValueError for what names none, options among them."""
        if name.startswith("-") or not name.isprintable():
            raise ValueError("A commit's name does not begin with a hyphen.")
        try:
            told = self._git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        except subprocess.CalledProcessError as error:
            raise ValueError(f"'{name}' is not a commit here.") from error
        return told.decode("ascii").strip()

    def changed(self, base: str, head: str) -> tuple[list[ChangedFile], list[str]]:
        """Records that differ, with their content, and the paths of all other files that differ, each in order."""
        command = ("diff", "--raw", "-z", "--no-renames", "--no-abbrev", "--no-ext-diff", base, head, "--")
        parts = os.fsdecode(self._git(*command)).split("\0")[:-1]
        records, others = [], []
        for told, path in zip(parts[::2], parts[1::2], strict=True):
            if path.startswith(f"{RESOURCES}/"):
                records.append((path, told.lstrip(":").split(" ")))
            else:
                others.append(path)
        wanted = [blob for _, (_, _, old, new, _) in records for blob in (old, new) if blob != _NO_BLOB]
        contents = self._contents(wanted)
        found = [
            ChangedFile(path, _side(path, mode, old, contents), _side(path, new_mode, new, contents))
            for path, (mode, new_mode, old, new, _) in records
        ]
        return sorted(found, key=lambda file: file.path), sorted(others)

    def paths(self, commit: str) -> tuple[str, ...]:
        """Paths of all records of a commit."""
        told = self._git("ls-tree", "-r", "-z", "--name-only", "--full-tree", commit, "--", str(RESOURCES))
        return tuple(path for path in os.fsdecode(told).split("\0") if _RECORD.fullmatch(path))

    def read(self, commit: str, paths: Iterable[str]) -> Mapping[str, bytes]:
        """The content of records of a commit, by path; what is no plain file of a usual size is left out."""
        wanted = [path for path in dict.fromkeys(paths) if _RECORD.fullmatch(path)]
        rows = []
        for start in range(0, len(wanted), GROUP):
            told = self._git("ls-tree", "-z", "--full-tree", commit, "--", *wanted[start : start + GROUP])
            rows += [row.partition("\t") for row in os.fsdecode(told).split("\0")[:-1]]
        blobs = {path: about.split(" ") for about, _, path in rows}
        plain = {path: blob for path, (mode, _, blob) in blobs.items() if mode in _PLAIN_FILE}
        contents = self._contents(plain.values())
        return {path: contents[blob] for path, blob in plain.items() if blob in contents}

    def holding(self, commit: str, texts: Sequence[str]) -> tuple[str, ...]:
        """Paths of the records of a commit whose file holds one of the texts."""
        if not texts:
            return ()
        given = "".join(f"{text}\n" for text in texts).encode()
        command = ("grep", "-z", "-l", "-F", "--no-color", "-f", "-", commit, "--", str(RESOURCES))
        told = os.fsdecode(self._git(*command, given=given, fine=(0, 1)))
        found = (name.partition(":")[2] for name in told.split("\0")[:-1])
        return tuple(path for path in found if _RECORD.fullmatch(path))

    def has_history(self) -> bool:
        """Whether this is the top of a repository with all of its commits, and not of a shallow one."""
        try:
            told = self._git("rev-parse", "--is-shallow-repository", "--show-prefix").decode().split("\n")
            self._git("rev-parse", "--verify", "--quiet", "HEAD")
        except (subprocess.CalledProcessError, FileNotFoundError):
            return False
        return told[0] == "false" and not told[1]

    def steps(self, since: date) -> Iterator[Step]:
        """What came onto the branch since a day, the newest first: a merge as a whole, not what its branch tried."""
        along = ("--first-parent", "--diff-merges=first-parent", f"--since={since.isoformat()}T00:00:00Z")
        form = ("--raw", "-z", "--no-renames", "--no-abbrev", "--no-ext-diff", "--format=%x01%H %ct")
        told = os.fsdecode(self._git("log", *along, *form, "HEAD", "--", str(RESOURCES)))
        for step in told.split("\1")[1:]:
            head, *rest = step.split("\0")
            commit, seconds = head.split()
            rows = [cell.lstrip("\n") for cell in rest if cell.strip("\n")]
            touched = (
                Touched(path, *(blob if blob != _NO_BLOB else "" for blob in row.split(" ")[2:4]))
                for row, path in zip(rows[::2], rows[1::2], strict=True)
                if _RECORD.fullmatch(path)
            )
            yield Step(commit, datetime.fromtimestamp(int(seconds), UTC), tuple(touched))

    def contents(self, blobs: Iterable[str]) -> Mapping[str, bytes]:
        """Bytes by blob; those larger than a record may be are left out."""
        return self._contents(blobs)

    def _contents(self, blobs: Iterable[str]) -> Mapping[str, bytes]:
        """Bytes by blob; blobs that are larger than a record may be are left out unread."""
        wanted = list(dict.fromkeys(blobs))
        if not wanted:
            return {}
        sizes = self._git("cat-file", "--batch-check", given="".join(f"{blob}\n" for blob in wanted).encode())
        rows = [row.split(" ") for row in sizes.decode("ascii").splitlines()]
        small = [row[0] for row in rows if len(row) == 3 and row[1] == "blob" and int(row[2]) <= LARGEST_FILE]
        told = self._git("cat-file", "--batch", given="".join(f"{blob}\n" for blob in small).encode())
        return dict(_batch(told, small))

    def _git(self, *command: str, given: bytes = b"", fine: Sequence[int] = (0,)) -> bytes:
        """Raises CalledProcessError, TimeoutExpired."""
        # The person's own settings must not change what is read.
        settings = ("--no-pager", "--no-replace-objects", "-c", "core.quotePath=false", "-c", "core.fsmonitor=false")
        whole = ["git", "-C", str(self.root), *settings, *command]
        done = subprocess.run(whole, input=given, capture_output=True, timeout=PATIENCE, check=False)
        if done.returncode not in fine:
            raise subprocess.CalledProcessError(done.returncode, whole, done.stdout, done.stderr)
        return done.stdout


def _batch(told: bytes, blobs: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    at = 0
    for blob in blobs:
        end = told.index(b"\n", at)
        size = int(told[at:end].split()[2])
        yield blob, told[end + 1 : end + 1 + size]
        at = end + size + 2


def _side(path: str, mode: str, blob: str, contents: Mapping[str, bytes]) -> Blob | None:
    if blob == _NO_BLOB:
        return None
    if not _RECORD.fullmatch(path):
        return Blob(refused="No record can be at this place.")
    if mode not in _PLAIN_FILE:
        return Blob(refused="It is a link, not a file.")
    if blob not in contents:
        return Blob(refused="It is larger than a record may be.")
    return Blob(contents[blob])


def stem(path: str) -> str:
    """`example-house` for data/resources/co/domestic_violence/example-house.yml."""
    return path.rpartition("/")[2].removesuffix(".yml")
