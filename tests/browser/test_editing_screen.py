"""The editing screen in a browser, with its local backend: the records are files, and a saved form is a changed file.

Sveltia CMS works on a folder that the editor picks (File System Access). The picker is a window of the browser, which
no test can press; here it hands out the origin's private folder, whose files are read and written the same way.
"""

from __future__ import annotations

import difflib
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Dialog, Locator, Page, Request, expect

from browser.driving import Visit, Visitor
from browser.pretend_github import HEAD, TOP, PretendGitHub
from resource_directory.canonical import dump_canonical, record_data
from resource_directory.directory import Settings
from resource_directory.loading import Sources, load_directory
from support import DAY, ROOT, Build, good_records, make_repository
from test_canonical import TRAPS

CLINIC = "co/health_center/example-clinic.yml"
OFFICE = "co/legal_aid/example-legal-aid-silverton.yml"
WITH_AUTHORISATION = "co/domestic_violence/example-advocates-office.yml"
#: Seconds in which a saved form is in its file.
WRITTEN = 20
PICKER = "window.showDirectoryPicker = () => navigator.storage.getDirectory();"
WRITE = """async (files) => {
  const top = await navigator.storage.getDirectory();
  await top.getDirectoryHandle(".git", { create: true });
  for (const [path, text] of Object.entries(files)) {
    const parts = path.split("/");
    let folder = top;
    for (const part of parts.slice(0, -1)) folder = await folder.getDirectoryHandle(part, { create: true });
    const writer = await (await folder.getFileHandle(parts.at(-1), { create: true })).createWritable();
    await writer.write(text);
    await writer.close();
  }
}"""
READ = """async (path) => {
  const parts = path.split("/");
  let folder = await navigator.storage.getDirectory();
  for (const part of parts.slice(0, -1)) folder = await folder.getDirectoryHandle(part);
  return (await (await folder.getFileHandle(parts.at(-1))).getFile()).text();
}"""


@dataclass
class Screen:
    """The editing screen of a site, signed in to its local folder, and the repository the folder stands for."""

    visit: Visit
    root: Path
    #: How kinds of entry are called in addresses.
    slugs: Mapping[str, str]

    @property
    def page(self) -> Page:
        return self.visit.page

    def open(self, path: str) -> None:
        """The form of an entry."""
        state, kind, file = path.split("/")
        name = re.search(r"^name: (.*)$", good_records()[path], re.MULTILINE)
        assert name is not None
        slug = self.slugs[kind]
        self.page.goto(f"{self.visit.base}admin/#/collections/{state}-{slug}/entries/{file.removesuffix('.yml')}")
        expect(self.field("id").locator("input")).to_have_value(file.removesuffix(".yml"))

    def field(self, path: str) -> Locator:
        """A field of the form that is open, such as `phones.0.number`."""
        return self.page.locator(f'[data-key-path="{path}"]:visible').last

    def save(self) -> None:
        self.page.locator("button[data-label=Save]:visible").click()

    def saved(self, path: str) -> str:
        """Saves the changed form; the text that its file has then, which goes into the repository.

        The form is gone a moment before the file is written, so the file is read until it is another than before.
        """
        file = f"data/resources/{path}"
        old = text = str(self.page.evaluate(READ, file))
        self.save()
        expect(self.field("id")).to_have_count(0)
        until = time.monotonic() + WRITTEN
        while text == old and time.monotonic() < until:
            self.page.wait_for_timeout(50)
            text = str(self.page.evaluate(READ, file))
        (self.root / "data/resources" / path).write_text(text, encoding="utf-8")
        return text

    def run(self, script: str, *arguments: str) -> tuple[int, str]:
        """A script of the project on the repository: its exit code, and what it says."""
        command = [sys.executable, str(ROOT / "scripts" / script), *arguments]
        done = subprocess.run(command, cwd=self.root, capture_output=True, text=True, timeout=120, check=False)
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def slugs(sources: Sources) -> Mapping[str, str]:
    return {code: kind.slug for code, kind in sources.vocabulary.types.items()}


@pytest.fixture
def screen(visit: Visitor, editing_site: Build, tmp_path: Path, slugs: Mapping[str, str]) -> Iterator[Screen]:
    made = visit(editing_site)
    made.context.add_init_script(PICKER)
    page = made.go("404.html")
    page.evaluate(WRITE, {f"data/resources/{path}": text for path, text in good_records().items()})
    made.go("admin/")
    page.get_by_role("button", name="Work with Local Repository").click()
    expect(page.get_by_text("Colorado: Legal offices").first).to_be_visible()
    yield Screen(made, make_repository(tmp_path / "repository", good_records()), slugs)


def changes(old: str, new: str) -> list[str]:
    """The lines that differ: `-a`, `+b`."""
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=0)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def test_a_telephone_number_is_changed(screen: Screen) -> None:
    old = good_records()[CLINIC]
    screen.open(CLINIC)
    screen.field("phones").scroll_into_view_if_needed()
    screen.field("phones").get_by_role("button", name="Expand").last.click()
    number = screen.field("phones.0.number").locator("input")
    expect(number).to_have_value("303-555-0170")
    number.fill("call us")
    screen.save()
    expect(screen.page.get_by_text("Write it as 303-555-0100").first).to_be_visible()
    number.fill("303-555-0123")
    new = screen.saved(CLINIC)
    assert changes(old, new) == ["-- number: 303-555-0170", "+- number: 303-555-0123"]
    code, said = screen.run("check.py")
    assert code == 0, said
    code, said = screen.run("format_data.py", "--check")
    assert code == 0, said


def test_every_value_of_every_entry_outlives_a_change(screen: Screen) -> None:
    """Codes with a nought in front, dates, `no`, hours, texts with marks, and fields the form leaves out."""
    for path, old in good_records().items():
        screen.open(path)
        box = screen.field("name").locator("input")
        box.fill(f"{box.input_value()} again")
        new = changes(old, screen.saved(path))
        assert len(new) == 2 and new[0].startswith("-name: ") and new[1].startswith("+name: "), (path, new)
    code, said = screen.run("format_data.py", "--check")
    assert code == 0, said


def test_words_that_a_form_does_not_offer_are_kept(screen: Screen) -> None:
    """A county of another state, a service added to the vocabulary since the site was built."""
    old = good_records()[CLINIC].replace("  - '08031'\n", "  - '08031'\n  - '35001'\n")
    old = old.replace("- dental_care\n", "- dental_care\n- a_new_service\n")
    assert "35001" in old and "a_new_service" in old
    screen.page.evaluate(WRITE, {f"data/resources/{CLINIC}": old})
    screen.page.reload()
    screen.open(CLINIC)
    screen.field("name").locator("input").fill("Example Clinic")
    assert changes(old, screen.saved(CLINIC))[1:] == ["+name: Example Clinic"]


def test_a_place_is_hidden_whole(screen: Screen) -> None:
    screen.open(OFFICE)
    location = screen.field("location")
    location.scroll_into_view_if_needed()
    location.get_by_role("button", name="Remove").first.click()
    location.get_by_role("button", name="Add").first.click()
    screen.page.get_by_role("menuitem").filter(has_text="Hidden").click()
    text = screen.saved(OFFICE)
    assert "location:\n  visibility: withheld\nservice_area:" in text
    assert not re.search("Main Street|81433|address", text)
    assert screen.run("check.py", f"data/resources/{OFFICE}")[0] == 0


def test_a_place_that_must_stay_hidden_is_not_even_saved(screen: Screen) -> None:
    """Somebody took the authorisation out of the file; the form shows no place, and saves none."""
    told: list[str] = []

    def listen(dialog: Dialog) -> None:
        told.append(dialog.message)
        dialog.accept()

    screen.page.on("dialog", listen)
    path = f"data/resources/{WITH_AUTHORISATION}"
    broken = re.sub(r"  authorisation:\n(    .*\n)+", "", good_records()[WITH_AUTHORISATION])
    assert broken != good_records()[WITH_AUTHORISATION]
    screen.page.evaluate(WRITE, {path: broken})
    screen.visit.go("admin/#/collections/co-family-programs")
    screen.page.reload()
    screen.open(WITH_AUTHORISATION)
    assert screen.page.locator('[data-key-path^="location"]').count() == 0
    screen.field("name").locator("input").fill("Example Advocates")
    screen.save()
    screen.page.wait_for_timeout(1500)
    assert [words for words in told if "must stay hidden" in words]
    assert screen.page.evaluate(READ, path) == broken


@pytest.mark.parametrize(
    ("kind", "location", "words"),
    [
        ("legal_aid", {"visibility": "withheld", "address": {"city": "Denver"}}, "The place is hidden"),
        ("legal_aid", {"visibility": "withheld", "county": "08031"}, "The place is hidden"),
        ("legal_aid", {"visibility": "withheld", "point": {"latitude": 1}}, "The place is hidden"),
        ("legal_aid", {"visibility": "withheld", "description": "Blue door."}, "The place is hidden"),
        ("legal_aid", {"visibility": "withheld", "review": {"decision": "withheld"}}, ""),
        ("legal_aid", {"visibility": "public", "address": {"address_1": "1 Main Street"}}, ""),
        ("legal_aid", None, ""),
        ("domestic_violence", {"visibility": "public", "address": {"address_1": "1 Main Street"}}, "must stay hidden"),
        ("domestic_violence", {"visibility": "public", "address": {"postal_code": "80203"}}, "must stay hidden"),
        ("domestic_violence", {"visibility": "public", "point": {"latitude": 1}}, "must stay hidden"),
        ("domestic_violence", {"visibility": "public", "description": "Blue door."}, "must stay hidden"),
        ("domestic_violence", {"visibility": "public", "address": {"city": "Denver"}}, ""),
        ("domestic_violence", {"visibility": "public", "point": {}, "authorisation": {"by": "Director"}}, ""),
    ],
)
def test_what_is_refused_before_it_is_public(
    visit: Visitor, editing_site: Build, kind: str, location: object, words: str
) -> None:
    made = visit(editing_site)
    script = "async ([address, record]) => (await import(address)).refusal(record)"
    record = {"type": kind, "name": "x", **({"location": location} if location else {})}
    page = made.go("404.html")
    told = page.evaluate(script, [f"{made.base}assets/directory/admin/refusing.js", record])
    assert (words in told) if words else told == ""


def signed_in(made: Visit, github: PretendGitHub) -> Page:
    """The screen of an editor who pasted an access token."""
    made.context.route("https://api.github.com/**", github.answer)
    page = made.go("admin/")
    page.get_by_role("button", name="Sign In Using Access Token").click()
    page.locator("input:visible").last.fill("ghp_0000000000000000000000000000000000")
    page.get_by_role("button", name="Sign In", exact=True).last.click()
    return page


def on_github() -> dict[str, str]:
    """The repository on GitHub: it has entries of a state that the screen does not show, too."""
    files = {f"{TOP}{path}": text for path, text in good_records().items()}
    return {**files, f"{TOP}wy/legal_aid/example-far.yml": "id: example-far\n"}


def test_a_change_becomes_a_pull_request(visit: Visitor, editing_site: Build, slugs: Mapping[str, str]) -> None:
    github = PretendGitHub(on_github())
    made = visit(editing_site)
    page = signed_in(made, github)
    expect(page.get_by_text("Colorado: Legal offices").first).to_be_visible()
    screen = Screen(made, editing_site.root, slugs)
    screen.open(CLINIC)
    screen.field("name").locator("input").fill("Example Clinic")
    screen.save()
    expect(page.get_by_text("Send for Review").first).to_be_visible()
    branch = "cms/co-health-centers/example-clinic"
    assert github.branches == [f"refs/heads/{branch}"]
    ((where, path, text),) = github.commits
    assert (where, path) == (branch, f"{TOP}{CLINIC}")
    assert changes(good_records()[CLINIC], text)[1:] == ["+name: Example Clinic"]
    (pull,) = github.pulls
    assert (pull["head"], pull["base"], pull["draft"]) == (branch, "main", True)
    assert not re.search("violence|trafficking", str(pull))
    assert github.labels == ["sveltia-cms/draft"]
    # Lists are asked for folder by folder, and never of a state that the screen does not show.
    trees = [asked.split("/git/trees/")[1] for asked in github.asked if "/git/trees/" in asked]
    assert sorted(trees) == sorted([HEAD, "data", "resources", "co?recursive=1", "us?recursive=1"])


def test_a_list_that_github_cuts_off_stops_the_screen(visit: Visitor, editing_site: Build) -> None:
    made = visit(editing_site)
    page = signed_in(made, PretendGitHub(on_github(), cut=frozenset({"co?recursive=1"})))
    expect(page.get_by_text("There was an error while loading site data.")).to_be_visible()


def test_names_of_entries_run_nothing(visit: Visitor, editing_site: Build) -> None:
    """The screen holds a key to the repository. A record's words are shown and do nothing, or the policy stops them."""
    made = visit(editing_site)
    told: list[str] = []
    made.page.on("dialog", lambda dialog: told.append(dialog.message))
    page = signed_in(made, PretendGitHub(on_github()))
    expect(page.get_by_text("Colorado: Legal offices").first).to_be_visible()
    made.go("admin/#/collections/co-health-centers")
    expect(page.get_by_role("row").first).to_be_visible()
    page.wait_for_timeout(500)
    assert told == []


def test_nothing_comes_from_another_host(visit: Visitor, editing_site: Build) -> None:
    """What the program asks of others, its policy refuses; it looks right all the same, with fonts of its own."""
    made = visit(editing_site)
    answered: list[str] = []
    refused: list[str | None] = []
    made.context.on("response", lambda response: answered.append(response.url))

    def fail(request: Request) -> None:
        refused.append(request.failure if not request.url.startswith(made.base) else None)

    made.context.on("requestfailed", fail)
    page = made.go("admin/")
    expect(page.get_by_role("button", name="Sign In Using Access Token")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert [url for url in answered if not url.startswith((made.base, "data:", "blob:"))] == []
    assert {reason for reason in refused if reason} <= {"csp"}
    loaded = page.evaluate("[...document.fonts].filter((f) => f.status === 'loaded').map((f) => f.family)")
    assert any("Material Symbols" in family for family in loaded) and any("Source Sans" in f for f in loaded)
    assert {url.split("/")[2] for url in made.foreign} <= BLOCKED


#: Hosts that the program names for its fonts' second copies and for GitHub's state of health.
BLOCKED = {"cdn.jsdelivr.net", "www.githubstatus.com"}


def written(screen: Visit, data: list[dict[str, Any]]) -> list[str]:
    """What the screen's script makes of records."""
    script = """async ([address, records]) => {
      const { filled, recordText } = await import(address);
      return records.map((record) => recordText(filled(JSON.parse(record))));
    }"""
    page = screen.go("404.html")
    texts = [json.dumps(record) for record in data]
    found: list[str] = page.evaluate(script, [f"{screen.base}assets/directory/admin/record-text.js", texts])
    return found


def test_its_text_is_the_standard_text_of_every_real_entry(visit: Visitor, editing_site: Build) -> None:
    made = visit(editing_site)
    directory = load_directory(ROOT, Settings("Test"), DAY, cached=True)
    records = directory.in_order
    for begin in range(0, len(records), 4000):
        some = records[begin : begin + 4000]
        for record, text in zip(some, written(made, [record_data(record) for record in some]), strict=True):
            assert text == (ROOT / directory.paths[record.id]).read_text(encoding="utf-8"), record.id


def test_its_text_is_the_standard_text_of_hard_words(visit: Visitor, editing_site: Build) -> None:
    kept = [text for text in TRAPS if text == text.strip() and text and " \n" not in text]
    data = [{"a": text, "b": [text, "x"], "c": {"d": [{"e": text, "f": "y"}]}} for text in kept]
    for record, text in zip(data, written(visit(editing_site), data), strict=True):
        if any(ord(letter) > 0xFFFF for letter in str(record)):
            continue
        assert text == dump_canonical(record)
