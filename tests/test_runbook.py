"""The steps for the day a hidden address has been published: all are there, in order, and easy to find."""

from __future__ import annotations

import re

from markdown import Markdown

from support import ROOT

TEXT = (ROOT / "docs/maintain.md").read_text(encoding="utf-8")


def test_every_step_is_a_step_of_its_own_on_the_page() -> None:
    steps = re.findall(r"^(\d+)\. \*\*(.+?)\*\*", TEXT, re.MULTILINE)
    assert [int(number) for number, _ in steps] == list(range(1, len(steps) + 1))
    page = Markdown(extensions=["pymdownx.superfences", "toc"]).convert(TEXT)
    top = page[page.index("<ol>") : page.index("</ol>")]
    assert [re.sub("<[^>]+>", "", first) for first in re.findall(r"<li>\s*(?:<p>)?<strong>(.*?)</strong>", top)] == [
        words for _, words in steps
    ]


def test_the_first_step_is_a_call_and_nothing_is_published_before_the_last_ones() -> None:
    words = [first.casefold() for first in re.findall(r"^\d+\. \*\*(.+?)\*\*", TEXT, re.MULTILINE)]
    assert words[0].startswith("ring the program") and words[1].startswith("take the site down")
    assert words.index("only then publish again") == len(words) - 2


def test_it_is_found_from_both_pages_for_those_who_contribute() -> None:
    assert "](docs/maintain.md)" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert "](maintain.md)" in (ROOT / "docs/contribute.md").read_text(encoding="utf-8")


def test_its_commands_are_those_of_this_repository() -> None:
    for name in re.findall(r"scripts/[a-z_]+\.py|data/vocab/[a-z_]+\.yml", TEXT):
        assert (ROOT / name).is_file(), name
    for target in re.findall(r"`make ([a-z]+)`", TEXT):
        assert f"\n{target}:" in (ROOT / "Makefile").read_text(encoding="utf-8"), target
