"""As much of GitHub's interface as the editing screen asks: lists, contents, a branch, a commit, a pull request."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Route

HEAD = "a" * 40
NEXT = "b" * 40
TOP = "data/resources/"
_DAY = "2026-11-21T00:00:00Z"


def object_name(text: str) -> str:
    """The name git gives a file's content."""
    data = text.encode()
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


@dataclass
class PretendGitHub:
    """A repository of files (path: text), and what was done to it."""

    files: Mapping[str, str]
    #: Trees whose list is said to be cut off.
    cut: frozenset[str] = frozenset()
    asked: list[str] = field(default_factory=list)
    branches: list[str] = field(default_factory=list)
    #: (branch, path, text)
    commits: list[tuple[str, str, str]] = field(default_factory=list)
    pulls: list[dict[str, Any]] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)

    def answer(self, route: Route) -> None:
        """Answers a request to api.github.com."""
        request = route.request
        path = request.url.split("api.github.com", 1)[1]
        self.asked.append(f"{request.method} {path}")
        body = json.loads(request.post_data) if request.post_data else {}
        found = self._graph(body) if path == "/graphql" else self._rest(path, body)
        status = 404 if found is None else 204 if found == {} else 200
        headers = {"access-control-allow-origin": "*"}
        route.fulfill(status=status, headers=headers, json=found if found is not None else {"message": "Not Found"})

    def _rest(self, path: str, body: Mapping[str, Any]) -> Any:
        if path == "/user":
            return {"id": 1, "login": "editor", "name": "Editor", "email": None, "avatar_url": "", "html_url": ""}
        if path.endswith("/collaborators/editor"):
            return {}
        if "/git/trees/" in path:
            return self._tree(path.split("/git/trees/")[1])
        if path.endswith("/pulls"):
            self.pulls.append(dict(body))
            return {"number": 7, "node_id": "PR_7", "html_url": "https://github.com/x", "title": body["title"],
                    "draft": body["draft"], "head": {"ref": body["head"], "sha": NEXT}, "user": {"login": "editor"},
                    "created_at": _DAY, "updated_at": _DAY}  # fmt: skip
        if path.endswith("/labels"):
            self.labels += body["labels"]
            return [{"name": name} for name in body["labels"]]
        return None

    def _tree(self, name: str) -> dict[str, Any]:
        """Lists of folders; their names here say which folder they are."""
        folders = {HEAD: ["data"], "data": ["resources"], "resources": sorted({p.split("/")[2] for p in self.files})}
        if name in folders:
            tree = [{"path": folder, "type": "tree", "sha": folder} for folder in folders[name]]
        else:
            start = f"{TOP}{name.removesuffix('?recursive=1')}/"
            inside = {path.removeprefix(start): text for path, text in self.files.items() if path.startswith(start)}
            tree = [{"path": p, "type": "blob", "sha": object_name(t), "size": str(len(t))} for p, t in inside.items()]
        return {"tree": tree, "truncated": name in self.cut}

    def _graph(self, body: Mapping[str, Any]) -> Any:
        query = body["query"]
        if "createRef" in query:
            self.branches.append(body["variables"]["input"]["name"])
            return {"data": {"createRef": {"ref": {"name": self.branches[-1]}}}}
        if "createCommitOnBranch" in query:
            return self._commit(body["variables"]["input"])
        if "fork: repository" in query:
            return {"data": {"fork": {"id": "R_1"}, "base": {"ref": {"target": {"oid": HEAD}}}}}
        if "pullRequests" in query:
            page = {"hasNextPage": False, "endCursor": None}
            return {"data": {"repository": {"pullRequests": {"nodes": [], "pageInfo": page}}}}
        if contents := re.findall(r'(content_\d+): object\(oid: "(\w+)"', query):
            texts = {object_name(text): text for text in self.files.values()}
            found = {key: {"text": texts[name], "isTruncated": False} for key, name in contents}
            return {"data": {"repository": found}}
        if commits := re.findall(r"(commit_\d+):", query):
            author = {"name": "A", "email": "a@example.org", "user": None}
            history = {"history": {"nodes": [{"author": author, "committedDate": _DAY}]}}
            return {"data": {"repository": {key: {"target": history} for key in commits}}}
        last = {"oid": HEAD, "history": {"nodes": [{"oid": HEAD, "message": "x"}]}}
        return {"data": {"repository": {"ref": {"target": last}}}}

    def _commit(self, wanted: Mapping[str, Any]) -> Any:
        changes = wanted["fileChanges"]
        assert not changes["deletions"]
        for added in changes["additions"]:
            text = base64.b64decode(added["contents"]).decode()
            self.commits.append((wanted["branch"]["branchName"], added["path"], text))
        commit = {"oid": NEXT, "committedDate": _DAY, "file_0": {"oid": object_name(self.commits[-1][2])}}
        return {"data": {"createCommitOnBranch": {"commit": commit}}}
