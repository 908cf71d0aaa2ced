"""Facts as people say them."""

from __future__ import annotations

from datetime import date

import pytest

from resource_directory.model import Phone
from resource_directory.words import (
    ages_words,
    count_words,
    day_words,
    dial_address,
    hours_words,
    languages_words,
    list_words,
    miles,
    miles_words,
    month_words,
    phone_words,
    web_words,
)


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ("24/7", "day and night, every day"),
        ("Mo-Fr 09:00-17:00", "Monday to Friday, 9 am to 5 pm"),
        ("Mo-Fr 09:00-17:00; PH off", "Monday to Friday, 9 am to 5 pm; public holidays, closed"),
        ("Mo-Fr 08:30-12:00,13:00-16:45", "Monday to Friday, 8:30 am to noon, 1 pm to 4:45 pm"),
        ("Mo,We 09:00-17:00", "Monday and Wednesday, 9 am to 5 pm"),
        ("Mo,We-Fr 09:00-17:00", "Monday and Wednesday to Friday, 9 am to 5 pm"),
        ("Mo 09:00-17:00; Sa closed", "Monday, 9 am to 5 pm; Saturday, closed"),
        ("Su 00:00-24:00", "Sunday, midnight to midnight"),
        ("Fr 22:00-02:00", "Friday, 10 pm to 2 am"),
        ("Fr 22:00-26:00", "Friday, 10 pm to 2 am"),
        ("00:30-12:30", "12:30 am to 12:30 pm"),
        ("09:00-17:00", "9 am to 5 pm"),
        ("off", "closed"),
        ("Mo[1] 09:00-12:00", "Mo[1] 09:00-12:00"),
        ("Mo-Fr 09:00+", "Mo-Fr 09:00+"),
        ("Mo-Fr sunrise-sunset", "Mo-Fr sunrise-sunset"),
        ('Mo-Fr 09:00-17:00 "by appointment"', 'Mo-Fr 09:00-17:00 "by appointment"'),
        ("Mo-Fr 09:00-17:00; Dec 25 off", "Mo-Fr 09:00-17:00; Dec 25 off"),
        ("Mo 09:00-17:00 || off", "Mo 09:00-17:00 || off"),
    ],
)
def test_hours(hours: str, words: str) -> None:
    assert hours_words(hours) == words


@pytest.mark.parametrize(
    ("number", "extension", "kind", "address"),
    [
        ("303-555-0100", None, "voice", "tel:+1-303-555-0100"),
        ("303-555-0100", "217", "voice", "tel:+1-303-555-0100;ext=217"),
        ("303-555-0100", None, "tty", "tel:+1-303-555-0100"),
        ("303-555-0100", None, "text", "sms:+1-303-555-0100"),
        ("741741", None, "text", "sms:741741"),
        ("988", None, "voice", "tel:988"),
        ("211", "4", "voice", "tel:211"),
    ],
)
def test_dial(number: str, extension: str | None, kind: str, address: str) -> None:
    assert dial_address(number, extension, kind) == address


@pytest.mark.parametrize(
    ("phone", "words"),
    [
        (Phone.model_construct(number="303-555-0100", type="voice"), "303-555-0100"),
        (Phone.model_construct(number="303-555-0100", type="voice", extension="217"), "303-555-0100, extension 217"),
        (Phone.model_construct(number="711", type="tty"), "TTY 711"),
        (Phone.model_construct(number="303-555-0100", type="fax"), "Fax 303-555-0100"),
        (Phone.model_construct(number="741741", type="text", keyword="HOME"), "Text HOME to 741741"),
        (Phone.model_construct(number="988", type="text"), "Text 988"),
    ],
)
def test_phone(phone: Phone, words: str) -> None:
    assert phone_words(phone) == words


@pytest.mark.parametrize(
    ("youngest", "oldest", "words"),
    [
        (16, 21, "Ages 16 to 21"),
        (18, None, "Age 18 and over"),
        (None, 17, "Up to age 17"),
        (None, None, ""),
        (0, 5, "Ages 0 to 5"),
        (0, None, "Age 0 and over"),
    ],
)
def test_ages(youngest: int | None, oldest: int | None, words: str) -> None:
    assert ages_words(youngest, oldest) == words


@pytest.mark.parametrize(
    ("distance", "words"),
    [(0.0, "less than a mile"), (0.99, "less than a mile"), (1.0, "1 mile"), (1.4, "1 mile"), (1.6, "2 miles")]
    + [(38.2, "38 miles"), (1204.0, "1,204 miles")],
)
def test_miles_words(distance: float, words: str) -> None:
    assert miles_words(distance) == words


def test_miles_are_geodesic_and_the_same_both_ways() -> None:
    denver, silverton = (39.7392, -104.9903), (37.8119, -107.6645)
    assert miles(denver, silverton) == pytest.approx(196.1, abs=1.0)
    assert miles(denver, silverton) == pytest.approx(miles(silverton, denver))
    assert miles(denver, denver) == 0


@pytest.mark.parametrize(
    ("items", "words"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_lists(items: list[str], words: str) -> None:
    assert list_words(items) == words


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 entries"), (1, "1 entry"), (2, "2 entries"), (1204, "1,204 entries")]
)
def test_counts(number: int, words: str) -> None:
    assert count_words(number, "entry", "entries") == words


def test_days() -> None:
    assert day_words(date(2026, 3, 2)) == "2 March 2026"
    assert month_words(date(2026, 7, 19)) == "July 2026"


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (["en"], "English"),
        (["en", "es"], "English and Spanish"),
        (["vi", "ase"], "Vietnamese and American Sign Language"),
    ],
)
def test_languages(codes: list[str], words: str) -> None:
    assert languages_words(codes) == words


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://www.example.org/", "example.org"),
        ("http://example.org/a/b?c=1", "example.org/a/b?c=1"),
        ("https://help.example.org", "help.example.org"),
    ],
)
def test_web(url: str, words: str) -> None:
    assert web_words(url) == words
