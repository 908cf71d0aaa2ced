"""Paper: what it says is what the records say, in the order of calls; what it is made of is what readers' tools need."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
import zxingcpp

from resource_directory.answering import county_answers
from resource_directory.call_order import CallOrder
from resource_directory.directory import Directory, Settings
from resource_directory.loading import load_directory
from resource_directory.messages import ENGLISH
from resource_directory.model import Schedule, Verified
from resource_directory.sheets.content import BESIDE_OF_NEED, Line, Section, Sheet, dated, week_of
from resource_directory.sheets.fitting import by_use, cut, font_files
from resource_directory.sheets.kinds import DISCREET, KINDS, Paper
from resource_directory.sheets.making import Job, Works, file_name
from resource_directory.sheets.setting import CannotSet
from resource_directory.vocabulary import Vocabulary
from resource_directory.words import HUD_CONTACT, day_words, miles
from support import DAY, EPOCH, ROOT, good_records, make_repository

SITE = "https://directory.example.org/"
#: A name that Typst would run as a program, were it ever read as markup.
PROGRAM = '#panic("x") $a$ *b* _c_ `d` @e <f> \\g [h] = i // j'
LONG_NAME = "The Very Long And Winding Name Of An Organization Of Many Words " * 3
GUNNISON, DENVER, SAN_MIGUEL, OURAY = "08051", "08031", "08113", "08091"


def works_of(directory: Directory) -> Works:
    return Works(directory, ROOT / "overrides/sheets", ROOT / "node_modules", SITE)


def clinic(key: str, name: str, *counties: str, **more: str) -> str:
    """A record of a clinic; `more` is YAML by field."""
    served = "".join(f"  - '{county}'\n" for county in (SAN_MIGUEL, *counties))
    fields = "".join(f"{field}: {text}\n" for field, text in more.items())
    return (
        f"id: {key}\ntype: health_center\nname: {json.dumps(name.strip())}\nphones:\n- number: 970-555-0177\n"
        f"service_area:\n  counties:\n{served}services:\n- primary_care\n{fields}"
        "source:\n  publisher: Example\n  retrieved: 2026-07-19\n"
    )


def odd_records() -> dict[str, str]:
    """Beside the fictional ones: hostile and long names, a note of thirty lines, a pause, one that ran out."""
    note = "|-\n" + "".join(
        f"    Line {number} of a long note on who may come here and who may not.\n" for number in range(30)
    )
    folder = "co/health_center"
    return {
        **good_records(),
        f"{folder}/program-clinic.yml": clinic("program-clinic", PROGRAM),
        f"{folder}/long-clinic.yml": clinic("long-clinic", LONG_NAME[:199]).replace("0177", "0178"),
        f"{folder}/note-clinic.yml": clinic(
            "note-clinic", "Note Clinic", eligibility=f"\n  description: {note}"
        ).replace("0177", "0179"),
        f"{folder}/paused-clinic.yml": clinic(
            "paused-clinic", "Paused Clinic", OURAY, referral="\n  status: paused\n  until: 2026-12-24"
        ).replace("0177", "0180"),
        f"{folder}/ended-clinic.yml": clinic(
            "ended-clinic", "Ended Clinic", OURAY, referral="\n  status: paused\n  until: 2026-11-01"
        ).replace("0177", "0181"),
    }


@pytest.fixture(scope="module")
def fictional(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    folder = make_repository(tmp_path_factory.mktemp("paper"), odd_records())
    return load_directory(folder, Settings("Test"), DAY, (), strict=True)


@pytest.fixture(scope="module")
def works(fictional: Directory) -> Works:
    return works_of(fictional)


@pytest.fixture(scope="module")
def real_works(real_directory: Directory) -> Works:
    return works_of(real_directory)


def paper_of(works: Works, code: str, kind: str = "sheet", language: str = "en") -> Paper:
    return works.press(language).paper(kind, works.sheet(Job(code, language)))


def text_of(pdf: bytes, *options: str) -> str:
    """What a reader's tool reads, in order."""
    done = subprocess.run(["pdftotext", *options, "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def flat(text: str) -> str:
    """One kind of space, and no spaces at all around what was broken over lines."""
    return re.sub(r"\s+", " ", text)


# What it says


def test_what_stands_in_a_record_is_never_read_as_markup(works: Works) -> None:
    text = flat(text_of(paper_of(works, SAN_MIGUEL).pdf))
    assert PROGRAM in text


def test_a_long_name_stands_whole(works: Works) -> None:
    assert flat(LONG_NAME[:199]).strip() in flat(text_of(paper_of(works, SAN_MIGUEL).pdf))


def test_a_long_note_is_cut_to_a_line_and_says_so(works: Works) -> None:
    (line,) = {line for line in paper_of(works, SAN_MIGUEL).sheet.lines if line.id == "note-clinic"}
    assert line.who.endswith(" …") and len(line.who) <= 162 and line.who.startswith("Line 0 of a long note")


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("paused-clinic", "Not taking new referrals until 24 December 2026. After that day, ask first."),
        ("ended-clinic", "Ask first. On 1 November 2026 a notice ran out that said: paused."),
    ],
)
def test_a_pause_is_said_as_pages_say_it(works: Works, key: str, said: str) -> None:
    paper = paper_of(works, SAN_MIGUEL)
    assert {line.status for line in paper.sheet.lines if line.id == key} == {said}
    assert said in flat(text_of(paper.pdf))


def test_who_takes_nobody_now_comes_last_and_never_stands_on_a_card(works: Works) -> None:
    sheet = works.sheet(Job(SAN_MIGUEL, "en"))
    (health,) = (need for need in sheet.needs if need.code == "health")
    assert [line.id for line in health.lines][-1] == "paused-clinic"
    for code in (SAN_MIGUEL, OURAY):
        shown = {line.id for line in paper_of(works, code, "card").sheet.lines}
        assert "paused-clinic" not in shown
    assert "ended-clinic" in shown


def test_it_is_to_be_checked_before_a_notice_runs_out(works: Works) -> None:
    sheet = works.sheet(Job(SAN_MIGUEL, "en"))
    assert sheet.check_after == date(2026, 12, 24)
    other = works.sheet(Job("08079", "en"))
    limits = [works.directory.vocabulary.types[line.type].confirm_within_days for line in other.lines if line.type]
    assert other.check_after == week_of(DAY) + timedelta(days=min(limits))


def test_numbers_hours_and_who_qualifies(works: Works) -> None:
    """Example House, of the fictional records: its line day and night, its own word on ages."""
    found = [line for line in works.sheet(Job("08077", "en")).lines if line.id == "example-house-mesa" and line.hours]
    line = found[0]
    assert [number.words for number in line.numbers] == ["970-555-0130", "TTY 970-555-0131"]
    assert line.hours == "Answered day and night, every day"
    assert line.who.startswith("Ages 18 to 99; ") and line.who.endswith("Anybody who is not safe at home.")
    assert "The address is not published" in line.facts


def test_the_same_in_spanish_with_the_records_own_words(works: Works) -> None:
    found = [line for line in works.sheet(Job("08077", "es")).lines if line.id == "example-house-mesa" and line.hours]
    own = (works.directory.records["example-house-mesa"].translations or {})["es"]
    assert found[0].name == (own.name or "Example House")
    assert "Edades" in found[0].who or "18" in found[0].who
    assert "day and night" not in found[0].hours


def test_a_county_without_anybody(works: Works) -> None:
    """Every question says that nothing is known, whom to ask and where to look; so do legal help and health care."""
    bare = replace(works.directory, records={}, paths={})
    paper = paper_of(works_of(bare), "08111")
    text = flat(text_of(paper.pdf))
    assert [need.code for need in paper.sheet.needs] == ["legal", "health"]
    asked = [question for question in bare.vocabulary.beside if "hotline" not in question.types]
    for question in (*bare.vocabulary.questions, *asked):
        assert question.unknown in text and question.finder.name in text
        assert question in asked or question.question in text


def test_the_nearest_elsewhere_answer_a_need_where_nobody_is_here(real_directory: Directory, real_works: Works) -> None:
    """Those whom the county's page names beside the eight questions, with their miles."""
    county = real_directory.places.counties["48301"]
    (answer,) = (a for a in county_answers(real_directory, county).extra if a.question.code == "health_center")
    (need,) = (need for need in real_works.sheet(Job("48301", "en")).needs if need.code == "health")
    assert answer.nearest and not answer.local
    assert [line.id for line in need.lines] == [near.record.id for near in answer.nearest]
    for line, near in zip(need.lines, answer.nearest, strict=True):
        assert line.group == "Nearest in other counties" and f"about {round(near.distance)}" in flat(line.facts)


@pytest.mark.parametrize("state", ["GU", "IN", "MP", "VI"])
def test_a_safe_place_always_has_a_number_for_anybody(real_directory: Directory, real_works: Works, state: str) -> None:
    """Where no organization has one: the line that its kinds lead to, not the young people's alone."""
    jobs = [Job(county.fips, "en") for county in real_directory.places.counties_of_state[state]]
    jobs += [Job(region.coc_number.lower(), "en") for region in real_directory.regions_kept.get(state.lower(), ())]
    without = 0
    for job in jobs:
        for need in real_works.sheet(job).needs:
            if need.code == "safe_place":
                numbers = [number.number for line in need.lines for number in line.numbers]
                assert numbers, job
                if all(line.type == "hotline" for line in need.lines):
                    without += 1
                    assert numbers[0] == "800-799-7233", job
                    assert "We know no telephone number." in need.texts[0]
    assert without


def test_a_number_for_another_county_is_told_and_comes_last(real_directory: Directory, real_works: Works) -> None:
    """One organization with a number for each of two counties: each county's paper has its own first, and says so."""
    expected = {"37011": "828-504-0911", "37189": "828-262-5035"}
    for code, number in expected.items():
        county = real_directory.places.counties[code]
        lines = [line for line in real_works.sheet(Job(code, "en")).lines if line.id == "oasis-inc"]
        assert lines
        for line in lines:
            assert (line.numbers[0].number, line.numbers[0].after) == (number, f"For {county.full_name}")
        for kind in ("card", "poster", "eight"):
            text = flat(text_of(paper_of(real_works, code, kind).pdf))
            others = set(expected.values()) - {number}
            assert not any(other in text for other in others), (code, kind)
        both = flat(text_of(paper_of(real_works, code).pdf))
        assert f"For {county.full_name}" in both


def test_spoken_numbers_come_first_and_hours_are_whole(works: Works) -> None:
    record = works.directory.records["example-house-mesa"]
    voice, tty, *_ = record.phones or ()
    hours = [
        Schedule(purpose="intake"),
        Schedule(opening_hours="Mo-Fr 09:00-17:00"),
        Schedule(opening_hours="Sa 10:00-12:00"),
    ]
    silent = voice.model_copy(update={"opening_hours": None})
    changed = record.model_copy(update={"phones": (tty, silent), "schedules": tuple(hours)})
    directory = replace(works.directory, records={**works.directory.records, record.id: changed})
    found = [
        line for line in works_of(directory).sheet(Job("08077", "en")).lines if line.id == record.id and line.hours
    ]
    assert [number.number for number in found[0].numbers] == [voice.number, tty.number]
    assert found[0].hours == "Open: Monday to Friday, 9 am to 5 pm; Saturday, 10 am to noon"


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_lead_agency_s_number_is_said_to_be_hud_s_contact(real_works: Works, language: str) -> None:
    sheet = real_works.sheet(Job("08031", language))
    (lead,) = (line for section in sheet.answers if section.code == "coc_lead" for line in section.lines)
    assert lead.numbers and lead.note == real_works.languages[language].gettext(HUD_CONTACT)
    assert lead.note != HUD_CONTACT or language == "en"


def test_paper_tells_how_old_its_facts_are(real_directory: Directory, real_works: Works) -> None:
    sheet = real_works.sheet(Job("08031", "en"))
    records = [real_directory.records[line.id] for line in sheet.lines]
    days = {source.retrieved for r in records for source in (r.source, *(r.further_sources or ()))}
    assert sheet.taken == (min(days), max(days))
    sure = [
        record.model_copy(update={"verified": Verified.model_construct(date=DAY, by="Director")}) for record in records
    ]
    some = {record.id: record for record in sure[:1]}
    said = {}
    for name, verified in (("none", {}), ("some", some), ("all", {record.id: record for record in sure})):
        told = works_of(replace(real_directory, records={**real_directory.records, **verified})).sheet(
            Job("08031", "en")
        )
        said[told.confirmed] = dated(told, ENGLISH)[2]
        assert told.confirmed == name
    first, last = (day_words(day) for day in (min(days), max(days)))
    assert said["none"] == f"Facts taken: {first} – {last}. Not yet confirmed."
    assert said["all"] == f"Facts taken: {first} – {last}." and "Not all confirmed." in said["some"]
    for kind in ("sheet", "large", "poster"):
        assert said["none"] in flat(text_of(paper_of(real_works, "08031", kind).pdf)), kind


def test_rules_say_whose_they_are(real_works: Works) -> None:
    text = flat(text_of(paper_of(real_works, "08031").pdf))
    assert "Housing authorities: Income must be low" in text
    assert " Income must be low" not in text.replace("Housing authorities: Income must be low", "")


# In which order


def test_elsewhere_in_the_state_the_nearest_to_most_people_come_first(
    real_directory: Directory, real_works: Works
) -> None:
    """Of a region's: by miles from its county of the most people, within each step of the ladder."""
    found = 0
    for number in ("tx-603", "ca-600", "ca-601"):
        region = real_directory.regions[number.upper()]
        counties = [real_directory.places.counties[share.fips] for share in region.counties]
        largest = max(counties, key=lambda county: county.population or 0)
        for need in real_works.sheet(Job(number, "en")).needs:
            lines = [line for line in need.lines if line.standing == "in_state" and line.now]
            points = [real_directory.middle_of(real_directory.records[line.id]) for line in lines]
            far = [miles((largest.latitude, largest.longitude), point) for point in points if point is not None]
            close = [distance <= 60 for distance in far]
            assert close == sorted(close, reverse=True), (number, need.code)
            found += len(close) > 1
            assert not any("mile" in line.facts for line in lines)
    assert found > 5


def test_needs_stand_in_the_order_of_calls(real_directory: Directory, real_works: Works) -> None:
    """That of the county's page; a test of that order compares it with the browser's."""
    county = real_directory.places.counties["48301"]
    order = CallOrder(real_directory)
    ((_, found),) = order.of_counties((county,))
    known = {need.code: [one.record for one in called] for need, called in order.by_need(found)}
    sheet = real_works.sheet(Job(county.fips, "en"))
    for need in sheet.needs:
        ids = [record.id for record in known[need.code]]
        if not ids:
            assert need.code in BESIDE_OF_NEED
            continue
        lines = [line.id for line in need.lines if line.type != "hotline"]
        assert lines == [key for key in ids if key in lines]
        assert need.total >= len(lines) and (not lines or lines[0] == next(key for key in ids if key in lines))


def test_the_counties_of_a_region_take_turns(real_directory: Directory, real_works: Works) -> None:
    """Clinics of ten counties stand first in the region of most of Colorado, that of the most people first."""
    region = real_directory.regions["CO-500"]
    (health,) = (need for need in real_works.sheet(Job("co-500", "en")).needs if need.code == "health")
    homes = [real_directory.county_of(real_directory.records[line.id]) for line in health.lines]
    known = [county for county in homes if county is not None]
    assert len({county.fips for county in known}) == len(known) > 5
    people = [county.population or 0 for county in known]
    assert people == sorted(people, reverse=True)
    others = {r.id for r in real_directory.by_type["continuum_of_care"]} - {region.id}
    assert not others.intersection(line.id for line in real_works.sheet(Job("co-500", "en")).lines)


# What fits


def lines_of(number: int) -> tuple[Line, ...]:
    return tuple(Line(f"l{index}", "", f"L{index}", ()) for index in range(number))


def test_the_first_line_of_every_section_is_more_useful_than_any_second() -> None:
    sections = [Section("a", "A", lines_of(3)), Section("b", "B", lines_of(1)), Section("c", "C", lines_of(2))]
    assert list(by_use(sections)) == [(0, 0), (1, 0), (2, 0), (0, 1), (2, 1), (0, 2)]


def test_what_is_left_out_is_counted() -> None:
    (section,) = cut([Section("a", "A", lines_of(3), 20)], [(0, 0)], short=False)
    assert [line.id for line in section.lines] == ["l0"] and section.more == 19


def test_whoever_stands_under_an_earlier_need_is_only_named_again() -> None:
    line = Line("x", "", "X", (), facts="Clinic", hours="9 to 5", who="All", status="Paused.")
    sections = [Section("a", "A", (line,)), Section("b", "B", (line,))]
    again = cut(sections, [(0, 0), (1, 0)], short=True)[1].lines[0]
    assert (again.name, again.facts, again.hours, again.who, again.status) == ("X", "", "", "", "Paused.")


def test_los_angeles_says_how_many_more_there_are(real_works: Works) -> None:
    paper = paper_of(real_works, "06037")
    (health,) = (need for need in paper.sheet.needs if need.code == "health")
    assert health.total > 600 and health.more == health.total - len(health.lines)
    assert f"{health.more:,} more on the web" in flat(text_of(paper.pdf))


@pytest.mark.parametrize("code", ["06037", "08031", "48301", "08111", "72127", "66010", "co-500", "ca-600", "tx-607"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_each_kind_has_two_pages_and_few_bytes(real_works: Works, code: str, language: str) -> None:
    sizes = {}
    for kind in KINDS:
        paper = paper_of(real_works, code, kind, language)
        with pikepdf.open(io.BytesIO(paper.pdf)) as document:
            wanted = {"poster": 1, "handout": 4}.get(kind, 2)
            assert len(document.pages) == wanted or kind == "large"
        sizes[kind] = len(paper.pdf)
    assert max(size for kind, size in sizes.items() if kind != "handout") < 40 * 1024
    assert sizes["handout"] < 44 * 1024
    # Sheet and card in one file share their fonts, their code, and what a file has beside its pages.
    assert sizes["handout"] < 0.8 * (sizes["sheet"] + sizes["card"])


def test_a_handout_is_a_sheet_and_a_card(works: Works) -> None:
    """With one number for both, and so told in both."""
    both = paper_of(works, DENVER, "handout")
    pages = text_of(both.pdf).split("\f")
    for kind, told in (("sheet", pages[:2]), ("card", pages[2:4])):
        alone = paper_of(works, DENVER, kind)
        assert flat("\f".join(told)).replace(both.id, alone.id) == flat("\f".join(text_of(alone.pdf).split("\f")[:2]))
        assert both.id != alone.id and both.id in told[0]


BOX = re.compile(r'<line xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">')


@pytest.mark.parametrize("code", ["06037", "08031", "48301", "72127", "co-500", "08113"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_nothing_is_set_beyond_the_edge_of_the_page(real_works: Works, code: str, language: str) -> None:
    """Nor over the foot of the page; and no line of one column over the other."""
    style = real_works.press(language).fitting.style
    for page in text_of(paper_of(real_works, code, "sheet", language).pdf, "-bbox-layout").split("<page ")[1:]:
        boxes = [tuple(map(float, found)) for found in BOX.findall(page)]
        assert boxes
        foot = style.page_height - style.margin - style.footer
        for left, top, right, bottom in boxes:
            # A space at the end of a row that is set to the right stands beyond the edge.
            assert left >= style.margin - 1 and right <= style.page_width - style.margin + 4
            assert bottom <= foot + 3 or top >= foot


@pytest.mark.parametrize("kind", ["card", "eight", "numbers"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_nothing_is_set_beyond_its_panel(
    real_directory: Directory, real_works: Works, works: Works, kind: str, language: str
) -> None:
    """Panels do not grow: what is too long would stand on the next one, or be cut off."""
    style = real_works.press(language).cards.style
    top = (792 - 4 * style.height) / 2
    longest = max(real_directory.regions.values(), key=lambda region: len(region.name)).coc_number.lower()
    for code in ("06037", "08031", "48301", "72127", "tx-607", "ca-600", longest):
        pages = text_of(paper_of(real_works, code, kind, language).pdf, "-bbox-layout").split("<page ")[1:]
        for _, upper, _, lower in (map(float, found) for page in pages for found in BOX.findall(page)):
            if upper < top:
                continue  # How to cut and fold.
            within = (upper - top) % style.height
            # Boxes are as high as the font's highest letter, accents on capitals.
            assert within >= style.inset_y - 5, (code, upper)
            assert within + lower - upper <= style.height - style.inset_y + 3, (code, lower)


# Whether it can be trusted


def numbers_in(text: str) -> set[str]:
    return set(re.findall(r"\b\d{3}-\d{3}-\d{4}\b", text))


def every_number(directory: Directory) -> set[str]:
    return {phone.number for record in directory.records.values() for phone in record.phones or ()}


@pytest.mark.parametrize("code", ["06037", "08031", "48301", "72127", "co-503"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_number_on_paper_is_the_records_own(real_works: Works, code: str, kind: str) -> None:
    directory = real_works.directory
    paper = paper_of(real_works, code, kind)
    said = {}
    for line in paper.sheet.lines:
        record = directory.records[line.id]
        own = (*(record.phones or ()), *(((parent := directory.parent(record)) and parent.phones) or ()))
        for number in line.numbers:
            assert number.number in {phone.number for phone in own}, line.id
            said[number.number] = line.name
    text = text_of(paper.pdf)
    assert numbers_in(text) == {number for number in said if number.count("-") == 2}
    assert all(re.search(rf"(?<![\d-]){number}(?![\d-])", text) for number in said)


def test_a_number_stands_beside_its_name(real_works: Works) -> None:
    """In the order in which a screen reader says them: name, facts, number."""
    paper = paper_of(real_works, DENVER)
    text = flat(text_of(paper.pdf, "-raw"))
    for section in (*paper.sheet.answers, *paper.sheet.needs):
        at = text.index(section.heading)
        for line in section.lines:
            at = text.index(flat(line.name), at)
            for number in line.numbers:
                at = text.index(number.number, at)


def never_published(directory: Directory) -> Iterator[str]:
    """What records say that nobody may read."""
    for record in directory.records.values():
        place = record.location
        yield from filter(None, (record.editor_note,))
        if place is not None and place.authorisation:
            yield from filter(None, (place.authorisation.by, place.authorisation.document))
        if place is not None and place.review:
            yield from (place.review.by, place.review.reason)


@pytest.fixture(scope="module")
def state_texts(real_works: Works) -> Mapping[str, str]:
    """The text of every kind of paper of a state's places, with the title, by the file's name."""
    found: dict[str, str] = {}

    def put(name: str, pdf: bytes) -> None:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            found[name] = flat(text_of(pdf)) + " ".join(str(value) for value in document.docinfo.values())

    for job in real_works.jobs_of_state("pr", "en"):
        assert not real_works.make(job, ("sheet", "card", *DISCREET), put).problem
    return found


def test_no_street_and_no_withheld_place_in_a_state(real_works: Works, state_texts: Mapping[str, str]) -> None:
    """Puerto Rico keeps many family programs. Paper names no street at all; of a withheld place no town."""
    directory = real_works.directory
    records = directory.in_state("pr")
    assert sum(r.location is not None and r.location.visibility == "withheld" for r in records) > 10
    names = " ".join(record.name for record in records)
    addresses = (record.location.address for record in records if record.location and record.location.address)
    streets = {a.address_1 for a in addresses if a.address_1 and a.address_1 not in names}
    assert streets
    for name, text in state_texts.items():
        assert not [street for street in streets if street in text], name


def test_what_is_never_published_is_on_no_paper(fictional: Directory, works: Works) -> None:
    secrets = set(never_published(fictional))
    assert secrets
    for job in (*works.jobs_of_state("co", "en"), *works.jobs_of_state("co", "es")):
        said = [repr(works.sheet(job))]
        assert not [secret for secret in secrets if any(secret in text for text in said)]


def test_withheld_places_are_no_marks_on_the_map(fictional: Directory, works: Works) -> None:
    drawing = works.press("en").drawing
    withheld = [r for r in fictional.in_order if r.location and r.location.visibility == "withheld"]
    assert withheld
    drawn = drawing.map(list(fictional.places.counties)[:1], withheld, 2.0)
    assert drawn is not None and not drawn.marked and "M0 0m" not in drawn.svg


# What it is made of


@pytest.fixture(scope="module", params=[(kind, language) for kind in KINDS for language in ("en", "es")], ids="-".join)
def made(request: pytest.FixtureRequest, real_works: Works) -> tuple[str, str, Paper]:
    kind, language = request.param
    return kind, language, paper_of(real_works, DENVER, kind, language)


def elements(document: pikepdf.Pdf) -> Iterator[pikepdf.Dictionary]:
    """The tags of a document, in the order in which they are read."""

    def below(node: Any) -> Iterator[pikepdf.Dictionary]:
        if isinstance(node, pikepdf.Array):
            for part in node:
                yield from below(part)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            yield node
            if "/K" in node:
                yield from below(node.K)

    yield from below(document.Root.StructTreeRoot.K)


def test_it_is_tagged_and_says_so(made: tuple[str, str, Paper]) -> None:
    """PDF/UA-1 (ISO 14289-1): marked, tagged, with a language and a title that a window shows."""
    _, language, paper = made
    with pikepdf.open(io.BytesIO(paper.pdf)) as document:
        root = document.Root
        assert bool(root.MarkInfo.Marked)
        assert str(root.Lang) == language
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        with document.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == str(document.docinfo["/Title"])
        kinds = [str(element.S) for element in elements(document)]
    assert kinds[0] == "/Document" or "/H1" in kinds
    headings = [kind for kind in kinds if re.fullmatch(r"/H\d", kind)]
    assert headings[0] == "/H1" and set(headings) == {"/H1", "/H2"}


def test_pictures_have_words(made: tuple[str, str, Paper]) -> None:
    kind, language, paper = made
    with pikepdf.open(io.BytesIO(paper.pdf)) as document:
        figures = [element for element in elements(document) if str(element.S) == "/Figure"]
        words = [str(figure.Alt) for figure in figures]
    assert all(words)
    if kind != "eight":
        assert any(f"{SITE}{'es/' if language == 'es' else ''}paper/#{paper.id}" in text for text in words)
    if kind in {"sheet", "list"}:
        assert any("Denver" in text and re.search(r": \d\d,", text) for text in words)


def test_titles_and_metadata_give_nothing_away(made: tuple[str, str, Paper], real_works: Works) -> None:
    kind, language, paper = made
    with pikepdf.open(io.BytesIO(paper.pdf)) as document:
        facts = {key: str(value) for key, value in document.docinfo.items()}
        told = document.Root.Metadata.read_bytes().decode()
    assert "/Author" not in facts and "/Keywords" not in facts and "/Subject" not in facts
    assert not real_works.directory.neutral_pattern.search(" ".join(facts.values()))
    assert "/" not in facts["/Title"] and str(ROOT) not in told and "node_modules" not in told
    assert not real_works.directory.neutral_pattern.search(file_name(Job(DENVER, language), kind))


def test_fonts_are_embedded_and_every_letter_can_be_read(made: tuple[str, str, Paper]) -> None:
    _, _, paper = made
    fonts = subprocess.run(["pdffonts", "-"], input=paper.pdf, capture_output=True, check=True).stdout.decode()
    rows = fonts.splitlines()[2:]
    assert rows
    for row in rows:
        name, *_ = row.split()
        embedded, subset, to_unicode = re.findall(r"\b(yes|no)\b", row)[:3]
        assert re.match(r"[A-Z]{6}\+NotoSans", name) and (embedded, subset, to_unicode) == ("yes", "yes", "yes")


@pytest.mark.parametrize(
    ("name", "missing"), [("中文", r"'中' \(U\+4E2D\), '文'"), ("A\tB", r"'\\t' \(U\+0009\)")], ids=["letters", "tab"]
)
def test_a_letter_that_the_font_does_not_have_is_an_error_by_name(works: Works, name: str, missing: str) -> None:
    sheet = works.sheet(Job(SAN_MIGUEL, "en"))
    hotline = replace(sheet.hotlines[0], name=name)
    with pytest.raises(CannotSet, match=f"San Miguel County, Colorado: the font has no {missing}"):
        works.press("en").paper("sheet", replace(sheet, hotlines=(hotline,)))


# The same again


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_data_and_day_give_the_same_bytes(real_directory: Directory, real_works: Works, kind: str) -> None:
    first = paper_of(real_works, DENVER, kind, "es")
    again = paper_of(works_of(real_directory), DENVER, kind, "es")
    assert (first.id, first.pdf) == (again.id, again.pdf)


def test_ids_change_with_what_is_said_and_not_with_the_day(fictional: Directory, works: Works) -> None:
    sheet = works.sheet(Job(SAN_MIGUEL, "en"))
    key = sheet.id_of("sheet")
    assert re.fullmatch(r"08113-[2-9BCDFGHJKMNPQRSTVWXZ]{6}", key)
    assert key == replace(sheet, day=date(2026, 11, 22)).id_of("sheet")
    assert key != sheet.id_of("card")
    assert key != works.sheet(Job(SAN_MIGUEL, "es")).id_of("sheet")
    renamed = replace(sheet, hotlines=(replace(sheet.hotlines[0], name="Another"),))
    assert key != renamed.id_of("sheet")


def test_ids_of_a_state_are_all_different(works: Works) -> None:
    keys = [works.sheet(job).id_of(kind) for job in works.jobs_of_state("co", "en") for kind in KINDS]
    assert len(keys) == len(set(keys)) > 100


def read_codes(pdf: bytes) -> list[list[str]]:
    """What a camera reads on each page of a document."""
    pictures = subprocess.run(["pdftoppm", "-r", "110", "-gray"], input=pdf, capture_output=True, check=True).stdout
    pages = []
    while pictures:
        _, size, _ = pictures.split(b"\n", 3)[:3]
        wide, high = map(int, size.split())
        start = len(b"\n".join(pictures.split(b"\n", 3)[:3])) + 1
        page = np.frombuffer(pictures[start : start + wide * high], np.uint8).reshape(high, wide)
        pages.append([code.text for code in zxingcpp.read_barcodes(page)])
        pictures = pictures[start + wide * high :]
    return pages


def test_the_code_leads_to_the_page_of_paper(works: Works) -> None:
    """As a camera reads it on the page: on the sheet's first, and on both cards'."""
    paper = works.press("en").paper("handout", works.sheet(Job("08031", "en")))
    address = f"{SITE}paper/#{paper.id}"
    assert read_codes(paper.pdf) == [[address], [], [address, address], []]


# From the terminal


Run = Callable[..., subprocess.CompletedProcess[str]]


def terminal(folder: Path, out: Path) -> Run:
    """`scripts/sheets.py` in a repository: called with its options."""

    def start(*options: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(ROOT / "scripts/sheets.py"), "--out", str(out), *options]
        environment = {**os.environ, "SOURCE_DATE_EPOCH": EPOCH}
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)

    return start


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return terminal(make_repository(tmp_path / "repository", odd_records()), tmp_path / "out")


def test_from_the_terminal(run: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path) -> None:
    done = run("--county", "08113", "--region", "co-990", "--kind", "sheet,card,eight", "--lang", "en,es")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("12 files in ")
    assert {file.name for file in (tmp_path / "out").iterdir()} == {
        f"{code}-{kind}-{language}.pdf"
        for code in ("08113", "co-990")
        for kind in ("sheet", "card", "eight")
        for language in ("en", "es")
    }


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--county", "8031"), "There is no county '8031'. Counties have five digits, such as 08031."),
        (("--region", "co-1"), "There is no region 'co-1'. Regions are written like co-503."),
        (("--state", "tx"), "There is no state with entries 'tx'. States have two letters, such as co."),
        (("--county", "08113", "--lang", "xx"), "There is no language of the site 'xx'. Languages are en, es."),
        (
            ("--county", "08113", "--kind", "hat"),
            "There is no kind of paper 'hat'. Kinds are sheet, card, handout, eight, large, poster, list, numbers, booklet.",
        ),
        ((), "Name a place: --county, --region, --state or --all."),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value) or "nothing",
)
def test_wrong_arguments_are_told_by_name(
    run: Callable[..., subprocess.CompletedProcess[str]], options: tuple[str, ...], told: str
) -> None:
    done = run(*options)
    assert done.returncode == 2
    assert told in flat(done.stderr)


def test_the_rules_that_say_who_qualifies_are_there(sources: Any) -> None:
    from resource_directory.sheets.content import WHO_BY_RULE

    vocabulary: Vocabulary = sources.vocabulary
    assert set(WHO_BY_RULE) <= {rule.code for rule in vocabulary.rules}


def test_the_fonts_are_there() -> None:
    plain, bold = font_files(ROOT / "node_modules")
    assert plain.name == "NotoSans_400Regular.ttf" and bold.name == "NotoSans_700Bold.ttf"
    with pytest.raises(FileNotFoundError, match="make setup"):
        font_files(ROOT / "docs")


def test_a_sheet_knows_its_place(works: Works) -> None:
    sheet: Sheet = works.sheet(Job("co-990", "en"))
    assert (sheet.page, sheet.place[-8:]) == ("regions/co-990/", "(CO-990)")
    assert works.sheet(Job("08113", "en")).page == "co/san-miguel/"


# Discreet paper


@pytest.mark.parametrize("code", ["06037", "08031", "48301", "08111", "72127", "66010", "co-503"])
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("kind", DISCREET)
def test_discreet_paper_holds_no_word_that_tells(real_works: Works, code: str, language: str, kind: str) -> None:
    """In its text, in the words for pictures, in its title and metadata, in the address of its code, in its name."""
    discreet = real_works.press(language).discreet
    paper = paper_of(real_works, code, kind, language)
    with pikepdf.open(io.BytesIO(paper.pdf)) as document:
        words = [str(element.Alt) for element in elements(document) if "/Alt" in element]
        facts = [str(value) for value in document.docinfo.values()]
        told = document.Root.Metadata.read_bytes().decode()
    assert words and facts
    texts = [flat(text_of(paper.pdf)), *words, *facts, told, file_name(Job(code, language), kind), paper.id]
    assert discreet.telling(texts) is None
    assert discreet.telling(flat(text_of(paper_of(real_works, code, "sheet", language).pdf)).splitlines()) is not None


def test_discreet_paper_keeps_the_numbers(real_works: Works) -> None:
    sheet = real_works.sheet(Job(DENVER, "en"))
    quiet = real_works.press("en").discreet.sheet(sheet)
    assert [line.numbers for line in quiet.hotlines] == [line.numbers for line in sheet.hotlines]
    assert {line.name for line in quiet.hotlines} == {
        "Phone line D (text and TTY)", "Phone line H (text and TTY)", "Phone line (text)", "Text line",
        "Phone line R", "Phone line S", "Phone line T", "Phone line V",
    }  # fmt: skip
    text = text_of(paper_of(real_works, DENVER, "list").pdf)
    assert numbers_in(text) >= {
        number.number for line in sheet.hotlines for number in line.numbers if number.number.count("-") == 2
    }


@pytest.mark.parametrize("code", ["48391", "48007", "48497"])
def test_places_with_telling_names_have_discreet_paper(real_works: Works, code: str) -> None:
    """Refugio County, its neighbors, and Runaway Bay: names on the map that tell are left out."""
    for kind in DISCREET:
        text = flat(text_of(paper_of(real_works, code, kind).pdf))
        assert real_works.press("en").discreet.telling([text]) is None


def test_a_pause_is_not_lost_with_words_that_tell(works: Works) -> None:
    """The record's own line may tell; ours does not."""
    discreet = works.press("en").discreet
    sheet = works.sheet(Job(SAN_MIGUEL, "en"))
    (health,) = (need for need in sheet.needs if need.code == "health")
    paused = next(line for line in health.lines if line.id == "paused-clinic")
    telling = replace(paused, status=f"{paused.status} No room in the shelter.")
    quiet = discreet.sheet(replace(sheet, needs=(replace(health, lines=(telling,)),)))
    assert quiet.needs[0].lines[0].status == paused.status


def test_a_poster_of_long_names_has_fewer(works: Works) -> None:
    """One page, whatever the names are."""
    sheet = works.sheet(Job(SAN_MIGUEL, "en"))
    line = replace(sheet.needs[0].lines[0], name=LONG_NAME[:199], numbers=sheet.hotlines[0].numbers)
    needs = tuple(
        replace(
            sheet.needs[0], lines=(replace(line, numbers=(replace(line.numbers[0], number=f"970-555-01{number}"),)),)
        )
        for number in range(10, 16)
    )
    long_lines = tuple(replace(sheet.hotlines[0], name=LONG_NAME[:199]) for _ in range(5))
    paper = works.press("en").paper("poster", replace(sheet, hotlines=long_lines, needs=needs))
    with pikepdf.open(io.BytesIO(paper.pdf)) as document:
        assert len(document.pages) == 1
    assert 1 < len(paper.sheet.hotlines) < 5


def test_what_is_torn_off_a_poster_tells_nothing(real_works: Works) -> None:
    press = real_works.press("en")
    poster = paper_of(real_works, DENVER, "poster").sheet
    names = [line.name for line in press._strip(poster)]
    assert len(names) == 2 and press.discreet.telling(names) is None


def test_a_word_that_tells_stops_discreet_paper(works: Works) -> None:
    press = works.press("en")
    with pytest.raises(CannotSet, match="discreet paper may not say 'shelter'"):
        press._refuse_telling({"name": "X", "lines": [{"name": "The Shelter of X".lower()}]}, press._neutral)


def test_listed_words_of_each_language_are_matched(sources: Any) -> None:
    vocabulary: Vocabulary = sources.vocabulary
    assert set(vocabulary.discreet_words) >= {"en", "es"}
    assert all(words for words in vocabulary.discreet_words.values())
