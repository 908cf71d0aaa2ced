"""Importing again beside local edits: what is taken, what stays, what is left to a person; and doing it twice."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import import_sources
from resource_directory.canonical import canonical_text, record_data
from resource_directory.importers import fvpsa, hrsa
from resource_directory.importers import run as importing
from resource_directory.importers.last_values import (
    ValuesError,
    digest,
    fields_of,
    fit_to_keep,
    read_values,
    values_text,
)
from resource_directory.importers.merging import (
    CHANGED_BOTH,
    CONFIRMED_HERE,
    PLACE_IN_DOUBT,
    POINT_HERE,
    REMOVED_HERE,
    REMOVED_UPSTREAM,
    UNKNOWN_BEFORE,
)
from resource_directory.importers.refreshing import (
    NOT_SHOWN,
    changes,
    open_questions,
    question_rows,
    rows_csv,
    rows_json,
    rows_text,
    summary,
    too_many_gone,
)
from resource_directory.model import Record
from resource_directory.open_questions import OpenQuestionsError, questions_text, read_questions
from resource_directory.point_sources import NOMINATIM
from resource_directory.reading import read_bytes
from resource_directory.rules import RuleContext
from resource_directory.vocabulary import ConfidentialWords, WordsByLanguage
from support import ROOT
from test_confidential_gate import HIDDEN, Nation, nation  # noqa: F401 (a fixture)
from test_confidential_gate import site as denver_site
from test_importers import Given, as_read, everything, row, rules, site  # noqa: F401 (a fixture)

LATER = "2026-09-30"
PATH = "data/resources/co/health_center/clinic-000001.yml"
TODAY = date(2026, 11, 21)


def again(
    rules: RuleContext,  # noqa: F811
    existing: Mapping[str, Record],
    last: Mapping[str, Mapping[str, str]],
    given: Given,
    **options: Any,
) -> importing.Run:
    tables = {table.file: given.get(table.file.removesuffix(".csv"), []) for table in importing.TABLES}
    return importing.run(tables, rules, existing, ["co"], last=last, **options)


def sites(*rows: dict[str, str]) -> Given:
    return {"hrsa_health_center_sites": list(rows)}


def edited(records: Mapping[str, Record], rules: RuleContext, *deleted: str, **changed: Any) -> dict[str, Record]:  # noqa: F811
    """The records with a person's edits to every one, written as text and read again."""
    read = {}
    for path, record in records.items():
        data = {name: value for name, value in (record_data(record) | changed).items() if name not in deleted}
        context = {"vocabulary": rules.vocabulary, "today": rules.today}
        text = canonical_text(type(record).model_validate(data, context=context))
        file = read_bytes(text.encode(), path, rules.vocabulary, rules.today)
        assert file.record is not None, file.problems
        read[path] = file.record
    return read


def phone(number: str, **facts: Any) -> list[dict[str, Any]]:
    return [{"number": number, **facts}]


PLACE = {
    "visibility": "public",
    "address": {"address_1": "9 Mended Ave", "city": "Elmwood", "state_province": "CO", "postal_code": "80001"},
    "county": "08001",
}
VERIFIED = {"date": "2026-09-01", "by": "Director, Clinic"}

#: What the publisher changed, what a person changed here, the field and its value after, and why a person must look.
CASES: dict[str, tuple[dict[str, str], dict[str, Any], str, Any, str | None]] = {
    "only upstream": ({"phone": "303-555-0177"}, {}, "phones", phone("303-555-0177"), None),
    "only here": ({}, {"phones": phone("303-555-0188")}, "phones", phone("303-555-0188"), None),
    "only here, another field upstream": (
        {"website": "https://new.example.org"}, {"phones": phone("303-555-0188")}, "phones", phone("303-555-0188"), None,
    ),
    "both, differently": (
        {"phone": "303-555-0177"}, {"phones": phone("303-555-0188")}, "phones", phone("303-555-0188"), CHANGED_BOTH,
    ),
    "both the same": ({"phone": "303-555-0177"}, {"phones": phone("303-555-0177")}, "phones", phone("303-555-0177"), None),
    "hours added here": (
        {}, {"phones": phone("303-555-0100", opening_hours="24/7")}, "phones",
        phone("303-555-0100", opening_hours="24/7"), None,
    ),
    "hours added here, number changed upstream": (
        {"phone": "303-555-0177"}, {"phones": phone("303-555-0100", opening_hours="24/7")}, "phones",
        phone("303-555-0100", opening_hours="24/7"), CHANGED_BOTH,
    ),
    "second number added here": (
        {"phone": "303-555-0177"}, {"phones": phone("303-555-0100") + phone("303-555-0199", purpose="after_hours")},
        "phones", phone("303-555-0177") + phone("303-555-0199", purpose="after_hours"), None,
    ),
    "number removed upstream": ({"phone": ""}, {}, "phones", None, None),
    "number removed upstream, changed here": (
        {"phone": ""}, {"phones": phone("303-555-0188")}, "phones", phone("303-555-0188"), REMOVED_UPSTREAM,
    ),
    "number deleted here": ({}, {"phones": None}, "phones", None, None),
    "number deleted here, changed upstream": (
        {"phone": "303-555-0177"}, {"phones": None}, "phones", None, REMOVED_HERE,
    ),
    "name changed upstream": ({"name": "New Clinic"}, {}, "name", "New Clinic", None),
    "capitals in the name are a person's": ({}, {"name": "CLINIC 000001"}, "name", "CLINIC 000001", None),
    "name changed both": ({"name": "New Clinic"}, {"name": "The Elm"}, "name", "The Elm", CHANGED_BOTH),
    "web added upstream": ({"website": "https://n.example.org"}, {}, "url", "https://n.example.org", None),
    "web added here first": (
        {"website": "https://n.example.org"}, {"url": "https://own.example.org"}, "url", "https://own.example.org",
        CHANGED_BOTH,
    ),
    "services are better said by a person": (
        {"name": "Clinic 000001 Dental"}, {"services": ["primary_care", "dental_care", "pharmacy"]}, "services",
        ["primary_care", "dental_care", "pharmacy"], None,
    ),
    "services worked out anew": ({"name": "Dental Clinic"}, {}, "services", ["dental_care"], None),
    "an area that was stated here": (
        {"county_fips": "08003", "zip": "80003", "lon": "-104.5", "city": "Spruce Springs"},
        {"service_area": {"counties": ["08001", "08003"]}}, "service_area", {"counties": ["08001", "08003"]}, None,
    ),
    "an assumed area moves": (
        {"county_fips": "08003", "zip": "80003", "lon": "-104.5", "city": "Spruce Springs"}, {}, "service_area",
        {"counties": ["08003"], "assumed": "yes"}, None,
    ),
    "street changed upstream": ({"street": "5 Other St"}, {}, "location.address", {
        "address_1": "5 Other St", "city": "Elmwood", "state_province": "CO", "postal_code": "80001"}, None),
    "street mended here": ({}, {"location": PLACE}, "location.address", PLACE["address"], None),
    "street changed both": (
        {"street": "5 Other St"}, {"location": PLACE}, "location.address", PLACE["address"], CHANGED_BOTH,
    ),
    "street mended here, point changed upstream": (
        {"lat": "39.6"}, {"location": PLACE | {"point": {"latitude": 39.5, "longitude": -105.5, "precision": "street",
         "source": "HRSA"}}}, "location.point",
        {"latitude": 39.5, "longitude": -105.5, "precision": "street", "source": "HRSA"}, CHANGED_BOTH,
    ),
    "confirmed, nothing upstream": ({}, {"verified": VERIFIED}, "phones", phone("303-555-0100"), None),
    "confirmed, number changed upstream": (
        {"phone": "303-555-0177"}, {"verified": VERIFIED}, "phones", phone("303-555-0100"), CONFIRMED_HERE,
    ),
    "confirmed, web added upstream": (
        {"website": "https://n.example.org"}, {"verified": VERIFIED}, "url", None, CONFIRMED_HERE,
    ),
    "confirmed after the edition": (
        {"phone": "303-555-0177"}, {"verified": VERIFIED | {"date": "2026-10-02"}}, "phones", phone("303-555-0100"), None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_field_by_field(rules: RuleContext, name: str) -> None:  # noqa: F811
    cells, local, field, value, reason = CASES[name]
    first = again(rules, {}, {}, sites(site("000001")))
    deleted = [key for key, given in local.items() if given is None]
    here = edited(first.records, rules, *deleted, **{key: given for key, given in local.items() if given is not None})
    given = sites(site("000001", retrieved=LATER, **cells))
    second = again(rules, here, first.values, given)
    after = {**here, **second.records}
    assert fields_of(record_data(after[PATH])).get(field) == value
    assert [(entry.field, entry.reason) for entry in second.conflicts] == ([(field, reason)] if reason else [])
    # Doing it again changes nothing, and asks the same.
    third = again(rules, after, second.values, given)
    assert {**after, **third.records} == after
    assert third.values == second.values
    assert third.conflicts == second.conflicts


def test_only_what_changed_upstream_changes_here(rules: RuleContext) -> None:  # noqa: F811
    first = again(rules, {}, {}, everything())
    given = everything()
    given["hud_pha"] = [cells | {"phone": "303-555-0190"} for cells in given["hud_pha"]]
    here = as_read(first, rules, editor_note="Ask again in spring.", referral={"status": "open"})
    second = again(rules, here, first.values, given)
    changed = [path for path, record in second.records.items() if record != here[path]]
    assert changed == ["data/resources/co/housing_authority/elmwood-housing-authority.yml"]
    assert [(entry.field, entry.before, entry.after) for entry in changes(here, second)] == [
        ("phones", phone("303-555-0101"), phone("303-555-0190"))
    ]
    assert not second.conflicts and not second.gone


def test_added_removed_and_returned_rows(rules: RuleContext) -> None:  # noqa: F811
    first = again(rules, {}, {}, sites(site("000001"), site("000002")))
    here = as_read(first, rules)
    second = again(rules, here, first.values, sites(site("000002"), site("000003")))
    assert list(second.gone) == [PATH] and PATH not in second.records
    assert {path for path in second.records if path not in here} == {PATH.replace("1.yml", "3.yml")}
    assert second.values[PATH] == first.values[PATH]
    found = open_questions(second, [], TODAY)
    assert [(entry.path, entry.kind, entry.since) for entry in found] == [(PATH, "gone", TODAY)]
    later = open_questions(second, found, date(2026, 12, 24))
    assert later == found
    back = again(
        rules, here | dict(second.records), second.values, sites(site("000001"), site("000002"), site("000003"))
    )
    assert not open_questions(back, found, TODAY)


def test_a_record_that_was_sourced_anew_here_is_still_missed(rules: RuleContext) -> None:  # noqa: F811
    first = again(rules, {}, {}, sites(site("000001"), site("000002")))
    source = {"publisher": "Clinic 000001", "retrieved": "2026-08-01"}
    here = edited(first.records, rules, source=source)
    second = again(rules, here, first.values, sites(site("000002", phone="303-555-0177", retrieved=LATER)))
    assert PATH in second.gone
    kept = second.records[PATH.replace("1.yml", "2.yml")]
    assert record_data(kept)["source"] == source
    assert [entry.number for entry in kept.phones or ()] == ["303-555-0177"]


def test_a_table_cut_short_flags_nothing(rules: RuleContext) -> None:  # noqa: F811
    first = again(rules, {}, {}, sites(*(site(f"{number:06}") for number in range(20))))
    here = as_read(first, rules)
    second = again(rules, here, first.values, sites(site("000001")))
    unsure = too_many_gone(here, second)
    assert unsure == {hrsa.SITES.publisher: (19, 20)}
    assert not open_questions(second, [], TODAY, second.gone)
    few = again(rules, here, first.values, sites(*(site(f"{number:06}") for number in range(10, 20))))
    assert not too_many_gone(here, few) and len(open_questions(few, [], TODAY)) == 10


def test_an_older_edition_changes_nothing(rules: RuleContext) -> None:  # noqa: F811
    first = again(rules, {}, {}, sites(site("000001", retrieved=LATER)))
    here = as_read(first, rules)
    second = again(rules, here, first.values, sites(site("000001", phone="303-555-0177")))
    assert second.records == here and second.values == first.values


def test_a_record_made_by_hand_is_not_overwritten_when_a_list_brings_it(rules: RuleContext) -> None:  # noqa: F811
    first = again(rules, {}, {}, sites(site("000001")))
    source = {"publisher": "Clinic 000001", "retrieved": "2026-08-01"}
    here = edited(first.records, rules, "sliding_fee", source=source, phones=phone("303-555-0188"))
    second = again(rules, here, {}, sites(site("000001", website="https://n.example.org", retrieved=LATER)))
    data = record_data(second.records[PATH])
    assert data["phones"] == phone("303-555-0188") and data["source"] == source
    assert data["url"] == "https://n.example.org" and data["sliding_fee"] == "yes"
    assert [(entry.field, entry.reason) for entry in second.conflicts] == [("phones", UNKNOWN_BEFORE)]


def test_the_day_of_the_source_moves_with_the_edition(rules: RuleContext) -> None:  # noqa: F811
    first = again(rules, {}, {}, sites(site("000001")))
    second = again(rules, as_read(first, rules), first.values, sites(site("000001", retrieved=LATER)))
    assert [(entry.field, entry.after["retrieved"]) for entry in changes(first.records, second)] == [("source", LATER)]
    # Of a confirmed entry it moves only where the edition agrees with what was confirmed.
    confirmed = as_read(first, rules, verified=VERIFIED)
    agrees = again(rules, confirmed, first.values, sites(site("000001", retrieved=LATER)))
    assert agrees.records[PATH].source.retrieved.isoformat() == LATER
    differs = again(rules, confirmed, first.values, sites(site("000001", retrieved=LATER, phone="303-555-0177")))
    assert not differs.records


@pytest.mark.parametrize(
    ("day", "cells", "taken"),
    [
        ("2026-08-01", {}, False),
        ("2026-08-17", {}, False),
        ("2026-08-18", {}, True),
        ("2026-08-01", {"phone": "303-555-0177"}, True),
    ],
    ids=["soon after", "29 days", "30 days", "with a changed fact"],
)
def test_a_list_that_comes_out_every_day_does_not_touch_every_entry(
    rules: RuleContext,  # noqa: F811
    day: str,
    cells: dict[str, str],
    taken: bool,
) -> None:
    first = again(rules, {}, {}, sites(site("000001", retrieved="2026-07-19")))
    here = as_read(first, rules)
    second = again(rules, here, first.values, sites(site("000001", retrieved=day, **cells)))
    assert second.records[PATH].source.retrieved.isoformat() == (day if taken else "2026-07-19")
    assert (second.records[PATH] == here[PATH]) is not taken
    assert (
        again(rules, dict(second.records), second.values, sites(site("000001", retrieved=day, **cells))).values
        == second.values
    )


def test_a_question_that_is_answered_is_not_asked_again(rules: RuleContext) -> None:  # noqa: F811
    first = again(rules, {}, {}, sites(site("000001")))
    here = as_read(first, rules, phones=phone("303-555-0188"))
    given = sites(site("000001", retrieved=LATER, phone="303-555-0177"))
    asked = again(rules, here, first.values, given)
    answered = again(rules, dict(asked.records), asked.values, given, settled={PATH: frozenset({"phones"})})
    assert not answered.conflicts
    third = again(rules, dict(answered.records), answered.values, given)
    assert not third.conflicts and third.records == answered.records == asked.records
    # The publisher's next change is a new question.
    fourth = again(
        rules, dict(third.records), third.values, sites(site("000001", retrieved=LATER, phone="303-555-0166"))
    )
    assert [entry.field for entry in fourth.conflicts] == ["phones"]


def test_a_point_found_for_the_old_street_goes_with_it(rules: RuleContext) -> None:  # noqa: F811
    bare = {"lat": "", "lon": ""}
    first = again(rules, {}, {}, sites(site("000001", **bare)))
    place = record_data(first.records[PATH])["location"]
    point = {"latitude": 39.51, "longitude": -105.5, "precision": "street", "source": NOMINATIM}
    here = edited(first.records, rules, location=place | {"point": point})
    same = again(rules, here, first.values, sites(site("000001", retrieved=LATER, **bare)))
    assert record_data(same.records[PATH])["location"]["point"] == point
    moved = again(rules, here, first.values, sites(site("000001", retrieved=LATER, street="5 Other St", **bare)))
    assert "point" not in record_data(moved.records[PATH])["location"]
    # The publisher's own point is better than one that was worked out; a person's stays, with its address.
    theirs = again(rules, here, first.values, sites(site("000001", retrieved=LATER)))
    assert record_data(theirs.records[PATH])["location"]["point"]["source"] == "HRSA"
    persons = edited(first.records, rules, location=place | {"point": point | {"source": "Clinic"}})
    asked = again(rules, persons, first.values, sites(site("000001", retrieved=LATER, street="5 Other St", **bare)))
    assert [(entry.field, entry.reason) for entry in asked.conflicts] == [("location.address", POINT_HERE)]
    assert record_data(asked.records[PATH])["location"]["address"] == place["address"]


# Places that are hidden


def test_nothing_is_kept_of_a_withheld_place(rules: RuleContext) -> None:  # noqa: F811
    rows = [site("000001", name="Haven Clinic", street="77 Hidden Hollow Rd", website="https://h.example.org/hollow")]
    first = again(rules, {}, {}, sites(*rows))
    ((path, digests),) = first.values.items()
    assert not [name for name in digests if name.startswith("location")]
    public = again(rules, {}, {}, sites(site("000001", street="77 Hidden Hollow Rd")))
    secret = public.values[PATH]["location.address"]
    # A place that is withheld later loses its digests too.
    words = ConfidentialWords(suspicious=WordsByLanguage(en=("000001",)), ordinary=())
    stricter = replace(rules, vocabulary=replace(rules.vocabulary, confidential_words=words))
    later = again(stricter, as_read(public, rules), public.values, sites(site("000001", street="77 Hidden Hollow Rd")))
    assert record_data(later.records[PATH])["location"] == {"visibility": "withheld"}
    assert secret not in values_text(later.values) and secret in values_text(public.values)
    assert not later.conflicts
    assert path.endswith("haven-clinic.yml")


def test_digests_fit_to_keep() -> None:
    draft = {"name": "Clinic on Hollow Road", "url": "https://h.example.org/hollow", "sliding_fee": "yes"}
    digests = {name: digest(name, value) for name, value in draft.items()} | {"location.address": "abcdef"}
    withheld = {"name": "Clinic", "url": "https://h.example.org", "location": {"visibility": "withheld"}}
    assert set(fit_to_keep(digests, withheld)) == {"sliding_fee"}
    assert set(fit_to_keep(digests, {**draft, "location": {"visibility": "public"}})) == set(digests)


def test_a_withheld_place_that_is_found_ordinary_is_filled_in(rules: RuleContext) -> None:  # noqa: F811
    given = sites(site("000001", name="Haven Clinic"))
    first = again(rules, {}, {}, given)
    review = {"decision": "ordinary", "by": "Reviewer", "date": "2026-09-01", "reason": "A day clinic."}
    here = edited(first.records, rules, location={"visibility": "public", "review": review})
    second = again(rules, here, first.values, given)
    (record,) = second.records.values()
    place = record_data(record)["location"]
    assert place["address"]["address_1"] == "000001 Main St" and place["review"] == review
    assert not second.conflicts


def test_a_doubt_about_a_confirmed_place_is_listed_without_it(rules: RuleContext) -> None:  # noqa: F811
    first = again(rules, {}, {}, sites(site("000001", street="77 Hidden Hollow Rd")))
    here = as_read(first, rules, verified=VERIFIED)
    words = ConfidentialWords(suspicious=WordsByLanguage(en=("000001",)), ordinary=())
    stricter = replace(rules, vocabulary=replace(rules.vocabulary, confidential_words=words))
    run = again(stricter, here, first.values, sites(site("000001", street="78 Hidden Hollow Rd", retrieved=LATER)))
    assert [(entry.field, entry.reason) for entry in run.conflicts] == [("location", PLACE_IN_DOUBT)]
    rows = list(question_rows(open_questions(run, [], TODAY), run, here))
    assert "Hollow" not in rows_csv(rows) + rows_json(rows) + rows_text(rows)


def test_values_of_a_withheld_record_are_not_told(rules: RuleContext) -> None:  # noqa: F811
    first = again(rules, {}, {}, sites(site("000001", name="Haven Clinic", website="https://h.example.org/a")))
    here = as_read(first, rules, url="https://own.example.org/hollow-road", phones=phone("303-555-0188"))
    given = sites(
        site("000001", name="Haven Clinic", website="https://i.example.org/b", phone="303-555-0177", retrieved=LATER)
    )
    run = again(rules, here, first.values, given)
    found = open_questions(run, [], TODAY)
    (web,) = [entry for entry in question_rows(found, run, here) if entry["field"] == "url"]
    assert (web["here"], web["publisher says"], web["name"]) == (NOT_SHOWN, NOT_SHOWN, NOT_SHOWN)
    (number,) = [entry for entry in question_rows(found, run, here) if entry["field"] == "phones"]
    assert (number["here"], number["publisher says"]) == ("303-555-0188", "303-555-0177")
    told = summary("Colorado", "co", here, run, found, list(changes(here, run))) + questions_text(found)
    assert "hollow" not in told and "Haven" not in told.replace("haven-clinic", "")


# Lists, summaries, files


def test_lists_of_questions(rules: RuleContext) -> None:  # noqa: F811
    first = again(rules, {}, {}, sites(site("000001"), site("000002")))
    here = as_read(first, rules, phones=phone("303-555-0188"), name="=Clinic")
    run = again(rules, here, first.values, sites(site("000001", phone="303-555-0177", retrieved=LATER)))
    found = open_questions(run, [], TODAY)
    rows = list(question_rows(found, run, here))
    assert [(entry["kind"], entry["id"], entry["field"]) for entry in rows] == [
        ("conflict", "co/clinic-000001", "phones"),
        ("gone", "co/clinic-000002", ""),
    ]
    assert json.loads(rows_json(rows)) == rows
    assert next(csv.DictReader(io.StringIO(rows_csv(rows))))["name"] == "'=Clinic"
    assert "here: 303-555-0188   publisher: 303-555-0177" in rows_text(rows)


def test_summary_of_a_state(rules: RuleContext) -> None:  # noqa: F811
    first = again(rules, {}, {}, sites(site("000001"), site("000002"), site("000004")))
    here = dict(as_read(first, rules))
    here[PATH] = edited({PATH: here[PATH]}, rules, phones=phone("303-555-0188"))[PATH]
    given = sites(
        site("000001", phone="303-555-0177"),
        site("000002", name="@somebody [x](http://x.example.org) `code`"),
        site("000003"),
    )
    run = again(rules, here, first.values, given)
    text = summary("Colorado", "co", here, run, open_questions(run, [], TODAY), list(changes(here, run)))
    lines = text.splitlines()
    assert lines[0] == "# Colorado: what the publishers' lists say now"
    assert "- 1 new entries" in lines and "- 1 facts to decide: changed here and by the publisher" in lines
    assert "- 1 entries that their publisher's list no longer has" in lines
    assert any("Here `303-555-0188`, the publisher `303-555-0177`" in line for line in lines)
    (renamed,) = [line for line in lines if line.startswith("- Name of")]
    # What a publisher wrote is shown as it is: no mention, no link.
    outside = renamed.split("`")[::2]
    assert not [part for part in outside if "@" in part or "](" in part]


def test_a_long_summary_is_cut(rules: RuleContext) -> None:  # noqa: F811
    run = again(rules, {}, {}, sites(*(site(f"{number:06}") for number in range(1200))))
    text = summary("Colorado", "co", {}, run, [], [])
    assert len(text) < 65_000 and "more lines" in text.splitlines()[-1]


def test_values_file_and_its_reader(rules: RuleContext) -> None:  # noqa: F811
    run = again(rules, {}, {}, everything())
    text = values_text(run.values)
    assert read_values(text, "co") == run.values
    assert "Main" not in text and "555" not in text
    with pytest.raises(ValuesError, match=r"values/co\.csv"):
        read_values(text.replace("\n", ",\n", 2), "co")
    with pytest.raises(ValuesError):
        read_values("", "co")


def test_a_file_of_questions_that_was_spoiled(tmp_path: Path) -> None:
    file = tmp_path / "data/imports/open/co.csv"
    file.parent.mkdir(parents=True)
    file.write_text("<<<<<<< HEAD\nstate,type\n", encoding="utf-8")
    with pytest.raises(OpenQuestionsError, match="git checkout"):
        list(read_questions(tmp_path))


# The command line


def test_refresh_from_the_command_line(nation: Nation, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    nation.tables([denver_site("000001"), denver_site("000002"), denver_site("000003", name="Haven", **HIDDEN)])
    nation.import_all()
    file = nation.root / "data/resources/co/health_center/larch-clinic-000001.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("303-555-0100", "303-555-0188"), encoding="utf-8")
    nation.tables(
        [
            denver_site("000001", phone="303-555-0177", retrieved=LATER),
            denver_site("000003", name="Haven", phone="303-555-0166", retrieved=LATER, **HIDDEN),
            denver_site("000004", retrieved=LATER),
        ]
    )
    listed = nation.sources.parent / "questions.csv"
    nation.import_all("--questions", str(listed))
    rows = list(csv.DictReader(listed.read_text(encoding="utf-8").splitlines()))
    assert [(entry["kind"], entry["id"], entry["field"]) for entry in rows] == [
        ("conflict", "co/larch-clinic-000001", "phones"),
        ("gone", "co/larch-clinic-000002", ""),
    ]
    assert {entry.id for entry in read_questions(nation.root)} == {"larch-clinic-000001", "larch-clinic-000002"}
    assert "303-555-0188" in file.read_text(encoding="utf-8")
    before = contents(nation.root)
    nation.import_all()
    assert contents(nation.root) == before
    nation.import_all("--keep", "co/larch-clinic-000001:phones")
    assert [entry.kind for entry in read_questions(nation.root)] == ["gone"]
    nation.import_all()
    assert [entry.kind for entry in read_questions(nation.root)] == ["gone"]
    assert not nation.leaks()
    assert nation.run(import_sources.main, "--sources", str(nation.sources), "--state", "co", "--keep", "co/x:y") == 2


def contents(root: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in (root / "data").rglob("*") if file.is_file()}


def git(root: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.org")
    return subprocess.run(
        ["git", *identity, "-C", str(root), *arguments], check=True, capture_output=True, text=True
    ).stdout.strip()


def test_a_branch_and_a_summary_a_state(nation: Nation, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Test")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "test@example.org")
    nation.tables([denver_site("000001"), denver_site("000003", name="Haven", **HIDDEN)])
    nation.import_all()
    root, summaries = nation.root, nation.sources.parent / "summaries"
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "data/resources", "data/imports")
    git(root, "commit", "-qm", "Records")
    before = contents(root)
    options = ("--branches", "--summaries", str(summaries))

    nation.import_all(*options)
    assert git(root, "branch", "--list", "refresh/*") == "" and not list(summaries.iterdir())

    nation.tables([denver_site("000001", phone="303-555-0177"), denver_site("000003", name="Haven", **HIDDEN)])
    nation.import_all(*options)
    assert contents(root) == before and git(root, "status", "--porcelain", "--untracked-files=no") == ""
    tip = git(root, "rev-parse", "refresh/co")
    assert git(root, "rev-parse", "refresh/co^") == git(root, "rev-parse", "main")
    assert git(root, "diff", "--name-only", "main", "refresh/co").split() == [
        "data/imports/values/co.csv",
        "data/resources/co/health_center/larch-clinic-000001.yml",
    ]
    assert "303-555-0177" in git(root, "show", "refresh/co:data/resources/co/health_center/larch-clinic-000001.yml")
    told = (summaries / "co.md").read_text(encoding="utf-8")
    assert told.startswith("# Colorado: ") and "`303-555-0100` → `303-555-0177`" in told
    assert not [secret for secret in ("Quillhollow", "7731") if secret in told]

    nation.import_all(*options)
    assert git(root, "rev-parse", "refresh/co") == tip, "the same input made another commit"

    nation.tables([denver_site("000001", phone="303-555-0166"), denver_site("000003", name="Haven", **HIDDEN)])
    nation.import_all(*options)
    assert git(root, "rev-parse", "refresh/co") != tip

    # A person's commit on the branch is not thrown away.
    git(root, "checkout", "-q", "refresh/co")
    git(root, "commit", "-q", "--allow-empty", "-m", "I rang them")
    own = git(root, "rev-parse", "HEAD")
    git(root, "checkout", "-q", "main")
    nation.tables([denver_site("000001", phone="303-555-0155"), denver_site("000003", name="Haven", **HIDDEN)])
    arguments = ("--sources", str(nation.sources), "--state", "co", "--review-list", str(nation.review_list))
    assert nation.run(import_sources.main, *arguments, *options) == 1
    assert git(root, "rev-parse", "refresh/co") == own
    assert "left alone" in nation.printed[-1]
    assert not nation.leaks()


def test_order_of_rows_does_not_matter(rules: RuleContext) -> None:  # noqa: F811
    rows = [site(f"{number:06}") for number in range(30)]
    first = again(rules, {}, {}, sites(*rows))
    changed = [cells | {"phone": f"303-555-01{number:02}", "retrieved": LATER} for number, cells in enumerate(rows)]
    here = as_read(first, rules)
    one = again(rules, here, first.values, sites(*changed))
    random.Random(4).shuffle(changed)
    other = again(rules, here, first.values, sites(*changed))
    assert one.records == other.records and one.values == other.values


def test_a_link_to_a_record_that_this_run_does_not_know_stays(rules: RuleContext) -> None:  # noqa: F811
    given = everything()
    first = again(rules, {}, {}, given)
    tribe = next(path for path in first.records if "tribe" in path)
    here = as_read(first, rules)
    alone = {"fvpsa_tribal_grantees": [row(fvpsa.TRIBES, name="Example Tribe", state="CO")]}
    second = again(rules, here, first.values, alone)
    assert second.records[tribe] == here[tribe]


# The repository's own


def test_the_repository_keeps_nothing_of_its_withheld_places() -> None:
    folder = ROOT / "data/imports/values"
    files = sorted(folder.glob("*.csv"))
    assert files, "scripts/import_sources.py makes them"
    known = 0
    for file in files:
        for path, digests in read_values(file.read_text(encoding="utf-8"), file.stem).items():
            known += 1
            if "visibility: withheld" in (ROOT / path).read_text(encoding="utf-8"):
                assert not [name for name in digests if name.startswith("location")], path
    assert known > 20_000
    assert sum(file.stat().st_size for file in files) < 3_500_000


def test_the_real_tables_change_nothing() -> None:
    """The tables are not in the repository: SOURCE_TABLES names their folder where they are at hand."""
    folder = os.environ.get("SOURCE_TABLES")
    if not folder:
        pytest.skip("SOURCE_TABLES names no folder of the publishers' tables")
    real = import_sources.import_rules(ROOT, TODAY)
    existing = import_sources.existing_records(ROOT, real)
    last = import_sources.last_values(ROOT, ["dc", "co"])
    tables = import_sources.read_tables(Path(folder))
    run = importing.run(tables, real, existing, ["dc", "co"], last=last)
    assert run.values == last and len(last) > 300
    assert run.records == {path: existing[path] for path in run.records}
    assert not run.conflicts and not run.gone
