"""Changes as an Atom feed: valid, neutral, and never telling a place that is or was protected."""

from __future__ import annotations

import os
import re
import subprocess
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import feedparser
import pytest

from resource_directory.commits import Commits
from resource_directory.directory import Directory, Settings
from resource_directory.exports.feed import MOST, NAMESPACE, feeds
from resource_directory.exports.history import CHANGED, NEW, RENAMED, history
from resource_directory.loading import load_directory
from support import DAY, ROOT, good_records, make_repository

SITE = "https://directory.example.org/"
CLINIC = "co/health_center/example-clinic.yml"
HOUSE = "co/domestic_violence/example-house-mesa.yml"
LEGAL = "co/legal_aid/example-legal-aid.yml"
NAME = "Example Clinic of Mayagüez Street"
#: What the clinic's record says of its place.
PLACE = ("3 Example", "80205", "39.7", "-104.9")
Records = dict[str, str]


class History:
    """A repository whose commits are made one after another, an hour apart."""

    def __init__(self, folder: Path) -> None:
        self.root = make_repository(folder, good_records())
        self.hour = 0
        self.git("init", "-q", "-b", "main")
        linked = "docs\nhooks\noverrides\nnode_modules\n.cache\ndata/places\ndata/vocab\ndata/locale\n"
        (self.root / ".git/info/exclude").write_text(linked, encoding="ascii")
        self.commit()

    def git(self, *command: str) -> str:
        moment = f"2026-11-20T{self.hour:02d}:00:00Z"
        person = {f"GIT_{who}_{what}": "x" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        own = {**os.environ, **person, "GIT_COMMITTER_DATE": moment, "GIT_AUTHOR_DATE": moment}
        done = subprocess.run(["git", *command], cwd=self.root, env=own, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def commit(self) -> None:
        self.hour += 1
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "x")

    def edit(self, path: str, change: Callable[[str], str]) -> None:
        file = self.root / "data/resources" / path
        text = file.read_text(encoding="utf-8")
        assert change(text) != text
        file.write_text(change(text), encoding="utf-8")
        self.commit()

    def directory(self) -> Directory:
        return load_directory(self.root, Settings("Example Directory", site_url=SITE), DAY)

    def feed(self, slug: str = "co") -> str:
        """The feed of Colorado, or of the country (`us`)."""
        directory = self.directory()
        return dict(feeds(directory, history(Commits(self.root), directory)))[slug]

    def told(self) -> list[tuple[str, str]]:
        """Title and words of every entry, the newest first, but for the first commit's new ones."""
        found = [(entry.title, entry.summary) for entry in feedparser.parse(self.feed()).entries]
        return [pair for pair in found if pair[1] != NEW]


@pytest.fixture
def past(tmp_path: Path) -> History:
    return History(tmp_path / "r")


def replaced(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


def withheld(text: str) -> str:
    """The record with its place withheld."""
    return re.sub(r"^location:\n(?:  .*\n)+", "location:\n  visibility: withheld\n", text, flags=re.MULTILINE)


def check(text: str) -> None:
    """What RFC 4287 asks for (sections 4.1.1, 4.1.2, 3.3, 4.2.6), and what a reader of another maker finds."""
    parsed = feedparser.parse(text)
    assert not parsed.bozo and parsed.version == "atom10"
    top = ElementTree.fromstring(text)
    assert top.tag == f"{{{NAMESPACE}}}feed"
    ids = []
    for element in (top, *top.findall(f"{{{NAMESPACE}}}entry")):
        names = [child.tag.removeprefix(f"{{{NAMESPACE}}}") for child in element]
        assert all(names.count(name) == 1 for name in ("id", "title", "updated")), names
        assert set(names) <= {"id", "title", "subtitle", "updated", "author", "link", "entry", "summary"}
        (updated,) = element.findall(f"{{{NAMESPACE}}}updated")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", updated.text or "")
        (key,) = element.findall(f"{{{NAMESPACE}}}id")
        assert re.fullmatch(r"tag:[a-z0-9.-]+,\d{4}(-\d\d-\d\d)?:[\w./-]+", key.text or "")
        ids.append(key.text)
        assert [link.get("rel") for link in element.findall(f"{{{NAMESPACE}}}link")].count("alternate") == 1
    assert len(set(ids)) == len(ids)
    assert top.find(f"{{{NAMESPACE}}}author") is not None


def test_new_entries_then_what_changes(past: History) -> None:
    past.edit(LEGAL, replaced("303-555-0160", "303-555-0169"))
    text = past.feed()
    check(text)
    first = feedparser.parse(text).entries[0]
    assert (first.title, first.summary) == ("Example Legal Aid", "Telephone: 303-555-0169.")
    assert first.link == f"{SITE}resources/example-legal-aid/"
    assert first.updated == "2026-11-20T02:00:00Z"
    assert re.fullmatch(r"tag:directory\.example\.org,2026-11-20:[0-9a-f]{32}", first.id)
    assert "303-555-0160" not in text
    assert sum(entry.summary == NEW for entry in feedparser.parse(text).entries) == len(
        past.directory().by_folder["co"]
    )


def test_a_name_of_an_entry_never_changes(past: History) -> None:
    past.edit(LEGAL, replaced("303-555-0160", "303-555-0169"))
    before = {entry.id for entry in feedparser.parse(past.feed()).entries}
    past.edit(LEGAL, replaced("303-555-0169", "303-555-0168"))
    after = {entry.id for entry in feedparser.parse(past.feed()).entries}
    assert before < after and len(after - before) == 1


def test_no_name_of_an_entry_holds_that_of_a_commit(past: History) -> None:
    past.edit(LEGAL, replaced("303-555-0160", "303-555-0169"))
    (past.root / "data/resources" / CLINIC).unlink()
    past.commit()
    commits = past.git("log", "--format=%H").split()
    assert len(commits) == 3 and ("Entries taken out", "1 entry was taken out.") in past.told()
    assert not [commit for commit in commits if commit[:7] in past.feed()]


def test_a_value_is_told_only_while_it_holds(past: History) -> None:
    past.edit(LEGAL, replaced("303-555-0160", "303-555-0169"))
    past.edit(LEGAL, replaced("303-555-0169", "303-555-0168"))
    assert past.told() == [
        ("Example Legal Aid", "Telephone: 303-555-0168."),
        ("Example Legal Aid", "Telephone changed."),
    ]


def test_a_place_that_became_withheld_is_nowhere(past: History) -> None:
    past.edit(CLINIC, replaced("3 Example", "4 Example"))
    assert past.told() == [(NAME, "Place changed.")]
    past.edit(CLINIC, withheld)
    text = past.feed()
    check(text)
    assert past.directory().records["example-clinic"].location is not None
    assert past.told() == []
    assert not [word for word in (*PLACE, "4 Example", "Place", "address") if word in text.partition("<entry>")[2]]


def test_a_text_that_told_a_place_is_nowhere(past: History) -> None:
    past.edit(CLINIC, replaced("phones:\n", "description: Behind 9 Elm Street.\nphones:\n"))
    assert past.told() == [(NAME, "Description, new: Behind 9 Elm Street.")]
    past.edit(CLINIC, lambda text: withheld(text.replace("description: Behind 9 Elm Street.\n", "")))
    assert "Elm" not in past.feed() and "3 Example" not in past.feed()
    assert past.told() == []


def test_nothing_at_all_is_told_of_a_moment_in_which_a_place_became_withheld(past: History) -> None:
    past.edit(CLINIC, lambda text: withheld(text.replace("phones:\n", "description: New words.\nphones:\n")))
    assert "New words" in (past.root / "data/resources" / CLINIC).read_text(encoding="utf-8")
    assert past.told() == [] and "example-clinic" not in past.feed()
    past.edit(CLINIC, replaced("New words", "Other words"))
    assert past.told() == [] and "example-clinic" not in past.feed()


def test_nothing_is_told_of_an_entry_that_was_withheld_for_a_time(past: History) -> None:
    before = (past.root / "data/resources" / CLINIC).read_text(encoding="utf-8")
    past.edit(CLINIC, withheld)
    past.edit(CLINIC, lambda text: before)
    past.edit(CLINIC, replaced("phones:\n", "description: New words.\nphones:\n"))
    assert past.told() == [] and "example-clinic" not in past.feed()


def test_nothing_is_told_of_a_program_whose_kind_became_protected(past: History) -> None:
    file = past.root / "data/resources" / LEGAL
    text = file.read_text(encoding="utf-8").replace("type: legal_aid", "type: domestic_violence")
    text = text.partition("practice_areas:")[0]
    file.unlink()
    moved = past.root / "data/resources/co/domestic_violence/example-legal-aid.yml"
    moved.write_text(withheld(text), encoding="utf-8")
    past.commit()
    assert past.told() == [] and "resources/example-legal-aid/" not in past.feed()


def test_a_place_that_was_taken_out_is_not_told_of(past: History) -> None:
    past.edit(CLINIC, replaced("3 Example", "4 Example"))
    past.edit(CLINIC, lambda text: withheld(text).replace("location:\n  visibility: withheld\n", ""))
    assert past.directory().records["example-clinic"].location is None
    assert past.told() == []


def test_of_a_protected_program_only_that_it_is_new(past: History) -> None:
    past.edit(HOUSE, replaced("970-555-0130", "970-555-0139"))
    assert past.told() == []
    found = [entry for entry in feedparser.parse(past.feed()).entries if entry.title == "Example House"]
    assert [entry.summary for entry in found] == [NEW]


@pytest.mark.parametrize("says_so", [True, False])
def test_a_protected_program_with_another_name_is_no_news(past: History, says_so: bool) -> None:
    """Neither who went away nor the new address is told; without its former id it is a new one, and alone."""
    old = past.root / "data/resources" / HOUSE
    text = old.read_text(encoding="utf-8").replace("id: example-house-mesa", "id: another-house")
    former = "former_ids:\n- example-house-mesa\n" if says_so else "former_ids:\n"
    old.unlink()
    old.with_name("another-house.yml").write_text(text.replace("former_ids:\n", former), encoding="utf-8")
    past.commit()
    assert past.told() == []
    of_the_moment = [e for e in feedparser.parse(past.feed()).entries if e.updated == "2026-11-20T02:00:00Z"]
    assert [entry.link for entry in of_the_moment] == ([] if says_so else [f"{SITE}resources/another-house/"])


def test_a_record_that_got_another_name_and_a_withheld_place_does_not_count(past: History) -> None:
    old = past.root / "data/resources" / CLINIC
    text = old.read_text(encoding="utf-8").replace("id: example-clinic", "id: another-clinic")
    old.unlink()
    old.with_name("another-clinic.yml").write_text(withheld(text), encoding="utf-8")
    past.commit()
    assert past.told() == []


def test_a_former_id_leads_to_what_was_protected(past: History) -> None:
    """The old file was withheld, the new one is not: of the change of its address nothing is told."""
    past.edit(CLINIC, withheld)
    old = past.root / "data/resources" / CLINIC
    text = old.read_text(encoding="utf-8").replace("location:\n  visibility: withheld\n", "")
    old.unlink()
    text = text.replace("id: example-clinic", "id: another-clinic")
    named = re.sub(r"^(name: .*\n)", r"\1former_ids:\n- example-clinic\n", text, flags=re.MULTILINE)
    old.with_name("another-clinic.yml").write_text(named, encoding="utf-8")
    past.commit()
    assert past.told() == [] and "another-clinic" not in past.feed()


def test_a_file_in_another_folder_is_the_same_entry(past: History) -> None:
    old, new = (past.root / "data/resources" / path for path in (LEGAL, LEGAL.replace("co/", "us/")))
    text = old.read_text(encoding="utf-8").replace("  states:\n  - co\n", "  nationwide: yes\n")
    old.unlink()
    new.parent.mkdir()
    new.write_text(text, encoding="utf-8")
    past.commit()
    assert past.told() == []
    country = feedparser.parse(past.feed("us")).entries[0]
    assert country.title == "Example Legal Aid" and country.summary.startswith("Area served")


def test_what_editors_keep_for_themselves_is_no_change(past: History) -> None:
    past.edit(HOUSE, replaced("secretnote", "othernote"))
    assert past.told() == [] and "note" not in past.feed().partition("<entry>")[2]


def test_protected_entries_that_went_away_do_not_count(past: History) -> None:
    (past.root / "data/resources" / HOUSE).unlink()
    past.commit()
    assert past.told() == []
    for path in (CLINIC, LEGAL.replace("aid.yml", "aid-silverton.yml")):
        (past.root / "data/resources" / path).unlink()
    past.commit()
    assert past.told() == [("Entries taken out", "2 entries were taken out.")]


def test_an_entry_that_was_withheld_before_it_went_away_does_not_count(past: History) -> None:
    past.edit(CLINIC, withheld)
    (past.root / "data/resources" / CLINIC).unlink()
    past.commit()
    assert past.told() == []


def test_who_went_away_is_not_named(past: History) -> None:
    (past.root / "data/resources" / CLINIC).unlink()
    past.commit()
    text = past.feed()
    check(text)
    assert past.told() == [("Entries taken out", "1 entry was taken out.")]
    assert "clinic" not in text.casefold()


def test_an_entry_with_another_address_is_the_same_entry(past: History) -> None:
    folder = past.root / "data/resources/co/legal_aid"
    text = (folder / "example-legal-aid-silverton.yml").read_text(encoding="utf-8")
    (folder / "example-legal-aid-silverton.yml").unlink()
    text = text.replace("id: example-legal-aid-silverton", "id: silverton-office")
    named = re.sub(r"^(name: .*\n)", r"\1former_ids:\n- example-legal-aid-silverton\n", text, flags=re.MULTILINE)
    (folder / "silverton-office.yml").write_text(named, encoding="utf-8")
    past.commit()
    assert past.told()[0][1] == RENAMED and len(past.told()) == 1
    assert "resources/silverton-office/" in past.feed()


def test_what_a_branch_tried_is_not_told(past: History) -> None:
    past.git("checkout", "-q", "-b", "try")
    past.edit(LEGAL, replaced("name: Example Legal Aid\n", "name: Example Legal Aid\ndescription: Wrong words.\n"))
    past.edit(LEGAL, replaced("description: Wrong words.\n", "description: Right words.\n"))
    past.git("checkout", "-q", "main")
    past.hour += 1
    past.git("merge", "-q", "--no-ff", "-m", "x", "try")
    assert past.told() == [("Example Legal Aid", "Description, new: Right words.")]


def test_words_that_give_a_reader_away_are_not_repeated(past: History) -> None:
    words = "For survivors of human trafficking"
    past.edit(LEGAL, replaced("name: Example Legal Aid\n", f"name: Example Legal Aid\ndescription: {words}.\n"))
    assert past.told() == [("Example Legal Aid", CHANGED)]


def test_old_changes_are_not_told(past: History) -> None:
    directory = load_directory(past.root, Settings("x", site_url=SITE), DAY.replace(year=2027))
    found = history(Commits(past.root), directory)
    assert found == {}
    text = dict(feeds(directory, found))["co"]
    check(text)
    assert not feedparser.parse(text).entries


def test_without_a_history_the_entries_speak_for_themselves(past: History, tmp_path: Path) -> None:
    shallow = tmp_path / "shallow"
    past.commit()
    past.git("clone", "-q", "--depth", "1", past.root.as_uri(), str(shallow))
    copy = make_repository(tmp_path / "copy", good_records())
    for folder in (shallow, copy, shallow / "data"):
        assert history(Commits(folder), past.directory()) is None
    text = dict(feeds(past.directory(), None))["co"]
    check(text)
    assert "made without the history" in text
    told = {entry.title: entry.summary for entry in feedparser.parse(text).entries}
    assert told["Example House"] == "Confirmed by the organization on 1 September 2026."
    assert told[NAME] == "Facts taken from Example publisher on 19 July 2026."


@pytest.fixture(scope="module")
def real() -> Directory:
    return load_directory(ROOT, Settings("x", site_url=SITE), DAY, cached=True)


def test_all_real_feeds_are_valid_and_neutral(real: Directory) -> None:
    found = history(Commits(ROOT), real)
    for made in (dict(feeds(real, found)), dict(feeds(real, None))):
        assert set(made) == {"us", *real.states}
        for slug, text in made.items():
            check(text)
            entries = feedparser.parse(text).entries
            assert len(entries) <= MOST
            for entry in entries:
                assert not real.neutral_pattern.search(entry.title), (slug, entry.title)
                assert not re.search(r"\d+ \w+ (?:St|Street|Ave)\b", entry.summary), (slug, entry.summary)


def test_hostile_names_are_text(past: History) -> None:
    titles = [entry.title_detail.value for entry in feedparser.parse(past.feed()).entries]
    assert any("img src" in title or "onerror" in title for title in titles) or "&lt;img" in past.feed()
    assert "<img" not in past.feed()
