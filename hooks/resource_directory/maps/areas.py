"""Counties, regions and states as shapes that share their borders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from resource_directory.directory import Directory
from resource_directory.measures import need_letters
from resource_directory.places import County
from resource_directory.topology import topology

JSON = dict[str, Any]
#: Degrees by which shared borders may be moved to make files lighter, and steps of the grid to a degree: a map is some
#: 400 px wide on a telephone.
COUNTIES = (0.004, 5000)
NATION = (0.03, 200)
STATES = (0.05, 100)
#: To tell in which county somebody is, nothing may be moved by more than some hundred metres.
WHERE = (0.002, 1000)
#: Degrees around the middle of a county without a shape.
_SMALL = 0.01
#: Islands of fewer squares of the tolerance are left out.
SPECK = 4
#: How many tints regions are drawn in, in turn; the tints are in the style sheet.
REGION_TINTS = 6


@dataclass(frozen=True)
class Areas:
    """Shapes of a Directory's places, with what their popups say."""

    directory: Directory

    def counties(self, counties: Iterable[County]) -> JSON:
        """Counties with their popups' facts; regions and records without a published address stand beside, once.

        `f` FIPS code, `n` name, `u` address, `r` numbers of its regions, `c` how many records serve it by name, `w`
        which of `withheld` do. `states` are the states shown whose towns lie here, `wide` the needs of the records
        that serve all of such a state: pages list them beside the place's own.
        """
        shapes = {c.fips: shape for c in counties if (shape := self.directory.shapes.county(c.fips)) is not None}
        regions: dict[str, JSON] = {}
        withheld: dict[str, int] = {}
        facts = {fips: self._facts(fips, regions, withheld) for fips in shapes}
        drawn = _drawn("counties", shapes, facts, COUNTIES)
        names = [{"n": self.directory.records[key].name, "u": f"resources/{key}/"} for key in withheld]
        states = sorted({self.directory.places.counties[fips].state.lower() for fips in shapes})
        shown = [state for state in states if state in self.directory.states]
        wide = [record for state in shown for record in self.directory.serving_state.get(state, ())]
        return {
            **drawn,
            "regions": dict(sorted(regions.items())),
            "withheld": names,
            "states": shown,
            "wide": {record.id: need_letters(self.directory, record) for record in wide},
        }

    def _facts(self, fips: str, regions: dict[str, JSON], withheld: dict[str, int]) -> JSON:
        county = self.directory.places.counties[fips]
        served = self.directory.serving_county.get(fips, ())
        hidden = [r.id for r in served if r.location is not None and r.location.visibility == "withheld"]
        own = [region for region, _ in self.directory.regions_of_county.get(fips, ())]
        for region in own:
            number = region.coc_number
            regions[number] = {"n": region.name, "u": f"regions/{number.lower()}/", "i": self._tints[number]}
        for key in hidden:
            withheld.setdefault(key, len(withheld))
        return {
            "f": fips,
            "n": county.full_name,
            "u": county.url,
            "r": [region.coc_number for region in own],
            "c": len(served),
            "w": [withheld[key] for key in hidden],
        }

    @cached_property
    def _tints(self) -> Mapping[str, int]:
        kept = self.directory.regions_kept.values()
        return {r.coc_number: index % REGION_TINTS for regions in kept for index, r in enumerate(regions)}

    def borders(self) -> Mapping[str, tuple[str, ...]]:
        """All that the shapes of the nation depend on beside the atlas: counties by state and regions (`CO CO-503`)."""
        cells: dict[str, list[str]] = defaultdict(list)
        for fips in sorted(self.directory.places.counties):
            numbers = sorted(region.coc_number for region, _ in self.directory.regions_of_county.get(fips, ()))
            cells[" ".join((self.directory.places.counties[fips].state, *numbers))].append(fips)
        return {key: tuple(cells[key]) for key in sorted(cells)}

    def nation(self) -> JSON:
        """The country cut along the borders of states and regions: `s` the state, `r` the regions of each piece.

        Regions may overlap; pieces do not.
        """
        known = self.directory.shapes.county
        cells = {key: [s for f in fips if (s := known(f)) is not None] for key, fips in self.borders().items()}
        shapes = {key: shapely.union_all(found) for key, found in cells.items() if found}
        facts = {key: {"s": key.split()[0], "r": key.split()[1:]} for key in shapes}
        return _drawn("areas", shapes, facts, NATION)

    def nation_names(self) -> JSON:
        """What the popups of the nation say: by state its name, address where it is shown, and number of records."""
        states: JSON = {}
        for state in sorted(self.directory.places.states.values(), key=lambda state: state.code):
            shown = state.slug in self.directory.states
            number = len(self.directory.in_state(state.slug)) if shown else 0
            states[state.code] = {"n": state.name, "u": f"{state.slug}/" if shown else "", "c": number}
        regions = {number: region.name for number, region in self.directory.regions.items()}
        return {"states": states, "regions": regions}

    def where(self) -> JSON:
        """All counties in one file, so that asking for it tells nobody where one is: `n` name, `u` address if shown."""
        places = self.directory.places
        shapes: dict[str, BaseGeometry] = {}
        small: dict[str, BaseGeometry] = {}
        facts: dict[str, JSON] = {}
        for fips, county in sorted(places.counties.items()):
            shape = self.directory.shapes.county(fips)
            if shape is None:
                small[fips] = _square(county)
            else:
                shapes[fips] = shape
            shown = county.state.lower() in self.directory.states
            name = f"{county.full_name}, {places.states[county.state].name}"
            facts[fips] = {"n": name, "u": county.url if shown else ""}
        return _drawn("counties", shapes, facts, WHERE, small)

    def states(self) -> JSON:
        """The states alone, for a small map."""
        places = self.directory.places.states
        shapes = {
            code: s for code in sorted(places) if (s := self.directory.shapes.state(places[code].fips)) is not None
        }
        return _drawn("areas", shapes, {code: {"s": code, "r": []} for code in shapes}, STATES)


def _square(county: County) -> BaseGeometry:
    """Falls Church, Virginia, which the atlas has shrunk to a line: a kilometre around its middle."""
    return shapely.box(*(at + step for step in (-_SMALL, _SMALL) for at in (county.longitude, county.latitude)))


def _drawn(
    name: str,
    shapes: Mapping[str, BaseGeometry],
    facts: Mapping[str, JSON],
    detail: tuple[float, int],
    beside: Mapping[str, BaseGeometry] = MappingProxyType({}),
) -> JSON:
    """Made lighter together: shared borders stay shared. Counties keep their outer border, which other files share.
    Shapes `beside` them may overlap them and stay as they are."""
    tolerance, per_degree = detail
    lighter = shapely.coverage_simplify(list(shapes.values()), tolerance, simplify_boundary=detail is not COUNTIES)
    seen = [_without_specks(shape, SPECK * tolerance**2) for shape in lighter]
    return topology(name, {**dict(zip(shapes, seen, strict=True)), **beside}, facts, per_degree)


def _without_specks(shape: BaseGeometry, area: float) -> BaseGeometry:
    """Without the islands too small to see, but for the largest."""
    parts = sorted(shapely.get_parts(shape), key=lambda part: -part.area)
    return shapely.multipolygons([part for index, part in enumerate(parts) if index == 0 or part.area >= area])
