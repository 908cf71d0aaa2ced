"""scripts/sheets.py before and around its work: what it refuses, what it warns of, and how it is stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from resource_directory.sheets.ledger import read_ledger
from support import ROOT, good_records, make_repository

SITE = "https://directory.example.org/"
COUNTY = ("--county", "08031")


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_repository(tmp_path_factory.mktemp("script"), good_records())


def command(*given: str) -> list[str]:
    return [sys.executable, str(ROOT / "scripts/sheets.py"), *given]


def run(repository: Path, *given: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*given), cwd=repository, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("site", ["directory.example.org", "ftp://directory.example.org/", "https://", "file:///x/"])
def test_an_address_that_is_none_is_refused(repository: Path, tmp_path: Path, site: str) -> None:
    done = run(repository, *COUNTY, "--site", site, "--out", str(tmp_path / "out"))
    assert done.returncode == 2 and "is no address of a site" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("site", "warned"), [("http://localhost:8000/", True), (SITE, False)])
def test_an_address_of_this_computer_is_warned_of(repository: Path, tmp_path: Path, site: str, warned: bool) -> None:
    done = run(repository, *COUNTY, "--kind", "card", "--site", site, "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    told = [line for line in done.stderr.splitlines() if "Set site_url before you print." in line]
    assert len(told) == int(warned) and (tmp_path / "out/08031-card-en.pdf").is_file()


@pytest.mark.parametrize("kind", ["no folder", "a folder", "no ledger"])
def test_a_ledger_that_cannot_be_used_is_told_before_the_work(repository: Path, tmp_path: Path, kind: str) -> None:
    (tmp_path / "broken").write_bytes(b"<html>")
    file = {"no folder": tmp_path / "nowhere/x.gz", "a folder": tmp_path, "no ledger": tmp_path / "broken"}[kind]
    done = run(repository, *COUNTY, "--site", SITE, "--ledger", str(file), "--out", str(tmp_path / "out"))
    assert done.returncode == 2 and str(file) in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_what_was_printed_is_written_down(repository: Path, tmp_path: Path) -> None:
    """Of any kind and place, in the same file each time."""
    ledger = tmp_path / "printed.json.gz"
    for given in (("--region", "co-990", "--kind", "large"), (*COUNTY, "--kind", "card,poster")):
        done = run(repository, *given, "--site", SITE, "--ledger", str(ledger), "--out", str(tmp_path / "out"))
        assert done.returncode == 0, done.stderr
    papers = read_ledger(ledger).papers
    kinds = {code: sorted(paper.kind for paper in known.values()) for code, known in papers.items()}
    assert kinds == {"co-990": ["large"], "08031": ["card", "poster"]}
    assert all(paper.facts for known in papers.values() for paper in known.values())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "printed.json.gz"]


def test_a_draft_is_refused_before_its_letters_are_asked_for(repository: Path, tmp_path: Path) -> None:
    done = run(repository, *COUNTY, "--lang", "ar", "--site", SITE, "--out", str(tmp_path / "out"))
    assert done.returncode == 2 and "add --drafts" in done.stderr and "make fonts" not in done.stderr


def test_ctrl_c_ends_it_with_a_line(repository: Path, tmp_path: Path) -> None:
    given = ("--state", "co", "--kind", "sheet,large,poster", "--lang", "en,es", "--site", SITE)
    out = tmp_path / "out"
    with subprocess.Popen(
        command(*given, "--out", str(out)), cwd=repository, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    ) as process:  # fmt: skip
        for _ in range(600):
            if out.exists() and any(out.iterdir()):
                break
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        _, told = process.communicate(timeout=60)
    lines = [line for line in told.splitlines() if line and not line.startswith("Setting paper")]
    assert process.returncode == 130 and lines == ["Stopped: not all paper was made, and no ledger has been written."]
