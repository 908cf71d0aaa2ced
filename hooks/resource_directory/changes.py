"""Which pages an edit of records changes, so that only they are made again.

A page changes where a record that it shows changes. It also changes where a record comes, goes or moves that it lists,
counts, or names as the nearest: what a record says about that is its Placing. Where it cannot be told, all pages do.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from resource_directory.directory import Directory
from resource_directory.gaps import Gaps, StateGaps, introduces_only
from resource_directory.model import ContinuumOfCare, Record, ServiceArea
from resource_directory.pages.document import NearestOf
from resource_directory.pages.languages import Translated, split_address
from resource_directory.pages.upkeep_pages import UPKEEP
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


@dataclass(frozen=True)
class Known:
    """What the last build knew of its records and pages. Pages by address."""

    digests: Mapping[str, bytes] = field(default_factory=dict)
    placings: Mapping[str, Placing] = field(default_factory=dict)
    shown: Mapping[str, frozenset[str]] = field(default_factory=dict)
    near: Mapping[str, tuple[NearestOf, ...]] = field(default_factory=dict)
    gaps: Mapping[str, StateGaps] = field(default_factory=dict)


@dataclass(frozen=True)
class Changes:
    """Addresses of the pages that change, and the states whose maps and search data do."""

    pages: frozenset[str]
    states: frozenset[str]
    records: frozenset[str]
    #: True where a record came, went or moved.
    placed: bool
    #: The states whose gaps change, and the gaps of all.
    gap_states: frozenset[str]
    gaps: Gaps


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


def placings(directory: Directory, known: Known) -> dict[str, Placing]:
    """Placings of all records; those of unchanged files are taken over."""
    return {
        key: known.placings[key]
        if key in known.placings and known.digests.get(key) == directory.digests.get(key, b"")
        else placing_of(directory, record)
        for key, record in directory.records.items()
    }


def changes(directory: Directory, new: Mapping[str, Placing], known: Known) -> Changes | None:
    """What an edit changes; None where that is everything."""
    edited = {key for key, told in directory.digests.items() if known.digests.get(key) != told}
    edited |= known.digests.keys() - directory.digests.keys()
    moved = {key for key in edited if known.placings.get(key) != new.get(key)}
    placed = [p for key in moved for p in (known.placings.get(key), new.get(key)) if p is not None]
    if any(placing.nationwide or placing.region for placing in placed):
        return None
    pages = {address for address, shown in known.shown.items() if not shown.isdisjoint(edited)} if edited else set()
    # It counts all entries, and the day on which each was confirmed.
    pages |= {UPKEEP} if edited else set()
    for key in moved:
        pages.add(f"resources/{key}/")
    for placing in placed:
        pages.update(_lists(directory, placing))
        pages.update(_as_nearest(placing, known.near))
        pages.update(_showing(placing.named, known.shown))
    kept = [p for key in edited for p in (known.placings.get(key), new.get(key)) if p is not None]
    # Some show numbers of those that they name: of a parent, of one to try instead.
    kept += [placing for placing in new.values() if placing.named and not edited.isdisjoint(placing.named)]
    states = frozenset(state for placing in kept for state in _mapped(directory, placing))
    gaps, gap_states = _gaps(directory, [(known.placings.get(key), new.get(key)) for key in moved], known.gaps)
    pages.update(_gap_pages(directory, gaps, gap_states, known.gaps))
    pages |= set(_in_all_languages(directory, pages))
    return Changes(frozenset(pages), states | gap_states, frozenset(edited), bool(moved), gap_states, gaps)


def _gaps(
    directory: Directory, moved: Iterable[tuple[Placing | None, Placing | None]], known: Mapping[str, StateGaps]
) -> tuple[Gaps, frozenset[str]]:
    """Today's gaps, and the states in which they are not what they were. Only states that may differ are worked out."""
    before = Gaps(directory, known)
    touched: set[str] = set()
    measured: set[str] = set()
    for pair in moved:
        places = [placing for placing in pair if placing is not None]
        touched.update(state for placing in places for state in _mapped(directory, placing))
        if len({placing and (placing.middle, placing.services) for placing in pair}) > 1:
            measured.update(_measured_from(before, places))
    again = {}
    for slug in sorted((touched | measured).intersection(known)):
        tenths = None if slug in measured else known[slug].tenths
        again[slug] = before.worked_out(slug, tenths)
    changed = frozenset(slug for slug, state in again.items() if state != known[slug])
    return Gaps(directory, {**known, **again}), changed


def _measured_from(before: Gaps, places: Iterable[Placing]) -> Iterator[str]:
    """The states in which a record so placed is, or was, perhaps the nearest that meets a need."""
    for placing in places:
        if placing.middle is not None:
            yield from before.reached_from(placing.middle, before.met_by(placing.services))


def _gap_pages(
    directory: Directory, gaps: Gaps, changed: Iterable[str], known: Mapping[str, StateGaps]
) -> Iterator[str]:
    """Addresses of the pages that say what is missing."""
    for slug in changed:
        yield "gaps/"
        yield f"gaps/{slug}/"
        now, before = gaps.of_state(slug), known[slug]
        for row, fips in enumerate(now.counties):
            if any(table[row] != old[row] for table, old in zip(now[1:], before[1:], strict=True)):
                yield directory.places.counties[fips].url


def _in_all_languages(directory: Directory, pages: Iterable[str]) -> Iterator[str]:
    """Addresses of the same pages in other languages. Those of pages that are in English only lead nowhere."""
    translated = Translated(frozenset(directory.states))
    prefixes = [messages.prefix for messages in directory.languages]
    if prefixes:
        english = [address for address in pages if not split_address(address, prefixes)[0] and translated(address)]
        yield from (prefix + address for prefix in prefixes for address in english)


def _counties(directory: Directory, placing: Placing) -> Iterator[str]:
    yield from placing.counties
    for number in placing.regions:
        if number in directory.regions:
            yield from (county.fips for county in directory.regions[number].counties)
    for state in placing.states:
        yield from (county.fips for county in directory.places.counties_of_state.get(state.upper(), ()))
    if placing.home:
        yield placing.home


def _states(directory: Directory, placing: Placing) -> frozenset[str]:
    counties = directory.places.counties
    found = {counties[f].state.lower() for f in _counties(directory, placing) if f in counties}
    return frozenset({placing.folder, *placing.states, *found})


def _mapped(directory: Directory, placing: Placing) -> frozenset[str]:
    """The states whose map and search files show a record so placed: some regions reach over a state line."""
    places = directory.places.counties
    own = directory.regions.get(str(placing.region[0])) if placing.region else None
    counties = {*_counties(directory, placing), *(county.fips for county in (own.counties if own else ()))}
    keepers = {directory.folder(r) for fips in counties for r, _ in directory.regions_of_county.get(fips, ())}
    found = {places[fips].state.lower() for fips in counties if fips in places}
    return _states(directory, placing) | keepers | found


def _lists(directory: Directory, placing: Placing) -> Iterator[str]:
    """Addresses of the pages that list or count a record so placed."""
    vocabulary, places = directory.vocabulary, directory.places
    slugs = [f"types/{vocabulary.types[placing.type].slug}/"]
    slugs += [f"needs/{need.slug}/" for code in placing.services for need in vocabulary.needs_of_service[code]]
    slugs += [f"needs/{need.slug}/" for need in vocabulary.needs.values() if placing.type in need.may_know]
    yield from slugs
    for state in _states(directory, placing):
        yield f"{state}/"
        yield from (f"{slug}{state}/" for slug in slugs)
    for fips in _counties(directory, placing):
        if fips in places.counties:
            yield places.counties[fips].url
        for region, _ in directory.regions_of_county.get(fips, ()):
            yield f"regions/{region.coc_number.lower()}/"
    for state in placing.states:
        for kept in directory.regions_kept.get(state, ()):
            yield f"regions/{kept.coc_number.lower()}/"
    yield from (f"resources/{name}/" for name in placing.named)


def _as_nearest(placing: Placing, near: Mapping[str, tuple[NearestOf, ...]]) -> Iterator[str]:
    """Addresses of the pages that name the nearest of its type, and would have looked as far as its point."""
    if placing.point is None:
        return
    for address, entries in near.items():
        for types, latitude, longitude, radius in entries:
            if placing.type in types and _reaches((latitude, longitude), radius, placing.point):
                yield address


def _reaches(start: tuple[float, float], radius: float, point: tuple[float, float]) -> bool:
    if math.isinf(radius):
        return True
    # A degree of latitude is at least 68 miles: most are out of reach at a glance.
    return abs(start[0] - point[0]) * 68 <= radius and miles(start, point) <= radius


def _showing(named: Iterable[str], shown: Mapping[str, frozenset[str]]) -> Iterator[str]:
    names = frozenset(named)
    if names:
        yield from (address for address, ids in shown.items() if not ids.isdisjoint(names))
