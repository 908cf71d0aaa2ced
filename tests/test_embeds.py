"""Lists for partners' frames: their numbers and words are the records', they load nothing, nothing withheld is in them."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from html import unescape
from pathlib import Path

import pytest

from resource_directory.answering import Answer, county_answers
from resource_directory.catalogues import load_languages
from resource_directory.directory import Directory, Settings
from resource_directory.loading import load_directory
from resource_directory.markup import lean
from resource_directory.model import Record
from resource_directory.pages import Renderer
from resource_directory.pages.all import part_documents
from resource_directory.pages.embeds import (
    FOR_A_NEED,
    FOR_A_QUESTION,
    Entry,
    address_of,
    by_group,
    by_question,
    full_page_of,
)
from resource_directory.words import dial_address
from site_reading import Html, with_quotes
from support import DAY, ROOT, good_records, make_repository

#: Bytes of a page at most, and on the whole.
LARGEST = 40_000
MEAN = 6_000


def embeds_of(directory: Directory) -> dict[str, str]:
    """Every small page of the states and the languages, by address."""
    found = {}
    for renderer in Renderer(directory, ROOT / "overrides/directory").all:
        for part in directory.states:
            renderer.begin()
            for document in part_documents(renderer, part):
                if document.embed:
                    found[address_of(document.url, document.prefix)] = document.embed
    return found


@pytest.fixture(scope="module")
def real() -> Directory:
    """The repository's own records of a state, with two languages."""
    return load_directory(ROOT, Settings("Example Directory", site_url="https://example.org/help"), DAY, ["co"])


@pytest.fixture(scope="module")
def fictional(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    return load_directory(make_repository(tmp_path_factory.mktemp("f"), good_records()), Settings("x"), DAY)


@pytest.fixture(scope="module")
def small_pages(real: Directory) -> Mapping[str, str]:
    return embeds_of(real)


def parsed(text: str) -> Html:
    page = Html("embed/")
    page.feed(text)
    page.close()
    return page


def test_there_is_one_a_county_and_one_a_need_in_every_language(
    real: Directory, small_pages: Mapping[str, str]
) -> None:
    english = {county.url for county in real.places.counties_of_state["CO"]}
    english |= {f"needs/{need.slug}/co/" for need in real.vocabulary.needs.values()}
    prefixes = ["", *(messages.prefix for messages in load_languages(ROOT, frozenset()))]
    assert small_pages.keys() == {f"{prefix}embed/{url}" for prefix in prefixes for url in english}


def test_each_is_small(small_pages: Mapping[str, str]) -> None:
    sizes = [len(text.encode()) for text in small_pages.values()]
    assert max(sizes) < LARGEST and sum(sizes) / len(sizes) < MEAN


def numbers_of(record: Record, directory: Directory) -> set[str]:
    """What may be dialled for a record: its own numbers, or its parent's where it has none."""
    parent = directory.parent(record)
    phones = record.phones or (parent.phones if parent is not None else None) or ()
    return {dial_address(phone.number, phone.extension, phone.type) for phone in phones}


def test_every_number_is_the_record_s_it_stands_under(real: Directory, small_pages: Mapping[str, str]) -> None:
    seen = 0
    for address, text in small_pages.items():
        for item in with_quotes(text).split("<li>")[1:]:
            record = real.records[re.findall(r'href="resources/([\w-]+)/"', item)[0]]
            dialled = set(re.findall(r'href="((?:tel|sms):[^"]*)"', item))
            assert dialled <= numbers_of(record, real), f"{address}: {record.id}"
            assert bool(dialled) == bool(numbers_of(record, real)), f"{address}: {record.id}"
            seen += len(dialled)
    assert seen > 1000


def test_hot_lines_come_first_and_whole(real: Directory, small_pages: Mapping[str, str]) -> None:
    for text in small_pages.values():
        ids = re.findall(r'href="resources/([\w-]+)/"', with_quotes(text))
        assert ids[: len(real.hotlines)] == [line.id for line in real.hotlines]


def test_it_loads_nothing_and_its_style_is_the_one_allowed(small_pages: Mapping[str, str]) -> None:
    for text in small_pages.values():
        page = parsed(text)
        style = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
        assert len(style) == 1
        digest = base64.b64encode(hashlib.sha256(style[0].encode()).digest()).decode()
        policy = page.meta("Content-Security-Policy")
        assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'none'"
        assert page.meta("referrer") == "no-referrer" and page.meta("robots") == "noindex"
        assert not list(page.of("script", "img", "iframe", "form", "object", "input"))
        assert [a.get("rel") for a in page.of("link")] == ["canonical"]
        assert [(a["href"], a["target"]) for a in page.of("base")] == [("https://example.org/help/", "_top")]
        assert all("target" not in a for a in page.of("a"))


def test_without_the_site_s_address_links_lead_upwards(fictional: Directory) -> None:
    found = embeds_of(fictional)
    for address, text in found.items():
        assert [a["href"] for a in parsed(text).of("base")] == ["../" * address.count("/")]


def test_a_title_is_neutral_and_the_source_and_day_are_said(real: Directory, small_pages: Mapping[str, str]) -> None:
    for address, text in small_pages.items():
        page = parsed(text)
        assert page.title and not real.neutral_pattern.search(page.title), address
        day = "21 de noviembre de 2026" if address.startswith("es/") else "21 November 2026"
        assert "Example Directory" in text and day in text


def test_a_pause_is_told(fictional: Directory) -> None:
    text = embeds_of(fictional)["embed/co/mesa/"]
    entry = text[text.index("resources/example-house-mesa/") :].partition("<li>")[0]
    assert "<b>Not taking new referrals until 31 December 2026. After that day, ask first." in entry


def test_nothing_withheld_is_in_it(real: Directory, fictional: Directory) -> None:
    looked_at = 0
    for directory in (real, fictional):
        for text in embeds_of(directory).values():
            for item in with_quotes(text).split("<li>")[1:]:
                record = directory.records[re.findall(r'href="resources/([\w-]+)/"', item)[0]]
                if record.location is None or record.location.visibility != "withheld":
                    continue
                looked_at += 1
                said = unescape(re.sub(r"<[^>]*>", " ", item))
                address = record.location.address
                for value in (address.address_1, address.postal_code, address.city) if address is not None else ():
                    assert not value or value not in said.replace(record.name, ""), record.id
    assert looked_at > 10


def answered(real: Directory, *found: tuple[tuple[Record, ...], tuple[Entry, ...]]) -> list[tuple[Answer, list[Entry]]]:
    """Answers to the first questions: who serves the county, and who may serve the state with the miles to each."""
    questions = real.vocabulary.questions
    return [
        (Answer(question, here, tuple(record for record, _ in far)), list(far))
        for question, (here, far) in zip(questions, found, strict=False)
    ]


def test_an_entry_stands_under_the_first_question_that_it_answers(real: Directory) -> None:
    one, two, three, four = real.in_order[:4]
    found = answered(real, ((one,), ((two, 4.0), (three, None))), ((one, four), ()), ((), ((two, 1.0),)))
    sections = list(by_question(found, lambda record: True))
    assert [(s.entries, s.wider, s.more) for s in sections] == [((one,), ((two, 4.0),), 1), ((four,), (), 0)]
    assert FOR_A_QUESTION == 2


def test_those_who_can_be_called_come_first(real: Directory) -> None:
    one, two, three, four = real.in_order[:4]
    (section,) = by_question(answered(real, ((one, two, three, four), ())), lambda record: record in (three, four))
    assert (section.entries, section.more) == ((three, four), 2)


def test_what_is_not_known_is_said_before_those_to_ask(small_pages: Mapping[str, str], real: Directory) -> None:
    """A place that nobody is known to serve does not look served by those who may be asked."""
    unknown = {question.code: question.unknown for question in (*real.vocabulary.questions, *real.vocabulary.beside)}
    seen = 0
    for county in real.places.counties_of_state["CO"]:
        text = unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", small_pages[f"embed/{county.url}"])))
        known = county_answers(real, county)
        for answer in (*known.eight, *known.extra):
            said = unknown[answer.question.code] in text
            if answer.local or answer.covering:
                assert not said, (county.url, answer.question.code)
            seen += said
        assert "About " not in text or "Miles are from the middle of the county." in text
    assert seen > 60


def test_groups_end_at_the_most(real: Directory) -> None:
    records = real.in_order[: FOR_A_NEED + 3]
    sections = list(by_group([("a", "A", records[:5]), ("b", "B", records[5:]), ("c", "C", records[:1])]))
    assert sum(len(s.entries) for s in sections) == FOR_A_NEED
    assert [(s.anchor, s.more) for s in sections] == [("a", 0), ("b", 0), ("b", 4)]


@pytest.mark.parametrize(
    ("page", "small"),
    [("co/denver/", "embed/co/denver/"), ("es/needs/food/co/", "es/embed/needs/food/co/")],
)
def test_addresses(page: str, small: str) -> None:
    prefix = "es/" if page.startswith("es/") else ""
    assert address_of(page, prefix) == small
    assert full_page_of(small, ["es/"]) == page == full_page_of(page, ["es/"])


@pytest.mark.parametrize(
    ("html", "leaner"),
    [
        ('<a class="x" href="../y/">Z</a>', "<a class=x href=../y/>Z</a>"),
        ('<p class="a b">x</p>', '<p class="a b">x</p>'),
        ('<a href="?a=b">x</a>', '<a href="?a=b">x</a>'),
        ('<i title="">x</i>', '<i title="">x</i>'),
        ("<ul><li>a</li><li>b</li></ul>", "<ul><li>a<li>b</ul>"),
        ("<p>a</p>\n<p>b</p> c", "<p>a<p>b</p> c"),
        ("<p>a</p>\n<span>b</span>", "<p>a</p>\n<span>b</span>"),
        ('<a href="~~directory-x~~">', '<a href="~~directory-x~~">'),
        ("a &#34;b&#34; c=&#34;d&#34; ", "a &#34;b&#34; c=&#34;d&#34; "),
    ],
)
def test_lean_markup(html: str, leaner: str) -> None:
    assert lean(html) == leaner == lean(leaner)


@pytest.mark.parametrize(
    ("html", "whole"),
    [
        ("<a class=x href=../y/ hidden>a=b</a>", '<a class="x" href="../y/" hidden>a=b</a>'),
        ('<meta content="width=1,b=2 c=d" name=v>', '<meta content="width=1,b=2 c=d" name="v">'),
    ],
)
def test_quotes_come_back(html: str, whole: str) -> None:
    assert with_quotes(html) == whole


def test_no_file_of_the_style_is_left_out_of_the_stamp() -> None:
    assert {"embed.html", "embed_style.html"} <= {
        file.name for file in Path(ROOT / "overrides/directory").glob("*.html")
    }
