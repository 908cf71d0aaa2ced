"""Shared fixtures: the repository, its sources, built sites, small repositories of fictional records."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from resource_directory.loading import Sources, load_sources
from resource_directory.rules import RuleContext

ROOT = Path(__file__).resolve().parent.parent
DAY = date(2026, 11, 21)
EPOCH = "1795219200"  # the same day, in seconds
LINKED = ("docs", "hooks", "overrides", "node_modules", ".cache", "data/vocab", "data/places")


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's root."""
    return ROOT


@pytest.fixture(scope="session")
def today() -> date:
    """The day of the tests."""
    return DAY


@pytest.fixture(scope="session")
def sources() -> Sources:
    """Vocabularies, places and shapes of the repository."""
    return load_sources(ROOT)


@pytest.fixture(scope="session")
def context(sources: Sources) -> RuleContext:
    """What rules look at."""
    return RuleContext(sources.vocabulary, sources.places, sources.shapes, DAY)


@dataclass(frozen=True)
class Build:
    """What came of a build."""

    root: Path
    site: Path
    status: int
    output: str


def run_build(root: Path, *options: str, environment: Mapping[str, str] | None = None) -> Build:
    """`mkdocs build --strict` in a repository."""
    variables = {**os.environ, "SOURCE_DATE_EPOCH": EPOCH, "NO_MKDOCS_2_WARNING": "true", "DISABLE_MKDOCS_2_WARNING": "true"}
    variables.pop("STATE", None)
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", *options]
    done = subprocess.run(
        command, cwd=root, env={**variables, **(environment or {})}, capture_output=True, text=True, timeout=300, check=False
    )
    site = Path(options[options.index("-d") + 1]) if "-d" in options else root / "site"
    return Build(root, site, done.returncode, done.stdout + done.stderr)


def make_repository(folder: Path, records: Mapping[str, str], config: Callable[[str], str] = str) -> Path:
    """A repository with only the given records (path under data/resources/: text), the rest linked from this one."""
    for name in LINKED:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to(ROOT / name)
    (folder / "mkdocs.yml").write_text(config((ROOT / "mkdocs.yml").read_text(encoding="utf-8")), encoding="utf-8")
    for path, text in records.items():
        file = folder / "data/resources" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def good_records() -> dict[str, str]:
    """The fictional records of `tests/records/good/`, by path under data/resources/."""
    top = ROOT / "tests/records/good"
    return {file.relative_to(top).as_posix(): file.read_text(encoding="utf-8") for file in sorted(top.rglob("*.yml"))}


@pytest.fixture(scope="session")
def real_site(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The site of the repository itself."""
    built = run_build(ROOT, "-d", str(tmp_path_factory.mktemp("real") / "site"))
    assert built.status == 0, built.output
    return built


@pytest.fixture(scope="session")
def fictional_site(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """A site of fictional records that use every field, hostile names among them."""
    folder = make_repository(tmp_path_factory.mktemp("fictional"), good_records())
    built = run_build(folder)
    assert built.status == 0, built.output
    return built


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Path], str]]:
    """Serves folders on loopback; gives the address."""
    servers: dict[Path, http.server.ThreadingHTTPServer] = {}

    def start(folder: Path) -> str:
        if folder not in servers:
            handler = functools.partial(_Quiet, directory=str(folder))
            servers[folder] = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
            threading.Thread(target=servers[folder].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{servers[folder].server_port}/"

    yield start
    for server in servers.values():
        server.shutdown()
        server.server_close()


@pytest.fixture
def repository(tmp_path: Path) -> Callable[..., Path]:
    """Makes a small repository in a fresh folder."""
    return functools.partial(make_repository, tmp_path / "repository")


def chromium() -> str | None:
    """Debian's Chromium where there is one; otherwise Playwright finds its own."""
    return shutil.which("chromium")
