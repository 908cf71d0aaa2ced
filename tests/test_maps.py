"""Maps by region: Folium's scripts, and the shapes and points they load."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from resource_directory.calls.facts import Facts
from resource_directory.directory import Directory, Settings
from resource_directory.loading import load_directory
from resource_directory.maps import KINDS, MapFiles, TilesRefused, tiles_host
from resource_directory.maps.areas import NATION, REGION_TINTS
from resource_directory.maps.points import COUNTRY, STEPS, Points, point_facts
from resource_directory.maps.scripts import map_script
from resource_directory.maps.towns import LARGE, NATIONAL
from resource_directory.mkdocs_bridge import VENDOR_FILES
from resource_directory.model import Phone, Record
from resource_directory.pages import Renderer, all_documents
from resource_directory.rules import states_served
from resource_directory.search import search_entries
from resource_directory.topology import topology
from resource_directory.words import dial_address, phone_words
from support import DAY, ROOT, good_records, holds_points, make_repository, point_features


@pytest.fixture(scope="module")
def fictional(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    """The fictional records."""
    return load_directory(make_repository(tmp_path_factory.mktemp("maps"), good_records()), Settings("x"), DAY)


@pytest.fixture(scope="module")
def real() -> Directory:
    """The repository's own records."""
    return load_directory(ROOT, Settings("x"), DAY, cached=True)


@pytest.fixture(params=["fictional", "real"])
def directory(request: pytest.FixtureRequest) -> Directory:
    """Each of the two."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Directory)
    return found


@cache
def _files(key: int) -> dict[str, str]:
    return dict(MapFiles(_DIRECTORIES[key]).files())


_DIRECTORIES: dict[int, Directory] = {}


def files(directory: Directory) -> dict[str, str]:
    """Text of every map file by address, made once."""
    _DIRECTORIES[id(directory)] = directory
    return _files(id(directory))


def features(directory: Directory, name: str) -> list[Any]:
    """Points of `assets/map/<name>.json`, as GeoJSON features."""
    _DIRECTORIES[id(directory)] = directory
    return _features(id(directory), name)


@cache
def _features(key: int, name: str) -> list[Any]:
    found: list[Any] = point_features(_files(key)[f"assets/map/{name}.json"])
    return found


def letters(directory: Directory, record: Record) -> str:
    """A letter for each need that any of a record's services stands under, or counts for."""
    needs = enumerate(directory.vocabulary.needs.values())
    own = set(record.services or ())
    return "".join("abcdefghijklmnopqrstuvwxyz"[i] for i, n in needs if own & {*(s.code for s in n.services), *n.also})


def shapes(directory: Directory, name: str) -> Any:
    """`assets/map/<name>.json`."""
    return json.loads(files(directory)[f"assets/map/{name}.json"])


def decoded(found: Any) -> Iterator[tuple[Any, BaseGeometry]]:
    """Properties and shape of all that a topology draws, as its specification says to read it."""
    (scale, _), arcs = found["transform"]["scale"], []
    for steps in found["arcs"]:
        x, y, line = 0, 0, []
        for east, north in steps:
            x, y = x + east, y + north
            line.append((x * scale, y * scale))
        arcs.append(line)

    def ring(indexes: list[int]) -> list[tuple[float, float]]:
        lines = [arcs[index] if index >= 0 else arcs[~index][::-1] for index in indexes]
        assert all(one[-1] == other[0] for one, other in zip(lines, lines[1:] + lines[:1], strict=True)), "a gap"
        return [lines[0][0], *(corner for line in lines for corner in line[1:])]

    (objects,) = found["objects"].values()
    for geometry in objects["geometries"]:
        polygons = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
        parts = [shapely.Polygon(ring(rings[0]), [ring(hole) for hole in rings[1:]]) for rings in polygons]
        yield geometry["properties"], shapely.MultiPolygon(parts) if len(parts) > 1 else parts[0]


def has_point(record: Record) -> bool:
    """True where the record itself says that its point may be seen."""
    place = record.location
    return place is not None and place.visibility == "public" and place.point is not None and place.point.is_a_place


@pytest.mark.parametrize(("precision", "pin"), [("street", True), ("rooftop", True), ("zip", False), ("town", False)])
def test_the_middle_of_a_zip_code_is_no_pin(tmp_path: Path, precision: str, pin: bool) -> None:
    """Good for miles, but nobody can go there: not on a map, not the nearest place."""
    name = "co/housing_authority/example-housing-authority.yml"
    text = good_records()[name]
    assert "precision: rooftop" in text or "precision: street" in text
    text = text.replace("precision: rooftop", f"precision: {precision}").replace(
        "precision: street", f"precision: {precision}"
    )
    directory = load_directory(make_repository(tmp_path, {**good_records(), name: text}), Settings("x"), DAY)
    record = directory.records["example-housing-authority"]
    assert record.location is not None and record.location.point is not None
    point = (record.location.point.latitude, record.location.point.longitude)
    assert (point_facts(record, directory) is not None) is pin
    assert (record in [other for other, _ in directory.located.get(record.type, ())]) is pin
    assert directory.middle_of(record) == point
    assert Facts(directory, ())._by_town(record) is not pin


def ids(found: list[Any]) -> list[str]:
    """Ids of the records that are drawn."""
    return sorted(feature["properties"]["u"].split("/")[1] for feature in found)


@pytest.mark.parametrize("tiles", ["", "assets/region.pmtiles"])
def test_scripts_name_no_other_host(real: Directory, tiles: str) -> None:
    mapped = replace(real, settings=Settings("x", tiles=tiles))
    for kind in KINDS:
        built = map_script(kind, mapped)
        assert not re.search(r"https?:|//", built.script), kind
        assert all(address.startswith(("assets/vendor/", "assets/directory/")) for address in built.scripts)
        assert all(address.startswith("assets/vendor/") for address in built.styles)
        assert built.scripts[0] == "assets/vendor/leaflet/leaflet.js"
        assert "tileLayer" not in built.script
        assert f"map_{kind}" in built.script
        assert (f'"{tiles}"' in built.script) == bool(tiles)
        assert any("protomaps" in address for address in built.scripts) == bool(tiles)


def test_scripts_say_nothing_of_records(real: Directory, fictional: Directory) -> None:
    assert [map_script(kind, real) for kind in KINDS] == [map_script(kind, fictional) for kind in KINDS]
    assert all(len(map_script(kind, real).script) < 3500 for kind in KINDS)


def test_scripts_are_the_same_each_time(fictional: Directory) -> None:
    assert dict(MapFiles(fictional).files()) == dict(MapFiles(fictional).files())


def test_tiles_of_another_host_stop_a_map(fictional: Directory) -> None:
    asked = replace(fictional, settings=Settings("x", tiles="https://tiles.example.org/{z}/{x}/{y}.png"))
    with pytest.raises(TilesRefused):
        map_script("state", asked)


def test_settings_cannot_break_out_of_the_script(fictional: Directory) -> None:
    hostile = Settings("x", tiles="a</script><script>alert(1)//'\"", tiles_attribution="<img src=x onerror=alert(1)>")
    script = map_script("state", replace(fictional, settings=hostile)).script
    assert "</script" not in script and "<img" not in script


def test_points_are_those_of_the_records_that_serve_a_place(directory: Directory) -> None:
    """Of every state, county and region."""
    states: dict[str, set[str]] = {state: set() for state in directory.states}
    counties: dict[str, set[str]] = {
        county.fips: set() for state in directory.states for county in directory.places.counties_of_state[state.upper()]
    }
    for record in filter(has_point, directory.records.values()):
        for state in states_served(record, directory.places) & states.keys():
            states[state].add(record.id)
        for fips in counties.keys() & set(directory.counties_served(record)):
            counties[fips].add(record.id)
    assert any(states.values())
    for state, served in states.items():
        assert ids(features(directory, f"{state}-points")) == sorted(served)
    for fips, served in counties.items():
        assert ids(features(directory, f"counties/{fips}")) == sorted(served)
    for number, region in directory.regions.items():
        if directory.folder(region) not in directory.states:
            continue
        everyone = (
            r for share in region.counties for r in directory.serving_county.get(share.fips, ()) if has_point(r)
        )
        assert ids(features(directory, f"regions/{number.lower()}-points")) == sorted({r.id for r in everyone})


def test_a_point_says_what_its_record_says(directory: Directory) -> None:
    for state in directory.states:
        for point_made in features(directory, f"{state}-points"):
            facts = point_made["properties"]
            record = directory.records[facts["u"].split("/")[1]]
            assert record.location is not None and record.location.point is not None
            point = record.location.point
            assert point_made["geometry"]["coordinates"] == [round(point.longitude, 5), round(point.latitude, 5)]
            phones = [phone for phone in record.phones or () if phone.type != "fax"]
            if not phones and record.organization:
                phones = [p for p in directory.records[record.organization].phones or () if p.type != "fax"]
            wanted = {"n": record.name, "t": record.type, "u": f"resources/{record.id}/", "p": ""}
            wanted["k"] = letters(directory, record)
            for phone in phones[:1]:
                wanted["p"] = phone_words(phone)
                if (dial := dial_address(phone.number, phone.extension, phone.type)) != f"tel:+1-{phone.number}":
                    wanted["d"] = dial
            assert facts == wanted


def test_what_pages_list_without_a_point_is_in_the_files_with_its_needs(directory: Directory) -> None:
    """So that a page's lists are filtered with its map: withheld places, and those that serve the whole state."""

    def others(name: str) -> dict[str, str]:
        text = files(directory)[f"assets/map/{name}.json"]
        found: dict[str, str] = json.loads(text)["others"]
        return found

    def pointless(records: Iterable[Record]) -> dict[str, str]:
        return {r.id: letters(directory, r) for r in records if not has_point(r)}

    seen = 0
    for state in directory.states:
        assert others(f"{state}-points") == pointless(directory.in_state(state))
        wide = {r.id: letters(directory, r) for r in directory.serving_state.get(state, ())}
        assert shapes(directory, f"{state}-counties")["wide"] == wide
        assert shapes(directory, f"{state}-counties")["states"] == [state]
        for county in directory.places.counties_of_state[state.upper()]:
            found = others(f"counties/{county.fips}")
            assert found == pointless(directory.serving_county.get(county.fips, ()))
            seen += len(found)
    assert seen > 0


def test_towns_of_a_state_are_its_own_largest_first(directory: Directory) -> None:
    for state in directory.states:
        found = shapes(directory, f"{state}-towns")
        names = found["n"].split("\n") if found["n"] else []
        own = [town for town in directory.places.towns if town.state == state.upper()]
        assert sorted(names) == sorted(town.name for town in own)
        assert len(names) == len(found["x"]) == len(found["y"])
        people = {(t.name, round(t.longitude * 1000), round(t.latitude * 1000)): t.population for t in own}
        order = [people[key] for key in zip(names, found["x"], found["y"], strict=True)]
        assert order == sorted(order, reverse=True)
        assert found["large"] == sum(number >= LARGE for number in order)


def test_towns_of_the_country_are_the_large_ones_of_states_shown(directory: Directory) -> None:
    found = shapes(directory, "nation-towns")
    shown = {slug.upper() for slug in directory.states}
    wanted = [t.name for t in directory.places.towns if t.population >= NATIONAL and t.state in shown]
    assert sorted(found["n"].split("\n")) == sorted(wanted)


def test_a_withheld_record_has_no_point_in_any_file(directory: Directory) -> None:
    hidden = {r.id for r in directory.records.values() if r.location and r.location.visibility == "withheld"}
    assert hidden
    drawn = set()
    for address in files(directory):
        if holds_points(address):
            found = point_features(files(directory)[address])
            drawn |= {f["properties"]["u"].split("/")[1] for f in found if f["geometry"]["type"] == "Point"}
    assert drawn == {record.id for record in directory.records.values() if has_point(record)}
    assert not drawn & hidden


def test_a_withheld_place_is_kept_back_even_if_a_record_held_one(fictional: Directory) -> None:
    """The model refuses such a record (E402). Should one ever come through, maps, pages and search still say nothing."""
    clinic = fictional.records["example-clinic"]
    assert clinic.location is not None
    slipped = clinic.model_copy(update={"location": clinic.location.model_copy(update={"visibility": "withheld"})})
    directory = replace(fictional, records={**fictional.records, clinic.id: slipped})
    said = {f"search: {entry.location}": f"{entry.title} {entry.text}" for entry in search_entries(directory)}
    renderer = Renderer(directory, ROOT / "overrides/directory")
    said |= {f"page: {page.url}": page.html for page in all_documents(renderer, ROOT / "data/imports")}
    secrets = ("3 Example Street", "39.76", "-104.95")
    assert [(where, secret) for where, text in said.items() for secret in secrets if secret in text] == []
    for address, text in MapFiles(directory).files():
        if holds_points(address):
            assert clinic.id not in ids(point_features(text)), address


def test_a_withheld_record_is_named_in_each_county_it_serves(directory: Directory) -> None:
    hidden = [r for r in directory.records.values() if r.location and r.location.visibility == "withheld"]
    wanted: dict[str, list[str]] = {}
    for record in hidden:
        for fips in directory.counties_served(record):
            wanted.setdefault(fips, []).append(record.id)
    numbers = [f"regions/{number.lower()}" for number in directory.regions]
    for name in (*(f"{state}-counties" for state in directory.states), *numbers):
        if f"assets/map/{name}.json" not in files(directory):
            continue
        found = shapes(directory, name)
        for facts, _ in decoded(found):
            named = [found["withheld"][index]["u"].split("/")[1] for index in facts["w"]]
            assert sorted(named) == sorted(wanted.get(facts["f"], []))


def test_every_county_is_drawn(directory: Directory) -> None:
    for state in directory.states:
        known = directory.shapes.county
        counties = {c.fips: c for c in directory.places.counties_of_state[state.upper()] if known(c.fips) is not None}
        drawn = {facts["f"]: (facts, shape) for facts, shape in decoded(shapes(directory, f"{state}-counties"))}
        assert drawn.keys() == counties.keys()
        for fips, (facts, shape) in drawn.items():
            county = counties[fips]
            assert (facts["n"], facts["u"]) == (county.full_name, county.url)
            assert facts["c"] == len(directory.serving_county.get(fips, ()))
            assert facts["r"] == [region.coc_number for region, _ in directory.regions_of_county.get(fips, ())]
            assert shape.is_valid, fips
            # Two territories' middles lie in the sea between their islands.
            away = shape.distance(shapely.Point(county.longitude, county.latitude))
            assert away < (1 if state in {"as", "mp"} else 0.001), fips


def test_atlas_draws_all_but_one_county(real: Directory) -> None:
    """Falls Church, a city of two square miles, is a line at the atlas' scale."""
    every = {county.fips for counties in real.places.counties_of_state.values() for county in counties}
    assert {fips for fips in every if real.shapes.county(fips) is None} <= {"51610"}


def test_neighboring_counties_still_share_their_borders(directory: Directory) -> None:
    """Made lighter together: no gap and no overlap."""
    for state in directory.states:
        drawn = [shape for _, shape in decoded(shapes(directory, f"{state}-counties"))]
        together = shapely.union_all(drawn)
        assert sum(shape.area for shape in drawn) == pytest.approx(together.area, rel=1e-5)
        before = shapely.union_all(
            [directory.shapes.county(facts["f"]) for facts, _ in decoded(shapes(directory, f"{state}-counties"))]
        )
        assert _holes(together) <= _holes(before) + 1e-4, state


def _holes(shape: BaseGeometry) -> float:
    return sum(float(shapely.Polygon(ring).area) for part in shapely.get_parts(shape) for ring in part.interiors)


def test_states_meet_their_neighbors(real: Directory) -> None:
    """Files of two states are made apart; the map of the country shows them side by side."""
    outlines = {
        state: shapely.union_all([shape for _, shape in decoded(shapes(real, f"{state}-counties"))])
        for state in real.states
    }
    together = shapely.union_all(list(outlines.values()))
    assert sum(outline.area for outline in outlines.values()) == pytest.approx(together.area, rel=1e-6)


def test_a_region_s_map_holds_its_counties(directory: Directory) -> None:
    for number, region in directory.regions.items():
        name = f"regions/{number.lower()}"
        if directory.folder(region) not in directory.states:
            continue
        found = shapes(directory, name)
        drawn = {facts["f"] for facts, _ in decoded(found)}
        wanted = {share.fips for share in region.counties if directory.shapes.county(share.fips) is not None}
        assert drawn == wanted & directory.places.counties.keys()
        told = found["regions"][number]
        assert (told["n"], told["u"]) == (region.name, f"{name}/") and 0 <= told["i"] < REGION_TINTS


def test_a_state_s_regions_are_those_of_its_counties(directory: Directory) -> None:
    for state in directory.states:
        found = shapes(directory, f"{state}-counties")
        assert found["regions"].keys() == {number for facts, _ in decoded(found) for number in facts["r"]}


def test_the_nation_s_pieces_are_the_regions(directory: Directory) -> None:
    """Each piece names its state and regions; together the pieces of a region are its counties."""
    found = shapes(directory, "nation")
    pieces = list(decoded(found))
    shown = {slug.upper() for slug in directory.states}
    assert found["states"].keys() == directory.places.states.keys()
    for code, facts in found["states"].items():
        entries = len(directory.in_state(code.lower())) if code in shown else 0
        name = directory.places.states[code].name
        assert facts == {"n": name, "u": f"{code.lower()}/" if code in shown else "", "c": entries}
    assert found["regions"] == {number: region.name for number, region in directory.regions.items()}
    for number, region in directory.regions.items():
        known = [s for share in region.counties if (s := directory.shapes.county(share.fips)) is not None]
        own = shapely.union_all(known)
        drawn = shapely.union_all([shape for facts, shape in pieces if number in facts["r"]])
        # Borders may have been moved by the tolerance, and islands left out.
        assert own.buffer(-2 * NATION[0]).difference(drawn.buffer(2 * NATION[0])).is_empty, number
        assert own.buffer(2 * NATION[0]).covers(drawn), number


def test_the_nation_s_pieces_meet(real: Directory) -> None:
    drawn = [shapely.make_valid(shape) for _, shape in decoded(shapes(real, "nation"))]
    together = shapely.union_all(drawn)
    assert sum(shape.area for shape in drawn) == pytest.approx(together.area, rel=1e-3)
    mainland = max(shapely.get_parts(together), key=lambda part: part.area)
    assert _holes(mainland) < 0.5, "lakes"


def test_the_states_alone(directory: Directory) -> None:
    found = shapes(directory, "states")
    drawn = {facts["s"]: shape for facts, shape in decoded(found)}
    assert len(drawn) >= 51 and drawn.keys() >= {slug.upper() for slug in directory.states}
    for code, shape in drawn.items():
        whole = directory.shapes.state(directory.places.states[code].fips)
        assert whole is not None and whole.buffer(0.15).covers(shape)


def points_of(directory: Directory) -> list[tuple[str, str, int, int]]:
    """Part, type, steps east and north of every point of the national file, decoded as its description says."""
    found = json.loads(files(directory)["assets/map/nation-points.json"])
    assert found["scale"] == STEPS and len(found["t"]) == len(found["x"]) == len(found["y"])
    parts = [part for part, number in found["parts"] for _ in range(number)]
    points, east, north = [], 0, 0
    for part, letter, x, y in zip(parts, found["t"], found["x"], found["y"], strict=True):
        east, north = east + x, north + y
        points.append((part, found["types"][ord(letter) - ord("a")], east, north))
    return points


def test_the_national_file_holds_every_public_point_and_nothing_else(directory: Directory) -> None:
    wanted = Counter(
        (r.type, round(r.location.point.longitude * STEPS), round(r.location.point.latitude * STEPS))
        for r in directory.records.values()
        if has_point(r) and r.location is not None and r.location.point is not None
    )
    found = points_of(directory)
    assert Counter(kind for _, kind, _, _ in found) == Counter(
        r.type for r in directory.records.values() if has_point(r)
    )
    near = Counter((kind, east, north) for _, kind, east, north in found)
    # Points are rounded to five places first: half a step may go either way.
    away = [
        point
        for point in near
        if not any((point[0], point[1] + a, point[2] + b) in wanted for a in (-1, 0, 1) for b in (-1, 0, 1))
    ]
    assert away == [] and sum(near.values()) == sum(wanted.values())
    assert set(json.loads(files(directory)["assets/map/nation-points.json"])) == {
        "scale",
        "types",
        "parts",
        "t",
        "x",
        "y",
    }


def test_a_point_s_facts_are_found_in_its_state_s_file(directory: Directory) -> None:
    """The n-th point of a part in the national file is the n-th feature of the part's own file."""
    counted: Counter[str] = Counter()
    for part, kind, east, north in points_of(directory):
        feature = features(directory, f"{part}-points")[counted[part]]
        counted[part] += 1
        longitude, latitude = feature["geometry"]["coordinates"]
        assert feature["properties"]["t"] == kind
        assert abs(longitude * STEPS - east) < 1 and abs(latitude * STEPS - north) < 1


def test_points_that_belong_to_no_state_have_a_file(fictional: Directory) -> None:
    clinic = fictional.records["example-clinic"]
    area = clinic.service_area
    assert area is not None
    everywhere = clinic.model_copy(
        update={"service_area": area.model_copy(update={"counties": None, "regions": None, "nationwide": True})}
    )
    directory = replace(fictional, records={**fictional.records, clinic.id: everywhere})
    assert [record.id for record in Points(directory).parts[COUNTRY]] == [clinic.id]
    told = dict(MapFiles(directory).shared())
    assert ids(point_features(told[f"assets/map/{COUNTRY}-points.json"])) == [clinic.id]
    assert json.loads(told["assets/map/nation-points.json"])["parts"][1] == [COUNTRY, 1]


def test_nothing_but_positions_is_in_the_national_file(fictional: Directory) -> None:
    text = files(fictional)["assets/map/nation-points.json"]
    assert not any(record.name in text or record.id in text for record in fictional.records.values())


def _bytes(text: str | bytes) -> int:
    """As they travel: packed by any web server."""
    return len(gzip.compress(text.encode() if isinstance(text, str) else text))


def weights(directory: Directory, kind: str) -> Iterator[tuple[str, int]]:
    """(place, bytes) of all that the map of every county, region or state loads: scripts, styles, shapes, points."""
    told = files(directory)
    vendor = {f"assets/vendor/{target}": ROOT / "node_modules" / source for source, target in VENDOR_FILES}
    entry = json.loads(told["assets/map/kinds.json"])[kind]
    own = {f"assets/directory/{file.name}": file for file in (ROOT / "overrides/assets/directory").iterdir()}
    sources: Mapping[str, Path] = {**vendor, **own}
    assets = (*entry["scripts"], *entry["styles"], "assets/directory/map-loader.js")
    common = sum(_bytes(sources[address].read_bytes()) for address in assets)
    common += _bytes(told["assets/map/kinds.json"]) + _bytes(told[f"assets/map/{kind}.js"])
    for state in directory.states:
        names = {
            "county": [
                (c.fips, f"{state}-counties.json", f"counties/{c.fips}.json")
                for c in directory.places.counties_of_state[state.upper()]
            ],
            "region": [
                (r.coc_number, f"regions/{r.coc_number.lower()}.json", f"regions/{r.coc_number.lower()}-points.json")
                for r in directory.regions_kept.get(state, ())
            ],
            "state": [(state, f"{state}-counties.json", f"{state}-points.json")],
        }[kind]
        for place, *parts in names:
            found = shapes(directory, parts[0].removesuffix(".json"))["states"]
            towns = [f"{slug}-towns.json" for slug in found]
            yield place, common + sum(_gzip_size(directory, part) for part in (*parts, *towns))


def _gzip_size(directory: Directory, name: str) -> int:
    return _sizes(id(directory), name)


@cache
def _sizes(key: int, name: str) -> int:
    return _bytes(files(_DIRECTORIES[key])[f"assets/map/{name}"])


@pytest.mark.parametrize("kind", ["county", "region", "state"])
def test_every_map_is_light(real: Directory, kind: str) -> None:
    """A telephone far from town loads it in some seconds. Every county and region is looked at."""
    files(real)
    found = dict(weights(real, kind))
    assert len(found) >= {"county": 3000, "region": 380, "state": 56}[kind]
    heaviest = max(found, key=lambda place: found[place])
    assert found[heaviest] < 200_000, f"{heaviest}: {found[heaviest]}"


def test_the_national_map_is_light(real: Directory) -> None:
    assert _bytes(files(real)["assets/map/nation-points.json"]) < 150_000
    assert _bytes(files(real)["assets/map/nation.json"]) < 80_000
    assert _bytes(files(real)["assets/map/nation-towns.json"]) < 15_000
    assert _bytes(files(real)["assets/map/states.json"]) < 30_000


def test_the_nation_s_shapes_are_kept_and_made_again(fictional: Directory, tmp_path: Path) -> None:
    first = dict(MapFiles(fictional, (tmp_path, "a")).shared())
    assert first == dict(MapFiles(fictional).shared())
    kept = {file: file.stat().st_mtime_ns for file in tmp_path.iterdir()}
    assert len(kept) == 3
    assert dict(MapFiles(fictional, (tmp_path, "a")).shared()) == first
    assert {file: file.stat().st_mtime_ns for file in tmp_path.iterdir()} == kept
    other = replace(fictional, settings=Settings("x", tiles="assets/region.pmtiles"))
    assert dict(MapFiles(other, (tmp_path, "a")).shared()) == dict(MapFiles(other).shared()) != first
    region = next(iter(fictional.regions.values()))
    fewer = region.model_copy(update={"counties": region.counties[:1]})
    smaller = replace(fictional, records={**fictional.records, region.id: fewer})
    assert dict(MapFiles(smaller, (tmp_path, "a")).shared()) == dict(MapFiles(smaller).shared()) != first


def test_a_border_is_written_once() -> None:
    """Two squares side by side, a third with a hole that a fourth fills."""
    shapes = {
        "west": shapely.box(0, 0, 1, 1),
        "east": shapely.box(1, 0, 2, 1),
        "ring": shapely.Polygon(shapely.box(3, 0, 6, 3).exterior, [shapely.box(4, 1, 5, 2).exterior]),
        "filled": shapely.box(4, 1, 5, 2),
    }
    found = topology("areas", shapes, {name: {"n": name} for name in shapes}, 10)
    assert len(found["arcs"]) == 5, "outer west, shared, outer east, outer ring, and the hole once"
    for facts, shape in decoded(found):
        assert shape.equals(shapes[facts["n"]]), facts


def test_hostile_names_are_only_text_in_json(fictional: Directory) -> None:
    """GeoJSON is fetched and parsed, never written into a page; `maps.js` shows it with textContent."""
    names = [feature["properties"]["n"] for feature in features(fictional, "co-points")]
    assert "<img src=x onerror=alert(1)>" in names and "</script><script>alert(1)</script></title>" in names
    scripts = sorted((ROOT / "overrides/assets/directory").glob("map*.js"))
    assert len(scripts) > 7
    for script in (*scripts, ROOT / "overrides/assets/directory/page.js"):
        text = script.read_text(encoding="utf-8")
        assert not re.search(
            r"(?:inner|outer)HTML\s*\+?=(?!=)|insertAdjacentHTML|document\.write|eval\(|new Function", text
        ), script


@pytest.mark.parametrize("tiles", ["/\\host/{z}.png", "https:/host/x.png", "\\\\host\\x", "/etc/x.pmtiles", "data:x"])
def test_odd_tile_addresses_are_refused(tiles: str) -> None:
    with pytest.raises(TilesRefused):
        tiles_host(Settings(name="x", tiles=tiles))


@pytest.mark.parametrize(
    "tiles",
    [
        "http://tiles.example.org/{z}.png",
        "https://{s}.{t}.example.org/{z}.png",
        "https://a b.example.org/{z}.png",
        "https://user@tiles.example.org/{z}.png",
        "https://tiles;script-src *.example.org/{z}.png",
        "https://example/{z}.png",
    ],
)
def test_a_host_that_no_policy_can_name_is_refused_though_accepted(tiles: str) -> None:
    with pytest.raises(TilesRefused, match="cannot be an address"):
        tiles_host(Settings(name="x", tiles=tiles, allow_third_party_tiles=True))


def test_a_number_on_a_map_is_dialled_as_on_its_page(fictional: Directory) -> None:
    """A fax is no number to call, a text line is texted, an extension goes along, and an office has its parent's."""
    base = fictional.records["example-clinic"]
    numbers: dict[str, tuple[list[dict[str, Any]], dict[str, str]]] = {
        "plain": ([{"number": "303-555-0100"}], {"p": "303-555-0100"}),
        "fax first": (
            [{"number": "303-555-0101", "type": "fax"}, {"number": "303-555-0100"}],
            {"p": "303-555-0100"},
        ),
        "only fax": ([{"number": "303-555-0101", "type": "fax"}], {"p": ""}),
        "extension": (
            [{"number": "303-555-0100", "extension": "21"}],
            {"p": "303-555-0100, extension 21", "d": "tel:+1-303-555-0100;ext=21"},
        ),
        "text": (
            [{"number": "741741", "type": "text", "keyword": "HOME"}],
            {"p": "Text HOME to 741741", "d": "sms:741741"},
        ),
        "tty": ([{"number": "711", "type": "tty"}], {"p": "TTY 711", "d": "tel:711"}),
    }
    for name, (phones, wanted) in numbers.items():
        changed = base.model_copy(update={"phones": tuple(Phone.model_construct(**phone) for phone in phones)})
        made = point_facts(changed, fictional)
        assert made is not None
        assert {"p": "", **{key: value for key, value in made.items() if key in "pd"}} == wanted, name
