"""Links to paper: in a page's own language, only where some was made, and none where pages stand without it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from resource_directory.directory import Settings
from resource_directory.loading import load_directory
from resource_directory.offline import LEFT_OUT, page
from resource_directory.pages import Document, Renderer, all_documents
from resource_directory.pages.renderer import PaperOf, no_paper
from support import DAY, ROOT, good_records, make_repository
from test_offline import edition

MADE = {"08031", "co-990", "co"}
LINK = re.compile(r'<a class="?rd-pdf"? href="?([^">]+)"?>([^<]+)</a>')


def some_paper(place: str, language: str) -> Iterable[tuple[str, str]]:
    if place in MADE:
        yield "sheet", f"paper/{place}/{language}.pdf"
        yield "card", f"paper/{place}/{language}-card.pdf"


def documents(folder: Path, paper: PaperOf) -> Mapping[str, Document]:
    directory = load_directory(make_repository(folder, good_records()), Settings("x"), DAY)
    renderer = Renderer(directory, ROOT / "overrides/directory", paper=paper)
    return {page.url: page for one in renderer.all for page in all_documents(one, folder / "data/imports")}


@pytest.fixture(scope="module")
def with_paper(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Document]:
    return documents(tmp_path_factory.mktemp("paper"), some_paper)


@pytest.mark.parametrize(
    ("url", "links"),
    [
        ("co/denver/", [("../../paper/08031/en.pdf", "Sheet (PDF)"), ("../../paper/08031/en-card.pdf", "Card (PDF)")]),
        (
            "es/co/denver/",
            [("../../../paper/08031/es.pdf", "Hoja (PDF)"), ("../../../paper/08031/es-card.pdf", "Tarjeta (PDF)")],
        ),
        (
            "regions/co-990/",
            [("../../paper/co-990/en.pdf", "Sheet (PDF)"), ("../../paper/co-990/en-card.pdf", "Card (PDF)")],
        ),
        ("co/", [("../paper/co/en.pdf", "Sheet (PDF)"), ("../paper/co/en-card.pdf", "Card (PDF)")]),
        ("co/cheyenne/", []),
        ("resources/example-clinic/", []),
    ],
)
def test_a_page_leads_to_its_own_paper(
    with_paper: Mapping[str, Document], url: str, links: list[tuple[str, str]]
) -> None:
    assert LINK.findall(with_paper[url].html) == links


def test_small_pages_have_none(with_paper: Mapping[str, Document]) -> None:
    assert with_paper["co/denver/"].embed and not any("paper/" in page.embed for page in with_paper.values())


def test_without_paper_there_are_no_links(tmp_path: Path) -> None:
    assert not any("rd-pdf" in page.html for page in documents(tmp_path, no_paper).values())


def test_offline_copies_have_none(with_paper: Mapping[str, Document]) -> None:
    copy = edition(frozenset({"index.html", "co/denver/index.html"}))
    html = with_paper["co/denver/"].html
    assert len(LINK.findall(html)) == 2
    made = page(copy, "co/denver/index.html", html)
    assert "paper" not in made and ".pdf" not in made and "rd-pdf" not in made
    assert "Denver County" in made and "<p class=rd-tools>" in made
    assert "paper/08031/en.pdf".startswith(LEFT_OUT)
