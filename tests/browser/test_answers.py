""" "Is this still right?" in a real browser: what its letters and forms hold, with and without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from browser.driving import AXE, Visitor
from browser.recording import recording
from filled_forms import form_of, rendered
from resource_directory.loading import load_sources
from resource_directory.secrecy import neutral_pattern
from resource_directory.updating.apply import Desk, apply_letter
from support import DAY, ROOT, Build, good_records, make_repository, run_build

HOUSE, CLINIC, LEGAL = "example-house-mesa", "example-clinic", "example-legal-aid"
SLUGS = {HOUSE: "family-programs", CLINIC: "health-centers", LEGAL: "legal-offices"}
PATHS = {"example-house-mesa": "co/domestic_violence", CLINIC: "co/health_center", LEGAL: "co/legal_aid"}


def configured(text: str) -> str:
    text = text.replace('contact: ""', 'contact: "help+directory@example.org"')
    return text.replace('repo_url: ""', 'repo_url: "https://github.com/example/directory"', 1)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The fictional site, with an address to write to and a public source; one entry has very much to say."""
    records = good_records()
    path = f"{PATHS[LEGAL]}/{LEGAL}.yml"
    records[path] = records[path].replace(
        "phones:", f"description: {'Long words. ' * 200}\nphones:".replace(" \n", "\n")
    )
    built = run_build(make_repository(tmp_path_factory.mktemp("answers"), records, configured))
    assert built.status == 0, built.output
    return built


def addresses(page: Page) -> list[str]:
    """The addresses of the block once somebody has turned to it: by e-mail and form, still right and changed."""
    page.locator(".rd-answer a").first.focus()
    page.wait_for_selector(".rd-answers[data-ready]")
    found: list[str] = page.locator(".rd-answer a").evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    )
    return found


def letter_in(address: str) -> tuple[str, str]:
    """Subject and body of a letter, as a mail program reads them."""
    start, _, query = address.partition("?")
    assert start == "mailto:help%2Bdirectory@example.org".replace("%2B", "+")
    fields = parse_qs(query.replace("+", "%2B"), strict_parsing=True)
    return fields["subject"][0], fields["body"][0]


@pytest.mark.parametrize("entry", SLUGS)
def test_letters_and_forms_change_nothing_until_somebody_does(visit: Visitor, site: Build, entry: str) -> None:
    """From the page to the change: what the browser made is read by the script that changes entries."""
    visited = visit(site)
    page = visited.go(f"resources/{entry}/")
    right, right_form, changed, changed_form = addresses(page)
    desk = Desk(site.root, load_sources(ROOT), DAY)
    for address, answer in ((right, "still right"), (changed, "something changed")):
        subject, body = letter_in(address)
        assert subject == f"Entry {entry}, {answer}" and len(address) <= 2_000
        assert apply_letter(body, desk, by="Director").problems == ()
        assert (apply_letter(body, desk, by="Director").text is None) == (answer == "something changed")
    for address, answer in ((right_form, "still right"), (changed_form, "something changed")):
        parts = urlsplit(address)
        filled = dict(parse_qsl(parts.query, strict_parsing=True))
        assert (parts.netloc, parts.path) == ("github.com", "/example/directory/issues/new")
        assert filled.pop("template") == f"{SLUGS[entry]}.yml" and filled.pop("title") == f"Entry {entry}"
        elements = {e["id"]: e for e in form_of(SLUGS[entry])["body"] if "id" in e}
        assert all(elements[name]["type"] in {"input", "textarea"} for name in filled), "GitHub fills in no drop-downs"
        assert len(address) <= 6_000 and filled["answer"] == answer
        outcome = apply_letter(rendered(SLUGS[entry], filled), desk, by="Director")
        assert outcome.problems == () and outcome.changes == ()
    assert visited.foreign == [] and visited.errors == []


def test_a_change_by_letter_from_end_to_end(visit: Visitor, site: Build) -> None:
    page = visit(site).go(f"resources/{CLINIC}/")
    _, body = letter_in(addresses(page)[2])
    assert "Telephone: 303-555-0170" in body and "Pause referrals until (a day):" in body
    sent = body.replace("303-555-0170", "303-555-0199").replace("(a day):", "(a day): March 12, 2027")
    outcome = apply_letter(sent, Desk(site.root, load_sources(ROOT), DAY), by="Director, Example Clinic")
    assert [change.label for change in outcome.changes] == ["Pause referrals until", "Telephone"] or len(
        outcome.changes
    ) == 2
    assert "number: 303-555-0199" in (outcome.text or "") and "until: 2027-03-12" in (outcome.text or "")


def test_addresses_hold_no_telling_word(visit: Visitor, site: Build) -> None:
    """An address stays in a history; a fact that holds such a word is left out, and so unchanged."""
    page = visit(site).go(f"resources/{HOUSE}/")
    pattern = neutral_pattern(load_sources(ROOT).vocabulary.neutral_words.all)
    found = addresses(page)
    assert (
        "Emergency shelter" in page.locator(".rd-answers pre").inner_text()
        or page.locator(".rd-answers pre").text_content()
    )
    for address in found:
        said = unquote(address)
        assert pattern.search(said) is None, pattern.search(said)
        assert "970-555-0130" in said
    assert "Not here, and so as they are:" in letter_in(found[2])[1]


def test_a_long_fact_is_left_out_and_named(visit: Visitor, site: Build) -> None:
    page = visit(site).go(f"resources/{LEGAL}/")
    found = addresses(page)
    _, body = letter_in(found[2])
    assert "Long words" not in body and "What it is and does" in body.split("Entry:")[0]
    assert "Long words" in (page.locator(".rd-answers pre").text_content() or "")


def test_a_press_that_comes_early_waits_for_the_facts(visit: Visitor, site: Build) -> None:
    visited = visit(site)
    page = visited.go(f"resources/{CLINIC}/")
    page.route("**/entry.json", lambda route: route.continue_())
    page.evaluate(
        "() => { window.pressed = []; document.addEventListener('click', (event) => {"
        " const link = event.target.closest('a'); if (link && !event.defaultPrevented) {"
        " event.preventDefault(); window.pressed.push(link.href); } }); }"
    )
    page.evaluate("document.querySelector('.rd-answer a').click()")
    page.wait_for_selector(".rd-answers[data-ready]")
    page.wait_for_timeout(100)
    assert page.evaluate("window.pressed.length") == 1
    assert "303-555-0170" in page.evaluate("window.pressed[0]")


def test_hidden_details_stay_out_of_letters_as_they_are(visit: Visitor, site: Build) -> None:
    """What "Hide details" puts on the screen is no fact."""
    page = visit(site).go(f"resources/{HOUSE}/")
    before = addresses(page)
    page.reload()
    page.locator("[data-rd-hide]").click()
    page.wait_for_selector(".rd-hidden")
    assert addresses(page) == before


def test_without_scripts_a_plain_letter_and_the_text(visit: Visitor, site: Build) -> None:
    page = visit(site, scripts=False, width=360).go(f"resources/{CLINIC}/")
    links = page.locator(".rd-answer a")
    found = [link.get_attribute("href") or "" for link in links.all()]
    assert found[0] == f"mailto:help+directory@example.org?subject=Entry%20{CLINIC},%20still%20right"
    assert found[1] == (
        "https://github.com/example/directory/issues/new?template=health-centers.yml"
        f"&entry={CLINIC}&answer=still%20right"
    )
    assert page.locator(".rd-answers button").count() == 0
    page.locator(".rd-answers summary").click()
    text = page.locator(".rd-answers pre").inner_text()
    assert text.startswith(f"Entry: {CLINIC}\nVersion: ") and "Telephone: 303-555-0170" in text
    sent = f"Answer: something changed\n{text}".replace("303-555-0170", "303-555-0199")
    sent = f"{text}\nAnswer: something changed".replace("303-555-0170", "303-555-0199")
    outcome = apply_letter(sent, Desk(site.root, load_sources(ROOT), DAY), by="Director")
    assert [change.label for change in outcome.changes] == ["Telephone"]


def test_the_pencil_opens_the_right_file(visit: Visitor, site: Build) -> None:
    for entry, folder in PATHS.items():
        page = visit(site).go(f"resources/{entry}/")
        href = page.get_by_role("link", name="Edit the file").get_attribute("href") or ""
        path = href.removeprefix("https://github.com/example/directory/edit/main/")
        assert path == f"data/resources/{folder}/{entry}.yml" and (site.root / path).is_file()


def test_nobody_to_write_to(visit: Visitor, fictional_site: Build) -> None:
    page = visit(fictional_site).go(f"resources/{CLINIC}/")
    assert page.locator(".rd-answer").count() == 0
    assert (
        page.get_by_role("link", name="Tell us that it is, or what changed").get_attribute("href")
        == "../../contribute/"
    )
    assert "mailto:" not in page.locator(".rd-answers").inner_html()


def test_a_source_elsewhere_gets_a_plain_issue(visit: Visitor, tmp_path: Path) -> None:
    def elsewhere(text: str) -> str:
        return text.replace('repo_url: ""', 'repo_url: "https://gitlab.example.org/a/b"', 1)

    built = run_build(make_repository(tmp_path, good_records(), elsewhere))
    visited = visit(built)
    page = visited.go(f"resources/{CLINIC}/")
    page.locator(".rd-answer a").first.focus()
    page.wait_for_selector(".rd-answers[data-ready]")
    href = page.locator(".rd-answer a").first.get_attribute("href") or ""
    fields = parse_qs(urlsplit(href).query)
    assert fields["issue[title]"] == [f"Entry {CLINIC}, still right"] and "version" not in fields
    assert visited.errors == []


def test_nothing_leaves_the_page(browser: Browser, serve: Callable[[Path], str], site: Build) -> None:
    made = recording(browser, serve(site.site))
    try:
        page = made.visit.go(f"resources/{HOUSE}/")
        before = page.evaluate("[location.href, document.title, history.length, document.cookie, localStorage.length]")
        addresses(page)
        page.locator(".rd-answers summary").click()
        made.use_all(".rd-answers *")
        page.wait_for_timeout(200)
        assert made.leaks() == []
        asked = [entry["url"].removeprefix(made.visit.base) for entry in made.requests]
        assert [url for url in asked if HOUSE in url and url != f"resources/{HOUSE}/"] == []
        assert (
            page.evaluate("[location.href, document.title, history.length, document.cookie, localStorage.length]")
            == before
        )
    finally:
        made.visit.context.close()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_and_width(visit: Visitor, site: Build, width: int, dark: bool) -> None:
    page = visit(site, width=width, dark=dark).go(f"resources/{HOUSE}/")
    addresses(page)
    page.locator(".rd-answers summary").click()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "axe.run('.rd-answers').then(found => found.violations.map(v => v.id + ': ' + v.nodes[0].html))"
    )
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    heights = page.locator(".rd-answer a").evaluate_all(
        "links => links.map(link => link.getBoundingClientRect().height)"
    )
    assert min(heights) >= 32


def test_paper_leaves_the_block_out(visit: Visitor, site: Build) -> None:
    page = visit(site).go(f"resources/{HOUSE}/")
    page.emulate_media(media="print")
    assert not page.locator(".rd-answers").is_visible()
    assert re.search(r"Source and date", page.locator("main").inner_text())
