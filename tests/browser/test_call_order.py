"""The order of calls as an advocate sees it: every rule, with fictional records and a fixed clock."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from browser.driving import AXE, Visit, Visitor
from resource_directory.directory import Settings
from resource_directory.loading import load_directory
from resource_directory.words import miles
from support import DAY, Build, make_repository, order_records, run_build

#: Moments in Gunnison, Colorado, seven hours behind.
WEDNESDAY_10 = "2026-11-18T17:00:00Z"
WEDNESDAY_21 = "2026-11-19T04:00:00Z"
SATURDAY_2 = "2026-11-21T09:00:00Z"
THANKSGIVING_10 = "2026-11-26T17:00:00Z"
WEDNESDAY_BEFORE_21 = "2026-11-26T04:00:00Z"
NEXT_YEAR = "2027-01-06T17:00:00Z"
YEARS_LATER = "2030-01-09T17:00:00Z"


@pytest.fixture(scope="module")
def order_site(tmp_path_factory: pytest.TempPathFactory) -> Build:
    built = run_build(make_repository(tmp_path_factory.mktemp("order"), order_records()))
    assert built.status == 0, built.output
    return built


@dataclass(frozen=True)
class Line:
    """A line of the list: the record, its tier, and its reasons with their marks."""

    id: str
    tier: int
    reasons: tuple[tuple[str, str], ...]

    def says(self, text: str) -> bool:
        return any(text in reason for _, reason in self.reasons)

    def mark(self, text: str) -> str:
        return next(mark for mark, reason in self.reasons if text in reason)


def opened(visit: Visitor, site: Build, when: str = WEDNESDAY_10, **options: Any) -> Visit:
    visited: Visit = visit(site, **options)
    visited.page.clock.set_fixed_time(when)
    visited.go("co/gunnison/").wait_for_selector(".rd-order form")
    return visited


def tick(page: Page, *labels: str) -> None:
    page.evaluate("document.querySelector('.rd-order__more').open = true")
    for label in labels:
        page.locator(".rd-order form").get_by_label(label, exact=True).check()


def lines(page: Page) -> list[Line]:
    found = page.evaluate(
        """() => [...document.querySelectorAll('.rd-order__list .rd-card')].map((card) => [
            card.dataset.id, Number(card.dataset.tier),
            [...card.querySelectorAll('.rd-reason')].map((reason) =>
                [/--(\\w+)/.exec(reason.className)[1], reason.textContent]),
        ])"""
    )
    return [Line(key, tier, tuple((mark, text) for mark, text in reasons)) for key, tier, reasons in found]


def line(page: Page, key: str) -> Line:
    return next(one for one in lines(page) if one.id == key)


def test_nothing_ticked_shows_no_list(visit: Visitor, order_site: Build) -> None:
    page = opened(visit, order_site).page
    assert lines(page) == []
    assert page.locator(".rd-order__status").text_content() == ""
    assert page.locator(".rd-hotlines").first.is_visible()


def test_the_whole_order_on_a_weekday_morning(visit: Visitor, order_site: Build) -> None:
    """Who does it before who may know; then how surely it serves, a number, taking people, open now, miles."""
    page = opened(visit, order_site).page
    tick(page, "Health care", "Dentist", "A pet")
    page.get_by_role("button", name="Show 3 more").click()
    assert [(one.id, one.tier) for one in lines(page)] == [
        ("alpha-clinic", 0),  # open, says yes, near
        ("beta-clinic", 0),  # open, has to be asked
        ("pi-clinic", 0),  # takes people; hours not known
        ("lambda-clinic", 0),  # takes people; opens on Friday
        ("gamma-clinic", 0),  # a waiting list
        ("zeta-clinic", 0),  # a pause that has run out: ask first
        ("mu-clinic", 0),  # no number
        ("iota-clinic", 0),  # for the whole state
        ("delta-clinic", 0),  # listed here, its area not known
        ("theta-clinic", 0),  # may know
        ("kappa-clinic", 1),  # closed
        ("epsilon-clinic", 1),  # paused, a little farther
        ("eta-clinic", 2),  # says no
    ]


def test_who_does_something_else_is_not_in_the_list(visit: Visitor, order_site: Build) -> None:
    page = opened(visit, order_site).page
    tick(page, "Legal help")
    assert [one.id for one in lines(page)] == ["omicron-legal"]


def test_who_does_another_part_of_the_need_is_asked(visit: Visitor, order_site: Build) -> None:
    page = opened(visit, order_site).page
    tick(page, "Legal help", "Protection orders")
    assert line(page, "omicron-legal").mark("ask about: Protection orders") == "ask"


def test_no_comes_last_with_its_reason(visit: Visitor, order_site: Build) -> None:
    page = opened(visit, order_site).page
    tick(page, "A safe place tonight", "A criminal record")
    found = lines(page)[-1]
    assert (found.id, found.tier) == ("nu-house", 2)
    assert found.mark("says no: A criminal record") == "no"
    assert page.locator(".rd-order__tier").inner_text() == "Say no to something you ticked"


def test_unknown_is_ask_and_never_yes_or_no(visit: Visitor, order_site: Build) -> None:
    page = opened(visit, order_site).page
    tick(page, "Health care", "No identity papers", "Uses a wheelchair")
    assert line(page, "alpha-clinic").mark("ask: Uses a wheelchair; No identity papers") == "ask"
    page.locator(".rd-order__under button").click()
    # Two are paused or closed; nobody says no.
    assert sorted(one.tier for one in lines(page)) == [0] * 11 + [1] * 2


def test_a_pause_says_until_when_and_whom_instead(visit: Visitor, order_site: Build) -> None:
    page = opened(visit, order_site).page
    tick(page, "Health care")
    page.locator(".rd-order__under button").click()
    paused = line(page, "epsilon-clinic")
    assert paused.mark("not taking new referrals until 31 December 2026; after that day, ask first") == "no"
    assert paused.says("The building is being mended.")
    assert paused.says("try instead: Alpha Clinic, 970-555-01")


def test_a_pause_that_has_run_out_is_ask_first_and_its_alert_is_gone(visit: Visitor, order_site: Build) -> None:
    page = opened(visit, order_site, NEXT_YEAR).page
    tick(page, "Health care")
    page.locator(".rd-order__under button").click()
    for key, day in (("epsilon-clinic", "31 December 2026"), ("zeta-clinic", "1 October 2026")):
        assert line(page, key).mark(f"ask first: a notice ran out on {day}") == "ask"
        assert not line(page, key).says("mended") and not line(page, key).says("old word")
        assert line(page, key).tier == 0


@pytest.mark.parametrize(
    ("when", "key", "mark", "words"),
    [
        (WEDNESDAY_10, "alpha-clinic", "yes", "office open now, until 5 pm"),
        (WEDNESDAY_21, "alpha-clinic", "plain", "office closed now, opens tomorrow at 9 am"),
        (SATURDAY_2, "alpha-clinic", "plain", "office closed now, opens Monday at 9 am"),
        (WEDNESDAY_BEFORE_21, "alpha-clinic", "plain", "opens tomorrow at 9 am (a holiday: call first)"),
        (THANKSGIVING_10, "alpha-clinic", "ask", "holiday today: call first"),
        (THANKSGIVING_10, "beta-clinic", "ask", "holiday today: call first"),
        (WEDNESDAY_21, "beta-clinic", "yes", "intake open day and night"),
        (SATURDAY_2, "lambda-clinic", "yes", "office open now, until 4 am"),
        ("2026-11-23T18:00:00Z", "lambda-clinic", "ask", "office by appointment"),
        (WEDNESDAY_10, "pi-clinic", "ask", "hours: Jun-Aug Mo-Fr 09:00-17:00; In summer only."),
        (WEDNESDAY_10, "zeta-clinic", "ask", "hours not known"),
        (YEARS_LATER, "alpha-clinic", "ask", "hours not known"),
    ],
)
def test_open_now(visit: Visitor, order_site: Build, when: str, key: str, mark: str, words: str) -> None:
    page = opened(visit, order_site, when).page
    tick(page, "Health care")
    page.locator(".rd-order__under button").click()
    assert line(page, key).mark(words) == mark


def test_the_reader_may_sit_in_another_time_zone(visit: Visitor, order_site: Build, browser: Any) -> None:
    context = browser.new_context(timezone_id="America/New_York")
    page = context.new_page()
    page.clock.set_fixed_time(WEDNESDAY_10)
    page.goto(opened(visit, order_site).base + "co/gunnison/")
    page.wait_for_selector(".rd-order form")
    tick(page, "Health care")
    assert line(page, "alpha-clinic").says("office open now, until 5 pm")
    context.close()


@pytest.mark.parametrize(
    ("age", "key", "mark", "words"),
    [
        ("17", "xi-youth", "yes", "yes, by the rule of its program: age 17"),
        ("21", "xi-youth", "yes", "yes, by the rule of its program: age 21"),
        ("40", "xi-youth", "ask", "ask: age 40"),
        ("40", "omega-youth", "no", "no, by the rule of its program: age 40"),
        ("17", "nu-house", "no", "says no: age 17"),
        ("18", "nu-house", "yes", "yes: age 18"),
    ],
)
def test_ages(visit: Visitor, order_site: Build, age: str, key: str, mark: str, words: str) -> None:
    page = opened(visit, order_site).page
    tick(page, "A safe place tonight", "Help for young people")
    page.locator("[data-kind=age]").fill(age)
    assert line(page, key).mark(words) == mark


def test_rules_of_programs_and_languages(visit: Visitor, order_site: Build) -> None:
    page = opened(visit, order_site).page
    tick(page, "Legal help", "A safe place tonight", "No immigration status")
    page.locator("[data-kind=language]").select_option("vi")
    legal = line(page, "omicron-legal")
    # 45 CFR 1626.4 says "may", and of victims only: no yes before somebody has asked.
    assert legal.mark("ask: No immigration status") == "ask"
    assert legal.mark("yes: Vietnamese") == "yes"
    assert line(page, "nu-house").mark("has interpreters; ask for Vietnamese") == "yes"
    assert line(page, "xi-youth").says("No immigration status; Vietnamese")


def test_a_withheld_place_has_no_distance(visit: Visitor, order_site: Build) -> None:
    page = opened(visit, order_site).page
    tick(page, "A safe place tonight")
    assert line(page, "nu-house").says("address not published")


def test_miles_are_those_of_the_build(visit: Visitor, order_site: Build) -> None:
    """The same algorithm on the same ellipsoid: equal to a millimetre, from the county's middle and a ZIP code's."""
    directory = load_directory(order_site.root, Settings(name="Test"), DAY, ())
    visited = opened(visit, order_site)
    county = json.loads((order_site.site / "assets/call/08051.json").read_text(encoding="utf-8"))
    starts = [county["c"], county["z"]["81230"], [39.7392, -104.9903], [13.4443, 144.7937]]
    ends = [facts["m"] for _, facts in county["r"] if "m" in facts] + [[61.2181, -149.9003], county["c"]]
    measured = visited.page.evaluate(
        """async ([base, starts, ends]) => {
            const { Words } = await import(base + 'assets/directory/call-words.js');
            const words = new Words({ needs: [], things: [], languages: [] }, {});
            return starts.map((start) => ends.map((end) => words.miles(start, end)));
        }""",
        [visited.base, starts, ends],
    )
    assert len(ends) > 8
    for start, row in zip(starts, measured, strict=True):
        for end, found in zip(ends, row, strict=True):
            assert found == pytest.approx(miles(tuple(start), tuple(end)), abs=1e-6)
    assert directory.middle_of(directory.records["alpha-clinic"]) == tuple(
        next(facts["m"] for _, facts in county["r"] if facts["i"] == "alpha-clinic")
    )


def test_a_zip_code_moves_the_start_of_the_miles(visit: Visitor, order_site: Build) -> None:
    page = opened(visit, order_site).page
    tick(page, "Health care")
    assert line(page, "alpha-clinic").says("from the middle of the county")
    page.locator("[data-kind=zip]").fill("81230")
    assert line(page, "alpha-clinic").says("from the middle of 81230")
    page.locator("[data-kind=zip]").fill("80203")
    assert page.get_by_text("This ZIP code is not in this county").is_visible()
    assert line(page, "alpha-clinic").says("from the middle of the county")


def test_what_holds_for_a_type_is_said_once(visit: Visitor, order_site: Build) -> None:
    page = opened(visit, order_site).page
    tick(page, "Health care")
    page.locator(".rd-order__notes summary").click()
    assert page.locator(".rd-order__notes").get_by_text("Nobody is turned away for want of money").count() == 1


def test_have_ready(visit: Visitor, order_site: Build) -> None:
    visited = opened(visit, order_site)
    visited.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visited.page
    tick(page, "A safe place tonight", "A pet")
    card = page.locator(".rd-order__list [data-id=nu-house]")
    card.get_by_role("button", name="Have ready").click()
    rows = card.locator(".rd-ready__panel").inner_text()
    for words in (
        "Referrals, Intake coordinator. 970-555-0142, extension 4. Say that you are an advocate.",
        "The person can call", "An agency refers", "Ring at any hour.", "Nothing at first",
        "Staff speak English, Spanish.", "By telephone, any language.", "The address is not published.",
        "I am calling for someone who may not be safe.", "Is there space tonight?",
    ):  # fmt: skip
        assert words in rows
    assert "A pet" in rows
    card.get_by_role("button", name="Copy as text").click()
    card.get_by_text("Copied.").wait_for()
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.startswith("Nu House\n970-555-0140\nTTY 970-555-0141\n")
    assert "What to bring:\n- Nothing at first\n" in text
    # What was ticked is not on a card that may be handed on.
    assert "pet" not in text.lower().replace("competent", "").split("what to ask")[0]


def test_the_card_prints_alone_with_room_for_notes(visit: Visitor, order_site: Build, tmp_path: Path) -> None:
    page = opened(visit, order_site).page
    page.evaluate("window.print = () => { window.printed = document.body.className; }")
    tick(page, "A safe place tonight", "A pet")
    card = page.locator(".rd-order__list [data-id=nu-house]")
    card.get_by_role("button", name="Have ready").click()
    card.get_by_role("button", name="Print a card").click()
    assert "rd-prints-card" in page.evaluate("window.printed")
    page.emulate_media(media="print")
    assert page.locator(".rd-sheet h1").inner_text() == "Nu House"
    assert not page.locator(".md-main").is_visible()
    assert page.locator(".rd-sheet__notes div").count() == 8
    assert page.locator(".rd-sheet").get_by_text("Ask also").count() == 0
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator(".rd-sheet").count() == 0
    assert page.locator(".md-main").is_visible()


def test_nothing_leaves_the_page(visit: Visitor, order_site: Build) -> None:
    visited = opened(visit, order_site)
    page = visited.page
    page.wait_for_load_state("networkidle")
    before = (len(visited.requests), page.url, page.evaluate("history.length"), page.title())
    for box in page.locator(".rd-order form input[type=checkbox]").all():
        if box.is_visible():
            box.check()
    tick(page, "A pet", "A criminal record", "Was trafficked, for labor or sex")
    page.locator("[data-kind=age]").fill("17")
    page.locator("[data-kind=zip]").fill("81230")
    page.locator("[data-kind=language]").select_option("es")
    page.get_by_role("button", name="Have ready").first.click()
    page.get_by_role("button", name="Clear all").click()
    page.wait_for_timeout(200)
    assert (len(visited.requests), page.url, page.evaluate("history.length"), page.title()) == before
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    assert lines(page) == []
    assert not page.locator("input:checked").count()


def test_a_page_that_is_come_back_to_holds_nothing(visit: Visitor, order_site: Build) -> None:
    page = opened(visit, order_site).page
    tick(page, "Health care", "A pet")
    page.locator(".rd-order__list a").first.click()
    page.go_back()
    page.wait_for_selector(".rd-order form")
    assert lines(page) == []
    assert page.locator(".rd-order input:checked").count() == 0


def test_the_keyboard_is_enough(visit: Visitor, order_site: Build) -> None:
    page = opened(visit, order_site).page
    page.locator(".rd-order form input").first.focus()
    page.keyboard.press("Space")
    assert lines(page)
    assert page.evaluate("document.activeElement.type") == "checkbox"
    # The status is read out when the list changes.
    assert re.match(r"\d+ to call, in this order", page.locator(".rd-order__status").inner_text())


def test_without_scripts_the_lists_say_the_same(visit: Visitor, order_site: Build) -> None:
    page = visit(order_site, scripts=False).go("co/gunnison/")
    assert not page.locator(".rd-order").is_visible()
    for name in ("Alpha Clinic", "Nu House", "Xi Youth Home", "Omicron Legal Aid"):
        assert page.get_by_role("link", name=name).first.is_visible()


def test_where_facts_cannot_be_loaded_the_page_stays_whole(visit: Visitor, order_site: Build) -> None:
    visited: Visit = visit(order_site)
    visited.page.route("**/assets/call/*.json", lambda route: route.abort())
    page = visited.go("co/gunnison/")
    page.locator(".rd-order").wait_for(state="detached")
    assert page.get_by_role("link", name="Alpha Clinic").first.is_visible()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing(visit: Visitor, order_site: Build, width: int, dark: bool) -> None:
    page = opened(visit, order_site, width=width, dark=dark).page
    tick(page, "Health care", "Dentist", "A pet")
    page.locator("[data-kind=zip]").fill("80203")
    page.get_by_role("button", name="Have ready").first.click()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "axe.run('.rd-order').then((found) => found.violations.map((one) => [one.id, one.nodes[0].html]))"
    )
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def boxes(page: Page) -> Iterator[dict[str, float]]:
    for target in page.locator(".rd-order :is(button, select, .rd-tick, summary)").all():
        if target.is_visible():
            box = target.bounding_box()
            assert box is not None
            yield {"width": box["width"], "height": box["height"]}


def test_targets_are_24_pixels(visit: Visitor, order_site: Build) -> None:
    page = opened(visit, order_site, width=360).page
    tick(page, "Health care")
    assert [box for box in boxes(page) if box["height"] < 24 or box["width"] < 24] == []
