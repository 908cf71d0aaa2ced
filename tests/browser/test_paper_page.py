"""`/paper/`: whoever holds a sheet learns what has changed, and nobody else learns that they asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from browser.driving import AXE, Visit, Visitor
from resource_directory.directory import Settings
from resource_directory.loading import load_directory
from resource_directory.sheets.ledger import Facts, Ledger, Papers, Printed, with_facts
from resource_directory.sheets.making import Works
from support import DAY, ROOT, Build, good_records, make_repository

PLACE = {"name": "Denver County, Colorado", "page": "co/denver/"}
KNOWN = {"language": "en", "made": "2026-11-16", "check": "2027-01-15", "lines": 28}
CHANGED = {
    "id": "example-clinic", "name": "Example Clinic <b>", "numbers": ["303-555-0123", "988"], "what": ["number", "taking"],
}  # fmt: skip
NEW = {"id": "example-legal-aid-denver", "name": "Example Legal Aid", "numbers": ["303-555-0160"]}
PAPERS = {
    "HR2BVS": {"today": True, **KNOWN},
    "7KQ3FX": {"today": False, **KNOWN, "changed": [CHANGED], "gone": 1, "still": ["Still House"], "new": [NEW]},
    "BCFTXX": {
        "today": False,
        **KNOWN,
        "left": [{**NEW, "what": ["place"]}, {**NEW, "id": "another"}],
    },
    "BDDDDD": {"today": False, **KNOWN, "differs": True},
    "SP4N5H": {"today": None, **KNOWN, "language": "vi"},
    "2N3W4B": {"today": False, **KNOWN, "new": [NEW]},
}


@pytest.fixture
def open_paper(visit: Visitor, fictional_site: Build) -> Iterator[Callable[..., Visit]]:
    """Opens the page with the files of places answered as given."""

    def start(address: str = "paper/", files: Mapping[str, Any] | None = None, **options: Any) -> Visit:
        made = visit(fictional_site, **options)
        answers = {"08031": {**PLACE, "papers": PAPERS}} if files is None else files

        def answer(route: Route) -> None:
            found = answers.get(Path(route.request.url).stem)
            route.fulfill(status=404) if found is None else route.fulfill(body=json.dumps(found))

        made.page.route("**/paper/*.json", answer)
        made.go(address)
        return made

    yield start


def look(page: Page, typed: str) -> str:
    page.get_by_label("Number on the paper").fill(typed)
    page.get_by_role("button", name="Look it up").click()
    expect(page.locator(".rd-paper__found")).not_to_be_empty()
    return page.locator(".rd-paper__found").inner_text()


def test_the_codes_address_is_read_and_leaves_no_trace(open_paper: Callable[..., Visit]) -> None:
    visit = open_paper("paper/#08031-HR2BVS")
    page = visit.page
    found = page.locator(".rd-paper__found")
    expect(found).to_contain_text("Nothing on it has changed")
    expect(found).to_contain_text("Look again after 15 January 2027.")
    assert page.url == f"{visit.base}paper/" and page.title().startswith("Paper - ")
    assert page.evaluate("[history.length, localStorage.length, sessionStorage.length, document.cookie]")[1:] == [
        0,
        0,
        "",
    ]
    assert not any("HR2BVS" in url for url in visit.requests)
    assert [url for url in visit.requests if "paper/08031" in url] == [f"{visit.base}paper/08031.json"]
    link = found.get_by_role("link", name="What we know today: Denver County, Colorado")
    link.click()
    expect(page).to_have_url(f"{visit.base}co/denver/")
    page.go_back()
    expect(page.locator(".rd-paper__found")).to_be_empty()
    assert page.locator("input#rd-paper-number").input_value() == ""


def test_what_has_changed_is_told_line_by_line(open_paper: Callable[..., Visit]) -> None:
    visit = open_paper()
    text = look(visit.page, "08031-7KQ3FX")
    assert "2 lines have changed" in text and "26 other lines are as we know them today." in text
    assert "Changed: use what stands here" in text and "Example Clinic <b>" in text
    assert "Its name or its number has changed. Whether it takes new people has changed." in text
    assert "No longer listed: do not rely on it" in text and "1 line on it is no longer listed." in text
    assert "Still as we know it today" in text and "Still House" in text and "Nothing on it has changed" not in text
    assert "New on today's paper" in text and "Look again after" not in text
    found = visit.page.locator(".rd-paper__found")
    calls = [link.get_attribute("href") for link in found.locator("a.rd-call").all()]
    assert calls == ["tel:+1-303-555-0123", "tel:988", "tel:+1-303-555-0160"]
    hrefs = [link.get_attribute("href") for link in found.locator("a:not(.rd-call)").all()]
    assert hrefs == [
        "../resources/example-clinic/", "../resources/example-legal-aid-denver/", "../co/denver/",
        "../paper/08031-en.pdf",
    ]  # fmt: skip
    assert visit.errors == []


@pytest.mark.parametrize(
    ("letters", "leads"), [("HR2BVS", False), ("SP4N5H", False), ("2N3W4B", True), ("7KQ3FX", True)]
)
def test_todays_paper_is_offered_where_it_is_another(
    open_paper: Callable[..., Visit], letters: str, leads: bool
) -> None:
    page = open_paper().page
    look(page, f"08031-{letters}")
    expect(page.get_by_role("link", name="Today's paper to print (PDF)")).to_have_count(int(leads))


@pytest.mark.parametrize(
    "typed",
    [
        "08031 7kq3fx",
        "o8o31-7KQ3FX",
        " 08031\u20137kq3fx ",
        "080317KQ3FX",
        "0803l-7kq3fx",
        "#08031-7KQ3FX",
        "https://directory.example.org/es/paper/#08031-7KQ3FX",
        "08031 - 7KQ 3FX.",
    ],
)
def test_a_number_is_read_as_people_copy_it(open_paper: Callable[..., Visit], typed: str) -> None:
    assert "2 lines have changed" in look(open_paper().page, typed)


@pytest.mark.parametrize("typed", ["WY 500 BBBBBB", "wy500bbbbbb", "wy-5oo-BBBBBB", "#WY-500-BBBBBB", "WY.500.BBB BBB"])
def test_a_regions_number_is_read_as_people_copy_it(open_paper: Callable[..., Visit], typed: str) -> None:
    region = {"name": "Wyoming CoC", "page": "regions/wy-500/", "papers": {"BBBBBB": PAPERS["HR2BVS"]}}
    text = look(open_paper(files={"wy-500": region}).page, typed)
    assert "Nothing on it has changed" in text and "Wyoming CoC" in text


@pytest.mark.parametrize("typed", ["", "denver", "08031-7KQ3F", "08031-AEIOUY", "../x", "08031-7KQ3FX9"])
def test_what_is_no_number_is_not_asked_for(open_paper: Callable[..., Visit], typed: str) -> None:
    visit = open_paper()
    assert "This is no number of ours." in look(visit.page, typed)
    assert not [url for url in visit.requests if url.endswith(".json") and "/paper/" in url]


def test_an_unknown_number_is_never_said_to_be_right(open_paper: Callable[..., Visit]) -> None:
    page = open_paper().page
    text = look(page, "08031-ZZZZZZ")
    assert "We do not know this number" in text and "What we know today: Denver County, Colorado" in text
    assert "Compare it line by line" in text and "Nothing on it has changed" not in text


@pytest.mark.parametrize(
    ("typed", "name", "leads"),
    [
        ("co-990-7KQ3FX", "CO-990", "../regions/co-990/"),
        ("08051-7KQ3FX", "Gunnison County, Colorado", "../co/gunnison/"),
        ("co-7KQ3FX", "Colorado", "../co/"),
    ],
)
def test_paper_made_by_hand_leads_to_its_place(
    open_paper: Callable[..., Visit], typed: str, name: str, leads: str
) -> None:
    """No file knows it, nor its place: what is there of the state leads on."""
    page = open_paper().page
    text = look(page, typed)
    assert "We do not know this number" in text and "Compare it line by line with the page of the place" in text
    link = page.get_by_role("link", name=f"What we know today: {name}", exact=True)
    assert link.get_attribute("href") == leads


@pytest.mark.parametrize("typed", ["wy-500-7KQ3FX", "co-501-7KQ3FX", "56021-7KQ3FX", "08999-7KQ3FX", "wy-7KQ3FX"])
def test_a_place_without_a_page_is_not_linked(open_paper: Callable[..., Visit], typed: str) -> None:
    text = look(open_paper().page, typed)
    assert "We do not know this number" in text and "take it as out of date" in text
    assert "What we know today" not in text


def test_who_is_not_on_todays_paper_is_told(open_paper: Callable[..., Visit]) -> None:
    visit = open_paper()
    text = look(visit.page, "08031-BCFTXX")
    assert "2 lines are no longer on today's paper" in text and "26 other lines are as we know them today." in text
    assert "No longer on today's paper of this place: ask first" in text and "Nothing on it has changed" not in text
    assert text.count("Whether it serves this place, or how far it is, has changed. Ask first.") == 1
    expect(visit.page.get_by_role("link", name="Today's paper to print (PDF)")).to_have_count(1)
    assert visit.errors == []


def test_paper_whose_other_words_changed_is_not_said_to_be_the_same(open_paper: Callable[..., Visit]) -> None:
    text = look(open_paper().page, "08031-BDDDDD")
    assert "Today's paper reads differently" in text and "Compare it with the page of the place." in text
    assert "Nothing on it has changed" not in text and "Every line on it" not in text


@pytest.mark.parametrize("hash", ["%", "%E0%A4%A", "top", "08031-7KQ3F"])
def test_what_is_no_number_in_the_address_is_let_be(open_paper: Callable[..., Visit], hash: str) -> None:
    visit = open_paper(f"paper/#{hash}")
    assert "2 lines have changed" in look(visit.page, "08031-7KQ3FX")
    assert visit.errors == []


def test_without_a_line_nothing_is_said_of_the_paper(open_paper: Callable[..., Visit]) -> None:
    visit = open_paper()
    visit.page.route("**/paper/*.json", lambda route: route.abort())
    assert look(visit.page, "08031-7KQ3FX") == "The file could not be fetched. Try again."


def test_the_page_reads_in_spanish(open_paper: Callable[..., Visit]) -> None:
    page = open_paper("es/paper/#08031-7KQ3FX", width=360, dark=True).page
    found = page.locator(".rd-paper__found")
    expect(found).to_contain_text("2 líneas han cambiado")
    expect(found).to_contain_text("Condado de Denver, Colorado")
    assert found.get_by_role("link", name="Lo que sabemos hoy").get_attribute("href") == "../../es/co/denver/"
    assert found.get_by_role("link", name="Example Clinic").get_attribute("hreflang") == "en"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_without_scripts_the_page_leads_to_the_places(open_paper: Callable[..., Visit]) -> None:
    page = open_paper(scripts=False).page
    assert page.locator("form").is_hidden()
    assert "needs JavaScript" in page.locator("main").inner_text()
    assert page.get_by_role("link", name="Colorado").get_attribute("href") == "../co/"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_page_can_be_used_by_everybody(open_paper: Callable[..., Visit], dark: bool) -> None:
    visit = open_paper("paper/#08031-7KQ3FX", dark=dark)
    expect(visit.page.locator(".rd-paper__found")).to_contain_text("2 lines have changed")
    visit.page.evaluate(AXE.read_text(encoding="utf-8"))
    found = visit.page.evaluate("axe.run()")["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []


def test_the_files_of_a_build_are_what_the_page_reads(open_paper: Callable[..., Visit], tmp_path: Path) -> None:
    """A sheet of fictional records, then one of them goes: from the ledger to what a reader sees."""
    folder = make_repository(tmp_path, good_records())
    directory = load_directory(folder, Settings("Test"), DAY, (), strict=True)
    works = Works(directory, ROOT / "overrides/sheets", ROOT / "node_modules", "https://directory.example.org/")
    sheet = works.press("en").content.county(directory.places.counties["08031"])
    ids = tuple(dict.fromkeys(line.id for line in sheet.lines))
    printed = Printed("08031-7KQ3FX", "en", "sheet", sheet.day, sheet.check_after, ids)
    ledger = Papers(directory, Ledger(), (with_facts(printed, Facts(directory)),)).ledger
    (folder / "data/resources/co/health_center/example-clinic.yml").unlink()
    later = load_directory(folder, Settings("Test"), DAY, (), strict=True)
    files = dict(Papers(later, ledger, ()).files())
    page = open_paper("paper/#08031-7KQ3FX", {"08031": json.loads(files["paper/08031.json"])}).page
    found = page.locator(".rd-paper__found")
    expect(found).to_contain_text("1 line has changed")
    expect(found).to_contain_text("1 line on it is no longer listed.")
    expect(found).not_to_contain_text(directory.records["example-clinic"].name)
