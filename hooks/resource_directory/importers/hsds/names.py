"""Services of any edition of HSDS in the words of the newest: older names renamed, values looked at."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from resource_directory.exports.hsds_schema import Field, entities

Data = dict[str, Any]
#: Tables and lists that go by another name than the newest edition's, in small letters: the object in each row.
TABLE_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "physical_addresses": "address",
        "physical_address": "address",
        "postal_addresses": "address",
        "postal_address": "address",
        "regular_schedules": "schedule",
        "regular_schedule": "schedule",
        "services_at_location": "service_at_location",
        "service_at_locations": "service_at_location",
        "accessibility_for_disabilities": "accessibility",
        "accessibilities": "accessibility",
        "accessibilitys": "accessibility",
        "cost_options": "cost_option",
        "urls": "url",
        "service_attribute": "attribute",
        "other_attributes": "attribute",
    }
)
#: Fields by object: what they were called before.
_OLD_FIELDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "organization": {"url": "website", "identifiers": "organization_identifiers"},
        "service": {
            "fees": "fees_description",
            "eligibility": "eligibility_description",
            "regular_schedules": "schedules",
            "regular_schedule": "schedules",
            "required_document": "required_documents",
            "languagess": "languages",
            "cost_option": "cost_options",
            "email_address": "email",
        },
        "service_at_location": {"regular_schedules": "schedules", "regular_schedule": "schedules"},
        "location": {
            "physical_addresses": "addresses",
            "physical_address": "addresses",
            "address": "addresses",
            "addresss": "addresses",
            "accessibilitys": "accessibility",
            "regular_schedules": "schedules",
            "accessibility_for_disabilities": "accessibility",
            "accessibilities": "accessibility",
        },
        "address": {"address": "address_1", "street": "address_1", "state": "state_province", "zip": "postal_code"},
        "phone": {"phone": "number", "phone_number": "number"},
        "language": {"language": "name"},
        "accessibility": {"accessibility": "description"},
        "required_document": {"required_document": "document"},
        "service_area": {"service_area": "name"},
        "taxonomy_term": {"term": "name", "vocabulary": "taxonomy"},
        "attribute": {"taxonomy": "taxonomy_term", "taxonomy_id": "taxonomy_term_id", "taxonomy_detail": "label"},
    }
)
#: Lists of a service whose rows the newest edition has as attributes.
_OLD_ATTRIBUTES = ("service_taxonomy", "service_taxonomys", "services_taxonomy", "taxonomy", "taxonomies")
#: Fields of older editions that are read and have no place in the newest.
_KEPT: Mapping[str, frozenset[str]] = MappingProxyType({"schedule": frozenset({"weekday"})})


@dataclass(frozen=True)
class Trouble:
    """Something in a file that cannot be used: where it stands, what is wrong, how to mend it. No value in it."""

    where: str
    message: str
    fix: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message} {self.fix}"


@dataclass
class Modern:
    """Makes objects modern, and gathers what is wrong with them."""

    troubles: list[Trouble] = field(default_factory=list)

    def of(self, name: str, found: Any, where: str) -> Data:
        """The object with the newest names, every value of the declared kind; what is not is left out and told."""
        if not isinstance(found, Mapping):
            self._wrong(
                where, f"This is not an object, and should be a {_words(name)}.", "Write {...} with its fields."
            )
            return {}
        entity = entities()[name]
        made: Data = {}
        for key, value in _renamed(name, found).items():
            if value is None or value in ("", [], {}):
                continue
            if key in entity.fields:
                self._take(made, entity.fields[key], value, f"{where}/{key}")
            elif key in entity.facts or key in _KEPT.get(name, ()):
                made[key] = value
        return made

    def _take(self, made: Data, declared: Field, value: Any, where: str) -> None:
        if declared.many:
            value = [value] if isinstance(value, Mapping) else value
            if not isinstance(value, list):
                self._wrong(where, "This is not a list.", f"Write [...] with a {_words(declared.holds)} in each place.")
                return
            parts = [self.of(declared.holds, part, f"{where}/{index}") for index, part in enumerate(value)]
            if kept := [part for part in parts if part]:
                made[declared.name] = kept
        elif not declared.is_scalar:
            if part := self.of(declared.holds, value, where):
                made[declared.name] = part
        else:
            kind = _number if declared.holds == "number" else _text
            taken = kind(value)
            if taken is None:
                self._wrong(where, *_WRONG[declared.holds == "number"])
            elif taken != "":
                made[declared.name] = taken

    def _wrong(self, where: str, message: str, fix: str) -> None:
        self.troubles.append(Trouble(where, message, fix))


_WRONG: Mapping[bool, tuple[str, str]] = MappingProxyType(
    {
        True: ("This is not a number.", "Write digits only, or leave it out."),
        False: ("This is not a text.", "Write one text, or leave it out."),
    }
)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _number(value: Any) -> float | str | None:
    """The number; a telephone's extension may be a text of digits."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value if math.isfinite(value) else None
    text = str(value).strip() if isinstance(value, str) else None
    if text is None:
        return None
    try:
        number = float(text)
    except ValueError:
        return None if text else ""
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() and "." not in text else number


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return repr(value)
    return value.strip() if isinstance(value, str) else None


def _renamed(name: str, found: Mapping[str, Any]) -> Data:
    """With the newest names; where both stand, the newest wins."""
    old = _OLD_FIELDS.get(name, {})
    made = {key: value for key, value in found.items() if key not in old}
    for key, new in old.items():
        if found.get(key) not in (None, "") and made.get(new) in (None, ""):
            made[new] = found[key]
    special = _SPECIAL.get(name)
    return special(made, found) if special else made


def _service(made: Data, found: Mapping[str, Any]) -> Data:
    """A service's own terms and eligibility, as older editions list them."""
    attributes: list[Any] = []
    for name in _OLD_ATTRIBUTES:
        if isinstance(entries := found.get(name), list):
            attributes += [entry if _is_link(entry) else {"taxonomy_term": entry} for entry in entries]
    if attributes:
        made["attributes"] = [*(made.get("attributes") or ()), *attributes]
    for name in ("eligibilitys", "eligibilities", "eligibility"):
        if isinstance(entries := found.get(name), list):
            said = [str(entry.get("eligibility") or "") for entry in entries if isinstance(entry, Mapping)]
            made["eligibility_description"] = "; ".join(filter(None, said))
    return made


def _is_link(entry: Any) -> bool:
    """True for an entry that holds the term, rather than being one."""
    return isinstance(entry, Mapping) and isinstance(entry.get("taxonomy", entry.get("taxonomy_term")), Mapping)


_SPECIAL: Mapping[str, Callable[[Data, Mapping[str, Any]], Data]] = MappingProxyType({"service": _service})
