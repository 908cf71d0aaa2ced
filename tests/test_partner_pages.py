"""Working with others: every kind has its page, a page a kind of record its panel, and edits rebuild what they change."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from resource_directory.building import part_of
from resource_directory.changes import Known, changes
from resource_directory.directory import Directory, Settings
from resource_directory.loading import Sources, load_directory
from resource_directory.pages import Document, Renderer
from resource_directory.pages.all import COUNTRY, part_documents
from resource_directory.pages.partner_pages import WORKSHEETS, joinable, partner_documents
from resource_directory.placing import placings
from resource_directory.secrecy import neutral_pattern
from resource_directory.vocabulary import Partnerships
from support import DAY, ROOT, good_records, make_repository


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    """The fictional records."""
    root = make_repository(tmp_path_factory.mktemp("partners"), good_records())
    return load_directory(root, Settings("Test"), DAY, cached=True)


@pytest.fixture(scope="module")
def pages(directory: Directory) -> dict[str, Document]:
    """The pages of partnerships and those that show panels, by address."""
    renderer = Renderer(directory, ROOT / "overrides/directory")
    documents = [*partner_documents(renderer), *part_documents(renderer, "us"), *part_documents(renderer, "co")]
    return {document.url: document for document in documents}


@pytest.fixture(scope="module")
def said(sources: Sources) -> Partnerships:
    """What the repository says about working with others."""
    return sources.vocabulary.partnerships


def text_of(html: str) -> str:
    """The words of a page, one space between two."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def test_every_kind_has_a_page_with_all_its_advice(pages: dict[str, Document], said: Partnerships) -> None:
    assert len(said.partners) == 14
    for partner in said.partners:
        page = pages[f"partnerships/{partner.slug}/"]
        escaped = page.html.replace("&#39;", "'").replace("&#34;", '"').replace("&amp;", "&")
        assert [line.text for line in partner.lines if line.text not in escaped] == []
        assert all(guide.title.split(":")[0] in escaped for guide in said.named_by(partner.lines))


def test_titles_and_addresses_are_neutral(pages: dict[str, Document], sources: Sources) -> None:
    pattern = neutral_pattern(sources.vocabulary.neutral_words.all)
    shown = [page for url, page in pages.items() if url.startswith("partnerships/")]
    assert len(shown) == 17
    assert [page.url for page in shown if pattern.search(page.title) or pattern.search(page.url)] == []
    assert len({page.title for page in shown}) == len(shown)


def test_a_kind_of_record_has_its_panel(pages: dict[str, Document], directory: Directory, said: Partnerships) -> None:
    for kind in directory.vocabulary.types.values():
        html = pages[f"types/{kind.slug}/"].html
        partner = said.for_type(kind.code)
        address = f"partnerships/{partner.slug}/" if partner else "partnerships/"
        assert f"href=../../{address}>" in html or f'href="../../{address}"' in html
        assert html.count('class="rd-more rd-partners"') == 1
        if partner:
            assert f"<summary>{partner.title}</summary>" in html
    assert said.for_type("domestic_violence") and said.for_type("hotline") is None


@pytest.mark.parametrize("url", ["co/", "regions/co-990/"])
def test_places_name_those_who_say_how_to_join(pages: dict[str, Document], url: str) -> None:
    text = text_of(pages[url].html)
    assert "Agreement: Memorandum of 2025." in text and "How to join: Write to us." in text
    assert "Works with others by: Coordination." in text
    assert "Meeting: General membership meeting. Second Tuesday of each month, 10 am" in text
    assert "partners" in dict(pages[url].contents)


def test_only_records_that_say_so_are_joinable(directory: Directory) -> None:
    ids = {record.id for record in joinable(directory.in_order)}
    assert ids == {"coc-co-990", "example-house-mesa"}


def test_where_nobody_says_how_to_join_the_page_says_that(tmp_path: Path) -> None:
    kept = {path: text for path, text in good_records().items() if "example-clinic" in path}
    directory = load_directory(make_repository(tmp_path / "few", kept), Settings("Test"), DAY)
    renderer = Renderer(directory, ROOT / "overrides/directory")
    state = next(page for page in part_documents(renderer, "co") if page.url == "co/")
    assert "No entry here says yet how to join it." in text_of(state.html)


def test_pages_of_partnerships_are_made_with_the_country_s(pages: dict[str, Document], directory: Directory) -> None:
    found = [url for url in pages if url.startswith("partnerships/")]
    assert {part_of(directory, url) for url in found} == {COUNTRY}


@pytest.mark.parametrize("number", WORKSHEETS)
def test_the_worksheet_asks_for_everything_and_holds_nothing_typed(
    pages: dict[str, Document], said: Partnerships, number: int
) -> None:
    html = pages[WORKSHEETS[number][0]].html
    assert not re.search(r"<(input|textarea|select|form|[^>]+contenteditable)", html)
    headings = re.findall(r"<h2 id=(\w+)>\d+\.", html)
    assert headings == [
        "partners", "purpose", "tasks", "referrals", "decisions", "money", "secrecy", "monitor", "conflict", "review",
        "signatures",
    ]  # fmt: skip
    assert "not legal advice" in html
    assert html.count("<th scope=col>Partner C</th>") == (6 if number == 3 else 0)
    assert html.count("<th scope=col>Partner B</th>") == 6
    escaped = html.replace("&#39;", "'")
    duties = [said.own_duty, *(partner.duty for partner in said.partners)]
    assert [duty.text for duty in duties if duty.text not in escaped] == []


def joined(records: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The records, with a line on how to join the clinic."""
    for path, text in records.items():
        yield path, f"{text}partnership:\n  how_to_join: Ask for Sam.\n" if "example-clinic" in path else text


def test_a_record_that_begins_to_say_how_to_join_changes_its_places(repository: Callable[..., Path]) -> None:
    root = repository(good_records())
    before = load_directory(root, Settings("Test"), DAY, cached=True)
    known = Known(before.digests, placings(before, {}, {}), {}, {})
    path = next(p for p in good_records() if "example-clinic" in p)
    file = root / "data/resources" / path
    file.write_text(dict(joined(good_records()))[path], encoding="utf-8")
    after = load_directory(root, Settings("Test"), DAY, cached=True)
    found = changes(after, placings(after, known.placings, known.digests), known)
    assert found is not None and {"co/", "regions/co-990/"} <= found.pages
