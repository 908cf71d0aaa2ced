"""The page that tells other programmers what our HSDS says beyond the specification, made from the declaration."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from resource_directory.exports.hsds_schema import Entity, Fact, entities, fact_type, model_parts
from resource_directory.exports.hsds_terms import NAMESPACE, NAMESPACE_NAME
from resource_directory.vocabulary import Vocabulary

NOTE = "Generated from hooks/resource_directory/exports/hsds_schema.py by `make generate`. Do not edit."
_MAPPING = (
    ("`id`, `type`", "`x_id`, `x_type`; `id` is a UUID made of the id"),
    ("`name`, `alternate_name`, `description`, `url`, `email`", "the same"),
    ("`organization` (the parent)", "`organization`, else the record is its own; `x_organization`"),
    ("`registry_ids`", "`organization.organization_identifiers`; of a record with a parent `x_registry_ids`"),
    ("`phones`", "`phones`; `tty` is `textphone`, a number to text is `text`"),
    ("`contacts`", "`contacts`"),
    ("`location`, public", "`service_at_locations[0].location`"),
    ("`location`, withheld", "nothing but `x_location_visibility`"),
    ("`service_area`, a region's `counties`", "`service_areas`, one for each area; `x_service_area`"),
    ("`schedules`", "`schedules`"),
    ("`services` and all other codes", "`attributes` with `link_type` (the field) and `taxonomy_term`"),
    ("the needs that the services meet", "`attributes` with `link_type` `needs`"),
    ("`eligibility`", "`eligibility_description`, `minimum_age`, `maximum_age`, `attributes`, `x_eligibility`"),
    ("`required_documents`, `languages`", "the same"),
    ("`application_process`, `interpretation_services`", "the same"),
    ("`fees_description`, `sliding_fee`", "`fees_description`, `cost_options` in words; `x_sliding_fee`"),
    ("`accessibility`", "`accessibility` of the location; without one `attributes`"),
    ("`referral`", "`status`, `alert`; `x_referral`"),
    ("`verified`", "`assured_date`; `x_verified`"),
    ("everything else", "`x_` and the field's name"),
)
_WORDS = """\
# Our profile of HSDS 3.1

<!-- {note} -->

The files `hsds.json.gz` and `datapackage.zip` of our open data follow the
[Human Services Data Specification 3.1](https://docs.openreferral.org/){{: rel="noreferrer noopener" }}.
Each record of this directory is one service, with its organization and all else nested in it. What the
specification has no field for stands in properties of our own. Their names begin with `x_`. Read what you need and
leave the rest. Types may gain properties; none changes its meaning below `/data/v1/`.

What is not known is not there: no null, no empty text, no empty list. Where a fact is `yes`, `ask` or `no`, a missing
one is none of the three.

## Please keep to this

- **Withheld places.** A service without `service_at_locations` has no public place. `x_location_visibility: withheld`
  says that there is one, and that it is secret. Do not look it up and do not add it: people hide there.
- **Pauses.** `temporarily closed` holds on the day of the file. `x_referral.until` is the day to ask again. Past that
  day say "ask first", never "open". The same goes for `x_waiting_lists[].until`.
- **Assumed areas.** Where `x_service_area.assumed` is `yes`, no source names the area. Tell people to ask.
- **Imported and confirmed.** `x_source` says who published the facts and when we took them. Only a service with
  `assured_date` and `x_verified` was confirmed by the organization itself.
- **Beds** (`x_beds`) were counted once a year. They are no vacancies, so there is no `capacities`.

## How a record becomes a service

| In the record | In HSDS |
|---|---|
{mapping}

Never published: `editor_note`, and of a location `review` and `authorisation`.

**Status.** Paused is `temporarily closed`, closed to referrals is `inactive`, both with an `alert`. A waiting list is
`active` with an `alert`. A pause whose day has gone by is `active` with an `alert` that says to ask first.

**Organizations.** The specification asks for a description. Where an organization has given none, the text says what
such organizations do, and `x_description_is_general` is true. An organization has `phones` where other records stand
below it: their pages show its number where they have none.

**Places.** `latitude` and `longitude` are given only where somebody can go there. The middle of a ZIP code or town
stands in `x_point` with its `precision`. An address that lacks a part which the specification needs stands in
`x_address`.

**Areas.** `x_kind` and `x_code` say exactly which: `county` (FIPS), `region` (Continuum of Care), `state` (postal
code), `country`. `member` is a county of the region that the service itself is. `uri` leads to the Census Bureau's
page.

**Hours.** `byday`, `opens_at` and `closes_at` are clock times of the place. `timezone` is its offset from UTC in
standard time, `x_timezone` its name. Hours that a week's days and times cannot say (nights, seasons, by appointment, or
a place whose zone is not known) have one row with `notes` in words. `x_opening_hours` is exact, in
[OpenStreetMap's syntax](https://wiki.openstreetmap.org/wiki/Key:opening_hours){{: rel="noreferrer noopener" }}.

**Extensions** are numbers. One that begins with a zero is also in `x_extension`.

## Ids

Every `id` is a UUID of version 5 in our namespace `{namespace}`, which is the UUID of `{name}` in the namespace of
addresses. A service's name in it is the record's id, such as `example-house`; an organization's is
`example-house/organization`. Parts are named by what they say, not by their place in a list. So ids stay when the site
moves and when a list is put into another order.

## Tables

`datapackage.zip` has the same facts as CSV tables with `datapackage.json`. Our own facts are columns; a list or an
object among them is JSON. A text that begins with `=`, `+`, `-`, `@`, a tab or a return has an apostrophe before it, so
that no spreadsheet runs it; a text that has apostrophes before such a character has one more. Take one away to have the
text. A taxonomy's terms are listed once, an organization once, whoever names them.

## Our own facts

Each may be missing.
"""


def profile_page(vocabulary: Vocabulary) -> str:
    """The page, in Markdown: how records map, every fact of ours with type and example, every vocabulary."""
    mapping = "\n".join(f"| {ours} | {theirs} |" for ours, theirs in _MAPPING)
    head = _WORDS.format(note=NOTE, mapping=mapping, namespace=NAMESPACE, name=NAMESPACE_NAME)
    lines = [head.rstrip("\n")]
    for entity in entities().values():
        if entity.facts:
            lines += ["", f"### {entity.name}", "", *_facts(entity)]
    lines += ["", "## Parts of our own facts", ""]
    for name in _parts_used():
        lines += [f"### {name}", "", *_part(model_parts()[name]), ""]
    lines += ["## Taxonomies", "", "A term's `code` is the taxonomy's name, a slash and the code.", ""]
    for name in ("types", "services", "needs", *vocabulary.terms):
        lines += [f"### {name} {{ #{name.replace('_', '-')} }}", "", *_terms(name, vocabulary), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _facts(entity: Entity) -> Iterator[str]:
    yield "| Property | Type | What it says | Example |"
    yield "|---|---|---|---|"
    for fact in entity.facts.values():
        cells = (f"`{fact.name}`", _type(fact.schema), fact.meaning, _example(fact))
        yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _example(fact: Fact) -> str:
    if fact.example is None:
        return ""
    value = int(fact.example) if fact_type(fact) == "integer" else fact.example
    return f"`{json.dumps(value, ensure_ascii=False)}`"


def _type(schema: Mapping[str, Any]) -> str:
    """`text`, `list of Meeting`, `yes, ask or no`."""
    if reference := schema.get("$ref"):
        return f"[{_name(reference)}](#{_name(reference).lower()})"
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    if words := schema.get("enum"):
        return ", ".join(f"`{word}`" for word in words)
    if schema.get("type") == "array":
        return f"list: {_type(schema['items'])}"
    if schema.get("type") == "object":
        inner = schema.get("additionalProperties")
        return f"by code: {_type(inner)}" if isinstance(inner, Mapping) else _fields(schema)
    form = {"date": "date", "uri": "address"}.get(str(schema.get("format")))
    return form or {"string": "text", "integer": "whole number"}.get(str(schema.get("type")), "number")


def _fields(schema: Mapping[str, Any]) -> str:
    return "object: " + ", ".join(f"`{name}` ({_type(part)})" for name, part in schema["properties"].items())


def _name(reference: str) -> str:
    return reference.rpartition("/")[2]


def _parts_used() -> list[str]:
    """The parts of the model to which our facts lead, by name."""
    wanted: set[str] = set()
    waiting: list[Any] = [fact.schema for entity in entities().values() for fact in entity.facts.values()]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, Mapping):
            if (name := _name(str(value.get("$ref", "")))) and name not in wanted:
                wanted.add(name)
                waiting.append(model_parts()[name])
            waiting.extend(value.values())
    return sorted(wanted)


def _part(part: Mapping[str, Any]) -> Iterator[str]:
    yield str(part.get("description", "")).replace("\n", " ")
    yield ""
    yield "| Property | Needed | Type | What it says |"
    yield "|---|---|---|---|"
    for name, field in part["properties"].items():
        needed = "yes" if name in part.get("required", ()) else ""
        cells = (f"`{name}`", needed, _type(field), str(field.get("description", "")))
        yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _terms(name: str, vocabulary: Vocabulary) -> Iterator[str]:
    labels = (
        {need.code: need.label for need in vocabulary.needs.values()} if name == "needs" else vocabulary.codes(name)
    )
    yield from (f"- `{code}`: {label}" for code, label in labels.items())
