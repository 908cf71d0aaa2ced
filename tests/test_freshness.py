"""How old an entry's word is: the day of the limit and the day after, leap days, days to come, all the real records."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from resource_directory.answering import Answer
from resource_directory.directory import Directory, Settings
from resource_directory.freshness import (
    CONFIRMED,
    IMPORTED,
    OVERDUE,
    STANDINGS,
    Freshness,
    Standing,
    counted,
    freshness_of,
)
from resource_directory.loading import Sources, load_directory
from resource_directory.model import Record, record_class
from resource_directory.pages import Renderer
from resource_directory.pages.list_pages import resource_documents
from resource_directory.pages.places_pages import county_documents
from support import DAY, ROOT, good_records, make_repository

TAKEN = date(2026, 7, 19)


def record(sources: Sources, kind: str = "legal_aid", verified: date | None = None, taken: date = TAKEN) -> Record:
    """A fictional record, confirmed on a day or not."""
    data: dict[str, object] = {
        "id": "example",
        "type": kind,
        "name": "Example",
        "service_area": {"counties": ["08031"]},
        "source": {"publisher": "Example, a list", "retrieved": taken.isoformat()},
    }
    if kind == "program_administrator":
        data["administers"] = ["voca_assistance"]
    if kind == "continuum_of_care":
        data |= {"registry_ids": [{"registry": "hud_coc", "id": "CO-990"}], "counties": [{"fips": "08031"}]}
        del data["service_area"]
    if verified is not None:
        data["verified"] = {"date": verified.isoformat(), "by": "Director, Example"}
    return record_class(kind).model_validate(
        data, context={"vocabulary": sources.vocabulary, "today": date(2030, 1, 1)}
    )


@pytest.mark.parametrize(
    ("verified", "day", "standing", "days"),
    [
        (date(2026, 3, 12), date(2026, 3, 12), CONFIRMED, 0),
        (date(2026, 3, 12), date(2026, 7, 9), CONFIRMED, 119),
        (date(2026, 3, 12), date(2026, 7, 10), CONFIRMED, 120),
        (date(2026, 3, 12), date(2026, 7, 11), OVERDUE, 121),
        (date(2026, 3, 12), date(2031, 3, 12), OVERDUE, 1826),
        # A clock that is wrong: a day to come is no age.
        (date(2026, 3, 12), date(2026, 3, 11), CONFIRMED, 0),
        # 2028 is a leap year: 1 January and 120 days are 30 April, not 1 May.
        (date(2028, 1, 1), date(2028, 4, 30), CONFIRMED, 120),
        (date(2028, 1, 1), date(2028, 5, 1), OVERDUE, 121),
        (date(2027, 1, 1), date(2027, 5, 1), CONFIRMED, 120),
        (date(2028, 2, 29), date(2028, 6, 28), CONFIRMED, 120),
        (date(2028, 2, 29), date(2028, 6, 29), OVERDUE, 121),
    ],
)
def test_a_confirmed_record(sources: Sources, verified: date, day: date, standing: str, days: int) -> None:
    found = freshness_of(record(sources, verified=verified), sources.vocabulary, day)
    assert found == Freshness(standing, verified, days, 120)
    assert found.past == (standing == OVERDUE)


@pytest.mark.parametrize(("gone", "past"), [(0, False), (119, False), (120, False), (121, True), (5000, True)])
def test_what_was_never_confirmed_is_never_overdue(sources: Sources, gone: int, past: bool) -> None:
    found = freshness_of(record(sources), sources.vocabulary, TAKEN + timedelta(gone))
    assert (found.standing, found.since, found.days, found.past) == (IMPORTED, TAKEN, gone, past)


def test_a_word_counts_more_than_a_newer_list(sources: Sources) -> None:
    """Facts taken again from a list do not make an old word younger."""
    told = record(sources, verified=date(2025, 1, 1), taken=date(2026, 11, 1))
    assert freshness_of(told, sources.vocabulary, DAY).standing == OVERDUE


def test_every_kind_has_its_own_limit(sources: Sources) -> None:
    limits = {code: kind.confirm_within_days for code, kind in sources.vocabulary.types.items()}
    assert limits["domestic_violence"] == limits["hotline"] == 60
    assert limits["housing_authority"] == limits["continuum_of_care"] == 90
    assert limits["legal_aid"] == limits["runaway_homeless_youth"] == 120
    assert limits["health_center"] == 180
    assert sources.vocabulary.confirm_within_days(["health_center", "domestic_violence"]) == 60
    for kind, limit in limits.items():
        verified = DAY - timedelta(limit)
        assert freshness_of(record(sources, kind, verified), sources.vocabulary, DAY).standing == CONFIRMED, kind
        later = freshness_of(record(sources, kind, verified), sources.vocabulary, DAY + timedelta(1))
        assert later.standing == OVERDUE, kind


def test_counts_never_mix() -> None:
    found = [
        Freshness(CONFIRMED, DAY, 5, 60),
        Freshness(OVERDUE, DAY, 61, 60),
        Freshness(IMPORTED, DAY, 60, 60),
        Freshness(IMPORTED, DAY, 61, 60),
    ]
    told = counted(found)
    assert told == Standing(confirmed=1, overdue=1, imported=2, old=1)
    assert (told.total, told.recent) == (4, 1)


@pytest.fixture(scope="module")
def real() -> Directory:
    """All real records."""
    return load_directory(ROOT, Settings("x"), DAY, cached=True)


def test_real_records_stand_somewhere(real: Directory) -> None:
    found = [freshness_of(r, real.vocabulary, real.today) for r in real.records.values()]
    assert {entry.standing for entry in found} <= set(STANDINGS)
    told = counted(found)
    assert told.total == len(real.records) > 24_000
    assert told.confirmed + told.overdue == sum(r.verified is not None for r in real.records.values())
    assert told.old == sum(e.standing == IMPORTED and e.days > e.limit for e in found)


# What pages say. They hold days only: a page does not change because a day has gone by.


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], dict[str, str]]:
    """Resource and county pages of the fictional records, as made on two days."""

    def made(day: date, folder: Path) -> dict[str, str]:
        directory = load_directory(make_repository(folder, good_records()), Settings("x"), day)
        renderer = Renderer(directory, ROOT / "overrides/directory")
        found = {page.url: page.html for page in resource_documents(renderer, "co")}
        renderer.begin()
        return found | {page.url: page.html for page in county_documents(renderer, "co")}

    top = tmp_path_factory.mktemp("days")
    return made(DAY, top / "one"), made(date(2027, 11, 20), top / "other")


def test_words_of_an_entry(pages: tuple[dict[str, str], dict[str, str]]) -> None:
    confirmed = pages[0]["resources/example-house-mesa/"]
    day = "<time datetime=2026-09-01>1 September 2026</time>"
    assert (
        f"<p class=rd-confirmed data-rd-days=60>Confirmed on {day} by Program director, Example House.</p>" in confirmed
    )
    imported = pages[0]["resources/example-clinic/"]
    month = "<time datetime=2026-07-19>July 2026</time>"
    assert (
        f"data-rd-days=180>Imported from Example publisher in {month}, not yet confirmed by the organization"
        in imported
    )
    assert "rd-confirmed" not in imported


def test_cards_say_it_only_where_it_is_confirmed(pages: tuple[dict[str, str], dict[str, str]]) -> None:
    said = "Entries that do not say when they were confirmed were imported."
    mesa = pages[0]["co/mesa/"]
    day = "<time datetime=2026-09-01>1 September 2026</time>"
    assert f'<p class="rd-quiet rd-confirmed" data-rd-days=60>Confirmed on {day}.\n' in mesa
    denver = pages[0]["co/denver/"]
    assert 'class="rd-quiet rd-sources" data-rd-days=180>Imported, not yet confirmed: ' in denver
    # Beside a confirmed entry the list of publishers does not say that all are imported.
    part = mesa[mesa.index("data-question=domestic_violence") :].partition("</section>")[0]
    assert "data-rd-days=60>Source: " in part and said in part
    youth = mesa[mesa.index("data-question=youth") :].partition("</section>")[0]
    assert said not in youth


def test_whether_an_answer_shows_what_is_confirmed_and_what_is_not(sources: Sources) -> None:
    told, taken = record(sources, verified=DAY), record(sources)
    question = sources.vocabulary.questions[0]
    found = [Answer(question, local) for local in ((), (taken,), (told,), (told, taken))]
    assert [(answer.confirmed, answer.imported) for answer in found] == [
        (False, False), (False, True), (True, False), (True, True),
    ]  # fmt: skip


def test_time_alone_changes_no_word_of_it(pages: tuple[dict[str, str], dict[str, str]]) -> None:
    one, other = pages
    assert one.keys() == other.keys()
    assert [url for url in one if "overdue" in (one[url] + other[url]).casefold()] == []
    told = [[line for line in pages_[url].splitlines() if "data-rd-days" in line] for pages_ in pages for url in one]
    assert told[: len(one)] == told[len(one) :]
