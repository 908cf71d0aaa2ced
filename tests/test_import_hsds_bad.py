"""Bad HSDS data: what is wrong is told in words with its place, never by a traceback, and nothing else is lost for it."""

from __future__ import annotations

import copy
import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

import import_hsds
from resource_directory.directory import Directory, Settings
from resource_directory.exports.hsds import Services
from resource_directory.importers.hsds.checking import checked
from resource_directory.importers.hsds.files import Limits, ReadHsds, read_hsds
from resource_directory.loading import load_directory
from support import DAY, ROOT, good_records, make_repository
from test_hsds_tables import write_package
from test_import_hsds import records_in, zipped

GOLDEN = sorted((ROOT / "tests/hsds").glob("*.json"))
#: What stands in the place of each key: every kind of JSON value, and texts that programs stumble on.
HOSTILE: tuple[Any, ...] = (
    *(None, True, 0, -1, 1e308, 1.5, 2**53, "", "x", "\x1b[2J", "http://[", "../../../x/co", "1e400", "nan"),
    *([], {}, ["x"], [[]], [{}], {"x": 1}, {"\x1b[2J": ["x"]}),
)
NAMED = ("--publisher", "Example 211", "--url", "https://www.example.org/", "--retrieved", "2026-11-20")
CELLS = ("", "x", "-1", "nan", "1e400", "[]", "{}", '["x"]', "\x1b[2J", "http://[", "../../../x/co", "[" * 900)
Run = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository without records."""
    root = make_repository(tmp_path_factory.mktemp("empty"), {})
    (root / "data/resources").mkdir()
    return root


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    return load_directory(make_repository(tmp_path_factory.mktemp("root"), good_records()), Settings("x"), DAY)


@pytest.fixture
def run(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command on a file; gives its status and all that it said. What it raises, the test raises."""

    def command(file: Path, *options: str) -> tuple[int, str]:
        to = tmp_path / "out"
        arguments = (str(file), "--to", str(to), "--root", str(root), "--today", DAY.isoformat(), *options)
        status = import_hsds.main(arguments)
        said = capsys.readouterr()
        return status, said.out + said.err

    return command


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of every key and of every place in a list."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield (*path, step)
        yield from places(inner, (*path, step))


def changed(service: Any, path: tuple[str | int, ...], value: Any = None, *, delete: bool = False) -> Any:
    made = copy.deepcopy(service)
    holder = made
    for step in path[:-1]:
        holder = holder[step]
    if delete:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return made


def mutants(service: Any) -> Iterator[Any]:
    """The service with each of its keys deleted, and with each replaced by each hostile value."""
    for path in places(service):
        yield changed(service, path, delete=True)
        yield from (changed(service, path, value) for value in HOSTILE)


def written(folder: Path, found: Any) -> Path:
    file = folder / "ours.json"
    file.write_text(json.dumps(found), encoding="utf-8")
    return file


def is_visible(said: str) -> bool:
    return said.replace("\n", "").isprintable()


def inside(folder: Path) -> set[str]:
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda file: file.stem)
@pytest.mark.parametrize("own", [True, False], ids=["own", "another's"])
def test_no_value_of_any_key_is_more_than_it_can_bear(golden: Path, own: bool, run: Run, tmp_path: Path) -> None:
    service = json.loads(golden.read_bytes())
    if not own:
        service = {key: value for key, value in service.items() if key != "x_source"}
    found = list(mutants(service))
    assert len(found) > 1000
    mapping = tmp_path / "mapping.yml"
    mapping.write_text("type: legal_aid\n", encoding="utf-8")
    work = tmp_path / "work"
    work.mkdir()
    status, said = run(written(work, found), "--go-on", "--map", str(mapping), "--state", "co", *NAMED)
    assert (status, is_visible(said)) == (0, True)
    assert {path.split("/")[0] for path in inside(tmp_path)} <= {"out", "work", "mapping.yml"}
    assert all(len(path.split("/")) == 3 for path in inside(tmp_path / "out"))
