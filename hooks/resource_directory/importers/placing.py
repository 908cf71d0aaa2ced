"""Where a row's organisation stands: address, county and point, each checked against the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from resource_directory.importers import cleaning
from resource_directory.importers.confidential import DECIDED_WITHHELD, NAME_TELLS_PLACE, Kept, name_tells_place
from resource_directory.importers.drafts import ForReview, ImportContext, present
from resource_directory.importers.keeping import WITHHELD
from resource_directory.importers.outcome import PUBLISHED, Fate

COUNTY_FROM_POINT = "county worked out from the point"
COUNTY_FROM_ZIP = "county worked out from the ZIP code"
COUNTY_FROM_TOWN = "county worked out from the town"
COUNTY_FROM_NAME = "county worked out from the town or county in the name"
FOREIGN_COUNTY = "county of another state left out"
POINT_OUTSIDE_STATE = "point outside the state left out"
POINT_OUTSIDE_COUNTY = "point outside the stated county left out"
POINT_OF_POST_BOX = "point of a post office box left out"
FAR_FROM_TOWN = "county and point far from the town and its ZIP code left out"
ZIP_OF_OTHER_STATE = "ZIP code of another state left out"
#: The name of a record whose own name tells a place that must be withheld from now on.
NAME_WITHHELD = "Site whose name is withheld"
BROKEN_TEXT = "address with lost letters left out"
#: County codes of other years than ours (the Census file of 2017), as the code that stands for the same land in ours.
#: Connecticut's planning regions (09110 to 09190) have no such code: there the point or the ZIP code tells the county.
CHANGED_COUNTIES: Mapping[str, str] = {
    "02063": "02261",  # Chugach, Alaska, of 2019
    "02066": "02261",  # Copper River, Alaska, of 2019
    "02270": "02158",  # Wade Hampton, Alaska, renamed Kusilvak in 2015
    "46113": "46102",  # Shannon, South Dakota, renamed Oglala Lakota in 2015
    "51515": "51019",  # Bedford City, Virginia, joined to Bedford County in 2013
}


@dataclass(frozen=True)
class Stated:
    """What a row says of its place. Texts as published; `state` is `CO`."""

    state: str
    street: str = ""
    city: str = ""
    zip_code: str = ""
    county: str = ""
    latitude: str = ""
    longitude: str = ""


@dataclass(frozen=True)
class Placed:
    """`location` as a record has it (public), the county's FIPS code, the town, and notes to count."""

    location: dict[str, Any]
    county: str | None
    city: str
    notes: tuple[str, ...]


def place(stated: Stated, context: ImportContext, spelling: cleaning.Spelling, point_source: str) -> Placed:
    """The row's place. A point passes only in its state and, with the map's tolerance, in its county."""
    notes: list[str] = []
    city = cleaning.town_name(stated.city, stated.state, context.towns, spelling)
    street = cleaning.street_of(stated.street, spelling)
    if cleaning.is_broken(city) or cleaning.is_broken(street):
        notes.append(BROKEN_TEXT)
        city, street = ("" if cleaning.is_broken(text) else text for text in (city, street))
    zip_code = _zip(stated, context, notes)
    point = _point_in_state(stated, context, notes)
    county = _stated_county(stated, context, notes) or _county_from(point, zip_code, city, stated.state, context, notes)
    if away := _county_of_town_and_zip(county, point, zip_code, city, stated.state, context):
        notes.append(FAR_FROM_TOWN)
        county, point = away, None
    if point and cleaning.is_post_box(stated.street):
        notes.append(POINT_OF_POST_BOX)
        point = None
    if point and county and context.shapes.near_county(county, *point) is False:
        notes.append(POINT_OUTSIDE_COUNTY)
        point = None
    address = present(address_1=street, city=city, postal_code=zip_code)
    if address:
        address = present(address_1=street, city=city, state_province=stated.state, postal_code=zip_code)
    location = {"visibility": "public"} | present(address=address, county=county)
    if point:
        location["point"] = _point_data(stated, point_source)
    return Placed(location, county, city, tuple(notes))


def _county_of_town_and_zip(
    county: str | None, point: tuple[float, float] | None, zip_code: str, city: str, state: str, context: ImportContext
) -> str | None:
    """The one county of both the town and the ZIP code, where it is another than the stated one and the point lies far
    from it: then the publisher has looked up the address in a wrong place. None where nothing speaks against it."""
    zips = {fips for fips, _ in context.places.zip_counties.get(zip_code, ())}
    town = county_of_town(city, state, context)
    if county is None or town is None or zips != {town} or town == county:
        return None
    return town if point is None or context.shapes.near_county(town, *point) is False else None


def _zip(stated: Stated, context: ImportContext, notes: list[str]) -> str:
    code = stated.zip_code[:5]
    if not (len(code) == 5 and code.isdigit()):
        return ""
    states = {context.places.counties[fips].state for fips, _ in context.places.zip_counties.get(code, ())}
    if states and stated.state not in states:
        notes.append(ZIP_OF_OTHER_STATE)
        return ""
    return code


def _point_in_state(stated: Stated, context: ImportContext, notes: list[str]) -> tuple[float, float] | None:
    try:
        point = (float(stated.latitude), float(stated.longitude))
    except ValueError:
        return None
    known = context.places.states.get(stated.state)
    if known is None or context.shapes.near_state(known.fips, *point) is False:
        notes.append(POINT_OUTSIDE_STATE)
        return None
    return point


def _point_data(stated: Stated, point_source: str) -> dict[str, str]:
    return {"latitude": stated.latitude, "longitude": stated.longitude, "precision": "street", "source": point_source}


def _stated_county(stated: Stated, context: ImportContext, notes: list[str]) -> str | None:
    county = context.places.counties.get(CHANGED_COUNTIES.get(stated.county, stated.county))
    if county is None:
        return None
    if county.state != stated.state:
        notes.append(FOREIGN_COUNTY)
        return None
    return county.fips


def _county_from(
    point: tuple[float, float] | None, zip_code: str, city: str, state: str, context: ImportContext, notes: list[str]
) -> str | None:
    ways = (
        (COUNTY_FROM_POINT, context.shapes.county_at(*point) if point else None),
        (COUNTY_FROM_ZIP, context.places.county_of_zip(zip_code) if zip_code else None),
        (COUNTY_FROM_TOWN, county_of_town(city, state, context)),
    )
    for note, fips in ways:
        if fips and fips in context.places.counties and context.places.counties[fips].state == state:
            notes.append(note)
            return fips
    return None


def county_of_town(city: str, state: str, context: ImportContext) -> str | None:
    """The county of the one town of this name in the state; None where there is none or more than one."""
    found = context.counties_of_towns.get((state, cleaning.place_key(city)), frozenset())
    return next(iter(found)) if len(found) == 1 else None


def county_of_name(name: str, state: str, context: ImportContext) -> str | None:
    """The county that a text such as `Emmons County` or `County of Blair` names; in Puerto Rico the municipality."""
    folded = cleaning.place_key(name)
    bare = folded.removeprefix("county of ").removesuffix(" county")
    if bare == folded and state != "PR":
        return None
    found = {
        county.fips
        for county in context.places.counties_of_state.get(state, ())
        if cleaning.place_key(county.name) == bare
    }
    return found.pop() if len(found) == 1 else None


ASK_COUNTY = "The federal list names only the town. Ask whether your county is served."
ASK_STATE = "The list names only the state. Ask whether your county is served."


def assumed_area(county: str | None, state: str, description: str = ASK_STATE) -> dict[str, Any]:
    """The service area where no source gives it: the county, or else the state, marked as assumed."""
    if county:
        return {"counties": [county], "assumed": "yes"}
    return {"states": [state.lower()], "assumed": "yes", "description": description}


@dataclass(frozen=True)
class Settled:
    """What the gate leaves of a place: the `location` to write, the town for the id, the fate of the row."""

    location: dict[str, Any]
    city: str
    fate: Fate
    reason: str
    review: ForReview | None = None
    #: The name to publish instead of the publisher's, which tells the place.
    name: str = ""


def settle(
    key: str, name: str, stated: Stated, placed: Placed, why_secret: str | None, kept: Kept | None = None
) -> Settled:
    """Publishes the place, or withholds it. Where even the name may tell the place, the row is held back; where there
    is a record already (`kept`), it keeps the name under which it was withheld, or loses the one that tells."""
    if why_secret is None:
        location = placed.location if len(placed.location) > 1 else {}
        return Settled(location, placed.city, "written", PUBLISHED)
    tells = name_tells_place(name, stated.street)
    if tells and kept is None:
        return Settled({}, "", "held back", NAME_TELLS_PLACE, ForReview(stated.state, key, NAME_TELLS_PLACE))
    review = None if why_secret == DECIDED_WITHHELD else ForReview(stated.state, key, why_secret)
    other_name = "" if not tells or kept is None else kept.name if kept.withheld else NAME_WITHHELD
    return Settled(dict(WITHHELD), "", "written", f"place withheld: {why_secret}", review, other_name)
