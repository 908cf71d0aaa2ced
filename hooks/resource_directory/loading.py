"""One call from a repository to a checked Directory: what the site, the command lines and the tests all use."""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache, partial
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from resource_directory.catalogues import load_languages
from resource_directory.directory import Directory, Settings
from resource_directory.model import ContinuumOfCare, Record
from resource_directory.places import Places, load_places
from resource_directory.problems import Problem
from resource_directory.processes import collector_off
from resource_directory.reading import Finding, ReadFile, find_files, gathered, locate, map_files, read_all, read_path
from resource_directory.record_cache import (
    RecordCache,
    digest_of_file,
    folder_of,
    read_pickle,
    stamp_of,
    stamp_of_files,
    write_pickle,
)
from resource_directory.rules import Known, RuleContext, check_record, check_together, claims_of, known_of
from resource_directory.shapes import Shapes, load_shapes
from resource_directory.vocabulary import Vocabulary, load_vocabulary
from resource_directory.yaml_nodes import LARGEST_FILE

SHAPES = Path(".cache/us-atlas")
PLACES = Path(".cache/places.pickle")


class BadRecords(Exception):
    """Records have problems; nothing may be built from them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__(f"{len(self.problems)} problems")


@dataclass(frozen=True)
class Sources:
    """What records are checked against: words, places and shapes."""

    vocabulary: Vocabulary
    places: Places
    shapes: Shapes


def today_of(environment: Mapping[str, str]) -> date:
    """The day of the build: `SOURCE_DATE_EPOCH` where it is set (https://reproducible-builds.org), else today."""
    epoch = environment.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(epoch), UTC).date() if epoch else datetime.now(UTC).date()


def load_sources(root: Path) -> Sources:
    """Vocabularies, places and shapes of a repository; places and shapes are kept while their files are the same."""
    vocabulary = load_vocabulary(root / "data/vocab")
    stamp = max((file.stat().st_mtime_ns for file in (root / "data/places").glob("*.csv")), default=0)
    return Sources(vocabulary, _places(root, stamp), _shapes(root / SHAPES))


@lru_cache(maxsize=2)
def _places(root: Path, stamp: int) -> Places:
    """The tables of places; as they were read before, where neither they nor the code have changed."""
    folder, file = root / "data/places", root / PLACES
    told = stamp_of_files(folder.glob("*.csv"))
    found = read_pickle(file, told)
    if not isinstance(found, Places):
        found = load_places(folder)
        with suppress(OSError):  # Whoever only checks need not be able to write here.
            write_pickle(file, told, found)
    return found


@lru_cache(maxsize=2)
def _shapes(folder: Path) -> Shapes:
    return load_shapes(folder)


def check_files(
    root: Path,
    paths: Iterable[str],
    sources: Sources,
    today: date,
    known: Known | None = None,
    *,
    whole: bool = True,
    claims: bool = False,
    cache: RecordCache | None = None,
) -> tuple[Mapping[str, Record], tuple[Problem, ...]]:
    """Reads and checks files, alone and together. Files that the cache knows are checked only together.

    `known` says what exists in files that are not read; without it the files given are taken for all there are.
    `claims` also looks in those files for the same former ids and registry numbers.
    Without `whole` records hold only what is checked together, which is quicker where many come from other processes.
    """
    context = RuleContext(sources.vocabulary, sources.places, sources.shapes, today)
    ordered = sorted(set(paths))
    # Digests come before reading: a file that changes meanwhile is then read again next time.
    digests = {path: digest_of_file(root, path) for path in ordered} if cache else {}
    found = {path: record for path in ordered if cache and (record := cache.find(path, digests[path]))}
    unread = [path for path in ordered if path not in found]
    checked = map_files(partial(_check_path, root, context=context, whole=whole), unread)
    everything = (*(read for read, _ in checked), *(ReadFile(path, record) for path, record in found.items()))
    result = gathered(sorted(everything, key=lambda read: read.path))
    if cache is not None:
        bad = {finding.path for _, findings in checked for finding in findings}
        cache.keep((path, digests[path], record) for path, record in result.records.items() if path not in bad)
    findings = [finding for _, found in checked for finding in found]
    # A file that could not be read still keeps its id: no second problem where another record names it.
    there = known or _with_unread(known_of(result.records), result.problems)
    if claims:
        there = with_claims(root, there, result.records, sources, today)
    findings.extend(check_together(result.records, there))
    return result.records, (*result.problems, *locate(root, findings))


def _check_path(root: Path, path: str, *, context: RuleContext, whole: bool) -> tuple[ReadFile, list[Finding]]:
    """Reads one file and checks it alone; of a bad record, what is left of it, but for the fields that are wrong."""
    read = read_path(root, path, vocabulary=context.vocabulary, today=context.today)
    if read.record is not None:
        kept = read if whole else ReadFile(path, _only_together(read.record))
        return kept, list(check_record(read.record, path, context))
    if read.partial is None:
        return read, []
    dropped = read.partial.dropped
    found = check_record(read.partial.record, path, context)
    return read, [finding for finding in found if not finding.location or finding.location[0] not in dropped]


#: Fields that rules about several records look at.
_TOGETHER = (
    "id",
    "type",
    "former_ids",
    "registry_ids",
    "organization",
    "coalition",
    "referral",
    "service_area",
    "counties",
)


def _only_together(record: Record) -> Record:
    facts = {name: getattr(record, name) for name in _TOGETHER if name in record.model_fields_set}
    return type(record).model_construct(_fields_set=set(facts), **facts)


def _with_unread(known: Known, problems: Iterable[Problem]) -> Known:
    unread = {PurePosixPath(problem.path).stem: (problem.path,) for problem in problems}
    return replace(known, paths={**unread, **known.paths})


def known_files(
    root: Path,
    sources: Sources,
    today: date,
    cache: RecordCache | None = None,
    there: Collection[str] | None = None,
) -> Known:
    """What exists in the repository, from names of files alone, and the numbers of regions from their own files.

    `there` are the paths of all files, where they are known already.
    """
    paths: dict[str, list[str]] = {}
    regions: list[str] = []
    for path in find_files(root) if there is None else there:
        paths.setdefault(path.rpartition("/")[2].removesuffix(".yml"), []).append(path)
        if "/continuum_of_care/" in path:
            regions.append(path)
    of_regions = known_of(_regions(root, regions, sources, today, cache))
    return replace(of_regions, paths={key: tuple(group) for key, group in paths.items()})


def with_claims(root: Path, known: Known, checked: Mapping[str, Record], sources: Sources, today: date) -> Known:
    """`known`, and what unread files lay claim to of what the checked records, by path, say of themselves.

    A file is read into a record only where a line of it is a former id or a number in question; the lines of files in
    the standard form are looked at.
    """
    numbers = {entry.id for record in checked.values() for entry in record.registry_ids or ()}
    ids = {one for record in checked.values() for one in (record.id, *(record.former_ids or ()))}
    lines = {f"id: {quote}{one}{quote}".encode() for one in numbers for quote in ("", "'", '"')}
    lines |= {f"{quote}{one}{quote}".encode() for one in ids for quote in ("", "'", '"')}
    others = [path for path in find_files(root) if path not in checked and _has_line(f"{root}/{path}", lines)]
    former, registry = claims_of(read_all(root, others, sources.vocabulary, today).records)
    return replace(known, former=former, registry=registry)


def _has_line(file: str, lines: Collection[bytes]) -> bool:
    try:
        with open(file, "rb", buffering=0) as opened:
            return any(line.lstrip(b" -").rstrip(b" \r") in lines for line in opened.read(LARGEST_FILE).split(b"\n"))
    except OSError:  # As in `_marks_in`.
        return False


def _regions(
    root: Path, paths: Sequence[str], sources: Sources, today: date, cache: RecordCache | None
) -> Mapping[str, Record]:
    """The records of all regions, by path."""
    digests = {path: digest_of_file(root, path) for path in paths} if cache else {}
    records = {path: record for path in paths if cache and (record := cache.find(path, digests[path]))}
    records |= read_all(root, [path for path in paths if path not in records], sources.vocabulary, today).records
    if cache is not None:
        cache.keep((path, digests[path], record) for path, record in records.items())
    return records


def load_directory(
    root: Path,
    settings: Settings,
    today: date,
    states: Iterable[str] = (),
    *,
    cached: bool = False,
    strict: bool = False,
) -> Directory:
    """The Directory of a repository, of the states named or of all that have records.

    `cached` uses and keeps what was read before, under `.cache/`. Where `strict`, a message without a translation is an
    error once it is said. Raises BadRecords with every problem, VocabularyError, CatalogueError, ShapesMissing.
    """
    if gc.get_freeze_count():
        # What an earlier load of this process left behind goes now: while frozen, it would stay for ever.
        gc.unfreeze()
        gc.collect()
    with collector_off():
        loaded = _load(root, settings, today, tuple(states), cached)
        slugs = frozenset(state.slug for state in loaded.places.states.values())
        loaded = replace(loaded, languages=load_languages(root, slugs, strict=strict))
        # Records have no cycles. Frozen, they are not looked at again each time that the collector runs.
        gc.freeze()
        return loaded


def _load(root: Path, settings: Settings, today: date, wanted: tuple[str, ...], cached: bool) -> Directory:
    sources = load_sources(root)
    there = list(find_files(root))
    own = {*wanted, "us"}
    paths = [path for path in there if path.split("/")[2] in own] if wanted else there
    folder, stamp = (folder_of(root), stamp_of(root, today)) if cached else (root, "")
    cache = RecordCache(folder, stamp, frozenset((*wanted, "us")) if wanted else frozenset()) if cached else None
    regions = RecordCache(folder / "regions", stamp) if cached else None
    known = known_files(root, sources, today, regions, there) if wanted else None
    if wanted:
        marks = _marks_of(root, wanted, sources, today, regions, there)
        others = [path for path in there if path.split("/")[2] not in own and path.endswith(".yml")]
        paths += neighbours(root, others, marks, (folder / "marks.pickle", stamp) if cached else None)
    records, problems = check_files(root, paths, sources, today, known, cache=cache)
    if problems:
        raise BadRecords(problems)
    folders = {path.split("/")[2] for path in records} - {"us"}
    if wanted:
        folders &= set(wanted)
    by_id = {record.id: record for record in records.values()}
    where = {record.id: path for path, record in records.items()}
    shown = tuple(sorted(folders))
    digests = {record.id: cache.digest_of(path) for path, record in records.items()} if cache else {}
    found = Directory(by_id, where, sources.vocabulary, sources.places, sources.shapes, settings, today, shown, digests)
    return _only_serving(found) if wanted else found


def _only_serving(directory: Directory) -> Directory:
    """Without the records of other states' folders that serve no state shown."""
    shown = {*directory.states, "us"}
    kept = {
        key: record
        for key, record in directory.records.items()
        if directory.paths[key].split("/")[2] in shown or not directory.states_served(record).isdisjoint(shown)
    }
    return replace(directory, records=kept)


#: What in a file's text may mean that it serves a state: a county's code, a state's, a region's number.
_MARK = re.compile(rb"'(\d\d)\d{3}'|^ *- ([a-z]{2})$|\b([A-Z]{2}-\d{3})\b", re.MULTILINE)


def neighbours(
    root: Path, paths: Iterable[str], marks: frozenset[bytes], cache: tuple[Path, str] | None = None
) -> list[str]:
    """Of other states' files those whose text bears one of the marks: all that may serve the wanted states, and some
    that do not. `cache` keeps the marks of each file by its size and time, with a stamp.
    """
    kept = read_pickle(*cache) if cache else None
    before = kept if isinstance(kept, dict) else {}
    now: dict[str, tuple[int, int, frozenset[bytes]]] = {}
    for path in paths:
        status = os.lstat(f"{root}/{path}")
        told = (status.st_size, status.st_mtime_ns)
        entry = before.get(path)
        now[path] = entry if entry and entry[:2] == told else (*told, _marks_in(f"{root}/{path}"))
    if cache and now != before:
        write_pickle(*cache, now)
    return [path for path, (_, _, found) in now.items() if not found.isdisjoint(marks)]


def _marks_in(file: str) -> frozenset[bytes]:
    try:
        with open(file, "rb", buffering=0) as opened:
            return frozenset(part for match in _MARK.findall(opened.read()) for part in match if part)
    except OSError:  # A link that leads nowhere, or what cannot be read: the check of its own state tells of it.
        return frozenset()


def _marks_of(
    root: Path,
    wanted: Iterable[str],
    sources: Sources,
    today: date,
    cache: RecordCache | None,
    there: Iterable[str],
) -> frozenset[bytes]:
    """What a file that serves the wanted states must bear."""
    states = [sources.places.states[state.upper()] for state in wanted if state.upper() in sources.places.states]
    fips = {state.fips for state in states}
    paths = [path for path in there if "/continuum_of_care/" in path]
    records = _regions(root, paths, sources, today, cache).values()
    numbers = {
        region.coc_number
        for region in records
        if isinstance(region, ContinuumOfCare) and any(county.fips[:2] in fips for county in region.counties)
    }
    return frozenset(mark.encode() for mark in (*fips, *(state.slug for state in states), *numbers))


def states_wanted(configured: Iterable[str], environment: Mapping[str, str]) -> tuple[str, ...]:
    """The states to show: `STATE=co` on the command line before those of the configuration."""
    asked = environment.get("STATE", "").strip().lower()
    return tuple(asked.replace(",", " ").split()) if asked else tuple(state.lower() for state in configured)


class _PlainValues(yaml.CSafeLoader):
    """Reads mkdocs.yml, of which only plain values are wanted: what a tag would make is None."""


_PlainValues.add_multi_constructor("", lambda loader, suffix, node: None)


def configuration(root: Path) -> dict[str, Any]:
    """The plain values of a repository's mkdocs.yml."""
    text = (root / "mkdocs.yml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.load(text, _PlainValues)  # noqa: S506 (a safe loader)
    return found


def repository_root(start: Path) -> Path:
    """The folder above `start` that holds `mkdocs.yml` and `data/`. Raises FileNotFoundError."""
    for folder in (start, *start.parents):
        if (folder / "mkdocs.yml").is_file() and (folder / "data").is_dir():
            return folder
    raise FileNotFoundError("No mkdocs.yml with a data/ folder here or above. Run this inside the project.")
