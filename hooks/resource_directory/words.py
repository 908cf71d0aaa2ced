"""Facts as people say them: dates, telephone numbers, distances, lists. Text in, text out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from geographiclib.geodesic import Geodesic

from resource_directory.model import Phone, language_name

METRES_IN_A_MILE = 1609.344


def day_words(day: date) -> str:
    """`12 March 2026`."""
    return f"{day.day} {day:%B} {day.year}"


def month_words(day: date) -> str:
    """`July 2026`."""
    return f"{day:%B} {day.year}"


def list_words(items: Sequence[str], joiner: str = "and") -> str:
    """`a, b and c`."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {joiner} {items[-1]}"


def count_words(number: int, one: str, many: str) -> str:
    """`1 record`, `2 records`, `1,204 records`."""
    return f"{number:,} {one if number == 1 else many}"


def dial_address(number: str, extension: str | None = None, kind: str = "voice") -> str:
    """The `tel:` or `sms:` address of a number (RFC 3966, RFC 5724): `tel:+1-303-555-0100;ext=217`.

    Short codes such as 988 are dialled as they are; they have no place in the international form.
    """
    scheme = "sms" if kind == "text" else "tel"
    if number.count("-") != 2:
        return f"{scheme}:{number}"
    suffix = f";ext={extension}" if extension else ""
    return f"{scheme}:+1-{number}{suffix}"


def phone_words(phone: Phone) -> str:
    """`303-555-0100, extension 217`; `text HOME to 741741`; `TTY 711`."""
    extension = f", extension {phone.extension}" if phone.extension else ""
    if phone.type == "text":
        return f"Text {phone.keyword} to {phone.number}" if phone.keyword else f"Text {phone.number}"
    prefix = {"tty": "TTY ", "fax": "Fax "}.get(phone.type, "")
    return f"{prefix}{phone.number}{extension}"


def languages_words(codes: Sequence[str]) -> str:
    """`English and Spanish`, by CLDR's English names."""
    return list_words([language_name(code) or code for code in codes])


def ages_words(youngest: int | None, oldest: int | None) -> str:
    """`Ages 16 to 21`, `Age 18 and over`, `Up to age 17`; empty where neither is known."""
    if youngest is not None and oldest is not None:
        return f"Ages {youngest} to {oldest}"
    if youngest is not None:
        return f"Age {youngest} and over"
    return f"Up to age {oldest}" if oldest is not None else ""


@lru_cache(maxsize=200_000)
def miles(start: tuple[float, float], end: tuple[float, float]) -> float:
    """Miles on the WGS 84 ellipsoid between two points of latitude and longitude.

    What geopy's `geodesic` gives, by the library behind it, without geopy's look at each point: there are many.
    """
    return float(Geodesic.WGS84.Inverse(*start, *end, Geodesic.DISTANCE)["s12"]) / METRES_IN_A_MILE


def miles_words(distance: float) -> str:
    """`less than a mile`, `1 mile`, `38 miles`."""
    whole = round(distance)
    if distance < 1:
        return "less than a mile"
    return f"{whole} mile" if whole == 1 else f"{whole:,} miles"


def web_words(url: str) -> str:
    """`https://www.example.org/` -> `example.org`."""
    return url.split("://", 1)[-1].removeprefix("www.").rstrip("/")


_DAYS = {
    "Mo": "Monday",
    "Tu": "Tuesday",
    "We": "Wednesday",
    "Th": "Thursday",
    "Fr": "Friday",
    "Sa": "Saturday",
    "Su": "Sunday",
    "PH": "public holidays",
}
_RULE = re.compile(
    r"(?P<days>(?:Mo|Tu|We|Th|Fr|Sa|Su|PH)(?:[-,](?:Mo|Tu|We|Th|Fr|Sa|Su|PH))*)?"
    r"\s*(?P<times>off|closed|\d\d:\d\d-\d\d:\d\d(?:,\s*\d\d:\d\d-\d\d:\d\d)*)"
)


def hours_words(hours: str) -> str:
    """`Mo-Fr 09:00-17:00; PH off` -> `Monday to Friday, 9 am to 5 pm; public holidays, closed`.

    Says OpenStreetMap's opening_hours in words where it is of the common kind, and as it stands where it is not: a
    wrong hour does more harm than an odd one.
    """
    if hours.strip() == "24/7":
        return "day and night, every day"
    said = []
    for rule in hours.split(";"):
        found = _RULE.fullmatch(rule.strip())
        if found is None:
            return hours
        times = ", ".join(map(_span_words, found["times"].split(",")))
        said.append(", ".join(part for part in (_days_words(found["days"] or ""), times) if part))
    return "; ".join(said)


def _days_words(days: str) -> str:
    spans = [list_words([_DAYS[day] for day in span.split("-")], "to") for span in days.split(",") if span]
    return list_words(spans)


def _span_words(span: str) -> str:
    if span in {"off", "closed"}:
        return "closed"
    opens, closes = span.strip().split("-")
    return f"{_clock_words(opens)} to {_clock_words(closes)}"


def _clock_words(clock: str) -> str:
    hour, minute = map(int, clock.split(":"))
    if (hour, minute) in {(0, 0), (24, 0)}:
        return "midnight"
    if (hour, minute) == (12, 0):
        return "noon"
    half = "am" if hour % 24 < 12 else "pm"
    return f"{(hour - 1) % 12 + 1}{f':{minute:02}' if minute else ''} {half}"
