"""What must never be public is refused before a commit is made of it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import check_staged
from support import ROOT, good_records, make_repository

CLINIC = "data/resources/co/health_center/example-clinic.yml"
HOUSE = "data/resources/co/domestic_violence/example-house-mesa.yml"
AUTHORITY = "data/resources/co/housing_authority/example-housing-authority.yml"


def git(root: Path, *command: str) -> str:
    who = {"GIT_AUTHOR_NAME": "T", "GIT_AUTHOR_EMAIL": "t@example.org", "GIT_CONFIG_GLOBAL": os.devnull}
    who |= {"GIT_COMMITTER_NAME": "T", "GIT_COMMITTER_EMAIL": "t@example.org"}
    done = subprocess.run(
        ["git", "-C", str(root), *command], env={**os.environ, **who}, check=True, capture_output=True, text=True
    )
    return done.stdout


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose first commit holds the fictional records."""
    made = make_repository(tmp_path / "r", good_records())
    git(made, "init", "-q")
    git(made, "add", "data/resources", "mkdocs.yml")
    git(made, "commit", "-q", "-m", "first")
    monkeypatch.chdir(made)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795219200")
    return made


def stage(root: Path, path: str, edit: Callable[[str], str] = str) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    file.write_text(edit(text), encoding="utf-8")
    git(root, "add", "-f", path)


def test_nothing_staged_and_good_edits_pass(root: Path) -> None:
    assert check_staged.main() == 0
    stage(root, CLINIC, lambda text: text.replace("303-555-0170", "303-555-0179"))
    assert check_staged.main() == 0
    git(root, "rm", "-q", "--cached", AUTHORITY)
    assert check_staged.main() == 0


PLACE = "  visibility: public\n  address:\n    address_1: 77 Secret Street\n"
REFUSED: dict[str, tuple[str, Callable[[str], str], str]] = {
    "a street of a protected program": (HOUSE, lambda t: t.replace("  visibility: withheld\n", PLACE), "E401"),
    "a street beside withheld": (
        HOUSE,
        lambda t: t.replace("  visibility: withheld\n", PLACE.replace("public", "withheld")),
        "E402",
    ),
    "a street in words": (HOUSE, lambda t: t.replace("Free\n", "Free at 77 Secret Street\n"), "E408"),
    "a street in a note": (HOUSE, lambda t: t.replace("secretnote", "it is at 77 Secret Street"), "E408"),
    "a street in an unknown field": (HOUSE, lambda t: f"{t}where: 77 Secret Street\n", "E202"),
    "a person served": (CLINIC, lambda t: f"{t}editor_note: J.D., 19, came with her client\n", "E404"),
    "a bad number": (CLINIC, lambda t: t.replace("303-555-0170", "77 Secret Street"), "E210"),
    "not the standard form": (CLINIC, lambda t: t.replace("type: health_center", "type:   health_center"), "E112"),
    "a comment": (CLINIC, lambda t: f"{t}# at 77 Secret Street\n", "E111"),
    "a record that names none": (HOUSE, lambda t: t.replace("instead: example-youth-home", "instead: nobody"), "E305"),
    "a publisher's table": ("hrsa_health_center_sites.csv", lambda _: "name,street\nx,77 Secret Street\n", "E402"),
    "a list of places under review": ("notes/review-list.txt", lambda _: "co/x 77 Secret Street\n", "E402"),
    "a table in a folder of records": ("data/resources/co/sites.xlsx", lambda _: "77 Secret Street", "E113"),
    "a heavy file": ("pictures/film.bin", lambda _: "x" * 5_000_001, "E102"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(root: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    path, edit, code = REFUSED[name]
    stage(root, path, edit)
    assert check_staged.main() == 1
    said = capsys.readouterr().err
    assert f" {code} " in said and "Nothing was committed." in said
    # Only a record that is open may be quoted: nothing of it is hidden.
    assert "Secret" not in said or path == CLINIC


def test_the_staged_text_counts_not_the_folder_s(root: Path) -> None:
    stage(root, HOUSE, lambda text: text.replace("Free\n", "Free at 77 Secret Street\n"))
    (root / HOUSE).write_text(git(root, "show", f"HEAD:{HOUSE}"), encoding="utf-8")
    assert check_staged.main() == 1
    git(root, "add", HOUSE)
    (root / HOUSE).write_text("Free at 77 Secret Street\n", encoding="utf-8")
    assert check_staged.main() == 0


def withheld(text: str) -> str:
    lines = text.splitlines(keepends=True)
    start = lines.index("location:\n")
    end = next(i for i in range(start + 1, len(lines)) if not lines[i].startswith(" "))
    return "".join([*lines[:start], "location:\n  visibility: withheld\n", *lines[end:]])


def test_a_withheld_place_becomes_public_only_by_a_decision(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (root / AUTHORITY).read_text(encoding="utf-8")
    stage(root, AUTHORITY, withheld)
    assert check_staged.main() == 0
    git(root, "commit", "-q", "-m", "withheld")
    stage(root, AUTHORITY, lambda _: before)
    assert check_staged.main() == 1
    assert "The place was withheld and becomes public" in capsys.readouterr().err
    review = (
        "  review:\n    decision: ordinary\n    by: Reviewer, Example Coalition\n    date: 2026-07-20\n"
        "    reason: A public office.\n"
    )
    lines = before.splitlines(keepends=True)
    start = lines.index("location:\n")
    end = next(i for i in range(start + 1, len(lines)) if not lines[i].startswith(" "))
    decided = "".join([*lines[:end], review, *lines[end:]])
    stage(root, AUTHORITY, lambda _: decided)
    assert check_staged.main() == 0


def test_a_link_is_refused(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / CLINIC).unlink()
    (root / CLINIC).symlink_to("/etc/passwd")
    git(root, "add", CLINIC)
    assert check_staged.main() == 1
    assert " E113 " in capsys.readouterr().err


def test_the_first_commit_of_all_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make_repository(tmp_path / "r", good_records())
    git(made, "init", "-q")
    monkeypatch.chdir(made)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795219200")
    stage(made, "sites.csv", lambda _: "x")
    assert check_staged.main() == 1


def test_git_asks_before_each_commit(root: Path) -> None:
    """The hook itself: it stops a commit, and says what to do where the tools are not there."""
    (root / "scripts").symlink_to(ROOT / "scripts")
    git(root, "config", "core.hooksPath", "scripts/hooks")
    stage(root, HOUSE, lambda text: text.replace("Free\n", "Free at 77 Secret Street\n"))
    commit = ["git", "-C", str(root), "-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "-m", "x"]
    done = subprocess.run(commit, capture_output=True, text=True, check=False)
    assert done.returncode != 0 and "make setup" in done.stderr
    (root / ".venv").symlink_to(ROOT / ".venv")
    done = subprocess.run(commit, capture_output=True, text=True, check=False)
    assert done.returncode != 0 and "E408" in done.stderr and "Secret" not in done.stderr
    assert git(root, "rev-list", "--count", "HEAD").strip() == "1"
