"""The workflow that makes a pull request of a filled form: its own steps, run here on text that means harm."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from filled_forms import prefilled, rendered
from resource_directory.loading import Sources, check_files
from resource_directory.updating.facts import Words
from support import DAY, EPOCH, ROOT, good_records, make_repository

WORKFLOW = ROOT / ".github/workflows/suggestion.yml"
CLINIC = "data/resources/co/health_center/example-clinic.yml"
GH = """#!/bin/bash
printf '%s\\n' "$*" >> "$GH_LOG"
[ "$2" != view ]
"""


def workflow() -> Any:
    return yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))


def steps(job: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = workflow()["jobs"][job]["steps"]
    return found


@dataclass(frozen=True)
class Runner:
    """A clone with a remote, a runner's folders, and a `gh` that only writes down how it was called."""

    root: Path
    remote: Path
    environment: Mapping[str, str]

    def bash(self, script: str) -> subprocess.CompletedProcess[str]:
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
        return subprocess.run(command, cwd=self.root, env=self.environment, capture_output=True, text=True, check=False)

    def read(self, body: str | None) -> subprocess.CompletedProcess[str]:
        """The step that reads the issue."""
        event = Path(self.environment["GITHUB_EVENT_PATH"])
        event.write_text(json.dumps({"issue": {"number": 7, "body": body}}), encoding="utf-8")
        script = next(step["run"] for step in steps("read") if step.get("name") == "Read the form")
        return self.bash(script)

    @property
    def made(self) -> Path:
        return Path(self.environment["RUNNER_TEMP"]) / "made"

    def propose(self) -> subprocess.CompletedProcess[str]:
        """The step that may write, in a checkout without the change."""
        self.bash("git checkout --quiet -- data/resources && git clean -qfd data/resources")
        return self.bash(f"bash {ROOT}/.github/propose.sh '{self.made}'")

    @property
    def called(self) -> str:
        log = Path(self.environment["GH_LOG"])
        return log.read_text(encoding="utf-8") if log.exists() else ""

    @property
    def branches(self) -> list[str]:
        return self.bash(f"git --git-dir={self.remote} branch --format='%(refname:short)'").stdout.split()


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    root = make_repository(tmp_path / "clone", good_records())
    (root / "scripts").symlink_to(ROOT / "scripts")
    tools, temporary, remote = tmp_path / "tools", tmp_path / "temporary", tmp_path / "remote.git"
    for folder in (tools, temporary, root / ".venv/bin"):
        folder.mkdir(parents=True)
    (tools / "gh").write_text(GH, encoding="utf-8")
    (tools / "gh").chmod(0o755)
    (root / ".venv/bin/python").write_text(f'#!/bin/bash\nexec {sys.executable} "$@"\n', encoding="utf-8")
    (root / ".venv/bin/python").chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{tools}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "RUNNER_TEMP": str(temporary),
        "GITHUB_EVENT_PATH": str(tmp_path / "event.json"),
        "GITHUB_REPOSITORY": "example/directory",
        "GH_TOKEN": "not-a-token",
        "GH_LOG": str(tmp_path / "gh.log"),
        "ISSUE": "7",
        "SOURCE_DATE_EPOCH": EPOCH,
    }
    made = Runner(root, remote, environment)
    done = made.bash(
        f"git init -q --bare {remote} && git init -q -b main && git config user.name x && git config user.email x@example.org"
        f" && git config --global url.{remote}.insteadOf https://github.com/example/directory.git"
        " && git add data/resources && git commit -qm Begun"
    )
    assert done.returncode == 0, done.stderr
    return made


def filled(root: Path, sources: Sources, **more: str) -> str:
    """A form about the clinic."""
    records, _ = check_files(root, [CLINIC], sources, DAY)
    words = Words(sources.vocabulary, sources.places)
    answers = {"answer": "something changed", "speaks": "yes", "by": "Director, Example Clinic", **more}
    return rendered("health-centers", prefilled(records[CLINIC], words, **answers))


def test_a_filled_form_becomes_a_pull_request(runner: Runner, sources: Sources) -> None:
    read = runner.read(filled(runner.root, sources, phones="303-555-0199"))
    assert read.returncode == 0, read.stderr
    done = runner.propose()
    assert done.returncode == 0, done.stderr
    assert runner.branches == ["entry-7"]
    shown = runner.bash(f"git --git-dir={runner.remote} show --stat --format=%s entry-7").stdout
    assert "Entry of issue 7" in shown and "1 file changed, 4 insertions(+), 1 deletion(-)" in shown
    assert "pr create --repo example/directory --head entry-7 --title Entry of issue 7" in runner.called
    body = (runner.made / "body.md").read_text(encoding="utf-8")
    assert "Telephone: 303-555-0170 -> 303-555-0199" in body


def test_problems_are_told_to_the_issue(runner: Runner, sources: Sources) -> None:
    read = runner.read(filled(runner.root, sources, phones="call us"))
    assert read.returncode == 0, read.stderr
    assert runner.propose().returncode == 0
    assert runner.branches == [] and "issue comment 7" in runner.called and "pr " not in runner.called
    assert "E210" in (runner.made / "words.md").read_text(encoding="utf-8")


HOSTILE = {
    "nothing": None,
    "empty": "",
    "shell": "$(touch pwned) `touch pwned`; touch pwned\n'\"; touch pwned #",
    "expression": "${{ github.token }} ${{ secrets.GH_TOKEN }}",
    "workflow command": "::set-env name=PATH::/tmp\n::add-mask::x\n::stop-commands::y",
    "end of file": "EOF\ntouch pwned\n",
    "path": "### Entry\n\n../../../../etc/passwd\n\n### Answer\n\nstill right\n",
    "option": "### Entry\n\n--by=x\n\n### Answer\n\nstill right\n",
    "very long": "x" * 1_000_000,
    "unseen": "### Entry\n\nexample\u202e-clinic\n\n### Answer\n\nstill right\n",
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_hostile_issues_do_nothing(runner: Runner, body: str | None) -> None:
    read = runner.read(body)
    assert read.returncode == 0, read.stderr
    assert (runner.made / "change.patch").read_bytes() == b""
    done = runner.propose()
    assert done.returncode == 0 and runner.branches == []
    assert not list(runner.root.rglob("pwned")) and "pr " not in runner.called
    told = (runner.made / "words.md").read_text(encoding="utf-8")
    assert told.startswith("```") and told.isascii() and "not-a-token" not in told


def test_hostile_answers_are_only_text(runner: Runner, sources: Sources) -> None:
    harm = "$(touch pwned) `touch pwned` ${{ github.token }} ::error::x ``` @everyone"
    read = runner.read(filled(runner.root, sources, fees_description=harm, by=f"Director {harm}"))
    assert read.returncode == 0, read.stderr
    assert runner.propose().returncode == 0
    text = runner.bash(f"git --git-dir={runner.remote} show entry-7:{CLINIC}").stdout
    assert yaml.safe_load(text)["fees_description"] == harm
    assert not list(runner.root.rglob("pwned"))


PATCHES = {
    "a workflow": ("mkdir -p .github/workflows; echo x > .github/workflows/x.yml; git add -N .", False),
    "another file": ("echo x >> data/resources/co/legal_aid/example-legal-aid.yml; echo x >> " + CLINIC, False),
    "a new entry": ("cp " + CLINIC + " data/resources/co/health_center/new.yml; git add -N data/resources", False),
    "an entry gone": ("git rm -q --cached " + CLINIC + "; rm " + CLINIC, False),
    "a link": ("rm " + CLINIC + "; ln -s /etc/passwd " + CLINIC, False),
    "a mode": ("chmod +x " + CLINIC, False),
    "an edit": ("echo '# x' >> " + CLINIC, True),
}


@pytest.mark.parametrize(("harm", "accepted"), PATCHES.values(), ids=PATCHES)
def test_the_step_that_writes_takes_one_edited_entry_only(runner: Runner, harm: str, accepted: bool) -> None:
    """Even if the step that reads had been taken over."""
    runner.made.mkdir()
    (runner.made / "words.md").write_text("x\n", encoding="utf-8")
    made = runner.bash(
        f"{harm}; git diff --binary HEAD -- data .github > '{runner.made}/change.patch'; git reset -q --hard"
    )
    assert made.returncode == 0, made.stderr
    assert (runner.made / "change.patch").stat().st_size > 0
    done = runner.propose()
    assert (done.returncode == 0) == accepted and runner.branches == (["entry-7"] if accepted else [])


def test_no_script_holds_an_expression_and_rights_are_few() -> None:
    text = workflow()
    assert text["permissions"] == {}
    assert text["jobs"]["read"]["permissions"] == {"contents": "read"}
    assert text[True] == {"issues": {"types": ["labeled"]}}
    assert text["jobs"]["read"]["if"] == "github.event.label.name == 'apply'"
    assert "if" not in text["jobs"]["propose"] and text["jobs"]["propose"]["needs"] == "read"
    for job in ("read", "propose"):
        for step in steps(job):
            assert "${{" not in step.get("run", "")
            if "uses" in step:
                assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", step["uses"])
            if step.get("uses", "").startswith("actions/checkout"):
                assert step["with"]["persist-credentials"] is False
    assert "GH_TOKEN" not in str(text["jobs"]["read"])
