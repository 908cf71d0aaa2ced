"""Tables of a data package joined to nested services, by the keys that the specification declares."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson

from resource_directory.exports.cells import as_written
from resource_directory.exports.hsds_schema import Entity, entities, fact_type
from resource_directory.importers.hsds.names import TABLE_NAMES, Data, Modern, Trouble

#: Tables with nothing that a record has.
NOT_READ = frozenset(
    {
        *("metadata", "meta_table_description", "meta_table_descriptions", "holiday_schedules", "payments_accepted"),
        *("program", "funding", "unit", "service_capacity"),
    }
)
#: Tables of older editions, each row a link between a service and a term, or words about a service.
_LINKS = frozenset({"services_taxonomy", "service_taxonomy", "service_taxonomies"})
_ELIGIBILITY = frozenset({"eligibility", "eligibilities"})
_MISSING = "Add the row, or mend the id."
#: Letters of one cell: a region's border as GeoJSON has some millions.
LONGEST_CELL = 20_000_000


@dataclass
class Row:
    """A row: where it stands (`phones.csv:7`) and its cells, empty ones left out."""

    where: str
    data: Data


@dataclass
class Tables:
    """Rows by object (`phone`), and what is wrong with the files."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    troubles: list[Trouble] = field(default_factory=list)
    #: Names of files that were not read.
    not_read: list[str] = field(default_factory=list)

    def wants(self, file: str, name: str) -> bool:
        """True where a record may have something of the file; where not, it is noted, and need not be unpacked. `name`
        is what its package calls it, or the file's own name."""
        if _entity_of(name) is None:
            self.not_read.append(file)
            return False
        return True

    def add(self, file: str, name: str, content: bytes) -> None:
        """The rows of a file that is wanted."""
        known = _entity_of(name)
        if known is None:
            return
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            fix = "Save the file as CSV in UTF-8."
            self.troubles.append(Trouble(f"{file}:{line}", "A letter is not in UTF-8.", fix))
            return
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        try:
            with _long_cells():
                self._read(file, known, reader)
        except csv.Error as error:
            where, told = f"{file}:{max(reader.line_num, 1)}", f"This is not a CSV table ({error})."
            fix = f"Save it as CSV in UTF-8, no cell longer than {LONGEST_CELL:,} letters."
            self.troubles.append(Trouble(where, told, fix))

    def _read(self, file: str, known: str, reader: Any) -> None:
        header = [name.strip() for name in next(reader, [])]
        if not {"id", "service_id", "location_id"} & set(header):
            fix = "The first line names the columns, as the specification does."
            self.troubles.append(Trouble(f"{file}:1", "There is no column 'id'.", fix))
            return
        if known == "taxonomy" and {"parent_id", "vocabulary"} & set(header):
            known = "taxonomy_term"  # Before edition 3, a file of this name held the terms.
        ended = reader.line_num
        for cells in reader:
            where, ended = f"{file}:{ended + 1}", reader.line_num
            if not any(cells):
                continue
            if len(cells) != len(header):
                message = f"The row has {len(cells)} cells, the header {len(header)}."
                self.troubles.append(Trouble(where, message, "Put texts with commas in quotation marks."))
                continue
            row = {name: as_written(cell.strip()) for name, cell in zip(header, cells, strict=True) if cell.strip()}
            self.rows[known].append(Row(where, row))

    def services(self, modern: Modern) -> Iterator[tuple[str, Data]]:
        """(where, service) of each row of services, all that belongs to it nested within."""
        self.troubles += modern.troubles
        yield from _Joined(self, modern).services()


@contextmanager
def _long_cells() -> Iterator[None]:
    """Python's own limit of a cell is 131,072 letters, for all that a program reads: it is put back."""
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _entity_of(name: str) -> str | None:
    plain = name.rpartition("/")[2].removesuffix(".csv").lower()
    if plain in NOT_READ:
        return None
    if plain in _LINKS | _ELIGIBILITY:
        return plain
    if plain in entities() or plain in TABLE_NAMES:
        return TABLE_NAMES.get(plain, plain)
    by_file = {entity.file.removesuffix(".csv"): entity.name for entity in entities().values()}
    found = by_file.get(plain)
    return None if found in NOT_READ else found


class _Joined:
    """Rows as objects, by id, hung where their keys say."""

    def __init__(self, tables: Tables, modern: Modern) -> None:
        self._tables = tables
        self._modern = modern
        self._by_id: dict[str, dict[str, Data]] = defaultdict(dict)
        self._objects: dict[str, list[tuple[str, Data, Data]]] = {}

    def services(self) -> Iterator[tuple[str, Data]]:
        for name in entities():
            self._objects[name] = list(self._made(name))
        self._old_places()
        for entity in entities().values():
            self._hang_single(entity)
        for entity in entities().values():
            self._hang(entity)
        self._old_links()
        for where, made, _ in self._objects["service"]:
            yield where, made

    def _made(self, name: str) -> Iterator[tuple[str, Data, Data]]:
        """(where, object, row) of each row; an id that comes twice is told."""
        entity = entities()[name]
        for row in self._tables.rows.get(name, ()):
            typed = self._typed(entity, row)
            made = self._modern.of(name, typed, row.where)
            identifier = str(row.data.get("id", ""))
            if identifier and identifier in self._by_id[name]:
                self._tell(row.where, f"The id stands twice among the {name.replace('_', ' ')} rows.", "Keep one.")
                continue
            if identifier:
                self._by_id[name][identifier] = made
            yield row.where, made, typed

    def _typed(self, entity: Entity, row: Row) -> Data:
        """Cells of our own facts as what they hold: JSON, numbers, truth."""
        typed = dict(row.data)
        for name, fact in entity.facts.items():
            if name not in typed or (kind := fact_type(fact)) == "string":
                continue
            try:
                typed[name] = orjson.loads(typed[name])
            except orjson.JSONDecodeError:
                self._tell(f"{row.where}/{name}", f"This is not JSON ({kind}).", "Write it as our exports do.")
                del typed[name]
        return typed

    def _hang_single(self, entity: Entity) -> None:
        """Objects that a row names by their id: a service's organization, an attribute's term."""
        for name, child in entity.children.items():
            if child.many:
                continue
            key = f"{child.holds}_id" if child.holds != "taxonomy" else "taxonomy_id"
            for where, made, row in self._objects[entity.name]:
                if (wanted := row.get(key)) is None or name in made:
                    continue
                if found := self._by_id[child.holds].get(str(wanted)):
                    made[name] = found
                elif self._tables.rows.get(child.holds):
                    self._tell(where, f"'{key}' names no row of the {child.holds.replace('_', ' ')}s.", _MISSING)

    def _hang(self, entity: Entity) -> None:
        """Rows below all that they name: a phone below its contact, an attribute below what it links."""
        if entity.name == "attribute":
            # Only what may have attributes: a term that had one would hold itself.
            holders = [name for name, each in entities().items() if "attributes" in each.children]
            everything = {key: found for name in holders for key, found in self._by_id[name].items()}
            for _, made, row in self._objects["attribute"]:
                if (parent := everything.get(str(row.get("link_id", "")))) is not None:
                    parent.setdefault("attributes", []).append(made)
            return
        for column, refers in self._keys(entity):
            place = _list_for(entities()[refers], entity.name)
            if place is None:
                continue
            for where, made, row in self._objects[entity.name]:
                if (wanted := row.get(column)) is None:
                    continue
                if (parent := self._by_id[refers].get(str(wanted))) is not None:
                    parent.setdefault(place, []).append(made)
                elif self._tables.rows.get(refers):
                    self._tell(where, f"'{column}' names no row of the {refers.replace('_', ' ')}s.", _MISSING)

    def _keys(self, entity: Entity) -> Iterator[tuple[str, str]]:
        return ((each.name, each.refers) for each in entity.fields.values() if each.refers)

    def _old_places(self) -> None:
        """The first edition named a service's one place in its own row."""
        for where, _, row in self._objects["service"]:
            if place := row.get("location_id"):
                link = {"service_id": row.get("id"), "location_id": place}
                self._objects["service_at_location"].append((where, {}, link))

    def _old_links(self) -> None:
        for name in sorted(_LINKS | _ELIGIBILITY):
            for row in self._tables.rows.get(name, ()):
                service = self._by_id["service"].get(str(row.data.get("service_id", "")))
                if service is None:
                    self._tell(row.where, "'service_id' names no row of the services.", _MISSING)
                elif name in _ELIGIBILITY:
                    _join_words(service, "eligibility_description", row.data.get("eligibility"))
                else:
                    service.setdefault("attributes", []).append(self._link(row.data))

    def _link(self, row: Mapping[str, Any]) -> Data:
        wanted = str(row.get("taxonomy_term_id") or row.get("taxonomy_id") or row.get("taxonomy_detail") or "")
        term = self._by_id["taxonomy_term"].get(wanted)
        return {"taxonomy_term": term or {"id": wanted, "name": wanted}}

    def _tell(self, where: str, message: str, fix: str) -> None:
        self._tables.troubles.append(Trouble(where, message, fix))


def _list_for(parent: Entity, child: str) -> str | None:
    """The list of a parent that holds such children: `phones` for a contact's telephones."""
    return next((name for name, each in parent.children.items() if each.many and each.holds == child), None)


def _join_words(made: Data, name: str, words: Any) -> None:
    if words:
        made[name] = "; ".join(filter(None, (made.get(name), str(words))))


def table_files(names: Iterable[str]) -> list[str]:
    """The CSV files among names, those of a folder inside a zip too."""
    return sorted(name for name in names if name.lower().endswith(".csv") and "__MACOSX" not in name)
