"""Importers on small made-up rows: each trap of the publishers' tables, the gate, the accounts, and doing it twice."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from resource_directory.canonical import canonical_text
from resource_directory.importers import dv_coalitions, dv_programs, eoir, fvpsa, fysb_rhy, hrsa, hud_coc, hud_pha, lsc
from resource_directory.importers import run as importing
from resource_directory.importers.cleaning import Spelling, role_email, telephone, town_name, web_address
from resource_directory.importers.confidential import (
    BLANK_STREET,
    NAME_TELLS_PLACE,
    SHARED_PHONE,
    SHARED_PLACE,
    WORD_IN_NAME,
    Gate,
    ReviewListError,
    name_tells_place,
    review_path,
    review_text,
)
from resource_directory.importers.health_names import is_mobile, is_school, only_special, special_care
from resource_directory.importers.identifiers import assign, slug
from resource_directory.importers.outcome import AccountError, Ledger, account, format_accounts, format_totals
from resource_directory.importers.tables import Table, TableError, read_table
from resource_directory.importers.writing import accounts_text, write_changed, write_private
from resource_directory.model import Record
from resource_directory.places import County, Places, State, Town
from resource_directory.reading import Finding, read_bytes
from resource_directory.rules import RuleContext, check_together, known_of
from resource_directory.secrecy import street_key
from resource_directory.shapes import Shapes
from resource_directory.vocabulary import (
    Acronyms,
    ConfidentialWords,
    OrdinaryPhrase,
    Vocabulary,
    WordsByLanguage,
    load_vocabulary,
)

ROOT = Path(__file__).resolve().parent.parent
TODAY = date(2026, 11, 21)
SECRET_STREET = "77 Hidden Hollow Rd"


def square(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


@pytest.fixture(scope="session")
def rules() -> RuleContext:
    """Two counties of Colorado and one of Kansas, drawn as squares of a degree; the real vocabularies but for words
    that a test names."""
    counties = {
        fips: County(
            fips,
            state,
            name,
            f"{name} County",
            name.lower(),
            1000,
            39.5,
            west + 0.5,
            (west, 39.0, west + 1, 40.0),
            "America/Denver",
        )
        for fips, state, name, west in (
            ("08001", "CO", "Alder", -106.0),
            ("08003", "CO", "Birch", -105.0),
            ("20001", "KS", "Cedar", -104.0),
        )
    }
    towns = (
        Town("Elmwood", "CO", "08001", 900, 39.5, -105.5),
        Town("Spruce Springs", "CO", "08003", 800, 39.5, -104.5),
        Town("Twin", "CO", "08001", 10, 39.5, -105.5),
        Town("Twin", "CO", "08003", 10, 39.5, -104.5),
        Town("Plains", "KS", "20001", 500, 39.5, -103.5),
    )
    places = Places(
        states={"CO": State("CO", "08", "Colorado", "co"), "KS": State("KS", "20", "Kansas", "ks")},
        counties=counties,
        zip_counties={
            "80001": (("08001", 1.0),),
            "80003": (("08003", 0.6), ("08001", 0.4)),
            "66001": (("20001", 1.0),),
        },
        towns=towns,
    )
    shapes = Shapes(
        {fips: square(*county.bounds) for fips, county in counties.items()},
        {"08": square(-106.0, 39.0, -104.0, 40.0), "20": square(-104.0, 39.0, -103.0, 40.0)},
    )
    return RuleContext(vocabulary(), places, shapes, TODAY)


def vocabulary() -> Vocabulary:
    words = ConfidentialWords(
        suspicious=WordsByLanguage(en=("shelter", "haven", "women's"), es=("refugio",)),
        ordinary=(OrdinaryPhrase(phrase="women's health", why="a kind of care"),),
    )
    real = load_vocabulary(ROOT / "data/vocab")
    acronyms = Acronyms(keep=("CHC", "SBHC"), fixed={"hlth": "Health"})
    neutral = WordsByLanguage(en=("domestic violence", "violence"))
    return replace(real, confidential_words=words, acronyms=acronyms, neutral_words=neutral)


def row(table: Table, **cells: str) -> dict[str, str]:
    return dict.fromkeys(table.columns, "") | {"retrieved": "2026-07-19"} | cells


def site(number: str, **cells: str) -> dict[str, str]:
    usual = {
        "bphc_id": f"BPS-H80-{number}", "name": f"Clinic {number}", "street": f"{number} Main St", "city": "Elmwood",
        "state": "CO", "zip": "80001", "lat": "39.5", "lon": "-105.5", "county_fips": "08001", "phone": "303-555-0100",
    }  # fmt: skip
    return row(hrsa.SITES, **(usual | cells))


def agency(code: str, **cells: str) -> dict[str, str]:
    usual = {
        "pha_code": code, "name": "Elmwood Housing Authority", "program_type": "Combined", "street": "1 MAIN Street",
        "city": "ELMWOOD", "state": "CO", "zip": "80001", "county_fips": "08001", "phone": "(303) 555-0101",
    }  # fmt: skip
    return row(hud_pha.AGENCIES, **(usual | cells))


def continuum(number: str, **cells: str) -> dict[str, str]:
    usual = {
        "coc_number": number, "name": f"{number} CoC", "lead_agency": "Example Lead", "lead_agency_year": "2021",
        "phone": "303-555-0102", "contact_retrieved": "2026-07-19", "beds_emergency": "4", "beds_safe_haven": "0",
        "beds_year": "2024",
    }  # fmt: skip
    return row(hud_coc.CONTINUUMS, **(usual | cells))


def county_row(fips: str, number: str, share: str = "100") -> dict[str, str]:
    return {"county_fips": fips, "coc_number": number, "pct_county_population": share}


def dv_row(name: str, **cells: str) -> dict[str, str]:
    usual = {"name": name, "state": "CO", "hotline": "303-555-0110", "coalition_directory": "exampledv"}
    return row(dv_programs.PROGRAMS, **(usual | cells))


def office(number: str, **cells: str) -> dict[str, str]:
    usual = {
        "office_id": number, "name": "Example Legal Services", "program": "Example Legal Services", "lsc_area": "CO-6",
        "street": f"{number} Court Ave", "city": "Elmwood", "state": "CO", "zip": "80001", "lat": "39.5",
        "lon": "-105.5", "county_fips": "08001", "website": "https://legal.example.org",
    }  # fmt: skip
    return row(lsc.OFFICES, **(usual | cells))


def legal_program(**cells: str) -> dict[str, str]:
    usual = {"lsc_area": "CO-6", "name": "Example Legal Services", "state": "CO", "phone": "303-555-0103"}
    return row(lsc.PROGRAMS, **(usual | cells))


Given = dict[str, list[dict[str, str]]]


def imported(
    rules: RuleContext,
    existing: Mapping[str, Record] | None = None,
    states: Sequence[str] = ("co",),
    **tables: list[dict[str, str]],
) -> importing.Run:
    """One run with the named tables (`hrsa_health_center_sites=[...]`), all others empty."""
    return imported_all(rules, tables, existing or {}, states)


def imported_all(
    rules: RuleContext,
    tables: Given,
    existing: Mapping[str, Record],
    states: Sequence[str] = ("co",),
    refresh: bool = False,
) -> importing.Run:
    """As `imported`, with the tables by name of file without its ending."""
    assert set(tables) <= {table.file.removesuffix(".csv") for table in importing.TABLES}
    given = {table.file: tables.get(table.file.removesuffix(".csv"), []) for table in importing.TABLES}
    return importing.run(given, rules, existing, states, refresh=refresh)


def records(run: importing.Run) -> dict[str, dict[str, Any]]:
    """Plain data of the records by id."""
    return {record.id: record.model_dump(mode="json", exclude_none=True) for record in run.records.values()}


def only(run: importing.Run) -> dict[str, Any]:
    (record,) = records(run).values()
    return record


def counts(run: importing.Run, table: Table, state: str = "co") -> dict[str, int]:
    (entry,) = [entry for entry in run.accounts[state] if entry.table == table.file]
    assert entry.read == sum(entry.counts.values())
    return {fate: count for fate, count in entry.counts.items() if count}


def notes(run: importing.Run, table: Table) -> dict[str, int]:
    return next(dict(entry.left_out) for entry in run.accounts["co"] if entry.table == table.file)


def together(run: importing.Run) -> list[Finding]:
    """Findings of the rules that look at all records together."""
    return list(check_together(run.records, known_of(run.records)))


def as_read(run: importing.Run, rules: RuleContext, **changes: Any) -> dict[str, Record]:
    """The run's records written as text and read again, with a person's changes to the fields of every record."""
    read = {}
    for path, record in run.records.items():
        changed = type(record).model_validate(
            record.model_dump(mode="json", exclude_unset=True) | changes,
            context={"vocabulary": rules.vocabulary, "today": rules.today},
        )
        file = read_bytes(canonical_text(changed).encode(), path, rules.vocabulary, rules.today)
        assert file.record is not None, file.problems
        read[path] = file.record
    return read


# Spelling


@pytest.mark.parametrize(
    ("written", "ordinary"),
    [
        ("ADAK CLINIC", "Adak Clinic"),
        ("MOUNTAIN FAMILY HEALTH CENTERS Avon", "Mountain Family Health Centers Avon"),
        ("STRIDE CHC  -   Mobile Unit", "STRIDE CHC - Mobile Unit"),
        ("O'ROURKE DENTAL CLINIC", "O'Rourke Dental Clinic"),
        ("CLINIC OF THE VALLEY", "Clinic of the Valley"),
        ("VALLEY HLTH SBHC", "Valley Health SBHC"),
        ("1ST STREET CLINIC II", "1st Street Clinic II"),
        ("Salud Brighton", "Salud Brighton"),
        ("STRIDE CHC -Alameda", "STRIDE CHC - Alameda"),
        ("SUB-REGIONAL CLINIC", "Sub-Regional Clinic"),
        ("B.J. EXAMPLE CLINIC", "B.J. Example Clinic"),
        ("YWCA Yakima &#8211; Family Program", "YWCA Yakima – Family Program"),
    ],
)
def test_names_in_ordinary_capitals(written: str, ordinary: str) -> None:
    words = frozenset({"mountain", "family", "health", "centers", "clinic", "avon"})
    assert Spelling(Acronyms(keep=("CHC", "SBHC"), fixed={"hlth": "Health"}), words).name(written) == ordinary


@pytest.mark.parametrize(
    ("written", "ordinary"),
    [
        ("213 MURPHY Drive", "213 Murphy Drive"),
        ("700 W 3RD Avenue", "700 W 3rd Avenue"),
        ("10 US Highway 24 N", "10 US Highway 24 N"),
        ("120 Main St STE 100", "120 Main St Ste 100"),
        ("123 Emma Rd,  Ste 106", "123 Emma Rd, Ste 106"),
        ("PO BOX 12", "PO Box 12"),
    ],
)
def test_streets_in_ordinary_capitals(written: str, ordinary: str) -> None:
    assert Spelling(Acronyms()).street(written) == ordinary


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("(970)245-0388 x217", ("970-245-0388", "217")),
        ("(787)227-0129 x0000", ("787-227-0129", None)),
        ("541-484-4800 ext. 54134", ("541-484-4800", "54134")),
        ("303-555-0100", ("303-555-0100", None)),
        ("call us", None),
        ("123", None),
    ],
)
def test_telephone_and_extension(written: str, found: tuple[str, str | None] | None) -> None:
    assert telephone(written) == found


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("https://WWW.CLINIC.example.ORG/Path", "https://www.clinic.example.org/Path"),
        ("clinic.example.org", "https://clinic.example.org"),
        ("HTTP://clinic.example.org", "http://clinic.example.org"),
        ("javascript:alert(1)", None),
        ("not an address", None),
        ("https://user@clinic.example.org/", None),
    ],
)
def test_web_addresses(written: str, found: str | None) -> None:
    assert web_address(written) == found


def test_role_email() -> None:
    assert role_email("Info@Example.org") == "info@example.org"
    assert role_email("jane.doe@example.org") is None
    assert role_email("somebody@gmail.com") is None


@pytest.mark.parametrize(
    ("written", "town"),
    [
        ("Spruce Spring", "Spruce Springs"),
        ("ELMWOOD", "Elmwood"),
        ("Ft. Elmwood", "Ft. Elmwood"),
        ("Elmwoods", "Elmwoods"),
    ],
)
def test_town_with_one_letter_missing(rules: RuleContext, written: str, town: str) -> None:
    towns = {"CO": rules.places.towns}
    assert town_name(written, "CO", towns, Spelling(Acronyms())) == town


def test_street_key_sees_through_spelling() -> None:
    assert street_key("1002 N. School Street, Suite 4") == street_key("1002 North School St")


# Health center sites


def test_a_site(rules: RuleContext) -> None:
    run = imported(rules, hrsa_health_center_sites=[site("000001", name="ELMWOOD FAMILY CLINIC")])
    record = only(run)
    assert record["id"] == "elmwood-family-clinic"
    assert record["name"] == "Elmwood Family Clinic"
    assert record["registry_ids"] == [{"registry": "hrsa_bphc", "id": "BPS-H80-000001"}]
    assert record["location"]["county"] == "08001"
    assert record["location"]["point"]["latitude"] == 39.5
    assert record["service_area"] == {"counties": ["08001"], "assumed": "yes"}
    assert record["services"] == ["primary_care"]
    assert record["sliding_fee"] == "yes"
    assert record["source"]["retrieved"] == "2026-07-19"
    assert "Call first" in record["source"]["note"]
    assert "verified" not in record
    assert list(run.records) == ["data/resources/co/health_center/elmwood-family-clinic.yml"]


@pytest.mark.parametrize(
    ("cells", "note", "has_point"),
    [
        ({"lon": "-104.5"}, "point outside the stated county left out", False),
        ({"lon": "105.5"}, "point outside the state left out", False),
        ({"county_fips": "20001", "lat": "", "lon": ""}, "county of another state left out", False),
        ({"county_fips": "", "lat": "", "lon": ""}, "county worked out from the ZIP code", False),
        ({"county_fips": "", "zip": ""}, "county worked out from the point", True),
        ({"county_fips": "", "zip": "", "lat": "", "lon": ""}, "county worked out from the town", False),
        ({"zip": "66001"}, "ZIP code of another state left out", True),
    ],
)
def test_place_checked_against_itself(rules: RuleContext, cells: dict[str, str], note: str, has_point: bool) -> None:
    run = imported(rules, hrsa_health_center_sites=[site("000001", **cells)])
    record = only(run)
    assert notes(run, hrsa.SITES)[note] == 1
    assert record["location"]["county"] == "08001"
    assert ("point" in record["location"]) is has_point
    assert record["location"]["address"]["address_1"] == "000001 Main St"


def test_place_in_no_known_county_serves_the_state_as_assumed(rules: RuleContext) -> None:
    run = imported(
        rules, hrsa_health_center_sites=[site("000001", county_fips="", zip="", lat="", lon="", city="Twin")]
    )
    area = only(run)["service_area"]
    assert area["states"] == ["co"] and area["assumed"] == "yes" and "Ask" in area["description"]


def test_numbers_and_addresses_that_cannot_be_are_left_out_and_counted(rules: RuleContext) -> None:
    run = imported(rules, hrsa_health_center_sites=[site("000001", phone="123", website="see facebook")])
    record = only(run)
    assert "phones" not in record and "url" not in record
    assert notes(run, hrsa.SITES) == {"telephone number that cannot be rung": 1, "web address that cannot be one": 1}


def test_a_mobile_unit_has_no_place_to_go(rules: RuleContext) -> None:
    record = only(imported(rules, hrsa_health_center_sites=[site("000001", name="Elmwood Mobile Health Unit #2")]))
    assert "location" not in record
    assert record["setting"] == "mobile"
    assert record["service_area"]["counties"] == ["08001"]


@pytest.mark.parametrize(
    ("name", "state", "mobile"),
    [
        ("Salud Mobile Unit", "CO", True),
        ("Mobile Health Services Van 1", "CO", True),
        ("Van Horn Clinic", "TX", False),
        ("Mobile Family Health Center", "AL", False),
        ("Franklin Mobile Medical Unit", "AL", True),
    ],
)
def test_mobile_by_name(name: str, state: str, mobile: bool) -> None:
    assert is_mobile(name, state) is mobile


@pytest.mark.parametrize(
    ("name", "street", "school"),
    [
        ("Elmwood High School SBHC", "1 Main St", True),
        ("Summit Middle School", "158 School Rd", True),
        ("Frisco Elementary", "800 S 8th Ave", True),
        ("Health Center at Academy", "3207 N Academy Blvd", False),
        ("Creative Arts Academy", "2250 Quitman Way", True),
        ("School of Medicine Clinic", "1 Main St", False),
        ("School Street Clinic", "9 School St", False),
        ("Wellness Campus", "1 Main St", False),
    ],
)
def test_school_by_name(name: str, street: str, school: bool) -> None:
    assert is_school(name, street) is school


@pytest.mark.parametrize(
    ("name", "only_other"),
    [
        ("Elmwood Dental Clinic", True),
        ("Elmwood Community Care Clinic Dental Clinic", True),
        ("Elmwood Clinic and Elmwood Dental Clinic", False),
        ("Kenai Medical and Behavioral Health Center", False),
        ("Example Family Health - Behavioral Health", True),
        ("Elmwood Family Clinic", False),
        ("Enrollment Services", True),
        ("Women's Health Center", False),
    ],
)
def test_primary_care_is_not_claimed_for_other_sites(name: str, only_other: bool) -> None:
    assert only_special(name) is only_other


def test_services_are_in_the_vocabulary(rules: RuleContext) -> None:
    name = (
        "Dental, Pharmacy, Behavioral Health, Addiction, Vision, Enrollment, Pediatric and Women's Health Family Clinic"
    )
    services, care = special_care(name)
    assert set(services) <= set(rules.vocabulary.services)
    assert set(care) <= set(rules.vocabulary.codes("health_services"))
    assert {"mobile", "school"} <= set(rules.vocabulary.codes("health_settings"))


def test_exact_doubles_are_merged(rules: RuleContext) -> None:
    double = {"name": "Same Clinic", "street": "1 Main St"}
    run = imported(rules, hrsa_health_center_sites=[site("000001", **double), site("000002", **double)])
    assert counts(run, hrsa.SITES) == {"written": 1, "merged": 1}
    assert only(run)["registry_ids"][0]["id"] == "BPS-H80-000001"


def official(number: str, **cells: str) -> dict[str, str]:
    ours = site(number, retrieved="09/30/2026", setting="All Other Clinic Types", location_type="Permanent") | {
        "site_type": "Service Delivery Site",
        "status": "Active",
        "operator": "Example Health, Inc.",
    }
    ours |= cells
    return {theirs: ours[name] for theirs, name in hrsa.OFFICIAL_COLUMNS.items()}


def test_official_download(rules: RuleContext) -> None:
    rows = [
        official("000001", zip="80001-2415", website="clinic.example.org"),
        official("000002", setting="School"),
        official("000003", location_type="Mobile Van"),
        official("000004", status="Inactive"),
        official("000005", site_type="Administrative"),
        official("000006", setting="Domestic Violence", street="9 Other St", lat="39.6"),
    ]
    run = imported(rules, hrsa_health_center_sites=rows)
    assert counts(run, hrsa.SITES) == {"written": 4, "refused": 2}
    made = records(run)
    assert made["clinic-000001"]["source"]["retrieved"] == "2026-09-30"
    assert made["clinic-000001"]["location"]["address"]["postal_code"] == "80001"
    assert made["clinic-000002"]["setting"] == "school"
    assert made["clinic-000006"]["location"] == {"visibility": "withheld"} and "setting" not in made["clinic-000006"]
    assert made["clinic-000003"]["setting"] == "mobile" and "location" not in made["clinic-000003"]


# The gate


def texts_of(run: importing.Run) -> str:
    """Everything a run gives out: records, accounts, the list for review."""
    accounts = run.accounts["co"]
    written = "".join(canonical_text(record) for record in run.records.values())
    listed = review_text((identifier, reason) for _, identifier, reason in run.review)
    return written + accounts_text(list(accounts)) + format_accounts(accounts) + listed + repr(run.review)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"street": "", "zip": "", "lat": "", "lon": ""}, BLANK_STREET),
        ({"name": "Haven Clinic"}, WORD_IN_NAME),
        ({"name": "Clinica del Refugio"}, WORD_IN_NAME),
        ({"phone": "(303) 555-0110"}, SHARED_PHONE),
        ({"street": "77 Hidden Hollow Road, Suite 2", "lat": "39.6"}, SHARED_PLACE),
        ({"street": "79 Hidden Hollow Rd"}, SHARED_PLACE),
    ],
)
def test_places_that_must_be_withheld(rules: RuleContext, cells: dict[str, str], reason: str) -> None:
    sites = [
        site("000001", **({"street": SECRET_STREET} | cells)),
        site("000002", name="Shelter Clinic", street=SECRET_STREET, phone="303-555-0109"),
    ]
    run = imported(rules, hrsa_health_center_sites=sites, dv_programs=[dv_row("Example Program")])
    withheld = [record for record in records(run).values() if record["type"] == "health_center"]
    assert [record["location"] for record in withheld] == [{"visibility": "withheld"}] * 2
    assert ("co", reason) in {(state, why) for state, _, why in run.review}
    assert withheld[0]["service_area"]["counties"] == ["08001"]
    assert "Hidden" not in texts_of(run) and "39.5" not in texts_of(run) and "80001" not in texts_of(run)


def test_a_number_of_a_program_added_by_hand_counts_too(rules: RuleContext) -> None:
    existing = as_read(imported(rules, dv_programs=[dv_row("Hand-written Program", hotline="303-555-0155")]), rules)
    run = imported(
        rules, existing, hrsa_health_center_sites=[site("000001", street="9 Other St", phone="303-555-0155")]
    )
    assert only(run)["location"] == {"visibility": "withheld"}


def test_a_phrase_that_is_no_more_than_a_word_explains_nothing(rules: RuleContext) -> None:
    words = rules.vocabulary.confidential_words
    gate = Gate(
        words.model_copy(update={"ordinary": (*words.ordinary, OrdinaryPhrase(phrase="women's", why="a mistake"))})
    )
    assert gate.suspects("Women's Place") and not gate.suspects("Women's Health")


def test_commas_and_brackets_do_not_hide_a_phrase() -> None:
    phrase = OrdinaryPhrase(phrase="women infants and children", why="the food program")
    gate = Gate(ConfidentialWords(suspicious=WordsByLanguage(en=("women",)), ordinary=(phrase,)))
    assert not gate.suspects("Women, Infants, and Children (WIC)") and gate.suspects("Women, Children (WIC)")


def test_an_ordinary_phrase_explains_a_word(rules: RuleContext) -> None:
    run = imported(rules, hrsa_health_center_sites=[site("000001", name="Women's Health Clinic")])
    assert only(run)["location"]["visibility"] == "public"
    assert not run.review


def test_a_name_that_tells_the_place_is_held_back(rules: RuleContext) -> None:
    run = imported(rules, hrsa_health_center_sites=[site("000001", name="Hidden Hollow Shelter", street=SECRET_STREET)])
    assert not run.records
    assert counts(run, hrsa.SITES) == {"held back": 1}
    assert run.review == [("co", "hrsa_bphc:BPS-H80-000001", NAME_TELLS_PLACE)]
    assert "Hidden" not in texts_of(run)


@pytest.mark.parametrize(
    ("name", "street", "tells"),
    [
        ("Larch Avenue Shelter", "", True),
        ("Hollow House", SECRET_STREET, True),
        ("St. Larch's Shelter", "270 Other St", False),
        ("Larch House", "12 Main St", False),
    ],
)
def test_name_tells_place(name: str, street: str, tells: bool) -> None:
    assert name_tells_place(name, street) is tells


def test_ids_of_withheld_places_hold_no_town(rules: RuleContext) -> None:
    sites = [site("000001", name="Haven Clinic"), site("000002", name="Haven Clinic", street="9 Other St", city="Twin")]
    assert sorted(records(imported(rules, hrsa_health_center_sites=sites))) == [
        "haven-clinic-000001",
        "haven-clinic-000002",
    ]


def test_a_later_file_does_not_bring_a_withheld_place_back(rules: RuleContext) -> None:
    first = imported(
        rules, hrsa_health_center_sites=[site("000001", name="Elm House", street="", lat="", lon="", zip="")]
    )
    later = site("000001", name="Elm House", street=SECRET_STREET, phone="303-555-0177", retrieved="2026-09-30")
    run = imported(rules, as_read(first, rules), hrsa_health_center_sites=[later])
    assert only(run)["location"] == {"visibility": "withheld"}
    assert only(run)["phones"] == [{"number": "303-555-0177", "type": "voice"}]
    assert "Hidden" not in texts_of(run) and "39.5" not in texts_of(run)


def test_a_later_name_that_tells_the_place_is_not_taken(rules: RuleContext) -> None:
    first = imported(
        rules, hrsa_health_center_sites=[site("000001", name="Elm House", street="", lat="", lon="", zip="")]
    )
    later = site("000001", name="Elm House at Hidden Hollow", street=SECRET_STREET, retrieved="2026-09-30")
    run = imported(rules, as_read(first, rules), hrsa_health_center_sites=[later])
    assert only(run)["name"] == "Elm House"
    assert "Hidden" not in texts_of(run)


def test_a_word_that_becomes_suspicious_withholds_an_old_place(rules: RuleContext) -> None:
    first = imported(rules, hrsa_health_center_sites=[site("000001", name="Grove Clinic")])
    words = ConfidentialWords(suspicious=WordsByLanguage(en=("grove",)), ordinary=())
    later = replace(rules, vocabulary=replace(rules.vocabulary, confidential_words=words))
    run = imported(later, as_read(first, rules), hrsa_health_center_sites=[site("000001", name="Grove Clinic")])
    assert only(run)["location"] == {"visibility": "withheld"}


def test_a_recorded_authorisation_keeps_a_place_public(rules: RuleContext) -> None:
    sites = [site("000001", name="Haven Clinic")]
    given = {
        "visibility": "public", "address": {"address_1": "5 Open St", "city": "Elmwood", "state_province": "CO"},
        "county": "08001", "authorisation": {"by": "Director, Haven Clinic", "date": "2026-03-12"},
    }  # fmt: skip
    existing = as_read(imported(rules, hrsa_health_center_sites=sites), rules, location=given)
    later = [sites[0] | {"retrieved": "2026-09-30"}]
    assert only(imported(rules, existing, hrsa_health_center_sites=later))["location"] == given


def test_word_lists_do_not_judge_public_bodies(rules: RuleContext) -> None:
    run = imported(
        rules,
        hud_pha=[agency("CO001", name="Shelter Island Housing Authority")],
        eoir_pro_bono=[
            row(eoir.PROVIDERS, name="Women's Law Haven", street="2 Court St", city="Elmwood", state="CO", zip="80001")
        ],
    )
    assert {record["location"]["visibility"] for record in records(run).values()} == {"public"}


def test_offices_and_agencies_at_a_withheld_street_are_withheld(rules: RuleContext) -> None:
    run = imported(
        rules,
        hrsa_health_center_sites=[site("000001", name="Shelter Clinic", street=SECRET_STREET)],
        hud_pha=[agency("CO001", street=SECRET_STREET.upper())],
        lsc_programs=[legal_program()],
        lsc_offices=[office("1", street=SECRET_STREET)],
        eoir_pro_bono=[
            row(eoir.PROVIDERS, name="Law Office", street=SECRET_STREET, city="Elmwood", state="CO", zip="80001")
        ],
    )
    places = [record.get("location") for record in records(run).values() if "location" in record]
    assert places == [{"visibility": "withheld"}] * 4
    assert "idden" not in texts_of(run).lower()


def test_review_list_lies_outside_the_repository(tmp_path: Path) -> None:
    (tmp_path / "repository").mkdir()
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "repository")
    assert review_path(str(tmp_path / "list.txt"), tmp_path / "repository") == tmp_path / "list.txt"
    for inside in (tmp_path / "repository/list.txt", link / "list.txt", tmp_path / "repository/../repository/list.txt"):
        with pytest.raises(ReviewListError):
            review_path(str(inside), tmp_path / "repository")


def test_review_list_is_private(tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text("old")
    file.chmod(0o644)
    write_private(file, "co/example\treason\n")
    assert file.stat().st_mode & 0o777 == 0o600


# Housing authorities


def test_an_agency_that_stands_once_a_program_is_one_record(rules: RuleContext) -> None:
    rows = [
        agency("CO901", program_type="Section 8", street="1 Main Street", phone="(303) 555-0144 x12"),
        agency("CO001", program_type="Low-Rent"),
    ]
    run = imported(rules, hud_pha=rows)
    record = only(run)
    assert [entry["id"] for entry in record["registry_ids"]] == ["CO001", "CO901"]
    assert record["programs"] == ["public_housing", "housing_choice_voucher"]
    assert record["services"] == ["public_housing", "housing_voucher"]
    assert [phone["number"] for phone in record["phones"]] == ["303-555-0101", "303-555-0144"]
    assert record["phones"][1]["extension"] == "12"
    assert counts(run, hud_pha.AGENCIES) == {"written": 1, "merged": 1}


def test_agencies_of_one_name_at_two_places_stay_two(rules: RuleContext) -> None:
    rows = [
        agency("CO001"),
        agency(
            "CO002", street="9 Far Rd", city="Spruce Springs", zip="80003", county_fips="08003", phone="303-555-0166"
        ),
    ]
    assert sorted(records(imported(rules, hud_pha=rows))) == [
        "elmwood-housing-authority-elmwood",
        "elmwood-housing-authority-spruce-springs",
    ]


@pytest.mark.parametrize(
    ("name", "county"),
    [
        ("Elmwood Housing Authority", "08001"),
        ("Housing Authority of the City of Spruce Springs", "08003"),
        ("Birch County Housing Authority", "08003"),
        ("Housing Authority of the County of Birch", "08003"),
    ],
)
def test_agency_without_county_takes_that_of_the_town_in_its_name(rules: RuleContext, name: str, county: str) -> None:
    bare = {"city": "", "zip": "", "county_fips": "", "phone": "", "program_type": ""}
    run = imported(rules, hud_pha=[agency("CO052", name=name, **bare)])
    record = only(run)
    assert record["service_area"] == {"counties": [county], "assumed": "yes"}
    assert record["location"]["address"] == {"address_1": "1 Main Street", "state_province": "CO"}
    assert "programs" not in record and "services" not in record and "phones" not in record


def test_agency_whose_county_cannot_be_known_is_refused(rules: RuleContext) -> None:
    bare = {"city": "", "zip": "", "county_fips": ""}
    run = imported(rules, hud_pha=[agency("CO053", name="Twin Housing Authority", **bare)])
    assert not run.records
    assert counts(run, hud_pha.AGENCIES) == {"refused": 1}


def test_state_wide_agency_serves_the_state(rules: RuleContext) -> None:
    record = only(imported(rules, hud_pha=[agency("CO911", name="Colorado Division of Housing")]))
    assert record["service_area"]["states"] == ["co"] and record["service_area"]["assumed"] == "yes"


def test_agency_of_two_codes_is_state_wide_by_either(rules: RuleContext) -> None:
    bare = {"name": "Housing Authority of Colorado", "city": "", "zip": "", "county_fips": ""}
    record = only(imported(rules, hud_pha=[agency("CO001", **bare), agency("CO901", **bare)]))
    assert record["service_area"]["states"] == ["co"]


@pytest.mark.parametrize(
    ("name", "county", "counties"),
    [
        ("New York City Housing Authority", "36061", 5),
        ("NYC DEPT OF HOUSING PRESERVATION AND DEV", "36061", 5),
        ("New York City Example Agency", "36001", 1),
        ("Elmwood Housing Authority", "36061", 1),
    ],
)
def test_agencies_of_new_york_city_are_listed_for_its_five_counties(name: str, county: str, counties: int) -> None:
    """An advocate in the Bronx needs them, though their offices are in Manhattan."""
    found = hud_pha.counties_of_agency(name, county)
    assert len(found) == counties and county in found


def test_agency_with_a_comma_for_a_street_has_none(rules: RuleContext) -> None:
    record = only(imported(rules, hud_pha=[agency("CO001", street=",", city="", zip="")]))
    assert record["location"] == {"visibility": "public", "county": "08001"}


def test_a_persons_email_is_left_out(rules: RuleContext) -> None:
    run = imported(rules, hud_pha=[agency("CO001", email="jane.doe@example.org")])
    assert "email" not in only(run)
    assert notes(run, hud_pha.AGENCIES) == {"e-mail address that is not an office's": 1}


# Continuums of Care


def test_a_continuum(rules: RuleContext) -> None:
    run = imported(
        rules,
        hud_coc=[continuum("CO-500")],
        county_coc=[
            county_row("08001", "CO-500", "97.2644522550039"),
            county_row("08003", "CO-500", ""),
            county_row("20001", "CO-500", "NA"),
        ],
    )
    record = only(run)
    assert record["id"] == "coc-co-500"
    assert record["counties"] == [{"fips": "08001", "share": 97.26}, {"fips": "08003"}, {"fips": "20001"}]
    assert record["beds"] == {"year": 2024, "emergency": 4, "safe_haven": 0}
    assert record["lead_agency"] == {"name": "Example Lead", "year": 2021}
    assert "another body" in record["phones"][0]["description"]
    assert "Byrne" in record["further_sources"][0]["publisher"]
    assert "service_area" not in record
    assert counts(run, hud_coc.COUNTIES) == {"merged": 3}


def test_a_continuum_without_a_name_or_county_is_refused(rules: RuleContext) -> None:
    run = imported(
        rules,
        hud_coc=[continuum("CO-508", name=""), continuum("CO-509")],
        county_coc=[county_row("08001", "CO-508"), county_row("99999", "CO-509")],
    )
    assert counts(run, hud_coc.CONTINUUMS) == {"refused": 2}
    assert counts(run, hud_coc.COUNTIES) == {"refused": 2}


def test_a_continuum_with_nothing_but_its_counties(rules: RuleContext) -> None:
    bare = {
        "lead_agency": "",
        "lead_agency_year": "",
        "phone": "",
        "contact_retrieved": "",
        "beds_year": "",
        "beds_emergency": "",
    }
    rows = [continuum("CO-500", **bare), continuum("CO-501")]
    made = records(
        imported(rules, hud_coc=rows, county_coc=[county_row("08001", "CO-500"), county_row("08003", "CO-501")])
    )
    assert not {"beds", "lead_agency", "phones"} & set(made["coc-co-500"])
    assert made["coc-co-500"]["source"]["retrieved"] == "2026-07-19"


# Legal aid


def test_program_that_covers_all_counties_serves_the_state(rules: RuleContext) -> None:
    county_rows = [{"county_fips": fips, "lsc_area": "CO-6"} for fips in ("08001", "08003")]
    record = only(imported(rules, lsc_programs=[legal_program()], county_lsc=county_rows))
    assert record["service_area"] == {"states": ["co"]}
    assert record["lsc_funded"] == "yes"
    assert record["services"] == ["civil_legal_aid"]


def test_program_of_two_areas_serves_the_counties_of_both(rules: RuleContext) -> None:
    county_rows = [{"county_fips": "08003", "lsc_area": "CO-1"}, {"county_fips": "20001", "lsc_area": "KS-2"}]
    record = only(imported(rules, lsc_programs=[legal_program(lsc_area="CO-1,KS-2")], county_lsc=county_rows))
    assert record["service_area"] == {"counties": ["08003", "20001"]}
    assert [entry["id"] for entry in record["registry_ids"]] == ["CO-1", "KS-2"]


def test_program_without_listed_counties_and_one_that_is_closing(rules: RuleContext) -> None:
    rows = [
        legal_program(lsc_area="CO-7"),
        legal_program(lsc_area="CO-8", name="Another Legal Aid"),
        legal_program(lsc_area="CO-6 Closeout", name="Old Legal Aid"),
    ]
    county_rows = [{"county_fips": "08001", "lsc_area": "CO-6"}]
    run = imported(rules, lsc_programs=rows, county_lsc=county_rows)
    made = records(run)
    assert {record["service_area"]["assumed"] for record in made.values()} == {"yes"}
    assert "lsc_funded" not in made["old-legal-aid"]
    assert counts(run, lsc.COUNTIES) == {"refused": 1}


def test_offices_belong_to_their_program_and_have_no_number(rules: RuleContext) -> None:
    rows = [
        office("1"),
        office("2", name="Hayden Office", city="Spruce Springs", zip="80003", county_fips="08003", lon="-104.5"),
        office("3", name="Alder County Legal Services"),
        office("4", name="Lost Office", program="", lsc_area=""),
        office("5", street="1 Court Ave"),
    ]
    run = imported(rules, lsc_programs=[legal_program()], lsc_offices=rows)
    made = records(run)
    assert set(made) == {
        "example-legal-services",
        "example-legal-services-elmwood-office",
        "example-legal-services-hayden-office",
        "alder-county-legal-services",
    }
    first = made["example-legal-services-elmwood-office"]
    assert first["name"] == "Example Legal Services, Elmwood office"
    assert first["organization"] == "example-legal-services"
    assert "phones" not in first
    assert "June 2020" in first["source"]["note"]
    assert counts(run, lsc.OFFICES) == {"written": 3, "merged": 1, "held back": 1}
    assert not together(run)


def test_immigration_provider(rules: RuleContext) -> None:
    cells = {
        "name": "Asylum Center",
        "street": "517 16th Avenue",
        "city": "Elmwood",
        "state": "CO",
        "zip": "80001",
        "email": "info@example.org",
    }
    record = only(imported(rules, eoir_pro_bono=[row(eoir.PROVIDERS, **cells)]))
    assert record["services"] == ["immigration_legal_help"]
    assert record["service_area"]["states"] == ["co"] and "town" in record["service_area"]["description"]
    assert record["email"] == "info@example.org"


# Youth, domestic violence, administrators


def test_youth_program_has_its_town_only(rules: RuleContext) -> None:
    cells = {"name": "Elmwood, City Of", "programs": "Basic Center; Street Outreach", "city": "Elmwood", "state": "CO"}
    record = only(imported(rules, fysb_rhy_grantees=[row(fysb_rhy.GRANTEES, **cells)]))
    assert record["name"] == "City of Elmwood"
    assert record["location"] == {"visibility": "public", "address": {"city": "Elmwood", "state_province": "CO"}}
    assert record["programs"] == ["basic_center", "street_outreach"]
    assert record["services"] == ["emergency_youth_shelter", "street_outreach"]


def test_every_youth_program_is_in_the_vocabulary(rules: RuleContext) -> None:
    assert {program for program, _ in fysb_rhy.PROGRAMS.values()} <= set(rules.vocabulary.codes("rhy_programs"))
    assert {service for _, service in fysb_rhy.PROGRAMS.values()} <= set(rules.vocabulary.services)


def test_coalition_programs_and_tribes(rules: RuleContext) -> None:
    run = imported(
        rules,
        dv_coalitions=[
            row(dv_coalitions.COALITIONS, name="Violence Free Example", state="CO", website="http://vf.example.org/")
        ],
        dv_programs=[
            dv_row("Example Program", county_name="Alder", county_fips="08001"),
            dv_row("Example Program", county_name="Birch", county_fips="08003"),
            dv_row("No County Program", hotline="", website="https://nc.example.org/"),
        ],
        fvpsa_tribal_grantees=[row(fvpsa.TRIBES, name="Example Tribe (the)", state="CO")],
    )
    made = {record["name"]: record for record in records(run).values()}
    coalition = made["Violence Free Example"]
    assert coalition["kinds"] == ["coalition"] and coalition["service_area"] == {"states": ["co"]}
    assert "violence" not in coalition["id"]
    program = made["Example Program"]
    assert program["service_area"] == {"counties": ["08001", "08003"]}
    assert program["location"] == {"visibility": "withheld"}
    assert program["coalition"] == coalition["id"] == made["Example Tribe"]["coalition"]
    assert program["phones"][0]["purpose"] == "emergency"
    assert program["source"]["publisher"].startswith("Violence Free Example")
    assert made["No County Program"]["service_area"]["assumed"] == "yes"
    assert "phones" not in made["No County Program"]
    assert made["Example Tribe"]["kinds"] == ["tribal_program"] and "location" not in made["Example Tribe"]
    assert counts(run, dv_programs.PROGRAMS) == {"written": 2, "merged": 1}
    assert not together(run)


def test_administrator(rules: RuleContext) -> None:
    cells = {
        "name": "Department of Human Services Domestic Violence Program",
        "state": "CO",
        "website": "https://example.org/",
    }
    record = only(imported(rules, fvpsa_state_administrators=[row(fvpsa.ADMINISTRATORS, **cells)]))
    assert record["administers"] == ["fvpsa"] and record["services"] == ["grant_administration"]
    assert "violence" not in record["id"] and record["id"].endswith("co")


# Ids


def test_slug() -> None:
    assert slug("Clinica Family Health & Wellness -- People's") == "clinica-family-health-and-wellness-peoples"
    assert slug("Doña Ana Clínica") == "dona-ana-clinica"
    assert len(slug("very long name " * 20)) <= 80


def test_generic_and_equal_names_take_their_town_then_more(rules: RuleContext) -> None:
    sites = [
        site("000001", name="Family Health Center"),
        site("000002", name="Salud Clinic"),
        site("000003", name="Salud Clinic", city="Spruce Springs", zip="80003", county_fips="08003", lon="-104.5"),
        site("000004", name="Omni Clinic"),
        site("000005", name="Omni Clinic"),
        site("000006", name="Very " * 30 + "Long Clinic"),
    ]
    ids = set(records(imported(rules, hrsa_health_center_sites=sites)))
    assert {"family-health-center-elmwood", "salud-clinic-elmwood", "salud-clinic-spruce-springs"} <= ids
    assert {"omni-clinic-000004", "omni-clinic-000005"} <= ids
    assert all(len(identifier) <= 80 for identifier in ids)


def test_ids_do_not_depend_on_order_or_on_the_states_chosen(rules: RuleContext) -> None:
    sites = [
        site(f"{number:06}", name=("Elm Clinic", "Oak Clinic", "Family Clinic")[number % 3]) for number in range(12)
    ]
    sites.append(
        site("000099", name="Elm Clinic", state="KS", city="Plains", zip="66001", county_fips="20001", lon="-103.5")
    )
    ids = {
        record["registry_ids"][0]["id"]: key
        for key, record in records(imported(rules, hrsa_health_center_sites=sites)).items()
    }
    for seed in range(3):
        random.Random(seed).shuffle(sites)
        both = records(imported(rules, states=("co", "ks"), hrsa_health_center_sites=sites))
        assert ids.items() <= {record["registry_ids"][0]["id"]: key for key, record in both.items()}.items()


def test_an_id_in_use_is_not_given_again(rules: RuleContext) -> None:
    run = imported(rules, hrsa_health_center_sites=[site("000001", name="Grove Clinic")])
    existing = as_read(run, rules, registry_ids=[{"registry": "hrsa_bphc", "id": "BPS-H80-999999"}])
    second = imported(rules, existing, hrsa_health_center_sites=[site("000001", name="Grove Clinic")])
    assert list(records(second)) == ["grove-clinic-elmwood"]


def test_assign_gives_every_draft_its_own_id(rules: RuleContext) -> None:
    rows = [dv_row("Refuge", hotline=f"303-555-01{number:02}") for number in range(20)]
    drafts = dv_programs.import_rows(
        rows, importing.context_for({table.file: [] for table in importing.TABLES}, rules)
    ).drafts
    ids = assign(drafts, rules.vocabulary, rules.neutral_pattern)
    assert len(set(ids.values())) == 20


# Importing again


def everything() -> Given:
    return {
        "hrsa_health_center_sites": [site("000001"), site("000002", name="Haven Clinic")],
        "hud_pha": [agency("CO001"), agency("CO901", program_type="Section 8")],
        "hud_coc": [continuum("CO-500")],
        "county_coc": [county_row("08001", "CO-500")],
        "lsc_programs": [legal_program()],
        "county_lsc": [{"county_fips": "08001", "lsc_area": "CO-6"}],
        "lsc_offices": [office("1")],
        "eoir_pro_bono": [
            row(eoir.PROVIDERS, name="Asylum Center", street="5 Law St", city="Elmwood", state="CO", zip="80001")
        ],
        "fysb_rhy_grantees": [
            row(fysb_rhy.GRANTEES, name="Youth House", programs="Basic Center", city="Elmwood", state="CO")
        ],
        "dv_coalitions": [
            row(dv_coalitions.COALITIONS, name="Example Coalition", state="CO", website="http://c.example.org/")
        ],
        "dv_programs": [dv_row("Example Program")],
        "fvpsa_state_administrators": [row(fvpsa.ADMINISTRATORS, name="Department of Example", state="CO")],
        "fvpsa_tribal_grantees": [row(fvpsa.TRIBES, name="Example Tribe", state="CO")],
    }


def test_importing_twice_changes_nothing(rules: RuleContext, tmp_path: Path) -> None:
    first = imported_all(rules, everything(), {})
    texts = {path: canonical_text(record) for path, record in first.records.items()}
    assert sorted(write_changed(tmp_path, texts)) == sorted(texts)
    for refresh in (False, True):
        second = imported_all(rules, everything(), as_read(first, rules), refresh=refresh)
        assert {path: canonical_text(record) for path, record in second.records.items()} == texts
        assert second.accounts == first.accounts
    assert write_changed(tmp_path, texts) == []
    assert not together(first)


def test_a_confirmed_record_is_not_touched(rules: RuleContext) -> None:
    first = imported(rules, hrsa_health_center_sites=[site("000001")])
    existing = as_read(first, rules, verified={"date": "2026-09-01", "by": "Director, Clinic 000001"})
    run = imported(
        rules, existing, hrsa_health_center_sites=[site("000001", phone="303-555-0177", retrieved="2026-09-30")]
    )
    assert not run.records
    assert counts(run, hrsa.SITES) == {"held back": 1}


PERSONS_FACTS = {
    "editor_note": "Ask again in spring.",
    "referral": {"status": "open"},
    "eligibility": {"description": "Anyone.", "minimum_age": 18},
    "schedules": [{"purpose": "opening", "opening_hours": "Mo-Fr 09:00-17:00"}],
    "former_ids": ["old-clinic"],
    "translations": {"es": {"name": "Clínica"}},
    "services": ["primary_care", "dental_care"],
    "alternate_name": "The Elm",
}


def test_what_a_person_added_stays_when_the_publisher_says_something_new(rules: RuleContext) -> None:
    first = imported(rules, hrsa_health_center_sites=[site("000001")])
    existing = as_read(first, rules, **PERSONS_FACTS)
    run = imported(
        rules, existing, hrsa_health_center_sites=[site("000001", phone="303-555-0177", retrieved="2026-09-30")]
    )
    record = only(run)
    assert {name: record[name] for name in PERSONS_FACTS} == PERSONS_FACTS
    assert [phone["number"] for phone in record["phones"]] == ["303-555-0177"]
    assert record["source"]["retrieved"] == "2026-09-30"


def test_what_a_person_changed_stays_while_the_publisher_says_nothing_new(rules: RuleContext) -> None:
    first = imported(rules, hrsa_health_center_sites=[site("000001")])
    phones = [{"number": "303-555-0188", "type": "voice", "opening_hours": "24/7"}]
    existing = as_read(first, rules, phones=phones, name="The Elm Clinic")
    run = imported(rules, existing, hrsa_health_center_sites=[site("000001")])
    assert only(run)["phones"] == phones and only(run)["name"] == "The Elm Clinic"
    assert list(run.records) == list(existing)


def test_a_stated_area_is_not_replaced_by_an_assumed_one(rules: RuleContext) -> None:
    first = imported(rules, hrsa_health_center_sites=[site("000001")])
    existing = as_read(first, rules, service_area={"counties": ["08001", "08003"]})
    run = imported(rules, existing, hrsa_health_center_sites=[site("000001", retrieved="2026-09-30")])
    assert only(run)["service_area"] == {"counties": ["08001", "08003"]}


def test_a_record_keeps_its_id_when_the_name_changes(rules: RuleContext) -> None:
    first = imported(rules, hrsa_health_center_sites=[site("000001")])
    run = imported(
        rules, as_read(first, rules), hrsa_health_center_sites=[site("000001", name="New Name", retrieved="2026-09-30")]
    )
    assert (only(run)["id"], only(run)["name"]) == ("clinic-000001", "New Name")


# Tables and accounts


def test_missing_column_names_the_file_and_the_column(tmp_path: Path) -> None:
    (tmp_path / "hud_pha.csv").write_text("pha_code,name\nCO001,Example\n", encoding="utf-8")
    with pytest.raises(TableError, match=r"hud_pha\.csv: the column 'program_type', 'street'.* is missing"):
        read_table(tmp_path, hud_pha.AGENCIES)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is missing"),
        (b"name,state,website,retrieved\na,CO\n", "row 2 has 2 cells"),
        (b"name,state,website,retrieved\n\xff,CO,x,y\n", "not a CSV table in UTF-8"),
    ],
)
def test_unusable_tables_are_refused_without_their_values(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / dv_coalitions.COALITIONS.file).write_bytes(content)
    with pytest.raises(TableError, match=message):
        read_table(tmp_path, dv_coalitions.COALITIONS)


def test_table_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"eoir_pro_bono\.csv"):
        read_table(tmp_path, eoir.PROVIDERS)


def test_header_with_a_trailing_comma(tmp_path: Path) -> None:
    header = ",".join(f'"{name}"' for name in hrsa.OFFICIAL_COLUMNS) + ",\r\n"
    cells = ",".join(f'"{value}"' for value in official("000001").values()) + "\r\n"
    (tmp_path / hrsa.SITES.file).write_bytes(b"\xef\xbb\xbf" + (header + cells).encode())
    (only_row,) = read_table(tmp_path, hrsa.SITES)
    assert only_row["BPHC Assigned Number"] == "BPS-H80-000001"


def test_account_adds_up_and_counts_other_states(rules: RuleContext) -> None:
    sites = [site("000001"), site("000002", state="KS", city="Plains", zip="66001", county_fips="20001", lon="-103.5")]
    run = imported(rules, hrsa_health_center_sites=sites)
    entry = next(entry for entry in run.accounts["co"] if entry.table == hrsa.SITES.file)
    assert (entry.in_file, entry.other_states, entry.read) == (2, 1, 1)
    printed = format_accounts(run.accounts["co"])
    assert "other states" in printed and "total" in printed


def test_account_that_does_not_add_up_is_an_error() -> None:
    ledger = Ledger("example.csv", "Example")
    ledger.add("CO", "written", "as published")
    with pytest.raises(AccountError, match="2 rows in the file, but 1 accounted for"):
        account(ledger, 2, "CO")


def test_row_that_fails_the_check_is_refused_by_code_and_not_by_value(rules: RuleContext) -> None:
    run = imported(rules, hrsa_health_center_sites=[site("000001", retrieved="2027-01-01")])
    assert not run.records
    assert counts(run, hrsa.SITES) == {"refused": 1}
    (entry,) = [entry for entry in run.accounts["co"] if entry.read]
    assert list(entry.reasons["refused"]) == ["the record does not pass the check (E212 source)"]


def test_accounts_file_holds_counts_only(rules: RuleContext) -> None:
    run = imported_all(rules, everything(), {})
    text = accounts_text(list(run.accounts["co"]))
    assert "Haven" not in text and "Example Program" not in text and "Main St" not in text
    assert "place withheld" in text


# The whole country


def test_rows_of_no_state_are_counted_apart(rules: RuleContext) -> None:
    sites = [site("000001"), site("000002", state="PW"), site("000003", state="")]
    run = imported(rules, states=("co", "ks"), hrsa_health_center_sites=sites)
    table = hrsa.SITES.file
    (elsewhere,) = [entry for entry in run.elsewhere if entry.table == table]
    (country,) = [entry for entry in run.country if entry.table == table]
    assert (elsewhere.read, country.read, country.other_states) == (2, 3, 0)
    lines = format_totals({"Colorado": run.accounts["co"], "elsewhere": run.elsewhere}).splitlines()
    assert [line.split()[:2] for line in lines[1:]] == [["Colorado", "1"], ["elsewhere", "2"]]
    assert not imported(rules, hrsa_health_center_sites=sites).country


def test_records_of_which_no_row_speaks_any_more_are_named(rules: RuleContext) -> None:
    first = imported(rules, hrsa_health_center_sites=[site("000001"), site("000002")])
    run = imported(rules, as_read(first, rules), hrsa_health_center_sites=[site("000002")])
    assert run.gone == ["data/resources/co/health_center/clinic-000001.yml"]
    assert list(run.records) == ["data/resources/co/health_center/clinic-000002.yml"]


@pytest.mark.parametrize(
    ("other", "made"),
    [
        ({"name": "Housing Authority of the City of Elmwood", "program_type": "Section 8"}, 1),
        ({"name": "Housing Authority of the City of Elmwood", "program_type": "Low-Rent"}, 2),
        ({"name": "Housing Authority of the City of Elmwood", "program_type": "Section 8", "street": "9 Far Rd"}, 2),
        ({"name": "Elmwood County Housing Authority", "program_type": "Section 8"}, 2),
    ],
)
def test_agencies_named_in_other_words(rules: RuleContext, other: dict[str, str], made: int) -> None:
    rows = [agency("CO001", program_type="Low-Rent"), agency("CO901", **other)]
    assert len(imported(rules, hud_pha=rows).records) == made


def test_a_program_with_a_number_a_county(rules: RuleContext) -> None:
    rows = [
        dv_row("Example Program", county_fips="08001", website="http://www.example.org/"),
        dv_row("Example Program", county_fips="08003", website="https://example.org", hotline="303-555-0111"),
        dv_row("Example Program", hotline="303-555-0112", website="https://other.example.org"),
    ]
    made = records(imported(rules, dv_programs=rows))
    (joined,) = [record for record in made.values() if "counties" in record["service_area"]]
    assert len(made) == 2
    assert [phone["description"] for phone in joined["phones"]] == ["For Alder County.", "For Birch County."]
    assert joined["service_area"] == {"counties": ["08001", "08003"]}


def area_row(fips: str, area: str) -> dict[str, str]:
    return {"county_fips": fips, "lsc_area": area}


def test_a_program_takes_over_an_area_that_vanished(rules: RuleContext) -> None:
    run = imported(
        rules,
        lsc_programs=[legal_program(lsc_area="CO-9")],
        county_lsc=[area_row("08001", "CO-1"), area_row("08003", "CO-2")],
    )
    assert only(run)["service_area"]["states"] == ["co"] and only(run)["service_area"]["assumed"] == "yes"
    assert counts(run, lsc.COUNTIES) == {"merged": 2}


def test_of_two_young_programs_the_one_with_an_office_there_takes_over(rules: RuleContext) -> None:
    run = imported(
        rules,
        lsc_programs=[legal_program(lsc_area="CO-8", name="One Legal Aid"), legal_program(lsc_area="CO-9")],
        county_lsc=[area_row("08001", "CO-1"), area_row("08003", "CO-2")],
        lsc_offices=[office("1", lsc_area="CO-9")],
    )
    assert records(run)["example-legal-services"]["service_area"]["counties"] == ["08001"]
    assert counts(run, lsc.COUNTIES) == {"merged": 1, "refused": 1}


def test_county_codes_of_other_years(rules: RuleContext) -> None:
    changed = replace(rules.places.counties["08001"], fips="02261", state="AK")
    places = replace(
        rules.places,
        states={**rules.places.states, "AK": State("AK", "02", "Alaska", "ak")},
        counties={**rules.places.counties, "02261": changed},
    )
    rows = [county_row("02063", "AK-500", "40"), county_row("02066", "AK-500", "40"), county_row("09190", "AK-500")]
    run = imported(replace(rules, places=places), states=("ak",), hud_coc=[continuum("AK-500")], county_coc=rows)
    assert only(run)["counties"] == [{"fips": "02261", "share": 40.0}]
    assert counts(run, hud_coc.COUNTIES, "ak") == {"merged": 2, "refused": 1}


def test_a_withheld_place_keeps_only_the_front_page_of_its_web_site(rules: RuleContext) -> None:
    website = "https://www.example.org/our-places/hidden-hollow"
    run = imported(rules, hrsa_health_center_sites=[site("000001", name="Haven Clinic", website=website)])
    assert only(run)["url"] == "https://www.example.org"


def test_a_name_that_now_tells_is_taken_from_a_record_that_was_public(rules: RuleContext) -> None:
    rows = [site("000001", name="Hidden Hollow Grove", street=SECRET_STREET)]
    first = imported(rules, hrsa_health_center_sites=rows)
    words = ConfidentialWords(suspicious=WordsByLanguage(en=("grove",)), ordinary=())
    later = replace(rules, vocabulary=replace(rules.vocabulary, confidential_words=words))
    run = imported(later, as_read(first, rules), hrsa_health_center_sites=rows)
    assert only(run)["location"] == {"visibility": "withheld"}


def test_law_offices_are_not_judged_by_a_programs_name(rules: RuleContext) -> None:
    run = imported(
        rules,
        lsc_programs=[legal_program()],
        lsc_offices=[office("1", name="Example Legal Office")],
        dv_programs=[dv_row("Example Legal Office")],
    )
    places = [
        record.get("location", {}).get("visibility")
        for record in records(run).values()
        if record["type"] == "legal_aid"
    ]
    assert "withheld" not in places


def test_the_official_file_corrects_a_setting_that_was_guessed(rules: RuleContext) -> None:
    rows = [site("000001", name="Academy Clinic"), site("000002"), site("000003", name="Elmwood Mobile Unit")]
    existing = as_read(imported(rules, hrsa_health_center_sites=rows), rules)
    later = [
        official("000001", name="Academy Clinic"),
        official("000002", location_type="Mobile Van"),
        official("000003", name="Elmwood Mobile Unit"),
    ]
    made = records(imported(rules, existing, hrsa_health_center_sites=later))
    assert {key: record["setting"] for key, record in made.items()} == {
        "academy-clinic": "clinic",
        "clinic-000002": "mobile",
        "elmwood-mobile-unit": "clinic",
    }
    assert {key for key, record in made.items() if "location" in record} == {"academy-clinic", "elmwood-mobile-unit"}
