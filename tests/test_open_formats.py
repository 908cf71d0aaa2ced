"""The open formats: GeoJSON by another maker's linter, CSV by Python's reader, JSON by its schema and by the page."""

from __future__ import annotations

import copy
import csv
import html
import io
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson
import pytest
import shapely
import shapely.geometry

from resource_directory.call_order import CallOrder
from resource_directory.calls import CallFiles
from resource_directory.directory import Directory, Settings
from resource_directory.exports import geojson, plain, plain_schema, table
from resource_directory.gaps import Gaps
from resource_directory.loading import load_directory
from resource_directory.model import Record
from resource_directory.pages import Renderer
from resource_directory.pages.places_pages import county_documents
from resource_directory.secrecy import telling
from support import DAY, ROOT, good_records, make_repository

SITE = "https://directory.example.org/"
LINTER = """
import { getIssues } from "@placemarkio/check-geojson";
import { readFileSync } from "node:fs";
const found = process.argv.slice(1).map((file) => getIssues(readFileSync(file, "utf8")));
console.log(JSON.stringify(found));
"""
#: Puts every county's records into order as the page does when one need alone is ticked.
ORDER = """
import { callOrder } from "./overrides/assets/directory/call-order.js";
import geodesic from "geographiclib-geodesic";
import { readFileSync } from "node:fs";
const { needs, counties } = JSON.parse(readFileSync(0, "utf8"));
const wgs84 = geodesic.Geodesic.WGS84;
const found = {};
for (const { f, c, r } of counties) {
  const miles = ([latitude, longitude]) => wgs84.Inverse(c[0], c[1], latitude, longitude).s12 / 1609.344;
  const measured = new Map();
  const once = (m) => { const key = m.join(); if (!measured.has(key)) measured.set(key, miles(m)); return measured.get(key); };
  const place = { records: r, words: { zones: [], holidays: [] }, zone: 0, today: "2026-11-21", clocks: () => ({ date: "2026-11-21", minute: 0 }), miles: once };
  found[f] = Object.fromEntries(needs.map((need) => {
    const services = new Set([...need.s.map(([number]) => number), ...need.also]);
    const ticked = { needs: [{ need, named: [], services }], things: [], age: undefined, language: "" };
    return [need.c, callOrder(ticked, place).map(({ record }) => record.i)];
  }));
}
console.log(JSON.stringify(found));
"""

#: A question's part of a county's page, and a card in it.
SECTION = r'<section class="?rd-question[^>]* data-question="?(\w+)"? data-known="?(\w+)"?[^>]*>(.*?)</section>'
CARD = r'<h3[^>]*><a href="?[^" >]*resources/([^"/ >]+)/"?>'


@pytest.fixture(scope="module")
def fictional(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    """Fictional records that use every field, hostile names among them."""
    folder = make_repository(tmp_path_factory.mktemp("open"), good_records())
    return load_directory(folder, Settings("x", site_url=SITE), DAY)


@pytest.fixture(scope="module")
def real() -> Directory:
    return load_directory(ROOT, Settings("x", site_url=SITE), DAY, cached=True)


def node(script: str, *arguments: str, given: str = "") -> Any:
    command = ["node", "--input-type=module", "-e", script, *arguments]
    done = subprocess.run(command, cwd=ROOT, input=given, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# GeoJSON


def written(folder: Path, name: str, features: Iterator[geojson.JSON]) -> tuple[Path, list[geojson.JSON]]:
    file = folder / name
    lines = b",\n".join(map(orjson.dumps, features))
    file.write_bytes(b'{"type":"FeatureCollection","features":[\n' + lines + b"\n]}\n")
    whole = json.loads(file.read_text(encoding="utf-8"))
    assert set(whole) == {"type", "features"}
    found: list[geojson.JSON] = whole["features"]
    return file, found


def test_another_makers_linter_finds_nothing(fictional: Directory, real: Directory, tmp_path: Path) -> None:
    pieces = [
        written(tmp_path, "fictional.geojson", geojson.record_features(fictional, fictional.in_order)),
        written(tmp_path, "fictional-regions.geojson", geojson.region_features(fictional, "co")),
        written(tmp_path, "co.geojson", geojson.record_features(real, real.by_folder["co"])),
        written(tmp_path, "us.geojson", geojson.record_features(real, real.by_folder["us"])),
        *(written(tmp_path, f"{slug}.geojson", geojson.region_features(real, slug)) for slug in ("ak", "va", "gu")),
    ]
    assert node(LINTER, *(str(file) for file, _ in pieces)) == [[]] * len(pieces)
    broken = tmp_path / "broken.geojson"
    broken.write_text(pieces[1][0].read_text(encoding="utf-8").replace('"Polygon"', '"Polygone"'), encoding="utf-8")
    assert node(LINTER, str(broken))[0]


def test_a_place_is_a_point_only_where_it_is_public_and_exact(real: Directory) -> None:
    points = {feature["id"]: feature["geometry"] for feature in geojson.record_features(real, real.in_order)}
    exact = {record.id: place for group in real.located.values() for record, place in group}
    assert {key for key, geometry in points.items() if geometry} == set(exact)
    for key, (latitude, longitude) in exact.items():
        assert points[key]["coordinates"] == [round(longitude, 5), round(latitude, 5)]
    withheld = [r for r in real.in_order if r.location and r.location.visibility == "withheld"]
    assert len(withheld) > 100
    assert all(points[record.id] is None for record in withheld)


def test_a_withheld_place_is_told_by_the_counties_it_serves(fictional: Directory) -> None:
    features = {f["id"]: f for f in geojson.record_features(fictional, fictional.in_order)}
    house = features["example-house-mesa"]
    assert house["geometry"] is None
    assert house["properties"]["withheld"] is True
    assert "address" not in house["properties"]
    assert "08077" in house["properties"]["counties"] and house["properties"]["regions"] == ["CO-990"]
    assert house["properties"]["status"] == "paused"
    assert house["properties"]["page"] == f"{SITE}resources/example-house-mesa/"
    assert house["properties"]["phones"][0] == "970-555-0130"
    assert not any("555-0132" in number for number in house["properties"]["phones"])  # a fax


def rings(geometry: geojson.JSON) -> Iterator[tuple[bool, list[list[float]]]]:
    """Whether it is an outer one, and its corners."""
    parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    for part in parts:
        for index, ring in enumerate(part):
            yield index == 0, ring


def test_every_region_and_county_is_drawn_by_the_right_hand_rule(real: Directory) -> None:
    seen, size = [], 0
    for slug in (*real.states, "us"):
        for feature in geojson.region_features(real, slug):
            seen.append(feature["id"])
            size += len(orjson.dumps(feature))
            shape = shapely.geometry.shape(feature["geometry"])
            assert shape.is_valid and shape.area > 0, feature["id"]
            for outer, ring in rings(feature["geometry"]):
                assert shapely.LinearRing(ring).is_ccw == outer, feature["id"]
                # None crosses the 180th meridian (RFC 7946, section 3.1.9).
                assert max(x for x, _ in ring) - min(x for x, _ in ring) < 180, feature["id"]
                assert all([round(x, 3), round(y, 3)] == [x, y] for x, y in ring)
    assert sorted(seen) == sorted([*real.places.counties, *real.regions])
    assert size < 6_000_000


def test_neighbours_share_their_border(real: Directory) -> None:
    shapes = {f["id"]: shapely.geometry.shape(f["geometry"]) for f in geojson.region_features(real, "co")}
    denver, adams, whole = shapes["08031"], shapes["08001"], shapely.union_all(list(shapes.values()))
    assert denver.intersection(adams).area < 1e-9
    assert denver.intersection(adams).length > 0.1
    assert whole.geom_type == "Polygon"


def test_the_island_chain_lies_on_both_sides_of_the_meridian(real: Directory) -> None:
    aleutians = next(f for f in geojson.region_features(real, "ak") if f["id"] == "02016")
    sides = {ring[0][0] > 0 for outer, ring in rings(aleutians["geometry"]) if outer}
    assert sides == {True, False}


def test_all_records_stay_small(real: Directory) -> None:
    # Some 12 MB, more or less with the length of the site's address.
    assert sum(len(orjson.dumps(f)) for f in geojson.record_features(real, real.in_order)) < 13_000_000


# CSV

#: They keep their names and their order. New ones come at the end.
COLUMNS = [
    "Id", "Name", "Also called", "Kind", "Part of", "Phones", "Whose phones", "Whom to ask for", "E-mail", "Web site",
    "Taking referrals", "Line for callers", "Ask again on", "Place", "Street", "Suite", "City", "State", "ZIP code",
    "County", "Latitude", "Longitude", "Serves the whole country", "Serves states", "Serves regions", "Serves counties",
    "County codes", "Ask whom it serves", "Limits of the area", "Opening hours", "Intake hours", "Services", "Programs",
    "Legal work", "Care given", "Kind of clinic", "Waiting lists", "Who qualifies", "Youngest age", "Oldest age",
    "Households", "Meant for", "Accepts", "What to bring", "How to apply", "Cost", "Languages", "Interpreters",
    "For people with disabilities", "Description", "Lead agency", "Meetings", "Numbers in registers", "Source",
    "Source page", "Facts taken on", "Confirmed on", "Page",
]  # fmt: skip


def rows_of(directory: Directory) -> dict[str, dict[str, str]]:
    text = table.header_line() + "".join(table.csv_line(table.row_of(directory, r)) for r in directory.in_order)
    assert text.startswith(table.MARK) and text.count("\r\n") >= len(directory.records)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix(table.MARK), newline=""), strict=True))
    assert len(rows) == len(directory.records)
    return {row["Id"]: row for row in rows}


def test_columns_keep_their_names_and_order() -> None:
    names = [column.name for column in table.COLUMNS]
    assert names[: len(COLUMNS)] == COLUMNS
    assert len(set(names)) == len(names)
    assert all(column.about.endswith(".") for column in table.COLUMNS)


def test_a_row_says_what_the_record_says(fictional: Directory) -> None:
    house = rows_of(fictional)["example-house-mesa"]
    assert house["Phones"] == "970-555-0130; TTY 970-555-0131"
    assert house["Place"] == "withheld"
    assert {
        house[name] for name in ("Street", "Suite", "City", "State", "ZIP code", "County", "Latitude", "Longitude")
    } == {""}
    assert house["Taking referrals"] == "Not taking new referrals until 31 December 2026. After that day, ask first."
    assert house["Ask again on"] == "2026-12-31"
    assert house["Accepts"].startswith("People with a criminal record: no; ")
    assert (house["Youngest age"], house["Oldest age"]) == ("18", "99")
    assert house["Languages"] == "English; Spanish"
    assert house["Confirmed on"] == "2026-09-01"
    assert "Mesa County, CO" in house["Serves counties"] and "08077" in house["County codes"]
    clinic = rows_of(fictional)["hostile-one"]
    assert clinic["Name"] == "<img src=x onerror=alert(1)>"
    assert float(clinic["Longitude"]) == -104.94


def test_no_cell_of_text_is_a_formula(fictional: Directory) -> None:
    record = fictional.records["example-clinic"]
    texts = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "'=1"]
    for text in texts:
        hostile = record.model_copy(update={"name": text, "description": text})
        row = dict(zip(COLUMNS, table.row_of(fictional, hostile), strict=False))
        read = next(csv.reader(io.StringIO(table.csv_line(row.values()), newline="")))
        assert read[1] == row["Name"] == f"'{text}" == row["Description"]
        assert row["Longitude"].startswith("-")


def test_every_real_row_is_read_again(real: Directory) -> None:
    rows = rows_of(real)
    for key, row in rows.items():
        record = real.records[key]
        numbers = {"Latitude", "Longitude", "Youngest age", "Oldest age"}
        assert not any(cell[:1] in "=+-@\t\r" for name, cell in row.items() if cell and name not in numbers), key
        if record.location is not None and record.location.visibility == "withheld":
            assert not any(row[name] for name in ("Street", "Suite", "City", "ZIP code", "County", "Latitude"))


# JSON


def private(value: Any) -> Iterator[str]:
    """Names of private fields anywhere in JSON."""
    if isinstance(value, dict):
        yield from value.keys() & {"editor_note", "authorisation", "review"}
        for inner in value.values():
            yield from private(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from private(inner)


@pytest.mark.parametrize("name", ["fictional", "real"])
def test_every_record_has_its_declared_form_and_nothing_private(name: str, request: pytest.FixtureRequest) -> None:
    directory: Directory = request.getfixturevalue(name)
    schema = plain_schema.record_schema(directory.vocabulary)
    jsonschema_rs.meta.validate(schema)
    check = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    size = 0
    for record in directory.in_order:
        found = plain.record_json(directory, record)
        text = orjson.dumps(found)
        assert not [error.message for error in check.iter_errors(found)], record.id
        assert not list(private(found)), record.id
        size += len(text)
        if record.location is not None and record.location.visibility == "withheld":
            assert found["location"] == {"visibility": "withheld"}, record.id
    assert size / len(directory.records) < (2500 if name == "fictional" else 1500)


def test_a_schema_refuses_what_is_not_declared(fictional: Directory) -> None:
    check = jsonschema_rs.Draft202012Validator(plain_schema.record_schema(fictional.vocabulary), validate_formats=True)
    good = plain.record_json(fictional, fictional.records["example-house-mesa"])
    assert check.is_valid(good)
    for change in (
        {"editor_note": "x"}, {"beds": {"year": 2024}}, {"type": "bank"}, {"page": ""}, {"phones": [{"number": 1}]},
        {"location": {"visibility": "withheld", "review": {}}}, {"status": {"now": "maybe", "words": "x", "on": "2026-11-21"}},
        {"services": ["flying"]},
    ):  # fmt: skip
        assert not check.is_valid({**good, **change}), change


def test_a_record_has_its_words_and_its_status_of_today(fictional: Directory) -> None:
    house = plain.record_json(fictional, fictional.records["example-house-mesa"])
    assert house["labels"]["services"]["emergency_shelter"] == fictional.vocabulary.services["emergency_shelter"].label
    assert house["labels"]["barriers"]["pets"] and house["labels"]["dv_accepts"]["women"]
    assert house["status"] == {
        "now": "paused", "on": "2026-11-21",
        "words": "Not taking new referrals until 31 December 2026. After that day, ask first.",
    }  # fmt: skip
    assert house["verified"] == {"date": "2026-09-01", "by": "Program director, Example House"}
    assert house["page"] == f"{SITE}resources/example-house-mesa/"
    office = plain.record_json(fictional, fictional.records["example-legal-aid-silverton"])
    assert office["part_of"] == "Example Legal Aid"


def test_numbers_of_a_parent_are_said_to_be_its_own(fictional: Directory) -> None:
    record = fictional.records["example-legal-aid-silverton"].model_copy(update={"phones": None})
    found = plain.record_json(fictional, record)
    assert found["phones_of"] == "example-legal-aid"
    assert (
        found["phones"][0]["number"]
        == plain.record_json(fictional, fictional.records["example-legal-aid"])["phones"][0]["number"]
    )


@pytest.fixture(scope="module")
def counties(real: Directory) -> dict[str, plain.JSON]:
    made = plain.Counties(real, Gaps(real))
    return {county.fips: found for slug in real.states for county, found in made.of_state(slug)}


def test_every_county_has_its_declared_form(real: Directory, counties: dict[str, plain.JSON]) -> None:
    schema = plain_schema.county_schema(real.vocabulary)
    jsonschema_rs.meta.validate(schema)
    check = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    assert set(counties) == set(real.places.counties)
    sizes = []
    for fips, found in counties.items():
        assert not [error.message for error in check.iter_errors(found)], fips
        sizes.append(len(orjson.dumps(found)))
        named = {
            key
            for answer in found["answers"].values()
            for name in ("serving", "in_state", "nearest")
            for key in answer.get(name, ())
        }
        named |= {key for call in found["calls"].values() for key in call["first"]} | set(found["others"])
        assert named | {region["record"] for region in found["regions"]} == set(found["records"]), fips
        assert set(found["records"]) <= set(real.records)
    assert sum(sizes) < 30_000_000 and sum(sizes) / len(sizes) < 9 * 1024


def test_a_schema_of_counties_refuses_what_is_not_declared(real: Directory, counties: dict[str, plain.JSON]) -> None:
    check = jsonschema_rs.Draft202012Validator(plain_schema.county_schema(real.vocabulary), validate_formats=True)
    for path in (["records", "coc-co-500", "zip"], ["answers", "legal_aid", "x"], ["gaps", "flying"], ["on"], ["x"]):
        broken = copy.deepcopy(counties["08113"])
        part = broken
        for name in path[:-1]:
            part = part[name]
        part[path[-1]] = "80202"
        assert not check.is_valid(broken), path


def test_a_county_says_what_its_page_says(real: Directory, counties: dict[str, plain.JSON]) -> None:
    """Every id under its question, in order, and every number, for all counties of a state."""
    renderer = Renderer(real, ROOT / "overrides/directory")
    by_url = {county.url: county.fips for county in real.places.counties_of_state["CO"]}
    pages = list(county_documents(renderer, "co"))
    assert len(pages) == 64
    for page in pages:
        found = counties[by_url[page.url]]
        parts = {code: (known, part) for code, known, part in re.findall(SECTION, page.html, re.DOTALL)}
        assert set(parts) == set(found["answers"])
        for code, (known, part) in parts.items():
            answer = found["answers"][code]
            assert known == ("yes" if answer["known"] else "no"), (page.url, code)
            cards = re.findall(CARD, part)
            told = [key for name in ("serving", "in_state", "nearest") for key in answer.get(name, ())]
            if code == "coc_lead":
                for region in found["regions"]:
                    assert f"regions/{region['number'].lower()}/" in part
                    assert html.escape(region["lead_agency"]["name"]) in part
            else:
                assert cards == told, (page.url, code)
            for key in told:
                if "phone" in found["records"][key]:
                    assert f">{html.escape(found['records'][key]['phone'])}</a>" in page.html, (page.url, key)
        other = re.split(r'id="?other"?>', page.html)[1:]
        assert re.findall(CARD, other[0].partition("</section>")[0] if other else "") == found["others"]
        for line in found["hotlines"]:
            assert f">{line['phone']}</a>" in page.html


def test_whom_to_call_first_is_as_the_browser_has_it(real: Directory, counties: dict[str, plain.JSON]) -> None:
    """`call-order.js` itself, with one need ticked and no hours, for every need of every county."""
    calls, order = CallFiles(real), CallOrder(real)
    needs = calls.words("en")["needs"]
    given: list[Any] = []
    for slug in real.states:
        for _, text in calls.of_state(slug):
            facts = json.loads(text)
            for _, record, *_ in facts["r"]:
                record["n"] = real.records[record["i"]].name
                record.pop("h", None)
            given.append(facts)
    found = node(ORDER, given=json.dumps({"needs": needs, "counties": given}))
    compared = 0
    for slug in real.states:
        for county, called in order.of_state(slug):
            for need, expected in order.by_need(called):
                ids = [one.record.id for one in expected]
                assert found[county.fips][need.code] == ids, (county.fips, need.code)
                first = counties[county.fips]["calls"].get(need.code, {"total": 0, "first": []})
                assert (first["total"], first["first"]) == (len(ids), ids[: plain.MOST_CALLS])
                compared += len(ids)
    assert compared > 50_000


def test_gaps_are_those_of_the_gap_pages(real: Directory, counties: dict[str, plain.JSON]) -> None:
    gaps = Gaps(real)
    for county in real.places.counties_of_state["CO"]:
        missing = {gap.need.code: (gap.value, gap.miles) for gap in gaps.of_county(county) if gap.value != "served"}
        found = counties[county.fips]["gaps"]
        assert {code: (gap["value"], gap.get("miles")) for code, gap in found.items()} == missing


def test_a_county_tells_no_miles_to_a_withheld_place(fictional: Directory) -> None:
    made = {county.fips: found for county, found in plain.Counties(fictional, Gaps(fictional)).of_state("co")}
    assert made["08077"]["records"]["example-house-mesa"]["status"] == "paused"
    assert "miles" not in made["08077"]["records"]["example-house-mesa"]


# All


FORMATS: dict[str, Callable[[Directory, Record], str]] = {
    "geojson": lambda d, r: orjson.dumps(next(geojson.record_features(d, [r]))).decode(),
    "csv": lambda d, r: table.csv_line(table.row_of(d, r)),
    "json": lambda d, r: orjson.dumps(plain.record_json(d, r)).decode(),
}


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_tells_where_a_withheld_place_is(name: str, real: Directory, fictional: Directory) -> None:
    for directory in (fictional, real):
        for record in directory.in_order:
            if record.location is not None and record.location.visibility == "withheld":
                text = FORMATS[name](directory, record)
                assert not re.search(r'"(?:address|latitude|coordinates|postal_code|city)"', text), record.id
                assert telling(record.description or "") is None


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_for_maintainers_is_in_any_format(name: str, fictional: Directory) -> None:
    texts = "".join(FORMATS[name](fictional, record) for record in fictional.in_order)
    assert "secretnote" not in texts and "authsecret" not in texts and "Executive director" not in texts


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_records_give_the_same_bytes(name: str, fictional: Directory, tmp_path: Path) -> None:
    again = load_directory(make_repository(tmp_path, good_records()), fictional.settings, DAY)
    for record in fictional.in_order:
        assert FORMATS[name](fictional, record) == FORMATS[name](again, again.records[record.id])
