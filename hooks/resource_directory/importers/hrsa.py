"""HRSA's health center sites, from our table of them or from HRSA's official download.

The confidentiality gate is passed by every site: HRSA lists clinics inside confidential shelters with their street.
What a site does is said by its name only, so that services are taken from plain words in it and the note says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from resource_directory.importers.cleaning import Spelling, name_key
from resource_directory.importers.drafts import Contacts, Draft, ForReview, ImportContext, Imported, present, source
from resource_directory.importers.health_names import is_mobile, is_school, only_special, special_care
from resource_directory.importers.outcome import Ledger
from resource_directory.importers.placing import Placed, Settled, Stated, assumed_area, place, settle
from resource_directory.importers.tables import Row, Rows, Table, check_rows
from resource_directory.secrecy import street_key

#: HRSA's own names of the columns that we use, and ours.
OFFICIAL_COLUMNS: Mapping[str, str] = {
    "BPHC Assigned Number": "bphc_id",
    "Site Name": "name",
    "Site Address": "street",
    "Site City": "city",
    "Site State Abbreviation": "state",
    "Site Postal Code": "zip",
    "Geocoding Artifact Address Primary Y Coordinate": "lat",
    "Geocoding Artifact Address Primary X Coordinate": "lon",
    "State and County Federal Information Processing Standard Code": "county_fips",
    "Site Telephone Number": "phone",
    "Site Web Address": "website",
    "Data Warehouse Record Create Date": "retrieved",
    "Health Center Service Delivery Site Location Setting Description": "setting",
    "Health Center Location Type Description": "location_type",
    "Health Center Type Description": "site_type",
    "Site Status Description": "status",
    "Health Center Name": "operator",
}
SITES = Table(
    file="hrsa_health_center_sites.csv",
    publisher="HRSA, Health Center Service Delivery and Look-Alike Sites",
    url="https://data.hrsa.gov/",
    columns=(
        "bphc_id", "name", "street", "city", "state", "zip", "lat", "lon", "county_fips", "phone", "website",
        "retrieved",
    ),
    other_columns=tuple(OFFICIAL_COLUMNS),
)  # fmt: skip
NOTE = "HRSA's list does not say which services this site gives. Call first."
MOBILE_AREA = "A mobile unit: ask where it stops and when."
#: HRSA's settings that ours have too. What the other settings are called says nothing that a caller needs.
_OFFICIAL_SETTINGS = {"School": "school", "Hospital": "hospital", "All Other Clinic Types": "clinic"}
NOT_ACTIVE = "the site is not active"
ADMINISTRATIVE = "the site is an office only, by HRSA's own type"


def translated(rows: Rows) -> Rows:
    """Rows under our columns; those of the official download under HRSA's are renamed, its dates written our way."""
    if not rows or "BPHC Assigned Number" not in rows[0]:
        return rows
    renamed = [{ours: row[theirs] for theirs, ours in OFFICIAL_COLUMNS.items()} for row in rows]
    return [row | {"retrieved": _iso_day(row["retrieved"])} for row in renamed]


def _iso_day(text: str) -> str:
    month, day, year = (*text.split("/"), "", "")[:3]
    return f"{year}-{month:0>2}-{day:0>2}"


def import_rows(rows: Rows, context: ImportContext) -> Imported:
    """Drafts of health center sites, in the order of HRSA's numbers; exact doubles merged."""
    check_rows(rows, SITES)
    rows = translated(rows)
    spelling = context.spelling(row["name"] for row in rows)
    ledger = Ledger(SITES.file, SITES.publisher)
    drafts: list[Draft] = []
    review: list[ForReview] = []
    seen: dict[tuple[str, ...], str] = {}
    for row in sorted(rows, key=lambda row: row["bphc_id"]):
        if reason := _not_a_site(row):
            ledger.add(row["state"], "refused", reason, retrieved=row["retrieved"])
            continue
        same = (
            name_key(row["name"]),
            street_key(row["street"]),
            row["city"].casefold(),
            row["state"],
            row["phone"],
            row["street"],
        )
        if row["street"] and same in seen:
            ledger.add(row["state"], "merged", "the same site under another number", seen[same], (), row["retrieved"])
            continue
        site = _site(row, context, spelling)
        seen[same] = site.key
        ledger.add(row["state"], site.settled.fate, site.settled.reason, site.key, site.left_out, row["retrieved"])
        review.extend([site.settled.review] if site.settled.review else [])
        drafts.extend([site.draft] if site.settled.fate == "written" else [])
    return Imported(ledger, drafts, review)


def _not_a_site(row: Row) -> str | None:
    """The official download also has inactive sites and offices in which nobody is seen."""
    if row.get("status", "Active") != "Active":
        return NOT_ACTIVE
    types = {row.get("site_type", ""), row.get("location_type", "")}
    return ADMINISTRATIVE if types & {"Administrative", "Admin-only", "Administrative Only"} else None


@dataclass(frozen=True)
class _Site:
    key: str
    draft: Draft
    settled: Settled
    left_out: tuple[str, ...]


def _site(row: Row, context: ImportContext, spelling: Spelling) -> _Site:
    key, state = f"hrsa_bphc:{row['bphc_id']}", row["state"]
    stated = Stated(state, row["street"], row["city"], row["zip"], row["county_fips"], row["lat"], row["lon"])
    placed = place(stated, context, spelling, "HRSA")
    why_secret = context.gate.reason(row, by_name=True, blank_is_secret=True, key=key)
    settled = settle(key, row["name"], stated, placed, why_secret, context.kept(key))
    contacts = Contacts().phone(row["phone"]).web(row["website"], front_page=why_secret is not None)
    data = _data(row, placed, settled, contacts, spelling)
    draft = Draft(key, state, "health_center", data, settled.city, row["bphc_id"].rpartition("-")[2])
    return _Site(key, draft, settled, (*placed.notes, *contacts.left_out))


def _data(row: Row, placed: Placed, settled: Settled, contacts: Contacts, spelling: Spelling) -> dict[str, Any]:
    setting = _setting(row)
    services, care = special_care(row["name"])
    if not only_special(row["name"]):
        services = ["primary_care", *services]
    area = assumed_area(placed.county, row["state"])
    location = settled.location
    if setting == "mobile":
        # A mobile unit's base is not where it is: it keeps the county, never the street.
        area = {**area, "description": MOBILE_AREA}
        location = location if location.get("visibility") == "withheld" else {}
    return {
        "name": settled.name or spelling.name(row["name"]),
        "registry_ids": [{"registry": "hrsa_bphc", "id": row["bphc_id"]}],
        **contacts.fields,
        **present(location=location),
        "service_area": area,
        **present(services=services),
        "source": source(SITES, row, NOTE),
        **present(health_services=care),
        "sliding_fee": "yes",
        **present(enrolment_help="yes" if "enrolment" in care else None, setting=setting),
    }


def _setting(row: Row) -> str | None:
    """HRSA's own words for the setting where the file has them, else the plain words of the name."""
    if "location_type" in row or "setting" in row:
        if "Mobile" in row.get("location_type", ""):
            return "mobile"
        return _OFFICIAL_SETTINGS.get(row.get("setting", ""))
    if is_mobile(row["name"], row["state"]):
        return "mobile"
    return "school" if is_school(row["name"], row["street"]) else None
