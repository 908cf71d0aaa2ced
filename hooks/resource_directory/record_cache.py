"""Records that were read and found good before, so that an unchanged file is not read into a record again.

An entry is found by the file's path and the digest of its bytes, under a stamp of everything that reading and checking
depend on: the code, the vocabularies, the places, the day. Safe to delete; a file of the cache that is not whole, or
was made by other code, is as good as none. It holds records only, and a withheld place is in no record.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import shutil
import stat
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

import pydantic

from resource_directory.model import Record
from resource_directory.processes import collector_off

CACHE = Path(".cache/directory")
#: Repositories (copies, tests) whose caches are kept in one folder, however old.
KEPT = 6
#: Younger ones are never cleared away: another build may be using them.
YOUNG_SECONDS = 3600
_DIGEST = 16

Entries = dict[str, tuple[bytes, Record]]


def digest(content: bytes) -> bytes:
    """16 bytes that tell one content from another."""
    return hashlib.blake2b(content, digest_size=_DIGEST).digest()


@cache
def code_stamp() -> str:
    """Stands for the package's own code and the versions that a pickle depends on."""
    told = hashlib.blake2b(f"{sys.version} {pydantic.VERSION}".encode(), digest_size=_DIGEST)
    _tell_files(told, sorted(Path(__file__).resolve().parent.rglob("*.py")))
    return told.hexdigest()


def stamp_of_files(files: Iterable[Path]) -> str:
    """Stands for the code and the content of some files."""
    told = hashlib.blake2b(code_stamp().encode(), digest_size=_DIGEST)
    _tell_files(told, sorted(files))
    return told.hexdigest()


def stamp_of(root: Path, today: date) -> str:
    """Stands for everything but records that reading and checking depend on: code, words, places, shapes, the day."""
    told = hashlib.blake2b(f"{code_stamp()} {today}".encode(), digest_size=_DIGEST)
    # Libraries tell days, hours, shapes and miles.
    _tell_files(told, root.glob("requirements.lock"))
    _tell_files(told, sorted((root / "data/vocab").glob("*.yml")))
    _tell_files(told, sorted((root / "data/places").glob("*.csv")))
    for file in sorted((root / ".cache/us-atlas").glob("*.geojson")):
        told.update(f"\n{file.name} {file.stat().st_size} {file.stat().st_mtime_ns}".encode())
    return told.hexdigest()


def _tell_files(told: hashlib.blake2b, files: Iterable[Path]) -> None:
    for file in files:
        told.update(f"\n{file.name} {file.stat().st_size} ".encode())
        told.update(file.read_bytes())


def folder_of(root: Path) -> Path:
    """The folder of a repository's caches; those of repositories not built for long are cleared away."""
    top = root / CACHE
    own = top / digest(os.fsencode(root.resolve())).hex()
    own.mkdir(parents=True, exist_ok=True)
    os.utime(own)
    ages = sorted((_age(folder), folder) for folder in top.iterdir())
    for age, old in ages[KEPT:]:
        if age > YOUNG_SECONDS:
            shutil.rmtree(old, ignore_errors=True)
    return own


def _age(folder: Path) -> float:
    """Seconds since a folder was last used; none where another build has just cleared it away."""
    try:
        return time.time() - folder.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def write_whole(file: Path, content: bytes) -> None:
    """Writes a file that others may read at the same time: they see the old one or the new one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(content)
        os.replace(name, file)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def write_pickle(file: Path, stamp: str, data: object) -> None:
    """Pickles data behind its stamp and a digest that tells whether it is whole."""
    body = pickle.dumps(data, protocol=pickle.HIGHEST_PROTOCOL)
    write_whole(file, stamp.encode() + digest(body) + body)


def read_pickle(file: Path, stamp: str) -> object | None:
    """What `write_pickle` wrote; None where there is none, it is not whole, or the stamp is another's."""
    try:
        content = file.read_bytes()
    except OSError:
        return None
    head, told, body = content[: len(stamp)], content[len(stamp) :][:_DIGEST], content[len(stamp) + _DIGEST :]
    if head != stamp.encode() or told != digest(body):
        return None
    with collector_off():
        loaded: object = pickle.loads(body)  # noqa: S301 (our own file, whole, by this very code)
    return loaded


def digest_of_file(root: Path, path: str) -> bytes | None:
    """The digest of a plain file's bytes; None for a link or what cannot be read, which the reader then tells of."""
    # Plain text paths: at 24,000 files, pathlib's objects would take longer than reading.
    name = f"{root}/{path}"
    try:
        if not stat.S_ISREG(os.lstat(name).st_mode):
            return None
        with open(name, "rb", buffering=0) as opened:
            return digest(opened.read())
    except OSError:
        return None


@dataclass
class RecordCache:
    """Records by path, in a file a state."""

    folder: Path
    stamp: str
    #: States of which all records are read; of others only some, which are kept apart. Empty: all of all.
    whole: frozenset[str] = frozenset()
    _states: dict[str, Entries] = field(default_factory=dict)

    def find(self, path: str, told: bytes | None) -> Record | None:
        """The record that a file with this digest holds."""
        entry = self._of_state(path.split("/")[2]).get(path)
        return entry[1] if entry is not None and entry[0] == told else None

    def keep(self, read: Iterable[tuple[str, bytes | None, Record]]) -> None:
        """Keeps good records, and writes the states that have new ones or lost some."""
        states: dict[str, Entries] = defaultdict(dict)
        for path, told, record in read:
            if told is not None:
                states[path.split("/")[2]][path] = (told, record)
        for state, entries in states.items():
            if _digests(entries) != _digests(self._of_state(state)):
                write_pickle(self._file(state), self.stamp, entries)
                self._states[state] = entries

    def digest_of(self, path: str) -> bytes:
        """The digest of a file that is kept."""
        return self._of_state(path.split("/")[2])[path][0]

    def _file(self, state: str) -> Path:
        part = "-some" if self.whole and state not in self.whole else ""
        return self.folder / f"records-{state}{part}.pickle"

    def _of_state(self, state: str) -> Entries:
        if state not in self._states:
            found = read_pickle(self._file(state), self.stamp)
            self._states[state] = found if isinstance(found, dict) else {}
        return self._states[state]


def _digests(entries: Entries) -> Mapping[str, bytes]:
    return {path: told for path, (told, _) in entries.items()}
