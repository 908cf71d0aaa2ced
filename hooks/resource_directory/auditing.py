"""Real data checked against itself: what the rules let pass and a person should still look at.

A doubt is no mistake: a program may have a telephone from the next state, and two clinics may share a house. Each check
yields doubts and never changes a record. Words of a doubt hold nothing of a withheld place, which has no street and no
point in its record in the first place.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import combinations

import numpy as np
import phonenumbers
import shapely
from phonenumbers.geodata import GEOCODE_DATA
from rapidfuzz import fuzz, process

from resource_directory.importers.cleaning import name_key
from resource_directory.importers.confidential import host_of
from resource_directory.model import ContinuumOfCare, Record, is_fictional
from resource_directory.places import Places, Town
from resource_directory.progress import progress
from resource_directory.rules import counties_of_region
from resource_directory.secrecy import street_key
from resource_directory.shapes import Shapes

#: Names this much alike (of 100, whatever the order of their words) may be one organisation's.
ALIKE = 90
#: Names less alike than this are no two offices of one organisation.
UNLIKE = 55
#: A number that more organisations than these have is a switchboard: it is told once.
FEW = 4
_TOLL_FREE = frozenset({"800", "833", "844", "855", "866", "877", "888"})
_TERRITORIES = {"PR": "PR", "GU": "GU", "VI": "VI", "MP": "MP", "AS": "AS"}
_STATE_IN_TEXT = re.compile(r", ([A-Z]{2})$")
_SHORTENERS = frozenset(
    {"bit.ly", "tinyurl.com", "goo.gl", "t.co", "ow.ly", "is.gd", "rebrand.ly", "tiny.cc", "shorturl.at"}
)
_EXAMPLES = re.compile(r"(?:^|\.)(?:example\.(?:com|org|net)|localhost|test|invalid|example)$")
_APART = re.compile(
    r"\b(?:\d\w*|\w|[ivx]+|bh|peds|wic|dental|optical|vision|pharmacy|mobile|van|unit|medical|pediatrics?|behavioral"
    r"|adult|women s|womens|north|south|east|west|elementary|middle|high|annex|admin\w*)\b"
)
_TYPED_WRONG = re.compile(
    r"^w{1,2}\.|^w{4,}\.|^www\.www\.|^https?\.|\.(?:ogr|orgg|og|con|comm|cmo|coom|ne|nett|gob|htm|html|php|aspx)$"
)


@dataclass(frozen=True, order=True)
class Doubt:
    """One thing to look at: the record's path and what is odd, in a sentence without any withheld value."""

    check: str
    path: str
    message: str


@dataclass(frozen=True)
class Audited:
    """All records by path, with what the checks need of the country."""

    records: Mapping[str, Record]
    places: Places
    shapes: Shapes

    @cached_property
    def neighbours(self) -> Mapping[str, frozenset[str]]:
        """States that share a border, by postal code."""
        shapes = {code: shape for code, state in self.places.states.items() if (shape := self.shapes.state(state.fips))}
        found: dict[str, set[str]] = defaultdict(set)
        for (one, first), (other, second) in combinations(shapes.items(), 2):
            if shapely.intersects(first, second):
                found[one].add(other)
                found[other].add(one)
        return {code: frozenset(codes) for code, codes in found.items()}

    @cached_property
    def state_codes(self) -> Mapping[str, str]:
        """Postal codes by themselves and by the state's name."""
        return {word: code for code, state in self.places.states.items() for word in (code, state.name)}

    @cached_property
    def towns(self) -> Mapping[tuple[str, str], tuple[Town, ...]]:
        """Towns by state and name in small letters."""
        found: dict[tuple[str, str], list[Town]] = defaultdict(list)
        for town in self.places.towns:
            found[town.state, town.name.casefold()].append(town)
        return {key: tuple(group) for key, group in found.items()}

    @cached_property
    def states_of_zips(self) -> Mapping[str, frozenset[str]]:
        """States by the first three digits of their ZIP codes."""
        found: dict[str, set[str]] = defaultdict(set)
        for code, shares in self.places.zip_counties.items():
            found[code[:3]].update(
                self.places.counties[fips].state for fips, _ in shares if fips in self.places.counties
            )
        # The Northern Marianas and the other islands share their first digits with Guam; the table has Guam's only.
        found["969"].update({"MP", "GU"})
        return {prefix: frozenset(states) for prefix, states in found.items()}


Check = Callable[[Audited], Iterator[Doubt]]


def audit(data: Audited) -> list[Doubt]:
    """Every doubt of every check, in order."""
    return sorted(doubt for check in progress(CHECKS, "Checking the data against itself") for doubt in check(data))


def report(doubts: Sequence[Doubt], mended: Mapping[str, int], records: int) -> str:
    """The page of data quality: counts only, no record and no value. `mended` are rows by what an import mended."""
    counts = Counter(doubt.check for doubt in doubts)
    look = "\n".join(f"| {title} | {counts[check]:,} |" for check, title in TITLES.items())
    done = "\n".join(f"| {what[0].upper()}{what[1:]} | {rows:,} |" for what, rows in sorted(mended.items()))
    return _REPORT.format(records=records, look=look, done=done)


def state_of(path: str) -> str:
    """`CO` for data/resources/co/...; `US` for the whole country."""
    return path.split("/")[2].upper()


# Places


def points_over_the_line(data: Audited) -> Iterator[Doubt]:
    """The point lies in another county than the record says, though within the tolerance of the map."""
    found = [
        (path, record.location.point, record.location.county)
        for path, record in data.records.items()
        if record.location and record.location.point and record.location.county
    ]
    if not found:
        return
    points = shapely.points([point.longitude for _, point, _ in found], [point.latitude for _, point, _ in found])
    for (path, _, fips), point in zip(found, points, strict=True):
        shape = data.shapes.county(fips)
        if shape is None or shapely.intersects(shape, point):
            continue
        county = data.places.counties[fips]
        miles = float(shapely.distance(shape, point)) * 69
        if miles >= 0.5:
            yield Doubt("point_outside_county", path, f"The point lies {miles:.1f} miles outside {county.full_name}.")


def zip_codes_of_other_states(data: Audited) -> Iterator[Doubt]:
    """The ZIP code is not known, and its first digits are those of another state."""
    for path, record in data.records.items():
        address = record.location.address if record.location else None
        if not address or not address.postal_code or not address.state_province:
            continue
        code = address.postal_code[:5]
        if code in data.places.zip_counties:
            continue
        states = data.states_of_zips.get(code[:3])
        if states and address.state_province not in states:
            yield Doubt("zip_of_other_state", path, f"ZIP codes that begin so are in {_listed(states)}.")


def towns_elsewhere(data: Audited) -> Iterator[Doubt]:
    """The town is known, but neither it nor the ZIP code lies in the county that the record says."""
    for path, record in data.records.items():
        place = record.location
        if not place or not place.county or not place.address or not place.address.city:
            continue
        county, address = data.places.counties[place.county], place.address
        towns = data.towns.get((county.state, str(address.city).casefold()), ())
        zips = {fips for fips, _ in data.places.zip_counties.get((address.postal_code or "")[:5], ())}
        if towns and zips and place.county not in {town.county_fips for town in towns} | zips:
            yield Doubt("town_elsewhere", path, f"Neither the town nor the ZIP code is in {county.full_name}.")


# Telephone numbers


@lru_cache(maxsize=2000)
def place_of_area_code(code: str) -> str | None:
    """`Colorado` or `NY` for 303 and 212; None for toll-free and unknown ones. From the area data of `phonenumbers`."""
    if code in _TOLL_FREE:
        return None
    number = phonenumbers.PhoneNumber(country_code=1, national_number=int(f"{code}2345678"))
    region = phonenumbers.region_code_for_number(number)
    if region in _TERRITORIES:
        return region
    text = (GEOCODE_DATA.get(f"1{code}") or {}).get("en", "")
    found = _STATE_IN_TEXT.search(text)
    return found.group(1) if found else text or None


def area_codes_of_other_states(data: Audited) -> Iterator[Doubt]:
    """A telephone number whose area code is that of another state; `neighbour` where the two share a border."""
    for path, record in data.records.items():
        state = state_of(path)
        if state == "US":
            continue
        served = {state, *(code.upper() for code in (record.service_area and record.service_area.states) or ())}
        for number in _numbers(record):
            other = data.state_codes.get(place_of_area_code(number[:3]) or "")
            if other is None or other in served:
                continue
            near = other in data.neighbours.get(state, ())
            check = "area_code_of_neighbour" if near else "area_code_of_other_state"
            yield Doubt(check, path, f"{number} is a number of {data.places.states[other].name}.")


def numbers_shared(data: Audited) -> Iterator[Doubt]:
    """One number, organisations that have neither kind, name, web site, parent nor lead agency in common."""
    users: dict[str, list[str]] = defaultdict(list)
    for path, record in data.records.items():
        for number in _numbers(record):
            users[number].append(path)
    for number, paths in users.items():
        groups = _unrelated([(path, data.records[path]) for path in sorted(set(paths))])
        if len(groups) > 1:
            others = ", ".join(data.records[group[0]].id for group in groups[1 : FEW + 1])
            more = f" and {len(groups) - 1 - FEW} more" if len(groups) - 1 > FEW else ""
            yield Doubt("number_shared", groups[0][0], f"{number} is also that of {others}{more}.")


def places_beside_hidden_ones(data: Audited) -> Iterator[Doubt]:
    """A public place whose entry has the number of a domestic violence program with a hidden one: it may tell."""
    hidden = {
        number: record.id
        for record in data.records.values()
        if record.type == "domestic_violence" and not _is_public(record)
        for number in _numbers(record)
    }
    for path, record in data.records.items():
        beside = {hidden[number] for number in _numbers(record) if number in hidden} if _is_public(record) else ()
        for identifier in sorted(beside):
            yield Doubt("beside_hidden", path, f"It has a number of {identifier}, whose place is not published.")


def _is_public(record: Record) -> bool:
    return record.location is not None and record.location.visibility == "public"


def _numbers(record: Record) -> Iterator[str]:
    for phone in record.phones or ():
        if phone.type == "voice" and len(phone.number) == 12 and not is_fictional(phone.number):
            yield phone.number


def _unrelated(users: Sequence[tuple[str, Record]]) -> list[list[str]]:
    """The users of a number in groups, each related to none of the others."""
    groups: list[list[tuple[str, Record]]] = []
    for user in users:
        mine = [group for group in groups if any(_related(user[1], other) for _, other in group)]
        groups = [group for group in groups if group not in mine]
        groups.append([user, *(member for group in mine for member in group)])
    return sorted(sorted(path for path, _ in group) for group in groups)


def _related(one: Record, other: Record) -> bool:
    if one.organization in {other.id, other.organization or "-"} or other.organization == one.id:
        return True
    if one.type == other.type and one.type in _SHARED_OFFICES:
        return True
    hosts = [host_of(record.url or "") for record in (one, other)]
    if hosts[0] and hosts[0] == hosts[1]:
        return True
    if any(isinstance(record, ContinuumOfCare) for record in (one, other)) and _lead(one, other):
        return True
    names = [name_key(record.name) for record in (one, other)]
    return fuzz.token_set_ratio(*names) >= UNLIKE


#: Sites and offices of one operator have its switchboard; small housing authorities are run from a larger one's office.
_SHARED_OFFICES = frozenset({"housing_authority", "continuum_of_care", "health_center", "legal_aid"})


def _lead(one: Record, other: Record) -> bool:
    """True where one of the two is the other's lead agency by its name."""
    for region, body in ((one, other), (other, one)):
        agency = region.lead_agency if isinstance(region, ContinuumOfCare) else None
        if agency and fuzz.token_set_ratio(name_key(agency.name), name_key(body.name)) >= UNLIKE:
            return True
    return False


# Web addresses


def web_addresses_that_cannot_be(data: Audited) -> Iterator[Doubt]:
    """A web address that was mistyped, holds an e-mail address, is shortened, or is an example."""
    for path, record in data.records.items():
        if record.url and (why := why_wrong(record.url)):
            yield Doubt("web_address", path, f"The web address {why}.")


def why_wrong(url: str) -> str | None:
    """What is wrong with a web address that has the right form; None for nothing."""
    host = host_of(url)
    full = url.split("/")[2].lower() if url.count("/") >= 2 else ""
    if "@" in url or "mailto:" in url.lower():
        return "holds an e-mail address"
    if "." not in host.removeprefix("www.") or _EXAMPLES.search(host):
        return "is no place on the web"
    if host in _SHORTENERS:
        return "is shortened, so that nobody sees where it leads"
    if re.fullmatch(r"[\d.]+(?::\d+)?", full):
        return "is a number"
    if _TYPED_WRONG.search(full) or (url.lower().count("http") > 1 and "?" not in url):
        return "looks mistyped"
    return None


# Doubles


def doubles_in_a_county(data: Audited) -> Iterator[Doubt]:
    """Two records of a type in a county with names alike and the same street, number or web page."""
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path, record in data.records.items():
        if not isinstance(record, ContinuumOfCare):
            for fips in _counties(record):
                groups[record.type, fips].append(path)
    found = {pair for paths in groups.values() if len(paths) > 1 for pair in _doubles(paths, data.records)}
    for path, other in sorted(found):
        yield Doubt("double", path, f"It may be the same as {data.records[other].id}.")


def _counties(record: Record) -> Iterable[str]:
    place, area = record.location, record.service_area
    if place and place.county:
        return (place.county,)
    return (area.counties or ()) if area else counties_of_region(record)


def _doubles(paths: Sequence[str], records: Mapping[str, Record]) -> Iterator[tuple[str, str]]:
    ordered = sorted(paths)
    names = [name_key(records[path].name) for path in ordered]
    alike = process.cdist(names, names, scorer=fuzz.token_sort_ratio, score_cutoff=ALIKE, dtype=np.uint8)
    for first, second in zip(*np.nonzero(np.triu(alike, 1)), strict=True):
        one, other = records[ordered[first]], records[ordered[second]]
        if _in_common(one, other) and _tells_apart(names[first]) == _tells_apart(names[second]):
            yield ordered[first], ordered[second]


def _tells_apart(name: str) -> list[str]:
    """Figures, single letters and kinds of care tell rooms, vans and departments apart: `Unit 1`, `Dental`."""
    return sorted(_APART.findall(name))


def _in_common(one: Record, other: Record) -> bool:
    if one.organization and one.organization == other.organization and one.registry_ids and other.registry_ids:
        return _street(one) == _street(other) != ""
    same_number = bool(set(_numbers(one)) & set(_numbers(other)))
    streets = _street(one), _street(other)
    if all(streets):
        return streets[0] == streets[1]
    return same_number


def _street(record: Record) -> str:
    address = record.location.address if record.location else None
    return street_key(address.address_1 or "") if address else ""


def _listed(states: Iterable[str]) -> str:
    return ", ".join(sorted(states))


_REPORT = """# Data quality

<!-- Made by scripts/audit.py --write. Do not edit. -->

The directory holds {records:,} entries from public lists. We check them against themselves: places against counties
and ZIP codes, telephone numbers against states, entries against each other. A doubt is no mistake. A program may have
a number from the next state, and two clinics may share a house.

## To look at

`scripts/audit.py` lists each of these with its file.

| What | Entries |
|---|---|
{look}

## Mended when the lists were read

Here the lists contradict themselves, and it is certain which fact to leave out or what to put in its place.

| What | Rows |
|---|---|
{done}
"""

CHECKS: tuple[Check, ...] = (
    points_over_the_line,
    zip_codes_of_other_states,
    towns_elsewhere,
    area_codes_of_other_states,
    numbers_shared,
    places_beside_hidden_ones,
    web_addresses_that_cannot_be,
    doubles_in_a_county,
)
#: What each kind of doubt is, in the order of the report.
TITLES: Mapping[str, str] = {
    "point_outside_county": "Points more than half a mile outside their county",
    "zip_of_other_state": "ZIP codes of another state",
    "town_elsewhere": "Towns that are not in the county of the record",
    "area_code_of_other_state": "Area codes of another state",
    "area_code_of_neighbour": "Area codes of the neighboring state",
    "number_shared": "Numbers that unrelated organizations share",
    "beside_hidden": "Public places whose entry has the number of a program whose place is not published",
    "web_address": "Web addresses that cannot be right",
    "double": "Entries that may be the same organization",
}
