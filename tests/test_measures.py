"""Numbers of regions: entries, needs met, beds. What is not known is no number, and never 0."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from resource_directory.directory import Directory, Settings
from resource_directory.loading import load_directory
from resource_directory.measures import (
    MEASURES,
    NOT_OF_PEOPLE,
    RegionNumbers,
    national_measures,
    need_letters,
    needs_of_people,
    numbers_of,
    region_numbers,
)
from resource_directory.model import Beds, ContinuumOfCare, CountyShare, RegistryId
from resource_directory.pages import Renderer
from resource_directory.pages.list_pages import map_document
from resource_directory.pages.places_pages import region_documents
from support import DAY, ROOT, good_records, make_repository


@pytest.fixture(scope="module")
def fictional(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    """The fictional records."""
    return load_directory(make_repository(tmp_path_factory.mktemp("measures"), good_records()), Settings("x"), DAY)


@pytest.fixture(scope="module")
def real() -> Directory:
    """The repository's own records."""
    return load_directory(ROOT, Settings("x"), DAY, cached=True)


def changed(directory: Directory, **fields: Any) -> RegionNumbers:
    """The numbers of the fictional region, changed so."""
    region = directory.regions["CO-990"].model_copy(update=fields)
    assert isinstance(region, ContinuumOfCare)
    return numbers_of(replace(directory, records={**directory.records, region.id: region}), region)


def test_numbers_of_the_fictional_region(fictional: Directory) -> None:
    found = numbers_of(fictional, fictional.regions["CO-990"])
    serving = [r.id for r in fictional.records.values() if {"08031", "08111"} & set(fictional.counties_served(r))]
    assert found.records == len(serving) > 5
    assert (found.beds, found.year) == (15, 2024)
    # 97.5 per cent of Denver, and all of San Juan County, which no other region has.
    people = [fictional.places.counties[fips].population or 0 for fips in ("08031", "08111")]
    assert found.people == round(people[0] * 0.975 + people[1])
    assert found.beds_rate == round(15 / found.people * 10_000, 1)


BEDS: Mapping[str, tuple[dict[str, int], int | None]] = {
    "all three": ({"emergency": 1, "transitional": 2, "safe_haven": 3}, 6),
    "none of them, counted": ({"emergency": 0, "transitional": 0, "safe_haven": 0}, 0),
    "one unknown": ({"emergency": 1, "transitional": 2}, None),
    "only who they are for": ({"domestic_violence": 4, "youth": 5}, None),
}


@pytest.mark.parametrize("name", BEDS)
def test_a_sum_with_a_part_unknown_is_unknown(fictional: Directory, name: str) -> None:
    parts, wanted = BEDS[name]
    found = changed(fictional, beds=Beds(year=2024, **parts))
    assert found.beds == wanted
    assert (found.beds_rate is None) == (wanted is None)


def test_no_count_is_no_number(fictional: Directory) -> None:
    found = changed(fictional, beds=None)
    assert (found.beds, found.year, found.beds_rate) == (None, None, None)


SHARES: Mapping[str, tuple[list[dict[str, Any]], bool]] = {
    "given": ([{"fips": "08031", "share": "50"}], True),
    "not given, no other region there": ([{"fips": "08031"}], True),
    "people not known": ([{"fips": "08031", "share": "50"}, {"fips": "66010", "share": "100"}], False),
}


@pytest.mark.parametrize("name", SHARES)
def test_people_are_known_or_not(fictional: Directory, name: str) -> None:
    shares, known = SHARES[name]
    found = changed(fictional, counties=tuple(CountyShare(**share) for share in shares))
    assert (found.people is not None) == known == (found.beds_rate is not None)


def test_a_share_that_two_regions_leave_open_is_not_known(fictional: Directory) -> None:
    region = fictional.regions["CO-990"].model_copy(update={"counties": (CountyShare(fips="08031", share=None),)})
    number = RegistryId.model_construct(registry="hud_coc", id="CO-991")
    other = region.model_copy(update={"id": "coc-co-991", "registry_ids": (number,)})
    both = {**fictional.records, region.id: region, other.id: other}
    paths = {**fictional.paths, other.id: fictional.paths[region.id]}
    assert numbers_of(replace(fictional, records=both, paths=paths), region).people is None


def test_needs_are_those_that_a_listed_record_says_it_meets(fictional: Directory, real: Directory) -> None:
    for directory in (fictional, real):
        known = {need.code: {*(s.code for s in need.services), *need.also} for need in needs_of_people(directory)}
        assert not NOT_OF_PEOPLE & known.keys() and directory.vocabulary.needs.keys() >= NOT_OF_PEOPLE
        for found in region_numbers(directory):
            fips = {share.fips for share in found.region.counties}
            said = {
                code
                for county in fips
                for record in directory.serving_county.get(county, ())
                for code in record.services or ()
            }
            assert [n.code for n in found.needs] == [code for code, meets in known.items() if meets & said]


def test_a_region_s_page_counts_the_same_entries(fictional: Directory) -> None:
    renderer = Renderer(fictional, ROOT / "overrides/directory")
    (page,) = region_documents(renderer, "co")
    assert (
        f"{numbers_of(fictional, fictional.regions['CO-990']).records} organizations or offices serve" in page.html
        or (
            f"{numbers_of(fictional, fictional.regions['CO-990']).records} organizations and offices serve" in page.html
        )
    )


def test_classes_are_five_and_in_order(real: Directory) -> None:
    told = national_measures(real)
    assert [measure.code for measure in MEASURES] == ["records", "needs", "beds"] == list(told["classes"])
    for measure in MEASURES:
        assert list(measure.breaks) == sorted(set(measure.breaks)) and len(measure.breaks) == 4
        column = {"records": 0, "needs": 1, "beds": 3}[measure.code]
        values = [row[column] for row in told["regions"].values() if row[column] is not None]
        used = {sum(value >= least for least in measure.breaks) for value in values}
        assert len(used) >= 4, f"{measure.code}: a map of one colour says nothing"


def test_the_map_s_file_says_what_the_records_say(real: Directory) -> None:
    told = national_measures(real)
    assert told["regions"].keys() == real.regions.keys()
    assert told["needs"] == len(real.vocabulary.needs) - 1
    unknown = {code for code, row in told["regions"].items() if row[3] is None}
    assert {"GU-500", "MP-500"} <= unknown and len(unknown) < 20
    for code, (records, needs, beds, rate, year, people) in told["regions"].items():
        assert records > 0 and 0 < needs <= told["needs"], code
        known = real.regions[code].beds
        assert (beds is None) == (known is None) == (year is None), code
        assert rate is None or (people > 0 and rate == round(beds / people * 10_000, 1)), code


def test_the_page_of_the_map_says_the_same_in_a_table(real: Directory) -> None:
    """For readers without scripts: every region by its state, what is not known in words."""
    html = map_document(Renderer(real, ROOT / "overrides/directory")).html
    rows = re.findall(r"<tr><th scope=row><a href=\.\./regions/([\w-]+)/>.*?</th>((?:<td>.*?</td>)+)</tr>", html)
    found = {code.upper(): re.findall(r"<td>(.*?)</td>", cells) for code, cells in rows}
    assert len(rows) == len(found) == len(real.regions)
    for numbers in region_numbers(real):
        beds = f"{numbers.beds:,}" if numbers.beds is not None else "not known"
        rate = f"{numbers.beds_rate:,}" if numbers.beds_rate is not None else "not known"
        wanted = [f"{numbers.records:,}", str(len(numbers.needs)), beds, rate]
        assert found[numbers.region.coc_number] == wanted
    assert "not free tonight" in html
    assert html.count("<th scope=rowgroup") == len({number[:2] for number in real.regions})


def test_letters_tell_needs(fictional: Directory) -> None:
    order = list(fictional.vocabulary.needs)
    assert len(order) <= 26
    for record in fictional.records.values():
        found = [order["abcdefghijklmnopqrstuvwxyz".index(letter)] for letter in need_letters(fictional, record)]
        assert found == [need.code for need in fictional.needs_met(record)]
