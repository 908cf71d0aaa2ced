"""Builds that make only what changes: the same bytes as a whole build, untouched files, builds that are killed."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.plugins import BasePlugin

from resource_directory import building
from resource_directory.building import Build, Memory, Site, Store, publish
from resource_directory.catalogues import load_languages
from resource_directory.directory import Directory, Settings
from resource_directory.loading import Sources, load_directory
from resource_directory.mkdocs_bridge import Bridge
from resource_directory.model import Record
from resource_directory.pages import Renderer
from resource_directory.publishing import Staging, clear_broken_off, files_below, staging_folder
from resource_directory.record_cache import digest
from resource_directory.shells import SHAPES, Shell, Shells
from resource_directory.sitemaps import sitemap_files
from site_reading import contents
from support import DAY, EPOCH, ROOT, good_records, holds_points, make_repository, run_build

SHELL = Shell(("", "\0title", "|", "\0main", "|", "\0content"))
LANGUAGES = load_languages(ROOT, frozenset())
PREFIXES = ("", *(messages.prefix for messages in LANGUAGES))
SHELLS = Shells("", "", {(p + shape, toc, False): SHELL for p in PREFIXES for shape in SHAPES for toc in (False, True)})


@pytest.fixture(scope="module")
def start(sources: Sources, tmp_path_factory: pytest.TempPathFactory) -> Directory:
    """The fictional records, with real ones of two neighboring states around them."""
    fictional = load_directory(make_repository(tmp_path_factory.mktemp("f"), good_records()), Settings("x"), DAY)
    real = load_directory(ROOT, Settings("x"), DAY, ["wy", "ut"])
    records = {**real.records, **fictional.records}
    paths = {**real.paths, **fictional.paths}
    return directory_of(records, paths, sources)


def directory_of(records: Mapping[str, Record], paths: Mapping[str, str], sources: Sources) -> Directory:
    """A Directory of records in memory."""
    states = tuple(sorted({path.split("/")[2] for path in paths.values()} - {"us"}))
    digests = {key: digest(repr(record).encode()) for key, record in records.items()}
    return Directory(
        records,
        paths,
        sources.vocabulary,
        sources.places,
        sources.shapes,
        Settings("x"),
        DAY,
        states,
        digests,
        LANGUAGES,
    )


@dataclass
class Place:
    """A folder with a site that is built again and again."""

    top: Path
    seen: tuple[int, int] = (0, 0)
    last: Build | None = None
    store: Store = field(init=False)

    def __post_init__(self) -> None:
        self.top.mkdir(parents=True, exist_ok=True)
        self.store = Store(self.top / "memory.pickle")

    @property
    def site(self) -> Path:
        return self.top / "site"

    def begin(self, directory: Directory, stamp: str = "same") -> Build:
        self.seen, memory = self.store.state(), self.store.load()
        staging = Staging(staging_folder(self.site), self.site, memory.files)
        staging.new.mkdir()
        (self.top / "cache").mkdir(exist_ok=True)
        cache = (self.top / "cache", stamp)
        site = Site(Renderer(directory, ROOT / "overrides/directory"), SHELLS, staging, cache=cache, licence="Terms")
        build = Build(site, stamp, memory)
        build.start()
        return build

    def end(self, build: Build) -> None:
        publish(build, self.store, self.seen, self.site, lambda found: sitemap_files("https://example.org/", found))
        self.last = build

    def build(self, directory: Directory, stamp: str = "same") -> Build:
        made = self.begin(directory, stamp)
        self.end(made)
        return made

    def times(self) -> dict[str, int]:
        return {path: (self.site / path).stat().st_mtime_ns for path in files_below(self.site)}


def edits(seed: int) -> Callable[[Directory, Sources], Directory]:
    """One edit by chance: of a name, a number, an area, a place, services, a pause; or a record comes or goes."""
    chance = random.Random(seed)

    def pick(directory: Directory, kind: str = "") -> Record:
        found = [r for r in directory.in_order if not kind or r.type == kind]
        return chance.choice(found)

    def counties(directory: Directory) -> list[str]:
        return [c.fips for s in directory.states for c in directory.places.counties_of_state[s.upper()]]

    def changed(record: Record, directory: Directory) -> Record:
        data = record.model_dump(mode="json", exclude_unset=True, exclude_none=True)
        kind = chance.randrange(9)
        fips = chance.sample(counties(directory), 3)
        if kind == 0:
            data["name"] = f"{chance.choice('AMZ')} {data['name']}"
        elif kind == 1:
            data["phones"] = [{"number": f"303-555-01{chance.randrange(100):02}"}]
        elif kind == 2 and record.type != "continuum_of_care":
            data["service_area"] = {"counties": sorted(fips)}
        elif kind == 3 and record.type != "continuum_of_care":
            data["service_area"] = {"states": [chance.choice(directory.states)]}
        elif kind == 4 and record.type == "health_center":
            middle = directory.places.counties[fips[0]]
            point = {"latitude": middle.latitude, "longitude": middle.longitude, "precision": "street"}
            data["location"] = {"visibility": "public", "county": fips[0], "point": point}
        elif kind == 5 and record.type != "domestic_violence":
            data["location"] = {"visibility": "withheld"}
        elif kind == 6:
            data["services"] = sorted(chance.sample(sorted(directory.vocabulary.services), 2))
        elif kind == 7:
            data["referral"] = {"status": "paused", "instead": pick(directory).id}
        elif record.type != "continuum_of_care":
            data["organization"] = pick(directory, "legal_aid").id
        context = {"vocabulary": directory.vocabulary, "today": DAY}
        return type(record).model_validate(data, context=context)

    def edit(directory: Directory, sources: Sources) -> Directory:
        records, paths = dict(directory.records), dict(directory.paths)
        for _ in range(chance.choice((1, 1, 1, 2, 5))):
            record = pick(directory)
            what = chance.randrange(8)
            if what == 0 and record.type not in {"continuum_of_care", "hotline"}:
                records.pop(record.id, None)
                paths.pop(record.id, None)
            elif what == 1 and record.type != "continuum_of_care":
                new = f"{record.id}-{chance.randrange(10**6)}"
                records[new] = changed(record, directory).model_copy(update={"id": new, "former_ids": None})
                paths[new] = paths.get(record.id, directory.paths[record.id]).replace(f"{record.id}.yml", f"{new}.yml")
            elif record.id in records:
                records[record.id] = changed(record, directory)
        return directory_of(records, paths, sources)

    return edit


@pytest.mark.parametrize("first", [0, 15, 30])
def test_edits_give_the_bytes_of_a_whole_build(start: Directory, sources: Sources, tmp_path: Path, first: int) -> None:
    place, directory, partly = Place(tmp_path / "again"), start, 0
    place.build(directory)
    for seed in range(first, first + 15):
        directory = edits(seed)(directory, sources)
        partly += not place.build(directory).is_whole
        fresh = Place(tmp_path / f"fresh-{seed}")
        fresh.build(directory)
        one, other = contents(place.site), contents(fresh.site)
        assert one.keys() == other.keys(), seed
        assert [path for path in one if one[path] != other[path]] == [], seed
        shutil.rmtree(fresh.top)
    assert partly > 10, "most edits must not make everything"


def test_a_single_edit_makes_few_pages(start: Directory, sources: Sources, tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.build(start)
    before = place.times()
    clinic = start.records["example-clinic"]
    edited = clinic.model_copy(update={"name": "Another Clinic"})
    directory = directory_of({**start.records, clinic.id: edited}, start.paths, sources)
    build = place.build(directory)
    assert build.changes is not None and clinic.id in build.changes.records
    after = place.times()
    changed = {path for path in after if after[path] != before.get(path)}
    small = {path for path in changed if path.startswith(("embed/", "es/embed/", "data/"))}
    assert "resources/example-clinic/index.html" in changed and len(changed - small) < 130
    assert len(small) < 60
    assert all(b"Another Clinic" in (place.site / path).read_bytes() for path in changed if path.endswith(".html"))


def test_an_unchanged_build_touches_nothing(start: Directory, tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.build(start)
    before, bytes_before = place.times(), contents(place.site)
    build = place.build(start)
    assert build.changes is not None and build.changes.pages == frozenset()
    assert (place.times(), contents(place.site)) == (before, bytes_before)


@pytest.mark.parametrize("forgotten", [False, True], ids=["other code", "no cache"])
def test_a_whole_build_keeps_the_time_of_files_with_the_same_bytes(
    start: Directory, tmp_path: Path, forgotten: bool
) -> None:
    place = Place(tmp_path)
    place.build(start)
    before = place.times()
    if forgotten:
        place.store.file.unlink()
    assert place.build(start, stamp="other").is_whole
    assert place.times() == before


@pytest.mark.parametrize("harm", ["removed", "changed"])
def test_what_was_harmed_in_the_site_is_made_again(start: Directory, tmp_path: Path, harm: str) -> None:
    place = Place(tmp_path)
    place.build(start)
    before = contents(place.site)
    for path in ("co/denver/index.html", "resources/example-clinic/index.html", "assets/map/co-counties.json"):
        file = place.site / path
        assert file.is_file()
        file.unlink()
        if harm == "changed":
            file.write_text("something else", encoding="utf-8")
    place.build(start)
    assert contents(place.site) == before


def test_a_cache_that_is_not_whole_is_as_good_as_none(start: Directory, tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.build(start)
    before = contents(place.site)
    whole = place.store.file.read_bytes()
    for broken in (whole[:-1], b"", b"x" * 500, whole[:40] + bytes([whole[40] ^ 1]) + whole[41:]):
        place.store.file.write_bytes(broken)
        assert place.store.load() == Memory()
        assert place.build(start).is_whole
        assert contents(place.site) == before


def test_two_builds_at_once_do_not_mix(
    start: Directory, sources: Sources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that ends last wins, whole."""
    place, other = Place(tmp_path), Place(tmp_path)
    place.build(start)
    first, second = edits(1)(start, sources), edits(2)(start, sources)
    one = place.begin(first)
    monkeypatch.setattr(os, "getpid", lambda: 999_999_98)
    two = other.begin(second)
    other.end(two)
    monkeypatch.undo()
    place.end(one)
    fresh = Place(tmp_path / "fresh")
    fresh.build(first)
    assert contents(place.site) == contents(fresh.site)


def test_a_build_broken_off_while_it_moved_its_files_is_finished_by_the_next(
    start: Directory, sources: Sources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place(tmp_path)
    place.build(start)
    directory = edits(3)(start, sources)
    fresh = Place(tmp_path / "fresh")
    fresh.build(directory)

    moved = 0
    replacing = os.replace

    def break_off(*names: object) -> None:
        nonlocal moved
        moved += 1
        if moved > 3:
            raise KeyboardInterrupt
        replacing(*names)  # type: ignore[arg-type]

    monkeypatch.setattr("resource_directory.publishing.os.replace", break_off)
    with pytest.raises(KeyboardInterrupt):
        place.build(directory)
    monkeypatch.undo()
    left = [entry for entry in tmp_path.iterdir() if entry.name.startswith(".site.commit-")]
    assert len(left) == 1
    left[0].rename(tmp_path / ".site.commit-99999998")
    clear_broken_off(place.site)
    assert contents(place.site) == contents(fresh.site)
    place.build(directory)
    assert contents(place.site) == contents(fresh.site)
    assert [entry.name for entry in tmp_path.iterdir() if entry.name.startswith(".site")] == []


def test_one_process_makes_what_several_make(start: Directory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    several = Place(tmp_path / "several")
    several.build(start)
    monkeypatch.setattr(building, "cores", lambda: 1)
    alone = Place(tmp_path / "alone")
    alone.build(start)
    assert contents(several.site) == contents(alone.site)


def test_builds_killed_at_any_moment_leave_a_whole_site(tmp_path: Path) -> None:
    folder = make_repository(tmp_path, good_records())
    assert run_build(folder).status == 0
    old = contents(folder / "site")
    record = folder / "data/resources/co/health_center/example-clinic.yml"
    record.write_text(record.read_text(encoding="utf-8").replace("name: ", "name: Zz ", 1), encoding="utf-8")
    other = make_repository(
        tmp_path / "other",
        {**good_records(), "co/health_center/example-clinic.yml": record.read_text(encoding="utf-8")},
    )
    assert run_build(other).status == 0
    new = contents(other / "site")
    assert old != new
    environment = {**os.environ, "SOURCE_DATE_EPOCH": EPOCH, "NO_MKDOCS_2_WARNING": "true"}
    seconds = 0.2
    finished = False
    while not finished and seconds < 20:
        command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-q"]
        started = subprocess.Popen(
            command, cwd=folder, env=environment, start_new_session=True, stderr=subprocess.DEVNULL
        )
        try:
            finished = started.wait(seconds) == 0
        except subprocess.TimeoutExpired:
            os.killpg(started.pid, signal.SIGKILL)
            started.wait()
            left = contents(folder / "site")
            if left not in (old, new):
                # Killed while it moved its last files: each is the old or the new one, and what is left finishes it.
                assert list(folder.glob(".site.commit-*")), seconds
                assert all(content in (old.get(path), new.get(path)) for path, content in left.items()), seconds
                assert old.keys() & new.keys() <= left.keys(), seconds
                clear_broken_off(folder / "site")
                assert contents(folder / "site") == new, seconds
        seconds += 0.25
    assert finished
    assert contents(folder / "site") == new
    assert [entry.name for entry in folder.iterdir() if entry.name.startswith(".site")] == []


def test_no_process_is_left_when_the_build_is_killed(tmp_path: Path) -> None:
    code = (
        "import os, time\n"
        "from resource_directory.processes import Children\n"
        "def work(seconds):\n"
        "    time.sleep(seconds)\n"
        "    return os.getpid()\n"
        "children = Children(work, [0.2] * 40, [range(20), range(20, 40)])\n"
        "print(*(process.pid for process in children.processes), flush=True)\n"
        "time.sleep(60)\n"
    )
    started = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert started.stdout is not None
    children = [int(number) for number in started.stdout.readline().split()]
    started.kill()
    started.wait()
    limit = time.monotonic() + 10
    while any(Path(f"/proc/{child}").exists() and "Z" not in _state(child) for child in children):
        assert time.monotonic() < limit, "a child goes on without its parent"
        time.sleep(0.1)


def _state(process: int) -> str:
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except OSError:
        return "Z"


@pytest.mark.parametrize(("number", "names"), [(3, 3), (4, 3), (5, 4), (9, 5)])
def test_sitemaps_are_split_at_the_limit(number: int, names: int) -> None:
    files = dict(sitemap_files("https://example.org/", [f"x{index}/" for index in range(number)], limit=4))
    assert len(files) == names
    listed = b"".join(content for path, content in files.items() if path.endswith("xml"))
    assert all(f"<loc>https://example.org/x{index}/</loc>".encode() in listed for index in range(number))


def test_memory_is_forgotten_when_the_day_changes(tmp_path: Path) -> None:
    folder = make_repository(tmp_path, good_records())
    assert run_build(folder).status == 0
    later = str(int(EPOCH) + 86400 * 365)
    again = run_build(folder, environment={"SOURCE_DATE_EPOCH": later})
    assert again.status == 0
    fresh = run_build(make_repository(tmp_path / "fresh", good_records()), environment={"SOURCE_DATE_EPOCH": later})
    assert contents(folder / "site") == contents(fresh.site)


def test_a_preview_shows_what_a_whole_build_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Edits of every kind while `mkdocs serve` runs: a number, a new area, an entry that comes, one that goes."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    folder = make_repository(
        tmp_path / "served", good_records(), lambda text: text.replace("hooks:\n  - hooks/directory_hooks.py\n", "")
    )
    config = load_config(str(folder / "mkdocs.yml"), site_dir=str(tmp_path / "preview"), strict=True)
    bridge = Bridge(serving=True)
    events = {name: getattr(bridge, name) for name in dir(bridge) if name.startswith("on_")}
    config.plugins["test"] = type(
        "Test", (BasePlugin,), {name: staticmethod(event) for name, event in events.items()}
    )()
    build(config)
    clinic = folder / "data/resources/co/health_center/example-clinic.yml"
    for edit in (
        lambda: clinic.write_text(clinic.read_text(encoding="utf-8").replace("303-555-0170", "303-555-0171")),
        lambda: clinic.write_text(clinic.read_text(encoding="utf-8").replace("- '08031'", "- '08077'")),
        lambda: clinic.with_name("another.yml").write_text(
            good_records()["co/health_center/hostile-one.yml"].replace("hostile-one", "another")
        ),
        clinic.with_name("hostile-two.yml").unlink,
    ):
        edit()
        assert bridge.preview(config)
        fresh = run_build(make_repository(tmp_path / f"fresh-{time.monotonic_ns()}", _records_of(folder)))
        assert fresh.status == 0, fresh.output
        shown, whole = contents(tmp_path / "preview"), contents(fresh.site)
        pages = [path for path in whole if path.endswith(("index.html", "geojson.gz", "txt")) or holds_points(path)]
        assert any(map(holds_points, pages)) and any(path.endswith("geojson.gz") for path in pages)
        assert [p for p in pages if _as_published(shown.get(p, b"")) != _as_published(whole[p])] == []
        assert {p for p in shown if p.endswith("index.html")} == {p for p in whole if p.endswith("index.html")}


def _records_of(folder: Path) -> dict[str, str]:
    top = folder / "data/resources"
    return {file.relative_to(top).as_posix(): file.read_text(encoding="utf-8") for file in top.rglob("*.yml")}


def _as_published(content: bytes) -> bytes:
    """A preview may run inline script, for reloading, and stands at the server's own address."""
    return content.replace(b"script-src 'self' 'unsafe-inline'; ", b"")
