"""Opening hours as HSDS schedules, as far as days of the week with one opening and one closing time can say them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from resource_directory.hours import MINUTES_A_DAY, Week, week_of
from resource_directory.words import hours_words

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
#: A day on which every place in the country keeps standard time.
_WINTER = datetime(2025, 1, 15)


@lru_cache(maxsize=100)
def standard_offset(timezone: str) -> float:
    """Hours from UTC in standard time: `America/Denver` -> -7. Raises ZoneInfoNotFoundError."""
    offset = ZoneInfo(timezone).utcoffset(_WINTER) or timedelta()
    hours = offset.total_seconds() / 3600
    return int(hours) if hours.is_integer() else hours


def schedule_rows(entry: Mapping[str, Any], number: int, timezone: str | None) -> Iterator[dict[str, Any]]:
    """The rows of one entry of a record's `schedules` (plain data), without ids.

    `number` is the entry's place in the list, from 1. Hours become rows of days and times where they are the same every
    week, within a day, for everybody, and the time zone is known: a time without its zone would be read as UTC. Else
    one row has them in words. Holidays stand in the words only.
    """
    hours = entry.get("opening_hours")
    shared: dict[str, Any] = {"x_entry": number, "x_purpose": entry.get("purpose", "opening")}
    if "description" in entry:
        shared["description"] = entry["description"]
    if hours is None:
        yield shared
        return
    shared |= {"notes": hours_words(hours), "x_opening_hours": hours}
    rows = _plain_rows(week_of(hours)) if timezone else ()
    if not rows or not timezone:
        yield shared
        return
    said = {"freq": "WEEKLY", "timezone": standard_offset(timezone), "x_timezone": timezone}
    for days, opens, closes in rows:
        yield {**said, "byday": ",".join(days), "opens_at": _clock(opens), "closes_at": _clock(closes), **shared}


def _plain_rows(week: Week | None) -> tuple[tuple[tuple[str, ...], int, int], ...]:
    """Days, opening and closing minute of each different span of a day; nothing where one cannot be said so."""
    found: dict[tuple[int, int], list[str]] = {}
    for start, end, kind in week or ():
        day, opens = divmod(start, MINUTES_A_DAY)
        closes = end - day * MINUTES_A_DAY
        if kind != "open" or closes >= MINUTES_A_DAY:
            return ()
        found.setdefault((opens, closes), []).append(_DAYS[day])
    return tuple((tuple(days), opens, closes) for (opens, closes), days in sorted(found.items()))


def _clock(minute: int) -> str:
    """`09:00:00`, as the specification's own examples and its tables write it."""
    return f"{minute // 60:02}:{minute % 60:02}:00"
