"""Real data checked against itself: each kind of doubt on made records, and a pass over all real ones."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import audit as command
from resource_directory.auditing import CHECKS, TITLES, Audited, Doubt, audit, place_of_area_code, report, why_wrong
from resource_directory.loading import Sources
from resource_directory.model import Record, record_class
from resource_directory.reading import find_files, read_all
from support import DAY, ROOT

DENVER = {"latitude": "39.7392", "longitude": "-104.9847", "precision": "street", "source": "test"}


@pytest.fixture(scope="module")
def made(sources: Sources) -> Any:
    """A maker of records: `made(id, type="legal_aid", **fields)` gives its path and the record."""

    def make(identifier: str, type: str = "health_center", state: str = "co", **fields: Any) -> tuple[str, Record]:
        data = {
            "id": identifier, "type": type, "name": identifier.replace("-", " ").title(),
            "service_area": {"counties": ["08031"]}, "source": {"publisher": "Test", "retrieved": "2026-07-19"},
        } | fields  # fmt: skip
        context = {"vocabulary": sources.vocabulary, "today": DAY}
        record = record_class(type).model_validate(data, context=context)
        return f"data/resources/{state}/{type}/{identifier}.yml", record

    return make


def doubts(sources: Sources, *records: tuple[str, Record]) -> list[tuple[str, str]]:
    found = audit(Audited(dict(records), sources.places, sources.shapes))
    return [(doubt.check, Path(doubt.path).stem) for doubt in found]


def place(county: str = "08031", **changes: Any) -> dict[str, Any]:
    address = {"address_1": "1 Main St", "city": "Denver", "state_province": "CO", "postal_code": "80203"}
    address |= changes.pop("address", {})
    return {"visibility": "public", "address": address, "county": county, "point": DENVER, **changes}


def phones(*numbers: str) -> list[dict[str, str]]:
    return [{"number": number} for number in numbers]


@pytest.mark.parametrize(
    ("location", "check"),
    [
        (place(), None),
        (place("08059", address={"city": "Nowhere"}), "point_outside_county"),
        (place(address={"postal_code": "99999", "state_province": "AK"}, county="02020"), "point_outside_county"),
        (place("08069", address={"city": "Pueblo", "postal_code": "81003"}, point=None), "town_elsewhere"),
        (place("08069", address={"city": "Nowhere", "postal_code": "81003"}, point=None), None),
        (place(address={"postal_code": "66299"}), "zip_of_other_state"),
        ({"visibility": "withheld"}, None),
    ],
)
def test_places(sources: Sources, made: Any, location: Mapping[str, Any], check: str | None) -> None:
    given = {name: value for name, value in location.items() if value is not None}
    assert doubts(sources, made("alder-clinic", location=given)) == ([(check, "alder-clinic")] if check else [])


@pytest.mark.parametrize(
    ("number", "check"),
    [
        ("303-629-1667", None),
        ("800-799-7233", None),
        ("303-555-0100", None),
        ("307-777-7000", "area_code_of_neighbour"),
        ("212-639-9675", "area_code_of_other_state"),
        ("787-765-2929", "area_code_of_other_state"),
        ("988", None),
    ],
)
def test_area_codes(sources: Sources, made: Any, number: str, check: str | None) -> None:
    found = doubts(sources, made("alder-clinic", phones=phones(number)))
    assert found == ([(check, "alder-clinic")] if check else [])


@pytest.mark.parametrize(
    ("code", "place"),
    [("303", "Colorado"), ("212", "NY"), ("800", None), ("787", "PR"), ("671", "GU"), ("340", "VI"), ("999", None)],
)
def test_place_of_area_code(code: str, place: str | None) -> None:
    assert place_of_area_code(code) == place


@pytest.mark.parametrize(
    ("other", "shared"),
    [
        ({"identifier": "birch-house", "type": "legal_aid"}, True),
        ({"identifier": "alder-clinic-north", "type": "legal_aid"}, False),
        ({"identifier": "birch-house", "type": "legal_aid", "url": "https://alder.test.com/x"}, False),
        ({"identifier": "birch-house", "type": "legal_aid", "organization": "alder-clinic"}, False),
        ({"identifier": "birch-house", "type": "health_center"}, False),
    ],
)
def test_numbers_shared(sources: Sources, made: Any, other: dict[str, Any], shared: bool) -> None:
    one = made("alder-clinic", phones=phones("303-629-1667"), url="https://www.alder.test.com")
    two = made(other.pop("identifier"), other.pop("type"), phones=phones("303-629-1667"), **other)
    found = [check for check, _ in doubts(sources, one, two) if check == "number_shared"]
    assert found == (["number_shared"] if shared else [])


@pytest.mark.parametrize("visibility", ["public", "withheld"])
def test_places_beside_hidden_ones(sources: Sources, made: Any, visibility: str) -> None:
    hidden = made(
        "birch-house", "domestic_violence", phones=phones("303-629-1667"), location={"visibility": "withheld"}
    )
    location = place() if visibility == "public" else {"visibility": "withheld"}
    one = made("alder-youth", "runaway_homeless_youth", phones=phones("303-629-1667"), location=location)
    found = [found for found in doubts(sources, one, hidden) if found[0] == "beside_hidden"]
    assert found == ([("beside_hidden", "alder-youth")] if visibility == "public" else [])


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("https://www.alder.org/help", None),
        ("https://ww.alder.org", "mistyped"),
        ("https://www.www.alder.org", "mistyped"),
        ("https://alder.ogr", "mistyped"),
        ("https://http.alder.org", "mistyped"),
        ("https://alder.org/http://alder.org", "mistyped"),
        ("https://alder.org/info@alder.org", "e-mail"),
        ("https://bit.ly/abc", "shortened"),
        ("https://www.example.org", "no place"),
        ("https://www.alder", "no place"),
        ("https://10.0.0.1/x", "a number"),
    ],
)
def test_web_addresses(url: str, wrong: str | None) -> None:
    why = why_wrong(url)
    assert why is None if wrong is None else why is not None and wrong in why


@pytest.mark.parametrize(
    ("name", "street", "double"),
    [
        ("Alder Clinics", "1 Main Street", True),
        ("Alder Clinic Dental", "1 Main Street", False),
        ("Alder Clinic 2", "1 Main Street", False),
        ("Alder Clinic", "9 Far Road", False),
        ("Birch Center", "1 Main Street", False),
    ],
)
def test_doubles(sources: Sources, made: Any, name: str, street: str, double: bool) -> None:
    one = made("alder-clinic", location=place())
    two = made("other", name=name, location=place(address={"address_1": street}))
    assert (("double", "alder-clinic") in doubts(sources, one, two)) is double


def test_every_check_has_its_title_and_says_what_it_is() -> None:
    assert all(check.__doc__ for check in CHECKS)
    assert len(set(TITLES.values())) == len(TITLES)


def test_the_page_holds_counts_only() -> None:
    text = report([Doubt("double", "data/resources/co/x/hidden.yml", "secret")], {"point left out": 1234}, 5)
    assert "| Entries that may be the same organization | 1 |" in text and "| Point left out | 1,234 |" in text
    assert "hidden" not in text and "secret" not in text
    assert all(title in text for title in TITLES.values())


def test_all_real_records_and_the_page(sources: Sources) -> None:
    """Every doubt names a record, none a place of a withheld one; the page is the one that was written."""
    read = read_all(ROOT, find_files(ROOT), sources.vocabulary, DAY)
    found = audit(Audited(read.records, sources.places, sources.shapes))
    assert {doubt.path for doubt in found} <= set(read.records)
    assert {doubt.check for doubt in found} <= set(TITLES)
    places = {"point_outside_county", "zip_of_other_state", "town_elsewhere"}
    for doubt in found:
        place = read.records[doubt.path].location
        assert doubt.check not in places or (place is not None and place.visibility == "public")
    assert not [doubt for doubt in found if doubt.check == "web_address"]


def test_the_command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert command.main(["--counts"]) == 2
    monkeypatch.chdir(ROOT)
    assert command.main(["--state", "co", "--check", "double"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert all(line.startswith("data/resources/co/") and ": double " in line for line in lines)
