"""What was printed is remembered: an edit works out again all paper that it changes, and little else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from resource_directory.changes import Known, changes
from resource_directory.directory import Directory, Settings
from resource_directory.loading import Sources, load_directory
from resource_directory.model import Phone, Record, Referral
from resource_directory.placing import placings
from resource_directory.record_cache import stamp_of
from resource_directory.sheets.content import Sheet
from resource_directory.sheets.kinds import _KINDS as KINDS
from resource_directory.sheets.kinds import Paper, Press
from resource_directory.sheets.ledger import Facts, with_facts
from resource_directory.sheets.making import Job, Works
from resource_directory.sheets.remembered import Remembered, touched_places
from resource_directory.sheets.setting import CannotSet, Setter
from support import DAY, ROOT, good_records, make_repository
from test_building import directory_of, edits

SITE = "https://directory.example.org/"


def works_of(directory: Directory, cache: Path | None = None, stamp: str = "same", site: str = SITE) -> Works:
    return Works(directory, ROOT / "overrides/sheets", ROOT / "node_modules", site, cache, stamp=stamp)


@pytest.fixture(scope="module")
def two_states(sources: Sources, tmp_path_factory: pytest.TempPathFactory) -> Directory:
    """Fictional records of Colorado, and Wyoming's own."""
    invented = load_directory(make_repository(tmp_path_factory.mktemp("two"), good_records()), Settings("x"), DAY)
    real = load_directory(ROOT, Settings("x"), DAY, ["wy"])
    return directory_of({**real.records, **invented.records}, {**real.paths, **invented.paths}, sources)


def codes_of(directory: Directory) -> Iterator[str]:
    for state in directory.states:
        yield from (county.fips for county in directory.places.counties_of_state[state.upper()])
    yield from (number.lower() for number in directory.regions)


def all_said(directory: Directory) -> tuple[dict[str, object], Remembered]:
    """What all paper says, by place, with the facts that its ledger keeps; and what is remembered of it."""
    works, facts = works_of(directory), Facts(directory)
    sheets = {code: works.sheet(Job(code, "en")) for code in codes_of(directory)}
    ids = {code: tuple(dict.fromkeys(line.id for line in sheet.lines)) for code, sheet in sheets.items()}
    said: dict[str, object] = {
        code: (sheet, facts.of_all(ids[code], code), works.press("en").drawing.map(sheet.counties, sheet.mapped, 1.5))
        for code, sheet in sheets.items()
    }
    near = {code: sheet.near for code, sheet in sheets.items()}
    return said, Remembered(directory.digests, placings(directory, {}, {}), {}, near)


def touched_by(before: Remembered, directory: Directory) -> frozenset[str] | None:
    return touched_places(directory, before, placings(directory, before.placings, before.digests))


@pytest.mark.parametrize("first", range(0, 60, 15))
def test_no_other_paper_changes_than_that_of_places_touched(
    two_states: Directory, sources: Sources, first: int
) -> None:
    directory, few = two_states, 0
    said, before = all_said(directory)
    for seed in range(first, first + 15):
        directory = edits(seed)(directory, sources)
        touched = touched_by(before, directory)
        now, before = all_said(directory)
        changed = {code for code in now if now[code] != said.get(code)}
        assert touched is None or changed <= touched, seed
        few += touched is not None and len(touched) < len(now)
        said = now
    assert few > 3, "some edits must leave some places alone"


def with_record(directory: Directory, sources: Sources, key: str, **update: Any) -> Directory:
    records = {**directory.records, key: directory.records[key].model_copy(update=update)}
    return directory_of(records, directory.paths, sources)


def of(directory: Directory, wanted: Callable[[Record], object]) -> str:
    return next(record.id for record in directory.in_order if wanted(record))


NUMBER = (Phone(number="303-555-0123"),)


@pytest.mark.parametrize("case", ["hot line", "region", "parent", "instead", "nothing"])
def test_who_is_touched(two_states: Directory, sources: Sources, case: str) -> None:
    directory = two_states
    if case == "instead":
        # Wyoming names somebody in Colorado, whose number changes then.
        key = of(directory, lambda r: directory.paths[r.id].split("/")[2] == "wy" and r.type == "health_center")
        other = of(directory, lambda r: r.id == "example-clinic")
        directory = with_record(directory, sources, key, referral=Referral(status="paused", instead=other))
    if case == "parent":
        key = of(directory, lambda r: r.organization and directory.parent(r) is not None)
        other = directory.records[key].organization or ""
    _, before = all_said(directory)
    if case == "nothing":
        assert touched_by(before, directory) == frozenset()
        return
    if case == "hot line":
        assert touched_by(before, with_record(directory, sources, "hotline-example", phones=NUMBER)) is None
        return
    if case == "region":
        key = next(iter(directory.regions.values())).id
        less = directory.records[key].counties[:1]  # type: ignore[attr-defined]
        assert touched_by(before, with_record(directory, sources, key, counties=less)) is None
        return
    touched = touched_by(before, with_record(directory, sources, other, phones=NUMBER))
    assert touched is not None and touched >= {*directory.counties_served(directory.records[key])}


def chained(directory: Directory, sources: Sources) -> tuple[Directory, str]:
    """Colorado's clinic says to try one in Wyoming, whose number is that of its organization; and that one's id."""
    in_wyoming = [
        r for r in directory.in_order if directory.paths[r.id].split("/")[2] == "wy" and r.type == "legal_aid"
    ]
    instead, runs_it = in_wyoming[:2]
    directory = with_record(directory, sources, instead.id, phones=None, organization=runs_it.id)
    paused = Referral(status="paused", instead=instead.id)
    return with_record(directory, sources, "example-clinic", referral=paused), runs_it.id


def test_a_number_shown_by_way_of_another_is_followed(two_states: Directory, sources: Sources) -> None:
    directory, key = chained(two_states, sources)
    assert "Try instead" in str(
        [line.note + line.status for line in works_of(directory).sheet(Job("08031", "en")).lines]
    )
    _, before = all_said(directory)
    edited = with_record(directory, sources, key, phones=NUMBER)
    touched = touched_by(before, edited)
    assert touched is not None and "08031" in touched
    known = Known(before.digests, before.placings, {}, {}, {})
    found = changes(edited, placings(edited, before.placings, before.digests), known)
    assert found is not None and {"co", "wy"} <= found.states
    assert found.records == {key} and {key, "example-clinic"} <= found.named


def test_of_a_place_without_all_of_its_paper_the_nearest_is_still_known(
    two_states: Directory, sources: Sources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("resource_directory.sheets.making.cores", lambda: 1)
    kinds = ("sheet", "card")

    def fails(self: Press, sheet: Sheet) -> Paper:
        raise CannotSet("no room")

    files: dict[str, bytes] = {}
    works = works_of(two_states, tmp_path)
    job = next(job for code in codes_of(two_states) if works.sheet(job := Job(code, "en")).near)
    near = works.sheet(job).near
    with monkeypatch.context() as patch:
        patch.setitem(KINDS, "card", fails)
        (made,) = works.make_all([job], kinds, files.__setitem__)
    assert made.problem.startswith(f"{job.code}-card-en.pdf") and len(files) == 1
    again = works_of(two_states, tmp_path)
    assert again._copy(job, "sheet") is not None and again._copy(job, "card") is None
    assert again._remembered.near[job.code] == near


def test_what_paper_is_set_with_is_told_before_it_is_set(
    two_states: Directory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A template may change while others are at work."""
    works = works_of(two_states, tmp_path)
    told: list[str] = []

    def asked(self: Works, *_rest: object) -> list[object]:
        told.extend(self._settings)
        return []

    monkeypatch.setattr(Works, "_make_all", asked)
    monkeypatch.setattr(Works, "_remember", lambda *_rest: None)
    works.make_all([Job("08031", "en"), Job("08031", "es")], ["sheet"], lambda name, pdf: None)
    assert told == ["en", "es"]


def test_paper_that_says_the_same_is_neither_asked_nor_set_again(
    two_states: Directory, sources: Sources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    region = next(number.lower() for number in two_states.regions if number.startswith("CO"))
    jobs = [Job(code, language) for code in ("08031", "08001", "56021", region) for language in ("en", "es")]

    def made(directory: Directory, stamp: str = "same", site: str = SITE) -> tuple[dict[str, bytes], list[str]]:
        """The files, and the places of which it was asked what their paper says."""
        files: dict[str, bytes] = {}
        asked: list[str] = []
        real = Works.sheet

        def asking(self: Works, job: Job) -> Sheet:
            asked.append(job.code)
            return real(self, job)

        works = works_of(directory, tmp_path, stamp, site)
        with monkeypatch.context() as patch:
            patch.setattr("resource_directory.sheets.making.cores", lambda: 1)
            patch.setattr(Works, "sheet", asking)
            found = works.make_all(jobs, ("sheet", "card"), files.__setitem__)
        assert not [one.problem for one in found if one.problem]
        assert len(files) == 2 * len(jobs)
        return files, sorted(set(asked))

    every = ["08001", "08031", "56021", region]
    first, asked = made(two_states)
    assert asked == every
    with monkeypatch.context() as patch:
        patch.setattr(Setter, "pdf", None)
        assert made(two_states) == (first, [])
    # An edit in Colorado, and then it is taken back.
    key = of(two_states, lambda r: r.id == "example-clinic")
    edited = with_record(two_states, sources, key, phones=NUMBER)
    second, asked = made(edited)
    assert asked == ["08001", "08031", region]
    assert [name for name in first if first[name] != second[name]] and made(edited) == (second, [])
    assert made(two_states) == (first, ["08001", "08031", region])
    # One that is no longer kept, or was harmed, is made again.
    harmed = sorted(tmp_path.glob("*/*.pdf"))
    harmed[0].unlink()
    harmed[1].write_bytes(b"%PDF")
    assert made(two_states)[0] == first
    # On another day, or for another site, all are asked again.
    assert made(two_states, "another")[1] == every
    other, asked = made(two_states, site="https://elsewhere.example.org/")
    assert asked == every and other != first
    # What is remembered may be cut off or gone.
    for file in tmp_path.glob("places/*"):
        file.write_bytes(file.read_bytes()[:100])
    assert made(two_states) == (first, every)


def test_facts_are_told_when_a_ledger_asks_for_them(
    two_states: Directory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("resource_directory.sheets.making.cores", lambda: 1)
    found = []
    for tells in (False, True, False):
        works = replace(works_of(two_states, tmp_path), tells=tells)
        (made,) = works.make_all([Job("08031", "en")], ["sheet"], lambda name, pdf: None)
        found.append(made.documents[0].printed)
    plain, told, after = found
    assert plain.facts == "" and after == told
    assert told == with_facts(plain, Facts(two_states)) and len(told.facts) == 16 * len(told.records)


def test_other_libraries_and_days_ask_all_again(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    stamps = {stamp_of(tmp_path, DAY), stamp_of(tmp_path, date(2026, 11, 23))}
    for version in ("1", "2"):
        lock.write_text(f"babel=={version}\n", encoding="ascii")
        stamps.add(stamp_of(tmp_path, DAY))
    assert len(stamps) == 4


def test_new_templates_set_all_again(two_states: Directory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resource_directory.sheets.making.cores", lambda: 1)
    job = Job("08031", "en")
    works_of(two_states, tmp_path).make_all([job], ["sheet"], lambda name, pdf: None)
    assert works_of(two_states, tmp_path)._copy(job, "sheet") is not None
    monkeypatch.setattr(Setter, "stamp", "another")
    assert works_of(two_states, tmp_path)._copy(job, "sheet") is None
