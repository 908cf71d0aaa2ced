"""One call from a repository to a checked Directory: what the site, the command lines and the tests all use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache, partial
from pathlib import Path, PurePosixPath

from resource_directory.directory import Directory, Settings
from resource_directory.model import Record
from resource_directory.places import Places, load_places
from resource_directory.problems import Problem
from resource_directory.processes import collector_off
from resource_directory.reading import Finding, ReadFile, find_files, gathered, locate, map_files, read_all, read_path
from resource_directory.record_cache import RecordCache, digest_of_file, folder_of, stamp_of
from resource_directory.rules import Known, RuleContext, check_record, check_together, known_of
from resource_directory.shapes import Shapes, load_shapes
from resource_directory.vocabulary import Vocabulary, load_vocabulary

SHAPES = Path(".cache/us-atlas")


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
    folder = root / "data/places"
    stamp = max((file.stat().st_mtime_ns for file in folder.glob("*.csv")), default=0)
    return Sources(vocabulary, _places(folder, stamp), _shapes(root / SHAPES))


@lru_cache(maxsize=2)
def _places(folder: Path, stamp: int) -> Places:
    return load_places(folder)


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
    cache: RecordCache | None = None,
) -> tuple[Mapping[str, Record], tuple[Problem, ...]]:
    """Reads and checks files, alone and together. Files that the cache knows are checked only together.

    `known` says what exists in files that are not read; without it the files given are taken for all there are.
    Without `whole` records hold only what is checked together, which is quicker where many come from other processes.
    """
    context = RuleContext(sources.vocabulary, sources.places, sources.shapes, today)
    ordered = sorted(paths)
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
    return Known({**unread, **known.paths}, known.regions)


def known_files(root: Path, sources: Sources, today: date, cache: RecordCache | None = None) -> Known:
    """What exists in the repository, from names of files alone, and the numbers of regions from their own files."""
    paths: dict[str, list[str]] = {}
    regions: list[str] = []
    for path in find_files(root):
        paths.setdefault(PurePosixPath(path).stem, []).append(path)
        if "/continuum_of_care/" in path:
            regions.append(path)
    digests = {path: digest_of_file(root, path) for path in regions} if cache else {}
    records = {path: record for path in regions if cache and (record := cache.find(path, digests[path]))}
    records |= read_all(root, [path for path in regions if path not in records], sources.vocabulary, today).records
    if cache is not None:
        cache.keep((path, digests[path], record) for path, record in records.items())
    return Known({key: tuple(group) for key, group in paths.items()}, known_of(records).regions)


def load_directory(
    root: Path, settings: Settings, today: date, states: Iterable[str] = (), *, cached: bool = False
) -> Directory:
    """The Directory of a repository, of the states named or of all that have records.

    `cached` uses and keeps what was read before, under `.cache/`.
    Raises BadRecords with every problem, VocabularyError, ShapesMissing.
    """
    with collector_off():
        return _load(root, settings, today, tuple(states), cached)


def _load(root: Path, settings: Settings, today: date, wanted: tuple[str, ...], cached: bool) -> Directory:
    sources = load_sources(root)
    paths = list(find_files(root, wanted or None))
    folder, stamp = (folder_of(root), stamp_of(root, today)) if cached else (root, "")
    cache = RecordCache(folder, stamp) if cached else None
    regions = RecordCache(folder / "regions", stamp) if cached else None
    known = known_files(root, sources, today, regions) if wanted else None
    records, problems = check_files(root, paths, sources, today, known, cache=cache)
    if problems:
        raise BadRecords(problems)
    folders = {path.split("/")[2] for path in records} - {"us"}
    by_id = {record.id: record for record in records.values()}
    where = {record.id: path for path, record in records.items()}
    shown = tuple(sorted(folders))
    digests = {record.id: cache.digest_of(path) for path, record in records.items()} if cache else {}
    return Directory(by_id, where, sources.vocabulary, sources.places, sources.shapes, settings, today, shown, digests)


def states_wanted(configured: Iterable[str], environment: Mapping[str, str]) -> tuple[str, ...]:
    """The states to show: `STATE=co` on the command line before those of the configuration."""
    asked = environment.get("STATE", "").strip().lower()
    return tuple(asked.replace(",", " ").split()) if asked else tuple(state.lower() for state in configured)


def repository_root(start: Path) -> Path:
    """The folder above `start` that holds `mkdocs.yml` and `data/`. Raises FileNotFoundError."""
    for folder in (start, *start.parents):
        if (folder / "mkdocs.yml").is_file() and (folder / "data").is_dir():
            return folder
    raise FileNotFoundError("No mkdocs.yml with a data/ folder here or above. Run this inside the project.")
