"""Our own HSDS services back into the facts of the records they were made of: the inverse of `exports.hsds`.

Never exported, and so not here: `editor_note`, and `review` and `authorisation` of a location.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from resource_directory.exports.hsds import PHONE_TYPES
from resource_directory.exports.hsds_schema import coded_fields, entities
from resource_directory.importers.drafts import present
from resource_directory.model import record_class

Data = dict[str, Any]
_KINDS = {theirs: ours for ours, theirs in PHONE_TYPES.items()}
_SAME = (
    *("name", "alternate_name", "description", "url", "email", "interpretation_services"),
    *("application_process", "fees_description"),
)
#: Our own facts that are no field of a record by themselves.
_PARTS = frozenset({"x_eligibility", "x_service_area", "x_location_visibility", "x_registry_ids", "x_state"})
AREAS = {"state": "states", "region": "regions", "county": "counties"}


def is_own(service: Mapping[str, Any]) -> bool:
    """True for a service that was exported by a directory like this one."""
    return "x_id" in service and "x_type" in service and "x_source" in service


def facts_of(service: Mapping[str, Any]) -> Data:
    """The record's fields as plain data, in the order of its model; what the model takes for granted is left out."""
    data: Data = {name: service[name] for name in _SAME if name in service}
    facts = (name for name in entities()["service"].facts if name not in _PARTS and name in service)
    data |= {name.removeprefix("x_"): service[name] for name in facts}
    coded = _coded(service)
    data |= {name: value for name, value in coded.items() if "." not in name}
    data |= present(
        registry_ids=_registry_ids(service),
        phones=[_phone(phone) for phone in service.get("phones", ())],
        contacts=[_contact(contact) for contact in service.get("contacts", ())],
        location=_location(service),
        service_area=_area(service),
        counties=[_member(area) for area in service.get("service_areas", ()) if area.get("x_kind") == "member"],
        schedules=_schedules(service),
        eligibility=_eligibility(service, coded),
        required_documents=[entry["document"] for entry in service.get("required_documents", ())],
        languages=_languages(service),
        accessibility=coded.get("accessibility") or _accessibility(service),
    )
    fields = record_class(str(service["x_type"])).model_fields
    return {name: data[name] for name in fields if name in data}


def _coded(service: Mapping[str, Any]) -> Data:
    """Codes by field, from the attributes; a term's code is the vocabulary's name, a slash and the code."""
    known = coded_fields(str(service["x_type"]))
    found: Data = {}
    for attribute in service.get("attributes", ()):
        name, term = attribute.get("link_type"), attribute.get("taxonomy_term", {})
        if name not in known or name == "type":
            continue
        code = str(term.get("code", "")).partition("/")[2]
        if known[name].many:
            found.setdefault(name, []).append(code)
        else:
            found[name] = code
    return found


def _registry_ids(service: Mapping[str, Any]) -> list[Data]:
    """Its own numbers; where it has no parent, its organization's are its own."""
    if "x_organization" in service:
        return list(service.get("x_registry_ids", ()))
    entries = service.get("organization", {}).get("organization_identifiers", ())
    return [{"registry": entry["identifier_scheme"], "id": entry["identifier"]} for entry in entries]


def _extension(entry: Mapping[str, Any]) -> str | None:
    if "x_extension" in entry:
        return str(entry["x_extension"])
    return str(int(entry["extension"])) if "extension" in entry else None


def _own(entry: Mapping[str, Any], *names: str) -> Data:
    return {name: entry[f"x_{name}"] for name in names if f"x_{name}" in entry}


def _languages(entry: Mapping[str, Any]) -> list[str]:
    return [language["code"] for language in entry.get("languages", ())]


def _phone(phone: Mapping[str, Any]) -> Data:
    kind = phone.get("type", "voice")
    return present(
        number=phone["number"],
        extension=_extension(phone),
        type=None if kind == "voice" else _KINDS.get(kind, kind),
        **_own(phone, "keyword", "purpose", "opening_hours"),
        languages=_languages(phone),
        description=phone.get("description"),
    )


def _contact(contact: Mapping[str, Any]) -> Data:
    phone: Mapping[str, Any] = next(iter(contact.get("phones", ())), {})
    return present(
        **_own(contact, "role", "name_published_at", "description"),
        **{name: contact.get(name) for name in ("title", "name", "email")},
        phone=phone.get("number"),
        extension=_extension({**contact, **phone}),
    )


def _location(service: Mapping[str, Any]) -> Data:
    visibility = service.get("x_location_visibility")
    if visibility is None:
        return {}
    if visibility != "public":
        return {"visibility": visibility}
    places: Sequence[Mapping[str, Any]] = service.get("service_at_locations", ())
    held: Mapping[str, Any] = places[0].get("location", {}) if places else {}
    addresses = held.get("addresses", ())
    wanted = ("address_1", "address_2", "city", "state_province", "postal_code")
    address = {name: addresses[0][name] for name in wanted if name in addresses[0]} if addresses else {}
    degrees = {name: held[name] for name in ("latitude", "longitude") if name in held}
    return present(
        visibility=visibility,
        address=address or held.get("x_address"),
        county=held.get("x_county"),
        point={**degrees, **held.get("x_point", {})},
        description=held.get("description"),
    )


def _area(service: Mapping[str, Any]) -> Data:
    found: Data = {}
    for area in service.get("service_areas", ()):
        if area.get("x_kind") == "country":
            found["nationwide"] = "yes"
        elif area.get("x_kind") in AREAS:
            found.setdefault(AREAS[area["x_kind"]], []).append(area["x_code"])
    return found | dict(service.get("x_service_area", {}))


def _member(area: Mapping[str, Any]) -> Data:
    return present(fips=area["x_code"], share=area.get("x_share"))


def _schedules(service: Mapping[str, Any]) -> list[Data]:
    """An entry for each number: its rows all bear the entry's own facts."""
    entries: dict[int, Data] = {}
    for row in service.get("schedules", ()):
        if "x_entry" in row and row["x_entry"] not in entries:
            own = (
                _own(row, "opening_hours")
                if row.get("x_purpose") == "opening"
                else _own(row, "purpose", "opening_hours")
            )
            entries[row["x_entry"]] = present(**own, description=row.get("description"))
    return [entries[number] for number in sorted(entries)]


def _eligibility(service: Mapping[str, Any], coded: Mapping[str, Any]) -> Data:
    return present(
        description=service.get("eligibility_description"),
        minimum_age=service.get("minimum_age"),
        maximum_age=service.get("maximum_age"),
        **{name.partition(".")[2]: value for name, value in coded.items() if name.startswith("eligibility.")},
        **service.get("x_eligibility", {}),
    )


def _accessibility(service: Mapping[str, Any]) -> list[str]:
    places: Iterable[Mapping[str, Any]] = (entry["location"] for entry in service.get("service_at_locations", ()))
    return [entry["x_code"] for place in places for entry in place.get("accessibility", ()) if "x_code" in entry]
