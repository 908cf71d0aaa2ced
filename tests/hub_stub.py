"""A stand-in for `gh`: answers what a test has laid down, and keeps what is sent."""

from __future__ import annotations

import json
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

_STUB = """#!{python}
import json, pathlib, sys
folder = pathlib.Path({folder!r})
answers = json.loads((folder / "answers.json").read_text())
arguments = sys.argv[1:]
if arguments[:1] != ["api"]:
    sys.exit(0)
method = arguments[arguments.index("--method") + 1] if "--method" in arguments else "GET"
address = next(one for one in arguments[1:] if one.startswith("repos/"))
if method != "GET":
    sent = {{"method": method, "address": address, "body": json.loads(sys.stdin.read())}}
    with (folder / "sent").open("a") as stream:
        stream.write(json.dumps(sent) + "\\n")
    print("{{}}")
elif address in answers:
    answer = answers[address]
    file = folder / str(answer.get("file")) if isinstance(answer, dict) and "file" in answer else None
    sys.stdout.buffer.write(file.read_bytes() if file else json.dumps(answer).encode())
else:
    sys.stderr.write("HTTP 404: " + address)
    sys.exit(1)
"""


@dataclass(frozen=True)
class HubStub:
    """Answers by address, and what was sent."""

    folder: Path

    def answer(self, answers: Mapping[str, Any], **files: bytes) -> None:
        """Lays down answers; `{"file": name}` gives the bytes of one of `files`."""
        (self.folder / "answers.json").write_text(json.dumps(answers), encoding="utf-8")
        for name, content in files.items():
            (self.folder / name).write_bytes(content)

    @property
    def sent(self) -> list[dict[str, Any]]:
        file = self.folder / "sent"
        return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []


def hub_stub(folder: Path, monkeypatch: pytest.MonkeyPatch) -> HubStub:
    """Puts the stand-in before the real `gh`."""
    folder.mkdir(parents=True)
    program = folder / "gh"
    program.write_text(_STUB.format(python=sys.executable, folder=str(folder)), encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    stub = HubStub(folder)
    stub.answer({})
    return stub
