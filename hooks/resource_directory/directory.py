"""The Directory: all records with their places, frozen, indexed once. Pages, maps, search and exports only read it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt

from resource_directory.messages import Messages
from resource_directory.model import ContinuumOfCare, Record, ServiceArea
from resource_directory.places import County, Places, State
from resource_directory.secrecy import neutral_pattern
from resource_directory.shapes import Shapes
from resource_directory.vocabulary import Need, ProgramRule, Vocabulary


@dataclass(frozen=True)
class Settings:
    """The coalition's own block `extra: directory:` in mkdocs.yml."""

    name: str
    contact: str = ""
    contact_url: str = ""
    repo_url: str = ""
    edit_branch: str = "main"
    exit_url: str = "https://www.weather.gov/"
    tiles: str = ""
    tiles_attribution: str = ""
    allow_third_party_tiles: bool = False
    primary: str = "#1f4e5f"
    accent: str = "#0b6e99"
    #: The name in other languages, by their tags.
    names: Mapping[str, str] = field(default_factory=dict)
    #: The site's own address; empty where it is not known.
    site_url: str = ""


@dataclass(frozen=True)
class Directory:
    """Everything a page may say. Lists are in the order in which pages show them: by name, then id."""

    records: Mapping[str, Record]
    paths: Mapping[str, str]
    vocabulary: Vocabulary
    places: Places
    shapes: Shapes
    settings: Settings
    today: date
    states: tuple[str, ...] = field(default=())
    #: What tells one content of a record's file from another, by id, where it is known.
    digests: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    #: The languages of its pages beside English.
    languages: tuple[Messages, ...] = field(default=(), repr=False)

    @cached_property
    def neutral_pattern(self) -> re.Pattern[str]:
        """Matches words that no title may hold."""
        return neutral_pattern(self.vocabulary.neutral_words.all)

    @cached_property
    def in_order(self) -> tuple[Record, ...]:
        return tuple(sorted(self.records.values(), key=name_order))

    @cached_property
    def by_type(self) -> Mapping[str, tuple[Record, ...]]:
        return _grouped((record.type, record) for record in self.in_order)

    @cached_property
    def by_folder(self) -> Mapping[str, tuple[Record, ...]]:
        """Records by the state that keeps them (`co`, or `us` for the whole country)."""
        return _grouped((self.folder(record), record) for record in self.in_order)

    def folder(self, record: Record) -> str:
        """`co`, or `us`: also for a neighbor's record that serves a state shown, where the neighbor is not shown."""
        slug = self.paths[record.id].split("/")[2]
        return slug if slug in self.states else "us"

    @cached_property
    def regions(self) -> Mapping[str, ContinuumOfCare]:
        """Regions by CoC number."""
        found = [r for r in self.by_type.get("continuum_of_care", ()) if isinstance(r, ContinuumOfCare)]
        return {region.coc_number: region for region in sorted(found, key=lambda r: r.coc_number)}

    @cached_property
    def regions_kept(self) -> Mapping[str, tuple[ContinuumOfCare, ...]]:
        """Regions by the state that keeps their record (`co`)."""
        groups: dict[str, list[ContinuumOfCare]] = defaultdict(list)
        for region in self.regions.values():
            groups[self.folder(region)].append(region)
        return {slug: tuple(group) for slug, group in groups.items()}

    @cached_property
    def regions_of_county(self) -> Mapping[str, tuple[tuple[ContinuumOfCare, float | None], ...]]:
        """Regions of each county with the share of its people, largest share first."""
        groups: dict[str, list[tuple[ContinuumOfCare, float | None]]] = defaultdict(list)
        for region in self.regions.values():
            for county in region.counties:
                groups[county.fips].append((region, county.share))
        order = {fips: sorted(group, key=lambda pair: (-(pair[1] or 0), pair[0].id)) for fips, group in groups.items()}
        return {fips: tuple(group) for fips, group in order.items()}

    def counties_served(self, record: Record) -> tuple[str, ...]:
        """FIPS codes of the counties served by name or by region; empty where whole states or the country are."""
        if isinstance(record, ContinuumOfCare):
            return tuple(county.fips for county in record.counties)
        area = record.service_area or ServiceArea()
        named = list(area.counties or ())
        for number in area.regions or ():
            if number in self.regions:
                named.extend(county.fips for county in self.regions[number].counties)
        return tuple(dict.fromkeys(named))

    @cached_property
    def serving_county(self) -> Mapping[str, tuple[Record, ...]]:
        """Records that serve a county by name or by its region, by FIPS code."""
        return _grouped((fips, record) for record in self.in_order for fips in self.counties_served(record))

    @cached_property
    def serving_state(self) -> Mapping[str, tuple[Record, ...]]:
        """Records that serve a whole state, by `co`."""
        pairs = ((state, r) for r in self.in_order for state in (r.service_area and r.service_area.states) or ())
        return _grouped(pairs)

    @cached_property
    def nationwide(self) -> tuple[Record, ...]:
        return tuple(r for r in self.in_order if r.service_area and r.service_area.nationwide)

    @cached_property
    def hotlines(self) -> tuple[Record, ...]:
        """Lines for the whole country: those that a question of every place leads to first, then by name."""
        questions = (*self.vocabulary.questions, *self.vocabulary.beside)
        hosts = list(dict.fromkeys(urlsplit(question.finder.url).hostname for question in questions))
        lines = [record for record in self.nationwide if record.type == "hotline"]
        places = {line.id: urlsplit(line.url).hostname if line.url else None for line in lines}
        last = len(hosts)
        # Sorting keeps the order of names among equals.
        order = {key: hosts.index(host) if host in hosts else last for key, host in places.items()}
        return tuple(sorted(lines, key=lambda line: order[line.id]))

    def line_of(self, url: str) -> Record | None:
        """The line for the whole country that a web site belongs to, by its host."""
        return self._lines_by_host.get(_host_of(url))

    @cached_property
    def _lines_by_host(self) -> Mapping[str | None, Record]:
        return {_host_of(line.url): line for line in reversed(self.hotlines) if line.url}

    def line_for_type(self, type_code: str) -> Record | None:
        """The line for the whole country to which the question about such organizations leads."""
        for question in (*self.vocabulary.questions, *self.vocabulary.beside):
            if type_code in question.types and (line := self.line_of(question.finder.url)):
                return line
        return None

    @cached_property
    def states_by_name(self) -> tuple[State, ...]:
        """The states that are shown, in order of name."""
        shown = (self.places.states[slug.upper()] for slug in self.states)
        return tuple(sorted(shown, key=lambda state: state.name))

    def for_county(self, county: County) -> tuple[Record, ...]:
        """All who serve a county: those that name it or its region, then the state's, then the country's."""
        state = self.serving_state.get(county.state.lower(), ())
        found = (*self.serving_county.get(county.fips, ()), *state, *self.nationwide)
        return _once(found)

    def in_state(self, state: str) -> tuple[Record, ...]:
        """Records that serve any part of a state (`co`), but not the whole country."""
        return self._by_state.get(state, ())

    @cached_property
    def _by_state(self) -> Mapping[str, tuple[Record, ...]]:
        return _grouped((state, record) for record in self.in_order for state in self.states_served(record))

    def states_served(self, record: Record) -> frozenset[str]:
        """The states (`co`) of which a record serves any part; empty for the whole country."""
        counties = self.places.counties
        of_counties = (counties[fips].state.lower() for fips in self.counties_served(record) if fips in counties)
        return frozenset((*of_counties, *((record.service_area and record.service_area.states) or ())))

    @cached_property
    def offices(self) -> Mapping[str, tuple[Record, ...]]:
        """Child records by the id of their parent."""
        return _grouped((r.organization, r) for r in self.in_order if r.organization)

    def parent(self, record: Record) -> Record | None:
        return self.records.get(record.organization or "")

    def needs_met(self, record: Record) -> tuple[Need, ...]:
        """The needs that its services meet, in the vocabulary's order."""
        met = {need.code for code in record.services or () for need in self.vocabulary.needs_of_service[code]}
        return tuple(need for need in self.vocabulary.needs.values() if need.code in met)

    @cached_property
    def by_need(self) -> Mapping[str, tuple[Record, ...]]:
        return _grouped((need.code, record) for record in self.in_order for need in self.needs_met(record))

    def rules_for(self, record: Record) -> tuple[ProgramRule, ...]:
        """Program rules of its type, and of the programs it runs or lists it stands on where a rule names some."""
        programs = {code for name in ("programs", "administers") for code in getattr(record, name, None) or ()}
        if getattr(record, "lsc_funded", None) == "yes":
            programs.add("lsc")
        programs.update(entry.registry for entry in record.registry_ids or ())
        return tuple(
            rule
            for rule in self.vocabulary.rules
            if record.type in rule.types and (not rule.programs or programs.intersection(rule.programs))
        )

    @cached_property
    def located(self) -> Mapping[str, tuple[tuple[Record, tuple[float, float]], ...]]:
        """Records with a public point, and the point (latitude, longitude), by type. Withheld places have none, and the
        middle of a ZIP code is no place."""
        groups: dict[str, list[tuple[Record, tuple[float, float]]]] = defaultdict(list)
        for record in self.in_order:
            place = record.location
            if place is not None and place.visibility == "public" and place.point and place.point.is_a_place:
                groups[record.type].append((record, (place.point.latitude, place.point.longitude)))
        return {code: tuple(group) for code, group in groups.items()}

    @cached_property
    def _directions(self) -> Mapping[str, npt.NDArray[np.float64]]:
        return {code: directions(np.array([point for _, point in group])) for code, group in self.located.items()}

    @cached_property
    def measured(self) -> dict[tuple[str, tuple[str, ...]], tuple[tuple[str, float], ...]]:
        """Ids and miles of the nearest, by place and types, as they are asked for: once for all languages and data."""
        return {}

    def directions_of(self, type_code: str) -> npt.NDArray[np.float64]:
        """The points of `located` as seen from the middle of a globe: one row of three parts of length 1 each."""
        return self._directions[type_code]

    @cached_property
    def _town_points(self) -> Mapping[tuple[str, str], tuple[float, float]]:
        return {(town.state, town.name.casefold()): (town.latitude, town.longitude) for town in self.places.towns}

    def middle_of(self, record: Record) -> tuple[float, float] | None:
        """Latitude and longitude of a public point, or of the middle of its town; None for a withheld place."""
        place = record.location
        if place is None or place.visibility != "public":
            return None
        if place.point is not None:
            return (place.point.latitude, place.point.longitude)
        if place.address is None or not place.address.city or not place.address.state_province:
            return None
        return self._town_points.get((place.address.state_province, place.address.city.casefold()))

    def county_of(self, record: Record) -> County | None:
        """The county in which a public place stands."""
        if record.location is None or record.location.visibility != "public":
            return None
        return self.places.counties.get(record.location.county or "")


def directions(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Rows of latitude and longitude in degrees as directions from the middle of a globe, rows of length 1."""
    latitudes, longitudes = np.radians(points).T
    flat = np.cos(latitudes)
    return np.column_stack((flat * np.cos(longitudes), flat * np.sin(longitudes), np.sin(latitudes)))


@lru_cache(maxsize=1000)
def _host_of(url: str) -> str | None:
    return urlsplit(url).hostname


def name_order(record: Record) -> tuple[str, str]:
    return (record.name.casefold(), record.id)


def _once(records: Iterable[Record]) -> tuple[Record, ...]:
    return tuple({record.id: record for record in records}.values())


def _grouped(pairs: Iterable[tuple[str | None, Record]]) -> Mapping[str, tuple[Record, ...]]:
    groups: dict[str, list[Record]] = defaultdict(list)
    for key, record in pairs:
        if key is not None:
            groups[key].append(record)
    return {key: tuple(group) for key, group in groups.items()}
