"""What one record, and all of them together, must keep to beyond the form of each value.

Each rule yields findings. Its first docstring line is the rule, in a sentence a partner understands.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from pydantic import BaseModel

from resource_directory.letters import NOT_ON_PAPER
from resource_directory.model import Contact, ContinuumOfCare, Record, ServiceArea
from resource_directory.places import Places
from resource_directory.reading import Finding
from resource_directory.secrecy import PlaceNames, neutral_pattern, telling, telling_address
from resource_directory.shapes import Shapes
from resource_directory.vocabulary import Vocabulary
from resource_directory.yaml_nodes import Location

#: Hosts that hand out addresses to anybody: such an address is a person's, not an office's.
FREE_MAIL_HOSTS = frozenset(
    {
        "aim.com", "aol.com", "att.net", "bellsouth.net", "charter.net", "comcast.net", "cox.net", "earthlink.net",
        "fastmail.com", "gmail.com", "gmx.com", "googlemail.com", "hotmail.com", "icloud.com", "juno.com", "live.com",
        "mac.com", "mail.com", "me.com", "msn.com", "netzero.net", "outlook.com", "pm.me", "proton.me",
        "protonmail.com", "q.com", "roadrunner.com", "rocketmail.com", "sbcglobal.net", "tutanota.com", "verizon.net",
        "windstream.net", "yahoo.com", "ymail.com", "zoho.com",
    }
)  # fmt: skip
#: Words of an office's address. `intake.team@` is a role; `jane.doe@` is a person.
ROLE_WORDS = frozenset(
    {
        "admin", "administration", "advocacy", "advocate", "advocates", "apply", "application",
        "applications", "appointments", "care", "center", "clinic", "coc", "community", "contact",
        "contactus", "coordinated", "crisis", "desk", "development", "director", "dv", "ed", "entry",
        "executive", "family", "front", "general", "ha", "health", "help", "helpline", "hotline", "housing",
        "hr", "info", "information", "inquiries", "inquiry", "intake", "ip", "legal", "line", "mail", "main",
        "manager", "office", "outreach", "pha", "program", "programs", "public", "questions", "reception",
        "referral", "referrals", "section8", "section", "services", "shelter", "staff", "support", "team",
        "us", "victim", "voucher", "vouchers", "waitlist", "web", "webmaster", "youth",
    }
)  # fmt: skip
_PERSON_ADDRESS = re.compile(r"[a-z]{1,20}[._-][a-z]{2,20}\d{0,4}")
_CASE_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("a Social Security number", re.compile(r"\b\d{3}[- ]\d{2}[- ]\d{4}\b")),
    ("a date of birth", re.compile(r"\b(?:d\.?o\.?b\.?|date of birth|birth ?date|born (?:on|in))\b", re.IGNORECASE)),
    ("a client", re.compile(r"\bclients?\b", re.IGNORECASE)),
    (
        "initials with an age",
        re.compile(r"\b[A-Z]\.? ?[A-Z]\.?(?:(?:,? is|,? \(|,) ?(?:aged? )?|,? aged? )\d{1,2}\b"),
    ),
    (
        "a person by age",
        re.compile(
            r"\b\d{1,2}[- ]?(?:years?[- ]?old|y/?o)[ -](?:fe)?(?:male|man|woman|girl|boy|mother|survivor|victim)\b",
            re.IGNORECASE,
        ),
    ),
)
#: All of them at once, over all texts of a record: most match none.
_ANY_CASE = re.compile("|".join(f"(?i:{pattern.pattern})" for _, pattern in _CASE_PATTERNS))
#: Texts that name things. A program may be called "Client Services"; a sentence about a client is another matter.
_NAMES = frozenset({"name", "alternate_name", "publisher", "title", "number", "url", "email", "id", "by", "agreement"})
_PLACEHOLDER_STATE = "us"
_REGION_NUMBER = re.compile(r"[A-Z]{2}-\d{3}[a-z]?")


@dataclass(frozen=True)
class RuleContext:
    """What rules may look at. `shapes` may be absent only where no point is checked."""

    vocabulary: Vocabulary
    places: Places
    shapes: Shapes
    today: date

    @cached_property
    def neutral_pattern(self) -> re.Pattern[str]:
        return neutral_pattern(self.vocabulary.neutral_words.all)

    @cached_property
    def place_names(self) -> PlaceNames:
        return PlaceNames(self.vocabulary.confidential_words)


RecordRule = Callable[[Record, str, RuleContext], Iterator[Finding]]


def check_record(record: Record, path: str, context: RuleContext) -> Iterator[Finding]:
    """Every finding of every rule about one record."""
    for rule in RECORD_RULES:
        yield from rule(record, path, context)


def path_agrees(record: Record, path: str, context: RuleContext) -> Iterator[Finding]:
    """The path is data/resources/<state>/<type>/<id>.yml, and agrees with what the record says."""
    state, type_code, file_name = PurePosixPath(path).parts[-3:]
    if PurePosixPath(file_name).stem != record.id:
        fix = f"Name the file {record.id}.yml, or set id: {PurePosixPath(file_name).stem}."
        yield Finding(path, ("id",), "E301", f"The id is '{record.id}', but the file is {file_name}.", fix)
    if type_code != record.type:
        fix = f"Move the file to {state}/{record.type}/."
        yield Finding(path, ("type",), "E301", f"The type is '{record.type}', but the folder is {type_code}.", fix)
    if state != _PLACEHOLDER_STATE and state.upper() not in context.places.states:
        yield Finding(path, (), "E301", f"'{state}' is not a state.", "Use the postal code in small letters, or us.")
    elif (message := _foreign_state(record, state, context)) is not None:
        yield Finding(path, *message)


def _foreign_state(record: Record, state: str, context: RuleContext) -> tuple[Location, str, str, str] | None:
    area = record.service_area
    if state == _PLACEHOLDER_STATE:
        if area is None or not area.nationwide:
            return (
                ("service_area",),
                "E301",
                "A record in us/ serves the whole country.",
                "Set nationwide: yes, or move it.",
            )
        return None
    if area is not None and area.nationwide:
        return (
            ("service_area", "nationwide"),
            "E301",
            "A record for the whole country belongs in us/.",
            "Move the file.",
        )
    served = states_served(record, context.places)
    if served and state not in served:
        return (
            ("service_area",),
            "E301",
            f"It serves {', '.join(sorted(served))}, but the folder is {state}.",
            "Move the file.",
        )
    return None


def states_served(record: Record, places: Places) -> frozenset[str]:
    """States, as `co`, in which the record serves anybody. Region numbers begin with their state."""
    area = record.service_area or ServiceArea()
    fips = [*(area.counties or ()), *counties_of_region(record)]
    named = {places.counties[code].state.lower() for code in fips if code in places.counties}
    regions = {number[:2].lower() for number in area.regions or ()}
    return frozenset(named | regions | set(area.states or ()))


def counties_of_region(record: Record) -> tuple[str, ...]:
    """FIPS codes of a Continuum of Care's counties; none for other types."""
    return tuple(share.fips for share in record.counties) if isinstance(record, ContinuumOfCare) else ()


def id_is_neutral(record: Record, path: str, context: RuleContext) -> Iterator[Finding]:
    """The id, which becomes a web address, holds no word that would give a reader away."""
    for name, ids in (("id", (record.id,)), ("former_ids", record.former_ids or ())):
        for value in ids:
            if found := context.neutral_pattern.search(value):
                fix = "Choose a neutral id, such as the town and a number."
                yield Finding(
                    path, (name,), "E304", f"The id holds '{found.group()}', which shows in the address bar.", fix
                )


def serves_somebody(record: Record, path: str, context: RuleContext) -> Iterator[Finding]:
    """A record says whom it serves: the country, states, regions or counties."""
    area = record.service_area
    if isinstance(record, ContinuumOfCare):
        if area is not None:
            yield Finding(path, ("service_area",), "E310", "A Continuum of Care's area is its counties.", "Delete it.")
    elif area is None or not (area.nationwide or area.states or area.regions or area.counties):
        fix = "Add service_area with counties, regions or states, or nationwide: yes."
        yield Finding(path, ("service_area",), "E310", "The record does not say whom it serves.", fix)


def places_exist(record: Record, path: str, context: RuleContext) -> Iterator[Finding]:
    """Counties, states and ZIP codes exist and agree with each other."""
    area = record.service_area or ServiceArea()
    for index, fips in enumerate(area.counties or ()):
        if fips not in context.places.counties:
            yield _unknown_county(path, ("service_area", "counties", index))
    for index, fips in enumerate(counties_of_region(record)):
        if fips not in context.places.counties:
            yield _unknown_county(path, ("counties", index, "fips"))
    for index, state in enumerate(area.states or ()):
        if state.upper() not in context.places.states:
            yield Finding(
                path, ("service_area", "states", index), "E306", f"'{state}' is not a state.", "Use its postal code."
            )
    yield from _location_exists(record, path, context)


def _unknown_county(path: str, location: Location) -> Finding:
    # Not repeated: a ZIP code has five digits too.
    fix = "Use the five-digit FIPS code in data/places/counties.csv."
    return Finding(path, location, "E306", "The code is not that of a county.", fix)


def _location_exists(record: Record, path: str, context: RuleContext) -> Iterator[Finding]:
    place = record.location
    if place is None:
        return
    county = context.places.counties.get(place.county or "")
    if place.county and county is None:
        yield _unknown_county(path, ("location", "county"))
    state = place.address.state_province if place.address else None
    if state and state not in context.places.states:
        yield Finding(
            path,
            ("location", "address", "state_province"),
            "E306",
            f"'{state}' is not a state.",
            "Use its postal code.",
        )
    elif state and county and county.state != state:
        message = f"The address is in {state}, but county {county.fips} is in {county.state}."
        yield Finding(path, ("location", "county"), "E306", message, "Correct one of the two.")
    code = place.address.postal_code if place.address else None
    states = {context.places.counties[fips].state for fips, _ in context.places.zip_counties.get((code or "")[:5], ())}
    if state and states and state not in states:
        message = f"ZIP code {code} is in {', '.join(sorted(states))}, but the address is in {state}."
        yield Finding(path, ("location", "address", "postal_code"), "E306", message, "Correct one of the two.")


def point_fits(record: Record, path: str, context: RuleContext) -> Iterator[Finding]:
    """A point lies in its state and in the stated county, with a tolerance for the coast."""
    place = record.location
    if place is None or place.point is None:
        return
    point, where = place.point, ("location", "point")
    state = place.address.state_province if place.address else None
    if state is None and (county := context.places.counties.get(place.county or "")):
        state = county.state
    fips = context.places.states[state].fips if state and state in context.places.states else None
    secret = record.type == "domestic_violence"
    shown = "The point" if secret else f"The point {point.latitude}, {point.longitude}"
    fix = "Check the signs and the order: latitude is north, longitude is negative in the Americas."
    if fips and context.shapes.near_state(fips, point.latitude, point.longitude) is False:
        yield Finding(path, where, "E307", f"{shown} lies outside {state}.", fix)
    elif place.county and context.shapes.near_county(place.county, point.latitude, point.longitude) is False:
        yield Finding(
            path, where, "E308", f"{shown} lies outside county {place.county}.", "Correct the point or the county."
        )


def ages_in_order(record: Record, path: str, context: RuleContext) -> Iterator[Finding]:
    """The youngest age is not above the oldest."""
    who = record.eligibility
    if who and who.minimum_age is not None and who.maximum_age is not None and who.minimum_age > who.maximum_age:
        message = f"The youngest age is {who.minimum_age}, the oldest {who.maximum_age}."
        yield Finding(path, ("eligibility", "minimum_age"), "E312", message, "Change them about.")


def pause_has_an_end(record: Record, path: str, context: RuleContext) -> Iterator[Finding]:
    """A paused referral names the day on which to ask again."""
    if record.referral and record.referral.status == "paused" and record.referral.until is None:
        fix = "Add 'until' with a date; past it the page says 'ask first'."
        yield Finding(path, ("referral", "until"), "E313", "Referrals are paused with no day to ask again.", fix)


def region_has_number(record: Record, path: str, context: RuleContext) -> Iterator[Finding]:
    """A Continuum of Care has exactly one CoC number, such as CO-503, of its own state."""
    if not isinstance(record, ContinuumOfCare):
        return
    numbers = record.registry("hud_coc")
    if len(numbers) != 1 or not _REGION_NUMBER.fullmatch(numbers[0]):
        fix = "Add registry_ids with registry: hud_coc and id: CO-503."
        yield Finding(path, ("registry_ids",), "E314", "A Continuum of Care needs its one CoC number.", fix)


def email_is_an_office(record: Record, path: str, context: RuleContext) -> Iterator[Finding]:
    """An e-mail address is an office's, not a person's."""
    found: list[tuple[Location, str]] = [(("email",), record.email)] if record.email else []
    found += [
        (("contacts", i, "email"), contact.email) for i, contact in enumerate(record.contacts or ()) if contact.email
    ]
    for location, email in found:
        if is_personal_email(email):
            fix = "Use a role address such as info@ or intake@, or leave it out."
            yield Finding(path, location, "E403", "The address looks like a person's own.", fix)


def is_personal_email(email: str) -> bool:
    """True for free-mail hosts and for `first.last@`. `housing.info@` is an office."""
    local, _, host = email.casefold().partition("@")
    if host in FREE_MAIL_HOSTS:
        return True
    return _PERSON_ADDRESS.fullmatch(local) is not None and not ROLE_WORDS.intersection(re.split(r"[._-]", local))


def place_is_not_told(record: Record, path: str, context: RuleContext) -> Iterator[Finding]:
    """No text of a record whose place is withheld tells the place: no street, ZIP code, point or map."""
    place = record.location
    if not (place and place.visibility == "withheld") and not _needs_authorisation(record):
        return
    for location, text in texts(record):
        is_address = location[-1] in _ADDRESSES or location[0] == "former_ids"
        if what := telling_address(text) if is_address else telling(text):
            fix = "Delete it. A post office box may stand. What was found is not repeated here."
            yield Finding(path, location, "E408", f"The place is withheld, but the text tells of it by {what}.", fix)


#: Texts in which marks stand for spaces.
_ADDRESSES = frozenset({"id", "url", "chat", "organization", "coalition", "instead"})


def _needs_authorisation(record: Record) -> bool:
    return record.type == "domestic_violence" and not (record.location and record.location.authorisation)


#: Types of which a name may be that of a confidential place, as the importers' gate reads names.
_NAMES_MAY_TELL = frozenset({"health_center", "anti_trafficking"})


def name_was_looked_at(record: Record, path: str, context: RuleContext) -> Iterator[Finding]:
    """A place whose name may be that of a confidential program is public only by a recorded decision."""
    place = record.location
    if record.type not in _NAMES_MAY_TELL or place is None or place.visibility != "public":
        return
    if place.review or place.authorisation:
        return
    street = place.address.address_1 if place.address else None
    names = context.place_names
    own = [name for name in (record.name, record.alternate_name) if name]
    if place.place_given and any(names.suspects(name) or names.is_bare(name, street or "") for name in own):
        message = "The name may be that of a confidential program, and nobody has recorded that its place is public."
        fix = "Set 'visibility: withheld' and delete the place, or decide with scripts/review.py that it is ordinary."
        yield Finding(path, ("location",), "E409", message, fix)


def names_are_published(record: Record, path: str, context: RuleContext) -> Iterator[Finding]:
    """A person's name stands only with the page where the organization publishes it for this use."""
    for index, contact in enumerate(record.contacts or ()):
        if isinstance(contact, Contact) and contact.name and not contact.name_published_at:
            fix = "Give the role in 'title' instead, or add 'name_published_at'."
            yield Finding(path, ("contacts", index, "name"), "E405", "A person is named.", fix)


def says_nothing_of_a_case(record: Record, path: str, context: RuleContext) -> Iterator[Finding]:
    """No text is about a person served: no case, no client, no date of birth, no Social Security number."""
    spoken = [(location, text) for location, text in texts(record) if location[-1] not in _NAMES]
    if not _ANY_CASE.search("\n".join(text for _, text in spoken)):
        return
    for location, text in spoken:
        for what, pattern in _CASE_PATTERNS:
            if pattern.search(text):
                fix = "Never write about a person served. Say 'people' or 'callers', and describe the program."
                yield Finding(path, location, "E404", f"The text looks like it speaks of {what}.", fix)
                break


def texts(value: Any, location: Location = ()) -> Iterator[tuple[Location, str]]:
    """Every text in a record with its place."""
    if isinstance(value, str):
        yield location, value
    elif isinstance(value, BaseModel):
        # In the model's order, not the set's: the search index must have the same bytes each time.
        for name in type(value).model_fields:
            if name in value.model_fields_set:
                yield from texts(getattr(value, name), (*location, name))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from texts(inner, (*location, str(key)))
    elif isinstance(value, tuple | list):
        for index, inner in enumerate(value):
            yield from texts(inner, (*location, index))


#: Where the texts stand that paper prints, without the numbers of their places in lists.
_ON_PAPER = frozenset(
    {
        ("name",), ("location", "address", "city"), ("lead_agency", "name"), ("referral", "alert"),
        ("eligibility", "description"), ("phones", "keyword"), ("phones", "description"),
        ("phones", "opening_hours"),
        ("schedules", "description"), ("schedules", "opening_hours"), ("meetings", "name"), ("meetings", "when"),
        ("meetings", "where"), ("meetings", "who_may_come"), ("translations", "es", "name"),
        ("translations", "es", "eligibility"),
    }
)  # fmt: skip


def can_be_printed(record: Record, path: str, context: RuleContext) -> Iterator[Finding]:
    """A text that is printed on paper holds only letters that the font of paper has."""
    for location, text in texts(record):
        keys = tuple(key for key in location if isinstance(key, str))
        if keys in _ON_PAPER and (missing := set(NOT_ON_PAPER.findall(text))):
            told = ", ".join(f"{letter!r} (U+{ord(letter):04X})" for letter in sorted(missing)[:3])
            fix = "Write it in Latin letters. A name in its own letters may stand in 'alternate_name'."
            yield Finding(path, location, "E316", f"Paper cannot be printed with {told}.", fix)


RECORD_RULES: tuple[RecordRule, ...] = (
    path_agrees,
    id_is_neutral,
    serves_somebody,
    places_exist,
    point_fits,
    ages_in_order,
    pause_has_an_end,
    region_has_number,
    email_is_an_office,
    place_is_not_told,
    name_was_looked_at,
    names_are_published,
    says_nothing_of_a_case,
    can_be_printed,
)


@dataclass(frozen=True)
class Known:
    """What exists in the whole repository, and what the files that were not read lay claim to."""

    paths: Mapping[str, tuple[str, ...]]
    regions: frozenset[str]
    #: Paths of unread files by their former ids, and by type, register and number.
    former: Mapping[str, str] = field(default_factory=dict)
    registry: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    #: County to the path and the share of each region there.
    shares: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


def known_of(records: Mapping[str, Record]) -> Known:
    """What exists, from all records of the repository by path."""
    paths: dict[str, list[str]] = defaultdict(list)
    shares: dict[str, dict[str, float]] = defaultdict(dict)
    for path, record in records.items():
        paths[record.id].append(path)
        if isinstance(record, ContinuumOfCare):
            for county in record.counties:
                shares[county.fips][path] = county.share or 0.0
    regions = frozenset(number for record in records.values() for number in record.registry("hud_coc"))
    return Known({key: tuple(group) for key, group in paths.items()}, regions, shares=shares)


def claims_of(records: Mapping[str, Record]) -> tuple[dict[str, str], dict[tuple[str, str, str], str]]:
    """Former ids, and registry numbers of organizations that stand alone, with the paths of their records."""
    former = {old: path for path, record in records.items() for old in record.former_ids or ()}
    registry = {
        (record.type, entry.registry, entry.id): path
        for path, record in records.items()
        if not record.organization
        for entry in record.registry_ids or ()
    }
    return former, registry


def check_together(records: Mapping[str, Record], known: Known) -> Iterator[Finding]:
    """Every finding about records seen together. `known` speaks for the records that were not read."""
    for rule in TOGETHER_RULES:
        yield from rule(records, known)


def ids_are_unique(records: Mapping[str, Record], known: Known) -> Iterator[Finding]:
    """An id, and a former id, is used once in the whole repository."""
    former: dict[str, str] = {}
    for path, record in records.items():
        others = sorted(other for other in known.paths.get(record.id, ()) if other != path)
        # Of two files that are both checked, the second is told; of one that is checked against the rest, that one.
        if others and (others[0] < path or others[0] not in records):
            yield Finding(path, ("id",), "E302", f"The id is used by {others[0]}.", "Choose another id.")
        if other := known.former.get(record.id):
            fix = "Choose another id, or delete the former id there."
            yield Finding(path, ("id",), "E311", f"The id is a former id of {other}.", fix)
        for index, old in enumerate(record.former_ids or ()):
            if old in known.paths or old in former or old in known.former:
                other = former.get(old) or known.former.get(old) or known.paths[old][0]
                yield Finding(
                    path, ("former_ids", index), "E311", f"'{old}' is used by {other}.", "Delete it here or there."
                )
            former.setdefault(old, path)


def references_exist(records: Mapping[str, Record], known: Known) -> Iterator[Finding]:
    """A record that is named exists: parent, coalition, whom to try instead, regions served."""
    for path, record in records.items():
        for location, target in _references(record):
            if target == record.id:
                yield Finding(path, location, "E305", "The record names itself.", "Name another record.")
            elif target not in known.paths:
                # What stands here may be a street that must not be repeated.
                shown = "written here" if telling_address(target) else f"'{target}'"
                fix = "Correct the id, or add that record."
                yield Finding(path, location, "E305", f"No record has the id {shown}.", fix)
        for index, number in enumerate((record.service_area and record.service_area.regions) or ()):
            if number not in known.regions:
                where = ("service_area", "regions", index)
                # Any text can stand here: only what looks like a number of a region is repeated.
                shown = f"'{number}'" if _REGION_NUMBER.fullmatch(number) else "written here"
                message = f"No Continuum of Care has the number {shown}."
                yield Finding(path, where, "E305", message, "Write it as CO-503.")


def _references(record: Record) -> Iterator[tuple[Location, str]]:
    if record.organization:
        yield ("organization",), record.organization
    if record.referral and record.referral.instead:
        yield ("referral", "instead"), record.referral.instead
    if coalition := getattr(record, "coalition", None):
        yield ("coalition",), coalition


def registry_numbers_are_unique(records: Mapping[str, Record], known: Known) -> Iterator[Finding]:
    """A registry number belongs to one record of a type, or to a program and its own offices."""
    first: dict[tuple[str, str, str], str] = {}
    for path, record in records.items():
        for index, entry in enumerate(record.registry_ids or ()):
            key = (record.type, entry.registry, entry.id)
            other = known.registry.get(key) or first.setdefault(key, path)
            alone = other not in records or not records[other].organization
            if other != path and not record.organization and alone:
                message = f"{entry.registry} {entry.id} is used by {other}."
                yield Finding(
                    path, ("registry_ids", index), "E309", message, "One organization is one record: join the two."
                )


def county_shares_add_up(records: Mapping[str, Record], known: Known) -> Iterator[Finding]:
    """The shares of a county in several regions add up to no more than the whole (one per cent for rounding)."""
    shares: dict[str, list[tuple[str, int, float]]] = defaultdict(list)
    for path, record in records.items():
        if isinstance(record, ContinuumOfCare):
            for index, county in enumerate(record.counties):
                shares[county.fips].append((path, index, county.share or 0.0))
    for fips, entries in shares.items():
        elsewhere = (share for path, share in known.shares.get(fips, {}).items() if path not in records)
        total = sum(share for _, _, share in entries) + sum(elsewhere)
        if total > 101:
            path, index, _ = entries[-1]
            fix = "Correct the shares of the regions that name this county."
            yield Finding(
                path,
                ("counties", index, "share"),
                "E315",
                f"The shares of county {fips} come to {total:.1f} per cent.",
                fix,
            )


TOGETHER_RULES: tuple[Callable[[Mapping[str, Record], Known], Iterator[Finding]], ...] = (
    ids_are_unique,
    references_exist,
    registry_numbers_are_unique,
    county_shares_add_up,
)
