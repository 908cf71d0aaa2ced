"""The nightly look: a part may fail alone, and what was found is told once, in its own place."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

import nightly
from comment import Hub
from hub_stub import HubStub, hub_stub
from nightly import BUNDLE, FAILED, TOPICS, Look, fenced

REPOSITORY = "example-coalition/directory"
REPO = f"repos/{REPOSITORY}"
ISSUES = f"repos/{REPOSITORY}/issues?state=open&creator=github-actions%5Bbot%5D&per_page=100"
STALE = TOPICS[0]


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> HubStub:
    stub = hub_stub(tmp_path / "hub", monkeypatch)
    stub.answer({ISSUES: []})
    return stub


@pytest.fixture
def found(tmp_path: Path) -> Path:
    folder = tmp_path / "found"
    folder.mkdir()
    return folder


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def test_one_program_that_fails_does_not_stop_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "found"
    programs = [
        Look("a", python("import sys; print('77 Secret Street'); sys.exit('77 Secret Street')"), 20),
        Look("b", python("import time; time.sleep(60)"), 1),
        Look("c", (str(tmp_path / "no-such-program"),), 20),
        Look("d", python("raise SystemExit(1)"), 20, (0, 1)),
    ]
    assert nightly.look(folder, programs) == 0
    assert json.loads((folder / FAILED).read_text(encoding="utf-8")) == [
        "a: ended with 1",
        "b: took longer than 1 seconds",
        "c: could not be begun: No such file or directory",
    ]
    said = capsys.readouterr()
    # Logs are public, and what a program says may hold a hidden place.
    assert "Secret" not in said.out + said.err and "d: done" in said.out


def test_a_night_in_which_all_failed_is_red(tmp_path: Path) -> None:
    assert nightly.look(tmp_path / "found", [Look("a", python("raise SystemExit(3)"), 20)]) == 1


ARTIFACTS = f"repos/{REPOSITORY}/actions/artifacts?name=found&per_page=20"
OWN = {"id": 11, "head_branch": "main", "head_repository_id": 1}
KEPT: dict[str, Any] = {"id": 5, "expired": False, "size_in_bytes": 100, "workflow_run": OWN}
NIGHT = {"path": ".github/workflows/nightly.yml", "event": "schedule"}


def memory(artifact: dict[str, Any], run: dict[str, str]) -> dict[str, Any]:
    return {
        REPO: {"id": 1, "default_branch": "main"},
        ARTIFACTS: {"artifacts": [artifact]},
        f"{REPO}/actions/runs/11": run,
        f"{REPO}/actions/artifacts/5/zip": {"file": "zip"},
    }


@pytest.mark.parametrize(
    ("artifact", "run", "is_there"),
    [
        (KEPT, NIGHT, True),
        ({**KEPT, "expired": True}, NIGHT, False),
        ({**KEPT, "size_in_bytes": nightly.LARGEST_ARTIFACT + 1}, NIGHT, False),
        ({**KEPT, "workflow_run": {**OWN, "head_repository_id": 2}}, NIGHT, False),
        ({**KEPT, "workflow_run": {**OWN, "head_branch": "other"}}, NIGHT, False),
        ({**KEPT, "workflow_run": None}, NIGHT, False),
        (KEPT, {**NIGHT, "event": "pull_request"}, False),
        (KEPT, {**NIGHT, "path": ".github/workflows/data.yml"}, False),
    ],
    ids=[
        "own",
        "expired",
        "heavy",
        "a fork's",
        "another branch's",
        "nobody's",
        "a pull request's",
        "another workflow's",
    ],
)
def test_only_the_nights_own_memory_is_taken(
    hub: HubStub, found: Path, artifact: dict[str, Any], run: dict[str, str], is_there: bool
) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("looks.jsonl", "{}\n")
        archive.writestr("../other", "x")
    hub.answer(memory(artifact, run), zip=made.getvalue())
    assert nightly.main(["remember", "--found", str(found), "--repository", REPOSITORY]) == 0
    assert (found / nightly.LOOKS).exists() is is_there
    assert [file.name for file in found.parent.glob("other")] == []


@pytest.mark.parametrize("content", [b"", b"PK", b"x" * 100])
def test_a_memory_that_cannot_be_read_is_none(hub: HubStub, found: Path, content: bytes) -> None:
    hub.answer(memory(KEPT, NIGHT), zip=content)
    assert nightly.main(["remember", "--found", str(found), "--repository", REPOSITORY]) == 0
    assert not (found / nightly.LOOKS).exists()


def test_without_tables_nothing_is_imported(tmp_path: Path) -> None:
    assert [look.name for look in nightly.looks(tmp_path, None)] == ["stale", "links"]
    assert [look.name for look in nightly.looks(tmp_path, tmp_path)] == ["stale", "links", "refresh"]


@pytest.mark.parametrize(
    "program", list(nightly.looks(Path("found"), Path("tables"))), ids=lambda program: program.name
)
def test_programs_take_what_they_are_given(program: Look) -> None:
    """Every option that the night uses is one of the program's."""
    script = Path(program.command[1])
    needed = script.with_name("refresh_branches.py") if program.name == "refresh" else script
    if not needed.is_file():
        pytest.skip(f"scripts/{needed.name} is not written yet")
    done = subprocess.run([program.command[0], str(script), "--help"], capture_output=True, text=True, check=True)
    options = [word for word in program.command if word.startswith("--")]
    assert [option for option in options if option not in done.stdout] == []


def test_an_issue_is_made_and_what_it_holds_stays_text(hub: HubStub, found: Path) -> None:
    (found / "stale.txt").write_text("@everyone [x](http://e)\n```\n<img src=x>\u202e\n", encoding="utf-8")
    assert nightly.tell(found, Hub(REPOSITORY)) == []
    (sent,) = hub.sent
    assert (sent["method"], sent["body"]["title"]) == ("POST", "Entries to ring")
    body = sent["body"]["body"]
    assert body.startswith(f"<!-- nightly: {STALE.file} -->\n")
    assert "````text\n@everyone [x](http://e)\n```\n<img src=x>\n````" in body


def mine(text: str, number: int = 8) -> dict[str, Any]:
    body = f"<!-- nightly: {STALE.file} -->\n{STALE.words}\n\n{fenced(text)}\n"
    return {"number": number, "body": body}


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("one\n", []),
        ("two\n", [("PATCH", {"body": mine("two\n")["body"]})]),
        ("", [("PATCH", {"state": "closed"})]),
        (None, []),
    ],
    ids=["the same", "another", "nothing left", "not looked"],
)
def test_an_issue_is_brought_up_to_date(
    hub: HubStub, found: Path, text: str | None, sent: list[tuple[str, dict[str, str]]]
) -> None:
    others = [{"number": 1, "body": None}, {**mine("one\n", 2), "pull_request": {}}]
    hub.answer({ISSUES: [*others, mine("one\n")]})
    if text is not None:
        (found / "stale.txt").write_text(text, encoding="utf-8")
    assert nightly.tell(found, Hub(REPOSITORY)) == []
    assert [(one["method"], one["body"]) for one in hub.sent] == sent
    assert all(one["address"] == f"repos/{REPOSITORY}/issues/8" for one in hub.sent)


def test_failures_are_told(hub: HubStub, found: Path) -> None:
    (found / FAILED).write_text('["links: ended with 3"]', encoding="utf-8")
    assert nightly.tell(found, Hub(REPOSITORY)) == ["links: ended with 3"]
    assert hub.sent[0]["body"]["title"] == "The nightly look failed in part"


@pytest.mark.parametrize("text", ["{", "7", "[" * 100_000])
def test_failures_that_cannot_be_read_are_one(hub: HubStub, found: Path, text: str) -> None:
    (found / FAILED).write_text(text, encoding="utf-8")
    assert nightly.tell(found, Hub(REPOSITORY)) == ["the look: its list of failures cannot be read"]


def test_a_link_among_what_was_found_is_not_followed(hub: HubStub, found: Path) -> None:
    (found / "stale.txt").symlink_to("/etc/passwd")
    assert nightly.tell(found, Hub(REPOSITORY)) == []
    assert hub.sent == []


def test_a_long_list_is_cut() -> None:
    said = fenced("x" * 80 + "\n" + "a line of words\n" * 10_000)
    assert len(said) < 61_000 and said.endswith("… and more.\n```")


# --- pull requests ----------------------------------------------------------------------------------------------------


def git(root: Path, *command: str) -> str:
    done = subprocess.run(["git", "-C", str(root), *command], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone of a fresh repository; the next commands run in it."""
    for name, value in (("NAME", "T"), ("EMAIL", "t@example.org")):
        monkeypatch.setenv(f"GIT_AUTHOR_{name}", value)
        monkeypatch.setenv(f"GIT_COMMITTER_{name}", value)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    origin, made = tmp_path / "origin.git", tmp_path / "clone"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(origin)], check=True)
    subprocess.run(["git", "clone", "-q", str(origin), str(made)], check=True, capture_output=True)
    git(made, "checkout", "-q", "-b", "main")
    (made / "data/resources/co").mkdir(parents=True)
    (made / "data/resources/co/a.yml").write_text("id: a\n", encoding="utf-8")
    git(made, "add", "-A")
    git(made, "commit", "-q", "-m", "first")
    git(made, "push", "-q", "origin", "main")
    monkeypatch.chdir(made)
    return made


def offer(
    clone: Path, found: Path, state: str, path: str, text: str, summary: str | None = "# A title\n\nWords.\n"
) -> None:
    """What the first part hands over: a branch with one changed file, in a bundle, and a summary."""
    git(clone, "checkout", "-q", "-B", f"refresh/{state}", "main")
    (clone / path).parent.mkdir(parents=True, exist_ok=True)
    (clone / path).write_text(text, encoding="utf-8")
    git(clone, "add", "-A")
    git(clone, "commit", "-q", "-m", "refresh")
    git(clone, "checkout", "-q", "main")
    nightly._bundle(found)
    git(clone, "branch", "-q", "-D", f"refresh/{state}")
    if summary is not None:
        (found / "summaries").mkdir(exist_ok=True)
        (found / f"summaries/{state}.md").write_text(summary, encoding="utf-8")


def pulls_of(state: str) -> str:
    return f"repos/{REPOSITORY}/pulls?state=open&head=example-coalition%3Arefresh%2F{state}&per_page=10"


def test_a_pull_request_a_state_made_once_then_mended(clone: Path, found: Path, hub: HubStub) -> None:
    hub.answer({ISSUES: [], pulls_of("co"): [], REPO: {"default_branch": "main"}})
    offer(clone, found, "co", "data/resources/co/a.yml", "id: b\n")
    assert nightly.tell(found, Hub(REPOSITORY)) == []
    (sent,) = hub.sent
    assert (sent["method"], sent["address"]) == ("POST", f"{REPO}/pulls")
    assert (sent["body"]["title"], sent["body"]["head"], sent["body"]["base"]) == ("A title", "refresh/co", "main")
    assert git(clone, "ls-remote", "origin", "refs/heads/refresh/co")
    hub.answer({ISSUES: [], pulls_of("co"): [{"number": 3}]})
    offer(clone, found, "co", "data/resources/co/a.yml", "id: c\n", "# Another title\n")
    assert nightly.tell(found, Hub(REPOSITORY)) == []
    assert [(one["method"], one["address"]) for one in hub.sent[1:]] == [("PATCH", f"{REPO}/pulls/3")]
    git(clone, "fetch", "-q", "origin")
    assert git(clone, "show", "origin/refresh/co:data/resources/co/a.yml") == "id: c"


@pytest.mark.parametrize("path", [".github/workflows/x.yml", "scripts/check.py", "data/vocab/types.yml"])
def test_a_branch_that_touches_more_than_records_is_not_pushed(
    clone: Path, found: Path, hub: HubStub, path: str
) -> None:
    offer(clone, found, "co", path, "x")
    assert nightly.tell(found, Hub(REPOSITORY)) == ["refresh of co: it touches files that a refresh may not touch"]
    assert git(clone, "ls-remote", "origin", "refs/heads/refresh/co") == ""


def test_a_branch_without_a_summary_is_of_another_night(clone: Path, found: Path, hub: HubStub) -> None:
    offer(clone, found, "co", "data/resources/co/a.yml", "id: b\n", None)
    assert nightly.tell(found, Hub(REPOSITORY)) == []
    assert hub.sent == [] and git(clone, "ls-remote", "origin", "refs/heads/refresh/co") == ""


def test_a_branch_that_is_no_state_is_left(clone: Path, found: Path, hub: HubStub) -> None:
    offer(clone, found, "main-copy", "data/resources/co/a.yml", "id: b\n", "# x\n")
    assert nightly.tell(found, Hub(REPOSITORY)) == []
    assert hub.sent == []


def test_a_bundle_that_is_none(clone: Path, found: Path, hub: HubStub) -> None:
    (found / BUNDLE).write_bytes(b"nothing")
    assert nightly.main(["tell", "--found", str(found), "--repository", REPOSITORY]) == 2
