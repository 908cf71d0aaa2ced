"""The page for those who keep the directory: its numbers are those of the records, and an edit makes it again."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from resource_directory.auditing import TITLES, report
from resource_directory.directory import Directory, Settings
from resource_directory.freshness import counted, freshness_of
from resource_directory.gaps import NONE_KNOWN, VALUES, Gaps
from resource_directory.loading import Sources, load_directory
from resource_directory.model import Verified
from resource_directory.pages import Document, Renderer
from resource_directory.pages.upkeep_pages import doubts_told, upkeep_documents, upkeep_files
from resource_directory.secrecy import neutral_pattern
from site_reading import contents
from support import DAY, ROOT, good_records, make_repository
from test_building import Place, directory_of

TEMPLATES = ROOT / "overrides/directory"


def page_of(directory: Directory) -> Document:
    """The page."""
    return next(upkeep_documents(Renderer(directory, TEMPLATES)))


def row(html: str, mark: str) -> list[str]:
    """The cells of the row that has a mark, in words."""
    found = html[html.index(mark) :].partition("</tr>")[0]
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", found)]


@pytest.fixture(scope="module")
def fictional(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    """The fictional records."""
    return load_directory(make_repository(tmp_path_factory.mktemp("u"), good_records()), Settings("x"), DAY)


@pytest.fixture(scope="module")
def real() -> Directory:
    """All real records."""
    return load_directory(ROOT, Settings("x"), DAY, cached=True)


def test_its_numbers_are_those_of_the_records(real: Directory) -> None:
    html = page_of(real).html
    stands = {r.id: freshness_of(r, real.vocabulary, DAY) for r in real.records.values()}
    for code, kind in real.vocabulary.types.items():
        told = counted(stands[r.id] for r in real.by_type.get(code, ()))
        numbers = [told.total, told.confirmed, told.overdue, told.imported, told.old]
        assert row(html, f'data-type={code}') == [
            kind.plural, str(kind.confirm_within_days), *(f"{n:,}" for n in numbers), "",
        ]  # fmt: skip
    states = re.findall(r'<tr data-state="(\w+)"', html)
    assert states[0] == "us" and len(states) == len(real.states) + 1
    kept = [int(row(html, f'<tr data-state="{slug}"')[1].replace(",", "")) for slug in states]
    assert sum(kept) == len(real.records)
    assert row(html, "<tfoot>")[2] == f"{len(real.records):,}"


def test_its_gaps_are_those_of_the_pages_of_gaps(real: Directory) -> None:
    html, gaps = page_of(real).html, Gaps(real)
    column = next(i for i, need in enumerate(gaps.needs) if need.code == "health")
    values = [row_[column] for slug in real.states for row_ in gaps.of_state(slug).values]
    assert row(html, "data-need=health")[2] == f"{values.count(VALUES.index(NONE_KNOWN)):,}"
    assert sum(int(n.replace(",", "")) for n in row(html, "data-need=health")[1:]) == len(values)


def test_it_names_no_entry_and_its_title_is_neutral(fictional: Directory) -> None:
    page = page_of(fictional)
    assert [r.name for r in fictional.in_order if r.name in page.html] == []
    assert "resources/" not in page.html and "style=" not in page.html and page.shown == frozenset()
    assert not neutral_pattern(fictional.vocabulary.neutral_words.all).search(f"{page.title} {page.url}")


def test_the_picture_says_what_the_numbers_say(fictional: Directory) -> None:
    html = page_of(fictional).html
    assert row(html, "data-type=domestic_violence")[2:7] == ["3", "0", "1", "2", "2"]
    part = html[html.index("data-type=domestic_violence") :].partition("</tr>")[0]
    bars = re.findall(r'rd-upbar__(\w+)" x="([\d.]+)" y=0 width="([\d.]+)"', part)
    assert bars == [("overdue", "0.00", "33.33"), ("old", "33.33", "66.67")]
    empty = html[html.index("data-type=hud_field_office") :].partition("</tr>")[0]
    assert "<svg" in empty
    assert all("aria-hidden=true" in tag for tag in re.findall(r"<svg class=rd-upbar[^>]*>", html))


def test_it_is_there_once_in_english(fictional: Directory, tmp_path: Path, sources: Sources) -> None:
    place = Place(tmp_path)
    place.build(directory_of(fictional.records, fictional.paths, sources))
    assert (place.site / "upkeep/index.html").is_file()
    assert not (place.site / "es/upkeep").exists()


def test_a_word_from_an_organization_counts_at_once(fictional: Directory, sources: Sources, tmp_path: Path) -> None:
    """No entry is shown here by name, none is listed elsewhere: still the page is made again."""
    start = directory_of(fictional.records, fictional.paths, sources)
    place = Place(tmp_path / "again")
    place.build(start)
    before = (place.site / "upkeep/index.html").read_text(encoding="utf-8")
    told = start.records["example-clinic"].model_copy(
        update={"verified": Verified.model_validate({"date": "2026-11-20", "by": "x"}, context={"today": DAY})}
    )
    edited = directory_of({**start.records, told.id: told}, start.paths, sources)
    build = place.build(edited)
    assert not build.is_whole and build.changes is not None and not build.changes.placed
    after = (place.site / "upkeep/index.html").read_text(encoding="utf-8")
    assert row(before, "data-type=health_center")[3] == "0" and row(after, "data-type=health_center")[3] == "1"
    fresh = Place(tmp_path / "fresh")
    fresh.build(edited)
    assert contents(fresh.site) == contents(place.site)


def test_a_record_that_goes_is_counted_no_more(fictional: Directory, sources: Sources, tmp_path: Path) -> None:
    start = directory_of(fictional.records, fictional.paths, sources)
    place = Place(tmp_path)
    place.build(start)
    left = {key: r for key, r in start.records.items() if key != "example-clinic"}
    place.build(directory_of(left, {key: start.paths[key] for key in left}, sources))
    html = (place.site / "upkeep/index.html").read_text(encoding="utf-8")
    assert row(html, "data-type=health_center")[2] == str(len(start.by_type["health_center"]) - 1)


def test_the_counts_of_the_audit_are_read_from_its_page(tmp_path: Path) -> None:
    file = tmp_path / "data-quality.md"
    assert doubts_told(file) == ()
    file.write_text(report([], {"county of another state left out": 7}, 24_047), encoding="utf-8")
    assert doubts_told(file) == tuple((title, 0) for title in TITLES.values())
    file.write_text(file.read_text(encoding="utf-8").replace("| 0 |", "| 1,204 |", 1), encoding="utf-8")
    assert doubts_told(file)[0][1] == 1204
    assert len(doubts_told(ROOT / "docs/reference/data-quality.md")) == len(TITLES)


def test_what_it_depends_on_beside_records(tmp_path: Path) -> None:
    assert upkeep_files(tmp_path) == ()
    found = [file.relative_to(ROOT).as_posix() for file in upkeep_files(ROOT)]
    assert "data/imports/co.yml" in found and "docs/reference/data-quality.md" in found


def test_the_day_decides_what_is_overdue(tmp_path: Path) -> None:
    folder = make_repository(tmp_path, good_records())
    for day, overdue in ((date(2026, 10, 31), "0"), (date(2026, 11, 1), "1")):
        html = page_of(load_directory(folder, Settings("x"), day)).html
        assert row(html, "data-type=domestic_violence")[4] == overdue
