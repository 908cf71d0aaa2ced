"""HSDS schedules as opening hours in OpenStreetMap's syntax, where they say no more than days and times of a week."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import opening_hours

_DAYS = {"MO": "Mo", "TU": "Tu", "WE": "We", "TH": "Th", "FR": "Fr", "SA": "Sa", "SU": "Su"}
_ORDER = tuple(_DAYS.values())
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?(?P<zone>Z|[+-]\d{2}:?\d{2})?")
#: Fields that make a schedule hold in some weeks only, or for some days of a year.
_NARROWING = ("count", "until", "byweekno", "bymonthday", "byyearday", "valid_to", "interval")


def opening_hours_of(rows: Iterable[Mapping[str, Any]]) -> str | None:
    """`Mo-We 09:00-17:00; Sa 10:00-12:00` for the rows of one service; None where they cannot be said so for sure.

    A row without both times says that nothing is open. Hours that end before they begin are not taken for a night: in
    real data most are an afternoon written as `4:00`.
    """
    spans: dict[str, list[str]] = {}
    for row in rows:
        if not row.get("opens_at") and not row.get("closes_at"):
            continue
        days, span = _days(row), _span(row)
        if not days or span is None or any(_narrows(row, name) for name in _NARROWING):
            return None
        for day in days:
            spans.setdefault(day, []).append(span)
    if not spans:
        return None
    groups: dict[str, list[str]] = {}
    for day in _ORDER:
        if day in spans:
            groups.setdefault(",".join(sorted(dict.fromkeys(spans[day]))), []).append(day)
    text = "; ".join(f"{_joined(days)} {times}" for times, days in groups.items())
    return text if opening_hours.validate(text) else None


def _narrows(row: Mapping[str, Any], name: str) -> bool:
    return bool(row.get(name)) and not (name == "interval" and str(row[name]) in {"1", "1.0"})


def _days(row: Mapping[str, Any]) -> list[str]:
    """`MO,TU` or, in older editions, a weekday from 1 (Monday) to 7 or by name; empty where it is not clear."""
    if row.get("freq", "WEEKLY") != "WEEKLY":
        return []
    written = str(row.get("byday") or row.get("weekday") or "")
    parts = [part.strip() for part in re.split(r"[,;]", written) if part.strip()]
    found = [
        _ORDER[int(part) - 1] if re.fullmatch("[1-7]", part) else _DAYS.get(part[:2].upper(), "") for part in parts
    ]
    return found if all(found) else []


def _span(row: Mapping[str, Any]) -> str | None:
    """`09:00-17:00`; None for a time in UTC, or where one of the two is not given."""
    times = []
    for name in ("opens_at", "closes_at"):
        match = _CLOCK.fullmatch(str(row.get(name, "")).strip())
        if match is None or match["zone"] == "Z" or int(match[1]) > 24:
            return None
        times.append(f"{int(match[1]):02}:{match[2]}")
    return "-".join(times) if times[0] < times[1] else None


def _joined(days: list[str]) -> str:
    """`Mo-We,Fr`."""
    runs: list[list[str]] = []
    for day in days:
        if runs and _ORDER.index(runs[-1][-1]) + 1 == _ORDER.index(day):
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(f"{run[0]}-{run[-1]}" if len(run) > 2 else ",".join(run) for run in runs)
