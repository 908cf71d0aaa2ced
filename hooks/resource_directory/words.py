"""Facts as people say them: dates, telephone numbers, distances, lists. Text in, text out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, time
from functools import lru_cache

from babel.dates import format_date, format_skeleton, format_time, get_day_names
from babel.lists import format_list
from geographiclib.geodesic import Geodesic

from resource_directory.messages import ENGLISH, Messages, marked
from resource_directory.model import Phone, language_name

METRES_IN_A_MILE = 1609.344

#: What HUD's table leaves open of the number that it gives with a Continuum of Care.
HUD_CONTACT = marked("The contact that HUD lists. It may belong to another body than the lead agency.")


def day_words(day: date, messages: Messages = ENGLISH) -> str:
    """`12 March 2026`; in other languages as CLDR writes a long date."""
    if messages.is_source:
        return f"{day.day} {day:%B} {day.year}"
    return _day(day, str(messages.locale))


@lru_cache(maxsize=10_000)
def _day(day: date, locale: str) -> str:
    return format_date(day, "long", locale=locale)


def month_words(day: date, messages: Messages = ENGLISH) -> str:
    """`July 2026`."""
    if messages.is_source:
        return f"{day:%B} {day.year}"
    return format_skeleton("yMMMM", day, locale=messages.locale)


def list_words(items: Sequence[str], joiner: str = "and", messages: Messages = ENGLISH) -> str:
    """`a, b and c`; `a, b or c`."""
    if len(items) < 2:
        return "".join(items)
    if not messages.is_source:
        return format_list(items, "or" if joiner == "or" else "standard", locale=messages.locale)
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


def phone_words(phone: Phone, messages: Messages = ENGLISH) -> str:
    """`303-555-0100, extension 217`; `text HOME to 741741`; `TTY 711`."""
    said: dict[str, str] = {"number": phone.number, "keyword": phone.keyword or "", "extension": phone.extension or ""}
    if phone.type == "text":
        text = (
            messages.gettext("Text %(keyword)s to %(number)s") if phone.keyword else messages.gettext("Text %(number)s")
        )
        return text % said
    if phone.extension:
        said["number"] = messages.gettext("%(number)s, extension %(extension)s") % said
    if phone.type == "tty":
        return messages.gettext("TTY %(number)s") % said
    return messages.gettext("Fax %(number)s") % said if phone.type == "fax" else said["number"]


def languages_words(codes: Sequence[str], messages: Messages = ENGLISH) -> str:
    """`English and Spanish`, by CLDR's names."""
    names = [language_name(code, messages.locale.language) or code for code in codes]
    return list_words(names, messages=messages)


def ages_words(youngest: int | None, oldest: int | None, messages: Messages = ENGLISH) -> str:
    """`Ages 16 to 21`, `Age 18 and over`, `Up to age 17`; empty where neither is known."""
    said = {"youngest": youngest, "oldest": oldest}
    if youngest is not None and oldest is not None:
        return messages.gettext("Ages %(youngest)s to %(oldest)s") % said
    if youngest is not None:
        return messages.gettext("Age %(youngest)s and over") % said
    return messages.gettext("Up to age %(oldest)s") % said if oldest is not None else ""


@lru_cache(maxsize=200_000)
def miles(start: tuple[float, float], end: tuple[float, float]) -> float:
    """Miles on the WGS 84 ellipsoid between two points of latitude and longitude.

    What geopy's `geodesic` gives, by the library behind it, without geopy's look at each point: there are many.
    """
    return float(Geodesic.WGS84.Inverse(*start, *end, Geodesic.DISTANCE)["s12"]) / METRES_IN_A_MILE


def miles_words(distance: float, messages: Messages = ENGLISH) -> str:
    """`less than a mile`, `1 mile`, `38 miles`."""
    whole = round(distance)
    if distance < 1:
        return messages.gettext("less than a mile")
    return messages.ngettext("%(num)s mile", "%(num)s miles", whole) % {"num": messages.number(whole)}


def web_words(url: str) -> str:
    """`https://www.example.org/` -> `example.org`."""
    return url.split("://", 1)[-1].removeprefix("www.").rstrip("/")


_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_RULE = re.compile(
    r"(?P<days>(?:Mo|Tu|We|Th|Fr|Sa|Su|PH)(?:[-,](?:Mo|Tu|We|Th|Fr|Sa|Su|PH))*)?"
    r"\s*(?P<times>off|closed|\d\d:\d\d-\d\d:\d\d(?:,\s*\d\d:\d\d-\d\d:\d\d)*)"
)


def hours_words(hours: str, messages: Messages = ENGLISH) -> str:
    """`Mo-Fr 09:00-17:00; PH off` -> `Monday to Friday, 9 am to 5 pm; public holidays, closed`.

    Says OpenStreetMap's opening_hours in words where it is of the common kind, and as it stands where it is not: a
    wrong hour does more harm than an odd one.
    """
    if hours.strip() == "24/7":
        return messages.gettext("day and night, every day")
    said = []
    for rule in hours.split(";"):
        found = _RULE.fullmatch(rule.strip())
        if found is None:
            return hours
        times = ", ".join(_span_words(span, messages) for span in found["times"].split(","))
        said.append(", ".join(part for part in (_days_words(found["days"] or "", messages), times) if part))
    return "; ".join(said)


def _days_words(days: str, messages: Messages) -> str:
    spans = []
    for span in filter(None, days.split(",")):
        first, _, last = span.partition("-")
        spans.append(
            _from_to(_day_name(first, messages), _day_name(last, messages), messages)
            if last
            else _day_name(first, messages)
        )
    return list_words(spans, messages=messages)


def _day_name(code: str, messages: Messages) -> str:
    if code == "PH":
        return messages.gettext("public holidays")
    return str(get_day_names("wide", locale=messages.locale)[_DAYS.index(code)])


def _from_to(first: str, last: str, messages: Messages) -> str:
    return messages.gettext("%(first)s to %(last)s") % {"first": first, "last": last}


def _span_words(span: str, messages: Messages) -> str:
    if span in {"off", "closed"}:
        return messages.gettext("closed")
    opens, closes = span.strip().split("-")
    return _from_to(_clock_words(opens, messages), _clock_words(closes, messages), messages)


def _clock_words(clock: str, messages: Messages) -> str:
    hour, minute = map(int, clock.split(":"))
    if (hour, minute) in {(0, 0), (24, 0)}:
        return messages.gettext("midnight")
    if (hour, minute) == (12, 0):
        return messages.gettext("noon")
    if not messages.is_source:
        return format_time(time(hour % 24, minute), "short", locale=messages.locale)
    half = "am" if hour % 24 < 12 else "pm"
    return f"{(hour - 1) % 12 + 1}{f':{minute:02}' if minute else ''} {half}"
