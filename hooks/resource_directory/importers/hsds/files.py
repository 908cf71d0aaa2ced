"""Files of HSDS data, of whatever kind, to services: JSON (a list, a page, an object, a line each), a data package as a
folder or a zip, each maybe compressed with gzip. What is wrong is gathered and told with its place; nothing is raised
for what a file holds."""

from __future__ import annotations

import gzip
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import orjson

from resource_directory.importers.hsds.names import Data, Modern, Trouble
from resource_directory.importers.hsds.tables import Tables, table_files

#: What a file that is cut off, damaged, locked or packed in an unknown way (a RuntimeError) makes the unpacking raise.
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
    *(EOFError, RuntimeError, ValueError, OverflowError, OSError),
)
#: Fields of an answer with many services, as the specification's own interface and others give it.
_PAGES = ("contents", "services", "items", "results")


@dataclass(frozen=True)
class Found:
    """A service in its newest form, and where it stands: `services.csv:12` or `hsds.json#/contents/3`."""

    where: str
    service: Data


@dataclass
class ReadHsds:
    """What was read: services, what is wrong, and files that were not looked at."""

    found: list[Found] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    not_read: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Limits:
    """How many bytes are read, unpacked: of one file, and of all files of a package. A whole country has 90 MB."""

    file: int = 500_000_000
    together: int = 1_000_000_000


_Stream = IO[bytes] | gzip.GzipFile
#: Gives the bytes of a file by its name, or says why they cannot be had.
Content = Callable[[str], bytes | Trouble]


class _Allowance:
    """Reads files until as much was read as may be."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._left = limits.together

    def read(
        self, name: str, size: int, opened: Callable[[], _Stream], broken: tuple[type[Exception], ...] = _BROKEN
    ) -> bytes | Trouble:
        """The bytes of a file of `size`, or of one that says nothing of its size (0). `broken` is told; the rest is
        raised, such as an OSError of a file that is not packed."""
        most = min(self._limits.file, self._left)
        if size > most:
            return self._too_large(name, most)
        try:
            with opened() as stream:
                content = stream.read(most + 1)
        except broken as error:
            return _broken(name, error)
        if len(content) > most:
            return self._too_large(name, most)
        self._left -= len(content)
        return content

    def _too_large(self, name: str, most: int) -> Trouble:
        if most == self._limits.file:
            return Trouble(name, f"It is too large: more than {most:,} bytes, unpacked.", "Split it.")
        message = f"It was not read: with it, the files have more than {self._limits.together:,} bytes, unpacked."
        return Trouble(name, message, "Split the package.")


def _broken(name: str, error: Exception) -> Trouble:
    fix = "Fetch the file again; it may not be locked with a password."
    return Trouble(name, f"It cannot be unpacked ({type(error).__name__}).", fix)


def read_hsds(path: Path, limits: Limits | None = None) -> ReadHsds:
    """Everything in a file or folder. Raises OSError where it cannot be opened."""
    allowance = _Allowance(limits or Limits())
    if path.is_dir():
        return _folder(path, allowance)
    with path.open("rb") as stream:
        head = stream.peek(4)
        if head.startswith(b"PK\x03\x04"):
            return _zip(path, allowance)
        if head.startswith(b"\x1f\x8b"):
            content = allowance.read(path.name, 0, lambda: gzip.GzipFile(fileobj=stream))
        else:
            content = allowance.read(path.name, path.stat().st_size, lambda: stream, broken=())
    return _json(path.name, content)


def _folder(path: Path, allowance: _Allowance) -> ReadHsds:
    files = {file.relative_to(path).as_posix(): file for file in sorted(path.rglob("*")) if file.is_file()}

    def content(name: str) -> bytes | Trouble:
        return allowance.read(name, files[name].stat().st_size, lambda: files[name].open("rb"), broken=())

    return _package(files, content)


def _zip(path: Path, allowance: _Allowance) -> ReadHsds:
    try:
        packed = zipfile.ZipFile(path)
    except _BROKEN as error:
        return ReadHsds(troubles=[_broken(path.name, error)])
    with packed:
        entries = {entry.filename: entry for entry in packed.infolist() if not entry.filename.endswith("/")}

        def content(name: str) -> bytes | Trouble:
            return allowance.read(name, entries[name].file_size, lambda: packed.open(entries[name]))

        return _package(entries, content)


def _package(names: Iterable[str], content: Content) -> ReadHsds:
    """The tables of a data package, or the JSON files of a folder without tables."""
    read, modern, tables = ReadHsds(), Modern(), Tables()
    files = table_files(names)
    if not files:
        return _json_files(names, content, read)
    called = _called(names, content, read)
    for name in files:
        if not tables.wants(name, called.get(name, name)):
            continue
        found = content(name)
        if isinstance(found, Trouble):
            read.troubles.append(found)
        else:
            tables.add(name, called.get(name, name), found)
    read.found = [Found(where, service) for where, service in tables.services(modern) if service]
    if not tables.rows.get("service"):
        fix = "A package needs services.csv with a row for each service."
        read.troubles.append(Trouble("services.csv", "There is no row of services.", fix))
    read.troubles += [*tables.troubles, *modern.troubles]
    read.not_read = tables.not_read
    return read


def _called(names: Iterable[str], content: Content, read: ReadHsds) -> dict[str, str]:
    """What the package's descriptor calls its files, by path, where it has one."""
    found: dict[str, str] = {}
    for descriptor in (name for name in names if name.rpartition("/")[2] == "datapackage.json"):
        folder = descriptor.removesuffix("datapackage.json")
        text = content(descriptor)
        if isinstance(text, Trouble):
            read.troubles.append(text)
            continue
        try:
            resources = orjson.loads(text).get("resources", ())
            found |= {f"{folder}{each['path']}": str(each["name"]) for each in resources if "path" in each}
        except (orjson.JSONDecodeError, AttributeError, TypeError, KeyError):
            read.troubles.append(
                Trouble(descriptor, "The descriptor cannot be read.", "The files' own names are used.")
            )
    return found


def _json_files(names: Iterable[str], content: Content, read: ReadHsds) -> ReadHsds:
    chosen = [name for name in sorted(names) if name.endswith((".json", ".jsonl", ".ndjson"))]
    for name in chosen:
        part = _json(name, content(name))
        read.found += part.found
        read.troubles += part.troubles
    if not chosen:
        read.troubles.append(Trouble(".", "There is no table and no JSON file here.", "Name the file or its folder."))
    return read


def _json(file: str, content: bytes | Trouble) -> ReadHsds:
    """Services of one JSON text, or of one a line."""
    if isinstance(content, Trouble):
        return ReadHsds(troubles=[content])
    read, modern = ReadHsds(), Modern()
    entries = list(_entries(file, content, read))
    for where, entry in entries:
        service = modern.of("service", entry, where)
        if service and not service.get("name"):
            read.troubles.append(Trouble(where, "The service has no name.", "Every service needs 'name'."))
        elif service:
            read.found.append(Found(where, service))
    read.troubles += modern.troubles
    if not entries and not read.troubles:
        read.troubles.append(Trouble(file, "There is no service in it.", "Is this the file you mean?"))
    return read


def _entries(file: str, content: bytes, read: ReadHsds) -> Iterator[tuple[str, Any]]:
    """(where, object) of each service in the text."""
    try:
        found = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        lines = content.splitlines()
        if len(lines) < 2 or not _is_json(lines[0]):
            fix = "Name a JSON file, JSON lines, or a data package."
            at = f"{file}:{error.lineno}:{error.colno}"
            read.troubles.append(Trouble(at, f"This is not JSON ({error.msg}).", fix))
            return
        yield from _lines(file, lines, read)
        return
    yield from _services(f"{file}#", found)


def _is_json(line: bytes) -> bool:
    try:
        return isinstance(orjson.loads(line), dict)
    except orjson.JSONDecodeError:
        return False


def _lines(file: str, lines: list[bytes], read: ReadHsds) -> Iterator[tuple[str, Any]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield from _services(f"{file}:{number}#", orjson.loads(line))
        except orjson.JSONDecodeError as error:
            at = f"{file}:{number}:{error.colno}"
            read.troubles.append(Trouble(at, f"This line is not JSON ({error.msg}).", "Write one service a line."))


def _services(where: str, found: Any, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """The services in a list, in a page of an answer, in an organization, or the one that it is."""
    if isinstance(found, list) and depth < _DEEPEST:
        for index, entry in enumerate(found):
            yield from _services(f"{where}/{index}", entry, depth + 1)
        return
    name = next((name for name in _PAGES if _is_page(found, name)), None)
    if name is None or depth >= _DEEPEST:
        yield where, found
        return
    parent = {key: value for key, value in found.items() if key != name} if "name" in found else None
    for at, entry in _services(f"{where}/{name}", found[name], depth + 1):
        yield at, {"organization": parent, **entry} if parent and isinstance(entry, Mapping) else entry


#: Lists in pages in lists, as far as anybody means it.
_DEEPEST = 4


def _is_page(found: Any, name: str) -> bool:
    return isinstance(found, Mapping) and isinstance(found.get(name), list) and "status" not in found
