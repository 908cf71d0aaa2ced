"""The form of the plain JSON, as JSON Schema (draft 2020-12): of a record by the model itself, of a county here."""

from __future__ import annotations

from typing import Any

from resource_directory.exports.plain import MOST_CALLS, PRIVATE, SERVES
from resource_directory.gaps import NONE_KNOWN, NOT_ASKED
from resource_directory.model import Record, record_class
from resource_directory.schema import record_schema as schema_of_type
from resource_directory.vocabulary import Vocabulary

JSON = dict[str, Any]
DRAFT = "https://json-schema.org/draft/2020-12/schema"
_TEXT: JSON = {"type": "string", "minLength": 1}
_DAY: JSON = {"type": "string", "format": "date"}
_FIPS: JSON = {"type": "string", "pattern": "^[0-9]{5}$"}
_ID: JSON = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"}
_STATUS: JSON = {
    "enum": ["open", "waitlist", "paused", "closed", "ask"],
    "description": "Whether it takes people. `ask`: a notice has run out. Absent where nobody has said.",
}
_PAGE = "Its page: whole where the site's own address is configured, else from the site's top."


def record_schema(vocabulary: Vocabulary) -> JSON:
    """Of a record of any type: the model's public fields, and what the directory adds."""
    schemas = {code: schema_of_type(code, vocabulary) for code in vocabulary.types}
    common = [name for name in Record.model_fields if name not in PRIVATE or name == "location"]
    parts: JSON = {name: part for schema in schemas.values() for name, part in schema.get("$defs", {}).items()}
    for name in PRIVATE["location"]:
        del parts["Location"]["properties"][name]
    unused = {"Authorisation", "Review"}
    any_type = next(iter(schemas.values()))["properties"]
    return {
        "$schema": DRAFT,
        "title": "A record of the directory",
        "description": "What is not known is absent. `yes`, `ask` and `no` are texts.",
        "type": "object",
        "properties": {
            **{name: any_type[name] for name in common},
            "type": {"enum": list(vocabulary.types), "description": Record.model_fields["type"].description},
            **_added(vocabulary),
        },
        "required": ["id", "type", "name", "source", "page", "labels"],
        "allOf": [
            {
                "if": {"properties": {"type": {"const": code}}},
                "then": {"properties": {name: schema["properties"][name] for name in _own(code)}},
            }
            for code, schema in schemas.items()
        ],
        "unevaluatedProperties": False,
        "$defs": {name: parts[name] for name in sorted(parts.keys() - unused)},
    }


def _own(type_code: str) -> list[str]:
    """Fields of a type that not every record has."""
    return [name for name in record_class(type_code).model_fields if name not in Record.model_fields]


def _added(vocabulary: Vocabulary) -> JSON:
    needs = list(vocabulary.needs)
    return {
        "phones_of": {**_ID, "description": "The record whose numbers `phones` gives, where it has none of its own."},
        "page": {**_TEXT, "description": _PAGE},
        "part_of": {**_TEXT, "description": "Name of the record named by `organization`."},
        "labels": {
            "type": "object",
            "description": "The words for its codes, by vocabulary.",
            "propertyNames": {"enum": sorted({"types", "services", *vocabulary.terms})},
            "additionalProperties": {"type": "object", "additionalProperties": _TEXT, "minProperties": 1},
        },
        "needs": {"type": "array", "items": {"enum": needs}, "description": "Needs that its services meet."},
        "counties_served": {"type": "array", "items": _FIPS, "description": "By name or by region, not by state."},
        "status": _object({"now": _STATUS, "words": _TEXT, "on": _DAY}, "Of referrals, on the day of the file."),
    }


def county_schema(vocabulary: Vocabulary) -> JSON:
    """Of what the page of a county knows."""
    ids: JSON = {"type": "array", "items": _ID}
    questions = [question.code for question in (*vocabulary.questions, *vocabulary.beside)]
    needs = list(vocabulary.needs)
    region = _object(
        {
            "number": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{3}$"},
            "record": _ID,
            "lead_agency": _object({"name": _TEXT, "year": {"type": "integer"}}, "Who led it in that fiscal year."),
            "share": {"type": "number", "description": "Per cent of the county's people."},
        },
        "A Continuum of Care in which the county lies.",
        optional=("lead_agency", "share"),
    )
    answer = _object(
        {
            "known": {"type": "boolean", "description": "A record serves this very place."},
            "serving": {**ids, "description": "Listed for the county, in the page's order."},
            "in_state": {**ids, "description": "Kept for the whole state: `serves` says how surely each serves here."},
            "meetings": {"type": "array", "items": {"type": "object", "required": ["region", "name"]}},
            "nearest": {**ids, "description": "In other counties, where none is listed for this one."},
        },
        "What the page says to one question.",
        optional=("serving", "in_state", "meetings", "nearest"),
    )
    named = _object(
        {
            "name": _TEXT,
            "type": {"enum": list(vocabulary.types)},
            "phone": {**_TEXT, "description": "The first to ring, as people write it."},
            "phone_of": {**_TEXT, "description": "Whose number it is, where it is not its own."},
            "status": _STATUS,
            "serves": {
                "enum": list(SERVES.values()),
                "description": "`county` by name or region; `state` the whole state; `listed` here, but no source says "
                "so; `ask`: somewhere in the state. Absent: in another county.",
            },
            "miles": {"type": "number", "minimum": 0, "description": "From the middle of the county."},
        },
        "How to reach a record.",
        optional=("phone", "phone_of", "status", "serves", "miles"),
    )
    call = _object(
        {"total": {"type": "integer", "minimum": 1}, "first": {**ids, "minItems": 1, "maxItems": MOST_CALLS}},
        "Whom to call for a need: how many there are, and the first in the page's order, whatever the hour.",
    )
    gap = _object(
        {"value": {"enum": [NONE_KNOWN, NOT_ASKED]}, "miles": {"type": "number", "minimum": 0}},
        "Why a need is not known to be met, and how far the nearest public place is that meets it.",
        optional=("miles",),
    )
    line = _object({"id": _ID, "name": _TEXT, "phone": _TEXT}, "A line for the whole country.")
    return {
        "$schema": DRAFT,
        "title": "What the directory knows of a county",
        **_object(
            {
                "fips": _FIPS,
                "name": _TEXT,
                "state": _object({"code": {"type": "string", "pattern": "^[A-Z]{2}$"}, "name": _TEXT}, "Its state."),
                "page": {**_TEXT, "description": _PAGE},
                "on": {**_DAY, "description": "The day for which it holds."},
                "time_zone": {**_TEXT, "examples": ["America/Denver"]},
                "middle": {"type": "array", "items": {"type": "number"}, "description": "Latitude and longitude.",
                           "minItems": 2, "maxItems": 2},
                "population": {"type": "integer", "minimum": 0},
                "regions": {"type": "array", "items": region},
                "hotlines": {"type": "array", "items": line},
                "answers": _keyed(questions, answer, "By question, in the page's order."),
                "others": {**ids, "description": "Who serves it, too, and answers none of the questions."},
                "calls": _keyed(needs, call, "By need."),
                "gaps": _keyed(needs, gap, "By need that is not known to be met."),
                "records": {"type": "object", "description": "By id.", "propertyNames": _ID,
                            "additionalProperties": named},
            },
            "Ids lead to `records`, and to the record's own file.",
            optional=("population",),
        ),
    }  # fmt: skip


def _object(properties: JSON, description: str, optional: tuple[str, ...] = ()) -> JSON:
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def _keyed(names: list[str], value: JSON, description: str) -> JSON:
    return {
        "type": "object",
        "description": description,
        "propertyNames": {"enum": names},
        "additionalProperties": value,
    }
