"""What a state keeps, made once as pieces from which its own files and those of the whole country are joined."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson

from resource_directory.directory import Directory
from resource_directory.exports.archives import EMPTY, Piece, piece
from resource_directory.exports.facts import address
from resource_directory.exports.geojson import record_features, region_features
from resource_directory.exports.hsds import Services
from resource_directory.exports.hsds_schema import Validator
from resource_directory.exports.hsds_tables import both, unseen_rows
from resource_directory.exports.hsds_terms import organization_id
from resource_directory.exports.table import csv_line, row_of
from resource_directory.model import Record
from resource_directory.problems import Problem
from resource_directory.record_cache import read_pickle, write_pickle

JSON = dict[str, Any]
#: Stands between the entries of a list: each on a line of its own, so that a file can be read line by line.
BETWEEN = b",\n"
FIX = "Mend the value, or tell us: what is valid in a record should be valid for others."


#: A row that may stand in several parts, by its table and id.
Key = tuple[str, str]
#: Tables whose rows belong to the vocabularies.
_WORDS = frozenset({"taxonomy", "taxonomy_term"})


@dataclass(frozen=True)
class Part:
    """The pieces of a state (`co`, or `us` for what is kept for the whole country)."""

    slug: str
    #: How many records, and how many of their services are valid HSDS.
    records: int = 0
    valid: int = 0
    problems: tuple[Problem, ...] = ()
    #: Services, with BETWEEN.
    services: Piece = EMPTY
    #: By table, the rows of the state's own records, and of the organizations that they are.
    tables: Mapping[str, Piece] = field(default_factory=dict)
    #: Ids of the rows among them that another part may have borrowed.
    lent: frozenset[str] = frozenset()
    #: Lines of what its services name beside: words, and organizations whose records another part keeps.
    borrowed: Mapping[Key, str] = field(default_factory=dict)
    #: Lines of the table of records.
    rows: bytes = b""
    #: Features of records and of regions, with BETWEEN; those of records compressed, too.
    features: bytes = b""
    features_piece: Piece = EMPTY
    regions: bytes = b""


class _Tables:
    """Rows of the data package as they come, sorted by whose they are."""

    def __init__(self, kept: Iterable[Record]) -> None:
        self._organizations = frozenset(organization_id(record.id) for record in kept)
        self._own: dict[str, list[Sequence[str]]] = {}
        self._seen: set[str] = set()
        self.lent: set[str] = set()
        self.borrowed: dict[Key, str] = {}

    def add(self, service: Mapping[str, Any]) -> None:
        """The rows of a service, and of what it names."""
        own, shared = both(service)
        for table, cells in own:
            self._own.setdefault(table, []).append(cells)
        for name, found in shared:
            is_own = found["id"] in self._organizations
            for table, cells in unseen_rows([(name, found)], self._seen):
                if is_own and table not in _WORDS:
                    self._own.setdefault(table, []).append(cells)
                    self.lent.add(cells[0])
                else:
                    self.borrowed[table, cells[0]] = csv_line(cells)

    def pieces(self) -> dict[str, Piece]:
        """The own rows by table, compressed."""
        return {table: piece(csv_text(rows)) for table, rows in self._own.items()}


def csv_text(rows: Iterable[Sequence[str]]) -> bytes:
    """Rows as lines of CSV (RFC 4180): for many in a third of the time that they would take one by one."""
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue().encode()


class Parts:
    """The parts of a Directory. `cache` is a folder where those of unchanged states are kept, with its stamp."""

    def __init__(self, directory: Directory, cache: tuple[Path, str] | None = None) -> None:
        self.directory = directory
        self.cache = cache
        self._made: dict[str, Part] = {}

    @property
    def slugs(self) -> tuple[str, ...]:
        """The states that are shown, and the country, in order."""
        return tuple(sorted((*self.directory.states, COUNTRY)))

    def records(self, slug: str) -> tuple[Record, ...]:
        """The records that a state keeps, by id: an entry does not move when its name changes."""
        return tuple(sorted(self.directory.by_folder.get(slug, ()), key=lambda record: record.id))

    def of(self, slug: str) -> Part:
        """The part of a state, made or as it was kept."""
        if slug not in self._made:
            self._made[slug] = self._kept(slug) or self._make(slug)
        return self._made[slug]

    def _make(self, slug: str) -> Part:
        part = make_part(self.directory, slug, self.records(slug), self.services, self._validator)
        if self.cache is not None:
            folder, stamp = self.cache
            write_pickle(_file(folder, slug), f"{stamp} {self._told(slug)}", part)
        return part

    def _kept(self, slug: str) -> Part | None:
        if self.cache is None:
            return None
        folder, stamp = self.cache
        found = read_pickle(_file(folder, slug), f"{stamp} {self._told(slug)}")
        return found if isinstance(found, Part) else None

    @cached_property
    def services(self) -> Services:
        return Services(self.directory, address(self.directory, ""))

    @cached_property
    def _validator(self) -> Validator:
        return Validator()

    def _told(self, slug: str) -> str:
        """Stands for a state's records and for what they take from others: parents, those named, regions' counties."""
        told, digests = hashlib.blake2b(digest_size=16), self.directory.digests
        for record in self.records(slug):
            named = (record.id, record.organization, getattr(record, "coalition", None))
            instead = record.referral.instead if record.referral else None
            for name in (*named, instead):
                told.update(b"\0" + digests.get(name or "", b""))
            # An organization shows its numbers where offices, maybe of other states, stand below it.
            told.update(b"\1" if record.id in self.directory.offices else b"\0")
            for number in (record.service_area and record.service_area.regions) or ():
                region = self.directory.regions.get(number)
                told.update(digests.get(region.id, b"") if region else b"\0")
        # The shapes of counties name their regions, whoever keeps these.
        for county in self.directory.places.counties_of_state.get(slug.upper(), ()):
            for region, _ in self.directory.regions_of_county.get(county.fips, ()):
                told.update(b"\2" + digests.get(region.id, b""))
        told.update(repr((self.directory.settings.site_url, self.directory.states)).encode())
        return told.hexdigest()


COUNTRY = "us"


def _file(folder: Path, slug: str) -> Path:
    return folder / f"data-{slug}.pickle"


def make_part(
    directory: Directory, slug: str, records: Iterable[Record], services: Services, validator: Validator
) -> Part:
    """The pieces of the records that a state keeps, in the order given."""
    kept = tuple(records)
    lines: list[bytes] = []
    problems: list[Problem] = []
    tables = _Tables(kept)
    for record in kept:
        service = services.of(record)
        lines.append(orjson.dumps(service))
        problems += _problems(directory, record, validator.problems(service))
        tables.add(service)
    features = BETWEEN.join(map(orjson.dumps, record_features(directory, kept)))
    return Part(
        slug=slug,
        records=len(kept),
        valid=len(kept) - len({problem.path for problem in problems}),
        problems=tuple(problems),
        services=piece(BETWEEN.join(lines)),
        tables=tables.pieces(),
        lent=frozenset(tables.lent),
        borrowed=tables.borrowed,
        rows=csv_text(row_of(directory, record) for record in kept),
        features=features,
        features_piece=piece(features),
        regions=BETWEEN.join(map(orjson.dumps, region_features(directory, slug))),
    )


def _problems(directory: Directory, record: Record, found: Iterable[str]) -> Iterator[Problem]:
    for said in found:
        yield Problem(directory.paths[record.id], 1, 1, "E601", f"As HSDS the entry is not valid: {said}.", FIX)
