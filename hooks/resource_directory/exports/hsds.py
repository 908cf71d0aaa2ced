"""A record as one service of the Human Services Data Specification 3.1, with what it holds.

docs/data/v1/profile.md says for other programs what is written here: how records map, how a withheld place and a
pause look, what our own `x_...` facts mean. Absent facts are absent: no null, no empty text, no empty list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from resource_directory.directory import Directory
from resource_directory.exports.hsds_hours import schedule_rows
from resource_directory.exports.hsds_schema import coded_fields, entities
from resource_directory.exports.hsds_terms import Taxonomies, identifier, organization_id, service_id
from resource_directory.model import Location, Record, Referral, language_name
from resource_directory.views import referral_words

Data = dict[str, Any]
#: Kinds of telephone as the specification names them, where its word is another (RFC 6350).
PHONE_TYPES = {"tty": "textphone"}
#: Fields of an address without which the specification has no address.
_WHOLE_ADDRESS = ("address_1", "city", "state_province", "postal_code")
_EXACT = ("name", "alternate_name", "description", "url", "email", "interpretation_services", "application_process")
#: The Census Bureau's page about an area, by its own identifier of areas.
_CENSUS = "https://data.census.gov/profile?g={}"
ASSUMED = "No source names this area. Ask whether the place is served."


class Services:
    """Records of a Directory as services. What repeats (terms, organizations, names of places) is made once.

    `site_url` is the published address of the site, ending in a slash, where it is known: terms then lead to our
    profile. No id depends on it.
    """

    def __init__(self, directory: Directory, site_url: str = "") -> None:
        self.directory = directory
        self._taxonomies = Taxonomies(directory.vocabulary, f"{site_url}data/v1/profile/" if site_url else "")
        self._facts = tuple((name, name.removeprefix("x_")) for name in entities()["service"].facts)
        self._parent = lru_cache(maxsize=None)(self._made_parent)

    def of(self, record: Record) -> Data:
        """The service, its organization and all else within it. Nothing of a withheld place is in it."""
        data = _plain(record)
        made: Data = {"id": service_id(record.id)}
        made.update((name, data[name]) for name in _EXACT if name in data)
        made |= self._standing(record)
        made |= _asked(data)
        parent = self.directory.parent(record)
        made["organization"] = self._parent(parent.id) if parent else self._organization(record, data)
        made |= {name: parts for name, part in _PARTS.items() if (parts := list(part(self, record, data)))}
        made.update((name, data[field]) for name, field in self._facts if field in data and field not in _REWORKED)
        made["x_state"] = self.directory.paths[record.id].split("/")[2]
        return made | _own_facts(record, data)

    def _standing(self, record: Record) -> Data:
        """Its status on the Directory's day, an alert where there is something to say, the day of its own word."""
        told = record.referral or Referral()
        state, sentence = referral_words(told, self.directory) if told.status else ("", "")
        instead = self.directory.records.get(told.instead or "")
        said = [sentence if state not in {"", "open"} else "", told.alert or "", _instead(instead)]
        made: Data = {"status": _STATUS.get(state, "active")}
        if alert := " ".join(filter(None, said)):
            made["alert"] = alert
        if record.verified:
            made["assured_date"] = record.verified.date.isoformat()
        return made

    def _made_parent(self, record_id: str) -> Data:
        record = self.directory.records[record_id]
        return self._organization(record, _plain(record))

    def _organization(self, record: Record, data: Mapping[str, Any]) -> Data:
        """The organization that a record is: the same wherever it stands."""
        record_id = record.id
        made: Data = {"id": organization_id(record_id), "name": record.name}
        made.update((name, data[name]) for name in ("alternate_name", "email") if name in data)
        kind = self.directory.vocabulary.types[record.type]
        made["description"] = data.get("description") or f"{kind.label}. {kind.what_it_is}"
        if record.url:
            made["website"] = record.url
        parent = self.directory.parent(record)
        if parent is not None:
            made["parent_organization_id"] = organization_id(parent.id)
        if record_id in self.directory.offices:
            # Pages of offices without a telephone show their organization's.
            made |= _filled("phones", _phones(f"{record_id}/organization", data.get("phones", ())))
        made |= _filled("organization_identifiers", self._identifiers(record))
        made["x_id"] = record_id
        return made if record.description else {**made, "x_description_is_general": True}

    def _identifiers(self, record: Record) -> Iterator[Data]:
        labels = self.directory.vocabulary.codes("registries")
        for entry in record.registry_ids or ():
            yield {
                "id": identifier(f"{record.id}/organization/identifiers/{entry.registry}/{entry.id}"),
                "identifier_scheme": entry.registry,
                "identifier_type": labels[entry.registry],
                "identifier": entry.id,
            }

    def attributes(self, record: Record, data: Mapping[str, Any]) -> Iterator[Data]:
        """A term for each code: its type, services, the needs that they meet, whom it is for, programs and so on."""
        for name, (vocabulary, _) in coded_fields(record.type).items():
            if name == "accessibility" and _is_public(record):
                continue  # Said of the location.
            found = _at(data, name)
            for code in [found] if isinstance(found, str) else found or ():
                yield self._attribute(record, name, vocabulary, code)
        for need in self.directory.needs_met(record):
            yield self._attribute(record, "needs", "needs", need.code)

    def _attribute(self, record: Record, name: str, vocabulary: str, code: str) -> Data:
        return {
            "id": identifier(f"{record.id}/attributes/{name}/{code}"),
            "link_type": name,
            "taxonomy_term": self._taxonomies.term(vocabulary, code),
        }

    def timezone(self, record: Record) -> str | None:
        """The IANA name of the zone of a public place, or of all counties served where they share one."""
        if county := self.directory.county_of(record):
            return county.timezone
        known = self.directory.places.counties
        zones = {known[fips].timezone for fips in self.directory.counties_served(record) if fips in known}
        return zones.pop() if len(zones) == 1 else None

    def schedules(self, record: Record, data: Mapping[str, Any]) -> Iterator[Data]:
        """Rows for each entry of its hours. Ids depend on what they are for and say, not on the order of the list."""
        if "schedules" not in data:
            return
        timezone = self.timezone(record)
        entries = enumerate(data["schedules"], start=1)
        rows = [row for number, entry in entries for row in schedule_rows(entry, number, timezone)]
        said = ("x_purpose", "x_opening_hours", "byday", "opens_at")
        names = [f"{record.id}/schedules/" + "/".join(row.get(name, "") for name in said) for row in rows]
        yield from ({"id": key, **row} for key, row in zip(_numbered(names), rows, strict=True))

    def areas(self, record: Record, data: Mapping[str, Any]) -> Iterator[Data]:
        """An area for each county, region and state named. Where it is assumed, each says so."""
        area = data.get("service_area", {})
        said = " ".join(filter(None, (ASSUMED if "assumed" in area else "", area.get("description", ""))))
        for kind, code, facts in _areas(data):
            name, uri = self._place(kind, code)
            made = {"id": identifier(f"{record.id}/areas/{kind}/{code}"), "name": name}
            made |= {"description": said} if said and kind != "member" else {}
            made |= {"extent": name, "extent_type": "text"}
            yield {**made, **({"uri": uri} if uri else {}), "x_kind": kind, "x_code": code, **facts}

    def _place(self, kind: str, code: str) -> tuple[str, str]:
        """The name of an area, and an address that stands for it."""
        places = self.directory.places
        if kind == "country":
            return "United States", _CENSUS.format("010XX00US")
        if kind == "state" and (state := places.states.get(code.upper())):
            return state.name, _CENSUS.format(f"040XX00US{state.fips}")
        if county := places.counties.get(code):
            return f"{county.full_name}, {places.states[county.state].name}", _CENSUS.format(f"050XX00US{code}")
        region = self.directory.regions.get(code)
        return (f"{region.name} ({code})" if region else code), ""

    def locations(self, record: Record, data: Mapping[str, Any]) -> Iterator[Data]:
        """The service at its public place; nothing at all where the place is withheld or not known."""
        if record.location is None or record.location.visibility != "public":
            return
        top = f"{record.id}/location"
        place = data["location"]
        made: Data = {"id": identifier(top), "location_type": "physical"}
        made |= {name: place[name] for name in ("description",) if name in place}
        made |= _point(place.get("point", {}), record.location)
        address = place.get("address", {})
        if all(name in address for name in _WHOLE_ADDRESS):
            whole = {"id": identifier(f"{top}/address"), **address, "country": "US", "address_type": "physical"}
            made["addresses"] = [whole]
        elif address:
            made["x_address"] = address
        made |= _filled("accessibility", self._accessibility(top, data))
        made |= {"x_county": place["county"]} if "county" in place else {}
        yield {"id": identifier(f"{record.id}/at-location"), "location": made}

    def _accessibility(self, top: str, data: Mapping[str, Any]) -> Iterator[Data]:
        labels = self.directory.vocabulary.codes("accessibility")
        for code in data.get("accessibility", ()):
            yield {"id": identifier(f"{top}/accessibility/{code}"), "description": labels[code], "x_code": code}


def _plain(record: Record) -> Data:
    """The record as plain data, in the order of the model's fields; absent fields absent, dates as text."""
    return record.model_dump(mode="json", exclude_none=True)


_STATUS = {"paused": "temporarily closed", "closed": "inactive"}
#: Facts that are not the record's field as it stands.
_REWORKED = frozenset({"eligibility", "service_area", "registry_ids"})


def _is_public(record: Record) -> bool:
    return record.location is not None and record.location.visibility == "public"


def _instead(record: Record | None) -> str:
    """`Instead: Example House, 303-555-0100.`"""
    if record is None:
        return ""
    number = next((phone.number for phone in record.phones or () if phone.type == "voice"), "")
    return f"Instead: {', '.join(filter(None, (record.name, number)))}."


def _asked(data: Mapping[str, Any]) -> Data:
    """What it says of who qualifies and what it costs, where the specification has a field for it."""
    told = data.get("eligibility", {})
    made = {"eligibility_description": told["description"]} if "description" in told else {}
    made |= {name: told[name] for name in ("minimum_age", "maximum_age") if name in told}
    return {**made, "fees_description": data["fees_description"]} if "fees_description" in data else made


def _own_facts(record: Record, data: Mapping[str, Any]) -> Data:
    """Facts that are a part of a field of the record."""
    made: Data = {}
    carried = {"description", "minimum_age", "maximum_age", "households", "populations"}
    if rest := {name: value for name, value in data.get("eligibility", {}).items() if name not in carried}:
        made["x_eligibility"] = rest
    area = data.get("service_area", {})
    if said := {name: area[name] for name in ("assumed", "description") if name in area}:
        made["x_service_area"] = said
    if record.organization and record.registry_ids:
        # Else they are the organization's.
        made["x_registry_ids"] = data["registry_ids"]
    if record.location is not None:
        made["x_location_visibility"] = record.location.visibility
    return made


def _at(data: Mapping[str, Any], name: str) -> Any:
    """`eligibility.populations` -> that field of that part, or None."""
    top, _, inner = name.partition(".")
    found = data.get(top)
    return found.get(inner) if inner and found else found


def _filled(name: str, parts: Iterable[Data]) -> dict[str, list[Data]]:
    found = list(parts)
    return {name: found} if found else {}


def _numbered(names: Iterable[str]) -> Iterator[str]:
    """Ids of names: what comes twice is counted, so that the first keeps its id."""
    seen: dict[str, int] = {}
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        yield identifier(name if seen[name] == 1 else f"{name}/{seen[name]}")


def _phones(top: str, entries: Iterable[Mapping[str, Any]]) -> Iterator[Data]:
    """Telephones below the object `top`. An id depends on the number and what it is for, not on the order."""
    found = list(entries)
    names = [
        f"{top}/phones/" + "/".join(entry.get(part, "") for part in ("type", "number", "extension", "purpose"))
        for entry in found
    ]
    for entry, key in zip(found, _numbered(names), strict=True):
        kind = entry.get("type", "voice")
        made: Data = {"id": key, "number": entry["number"]} | _extension(entry)
        made["type"] = PHONE_TYPES.get(kind, kind)
        made |= {"description": entry["description"]} if "description" in entry else {}
        made |= _filled("languages", _languages(f"{top}/{key}", entry))
        made |= {f"x_{part}": entry[part] for part in ("keyword", "purpose", "opening_hours") if part in entry}
        yield made


def _extension(entry: Mapping[str, Any]) -> Data:
    """The specification's extension is a number: one that begins with a zero is also kept as it is dialled."""
    text = entry.get("extension")
    if text is None:
        return {}
    exact = {"x_extension": text} if str(int(text)) != text else {}
    return {"extension": int(text), **exact}


def _languages(top: str, data: Mapping[str, Any]) -> Iterator[Data]:
    for code in data.get("languages", ()):
        yield {"id": identifier(f"{top}/languages/{code}"), "name": language_name(code) or code, "code": code}


def _contacts(_services: Services, record: Record, data: Mapping[str, Any]) -> Iterator[Data]:
    entries = data.get("contacts", ())
    names = [
        f"{record.id}/contacts/" + "/".join(entry.get(part, "") for part in ("role", "title", "name", "email", "phone"))
        for entry in entries
    ]
    for entry, key in zip(entries, _numbered(names), strict=True):
        made: Data = {"id": key} | {part: entry[part] for part in ("name", "title", "email") if part in entry}
        if "phone" in entry:
            made["phones"] = [
                {"id": identifier(f"{record.id}/{key}/phone"), "number": entry["phone"], **_extension(entry)}
            ]
        elif "extension" in entry:
            made["x_extension"] = entry["extension"]
        made |= {f"x_{part}": entry[part] for part in ("role", "name_published_at", "description") if part in entry}
        yield made


def _point(point: Mapping[str, Any], location: Location) -> Data:
    """Degrees where the point is a place; the middle of a ZIP code or a town only in our own fact."""
    if not point:
        return {}
    degrees = {name: point[name] for name in ("latitude", "longitude")}
    rest = {name: point[name] for name in ("precision", "source") if name in point}
    if location.point is not None and not location.point.is_a_place:
        return {"x_point": {**rest, **degrees}}
    return {**degrees, "x_point": rest} if rest else degrees


def _areas(data: Mapping[str, Any]) -> Iterator[tuple[str, str, Data]]:
    """(kind, code, our facts) of the areas that a record names. A region's own counties are its members."""
    area = data.get("service_area", {})
    if "nationwide" in area:
        yield "country", "US", {}
    for kind, name in (("state", "states"), ("region", "regions"), ("county", "counties")):
        yield from ((kind, code, {}) for code in area.get(name, ()))
    for county in data.get("counties", ()):
        yield "member", county["fips"], {"x_share": county["share"]} if "share" in county else {}


def _documents(_services: Services, record: Record, data: Mapping[str, Any]) -> Iterator[Data]:
    for document in data.get("required_documents", ()):
        yield {"id": identifier(f"{record.id}/documents/{document}"), "document": document}


def _costs(_services: Services, record: Record, data: Mapping[str, Any]) -> Iterator[Data]:
    """What it says of its fees; amounts in words only, for nothing here is a sum."""
    if "fees_description" in data:
        yield {"id": identifier(f"{record.id}/costs/fees"), "amount_description": data["fees_description"]}
    if data.get("sliding_fee") == "yes":
        yield {"id": identifier(f"{record.id}/costs/sliding-fee"), "option": "Sliding fee, set by income"}


def _urls(_services: Services, record: Record, data: Mapping[str, Any]) -> Iterator[Data]:
    entry = data.get("coordinated_entry", {})
    for label, url in (("Chat", data.get("chat")), ("Coordinated entry", entry.get("url"))):
        if url:
            yield {"id": identifier(f"{record.id}/urls/{label}"), "label": label, "url": url}


_PARTS: Mapping[str, Callable[[Services, Record, Mapping[str, Any]], Iterable[Data]]] = {
    "additional_urls": _urls,
    "phones": lambda _, record, data: _phones(record.id, data.get("phones", ())),
    "schedules": Services.schedules,
    "service_areas": Services.areas,
    "service_at_locations": Services.locations,
    "languages": lambda _, record, data: _languages(record.id, data),
    "cost_options": _costs,
    "required_documents": _documents,
    "contacts": _contacts,
    "attributes": Services.attributes,
}
