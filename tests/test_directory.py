"""Who serves which place, at which level; whose telephone number; what is said of referrals; neutral titles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from resource_directory.directory import Directory, Settings, name_order
from resource_directory.loading import BadRecords, load_directory, states_wanted, today_of
from resource_directory.model import ContinuumOfCare, Referral, RegistryId
from resource_directory.secrecy import neutral_pattern
from resource_directory.views import RecordView, referral_words
from support import DAY, ROOT, good_records, make_repository

DENVER, MESA, SAN_JUAN, CHEYENNE = "08031", "08077", "08111", "08017"


def second_region(text: str) -> str:
    """Another region with a part of Denver."""
    for old, new in [
        ("coc-co-990", "coc-co-989"),
        ("CO-990", "CO-989"),
        ("Example Region", "Another Region"),
        ("97.5", "2.5"),
    ]:
        text = text.replace(old, new)
    return text[: text.index("- fips: '08111'")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fictional records, a second region, an office beyond the border, a line of New Mexico."""
    records = good_records()
    records["co/continuum_of_care/coc-co-989.yml"] = second_region(records["co/continuum_of_care/coc-co-990.yml"])
    office = records["co/legal_aid/example-legal-aid-silverton.yml"]
    both = office.replace("-silverton", "-both").replace("- '08111'", "- '08111'\n  - '35045'")
    records["co/legal_aid/example-legal-aid-both.yml"] = both
    state = records["co/program_administrator/example-state-office.yml"]
    records["nm/program_administrator/state-office-nm.yml"] = state.replace(
        "example-state-office", "state-office-nm"
    ).replace("- co", "- nm")
    return make_repository(tmp_path_factory.mktemp("directory"), records)


@pytest.fixture(scope="module")
def directory(folder: Path) -> Directory:
    """All of it."""
    return load_directory(folder, Settings("x"), DAY)


def ids(records: tuple[object, ...]) -> set[str]:
    return {str(getattr(record, "id", "")) for record in records}


@pytest.mark.parametrize(
    ("fips", "expected"),
    [
        (
            DENVER,
            {
                "coc-co-989",
                "coc-co-990",
                "example-house-mesa",
                "example-case-support",
                "example-advocates-office",
                "example-clinic",
            }
            | {"hostile-one", "hostile-two", "example-housing-authority"},
        ),
        (MESA, {"example-house-mesa"}),
        (
            SAN_JUAN,
            {
                "coc-co-990",
                "example-house-mesa",
                "example-case-support",
                "example-legal-aid-silverton",
                "example-legal-aid-both",
            },
        ),
        ("35045", {"example-legal-aid-both"}),
        (CHEYENNE, set()),
    ],
)
def test_who_serves_a_county_by_name_or_region(directory: Directory, fips: str, expected: set[str]) -> None:
    found = directory.serving_county.get(fips, ())
    assert ids(found) == expected and len(found) == len(expected)
    assert list(found) == sorted(found, key=name_order)


def test_who_serves_a_state_and_the_country(directory: Directory) -> None:
    wide = {
        "example-coalition",
        "example-legal-aid",
        "example-youth-home",
        "example-state-office",
        "example-hud-office",
    }
    assert ids(directory.serving_state["co"]) == wide
    assert ids(directory.serving_state["nm"]) == {"state-office-nm"}
    assert ids(directory.nationwide) == ids(directory.hotlines) == {"hotline-example"}
    assert set(directory.serving_state) == {"co", "nm"} == set(directory.states)


def test_a_county_has_first_its_own_then_the_state_s_then_the_country_s(directory: Directory) -> None:
    found = [record.id for record in directory.for_county(directory.places.counties[MESA])]
    assert found[0] == "example-house-mesa" and found[-1] == "hotline-example" and len(found) == len(set(found)) == 7
    nothing = directory.for_county(directory.places.counties[CHEYENNE])
    assert ids(nothing) == ids(directory.serving_state["co"]) | {"hotline-example"}


def test_a_state_holds_every_record_that_serves_a_part_of_it(directory: Directory) -> None:
    assert ids(directory.in_state("co")) == set(directory.records) - {"hotline-example", "state-office-nm"}
    assert ids(directory.in_state("nm")) == {"state-office-nm", "example-legal-aid-both"}
    assert directory.in_state("ut") == ()


def test_every_record_is_reached_from_some_place(directory: Directory) -> None:
    reached = set(ids(directory.nationwide)).union(*(ids(directory.in_state(state)) for state in directory.states))
    assert reached == set(directory.records)


def test_every_real_record_is_reached_from_some_place() -> None:
    real = load_directory(ROOT, Settings("x"), today_of({}))
    reached = set(ids(real.nationwide)).union(*(ids(real.in_state(state)) for state in real.states))
    assert reached == set(real.records)


def test_a_county_in_two_regions(directory: Directory) -> None:
    found = [(region.coc_number, share) for region, share in directory.regions_of_county[DENVER]]
    assert found == [("CO-990", 97.5), ("CO-989", 2.5)], "the larger share first"
    assert [(region.coc_number, share) for region, share in directory.regions_of_county[SAN_JUAN]] == [("CO-990", None)]
    assert MESA not in directory.regions_of_county
    assert list(directory.regions) == ["CO-989", "CO-990"]


def test_counties_served(directory: Directory) -> None:
    assert directory.counties_served(directory.records["example-house-mesa"]) == (MESA, DENVER, SAN_JUAN)
    assert directory.counties_served(directory.records["coc-co-990"]) == (DENVER, SAN_JUAN)
    assert directory.counties_served(directory.records["example-state-office"]) == ()


def test_parents_and_offices(directory: Directory) -> None:
    office, parent = directory.records["example-legal-aid-silverton"], directory.records["example-legal-aid"]
    assert directory.parent(office) == parent and directory.parent(parent) is None
    assert ids(directory.offices["example-legal-aid"]) == {"example-legal-aid-silverton", "example-legal-aid-both"}


@pytest.mark.parametrize(
    ("record", "numbers", "of"),
    [
        ("example-legal-aid-silverton", ["303-555-0160"], "Example Legal Aid"),
        ("example-legal-aid", ["303-555-0160"], ""),
        ("example-house-mesa", ["970-555-0130", "970-555-0131"], ""),
        ("example-coalition", [], ""),
    ],
)
def test_whose_number(directory: Directory, record: str, numbers: list[str], of: str) -> None:
    view = RecordView(directory.records[record], directory)
    assert [phone.number for phone in view.phones] == numbers and view.phone_of == of


def referral(status: str, until: date | None = None) -> Referral:
    return Referral.model_validate({"status": status, "until": until})


@pytest.mark.parametrize(
    ("given", "state", "sentence"),
    [
        (referral("open"), "open", "Taking new referrals."),
        (referral("open", DAY), "open", "Taking new referrals until 21 November 2026."),
        (
            referral("paused", DAY),
            "paused",
            "Not taking new referrals until 21 November 2026. After that day, ask first.",
        ),
        (referral("waitlist"), "waitlist", "There is a waiting list."),
        (referral("closed"), "closed", "Closed to new referrals."),
        *(
            (
                referral(status, date(2026, 11, 20)),
                "ask",
                f"Ask first. On 20 November 2026 a notice ran out that said: {status}.",
            )
            for status in ("open", "waitlist", "paused", "closed")
        ),
    ],
)
def test_referral_words(directory: Directory, given: Referral, state: str, sentence: str) -> None:
    assert referral_words(given, directory) == (state, sentence)


def test_a_pause_that_ran_out_never_reads_open(directory: Directory) -> None:
    later = replace(directory, today=date(2027, 1, 1))
    view = RecordView(later.records["example-house-mesa"], later)
    assert RecordView(directory.records["example-house-mesa"], directory).referral[0] == "paused"
    assert view.referral == ("ask", "Ask first. On 31 December 2026 a notice ran out that said: paused.")


@pytest.mark.parametrize(
    ("record", "title"),
    [
        ("example-clinic", "Example Clinic of Mayagüez Street"),
        ("example-house-mesa", "Example House"),
        ("example-coalition", "Family program, Colorado"),
        ("example-case-support", "Specialist program, Denver County and San Juan County, 303-555-0180"),
        ("example-state-office", "State program office, Colorado, 303-555-0190"),
    ],
)
def test_neutral_titles(directory: Directory, record: str, title: str) -> None:
    assert RecordView(directory.records[record], directory).neutral_title == title


def test_every_neutral_title_is_neutral(directory: Directory) -> None:
    pattern = neutral_pattern(directory.vocabulary.neutral_words.all)
    for record in directory.in_order:
        assert not pattern.search(RecordView(record, directory).neutral_title), record.id


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ("example-house-mesa", "3 counties"),
        ("example-clinic", "Denver County"),
        ("example-case-support", "Denver County and San Juan County"),
        ("example-state-office", "Colorado"),
        ("hotline-example", "United States"),
    ],
)
def test_area_in_short(directory: Directory, record: str, words: str) -> None:
    assert RecordView(directory.records[record], directory).area_short == words


@pytest.mark.parametrize(
    ("record", "path"),
    [
        ("example-clinic", ["co/", "co/denver/"]),
        ("example-house-mesa", ["co/"]),
        ("example-state-office", ["co/"]),
        ("hotline-example", ["types/phone-lines/"]),
        ("example-legal-aid-silverton", ["co/", "co/san-juan/"]),
    ],
)
def test_path_above_a_record(directory: Directory, record: str, path: list[str]) -> None:
    assert [address for address, _ in RecordView(directory.records[record], directory).path] == path


def test_a_withheld_place_has_no_place_anywhere(directory: Directory) -> None:
    view = RecordView(directory.records["example-house-mesa"], directory)
    assert (
        view.withheld and view.county is None and view.address_lines == () and view.town == "" and not view.has_street
    )
    assert directory.county_of(view.record) is None
    located = {record.id for group in directory.located.values() for record, _ in group}
    assert located == {
        "example-advocates-office",
        "example-clinic",
        "hostile-one",
        "hostile-two",
        "example-housing-authority",
    }


@pytest.mark.parametrize(
    ("record", "rules"),
    [
        ("example-legal-aid", {"lsc"}),
        ("example-youth-home", {"basic_center", "transitional_living"}),
        ("example-state-office", {"voca_compensation", "voca_assistance"}),
    ],
)
def test_rules_follow_programs(directory: Directory, record: str, rules: set[str]) -> None:
    found = directory.rules_for(directory.records[record])
    assert {program for rule in found for program in rule.programs} >= rules
    of_type = [r for r in directory.vocabulary.rules if directory.records[record].type in r.types]
    missed = [rule for rule in of_type if rule not in found]
    assert all(rule.programs and not rules.intersection(rule.programs) for rule in missed)


def test_an_office_on_the_immigration_court_s_list_is_told_its_rule(directory: Directory) -> None:
    office = directory.records["example-legal-aid-silverton"]
    listed = office.model_copy(
        update={"registry_ids": (RegistryId.model_construct(registry="eoir_pro_bono", id="CO-1"),)}
    )
    assert "eoir_list" in {rule.code for rule in directory.rules_for(listed)}
    assert "eoir_list" not in {rule.code for rule in directory.rules_for(office)}


def test_each_rule_can_be_shown(directory: Directory) -> None:
    """A rule for a program that no record can name would never be read."""
    fields = ("rhy_programs", "pha_programs", "at_programs", "administers", "registries")
    names = {"lsc"}.union(*(directory.vocabulary.terms[name] for name in fields))
    never = [
        rule.code for rule in directory.vocabulary.rules if rule.programs and not names.intersection(rule.programs)
    ]
    assert never == []


def test_needs_met(directory: Directory) -> None:
    clinic = directory.records["example-clinic"]
    assert [need.slug for need in directory.needs_met(clinic)] == ["health-care"]
    assert clinic in directory.by_need["health"]


def test_bad_records_stop_everything_with_every_problem(tmp_path: Path) -> None:
    records = good_records()
    clinic, line = "co/health_center/example-clinic.yml", "us/hotline/hotline-example.yml"
    records[clinic] = records[clinic].replace("303-555-0170", "call us")
    records[line] = records[line].replace("HOME", " ")
    with pytest.raises(BadRecords) as caught:
        load_directory(make_repository(tmp_path, records), Settings("x"), DAY)
    assert [(problem.path.rpartition("/")[2], problem.code) for problem in caught.value.problems] == [
        ("example-clinic.yml", "E210"), ("hotline-example.yml", "E205"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("configured", "asked", "states"),
    [
        ((), {}, ()),
        (("CO", "nm"), {}, ("co", "nm")),
        (("co",), {"STATE": "NM"}, ("nm",)),
        ((), {"STATE": "co, nm"}, ("co", "nm")),
        (("co",), {"STATE": "  "}, ("co",)),
    ],
)
def test_states_wanted(configured: tuple[str, ...], asked: dict[str, str], states: tuple[str, ...]) -> None:
    assert states_wanted(configured, asked) == states


def test_one_state_only(folder: Path, directory: Directory) -> None:
    only = load_directory(folder, Settings("x"), DAY, ["nm"])
    assert set(only.records) == {"state-office-nm", "hotline-example", "example-legal-aid-both"} and only.states == (
        "nm",
    )
    both = load_directory(folder, Settings("x"), DAY, ["co"])
    assert set(both.records) == set(directory.records) - {"state-office-nm"}


def test_the_day_of_a_build() -> None:
    assert today_of({"SOURCE_DATE_EPOCH": "1795219200"}) == DAY


def test_regions_are_continuums_of_care(directory: Directory) -> None:
    assert all(isinstance(region, ContinuumOfCare) for region in directory.regions.values())


def test_nothing_of_a_directory_can_be_changed(directory: Directory) -> None:
    change: Callable[..., None] = setattr
    with pytest.raises(AttributeError):
        change(directory, "today", DAY)
