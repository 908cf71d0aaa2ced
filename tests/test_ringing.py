"""What to ring: which entries, in which order, as text, table and sheet; and what volunteers heard."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import stale
from resource_directory.directory import Directory, Settings
from resource_directory.freshness import IMPORTED, OVERDUE
from resource_directory.loading import Sources, load_directory
from resource_directory.model import Record, record_class
from resource_directory.partners import Keepers, Partner
from resource_directory.ringing import (
    COLUMNS,
    Entry,
    Wanted,
    as_table,
    as_text,
    call_sheet,
    entries_to_ring,
    harmless,
    most_urgent,
    questions,
    read_results,
    summary,
)
from support import DAY, EPOCH, ROOT, good_records, make_repository
from test_building import directory_of

NOBODY = Keepers()
SHEET = (ROOT / "scripts/call_sheet.html").read_text(encoding="utf-8")
SECRET = "77 Hidden Lane"


def record(sources: Sources, name: str, kind: str = "legal_aid", confirmed: str = "", **fields: Any) -> Record:
    """A fictional record; `confirmed` is a day."""
    data = {
        "id": name,
        "type": kind,
        "name": f"Example {name}",
        "source": {"publisher": "List, of 2026", "retrieved": "2026-07-19"},
        "service_area": {"counties": ["08031"]},
        **({"verified": {"date": confirmed, "by": "Director, Example"}} if confirmed else {}),
        **fields,
    }
    return record_class(kind).model_validate(data, context={"vocabulary": sources.vocabulary, "today": DAY})


def directory(sources: Sources, *records: Record, states: dict[str, str] | None = None) -> Directory:
    """A directory of these records, in Colorado but for those in `states`."""
    paths = {r.id: f"data/resources/{(states or {}).get(r.id, 'co')}/{r.type}/{r.id}.yml" for r in records}
    return directory_of({r.id: r for r in records}, paths, sources)


def ids(found: tuple[Entry, ...]) -> list[str]:
    """Ids in their order."""
    return [entry.record.id for entry in found]


@pytest.fixture(scope="module")
def small(sources: Sources) -> Directory:
    """Entries of every standing, in two states and the country."""
    return directory(
        sources,
        record(sources, "fresh", confirmed="2026-11-01"),
        record(sources, "on-the-day", confirmed="2026-07-24"),
        record(sources, "day-after", confirmed="2026-07-23"),
        record(sources, "long-overdue", confirmed="2025-01-01", phones=[{"number": "303-555-0101"}]),
        record(sources, "never", phones=[{"number": "303-555-0102"}]),
        record(sources, "same-line", phones=[{"number": "303-555-0101"}]),
        record(sources, "office", organization="never"),
        record(sources, "bed", "domestic_violence", services=["emergency_shelter"]),
        record(sources, "wyoming", service_area={"states": ["wy"]}),
        record(sources, "line", "hotline", service_area={"nationwide": "yes"}),
        states={"wyoming": "wy", "line": "us"},
    )


def test_the_day_of_the_limit_holds_and_the_day_after_does_not(small: Directory) -> None:
    found = entries_to_ring(small, NOBODY, DAY, Wanted())
    assert not {"fresh", "on-the-day"} & set(ids(found))
    standings = {entry.record.id: entry.freshness.standing for entry in found}
    assert [key for key, standing in standings.items() if standing == OVERDUE] == ["long-overdue", "day-after"]
    later = entries_to_ring(small, NOBODY, date(2026, 11, 22), Wanted(standing=OVERDUE))
    assert set(ids(later)) == {"long-overdue", "day-after", "on-the-day"}
    assert summary(found) == "8 entries: 2 overdue, 6 never confirmed."


def test_by_state_partner_urgency_and_one_number_together(small: Directory) -> None:
    found = entries_to_ring(small, NOBODY, DAY, Wanted())
    assert [(e.state, e.partner, e.record.id) for e in found] == [
        ("co", "Example never", "office"),
        # The same number as one that is long overdue: one call answers for both.
        ("co", "No partner yet: List, of 2026", "long-overdue"),
        ("co", "No partner yet: List, of 2026", "same-line"),
        ("co", "No partner yet: List, of 2026", "day-after"),
        ("co", "No partner yet: List, of 2026", "bed"),
        ("co", "No partner yet: List, of 2026", "never"),
        ("wy", "No partner yet: List, of 2026", "wyoming"),
        ("us", "No partner yet: List, of 2026", "line"),
    ]
    assert ids(most_urgent(found, 2)) == ["long-overdue", "day-after"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(state="wy"), ["wyoming"]),
        (Wanted(state="us"), ["line"]),
        (Wanted(type="domestic_violence"), ["bed"]),
        (Wanted(need="safe_place"), ["bed"]),
        (Wanted(standing=OVERDUE), ["long-overdue", "day-after"]),
        (Wanted(partner="helpers"), ["bed", "never"]),
        (Wanted(partner="helpers of example"), ["bed", "never"]),
        (Wanted(partner="second"), ["bed"]),
        (Wanted(state="wy", partner="helpers"), []),
    ],
    ids=str,
)
def test_what_is_asked_for(small: Directory, wanted: Wanted, found: list[str]) -> None:
    keepers = Keepers(
        partners=(
            Partner(code="helpers", name="Helpers of Example", ids=("bed", "never")),
            Partner(code="second", name="Second", ids=("bed",)),
        )
    )
    assert ids(entries_to_ring(small, keepers, DAY, wanted)) == found


def test_as_text(small: Directory) -> None:
    text = as_text(small, entries_to_ring(small, NOBODY, DAY, Wanted(state="co")))
    assert text.splitlines()[:6] == [
        "6 entries: 2 overdue, 4 never confirmed.", "", "Colorado", "--------", "", "Example never:",
    ]  # fmt: skip
    assert (
        "  long-overdue: Example long-overdue. 303-555-0101. overdue by 569 days, confirmed on 1 January 2025." in text
    )
    assert "  bed: Example bed. No number. never confirmed, facts of 19 July 2026." in text
    assert as_text(small, ()) == "0 entries: 0 overdue, 0 never confirmed.\n"


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"), ("+303", "'+303"), ("-2", "'-2"), ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"), ("303-555-0100", "303-555-0100"), ("a=b", "a=b"), ("", ""),
    ],
)  # fmt: skip
def test_cells_are_no_formulas(cell: str, safe: str) -> None:
    assert harmless(cell) == safe


def test_as_table(sources: Sources) -> None:
    hostile = record(sources, "hostile").model_copy(update={"name": '=HYPERLINK("http://x.example","a")'})
    told = directory(sources, hostile, record(sources, "quoted").model_copy(update={"name": 'A "B", C'}))
    text = as_table(told, entries_to_ring(told, NOBODY, DAY, Wanted()))
    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == COLUMNS
    names = {row["id"]: row["name"] for row in rows}
    assert names == {"hostile": '\'=HYPERLINK("http://x.example","a")', "quoted": 'A "B", C'}
    assert [(r["standing"], r["since"], r["days"], r["limit"], r["answer"]) for r in rows] == [
        ("never confirmed", "2026-07-19", "125", "120", ""),
    ] * 2  # fmt: skip


# The sheet


@pytest.fixture(scope="module")
def fictional(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    """The records that use every field, hostile names and withheld places among them."""
    return load_directory(make_repository(tmp_path_factory.mktemp("r"), good_records()), Settings("x"), DAY)


def test_a_sheet_has_a_block_an_entry(fictional: Directory) -> None:
    found = entries_to_ring(fictional, NOBODY, DAY, Wanted())
    sheet = call_sheet(fictional, found, DAY, SHEET)
    assert sheet.count('<article class="entry">') == len(found) > 10
    assert sheet.count('<span class="box">') == 3 * len(found)
    for entry in found:
        assert f'<p class="id">{entry.record.id}</p>' in sheet
    assert "<title>Call sheet, 21 November 2026</title>" in sheet
    assert not re.search(r"<script|<link|<[^>]*\s(on\w+|src)=", sheet)
    assert "default-src 'none'" in sheet
    assert call_sheet(fictional, found, DAY, SHEET) == sheet


def test_names_are_text_on_a_sheet(sources: Sources) -> None:
    named = record(sources, "x").model_copy(update={"name": "<script>alert(1)</script>&{{ 7*7 }}"})
    told = directory(sources, named)
    sheet = call_sheet(told, entries_to_ring(told, NOBODY, DAY, Wanted()), DAY, SHEET)
    assert "<h3>&lt;script&gt;alert(1)&lt;/script&gt;&amp;{{ 7*7 }}</h3>" in sheet


def test_no_withheld_address_reaches_paper(fictional: Directory, sources: Sources) -> None:
    # The model lets no withheld place have a street: were one to slip through, the sheet must still not print it.
    whole = record(
        sources, "slip", "legal_aid",
        location={"visibility": "public", "address": {"address_1": SECRET, "city": "Denver", "state_province": "CO"}},
    )  # fmt: skip
    assert whole.location is not None
    slip = whole.model_copy(update={"location": whole.location.model_copy(update={"visibility": "withheld"})})
    shelter = fictional.records["example-advocates-office"]
    assert shelter.location is not None and shelter.location.address is not None
    told = directory(sources, whole, slip.model_copy(update={"id": "slip-2"}), shelter)
    found = entries_to_ring(told, NOBODY, DAY, Wanted())
    sheets = [call_sheet(told, found, DAY, SHEET), as_text(told, found), as_table(told, found)]
    assert [text.count(SECRET) for text in sheets] == [1, 0, 0]
    assert not any("Open Street" in text or "Blue door" in text for text in sheets), "no family program's street at all"


@pytest.mark.parametrize(
    ("fields", "asked", "not_asked"),
    [
        ({}, ["Which number should one ring?", "When does somebody answer?", "What do you offer?"], ["Still so?"]),
        ({"phones": [{"number": "303-555-0100"}]}, ["Is this the number to ring for help?"], ["Which number"]),
        (
            {"schedules": [{"opening_hours": "Mo-Fr 09:00-17:00"}]},
            ["Your hours are: Monday to Friday, 9 am to 5 pm."],
            ["When does"],
        ),
        ({"service_area": {"counties": ["08031"], "assumed": "yes"}}, ["Which counties do you serve?"], []),
        ({"services": ["legal_advice"]}, ["You offer: "], ["What do you offer?"]),
    ],
)
def test_what_to_ask(sources: Sources, fields: dict[str, Any], asked: list[str], not_asked: list[str]) -> None:
    if "services" in fields:
        fields = {"services": [next(s.code for n in sources.vocabulary.needs.values() for s in n.services)]}
    told = directory(sources, record(sources, "x", **fields))
    said = " ".join(questions(entries_to_ring(told, NOBODY, DAY, Wanted())[0]))
    assert [words for words in asked if words not in said] == []
    assert [words for words in not_asked if words in said] == []


# What volunteers heard

HEAD = "id,answer,by,date,note\n"


def known(key: str) -> bool:
    """Whether it is one of two entries."""
    return key in {"one", "two"}


def test_results_are_read() -> None:
    text = (
        "\ufeffname,id,answer,by,date,note\r\n"
        'One,one,Still_Right,"Director, Example",2026-11-20,\r\n'
        'Two,two,changed,,,"New number, ring again"\r\n'
        "Three,three,,,,\r\n"
    )
    found, wrong = read_results(text, known, DAY)
    assert wrong == ()
    assert [(r.id, r.answer, r.by, r.day, r.note) for r in found] == [
        ("one", "still right", "Director, Example", date(2026, 11, 20), ""),
        ("two", "changed", "", None, "New number, ring again"),
    ]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("three,changed,,,", ["2: There is no entry of this id."]),
        ("one,yes,,,", ["2: The answer is none of: still right, changed, no answer."]),
        ("one,still right,,2026-11-20,", ["2: Who said so is missing"]),
        ("one,still right,Director,,", ["2: The date is missing or no date. Write it as 2026-03-12."]),
        ("one,still right,Director,12 March,", ["2: The date is missing or no date."]),
        ("one,still right,Director,2026-02-29,", ["2: The date is missing or no date."]),
        ("one,still right,Director,2026-11-22,", ["2: The date lies in the future. Today is 2026-11-21."]),
        ("one,changed,,,\none,no answer,,,", ["3: This entry stands on line 2, too."]),
        (
            "three,maybe,,,\nfour,still right,,,",
            ["2: There is", "2: The answer", "3: There is", "3: Who", "3: The date"],
        ),
        ('one,"changed,,', ["1: This is not a table (CSV)"]),
    ],
)
def test_every_mistake_is_told(rows: str, told: list[str]) -> None:
    _, wrong = read_results(HEAD + rows + "\n", known, DAY)
    said = [mistake.as_text("r.csv").removeprefix("r.csv:") for mistake in wrong]
    assert len(said) == len(told) and all(any(s.startswith(t) for s in said) for t in told), said


def test_a_column_is_missing() -> None:
    assert [m.message for m in read_results("id,answer,by\n", known, DAY)[1]] == ["The column 'date' is missing."]
    assert [m.message for m in read_results("", known, DAY)[1]] == ["The column 'id' is missing."]


def test_a_table_comes_back_as_it_went_out(small: Directory) -> None:
    """Filled in by a spreadsheet, the table that was made is read again."""
    rows = list(csv.DictReader(io.StringIO(as_table(small, entries_to_ring(small, NOBODY, DAY, Wanted())))))
    rows[0] |= {"answer": "still right", "by": "Director, Example", "date": "2026-11-21"}
    written = io.StringIO()
    table = csv.DictWriter(written, COLUMNS)
    table.writeheader()
    table.writerows(rows)
    found, wrong = read_results(written.getvalue(), small.records.__contains__, DAY)
    assert (len(found), wrong) == (1, ())


# The command


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of fictional records, and a shell in it."""
    folder = make_repository(tmp_path, good_records())
    monkeypatch.chdir(folder)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    return folder


def test_the_command_lists_and_writes(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert stale.main(["--state", "co", "--only", "overdue"]) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[0] == "1 entry: 1 overdue, 0 never confirmed."
    assert "example-house-mesa: Example House. 970-555-0130. overdue by 21 days" in out
    assert stale.main(["--only", "overdue", "--today", "2026-10-31"]) == 0
    assert capsys.readouterr().out == "0 entries: 0 overdue, 0 never confirmed.\n"
    assert stale.main(["--format", "html", "--out", "sheet.html", "--first", "3"]) == 0
    assert (here / "sheet.html").read_text(encoding="utf-8").count("<article") == 3
    assert stale.main(["--format", "csv", "--out", "no/such/folder.csv"]) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--state", "zz"], "There are no entries for 'zz'."),
        (["--type", "shelter"], "'shelter' is no kind of entry."),
        (["--need", "love"], "'love' is no need."),
        (["--first", "0"], "--first counts from 1."),
        (["--today", "tomorrow"], "invalid"),
    ],
)
def test_wrong_arguments(here: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str) -> None:
    with pytest.raises(SystemExit) as caught:
        stale.main(arguments)
    assert caught.value.code == 2 and said in capsys.readouterr().err


def test_all_the_real_records(sources: Sources) -> None:
    found = load_directory(ROOT, Settings("x"), DAY, cached=True)
    entries = entries_to_ring(found, NOBODY, DAY, Wanted())
    assert {e.record.id for e in entries} == {r.id for r in found.in_order if r.verified is None}
    assert all(e.freshness.standing == IMPORTED for e in entries)
    part = [e for e in entries if e.state == "dc"]
    sheet = call_sheet(found, part, DAY, SHEET)
    streets = {
        r.location.address.address_1
        for r in found.in_order
        if r.type == "domestic_violence" and r.location and r.location.address and r.location.address.address_1
    }
    assert not [street for street in streets if street in sheet]
    assert sheet.count("<article") == len(part) > 50
