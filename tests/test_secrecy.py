"""Words that tell where a withheld place is, and words that do not."""

from __future__ import annotations

import time

import pytest

from resource_directory.canonical import canonical_text
from resource_directory.loading import Sources
from resource_directory.problems import Problem, printable
from resource_directory.reading import read_bytes
from resource_directory.rules import RuleContext, check_record
from resource_directory.secrecy import telling, telling_address

TELLING = {
    "a street": [
        "We are at 12 Main St.",
        "1234 n. martin luther king jr. blvd",
        "Come to 5 Oak Court after dark",
        "1200B West 10th Avenue, Suite 4",
        "Calle Luna 45",
        "45 Calle Luna",
        "45 Rue Royale",
        "Avenida de la Constitución #12",
        "Carr. 2 Km 15.3",
        "77 Highland Place",
        "Ring at 221 Old County Road, back door",
        "412 maple drive, side door",
        "412 maple lane",
        "412-B Elm St",
        "412½ Elm St",
        "412, Elm Street",
        "No. 412, Elm Street",
        "Elm Street, number 412",
        "412 Maple Pl",
        "412 Maple Trl",
        "412 Maple Cv",
        "412 Elm Sq",
        "412 Elm Expy",
        "412 Elm Av",
        "412 All Saints Road",
        "412 Days Mill Road",
        "412 Avenue of the Americas",
        "412 Broadway",
        "12345 State Route 7",
        "12345 FM 1960",
        "12345 US-50",
        "HC 01 Box 412",
        "RR 2 Box 15",
        "12 Main St Denver CO",
        "between Main and Oak on 4th Street",
    ],
    "a corner": [
        "At the corner of Main and First",
        "En la esquina de Sol y Luna",
        "intersection of Main and 4th",
        "the intersection of Main Street and First Avenue",
        "Main & 4th Streets",
        "by Elm Street and 5th",
    ],
    "a ZIP code": [
        "Grand Junction, CO 81501",
        "Denver CO, 80203-1234",
        "zip code 80203",
        "ZIP: 80203",
        "Grand Junction, Colorado 81501",
        "Denver Colo. 80203",
        "ZIP code is 81501",
        "postal code 81501",
        "código postal 81501",
        "PO Box 1. The house: Denver, CO 80203",
    ],
    "a point": [
        "39.7392, -104.9903",
        "39.73920 -104.99030",
        "39° 44' N",
        "39°44.352'N",
        "lat 39.7392 lon -104.9903",
        "39.73, -104.99",
    ],
    "a map": [
        "https://www.google.com/maps/place/x",
        "https://www.google.com/search?q=x",
        "https://maps.app.goo.gl/abc",
        "https://goo.gl/abc",
        "https://bit.ly/abc",
        "https://wego.here.com/x",
        "https://yandex.com/maps/x",
        "https://www.openstreetmap.org/node/1",
        "https://w3w.co/a.b.c",
        "///filled.count.soap",
        "85FQ2222+22",
    ],
}
SILENT = [
    "24 hours a day, 7 days a week, by any road.",
    "1 in 4 women on the street has been hurt",
    "Open 9 to 5 and on the way to court",
    "P.O. Box 12, Denver, CO 80201",
    "PO BOX12 Erie PA 16501",
    "PO Drawer 5, Denver, CO 80203",
    "PMB 12, Reno, NV 89501",
    "Apartado 12, San Juan, PR 00901",
    "18 and older; 24/7 line; 12 beds in a shared house",
    "Call 303-555-0100, extension 12",
    "24 CFR 578.3, Category 4",
    "Founded in 1978. Drive safely.",
    "At the intersection of housing and health",
    "Intersection of Housing and Health",
    "https://www.example.org/2026/03/way-home",
    "The 2024 count: 12.5 beds",
    "Grants 90CV0123 and 15POVC-21-GG-00123-ASSI",
    "Within 30 miles of any county seat",
    "We serve Street outreach, ages 12 to 17.",
    "We have 12 beds near St. Joseph",
    "Serves 4 rural counties including St. Lawrence",
    "Serves 10 counties. St. Cloud office by call",
    "Call 303-555-0100 Safe Street outreach",
    "18 months Transitional Housing Path to Independence",
    "Phase 2 transitional housing Way Forward",
    "100 Women Who Care Circle",
    "Annual 5k Fun Run",
    "within 50 km 2 hours",
    "serves the southwest corner of Colorado",
    "every corner of the county and the state",
    "Serves ZIP codes 80203, 80204",
    "HUD Form 50058; IL 12345",
    "We helped OR 15000 people",
    "VA 10000 loans",
    "Rated 4.123, 5.123",
    "24-hour help, court advocacy",
    "24 hour court accompaniment",
    "10 free legal court advocates",
    "12 units on one square",
    "45 minute drive from Denver",
    "Serves 12 cities on Highway 50",
]


@pytest.mark.parametrize(("what", "text"), [(what, text) for what, texts in TELLING.items() for text in texts])
def test_words_that_tell(what: str, text: str) -> None:
    assert telling(text) == what


@pytest.mark.parametrize("text", SILENT)
def test_words_that_do_not_tell(text: str) -> None:
    assert telling(text) is None


def test_marks_stand_for_spaces_in_addresses() -> None:
    assert telling_address("412-elm-street-denver") == "a street"
    assert telling_address("https://www.example.org/412-elm-street-denver-co-80203/") == "a street"
    assert telling_address("https://www.example.org/programs/12-steps/") is None


RECORD = """id: example-house
type: domestic_violence
name: Example House
location:
  visibility: withheld
service_area:
  counties:
  - '08031'
source:
  publisher: Example House
  retrieved: 2026-07-19
description: {}
"""


def codes(text: str, sources: Sources, context: RuleContext) -> list[str]:
    path = "data/resources/co/domestic_violence/example-house.yml"
    read = read_bytes(text.encode(), path, sources.vocabulary, context.today)
    assert read.record is not None, [problem.as_text() for problem in read.problems]
    return [finding.code for finding in check_record(read.record, path, context)]


def test_a_street_may_stand_once_the_place_is_authorised(sources: Sources, context: RuleContext) -> None:
    text = RECORD.format("Come to 12 Main Street.")
    assert codes(text, sources, context) == ["E408"]
    authorised = (
        "location:\n  visibility: public\n  authorisation:\n    by: Director, Example House\n    date: 2026-03-01"
    )
    assert codes(text.replace("location:\n  visibility: withheld", authorised), sources, context) == []


@pytest.mark.parametrize(
    "text", ["A B" + ", aged" * 20_000, "A B" + " (" * 20_000, "1 " + "Oak " * 20_000, "a." * 40_000]
)
def test_no_text_takes_long(text: str, sources: Sources, context: RuleContext) -> None:
    """Patterns must not go over a text again and again."""
    begun = time.process_time()
    telling(text)
    read = read_bytes(
        RECORD.format("x").encode(), "data/resources/co/domestic_violence/example-house.yml",
        sources.vocabulary, context.today,
    ).record  # fmt: skip
    assert read is not None
    list(check_record(read.model_copy(update={"description": text}), "data/resources/co/a/example-house.yml", context))
    assert time.process_time() - begun < 5


def test_joiners_between_letters_of_their_scripts_may_stand(sources: Sources, context: RuleContext) -> None:
    text = RECORD.format("می\u200cخواهم")
    path = "data/resources/co/domestic_violence/example-house.yml"
    read = read_bytes(text.encode(), path, sources.vocabulary, context.today)
    assert read.record is not None
    assert "می\u200cخواهم" in canonical_text(read.record)
    hidden = read_bytes(RECORD.format("Den\u200cver").encode(), path, sources.vocabulary, context.today)
    assert [problem.code for problem in hidden.problems] == ["E114"]


def test_a_problem_is_one_line_that_can_be_seen() -> None:
    problem = Problem("a\nb.yml", 1, 1, "E103", "x\u202ey\u2028z", "é.")
    assert problem.as_text() == "a\\u000ab.yml:1:1: E103 x\\u202ey\\u2028z é."
    assert "\n" not in problem.as_github() and "\u202e" not in problem.as_github()
    assert printable("plain é") == "plain é"
