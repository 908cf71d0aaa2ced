"""One row a record, for a spreadsheet. Columns keep their names and order; new ones come at the end."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from resource_directory.directory import Directory
from resource_directory.exports.cells import harmless
from resource_directory.exports.facts import (
    address,
    counties_served,
    phones,
    public_point,
    regions_served,
    serves_country,
    states_served,
)
from resource_directory.model import Record, language_name
from resource_directory.views import RecordView
from resource_directory.words import hours_words

#: Between the parts of a cell that holds several.
JOINER = "; "
#: By this mark at the start of a file Excel knows that letters are UTF-8; Python reads it as `utf-8-sig`.
MARK = "\ufeff"
YES = "yes"


@dataclass(frozen=True)
class Column:
    """A column: its heading, what stands in it, and how it is read from a record. No value is an empty cell."""

    name: str
    about: str
    read: Callable[[RecordView], Any]


def row_of(directory: Directory, record: Record) -> tuple[str, ...]:
    """The cells of a record, in the order of COLUMNS. Lists are joined by `; `."""
    view = RecordView(record, directory)
    return tuple(_cell(column.read(view)) for column in COLUMNS)


def csv_line(cells: Iterable[str]) -> str:
    """A line of CSV (RFC 4180), with its end."""
    written = io.StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue()


def header_line() -> str:
    """The first line of a table: the mark and the headings of the columns."""
    return MARK + csv_line(column.name for column in COLUMNS)


def _cell(value: Any) -> str:
    """Numbers are written as they are, a longitude of -104.9 among them; text is made harmless to spreadsheets."""
    if value is None or value is False:
        return ""
    if value is True:
        return YES
    if isinstance(value, int | float):
        return str(value)
    return harmless(value if isinstance(value, str) else JOINER.join(filter(None, value)))


def _address(name: str) -> Callable[[RecordView], str | None]:
    """Reads a part of a public address."""

    def read(view: RecordView) -> str | None:
        place = view.record.location
        if place is None or place.visibility != "public" or place.address is None:
            return None
        found: str | None = getattr(place.address, name)
        return found

    return read


def _place(view: RecordView) -> str | None:
    """`published` or `withheld`; nothing where no place is known."""
    place = view.record.location
    return {"public": "published", "withheld": "withheld"}[place.visibility] if place else None


def _degrees(name: str) -> Callable[[RecordView], float | None]:
    def read(view: RecordView) -> float | None:
        point = public_point(view.record)
        return getattr(point, name) if point else None

    return read


def _hours(purpose: str) -> Callable[[RecordView], list[str]]:
    def read(view: RecordView) -> list[str]:
        wanted = [schedule for schedule in view.record.schedules or () if schedule.purpose == purpose]
        told = [(hours_words(s.opening_hours) if s.opening_hours else "", s.description or "") for s in wanted]
        return [text for pair in told for text in pair if text]

    return read


def _part(part: str, name: str) -> Callable[[RecordView], Any]:
    """Reads a field of a part of the record, such as `until` of `referral`."""

    def read(view: RecordView) -> Any:
        found = getattr(view.record, part)
        value = getattr(found, name) if found is not None else None
        return value.isoformat() if isinstance(value, date) else value

    return read


def _labels(vocabulary: str, *names: str) -> Callable[[RecordView], list[str]]:
    """Reads the words for the codes of one of several fields, which not every type has."""

    def read(view: RecordView) -> list[str]:
        known = view.directory.vocabulary.codes(vocabulary)
        return [known[code] for name in names for code in getattr(view.record, name, None) or () if code in known]

    return read


def _programs(view: RecordView) -> list[str]:
    """What it runs, in the words of its type."""
    terms = {
        "housing_authority": ("programs", "pha_programs"),
        "runaway_homeless_youth": ("programs", "rhy_programs"),
        "anti_trafficking": ("programs", "at_programs"),
        "domestic_violence": ("kinds", "dv_kinds"),
        "program_administrator": ("administers", "administers"),
    }.get(view.record.type)
    return view.labels(terms[1], getattr(view.record, terms[0])) if terms else []


def _accepts(view: RecordView) -> list[str]:
    """`Pets: ask`, as the organization says."""
    said = view.record.eligibility
    return [f"{view.label('barriers', code)}: {value}" for code, value in ((said and said.accepts) or {}).items()]


def _eligible(name: str, vocabulary: str) -> Callable[[RecordView], list[str]]:
    def read(view: RecordView) -> list[str]:
        said = view.record.eligibility
        return view.labels(vocabulary, getattr(said, name)) if said else []

    return read


def _contacts(view: RecordView) -> list[str]:
    """`Referrals: Intake coordinator, 303-555-0101, intake@example.org`."""
    found = []
    for contact in view.record.contacts or ():
        number = contact.phone and (
            f"{contact.phone}, extension {contact.extension}" if contact.extension else contact.phone
        )
        told = ", ".join(filter(None, (contact.title, contact.name, number, contact.email, contact.description)))
        found.append(f"{view.label('contact_roles', contact.role)}: {told}" if told else "")
    return found


def _waiting_lists(view: RecordView) -> list[str]:
    lists = getattr(view.record, "waiting_lists", None) or ()
    return [f"{view.label('pha_programs', entry.program)}: {view.waiting_list_words(entry)}" for entry in lists]


def _meetings(view: RecordView) -> list[str]:
    meetings = view.record.meetings or ()
    return [", ".join(filter(None, (m.name, m.when, m.where, m.who_may_come))) for m in meetings]


def _numbers(view: RecordView) -> list[str]:
    """`HUD Continuum of Care number: CO-503`."""
    return [f"{view.label('registries', entry.registry)}: {entry.id}" for entry in view.record.registry_ids or ()]


def _lead(view: RecordView) -> str | None:
    led = getattr(view.record, "lead_agency", None)
    return f"{led.name} ({led.year})" if led else None


def _counties(view: RecordView) -> list[str]:
    return [f"{county.full_name}, {county.state}" for county in view.counties_served]


COLUMNS: tuple[Column, ...] = (
    Column("Id", "What the record is called for ever.", lambda v: v.record.id),
    Column("Name", "As the organization writes it.", lambda v: v.record.name),
    Column("Also called", "Another name people use.", lambda v: v.record.alternate_name),
    Column("Kind", "The kind of organization.", lambda v: v.type.label),
    Column("Part of", "The organization that runs it.", lambda v: v.parent.name if v.parent else None),
    Column("Phones", "Numbers, the first to ring first.", phones),
    Column("Whose phones", "Where they are those of the organization that runs it.", lambda v: v.phone_of),
    Column("Whom to ask for", "Contacts by what they are asked about.", _contacts),
    Column("E-mail", "A role address.", lambda v: v.record.email),
    Column("Web site", "Its own.", lambda v: v.record.url),
    Column("Taking referrals", "On the day of the file; empty where nobody has said.", lambda v: v.referral[1]),
    Column("Line for callers", "Its own word on referrals.", _part("referral", "alert")),
    Column("Ask again on", "The day to ask again.", _part("referral", "until")),
    Column("Place", "`published` or `withheld`; empty where we know none.", _place),
    Column("Street", "Of a published place.", _address("address_1")),
    Column("Suite", "Suite, floor or building.", _address("address_2")),
    Column("City", "Of a published place.", _address("city")),
    Column("State", "Postal code of the state in which it stands.", _address("state_province")),
    Column("ZIP code", "Of a published place.", _address("postal_code")),
    Column("County", "In which it stands.", lambda v: v.county.full_name if v.county else None),
    Column("Latitude", "Degrees north, of a published place.", _degrees("latitude")),
    Column("Longitude", "Degrees east: negative in the Americas.", _degrees("longitude")),
    Column("Serves the whole country", "`yes` or empty.", lambda v: serves_country(v.record)),
    Column("Serves states", "Whole states.", lambda v: states_served(v.record)),
    Column("Serves regions", "Continuum of Care numbers.", lambda v: regions_served(v.record)),
    Column("Serves counties", "By name or by region.", _counties),
    Column("County codes", "FIPS codes of the same counties.", counties_served),
    Column("Ask whom it serves", "`yes`: no source says so, we inferred the area.", lambda v: v.area_assumed),
    Column("Limits of the area", "In words.", _part("service_area", "description")),
    Column("Opening hours", "In words.", _hours("opening")),
    Column("Intake hours", "In words.", _hours("intake")),
    Column("Services", "What it does.", lambda v: [service.label for service in v.services]),
    Column("Programs", "What it runs.", _programs),
    Column("Legal work", "What it takes on.", _labels("practice_areas", "practice_areas")),
    Column("Care given", "Of a health center.", _labels("health_services", "health_services")),
    Column("Kind of clinic", "Where it moves or is at a school, among others.",
           lambda v: v.label("health_settings", v.setting) if v.setting else None),
    Column("Waiting lists", "On the day of the file.", _waiting_lists),
    Column("Who qualifies", "In its own words.", _part("eligibility", "description")),
    Column("Youngest age", "In years.", _part("eligibility", "minimum_age")),
    Column("Oldest age", "In years.", _part("eligibility", "maximum_age")),
    Column("Households", "That it serves.", _eligible("households", "households")),
    Column("Meant for", "Groups of people.", _eligible("populations", "populations")),
    Column("Accepts", "What is often a barrier, each yes, ask or no.", _accepts),
    Column("What to bring", "Documents it asks for.", lambda v: v.record.required_documents),
    Column("How to apply", "In its own words.", lambda v: v.record.application_process),
    Column("Cost", "In its own words.", lambda v: v.record.fees_description),
    Column("Languages", "That staff speak.", lambda v: [language_name(c) or c for c in v.record.languages or ()]),
    Column("Interpreters", "In its own words.", lambda v: v.record.interpretation_services),
    Column("For people with disabilities", "What it has.", _labels("accessibility", "accessibility")),
    Column("Description", "What it is and does.", lambda v: v.record.description),
    Column("Lead agency", "Of a Continuum of Care, as of a year.", _lead),
    Column("Meetings", "That partners may come to.", _meetings),
    Column("Numbers in registers", "That public registers give it.", _numbers),
    Column("Source", "Who published the facts.", lambda v: v.record.source.publisher),
    Column("Source page", "Of the publisher.", lambda v: v.record.source.url),
    Column("Facts taken on", "The day.", lambda v: v.record.source.retrieved.isoformat()),
    Column("Confirmed on", "Empty until the organization itself has confirmed.", _part("verified", "date")),
    Column("Page", "In this directory.", lambda v: address(v.directory, v.url)),
)  # fmt: skip
