"""One comment on the right pull request, whatever a stranger's run hands over."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

import comment
from hub_stub import HubStub, hub_stub
from resource_directory.change_text import LARGEST_JSON, MARKER, Description, Entry, Line, as_json
from support import ROOT, good_records, make_repository

SHA = "a" * 40
REPOSITORY = "example-coalition/directory"
BRANCH = "x&state=closed$(touch pwned)"
RUN: dict[str, Any] = {
    "event": "pull_request",
    "path": ".github/workflows/data.yml",
    "head_sha": SHA,
    "head_branch": BRANCH,
    "head_repository": {"id": 7, "owner": {"login": "stranger"}},
}
PULLS = f"repos/{REPOSITORY}/pulls?state=open&head=stranger%3Ax%26state%3Dclosed%24%28touch+pwned%29&per_page=100"
PULL: dict[str, Any] = {
    "number": 41,
    "head": {"sha": SHA, "repo": {"id": 7}},
    "base": {"repo": {"full_name": REPOSITORY}},
}
ARTIFACTS = f"repos/{REPOSITORY}/actions/runs/99/artifacts?name=change&per_page=100"
ARTIFACT: dict[str, Any] = {"id": 5, "name": "change", "expired": False, "size_in_bytes": 900}
COMMENTS = f"repos/{REPOSITORY}/issues/41/comments?per_page=100&page=1"
SAID = Description("a", "b", (Entry("changed", "p", "@everyone", "t", "s", (Line("Name", "<b>", "[x](http://e)"),)),))


def archive(content: bytes, name: str = "change.json", **more: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr(name, content)
        for other, text in more.items():
            opened.writestr(other, text)
    return made.getvalue()


def answers(**changes: Any) -> dict[str, Any]:
    """What GitHub says of a run that went well, with changes by short name."""
    found: dict[str, Any] = {
        "run": (f"repos/{REPOSITORY}/actions/runs/99", RUN),
        "pulls": (PULLS, [PULL]),
        "artifacts": (ARTIFACTS, {"artifacts": [ARTIFACT]}),
        "zip": (f"repos/{REPOSITORY}/actions/artifacts/5/zip", {"file": "zip"}),
        "comments": (COMMENTS, []),
    }
    return {address: changes.get(name, answer) for name, (address, answer) in found.items()}


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> HubStub:
    return hub_stub(tmp_path / "hub", monkeypatch)


def run() -> int:
    return comment.main(["--repository", REPOSITORY, "--run", "99"])


def test_a_first_comment(hub: HubStub, tmp_path: Path) -> None:
    hub.answer(answers(), zip=archive(as_json(SAID).encode()))
    assert run() == 0
    (sent,) = hub.sent
    assert (sent["method"], sent["address"]) == ("POST", f"repos/{REPOSITORY}/issues/41/comments")
    assert sent["body"]["body"].startswith(MARKER) and "`@everyone`" in sent["body"]["body"]
    assert not list(tmp_path.rglob("pwned"))


def test_the_comment_is_brought_up_to_date_and_others_are_left_alone(hub: HubStub) -> None:
    comments = [
        {"id": 1, "user": {"login": "stranger"}, "body": MARKER},
        {"id": 2, "user": {"login": "github-actions[bot]"}, "body": f"Quoted: {MARKER}"},
        {"id": 3, "user": {"login": "github-actions[bot]"}, "body": f"{MARKER}\nold"},
        {"id": 4, "user": None, "body": MARKER},
    ]
    hub.answer(answers(comments=comments), zip=archive(as_json(SAID).encode()))
    assert run() == 0
    assert [(one["method"], one["address"]) for one in hub.sent] == [("PATCH", f"repos/{REPOSITORY}/issues/comments/3")]


@pytest.mark.parametrize(
    "pulls",
    [
        [],
        [{**PULL, "head": {"sha": "b" * 40, "repo": {"id": 7}}}],
        [{**PULL, "head": {"sha": SHA, "repo": {"id": 8}}}],
        [{**PULL, "head": {"sha": SHA, "repo": None}}],
        [{**PULL, "base": {"repo": {"full_name": "other/directory"}}}],
        [PULL, {**PULL, "number": 42}],
    ],
    ids=["none", "moved on", "another fork", "the fork is gone", "another repository", "two"],
)
def test_no_pull_request_of_this_very_commit_no_comment(hub: HubStub, pulls: list[Any]) -> None:
    hub.answer(answers(pulls=pulls), zip=archive(as_json(SAID).encode()))
    assert run() == 0
    assert hub.sent == []


@pytest.mark.parametrize(
    "changes",
    [{"event": "push"}, {"path": ".github/workflows/other.yml"}, {"head_sha": "HEAD"}],
    ids=["a push", "another workflow", "no commit"],
)
def test_other_runs_are_refused(hub: HubStub, changes: dict[str, str]) -> None:
    hub.answer(answers(run={**RUN, **changes}), zip=archive(as_json(SAID).encode()))
    assert run() == 1
    assert hub.sent == []


HANDED: dict[str, bytes] = {
    "no archive": b"PK\x03\x04 not an archive",
    "nothing": b"",
    "another name": archive(b"{}", "../../change.json"),
    "two files": archive(as_json(SAID).encode(), second=b"x"),
    "no JSON": archive(b"# hello"),
    "Markdown instead": archive(b'"@everyone"'),
    "another form": archive(b'{"entries": []}'),
    "a bomb": archive(b" " * (LARGEST_JSON + 1)),
    "a heavy one": b"x" * (comment.LARGEST_ZIP + 1),
}


@pytest.mark.parametrize("name", HANDED)
def test_what_cannot_be_used_is_refused(hub: HubStub, name: str) -> None:
    hub.answer(answers(), zip=HANDED[name])
    assert run() == 1
    assert hub.sent == []


def test_a_size_that_an_archive_lies_about_does_not_help_it(hub: HubStub) -> None:
    heavy = archive(b"[" * (LARGEST_JSON + 500))
    lying = heavy.replace((LARGEST_JSON + 500).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert lying != heavy
    hub.answer(answers(), zip=lying)
    assert run() == 1
    assert hub.sent == []


@pytest.mark.parametrize(
    "artifacts",
    [[], [{**ARTIFACT, "expired": True}], [{**ARTIFACT, "name": "other"}]],
    ids=["none", "expired", "another"],
)
def test_a_run_that_handed_nothing_over(hub: HubStub, artifacts: list[Any]) -> None:
    hub.answer(answers(artifacts={"artifacts": artifacts}))
    assert run() == 0
    assert hub.sent == []


def test_a_heavy_artifact_is_not_even_fetched(hub: HubStub) -> None:
    heavy = {**ARTIFACT, "size_in_bytes": comment.LARGEST_ZIP + 1}
    said = answers(artifacts={"artifacts": [heavy]})
    del said[f"repos/{REPOSITORY}/actions/artifacts/5/zip"]
    hub.answer(said)
    assert run() == 1


def test_what_github_refuses_is_told(hub: HubStub, capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 2
    assert "HTTP 404" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["", "a", "a/b/c", "../x/y", "a/b?x", "$(touch pwned)/x"])
def test_a_repository_has_an_owner_and_a_name(hub: HubStub, name: str) -> None:
    assert comment.main(["--repository", name, "--run", "1"]) == 2


def test_from_a_commit_to_a_comment(hub: HubStub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The steps of both workflows, one after the other, with the pull request's own hostile words."""
    root = make_repository(tmp_path / "r", good_records())
    file = root / "data/resources/co/legal_aid/example-legal-aid.yml"
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    git = ["git", "-C", str(root), "-c", "user.name=T", "-c", "user.email=t@example.org"]
    for command in (["init", "-q"], ["add", "data/resources", "mkdocs.yml"], ["commit", "-q", "-m", "first"]):
        subprocess.run([*git, *command], check=True, capture_output=True)
    text = file.read_text(encoding="utf-8").replace("303-555-0160", "303-555-0169")
    file.write_text(text.replace("name: Example Legal Aid", "name: Legal @everyone `<img>`"), encoding="utf-8")
    subprocess.run([*git, "commit", "-q", "-am", "second"], check=True, capture_output=True)
    step = [sys.executable, str(ROOT / "scripts/describe_change.py"), "HEAD^1", "HEAD", "--format", "json"]
    done = subprocess.run(step, cwd=root, capture_output=True, check=True)
    hub.answer(answers(), zip=archive(done.stdout))
    assert run() == 0
    body = hub.sent[0]["body"]["body"]
    assert "- **Telephone** of `` Legal @everyone `<img>` ``: `303-555-0160` → `303-555-0169`" in body
    assert "- **Name** of `` Legal @everyone `<img>` ``: `Example Legal Aid` → `` Legal @everyone `<img>` ``" in body


@pytest.mark.parametrize("name", ["comment", "nightly"])
def test_what_may_write_needs_nothing_that_must_be_installed(name: str) -> None:
    """Only the standard library, and what stands in the repository."""
    code = f"import sys; sys.path.insert(0, {str(ROOT / 'scripts')!r}); import {name}"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
