"""Whole pages of the fictional site, read in the diff. `UPDATE_GOLDEN=1 pytest tests/test_golden.py` writes them anew."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from resource_directory.directory import Settings
from resource_directory.loading import load_directory
from resource_directory.pages import Document, Renderer, all_documents
from support import DAY, ROOT, good_records, make_repository

GOLDEN = ROOT / "tests/golden"
TEMPLATES = ROOT / "overrides/directory"
PAGES = {"county": "co/denver/", "region": "regions/co-990/", "record": "resources/example-house-mesa/"}


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Document]:
    """Every page of the fictional site by its address."""
    folder = make_repository(tmp_path_factory.mktemp("golden"), good_records())
    directory = load_directory(folder, Settings("Example Directory", repo_url="https://github.com/example/x"), DAY)
    return {page.url: page for page in all_documents(Renderer(directory, TEMPLATES), folder / "data/imports")}


@pytest.mark.parametrize("name", PAGES)
def test_page_is_as_it_was_read(name: str, documents: Mapping[str, Document]) -> None:
    file = GOLDEN / f"{name}.html"
    html = documents[PAGES[name]].html + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(html, encoding="utf-8")
    assert html.splitlines() == file.read_text(encoding="utf-8").splitlines()


def test_no_golden_page_is_left_over() -> None:
    assert {file.name for file in Path(GOLDEN).iterdir()} == {f"{name}.html" for name in PAGES}


def test_addresses_of_pages_are_one_each(tmp_path: Path) -> None:
    folder = make_repository(tmp_path, good_records())
    directory = load_directory(folder, Settings("x"), DAY)
    urls = [page.url for page in all_documents(Renderer(directory, TEMPLATES), folder / "data/imports")]
    assert sorted(urls) == sorted(set(urls))
    assert all(url == "" or url.endswith("/") for url in urls)


def test_contents_are_the_headings_of_the_page(documents: Mapping[str, Document]) -> None:
    for page in documents.values():
        if len(page.contents) > 2:
            for anchor, _ in page.contents:
                assert len(re.findall(rf'id="?{anchor}[" >]', page.html)) == 1, f"{page.url}#{anchor}"
