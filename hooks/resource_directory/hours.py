"""Opening hours as a week of minutes: what a browser needs to say what is open now, and when the next opens.

Hours are written in OpenStreetMap's syntax (https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification) and
understood by opening-hours-py. Only hours that are the same every week become a Week. Public holidays are left to the
reader's page: on a federal holiday nothing is called open, whatever the hours say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

import holidays
import opening_hours

MINUTES_A_DAY = 24 * 60
MINUTES_A_WEEK = 7 * MINUTES_A_DAY

#: `open`; open `by appointment` only; or `ask`: the hours carry a remark, or are said to be unsure.
Kind = Literal["open", "appointment", "ask"]
#: The kind that says most comes first.
SAYS_MOST: tuple[Kind, ...] = ("open", "appointment", "ask")
#: Syntax that is not the same every week, or that leaves an end open: sunset, school holidays, `09:00+`.
_UNSTEADY = re.compile(r"sunrise|sunset|dawn|dusk|\bSH\b|\d\+")
_APPOINTMENT = re.compile(r"appointment|cita", re.IGNORECASE)
#: The weeks to look at, from a Monday on: only what holds in all is kept. In eleven years every date has been every day
#: of the week.
_FIRST = datetime(2029, 1, 1)
_YEARS = 11
_WEEKS = 52 * _YEARS


class Span(NamedTuple):
    """A part of the week in minutes since Monday 00:00: `start` from 0, `end` up to 10,080, in the place's own time."""

    start: int
    end: int
    kind: Kind


Week = tuple[Span, ...]


@lru_cache(maxsize=5_000)
def week_of(hours: str) -> Week | None:
    """`Mo-Fr 09:00-17:00; PH off` -> five spans. None where the hours are not the same every week, or not that sure.

    A night that runs over Sunday's end is cut in two: the rest stands at the week's beginning. Raises ParserError for
    what is not in the syntax.
    """
    if _UNSTEADY.search(hours):
        return None
    parsed = opening_hours.OpeningHours(hours)
    # One day more: what began on the last Sunday.
    end = _FIRST + timedelta(weeks=_WEEKS)
    spans = tuple(_spans(parsed.intervals(_FIRST, end)))
    feasts = {(day - _FIRST.date()).days for day in federal_holidays(_FIRST.year, _YEARS)}
    # What begins the evening before a holiday, or ends the morning after, is not to be held against the hours.
    uncertain = {day + by for day in feasts for by in (0, 1)}
    days: dict[int, set[tuple[Span, ...]]] = {weekday: set() for weekday in range(7)}
    for day, pieces in enumerate(_by_day(spans, _WEEKS * 7)):
        if day not in uncertain:
            days[day % 7].add(pieces)
    if any(len(found) != 1 for found in days.values()):
        return None
    return tuple(_joined(_shifted(next(iter(days[weekday])), weekday) for weekday in range(7)))


def _spans(intervals: Iterable[tuple[datetime, datetime, opening_hours.State, str]]) -> Iterator[Span]:
    """Spans in minutes since the first day."""
    for start, end, state, remark in intervals:
        if state != opening_hours.State.CLOSED:
            kind = _kind(state, remark)
            yield Span(_minutes(start), _minutes(end), kind)


def _kind(state: opening_hours.State, remark: str) -> Kind:
    if _APPOINTMENT.search(remark):
        return "appointment"
    return "ask" if remark or state == opening_hours.State.UNKNOWN else "open"


def _minutes(moment: datetime) -> int:
    return int((moment - _FIRST).total_seconds()) // 60


def _by_day(spans: Iterable[Span], number: int) -> Iterator[tuple[Span, ...]]:
    """The pieces of each day, in minutes since its own midnight."""
    days: list[list[Span]] = [[] for _ in range(number)]
    for span in spans:
        for day in range(span.start // MINUTES_A_DAY, min(number, -(-span.end // MINUTES_A_DAY))):
            midnight = day * MINUTES_A_DAY
            start, end = max(span.start - midnight, 0), min(span.end - midnight, MINUTES_A_DAY)
            days[day].append(Span(start, end, span.kind))
    return (tuple(day) for day in days)


def _shifted(pieces: Iterable[Span], weekday: int) -> Iterator[Span]:
    by = weekday * MINUTES_A_DAY
    return (Span(piece.start + by, piece.end + by, piece.kind) for piece in pieces)


def _joined(days: Iterable[Iterable[Span]]) -> Iterator[Span]:
    """Spans of which one ends where the next begins become one."""
    last: Span | None = None
    for span in (span for day in days for span in day):
        if last is not None and last.end == span.start and last.kind == span.kind:
            last = Span(last.start, span.end, span.kind)
            continue
        if last is not None:
            yield last
        last = span
    if last is not None:
        yield last


def together(weeks: Iterable[Week | None]) -> Week | None:
    """The spans of several weeks as one week, in order; None where one of them is None, or none is given.

    Where several say something of a minute, `open` says more than `appointment`, and that more than `ask`.
    """
    found = list(weeks)
    if not found or any(week is None for week in found):
        return None
    spans = [span for week in found for span in week or ()]
    edges = sorted({edge for span in spans for edge in (span.start, span.end)})
    pieces = []
    for start, end in pairwise(edges):
        kinds = [span.kind for span in spans if span.start <= start and end <= span.end]
        if kinds:
            pieces.append(Span(start, end, min(kinds, key=SAYS_MOST.index)))
    return tuple(_joined([pieces]))


@lru_cache(maxsize=10)
def federal_holidays(first_year: int, years: int) -> tuple[date, ...]:
    """The public holidays of the United States (5 U.S.C. 6103), with the days on which they are observed, in order."""
    return tuple(sorted(holidays.country_holidays("US", years=range(first_year, first_year + years))))
