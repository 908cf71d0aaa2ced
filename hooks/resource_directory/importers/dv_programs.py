"""Domestic violence programs from the state coalitions' own public directories: hot line, web site, area; no place.

A program that stands once a county, with one name and one hot line or web site, is one record that serves those
counties; where it has several numbers, each says for which county it is.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from resource_directory.importers.cleaning import Spelling, name_key, telephone
from resource_directory.importers.confidential import host_of
from resource_directory.importers.drafts import Contacts, Draft, ImportContext, Imported, present, source
from resource_directory.importers.dv_coalitions import coalition_key
from resource_directory.importers.keeping import WITHHELD
from resource_directory.importers.outcome import PUBLISHED, Ledger
from resource_directory.importers.tables import Row, Rows, Table, check_rows

PROGRAMS = Table(
    file="dv_programs.csv",
    publisher="The state coalitions' own public directories",
    url="https://nnedv.org/",
    columns=("name", "state", "hotline", "website", "county_name", "county_fips", "coalition_directory", "retrieved"),
)
NOTE_ROW = "the row is a remark of the directory and names no program"
_REMARK = re.compile(
    r"^currently\b|\bno (?:services?|programs?) (?:is|are|located|operating|available)\b", re.IGNORECASE
)
NO_COUNTY = "The coalition's directory names no county. Ask whether your county is served."


def import_rows(rows: Rows, context: ImportContext) -> Imported:
    """Drafts of programs, the rows of one name with one hot line or web site merged."""
    check_rows(rows, PROGRAMS)
    spelling = context.spelling(row["name"] for row in rows)
    ledger = Ledger(PROGRAMS.file, PROGRAMS.publisher)
    drafts: list[Draft] = []
    for row in rows:
        if is_a_note(row["name"]):
            ledger.add(row["state"], "refused", NOTE_ROW, retrieved=row["retrieved"])
    for group in _programs([row for row in rows if not is_a_note(row["name"])]):
        state, key = group[0]["state"], _key(group[0])
        contacts = _contacts(group, context)
        drafts.append(
            Draft(
                key, state, "domestic_violence", _data(group, contacts, context, spelling), links=_links(state, context)
            )
        )
        ledger.add(state, "written", PUBLISHED, key, contacts.left_out, group[0]["retrieved"])
        for row in group[1:]:
            ledger.add(state, "merged", "one program that stands once a county", key, (), row["retrieved"])
    return Imported(ledger, drafts)


def is_a_note(name: str) -> bool:
    """True where the cell holds no program's name but a remark: `Currently no services located in ... County`."""
    return name.rstrip().endswith("?") or _REMARK.search(name) is not None


def _programs(rows: Rows) -> list[list[Row]]:
    """Rows grouped to programs, whatever the order of the table."""
    groups: dict[tuple[str, str], list[list[Row]]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row["state"], row["name"], row["county_fips"], row["website"])):
        same_name = groups[row["state"], name_key(row["name"])]
        same = next((group for group in same_name if any(_is_same(row, other) for other in group)), None)
        if same is None:
            same_name.append([row])
        else:
            same.append(row)
    return [group for groups_of_name in groups.values() for group in groups_of_name]


def _is_same(one: Row, other: Row) -> bool:
    numbers, hosts = zip(*((telephone(row["hotline"]), host_of(row["website"])) for row in (one, other)), strict=True)
    return (numbers[0] == numbers[1] and (numbers[0] is not None or one["hotline"] == other["hotline"])) or (
        bool(hosts[0]) and hosts[0] == hosts[1]
    )


def _key(row: Row) -> str:
    found = telephone(row["hotline"])
    return f"dv_program:{row['state']}:{name_key(row['name'])}:{found[0] if found else row['hotline']}"


def _links(state: str, context: ImportContext) -> dict[str, str]:
    return {"coalition": coalition_key(state)} if state in context.coalitions else {}


def _contacts(group: Sequence[Row], context: ImportContext) -> Contacts:
    contacts = Contacts()
    several = len({telephone(row["hotline"]) for row in group if row["hotline"]}) > 1
    for row in group:
        county = context.places.counties.get(row["county_fips"]) if several else None
        contacts.phone(
            row["hotline"], purpose="emergency", **({"description": f"For {county.full_name}."} if county else {})
        )
    website = next((row["website"] for row in group if row["website"]), "")
    return contacts.web(website)


def _data(group: Sequence[Row], contacts: Contacts, context: ImportContext, spelling: Spelling) -> dict[str, Any]:
    first = group[0]
    return {
        "name": spelling.name(first["name"]),
        **contacts.fields,
        "location": dict(WITHHELD),
        "service_area": _area(group, context),
        **present(services=["crisis_line"] if "phones" in contacts.fields else None),
        "source": _source(first, context),
    }


def _area(group: Sequence[Row], context: ImportContext) -> dict[str, Any]:
    state = group[0]["state"]
    known = context.places.counties
    counties = sorted(
        {
            row["county_fips"]
            for row in group
            if row["county_fips"] in known and known[row["county_fips"]].state == state
        }
    )
    if counties:
        return {"counties": counties}
    return {"states": [state.lower()], "assumed": "yes", "description": NO_COUNTY}


def _source(row: Row, context: ImportContext) -> dict[str, str]:
    """The publisher is the coalition whose directory the row names."""
    coalition = context.coalitions.get(row["state"])
    if coalition is None:
        return source(
            PROGRAMS, row, publisher=f"Domestic violence coalition's public directory ({row['coalition_directory']})"
        )
    url = Contacts().web(coalition.website).fields.get("url")
    return source(
        PROGRAMS, row, publisher=f"{coalition.name}, public directory ({row['coalition_directory']})", url=url
    )
