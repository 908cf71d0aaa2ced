"""Where a record stands in lists, on maps and among the nearest: what tells which places an edit of it touches."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from resource_directory.directory import Directory
from resource_directory.gaps import introduces_only
from resource_directory.model import ContinuumOfCare, Record, ServiceArea
from resource_directory.words import miles


class Placing(NamedTuple):
    """What places a record in lists and on maps."""

    folder: str
    type: str
    counties: tuple[str, ...]
    regions: tuple[str, ...]
    states: tuple[str, ...]
    nationwide: bool
    home: str
    point: tuple[float, float] | None
    town: tuple[str, str]
    services: tuple[str, ...]
    #: Ids of the records that it names: its parent and others.
    named: tuple[str, ...]
    #: Of a region: its number and its counties with their shares.
    region: tuple[object, ...]
    former_ids: tuple[str, ...]
    withheld: bool
    #: True where it says how it works with others: pages of places list those that do.
    joinable: bool
    #: Whether its area is assumed, whether it only introduces others, and where distances to it end.
    assumed: bool
    introduces: bool
    middle: tuple[float, float] | None


class NearestOf(NamedTuple):
    """Where the nearest of some types were looked for: from a point in degrees, so many miles around."""

    types: tuple[str, ...]
    latitude: float
    longitude: float
    radius: float

    def may_be(self, placing: Placing) -> bool:
        """Whether a record so placed is one of the nearest, or would be."""
        if placing.point is None or placing.type not in self.types:
            return False
        if math.isinf(self.radius):
            return True
        # A degree of latitude is at least 68 miles: most are out of reach at a glance.
        close = abs(self.latitude - placing.point[0]) * 68 <= self.radius
        return close and miles((self.latitude, self.longitude), placing.point) <= self.radius


def placing_of(directory: Directory, record: Record) -> Placing:
    """What places a record."""
    area = record.service_area or ServiceArea()
    place = record.location
    public = place is not None and place.visibility == "public"
    point = place.point if place is not None and public else None
    address = place.address if place is not None and public else None
    named = (record.organization, getattr(record, "coalition", None), record.referral and record.referral.instead)
    region: tuple[object, ...] = ()
    if isinstance(record, ContinuumOfCare):
        region = (record.coc_number, *((county.fips, county.share) for county in record.counties))
    return Placing(
        folder=directory.folder(record),
        type=record.type,
        counties=tuple(area.counties or ()),
        regions=tuple(area.regions or ()),
        states=tuple(area.states or ()),
        nationwide=bool(area.nationwide),
        home=(place.county or "") if place is not None and public else "",
        point=(point.latitude, point.longitude) if point is not None and point.is_a_place else None,
        town=((address.state_province or ""), (address.city or "")) if address is not None else ("", ""),
        services=tuple(record.services or ()),
        named=tuple(name for name in named if name),
        region=region,
        former_ids=tuple(record.former_ids or ()),
        withheld=place is not None and not public,
        joinable=bool(record.partnership or record.meetings),
        assumed=area.assumed is not None,
        introduces=introduces_only(record),
        middle=directory.middle_of(record),
    )


def placings(directory: Directory, before: Mapping[str, Placing], digests: Mapping[str, bytes]) -> dict[str, Placing]:
    """Placings of all records; those of unchanged files are taken over. `digests` are what the files were before."""
    return {
        key: before[key]
        if key in before and digests.get(key) == directory.digests.get(key, b"")
        else placing_of(directory, record)
        for key, record in directory.records.items()
    }


def counties_of(directory: Directory, placing: Placing) -> Iterator[str]:
    yield from placing.counties
    for number in placing.regions:
        if number in directory.regions:
            yield from (county.fips for county in directory.regions[number].counties)
    for state in placing.states:
        yield from (county.fips for county in directory.places.counties_of_state.get(state.upper(), ()))
    if placing.home:
        yield placing.home


def states_of(directory: Directory, placing: Placing) -> frozenset[str]:
    counties = directory.places.counties
    found = {counties[f].state.lower() for f in counties_of(directory, placing) if f in counties}
    return frozenset({placing.folder, *placing.states, *found})


def states_touched(directory: Directory, placing: Placing) -> frozenset[str]:
    """The states whose map and search files show a record so placed: some regions reach over a state line."""
    places = directory.places.counties
    own = directory.regions.get(str(placing.region[0])) if placing.region else None
    counties = {*counties_of(directory, placing), *(county.fips for county in (own.counties if own else ()))}
    keepers = {directory.folder(r) for fips in counties for r, _ in directory.regions_of_county.get(fips, ())}
    found = {places[fips].state.lower() for fips in counties if fips in places}
    return states_of(directory, placing) | keepers | found


def with_those_who_name(edited: set[str], known: Iterable[Mapping[str, Placing]]) -> set[str]:
    """The edited records, those who name one of them, whoever names these, and so on: some show others' numbers."""
    naming = [(key, placing.named) for placings in known for key, placing in placings.items() if placing.named]
    found = set(edited)
    while more := {key for key, named in naming if key not in found and not found.isdisjoint(named)}:
        found |= more
    return found
