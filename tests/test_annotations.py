"""What the workflow data says beside the lines of a pull request, of real commits with hostile names in them."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

import check
import format_data
from support import good_records, make_repository

CLINIC = "data/resources/co/health_center/example-clinic.yml"
ANNOTATION = re.compile(r"::error file=(?P<path>[^,:]*),line=(?P<line>\d+),col=\d+,title=E\d{3}::[^\r\n]*")
HOSTILE_NAMES = (
    "a\n::error::owned.yml",
    "a%0A::set-output name=x::y.yml",
    "a,line=1::owned.yml",
    "\u202eowned.yml",
    "$(touch pwned).yml",
    "-x.yml",
)


def git(root: Path, *command: str) -> None:
    who = {"GIT_AUTHOR_NAME": "T", "GIT_AUTHOR_EMAIL": "t@example.org", "GIT_CONFIG_GLOBAL": os.devnull}
    who |= {"GIT_COMMITTER_NAME": "T", "GIT_COMMITTER_EMAIL": "t@example.org"}
    subprocess.run(["git", "-C", str(root), *command], env={**os.environ, **who}, check=True, capture_output=True)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = make_repository(tmp_path / "r", good_records())
    git(made, "init", "-q")
    git(made, "add", "data/resources", "mkdocs.yml")
    git(made, "commit", "-q", "-m", "first")
    monkeypatch.chdir(made)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795219200")
    return made


def commit(root: Path) -> None:
    git(root, "add", "data/resources")
    git(root, "commit", "-q", "-m", "second")


def test_a_problem_stands_beside_its_line(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (root / CLINIC).read_text(encoding="utf-8")
    (root / CLINIC).write_text(text.replace("303-555-0170", "::error::100%"), encoding="utf-8")
    commit(root)
    assert check.main(["--changed", "--base", "HEAD^1", "--format", "github"]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    found = ANNOTATION.fullmatch(line)
    assert found and found["path"] == CLINIC
    assert text.splitlines()[int(found["line"]) - 1].lstrip("- ").startswith("number:")
    assert "::error::100%25" in line


def test_the_standard_form_is_told_of_changed_files_only(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--check", "--changed", "--base", "HEAD^1", "--format", "github"]
    commit_path = root / "data/resources/co/legal_aid/example-legal-aid.yml"
    commit_path.write_text(commit_path.read_text(encoding="utf-8").replace("type: l", "type:  l"), encoding="utf-8")
    commit(root)
    assert format_data.main(arguments) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert ANNOTATION.fullmatch(line) and ",line=2," in line and "title=E112" in line
    text = (root / CLINIC).read_text(encoding="utf-8")
    (root / CLINIC).write_text(text.replace("303-555-0170", "303-555-0179"), encoding="utf-8")
    commit(root)
    assert format_data.main(arguments) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_names_of_files_stay_names(root: Path, name: str, capfd: pytest.CaptureFixture[str]) -> None:
    (root / "data/resources/co/legal_aid" / name).write_text("id: ::error::x\n", encoding="utf-8")
    commit(root)
    assert check.main(["--changed", "--base", "HEAD^1", "--format", "github"]) == 1
    assert format_data.main(["--check", "--changed", "--base", "HEAD^1", "--format", "github"]) == 1
    said = capfd.readouterr()
    assert said.out.splitlines()
    assert all(ANNOTATION.fullmatch(line) for line in said.out.splitlines()), said.out
    assert not [line for line in said.err.splitlines() if line.lstrip().startswith("::")]
    assert not (root / "pwned").exists()


def test_a_base_that_is_none(root: Path) -> None:
    assert format_data.main(["--check", "--changed", "--base", "no-such"]) == 2
