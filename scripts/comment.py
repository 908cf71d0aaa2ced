"""Posts what a pull request changes as one comment, and brings the comment up to date.

GH_TOKEN=... scripts/comment.py --repository OWNER/NAME --run 123456

Runs in the workflow *comment*, which may write, on the repository's own branch, never on the pull request's. What the
pull request's own run has handed over is taken for data: its size is capped, its form checked, and the comment is made
here. Which pull request it is about is asked of GitHub: the open one whose newest commit is that of the run.
Needs only Python's standard library and the program `gh`.
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
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "hooks"))

from resource_directory.change_text import LARGEST_JSON, MARKER, as_markdown, from_json

WORKFLOW = ".github/workflows/data.yml"
ARTIFACT = "change"
FILE = "change.json"
AUTHOR = "github-actions[bot]"
#: Bytes of an artifact that are taken at all.
LARGEST_ZIP = 2_000_000
PAGE = 100
MOST_PAGES = 20
_REPOSITORY = re.compile(r"[A-Za-z0-9._-]{1,100}/[A-Za-z0-9._-]{1,100}")
_SHA = re.compile(r"[0-9a-f]{40}")


class NothingToPost(Exception):
    """There is no pull request, or no description, to speak of any more; says why."""


class RefusedError(Exception):
    """What was handed over cannot be used; says why."""


@dataclass(frozen=True)
class Hub:
    """A repository on GitHub, by way of `gh api`."""

    repository: str

    def ask(self, path: str, **query: str | int) -> Any:
        """The JSON of an address under the repository. Raises CalledProcessError."""
        return json.loads(self.bytes(f"{path}?{urlencode(query)}" if query else path))

    def bytes(self, path: str) -> bytes:
        """What an address gives. Raises CalledProcessError."""
        command = ["gh", "api", f"repos/{self.repository}/{path}".rstrip("/")]
        return subprocess.run(command, check=True, capture_output=True, timeout=60).stdout

    def send(self, method: str, path: str, body: Mapping[str, str]) -> None:
        """Writes. Raises CalledProcessError."""
        command = ["gh", "api", "--method", method, f"repos/{self.repository}/{path}", "--input", "-"]
        subprocess.run(command, input=json.dumps(body).encode(), check=True, capture_output=True, timeout=60)


def pull_request(hub: Hub, run: Mapping[str, Any]) -> int:
    """The number of the open pull request that ends with the commit of the run. Raises NothingToPost, RefusedError."""
    if run.get("event") != "pull_request" or str(run.get("path")).partition("@")[0] != WORKFLOW:
        raise RefusedError("The run is not one of the workflow data for a pull request.")
    sha, branch, source = str(run.get("head_sha")), str(run.get("head_branch")), run.get("head_repository") or {}
    if not _SHA.fullmatch(sha):
        raise RefusedError("The run names no commit.")
    owner = (source.get("owner") or {}).get("login")
    pulls = hub.ask("pulls", state="open", head=f"{owner}:{branch}", per_page=PAGE)
    own = [
        pull
        for pull in pulls
        if pull["head"]["sha"] == sha
        and (pull["head"].get("repo") or {}).get("id") == source.get("id")
        and pull["base"]["repo"]["full_name"].casefold() == hub.repository.casefold()
    ]
    if len(own) != 1:
        raise NothingToPost(f"{len(own)} open pull requests end with the run's commit: nothing is posted.")
    return int(own[0]["number"])


def handed_over(hub: Hub, run: int) -> bytes:
    """The file that the run has handed over. Raises NothingToPost, RefusedError."""
    found = hub.ask(f"actions/runs/{run}/artifacts", name=ARTIFACT, per_page=PAGE)["artifacts"]
    fresh = [one for one in found if one["name"] == ARTIFACT and not one["expired"]]
    if len(fresh) != 1:
        raise NothingToPost(f"The run has handed over {len(fresh)} descriptions.")
    if fresh[0]["size_in_bytes"] > LARGEST_ZIP:
        raise RefusedError("What the run has handed over is too large.")
    return unpacked(hub.bytes(f"actions/artifacts/{int(fresh[0]['id'])}/zip"))


def unpacked(content: bytes) -> bytes:
    """The one file of an archive, whatever the archive says of its size. Raises RefusedError."""
    if len(content) > LARGEST_ZIP:
        raise RefusedError("What the run has handed over is too large.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if archive.namelist() != [FILE]:
                raise RefusedError(f"The run has handed over something else than {FILE}.")
            with archive.open(FILE) as stream:
                found = stream.read(LARGEST_JSON + 1)
    except (zipfile.BadZipFile, RuntimeError, EOFError, OSError) as error:
        raise RefusedError("What the run has handed over is no archive that can be read.") from error
    if len(found) > LARGEST_JSON:
        raise RefusedError("The description is too large.")
    return found


def own_comments(hub: Hub, number: int) -> Iterator[int]:
    """Ids of the comments that this program wrote, the oldest first."""
    for page in range(1, MOST_PAGES + 1):
        comments = hub.ask(f"issues/{number}/comments", per_page=PAGE, page=page)
        for comment in comments:
            if (comment.get("user") or {}).get("login") == AUTHOR and comment["body"].startswith(MARKER):
                yield int(comment["id"])
        if len(comments) < PAGE:
            return


def post(hub: Hub, run: int) -> str:
    """Makes or mends the comment; says what was done. Raises NothingToPost, RefusedError, CalledProcessError."""
    number = pull_request(hub, hub.ask(f"actions/runs/{run}"))
    try:
        text = as_markdown(from_json(handed_over(hub, run)))
    except ValueError as error:
        raise RefusedError(str(error)) from error
    existing = next(own_comments(hub, number), None)
    if existing is None:
        hub.send("POST", f"issues/{number}/comments", {"body": text})
        return f"Pull request {number}: commented."
    hub.send("PATCH", f"issues/comments/{existing}", {"body": text})
    return f"Pull request {number}: the comment is up to date."


def main(argv: Sequence[str] | None = None) -> int:
    """0 when the comment was written or there was none to write, 1 where what came cannot be used, 2 where gh fails."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repository", required=True, help="owner/name")
    parser.add_argument("--run", required=True, type=int, help="the number of the run that has handed over")
    options = parser.parse_args(argv)
    if not _REPOSITORY.fullmatch(options.repository):
        print("The repository is owner/name.", file=sys.stderr)
        return 2
    try:
        print(post(Hub(options.repository), options.run))
    except NothingToPost as reason:
        print(reason)
    except RefusedError as error:
        print(error, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"gh: {error.stderr.decode(errors='replace').strip()!r}", file=sys.stderr)
        return 2
    except (KeyError, TypeError, ValueError, OSError, subprocess.TimeoutExpired) as error:
        print(f"GitHub's answer cannot be used: {error!r}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
