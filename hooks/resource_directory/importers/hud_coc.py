"""HUD's Continuums of Care, with the counties of T. Byrne's crosswalk: the counties are the region."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from resource_directory.importers.cleaning import Spelling, one_line
from resource_directory.importers.drafts import (
    Contacts,
    Draft,
    ImportContext,
    Imported,
    further_source,
    present,
    source,
)
from resource_directory.importers.outcome import PUBLISHED, Ledger
from resource_directory.importers.placing import CHANGED_COUNTIES
from resource_directory.importers.tables import Row, Rows, Table, check_rows
from resource_directory.words import HUD_CONTACT

CONTINUUMS = Table(
    file="hud_coc.csv",
    publisher="HUD Resource Locator, CoC awards, Housing Inventory Count 2024",
    url="https://www.hudexchange.info/",
    columns=(
        "coc_number", "name", "lead_agency", "lead_agency_year", "phone", "email", "contact_retrieved",
        "beds_emergency", "beds_transitional", "beds_safe_haven", "beds_domestic_violence", "beds_youth", "beds_year",
    ),
)  # fmt: skip
COUNTIES = Table(
    file="county_coc.csv",
    publisher="T. Byrne, 2017 HUD CoC geography crosswalk, with HUD's mergers to 2024",
    url="https://www.hudexchange.info/",
    columns=("county_fips", "coc_number", "pct_county_population"),
)
NOTE = "The lead agency, the telephone number and the beds are of different years."
CROSSWALK_NOTE = "Which counties the Continuum covers, and the share of each county's people."
#: Rows of which HUD gives no day of the contact carry the day of the other rows of the table.
_BEDS = ("emergency", "transitional", "safe_haven", "domestic_violence", "youth")


def import_rows(rows: Rows, county_rows: Rows, context: ImportContext) -> tuple[Imported, Imported]:
    """Drafts of Continuums of Care from both tables, with the account of each table."""
    check_rows(rows, CONTINUUMS)
    check_rows(county_rows, COUNTIES)
    retrieved = max((row["contact_retrieved"] for row in rows), default="")
    spelling = context.spelling(row["lead_agency"] for row in rows)
    counties = _counties(county_rows, context)
    ledger = Ledger(CONTINUUMS.file, CONTINUUMS.publisher)
    drafts: dict[str, Draft] = {}
    for row in rows:
        number, state = row["coc_number"], row["coc_number"][:2]
        if not row["name"]:
            ledger.add(state, "refused", "the Continuum of Care has no name")
        elif not counties[number]:
            ledger.add(state, "refused", "no county is known")
        else:
            drafts[number], left_out = _draft(row, counties[number], retrieved, spelling)
            ledger.add(state, "written", PUBLISHED, drafts[number].key, left_out, row["contact_retrieved"] or retrieved)
    return Imported(ledger, tuple(drafts.values())), Imported(_county_ledger(county_rows, drafts, context))


def _counties(rows: Rows, context: ImportContext) -> dict[str, list[dict[str, Any]]]:
    counties: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row["county_fips"]):
        fips, known = _our_county(row), counties[row["coc_number"]]
        if fips in context.places.counties and all(county["fips"] != fips for county in known):
            known.append(present(fips=fips, share=_share(row["pct_county_population"])))
    return counties


def _our_county(row: Row) -> str:
    return CHANGED_COUNTIES.get(row["county_fips"], row["county_fips"])


def _share(text: str) -> str | None:
    """`97.2644522550039` -> `97.26`; None for NA, nothing and zero, which say no share."""
    try:
        share = round(float(text), 2)
    except ValueError:
        return None
    return f"{share:g}" if share > 0 else None


def _county_ledger(rows: Rows, drafts: dict[str, Draft], context: ImportContext) -> Ledger:
    ledger = Ledger(COUNTIES.file, COUNTIES.publisher)
    seen: set[tuple[str, str]] = set()
    for row in rows:
        number, fips = row["coc_number"], _our_county(row)
        state = number[:2]
        if number not in drafts:
            ledger.add(state, "refused", "no Continuum of Care has this number")
        elif fips not in context.places.counties:
            ledger.add(state, "refused", "the county is not known")
        elif (number, fips) in seen:
            ledger.add(state, "merged", "stands twice", drafts[number].key)
        else:
            ledger.add(state, "merged", "county of its Continuum of Care", drafts[number].key)
        seen.add((number, fips))
    return ledger


def _draft(row: Row, counties: list[dict[str, Any]], retrieved: str, spelling: Spelling) -> tuple[Draft, list[str]]:
    number = row["coc_number"]
    day = row["contact_retrieved"] or retrieved
    contacts = Contacts().phone(row["phone"], description=HUD_CONTACT).email(row["email"])
    data = {
        "name": one_line(row["name"]),
        "registry_ids": [{"registry": "hud_coc", "id": number}],
        **contacts.fields,
        "services": ["coordinated_entry"],
        "source": source(CONTINUUMS, {**row, "retrieved": day}, NOTE),
        "further_sources": [further_source(COUNTIES, day, CROSSWALK_NOTE)],
        **present(lead_agency=_lead_agency(row, spelling), beds=_beds(row)),
        "counties": counties,
    }
    draft = Draft(f"hud_coc:{number}", number[:2], "continuum_of_care", data, fixed_id=f"coc-{number.lower()}")
    return draft, contacts.left_out


def _lead_agency(row: Row, spelling: Spelling) -> dict[str, str]:
    if not row["lead_agency"] or not row["lead_agency_year"]:
        return {}
    return {"name": spelling.name(row["lead_agency"]), "year": row["lead_agency_year"]}


def _beds(row: Row) -> dict[str, str]:
    """Beds as counted: 0 is a known zero, an empty cell is not known."""
    if not row["beds_year"]:
        return {}
    return {"year": row["beds_year"]} | {kind: row[f"beds_{kind}"] for kind in _BEDS if row[f"beds_{kind}"].isdigit()}
