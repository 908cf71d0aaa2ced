"""The site's paper: made for the states asked for, made again where an edit changes it, and never forgotten."""

from __future__ import annotations

import gzip
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from resource_directory.building import Build
from resource_directory.directory import Directory, Settings
from resource_directory.loading import Sources, load_directory
from resource_directory.model import (
    ContinuumOfCare,
    LeadAgency,
    Meeting,
    Phone,
    Record,
    Referral,
    Schedule,
    ServiceArea,
)
from resource_directory.publishing import Staging
from resource_directory.sheets.content import Line
from resource_directory.sheets.files import (
    PaperFiles,
    PaperRefused,
    only_here,
    paper_of,
    places_of,
    sheets_wanted,
    site_wrong,
)
from resource_directory.sheets.kept import Kept, sealed
from resource_directory.sheets.ledger import (
    FILE,
    KEPT_DAYS,
    PRINTED,
    Facts,
    Ledger,
    LedgerError,
    Papers,
    Printed,
    read_ledger,
    read_ledgers,
    with_facts,
)
from resource_directory.sheets.ledger import Paper as Known
from resource_directory.sheets.making import Job, Works, printed_of
from site_reading import contents
from support import DAY, ROOT, good_records, make_repository, run_build
from test_building import Place, directory_of, edits

SITE = "https://directory.example.org/"
#: Whose counties have paper here, where they have records: 64 and 23.
PAPERED = ("co", "wy")


@pytest.fixture(scope="module")
def fictional(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    folder = make_repository(tmp_path_factory.mktemp("paper"), good_records())
    return load_directory(folder, Settings("Test", site_url=SITE), DAY, (), strict=True)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where paper that was set is kept for all tests here."""
    return tmp_path_factory.mktemp("kept")


def works_of(directory: Directory, kept: Path | None = None, stamp: str = "") -> Works:
    return Works(directory, ROOT / "overrides/sheets", ROOT / "node_modules", SITE, kept, stamp=stamp, tells=True)


class PaperPlace(Place):
    """A folder with a site of paper that is built again and again."""

    kept: Path
    #: Stands for what paper is remembered for; nothing where none is.
    remembering: str = ""
    before: Ledger = Ledger()
    #: The states that have paper.
    papered: tuple[str, ...] = PAPERED

    def begin(self, directory: Directory, stamp: str = "same") -> Build:
        build = super().begin(directory, stamp)
        works = works_of(directory, self.kept, self.remembering)
        paper = PaperFiles(works, tuple(s for s in directory.states if s in self.papered), before=self.before)
        build.site = replace(build.site, paper=paper)
        return build


def place_of(folder: Path, kept: Path) -> PaperPlace:
    place = PaperPlace(folder)
    place.kept = kept
    return place


# In the build


@pytest.mark.parametrize("first", [100, 105])
def test_edits_give_the_paper_of_a_whole_build(
    sources: Sources, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, kept: Path, first: int
) -> None:
    invented = load_directory(make_repository(tmp_path_factory.mktemp("f"), good_records()), Settings("x"), DAY)
    real = load_directory(ROOT, Settings("x"), DAY, ["wy"])
    directory = directory_of({**real.records, **invented.records}, {**real.paths, **invented.paths}, sources)
    place, partly = place_of(tmp_path / "again", kept), 0
    place.remembering = f"from {first}"
    place.build(directory)
    for seed in range(first, first + 5):
        directory = edits(seed)(directory, sources)
        partly += not place.build(directory).is_whole
        fresh = place_of(tmp_path / f"fresh-{seed}", kept)
        fresh.build(directory)
        one, other = contents(place.site), contents(fresh.site)
        assert one.keys() == other.keys(), seed
        assert [path for path in one if one[path] != other[path]] == [], seed
        regions = sum(len(directory.regions_kept.get(state, ())) for state in PAPERED)
        assert sum(path.endswith(".pdf") for path in one) == 2 * (64 + 23 + regions)
        shutil.rmtree(fresh.top)
    assert partly > 3, "most edits must not make everything"


def known_paper(*keys: str) -> dict[str, Known]:
    facts = dict.fromkeys(keys, "a" * 16)
    return {"BBBBBB": Known(language="en", kind="sheet", made=DAY, check=DAY, facts=facts)}


@pytest.mark.parametrize("named", ["example-clinic", "a-former-id", "example-advocates-office"])
def test_what_earlier_paper_named_is_told_anew_wherever_it_stood(
    sources: Sources, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, kept: Path, named: str
) -> None:
    """Paper of Wyoming named a clinic of Colorado, by today's id or a former one, or one that shows its number."""
    invented = load_directory(make_repository(tmp_path_factory.mktemp("f"), good_records()), Settings("x"), DAY)
    real = load_directory(ROOT, Settings("x"), DAY, ["wy"])
    records = {**real.records, **invented.records}
    clinic, office = records["example-clinic"], records["example-advocates-office"]
    records[clinic.id] = clinic.model_copy(update={"former_ids": ("a-former-id",)})
    records[office.id] = office.model_copy(update={"phones": None, "organization": clinic.id})
    directory = directory_of(records, {**real.paths, **invented.paths}, sources)
    edited = records[clinic.id].model_copy(update={"phones": (Phone(number="303-555-0123"),)})
    later = directory_of({**records, clinic.id: edited}, directory.paths, sources)
    place, fresh = place_of(tmp_path / "again", kept), place_of(tmp_path / "fresh", kept)
    place.papered = fresh.papered = ()
    place.before = fresh.before = Ledger(papers={"56021": known_paper(named), "56001": known_paper("elsewhere")})
    place.build(directory)
    assert not place.build(later).is_whole
    fresh.build(later)
    one, other = contents(place.site), contents(fresh.site)
    assert [path for path in one if one[path] != other[path]] == [] and one.keys() == other.keys()


def test_paper_of_a_region_beyond_the_state_line_is_known(
    sources: Sources, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, kept: Path
) -> None:
    """A site of one state has its neighbors' regions, too."""
    whole = load_directory(make_repository(tmp_path_factory.mktemp("f"), good_records()), Settings("x"), DAY)
    directory = replace(whole, states=("wy",))
    assert directory.folder(directory.regions["CO-990"]) == "us"
    place = place_of(tmp_path, kept)
    place.papered = ()
    place.before = Ledger(papers={"co-990": known_paper("example-clinic")})
    place.build(directory)
    assert "paper/co-990.json" in contents(place.site)


@pytest.mark.parametrize("harm", ["paper/08031-es.pdf", "paper/08031.json", FILE])
def test_paper_that_was_harmed_is_made_again(fictional: Directory, tmp_path: Path, kept: Path, harm: str) -> None:
    place = place_of(tmp_path, kept)
    place.build(fictional)
    before = contents(place.site)
    (place.site / harm).unlink()
    place.build(fictional)
    assert contents(place.site) == before


def test_a_changed_record_sets_only_the_sheets_that_say_so(
    fictional: Directory, sources: Sources, tmp_path: Path
) -> None:
    place = place_of(tmp_path / "site", tmp_path / "kept")
    old = tmp_path / "kept/00/old.pdf"
    old.parent.mkdir(parents=True)
    old.touch()
    os.utime(old, (0, 0))
    place.build(fictional)
    assert not old.exists()
    before = contents(place.site)
    first = set((tmp_path / "kept").glob("*/*"))
    office = fictional.records["example-advocates-office"]
    edited = office.model_copy(update={"phones": (Phone(number="303-555-0123"),)})
    place.build(directory_of({**fictional.records, office.id: edited}, fictional.paths, sources))
    after = contents(place.site)
    changed = {path for path in after if path.endswith(".pdf") and after[path] != before[path]}
    assert changed == {f"paper/{place}-{language}.pdf" for place in ("08031", "co-990") for language in ("en", "es")}
    assert len(set((tmp_path / "kept").glob("*/*")) - first) == len(changed)


def test_make_site_makes_no_paper_unless_asked(tmp_path: Path) -> None:
    folder = make_repository(tmp_path, good_records())
    built = run_build(folder)
    assert built.status == 0
    assert sorted(
        path for path in contents(built.site) if path.startswith(("paper/", "es/paper/")) or path.endswith("/paper.js")
    ) == [
        "assets/directory/paper.js",
        "es/paper/index.html",
        "paper/index.html",
        "paper/places/co.json",
    ]


def test_a_build_with_paper_tells_its_size_and_wrong_wishes(tmp_path: Path) -> None:
    folder = make_repository(tmp_path, good_records())
    wrong = run_build(folder, environment={"SHEETS": "xx"})
    assert wrong.status != 0 and "SHEETS asks for 'xx'. Write 'all'" in wrong.output
    wrong = run_build(folder, environment={"PAPER_LEDGER": "nowhere.json.gz"})
    assert wrong.status != 0 and f"Take {FILE} of the published site" in wrong.output
    assert not (folder / "site").exists()
    built = run_build(folder, environment={"SHEETS": "all"})
    assert built.status == 0, built.output
    found = contents(built.site)
    sheets = [content for path, content in found.items() if path.endswith(".pdf")]
    assert len(sheets) == 2 * 64 and all(len(sheet) < 40 * 1024 for sheet in sheets)
    own = sum(
        len(content) for path, content in found.items() if path.startswith("paper/") and path != "paper/index.html"
    )
    page = len(found["paper/index.html"])
    assert f"Paper: {2 * 64 + 64 + 1 + 1 + 1} files, {(own + page) / 1e6:.1f} MB" in built.output
    assert "Codes on this paper lead to http://localhost:8000/, which nobody else can open." in built.output
    assert f"The site: {len(found):,} files, {sum(map(len, found.values())) / 1e6:.1f} MB" in built.output


def test_a_sheet_that_cannot_be_made_leaves_the_last_site(
    fictional: Directory, tmp_path: Path, kept: Path, sources: Sources
) -> None:
    """Every one is told."""
    place = place_of(tmp_path, kept)
    place.build(fictional)
    before = contents(place.site)
    office = fictional.records["example-advocates-office"]
    strange = office.model_copy(update={"name": "Office \U00012000"})
    with pytest.raises(PaperRefused) as refused:
        place.build(directory_of({**fictional.records, office.id: strange}, fictional.paths, sources))
    told = str(refused.value).splitlines()
    assert all("the font has no '\U00012000' (U+12000)" in line for line in told)
    assert [line.split(":")[0] for line in told] == [
        "08031-en.pdf", "co-990-en.pdf", "08031-es.pdf", "co-990-es.pdf",
    ]  # fmt: skip
    assert contents(place.site) == before


# Which states


@pytest.mark.parametrize(
    ("asked", "found", "regions"),
    [
        ("", (), True),
        ("all", ("co",), False),
        ("all,regions", ("co",), True),
        ("Regions all", ("co",), True),
        ("co", ("co",), True),
        ("CO, co", ("co",), True),
    ],
)
def test_states_are_asked_for_by_name(fictional: Directory, asked: str, found: tuple[str, ...], regions: bool) -> None:
    assert sheets_wanted(fictional, {"SHEETS": asked}) == (found, regions)


@pytest.mark.parametrize("asked", ["regions", "all,co", "co,regions"])
def test_what_is_asked_for_in_another_way_is_told(fictional: Directory, asked: str) -> None:
    with pytest.raises(PaperRefused, match="Write 'all', 'all,regions', or states"):
        sheets_wanted(fictional, {"SHEETS": asked})


@pytest.mark.parametrize(("regions", "kinds"), [(True, {"08031", "co-990"}), (False, {"08031"})])
def test_pages_lead_to_the_paper_that_is_made(
    fictional: Directory, tmp_path: Path, kept: Path, regions: bool, kinds: set[str]
) -> None:
    paper = PaperFiles(works_of(fictional, kept), ("co",), regions)
    linked = {place: list(paper.links(place, "en")) for place in ("08031", "co-990", "co", "56021")}
    assert {place for place, found in linked.items() if found} == kinds
    staging = Staging(tmp_path / "new", None, {})
    staging.new.mkdir()
    made = dict(paper.make(("co",), staging)["co"].files)
    assert {address for found in linked.values() for _, address in found} <= made.keys()
    assert any("co-990" in address for address in made) == regions


def test_a_font_that_is_missing_is_told_before_anything_is_made(fictional: Directory, tmp_path: Path) -> None:
    with pytest.raises(PaperRefused, match="make setup"):
        PaperFiles.of(fictional, tmp_path, {"SHEETS": "all"})
    assert PaperFiles.of(fictional, tmp_path, {}).states == ()


@pytest.mark.parametrize(
    "site", ["", "/", "directory.example.org/", "ftp://directory.example.org/", "https:///", "http://[::1/"]
)
def test_codes_lead_to_an_address_or_nothing_is_printed(fictional: Directory, tmp_path: Path, site: str) -> None:
    assert "is no address of a site" in site_wrong(site)
    settings = replace(fictional.settings, site_url=site)
    with pytest.raises(PaperRefused, match="is no address of a site"):
        PaperFiles.of(replace(fictional, settings=settings), ROOT, {"SHEETS": "all"})
    assert PaperFiles.of(replace(fictional, settings=settings), ROOT, {}).states == ()


@pytest.mark.parametrize(
    ("site", "local"),
    [
        ("http://localhost:8000/", True), ("http://127.0.0.1/", True), ("http://[::1]:80/", True), ("http://desk/", True),
        ("http://192.168.1.4/", True), ("http://nas.local/x/", True), ("https://directory.example.org/", False),
        ("https://one.github.io/two/", False), ("http://9.9.9.9/", False),
    ],
)  # fmt: skip
def test_an_address_that_nobody_else_can_open_is_told(site: str, local: bool) -> None:
    assert site_wrong(site) == "" and bool(only_here(site)) == local


def test_the_address_of_a_countys_paper() -> None:
    assert paper_of("08031", "es") == "paper/08031-es.pdf"


# What is kept


def test_what_was_set_is_taken_as_it_is_and_only_then(fictional: Directory, tmp_path: Path) -> None:
    first = works_of(fictional, tmp_path)
    sheet = first.sheet(Job("08031", "en"))
    paper = first.press("en").paper("handout", sheet)
    (file,) = tmp_path.glob("*/*.pdf")
    assert file.read_bytes() == sealed(paper.pdf)
    file.write_bytes(sealed(_marked(paper.pdf)))
    again = works_of(fictional, tmp_path)
    assert again.press("en").paper("handout", sheet).pdf == _marked(paper.pdf)
    later = replace(sheet, day=sheet.day + timedelta(days=7))
    assert again.press("en").paper("handout", later).pdf != _marked(paper.pdf)
    assert again.press("en").paper("sheet", sheet).id != paper.id
    assert len(list(tmp_path.glob("*/*.pdf"))) == 3


@pytest.mark.parametrize("harm", ["cut", "zeros", "empty", "changed"])
def test_a_kept_document_that_was_harmed_is_set_again(fictional: Directory, tmp_path: Path, harm: str) -> None:
    works = works_of(fictional, tmp_path)
    sheet = works.sheet(Job("08031", "en"))
    paper = works.press("en").paper("handout", sheet)
    (file,) = tmp_path.glob("*/*.pdf")
    whole = file.read_bytes()
    harmed = {
        "cut": whole[:5000],
        "zeros": bytes(len(whole)),
        "empty": b"",
        "changed": whole.replace(b"obj", b"obx", 1),
    }
    file.write_bytes(harmed[harm])
    assert works_of(fictional, tmp_path).press("en").paper("handout", sheet).pdf == paper.pdf
    assert file.read_bytes() == whole


def _marked(pdf: bytes) -> bytes:
    """The same document with other bytes."""
    return pdf + b"\n% seen before\n"


def test_what_nobody_asks_for_is_cleared_away(tmp_path: Path) -> None:
    store = Kept(tmp_path)
    old, used, new = (store.key(name) for name in ("old", "used", "new"))
    for key in (old, used, new):
        store.keep(key, b"%PDF")
    for key in (old, used):
        os.utime(tmp_path / key[:2] / f"{key[2:]}.pdf", (0, 0))
    assert store.found(used) == b"%PDF"
    store.clear()
    assert [store.found(key) for key in (old, used, new)] == [None, b"%PDF", b"%PDF"]


def test_paper_is_the_same_all_week(tmp_path: Path) -> None:
    """Monday, Saturday; and not on the Monday after."""
    folder = make_repository(tmp_path, good_records())
    made = []
    for day in (date(2026, 11, 16), date(2026, 11, 21), date(2026, 11, 23)):
        directory = load_directory(folder, Settings("Test", site_url=SITE), day, (), strict=True)
        works = works_of(directory)
        made.append(works.press("es").paper("handout", works.sheet(Job("08051", "es"))))
    assert made[0].pdf == made[1].pdf != made[2].pdf
    assert made[0].id == made[1].id == made[2].id


# What stood on paper


def printed(directory: Directory, code: str = "08031", language: str = "en") -> Printed:
    works = works_of(directory)
    paper = works.press(language).paper("handout", works.sheet(Job(code, language)))
    return with_facts(printed_of(paper, "handout"), Facts(directory))


def with_record(directory: Directory, key: str, sources: Sources, **update: Any) -> Directory:
    records = dict(directory.records)
    records[key] = records[key].model_copy(update=update)
    return directory_of(records, directory.paths, sources)


def without(directory: Directory, key: str, sources: Sources) -> Directory:
    records = {own: record for own, record in directory.records.items() if own != key}
    return directory_of(records, {own: directory.paths[own] for own in records}, sources)


def told(directory: Directory, before: Ledger, now: tuple[Printed, ...], sheet: Printed) -> Mapping[str, Any]:
    """What the place's file says of a sheet."""
    code, _, letters = sheet.id.rpartition("-")
    found = dict(Papers(directory, before, now).files())
    place: dict[str, Any] = json.loads(found[f"paper/{code}.json"])
    assert (place["name"], place["page"]) == ("Denver County, Colorado", "co/denver/")
    state: dict[str, Any] = place["papers"][letters]
    return state


def written(papers: Papers) -> list[bytes]:
    """All that the site has of paper beside the paper itself."""
    return [papers.ledger.packed(), *(content for _, content in papers.files())]


def test_a_sheet_of_today_has_no_changes(fictional: Directory) -> None:
    sheet = printed(fictional)
    assert "example-clinic" in sheet.records and "hotline-example" in sheet.records
    state = told(fictional, Ledger(), (sheet,), sheet)
    assert state == {
        "today": True, "language": "en", "made": sheet.made.isoformat(), "check": sheet.check.isoformat(),
        "lines": len(sheet.records),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("update", "what"),
    [
        ({"phones": (Phone(number="303-555-0123"),)}, ["number"]),
        ({"name": "Another Clinic"}, ["number"]),
        ({"services": ("primary_care",)}, ["facts"]),
        ({"name": "Another Clinic", "url": "https://clinic.example.org/"}, ["number", "facts"]),
    ],
    ids=["number", "name", "services", "both"],
)
def test_a_line_that_changed_is_told_with_todays_number(
    fictional: Directory, sources: Sources, update: dict[str, Any], what: list[str]
) -> None:
    sheet = printed(fictional)
    ledger = Papers(fictional, Ledger(), (sheet,)).ledger
    later = with_record(fictional, "example-clinic", sources, **update)
    state = told(later, ledger, (), sheet)
    record = later.records["example-clinic"]
    numbers = [phone.number for phone in record.phones or ()]
    assert state["changed"] == [{"id": "example-clinic", "name": record.name, "numbers": numbers, "what": what}]
    assert "gone" not in state and state["today"] is None


def test_a_pause_is_told(fictional: Directory, sources: Sources) -> None:
    sheet = printed(fictional)
    ledger = Papers(fictional, Ledger(), (sheet,)).ledger
    later = with_record(fictional, "example-clinic", sources, referral=Referral(status="paused"))
    assert [line["what"] for line in told(later, ledger, (), sheet)["changed"]] == [["taking"]]


def test_of_what_is_gone_only_the_number_is_told(fictional: Directory, sources: Sources) -> None:
    sheet = printed(fictional)
    ledger = Papers(fictional, Ledger(), (sheet,)).ledger
    later = without(fictional, "example-clinic", sources)
    now = printed(later)
    state = told(later, ledger, (now,), sheet)
    assert state["gone"] == 1 and state["today"] is False and state["lines"] == len(sheet.records)
    # Whoever strikes these out has it.
    stayed = {later.records[key].name for key in now.records if key in sheet.records}
    assert set(state["still"]) == stayed
    assert now.id != sheet.id
    # The next build knows it, too: from this one's ledger.
    again = Papers(later, ledger, (now,)).ledger
    assert told(later, again, (now,), sheet) == state
    # Neither its name nor its id is left anywhere, whatever it was taken off for.
    for content in written(Papers(later, again, (now,))):
        text = (gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content).decode()
        assert "example-clinic" not in text and fictional.records["example-clinic"].name not in text


def test_what_is_new_on_todays_paper_is_told(fictional: Directory, sources: Sources) -> None:
    less = without(fictional, "example-clinic", sources)
    sheet = printed(less)
    ledger = Papers(less, Ledger(), (sheet,)).ledger
    state = told(fictional, ledger, (printed(fictional),), sheet)
    assert "example-clinic" in [line["id"] for line in state["new"]] and "changed" not in state


def lines_of(works: Works, code: str) -> dict[tuple[str, str], list[Line]]:
    """What stands on a place's paper, by question or need and by record, whole."""
    sheet = works.sheet(Job(code, "en"))
    found: dict[tuple[str, str], list[Line]] = {}
    hotlines = [("", line) for line in sheet.hotlines]
    answers = [(f"answer {section.code}", line) for section in sheet.answers for line in section.lines]
    needs = [(section.code, line) for section in sheet.needs for line in section.lines]
    for where, line in (*hotlines, *answers, *needs):
        found.setdefault((where, line.id), []).append(line)
    return found


def test_every_change_of_what_paper_says_is_a_change_of_its_facts(fictional: Directory, sources: Sources) -> None:
    """Whatever is edited: a line that reads differently is told to have changed."""
    works, facts = works_of(fictional), Facts(fictional)
    seen = set()
    for seed in range(300, 340):
        directory = edits(seed)(fictional, sources)
        new_works, new_facts = works_of(directory), Facts(directory)
        for code in ("08031", "08051", "08113", "co-990"):
            if code == "co-990" and "CO-990" not in directory.regions:
                continue
            one, other = lines_of(works, code), lines_of(new_works, code)
            for key in one.keys() & other.keys():
                if one[key] != other[key]:
                    then, now = (d.records[key[1]] for d in (fictional, directory))
                    seen.add((seed, code, key))
                    assert facts.of(then, code) != new_facts.of(now, code), (seed, code, one[key], other[key])
    assert len(seen) > 40


#: A line of each kind of fact that paper says, of a record and how it was and is.
EDITS: tuple[tuple[str, str, dict[str, Any], dict[str, Any], list[str]], ...] = (
    ("alert", "example-clinic", {"referral": Referral(status="paused", alert="Ring 303-555-0199.")},
     {"referral": Referral(status="paused", alert="Ring 303-555-0100.")}, ["taking"]),
    ("leader", "coc-co-990", {"lead_agency": LeadAgency(name="One Body", year=2024)},
     {"lead_agency": LeadAgency(name="Another Body", year=2024)}, ["facts"]),
    ("leader's year", "coc-co-990", {"lead_agency": LeadAgency(name="One Body", year=2024)},
     {"lead_agency": LeadAgency(name="One Body", year=2025)}, ["facts"]),
    ("no leader", "coc-co-990", {"lead_agency": LeadAgency(name="One Body", year=2024)}, {"lead_agency": None}, ["facts"]),
    ("a meeting", "coc-co-990", {"meetings": None}, {"meetings": (Meeting(name="All", when="Mondays"),)}, ["facts"]),
    ("its day", "coc-co-990", {"meetings": (Meeting(name="All", when="Mondays"),)},
     {"meetings": (Meeting(name="All", when="Tuesdays"),)}, ["facts"]),
    ("setting", "example-clinic", {"setting": None}, {"setting": "school"}, ["facts"]),
    ("extension", "example-clinic", {"phones": (Phone(number="303-555-0101"),)},
     {"phones": (Phone(number="303-555-0101", extension="7"),)}, ["number"]),
    ("what a number is for", "example-clinic", {"phones": (Phone(number="303-555-0101"),)},
     {"phones": (Phone(number="303-555-0101", description="Ask for intake."),)}, ["number"]),
    ("hours", "example-clinic", {"schedules": (Schedule(opening_hours="Mo-Fr 09:00-17:00"),)},
     {"schedules": (Schedule(opening_hours="Mo-Th 09:00-17:00"),)}, ["facts"]),
    ("another county", "example-clinic", {"service_area": ServiceArea(counties=("08031",))},
     {"service_area": ServiceArea(counties=("08051",))}, ["place"]),
    ("only assumed", "example-clinic", {"service_area": ServiceArea(counties=("08031",))},
     {"service_area": ServiceArea(counties=("08031",), assumed="yes")}, ["place"]),
)  # fmt: skip


@pytest.mark.parametrize(("key", "then", "now", "what"), [edit[1:] for edit in EDITS], ids=[edit[0] for edit in EDITS])
def test_each_fact_of_a_line_is_told_when_it_changes(
    fictional: Directory, sources: Sources, key: str, then: dict[str, Any], now: dict[str, Any], what: list[str]
) -> None:
    before = with_record(fictional, key, sources, **then)
    sheet = printed(before)
    ledger = Papers(before, Ledger(), (sheet,)).ledger
    later = with_record(fictional, key, sources, **now)
    assert key in sheet.records
    today = printed(later)
    # The same without today's paper and, where it reads differently, with it.
    for beside in ((), (today,) if today.id != sheet.id else ()):
        state = told(later, ledger, beside, sheet)
        found = [entry for name in ("changed", "left") for entry in state.get(name, ()) if entry["id"] == key]
        assert [entry["what"] for entry in found] == [what]
    assert told(before, ledger, (), sheet).keys().isdisjoint({"changed", "left", "gone", "new", "differs"})


def test_who_is_not_on_todays_paper_is_told(fictional: Directory, sources: Sources) -> None:
    """Also where nothing else tells why: there was no room, or another came first."""
    sheet = printed(fictional)
    ledger = Papers(fictional, Ledger(), (sheet,)).ledger
    records = tuple(key for key in sheet.records if key != "example-clinic")
    today = sheet._replace(id="08031-BBBBBB", records=records)
    state = told(fictional, ledger, (today,), sheet)
    assert [(entry["id"], entry.get("what")) for entry in state["left"]] == [("example-clinic", None)]
    assert "changed" not in state and "gone" not in state and "differs" not in state
    # Another kind of paper has other room.
    other = told(fictional, ledger, (today._replace(kind="large"),), sheet)
    assert other.keys().isdisjoint({"left", "new", "differs"}) and other["today"] is False


def test_paper_that_reads_differently_is_never_said_to_be_todays(fictional: Directory) -> None:
    """The same records, and other words on it, of which the ledger knows nothing."""
    sheet = printed(fictional)
    ledger = Papers(fictional, Ledger(), (sheet,)).ledger
    state = told(fictional, ledger, (sheet._replace(id="08031-BBBBBB"),), sheet)
    assert state["differs"] is True and state["today"] is False
    assert "differs" not in told(fictional, ledger, (sheet,), sheet)


def test_no_field_of_a_record_is_forgotten() -> None:
    """A new field of a record, a number or a referral is either said on paper, and then told of, or is named here."""
    not_said = {
        "id", "alternate_name", "former_ids", "description", "registry_ids", "contacts", "email", "required_documents",
        "application_process", "fees_description", "languages", "interpretation_services", "accessibility",
        "partnership", "source", "further_sources", "verified", "editor_note", "beds", "coordinated_entry",
    }  # fmt: skip
    said = {"name", "phones", "referral", "organization", "location", "service_area", "counties", *PRINTED}
    assert set(Record.model_fields) | set(ContinuumOfCare.model_fields) == (said | not_said) - {"setting"}
    assert set(Phone.model_fields) - {"purpose", "languages"} == {
        "number", "extension", "type", "keyword", "opening_hours", "description",
    }  # fmt: skip
    assert set(Referral.model_fields) - {"routes"} == {"status", "until", "alert", "instead"}


def test_a_record_with_a_new_id_is_still_the_same(fictional: Directory, sources: Sources) -> None:
    sheet = printed(fictional)
    ledger = Papers(fictional, Ledger(), (sheet,)).ledger
    clinic = fictional.records["example-clinic"].model_copy(
        update={"id": "new-clinic", "former_ids": ("example-clinic",)}
    )
    records = {key: record for key, record in fictional.records.items() if key != "example-clinic"}
    paths = {key: fictional.paths[key] for key in records}
    place = fictional.paths["example-clinic"].replace("example-clinic", "new-clinic")
    later = directory_of({**records, clinic.id: clinic}, {**paths, clinic.id: place}, sources)
    state = told(later, ledger, (), sheet)
    assert "gone" not in state and state["lines"] == len(sheet.records)


def test_a_site_of_one_state_says_nothing_of_others(fictional: Directory) -> None:
    """It has neither their records nor their pages."""
    sheet = printed(fictional)._replace(id="56021-BBBBBB", records=("example-clinic", "elsewhere"))
    region, state = sheet._replace(id="wy-500-BBBBBB"), sheet._replace(id="wy-BBBBBB", kind="booklet")
    nowhere = sheet._replace(id="99999-BBBBBB")
    before = {
        one.id[:-7]: {"BBBBBB": Known(
            language="en", kind=one.kind, made=one.made, check=one.check, facts={"elsewhere": "a" * 16}
        )}
        for one in (sheet, region, state, nowhere)
    }  # fmt: skip
    files = dict(Papers(fictional, Ledger(papers=before), (printed(fictional),)).files())
    assert sorted(files) == ["paper/08031.json"]
    assert list(Papers(fictional, Ledger(papers=before), ()).ledger.papers) == []


def test_each_place_has_one_name(fictional: Directory) -> None:
    assert fictional.places.counties["11001"].within("District of Columbia") == "District of Columbia"
    assert fictional.places.counties["08031"].within("Colorado") == "Denver County, Colorado"


def test_any_number_leads_to_the_page_of_its_place(fictional: Directory) -> None:
    path, content = places_of(fictional, "co")
    known = json.loads(content)
    assert path == "paper/places/co.json" and known["name"] == "Colorado"
    assert len(known["counties"]) == 64 and known["counties"]["08031"] == ["denver", "Denver County"]
    assert known["regions"] == [region.coc_number.lower() for region in fictional.regions_kept["co"]]


def test_several_ledgers_are_one(fictional: Directory, tmp_path: Path) -> None:
    """What the site knows, and what was printed by hand; the later word on the same sheet."""
    sheet = printed(fictional)
    hand = printed(fictional, "08051")._replace(kind="large")
    later = sheet._replace(made=sheet.made + timedelta(days=7))
    one, other = tmp_path / "site.json.gz", tmp_path / "by hand.json.gz"
    one.write_bytes(Papers(fictional, Ledger(), (sheet, hand)).ledger.packed())
    other.write_bytes(Papers(fictional, Ledger(), (later,)).ledger.packed())
    for named in (f"{one},{other}", f"{other}{os.pathsep}{one}", f" {one} , {other},"):
        found = read_ledgers(named)
        assert sorted(found.papers) == ["08031", "08051"], named
        (paper,) = found.papers["08031"].values()
        assert paper.made == later.made
    assert read_ledgers(" ") == Ledger() and read_ledgers(str(one)) == read_ledger(one)
    comma = tmp_path / "a,b.json.gz"
    comma.write_bytes(one.read_bytes())
    assert read_ledgers(str(comma)) == read_ledger(one)
    with pytest.raises(LedgerError, match="nowhere"):
        read_ledgers(f"{one},{tmp_path}/nowhere")


def test_paper_too_old_to_be_of_use_is_forgotten(fictional: Directory, sources: Sources) -> None:
    sheet = printed(fictional)
    end = DAY - timedelta(days=KEPT_DAYS)
    for check, there in ((end, True), (end - timedelta(days=1), False)):
        ledger = Papers(fictional, Ledger(), (sheet._replace(check=check),)).ledger
        known = Papers(without(fictional, "example-clinic", sources), ledger, ()).ledger
        assert bool(known.papers) == there


def test_a_ledger_comes_back_as_it_was_written(fictional: Directory, tmp_path: Path) -> None:
    ledger = Papers(fictional, Ledger(), (printed(fictional), printed(fictional, "08051", "es"))).ledger
    file = tmp_path / "ledger.json.gz"
    file.write_bytes(ledger.packed())
    assert read_ledger(file) == ledger and read_ledger(file).packed() == ledger.packed()


def _paper(rest: str, language: str = "en") -> str:
    days = '"made": "2026-11-16", "check": "2027-01-15"'
    return f'{{"papers": {{"08031": {{"7KQ3FX": {{"language": "{language}", "kind": "sheet", {days}, {rest}}}}}}}}}'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "Not a gzipped file"),
        ("{", "Invalid JSON"),
        ('{"format": 3}', "format: Input should be 2"),
        ('{"format": 1}', "format: Input should be 2"),
        ('{"papers": {"08031": {"7KQ3FX": {"language": "en"}}}}', "papers.08031.7KQ3FX.kind"),
        ('{"papers": {"../../evil": {}}}', "papers.*String should match pattern"),
        ('{"papers": {"": {}}}', "papers.*String should match pattern"),
        ('{"papers": {"08031": {"../x": {}}}}', "papers.08031.*String should match pattern"),
        (_paper('"facts": {"../x": "abcdefghijklmnop"}'), "facts.*String should match pattern"),
        (_paper('"facts": {"example-clinic": "x"}'), "facts.example-clinic: String should match pattern"),
        (_paper('"facts": {}, "gone": -1'), "gone: Input should be greater"),
        (_paper('"facts": {}', language="../x"), "language: String should match pattern"),
    ],
)
def test_a_ledger_that_is_none_is_refused(tmp_path: Path, text: str | None, said: str) -> None:
    file = tmp_path / "ledger.json.gz"
    file.write_bytes(b"<html>" if text is None else gzip.compress(text.encode()))
    with pytest.raises(LedgerError, match=said) as refused:
        read_ledger(file)
    assert str(file) in str(refused.value) and f"Take {FILE} of the published site" in str(refused.value)


def test_an_empty_ledger_is_none(tmp_path: Path) -> None:
    file = tmp_path / "ledger.json.gz"
    file.touch()
    with pytest.raises(LedgerError, match=r"Take paper/ledger\.json\.gz of the published site, .*; or name no file"):
        read_ledger(file)


def test_the_ledger_holds_no_withheld_place_and_nothing_of_readers(fictional: Directory) -> None:
    """Ids, names, days and digests: no street, no point, no note."""
    works = works_of(fictional)
    jobs = list(works.jobs_of_state("co", "en"))
    press, facts = works.press("en"), Facts(fictional)
    papers = (press.paper("handout", works.sheet(job)) for job in jobs[:8])
    sheets = tuple(with_facts(printed_of(paper, "handout"), facts) for paper in papers)
    for content in written(Papers(fictional, Ledger(), sheets)):
        text = (gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content).decode()
        for record in fictional.records.values():
            place = record.location
            for secret in (record.editor_note, place and place.address and place.address.address_1):
                assert not secret or secret not in text


def test_documents_are_whole_pdfs(fictional: Directory, tmp_path: Path, kept: Path) -> None:
    place = place_of(tmp_path, kept)
    place.build(fictional)
    sheets = sorted(place.site.glob("paper/*.pdf"))
    for file in sheets:
        with pikepdf.open(file) as document:
            assert len(document.pages) == 4 and str(document.Root.Lang) == file.stem[-2:]
    assert len(sheets) == 2 * (64 + 1)
