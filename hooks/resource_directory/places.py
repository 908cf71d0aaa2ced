"""States, counties, ZIP codes and towns, read from `data/places/`. The county (5-digit FIPS) is the atom."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True)
class State:
    """A state, district or territory. `slug` is its address: `co`."""

    code: str
    fips: str
    name: str
    slug: str


@dataclass(frozen=True)
class County:
    """A county or its equivalent. `bounds` is west, south, east, north in degrees; the point lies inside."""

    fips: str
    state: str
    name: str
    full_name: str
    slug: str
    population: int | None
    latitude: float
    longitude: float
    bounds: tuple[float, float, float, float]
    #: The IANA name of its time zone: `America/Denver`.
    timezone: str

    @property
    def url(self) -> str:
        """`co/denver/`."""
        return f"{self.state.lower()}/{self.slug}/"

    def within(self, state: str) -> str:
        """Its name with that of its state: `Denver County, Colorado`; `Guam`."""
        return self.full_name if self.full_name == state else f"{self.full_name}, {state}"


@dataclass(frozen=True)
class Town:
    """A populated place and the county its middle lies in."""

    name: str
    state: str
    county_fips: str
    population: int
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Places:
    """All places. Keys: states by postal code (`CO`), counties by FIPS code, ZIP shares by ZIP code."""

    states: Mapping[str, State]
    counties: Mapping[str, County]
    zip_counties: Mapping[str, tuple[tuple[str, float], ...]]
    towns: tuple[Town, ...]
    #: Latitude and longitude of the middle of a ZIP code's area; some have none.
    zip_points: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    @cached_property
    def counties_of_state(self) -> Mapping[str, tuple[County, ...]]:
        """Counties by postal code of their state, by name."""
        groups: dict[str, list[County]] = defaultdict(list)
        for county in self.counties.values():
            groups[county.state].append(county)
        return {state: tuple(sorted(group, key=lambda c: (c.name, c.fips))) for state, group in groups.items()}

    @cached_property
    def zips_of_county(self) -> Mapping[str, tuple[str, ...]]:
        """ZIP codes with any of their people in the county, by FIPS code."""
        groups: dict[str, list[str]] = defaultdict(list)
        for zip_code, shares in self.zip_counties.items():
            for fips, _ in shares:
                groups[fips].append(zip_code)
        return {fips: tuple(sorted(group)) for fips, group in groups.items()}

    @cached_property
    def towns_of_county(self) -> Mapping[str, tuple[Town, ...]]:
        """Towns by FIPS code of their county, largest first."""
        groups: dict[str, list[Town]] = defaultdict(list)
        for town in self.towns:
            groups[town.county_fips].append(town)
        return {fips: tuple(sorted(group, key=lambda t: (-t.population, t.name))) for fips, group in groups.items()}

    @cached_property
    def towns_of_state(self) -> Mapping[str, tuple[Town, ...]]:
        """Towns by postal code of their state."""
        groups: dict[str, list[Town]] = defaultdict(list)
        for town in self.towns:
            groups[town.state].append(town)
        return {state: tuple(group) for state, group in groups.items()}

    def county_of_zip(self, zip_code: str) -> str | None:
        """The county in which most of the ZIP code's people live."""
        shares = self.zip_counties.get(zip_code[:5])
        return max(shares, key=lambda share: share[1])[0] if shares else None


def load_places(folder: Path) -> Places:
    """Reads the five tables. Raises OSError or ValueError with the file's name where one cannot be used."""
    states = {
        row["code"]: State(row["code"], row["fips"], row["name"], row["slug"]) for row in _rows(folder / "states.csv")
    }
    counties = {row["fips"]: _county(row) for row in _rows(folder / "counties.csv")}
    zips: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for row in _rows(folder / "zip_county.csv"):
        zips[row["zip"]].append((row["county_fips"], float(row["weight"])))
    towns = tuple(_town(row) for row in _rows(folder / "towns.csv"))
    points = {r["zip"]: (float(r["latitude"]), float(r["longitude"])) for r in _rows(folder / "zip_points.csv")}
    return Places(states, counties, {code: tuple(shares) for code, shares in zips.items()}, towns, points)


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        for number, row in enumerate(csv.DictReader(stream), start=2):
            if None in row.values() or None in row:
                raise ValueError(f"{file.name}:{number}: the row has not as many cells as the header.")
            yield row


def _county(row: Mapping[str, str]) -> County:
    bounds = (float(row["west"]), float(row["south"]), float(row["east"]), float(row["north"]))
    population = int(row["population"]) if row["population"] else None
    point = (float(row["latitude"]), float(row["longitude"]))
    return County(
        row["fips"],
        row["state"],
        row["name"],
        row["full_name"],
        row["slug"],
        population,
        *point,
        bounds,
        row["timezone"],
    )


def _town(row: Mapping[str, str]) -> Town:
    population = int(row["population"] or 0)
    return Town(
        row["name"], row["state"], row["county_fips"], population, float(row["latitude"]), float(row["longitude"])
    )
