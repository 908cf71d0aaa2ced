"""Our declaration of HSDS 3.1 against the official files, and what the schema made of it refuses."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from resource_directory.exports.hsds_profile import profile_page
from resource_directory.exports.hsds_schema import Entity, Validator, entities, service_schema, table_schema
from resource_directory.exports.hsds_tables import TABLES
from resource_directory.exports.hsds_terms import NAMESPACE
from resource_directory.loading import Sources

UUID = "c1ec9cfa-4ef9-5f15-aca3-ef8516f43f8d"
SERVICE: Mapping[str, Any] = {
    "id": UUID,
    "name": "Example House",
    "status": "active",
    "organization": {"id": UUID, "name": "Example House", "description": "An example."},
    "phones": [{"id": UUID, "number": "303-555-0100", "extension": 12, "x_purpose": "referral"}],
    "assured_date": "2026-09-01",
    "x_former_ids": ["example-home"],
    "x_beds": {"year": 2024, "emergency": 3},
}


@pytest.fixture(scope="session")
def official() -> Path:
    """The specification's files are not in the repository: HSDS_SCHEMA names their folder where they are at hand."""
    folder = os.environ.get("HSDS_SCHEMA")
    if not folder:
        pytest.skip("HSDS_SCHEMA names no folder with the official service.json and datapackage.json of HSDS 3.1")
    return Path(folder)


def objects(schema: Mapping[str, Any], at: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every object of the official schema, which writes each out wherever it stands, with its path."""
    yield at, schema
    for name, part in schema["properties"].items():
        inner = part.get("items", part)
        if "properties" in inner:
            yield from objects(inner, f"{at}/{name}")


def declared(entity: Entity) -> dict[str, tuple[str, str | None, tuple[str, ...]]]:
    """Type, format and words of each field as JSON Schema names them."""
    found: dict[str, tuple[str, str | None, tuple[str, ...]]] = {}
    for name, field in entity.fields.items():
        kind = "array" if field.many else "object" if not field.is_scalar else "string"
        kind = "number" if field.holds == "number" else kind
        form = field.holds if field.holds in {"uuid", "uri", "email", "date-time"} else None
        found[name] = (kind, form, field.options)
    return found


class TestAgainstTheOfficialFiles:
    def test_every_object_field_by_field(self, official: Path) -> None:
        schema = json.loads((official / "service.json").read_text(encoding="utf-8"))
        seen = set()
        for at, found in objects(schema):
            entity = entities()[found["name"]]
            seen.add(entity.name)
            theirs = {
                name: (part["type"], part.get("format"), tuple(part.get("enum", ())))
                for name, part in found["properties"].items()
            }
            assert declared(entity) == theirs, at
            needed = [name for name, field in entity.fields.items() if field.needed]
            assert sorted(needed) == sorted(found["required"]), at
            in_tables = {name for name, field in entity.fields.items() if field.in_tables}
            assert in_tables == {*found["required"], *found.get("tabular_required", ())}, at
            assert entity.file == found["path"], at
            for name, field in entity.children.items():
                part = found["properties"][name]
                assert field.holds == part.get("items", part)["name"], f"{at}/{name}"
        assert seen == set(entities())

    def test_every_table_column_by_column(self, official: Path) -> None:
        package = json.loads((official / "datapackage.json").read_text(encoding="utf-8"))
        theirs = {resource["name"]: resource for resource in package["resources"]}
        # The official file lists no field of a unit, and only two of a capacity.
        for name in sorted(set(entities()) - {"unit", "service_capacity"}):
            schema = table_schema(entities()[name], tuple(theirs))
            ours = [
                {key: column[key] for key in ("name", "type", "format", "constraints") if key in column}
                for column in schema["fields"]
                if not column["name"].startswith("x_")
            ]
            wanted = [
                {key: column[key] for key in ("name", "type", "format", "constraints") if key in column}
                for column in theirs[name]["schema"]["fields"]
            ]
            by_name = {column["name"]: column for column in wanted}
            assert {column["name"]: column for column in ours} == by_name, name
            assert schema["primaryKey"] == theirs[name]["schema"]["primaryKey"]
            keys = {key["fields"]: key["reference"] for key in schema.get("foreignKeys", ())}
            assert keys == {key["fields"]: key["reference"] for key in theirs[name]["schema"].get("foreignKeys", ())}
            assert entities()[name].file == theirs[name]["path"]


def without(path: str) -> dict[str, Any]:
    return changed(path, None)


def changed(path: str, value: Any) -> dict[str, Any]:
    """SERVICE with another value at a path, or without it where the value is None."""
    service: dict[str, Any] = copy.deepcopy(dict(SERVICE))
    *steps, last = path.split("/")
    at: Any = service
    for step in steps:
        at = at[int(step) if step.isdigit() else step]
    if value is None:
        del at[last]
    else:
        at[last] = value
    return service


@pytest.fixture(scope="module")
def validator() -> Validator:
    return Validator()


def test_what_is_right_has_no_problem(validator: Validator) -> None:
    assert validator.problems(SERVICE) == []


@pytest.mark.parametrize(
    ("service", "problem"),
    [
        pytest.param(without("name"), '/: "name" is a required property', id="no name"),
        pytest.param(without("organization/description"), '/organization: "description" is a re', id="deep down"),
        pytest.param(changed("id", "example"), '/id: "example" is not a "uuid"', id="not a UUID"),
        pytest.param(changed("phones/0/extension", "12"), '/phones/0/extension: "12" is not of type', id="a text"),
        pytest.param(changed("status", "open"), '/status: "open" is not one of', id="no such status"),
        pytest.param(changed("url", "example.org"), '/url: "example.org" is not a "uri"', id="no address"),
        pytest.param(changed("email", "nobody"), '/email: "nobody" is not a "email"', id="no e-mail address"),
        pytest.param(changed("assured_date", "1 September"), '/assured_date: "1 September" is not', id="no date"),
        pytest.param(changed("last_modified", "2026-09-01"), '/last_modified: "2026-09-01" is not', id="no time"),
        pytest.param(changed("alert", ""), '/alert: "" is shorter', id="an empty text"),
        pytest.param(changed("contacts", []), "/contacts: [] has less than 1 item", id="an empty list"),
        pytest.param(changed("alert", [None]), "/alert: [null] is not of type", id="null"),
        pytest.param(changed("x_former_ids", "a"), '/x_former_ids: "a" is not of type "array"', id="our fact"),
        pytest.param(changed("x_beds/year", "2024"), '/x_beds/year: "2024" is not of type', id="a part of ours"),
        pytest.param(changed("x_beds/vacant", 1), "/x_beds: Additional properties", id="no such part"),
        pytest.param(changed("x_typed_wrong", 1), "/: Additional properties are not allowed", id="no such fact"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(validator: Validator, service: dict[str, Any], problem: str) -> None:
    found = validator.problems(service)
    assert [line for line in found if line.startswith(problem)], found


def test_others_may_add_what_they_like() -> None:
    """The published schema states our facts' types, and lets other properties pass."""
    published = jsonschema_rs.Draft202012Validator(service_schema(), validate_formats=True)
    assert published.is_valid({**SERVICE, "z_theirs": 1})
    assert not published.is_valid({**SERVICE, "x_beds": []})


def test_every_key_of_the_tables_leads_to_a_table() -> None:
    """No column names a table that the package does not have."""
    for name in TABLES:
        for field in entities()[name].fields.values():
            assert field.refers is None or field.refers in TABLES, (name, field.name)


def test_the_profile_names_every_fact_of_ours_and_every_term(sources: Sources) -> None:
    page = profile_page(sources.vocabulary)
    facts = {fact for entity in entities().values() for fact in entity.facts}
    assert len(facts) > 40
    assert [fact for fact in sorted(facts) if f"| `{fact}` |" not in page] == []
    meanings = [fact.meaning for entity in entities().values() for fact in entity.facts.values()]
    assert all(meanings)
    for name in ("types", "services", *sources.vocabulary.terms):
        assert f"### {name} {{ #" in page
        assert [code for code in sources.vocabulary.codes(name) if f"- `{code}`: " not in page] == []
    assert str(NAMESPACE) in page
