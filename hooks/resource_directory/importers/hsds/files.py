"""Files of HSDS data, of whatever kind, to services: JSON (a list, a page, an object, a line each), a data package as a
folder or a zip, each maybe compressed with gzip. What is wrong is gathered and told with its place; nothing is raised
for what a file holds."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from resource_directory.importers.hsds.names import Data, Modern, Trouble
from resource_directory.importers.hsds.tables import Tables, table_files

#: Bytes of one file, unpacked: ten times a whole country's.
LARGEST = 1_000_000_000
#: Fields of an answer with many services, as the specification's own interface and others give it.
_PAGES = ("contents", "services", "items", "results")
_TOO_LARGE = Trouble("", f"It has more than {LARGEST:,} bytes.", "Split it.")


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


def read_hsds(path: Path) -> ReadHsds:
    """Everything in a file or folder. Raises OSError where it cannot be opened."""
    if path.is_dir():
        names = {file.relative_to(path).as_posix(): file for file in sorted(path.rglob("*")) if file.is_file()}
        return _package(names, lambda name: _limited(names[name]))
    content = _limited(path)
    if content is None:
        return ReadHsds(troubles=[Trouble(path.name, _TOO_LARGE.message, _TOO_LARGE.fix)])
    if content[:4] == b"PK\x03\x04":
        return _zip(path)
    if content[:2] == b"\x1f\x8b":
        try:
            with gzip.open(path) as stream:
                content = stream.read(LARGEST + 1)
        except (OSError, EOFError) as error:
            fix = "Fetch the file again."
            return ReadHsds(troubles=[Trouble(path.name, f"It cannot be unpacked ({type(error).__name__}).", fix)])
    return _json(path.name, content)


def _limited(path: Path) -> bytes | None:
    return None if path.stat().st_size > LARGEST else path.read_bytes()


def _zip(path: Path) -> ReadHsds:
    try:
        with zipfile.ZipFile(path) as packed:
            sizes = {entry.filename: entry.file_size for entry in packed.infolist() if not entry.is_dir()}
            return _package(sizes, lambda name: None if sizes[name] > LARGEST else packed.read(name))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        fix = "Fetch the file again; it may not be locked with a password."
        return ReadHsds(troubles=[Trouble(path.name, f"It cannot be unpacked ({type(error).__name__}).", fix)])


def _package(names: Mapping[str, Any], content: Callable[[str], bytes | None]) -> ReadHsds:
    """The tables of a data package, or the JSON files of a folder without tables."""
    read, modern, tables = ReadHsds(), Modern(), Tables()
    files = table_files(names)
    if not files:
        return _json_files(names, content, read)
    called = _called(names, content, read)
    for name in files:
        text = content(name)
        if text is None:
            read.troubles.append(Trouble(name, _TOO_LARGE.message, _TOO_LARGE.fix))
        else:
            tables.add(name, called.get(name, name), text)
    read.found = [Found(where, service) for where, service in tables.services(modern) if service]
    if not tables.rows.get("service"):
        fix = "A package needs services.csv with a row for each service."
        read.troubles.append(Trouble("services.csv", "There is no row of services.", fix))
    read.troubles += [*tables.troubles, *modern.troubles]
    read.not_read = tables.not_read
    return read


def _called(names: Mapping[str, Any], content: Callable[[str], bytes | None], read: ReadHsds) -> dict[str, str]:
    """What the package's descriptor calls its files, by path, where it has one."""
    found: dict[str, str] = {}
    for descriptor in (name for name in names if name.rpartition("/")[2] == "datapackage.json"):
        folder = descriptor.removesuffix("datapackage.json")
        try:
            resources = orjson.loads(content(descriptor) or b"{}").get("resources", ())
            found |= {f"{folder}{each['path']}": str(each["name"]) for each in resources if "path" in each}
        except (orjson.JSONDecodeError, AttributeError, TypeError, KeyError):
            read.troubles.append(
                Trouble(descriptor, "The descriptor cannot be read.", "The files' own names are used.")
            )
    return found


def _json_files(names: Mapping[str, Any], content: Callable[[str], bytes | None], read: ReadHsds) -> ReadHsds:
    chosen = [name for name in sorted(names) if name.endswith((".json", ".jsonl", ".ndjson"))]
    for name in chosen:
        text = content(name)
        part = _json(name, text) if text is not None else ReadHsds(troubles=[Trouble(name, "It is too large.", "")])
        read.found += part.found
        read.troubles += part.troubles
    if not chosen:
        read.troubles.append(Trouble(".", "There is no table and no JSON file here.", "Name the file or its folder."))
    return read


def _json(file: str, content: bytes) -> ReadHsds:
    """Services of one JSON text, or of one a line."""
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
