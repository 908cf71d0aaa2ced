"""What a reviewer is told about a change: facts, warnings, what is never repeated, and text that wants to be more."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

import describe_change
import resource_directory.model as model
from resource_directory.change_text import (
    LARGEST_JSON,
    LONGEST_COMMENT,
    MARKER,
    Description,
    Entry,
    Line,
    as_json,
    as_markdown,
    as_text,
    code,
    from_json,
    plain,
    quoted,
)
from resource_directory.commits import Commits
from resource_directory.describing import Setting, describe
from resource_directory.labels import LABELS, label_of
from resource_directory.loading import Sources
from support import DAY, good_records, make_repository

CLINIC = "co/health_center/example-clinic.yml"
HOUSE = "co/domestic_violence/example-house-mesa.yml"
OFFICE = "co/domestic_violence/example-advocates-office.yml"
LEGAL = "co/legal_aid/example-legal-aid.yml"
BRANCH = "co/legal_aid/example-legal-aid-silverton.yml"
REGION = "co/continuum_of_care/coc-co-990.yml"
LINE = "us/hotline/hotline-example.yml"

Edit = Callable[[dict[str, str]], None]


def git(root: Path, *command: str) -> str:
    who = {"GIT_AUTHOR_NAME": "T", "GIT_AUTHOR_EMAIL": "t@example.org", "GIT_CONFIG_GLOBAL": os.devnull}
    who |= {"GIT_COMMITTER_NAME": "T", "GIT_COMMITTER_EMAIL": "t@example.org", "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(
        ["git", "-C", str(root), *command], env={**os.environ, **who}, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def commit_all(root: Path) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", "x")


def put(root: Path, records: Mapping[str, str]) -> None:
    """Makes these the only records."""
    for old in (root / "data/resources").rglob("*.yml"):
        old.unlink()
    for path, text in records.items():
        file = root / "data/resources" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository whose first commit holds the fictional records."""
    made = make_repository(tmp_path / "r", good_records())
    git(made, "init", "-q")
    # Links to folders of this repository must not be taken in.
    (made / ".git/info/exclude").write_text("docs\nhooks\noverrides\nnode_modules\n.cache\ndata/places\n", encoding="ascii")
    (made / "data/vocab").unlink()
    (made / "data/vocab").mkdir()
    commit_all(made)
    return made


@pytest.fixture
def setting(sources: Sources) -> Setting:
    return Setting(sources.vocabulary, sources.places, DAY)


def told(root: Path, setting: Setting, edit: Edit) -> Description:
    """What is said of an edit of the fictional records, in a second commit."""
    records = good_records()
    edit(records)
    put(root, records)
    commit_all(root)
    return describe(Commits(root), "HEAD~1", "HEAD", setting)


def change(path: str, old: str, new: str) -> Edit:
    def edit(records: dict[str, str]) -> None:
        assert old in records[path], (path, old)
        records[path] = records[path].replace(old, new, 1)

    return edit


def append(path: str, text: str) -> Edit:
    def edit(records: dict[str, str]) -> None:
        records[path] += text

    return edit


FACTS: Mapping[str, tuple[Edit, list[str]]] = {
    "number": (
        change(CLINIC, "303-555-0170", "303-555-0179"),
        ["Telephone of Example Clinic of Mayagüez Street: 303-555-0170 -> 303-555-0179"],
    ),
    "one of several numbers": (
        change(HOUSE, "970-555-0132", "970-555-0139"),
        ["Fax of Example House: Fax 970-555-0132 -> Fax 970-555-0139"],
    ),
    "number and what it is for": (
        change(LEGAL, "303-555-0160\n  purpose: referral", "303-555-0161\n  purpose: office"),
        [
            "Telephone of Example Legal Aid: 303-555-0160; what for: Referrals from agencies -> "
            "303-555-0161; what for: Office"
        ],
    ),
    "a second number": (
        change(LEGAL, "service_area:", "- number: 303-555-0162\nservice_area:"),
        ["Telephone of Example Legal Aid: new: 303-555-0162"],
    ),
    "order of numbers": (
        change(
            HOUSE,
            "- number: 970-555-0131\n  type: tty\n- number: 970-555-0132\n  type: fax\n",
            "- number: 970-555-0132\n  type: fax\n- number: 970-555-0131\n  type: tty\n",
        ),
        [
            "Telephone, in another order of Example House: 970-555-0130; what for: In an emergency, any hour; answered: "
            "day and night, every day; languages: English and Spanish; for callers: Day and night., TTY 970-555-0131 and "
            "Fax 970-555-0132 -> 970-555-0130; what for: In an emergency, any hour; answered: day and night, every d…"
        ],
    ),
    "words of a list": (
        change(CLINIC, "- dental_care", "- mental_health_care"),
        [
            "Services of Example Clinic of Mayagüez Street: no longer: Dentist",
            "Services of Example Clinic of Mayagüez Street: new: Counseling and mental health care",
        ],
    ),
    "yes, ask and no": (
        change(CLINIC, "enrolment_help: ask", "enrolment_help: no"),
        ["Help with enrolment of Example Clinic of Mayagüez Street: ask first -> no"],
    ),
    "a barrier": (
        change(HOUSE, "    pets: ask\n", "    pets: no\n"),
        ["Who qualifies, accepts, pets of Example House: ask first -> no"],
    ),
    "hours": (
        change(HOUSE, "Mo-Fr 09:00-17:00; PH off", "Mo-Fr 10:00-17:00; PH off"),
        [
            "Hours of Example House: what the hours are for: x",
        ],
    ),
    "a county": (
        change(CLINIC, "  counties:\n  - '08031'\n  assumed", "  counties:\n  - '08031'\n  - '08111'\n  assumed"),
        ["Area served, counties of Example Clinic of Mayagüez Street: new: San Juan County, Colorado"],
    ),
    "a street that is public": (
        change(CLINIC, "3 Example Street", "4 Example Street"),
        ["Address, street of Example Clinic of Mayagüez Street: 3 Example Street -> 4 Example Street"],
    ),
    "another record": (
        change(HOUSE, "instead: example-youth-home", "instead: example-legal-aid"),
        [
            "Takes people now, try instead of Example House: Example Youth Home (example-youth-home) -> "
            "Example Legal Aid (example-legal-aid)"
        ],
    ),
    "another language": (
        change(HOUSE, "Un lugar seguro.", "Un lugar tranquilo."),
        ["In other languages, Spanish, description of Example House: Un lugar seguro. -> Un lugar tranquilo."],
    ),
    "a part that comes": (
        append(CLINIC, "verified:\n  date: 2026-11-01\n  by: Director\n"),
        [
            "Confirmed by the organization, on of Example Clinic of Mayagüez Street: new: 1 November 2026",
            "Confirmed by the organization, by of Example Clinic of Mayagüez Street: new: Director",
        ],
    ),
    "a note for editors": (
        change(HOUSE, "secretnote", "anothernote"),
        ["Note for editors of Example House: changes. It is not repeated here."],
    ),
    "a share": (
        change(REGION, "share: 97.5", "share: 90"),
        ["County of the region of Example Region CoC: Denver County, Colorado; per cent of its people: 97.5 -> x"],
    ),
}
