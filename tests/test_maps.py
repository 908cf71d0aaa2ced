"""Maps by region: Folium's scripts, and the shapes and points they load."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
import shapely

from resource_directory.directory import Directory, Settings
from resource_directory.loading import load_directory
from resource_directory.maps import KINDS, REGION_TINTS, MapFiles, TilesRefused, map_script, tiles_host
from resource_directory.model import Record
from resource_directory.pages import Renderer, all_documents
from resource_directory.rules import states_served
from resource_directory.search import search_entries
from support import DAY, ROOT, good_records, make_repository


@pytest.fixture(scope="module")
def fictional(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    """The fictional records."""
    return load_directory(make_repository(tmp_path_factory.mktemp("maps"), good_records()), Settings("x"), DAY)


@pytest.fixture(scope="module")
def real() -> Directory:
    """The repository's own records."""
    return load_directory(ROOT, Settings("x"), DAY)


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
    """Features of `assets/map/<name>.geojson`."""
    found: list[Any] = json.loads(files(directory)[f"assets/map/{name}.geojson"])["features"]
    return found


def has_point(record: Record) -> bool:
    """True where the record itself says that its point may be seen."""
    place = record.location
    return place is not None and place.visibility == "public" and place.point is not None


def ids(found: list[Any]) -> list[str]:
    """Ids of the records that are drawn."""
    return sorted(feature["properties"]["u"].split("/")[1] for feature in found)


@pytest.mark.parametrize("tiles", ["", "assets/region.pmtiles"])
def test_scripts_name_no_other_host(real: Directory, tiles: str) -> None:
    mapped = replace(real, settings=Settings("x", tiles=tiles))
    for kind in KINDS:
        built = map_script(kind, mapped)
        assert not re.search(r"https?:|//", built.script), kind
        assert all(address.startswith("assets/vendor/") for address in (*built.scripts, *built.styles))
        assert built.scripts[0] == "assets/vendor/leaflet/leaflet.js"
        assert "tileLayer" not in built.script
        assert f"map_{kind}" in built.script
        assert (f'"{tiles}"' in built.script) == bool(tiles)
        assert any("protomaps" in address for address in built.scripts) == bool(tiles)


def test_scripts_say_nothing_of_records(real: Directory, fictional: Directory) -> None:
    assert [map_script(kind, real) for kind in KINDS] == [map_script(kind, fictional) for kind in KINDS]
    assert all(len(map_script(kind, real).script) < 3000 for kind in KINDS)


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


def test_a_state_s_points_are_its_public_points(directory: Directory) -> None:
    for state in directory.states:
        wanted = [
            r.id for r in directory.records.values() if has_point(r) and state in states_served(r, directory.places)
        ]
        assert wanted and ids(features(directory, f"{state}-points")) == sorted(wanted)


def test_points_of_counties_and_regions(directory: Directory) -> None:
    for state in directory.states:
        for county in directory.places.counties_of_state[state.upper()]:
            served = [
                r.id for r in directory.records.values() if has_point(r) and county.fips in directory.counties_served(r)
            ]
            assert ids(features(directory, f"counties/{county.fips}")) == sorted(served)
    for number, region in directory.regions.items():
        own = {share.fips for share in region.counties}
        served = [r.id for r in directory.records.values() if has_point(r) and own & set(directory.counties_served(r))]
        assert ids(features(directory, f"regions/{number.lower()}-points")) == sorted(served)


def test_a_point_says_what_its_record_says(directory: Directory) -> None:
    for state in directory.states:
        for feature in features(directory, f"{state}-points"):
            facts = feature["properties"]
            record = directory.records[facts["u"].split("/")[1]]
            assert record.location is not None and record.location.point is not None
            point = record.location.point
            assert feature["geometry"]["coordinates"] == [round(point.longitude, 5), round(point.latitude, 5)]
            first = record.phones[0].number if record.phones else ""
            assert facts == {"n": record.name, "t": record.type, "u": f"resources/{record.id}/", "p": first}


def test_a_withheld_record_has_no_point_in_any_file(directory: Directory) -> None:
    hidden = {r.id for r in directory.records.values() if r.location and r.location.visibility == "withheld"}
    assert hidden
    drawn = set()
    for address in files(directory):
        if address.endswith(".geojson"):
            found = json.loads(files(directory)[address])["features"]
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
        if address.endswith(".geojson"):
            points = [f for f in json.loads(text)["features"] if f["geometry"]["type"] == "Point"]
            assert clinic.id not in ids(points), address


def test_a_withheld_record_is_named_in_each_county_it_serves(directory: Directory) -> None:
    hidden = [r for r in directory.records.values() if r.location and r.location.visibility == "withheld"]
    for state in directory.states:
        for feature in features(directory, f"{state}-counties"):
            facts = feature["properties"]
            wanted = sorted(r.id for r in hidden if facts["f"] in directory.counties_served(r))
            assert sorted(entry["u"].split("/")[1] for entry in facts["w"]) == wanted


def test_every_county_is_drawn(directory: Directory) -> None:
    for state in directory.states:
        counties = {county.fips: county for county in directory.places.counties_of_state[state.upper()]}
        drawn = {feature["properties"]["f"]: feature for feature in features(directory, f"{state}-counties")}
        assert drawn.keys() == counties.keys()
        for fips, feature in drawn.items():
            county, facts = counties[fips], feature["properties"]
            assert (facts["n"], facts["u"]) == (county.full_name, county.url)
            assert facts["c"] == len(directory.serving_county.get(fips, ()))
            shape = shapely.geometry.shape(feature["geometry"])
            assert shape.is_valid and shape.contains(shapely.Point(county.longitude, county.latitude))


def test_neighbouring_counties_still_share_their_borders(directory: Directory) -> None:
    """Made lighter together: no gap and no overlap wider than the rounding of coordinates."""
    for state in directory.states:
        shapes = [shapely.geometry.shape(feature["geometry"]) for feature in features(directory, f"{state}-counties")]
        together = shapely.union_all(shapes)
        assert sum(shape.area for shape in shapes) == pytest.approx(together.area, rel=1e-4)
        outline = together if together.geom_type == "Polygon" else max(together.geoms, key=lambda part: part.area)
        assert sum(shapely.Polygon(ring).area for ring in outline.interiors) < 1e-3


def test_regions_cover_their_counties_and_no_more(directory: Directory) -> None:
    for state in directory.states:
        counties = {
            f["properties"]["f"]: shapely.geometry.shape(f["geometry"])
            for f in features(directory, f"{state}-counties")
        }
        drawn = {feature["properties"]["k"]: feature for feature in features(directory, f"{state}-regions")}
        regions = {number: region for number, region in directory.regions.items() if number[:2].lower() == state}
        assert drawn.keys() == regions.keys()
        for number, feature in drawn.items():
            own = shapely.union_all([counties[share.fips] for share in regions[number].counties])
            shape = shapely.geometry.shape(feature["geometry"]).buffer(0)
            assert shape.symmetric_difference(own).area < 0.001 * own.area, number
            facts = feature["properties"]
            assert facts["u"] == f"regions/{number.lower()}/" and facts["n"] == regions[number].name
            assert 0 <= facts["i"] < REGION_TINTS
            inside = {f["properties"]["f"] for f in features(directory, f"regions/{number.lower()}")}
            assert inside == {share.fips for share in regions[number].counties}


def test_the_nation(directory: Directory) -> None:
    drawn = {feature["properties"]["n"]: feature["properties"] for feature in features(directory, "nation")}
    shown = {directory.places.states[slug.upper()].name: slug for slug in directory.states}
    assert len(drawn) >= 51 and shown.keys() <= drawn.keys()
    for name, facts in drawn.items():
        slug = shown.get(name, "")
        assert facts["u"] == (f"{slug}/" if slug else "")
        assert facts["c"] == (len(directory.in_state(slug)) if slug else 0)


def test_files_are_light(real: Directory) -> None:
    """A telephone far from town loads a state's map in some seconds."""
    sizes = {address: len(text.encode()) for address, text in files(real).items()}
    assert max(sizes.values()) < 300_000, max(sizes, key=lambda address: sizes[address])


def test_hostile_names_are_only_text_in_json(fictional: Directory) -> None:
    """GeoJSON is fetched and parsed, never written into a page; `maps.js` shows it with textContent."""
    names = [feature["properties"]["n"] for feature in features(fictional, "co-points")]
    assert "<img src=x onerror=alert(1)>" in names and "</script><script>alert(1)</script></title>" in names
    for script in ("maps.js", "map-loader.js", "page.js"):
        text = (ROOT / "overrides/assets/directory" / script).read_text(encoding="utf-8")
        assert not re.search(
            r"(?:inner|outer)HTML\s*\+?=(?!=)|insertAdjacentHTML|document\.write|eval\(|new Function", text
        ), script


@pytest.mark.parametrize("tiles", ["/\\host/{z}.png", "https:/host/x.png", "\\\\host\\x", "/etc/x.pmtiles", "data:x"])
def test_odd_tile_addresses_are_refused(tiles: str) -> None:
    with pytest.raises(TilesRefused):
        tiles_host(Settings(name="x", tiles=tiles))
