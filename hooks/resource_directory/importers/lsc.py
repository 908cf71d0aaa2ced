"""Legal aid programs of the Legal Services Corporation with the counties they serve, and their offices."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from resource_directory.importers.cleaning import Spelling, name_key, one_line
from resource_directory.importers.drafts import (
    Contacts,
    Draft,
    ForReview,
    ImportContext,
    Imported,
    further_source,
    present,
    source,
)
from resource_directory.importers.outcome import PUBLISHED, Ledger
from resource_directory.importers.placing import CHANGED_COUNTIES, Stated, assumed_area, place, settle
from resource_directory.importers.tables import Row, Rows, Table, check_rows
from resource_directory.secrecy import street_key

PROGRAMS = Table(
    file="lsc_programs.csv",
    publisher="Legal Services Corporation",
    url="https://www.lsc.gov/",
    columns=("lsc_area", "name", "state", "phone", "website", "retrieved"),
)
OFFICES = Table(
    file="lsc_offices.csv",
    publisher="LSC office locations",
    url="https://www.lsc.gov/",
    columns=(
        "office_id", "name", "program", "lsc_area", "street", "city", "state", "zip", "lat", "lon", "county_fips",
        "website", "retrieved",
    ),
)  # fmt: skip
COUNTIES = Table(
    file="county_lsc.csv",
    publisher="LSC service areas, 2014",
    url="https://www.lsc.gov/",
    columns=("county_fips", "lsc_area"),
)
COUNTIES_NOTE = "Which counties the program serves, as of 2014."
OFFICE_NOTE = "LSC last changed this address in June 2020. Ring the program before you go."
NO_COUNTIES = "The list of areas does not say which counties this program serves. Ask whether yours is."
NO_PROGRAM = "the program it belonged to is gone from the list, and with it the number to ring"
_CLOSING = " Closeout"
_TAKEN_OVER = {
    "assumed": "yes",
    "description": "The areas of 2014 that this program took over. Ask whether your county is served.",
}
_LAW = "legal law justice lawyers advocates attorney attorneys judicare assistance aid counsel"
_LAW_WORDS = frozenset(_LAW.split())


def import_programs(
    rows: Rows, county_rows: Rows, context: ImportContext, office_rows: Rows = ()
) -> tuple[Imported, Imported]:
    """Drafts of programs from both tables, with the account of each table. `office_rows` help to tell who took over an
    area that has vanished."""
    check_rows(rows, PROGRAMS)
    check_rows(county_rows, COUNTIES)
    spelling = context.spelling(row["name"] for row in rows)
    counties = _counties_of_areas(county_rows)
    taken_over = _taken_over(rows, counties, office_rows)
    ledger = Ledger(PROGRAMS.file, PROGRAMS.publisher)
    drafts: list[Draft] = []
    for row in rows:
        old = [area for area, program in taken_over.items() if program == row["lsc_area"]]
        served = {fips for area in (*areas(row["lsc_area"]), *old) for fips in counties.get(area, ())}
        found = sorted(served & set(context.places.counties))
        draft, left_out = _program(row, found, context, spelling, inferred=bool(old))
        drafts.append(draft)
        ledger.add(row["state"], "written", PUBLISHED, draft.key, left_out, row["retrieved"])
    keys = {area: program_key(row["lsc_area"]) for row in rows for area in areas(row["lsc_area"])}
    new_keys = {area: program_key(program) for area, program in taken_over.items()}
    return Imported(ledger, drafts), Imported(_county_ledger(county_rows, keys, new_keys, context))


def _counties_of_areas(county_rows: Rows) -> dict[str, set[str]]:
    counties: dict[str, set[str]] = defaultdict(set)
    for row in county_rows:
        fips = row["county_fips"]
        counties[row["lsc_area"]].add(CHANGED_COUNTIES.get(fips, fips))
    return counties


def _taken_over(rows: Rows, counties: Mapping[str, set[str]], office_rows: Rows) -> dict[str, str]:
    """The program that has each area of 2014 which no program has now, where that is certain.

    LSC's areas part a state between its programs. An area that vanished went to a program of that state whose own area
    is younger than the list of counties: to the only one there is, or to the only one with an office in the area.
    """
    now = {area for row in rows for area in areas(row["lsc_area"])}
    young = [row for row in rows if (own := areas(row["lsc_area"])) and not any(area in counties for area in own)]
    offices: dict[str, set[str]] = defaultdict(set)
    for office in office_rows:
        offices[office["lsc_area"]].add(office["county_fips"])
    found: dict[str, str] = {}
    for area in sorted(set(counties) - now):
        heirs = [row["lsc_area"] for row in young if row["state"] == area[:2]]
        if len(heirs) > 1:
            heirs = [heir for heir in heirs if offices[heir] & counties[area]]
        if len(heirs) == 1:
            found[area] = heirs[0]
    return found


def areas(lsc_area: str) -> list[str]:
    """`PA-11,PA-27` -> both; the area of a program whose grant is being closed is no longer its own."""
    return [] if lsc_area.endswith(_CLOSING) else [area.strip() for area in lsc_area.split(",")]


def program_key(lsc_area: str) -> str:
    """The key by which an office names its program."""
    return f"lsc_area:{lsc_area}"


def _county_ledger(rows: Rows, keys: Mapping[str, str], new_keys: Mapping[str, str], context: ImportContext) -> Ledger:
    ledger = Ledger(COUNTIES.file, COUNTIES.publisher)
    for row in rows:
        county = context.places.counties.get(CHANGED_COUNTIES.get(row["county_fips"], row["county_fips"]))
        state = county.state if county else row["lsc_area"][:2]
        if county is None:
            ledger.add(state, "refused", "the county is not known")
        elif row["lsc_area"] in new_keys:
            ledger.add(state, "merged", "county of the program that took over its area", new_keys[row["lsc_area"]])
        elif row["lsc_area"] not in keys:
            ledger.add(state, "refused", "no program in the list of programs has this area now")
        else:
            ledger.add(state, "merged", "county of its program", keys[row["lsc_area"]])
    return ledger


def _program(
    row: Row, counties: Sequence[str], context: ImportContext, spelling: Spelling, *, inferred: bool
) -> tuple[Draft, list[str]]:
    contacts = Contacts().phone(row["phone"]).web(row["website"])
    own = areas(row["lsc_area"])
    data = {
        "name": spelling.name(row["name"]),
        **present(registry_ids=[{"registry": "lsc_area", "id": area} for area in own]),
        **contacts.fields,
        "service_area": _area(row["state"], counties, context) | (_TAKEN_OVER if inferred else {}),
        "services": ["civil_legal_aid"],
        "source": source(PROGRAMS, row),
        **present(further_sources=[further_source(COUNTIES, row["retrieved"], COUNTIES_NOTE)] if counties else None),
        **present(lsc_funded="yes" if own else None),
    }
    return Draft(program_key(row["lsc_area"]), row["state"], "legal_aid", data, code=row["lsc_area"]), contacts.left_out


def _area(state: str, counties: Iterable[str], context: ImportContext) -> dict[str, Any]:
    """The counties; the whole state where they are all of its counties; the state, assumed, where none is listed."""
    found = list(counties)
    if not found:
        return {"states": [state.lower()], "assumed": "yes", "description": NO_COUNTIES}
    whole = {county.fips for county in context.places.counties_of_state.get(state, ())}
    return {"states": [state.lower()]} if set(found) == whole else {"counties": found}


def import_offices(rows: Rows, program_rows: Rows, context: ImportContext) -> Imported:
    """Drafts of offices under their programs. The table repeats the program's number, which an office does not get."""
    check_rows(rows, OFFICES)
    names = {row["lsc_area"]: row["name"] for row in program_rows}
    spelling = context.spelling(row["name"] for row in rows)
    ledger = Ledger(OFFICES.file, OFFICES.publisher)
    drafts: dict[tuple[str, str, str], Draft] = {}
    review: list[ForReview] = []
    for row in sorted(rows, key=lambda row: row["office_id"]):
        same = (name_key(row["name"]), street_key(row["street"]), row["zip"])
        if row["lsc_area"] not in names:
            ledger.add(row["state"], "held back", NO_PROGRAM)
        elif same in drafts:
            ledger.add(row["state"], "merged", "stands twice", drafts[same].key, (), row["retrieved"])
        else:
            drafts |= _office(row, names[row["lsc_area"]], context, spelling, ledger, review, same)
    return Imported(ledger, tuple(drafts.values()), review)


def _office(
    row: Row,
    program: str,
    context: ImportContext,
    spelling: Spelling,
    ledger: Ledger,
    review: list[ForReview],
    same: tuple[str, str, str],
) -> dict[tuple[str, str, str], Draft]:
    key, state = f"lsc_office:{row['office_id']}", row["state"]
    stated = Stated(state, row["street"], row["city"], row["zip"], row["county_fips"], row["lat"], row["lon"])
    placed = place(stated, context, spelling, "LSC")
    why_secret = context.gate.reason({**row, "phone": ""}, by_name=False, blank_is_secret=True, key=key)
    settled = settle(key, row["name"], stated, placed, why_secret, context.kept(key))
    contacts = Contacts().web(row["website"], front_page=why_secret is not None)
    ledger.add(state, settled.fate, settled.reason, key, (*placed.notes, *contacts.left_out), row["retrieved"])
    review.extend([settled.review] if settled.review else [])
    if settled.fate != "written":
        return {}
    data = {
        "name": settled.name or office_name(spelling.name(row["name"]), spelling.name(program), settled.city),
        "registry_ids": [{"registry": "lsc_office", "id": row["office_id"]}],
        **contacts.fields,
        **present(location=settled.location),
        "service_area": assumed_area(placed.county, state),
        "services": ["civil_legal_aid"],
        "source": source(OFFICES, row, OFFICE_NOTE),
        **present(lsc_funded="yes" if areas(row["lsc_area"]) else None),
    }
    links = {"organization": program_key(row["lsc_area"])}
    return {same: Draft(key, state, "legal_aid", data, settled.city, row["office_id"], links=links)}


def office_name(name: str, program: str, city: str) -> str:
    """`Hayden Office` -> `Colorado Legal Services, Hayden office`; a name that says who it is stays."""
    if name_key(re.sub(r"[\s-]+\d+$", "", name)) == name_key(program):
        return f"{program}, {city} office" if city else program
    words = set(name_key(name).split())
    if words & _LAW_WORDS:
        return name
    bare = re.sub(r"\s*\boffice\b\s*", " ", name, flags=re.IGNORECASE).strip(" -,")
    return f"{program}, {one_line(bare) or city} office"
