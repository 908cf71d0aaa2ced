"""What is missing where: three values that are never mixed, distances, files, what changed, and what an edit touches."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gaps as gaps_script
from resource_directory.changes import Known, changes
from resource_directory.directory import Directory, Settings
from resource_directory.ellipsoid import miles_between
from resource_directory.gap_changes import agenda, compare
from resource_directory.gap_files import COLUMNS, BadGapFile, GapFiles, GapRow, gap_table, read_gap_table
from resource_directory.gaps import NONE_KNOWN, NOT_ASKED, SERVED, Gap, Gaps, People, county_gaps, tallies
from resource_directory.loading import Sources, load_directory
from resource_directory.model import Record, record_class
from resource_directory.pages import Renderer
from resource_directory.pages.gap_pages import nation_documents, state_documents
from resource_directory.places import County, Places
from resource_directory.placing import placings
from resource_directory.words import miles
from support import DAY, EPOCH, ROOT, good_records, make_repository
from test_building import directory_of, edits

DENVER, MESA, CHEYENNE, WELD, LARAMIE = "08031", "08077", "08017", "08123", "56021"
SOURCE = {"publisher": "Example publisher", "url": "https://www.example.org/", "retrieved": "2026-07-19"}
PUBLIC = {"visibility": "public", "county": DENVER, "point": {"latitude": "39.74", "longitude": "-104.98"}}


def record(sources: Sources, kind: str, name: str, **fields: Any) -> Record:
    """A fictional record; `counties`, `states` and `assumed` stand for its area."""
    parts = () if kind == "continuum_of_care" else ("counties", "states", "regions", "assumed", "nationwide")
    area = {key: fields.pop(key) for key in parts if key in fields}
    data = {"id": name, "type": kind, "name": f"Example {name}", "source": SOURCE, **fields}
    if area:
        data["service_area"] = area
    context = {"vocabulary": sources.vocabulary, "today": DAY}
    return record_class(kind).model_validate(data, context=context)


def small(sources: Sources, *records: Record, keepers: Mapping[str, str] | None = None) -> Gaps:
    """Gaps of a directory that keeps these records in Colorado, but for those that `keepers` names, and shows Wyoming
    too."""
    state = {r.id: (keepers or {}).get(r.id, "us" if r.service_area and r.service_area.nationwide else "co")
             for r in records}  # fmt: skip
    paths = {r.id: f"data/resources/{state[r.id]}/{r.type}/{r.id}.yml" for r in records}
    found = directory_of({r.id: r for r in records}, paths, sources)
    return Gaps(replace(found, states=("co", "wy")))


def told(gaps: Gaps, fips: str, need: str) -> Gap:
    """The gap of a county and need."""
    return next(g for g in gaps.of_county(gaps.directory.places.counties[fips]) if g.need.code == need)


def clinic(sources: Sources, name: str = "clinic", **fields: Any) -> Record:
    return record(sources, "health_center", name, **{"services": ["primary_care"], "counties": [DENVER], **fields})


def lawyer(sources: Sources, name: str = "lawyer", **fields: Any) -> Record:
    return record(sources, "legal_aid", name, **{"services": ["civil_legal_aid"], **fields})


def values(gaps: Gaps, need: str, *counties: str) -> list[str]:
    return [told(gaps, fips, need).value for fips in counties]


# The three values.


def test_listed_for_the_county_is_served_and_the_rest_of_the_state_is_known_to_lack_it(sources: Sources) -> None:
    gaps = small(sources, clinic(sources))
    assert values(gaps, "health", DENVER, MESA, CHEYENNE) == [SERVED, NONE_KNOWN, NONE_KNOWN]
    assert [told(gaps, fips, "health").records for fips in (DENVER, MESA)] == [1, 0]


def test_a_need_of_which_no_list_tells_is_not_asked(sources: Sources) -> None:
    gaps = small(sources, clinic(sources))
    assert values(gaps, "legal", DENVER, MESA) == [NOT_ASKED, NOT_ASKED]
    assert values(gaps, "health", LARAMIE) == [NOT_ASKED], "the lists of another state tell nothing of this one"


def test_a_neighbour_s_entry_tells_of_the_county_it_names_only(sources: Sources) -> None:
    gaps = small(sources, clinic(sources, counties=[LARAMIE, WELD]), keepers={"clinic": "wy"})
    assert values(gaps, "health", WELD, DENVER, LARAMIE) == [SERVED, NOT_ASKED, SERVED]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"states": ["co"]}, [SERVED, SERVED]),
        ({"states": ["co"], "assumed": "yes"}, [NOT_ASKED, NOT_ASKED]),
        ({"states": ["co"], "assumed": "yes", "location": PUBLIC}, [SERVED, NOT_ASKED]),
        ({"counties": [DENVER], "assumed": "yes"}, [SERVED, NONE_KNOWN]),
        ({"counties": [MESA], "location": PUBLIC}, [NONE_KNOWN, SERVED]),
        ({"nationwide": "yes"}, [SERVED, SERVED]),
    ],
    ids=["whole state", "state assumed", "state assumed, stands in Denver", "county assumed", "stands elsewhere", "us"],
)
def test_areas(sources: Sources, fields: dict[str, Any], expected: list[str]) -> None:
    gaps = small(sources, lawyer(sources, **fields))
    assert values(gaps, "legal", DENVER, MESA) == expected


def test_a_town_stands_in_its_county(sources: Sources) -> None:
    place = {"visibility": "public", "address": {"city": "Denver", "state_province": "CO"}}
    home = record(sources, "runaway_homeless_youth", "home", services=["emergency_youth_shelter"], states=["co"],
                  assumed="yes", location=place)  # fmt: skip
    gaps = small(sources, home)
    for need in ("young_people", "safe_place"):
        assert values(gaps, need, DENVER, MESA) == [SERVED, NOT_ASKED], need


def region(sources: Sources, *counties: tuple[str, str | None], services: Iterable[str] = ()) -> Record:
    shares = [{"fips": fips, **({"share": share} if share else {})} for fips, share in counties]
    return record(
        sources, "continuum_of_care", "coc-co-990", registry_ids=[{"registry": "hud_coc", "id": "CO-990"}],
        counties=shares, **({"services": list(services)} if services else {}),
    )  # fmt: skip


def test_a_region_serves_its_counties_and_so_does_who_names_it(sources: Sources) -> None:
    own = region(sources, (DENVER, "97.5"), (MESA, None), services=["coordinated_entry"])
    gaps = small(sources, own, lawyer(sources, regions=["CO-990"]))
    for need in ("housing", "legal"):
        assert values(gaps, need, DENVER, MESA, CHEYENNE) == [SERVED, SERVED, NONE_KNOWN], need


def test_an_entry_without_services_leaves_open_what_others_of_its_type_do(sources: Sources) -> None:
    silent = record(sources, "health_center", "silent", counties=[MESA])
    gaps = small(sources, clinic(sources), silent, lawyer(sources, counties=[DENVER]))
    assert values(gaps, "health", DENVER, MESA, CHEYENNE) == [SERVED, NOT_ASKED, NONE_KNOWN]
    assert values(gaps, "legal", DENVER, MESA) == [SERVED, NONE_KNOWN], "no clinic here is told to give legal help"


def test_a_type_that_is_to_be_asked_leaves_the_need_open(sources: Sources) -> None:
    house = record(sources, "domestic_violence", "house", counties=[DENVER], services=["emergency_shelter"])
    talks = record(sources, "domestic_violence", "talks", counties=[MESA], services=["crisis_line"])
    gaps = small(sources, house, talks)
    assert values(gaps, "safe_place", DENVER, MESA, CHEYENNE) == [SERVED, NOT_ASKED, NONE_KNOWN]
    wide = record(sources, "domestic_violence", "wide", states=["co"], assumed="yes", services=["crisis_line"])
    assert values(small(sources, house, wide), "safe_place", DENVER, CHEYENNE) == [SERVED, NOT_ASKED]


def test_a_coalition_introduces_programs_and_leaves_nothing_open(sources: Sources) -> None:
    house = record(sources, "domestic_violence", "house", counties=[DENVER], services=["emergency_shelter"])
    fields: dict[str, Any] = {"states": ["co"], "services": ["training_and_referral"]}
    coalition = record(sources, "domestic_violence", "coalition", kinds=["coalition"], **fields)
    assert values(small(sources, house, coalition), "safe_place", DENVER, MESA) == [SERVED, NONE_KNOWN]
    program = record(sources, "domestic_violence", "program", **fields)
    assert values(small(sources, house, program), "safe_place", DENVER, MESA) == [SERVED, NOT_ASKED]


def test_needs_of_programs_are_no_needs_of_people(sources: Sources) -> None:
    gaps = small(sources)
    assert "partners" in sources.vocabulary.needs and "partners" not in {need.code for need in gaps.needs}
    assert len(gaps.needs) == len(sources.vocabulary.needs) - 1


def test_lines_for_the_whole_country_serve_every_county_and_that_is_said_once(sources: Sources) -> None:
    line = record(sources, "hotline", "line", nationwide="yes", services=["crisis_line"])
    gaps = small(sources, line)
    assert [need.code for need in gaps.everywhere] == ["talk_now"]
    assert values(gaps, "talk_now", DENVER, LARAMIE) == [SERVED, SERVED]
    page = next(state_documents(Renderer(gaps.directory, ROOT / "overrides/directory"), "co"))
    assert "Served everywhere, by entries for the whole country: Someone to talk to now." in page.html
    assert 'data-need="talk_now"' not in page.html


def test_a_closed_or_paused_entry_is_an_entry(sources: Sources) -> None:
    gaps = small(sources, clinic(sources, referral={"status": "closed"}))
    assert values(gaps, "health", DENVER) == [SERVED]


def test_unknown_is_counted_as_neither(sources: Sources) -> None:
    gaps = small(sources, clinic(sources), lawyer(sources, states=["co"], assumed="yes"))
    rows = list(gaps.in_state("co"))
    at = [need.code for need in gaps.needs].index("legal")
    found = {t.value: t.counties for t in tallies((c.population, 1, row[at].value) for c, row in rows)}
    assert found == {SERVED: 0, NONE_KNOWN: 0, NOT_ASKED: len(rows)} and len(rows) == 64


def test_the_short_list_of_a_county_names_what_is_not_served_the_known_gaps_first(sources: Sources) -> None:
    gaps = small(sources, clinic(sources), lawyer(sources, states=["co"]))
    found = county_gaps(gaps, sources.places.counties[MESA])
    assert found[0].need.code == "health" and found[0].value == NONE_KNOWN
    assert {gap.value for gap in found[1:]} == {NOT_ASKED} and "legal" not in {gap.need.code for gap in found}


def test_other_languages_say_the_same_numbers(sources: Sources) -> None:
    gaps = small(sources, clinic(sources))
    other = gaps.said_by(replace(gaps.directory))
    assert gaps.of_state("co") is other.of_state("co")
    assert [gap[1:] for gap in other.of_county(sources.places.counties[MESA])] == [
        gap[1:] for gap in gaps.of_county(sources.places.counties[MESA])
    ]


# Distances.


def test_distances_are_those_of_the_geodesic() -> None:
    chance = random.Random(4)
    ends = [(chance.uniform(-60, 70), chance.uniform(-180, 180)) for _ in range(400)]
    starts = [(chance.uniform(-60, 70), chance.uniform(-180, 180)) for _ in range(390)]
    starts += [(0.0, 10.0), ends[391], (12.0, 13.0), (-0.3, 0.0), (90.0, 0.0), (0.0, 0.0), (13.4, 144.8)]
    ends[390], ends[393], ends[395] = (0.0, -60.0), (0.2, 179.7), (0.0, 180.0)
    starts += ends[397:]
    found = miles_between(np.array(starts), np.array(ends))
    for start, end, distance in zip(starts, ends, found, strict=True):
        assert distance == pytest.approx(miles(start, end), abs=1e-6), (start, end)


def test_the_nearest_place_is_the_nearest(sources: Sources) -> None:
    chance = random.Random(7)
    spots = [(round(chance.uniform(36, 42), 4), round(chance.uniform(-110, -101), 4)) for _ in range(60)]
    clinics = [
        clinic(
            sources, f"clinic-{index}",
            location={**PUBLIC, "point": {"latitude": str(latitude), "longitude": str(longitude)}},
        )
        for index, (latitude, longitude) in enumerate(spots)
    ]  # fmt: skip
    gaps = small(sources, *clinics)
    for county, row in (*gaps.in_state("co"), *gaps.in_state("wy")):
        wanted = min(miles((county.latitude, county.longitude), spot) for spot in spots)
        found = {gap.need.code: gap.miles for gap in row}
        assert found["health"] == pytest.approx(wanted, abs=0.051), county.fips
        assert found["legal"] is None


def test_withheld_places_serve_their_area_and_are_never_measured(sources: Sources) -> None:
    hidden = clinic(sources, counties=[MESA], location={"visibility": "withheld"})
    gaps = small(sources, hidden)
    assert told(gaps, MESA, "health")[1:] == (SERVED, 1, None)
    assert all(gap.miles is None for _, row in gaps.in_state("co") for gap in row)
    both = small(sources, hidden, clinic(sources, "open", location=PUBLIC))
    middle = sources.places.counties[MESA]
    expected = miles((middle.latitude, middle.longitude), (39.74, -104.98))
    assert told(both, MESA, "health").miles == pytest.approx(expected, abs=0.051)


# People.


@pytest.mark.parametrize(
    ("cells", "people", "known"),
    [
        ([(100, 1.0, SERVED), (50, 0.5, SERVED)], People(125, 0), True),
        ([(None, 1.0, SERVED)], People(0, 1), False),
        ([(None, 1.0, SERVED), (7, 1.0, SERVED)], People(7, 1), True),
        ([(9, 1.0, NONE_KNOWN)], People(0, 0), True),
    ],
    ids=["weighted", "not known", "partly known", "nobody there"],
)
def test_people(cells: list[tuple[int | None, float, str]], people: People, known: bool) -> None:
    served = tallies(cells)[0]
    assert (served.value, served.people, served.people.known) == (SERVED, people, known)


def test_people_whom_nobody_counted_are_not_none(sources: Sources) -> None:
    line = lawyer(sources, states=["gu"])
    path = {line.id: "data/resources/gu/legal_aid/lawyer.yml"}
    directory = replace(directory_of({line.id: line}, path, sources), states=("gu",))
    page = next(state_documents(Renderer(directory, ROOT / "overrides/directory"), "gu"))
    assert "1 county, people not known." in page.html
    assert re.search(r"data-counties=1>[^/]*</b> 1<br><span class=rd-quiet>not known</span>", page.html)
    assert ",,0,," not in gap_table(Gaps(directory), ["gu"]) and ",served,1,,," in gap_table(Gaps(directory), ["gu"])


# Pages.


def test_a_region_s_row_sums_its_counties_with_shares(sources: Sources) -> None:
    own = region(sources, (DENVER, "97.5"), (MESA, "10"))
    gaps = small(sources, own, clinic(sources))
    renderer = Renderer(gaps.directory, ROOT / "overrides/directory")
    page = next(state_documents(renderer, "co"))
    denver, mesa = (sources.places.counties[fips].population or 0 for fips in (DENVER, MESA))
    row = re.search(r"coc_number|<tr><th scope=row><a href=[^>]*regions/co-990/>.*?</tr>", page.html, re.DOTALL)
    assert row is not None
    cells = re.findall(r"data-value=(\w+) data-counties=(\d+) data-people=(\d+)", row[0])
    assert cells == [
        ("served", "1", str(round(denver * 0.975))), ("none_known", "1", str(round(mesa * 0.1))),
        ("not_asked", "0", "0"),
    ]  # fmt: skip


def test_the_pages_say_the_numbers_of_the_file(sources: Sources) -> None:
    gaps = small(sources, clinic(sources, location=PUBLIC), lawyer(sources, counties=[MESA]))
    renderer = Renderer(gaps.directory, ROOT / "overrides/directory")
    state = next(state_documents(renderer, "co"))
    assert state.title == "Gaps in Colorado"
    rows = read_gap_table(gap_table(gaps, ["co"]).encode())
    heads = re.findall(r"<th scope=col data-need=(\w+)", state.html)
    assert heads == ["legal", "health"]
    drawn = dict(re.findall(r"<tr data-fips=(\d+)>(.*?)</tr>", state.html, re.DOTALL))
    assert len(drawn) == 64
    for fips, html in drawn.items():
        assert re.findall(r"data-value=(\w+)", html) == [rows[fips, need].value for need in heads]
    largest = re.search(r"None known in 63 counties.*?<tbody>(.*?)</tbody>", state.html, re.DOTALL)
    assert largest is not None
    names = re.findall(r"<a[^>]*>([^<]*)</a>", largest[1])
    counties = [c for c in sources.places.counties_of_state["CO"] if c.fips != MESA]
    assert names == [c.full_name for c in sorted(counties, key=lambda c: -(c.population or 0))]
    nation = next(nation_documents(renderer))
    assert nation.title == "What is missing"
    colorado = re.search(r"data-need=health>.*?<tr data-state=CO>(.*?)</tr>", nation.html, re.DOTALL)
    assert colorado is not None
    assert re.findall(r"data-counties=(\d+)", colorado[1]) == ["1", "63", "0"]
    assert state.shown == nation.shown == frozenset(), "pages of gaps show no entry"


# Files.


def test_a_file_has_a_row_a_county_and_need_and_is_read_as_it_was_written(sources: Sources) -> None:
    gaps = small(sources, clinic(sources, location=PUBLIC), region(sources, (DENVER, None)))
    address, text = GapFiles(gaps).nation()
    assert address == "gaps/nation.csv" and GapFiles(gaps).of_state("co")[0] == "gaps/co.csv"
    lines = text.splitlines()
    assert lines[0] == ",".join(COLUMNS) and len(lines) == 1 + (64 + 23) * len(gaps.needs)
    people = sources.places.counties[DENVER].population
    near = told(gaps, DENVER, "health").miles
    assert f"CO,{DENVER},Denver County,CO-990,health,served,1,{people},{near},2026-11-21" in lines
    read = read_gap_table(text.encode())
    for county, row in gaps.in_state("co"):
        for gap in row:
            expected = GapRow("CO", gap.value, gap.records, gap.miles, "2026-11-21")
            assert read[county.fips, gap.need.code] == expected


GOOD = "CO,08031,Denver County,CO-503,health,served,3,700000,1.2,2026-01-01"
HEAD = ",".join(COLUMNS)


def test_what_a_spreadsheet_does_to_a_file_is_borne() -> None:
    text = "\ufeff" + f'{HEAD.upper()},notes\r\n"{GOOD.replace(",", chr(34) + "," + chr(34))}",mine\r\n\r\n'
    found = read_gap_table(text.replace("08031", "8031").encode())
    assert found == {(DENVER, "health"): GapRow("CO", SERVED, 3, 1.2, "2026-01-01")}


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"", ["f:1: The file is empty."]),
        (b"\xff\xfe", ["f:1: The file is not UTF-8 text. Save it as 'CSV UTF-8'."]),
        (b"fips,need\n", ["f:1: The first row lacks state, county, regions, value, records"]),
        (f"{HEAD}\nCO,1\n".encode(), ["f:2: The row has 2 cells, the first row 10."]),
        (
            "\n".join([HEAD, GOOD.replace("08031", "Denver").replace("served", "yes"), GOOD, GOOD,
                       GOOD.replace(",3,", ",-3,").replace("1.2", "far").replace("08031", "08077"),
                       GOOD.replace("health", "").replace("1.2", "nan").replace("08031", "08001")]).encode(),
            [
                "f:2: fips: 'Denver' is not a county code. Write five digits, such as 08031.",
                "f:2: value: 'yes' is not one. Write served, none_known or not_asked.",
                "f:4: County and need stand on line 3, too.",
                "f:5: records: '-3' is not a number.",
                "f:5: nearest_miles: 'far' is not a distance.",
                "f:6: nearest_miles: 'nan' is not a distance.",
                "f:6: need: nothing is given.",
            ],
        ),
    ],
    ids=["empty", "not text", "columns", "cells", "all at once"],
)  # fmt: skip
def test_bad_files(content: bytes, lines: list[str]) -> None:
    with pytest.raises(BadGapFile) as caught:
        read_gap_table(content)
    said = [mistake.as_text("f") for mistake in caught.value.mistakes]
    assert [text.startswith(start) for text, start in zip(said, lines, strict=True)] == [True] * len(lines), said


# What changed.


def before(gaps: Gaps, changed: Mapping[tuple[str, str], GapRow]) -> dict[tuple[str, str], GapRow]:
    """An earlier file, that said something else of some counties and needs."""
    return {**read_gap_table(gap_table(gaps, gaps.directory.states).encode()), **changed}


@pytest.mark.parametrize(
    ("fips", "need", "row", "kind", "words"),
    [
        (DENVER, "health", (NOT_ASKED, 0, 0.4), "served", "now 1 entry"),
        (MESA, "health", (SERVED, 2, 190.0), "lost", "now none known; the nearest is 193 miles away"),
        (MESA, "health", (NOT_ASKED, 0, 190.0), "missing", "the lists name nobody for it; the nearest is 193 miles away"),
        (MESA, "legal", (NONE_KNOWN, 0, None), "open",
         "an entry may serve it, or no list tells any more; no public place is known"),
        (MESA, "health", (NONE_KNOWN, 0, 203.4), "nearer", "now 193 miles away, before 203 miles"),
        (MESA, "health", (NONE_KNOWN, 0, 183.1), "farther", "now 193 miles away, before 183 miles"),
        (MESA, "health", (NONE_KNOWN, 0, None), "nearer", "now 193 miles away; no public place was known before"),
        (MESA, "legal", (NOT_ASKED, 0, 3.0), "farther", "no public place is known any more; it was 3 miles away"),
    ],
)  # fmt: skip
def test_changes(
    sources: Sources, fips: str, need: str, row: tuple[str, int, float | None], kind: str, words: str
) -> None:
    gaps = small(sources, clinic(sources, location=PUBLIC))
    assert told(gaps, MESA, "health").miles == pytest.approx(193.2)
    found = compare(gaps, before(gaps, {(fips, need): GapRow("CO", *row, "2026-01-01")}))
    (item,) = found.items
    assert (item.kind, item.county.fips, item.need.code, item.words) == (kind, fips, need, words)


@pytest.mark.parametrize("moved", [-10.0, 10.0, 0.0])
def test_ten_miles_are_not_worth_a_line(sources: Sources, moved: float) -> None:
    gaps = small(sources, clinic(sources, location=PUBLIC))
    now = told(gaps, MESA, "health").miles
    assert now is not None
    earlier = GapRow("CO", NONE_KNOWN, 0, now + moved, "2026-01-01")
    assert compare(gaps, before(gaps, {(MESA, "health"): earlier})).items == ()


@pytest.mark.parametrize("style", ["text", "md"])
def test_the_agenda_counts_first_then_names_state_need_and_county(sources: Sources, style: str) -> None:
    gaps = small(sources, clinic(sources, location=PUBLIC), lawyer(sources, states=["wy"]))
    earlier = before(gaps, {
        (DENVER, "health"): GapRow("CO", NONE_KNOWN, 0, 0.4, "2026-01-01"),
        (LARAMIE, "legal"): GapRow("WY", NOT_ASKED, 0, None, "2026-01-01"),
        ("99999", "health"): GapRow("CO", SERVED, 1, None, "2026-01-01"),
    })  # fmt: skip
    del earlier[MESA, "health"]
    text = agenda(compare(gaps, earlier), "21 November 2026", style)
    order = ["Newly served: 2", "No longer served: 0", "Colorado", "Health care", "Newly served: Denver County (now 1",
             "Wyoming", "Legal help", "Newly served: Laramie County (now 1 entry)"]  # fmt: skip
    at = 0
    for part in order:
        at = text.index(part, at)
    assert "Of 1 more the earlier file says nothing. 1 of its rows are for places or needs" in text
    assert ("## Colorado" in text) == (style == "md") and "\n\n\n" not in text
    only = agenda(compare(gaps, earlier, "wy"), "21 November 2026", style)
    assert "Laramie" in only and "Denver" not in only and "In Wyoming, since" in only


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of fictional records, with the working directory in it."""
    folder = make_repository(tmp_path / "here", good_records())
    monkeypatch.chdir(folder)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    return folder


def test_the_command_writes_the_table_and_says_what_changed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert gaps_script.main([]) == 0
    table = capsys.readouterr().out
    assert table.startswith(HEAD) and len(table.splitlines()) > 64
    assert gaps_script.main(["--state", "co", "--output", "kept.csv"]) == 0
    assert (here / "kept.csv").read_text(encoding="utf-8") == table
    record = here / "data/resources/co/health_center/example-clinic.yml"
    record.write_text(record.read_text(encoding="utf-8").replace("- '08031'", "- '08077'"), encoding="utf-8")
    capsys.readouterr()
    assert gaps_script.main(["--since", "kept.csv", "--state", "co", "--format", "md"]) == 0
    told = capsys.readouterr().out
    assert "# What changed in the gaps" in told and "- Newly served: Mesa County" in told
    assert "since 2026-11-21, as of 21 November 2026" in told


def test_the_command_refuses_a_bad_file_and_an_unknown_state(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "bad.csv").write_text(f"{HEAD}\n{GOOD.replace('served', 'yes')}\nCO\n", encoding="utf-8")
    assert gaps_script.main(["--since", "bad.csv"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert [line.split(" ")[0] for line in said.err.splitlines() if ".csv" in line] == ["bad.csv:2:", "bad.csv:3:"]
    assert gaps_script.main(["--since", "missing.csv"]) == 1
    assert "missing.csv" in capsys.readouterr().err
    with pytest.raises(SystemExit) as caught:
        gaps_script.main(["--state", "zz"])
    assert caught.value.code == 2


# What an edit touches.


@pytest.fixture(scope="module")
def start(sources: Sources, tmp_path_factory: pytest.TempPathFactory) -> Directory:
    """The fictional records, with real ones of two neighboring states around them."""
    fictional = load_directory(make_repository(tmp_path_factory.mktemp("gaps"), good_records()), Settings("x"), DAY)
    real = load_directory(ROOT, Settings("x"), DAY, ["wy", "ut"], cached=True)
    return directory_of({**real.records, **fictional.records}, {**real.paths, **fictional.paths}, sources)


def known_of(directory: Directory) -> Known:
    """What a build of the directory leaves."""
    gaps = Gaps(directory)
    return Known(
        directory.digests, placings(directory, {}, {}), {}, {}, {s: gaps.of_state(s) for s in directory.states}
    )


def test_gaps_after_edits_are_those_of_a_fresh_start(start: Directory, sources: Sources) -> None:
    directory, known = start, known_of(start)
    partly = touched = 0
    for seed in range(150):
        directory = edits(seed)(directory, sources)
        if directory.states != start.states:
            directory = replace(directory, states=start.states)
        found = changes(directory, placings(directory, known.placings, known.digests), known)
        fresh = known_of(directory)
        if found is not None:
            partly += 1
            touched += bool(found.gap_states)
            assert {s: found.gaps.of_state(s) for s in directory.states} == fresh.gaps, seed
            different = {s for s in directory.states if fresh.gaps[s] != known.gaps[s]}
            assert found.gap_states == different and different <= found.states, seed
            assert {f"gaps/{s}/" for s in different} <= found.pages
            assert ("gaps/" in found.pages) == bool(different)
        known = fresh
    assert partly > 100 and 20 < touched < partly


def edited(directory: Directory, sources: Sources, key: str, **fields: Any) -> Directory:
    new = directory.records[key].model_copy(update=fields)
    return directory_of({**directory.records, key: new}, directory.paths, sources)


def test_an_edit_of_words_touches_no_gap(start: Directory, sources: Sources) -> None:
    known = known_of(start)
    directory = edited(start, sources, "example-clinic", name="Another Clinic")
    found = changes(directory, placings(directory, known.placings, known.digests), known)
    assert found is not None and found.gap_states == frozenset()
    assert not [page for page in found.pages if page.startswith("gaps/")]


def test_an_area_that_is_no_longer_assumed_closes_gaps(start: Directory, sources: Sources) -> None:
    known = known_of(start)
    area = start.records["example-youth-home"].service_area
    assert area is not None and area.assumed
    directory = edited(start, sources, "example-youth-home", service_area=area.model_copy(update={"assumed": None}))
    found = changes(directory, placings(directory, known.placings, known.digests), known)
    assert found is not None and found.gap_states == {"co"} and {"gaps/", "gaps/co/"} <= found.pages


def test_a_place_that_moves_to_the_border_is_nearer_beyond_it(start: Directory, sources: Sources) -> None:
    known = known_of(start)
    clinic = start.records["example-clinic"]
    assert clinic.location is not None and clinic.location.point is not None
    county: County = sources.places.counties["49053"]
    point = clinic.location.point.model_copy(update={"latitude": county.latitude, "longitude": county.longitude})
    directory = edited(start, sources, clinic.id, location=clinic.location.model_copy(update={"point": point}))
    found = changes(directory, placings(directory, known.placings, known.digests), known)
    assert found is not None and {"co", "ut"} <= found.gap_states
    assert {"gaps/", "gaps/ut/", county.url} <= found.pages
    places: Places = sources.places
    assert all(page in found.pages or page != places.counties[DENVER].url for page in found.pages)
