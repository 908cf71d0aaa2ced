"""Bad records, each beside the full list of problems it must give, in order; good ones, which give none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from resource_directory.canonical import canonical_text
from resource_directory.loading import Sources, check_files
from resource_directory.model import RECORD_CLASSES, Record
from resource_directory.problems import CODES
from resource_directory.reading import find_files, read_bytes, read_path
from resource_directory.rules import RuleContext, texts
from support import ROOT, make_repository

BAD = sorted((ROOT / "tests/records/bad").glob("*.yml"))
GOOD = sorted((ROOT / "tests/records/good").rglob("*.yml"))
#: Of letters, not of records: see test_updating.py.
LETTERS = frozenset({"E501", "E502", "E503", "E504", "E505", "E506"})
#: Codes that need more than one file, a file that is not plain, or open data that is not valid: they have tests of their own.
ELSEWHERE = frozenset({"E108", "E111", "E112", "E302", "E309", "E311", "E315"}) | LETTERS | {"E601"}


def problems_of(folder: Path, path: str, content: bytes, sources: Sources, context: RuleContext) -> list[str]:
    """Every problem of one file in a repository of its own, as text."""
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(content)
    _, problems = check_files(folder, [path], sources, context.today)
    return [problem.as_text() for problem in sorted(problems)]


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_bad_record(file: Path, tmp_path: Path, sources: Sources, context: RuleContext) -> None:
    path = file.with_suffix(".path").read_text(encoding="utf-8").strip()
    found = problems_of(tmp_path, path, file.read_bytes(), sources, context)
    expected = file.with_suffix(".txt")
    if os.environ.get("UPDATE_EXPECTED"):
        expected.write_text("\n".join(found) + "\n", encoding="utf-8")
    assert found == expected.read_text(encoding="utf-8").splitlines()
    assert any(f" {file.stem.split('-')[0]} " in line for line in found)


def test_every_code_has_a_bad_record() -> None:
    shown = {file.stem.split("-")[0] for file in BAD}
    assert shown | ELSEWHERE == set(CODES)


def test_no_message_repeats_a_hidden_place() -> None:
    for file in BAD:
        if file.stem.startswith(("E202-names-of-a-hidden", "E401", "E402", "E408")):
            told = file.with_suffix(".txt").read_text(encoding="utf-8").casefold()
            for word in ("hidden street", "hidden avenue", "hidden lane", "hidden park", "39.7392", "colorado"):
                assert word not in told


@pytest.mark.parametrize("file", GOOD, ids=lambda file: file.stem)
def test_good_record_is_read_and_is_canonical(file: Path, sources: Sources, context: RuleContext) -> None:
    path = f"data/resources/{file.relative_to(ROOT / 'tests/records/good').as_posix()}"
    read = read_bytes(file.read_bytes(), path, sources.vocabulary, context.today)
    assert read.problems == ()
    assert read.record is not None
    assert canonical_text(read.record) == file.read_text(encoding="utf-8")


def test_good_records_pass_every_rule_together(tmp_path: Path, sources: Sources, context: RuleContext) -> None:
    top = ROOT / "tests/records/good"
    records = {file.relative_to(top).as_posix(): file.read_text(encoding="utf-8") for file in GOOD}
    root = make_repository(tmp_path / "r", records)
    _, problems = check_files(root, find_files(root), sources, context.today)
    assert [problem.as_text() for problem in problems] == []


def test_good_records_show_every_field_of_every_type(sources: Sources, context: RuleContext) -> None:
    seen: dict[str, set[str]] = {}
    for file in GOOD:
        record = read_bytes(
            file.read_bytes(), f"data/resources/co/x/{file.name}", sources.vocabulary, context.today
        ).record
        assert record is not None
        seen.setdefault(record.type, set()).update(str(location[0]) for location, _ in texts(record))
        seen[record.type].update(record.model_fields_set)
    assert set(seen) == set(RECORD_CLASSES)
    common = set.union(*seen.values())
    for code, cls in RECORD_CLASSES.items():
        own = {name for name in cls.model_fields if name not in Record.model_fields}
        assert own <= seen[code], f"{code}: {own - seen[code]}"
        assert set(cls.model_fields) <= common


@pytest.mark.parametrize("kind", ["file", "folder", "pipe"])
def test_links_and_odd_files_are_problems(kind: str, tmp_path: Path, sources: Sources, context: RuleContext) -> None:
    secret = tmp_path / "outside" / "legal_aid"
    secret.mkdir(parents=True)
    (secret / "x.yml").write_text("id: x\n")
    place = tmp_path / "r/data/resources/co"
    place.mkdir(parents=True)
    if kind == "folder":
        (place / "legal_aid").symlink_to(secret)
    else:
        (place / "legal_aid").mkdir()
        if kind == "file":
            (place / "legal_aid/x.yml").symlink_to(secret / "x.yml")
        else:
            os.mkfifo(place / "legal_aid/x.yml")
    found = list(find_files(tmp_path / "r"))
    assert found
    _, problems = check_files(tmp_path / "r", found, sources, context.today)
    assert {problem.code for problem in problems} <= {"E108", "E113"} and problems
    under_link = read_path(
        tmp_path / "r", "data/resources/co/legal_aid/x.yml", vocabulary=sources.vocabulary, today=context.today
    )
    assert [problem.code for problem in under_link.problems] == ["E108"]
