"""Puts a new site in the place of the last one: whole, at once, and without touching what has not changed.

A build writes beside the last site, into `.site.new-<process>`. In the end either the folders are swapped, with every
file that has the same bytes linked from the last site, so that it keeps its time; or, where few files changed, the
folder is renamed to `.site.commit-<process>` and its files are moved over the last site's, one rename each. A build
that is killed before that leaves the last site as it was. One that is killed within those few milliseconds has left
all that is needed to finish: the next build does so first.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from resource_directory.record_cache import digest

#: Up to this many changed files are moved one by one; more are swapped with the whole folder.
FEW = 1000
#: What a commit takes away, beside the files that it brings.
_REMOVED = ".removed.json"


class Written(NamedTuple):
    """A file of the site: what tells its bytes, and what a look at the disk tells of it."""

    digest: bytes
    size: int
    time_ns: int


@dataclass
class Staging:
    """The folder in which a site is made, and the last site, where there is one, with what is known of its files."""

    new: Path
    last: Path | None = None
    known: Mapping[str, Written] = field(default_factory=dict)
    _folders: set[str] = field(default_factory=set)

    def put(self, path: str, content: bytes) -> Written:
        """Writes a file (`co/index.html`); where the last site has the same bytes, links its file."""
        told = digest(content)
        target = f"{self.new}/{path}"
        self._make_folder(path)
        before = self._unchanged(path, told, len(content)) or self._same_bytes(path, content, told)
        if before is not None and self._link(path, target):
            return before
        with open(target, "wb", buffering=0) as opened:
            opened.write(content)
            status = os.fstat(opened.fileno())
        return Written(told, len(content), status.st_mtime_ns)

    def keep(self, path: str) -> bool:
        """Takes a file over from the last site as it is; False where it is not there any more as it was."""
        before = self.known.get(path)
        if before is None or not self._is_as_written(path, before):
            return False
        self._make_folder(path)
        return self._link(path, f"{self.new}/{path}")

    def settle(self, path: str) -> Written:
        """For a file that something else wrote into the new folder: the last site's, where the bytes are the same."""
        target = f"{self.new}/{path}"
        with open(target, "rb") as opened:
            content = opened.read()
        told = digest(content)
        before = self._unchanged(path, told, len(content)) or self._same_bytes(path, content, told)
        if before is not None:
            os.unlink(target)
            if self._link(path, target):
                return before
            with open(target, "wb") as opened:
                opened.write(content)
        return Written(told, len(content), os.stat(target).st_mtime_ns)

    def _make_folder(self, path: str) -> None:
        folder = path.rpartition("/")[0]
        if folder not in self._folders:
            try:
                os.mkdir(f"{self.new}/{folder}")
            except OSError:  # It is there, or the folder around it is not.
                os.makedirs(f"{self.new}/{folder}", exist_ok=True)
            self._folders.add(folder)

    def _unchanged(self, path: str, told: bytes, size: int) -> Written | None:
        before = self.known.get(path)
        same = before is not None and before.digest == told and before.size == size
        return before if same and before is not None and self._is_as_written(path, before) else None

    def _same_bytes(self, path: str, content: bytes, told: bytes) -> Written | None:
        """For files of which nothing is known, such as after the cache was deleted."""
        if self.last is None or path in self.known:
            return None
        try:
            with open(f"{self.last}/{path}", "rb", buffering=0) as opened:
                status = os.fstat(opened.fileno())
                if status.st_size == len(content) and opened.read() == content:
                    return Written(told, status.st_size, status.st_mtime_ns)
        except OSError:
            pass
        return None

    def _is_as_written(self, path: str, before: Written) -> bool:
        return self.last is not None and is_as_written(self.last, path, before)

    def _link(self, path: str, target: str) -> bool:
        try:
            os.link(f"{self.last}/{path}", target)
        except OSError:  # A file system without links, or a file that has just gone.
            return False
        return True


def is_as_written(site: Path, path: str, before: Written) -> bool:
    """Whether a file still has the size and time with which it was written."""
    try:
        status = os.stat(f"{site}/{path}")
    except OSError:
        return False
    return status.st_size == before.size and status.st_mtime_ns == before.time_ns


def files_below(folder: Path) -> set[str]:
    """Paths of all files below a folder, relative to it."""
    top = str(folder)
    return {
        os.path.join(place, name)[len(top) + 1 :].replace(os.sep, "/")
        for place, _, names in os.walk(top)
        for name in names
    }


def staging_folder(final: Path) -> Path:
    """Where this process makes a site."""
    return final.parent / f".{final.name}.new-{os.getpid()}"


def commit(new: Path, final: Path, removed: Iterable[str]) -> None:
    """Moves the files of `new` over those of `final`, and takes `removed` away. For few files."""
    (new / _REMOVED).write_text(json.dumps(sorted(removed)), encoding="utf-8")
    ready = final.parent / f".{final.name}.commit-{os.getpid()}"
    new.rename(ready)
    _finish(ready, final)


def _finish(ready: Path, final: Path) -> None:
    removed = json.loads((ready / _REMOVED).read_text(encoding="utf-8"))
    for path in sorted(files_below(ready) - {_REMOVED}):
        target = final / path
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(ready / path, target)
    for path in removed:
        (final / path).unlink(missing_ok=True)
        _clear_empty((final / path).parent, final)
    shutil.rmtree(ready)


def _clear_empty(folder: Path, top: Path) -> None:
    while folder != top and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def swap(new: Path, final: Path) -> None:
    """Puts a finished folder in the place of the last one. Readers see the old site or the new one, nothing between."""
    old = final.parent / f".{final.name}.old-{os.getpid()}"
    if final.exists():
        final.rename(old)
    try:
        new.rename(final)
    except OSError:
        if old.exists():
            old.rename(final)
        raise
    shutil.rmtree(old, ignore_errors=True)


def clear_broken_off(final: Path) -> None:
    """Clears what builds that were killed have left.

    One killed in the middle of a swap gives its old site back; one killed while it moved its last files is finished.
    """
    ours = re.compile(rf"\.{re.escape(final.name)}\.(?:new|old|commit)-(\d+)")
    for left in sorted(final.parent.glob(f".{final.name}.*-*")):
        match = ours.fullmatch(left.name)
        if match is None or _is_running(match[1]):
            continue
        if left.name.startswith(f".{final.name}.old-") and not final.exists():
            left.rename(final)
        elif left.name.startswith(f".{final.name}.commit-") and final.exists() and (left / _REMOVED).is_file():
            _finish(left, final)
        else:
            shutil.rmtree(left, ignore_errors=True)


def _is_running(number: str) -> bool:
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
