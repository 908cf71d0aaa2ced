"""What the last import said of each field, kept as short digests: enough to tell what a person has changed since.

`data/imports/values/<state>.csv` has a line a record and a column a field. A digest is no value: where a place is
withheld, nothing of the place is kept, not even a digest, because streets can be guessed. The file is the machine's
own; people edit records, never this.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

FOLDER = "data/imports/values"
#: Parts of a record that are compared each for itself.
PLACE_FIELDS = ("location.address", "location.county", "location.point")
#: Fields that are the record's own, or decided elsewhere: never compared.
_OWN = frozenset({"id", "type", "location", "verified", "former_ids", "registry_ids"})
#: Letters of a digest; 36 bits: one edit in 69 thousand millions would be overlooked.
_LETTERS = 6
#: What an importer says of a telephone number. Hours and languages are a person's additions.
PHONE_FACTS = ("number", "extension", "type", "keyword", "purpose", "description")

Digests = Mapping[str, str]
#: Digests by field, by path of the record.
LastValues = Mapping[str, Digests]


def fields_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a record's plain data by field; the parts of its place by `location.<part>`."""
    found = {name: value for name, value in data.items() if name not in _OWN}
    place = data.get("location") or {}
    for name in PLACE_FIELDS:
        if (value := place.get(name.removeprefix("location."))) is not None:
            found[name] = value
    return found


def digest(name: str, value: Any) -> str:
    """Six letters for a field's value, empty for none. Capitals in names are a person's business."""
    if value is None:
        return ""
    if name == "phones":
        return " ".join(digest("", phone_facts(phone)) for phone in value)
    plain = value.casefold() if name == "name" else value
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode()[:_LETTERS]


def phone_facts(phone: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a number that an importer may have said; a voice line's type goes without saying."""
    facts = {name: phone[name] for name in PHONE_FACTS if name in phone}
    return {name: value for name, value in facts.items() if (name, value) != ("type", "voice")}


def digests_of(data: Mapping[str, Any]) -> dict[str, str]:
    """Digests of every field of a draft's plain data."""
    return {name: digest(name, value) for name, value in fields_of(data).items()}


def fit_to_keep(digests: Digests, record: Mapping[str, Any]) -> dict[str, str]:
    """The digests that may be kept beside the record as it was written: of a withheld place none, and its name and web
    address only where the record itself shows them."""
    place = record.get("location") or {}
    kept = {name: value for name, value in digests.items() if value}
    if place.get("visibility") != "withheld":
        return kept
    shown = fields_of(record)
    unsure = [name for name in ("name", "url") if kept.get(name) != digest(name, shown.get(name))]
    return {name: value for name, value in kept.items() if name not in PLACE_FIELDS and name not in unsure}


def values_path(state: str) -> str:
    """`co` -> `data/imports/values/co.csv`."""
    return f"{FOLDER}/{state}.csv"


def values_text(values: LastValues) -> str:
    """The text of one state's file, from digests by path."""
    columns = sorted({name for digests in values.values() for name in digests})
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(("type", "id", *columns))
    for path, digests in sorted(values.items()):
        writer.writerow((*_type_and_id(path), *(digests.get(name, "") for name in columns)))
    return stream.getvalue()


def _type_and_id(path: str) -> tuple[str, str]:
    type_code, file = path.split("/")[-2:]
    return type_code, file.removesuffix(".yml")


class ValuesError(Exception):
    """The file of last values cannot be read; the message says what to do."""


def read_values(text: str, state: str) -> dict[str, dict[str, str]]:
    """The other way: digests by path. Raises ValuesError for what is no such file."""
    rows = list(csv.reader(text.splitlines()))
    if not rows or rows[0][:2] != ["type", "id"] or any(len(row) != len(rows[0]) for row in rows):
        raise ValuesError(f"{values_path(state)} is not as it was written. Take it from the last commit: git checkout.")
    names = rows[0][2:]
    return {
        f"data/resources/{state}/{row[0]}/{row[1]}.yml": {
            name: value for name, value in zip(names, row[2:], strict=True) if value
        }
        for row in rows[1:]
    }


def by_state(paths: Iterable[str]) -> dict[str, list[str]]:
    """Paths of records by state (`co`)."""
    found: dict[str, list[str]] = {}
    for path in paths:
        found.setdefault(path.split("/")[2], []).append(path)
    return found
