"""Bad HSDS data: what is wrong is told in words with its place, never by a traceback, and nothing else is lost for it."""

from __future__ import annotations

import copy
import csv
import gzip
import io
import itertools
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

import import_hsds
from import_sources import open_repository
from resource_directory.directory import Directory, Settings
from resource_directory.importers.confidential import gate_for
from resource_directory.importers.drafts import ImportContext
from resource_directory.importers.hsds.checking import checked
from resource_directory.importers.hsds.files import Limits, ReadHsds, read_hsds
from resource_directory.importers.hsds.mapping import Mapped
from resource_directory.importers.hsds.others import Publisher, draft_all
from resource_directory.importers.hsds.own import is_own
from resource_directory.importers.hsds.records import own_records
from resource_directory.loading import load_directory
from support import DAY, ROOT, good_records, make_repository
from test_hsds_tables import write_package
from test_import_hsds import records_in, zipped

GOLDEN = sorted((ROOT / "tests/hsds").glob("*.json"))
#: What stands in the place of each key: every kind of JSON value, and texts that programs stumble on.
HOSTILE: tuple[Any, ...] = (
    *(None, True, -1, 1e308, 1.5, "x", "\x1b[2J", "http://[", "../../../x/co", "1e400"),
    *([], {}, ["x"], [{}], {"\x1b[2J": ["x"]}),
)
#: For another directory's services, of whose facts fewer are looked at.
FEWER: tuple[Any, ...] = (None, -1, 1e308, "\x1b[2J", "http://[", [], ["x"], {"x": 1})
NAMED = ("--publisher", "Example 211", "--url", "https://www.example.org/", "--retrieved", "2026-11-20")
CELLS = ("", "x", "-1", "1e400", "{}", '["x"]', "\x1b[2J", "http://[", "../../../x/co", "[" * 900)
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


def mutants(service: Any, values: tuple[Any, ...]) -> Iterator[Any]:
    """The service with each of its keys deleted, and with each replaced by each of the values."""
    for path in places(service):
        yield changed(service, path, delete=True)
        yield from (changed(service, path, value) for value in values)


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
        service = {key: value for key, value in service.items() if not key.startswith("x_")}
    found = list(mutants(service, HOSTILE if own else FEWER))
    mapping = tmp_path / "mapping.yml"
    mapping.write_text("type: legal_aid\n", encoding="utf-8")
    work = tmp_path / "work"
    work.mkdir()
    status, said = run(written(work, found), "--go-on", "--map", str(mapping), "--state", "co", *NAMED)
    assert (status, is_visible(said)) == (0, True)
    assert {path.split("/")[0] for path in inside(tmp_path)} <= {"out", "work", "mapping.yml"}
    assert all(len(path.split("/")) == 3 for path in inside(tmp_path / "out"))


def dropped(service: Any, *path: str | int) -> Any:
    return changed(service, path, delete=True)


def house() -> Any:
    return json.loads((ROOT / "tests/hsds/example-house-mesa.json").read_bytes())


#: The fictional clinic with one thing wrong, and what is to be told of it.
def clinic() -> Any:
    return json.loads((ROOT / "tests/hsds/example-clinic.json").read_bytes())


AT_PLACE = ("service_at_locations", 0)
AREA = ("service_areas", 0)
WRONG = [
    pytest.param(changed(clinic(), ("x_type",), ["x"]), "/x_type: This is not a text.", id="type a list"),
    pytest.param(changed(clinic(), ("x_id",), ["x"]), "/x_id: This is not a text.", id="id a list"),
    pytest.param(dropped(clinic(), *AREA, "x_code"), "/service_areas/0/x_code: This is missing.", id="no code"),
    pytest.param(
        changed(clinic(), (*AREA, "x_kind"), "town"), "Use one of: country, state, region, county", id="kind of area"
    ),
    pytest.param(
        changed(clinic(), ("x_service_area",), "Denver"), "/x_service_area: This is not an object.", id="area a text"
    ),
    pytest.param(
        changed(clinic(), ("x_service_area",), {"town": "x"}),
        "/x_service_area/town: This fact is not known. Leave it out.",
        id="a fact that nobody knows",
    ),
    pytest.param(
        dropped(clinic(), *AT_PLACE, "location"), "/service_at_locations/0/location: This is missing.", id="no location"
    ),
    pytest.param(dropped(clinic(), "phones", 0, "number"), "/phones/0/number: This is missing.", id="no number"),
    pytest.param(
        changed(clinic(), ("required_documents",), [{"id": clinic()["id"]}]),
        "/required_documents/0/document: This is missing.",
        id="no document",
    ),
    pytest.param(
        changed(clinic(), ("languages",), [{"id": clinic()["id"], "name": "Spanish"}]),
        "/languages/0/code: This is missing.",
        id="no code of a language",
    ),
    pytest.param(
        changed(clinic(), ("schedules",), [{"id": clinic()["id"], "x_entry": "one"}]),
        "/schedules/0/x_entry: This is not a whole number.",
        id="an entry that is no number",
    ),
    pytest.param(
        changed(clinic(), ("organization", "organization_identifiers"), [
            {"id": clinic()["id"], "identifier_type": "EIN", "identifier": "12-3456789"}
        ]),
        "/organization/organization_identifiers/0/identifier_scheme: This is missing.",
        id="no scheme",
    ),
    pytest.param(changed(clinic(), ("id",), "one"), "/id: This is no uuid.", id="id"),
]  # fmt: skip


@pytest.mark.parametrize(("service", "told"), WRONG)
def test_an_own_service_that_is_wrong_is_told_and_left_out(service: Any, told: str, run: Run, tmp_path: Path) -> None:
    file = written(tmp_path, [house(), service])
    status, said = run(file)
    assert (status, inside(tmp_path)) == (1, {"ours.json"})
    (line,) = (line for line in said.splitlines() if line.startswith("  ours.json#/1"))
    assert told in line
    assert "Nothing was written" in said
    status, said = run(file, "--go-on")
    assert (status, told in said) == (0, True)
    assert list(records_in(tmp_path / "out")) == ["co/domestic_violence/example-house-mesa.yml"]


def test_a_message_shows_no_value(run: Run, tmp_path: Path) -> None:
    service = changed(clinic(), ("x_location_visibility",), "412 Elm Street")
    status, said = run(written(tmp_path, [service]))
    assert (status, "ours.json#/0/x_location_visibility: This is none" in said, "Elm" in said) == (1, True, False)


def test_what_is_nested_too_deeply_is_told(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "ours.json"
    deep = b"[" * 500 + b"]" * 500
    file.write_bytes(orjson.dumps([clinic()]).replace(b'"x_state":"co"', b'"x_beds":' + deep))
    status, said = run(file)
    assert (status, "ours.json#/0: The service is nested too deeply." in said) == (1, True)


@pytest.mark.parametrize("state", ["../../../x/co", "/co", "CO", "zz", ".", "co/x"])
def test_a_state_is_no_path(state: str, run: Run, tmp_path: Path) -> None:
    work = tmp_path / "a/b/c"
    work.mkdir(parents=True)
    status, said = run(written(work, [changed(clinic(), ("x_state",), state)]))
    assert (status, "its x_state is no state's postal code" in said) == (0, True)
    assert inside(tmp_path) == {"a/b/c/ours.json"}


# Tables


def cells_of(package: Path) -> Iterator[tuple[str, int, int]]:
    """(file, row, column) of the name of every column, and of its first cell that is filled."""
    for file in sorted(package.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.reader(stream))
        for column in range(len(rows[0])):
            yield file.name, 0, column
            filled = (row for row in range(1, len(rows)) if rows[row][column])
            yield from ((file.name, row, column) for row in itertools.islice(filled, 1))


def with_cell(text: str, row: int, column: int, value: str) -> str:
    rows = list(csv.reader(io.StringIO(text, newline="")))
    rows[row][column] = value
    made = io.StringIO(newline="")
    csv.writer(made, lineterminator="\n").writerows(rows)
    return made.getvalue()


def test_no_cell_of_a_table_is_more_than_it_can_bear(directory: Directory, root: Path, tmp_path: Path) -> None:
    package = write_package(tmp_path / "package", directory, {"example-clinic": directory.records["example-clinic"]})
    rules = open_repository(root, DAY).rules
    context = ImportContext(rules, gate_for(rules.vocabulary.confidential_words, (), (), {}))
    found = list(cells_of(package))
    assert len(found) > 200
    for name, row, column in found:
        file = package / name
        text = file.read_text(encoding="utf-8")
        for value in CELLS:
            file.write_text(with_cell(text, row, column, value), encoding="utf-8")
            read = checked(read_hsds(package))
            assert read.found or read.troubles, (name, row, column, value)
            own = [found for found in read.found if is_own(found.service)]
            made = own_records(own, context, {})
            assert len(made.records) + len(made.left_out) == len(own)
            others = [found for found in read.found if not is_own(found.service)]
            draft_all(others, context, Mapped(type="legal_aid"), Publisher("Example", "", "2026-11-20"))
        file.write_text(text, encoding="utf-8")


def test_a_border_as_a_cell_is_read(directory: Directory, run: Run, tmp_path: Path) -> None:
    package = write_package(tmp_path / "package", directory, {"example-clinic": directory.records["example-clinic"]})
    file = package / "service_areas.csv"
    border = json.dumps({"type": "Polygon", "coordinates": [[[-104.9, 39.7]] * 20_000]})
    assert len(border) > 2 * 131_072
    before = csv.field_size_limit()
    text = file.read_text(encoding="utf-8")
    column = text.splitlines()[0].split(",").index("extent")
    csv.field_size_limit(2 * len(border))
    try:
        file.write_text(with_cell(text, 1, column, border), encoding="utf-8")
    finally:
        csv.field_size_limit(before)
    status, said = run(package)
    assert (status, csv.field_size_limit()) == (0, before), said
    (record,) = records_in(tmp_path / "out").values()
    assert record["service_area"]["counties"] == ["08031"]


def test_a_cell_that_is_too_long_is_told_with_its_row(run: Run, tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "services.csv").write_text("id,name\ns1,x\ns2," + "y" * 20_000_001 + "\n", encoding="utf-8")
    status, said = run(package, *NAMED)
    assert status == 1
    assert "services.csv:3: This is not a CSV table" in said
    assert "no cell longer than 20,000,000 letters" in said


# Limits, and files that are damaged

LIMITS = Limits(file=3_000, together=5_000)
SERVICES = "id,name\ns1,Example\n"


@pytest.mark.parametrize("packed", [True, False], ids=["zip", "folder"])
@pytest.mark.parametrize(
    ("sizes", "told"),
    [
        pytest.param({"phones.csv": 2_900}, [], id="small"),
        pytest.param({"phones.csv": 3_100}, ["phones.csv: It is too large: more than 3,000 bytes"], id="one"),
        pytest.param(
            {"contacts.csv": 2_900, "phones.csv": 2_900},
            ["phones.csv: It was not read: with it, the files have more than 5,000 bytes"],
            id="together",
        ),
        pytest.param({"funding.csv": 900_000, "readme.txt": 900_000, "holiday.csv": 900_000}, [], id="not wanted"),
    ],
)
def test_tables_are_read_as_far_as_is_sensible(
    packed: bool, sizes: dict[str, int], told: list[str], tmp_path: Path
) -> None:
    files = {name: b"id\n" + b"\n" * (size - 3) for name, size in sizes.items()} | {"services.csv": SERVICES.encode()}
    package = tmp_path / "package"
    package.mkdir()
    for name, content in files.items():
        (package / name).write_bytes(content)
    read = read_hsds(zipped(files, tmp_path) if packed else package, LIMITS)
    troubles = [str(trouble) for trouble in read.troubles]
    assert len(troubles) == len(told), troubles
    assert all(trouble.startswith(start) for trouble, start in zip(troubles, told, strict=True)), troubles
    # A table that cannot be had takes no other with it.
    assert [found.where for found in read.found] == ["services.csv:2"]


@pytest.mark.parametrize(
    ("name", "packer"), [("a.json", bytes), ("a.json.gz", gzip.compress)], ids=["plain", "compressed"]
)
def test_json_that_is_too_large_is_called_so(name: str, packer: Callable[[bytes], bytes], tmp_path: Path) -> None:
    file = tmp_path / name
    text = orjson.dumps([{"name": "Example"}])
    file.write_bytes(packer(text + b" " * (3_000 - len(text))))
    assert [found.service for found in read_hsds(file, LIMITS).found] == [{"name": "Example"}]
    file.write_bytes(packer(text + b" " * (3_001 - len(text))))
    (trouble,) = read_hsds(file, LIMITS).troubles
    assert str(trouble) == f"{name}: It is too large: more than 3,000 bytes, unpacked. Split it."


def test_tables_that_nobody_wants_are_not_unpacked(tmp_path: Path) -> None:
    file = zipped({"services.csv": SERVICES.encode(), "funding.csv": b"id\n" * 99}, tmp_path)
    with zipfile.ZipFile(file) as packed:
        entry = packed.getinfo("funding.csv")
    content = bytearray(file.read_bytes())
    content[entry.header_offset : entry.header_offset + 4] = b"????"
    file.write_bytes(content)
    read = read_hsds(file)
    assert (len(read.found), read.troubles, read.not_read) == (1, [], ["funding.csv"])


@pytest.mark.parametrize("kind", ["zip", "gzip"])
def test_no_byte_of_a_packed_file_brings_it_down(kind: str, tmp_path: Path) -> None:
    if kind == "zip":
        file = zipped({"services.csv": SERVICES.encode(), "phones.csv": b"id,service_id\np1,s1\n"}, tmp_path)
    else:
        file = tmp_path / "a.json.gz"
        file.write_bytes(gzip.compress(orjson.dumps([{"name": "Example", "alternate_name": "Other"}])))
    content = file.read_bytes()
    for place in range(len(content)):
        for byte in {0, 255, content[place] ^ 1, content[place] ^ 128}:
            file.write_bytes(content[:place] + bytes([byte]) + content[place + 1 :])
            assert isinstance(read_hsds(file), ReadHsds)
        file.write_bytes(content[:place])
        assert isinstance(read_hsds(file), ReadHsds)


# What is printed

CLEAR = "\x1b[2J\x1b]0;x\x07\u202e\n::error::x"


def test_nothing_of_a_file_is_obeyed_by_a_terminal(run: Run, tmp_path: Path) -> None:
    term = {"id": "t", "name": CLEAR, "code": CLEAR}
    services = [
        {"id": CLEAR, "name": f"x{CLEAR}", "attributes": [{"taxonomy_term": term}], "service_areas": [{"name": CLEAR}]},
        {"name": [CLEAR], CLEAR: 1},
    ]
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a\x1b[2J.json").write_text(json.dumps(services), encoding="utf-8")
    mapping = tmp_path / "mapping.yml"
    mapping.write_text("type: legal_aid\n", encoding="utf-8")
    assert is_visible(run(folder / "b\x1b[2J.json")[1])
    for file in (folder, folder / "a\x1b[2J.json"):
        listed = tmp_path / "review\x1b[2J.tsv"
        _, said = run(
            file, "--go-on", "--map", str(mapping), "--state", "co", "--review-list", str(listed), "--dry-run", *NAMED
        )
        assert "\\u001b[2J" in said
        assert is_visible(said), said
        assert not [line for line in said.splitlines() if line.startswith("::error")]


def test_an_id_brings_no_line_of_its_own_into_the_review_list(run: Run, tmp_path: Path) -> None:
    place = {"id": "l", "latitude": 39.7392, "longitude": -104.9903}
    address = {"address_1": "12 Maple Street", "city": "Denver", "state_province": "CO", "postal_code": "80203"}
    service = {
        "id": "x\nco/example-clinic\tother",
        "name": "Safe Haven Shelter on Maple Street",
        "service_at_locations": [{"location": {**place, "addresses": [address]}}],
    }
    mapping = tmp_path / "mapping.yml"
    mapping.write_text("type: health_center\n", encoding="utf-8")
    listed = tmp_path / "review.tsv"
    status, _ = run(written(tmp_path, [service]), "--map", str(mapping), "--review-list", str(listed), *NAMED)
    (line,) = listed.read_text(encoding="utf-8").splitlines()
    assert (status, line.count("\t"), "Maple" in line) == (0, 1, False)
