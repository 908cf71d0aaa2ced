"""Opening hours as weeks of minutes, and the holidays on which nothing is called open."""

from __future__ import annotations

from datetime import date

import opening_hours
import pytest

from resource_directory.hours import MINUTES_A_DAY, MINUTES_A_WEEK, Span, Week, federal_holidays, together, week_of

DAY = MINUTES_A_DAY


def spans(*cells: tuple[int, int] | tuple[int, int, str]) -> Week:
    return tuple(Span(cell[0], cell[1], cell[2] if len(cell) == 3 else "open") for cell in cells)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("hours", "week"),
    [
        pytest.param("24/7", spans((0, MINUTES_A_WEEK)), id="always"),
        pytest.param("off", (), id="never"),
        pytest.param("Mo 09:00-17:00; PH off", spans((540, 1020)), id="holidays are left to the page"),
        pytest.param("Mo 09:00-12:00,13:00-17:00", spans((540, 720), (780, 1020)), id="a break at noon"),
        pytest.param("Fr 22:00-06:00", spans((4 * DAY + 1320, 5 * DAY + 360)), id="over night"),
        pytest.param("Su 22:00-06:00", spans((0, 360), (6 * DAY + 1320, MINUTES_A_WEEK)), id="over the week's end"),
        pytest.param("Mo-Tu 00:00-24:00", spans((0, 2 * DAY)), id="two whole days are one span"),
        pytest.param('Mo 09:00-17:00 "by appointment"', spans((540, 1020, "appointment")), id="by appointment"),
        pytest.param('"con cita"', spans((0, MINUTES_A_WEEK, "appointment")), id="by appointment, in Spanish"),
        pytest.param("Mo 09:00-17:00 unknown", spans((540, 1020, "ask")), id="said to be unsure"),
        pytest.param('Mo 09:00-17:00 "women only"', spans((540, 1020, "ask")), id="a remark we cannot weigh"),
        pytest.param("Mo 09:00-17:00; Dec 25 off", spans((540, 1020)), id="a day off that is a holiday anyway"),
        pytest.param("Jun-Aug Mo 09:00-17:00", None, id="a season"),
        pytest.param("Mo[1] 09:00-17:00", None, id="once a month"),
        pytest.param("week 1-53/2 Mo 09:00-17:00", None, id="every other week"),
        pytest.param("Mo 09:00+", None, id="an open end"),
        pytest.param("sunrise-sunset", None, id="by the sun"),
        pytest.param("Mo 09:00-17:00; SH off", None, id="school holidays"),
        pytest.param("Mo 09:00-17:00; Nov 03 off", None, id="a day off that is no holiday"),
    ],
)
def test_weeks(hours: str, week: Week | None) -> None:
    assert week_of(hours) == week


def test_what_is_not_in_the_syntax_is_an_error() -> None:
    with pytest.raises(opening_hours.ParserError):  # type: ignore[attr-defined]
        week_of("nine to five")


def test_several_schedules_come_together() -> None:
    monday, tuesday = week_of("Mo 09:00-10:00"), week_of("Tu 09:00-10:00")
    assert together([tuesday, monday]) == spans((540, 600), (DAY + 540, DAY + 600))
    assert together([monday, None]) is None
    assert together([]) is None


def test_what_several_schedules_say_of_the_same_minute() -> None:
    """Spans that touch or overlap are one; where one says open and another by appointment, it is open."""
    morning, noon, evening = (Span(a * 60, b * 60, "open") for a, b in ((9, 12), (12, 15), (14, 17)))
    assert together([(morning,), (noon,), (evening,)]) == (Span(9 * 60, 17 * 60, "open"),)
    asked = Span(8 * 60, 18 * 60, "appointment")
    assert together([(asked,), (morning,)]) == (
        Span(8 * 60, 9 * 60, "appointment"),
        morning,
        Span(12 * 60, 18 * 60, "appointment"),
    )


def test_federal_holidays_with_the_days_on_which_they_are_observed() -> None:
    days = federal_holidays(2026, 2)
    assert list(days) == sorted(days)
    # Thanksgiving; Independence Day 2026 is a Saturday and observed on Friday; Christmas 2027 too.
    assert {date(2026, 11, 26), date(2026, 7, 3), date(2026, 7, 4), date(2027, 12, 24)} <= set(days)
    assert date(2026, 11, 27) not in days
