"""The look that every night takes by itself, in parts, so that what reads the internet may write nothing.

GH_TOKEN=... scripts/nightly.py remember --found DIR --repository OWNER/NAME
scripts/nightly.py look --found DIR [--sources TABLES]     runs the programs below; each may fail alone
GH_TOKEN=... scripts/nightly.py tell --found DIR --repository OWNER/NAME

`remember` fetches what earlier nights saw of web sites, from the last night's own artifact. `look` writes what was
found into a folder. `tell` takes that folder for data: it brings one issue for each kind of finding up to date, and one
pull request for each state in which a publisher's list says something new. All need only Python's standard library, git
and `gh`; the programs that `look` runs need the whole environment.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from comment import AUTHOR, Hub

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "hooks"))

from resource_directory.change_text import plain

ROOT = Path(__file__).resolve().parent.parent
#: Letters of an issue: GitHub takes 65,536. Bytes of a file that are read at all.
LONGEST_BODY = 60_000
LARGEST_FILE = 1_000_000
LARGEST_BUNDLE = 100_000_000
FAILED = "failed.json"
BUNDLE = "refresh.bundle"
LOOKS = "looks.jsonl"
ARTIFACT = "found"
WORKFLOW = ".github/workflows/nightly.yml"
#: Bytes of an artifact, and of what is kept of looks at web sites.
LARGEST_ARTIFACT = 200_000_000
LARGEST_LOOKS = 50_000_000
_STATE = re.compile(r"[a-z]{2}")
#: What a refresh may touch.
_REFRESHED = ("data/resources/", "data/imports/")
_BRANCH = "refresh/"


@dataclass(frozen=True)
class Look:
    """A program, how long it may take, and by which ends it has done its work."""

    name: str
    command: tuple[str, ...]
    seconds: int
    fine: tuple[int, ...] = (0,)


@dataclass(frozen=True)
class Topic:
    """A finding, and the issue that tells of it."""

    file: str
    title: str
    words: str


TOPICS = (
    Topic("stale.txt", "Entries to ring", "These entries are past their limit. The most urgent come first."),
    Topic(
        "links.txt",
        "Web sites that do not answer",
        "Look at each in a browser before you change an entry: a site may only refuse programs.",
    ),
    Topic(
        "questions.txt",
        "Questions from the publishers' lists",
        "The publisher and somebody here have both changed a fact, or a row is gone. A person must decide.",
    ),
)
FAILURE = Topic(FAILED, "The nightly look failed in part", "These programs did not end well. The log says more.")


def looks(found: Path, sources: Path | None) -> Iterator[Look]:
    """The programs of the night."""
    python, scripts = sys.executable, ROOT / "scripts"
    stale = (f"{scripts}/stale.py", "--only", "overdue", "--first", "100", "--out", f"{found}/stale.txt")
    yield Look("stale", (python, *stale), 600)
    links = (f"{scripts}/links.py", "--state", "all", "--limit", "2000", "--looks", f"{found}/{LOOKS}")
    yield Look("links", (python, *links, "--out", f"{found}/links.txt"), 4 * 3600)
    if sources is not None:
        refresh = (f"{scripts}/import_sources.py", "--sources", str(sources), "--state", "all", "--branches")
        told = ("--summaries", f"{found}/summaries", "--questions", f"{found}/questions.txt")
        # 1: a branch on which somebody has worked was left alone.
        yield Look("refresh", (python, *refresh, *told), 3600, (0, 1))


def remember(found: Path, hub: Hub) -> str:
    """Puts what earlier nights saw of web sites into the folder; says what it did. Raises CalledProcessError."""
    found.mkdir(parents=True, exist_ok=True)
    here = hub.ask("")
    for artifact in hub.ask("actions/artifacts", name=ARTIFACT, per_page=20)["artifacts"]:
        run = artifact.get("workflow_run") or {}
        own = (run.get("head_branch"), run.get("head_repository_id")) == (here["default_branch"], here["id"])
        if artifact["expired"] or artifact["size_in_bytes"] > LARGEST_ARTIFACT or not own:
            continue
        # Any pull request's run can hand over something of this name: only the night's own is taken.
        told = hub.ask(f"actions/runs/{int(run['id'])}")
        if str(told["path"]).partition("@")[0] != WORKFLOW or told["event"] not in {"schedule", "workflow_dispatch"}:
            continue
        content = _member(hub.bytes(f"actions/artifacts/{int(artifact['id'])}/zip"))
        if content is not None:
            (found / LOOKS).write_bytes(content)
            return "Earlier looks at web sites are there."
    return "No earlier looks at web sites: all are looked at anew."


def _member(content: bytes) -> bytes | None:
    """What an artifact keeps of looks at web sites; None where it has none that can be used."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(LOOKS) as stream:
            found = stream.read(LARGEST_LOOKS + 1)
    except (KeyError, zipfile.BadZipFile, RuntimeError, EOFError, OSError):
        return None
    return found if len(found) <= LARGEST_LOOKS else None


def look(found: Path, programs: Sequence[Look]) -> int:
    """Runs the programs one after the other; 0 where at least one ended well. Says how each ended."""
    found.mkdir(parents=True, exist_ok=True)
    failed = []
    for program in programs:
        end = _run(program)
        print(f"{program.name}: {end or 'done'}")
        if end:
            failed.append(f"{program.name}: {end}")
    if any(program.name == "refresh" for program in programs):
        _bundle(found)
    (found / FAILED).write_text(json.dumps(failed), encoding="utf-8")
    return 1 if programs and len(failed) == len(programs) else 0


def _run(program: Look) -> str:
    """How it ended, where not well. What it says goes nowhere: logs are public, and tables hold hidden places."""
    try:
        done = subprocess.run(program.command, cwd=ROOT, capture_output=True, timeout=program.seconds, check=False)
    except subprocess.TimeoutExpired:
        return f"took longer than {program.seconds} seconds"
    except OSError as error:
        return f"could not be begun: {error.strerror}"
    return "" if done.returncode in program.fine else f"ended with {done.returncode}"


def _bundle(found: Path) -> None:
    """The branches of states with their commits, in one file."""
    names = _git("for-each-ref", "--format=%(refname)", f"refs/heads/{_BRANCH}").split()
    if names:
        _git("bundle", "create", str(found / BUNDLE), *names, "--not", "HEAD")


def _git(*command: str) -> str:
    """Raises CalledProcessError."""
    done = subprocess.run(["git", *command], check=True, capture_output=True, timeout=600)
    return done.stdout.decode("utf-8", errors="replace").strip()


def tell(found: Path, hub: Hub) -> list[str]:
    """Brings issues and pull requests up to date; what could not be done. Raises CalledProcessError."""
    for topic in TOPICS:
        # What a program did not write, because it failed or was not run, leaves its issue as it is.
        if (text := _text(found / topic.file)) is not None:
            issue(hub, topic, text)
    try:
        failed = [plain(str(one)) for one in json.loads(_text(found / FAILED) or "[]")]
    except (ValueError, TypeError, RecursionError):
        failed = ["the look: its list of failures cannot be read"]
    failed += pull_requests(found, hub)
    issue(hub, FAILURE, "\n".join(failed))
    return failed


def _text(file: Path) -> str | None:
    """A file's text, or its beginning; None where it is not there or is no plain file."""
    if file.is_symlink() or not file.is_file():
        return None
    with file.open("rb") as stream:
        return stream.read(LARGEST_FILE).decode("utf-8", errors="replace")


def fenced(text: str) -> str:
    """A block of code, in which nothing is a link, a mention or HTML. Cut where it is too long."""
    lines = ["".join(char if char.isprintable() else " " for char in line) for line in text.splitlines()]
    shown = "\n".join(line.rstrip() for line in lines)
    if len(shown) > LONGEST_BODY:
        shown = shown[:LONGEST_BODY].rpartition("\n")[0] + "\n… and more."
    ticks = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", shown)), default=0))
    return f"{ticks}text\n{shown}\n{ticks}"


def issue(hub: Hub, topic: Topic, text: str) -> None:
    """One open issue a topic: made, mended, or closed where nothing is left to say."""
    mark = f"<!-- nightly: {topic.file} -->"
    body = f"{mark}\n{topic.words}\n\n{fenced(text)}\n"
    found = hub.ask("issues", state="open", creator=AUTHOR, per_page=100)
    own = [one for one in found if "pull_request" not in one and str(one.get("body")).startswith(mark)]
    if not text.strip():
        for one in own:
            hub.send("PATCH", f"issues/{int(one['number'])}", {"state": "closed"})
    elif own:
        if own[0]["body"] != body:
            hub.send("PATCH", f"issues/{int(own[0]['number'])}", {"body": body})
    else:
        hub.send("POST", "issues", {"title": topic.title, "body": body})


def pull_requests(found: Path, hub: Hub) -> list[str]:
    """One pull request a state with a branch and a summary; says which could not be made."""
    bundle, wrong = found / BUNDLE, []
    if bundle.is_symlink() or not bundle.is_file():
        return []
    if bundle.stat().st_size > LARGEST_BUNDLE:
        return ["refresh: the branches are too large"]
    _git("fetch", "--no-tags", "--quiet", str(bundle), f"+refs/heads/{_BRANCH}*:refs/nightly/*")
    for state in _git("for-each-ref", "--format=%(refname:lstrip=2)", "refs/nightly/").split():
        summary = _text(found / "summaries" / f"{state}.md") if _STATE.fullmatch(state) else None
        if summary is None:
            continue  # Nothing new is said of it tonight: the branch of another night.
        try:
            wrong += _offer(hub, state, summary)
        except subprocess.CalledProcessError as error:
            wrong.append(f"refresh of {state}: {error.stderr.decode(errors='replace').strip()}")
    return wrong


def _offer(hub: Hub, state: str, summary: str) -> list[str]:
    """Pushes a state's branch and brings its pull request up to date. Raises CalledProcessError."""
    ref, branch = f"refs/nightly/{state}", f"{_BRANCH}{state}"
    touched = _git("diff", "--name-only", "--no-renames", f"HEAD...{ref}").splitlines()
    if not touched or any(not path.startswith(_REFRESHED) for path in touched):
        return [f"refresh of {state}: it touches files that a refresh may not touch"]
    there = _git("ls-remote", "origin", f"refs/heads/{branch}").partition("\t")[0]
    if there != _git("rev-parse", ref):
        lease = f"--force-with-lease=refs/heads/{branch}:{there}"
        _git("push", "--quiet", lease, "origin", f"{ref}:refs/heads/{branch}")
    title, _, body = summary.partition("\n")
    told: Mapping[str, str] = {
        "title": plain(title.lstrip("# "), 200),
        "body": f"{_CHECKS}\n\n{body.strip()[:LONGEST_BODY]}\n",
    }
    owner = hub.repository.partition("/")[0]
    open_now: list[Mapping[str, Any]] = hub.ask("pulls", state="open", head=f"{owner}:{branch}", per_page=10)
    if open_now:
        hub.send("PATCH", f"pulls/{int(open_now[0]['number'])}", told)
    else:
        base = str(hub.ask("")["default_branch"])
        hub.send("POST", "pulls", {**told, "head": branch, "base": base})
    return []


_CHECKS = "GitHub runs no checks on what a program pushes: close this pull request and open it again, then they run."


def main(argv: Sequence[str] | None = None) -> int:
    """0 where at least a part could be done, 1 where nothing could, 2 where GitHub or git failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=("remember", "look", "tell"))
    parser.add_argument("--found", type=Path, required=True, help="the folder between the parts")
    parser.add_argument("--sources", type=Path, help="look: the folder of the publishers' tables, where there is one")
    parser.add_argument("--repository", help="remember, tell: owner/name")
    options = parser.parse_args(argv)
    found = options.found.resolve()
    if options.part == "look":
        sources = options.sources if options.sources and options.sources.is_dir() else None
        return look(found, list(looks(found, sources)))
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,100}/[A-Za-z0-9._-]{1,100}", options.repository or ""):
        parser.error("this part needs --repository owner/name")
    hub = Hub(options.repository)
    try:
        for words in [remember(found, hub)] if options.part == "remember" else tell(found, hub):
            print(words)
    except subprocess.CalledProcessError as error:
        print(f"{error.cmd[0]}: {error.stderr.decode(errors='replace').strip()!r}", file=sys.stderr)
        return 2
    except (KeyError, TypeError, ValueError, OSError, subprocess.TimeoutExpired) as error:
        print(f"An answer cannot be used: {error!r}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
