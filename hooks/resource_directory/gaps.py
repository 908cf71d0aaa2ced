"""What is missing where: for every need and county one of three values that are never mixed.

`served`: an entry that meets the need is listed for the county, or is known to serve its whole state or the country.
`none_known`: the lists that tell of this need in the state have been read, and none of their entries serves the county.
`not_asked`: no source tells us either way. docs/decisions/0014-gaps.md says why each case is what it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from resource_directory.directory import Directory
from resource_directory.ellipsoid import Floats, miles_between, unit_vectors
from resource_directory.model import ContinuumOfCare, DomesticViolence, Record
from resource_directory.places import County
from resource_directory.vocabulary import Need
from resource_directory.words import METRES_IN_A_MILE

SERVED, NONE_KNOWN, NOT_ASKED = "served", "none_known", "not_asked"
VALUES = (SERVED, NONE_KNOWN, NOT_ASKED)
#: Needs of programs, not of people.
NOT_OF_PEOPLE = frozenset({"partners"})
#: The earth is not quite a ball: a great circle and the true distance differ by at most 0.6 in a hundred.
_ROUNDNESS = 1.012
#: Below this, squares of chords are noise: a metre on the earth.
_NOISE = 1e-13
#: At the earth's mean radius.
_MILES_IN_A_RADIAN = 6_371_008.8 / METRES_IN_A_MILE
#: Products of more pairs are shared out among threads, which costs more than it saves.
_AT_ONCE = 80_000
_Rows = tuple[tuple[int, ...], ...]


_Indices = npt.NDArray[np.intp]


class Gap(NamedTuple):
    """A county and a need. `records` serve the county and meet the need.

    `miles` lead from the county's middle to the nearest public place that meets the need, by geodesic, to a tenth;
    None where no public place is known.
    """

    need: Need
    value: str
    records: int
    miles: float | None


class People(NamedTuple):
    """How many people live in some counties, and in how many more nobody has counted them."""

    number: int
    uncounted: int

    @property
    def known(self) -> bool:
        """False where the people of none of the counties have been counted."""
        return self.number > 0 or not self.uncounted


class Tally(NamedTuple):
    """Counties of one value, and the people who live there."""

    value: str
    counties: int
    people: People


class StateGaps(NamedTuple):
    """All counties of a state in the order of `Places`, a row each with a column for each need of `Gaps.needs`.

    `values` are places in VALUES; `tenths` are tenths of a mile, -1 where no public place is known.
    """

    counties: tuple[str, ...]
    values: _Rows
    records: _Rows
    tenths: _Rows


@dataclass(frozen=True)
class _Spots:
    """The public places that meet a need, each spot once: degrees, and directions from the middle of the earth."""

    points: Floats
    vectors: Floats


@dataclass(frozen=True)
class Gaps:
    """The gaps of a Directory. A state is worked out when it is first asked for; `known` ones are taken as they are."""

    directory: Directory
    known: Mapping[str, StateGaps] = field(default_factory=dict, repr=False)
    _made: dict[str, StateGaps] = field(default_factory=dict, repr=False)

    @cached_property
    def needs(self) -> tuple[Need, ...]:
        """The needs of people, in the vocabulary's order."""
        return tuple(need for need in self.directory.vocabulary.needs.values() if need.code not in NOT_OF_PEOPLE)

    @cached_property
    def everywhere(self) -> tuple[Need, ...]:
        """Needs that an entry for the whole country meets: served in every county."""
        met = {index for record in self.directory.nationwide for index in self.met(record)}
        return tuple(need for index, need in enumerate(self.needs) if index in met)

    def said_by(self, directory: Directory) -> Gaps:
        """The same gaps with the words of the same Directory in another language: nothing is worked out twice."""
        return Gaps(directory, self.known, self._made)

    def of_state(self, slug: str) -> StateGaps:
        """The gaps of a state (`co`)."""
        found = self._made.get(slug) or self.known.get(slug)
        if found is None:
            found = self._made[slug] = self.worked_out(slug)
        return found

    def of_county(self, county: County) -> tuple[Gap, ...]:
        """A gap for each need, in the vocabulary's order."""
        slug = county.state.lower()
        return self._of(self.of_state(slug), self.rows(slug)[county.fips])

    def in_state(self, slug: str) -> Iterator[tuple[County, tuple[Gap, ...]]]:
        """The counties of a state (`co`) in order of name, each with a gap for each need."""
        state = self.of_state(slug)
        for row, fips in enumerate(state.counties):
            yield self.directory.places.counties[fips], self._of(state, row)

    def tallies_of(self, slug: str) -> tuple[tuple[Tally, ...], ...]:
        """For each need the counties of a state (`co`) and their people by value."""
        state, places = self.of_state(slug), self.directory.places.counties
        people = [places[fips].population for fips in state.counties]
        columns = zip(*state.values, strict=True) if state.values else [()] * len(self.needs)
        return tuple(_counted(zip(column, people, strict=True)) for column in columns)

    def _of(self, state: StateGaps, row: int) -> tuple[Gap, ...]:
        cells = zip(self.needs, state.values[row], state.records[row], state.tenths[row], strict=True)
        return tuple(
            Gap(need, VALUES[value], records, tenths / 10 if tenths >= 0 else None)
            for need, value, records, tenths in cells
        )

    def rows(self, slug: str) -> Mapping[str, int]:
        """The row of each county of a state (`co`), by FIPS code."""
        if slug not in self._row_of:
            counties = self.directory.places.counties_of_state.get(slug.upper(), ())
            self._row_of[slug] = {county.fips: row for row, county in enumerate(counties)}
        return self._row_of[slug]

    @cached_property
    def _row_of(self) -> dict[str, Mapping[str, int]]:
        return {}

    @cached_property
    def _met_by_services(self) -> dict[tuple[str, ...], tuple[int, ...]]:
        return {}

    def met(self, record: Record) -> tuple[int, ...]:
        """The needs that its services meet, as places in `needs`."""
        return self.met_by(record.services or ())

    def met_by(self, services: tuple[str, ...]) -> tuple[int, ...]:
        """The needs that services meet, as places in `needs`. Few sets of services are in use: kept by set."""
        if services not in self._met_by_services:
            by_service = self.directory.vocabulary.needs_of_service
            met = {need.code for code in services for need in by_service[code]}
            self._met_by_services[services] = tuple(i for i, need in enumerate(self.needs) if need.code in met)
        return self._met_by_services[services]

    def worked_out(self, slug: str, tenths: _Rows | None = None) -> StateGaps:
        """The gaps of a state (`co`) from its records. `tenths` are given where they are known to be as they were."""
        counties = self.directory.places.counties_of_state.get(slug.upper(), ())
        fips = tuple(county.fips for county in counties)
        served = _Served(self, slug, fips)
        if tenths is None:
            tenths = tuple(tuple(row) for row in self._nearest(counties).tolist())
        return StateGaps(fips, served.values(), served.numbers, tenths)

    @cached_property
    def spots(self) -> tuple[_Spots, ...]:
        """The public places of each need. Withheld ones have none (`Directory.middle_of`)."""
        found = []
        for need in self.needs:
            middles = map(self.directory.middle_of, self.directory.by_need.get(need.code, ()))
            points = np.array(sorted({middle for middle in middles if middle is not None}), dtype=np.float64)
            points = points.reshape(-1, 2)
            found.append(_Spots(points, unit_vectors(points)))
        return tuple(found)

    def _nearest(self, counties: Iterable[County]) -> npt.NDArray[np.int64]:
        """Tenths of miles, a row a county and a column a need; -1 where no public place is known."""
        middles = np.array([(c.latitude, c.longitude) for c in counties], dtype=np.float64).reshape(-1, 2)
        found = np.full((len(middles), len(self.needs)), -1, dtype=np.int64)
        vectors = unit_vectors(middles)
        pairs = []
        for column, spots in enumerate(self.spots):
            if len(spots.points) and len(middles):
                for first, (rows, ends) in _close(vectors, spots.vectors):
                    pairs.append((rows + first, np.full_like(rows, column), middles[rows + first], spots.points[ends]))
        if pairs:
            rows, columns, starts, points = (np.concatenate(parts) for parts in zip(*pairs, strict=True))
            measured = np.full(found.shape, np.inf)
            np.minimum.at(measured, (rows, columns), miles_between(starts, points))
            known = np.isfinite(measured)
            found[known] = np.rint(measured[known] * 10).astype(np.int64)
        return found

    def reached_from(self, point: tuple[float, float], needs: Iterable[int]) -> frozenset[str]:
        """The states (`co`) with a county for which a place at the point, if it comes or goes, may be the nearest that
        meets one of the needs: as near as the one that is known, or none is known."""
        columns = list(needs)
        slugs = [slug for slug, state in self.known.items() for _ in state.counties]
        known = [row for state in self.known.values() for row in state.tenths]
        if not columns or not known:
            return frozenset()
        chords = 2 - 2 * (self._middles_known @ unit_vectors(np.array([point]))[0])
        rough = 2 * np.arcsin(np.sqrt(np.clip(chords, 0, 4)) / 2) * _MILES_IN_A_RADIAN
        tenths = np.array(known, dtype=np.float64)[:, columns]
        # Half a tenth was rounded off.
        near = (tenths < 0) | (rough[:, None] * 10 <= (tenths + 1) * _ROUNDNESS)
        return frozenset(slugs[row] for row in np.flatnonzero(near.any(axis=1)))

    @cached_property
    def _middles_known(self) -> Floats:
        counties = self.directory.places.counties
        middles = [counties[fips] for state in self.known.values() for fips in state.counties]
        return unit_vectors(np.array([(c.latitude, c.longitude) for c in middles], dtype=np.float64).reshape(-1, 2))

    @cached_property
    def county_of_town(self) -> Mapping[tuple[str, str], str]:
        """FIPS codes by state and folded name of the town, as `Directory.middle_of` finds towns."""
        return {(town.state, town.name.casefold()): town.county_fips for town in self.directory.places.towns}

    def home_of(self, record: Record) -> str | None:
        """FIPS code of the county in which a public place stands: its own, or that of its town's middle."""
        place = record.location
        if place is None or place.visibility != "public":
            return None
        if place.county or place.address is None or not place.address.city or not place.address.state_province:
            return place.county
        return self.county_of_town.get((place.address.state_province, place.address.city.casefold()))


@dataclass(frozen=True)
class _Reach:
    """Where in a state a record is listed (rows of counties), and whether it serves, or may serve, all of it."""

    rows: tuple[int, ...]
    all_known: bool
    all_assumed: bool


@dataclass(frozen=True)
class _Served:
    """Who serves the counties of one state, and what their entries leave open."""

    gaps: Gaps
    slug: str
    fips: tuple[str, ...]

    @property
    def _width(self) -> int:
        return len(self.gaps.needs)

    @cached_property
    def _reaches(self) -> tuple[tuple[Record, _Reach], ...]:
        directory = self.gaps.directory
        return tuple((record, self._reach(record)) for record in directory.in_state(self.slug)) + tuple(
            (record, _Reach((), True, False)) for record in directory.nationwide
        )

    def _reach(self, record: Record) -> _Reach:
        known = self.gaps.rows(self.slug)
        rows = tuple(known[fips] for fips in self.gaps.directory.counties_served(record) if fips in known)
        area = None if isinstance(record, ContinuumOfCare) else record.service_area
        whole = area is not None and self.slug in (area.states or ())
        assumed = area is not None and area.assumed is not None
        if whole and assumed:
            # Which part it serves, no source says: the county that it stands in, as that of a clinic.
            home = known.get(self.gaps.home_of(record) or "")
            rows = tuple(dict.fromkeys((*rows, home))) if home is not None else rows
        return _Reach(rows, whole and not assumed, whole and assumed)

    @cached_property
    def numbers(self) -> _Rows:
        """How many entries serve each county and meet each need."""
        found = [[0] * self._width for _ in self.fips]
        everywhere = [0] * self._width
        for record, reach in self._reaches:
            for need in self.gaps.met(record):
                if reach.all_known:
                    everywhere[need] += 1
                else:
                    for row in reach.rows:
                        found[row][need] += 1
        return tuple(tuple(map(int.__add__, row, everywhere)) for row in found)

    def values(self) -> _Rows:
        """The value of each county and need, as a place in VALUES."""
        everywhere, by_row = self._left_open()
        open_all = everywhere | (frozenset(range(self._width)) - self._told)
        return tuple(
            tuple(
                0 if number else 2 if need in open_all or need in by_row[row] else 1
                for need, number in enumerate(numbers)
            )
            for row, numbers in enumerate(self.numbers)
        )

    @cached_property
    def _told(self) -> frozenset[int]:
        """Needs of which the lists of this state tell: that an entry kept here, or for all of it, meets."""
        directory = self.gaps.directory
        return frozenset(
            need
            for record, reach in self._reaches
            if reach.all_known or directory.folder(record) == self.slug
            for need in self.gaps.met(record)
        )

    @cached_property
    def _told_of_type(self) -> Mapping[str, frozenset[int]]:
        """The needs that entries of a type are told to meet in this state."""
        found: dict[str, set[int]] = {}
        for record, _ in self._reaches:
            found.setdefault(record.type, set()).update(self.gaps.met(record))
        return {code: frozenset(needs) for code, needs in found.items()}

    def _left_open(self) -> tuple[frozenset[int], list[set[int]]]:
        """Needs of which we cannot tell whether they are met: in all counties, and by county."""
        everywhere: set[int] = set()
        by_row: list[set[int]] = [set() for _ in self.fips]
        for record, reach in self._reaches:
            silent = self._silent_on(record)
            if reach.all_assumed:
                everywhere |= silent | set(self.gaps.met(record))
            elif reach.all_known:
                everywhere |= silent
            else:
                for row in reach.rows:
                    by_row[row] |= silent
        return frozenset(everywhere), by_row

    def _silent_on(self, record: Record) -> frozenset[int]:
        """Needs that a record may meet without saying so: those its type is asked about, and, where it states no
        services at all, those that others of its type here meet."""
        if introduces_only(record):
            return frozenset()
        asked = self._asked.get(record.type, frozenset())
        if not record.services:
            asked |= self._told_of_type.get(record.type, frozenset())
        return asked - frozenset(self.gaps.met(record))

    @cached_property
    def _asked(self) -> Mapping[str, frozenset[int]]:
        """Needs about which entries of a type are to be asked."""
        types = self.gaps.directory.vocabulary.types
        return {
            code: frozenset(index for index, need in enumerate(self.gaps.needs) if code in need.ask) for code in types
        }


def _close(starts: Floats, ends: Floats) -> Iterator[tuple[int, tuple[_Indices, _Indices]]]:
    """For some starts at a time: the first of them, and pairs of a start, counted from it, and an end that may be its
    nearest. Directions from the middle of the earth.

    Great circles choose: the square of a chord is 2 less twice the cosine.
    """
    step = max(1, _AT_ONCE // len(ends))
    for first in range(0, len(starts), step):
        cosines = starts[first : first + step] @ ends.T
        least = 2 - 2 * cosines.max(axis=1, keepdims=True)
        close = np.flatnonzero(cosines >= 1 - (least * _ROUNDNESS**2 + _NOISE) / 2)
        yield first, np.divmod(close, len(ends))


def introduces_only(record: Record) -> bool:
    """A coalition introduces programs; it does not take people in."""
    return isinstance(record, DomesticViolence) and record.kinds == ("coalition",)


def county_gaps(gaps: Gaps, county: County) -> tuple[Gap, ...]:
    """What is missing in a county: its needs that are not known to be met, those of which none is known first."""
    missing = [gap for gap in gaps.of_county(county) if gap.value != SERVED]
    return tuple(sorted(missing, key=lambda gap: VALUES.index(gap.value)))


def _counted(cells: Iterable[tuple[int, int | None]]) -> tuple[Tally, ...]:
    counties, people, uncounted = [0, 0, 0], [0, 0, 0], [0, 0, 0]
    for value, number in cells:
        counties[value] += 1
        if number is None:
            uncounted[value] += 1
        else:
            people[value] += number
    living = map(People, people, uncounted)
    return tuple(map(Tally, VALUES, counties, living))


def tallies(cells: Iterable[tuple[int | None, float, str]]) -> tuple[Tally, ...]:
    """Counties and people by value, in the order of VALUES. A cell is a county's people, the share that counts (1 for
    all), and the county's value."""
    found = {value: [0, 0.0, 0] for value in VALUES}
    for people, share, value in cells:
        entry = found[value]
        entry[0] += 1
        if people is None:
            entry[2] += 1
        else:
            entry[1] += people * share
    return tuple(
        Tally(value, int(counties), People(round(number), int(uncounted)))
        for value, (counties, number, uncounted) in found.items()
    )
