"""What the page of a record will say: its main facts before and after, and where people see the change."""

from __future__ import annotations

from collections.abc import Iterator

from resource_directory.change_text import Line
from resource_directory.describing.change import NOT_REPEATED, Change, Context, counties_served, county_words
from resource_directory.describing.facts import STATUS_WORDS
from resource_directory.model import Record, ServiceArea
from resource_directory.words import ages_words, day_words, hours_words, list_words, phone_words

#: Counties that are named.
MOST_COUNTIES = 15


def page(change: Change, context: Context) -> tuple[Line, ...]:
    """The main facts of the entry's page before and after, where the entry has one after."""
    if change.after is None:
        return ()
    after = dict(_page_facts(change.after, change, context))
    before = dict(_page_facts(change.before, change, context)) if change.before else {}
    rows = []
    for label in dict.fromkeys((*after, *before)):
        old, new = (side.get(label, "") for side in (before, after))
        safe = change.is_safe(old) and change.is_safe(new)
        rows.append(Line(label, old, new) if safe else Line(label, NOT_REPEATED, NOT_REPEATED))
    return tuple(rows)


def _page_facts(record: Record, change: Change, context: Context) -> Iterator[tuple[str, str]]:
    yield "Name", record.name
    yield "What it is", context.vocabulary.types[record.type].label
    numbers = [phone_words(phone) for phone in record.phones or () if phone.type != "fax"]
    yield "Whom to call", list_words(numbers) or "We do not know a telephone number for this organization."
    yield "Where", _where(record, change)
    hours = [hours_words(one.opening_hours) if one.opening_hours else one.description for one in record.schedules or ()]
    yield "Hours", "; ".join(filter(None, hours)) or "Not known."
    if record.referral and record.referral.status:
        until = f" until {day_words(record.referral.until)}" if record.referral.until else ""
        yield "Takes people now", STATUS_WORDS[record.referral.status] + until
    yield "Area served", area_words(record, context)
    if record.services:
        yield "What it does", list_words([context.vocabulary.codes("services").get(s, s) for s in record.services])
    if record.eligibility:
        who = record.eligibility
        told = [ages_words(who.minimum_age, who.maximum_age), who.description]
        yield "Who qualifies", ". ".join(filter(None, told)) or "See the page."
    if record.verified:
        yield "At the foot", f"Confirmed on {day_words(record.verified.date)} by {record.verified.by}."
    else:
        taken = day_words(record.source.retrieved)
        yield "At the foot", f"Imported, not confirmed. {record.source.publisher}, {taken}."


def _where(record: Record, change: Change) -> str:
    place = record.location
    if place is not None and place.visibility == "withheld":
        return "The address is not published."
    if place is None or place.address is None:
        return "We do not know."
    if change.is_protected:
        return NOT_REPEATED
    address = place.address
    town = " ".join(filter(None, (address.state_province, address.postal_code)))
    return ", ".join(filter(None, (address.address_1, address.address_2, address.city, town)))


def area_words(record: Record, context: Context) -> str:
    """`All of Colorado; 3 counties`."""
    area = record.service_area or ServiceArea()
    if area.nationwide:
        return "The whole country"
    states = [
        f"all of {context.places.states[code.upper()].name}" for code in area.states or () if _is_state(code, context)
    ]
    number = len(counties_served(record, context))
    named = [f"{number} {'county' if number == 1 else 'counties'}"] if number else []
    told = "; ".join([*states, *named]) or "not known"
    return told[0].upper() + told[1:] + (" (inferred)" if area.assumed else "")


def _is_state(code: str, context: Context) -> bool:
    return code.upper() in context.places.states


def counties_named(change: Change, context: Context) -> tuple[str, ...]:
    """Where people see the change: counties by name, whole states, the whole country."""
    records = [record for record in (change.before, change.after) if record]
    if any(record.service_area and record.service_area.nationwide for record in records):
        return ("the whole country",)
    areas = [record.service_area for record in records if record.service_area]
    codes = dict.fromkeys(code for area in areas for code in area.states or () if _is_state(code, context))
    states = [f"all of {context.places.states[code.upper()].name}" for code in codes]
    fips = dict.fromkeys(code for record in records for code in counties_served(record, context))
    named = sorted(county_words(code, context.places) for code in fips)
    more = [f"{len(named) - MOST_COUNTIES} more"] if len(named) > MOST_COUNTIES else []
    return (*states, *named[:MOST_COUNTIES], *more)
