"""Runaway and Homeless Youth grantees of the Family and Youth Services Bureau: town, never a street."""

from __future__ import annotations

from typing import Any

from resource_directory.importers.cleaning import Spelling, is_broken, one_line, town_name
from resource_directory.importers.drafts import Contacts, Draft, ImportContext, Imported, present, source
from resource_directory.importers.outcome import PUBLISHED, Ledger
from resource_directory.importers.placing import ASK_COUNTY, ASK_STATE, assumed_area
from resource_directory.importers.tables import Row, Rows, Table, check_rows

GRANTEES = Table(
    file="fysb_rhy_grantees.csv",
    publisher="HHS Family and Youth Services Bureau",
    url="https://www.acf.hhs.gov/fysb",
    columns=("name", "programs", "city", "state", "phone", "website", "retrieved"),
)
#: The bureau's words for a program, as our program and as the service that it is.
PROGRAMS = {
    "Basic Center": ("basic_center", "emergency_youth_shelter"),
    "Transitional Living": ("transitional_living", "youth_transitional_living"),
    "Maternity Group Home": ("maternity_group_home", "maternity_group_home"),
    "Street Outreach": ("street_outreach", "street_outreach"),
    "Prevention Demonstration": ("prevention_demonstration", "youth_prevention"),
}


def import_rows(rows: Rows, context: ImportContext) -> Imported:
    """Drafts of youth programs; a row that stands twice is one record."""
    check_rows(rows, GRANTEES)
    spelling = context.spelling(row["name"] for row in rows)
    ledger = Ledger(GRANTEES.file, GRANTEES.publisher)
    drafts: dict[str, Draft] = {}
    for row in rows:
        key = f"fysb_rhy:{row['state']}:{row['name'].casefold()}:{row['city'].casefold()}"
        if key in drafts:
            ledger.add(row["state"], "merged", "stands twice", key, (), row["retrieved"])
            continue
        contacts = Contacts().phone(row["phone"]).web(row["website"])
        unknown = [name for name in _programs(row) if name not in PROGRAMS]
        left_out = (*contacts.left_out, *["program of an unknown kind"] * len(unknown))
        city = town_name(row["city"], row["state"], context.towns, spelling)
        city = "" if is_broken(city) else city
        drafts[key] = Draft(key, row["state"], "runaway_homeless_youth", _data(row, city, contacts, spelling), city)
        ledger.add(row["state"], "written", PUBLISHED, key, left_out, row["retrieved"])
    return Imported(ledger, tuple(drafts.values()))


def _programs(row: Row) -> list[str]:
    return [name for name in (one_line(part) for part in row["programs"].split(";")) if name]


def _data(row: Row, city: str, contacts: Contacts, spelling: Spelling) -> dict[str, Any]:
    known = [PROGRAMS[name] for name in dict.fromkeys(_programs(row)) if name in PROGRAMS]
    location: dict[str, Any] = {}
    if city:
        location = {"visibility": "public", "address": {"city": city, "state_province": row["state"]}}
    return {
        "name": _plain_order(spelling.name(row["name"])),
        **contacts.fields,
        **present(location=location),
        "service_area": assumed_area(None, row["state"], ASK_COUNTY if city else ASK_STATE),
        **present(services=[service for _, service in known], programs=[program for program, _ in known]),
        "source": source(GRANTEES, row),
    }


def _plain_order(name: str) -> str:
    """`Juneau, City & Borough Of` -> `City & Borough of Juneau`; `Salvation Army, The` -> `The Salvation Army`."""
    first, comma, rest = name.partition(", ")
    if rest.casefold() == "the":
        return f"The {first}"
    return f"{rest[:-3]} of {first}" if comma and rest.casefold().endswith(" of") else name
