"""The booklet of a state: every number of a page is that of the page, nobody is lost, and it can be folded."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from resource_directory.directory import Directory, Settings
from resource_directory.loading import load_directory
from resource_directory.measures import NOT_OF_PEOPLE
from resource_directory.messages import ENGLISH
from resource_directory.model import ContinuumOfCare
from resource_directory.serving import is_line_for_all
from resource_directory.sheets.binding import MOST_SHEETS, Bound, bound, copying, heads, parts_of, saddle
from resource_directory.sheets.booklets import MOST_ROWS, OUTSIDE, STATE, Booklet, Part, Writing, sorting
from resource_directory.sheets.content import week_of
from resource_directory.sheets.making import Job, Works, is_of_state, kinds_of
from support import DAY, ROOT, good_records, make_repository
from test_sheets import Run, elements, terminal

SITE = "https://directory.example.org/"
WIDTH, HEIGHT = 396, 612
LANGUAGES = ("en", "es")


def clinic(key: str, name: str, *counties: str, more: str = "", number: str = "0177") -> dict[str, str]:
    """A record of a clinic, by its path."""
    served = "".join(f"  - '{county}'\n" for county in counties)
    text = (
        f"id: {key}\ntype: health_center\nname: {name}\nphones:\n- number: 970-555-{number}\n"
        f"service_area:\n  counties:\n{served}services:\n- primary_care\n{more}"
        "source:\n  publisher: Example\n  retrieved: 2026-07-19\n"
    )
    return {f"co/health_center/{key}.yml": text}


def records() -> dict[str, str]:
    """Beside the fictional ones: one that serves counties of no one region, one that is paused, names in other letters,
    and many of one county."""
    many = (clinic(f"clinic-{number}", f"Clinic Number {number}", "08113") for number in range(40))
    return {
        **good_records(),
        **clinic("wide-clinic", "Wide Clinic", "08001", "08113"),
        **clinic("twin-mesa", "Twin Clinic", "08077", number="0178"),
        **clinic("twin-ouray", "Twin Clinic", "08091", number="0179"),
        **clinic("the-clinic", "The Ábaco Clinic", "08077"),
        **clinic("paused-clinic", "Paused Clinic", "08091", more="referral:\n  status: paused\n  until: 2026-12-24\n"),
        **dict(chain.from_iterable(found.items() for found in many)),
    }


@dataclass(frozen=True)
class Made:
    """A booklet with the text of its pages, in the order in which a screen reader says it."""

    booklet: Booklet
    bound: Bound
    pages: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join(self.pages)

    def page_of(self, chapter: str) -> int:
        """The page on which a chapter begins, as the outline has it."""
        return dict(outline(self.bound.paper.pdf))[chapter]

    def index(self, chapter: str, until: str = "") -> str:
        """The text of the pages from a chapter on, up to another one."""
        last = self.page_of(until) if until else len(self.pages)
        return " ".join(self.pages[self.page_of(chapter) - 1 : last])


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    folder = make_repository(tmp_path_factory.mktemp("booklet"), records())
    return load_directory(folder, Settings("Test"), DAY, (), strict=True)


def works_of(directory: Directory) -> Works:
    return Works(directory, ROOT / "overrides/sheets", ROOT / "node_modules", SITE)


def text_of(pdf: bytes, *options: str) -> str:
    """A text with one kind of space, and a page's end after each page."""
    done = subprocess.run(["pdftotext", *options, "-", "-"], input=pdf, capture_output=True, check=True)
    return re.sub(r"[^\S\f]+", " ", done.stdout.decode().replace("\N{WORD JOINER}", ""))


def made_of(works: Works, slug: str, language: str) -> Made:
    press = works.press(language)
    found = bound(press, slug)
    pages = tuple(text_of(found.paper.pdf, "-raw").split("\f")[:-1])
    return Made(Writing(press.content, slug).booklet(), found, pages)


@pytest.fixture(scope="module", params=LANGUAGES)
def made(request: pytest.FixtureRequest, directory: Directory) -> Made:
    return made_of(works_of(directory), "co", request.param)


@pytest.fixture(scope="module")
def english(directory: Directory) -> Made:
    return made_of(works_of(directory), "co", "en")


def outline(pdf: bytes) -> list[tuple[str, int]]:
    """(title, page) of every bookmark."""

    def below(items: Any) -> Iterator[tuple[str, int]]:
        for item in items:
            yield str(item.title), numbers[item.destination[0].objgen]
            yield from below(item.children)

    with pikepdf.open(io.BytesIO(pdf)) as document, document.open_outline() as found:
        numbers = {page.obj.objgen: number for number, page in enumerate(document.pages, start=1)}
        return list(below(found.root))


def words_of(made: Made) -> Mapping[str, str]:
    """What chapters are called in the booklet's language."""
    spanish = made.booklet.sheet.language == "es"
    return {
        "contents": "Contenido" if spanish else "Contents",
        "needs": "Índice de necesidades" if spanish else "Index of needs",
        "names": "Índice de organizaciones" if spanish else "Index of organizations",
        "hotlines": "Líneas de ayuda" if spanish else "Hot lines",
    }


# Numbers of pages


def test_contents_lead_to_the_pages_of_regions_and_counties(made: Made) -> None:
    """The page that is named is the one whose text holds the name, and the one to which the bookmark leads."""
    contents = made.pages[made.page_of(words_of(made)["contents"]) - 1]
    marks = dict(outline(made.bound.paper.pdf))
    regions = [region.name for region, _ in made.booklet.regions if region]
    assert len(regions) == 1 and len(made.booklet.counties) == 64
    for name in (*regions, *(county.name for county in made.booklet.counties)):
        (page,) = re.findall(rf"(?:^|\s){re.escape(name)} (\d+)\b", contents)
        assert name in made.pages[int(page) - 1]
        assert marks[name] == int(page)


def short(county: str) -> str:
    return county.removesuffix(" County").removeprefix("Condado de ")


def entry_pages(made: Made) -> dict[str, int]:
    """The page of each organization's entry, as the index gives it."""
    index = made.index(words_of(made)["names"])
    found = {}
    homes = {line.id: part.name for part in made.booklet.parts for kind in part.entries for line in kind.lines}
    for name, key in made.booklet.names:
        alike = [other for other, _ in made.booklet.names].count(name) > 1
        told = f"{name}, {short(homes[key])}" if alike else name
        pages = set(re.findall(rf"(?<!\S){re.escape(told)} (\d+)\b", index))
        assert len(pages) == 1, told
        found[key] = int(pages.pop())
    return found


def test_the_index_of_organizations_leads_to_full_entries(made: Made) -> None:
    pages = entry_pages(made)
    for part in made.booklet.parts:
        for kind in part.entries:
            for line in kind.lines:
                text = made.pages[pages[line.id] - 1]
                assert (line.name in text and kind.heading in text) or len(kind.lines) > 20, line.id
                assert all(number.number in text for number in line.numbers)
                assert line.hours in text and line.status in text


def test_rows_lead_to_full_entries(made: Made) -> None:
    """`970-555-0130 p. 12`, on a county's pages."""
    pages, marks = entry_pages(made), dict(outline(made.bound.paper.pdf))
    hotlines = {line.id for line in made.booklet.sheet.hotlines}
    regions = {f"coc-{region.key}": region.name for region, _ in made.booklet.regions if region}
    seen = set()
    for county in made.booklet.counties:
        text = " ".join(made.pages[marks[county.name] - 1 : marks[county.name] + 1])
        for line in chain.from_iterable(section.lines for section in county.rows):
            if not line.numbers:
                continue
            page = (
                marks[words_of(made)["hotlines"]] if line.id in hotlines
                else marks[regions[line.id]] if line.id in regions
                else pages[line.id]
            )  # fmt: skip
            assert f"{line.numbers[0].words} p. {page} " in f"{text} ", (county.name, line.id)
            seen.add(line.id)
    assert len(seen) > 10


def test_needs_lead_to_organizations_and_counties(made: Made) -> None:
    """An index names few by name; many clinics are found by their counties."""
    index = made.index(words_of(made)["needs"], words_of(made)["names"])
    pages, marks = entry_pages(made), dict(outline(made.bound.paper.pdf))
    by_county = [need for need in made.booklet.needs if need.counties]
    assert by_county and len(made.booklet.needs) > 5
    names = {key: name for name, key in made.booklet.names}
    for need in made.booklet.needs:
        after = index[index.index(need.heading) :]
        for key in need.named:
            assert f"{names[key]} {pages[key]}" in after
        for key in need.counties:
            (county,) = (part for part in made.booklet.counties if part.key == key)
            assert f"{short(county.name)} {marks[county.name]}" in after.replace("\N{NO-BREAK SPACE}", " ")


def test_every_need_stands_in_the_index(made: Made, directory: Directory) -> None:
    """One that nobody is known to meet leads to the hot lines."""
    met = {code for code, need in directory.vocabulary.needs.items() if code not in NOT_OF_PEOPLE}
    assert len(made.booklet.needs) == len(met)
    words = words_of(made)
    index = made.index(words["needs"], words["names"])
    unmet = [need for need in made.booklet.needs if not need.named and not need.counties]
    assert unmet
    for need in unmet:
        assert f"{need.heading} {words['hotlines']} {made.page_of(words['hotlines'])}" in index


def test_heads_name_what_is_on_a_page(english: Made) -> None:
    """At the outer edge: the county, or the first and the last one."""
    marks = dict(outline(english.bound.paper.pdf))
    for county in english.booklet.counties:
        head = english.pages[marks[county.name] - 1].strip()
        # What is set last on a page is read last: heads and feet are no part of what a screen reader says.
        assert county.name in head
    pages = text_of(english.bound.paper.pdf, "-bbox-layout").split("<page ")[1:]
    names = {county.name for county in english.booklet.counties}
    found: set[str] = set()
    for number in range(marks["San Miguel County"], marks["San Miguel County"] + 3):
        # The left of even pages, the right of odd ones.
        outer = 28 if number % 2 == 0 else WIDTH - 28
        head = min(re.findall(BOX, pages[number - 1]), key=lambda box: float(box[1]))
        assert abs(float(head[number % 2 * 2]) - outer) < 2
        found.update(name for name in names if all(word in head[4] for word in name.split()[:-1]))
    assert "San Miguel County" in found and len(found) > 1


#: Left, top, right and bottom of a line, and its words.
BOX = r'<line xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</line>'


@pytest.mark.parametrize(
    ("begins", "expected"),
    [
        ([(1, True, "A")], ["A", "A"]),
        ([(1, True, "A"), (2, True, "B")], ["A", "B"]),
        ([(1, True, "A"), (2, False, "B")], ["A", "A \N{EN DASH} B"]),
        ([(1, True, "A"), (1, False, "B"), (2, False, "C")], ["A \N{EN DASH} B", "B \N{EN DASH} C"]),
        ([(2, False, "B")], ["", "B"]),
    ],
    ids=["goes on", "begins", "in the middle", "several", "nothing before"],
)
def test_what_stands_at_heads(begins: list[tuple[int, bool, str]], expected: list[str]) -> None:
    assert list(heads(begins, 2)) == expected


# Nobody is lost


def test_everybody_of_the_state_has_one_entry(directory: Directory, made: Made) -> None:
    found = [line.id for part in made.booklet.parts for kind in part.entries for line in kind.lines]
    assert len(found) == len(set(found))
    regions = {record.id for record in directory.records.values() if isinstance(record, ContinuumOfCare)}
    wanted = {record.id for record in directory.in_state("co") if not is_line_for_all(record)}
    assert wanted - regions == set(found) and len(found) > 50
    for record in (directory.records[key] for key in found):
        assert made.booklet.sheet.language == "es" or record.name in made.text


@pytest.mark.parametrize(
    ("key", "home"),
    [
        ("example-advocates-office", "08031"),  # It stands there.
        ("the-clinic", "08077"),  # It serves no other.
        ("wide-clinic", STATE),  # One of its counties is in no region.
        ("example-coalition", STATE),
    ],
)
def test_homes(english: Made, key: str, home: str) -> None:
    (part,) = (
        part for part in english.booklet.parts if key in {line.id for kind in part.entries for line in kind.lines}
    )
    assert part.key == home


def test_counties_without_a_region_stand_somewhere(english: Made) -> None:
    (region, within), (none, alone) = english.booklet.regions
    assert region is not None and none is None and within and len(within) + len(alone) == 64
    assert english.page_of("Counties without a region") <= english.page_of(alone[0].name)
    for part in alone:
        assert part.answers[0].texts and not part.regions


def test_a_county_names_the_first_to_call(english: Made, directory: Directory) -> None:
    """In the order of its sheet, three of each; those for the whole state only where they are the first, or where the
    others only lead to help."""
    content = works_of(directory).press("en").content
    whole = {line.id for kind in english.booklet.whole.entries for line in kind.lines}
    assert english.booklet.whole.needs
    cut, helped = 0, 0
    for county in english.booklet.counties:
        sheet = content.county(directory.places.counties[county.key])
        order = {section.code: [line.id for line in section.lines] for section in (*sheet.answers, *sheet.needs)}
        for section in county.rows:
            ids = [line.id for line in section.lines]
            assert ids == sorted(ids, key=order[section.code].index) and ids[:1] == order[section.code][:1]
            assert len(ids) <= MOST_ROWS
            cut += len(ids) < len(order[section.code])
            later = [line for line in section.lines[1:] if line.id in whole]
            helped += len(later)
            assert not later or {line.standing for line in section.lines if line not in later} <= {"leads", "may_know"}
    assert cut and helped


def test_a_pause_is_said_in_rows_and_entries(english: Made) -> None:
    said = "Not taking new referrals until 24 December 2026. After that day, ask first."
    part = next(part for part in english.booklet.counties if part.key == "08091")
    lines = [line for section in (*part.rows, *part.entries) for line in section.lines if line.id == "paused-clinic"]
    assert len(lines) > 1 and {line.status for line in lines} == {said}
    start = english.page_of(part.name)
    assert " ".join(english.pages[start - 1 : start + 1]).count(said) == len(lines)


def test_what_is_not_known_leads_to_whom_to_ask(english: Made) -> None:
    """On the page that says how to use it."""
    (page,) = set(re.findall(r"Whom to ask: p\. (\d+)", english.text))
    assert int(page) == english.page_of("How to use this booklet")
    text = english.pages[int(page) - 1]
    assert english.booklet.gaps
    for gap in english.booklet.gaps:
        assert gap.heading in text and all(told in text for told in gap.texts[1:])


def never_published(directory: Directory) -> Iterator[str]:
    """What records say that nobody may read, and what nobody may read of withheld places."""
    for record in directory.records.values():
        place = record.location
        yield from filter(None, (record.editor_note,))
        if place is None:
            continue
        if place.authorisation:
            yield from filter(None, (place.authorisation.by, place.authorisation.document))
        if place.review:
            yield from (place.review.by, place.review.reason)
        if place.address and place.address.address_1:
            yield place.address.address_1


def test_what_is_never_published_is_in_no_booklet(directory: Directory, made: Made) -> None:
    """Streets neither, of anybody; of a withheld place no town, but its number and that its address is not known."""
    secrets = set(never_published(directory))
    assert len(secrets) > 3
    copy = text_of(made.bound.copier)
    for secret in secrets:
        assert secret not in made.text and secret not in copy
    withheld = {r.id for r in directory.records.values() if r.location and r.location.visibility == "withheld"}
    lines = [
        line
        for part in made.booklet.parts
        for section in (*part.rows, *part.entries)
        for line in section.lines
        if line.id in withheld
    ]
    said = "no se publica" if made.booklet.sheet.language == "es" else "The address is not published"
    assert lines and all(said in line.facts or not line.facts for line in lines)
    assert any(line.numbers for line in lines)
    towns = {town.name for town in directory.places.towns_of_state["CO"]}
    for line in lines:
        assert not towns.intersection(part.strip() for part in line.facts.split("·"))


# What it is made of


def test_it_is_tagged_and_says_so(directory: Directory, made: Made) -> None:
    """PDF/UA-1 (ISO 14289-1): marked, tagged, with a language and a neutral title; headings without a gap."""
    language = made.booklet.sheet.language
    with pikepdf.open(io.BytesIO(made.bound.paper.pdf)) as document:
        root = document.Root
        assert bool(root.MarkInfo.Marked) and str(root.Lang) == language
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        with document.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == str(document.docinfo["/Title"])
        facts = {key: str(value) for key, value in document.docinfo.items()}
        found = list(elements(document))
        kinds = [str(element.S) for element in found]
        pictures = [str(element.Alt) for element in found if str(element.S) == "/Figure"]
        assert {tuple(map(float, page.MediaBox)) for page in document.pages} == {(0.0, 0.0, WIDTH, HEIGHT)}
    levels = [int(kind[2:]) for kind in kinds if re.fullmatch(r"/H\d", kind)]
    assert levels[0] == 1 and set(levels) == {1, 2, 3}
    assert all(after - before <= 1 for before, after in pairwise(levels))
    (words,) = pictures
    assert f"{SITE}{'' if language == 'en' else f'{language}/'}paper/#{made.bound.paper.id}" in words
    assert not directory.neutral_pattern.search(" ".join(facts.values()))
    assert not {"/Author", "/Creator", "/Keywords", "/Subject"}.intersection(facts)


def test_its_id_is_the_states_and_stands_on_cover_and_back(made: Made) -> None:
    key = made.bound.paper.id
    assert re.fullmatch(r"co-[2-9BCDFGHJKMNPQRSTVWXZ]{6}", key)
    assert key in made.pages[0] and key in made.pages[-1] and "911" in made.pages[0] and "911" in made.pages[-1]
    named = {line.id for line in made.bound.paper.sheet.lines}
    assert {key for _, key in made.booklet.names} <= named


def test_the_same_data_and_day_give_the_same_bytes(directory: Directory, english: Made) -> None:
    again = bound(works_of(directory).press("en"), "co")
    assert again.paper.id == english.bound.paper.id
    assert again.paper.pdf == english.bound.paper.pdf and again.copier == english.bound.copier


def test_the_bytes_are_the_same_for_a_week(directory: Directory, english: Made) -> None:
    """As those of sheets: cover and back say the week, and nothing else says the day."""
    assert english.booklet.sheet.day == week_of(DAY) != DAY
    cover, back = english.pages[0], english.pages[-1]
    assert "Made in the week of 16 November 2026." in cover and "Made in the week of 16 November 2026." in back
    sunday = works_of(replace(directory, today=DAY + timedelta(days=1)))
    assert bound(sunday.press("en"), "co").paper.pdf == english.bound.paper.pdf


def test_a_letter_that_the_font_does_not_have_is_an_error_by_name(directory: Directory) -> None:
    """Records are checked for them before; here it is the name of a kind."""
    types = directory.vocabulary.types
    clinics = types["health_center"].model_copy(update={"plural": "中文"})
    vocabulary = replace(directory.vocabulary, types={**types, "health_center": clinics})
    works = works_of(replace(directory, vocabulary=vocabulary))
    found = works.make(Job("co", "en"), ("booklet",), lambda name, pdf: None)
    assert not found.documents
    assert found.problem.startswith("co-booklet-en.pdf: Colorado: the font has no '中' (U+4E2D), '文'")


# Long needs


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A state in which as many as are named meet each of five needs, under names of some rows."""
    folder = make_repository(tmp_path_factory.mktemp("crowded"), {**good_records(), **dict(statewide(10))})
    return made_of(works_of(load_directory(folder, Settings("Test"), DAY, (), strict=True)), "co", "en")


def statewide(number: int) -> Iterator[tuple[str, str]]:
    services = "- primary_care\n- support_groups\n- case_management\n- civil_legal_aid\n- t_visa\n"
    for index in range(number):
        name = f"Clinic {index:02} of All of the Counties of This State and of Those Who Live or Stay in Any of Them"
        ((path, text),) = clinic(f"wide-{index}", name, "08113", number=f"01{index:02}").items()
        wide = text.replace("  counties:\n  - '08113'\n", "  states:\n  - co\n")
        yield path, wide.replace("- primary_care\n", services)


def test_a_long_need_goes_on_to_the_next_page_under_its_name(crowded: Made) -> None:
    needs = [need.heading for need in crowded.booklet.whole.needs if len(need.lines) == 10]
    assert len(needs) == 5
    pages = text_of(crowded.bound.paper.pdf, "-bbox-layout").split("<page ")[1:]
    first, torn = crowded.page_of("For all of Colorado"), 0
    for page in pages[first - 1 : first + 2]:
        lines = [(float(top), float(left), words_in(line)) for left, top, _, _, line in re.findall(BOX, page)]
        text = [(top, left, words) for top, left, words in lines if 40 < top < HEIGHT - 40]
        # Rows stand beside the name of their need. Three may not be torn from it: more room is not left empty.
        begins = min(top for top, left, words in text if left > 90 and words.startswith("Clinic "))
        name = next(words for top, left, words in text if left < 40 and abs(top - begins) < 3)
        assert any(heading.startswith(name) for heading in needs)
        torn += name == text[0][2]
        assert max(top for top, _, _ in text) > HEIGHT - 38 - 3 * 45
    assert torn == 2


def words_in(line: str) -> str:
    return " ".join(re.findall(r"<word [^>]*>([^<]*)</word>", line))


# For a copier


@pytest.mark.parametrize(
    ("pages", "sides"),
    [
        (4, [(4, 1), (2, 3)]),
        (8, [(8, 1), (2, 7), (6, 3), (4, 5)]),
        (12, [(12, 1), (2, 11), (10, 3), (4, 9), (8, 5), (6, 7)]),
    ],
)
def test_sides_of_folded_sheets(pages: int, sides: list[tuple[int, int]]) -> None:
    assert list(saddle(range(1, pages + 1))) == sides


@pytest.mark.parametrize(
    ("pages", "parts"),
    [
        (4, [range(1, 5)]),
        (80, [range(1, 81)]),
        (84, [range(1, 45), range(45, 85)]),
        (160, [range(1, 81), range(81, 161)]),
        (172, [range(1, 61), range(61, 117), range(117, 173)]),
    ],
)
def test_thick_booklets_have_parts(pages: int, parts: list[range]) -> None:
    assert parts_of(pages) == parts


def test_no_part_is_too_thick_and_no_page_is_lost() -> None:
    for pages in range(4, 1200, 4):
        parts = parts_of(pages)
        assert list(chain.from_iterable(parts)) == list(range(1, pages + 1))
        assert all(len(part) % 4 == 0 and 0 < len(part) <= MOST_SHEETS * 4 for part in parts)


def test_how_to_fold_is_said(made: Made) -> None:
    number = len(made.pages)
    assert number % 4 == 0
    assert copying(number, ENGLISH) in made.pages[2] or made.booklet.sheet.language == "es"
    assert "2 parts: pages 1 to 44 (11 sheets); pages 45 to 84 (10 sheets)." in copying(84, ENGLISH)
    assert "part" not in copying(80, ENGLISH)


def test_each_half_of_a_side_is_a_page(made: Made) -> None:
    """Front and back of each sheet hold the pages that a fold puts in order."""
    with pikepdf.open(io.BytesIO(made.bound.copier)) as document:
        sides = len(document.pages)
        assert {tuple(map(float, page.MediaBox)) for page in document.pages} == {(0.0, 0.0, 2.0 * WIDTH, HEIGHT)}
        assert str(document.Root.Lang) == made.booklet.sheet.language
        assert set(document.docinfo) == {"/Title"}
        assert str(document.Root.ViewerPreferences.Duplex) == "/DuplexFlipShortEdge"
    halves = [
        text_of(made.bound.copier, "-x", str(left), "-y", "0", "-W", str(WIDTH), "-H", str(HEIGHT)).split("\f")
        for left in (0, WIDTH)
    ]
    pages = text_of(made.bound.paper.pdf).split("\f")
    expected = [side for part in parts_of(len(made.pages)) for side in saddle(part)]
    assert len(expected) == sides
    for index, (left, right) in enumerate(expected):
        assert (halves[0][index], halves[1][index]) == (pages[left - 1], pages[right - 1])


def test_names_are_looked_for_without_the_and_accents() -> None:
    assert [sorting(name) for name in ("The Ábaco Clinic", "Theresa's", "¡Hola!")] == [
        "abaco clinic",
        "theresas",
        "hola",
    ]


# Of the country


@pytest.fixture(scope="module")
def real_works(real_directory: Directory) -> Works:
    return works_of(real_directory)


@pytest.mark.parametrize("slug", ["dc", "gu", "pr", "as", "de", "vi"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_small_and_odd_states(real_works: Works, slug: str, language: str) -> None:
    """One county; no region; many withheld places; the nearest in another territory. Nothing is set beyond the edge of a page."""
    made = made_of(real_works, slug, language)
    assert len(made.pages) % 4 == 0
    for left, top, right, bottom, line in re.findall(BOX, text_of(made.bound.paper.pdf, "-bbox-layout")):
        assert float(left) >= 27 and float(right) <= WIDTH - 24 and float(top) > 15 and float(bottom) < HEIGHT - 10
        # A page's number is not on the next row.
        assert not words_in(line).endswith(" p.")
    index = made.index(words_of(made)["names"])
    for name, _ in made.booklet.names:
        pages = re.findall(rf"(?<!\S){re.escape(name)}(?:, [^\d]+)? (\d+)\b", index)
        assert pages and any(name in made.pages[int(page) - 1] for page in pages if int(page) <= len(made.pages)), name
    directory = real_works.directory
    wanted = {r.id for r in directory.in_state(slug) if not isinstance(r, ContinuumOfCare)}
    assert wanted <= {key for _, key in made.booklet.names}
    outside: Part = made.booklet.outside
    assert outside.key == OUTSIDE and not wanted.intersection(
        line.id for kind in outside.entries for line in kind.lines
    )


# From the terminal


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return terminal(make_repository(tmp_path / "repository", records()), tmp_path / "out")


def test_from_the_terminal(run: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path) -> None:
    """Beside the sheets of all counties and regions."""
    done = run("--state", "co", "--kind", "booklet,card", "--lang", "en,es")
    assert done.returncode == 0, done.stderr
    names = {file.name for file in (tmp_path / "out").iterdir()}
    assert {
        "co-booklet-en.pdf", "co-booklet-copier-en.pdf", "co-booklet-es.pdf", "co-booklet-copier-es.pdf",
        "08113-card-es.pdf", "co-990-card-en.pdf",
    } <= names  # fmt: skip
    assert len(names) == 4 + 2 * (64 + 1)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--county", "08113", "--kind", "booklet"), "A booklet is of a state. Name one: --state co."),
        (("--region", "co-990", "--kind", "sheet,booklet"), "A booklet is of a state. Name one: --state co."),
        (
            ("--state", "co", "--county", "08113", "--kind", "booklet"),
            "A booklet is of a state, not of a county or region. Leave out --county and --region.",
        ),
    ],
    ids=["county", "region", "beside a state"],
)
def test_wrong_arguments_are_told_by_name(
    run: Callable[..., subprocess.CompletedProcess[str]], options: tuple[str, ...], told: str
) -> None:
    done = run(*options)
    assert done.returncode == 2
    assert told in re.sub(r"\s+", " ", done.stderr)


def test_kinds_of_states_are_not_of_places() -> None:
    kinds = ("sheet", "booklet", "card")
    assert kinds_of(Job("co", "en"), kinds) == ("booklet",)
    for code in ("08031", "co-503"):
        assert kinds_of(Job(code, "en"), kinds) == ("sheet", "card") and not is_of_state(Job(code, "en"))
