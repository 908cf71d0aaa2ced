"""The data package: tables that another maker's tool finds valid, keys and all, and that read back as the same facts."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from frictionless import Package, system

from hsds_rows import own_rows, rows_of, shared_rows
from resource_directory.directory import Directory, Settings
from resource_directory.exports.cells import BEGINS_FORMULA
from resource_directory.exports.hsds import Services
from resource_directory.exports.hsds_tables import TABLES, Row, datapackage, file_of
from resource_directory.importers.hsds.files import read_hsds
from resource_directory.importers.hsds.own import facts_of
from resource_directory.loading import load_directory
from resource_directory.model import Record
from support import DAY, ROOT, good_records, make_repository
from test_hsds import public_facts

LICENCE = {"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/", "title": "CC BY 4.0"}


def write_package(folder: Path, directory: Directory, records: Mapping[str, Record]) -> Path:
    """The package of some records in a folder, as other programs get it."""
    folder.mkdir(parents=True, exist_ok=True)
    tables: dict[str, list[tuple[str, ...]]] = {name: [columns] for name, columns in TABLES.items()}
    services, seen = Services(directory, "https://www.example.org/"), set[str]()
    for record in records.values():
        for table, cells in rows_of(services.of(record), seen):
            tables[table].append(cells)
    for name, rows in tables.items():
        with (folder / file_of(name)).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows(rows)
    told = {"version": "2026-11-21", "created": "2026-11-21T00:00:00Z"}
    sources = [{"title": "Example publisher", "path": "https://www.example.org/"}]
    described = datapackage("example", "Example", **told, licenses=[LICENCE], sources=sources)
    (folder / "datapackage.json").write_text(json.dumps(described), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def fictional(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    return load_directory(make_repository(tmp_path_factory.mktemp("tables"), good_records()), Settings("x"), DAY)


@pytest.fixture(scope="module")
def real() -> Directory:
    """A small state."""
    return load_directory(ROOT, Settings("x"), DAY, ["wy"], cached=True)


def report(folder: Path) -> list[tuple[str, str]]:
    """(table, kind of error) of everything that frictionless finds wrong."""
    with system.use_context(trusted=True):
        told = Package(str(folder / "datapackage.json")).validate()
    assert told.stats["tasks"] == len(TABLES)
    found = [(task.name, error.type) for task in told.tasks for error in task.errors]
    return [*found, *(("package", error.type) for error in told.errors)]


@pytest.mark.parametrize("name", ["fictional", "real"])
def test_package_is_valid_and_reads_back(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    directory: Directory = request.getfixturevalue(name)
    folder = write_package(tmp_path / "package", directory, directory.records)
    assert report(folder) == []
    read = read_hsds(folder)
    assert read.troubles == []
    found = {found.service["x_id"]: facts_of(found.service) for found in read.found}
    assert found == {record.id: public_facts(record) for record in directory.records.values()}


def _edited(edit: Callable[[list[dict[str, str]]], None], table: str) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        file = folder / file_of(table)
        with file.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        edit(rows)
        with file.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, TABLES[table], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    return apply


@pytest.mark.parametrize(
    ("edit", "error"),
    [
        (_edited(lambda rows: rows[0].update(organization_id=rows[0]["id"]), "service"), ("service", "foreign-key")),
        (_edited(lambda rows: rows.append(rows[0]), "phone"), ("phone", "primary-key")),
        (_edited(lambda rows: rows[0].update(city=""), "address"), ("address", "constraint-error")),
        (_edited(lambda rows: rows[0].update(latitude="north"), "location"), ("location", "type-error")),
        (_edited(lambda rows: rows[0].update(x_source="{"), "service"), ("service", "type-error")),
    ],
)
def test_the_tool_would_find_what_is_wrong(
    edit: Callable[[Path], None], error: tuple[str, str], fictional: Directory, tmp_path: Path
) -> None:
    """Else the test above would prove nothing."""
    folder = write_package(tmp_path / "package", fictional, fictional.records)
    edit(folder)
    assert error in report(folder)


def test_no_cell_begins_a_formula_unless_it_is_a_number(fictional: Directory) -> None:
    named = fictional.records["example-clinic"].model_copy(update={"name": "=1+1", "alternate_name": "'@x"})
    services = Services(fictional)
    rows = list(rows_of(services.of(named)))
    starting = [(table, TABLES[table][place], cell) for table, cells in rows for place, cell in enumerate(cells)
                if cell[:1] and cell[0] in BEGINS_FORMULA]  # fmt: skip
    assert starting == [("location", "longitude", "-104.95")]
    assert cell_of(rows, "service", "name") == "'=1+1"
    assert cell_of(rows, "service", "alternate_name") == "''@x"


def cell_of(rows: list[Row], table: str, column: str) -> str:
    return next(cells[TABLES[table].index(column)] for name, cells in rows if name == table)


def test_rows_know_whose_they_are(fictional: Directory) -> None:
    """A state's own rows stand once; an organization, a term and a taxonomy once in a package, whoever names them."""
    services = Services(fictional)
    office = services.of(fictional.records["example-legal-aid-silverton"])
    whole = services.of(fictional.records["example-legal-aid"])
    assert {table for table, _ in own_rows(office)} == {
        *("service", "service_area", "service_at_location", "location", "address", "attribute"),
    }
    seen: set[str] = set()
    first = [(table, cells[0]) for table, cells in shared_rows(office, seen)]
    assert ("organization", whole["organization"]["id"]) in first
    assert ("phone", whole["organization"]["phones"][0]["id"]) in first
    again = {table for table, _ in shared_rows(whole, seen)}
    assert "organization" not in again
    assert again <= {"taxonomy", "taxonomy_term"}


def test_keys_are_filled_in_from_what_holds_the_row(fictional: Directory) -> None:
    service = Services(fictional).of(fictional.records["example-house-mesa"])
    rows = list(rows_of(service))
    contact = service["contacts"][0]
    by_table: dict[str, list[dict[str, Any]]] = {}
    for table, cells in rows:
        by_table.setdefault(table, []).append(dict(zip(TABLES[table], cells, strict=True)))
    assert by_table["service"][0]["organization_id"] == service["organization"]["id"]
    of_contact = next(row for row in by_table["phone"] if row["id"] == contact["phones"][0]["id"])
    assert (of_contact["contact_id"], of_contact["service_id"]) == (contact["id"], "")
    link = by_table["attribute"][0]
    assert (link["link_id"], link["link_entity"]) == (service["id"], "service")
    assert {row["id"] for row in by_table["taxonomy_term"]} >= {
        row["taxonomy_term_id"] for row in by_table["attribute"]
    }
    language = next(row for row in by_table["language"] if row["phone_id"])
    assert language["service_id"] == ""
