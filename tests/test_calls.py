"""The facts from which a browser puts organizations into the order in which to call them."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from resource_directory.calls import CallFiles, Facts, answers_of
from resource_directory.directory import Directory, Settings
from resource_directory.loading import load_directory
from resource_directory.rules import RuleContext
from resource_directory.vocabulary import Vocabulary
from support import DAY, ROOT, Build, make_repository, order_records


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    """The fictional records that show the order of calls."""
    folder = make_repository(tmp_path_factory.mktemp("order"), order_records())
    return load_directory(folder, Settings(name="Test"), DAY, ())


@pytest.fixture(scope="module")
def files(directory: Directory) -> dict[str, Any]:
    return {address: json.loads(text) for address, text in CallFiles(directory).files()}


@pytest.fixture(scope="module")
def gunnison(files: dict[str, Any]) -> dict[str, list[Any]]:
    """Entries of the county's file by the record's id: how surely it serves, and its facts."""
    return {entry[1]["i"]: entry for entry in files["assets/call/08051.json"]["r"]}


def test_one_file_a_county_and_one_of_words(directory: Directory, files: dict[str, Any]) -> None:
    counties = {f"assets/call/{c.fips}.json" for c in directory.places.counties_of_state["CO"]}
    assert set(files) == counties | {"assets/call/words-en.json"}


def test_how_surely_each_serves_the_county(gunnison: dict[str, list[Any]]) -> None:
    assert {key: gunnison[key][0] for key in ("alpha-clinic", "iota-clinic", "delta-clinic", "omega-youth")} == {
        "alpha-clinic": 0, "iota-clinic": 1, "delta-clinic": 2, "omega-youth": 3,
    }  # fmt: skip
    assert "hotline-example" not in gunnison


def test_every_county_has_its_state_wide_ones(files: dict[str, Any]) -> None:
    denver = {entry[1]["i"]: entry[0] for entry in files["assets/call/08031.json"]["r"]}
    assert denver == {"iota-clinic": 1, "omega-youth": 3}


def test_middles_and_the_zone_of_the_county(directory: Directory, files: dict[str, Any]) -> None:
    county, words = files["assets/call/08051.json"], files["assets/call/words-en.json"]
    assert words["zones"][county["t"]] == "America/Denver"
    assert county["z"]["81230"] == list(directory.places.zip_points["81230"])
    assert set(county["z"]) <= set(directory.places.zips_of_county["08051"])


def test_facts_of_a_program_that_says_much(gunnison: dict[str, list[Any]]) -> None:
    facts = gunnison["nu-house"][1]
    assert facts["p"] == [["970-555-0140", None, None, None, "emergency"], ["970-555-0141", None, "tty"]]
    assert facts["a"] == {
        "woman": "y", "man": "a", "transgender": "a", "nonbinary": "a", "alone": "a", "couple": "a",
        "with_children": "y", "teenage_sons": "y", "young_alone": "a", "young_parent": "a", "pets": "a",
        "wheelchair": "y", "no_papers": "y", "criminal_record": "n", "no_credit": "a", "trafficked": "a",
    }  # fmt: skip
    assert facts["y"] == [18, None]
    assert facts["r"] == {"s": "open", "r": ["self", "agency"]}
    assert facts["x"] == 1 and "m" not in facts and "w" not in facts
    assert facts["h"] == {"p": [[0, 10080]], "z": facts["h"]["z"]}
    assert facts["z"] == {"es": {"n": "Casa Nu", "a": "Llame a cualquier hora."}}
    assert "n" not in facts


def test_intake_hours_stand_apart_from_opening_hours(gunnison: dict[str, list[Any]]) -> None:
    hours = gunnison["beta-clinic"][1]["h"]
    assert hours["i"] == [[0, 10080]]
    assert hours["o"][0] == [540, 1020]


def test_what_stands_on_the_page_is_not_said_again(directory: Directory, gunnison: dict[str, list[Any]]) -> None:
    """Of those without a card, and of a town without a street, all is said."""
    assert not {"n", "w"} & gunnison["alpha-clinic"][1].keys()
    facts = Facts(directory, CallFiles(directory).zones).of(directory.records["alpha-clinic"])
    assert facts["n"] == "Alpha Clinic" and facts["w"].endswith("Example Street, Gunnison, CO 81230")


def test_no_sentence_ends_with_two_points(real_site: Build) -> None:
    """After names such as "Example, Inc."."""
    pages = list(real_site.site.rglob("index.html"))
    found = [page for page in pages if re.search(rb"\bInc\.(</a>)?\.", page.read_bytes())]
    assert len(pages) > 40_000 and found == []


def test_every_real_record_of_a_county_has_its_card(context: RuleContext, real_site: Build) -> None:
    looked = 0
    for county in context.places.counties.values():
        facts = json.loads((real_site.site / f"assets/call/{county.fips}.json").read_text(encoding="utf-8"))
        page = (real_site.site / county.url / "index.html").read_text(encoding="utf-8")
        shown = set(re.findall(r'<h3><a href="?[^">]*?resources/([\w-]+)/', page))
        assert {one["i"] for _, one, *_ in facts["r"] if "n" not in one} <= shown, county.url
        looked += len(facts["r"])
    assert looked > 50_000


def test_hours_that_change_with_the_season_are_told_in_words(gunnison: dict[str, list[Any]]) -> None:
    assert gunnison["pi-clinic"][1]["h"]["w"] == ["Jun-Aug Mo-Fr 09:00-17:00", "In summer only."]
    assert "o" not in gunnison["pi-clinic"][1]["h"]


def test_rules_of_programs_stand_apart_from_what_the_record_says(gunnison: dict[str, list[Any]]) -> None:
    assert gunnison["omicron-legal"][1]["g"] == {"no_status": "a", "trafficked": "a"}
    assert gunnison["xi-youth"][1]["q"] == [[None, 17, "a"], [16, 21, "n"]]
    assert gunnison["alpha-clinic"][1]["g"]["cannot_pay"] == "y"
    assert gunnison["alpha-clinic"][1]["a"] == {"pets": "y"}


def test_nothing_is_said_where_nothing_is_known(gunnison: dict[str, list[Any]]) -> None:
    facts = gunnison["mu-clinic"][1]
    assert set(facts) == {"i", "t", "s", "g"}


def test_one_to_try_instead_comes_with_a_number(gunnison: dict[str, list[Any]]) -> None:
    told = gunnison["epsilon-clinic"][1]["r"]
    assert told["i"][:2] == ["alpha-clinic", "Alpha Clinic"]
    assert told["u"] == "2026-12-31"


def test_a_list_without_something_is_no_no(directory: Directory) -> None:
    record = directory.records["nu-house"]
    answers = answers_of(record, directory.vocabulary.things.values())
    assert "n" not in {answers[code] for code in ("man", "transgender", "alone", "couple")}


def test_every_thing_leads_to_words_that_exist(directory: Directory) -> None:
    words: Vocabulary = directory.vocabulary
    for thing in words.things.values():
        assert thing.accepts or thing.field or thing.listed or thing.rules, thing.code
        assert set(thing.accepts) <= set(words.codes("barriers")), thing.code
        assert set(thing.whole) <= set(thing.listed), thing.code
        for name, codes in thing.listed.items():
            assert set(codes) <= set(words.codes(name)), thing.code
    said = {key for rule in words.rules for key in rule.says_about}
    assert {key for thing in words.things.values() for key in thing.rules} <= said


def test_every_barrier_can_be_ticked(directory: Directory) -> None:
    """Some are ticked with another: two of one thing, or what an advocate is told to ask of the language."""
    ticked = {code for thing in directory.vocabulary.things.values() for code in thing.accepts}
    assert set(directory.vocabulary.codes("barriers")) - ticked == {"limited_english"}


def test_holidays_are_named_for_the_years_to_come(files: dict[str, Any]) -> None:
    words = files["assets/call/words-en.json"]
    assert words["last"] == "2028-12-31"
    assert {"2026-11-26", "2027-12-25", "2028-07-04"} <= set(words["holidays"])
    assert all(date.fromisoformat(day).isoformat() == day for day in words["holidays"])


def test_every_type_says_what_to_say_first_and_gives_nobody_away(directory: Directory) -> None:
    for entry in directory.vocabulary.types.values():
        assert entry.say_first and entry.ask_first, entry.code


def test_zones_of_those_who_serve_several(directory: Directory) -> None:
    facts = Facts(directory, CallFiles(directory).zones)
    assert "z" in facts.of(directory.records["lambda-clinic"])["h"]


def test_real_files_are_whole_and_hold_no_place_that_is_withheld(real_site: Build) -> None:
    folder = real_site.site / "assets/call"
    files = sorted(folder.glob("[0-9]*.json"))
    assert len(files) == 3231
    withheld = 0
    for file in files:
        for level, facts, *_ in json.loads(file.read_text(encoding="utf-8"))["r"]:
            assert level in range(4)
            withheld += "x" in facts
            assert not ("x" in facts and {"m", "w", "k"} & set(facts)), facts["i"]
    assert withheld > 300


def test_the_largest_county_stays_small(real_site: Build) -> None:
    import gzip

    text = (real_site.site / "assets/call/06037.json").read_bytes()
    assert len(gzip.compress(text)) < 60_000


def test_names_of_files_tell_nothing(real_site: Build) -> None:
    names = [file.name for file in Path(real_site.site / "assets/call").iterdir()]
    assert [name for name in names if not re.fullmatch(r"\d{5}\.json|words-[a-z-]+\.json", name)] == []


def test_the_records_of_the_order_stay_fictional() -> None:
    for path, text in order_records().items():
        assert re.findall(r"number: (?!970-555-01|800-555-01|988|911|'741741')\S+", text) == [], path
    assert (ROOT / "tests/records/order").is_dir()
