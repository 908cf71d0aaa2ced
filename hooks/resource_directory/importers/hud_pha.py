"""HUD's public housing agencies: one record an agency, also where the list has one row a program.

The confidentiality gate compares streets and telephone numbers here, never names: an agency is a public body. For the
same reason a blank street only means that HUD gives none.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from resource_directory.importers.cleaning import Spelling, name_key, telephone
from resource_directory.importers.drafts import Contacts, Draft, ForReview, ImportContext, Imported, present, source
from resource_directory.importers.outcome import Ledger
from resource_directory.importers.placing import (
    COUNTY_FROM_NAME,
    Placed,
    Settled,
    Stated,
    assumed_area,
    county_of_name,
    county_of_town,
    place,
    settle,
)
from resource_directory.importers.tables import Row, Rows, Table, check_rows
from resource_directory.secrecy import street_key

AGENCIES = Table(
    file="hud_pha.csv",
    publisher="HUD, PHA Contact Report and Resource Locator",
    url="https://www.hud.gov/",
    columns=(
        "pha_code", "name", "program_type", "street", "city", "state", "zip", "county_fips", "lat", "lon", "phone",
        "email", "retrieved",
    ),
)  # fmt: skip
#: HUD's words for what an agency runs, as our programs.
PROGRAMS = {
    "Low-Rent": ("public_housing",),
    "Section 8": ("housing_choice_voucher",),
    "Combined": ("public_housing", "housing_choice_voucher"),
    "": (),
}
#: The service that a program is.
SERVICES = {"public_housing": "public_housing", "housing_choice_voucher": "housing_voucher"}
#: From this number on HUD's codes are those of state-wide agencies.
STATEWIDE_FROM = 900
STATEWIDE = "A state-wide agency. Ask whether your county is served."
#: New York City is five counties: an agency of the city is listed for each, wherever its office stands.
NEW_YORK_CITY = ("36005", "36047", "36061", "36081", "36085")
_OF_NEW_YORK_CITY = re.compile(r"^(?:new york city|nyc)\b", re.IGNORECASE)
_OF = r"(?:(?:city|town|village|borough|township) of )?"
_TOWN_IN_NAME = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^housing (?:authority|agency) (?:of|for) (?:the )?{_OF}(?P<town>.+)$",
        r"^(?P<town>.+?) (?:metropolitan |municipal |city )?(?:public )?housing (?:authority|agency|commission)\b.*$",
        r"^(?:city|town|village|borough|township|municipality) of (?P<town>.+?)(?: (?:housing|department).*)?$",
        r"^(?P<town>.+? county)\b.*$",
    )
)
_AGENCY_WORDS = frozenset(["housing", "authority", "agency", "public", "commission", "of", "the", "city", "town", "ha"])
_HOUSING_AUTHORITY = re.compile(r"\bH[ /]A\b")
NO_COUNTY = "no county is known from the list, the point, the ZIP code or the town"


def import_rows(rows: Rows, context: ImportContext) -> Imported:
    """Drafts of agencies. Rows of one name and state at one street or number are one agency with all its codes."""
    check_rows(rows, AGENCIES)
    spelling = context.spelling(row["name"] for row in rows)
    ledger = Ledger(AGENCIES.file, AGENCIES.publisher)
    drafts: list[Draft] = []
    review: list[ForReview] = []
    for group in _agencies(rows):
        drafts.extend(_one_agency(group, context, spelling, ledger, review))
    return Imported(ledger, drafts, review)


def _one_agency(
    group: Sequence[Row], context: ImportContext, spelling: Spelling, ledger: Ledger, review: list[ForReview]
) -> Iterator[Draft]:
    first, *others = group
    state, key = first["state"], f"hud_pha:{first['pha_code']}"
    stated = _stated(first)
    placed = _placed(first, stated, context, spelling)
    if placed.county is None and not any(_statewide(row, context) for row in group):
        for _ in group:
            ledger.add(state, "refused", NO_COUNTY)
        return
    settled = settle(key, first["name"], stated, placed, _secret(group, context), context.kept(key))
    if settled.review:
        review.append(settled.review)
    if settled.fate != "written":
        for _ in group:
            ledger.add(state, settled.fate, settled.reason)
        return
    contacts = _contacts(group)
    ledger.add(state, "written", settled.reason, key, (*placed.notes, *contacts.left_out), first["retrieved"])
    for row in others:
        ledger.add(state, "merged", "one agency that stands once a program", key, (), row["retrieved"])
    yield Draft(
        key,
        state,
        "housing_authority",
        _data(group, placed, settled, contacts, context, spelling),
        settled.city,
        first["pha_code"],
    )


def _agencies(rows: Rows) -> list[list[Row]]:
    """Rows grouped to agencies, each in order of its code, whatever the order of the table."""
    groups: dict[tuple[str, str], list[list[Row]]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row["pha_code"]):
        same_name = groups[row["state"], _own_words(row["name"])]
        same = next((group for group in same_name if any(_same_office(row, other) for other in group)), None)
        if same is None:
            same_name.append([row])
        else:
            same.append(row)
    return [group for groups_of_name in groups.values() for group in groups_of_name]


def _own_words(name: str) -> str:
    """`Housing Authority of the City of Elmwood` and `Elmwood Housing Authority` -> `elmwood`; a county's stays one."""
    return " ".join(sorted(set(name_key(name).split()) - _AGENCY_WORDS)) or name_key(name)


def _same_office(one: Row, other: Row) -> bool:
    """One name at one number or street; names in other words at both, each with a program that the other has not."""
    numbers = [telephone(row["phone"]) for row in (one, other)]
    one_number = bool(numbers[0] and numbers[1] and numbers[0][0] == numbers[1][0])
    one_street = bool(street_key(one["street"])) and street_key(one["street"]) == street_key(other["street"])
    if name_key(one["name"]) == name_key(other["name"]):
        return one_number or one_street
    programs = [set(PROGRAMS.get(row["program_type"], ())) for row in (one, other)]
    return one_number and one_street and all(programs) and not programs[0] & programs[1]


def _name(row: Row, spelling: Spelling) -> str:
    return spelling.name(_HOUSING_AUTHORITY.sub("HA", row["name"]))


def _stated(row: Row) -> Stated:
    return Stated(row["state"], row["street"], row["city"], row["zip"], row["county_fips"], row["lat"], row["lon"])


def _placed(row: Row, stated: Stated, context: ImportContext, spelling: Spelling) -> Placed:
    """The office's place; without any other trace of a county, that of the town in the agency's name."""
    placed = place(stated, context, spelling, "HUD")
    if placed.county or _statewide(row, context):
        return placed
    found = set(_counties_in_name(_name(row, spelling), row["state"], context))
    if len(found) != 1:
        return placed
    fips = found.pop()
    # The county is that of the town served; where the office stands is not known, so the place does not carry it.
    return Placed(placed.location, fips, placed.city, (*placed.notes, COUNTY_FROM_NAME))


def _counties_in_name(name: str, state: str, context: ImportContext) -> Iterator[str]:
    """Counties of the towns and counties that the agency's name may hold, where the state has one alone so called."""
    for pattern in _TOWN_IN_NAME:
        if found := pattern.match(name):
            town = found["town"].strip(" ,.")
            fips = county_of_name(town, state, context) or county_of_town(town, state, context)
            if fips:
                yield fips


def _statewide(row: Row, context: ImportContext) -> bool:
    """A code of 900 or above, and the state's name in the agency's."""
    state = context.state_names.get(row["state"], "").removeprefix("U.S. ")
    return int(row["pha_code"][2:]) >= STATEWIDE_FROM and bool(state) and state.casefold() in row["name"].casefold()


def _secret(group: Sequence[Row], context: ImportContext) -> str | None:
    reasons = (
        context.gate.reason(row, by_name=False, blank_is_secret=False, key=f"hud_pha:{row['pha_code']}")
        for row in group
    )
    return next((reason for reason in reasons if reason), None)


def _contacts(group: Sequence[Row]) -> Contacts:
    contacts = Contacts()
    for row in group:
        contacts.phone(row["phone"])
        if "email" not in contacts.fields:
            contacts.email(row["email"])
    return contacts


def _data(
    group: Sequence[Row],
    placed: Placed,
    settled: Settled,
    contacts: Contacts,
    context: ImportContext,
    spelling: Spelling,
) -> dict[str, Any]:
    first = group[0]
    programs = [program for row in group for program in PROGRAMS.get(row["program_type"], ())]
    programs = list(dict.fromkeys(programs))
    return {
        "name": settled.name or _name(first, spelling),
        "registry_ids": [{"registry": "hud_pha", "id": row["pha_code"]} for row in group],
        **contacts.fields,
        **present(location=settled.location),
        "service_area": _area(group, placed, context),
        **present(services=[SERVICES[program] for program in programs], programs=programs),
        "source": source(AGENCIES, first),
    }


def _area(group: Sequence[Row], placed: Placed, context: ImportContext) -> dict[str, Any]:
    """The counties of the agency, or the state; no source gives the area, so it is assumed."""
    first = group[0]
    if any(_statewide(row, context) for row in group):
        return assumed_area(None, first["state"], STATEWIDE)
    area = assumed_area(placed.county, first["state"])
    return area | ({"counties": counties_of_agency(first["name"], placed.county)} if placed.county else {})


def counties_of_agency(name: str, county: str) -> list[str]:
    """The county of the office; all five of New York City for an agency that is the city's by its name."""
    citywide = county in NEW_YORK_CITY and _OF_NEW_YORK_CITY.match(name)
    return list(NEW_YORK_CITY) if citywide else [county]
