"""Services to checked records: our own as they were, others as drafts. A place that may be secret is withheld first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from resource_directory.importers.cleaning import front_page
from resource_directory.importers.confidential import NAME_TELLS_PLACE, name_tells_place, named_key
from resource_directory.importers.drafts import ImportContext
from resource_directory.importers.hsds.files import Found
from resource_directory.importers.hsds.others import BY_TYPE, Drafted, LeftOut, why_secret
from resource_directory.importers.hsds.own import facts_of
from resource_directory.importers.identifiers import name_drafts
from resource_directory.importers.keeping import WITHHELD
from resource_directory.model import Record, place_named, record_class
from resource_directory.rules import check_record

Data = dict[str, Any]
NO_SUCH_STATE = "its x_state is no state's postal code in small letters, nor us"


@dataclass
class Made:
    """Records by path (`co/legal_aid/example.yml`), what became of the others, and whom a person should look at."""

    records: dict[str, Record] = field(default_factory=dict)
    #: Where each record's service stands, by path.
    places: dict[str, str] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)
    #: Services that are in the directory already: where they stand, and the path of the record.
    there: list[tuple[str, str]] = field(default_factory=list)
    #: (`co/example-clinic`, reason) of places that were withheld.
    review: list[tuple[str, str]] = field(default_factory=list)


def own_records(found: Iterable[Found], context: ImportContext, existing: Mapping[str, Record]) -> Made:
    """Records of services that a directory like ours exported. `existing` are the repository's, by path."""
    public = {record.id for record in existing.values() if record.location and record.location.visibility == "public"}
    states = {"us", *map(str.lower, context.places.states)}
    made = Made()
    for entry in found:
        data = facts_of(entry.service)
        state = str(entry.service.get("x_state", "us"))
        if state not in states:  # It becomes a folder's name.
            made.left_out.append(LeftOut(entry.where, NO_SUCH_STATE))
            continue
        if data.get("id") not in public and (why := _why_secret(data, state, context)):
            if not _withhold(data):
                made.left_out.append(LeftOut(entry.where, NAME_TELLS_PLACE))
                continue
            made.review.append((f"{state}/{data['id']}", why))
        _check(made, entry.where, f"{state}/{data['type']}/{data.get('id')}.yml", data, context)
    return made


def _why_secret(data: Data, state: str, context: ImportContext) -> str | None:
    """Why its public place is withheld here; None where it has none, or where nothing speaks against it."""
    place = data.get("location", {})
    if place.get("visibility") != "public":
        return None
    if data["type"] == "domestic_violence":
        return BY_TYPE if set(place) - {"visibility"} else None
    address, point = place.get("address", {}), place.get("point", {})
    if data["type"] != "health_center" and place_named(place, address) is None:
        return None  # A town tells nothing.
    row = {
        "name": str(data["name"]),
        "street": str(address.get("address_1", "")),
        "city": str(address.get("city", "")),
        "state": str(address.get("state_province", state.upper())),
        "zip": str(address.get("postal_code", "")),
        "lat": str(point.get("latitude", "")),
        "lon": str(point.get("longitude", "")),
        "phone": next((str(phone["number"]) for phone in data.get("phones", ())), ""),
        "website": str(data.get("url", "")),
    }
    numbers = [f"{entry['registry']}:{entry['id']}" for entry in data.get("registry_ids", ())]
    key = numbers[0] if numbers else named_key(data["type"], state.upper(), row["name"])
    return why_secret(context.gate, row, str(data["type"]), key)


def _withhold(data: Data) -> bool:
    """Takes the place out of the data. False where even the name may tell it."""
    street = str(data["location"].get("address", {}).get("address_1", ""))
    if name_tells_place(str(data["name"]), street):
        return False
    data["location"] = dict(WITHHELD)
    if "url" in data:
        data["url"] = front_page(data["url"])
    return True


def draft_records(drafted: Drafted, context: ImportContext, existing: Mapping[str, Record]) -> Made:
    """Records of drafts: named, checked by every rule. What is in the directory already is left alone and told."""
    named = name_drafts(drafted.drafts, existing, context.vocabulary, context.rules.neutral_pattern)
    made = Made(left_out=list(drafted.left_out))
    for draft in drafted.drafts:
        where = drafted.places[draft.key]
        if path := named.existing.get(draft.key):
            made.there.append((where, path))
            continue
        key = named.ids[draft.key]
        _check(
            made,
            where,
            f"{draft.state.lower()}/{draft.type}/{key}.yml",
            {"id": key, "type": draft.type, **draft.data},
            context,
        )
    states = {draft.key: f"{draft.state.lower()}/{named.ids[draft.key]}" for draft in drafted.drafts}
    made.review = [(states.get(e.key, f"{e.state.lower()}/{e.key}"), e.reason) for e in drafted.review]
    return made


def _check(made: Made, where: str, path: str, data: Data, context: ImportContext) -> None:
    """The record, where it is one and no rule speaks against it. Codes only: a value may be what must not be shown."""
    rules = context.rules
    if data["type"] not in rules.vocabulary.types:
        made.left_out.append(LeftOut(where, "its type is not in our vocabulary"))
        return
    try:
        model = record_class(data["type"])
        record = model.model_validate(data, context={"vocabulary": rules.vocabulary, "today": rules.today})
    except ValidationError as error:
        made.left_out.append(LeftOut(where, f"it does not pass the check ({', '.join(_codes(error))})"))
        return
    codes = sorted({finding.code for finding in check_record(record, f"data/resources/{path}", rules)})
    if codes:
        made.left_out.append(LeftOut(where, f"it does not pass the check ({', '.join(codes)})"))
    elif path in made.records:
        made.left_out.append(LeftOut(where, f"its id stands twice; the first is {made.places[path]}"))
    else:
        made.records[path], made.places[path] = record, where


def _codes(error: ValidationError) -> list[str]:
    return sorted({f"{each['type']} {each['loc'][0] if each['loc'] else ''}".strip() for each in error.errors()})
