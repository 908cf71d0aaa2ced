"""The Human Services Data Specification 3.1 (https://docs.openreferral.org), declared once for all that needs it.

`DECLARED` holds the facts of the specification that a program needs: its objects, their files and fields. Our own facts
(`x_...`) come from the model of the records. From both are made the JSON Schema of a service, the Table Schemas of the
data package and the page of our profile. tests/test_hsds_schema.py compares the declaration with the official files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import jsonschema_rs

from resource_directory.model import (
    RECORD_CLASSES,
    Location,
    Phone,
    Point,
    Record,
    Schedule,
    ServiceArea,
    record_class,
)

VERSION = "3.1"
DIALECT = "https://json-schema.org/draft/2020-12/schema"

#: An object a block: its name and file, then its fields. `!` is needed everywhere, `+` in tables only, `~` is unique
#: among the rows. After the colon stands what a field holds (text where nothing does): a scalar, `[list of objects]`,
#: `{object}`, or the words it may be, between bars. `>` names the object whose id a field is.
DECLARED = """
service services.csv
  id!~:uuid organization_id+:uuid>organization program_id:uuid>program name! alternate_name description url:uri
  additional_urls:[url] email:email status!:|active|inactive|defunct|temporarily_closed| interpretation_services
  application_process fees_description wait_time fees accreditations eligibility_description minimum_age:number
  maximum_age:number assured_date:date assurer_email:email licenses alert last_modified:date-time phones:[phone]
  schedules:[schedule] service_areas:[service_area] service_at_locations:[service_at_location] languages:[language]
  organization:{organization} funding:[funding] cost_options:[cost_option] program:{program}
  required_documents:[required_document] contacts:[contact] capacities:[service_capacity] attributes:[attribute]
  metadata:[metadata]
organization organizations.csv
  id!~:uuid name! alternate_name description! email:email website:uri additional_websites:[url] tax_status tax_id
  year_incorporated:number legal_status logo uri:uri parent_organization_id:uuid funding:[funding] contacts:[contact]
  phones:[phone] locations:[location] programs:[program] organization_identifiers:[organization_identifier]
  attributes:[attribute] metadata:[metadata]
program programs.csv
  id!~:uuid organization_id+~:uuid>organization name! alternate_name description! attributes:[attribute]
  metadata:[metadata]
service_at_location service_at_location.csv
  id!~:uuid service_id+:uuid>service location_id+:uuid>location description service_areas:[service_area]
  contacts:[contact] phones:[phone] schedules:[schedule] location:{location} attributes:[attribute] metadata:[metadata]
location locations.csv
  id!~:uuid location_type!:|physical|postal|virtual| url:uri organization_id:uuid>organization name alternate_name
  description transportation latitude:number longitude:number external_identifier external_identifier_type
  languages:[language] addresses:[address] contacts:[contact] accessibility:[accessibility] phones:[phone]
  schedules:[schedule] attributes:[attribute] metadata:[metadata]
address addresses.csv
  id!~:uuid location_id:uuid>location attention address_1! address_2 city! region state_province! postal_code! country!
  address_type!:|physical|postal|virtual| attributes:[attribute] metadata:[metadata]
phone phones.csv
  id!~:uuid location_id:uuid>location service_id:uuid>service organization_id:uuid>organization contact_id:uuid>contact
  service_at_location_id:uuid>service_at_location number! extension:number type description languages:[language]
  attributes:[attribute] metadata:[metadata]
contact contacts.csv
  id!~:uuid organization_id:uuid>organization service_id:uuid>service
  service_at_location_id:uuid>service_at_location location_id:uuid>location name title department email:email
  phones:[phone] attributes:[attribute] metadata:[metadata]
schedule schedules.csv
  id!~:uuid service_id:uuid>service location_id:uuid>location service_at_location_id:uuid>service_at_location
  valid_from:date valid_to:date dtstart:date timezone:number until:date count:number wkst:|MO|TU|WE|TH|FR|SA|SU|
  freq:|WEEKLY|MONTHLY| interval:number byday byweekno bymonthday byyearday description opens_at:time closes_at:time
  schedule_link:uri attending_type notes attributes:[attribute] metadata:[metadata]
service_area service_areas.csv
  id!~:uuid service_id:uuid>service service_at_location_id:uuid>service_at_location name description extent extent_type
  uri attributes:[attribute] metadata:[metadata]
language languages.csv
  id!~:uuid service_id:uuid>service location_id:uuid>location phone_id:uuid>phone name code note attributes:[attribute]
  metadata:[metadata]
funding funding.csv
  id!~:uuid organization_id:uuid>organization service_id:uuid>service source attributes:[attribute] metadata:[metadata]
cost_option cost_options.csv
  id!~:uuid service_id+:uuid>service valid_from:date valid_to:date option currency amount:number amount_description
  attributes:[attribute] metadata:[metadata]
required_document required_documents.csv
  id!~:uuid service_id:uuid>service document uri:uri attributes:[attribute] metadata:[metadata]
accessibility accessibility.csv
  id!~:uuid location_id:uuid>location description details url:uri attributes:[attribute] metadata:[metadata]
organization_identifier organization_identifiers.csv
  id!~:uuid organization_id+:uuid>organization identifier_scheme identifier_type! identifier! attributes:[attribute]
  metadata:[metadata]
url url.csv
  id!~:uuid label url!:uri organization_id:uuid>organization service_id:uuid>service attributes:[attribute]
  metadata:[metadata]
attribute attributes.csv
  id!~:uuid link_id+:uuid taxonomy_term_id+:uuid>taxonomy_term link_type link_entity+ value
  taxonomy_term:{taxonomy_term} metadata:[metadata] label
taxonomy_term taxonomy_terms.csv
  id!~:uuid code~ name! description! parent_id:uuid taxonomy taxonomy_detail:{taxonomy} language
  taxonomy_id:uuid>taxonomy term_uri:uri metadata:[metadata]
taxonomy taxonomies.csv
  id!~:uuid name! description! uri:uri version metadata:[metadata]
metadata metadata.csv
  id!~:uuid resource_id+:uuid resource_type+ last_action_date!:date last_action_type! field_name! previous_value!
  replacement_value! updated_by!
service_capacity service_capacity.csv
  id!:uuid service_id+:uuid>service unit!:{unit} unit_id+:uuid>unit available!:number maximum:number description
  updated!:date-time attributes:[attribute] metadata:[metadata]
unit units.csv
  id!:uuid name! scheme identifier uri:uri attributes:[attribute] metadata:[metadata]
"""
_FIELD = re.compile(r"(?P<name>[a-z_0-9]+)(?P<marks>[!+~]*)(?::(?P<holds>[^>]+))?(?:>(?P<refers>\w+))?")
_SCALARS = frozenset({"text", "uuid", "uri", "email", "number", "date", "time", "date-time"})


class Field(NamedTuple):
    """A field of an object. `holds` is a scalar or the name of an object. `needed` is it everywhere, or `in_tables`."""

    name: str
    holds: str
    many: bool = False
    needed: bool = False
    in_tables: bool = False
    unique: bool = False
    refers: str | None = None
    options: tuple[str, ...] = ()

    @property
    def is_scalar(self) -> bool:
        return self.holds in _SCALARS


class Fact(NamedTuple):
    """One of our own facts: the property's name, its JSON Schema, what it says, an example or nothing."""

    name: str
    schema: Mapping[str, Any]
    meaning: str
    example: Any = None


@dataclass(frozen=True)
class Entity:
    """An object of the specification, the file of its table, its fields by name, our own facts by name."""

    name: str
    file: str
    fields: Mapping[str, Field]
    facts: Mapping[str, Fact]

    @cached_property
    def children(self) -> Mapping[str, Field]:
        """Fields that hold other objects."""
        return {name: field for name, field in self.fields.items() if not field.is_scalar}

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Columns of its table: the scalars, the id first, then our own facts."""
        return (*(name for name in self.fields if name not in self.children), *self.facts)


@lru_cache(maxsize=1)
def entities() -> Mapping[str, Entity]:
    """Every object by name, in the order of the declaration."""
    found: dict[str, Entity] = {}
    facts = own_facts()
    for block in re.split(r"\n(?=\S)", DECLARED.strip()):
        head, _, body = block.partition("\n")
        name, file = head.split()
        fields = [_field(written) for written in body.split()]
        found[name] = Entity(name, file, {f.name: f for f in fields}, {fact.name: fact for fact in facts.get(name, ())})
    return found


def _field(written: str) -> Field:
    """`status!:|a|b|` -> a text that is needed and is a or b."""
    match = _FIELD.fullmatch(written)
    if match is None:
        raise ValueError(f"'{written}' is no field of the declaration.")
    holds, marks = match["holds"] or "text", match["marks"]
    options = tuple(word.replace("_", " ") for word in holds.strip("|").split("|")) if holds[0] == "|" else ()
    return Field(
        match["name"],
        "text" if options else holds.strip("[]{}"),
        many=holds[0] == "[",
        needed="!" in marks,
        in_tables="!" in marks or "+" in marks,
        unique="~" in marks,
        refers=match["refers"],
        options=options,
    )


# Our own facts, from the model.

#: Fields of a record that the specification's own fields carry whole, or that are never published.
CARRIED = frozenset(
    {
        *("name", "alternate_name", "description", "phones", "contacts", "email", "url", "location", "service_area"),
        *("counties", "schedules", "required_documents", "application_process", "fees_description", "languages"),
        *("interpretation_services", "editor_note"),
    }
)
#: Parts of `eligibility` that the specification carries.
_ELIGIBILITY_CARRIED = ("description", "minimum_age", "maximum_age")


class Coded(NamedTuple):
    """A field that holds codes of a vocabulary; one, or `many`."""

    vocabulary: str
    many: bool


@lru_cache(maxsize=100)
def coded_fields(type_code: str) -> Mapping[str, Coded]:
    """Fields of a type that hold codes of a vocabulary, by dotted name (`eligibility.populations`). They become
    attributes with terms. For a type without fields of its own, those that every record has."""
    schema = record_class(type_code).model_json_schema()
    parts = {name: part for name, part in schema["properties"].items() if name != "type"}
    asked = schema["$defs"]["Eligibility"]["properties"]
    parts |= {f"eligibility.{name}": part for name, part in asked.items()}
    found = {name: coded for name, part in parts.items() if (coded := _coded(part))}
    return {"type": Coded("types", many=False), **found}


def _coded(part: Mapping[str, Any]) -> Coded | None:
    for option in part.get("anyOf", [part]):
        if one := option.get("x-vocabulary"):
            return Coded(str(one), many=False)
        if many := option.get("items", {}).get("x-vocabulary"):
            return Coded(str(many), many=True)
    return None


#: A code may join a vocabulary at any time; examples are written as in records, where all scalars are text.
_LEFT_OUT = frozenset({"default", "x-vocabulary", "title", "examples", "propertyNames"})
#: What pydantic cannot place below a validator, it writes in its own words.
_LIMITS = {"ge": "minimum", "le": "maximum", "gt": "exclusiveMinimum"}


def _tidy(value: Any) -> Any:
    """A schema of the model without nulls, titles and vocabularies."""
    if isinstance(value, list):
        return [_tidy(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    kept = {_LIMITS.get(key, key): _tidy(inner) for key, inner in value.items() if key not in _LEFT_OUT}
    if value.get("properties"):
        kept["properties"] = {key: _tidy(inner) for key, inner in value["properties"].items()}
    options = [option for option in kept.get("anyOf", ()) if option != {"type": "null"}]
    if len(options) == 1:
        del kept["anyOf"]
        return {**options[0], **kept}
    return kept


@lru_cache(maxsize=1)
def model_parts() -> Mapping[str, Any]:
    """JSON Schemas of the record's own parts (`Meeting`, `Beds`), by name: the types of our facts."""
    found: dict[str, Any] = {}
    for model in RECORD_CLASSES.values():
        found |= _tidy(model.model_json_schema()).get("$defs", {})
    return found


def _of_model(fields: Mapping[str, Any], names: Sequence[str]) -> Iterator[Fact]:
    """Facts of these fields of a model, from its JSON Schema's properties."""
    for name in names:
        part = _tidy(fields[name])
        yield Fact(
            f"x_{name}",
            {key: value for key, value in part.items() if key != "description"},
            part.get("description", ""),
            next(iter(fields[name].get("examples", ())), None),
        )


@lru_cache(maxsize=1)
def own_facts() -> Mapping[str, tuple[Fact, ...]]:
    """Our own facts by the object that bears them."""
    phone = Phone.model_json_schema()["properties"]
    point = Point.model_json_schema()["properties"]
    schedule = Schedule.model_json_schema()["properties"]
    location = Location.model_json_schema()["properties"]
    extension = Fact("x_extension", _tidy(phone["extension"]), "The extension as it is dialled, zeros before it kept.")
    return {
        "service": tuple(_service_facts()),
        "organization": (
            Fact("x_id", {"type": "string"}, "The id of the record that the organization is.", "example-house"),
            Fact(
                "x_description_is_general",
                {"const": True},
                "The description says what such organizations do, not what this one says of itself.",
                True,
            ),
        ),
        "phone": (extension, *_of_model(phone, ["keyword", "purpose", "opening_hours"])),
        "contact": (
            Fact("x_role", {"type": "string"}, "What they are asked about.", "referrals"),
            Fact("x_name_published_at", _uri(), "The organization's own page that gives the person's name."),
            extension._replace(meaning="The extension of the service's own number."),
            Fact("x_description", {"type": "string"}, "What to say or bring."),
        ),
        "location": (
            *_of_model(location, ["county"]),
            Fact("x_point", _point_schema(point), "How exact the point is and where it comes from.", _POINT),
            Fact("x_address", {"$ref": "#/$defs/Address"}, "What is known of an address that is not whole.", _TOWN),
        ),
        "accessibility": (Fact("x_code", {"type": "string"}, "The code of what is described.", "step_free"),),
        "schedule": (
            *_of_model(schedule, ["purpose", "opening_hours"]),
            Fact("x_entry", {"type": "integer", "minimum": 1}, "Rows of one number say one entry's hours together.", 1),
            Fact("x_timezone", {"type": "string"}, "The IANA name of the time zone.", "America/Denver"),
        ),
        "service_area": (
            Fact("x_kind", {"enum": list(AREA_KINDS)}, "What `x_code` is the code of; `member`: see below.", "county"),
            Fact("x_code", {"type": "string"}, "A FIPS code, a Continuum of Care's number or a postal code.", "08031"),
            Fact("x_share", _share_schema(), "Per cent of the county's people who live in the region.", 100),
        ),
    }


AREA_KINDS = ("country", "state", "region", "county", "member")
_POINT = {"precision": "street", "source": "HRSA"}
_TOWN = {"city": "Denver", "state_province": "CO"}


def _uri() -> dict[str, Any]:
    return {"type": "string", "format": "uri"}


def _share_schema() -> dict[str, Any]:
    return {"type": "number", "exclusiveMinimum": 0, "maximum": 100}


def _point_schema(point: Mapping[str, Any]) -> dict[str, Any]:
    fields = {name: _tidy(point[name]) for name in ("precision", "source", "latitude", "longitude")}
    return {"type": "object", "properties": fields, "additionalProperties": False, "minProperties": 1}


def _service_facts() -> Iterator[Fact]:
    """What a service bears: a fact for each field of a record that nothing else carries."""
    common = Record.model_json_schema()
    coded = {name for code in RECORD_CLASSES for name in coded_fields(code)} - {"type"}
    skipped = {*CARRIED, *coded, "eligibility"}
    yield from _of_model(common["properties"], [name for name in common["properties"] if name not in skipped])
    for model in RECORD_CLASSES.values():
        own = {k: v for k, v in model.model_json_schema()["properties"].items() if k not in Record.model_fields}
        yield from _of_model(own, [name for name in own if name not in skipped])
    yield Fact("x_eligibility", _eligibility_schema(common), "What is often asked: each yes, ask or no.")
    area = ServiceArea.model_json_schema()["properties"]
    parts = {name: _tidy(area[name]) for name in ("assumed", "description")}
    yield Fact(
        "x_service_area",
        {"type": "object", "properties": parts, "additionalProperties": False, "minProperties": 1},
        "That no source names the area, or its limits in words.",
        {"assumed": "yes"},
    )
    yield Fact("x_state", {"type": "string"}, "The state that keeps the record, or `us` for the whole country.", "co")
    visibility = "`withheld`: there is a place, and it is not published. `public`: what is known of it may be."
    yield Fact("x_location_visibility", {"enum": ["public", "withheld"]}, visibility, "withheld")


def _eligibility_schema(common: Mapping[str, Any]) -> dict[str, Any]:
    whole = common["$defs"]["Eligibility"]["properties"]
    coded = {name.partition(".")[2] for name in coded_fields("") if name.startswith("eligibility.")}
    parts = {name: _tidy(part) for name, part in whole.items() if name not in {*_ELIGIBILITY_CARRIED, *coded}}
    return {"type": "object", "properties": parts, "additionalProperties": False, "minProperties": 1}


# JSON Schema


def service_schema(*, strict: bool = False) -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a service with all that it holds, our own facts among it.

    Others may add properties. Where `strict`, as our own build checks: no property that is not declared, no empty text,
    no empty list.
    """
    definitions = {name: _object_schema(entity, strict=strict) for name, entity in entities().items()}
    parts = _used(definitions, model_parts())
    return {
        "$schema": DIALECT,
        "$id": "hsds-service.json",
        "title": f"A service of the Human Services Data Specification {VERSION}, with our own x_ facts",
        "$ref": "#/$defs/service",
        "$defs": {**definitions, **parts},
    }


def _object_schema(entity: Entity, *, strict: bool) -> dict[str, Any]:
    properties = {name: _property(field, strict=strict) for name, field in entity.fields.items()}
    for name, fact in entity.facts.items():
        properties[name] = {**fact.schema, "description": fact.meaning}
    needed = [name for name, field in entity.fields.items() if field.needed]
    schema: dict[str, Any] = {"type": "object", "properties": properties, "required": needed}
    return {**schema, "additionalProperties": False} if strict else schema


#: Hours as tables have them: `09:00:00`. JSON Schema's own `time` would ask for an offset.
_CLOCK = r"^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d$"


def _property(field: Field, *, strict: bool) -> dict[str, Any]:
    if not field.is_scalar:
        reference = {"$ref": f"#/$defs/{field.holds}"}
        filled = {"minItems": 1} if strict else {}
        return {"type": "array", "items": reference, **filled} if field.many else reference
    if field.options:
        return {"type": "string", "enum": list(field.options)}
    if field.holds == "number":
        return {"type": "number"}
    if field.holds == "time":
        return {"type": "string", "pattern": _CLOCK}
    if field.holds != "text":
        return {"type": "string", "format": field.holds}
    return {"type": "string", "minLength": 1} if strict else {"type": "string"}


def _used(definitions: Mapping[str, Any], parts: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of the model to which the definitions lead, directly or by others."""
    wanted: dict[str, Any] = {}
    waiting: list[Any] = [definitions]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, dict):
            name = str(value.get("$ref", "")).removeprefix("#/$defs/")
            if name in parts and name not in wanted:
                wanted[name] = parts[name]
                waiting.append(parts[name])
            waiting.extend(value.values())
    return dict(sorted(wanted.items()))


class Validator:
    """Says what is wrong with a service. Made once: compiling the schema takes longer than many checks."""

    def __init__(self) -> None:
        self._validator = jsonschema_rs.Draft202012Validator(service_schema(strict=True), validate_formats=True)

    def problems(self, service: Mapping[str, Any]) -> list[str]:
        """`/phones/0/number: 5 is not of type "string"`; nothing for a valid service."""
        return [_problem(error) for error in self.errors(service)]

    def errors(self, service: Mapping[str, Any]) -> Iterator[jsonschema_rs.ValidationError]:
        """The same, with its parts. Raises ValueError for what is nested too deeply to be looked at."""
        if not self._validator.is_valid(service):
            yield from self._validator.iter_errors(service)


def _problem(error: jsonschema_rs.ValidationError) -> str:
    return f"{''.join(f'/{step}' for step in error.instance_path) or '/'}: {error.message}"


# Table Schema

_COLUMN_TYPES: Mapping[str, tuple[str, str | None]] = {
    "text": ("string", None),
    "uuid": ("string", "uuid"),
    "uri": ("string", "uri"),
    "email": ("string", "email"),
    "number": ("number", None),
    "date": ("date", None),
    "time": ("time", None),
    "date-time": ("datetime", None),
}
_FACT_TYPES = {"integer": "integer", "number": "number", "boolean": "boolean", "array": "array", "object": "object"}


def table_schema(entity: Entity, tables: Sequence[str]) -> dict[str, Any]:
    """Table Schema (https://specs.frictionlessdata.io/table-schema/) of an object, its keys to the other tables."""
    scalars = [entity.fields[name] for name in entity.columns if name in entity.fields]
    keys = [
        {"fields": field.name, "reference": {"resource": field.refers, "fields": "id"}}
        for field in scalars
        if field.refers in tables
    ]
    columns = [*(_column(field) for field in scalars), *(_fact_column(fact) for fact in entity.facts.values())]
    schema: dict[str, Any] = {"fields": columns, "primaryKey": "id", "missingValues": [""]}
    return {**schema, "foreignKeys": keys} if keys else schema


def _column(field: Field) -> dict[str, Any]:
    kind, form = _COLUMN_TYPES[field.holds]
    constraints: dict[str, Any] = {"required": field.in_tables, "unique": field.unique}
    if field.options:
        constraints["enum"] = list(field.options)
    return {"name": field.name, "type": kind, **({"format": form} if form else {}), "constraints": constraints}


def _fact_column(fact: Fact) -> dict[str, Any]:
    return {"name": fact.name, "type": fact_type(fact), "description": fact.meaning}


def fact_type(fact: Fact) -> str:
    """`string`, `number`, `boolean`; `array` and `object`, which stand in a cell as JSON."""
    if "const" in fact.schema:
        return "boolean" if isinstance(fact.schema["const"], bool) else "string"
    if "$ref" in fact.schema:
        return "object"
    return _FACT_TYPES.get(str(fact.schema.get("type")), "string")
