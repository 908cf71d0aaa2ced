"""Shared fixtures: the repository, its sources, built sites."""

from __future__ import annotations

import fcntl
import functools
import http.server
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from resource_directory.directory import Directory, Settings
from resource_directory.loading import Sources, load_directory, load_sources
from resource_directory.rules import RuleContext
from support import DAY, ROOT, Build, good_records, make_repository, run_build, unpacked_copy


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


@pytest.fixture(scope="session")
def real_directory() -> Directory:
    """The Directory of the repository itself."""
    return load_directory(ROOT, Settings("x"), DAY, cached=True, strict=True)


@pytest.fixture(scope="session")
def real_site(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Build:
    """The site of the repository itself: built once, by the worker that needs it first."""
    top = tmp_path_factory.getbasetemp() if worker_id == "master" else tmp_path_factory.getbasetemp().parent
    site = top / "real/site"
    site.parent.mkdir(exist_ok=True)
    with (top / "real.lock").open("w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if site.is_dir():
            return Build(ROOT, site, 0, "")
        built = run_build(ROOT, "-d", str(site))
    assert built.status == 0, built.output
    return built


@pytest.fixture(scope="session")
def fictional_site(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """A site of fictional records that use every field, hostile names among them."""
    folder = make_repository(tmp_path_factory.mktemp("fictional"), good_records())
    built = run_build(folder)
    assert built.status == 0, built.output
    return built


@pytest.fixture(scope="session")
def editing_site(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The same site with the editing screen."""
    block = "editing: {backend: github, repo: example/directory, states: [co, us]}"
    folder = tmp_path_factory.mktemp("editing")
    built = run_build(make_repository(folder, good_records(), lambda text: text.replace("editing: {}", block)))
    assert built.status == 0, built.output
    return built


@pytest.fixture(scope="session")
def colorado_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the repository's Colorado."""
    site = tmp_path_factory.mktemp("colorado") / "site"
    built = run_build(ROOT, "-d", str(site), environment={"STATE": "co"})
    assert built.status == 0, built.output
    return site


@pytest.fixture(scope="session")
def offline_copy(colorado_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of its offline edition, unpacked."""
    return unpacked_copy(colorado_site, tmp_path_factory.mktemp("copy"), "--state", "co")


@pytest.fixture(scope="session")
def offline_region(colorado_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of one region's, unpacked."""
    return unpacked_copy(colorado_site, tmp_path_factory.mktemp("region"), "--region", "co-503")


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
