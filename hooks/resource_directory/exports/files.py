"""Which file of the open data stands where. Addresses under `data/v1/` never change; what breaks a reader is `v2`.

A state's files are made with its pages, those of everything from the same pieces after them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

import orjson

from resource_directory.commits import Commits
from resource_directory.directory import Directory
from resource_directory.exports.archives import Piece, gzip_file, piece, zip_file
from resource_directory.exports.facts import address
from resource_directory.exports.feed import feeds
from resource_directory.exports.history import history
from resource_directory.exports.hsds_schema import service_schema
from resource_directory.exports.hsds_tables import TABLES, datapackage, file_of
from resource_directory.exports.parts import BETWEEN, COUNTRY, Part, Parts
from resource_directory.exports.plain import Counties, record_json
from resource_directory.exports.plain_schema import county_schema, record_schema
from resource_directory.exports.table import csv_line, header_line
from resource_directory.gaps import Gaps
from resource_directory.problems import Problem
from resource_directory.publishers import published

FOLDER = "data/v1"
#: The folder of files of everything.
ALL = "all"
JSON = dict[str, Any]
#: What the data packages' names begin with.
PACKAGE = "community-resources"
MEDIA_TYPES: Mapping[str, str] = {
    "csv": "text/csv",
    "geojson": "application/geo+json",
    "json": "application/json",
    "gz": "application/gzip",
    "zip": "application/zip",
    "txt": "text/plain",
}


@dataclass(frozen=True)
class Listed:
    """A file as the manifest names it. `path` begins at the manifest's folder."""

    path: str
    content: bytes = field(repr=False)

    def as_json(self) -> JSON:
        kind = MEDIA_TYPES[self.path.rpartition(".")[2]]
        told = hashlib.sha256(self.content).hexdigest()
        return {"path": self.path, "bytes": len(self.content), "sha256": told, "media_type": kind}


@dataclass(frozen=True)
class ExportFiles:
    """All files of the open data."""

    directory: Directory
    #: The text of the terms under which the data is given.
    licence: str = ""
    cache: tuple[Path, str] | None = None
    #: What is missing where, if it is worked out already.
    gaps: Gaps | None = field(default=None, repr=False)

    @cached_property
    def parts(self) -> Parts:
        return Parts(self.directory, self.cache)

    @cached_property
    def _counties(self) -> Counties:
        return Counties(self.directory, self.gaps if self.gaps is not None else Gaps(self.directory))

    def of_state(self, slug: str) -> Iterator[tuple[str, bytes]]:
        """(address, bytes) of the files of a state (`co`) or of the country (`us`), its entries and its counties."""
        listed = []
        for file in chain(self._downloads(slug, [self.parts.of(slug)]), self._single(slug)):
            listed.append(file.as_json())
            yield f"{FOLDER}/{file.path}", file.content
        yield f"{FOLDER}/{slug}/manifest.json", _lines(self._manifest(slug, listed))

    def shared(self) -> Iterator[tuple[str, bytes]]:
        """(address, bytes) of the files of everything, the schemas, the licence, and the manifest of all downloads."""
        parts = [self.parts.of(slug) for slug in self.parts.slugs]
        listed = []
        for file in chain(self._downloads(ALL, parts), self._schemas()):
            listed.append(file.as_json())
            yield f"{FOLDER}/{file.path}", file.content
        for part in parts:
            listed += [file.as_json() for file in self._downloads(part.slug, [part])]
        yield f"{FOLDER}/manifest.json", _lines(self._manifest(ALL, listed))

    def problems(self) -> tuple[Problem, ...]:
        """Every entry that is not valid HSDS."""
        return tuple(problem for slug in self.parts.slugs for problem in self.parts.of(slug).problems)

    def valid(self) -> tuple[int, int]:
        """How many services are valid HSDS, and how many there are."""
        parts = [self.parts.of(slug) for slug in self.parts.slugs]
        return sum(part.valid for part in parts), sum(part.records for part in parts)

    def _downloads(self, name: str, parts: Iterable[Part]) -> Iterator[Listed]:
        """The files that hold all records of some parts: compressed, but for a state's table."""
        kept = tuple(parts)
        about = self._about(name)
        table = b"".join((_HEADER, *(part.rows for part in kept)))
        if name == ALL:
            yield Listed(f"{name}/records.csv.zip", zip_file({"records.csv": (piece(table),)}))
        else:
            yield Listed(f"{name}/records.csv", table)
        yield from self._maps(name, kept, about)
        yield Listed(f"{name}/hsds.json.gz", _services(kept, about))
        yield Listed(f"{name}/datapackage.zip", self._package(name, kept, about))

    def _maps(self, name: str, parts: tuple[Part, ...], about: JSON) -> Iterator[Listed]:
        head, tail = _collection(about)
        packed = _joined(part.features_piece for part in parts)
        yield Listed(f"{name}/records.geojson.gz", gzip_file((piece(head), *packed, piece(tail))))
        if name != COUNTRY:
            regions = BETWEEN.join(part.regions for part in parts if part.regions)
            yield Listed(f"{name}/regions.geojson.gz", gzip_file((piece(head + regions + tail),)))

    def _package(self, name: str, parts: tuple[Part, ...], about: JSON) -> bytes:
        """The data package: the tables, and what they are."""
        lent = frozenset().union(*(part.lent for part in parts))
        borrowed: dict[str, dict[str, str]] = {}
        for part in parts:
            for (table, key), line in part.borrowed.items():
                if key not in lent:
                    borrowed.setdefault(table, {})[key] = line
        contents: dict[str, tuple[Piece, ...]] = {"datapackage.json": (piece(_text(self._descriptor(name, about))),)}
        for table, columns in TABLES.items():
            own = (part.tables[table] for part in parts if table in part.tables)
            last = "".join(line for _, line in sorted(borrowed.get(table, {}).items()))
            contents[file_of(table)] = (piece(csv_line(columns).encode()), *own, piece(last.encode()))
        return zip_file(contents)

    def _descriptor(self, name: str, about: JSON) -> JSON:
        terms = about["licence"]
        return datapackage(
            f"{PACKAGE}-{name}",
            about["title"],
            version=about["made"],
            created=f"{about['made']}T00:00:00Z",
            licenses=[{"name": "CC0-1.0", "path": terms["url"], "title": terms["name"]}],
            sources=[{"title": one["publisher"], **_path(one)} for one in about["sources"]],
            homepage=about.get("site", ""),
        )

    def _single(self, slug: str) -> Iterator[Listed]:
        """A file an entry and a county."""
        for record in self.parts.records(slug):
            yield Listed(f"resources/{record.id}.json", orjson.dumps(record_json(self.directory, record)))
            for old in record.former_ids or ():
                yield Listed(f"resources/{old}.json", orjson.dumps({"id": old, "moved_to": record.id}))
        if slug != COUNTRY:
            for county, known in self._counties.of_state(slug):
                yield Listed(f"counties/{county.fips}.json", orjson.dumps(known))

    def _schemas(self) -> Iterator[Listed]:
        words = self.directory.vocabulary
        schemas = {"hsds-service": service_schema(), "record": record_schema(words), "county": county_schema(words)}
        for name, schema in schemas.items():
            yield Listed(f"schema/{name}.json", _text(schema))
        yield Listed("licence.txt", self.licence.encode())

    def _manifest(self, name: str, files: list[JSON]) -> JSON:
        return {**self._about(name), "files": files}

    def _about(self, name: str) -> JSON:
        """What every file says of itself: what it is, how old, under which terms, and from whom the facts are."""
        directory, site = self.directory, address(self.directory, "")
        records = directory.in_order if name == ALL else self.parts.records(name)
        area = {} if name == ALL else {"state": name}
        return {
            "title": directory.settings.name,
            **area,
            "version": "1",
            "made": directory.today.isoformat(),
            **({"site": site} if site else {}),
            "records": len(records),
            "licence": {
                "name": "CC0-1.0 for our own words; facts of others keep their publishers' terms",
                "url": "https://creativecommons.org/publicdomain/zero/1.0/",
                "terms": f"{site}{FOLDER}/licence.txt",
            },
            "sources": [
                {
                    "publisher": one.publisher,
                    **({"url": one.url} if one.url else {}),
                    "records": one.number,
                    "confirmed": one.confirmed,
                    "taken_first": one.first.isoformat(),
                    "taken_last": one.last.isoformat(),
                }
                for one in published(records)
            ],
        }


def feed_files(directory: Directory, root: Path | None) -> Iterator[tuple[str, bytes]]:
    """(address, bytes) of the feeds of changes, from the history of a repository where it has one."""
    known = history(Commits(root), directory) if root is not None else None
    for slug, text in feeds(directory, known):
        yield f"{FOLDER}/{slug}/changes.atom", text.encode()


def _path(source: JSON) -> JSON:
    return {"path": source["url"]} if "url" in source else {}


_HEADER = header_line().encode()
_COMMA = piece(BETWEEN)


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Those that are not empty, with a comma between each two."""
    there = [one for one in pieces if one.length]
    for number, one in enumerate(there):
        if number:
            yield _COMMA
        yield one


def _services(parts: tuple[Part, ...], about: JSON) -> bytes:
    """A gzip file of a page of services as the HSDS API has it, with one service on a line."""
    number = sum(part.records for part in parts)
    page = {
        "total_items": number,
        "total_pages": 1,
        "page_number": 1,
        "size": number,
        "first_page": True,
        "last_page": True,
        "empty": number == 0,
        "x_about": about,
        "contents": [],
    }
    head, tail = orjson.dumps(page)[:-2] + b"\n", b"\n]}\n"
    return gzip_file((piece(head), *_joined(part.services for part in parts), piece(tail)))


def _collection(about: JSON) -> tuple[bytes, bytes]:
    """Beginning and end of a list of features; what it says of itself are foreign members (RFC 7946, 6.1)."""
    text = orjson.dumps({"type": "FeatureCollection", "about": about, "features": []})
    return text[:-2] + b"\n", b"\n]}\n"


def _text(data: JSON) -> bytes:
    return orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _lines(manifest: JSON) -> bytes:
    """A manifest with a line a file: a quarter shorter than with a line a fact, and what differs is seen."""
    head = orjson.dumps({**manifest, "files": []})[:-2]
    return head + b"\n" + BETWEEN.join(map(orjson.dumps, manifest["files"])) + b"\n]}\n"
