"""How paper lies on the page: nothing over anything, nothing beyond what printers print; and what discreet paper tells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, pairwise
from math import dist

import pytest

from resource_directory.directory import Directory
from resource_directory.letters import RANGES
from resource_directory.messages import END, FOREIGN, Messages
from resource_directory.model import Eligibility, ServiceArea
from resource_directory.paper_catalogues import load_papers
from resource_directory.sheets.cards import STRIP
from resource_directory.sheets.content import Line, Number, Sheet
from resource_directory.sheets.drawing import MARKS, MARKS_AT_MOST, Map
from resource_directory.sheets.fitting import Letters, Style, font_files
from resource_directory.sheets.kinds import DISCREET, KINDS, Paper
from resource_directory.sheets.making import Job, Works
from support import DAY, ROOT
from test_sheets import LONG_NAME, flat, numbers_in, text_of

SITE = "https://directory.example.org/"
LONG_SITE = "https://community-resource-organization-x.github.io/resource-directory/"
DENVER, GUAM, ADAMS, DEL_NORTE, NEW_HAVEN, CULEBRA = "08031", "66010", "18001", "06015", "09009", "72049"
LANGUAGES = ("en", "es", "ar", "ko", "tl", "vi", "zh-Hans")
PAPERS = load_papers(ROOT, DAY, drafts=True)
WORD = re.compile(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">([^<]*)')

#: left, top, right, bottom, in points from the page's corner, and the word.
Word = tuple[float, float, float, float, str]


def works_of(directory: Directory, site: str = SITE, papers: tuple[Messages, ...] = PAPERS) -> Works:
    return Works(directory, ROOT / "overrides/sheets", ROOT / "node_modules", site, papers=papers)


@pytest.fixture(scope="module")
def works(real_directory: Directory) -> Works:
    return works_of(real_directory)


def paper_of(works: Works, code: str, kind: str, language: str = "en") -> Paper:
    return works.press(language).paper(kind, works.sheet(Job(code, language)))


def words_of(pdf: bytes) -> list[list[Word]]:
    """The words of each page."""
    pages = text_of(pdf, "-bbox").split("<page ")[1:]
    return [[(*map(float, found[:4]), found[4]) for found in WORD.findall(page)] for page in pages]


def printed_over(words: Sequence[Word]) -> Iterator[tuple[str, str]]:
    """Words that stand over each other by more than half of their height."""
    for one, other in combinations(words, 2):
        wide = min(one[2], other[2]) - max(one[0], other[0])
        high = min(one[3], other[3]) - max(one[1], other[1])
        if wide > 1 and high > 0.5 * min(one[3] - one[1], other[3] - other[1]):
            yield one[4], other[4]


# Cards


def places_of(directory: Directory) -> list[str]:
    """The regions of the longest names, and some counties."""
    longest = sorted(directory.regions.values(), key=lambda region: -len(region.name))[:8]
    return [*(region.coc_number.lower() for region in longest), "al-500", DENVER, GUAM, ADAMS]


@pytest.mark.parametrize("site", [SITE, LONG_SITE], ids=["short", "long"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_on_cards_is_printed_over_anything(real_directory: Directory, language: str, site: str) -> None:
    """Nor below its panel; with a long name, in languages of long words, and of a site with a long address."""
    works = works_of(real_directory, site)
    style = works.press(language).cards.style
    top = (792 - 4 * style.height) / 2
    for code in places_of(real_directory):
        for kind in ("eight", "card"):
            for words in words_of(paper_of(works, code, kind, language).pdf):
                assert list(printed_over(words)) == [], (code, kind)
                inside = [
                    (upper - top) % style.height + lower - upper for _, upper, _, lower, _ in words if upper > top
                ]
                assert max(inside, default=0) <= style.height - style.inset_y + 3, (code, kind)


@pytest.mark.parametrize("site", [SITE, LONG_SITE], ids=["short", "long"])
def test_an_id_on_eight_cards_stands_with_the_address_where_it_is_looked_up(
    real_directory: Directory, site: str
) -> None:
    paper = paper_of(works_of(real_directory, site), DENVER, "eight")
    back = text_of(paper.pdf).split("\f")[1]
    assert paper.id in back and f"{site}paper/".removeprefix("https://") in re.sub(r"\s", "", back)


def test_an_id_without_room_for_the_address_is_left_out(real_directory: Directory) -> None:
    paper = paper_of(works_of(real_directory, f"https://{'long-' * 30}name.example.org/"), DENVER, "eight")
    text = text_of(paper.pdf)
    assert paper.id not in text and "long-" not in text and "Check it after" in text


def test_the_address_on_a_cover_stands_whole_in_its_column(works: Works) -> None:
    cards = works.press("en").cards
    style = cards.style
    for address in ("a.org/paper/", f"{LONG_SITE}paper/".removeprefix("https://"), f"{'x' * 90}.org/paper/"):
        size, rows = cards.address(address, style.code, style.addresses, style.below_code)
        assert "".join(rows) == address
        assert all(cards.letters.width(row, False) * size <= style.code for row in rows)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"handout"}))
def test_a_place_without_hot_lines_has_paper(works: Works, kind: str) -> None:
    sheet = replace(works.sheet(Job(DENVER, "en")), hotlines=())
    paper = works.press("en").paper(kind, sheet)
    assert numbers_in(text_of(paper.pdf)) and paper.sheet.hotlines == ()


def test_eight_cards_without_anybody(works: Works) -> None:
    sheet = replace(works.sheet(Job(DENVER, "en")), hotlines=(), needs=())
    assert "In danger now? Call 911." in text_of(works.press("en").paper("eight", sheet).pdf)


# Large print


@pytest.mark.parametrize("code", ["08111", DENVER, "06037", "48301", CULEBRA, GUAM])
@pytest.mark.parametrize("language", ["en", "es"])
def test_no_page_of_large_print_begins_with_how_many_more_there_are(works: Works, code: str, language: str) -> None:
    """It says nothing without those before it."""
    said = {"en": "more on the web", "es": "más en la web"}[language]
    pages = text_of(paper_of(works, code, "large", language).pdf, "-raw").split("\f")
    assert any(said in page for page in pages)
    assert not [page for page in pages if said in page.strip().split("\n")[0]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_foot_of_large_print_is_on_the_page(works: Works, language: str) -> None:
    """However many rows it takes; printers leave some 18 points white."""
    for code in (DENVER, "al-500", GUAM):
        for words in words_of(paper_of(works, code, "large", language).pdf):
            assert max(word[3] for word in words) <= 792 - 18
            assert list(printed_over(words)) == []


# Posters


@pytest.mark.parametrize("language", ["en", "es", "ar", "ko"])
@pytest.mark.parametrize("code", [GUAM, ADAMS, DEL_NORTE, DENVER])
def test_strips_are_within_what_printers_print(works: Works, code: str, language: str) -> None:
    (words,) = words_of(paper_of(works, code, "poster", language).pdf)
    assert min(word[0] for word in words) >= STRIP.edge and max(word[2] for word in words) <= 612 - STRIP.edge
    assert max(word[3] for word in words) <= 792 - STRIP.edge
    strips = [word for word in words if word[1] > 792 - STRIP.height]
    assert len([word for word in strips if word[4] == "800-799-7233"]) == STRIP.count
    # They read upwards.
    assert list(printed_over([(top, left, bottom, right, word) for left, top, right, bottom, word in strips])) == []
    # Nothing goes over the line along which strips are cut.
    for left, _, right, _, _ in strips:
        assert int((left - STRIP.edge) / STRIP.width) == int((right - STRIP.edge) / STRIP.width)


def test_names_too_long_for_a_strip_are_cut_at_a_word(works: Works) -> None:
    cards = works.press("en").cards
    line = replace(works.sheet(Job(DENVER, "en")).hotlines[0], name=LONG_NAME.strip())
    line = replace(line, numbers=(Number("303-555-0100", after="extension 217"),))
    size, names = cards.strip((line, line))
    assert size == STRIP.sizes[-1] and cards._strip_height(names, size) <= STRIP.room
    for name in names:
        kept, _, told = name.partition(" … · ")
        assert told == "extension 217" and LONG_NAME.startswith(f"{kept} ")
    assert cards.strip((replace(line, name="Short"),))[1] == ("Short · extension 217",)


@pytest.mark.parametrize("code", [GUAM, ADAMS])
def test_a_poster_with_room_has_all_hot_lines(works: Works, code: str) -> None:
    sheet = works.sheet(Job(code, "en"))
    paper = works.press("en").paper("poster", sheet)
    assert len(sheet.hotlines) > 5
    assert [line.id for line in paper.sheet.hotlines] == [line.id for line in sheet.hotlines]


def test_fewer_lines_by_need_are_tried_before_fewer_hot_lines(works: Works) -> None:
    sheet = works.sheet(Job(DENVER, "en"))
    tried = [
        (len(made.hotlines), sum(len(need.lines) for need in made.needs))
        for made in works.press("en").cards.posters(sheet)
    ]
    assert tried[0][0] == len(sheet.hotlines) and tried[-1] == (2, 2)
    assert tried == sorted(tried, reverse=True) and (len(sheet.hotlines), 5) in tried


def test_the_code_of_a_poster_has_the_address_below_it(works: Works) -> None:
    text = flat(text_of(paper_of(works, DENVER, "poster").pdf))
    assert "directory.example.org/ paper/" in text or "directory.example.org/paper/" in text


def test_who_has_a_bed_is_torn_off_first(works: Works) -> None:
    """Then who stands at one's side; then who surely serves the place."""
    press = works.press("en")
    sheet = next(press.cards.posters(works.sheet(Job(DENVER, "en"))))
    labels = press.directory.vocabulary.needs
    base = next(line for need in sheet.needs for line in need.lines)

    def torn(*lines: tuple[str, str, str]) -> str:
        made = tuple(
            replace(base, name=name, facts=labels[need].label, standing=standing)  # type: ignore[arg-type]
            for name, need, standing in lines
        )
        return press._strip(replace(sheet, needs=(replace(sheet.needs[0], lines=made),)))[1].name

    home, lawyer = ("Home", "housing", "in_state"), ("Lawyer", "legal", "serves")
    bed, aide = ("Bed", "safe_place", "listed"), ("Aide", "advocacy", "in_state")
    assert torn(home, lawyer) == "Lawyer" and torn(home) == "Home"
    assert torn(home, lawyer, aide) == "Aide" and torn(home, aide, lawyer, bed) == "Bed"


# Korean


def test_korean_words_have_one_space_between_them(works: Works) -> None:
    """A point at the end of a word once hung over the space after it."""
    (second,) = words_of(paper_of(works, DENVER, "sheet", "ko").pdf)[1:]
    row = sorted(word for word in second if word[1] < 40 and word[0] > 300)
    gaps = [after[0] - before[2] for before, after in pairwise(row)]
    assert any(word[4] == "것입니다." for word in row) and len(gaps) > 6
    assert max(gaps) - min(gaps) < 0.1


# Discreet paper


def withheld_line(works: Works, language: str) -> tuple[Sheet, Line]:
    """A line whose entry says that its address is not published, of a sheet that has one."""
    said = works.press(language).messages.gettext("The address is not published.").rstrip(".。")
    for code in (DENVER, "06037", "72127", "co-503"):
        sheet = works.sheet(Job(code, language))
        for line in sheet.lines:
            if said in line.facts:
                return sheet, line
    raise AssertionError("No sheet says it.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_discreet_paper_does_not_say_that_an_address_is_not_published(works: Works, language: str) -> None:
    sheet, line = withheld_line(works, language)
    press = works.press(language)
    said = press.messages.gettext("The address is not published.").rstrip(".。")
    quiet = press.discreet.sheet(sheet)
    assert not [one for one in quiet.lines if said in one.facts]
    assert press.discreet.telling([said]) is not None
    kind = press.directory.vocabulary.types[line.type].neutral
    # What else is said of it stays.
    assert kind in press.discreet.line(line).facts


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_line_that_is_called_by_its_kind_does_not_say_it_twice(works: Works, language: str) -> None:
    """`Family program`, and below it nothing, or what else is known."""
    press = works.press(language)
    quiet = press.discreet.sheet(works.sheet(Job(CULEBRA, language)))
    called = [
        line for line in quiet.lines if line.name == press.directory.vocabulary.types["domestic_violence"].neutral
    ]
    assert called and not [line for line in called if line.name in line.facts]


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_of_discreet_paper_are_neutral_and_none_is_lost(works: Works, language: str) -> None:
    press = works.press(language)
    for code in (DENVER, "06037"):
        sheet = works.sheet(Job(code, language))
        quiet = press.discreet.sheet(sheet)
        assert [need.code for need in quiet.needs] == [need.code for need in sheet.needs]
        assert press.discreet.telling([need.heading for need in quiet.needs]) is None
        headings = {need.code: need.heading for need in sheet.needs}
        assert press.discreet.telling([headings["safe_place"]]) is not None
        assert press.discreet.telling([headings["advocacy"]]) is not None


def test_every_need_has_words_that_tell_nothing(works: Works) -> None:
    for language in LANGUAGES:
        press = works.press(language)
        for need in press.directory.vocabulary.needs.values():
            assert press.discreet.telling([need.neutral or need.label]) is None, (language, need.code)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Haven House, Inc.", True),
        ("Safe Haven of Person County", True),
        ("Family Justice Center", True),
        ("Department of Safety", True),
        ("Un lugar seguro esta noche", True),
        ("La dirección no se publica", True),
        ("Housing Authority of the City of New Haven", False),
        ("Seguro social", False),
        ("A place to stay", False),
    ],
)
def test_names_that_tell_of_a_place_to_hide(works: Works, text: str, told: bool) -> None:
    assert (works.press("en").discreet.telling([text]) is not None) is told


def test_a_county_is_still_called_by_its_name(works: Works) -> None:
    for language in LANGUAGES:
        place = works.press(language).discreet.sheet(works.sheet(Job(NEW_HAVEN, language))).place
        assert "New Haven" in place


def test_hot_lines_are_told_apart_by_how_they_are_reached_and_by_a_letter(works: Works) -> None:
    """A letter of its name, which tells those who know the names, and nobody else."""
    quiet = works.press("en").discreet.sheet(works.sheet(Job(DENVER, "en")))
    assert {line.id: line.name for line in quiet.hotlines} == {
        "hotline-741741": "Text line",
        "hotline-988": "Phone line (text)",
        "hotline-800-799-7233": "Phone line D (text and TTY)",
        "hotline-888-373-7888": "Phone line H (text and TTY)",
        "hotline-800-786-2929": "Phone line R",
        "hotline-800-656-4673": "Phone line S",
        "hotline-866-331-9474": "Phone line T",
        "hotline-855-484-2846": "Phone line V",
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_hot_lines_of_discreet_paper_are_called_the_same(works: Works, language: str) -> None:
    """Not where each has its first number only, either."""
    discreet = works.press(language).discreet
    lines = works.sheet(Job(DENVER, language)).hotlines
    for shown in (lines, [replace(line, numbers=line.numbers[:1]) for line in lines]):
        names = [discreet.line(line).name for line in shown]
        assert len(set(names)) == len(names) == 8
        assert discreet.telling(names) is None


def test_letters_are_of_lines_for_the_whole_country_and_no_two_are_the_same(real_directory: Directory) -> None:
    line = next(line for line in real_directory.hotlines if "Domestic" in line.name)

    def letters(**more: Mapping[str, object]) -> Mapping[str, str]:
        records, paths = dict(real_directory.records), dict(real_directory.paths)
        for key, update in more.items():
            records[key] = line.model_copy(update={"id": key, **update})
            paths[key] = f"data/resources/us/hotline/{key}.yml"
        directory = replace(real_directory, records=records, paths=paths)
        return works_of(directory, papers=()).press("en").discreet._letters

    today = letters()
    assert today[line.id] == "D" and len(set(today.values())) == len(today) > 5
    # One of a state changes nothing.
    assert letters(state={"name": "Domestic Line", "service_area": ServiceArea(states=("co",))}) == today
    # Of two with the same letter, and of some without one, each has its own.
    same = {
        f"line-{number}": {"name": name}
        for number, name in enumerate(("Domus Shelter", "Dom Shelter", "2-1-1 Shelter", "3-1-1 Shelter"))
    }
    found = letters(**same)
    assert len(found) == len(today) + 4 == len(set(found.values()))


def test_a_line_for_young_people_says_so_where_its_record_does(real_directory: Directory) -> None:
    """Else nothing is said of whom it is for: not what its name may lead one to think."""
    key = "hotline-866-331-9474"
    assert "Teen" in real_directory.records[key].name

    context = {"vocabulary": real_directory.vocabulary}

    def name(eligibility: Mapping[str, object] | None) -> str:
        own = Eligibility.model_validate(eligibility, context=context) if eligibility else None
        record = real_directory.records[key].model_copy(update={"eligibility": own})
        directory = replace(real_directory, records={**real_directory.records, key: record})
        works = works_of(directory, papers=())
        line = next(line for line in works.press("en").content.hotlines if line.id == key)
        return works.press("en").discreet.line(line).name

    assert name(None) == "Phone line T"
    assert name({"maximum_age": "24"}) == "Phone line (Up to age 24)"
    assert name({"maximum_age": "24", "populations": ["trafficking_survivors"]}) == "Phone line (Up to age 24)"


def test_what_is_said_of_a_number_goes_where_it_tells(works: Works) -> None:
    discreet = works.press("es").discreet
    line = works.sheet(Job(DENVER, "es")).hotlines[0]
    told = {
        "": "",
        "extensión 5": "extensión 5",
        f"extensión 5, {FOREIGN}crisis line, at night{END}": "extensión 5",
        f"{FOREIGN}at night, shelter{END}": "",
        "crisis line": "",
        f"{FOREIGN}Adams County{END}": f"{FOREIGN}Adams County{END}",
    }
    for after, quiet in told.items():
        (number,) = discreet.line(replace(line, numbers=(Number("303-555-0100", after=after),))).numbers
        assert number == Number("303-555-0100", after=quiet)


def test_discreet_kinds_are_those_in_neutral_words(works: Works) -> None:
    press = works.press("en")
    assert {kind for kind in KINDS if press._words(kind) is press._neutral} == set(DISCREET)


# The small map

#: Steps of the map's drawing to a point of the page.
STEPS = 2400 / Style().column


def drawn(works: Works, code: str) -> Map:
    press, sheet = works.press("en"), works.sheet(Job(code, "en"))
    made = press.drawing.map(sheet.counties, sheet.mapped, Style().column / (Style().map_height - 26))
    assert made is not None
    return made


def marks_of(made: Map) -> dict[str, list[tuple[int, int]]]:
    """Where the marks of each kind stand, in steps."""
    return {
        code: [(int(x), int(y)) for x, y in re.findall(rf"M(\d+) (\d+){re.escape(path)}", made.svg)]
        for code, path in MARKS.items()
    }


def size_of(path: str) -> tuple[float, float]:
    """The width and the height of a mark's path, made of relative steps."""
    x, y, xs, ys = 0, 0, [0], [0]
    for step, numbers in re.findall(r"([mlhv])([\d -]+)", path):
        steps = [int(number) for number in re.findall(r"-?\d+", numbers)]
        pairs = {"h": [(steps[0], 0)], "v": [(0, steps[0])]}.get(step, list(zip(steps[::2], steps[1::2], strict=False)))
        for right, down in pairs:
            x, y = x + right, y + down
            xs, ys = [*xs, x], [*ys, y]
    return max(xs[1:]) - min(xs[1:]), max(ys[1:]) - min(ys[1:])


@pytest.mark.parametrize("code", sorted(MARKS))
def test_marks_are_large_enough_for_the_eye(code: str) -> None:
    """A dot of two points is one dot on a copy, whatever its shape. More than five hide what is beside them."""
    assert all(3.4 * STEPS <= length <= 5.3 * STEPS for length in size_of(MARKS[code]))


@pytest.mark.parametrize("code", ["06037", DENVER, "48201", "25017", "06075", "co-503", "tx-607"])
def test_marks_are_told_apart(works: Works, code: str) -> None:
    """No two of a kind touch, no other lies on the middle of one, and each kind of the key is on the map."""
    made = drawn(works, code)
    found = marks_of(made)
    assert {kind for kind, places in found.items() if places} == set(made.marked) & set(MARKS)
    assert 0 < sum(map(len, found.values())) <= MARKS_AT_MOST
    for kind, places in found.items():
        assert all(dist(one, other) >= max(size_of(MARKS[kind])) for one, other in combinations(places, 2)), kind
    for one, other in combinations(found, 2):
        near = [(a, b) for a in found[one] for b in found[other] if dist(a, b) < 2.6 * STEPS]
        # Of a kind that has one mark alone, it stays, whatever is beside it.
        assert not near or 1 in (len(found[one]), len(found[other]))


def test_a_mark_stands_where_a_place_is(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not at the nearest crossing of lines: those of the balance of Texas stood in Mexico and in the sea."""
    few = marks_of(drawn(works, "tx-607"))
    for name, value in (("MARKS_AT_MOST", 10**6), ("_CLOSE", 0), ("_TOUCH", 0)):
        monkeypatch.setattr(f"resource_directory.sheets.drawing.{name}", value)
    every = marks_of(drawn(works, "tx-607"))
    assert sum(map(len, every.values())) > MARKS_AT_MOST
    assert all(set(places) <= set(every[kind]) for kind, places in few.items())


@pytest.mark.parametrize(
    ("code", "west", "south", "east"),
    [
        pytest.param("06037", -118.94, 33.70, -117.64, id="Los Angeles without Santa Catalina and San Clemente"),
        pytest.param("06111", -119.48, 34.05, -118.63, id="Ventura without San Nicolas"),
        pytest.param("12087", -81.81, 24.55, -80.25, id="Monroe with the Keys, without the Dry Tortugas"),
        pytest.param("44009", -71.86, 41.15, -71.40, id="Washington with Block Island"),
        pytest.param("25021", -71.50, 41.98, -70.78, id="Norfolk with Cohasset"),
    ],
)
def test_islands_where_hardly_anybody_lives_do_not_make_a_map_small(
    works: Works, code: str, west: float, south: float, east: float
) -> None:
    drawing, sheet = works.press("en").drawing, works.sheet(Job(code, "en"))
    shape = works.directory.shapes.county(code)
    assert shape is not None
    frame = drawing._bounds([shape], sheet.counties, sheet.mapped)
    assert frame[:3] == pytest.approx((west, south, east), abs=0.02)


# Letters


def test_the_letters_that_records_may_hold_are_the_fonts_own() -> None:
    """Where this fails, letters.py must say the ranges that are told."""
    letters = Letters(font_files(ROOT / "node_modules"))
    found: list[list[int]] = []
    for code in sorted(map(ord, letters.known)):
        if found and code == found[-1][1] + 1:
            found[-1][1] = code
        else:
            found.append([code, code])
    told = " ".join(f"{first:X}" if first == last else f"{first:X}-{last:X}" for first, last in found)
    assert " ".join(RANGES.split()) == told
