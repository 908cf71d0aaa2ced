"""Pages as paper: what is printed of them, where pages break, and the programs that are chosen for it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from browser.driving import AXE, Visit, Visitor
from browser.offline_drivers import Advocate, InChromium
from browser.recording import recording
from support import ROOT, Build

DENVER = "co/denver/"
#: What has to be pressed, moved or left: no paper needs it.
OF_THE_SCREEN = (
    "button", "input", ".rd-tools", ".rd-map", ".rd-jump", ".rd-path", ".rd-exit", ".md-header", ".md-tabs", ".md-footer",
    ".md-sidebar", ".rd-search", ".rd-order", ".rd-choose", ".rd-choosing",
)  # fmt: skip
#: Letters of the smallest print, in CSS pixels: 9.5 pt.
SMALLEST = 9.5 * 96 / 72
#: Puts a mark at the beginning and at the end of every program, and of every heading with what follows it.
MARK = """() => {
  const mark = (name) => { const made = document.createElement('b'); made.textContent = ` ${name} `; return made; };
  const cards = [...document.querySelectorAll('article :is(.rd-cards > li, .rd-card)')];
  cards.forEach((card, n) => { card.querySelector('h3').prepend(mark(`Qc${n}a`)); card.lastElementChild.append(mark(`Qc${n}z`)); });
  const headings = [...document.querySelectorAll('article :is(h2, h3.rd-sub, summary)')].filter((one) => one.nextElementSibling && one.checkVisibility());
  headings.forEach((heading, n) => {
    const next = heading.nextElementSibling;
    heading.prepend(mark(`Qh${n}a`));
    (next.matches('ul') ? next.querySelector('h3') ?? next.firstElementChild : next).prepend(mark(`Qh${n}z`));
  });
  return [cards.length, headings.length];
}"""
#: What is not black on white, of all that is seen.
COLOURED = """() => [...document.querySelectorAll('article *')].filter((one) => one.checkVisibility()).flatMap((one) => {
  const { color, backgroundColor, backgroundImage } = getComputedStyle(one);
  const seen = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const ink = !seen || color === 'rgb(0, 0, 0)';
  const paper = ['rgba(0, 0, 0, 0)', 'rgb(255, 255, 255)'].includes(backgroundColor) && backgroundImage === 'none';
  return ink && paper ? [] : [`${one.localName}.${one.className}: ${color} on ${backgroundColor}`];
})"""
SIZES = """() => [...document.querySelectorAll('article *')].filter((one) => one.checkVisibility({ visibilityProperty: true })
  && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .filter((one) => !one.closest('.govuk-visually-hidden')).map((one) => parseFloat(getComputedStyle(one).fontSize))"""
#: Keeps what would be printed instead of printing it.
CATCH = """() => { window.print = () => { window.printed = {
  text: document.querySelector('.rd-chosen').innerText, body: document.body.className,
  kinds: [...document.querySelectorAll('.rd-chosen__list > li')].map((one) => one.className),
  names: [...document.querySelectorAll('.rd-chosen .rd-cards h3')].map((one) => one.innerText.trim()) }; }; }"""
STATE = """() => [location.href, document.title, history.length, JSON.stringify(history.state), document.cookie,
  localStorage.length, sessionStorage.length, window.name]"""


@pytest.fixture(scope="module")
def colorado(colorado_site: Path) -> Build:
    """The real Colorado, whose Denver has dozens of programs."""
    return Build(ROOT, colorado_site, 0, "")


def on_paper(page: Page, **options: Any) -> list[list[tuple[str, float, float]]]:
    """The words of each page of paper, with how far from the left each begins and the width of the page, in points."""
    pdf = page.pdf(**{"format": "Letter", "print_background": False, **options})
    done = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True)
    pages = done.stdout.decode().split("<page ")[1:]
    width = [float(re.search(r'width="([\d.]+)"', one)[1]) for one in pages]  # type: ignore[index]
    word = re.compile(r'<word xMin="([\d.]+)"[^>]*>([^<]*)</word>')
    return [
        [(text, float(left), wide) for left, text in word.findall(one)] for one, wide in zip(pages, width, strict=True)
    ]


def said(pages: list[list[tuple[str, float, float]]]) -> str:
    return " ".join(text for page in pages for text, _, _ in page)


def torn(pages: list[list[tuple[str, float, float]]]) -> list[str]:
    """Marks whose two ends do not stand in the same column of the same page."""
    at: dict[str, dict[str, tuple[int, bool]]] = {}
    for number, page in enumerate(pages):
        for text, left, wide in page:
            if found := re.fullmatch(r"Q([ch]\d+)([az])", text):
                at.setdefault(found[1], {})[found[2]] = (number, left > wide / 2)
    return [name for name, ends in at.items() if len(set(ends.values())) > 1]


def printed_by(page: Page) -> dict[str, Any]:
    """What was kept instead of being printed. The page's policy lets no function be waited for inside the page."""
    for _ in range(1200):
        if found := page.evaluate("window.printed"):
            return dict(found)
        page.wait_for_timeout(25)
    raise AssertionError("nothing was printed")


def visible(page: Page, selector: str) -> bool:
    return any(one.is_visible() for one in page.locator(selector).all())


@pytest.mark.parametrize("paper", ["Letter", "A4"])
@pytest.mark.parametrize(
    "address", [DENVER, "es/co/denver/", "co/san-juan/", "regions/co-503/", "needs/legal-help/co/"]
)
def test_no_program_is_torn_and_no_heading_left_alone(
    visit: Visitor, colorado: Build, address: str, paper: str
) -> None:
    page = visit(colorado).go(address)
    cards, headings = page.evaluate(MARK)
    pages = on_paper(page, format=paper)
    assert said(pages).count("z ") and cards > 3 and headings > 3
    assert {f"Qc{n}{end}" for n in range(cards) for end in "az"} <= set(said(pages).split()), "all are printed"
    assert torn(pages) == []


def test_torn_ones_would_be_seen(visit: Visitor, colorado: Build) -> None:
    page = visit(colorado).go(DENVER)
    page.evaluate(MARK)
    page.evaluate(
        "() => { const style = new CSSStyleSheet();"
        " style.replaceSync('.md-typeset .rd-cards > li { break-inside: auto !important; orphans: 1; widows: 1 }');"
        " document.adoptedStyleSheets = [style]; }"
    )
    assert torn(on_paper(page)) != []


@pytest.mark.parametrize(("address", "most"), [(DENVER, 6), ("es/co/denver/", 7), ("co/san-juan/", 3), ("co/", 3)])
def test_it_takes_few_pages(visit: Visitor, colorado: Build, address: str, most: int) -> None:
    """Denver took eleven."""
    assert len(on_paper(visit(colorado).go(address))) <= most


@pytest.mark.parametrize("address", [DENVER, "co/cheyenne/", "co/", "regions/co-990/", "resources/example-house-mesa/"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_is_black_on_white_and_large_enough(visit: Visitor, fictional_site: Build, address: str, dark: bool) -> None:
    page = visit(fictional_site, dark=dark).go(address)
    page.wait_for_load_state("networkidle")
    page.emulate_media(media="print", color_scheme="dark" if dark else "light")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(COLOURED) == []
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    sizes = page.evaluate(SIZES)
    assert len(sizes) > 10 and min(sizes) >= SMALLEST - 0.01


@pytest.mark.parametrize(
    "address", [DENVER, "es/co/denver/", "regions/co-990/", "co/", "needs/health-care/co/", "resources/example-clinic/"]
)
def test_nothing_of_the_screen_is_printed(visit: Visitor, fictional_site: Build, address: str) -> None:
    visited = visit(fictional_site)
    page = visited.go(address)
    visited.show_maps()
    if page.locator("[data-rd-choose]").is_visible():
        page.locator("[data-rd-choose]").click()
        page.locator(".rd-choosing").wait_for()
    page.emulate_media(media="print")
    assert [one for one in OF_THE_SCREEN if visible(page, one)] == []


def test_the_head_says_whose_it_is_and_of_when(visit: Visitor, fictional_site: Build) -> None:
    visited = visit(fictional_site)
    visited.page.clock.set_fixed_time("2026-12-24T10:00:00")
    pages = on_paper(visited.go(DENVER))
    text = said(pages)
    start = text[: text.index("Hot lines")]
    address = str(visited.page.locator("link[rel=canonical]").get_attribute("href"))
    for part in (
        "Community Resource Directory", "Denver County, Colorado", "Printed: 24 December 2026.", "19 July 2026",
        "Call before you go", address.removeprefix("http://").rstrip("/"),
    ):  # fmt: skip
        assert part in start, part
    assert f"{len(pages)} / {len(pages)}" in text
    spanish = said(on_paper(visited.go("es/co/denver/")))
    assert "Impreso: 24 de diciembre de 2026." in spanish and "Llame antes de ir" in spanish


def test_a_second_printing_has_one_head(visit: Visitor, fictional_site: Build) -> None:
    page = visit(fictional_site).go(DENVER)
    on_paper(page)
    assert said(on_paper(page)).count("Printed:") == 1
    assert not page.locator(".rd-printhead").is_visible(), "the screen has none"


def test_addresses_of_links_are_written_out_where_they_help(visit: Visitor, fictional_site: Build) -> None:
    page = visit(fictional_site).go("co/cheyenne/")
    text = said(on_paper(page))
    finder = page.locator("[data-question=health_center] .rd-gap a[rel='noreferrer noopener']").first
    name, address = finder.inner_text(), str(finder.get_attribute("href"))
    short = re.sub(r"^https?://(www\.)?|/$", "", address)
    assert f"{name} ({short})" in text
    for other in ("tel:", "../", "(/", "https://", "resources/"):
        assert other not in text, other
    entry = said(on_paper(visit(fictional_site).go("resources/example-house-mesa/")))
    assert "example.org/house" in entry and "(example.org/house" not in entry, "what stands there already is enough"


def test_hidden_details_stay_hidden_on_paper(visit: Visitor, fictional_site: Build) -> None:
    page = visit(fictional_site).go("co/cheyenne/")
    page.locator("[data-rd-hide]").click()
    page.wait_for_selector("html.rd-hidden")
    assert not re.search(r"\(\w+\.(org|gov|com|info)", said(on_paper(page)))


def test_without_scripts_it_prints_too(visit: Visitor, colorado: Build) -> None:
    page = visit(colorado, scripts=False).go(DENVER)
    text = said(on_paper(page))
    assert "Denver County, Colorado" in text and "Ring before you send anyone" in text
    assert "Hide details" not in text and "Search" not in text


def test_what_is_folded_is_printed(visit: Visitor, colorado: Build) -> None:
    page = visit(colorado).go(DENVER)
    folded = page.locator("details.rd-more:not(.rd-order *)").last
    assert folded.get_attribute("open") is None
    heading = str(folded.locator("summary").text_content()).strip()
    names = [str(one.text_content()).strip() for one in folded.locator("h3").all()]
    text = said(on_paper(page))
    assert heading in text and len(names) > 3
    assert [name for name in names if name.split()[-1] not in text] == []


@pytest.mark.parametrize("address", [DENVER, "es/co/denver/", "regions/co-990/", "resources/example-clinic/", "needs/"])
def test_print_this_page_is_a_button_of_scripts(visit: Visitor, fictional_site: Build, address: str) -> None:
    page = visit(fictional_site).go(address)
    page.evaluate("() => { window.asked = 0; window.print = () => { window.asked += 1; }; }")
    button = page.locator("[data-rd-print]")
    assert button.inner_text() == ("Imprimir esta página" if address.startswith("es/") else "Print this page")
    button.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("window.asked") == 1
    plain = visit(fictional_site, scripts=False).go(address)
    assert plain.locator("[data-rd-print], [data-rd-choose]").count() == 0
    html = (fictional_site.site / address / "index.html").read_text(encoding="utf-8")
    assert "<p class=rd-tools>" in html and "data-rd-" not in html[html.index("<article") :].split("</h1>")[0]


def choose(visited: Visit, address: str = DENVER) -> Page:
    """A page with a box in each card."""
    page = visited.go(address)
    page.wait_for_load_state("networkidle")
    page.evaluate(CATCH)
    page.locator("[data-rd-choose]").click()
    page.locator(".rd-choosing").wait_for()
    return page


def tick(page: Page, *ids: str) -> None:
    for one in ids:
        page.locator(f".rd-choose input[value={one}]").first.check()


def test_the_chosen_are_printed_and_nobody_else(visit: Visitor, fictional_site: Build) -> None:
    page = choose(visit(fictional_site))
    tick(page, "example-housing-authority", "example-house-mesa")
    assert page.locator(".rd-choosing [role=status]").inner_text() == "2 chosen"
    page.get_by_role("button", name="Print these").click()
    printed = printed_by(page)
    assert sorted(printed["names"]) == ["Example House", "Example Housing Authority"]
    # Where a list on the page says the kind of its entries, each says it here.
    assert sorted(printed["kinds"]) == ["rd-card rd-type--domestic_violence", "rd-card rd-type--housing_authority"]
    text = said(on_paper(page))
    for part in (
        "Denver County, Colorado", "2 programs, chosen from the list of this place.",
        # Who is in danger calls these, whatever was chosen.
        "call 911", "Example National Line", "800-555-0100", "Text HOME to 741741",
        # A pause, with what its notice says beside it.
        "Not taking new referrals until 31 December 2026.",
        "Try instead: Example Youth Home", "970-555-0130", "TTY 970-555-0131", "Monday–Friday 9 am–5 pm",
        "Anybody who is not safe at home.", "303-555-0120, extension 217", "Example publisher", "19 July 2026",
    ):  # fmt: skip
        assert part in text, part
    others = page.locator("article .rd-cards > li h3").all_text_contents()
    assert len(others) > 8
    for other in {name.strip() for name in others} - {*printed["names"], "Example Youth Home"}:
        assert other not in text, other


def test_afterwards_the_page_is_as_before_and_ticks_stay(visit: Visitor, fictional_site: Build) -> None:
    page = choose(visit(fictional_site))
    before = page.locator("article").inner_text()
    tick(page, "example-housing-authority")
    page.get_by_role("button", name="Print these").click()
    printed_by(page)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".rd-chosen").count() == 0
    assert "rd-prints-chosen" not in str(page.evaluate("document.body.className"))
    assert page.locator("article").inner_text() == before.replace("Tick what to print.", "1 chosen")
    assert page.locator(".rd-choose :checked").count() == 1
    # The whole page is still there to be printed.
    assert "Example House" in said(on_paper(page))
    page.get_by_role("button", name="Clear").click()
    assert page.locator(".rd-choose :checked").count() == 0
    page.get_by_role("button", name="Print these").click()
    assert page.locator(".rd-choosing [role=status]").inner_text() == "Nothing is ticked yet."
    page.get_by_role("button", name="Close").click()
    assert page.locator(".rd-choose, .rd-choosing").count() == 0
    assert page.evaluate("document.activeElement.hasAttribute('data-rd-choose')")


def test_nothing_of_it_is_told_or_kept(browser: Browser, serve: Callable[[Path], str], fictional_site: Build) -> None:
    made = recording(browser, serve(fictional_site.site))
    page = choose(made.visit)
    # A map loads when a reader comes to it.
    made.visit.show_maps()
    page.wait_for_load_state("networkidle")
    before, asked = page.evaluate(STATE), len(made.requests)
    tick(page, "example-housing-authority", "example-house-mesa", "example-legal-aid")
    page.get_by_role("button", name="Print these").click()
    printed_by(page)
    page.wait_for_timeout(200)
    assert page.evaluate(STATE) == before
    assert [entry["url"] for entry in made.requests[asked:]] == []
    assert page.evaluate("rdCalls.filter(([what]) => what !== 'title')") == []
    assert made.leaks() == []
    page.reload()
    assert page.locator(".rd-choose, .rd-choosing").count() == 0
    assert page.locator("[data-rd-choose]").get_attribute("aria-pressed") == "false"
    made.visit.context.close()


def test_pressing_the_button_asks_for_scripts_only(visit: Visitor, fictional_site: Build) -> None:
    visited = visit(fictional_site)
    visited.go(DENVER).wait_for_load_state("networkidle")
    asked = len(visited.requests)
    assert not [one for one in visited.requests if "choose" in one], "who does not choose loads nothing of it"
    visited.page.locator("[data-rd-choose]").click()
    visited.page.locator(".rd-choosing").wait_for()
    told = [one.removeprefix(visited.base) for one in visited.requests[asked:]]
    assert told == ["assets/directory/choose.js", "assets/directory/choose-facts.js"]


@pytest.mark.parametrize("way", ["link and back", "exit and back"])
def test_who_comes_back_finds_no_ticks(visit: Visitor, fictional_site: Build, way: str) -> None:
    visited = visit(fictional_site)
    target = visited.base + "safety/"
    visited.page.route(
        "https://www.weather.gov/**", lambda route: route.fulfill(status=302, headers={"location": target})
    )
    page = choose(visited)
    tick(page, "example-housing-authority", "example-house-mesa")
    if way == "exit and back":
        with page.expect_navigation(url=target):
            for _ in range(3):
                page.keyboard.press("Shift")
    else:
        page.goto(target)
    page.go_back()
    page.locator("h1", has_text="Denver County").wait_for()
    assert page.locator(".rd-choose, .rd-choosing, .rd-chosen").count() == 0
    page.locator("[data-rd-choose]").click()
    page.locator(".rd-choosing").wait_for()
    assert page.locator(".rd-choose :checked").count() == 0


def test_leaving_clears_at_once(visit: Visitor, fictional_site: Build) -> None:
    """A page that the browser keeps for the way back has no ticks either."""
    page = choose(visit(fictional_site))
    tick(page, "example-housing-authority")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    assert page.locator(".rd-choose, .rd-choosing").count() == 0
    assert page.locator("[data-rd-choose]").get_attribute("aria-pressed") == "false"


def test_with_the_keyboard_alone(visit: Visitor, fictional_site: Build) -> None:
    page = visit(fictional_site).go(DENVER)
    page.wait_for_load_state("networkidle")
    page.evaluate(CATCH)
    page.locator("[data-rd-choose]").focus()
    page.keyboard.press("Enter")
    page.locator(".rd-choosing").wait_for()
    page.locator(".rd-tools [role=status]", has_text="Each program has a box").wait_for()
    box = page.locator("[data-question] .rd-choose input").first
    for _ in range(120):
        page.keyboard.press("Tab")
        if box.evaluate("(one) => one === document.activeElement"):
            break
    page.keyboard.press("Space")
    assert box.is_checked()
    name = page.locator("[data-question] .rd-cards h3").first.inner_text()
    assert page.get_by_role("checkbox", name=f"Print {name}").first.is_checked(), "it says of whom it is"
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert printed_by(page)["names"] == [name]


def test_who_stands_twice_is_one(visit: Visitor, fictional_site: Build) -> None:
    """In the order of calls as in the lists, which is made anew with every tick there."""
    page = choose(visit(fictional_site))
    tick(page, "example-housing-authority")
    page.locator(".rd-order input[value=housing]").check()
    both = page.locator(".rd-choose input[value=example-housing-authority]")
    both.nth(1).wait_for()
    assert [one.is_checked() for one in both.all()] == [True, True]
    both.first.uncheck()
    assert [one.is_checked() for one in both.all()] == [False, False]
    both.first.check()
    assert page.locator(".rd-choosing [role=status]").inner_text() == "1 chosen"
    page.get_by_role("button", name="Print these").click()
    printed = printed_by(page)
    assert printed["names"] == ["Example Housing Authority"]
    # What was ticked about a person is on no paper.
    assert "serves this county" not in printed["text"] and "Have ready" not in printed["text"]


def test_the_folded_can_be_chosen(visit: Visitor, colorado: Build) -> None:
    page = choose(visit(colorado))
    folded = page.locator("details.rd-more:has(.rd-choose)").first
    folded.locator("summary").click()
    folded.locator(".rd-choose input").first.check()
    name = folded.locator("h3").first.inner_text()
    page.get_by_role("button", name="Print these").click()
    assert printed_by(page)["names"] == [name]


def test_in_spanish(visit: Visitor, fictional_site: Build) -> None:
    page = choose(visit(fictional_site), "es/co/denver/")
    assert page.get_by_role("button", name="Elegir qué imprimir").get_attribute("aria-pressed") == "true"
    tick(page, "example-house-mesa")
    assert page.locator(".rd-choosing [role=status]").inner_text() == "1 elegido"
    page.get_by_role("button", name="Imprimir estos").click()
    printed_by(page)
    text = said(on_paper(page))
    for part in ("1 programa elegido", "Líneas de ayuda", "Horario", "lunes–viernes", "Quién califica"):
        assert part in text, part
    assert page.locator(".rd-chosen [lang=en]").count() == 0, "it is gone after printing"


def test_on_a_region_it_says_to_ask(visit: Visitor, fictional_site: Build) -> None:
    page = choose(visit(fictional_site), "regions/co-990/")
    tick(page, "example-house-mesa")
    page.get_by_role("button", name="Print these").click()
    text = printed_by(page)["text"]
    assert "Not taking new referrals until 31 December 2026." in text
    assert "Hours and who qualifies: ask when you call." in text and "911" in text


def test_hidden_details_stay_hidden_in_what_was_chosen(visit: Visitor, fictional_site: Build) -> None:
    page = choose(visit(fictional_site))
    page.locator("[data-rd-hide]").click()
    page.wait_for_selector("html.rd-hidden")
    tick(page, "example-house-mesa")
    page.get_by_role("button", name="Print these").click()
    text = printed_by(page)["text"].lower()
    assert "970-555-0130" in text
    assert "domestic violence" not in text and "trafficking" not in text


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_while_choosing(visit: Visitor, fictional_site: Build, width: int, dark: bool) -> None:
    page = choose(visit(fictional_site, width=width, dark=dark))
    tick(page, "example-housing-authority", "example-house-mesa")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("async () => (await axe.run()).violations")
    assert [f"{entry['id']}: {entry['nodes'][0]['html'][:200]}" for entry in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    boxes = page.locator(".rd-choose").evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
    assert min(boxes) >= 24
    way_out, bar = page.locator(".rd-exit").bounding_box(), page.locator(".rd-choosing").bounding_box()
    assert way_out and bar
    assert bar["y"] + bar["height"] <= way_out["y"] + 1 or bar["y"] >= way_out["y"] + way_out["height"], "it stays free"


def test_in_an_offline_copy(browser: Browser, offline_copy: Path) -> None:
    driver = InChromium(browser)
    advocate = Advocate(driver, offline_copy)
    advocate.open(DENVER)
    advocate.until("document.querySelector('.rd-order form')")
    driver.page.evaluate(CATCH)
    advocate.press("[data-rd-choose]")
    advocate.until("document.querySelectorAll('.rd-choose').length > 50")
    advocate.press(".rd-choose input[value=colorado-legal-services]")
    advocate.press(".rd-choosing__print")
    printed = printed_by(driver.page)
    assert printed["names"] == ["Colorado Legal Services"]
    assert "Who qualifies" in printed["text"] and "303-866-9399" in printed["text"]
    assert "file:" not in printed["text"] and str(offline_copy) not in printed["text"]
    assert (driver.requests(), driver.errors()) == ([], [])
    driver.close()
