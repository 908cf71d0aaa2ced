"""Suggestions already begun: their addresses, whatever the names in them, and the words that stand in a history."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from resource_directory.directory import Directory, Settings
from resource_directory.loading import load_directory
from resource_directory.pages import Renderer, all_documents
from resource_directory.secrecy import neutral_pattern
from resource_directory.suggestions import Line, suggestion_address
from support import DAY, ROOT, good_records, make_repository

REPO = Settings("x", repo_url="https://github.com/example/directory")
GITLAB = Settings("x", repo_url="https://gitlab.example.org/group/directory/")
MAIL = Settings("x", contact="help+directory@example.org")
HOSTILE = (
    "O'Brien & Söhne County",
    "<img src=x onerror=alert(1)>",
    "a&body=evil#top?x=1%0D%0Acc:other@example.org",
    "one\r\nBcc: other@example.org\n\ntwo",
    "quotes \" and ' + plus = signs",
    "Doña Ana ñ 中文 العربية",
)


def fields(address: str) -> Mapping[str, str]:
    """What the other side reads, by name."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query, strict_parsing=True).items()}


@pytest.mark.parametrize("place", HOSTILE)
def test_names_stay_in_their_place(place: str) -> None:
    lines: list[Line] = [("Place", place), "", "Tell us."]
    plain = " ".join(place.split())
    issue = suggestion_address(REPO, (place, "Legal office"), lines)
    assert issue.startswith("https://github.com/example/directory/issues/new?title=")
    assert fields(issue) == {"title": f"{plain}, Legal office", "body": f"Place: {plain}\n\nTell us."}
    other = suggestion_address(GITLAB, (place, "Legal office"), lines)
    assert other.startswith("https://gitlab.example.org/group/directory/-/issues/new?")
    assert fields(other) == {
        "issue[title]": f"{plain}, Legal office",
        "issue[description]": f"Place: {plain}\n\nTell us.",
    }
    letter = suggestion_address(MAIL, (place, "Legal office"), lines)
    assert urlsplit(letter).path == "help+directory@example.org"
    # A mail program reads a plus as a plus: spaces are written out.
    assert fields(letter.replace("+", "%2B")) == {
        "subject": f"{plain}, Legal office",
        "body": f"Place: {plain}\r\n\r\nTell us.",
    }
    for address in (issue, other, letter):
        assert re.fullmatch(r"[A-Za-z0-9:/?&=%.@+_~\[\]-]+", address)


def test_nothing_is_begun_where_nobody_would_get_it() -> None:
    assert suggestion_address(Settings("x", contact_url="https://example.org/"), ("a", "b"), ["c"]) == ""


def test_the_source_comes_before_the_letter() -> None:
    both = Settings("x", repo_url="https://github.com/a/b", contact="a@example.org")
    assert suggestion_address(both, ("a",), []).startswith("https://github.com/a/b/issues/new?title=a&body=")


def links(directory: Directory) -> dict[str, list[str]]:
    """Addresses of the links that help to fill a gap, by page."""
    renderer = Renderer(directory, ROOT / "overrides/directory")
    found: dict[str, list[str]] = {}
    for document in all_documents(renderer, ROOT / "data/imports"):
        pattern = r'<a href="([^"]*)"[^>]*>Help us fill this in</a>'
        if at := [unescape(address) for address in re.findall(pattern, document.html)]:
            found[document.url] = at
    return found


@pytest.mark.parametrize("settings", [REPO, MAIL], ids=["issue", "letter"])
def test_gaps_of_pages_are_neutral_and_named(tmp_path: Path, settings: Settings) -> None:
    root = make_repository(tmp_path / "root", good_records())
    directory = load_directory(root, settings, DAY)
    found = links(directory)
    assert {url.split("/")[0] for url in found} >= {"co", "regions", "types", "needs"}
    pattern = neutral_pattern(directory.vocabulary.neutral_words.all)
    warned = re.compile(r"Do not write about a person you serve: no name, no story, no case\.")
    for url, addresses in found.items():
        assert len(set(addresses)) == len(addresses), url
        for address in addresses:
            assert len(address) < 2_000
            said = unquote(address)
            assert pattern.search(said) is None, (url, pattern.search(said))
            assert warned.search(said) and f"Page: {url}" in said
    cheyenne = [fields(address) for address in found["co/cheyenne/"]] if settings is REPO else []
    titles = [entry["title"] for entry in cheyenne]
    assert settings is MAIL or {"Cheyenne County, Colorado, Family program"} <= set(titles)


def test_without_an_address_the_link_leads_to_how_to_contribute(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "root", good_records())
    found = links(load_directory(root, Settings("x"), DAY))
    assert {address for addresses in found.values() for address in addresses} == {
        "../../contribute/",
        "../../../contribute/",
    }


def test_names_of_places_are_neutral() -> None:
    """They stand in addresses of suggestions."""
    directory = load_directory(ROOT, Settings("x"), DAY, cached=True)
    pattern = neutral_pattern(directory.vocabulary.neutral_words.all)
    names = [county.full_name for county in directory.places.counties.values()]
    names += [region.name for region in directory.regions.values()]
    assert [name for name in names if pattern.search(name)] == []
