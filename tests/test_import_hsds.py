"""HSDS data read: our own back as it was, other directories' of any edition into drafts, and nothing secret let through."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml

import import_hsds
from resource_directory.canonical import canonical_text
from resource_directory.directory import Directory, Settings
from resource_directory.exports.hsds import Services
from resource_directory.importers.hsds.files import read_hsds
from resource_directory.importers.hsds.hours import opening_hours_of
from resource_directory.importers.hsds.mapping import MappingError, read_mapping
from resource_directory.loading import Sources, load_directory
from support import DAY, good_records, make_repository
from test_hsds_tables import write_package

NAMED = ("--publisher", "Example 211", "--url", "https://www.example.org/", "--retrieved", "2026-11-20")
TEXT = yaml.BaseLoader


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of the fictional records."""
    return make_repository(tmp_path_factory.mktemp("root"), good_records())


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository without records."""
    root = make_repository(tmp_path_factory.mktemp("empty"), {})
    (root / "data/resources").mkdir()
    return root


@pytest.fixture(scope="module")
def directory(root: Path) -> Directory:
    return load_directory(root, Settings("x"), DAY)


Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(empty: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command on a file; gives its status and all that it said."""

    def command(file: Path, *options: str, root: Path = empty) -> tuple[int, str]:
        arguments = (
            str(file),
            "--to",
            str(tmp_path / "out"),
            "--root",
            str(root),
            "--today",
            DAY.isoformat(),
            *options,
        )
        status = import_hsds.main(arguments)
        said = capsys.readouterr()
        return status, said.out + said.err

    return command


def records_in(folder: Path) -> dict[str, dict[str, Any]]:
    """Written records by path, every scalar as text."""
    files = sorted(folder.rglob("*.yml"))
    return {f.relative_to(folder).as_posix(): yaml.load(f.read_text(encoding="utf-8"), TEXT) for f in files}


# Our own exports


def as_list(services: list[dict[str, Any]]) -> bytes:
    return orjson.dumps(services)


def as_page(services: list[dict[str, Any]]) -> bytes:
    return orjson.dumps({"total_items": len(services), "page_number": 1, "contents": services})


def as_lines(services: list[dict[str, Any]]) -> bytes:
    return b"\n".join(map(orjson.dumps, services)) + b"\n"


@pytest.mark.parametrize(
    "form",
    [
        pytest.param(as_list, id="a list"),
        pytest.param(as_page, id="a page of an answer"),
        pytest.param(as_lines, id="lines"),
        pytest.param(lambda services: gzip.compress(as_list(services)), id="a list, compressed"),
        pytest.param(lambda services: gzip.compress(as_lines(services)), id="lines, compressed"),
    ],
)
def test_every_form_of_our_own_json_is_read(
    form: Callable[[list[dict[str, Any]]], bytes], directory: Directory, tmp_path: Path
) -> None:
    services = [Services(directory).of(record) for record in directory.in_order]
    file = tmp_path / "hsds"
    file.write_bytes(form(services))
    read = read_hsds(file)
    assert read.troubles == []
    assert [found.service["x_id"] for found in read.found] == [record.id for record in directory.in_order]


def published(directory: Directory) -> dict[str, str]:
    """The fictional records as the command should write them, by path: what is never exported is gone. The office whose
    place is public by authorisation has none: the authorisation does not travel."""
    found = {}
    for record in directory.records.values():
        location = record.location
        if location is not None:
            location = location.model_copy(update={"review": None, "authorisation": None})
            if record.type == "domestic_violence" and location.visibility == "public":
                location = type(location)(visibility="withheld")
        cleaned = record.model_copy(update={"editor_note": None, "location": location})
        path = directory.paths[record.id].removeprefix("data/resources/")
        found[path] = canonical_text(type(cleaned).model_validate(
            cleaned.model_dump(mode="json", exclude_none=True, exclude_defaults=True),
            context={"vocabulary": directory.vocabulary, "today": DAY},
        ))  # fmt: skip
    return found


@pytest.mark.parametrize("kind", ["json", "zip", "folder"])
def test_our_own_export_becomes_the_records_it_was(
    kind: str, directory: Directory, run: Run, tmp_path: Path, root: Path
) -> None:
    if kind == "json":
        file = tmp_path / "hsds.json"
        file.write_bytes(as_list([Services(directory).of(record) for record in directory.in_order]))
    else:
        file = write_package(tmp_path / "package", directory, directory.records)
        if kind == "zip":
            file = zipped({path.name: path.read_bytes() for path in file.iterdir()}, tmp_path)
    status, said = run(file)
    assert status == 0, said
    written = {p.relative_to(tmp_path / "out").as_posix(): p for p in (tmp_path / "out").rglob("*.yml")}
    wanted = published(directory)
    assert set(written) == set(wanted), said
    assert {path: file.read_text(encoding="utf-8") for path, file in written.items()} == wanted
    assert "a domestic violence program: its place needs the operator's written word" in said


def zipped(files: Mapping[str, bytes], folder: Path) -> Path:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    file = folder / "package.zip"
    file.write_bytes(stream.getvalue())
    return file


def test_nothing_is_written_over_a_file_or_into_the_data(
    directory: Directory, run: Run, tmp_path: Path, empty: Path
) -> None:
    file = tmp_path / "hsds.json"
    file.write_bytes(as_list([Services(directory).of(directory.records["example-clinic"])]))
    assert run(file)[0] == 0
    status, said = run(file)
    assert status == 2
    assert "co/health_center/example-clinic.yml" in said
    status, said = run(file, "--to", str(empty / "data/resources"))
    assert status == 2
    assert "--to may not lie in data/" in said
    assert not list((empty / "data/resources").rglob("*.yml"))


def test_a_dry_run_writes_nothing(directory: Directory, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "hsds.json"
    file.write_bytes(as_list([Services(directory).of(directory.records["example-clinic"])]))
    status, said = run(file, "--dry-run")
    assert (status, "Nothing was written" in said) == (0, True)
    assert not (tmp_path / "out").exists()


# Other directories'

MAPPING = """
types:
  Legal Services: legal_aid
  Community Clinics: health_center
  Shelters for abused people: domestic_violence
services:
  Legal Services: civil_legal_aid
areas:
  All of Colorado: co
  City and County of Denver: '08031'
languages:
  Mandarin: zh
accessibility:
  Ramp at the door: step_free
contact_roles:
  Intake: intake
"""


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    file = tmp_path / "mapping.yml"
    file.write_text(MAPPING, encoding="utf-8")
    return file


def term(name: str, code: str = "") -> dict[str, Any]:
    return {"id": f"a-{name}", "taxonomy_term": {"id": f"t-{name}", "name": name, **({"code": code} if code else {})}}


LEGAL: dict[str, Any] = {
    "id": "one",
    "name": "Advice line",
    "status": "active",
    "description": "Free advice.\n\n\n\nBy telephone.",
    "url": "WWW.Example.org/advice",
    "email": "intake@example.org",
    "minimum_age": 18,
    "eligibility_description": "People with low income.",
    "fees_description": "Free",
    "application_process": "Call.",
    "alert": "Closed on Fridays in July.",
    "assured_date": "2026-01-01",
    "organization": {"id": "o1", "name": "Example Legal Help", "description": "Lawyers."},
    "phones": [
        {"id": "p1", "number": "(303) 555-0161 ext. 4", "type": "voice", "languages": [{"name": "Spanish"}]},
        {"id": "p2", "number": "303.555.0162", "type": "textphone"},
        {"id": "p3", "number": "12", "type": "voice"},
    ],
    "languages": [{"id": "l1", "code": "en"}, {"id": "l2", "name": "Mandarin"}, {"id": "l3", "name": "Old Tongue"}],
    "required_documents": [{"id": "d1", "document": "Photo ID"}, {"id": "d2", "document": "None"}],
    "contacts": [
        {"id": "c1", "name": "Robin Person", "title": "Intake", "email": "intake@example.org"},
        {"id": "c2", "name": "Kim Person", "title": "Director"},
    ],
    "schedules": [
        {"id": "s1", "freq": "WEEKLY", "byday": "MO,TU,WE", "opens_at": "09:00", "closes_at": "17:00-07:00"},
        {"id": "s2", "freq": "WEEKLY", "byday": "FR", "opens_at": "09:00:00", "closes_at": "12:00:00"},
    ],
    "service_areas": [{"id": "r1", "name": "City and County of Denver"}, {"id": "r2", "name": "Mesa County"}],
    "service_at_locations": [
        {
            "id": "x1",
            "location": {
                "id": "loc1",
                "location_type": "physical",
                "latitude": 39.7392,
                "longitude": -104.9903,
                "description": "Second door.",
                "addresses": [
                    {
                        "id": "a1",
                        "address_1": "12 MAPLE STREET",
                        "address_2": "Floor 2",
                        "city": "Denver",
                        "state_province": "Colorado",
                        "postal_code": "80203",
                        "country": "US",
                        "address_type": "physical",
                    }
                ],
                "accessibility": [
                    {"id": "e1", "description": "Ramp at the door"},
                    {"id": "e2", "description": "Dim light"},
                ],
            },
        }
    ],
    "attributes": [term("Legal Services", "FT-4800"), term("Tenant Rights")],
}
DRAFT = """
id: example-legal-help-advice-line
type: legal_aid
name: 'Example Legal Help: Advice line'
description: |-
  Free advice.

  By telephone.
phones:
- number: 303-555-0161
  extension: '4'
  languages:
  - es
- number: 303-555-0162
  type: tty
contacts:
- role: intake
  title: Intake
  email: intake@example.org
email: intake@example.org
url: https://www.example.org/advice
location:
  visibility: public
  address:
    address_1: 12 Maple Street
    address_2: Floor 2
    city: Denver
    state_province: CO
    postal_code: '80203'
  county: '08031'
  point:
    latitude: 39.7392
    longitude: -104.9903
    precision: street
    source: Example 211
  description: Second door.
service_area:
  counties:
  - '08031'
  - '08077'
schedules:
- opening_hours: Mo-We 09:00-17:00; Fr 09:00-12:00
services:
- civil_legal_aid
eligibility:
  description: People with low income.
  minimum_age: 18
required_documents:
- Photo ID
application_process: Call.
fees_description: Free
languages:
- en
- zh
accessibility:
- step_free
referral:
  alert: Closed on Fridays in July.
source:
  publisher: Example 211
  url: https://www.example.org/
  retrieved: 2026-11-20
  note: Taken over from this directory's open data. The organization has not confirmed it.
editor_note: 'Draft, made of theirs.json#/0, service id one.'
"""


def written_json(folder: Path, found: Any, name: str = "theirs.json") -> Path:
    file = folder / name
    file.write_text(json.dumps(found), encoding="utf-8")
    return file


def test_a_service_becomes_a_draft_with_all_that_it_says(run: Run, tmp_path: Path, mapping: Path) -> None:
    status, said = run(written_json(tmp_path, [LEGAL]), "--map", str(mapping), *NAMED)
    assert status == 0, said
    found = records_in(tmp_path / "out")
    assert found == {"co/legal_aid/example-legal-help-advice-line.yml": yaml.load(DRAFT, TEXT)}
    for line in ("1 Old Tongue", "1 Tenant Rights", "1 Dim light", "1 telephone number that cannot be rung"):
        assert line in said
    assert "Person" not in str(found)


# The same facts in the words of an older edition: tables, each a file.
TABLES_OF_EDITION_1 = {
    "organizations.csv": "id,name,description,url\no1,Example Legal Help,Lawyers.,https://www.example.org/\n",
    "services.csv": (
        "id,organization_id,program_id,name,description,status,fees,email\n"
        's1,o1,,Advice line,"Free advice, for all.\nBy telephone.",Active,Free,intake@example.org\n'
        "s2,o1,,Old line,Gone.,Inactive,,\n"
    ),
    "locations.csv": "id,organization_id,name,latitude,longitude\nl1,o1,Office,39.7392,-104.9903\n",
    "services_at_location.csv": "id,service_id,location_id\nx1,s1,l1\n",
    "physical_addresses.csv": (
        "id,location_id,address_1,city,state_province,postal_code,country\na1,l1,12 Maple Street,Denver,CO,80203,US\n"
    ),
    "phones.csv": "id,service_id,location_id,number,type\np1,s1,,3035550161,voice\np2,,l1,303-555-0163,fax\n",
    "regular_schedules.csv": (
        "id,service_id,weekday,opens_at,closes_at\nh1,s1,Sunday,,\nh2,s1,Monday,9:00,17:00\nh3,s1,2,9:00,17:00\n"
    ),
    "eligibility.csv": "id,service_id,eligibility\ne1,s1,Low income\ne2,s1,Adults\n",
    "languages.csv": "id,service_id,language\ng1,s1,English\ng2,s1,Spanish\n",
    "service_areas.csv": "id,service_id,service_area\nr1,s1,Denver County\n",
    "taxonomy.csv": "id,name,parent_id,vocabulary\nt1,Legal Services,,AIRS\n",
    "services_taxonomy.csv": "id,service_id,taxonomy_id\nk1,s1,t1\n",
    "required_documents.csv": "id,service_id,document\nd1,s1,Photo ID\n",
    "payments_accepted.csv": "id,service_id,payment\nm1,s1,Cash\n",
}


@pytest.mark.parametrize("packed", [True, False], ids=["zip", "folder"])
def test_tables_of_an_older_edition_become_a_draft(packed: bool, run: Run, tmp_path: Path, mapping: Path) -> None:
    files = {name: text.encode() for name, text in TABLES_OF_EDITION_1.items()}
    if packed:
        package = zipped({f"data/{name}": text for name, text in files.items()}, tmp_path)
    else:
        package = tmp_path / "package"
        package.mkdir()
        for name, content in files.items():
            (package / name).write_bytes(content)
    status, said = run(package, "--map", str(mapping), *NAMED)
    assert status == 0, said
    ((path, draft),) = records_in(tmp_path / "out").items()
    assert path == "co/legal_aid/example-legal-help-advice-line.yml"
    assert draft["description"] == "Free advice, for all.\nBy telephone."
    assert draft["phones"] == [{"number": "303-555-0161"}, {"number": "303-555-0163", "type": "fax"}]
    assert draft["schedules"] == [{"opening_hours": "Mo,Tu 09:00-17:00"}]
    assert draft["eligibility"] == {"description": "Low income; Adults"}
    assert (draft["languages"], draft["services"]) == (["en", "es"], ["civil_legal_aid"])
    assert draft["service_area"] == {"counties": ["08031"]}
    assert draft["location"]["address"]["address_1"] == "12 Maple Street"
    assert draft["fees_description"] == "Free"
    assert "payments_accepted.csv" in said
    assert "services.csv:4: the publisher says that it is not running" in said


def changed(service: Mapping[str, Any], **facts: Any) -> dict[str, Any]:
    return {**service, **facts}


class TestSecretPlaces:
    def test_a_domestic_violence_program_never_gets_a_place(self, run: Run, tmp_path: Path, mapping: Path) -> None:
        service = changed(LEGAL, name="Example House", attributes=[term("Shelters for abused people")])
        listed = tmp_path / "review.tsv"
        file = written_json(tmp_path, [service])
        status, said = run(file, "--map", str(mapping), "--review-list", str(listed), *NAMED)
        assert status == 0, said
        ((path, draft),) = records_in(tmp_path / "out").items()
        assert draft["location"] == {"visibility": "withheld"}
        text = next((tmp_path / "out").rglob("*.yml")).read_text(encoding="utf-8")
        assert [word for word in ("Maple", "80203", "39.7", "Floor 2", "Second door") if word in text] == []
        assert "Denver" not in text.replace("City and County of Denver", "")
        assert listed.read_text(encoding="utf-8").startswith(path.rpartition("/")[0].partition("/")[0] + "/")
        assert oct(listed.stat().st_mode)[-3:] == "600"

    def test_a_name_of_a_secret_program_withholds_a_clinic(self, run: Run, tmp_path: Path, mapping: Path) -> None:
        service = changed(LEGAL, name="Safe Haven Shelter clinic", attributes=[term("Community Clinics")])
        status, said = run(written_json(tmp_path, [service]), "--map", str(mapping), *NAMED)
        assert status == 0, said
        ((_, draft),) = records_in(tmp_path / "out").items()
        assert draft["location"] == {"visibility": "withheld"}
        assert draft["url"] == "https://www.example.org"
        assert "the name may be that of a confidential program" in said

    def test_a_name_that_tells_the_place_is_held_back(self, run: Run, tmp_path: Path, mapping: Path) -> None:
        service = changed(
            LEGAL, name="Safe Haven Shelter on Maple Street", attributes=[term("Community Clinics")], organization={}
        )
        status, said = run(written_json(tmp_path, [service]), "--map", str(mapping), *NAMED)
        assert (status, records_in(tmp_path / "out")) == (0, {})
        assert "Maple" not in said

    def test_a_text_that_tells_the_place_is_held_back(self, run: Run, tmp_path: Path, mapping: Path) -> None:
        service = changed(LEGAL, description="Come to 412 Elm Street.", attributes=[term("Shelters for abused people")])
        status, said = run(written_json(tmp_path, [service]), "--map", str(mapping), *NAMED)
        assert (status, records_in(tmp_path / "out")) == (0, {})
        assert "a text of it may tell a place that is withheld" in said
        assert "Elm" not in said

    def test_the_review_list_may_not_lie_in_the_repository(self, run: Run, tmp_path: Path, empty: Path) -> None:
        file = written_json(tmp_path, [LEGAL])
        status, said = run(file, "--review-list", str(empty / "list.tsv"), *NAMED)
        assert status == 2
        assert "outside the repository" in said


def test_what_is_in_the_directory_already_is_named_and_not_written(
    run: Run, tmp_path: Path, mapping: Path, root: Path
) -> None:
    service = changed(LEGAL, name="Example Legal Aid", organization={})
    status, said = run(written_json(tmp_path, [service]), "--map", str(mapping), *NAMED, root=root)
    assert (status, records_in(tmp_path / "out")) == (0, {})
    assert "theirs.json#/0: data/resources/co/legal_aid/example-legal-aid.yml" in said


def test_what_nobody_has_mapped_is_listed_and_not_guessed(run: Run, tmp_path: Path) -> None:
    status, said = run(written_json(tmp_path, [LEGAL]), *NAMED)
    assert (status, records_in(tmp_path / "out")) == (0, {})
    assert "theirs.json#/0: no term of it tells its type" in said
    assert "1 Legal Services" in said


def test_an_area_that_is_not_known_is_assumed_and_says_so(run: Run, tmp_path: Path, mapping: Path) -> None:
    service = changed(LEGAL, service_areas=[{"id": "r", "name": "The valley"}])
    assert run(written_json(tmp_path, [service]), "--map", str(mapping), *NAMED)[0] == 0
    ((_, draft),) = records_in(tmp_path / "out").items()
    assert draft["service_area"] == {"counties": ["08031"], "assumed": "yes", "description": "The valley"}


def test_a_service_at_two_places_becomes_two_drafts(run: Run, tmp_path: Path, mapping: Path) -> None:
    (first,) = LEGAL["service_at_locations"]
    second = json.loads(json.dumps(first).replace("loc1", "loc2").replace("12 MAPLE", "7 OTHER"))
    service = changed(LEGAL, service_at_locations=[first, second])
    assert run(written_json(tmp_path, [service]), "--map", str(mapping), *NAMED)[0] == 0
    found = records_in(tmp_path / "out").values()
    assert {draft["location"]["address"]["address_1"] for draft in found} == {"12 Maple Street", "7 Other Street"}


def test_it_says_whose_services_they_are(run: Run, tmp_path: Path) -> None:
    status, said = run(written_json(tmp_path, [LEGAL]))
    assert status == 2
    assert "--publisher, --retrieved" in said


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        pytest.param("a.json", b"{", ["a.json:1:2: This is not JSON"], id="no JSON"),
        pytest.param("a.json", b"[]", ["a.json: There is no service in it."], id="empty"),
        pytest.param("a.json", b"[" * 900 + b"]" * 900, ["This is not an object"], id="lists in lists"),
        pytest.param("a.json", b"[1]", ["a.json#/0: This is not an object, and should be a service."], id="a number"),
        pytest.param("a.json", b'[{"id": "x"}]', ["a.json#/0: The service has no name."], id="no name"),
        pytest.param(
            "a.json",
            b'{"contents": [{"name": "x", "phones": "303"}, {"name": ["y"], "minimum_age": "old"}]}',
            [
                "a.json#/contents/0/phones: This is not a list.",
                "a.json#/contents/1/name: This is not a text.",
                "a.json#/contents/1/minimum_age: This is not a number.",
            ],
            id="all at once",
        ),
        pytest.param("a.jsonl", b'{"name": "x"}\n{"name"\n', ["a.jsonl:2:8: This line is not JSON"], id="a line"),
        pytest.param("a.gz", gzip.compress(b"[]")[:-9], ["a.gz: It cannot be unpacked"], id="cut off"),
        pytest.param("a.zip", b"PK\x03\x04 and so on", ["a.zip: It cannot be unpacked"], id="no zip"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(
    name: str, content: bytes, told: list[str], run: Run, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    status, said = run(tmp_path / name, *NAMED)
    assert status == 1
    assert [line for line in told if line not in said] == [], said
    assert "Nothing was written" in said


@pytest.mark.parametrize(
    ("files", "told"),
    [
        pytest.param({"services.csv": "id,name\n"}, "services.csv: There is no row of services.", id="no row"),
        pytest.param(
            {"services.csv": "id,name\ns1\n"}, "services.csv:2: The row has 1 cells, the header 2.", id="cells"
        ),
        pytest.param({"services.csv": "name\nx\n"}, "services.csv:1: There is no column 'id'.", id="no id"),
        pytest.param(
            {"services.csv": 'id,name\ns0,"two\nlines"\ns1,x\ns1,y\n'},
            "services.csv:5: The id stands twice among the service rows.",
            id="twice, below a text of two lines",
        ),
        pytest.param(
            {"services.csv": "id,name\ns1,x\n", "phones.csv": "id,service_id,number\np1,s2,303-555-0100\n"},
            "phones.csv:2: 'service_id' names no row of the services.",
            id="a key that leads nowhere",
        ),
        pytest.param(
            {"services.csv": "id,name,minimum_age\ns1,x,young\n"},
            "services.csv:2/minimum_age: This is not a number.",
            id="no number",
        ),
        pytest.param(
            {"services.csv": b"id,name\ns1,\xff\n"}, "services.csv:2: A letter is not in UTF-8.", id="letters"
        ),
        pytest.param({"readme.txt": "x"}, "There is no table and no JSON file here.", id="nothing"),
    ],
)
def test_what_is_wrong_in_tables_is_told_with_its_row(
    files: Mapping[str, str | bytes], told: str, run: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "package"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    status, said = run(folder, *NAMED)
    assert status == 1
    assert told in said


def test_going_on_leaves_out_what_is_wrong(run: Run, tmp_path: Path, mapping: Path) -> None:
    file = written_json(tmp_path, [LEGAL, {"name": ""}, 5])
    assert run(file, "--map", str(mapping), *NAMED)[0] == 1
    assert not (tmp_path / "out").exists()
    status, _ = run(file, "--map", str(mapping), "--go-on", *NAMED)
    assert (status, len(records_in(tmp_path / "out"))) == (0, 1)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("types: {x: legal}\n", "m.yml:1:9: E206 'legal' is not known. Use one of: continuum_of_care"),
        ("type: clinic\n", "m.yml:1:1: E206 'clinic' is no type."),
        ("areas:\n  x: '99999'\nlanguages:\n  y: qqq\n", "m.yml:4:3: E206 'qqq' is not known."),
        ("service: {}\n", "m.yml:1:1: E203 'service' is no table. Use: type, types"),
        ("services: [a]\n", "m.yml:1:1: E204 This is no table."),
        ("- a\n", "This is no mapping."),
    ],
)
def test_a_mapping_that_is_wrong_is_told_with_its_line(text: str, told: str, tmp_path: Path, sources: Sources) -> None:
    file = tmp_path / "m.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(MappingError) as error:
        read_mapping(file, sources.vocabulary, sources.places)
    assert told in str(error.value)


WEEK = {"freq": "WEEKLY", "opens_at": "09:00", "closes_at": "17:00"}


@pytest.mark.parametrize(
    ("rows", "hours"),
    [
        ([{**WEEK, "byday": "MO,TU,WE,TH,FR"}], "Mo-Fr 09:00-17:00"),
        ([{**WEEK, "byday": "MO,WE"}], "Mo,We 09:00-17:00"),
        ([{"weekday": "Saturday", "opens_at": "9:00", "closes_at": "12:30"}], "Sa 09:00-12:30"),
        ([{**WEEK, "byday": "MO"}, {**WEEK, "byday": "MO", "opens_at": "18:00", "closes_at": "20:00"}],
         "Mo 09:00-17:00,18:00-20:00"),
        ([{**WEEK, "byday": "SU", "opens_at": None, "closes_at": None}, {**WEEK, "byday": "MO"}], "Mo 09:00-17:00"),
        ([{**WEEK, "byday": "MO", "freq": "MONTHLY"}], None),
        ([{**WEEK, "byday": "MO", "interval": 2}], None),
        ([{**WEEK, "byday": "MO", "interval": 1}], "Mo 09:00-17:00"),
        ([{**WEEK, "byday": "MO", "valid_to": "2026-12-31"}], None),
        ([{**WEEK, "byday": "MO", "opens_at": "09:00Z"}], None),
        ([{**WEEK, "byday": "MO", "opens_at": "10:00", "closes_at": "4:00"}], None),
        ([{**WEEK, "byday": "MO", "closes_at": None}], None),
        ([{**WEEK, "byday": "2MO"}], None),
        ([WEEK], None),
        ([], None),
    ],
)  # fmt: skip
def test_hours(rows: list[dict[str, Any]], hours: str | None) -> None:
    assert opening_hours_of(rows) == hours


def test_help_says_how(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        import_hsds.main(["--help"])
    told = capsys.readouterr().out
    assert all(word in told for word in ("--map", "domestic_violence", "datapackage.zip", "--review-list"))
