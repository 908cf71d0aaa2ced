"""Places in older commits that are withheld today."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import history
from support import good_records, make_repository

CLINIC = "data/resources/co/health_center/example-clinic.yml"
HOUSE = "data/resources/co/domestic_violence/example-house-mesa.yml"
PLACE = """location:
  visibility: public
  address:
    address_1: 77 Secret Street
    city: Denver
    state_province: CO
"""


def commit(root: Path, words: str) -> str:
    who = ["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    for command in (["add", "-A", "data/resources", "mkdocs.yml"], [*who, "commit", "-q", "-m", words]):
        subprocess.run(["git", "-C", str(root), *command], check=True, capture_output=True)
    told = subprocess.run(["git", "-C", str(root), "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    return told.stdout.strip()[:12]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = make_repository(tmp_path / "r", good_records())
    subprocess.run(["git", "-C", str(made), "init", "-q"], check=True, capture_output=True)
    monkeypatch.chdir(made)
    commit(made, "all")
    return made


def withhold(file: Path) -> None:
    """Replaces a record's location."""
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    start = lines.index("location:\n")
    end = next(i for i in range(start + 1, len(lines)) if not lines[i].startswith(" "))
    file.write_text("".join([*lines[:start], "location:\n  visibility: withheld\n", *lines[end:]]), encoding="utf-8")


def test_a_history_without_such_places(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert history.main([]) == 0
    assert (
        capsys.readouterr().err == "0 places that are withheld today, 0 of gone records, 0 files that cannot be read.\n"
    )


def test_a_place_withheld_since_then_is_counted_and_not_shown(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    withhold(root / CLINIC)
    first = subprocess.run(["git", "rev-parse", "HEAD"], cwd=root, check=True, capture_output=True, text=True).stdout
    assert history.main([]) == 1
    said = capsys.readouterr()
    assert said.out == f"{first[:12]}\t1 withheld today\t0 of records that are gone\t0 unreadable\n"
    assert "Street" not in said.out + said.err and "example-clinic" not in said.out + said.err


def test_one_moved_to_another_file_is_known_by_its_number(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = root / "data/resources/co/housing_authority/example-housing-authority.yml"
    withhold(old)
    old.rename(old.with_name("another-name.yml"))
    assert history.main([]) == 1
    assert "\t1 withheld today\t0 " in capsys.readouterr().out


def test_a_program_without_authorisation_counts_though_it_was_taken_back(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (root / HOUSE).read_text(encoding="utf-8")
    withhold(root / HOUSE)
    (root / HOUSE).write_text(
        (root / HOUSE).read_text(encoding="utf-8").replace("location:\n  visibility: withheld\n", PLACE),
        encoding="utf-8",
    )
    second = commit(root, "by mistake")
    (root / HOUSE).write_text(before, encoding="utf-8")
    commit(root, "taken back")
    assert history.main([]) == 1
    assert f"{second}\t1 withheld today" in capsys.readouterr().out
    assert history.main(["HEAD~1..HEAD"]) == 0


def test_records_that_are_gone_are_told_apart(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / CLINIC).unlink()
    commit(root, "gone")
    assert history.main([]) == 1
    assert "\t0 withheld today\t1 of records that are gone" in capsys.readouterr().out


def test_words_count_and_what_cannot_be_read_is_told(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (root / HOUSE).read_text(encoding="utf-8")
    (root / HOUSE).write_text(f"{before}zz: Behind 77 Secret Street.\n", encoding="utf-8")
    words = commit(root, "by mistake")
    (root / HOUSE).write_text(f"{before}\tzz: Behind 77 Secret Street.\n", encoding="utf-8")
    tab = commit(root, "with a tab")
    (root / HOUSE).write_text(before, encoding="utf-8")
    commit(root, "taken back")
    subprocess.run(["git", "checkout", "-q", "-b", "other", "HEAD~3"], cwd=root, check=True, capture_output=True)
    assert history.main(["HEAD"]) == 0
    capsys.readouterr()
    assert history.main([]) == 1
    out = capsys.readouterr().out
    assert f"{words}\t1 withheld today\t0 of records that are gone\t0 unreadable" in out
    assert f"{tab}\t0 withheld today\t0 of records that are gone\t1 unreadable" in out


def test_a_clone_without_all_commits_is_refused(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / CLINIC).unlink()
    commit(root, "gone")
    shallow = tmp_path / "shallow"
    subprocess.run(["git", "clone", "-q", "--depth", "1", f"file://{root}", str(shallow)], check=True)
    monkeypatch.chdir(shallow)
    assert history.main([]) == 2


def test_what_git_cannot_read_gives_2(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert history.main(["no-such-branch"]) == 2
    assert "no-such-branch" in capsys.readouterr().err
