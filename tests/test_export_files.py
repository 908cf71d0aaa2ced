"""The files of the open data: whole, counted, joined without a fault, and valid or not published."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from resource_directory.directory import Directory, Settings
from resource_directory.exports.files import ALL, FOLDER, ExportFiles
from resource_directory.exports.hsds import Services
from resource_directory.loading import load_directory
from resource_directory.reading import find_files
from resource_directory.record_cache import digest
from support import DAY, EPOCH, ROOT, Build, good_records, make_repository

#: Fields that only maintainers see, by where they stand in a record's file.
PRIVATE = (("editor_note",), ("location", "review", "reason"), ("location", "authorisation", "document"))
#: Files that list others, and those that change with every commit.
#: The feed has its own way of saying when it changed; the profile is a page of the site.
NOT_LISTED = ("manifest.json", "changes.atom", "profile/index.html")

SITES = [
    pytest.param("fictional_site", id="fictional", marks=pytest.mark.xdist_group("fictional site")),
    pytest.param("real_site", id="real", marks=pytest.mark.xdist_group("real site")),
]


@pytest.fixture(params=SITES)
def built(request: pytest.FixtureRequest) -> Build:
    found: Build = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def data(built: Build) -> Path:
    """The folder of the data."""
    return built.site / FOLDER


def states(data: Path) -> list[str]:
    return sorted(file.parent.name for file in data.glob("*/manifest.json"))


def read_json(file: Path) -> Any:
    content = file.read_bytes()
    return json.loads(gzip.decompress(content) if file.suffix == ".gz" else content)


def entries(data: Path) -> list[str]:
    """Ids of the entries with a file of their own; a file of a former id only leads on."""
    files = {file.stem: json.loads(file.read_bytes()) for file in (data / "resources").iterdir()}
    moved = {key: entry["moved_to"] for key, entry in files.items() if "moved_to" in entry}
    assert set(moved.values()) <= files.keys() - moved.keys()
    return sorted(files.keys() - moved.keys())


def test_manifests_name_every_file_with_its_checksum(data: Path) -> None:
    named: dict[str, str] = {}
    for manifest in (data / "manifest.json", *(data / slug / "manifest.json" for slug in states(data))):
        for entry in read_json(manifest)["files"]:
            assert named.setdefault(entry["path"], entry["sha256"]) == entry["sha256"]
            content = (data / entry["path"]).read_bytes()
            assert (len(content), hashlib.sha256(content).hexdigest()) == (entry["bytes"], entry["sha256"])
    there = {file.relative_to(data).as_posix() for file in data.rglob("*") if file.is_file()}
    assert {path for path in there if not path.endswith(NOT_LISTED)} == named.keys()


def test_every_manifest_says_how_old_under_which_terms_and_from_whom(data: Path) -> None:
    whole = read_json(data / "manifest.json")
    assert whole["licence"]["terms"].endswith(f"{FOLDER}/licence.txt") and (data / "licence.txt").read_text()
    parts = [read_json(data / slug / "manifest.json") for slug in states(data)]
    assert whole["records"] == sum(part["records"] for part in parts) == len(entries(data))
    for manifest in (whole, *parts):
        assert manifest["made"] and manifest["records"] == sum(source["records"] for source in manifest["sources"])


def export(root: Path, target: Path, *options: str) -> dict[str, bytes]:
    """What `scripts/export.py` writes, by address."""
    command = [sys.executable, str(ROOT / "scripts/export.py"), "--to", str(target), *options]
    own = {**os.environ, "SOURCE_DATE_EPOCH": EPOCH}
    done = subprocess.run(command, cwd=root, env=own, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return files_of(target)


def files_of(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.xdist_group("fictional site")
def test_an_export_is_what_the_site_holds_but_for_the_page(fictional_site: Build, tmp_path: Path) -> None:
    of_site = {f"{FOLDER}/{path}": content for path, content in files_of(fictional_site.site / FOLDER).items()}
    assert of_site.pop(f"{FOLDER}/profile/index.html")
    assert export(fictional_site.root, tmp_path / "all") == of_site
    feeds = export(fictional_site.root, tmp_path / "feeds", "--format", "feed")
    assert feeds == {path: content for path, content in of_site.items() if path.endswith("/changes.atom")} != {}
    assert not any(path.endswith(".atom") for path in export(fictional_site.root, tmp_path / "csv", "--format", "csv"))


def test_services_of_everything_are_those_of_the_states(data: Path) -> None:
    whole = read_json(data / ALL / "hsds.json.gz")
    parts = [service for slug in states(data) for service in read_json(data / slug / "hsds.json.gz")["contents"]]
    assert whole["contents"] == parts and whole["total_items"] == whole["size"] == len(parts)
    ids = [service["id"] for service in parts]
    assert len(set(ids)) == len(ids) == len(entries(data))
    # One on a line, so that a program may read them one by one.
    lines = gzip.decompress((data / ALL / "hsds.json.gz").read_bytes()).split(b"\n")[1:-2]
    assert [json.loads(line.rstrip(b","))["id"] for line in lines] == ids


def test_maps_and_tables_of_everything_are_those_of_the_states(data: Path) -> None:
    whole = read_json(data / ALL / "records.geojson.gz")["features"]
    assert whole == [one for slug in states(data) for one in read_json(data / slug / "records.geojson.gz")["features"]]
    regions = [slug for slug in states(data) if slug != "us"]
    drawn = read_json(data / ALL / "regions.geojson.gz")["features"]
    assert drawn == [one for slug in regions for one in read_json(data / slug / "regions.geojson.gz")["features"]]
    with zipfile.ZipFile(data / ALL / "records.csv.zip") as opened:
        everything = rows_of(opened.read("records.csv"))
    tables = [everything, *(rows_of((data / slug / "records.csv").read_bytes()) for slug in states(data))]
    assert tables[0] == [tables[1][0], *(row for table in tables[1:] for row in table[1:])]
    assert {row[0] for row in tables[0][1:]} == {feature["id"] for feature in whole}


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def package(file: Path) -> tuple[Mapping[str, Any], dict[str, list[list[str]]]]:
    """The descriptor of a data package, and the rows of its tables."""
    with zipfile.ZipFile(file) as opened:
        assert opened.testzip() is None
        tables = {
            name: list(csv.reader(io.StringIO(opened.read(name).decode(), newline="")))
            for name in opened.namelist()
            if name.endswith(".csv")
        }
        return json.loads(opened.read("datapackage.json")), tables


def test_a_package_holds_each_row_once_and_all_that_its_rows_name(data: Path) -> None:
    seen: dict[str, Counter[str]] = {}
    for slug in (*states(data), ALL):
        descriptor, tables = package(data / slug / "datapackage.zip")
        resources = {resource["name"]: resource for resource in descriptor["resources"]}
        assert {resource["path"] for resource in resources.values()} == tables.keys()
        ids: dict[str, set[str]] = {}
        for name, resource in resources.items():
            header, *rows = tables[resource["path"]]
            assert header == [field["name"] for field in resource["schema"]["fields"]]
            ids[name] = {row[0] for row in rows}
            assert len(ids[name]) == len(rows), (slug, name)
            if slug != ALL:
                seen.setdefault(name, Counter()).update(ids[name])
        for name, resource in resources.items():
            header, *rows = tables[resource["path"]]
            for key in resource["schema"].get("foreignKeys", ()):
                place, leads_to = header.index(key["fields"]), ids[key["reference"]["resource"]]
                assert {row[place] for row in rows if row[place]} <= leads_to, (slug, name, key)
        if slug == ALL:
            assert {name: set(counted) for name, counted in seen.items()} == ids


@pytest.mark.xdist_group("real site")
def test_what_maintainers_keep_for_themselves_is_in_no_file(real_site: Build) -> None:
    private = set()
    for path in find_files(ROOT):
        record = yaml.load((ROOT / path).read_text(encoding="utf-8"), yaml.CBaseLoader)
        private |= {text for way in PRIVATE if (text := at(record, way))}
    data = real_site.site / FOLDER
    texts = [opened for file in data.rglob("*") if file.is_file() for opened in contents(file)]
    assert texts and [text for text in private if any(text.encode() in opened for opened in texts)] == []


def at(found: Any, way: tuple[str, ...]) -> str:
    for name in way:
        found = found.get(name) if isinstance(found, dict) else None
    return str(found or "")


def contents(file: Path) -> list[bytes]:
    """The text of a file, or the texts in it where it is compressed."""
    content = file.read_bytes()
    if file.suffix == ".gz":
        return [gzip.decompress(content)]
    if file.suffix == ".zip":
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            return [opened.read(name) for name in opened.namelist()]
    return [content]


def region_with(directory: Directory, number: str, fips: str) -> Directory:
    """The Directory with one county more in a region."""
    region = directory.regions[number]
    county = region.counties[0].model_copy(update={"fips": fips, "share": None})
    changed = region.model_copy(update={"counties": (*region.counties, county)})
    digests = {**directory.digests, region.id: digest(repr(changed).encode())}
    return replace(directory, records={**directory.records, region.id: changed}, digests=digests)


@pytest.mark.parametrize("fips", ["11001", "51013"])
def test_a_region_that_another_state_keeps_is_told_anew(tmp_path: Path, fips: str) -> None:
    """What was kept of a state is not taken for what it would be now."""
    before = load_directory(ROOT, Settings("x"), DAY, ["dc", "md", "va"])
    before = replace(before, digests={key: digest(repr(record).encode()) for key, record in before.records.items()})
    after = region_with(before, "MD-501", fips)
    slug = before.places.counties[fips].state.lower()
    kept = ExportFiles(before, cache=(tmp_path, "same"))
    first = dict(kept.of_state(slug))
    again = dict(ExportFiles(after, cache=(tmp_path, "same")).of_state(slug))
    assert again == dict(ExportFiles(after).of_state(slug)) and again != first


@pytest.mark.parametrize("site_url", ["https://directory.example.org", "https://directory.example.org/"])
def test_addresses_are_whole_however_the_site_is_written(site_url: str) -> None:
    directory = load_directory(ROOT, Settings("x", site_url=site_url), DAY, ["dc"])
    files = dict(ExportFiles(directory, "Terms").of_state("dc"))
    texts = [*files.values(), gzip.decompress(files[f"{FOLDER}/dc/hsds.json.gz"])]
    found = {match for text in texts for match in re.findall(rb"https://directory\.example\.org[^\"]{0,6}", text)}
    assert found and all(match.startswith(b"https://directory.example.org/") for match in found)


def test_a_service_that_is_not_valid_stops_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make_repository(tmp_path, good_records())
    directory = load_directory(folder, Settings("x"), DAY)
    files = ExportFiles(directory)
    assert files.problems() == () and files.valid() == (len(directory.records), len(directory.records))
    monkeypatch.setattr(Services, "of", lambda self, record: {"id": "no uuid", "name": record.name})
    files = ExportFiles(directory)
    assert {problem.path for problem in files.problems()} == set(directory.paths.values())
    assert all(problem.code == "E601" and "status" in problem.message for problem in files.problems()[:1])
    assert files.valid() == (0, len(directory.records))
