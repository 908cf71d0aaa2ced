"""Records as HSDS services: what they say, what they never say, and that nothing public is lost on the way and back."""

from __future__ import annotations

import csv
import json
import os
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson
import pytest

from hsds_rows import rows_of
from resource_directory.directory import Directory, Settings
from resource_directory.exports.hsds import ASSUMED, Services
from resource_directory.exports.hsds_hours import schedule_rows, standard_offset
from resource_directory.exports.hsds_schema import Validator
from resource_directory.exports.hsds_terms import NAMESPACE, NAMESPACE_NAME, identifier
from resource_directory.importers.hsds.own import facts_of
from resource_directory.loading import load_directory
from resource_directory.model import Phone, Point, Record, Referral, Schedule
from resource_directory.secrecy import telling
from support import DAY, ROOT, good_records, make_repository

GOLDEN = ROOT / "tests/hsds"
READ = ("coc-co-990", "example-clinic", "example-house-mesa", "example-legal-aid-silverton", "example-youth-home")
REAL = pytest.mark.xdist_group("real site")
#: What stands in the fictional records and may stand in no export.
NEVER = ("secretnote", "authsecret", "Executive director, Example Advocates", "its own sign", "Reviewer")


@pytest.fixture(scope="module")
def fictional(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    """The fictional records."""
    return load_directory(make_repository(tmp_path_factory.mktemp("hsds"), good_records()), Settings("x"), DAY)


@pytest.fixture(scope="module")
def real() -> Directory:
    """The repository's own records."""
    return load_directory(ROOT, Settings("x"), DAY, cached=True)


@pytest.fixture(params=["fictional", pytest.param("real", marks=REAL)])
def directory(request: pytest.FixtureRequest) -> Directory:
    """Each of the two."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Directory)
    return found


@pytest.fixture(scope="module")
def clinic(fictional: Directory) -> Record:
    return fictional.records["example-clinic"]


def public_facts(record: Record) -> dict[str, Any]:
    """All that a record says and that may be published, but for what the model takes for granted."""
    facts = record.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    facts.pop("editor_note", None)
    for name in ("review", "authorisation"):
        facts.get("location", {}).pop(name, None)
    return facts


def values(part: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """(path, value) of every value in a service, lists and objects too."""
    yield at, part
    if isinstance(part, Mapping):
        for name, inner in part.items():
            yield from values(inner, f"{at}/{name}")
    elif isinstance(part, list):
        for inner in part:
            yield from values(inner, at)


def with_facts(directory: Directory, record: Record, **facts: Any) -> Directory:
    """The directory with other facts in a record."""
    return replace(directory, records={**directory.records, record.id: record.model_copy(update=facts)})


class TestEveryRecord:
    def test_is_valid_and_comes_back(self, directory: Directory) -> None:
        """One walk: the real ones are many."""
        services, validator = Services(directory, "https://www.example.org/"), Validator()
        wrong, lost = [], []
        for record in directory.in_order:
            service = orjson.loads(orjson.dumps(services.of(record)))
            wrong += [f"{record.id}{problem}" for problem in validator.problems(service)]
            if facts_of(service) != public_facts(record):
                lost.append(record.id)
        assert wrong == []
        assert lost == []
        assert len(directory.records) > 10

    def test_is_valid_by_the_official_schema(self, directory: Directory) -> None:
        folder = os.environ.get("HSDS_SCHEMA")
        if not folder:
            pytest.skip("HSDS_SCHEMA names no folder with the official service.json of HSDS 3.1")
        schema = json.loads((Path(folder) / "service.json").read_text(encoding="utf-8"))
        official = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
        services = Services(directory, "https://www.example.org/")
        assert not official.is_valid({**services.of(directory.in_order[0]), "minimum_age": "18"})
        assert not official.is_valid({**services.of(directory.in_order[0]), "id": "one"})
        wrong = [record.id for record in directory.in_order if not official.is_valid(services.of(record))]
        assert wrong == []

    def test_says_nothing_where_nothing_is_known(self, directory: Directory) -> None:
        services = Services(directory)
        empty = (b":null", b':""', b":[]", b":{}", b'[""', b',""', b"[null", b",null")
        texts = ((record.id, orjson.dumps(services.of(record))) for record in directory.in_order)
        assert [(key, mark) for key, text in texts for mark in empty if mark in text] == []

    def test_has_ids_of_its_own(self, directory: Directory) -> None:
        """No id twice among all rows that belong to one service alone, nor among what services share."""
        services = Services(directory)
        seen: set[str] = set()
        rows = (row for record in directory.in_order for row in rows_of(services.of(record), seen))
        ids = Counter(cells[0] for _, cells in rows)
        assert ids.most_common(1)[0][1] == 1
        assert {uuid.UUID(each).version for each in ids} == {5}

    def test_of_a_withheld_place_has_no_place(self, directory: Directory) -> None:
        services = Services(directory)
        number = 0
        for record in directory.in_order:
            if record.location is None or record.location.visibility != "withheld":
                continue
            number += 1
            service = services.of(record)
            assert service["x_location_visibility"] == "withheld"
            assert "service_at_locations" not in service
            paths = {path.rpartition("/")[2] for path, _ in values(service)}
            assert not paths & {"location", "locations", "addresses", "latitude", "longitude", "x_point", "x_county"}
            said = [value for path, value in values(service) if isinstance(value, str) and "url" not in path]
            assert [text for text in said if telling(text) and text not in record.name] == [], record.id
        assert number > 0


@pytest.mark.parametrize("record_id", READ)
def test_service_is_as_it_was_read(record_id: str, fictional: Directory) -> None:
    """`UPDATE_GOLDEN=1 pytest tests/test_hsds.py` writes them anew."""
    file = GOLDEN / f"{record_id}.json"
    service = Services(fictional, "https://www.example.org/").of(fictional.records[record_id])
    text = json.dumps(service, ensure_ascii=False, indent=1) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text.splitlines() == file.read_text(encoding="utf-8").splitlines()


def test_what_is_kept_for_editors_is_nowhere(fictional: Directory) -> None:
    services = Services(fictional)
    text = orjson.dumps([services.of(record) for record in fictional.in_order]).decode()
    records = " ".join(good_records().values())
    assert [word for word in NEVER if word not in records] == []
    assert [word for word in NEVER if word in text] == []


def test_a_place_that_came_through_is_not_said(fictional: Directory, clinic: Record) -> None:
    """Should a withheld record hold a place in spite of the model."""
    assert clinic.location is not None
    slipped = clinic.location.model_copy(update={"visibility": "withheld"})
    found = with_facts(fictional, clinic, location=slipped, accessibility=("step_free",))
    service = Services(found).of(found.records[clinic.id])
    text = orjson.dumps(service).decode()
    assert [word for word in ("3 Example", "80205", '"Denver"', "39.76", "-104.95", "x_county") if word in text] == []
    assert [a["taxonomy_term"]["code"] for a in service["attributes"] if a["link_type"] == "accessibility"]


ALERT = "Ring first."


@pytest.mark.parametrize(
    ("referral", "status", "alert"),
    [
        pytest.param(None, "active", None, id="nobody has said"),
        pytest.param({"alert": ALERT}, "active", ALERT, id="a line for callers only"),
        pytest.param({"status": "open"}, "active", None, id="open"),
        pytest.param({"status": "waitlist"}, "active", "There is a waiting list.", id="waiting list"),
        pytest.param({"status": "paused"}, "temporarily closed", "Not taking new referrals. Ask first.", id="paused"),
        pytest.param(
            {"status": "paused", "until": DAY, "alert": ALERT},
            "temporarily closed",
            "Not taking new referrals until 21 November 2026. After that day, ask first. Ring first.",
            id="paused until today",
        ),
        pytest.param(
            {"status": "paused", "until": date(2026, 11, 20)},
            "active",
            "Ask first. On 20 November 2026 a notice ran out that said: paused.",
            id="a pause that has run out",
        ),
        pytest.param({"status": "closed"}, "inactive", "Closed to new referrals.", id="closed"),
        pytest.param(
            {"status": "closed", "instead": "example-legal-aid"},
            "inactive",
            "Closed to new referrals. Instead: Example Legal Aid, 303-555-0160.",
            id="where to go instead",
        ),
        pytest.param(
            {"status": "open", "until": date(2026, 11, 20)},
            "active",
            "Ask first. On 20 November 2026 a notice ran out that said: open.",
            id="an opening that has run out",
        ),
    ],
)
def test_standing(
    fictional: Directory, clinic: Record, referral: dict[str, Any] | None, status: str, alert: str | None
) -> None:
    found = with_facts(fictional, clinic, referral=Referral.model_construct(**referral) if referral else None)
    service = Services(found).of(found.records[clinic.id])
    assert (service["status"], service.get("alert")) == (status, alert)


@pytest.mark.parametrize(
    ("extension", "number", "exact"),
    [("217", 217, None), ("0", 0, None), ("0217", 217, "0217"), ("00", 0, "00")],
)
def test_extension(fictional: Directory, clinic: Record, extension: str, number: int, exact: str | None) -> None:
    phone = Phone.model_construct(number="303-555-0100", extension=extension)
    found = with_facts(fictional, clinic, phones=(phone,))
    service = Services(found).of(found.records[clinic.id])
    assert service["phones"][0]["extension"] == number
    assert service["phones"][0].get("x_extension") == exact
    assert facts_of(service)["phones"][0]["extension"] == extension


@pytest.mark.parametrize("precision", ["zip", "town"])
def test_the_middle_of_a_town_is_no_place(fictional: Directory, clinic: Record, precision: str) -> None:
    assert clinic.location is not None
    point = Point.model_construct(latitude=39.7, longitude=-104.9, precision=precision)
    found = with_facts(fictional, clinic, location=clinic.location.model_copy(update={"point": point}))
    place = Services(found).of(found.records[clinic.id])["service_at_locations"][0]["location"]
    assert "latitude" not in place
    assert "longitude" not in place
    assert place["x_point"] == {"precision": precision, "latitude": 39.7, "longitude": -104.9}


def test_an_address_that_is_not_whole_is_no_address(fictional: Directory) -> None:
    place = Services(fictional).of(fictional.records["example-youth-home"])["service_at_locations"][0]["location"]
    assert "addresses" not in place
    assert place["x_address"] == {"city": "Denver", "state_province": "CO"}


def test_an_area_that_was_assumed_says_so(fictional: Directory, clinic: Record) -> None:
    areas = Services(fictional).of(clinic)["service_areas"]
    assert [(area["name"], area["description"]) for area in areas] == [("Denver County, Colorado", ASSUMED)]


class TestSchedules:
    @pytest.mark.parametrize(
        ("hours", "rows"),
        [
            pytest.param("Mo-Fr 09:00-17:00; PH off", [("MO,TU,WE,TH,FR", "09:00:00", "17:00:00")], id="a week"),
            pytest.param(
                "Mo,We 08:30-12:00,13:00-16:00",
                [("MO,WE", "08:30:00", "12:00:00"), ("MO,WE", "13:00:00", "16:00:00")],
                id="a break",
            ),
            pytest.param(
                "Mo 09:00-17:00; Tu 10:00-17:00",
                [("MO", "09:00:00", "17:00:00"), ("TU", "10:00:00", "17:00:00")],
                id="two days",
            ),
            pytest.param("24/7", [], id="day and night"),
            pytest.param("Fr 22:00-06:00", [], id="over night"),
            pytest.param("Mo[1] 09:00-12:00", [], id="once a month"),
            pytest.param('Mo 09:00-17:00 "by appointment"', [], id="by appointment"),
            pytest.param("Mo-Fr 09:00-17:00; Jul off", [], id="a season"),
        ],
    )
    def test_rows(self, hours: str, rows: list[tuple[str, str, str]]) -> None:
        found = list(schedule_rows({"opening_hours": hours, "description": "By the side door."}, 1, "America/Denver"))
        assert [(r["byday"], r["opens_at"], r["closes_at"]) for r in found if "freq" in r] == rows
        assert {r["x_opening_hours"] for r in found} == {hours}
        assert all(r["notes"] and r["description"] == "By the side door." for r in found)
        assert all(r["timezone"] == -7 for r in found if "freq" in r)

    def test_a_time_is_not_said_without_its_zone(self) -> None:
        """Readers of the specification would take it for UTC."""
        (row,) = schedule_rows({"opening_hours": "Mo 09:00-17:00"}, 1, None)
        assert row["notes"] == "Monday, 9 am to 5 pm"
        assert not row.keys() & {"opens_at", "closes_at", "byday", "freq", "timezone"}

    @pytest.mark.parametrize(
        ("zone", "hours"), [("America/Denver", -7), ("America/Puerto_Rico", -4), ("Pacific/Guam", 10)]
    )
    def test_offsets_are_those_of_standard_time(self, zone: str, hours: float) -> None:
        assert standard_offset(zone) == hours

    def test_of_a_record(self, fictional: Directory, clinic: Record) -> None:
        entries = (
            Schedule.model_construct(purpose="opening", opening_hours="Mo,Tu 09:00-12:00"),
            Schedule.model_construct(purpose="intake", description="By telephone."),
        )
        found = with_facts(fictional, clinic, schedules=entries)
        service = Services(found).of(found.records[clinic.id])
        assert [row["x_timezone"] for row in service["schedules"] if "freq" in row] == ["America/Denver"]
        assert facts_of(service)["schedules"] == [
            {"opening_hours": "Mo,Tu 09:00-12:00"},
            {"purpose": "intake", "description": "By telephone."},
        ]


class TestIds:
    def test_are_uuids_of_names_in_our_namespace(self) -> None:
        assert uuid.uuid5(uuid.NAMESPACE_URL, NAMESPACE_NAME) == NAMESPACE
        for name in ("example-house", "example-house/phones/voice/303-555-0100//", "Mayagüez"):
            assert identifier(name) == str(uuid.uuid5(NAMESPACE, name))

    def test_stay_when_the_site_moves(self, fictional: Directory) -> None:
        here, there = Services(fictional, "https://www.example.org/"), Services(fictional)
        for record in fictional.in_order:
            ids = [value for path, value in values(here.of(record)) if path.endswith("/id")]
            assert ids == [value for path, value in values(there.of(record)) if path.endswith("/id")]

    def test_stay_when_a_list_is_put_in_another_order(self, fictional: Directory) -> None:
        record = fictional.records["example-house-mesa"]
        lists = ("phones", "contacts", "schedules", "services", "languages", "required_documents", "kinds", "accepts")
        turned = {name: tuple(reversed(getattr(record, name))) for name in lists if getattr(record, name)}
        found = with_facts(fictional, record, **turned)
        before, after = (dict_of_ids(Services(each).of(each.records[record.id])) for each in (fictional, found))
        assert before == after


def dict_of_ids(service: Mapping[str, Any]) -> set[tuple[str, str]]:
    return {(path, value) for path, value in values(service) if path.endswith("/id")}


@REAL
def test_no_street_of_the_publishers_lists_comes_back(real: Directory) -> None:
    """The streets of clinics that we withhold stand in the publisher's table only: SOURCE_TABLES names its folder."""
    folder = os.environ.get("SOURCE_TABLES")
    if not folder:
        pytest.skip("SOURCE_TABLES names no folder of the publishers' tables")
    with (Path(folder) / "hrsa_health_center_sites.csv").open(encoding="utf-8", newline="") as stream:
        rows = {row["bphc_id"]: row for row in csv.DictReader(stream)}
    services = Services(real)
    seen = 0
    for record in real.in_order:
        place = record.location
        if place is None or place.visibility != "withheld":
            continue
        text = orjson.dumps(services.of(record)).decode().casefold()
        for number in record.registry("hrsa_bphc"):
            row = rows[number]
            told = [row[name].casefold() for name in ("street", "lat", "lon") if len(row[name]) > 5]
            assert [value for value in told if value in text] == [], record.id
            seen += 1
    assert seen > 300
