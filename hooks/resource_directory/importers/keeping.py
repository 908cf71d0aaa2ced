"""A draft joined with the record that exists already: what a person decided stays, what the publisher said is new.

From an edition of the table that the record already carries (same publisher, same day or earlier) there is nothing
new: whatever differs was changed by a person, or by us, and stays. From a later edition the imported fields are taken
anew, all others stay. A place once withheld stays withheld whatever a later file says.

Whole editions are compared only where what the last import said is not known; else `merging` compares field by field.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from resource_directory.importers.confidential import name_tells_place

WITHHELD: Mapping[str, str] = {"visibility": "withheld"}
#: Fields in which a person's list is better than what an importer worked out from a name.
_PERSONS_LISTS = ("services", "health_services", "sliding_fee")
#: What tells that a person has added to a telephone number.
_PERSONS_PHONE_FACTS = ("opening_hours", "languages")


def is_same_edition(existing: Mapping[str, Any], draft: Mapping[str, Any]) -> bool:
    """True where the record's source is the draft's, and no older."""
    old, new = existing["source"], draft["source"]
    return bool(old["publisher"] == new["publisher"] and old["retrieved"] >= new["retrieved"])


def joined(existing: Mapping[str, Any], draft: Mapping[str, Any], *, refresh: bool = False) -> dict[str, Any]:
    """The record's data after the import, from plain data of the record and the draft (as `record_data` gives it).

    `refresh` takes imported fields anew from the same edition too: for use after an importer was mended.
    """
    if is_same_edition(existing, draft) and not refresh:
        kept = dict(existing)
        for link in ("organization", "coalition"):
            if link in draft:
                kept.setdefault(link, draft[link])
    else:
        kept = {**existing, **draft, "id": existing["id"]}
        kept |= {name: existing[name] for name in _PERSONS_LISTS if name in existing and not refresh}
        if draft.get("setting") == "mobile" and "location" not in draft:
            # The publisher now says that it drives: where it was thought to stand is no place to go.
            kept.pop("location", None)
        kept["name"] = _name(existing["name"], draft["name"])
        kept |= _phones(existing.get("phones", []), draft.get("phones", []))
        kept |= _registry_ids(existing.get("registry_ids", []), draft.get("registry_ids", []))
        kept |= _service_area(existing.get("service_area"), draft.get("service_area"))
    return kept | place_after(existing, draft, kept)


def _name(existing: str, draft: str) -> str:
    """A person's capitals and accents are better than the publisher's."""
    return existing if existing.casefold() == draft.casefold() else draft


def _phones(existing: list[dict[str, Any]], draft: list[dict[str, Any]]) -> dict[str, Any]:
    known = {(phone["number"], phone.get("extension")): phone for phone in existing}
    phones = [known.pop((phone["number"], phone.get("extension")), {}) | phone for phone in draft]
    if not draft:
        phones = existing
    else:
        phones += [phone for phone in known.values() if any(fact in phone for fact in _PERSONS_PHONE_FACTS)]
    return {"phones": phones} if phones else {}


def _registry_ids(existing: list[dict[str, Any]], draft: list[dict[str, Any]]) -> dict[str, Any]:
    numbers = [*draft, *(entry for entry in existing if entry not in draft)]
    return {"registry_ids": numbers} if numbers else {}


def _service_area(existing: Mapping[str, Any] | None, draft: Mapping[str, Any] | None) -> dict[str, Any]:
    """An area that somebody has stated is not replaced by one that we assume."""
    stated = existing is not None and "assumed" not in existing
    chosen = existing if draft is None or (stated and "assumed" in draft) else draft
    return {"service_area": chosen} if chosen is not None else {}


def place_after(
    existing: Mapping[str, Any], draft: Mapping[str, Any], kept: Mapping[str, Any], *, known: bool = False
) -> dict[str, Any]:
    """The `location` after an import, and the `name` where it must change too, from plain data of the record, of the
    draft and of both joined. What was withheld stays so, what the gate withholds is withheld, decisions stay.

    `known`: `kept` has been merged field by field, so that nothing is filled in beyond it.
    """
    old, new = existing.get("location") or {}, draft.get("location") or {}
    if old.get("visibility") == "withheld":
        # The name in a later file may hold the street that the record keeps back.
        street = (new.get("address") or {}).get("address_1", "")
        name = existing["name"] if name_tells_place(str(kept["name"]), street) else kept["name"]
        return {"location": dict(WITHHELD) | _decisions(old), "name": name}
    if "authorisation" in old:
        merged = kept.get("location") or {}
        latest = merged if merged.get("visibility") == "public" else old
        return {"location": {**latest, **_decisions(old), "visibility": old["visibility"]}}
    if new.get("visibility") == "withheld":
        return {"location": dict(WITHHELD)}
    if not known and "review" in old and "address" not in old:
        # A person has just found the place ordinary: the record has none yet.
        return {"location": {"visibility": "public", **new, **_decisions(old)}}
    location = {**(kept.get("location") or {}), **_decisions(old)}
    return {"location": location} if location else {}


def _decisions(location: Mapping[str, Any]) -> dict[str, Any]:
    return {name: location[name] for name in ("authorisation", "review", "description") if name in location}
