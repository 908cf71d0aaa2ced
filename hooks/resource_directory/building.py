"""A site's generated files, made in parts by several processes beside the last site; or only those that change.

What a build knew of its records and files is kept under `.cache/`. The next build compares, makes what an edit changes,
and takes the rest over as it is.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from resource_directory.calls import CallFiles
from resource_directory.changes import Changes, Known, changes
from resource_directory.directory import Directory
from resource_directory.exports import ExportFiles, feed_files
from resource_directory.gap_files import GapFiles
from resource_directory.gaps import Gaps
from resource_directory.loading import BadRecords
from resource_directory.maps import MapFiles
from resource_directory.pages import Renderer
from resource_directory.pages.all import COUNTRY, part_documents, parts
from resource_directory.pages.embeds import address_of, full_page_of
from resource_directory.pages.languages import split_address
from resource_directory.pages.upkeep_pages import upkeep_files
from resource_directory.placing import NearestOf, placings
from resource_directory.processes import Children, collector_off, cores, shares
from resource_directory.progress import advancing
from resource_directory.publishing import FEW, Staging, Written, commit, files_below, is_as_written, swap
from resource_directory.record_cache import code_stamp, digest, folder_of, read_pickle, write_pickle
from resource_directory.search import SearchFiles
from resource_directory.sheets.files import PaperFiles, places_of
from resource_directory.sheets.ledger import Printed
from resource_directory.shells import Shells

#: The terms under which the data is given, in the repository.
LICENCE = "DATA_LICENSE"
#: Up to this many pages are made by this process alone: others would take longer to start.
FEW_PAGES = 300
_PAGE = "index.html"
#: Stands among the parts for the files that belong to none: the map of the country, the words of all records.
SHARED_MAPS, SHARED_SEARCH = "*maps", "*search"
SHARED = (SHARED_MAPS, SHARED_SEARCH)
#: Stands among the parts for the file of all states' gaps: it changes where they do.
SHARED_GAPS = "*gaps"
WITHOUT_PAGES = (*SHARED, SHARED_GAPS)
#: Stands among the parts for the open data of everything: joined from what the states' parts have left in the cache.
SHARED_DATA = "*data"
#: Stands among the parts for the feeds of changes: a commit changes them even where no record does.
SHARED_FEEDS = "*feeds"
#: Stands among the parts for the ledger of all paper, and before a state's name for its paper and what is known of it.
SHARED_PAPER = "*paper"
PAPER = f"{SHARED_PAPER}/"


class Made(NamedTuple):
    """A file of the site; of a page also what it shows."""

    path: str
    written: Written
    shown: frozenset[str] | None = None
    near: tuple[NearestOf, ...] = ()


@dataclass(frozen=True)
class Memory:
    """What a build leaves for the next one."""

    #: Stands for all that its files depend on beside the records.
    stamp: str = ""
    files: Mapping[str, Written] = field(default_factory=dict)
    known: Known = field(default_factory=Known)
    #: Files that are not pages, by the part that made them.
    extras: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: What stands on paper, by state.
    printed: Mapping[str, tuple[Printed, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Site:
    """Everything that making files needs."""

    renderer: Renderer
    shells: Shells
    staging: Staging
    #: False where another makes the pages.
    makes_pages: bool = True
    #: Where other modules may keep what they made, and a stamp of what it depends on beside the records.
    cache: tuple[Path, str] | None = None
    #: The text of the licence under which the data is given.
    licence: str = ""
    #: The repository whose history the feeds of changes are made of, where there is one.
    root: Path | None = None
    #: What makes paper, where it is made.
    paper: PaperFiles | None = None

    @property
    def directory(self) -> Directory:
        return self.renderer.directory

    @cached_property
    def _maps(self) -> MapFiles:
        return MapFiles(self.directory, self.cache)

    @cached_property
    def _calls(self) -> CallFiles:
        return CallFiles(self.directory)

    @cached_property
    def _search(self) -> SearchFiles:
        return SearchFiles(self.directory, self.cache)

    @cached_property
    def data(self) -> ExportFiles:
        """The open data."""
        return ExportFiles(self.directory, self.licence, self.cache, self.renderer.gaps)

    def pages(self, part: str, only: frozenset[str] | None = None) -> list[Made]:
        """Makes the pages of a part; only those at the addresses given, where not all."""
        found = []
        for renderer in self.renderer.all:
            renderer.begin(only)
            for document in part_documents(renderer, part):
                path = document.url + _PAGE
                if self.makes_pages:
                    written = self.staging.put(path, self.shells.fill(document).encode())
                    found.append(Made(path, written, document.shown, document.near))
                if document.embed:
                    path = address_of(document.url, document.prefix) + _PAGE
                    found.append(Made(path, self.staging.put(path, document.embed.encode())))
        return found

    def page_of(self, path: str) -> str:
        """The address of the page that a file is, or beside which it is made."""
        prefixes = [messages.prefix for messages in self.directory.languages]
        return full_page_of(path.removesuffix(_PAGE), prefixes)

    def extras(self, part: str) -> list[Made]:
        """Makes a part's files for maps, the search, the order of calls, and those of the open data."""
        made = [Made(path, self.staging.put(path, text.encode())) for path, text in self._extra_files(part)]
        return made + [Made(path, self.staging.put(path, content)) for path, content in self._data_files(part)]

    def _data_files(self, part: str) -> Iterator[tuple[str, bytes]]:
        if part == SHARED_DATA:
            yield from self.data.shared()
        elif part == SHARED_FEEDS:
            yield from feed_files(self.directory, self.root)
        elif part not in WITHOUT_PAGES:
            yield from self.data.of_state(part)
        if part in self.directory.states:
            yield places_of(self.directory, part)

    def _extra_files(self, part: str) -> Iterator[tuple[str, str]]:
        if part == SHARED_MAPS:
            yield from self._maps.shared()
        elif part == SHARED_SEARCH:
            yield from self._search.shared()
            for renderer in self.renderer.all:
                yield from CallFiles(renderer.directory).shared(renderer.messages.language)
        elif part == SHARED_GAPS:
            yield GapFiles(self.renderer.gaps).nation()
        elif part not in {SHARED_DATA, SHARED_FEEDS}:
            yield from self._search.of_state(part)
        if part in self.directory.states:
            yield from self._maps.of_state(part)
            yield from self._calls.of_state(part)
            yield GapFiles(self.renderer.gaps).of_state(part)

    def part(self, part: str) -> tuple[list[Made], list[Made]]:
        """Makes all of a part: its pages, its other files."""
        return [] if part in WITHOUT_PAGES else self.pages(part), self.extras(part)


def stamp_of_site(directory: Directory, templates: Path, shells: Shells, base: str) -> str:
    """Stands for all that a site's files depend on beside the records. `base` stands for code, words and places."""
    told = hashlib.blake2b(digest_size=16)
    spoken = [(messages.language, messages.prefix, messages.stamp) for messages in directory.languages]
    for text in (base, repr(directory.settings), repr(directory.states), repr(shells), repr(spoken)):
        told.update(text.encode() + b"\0")
    root = templates.parents[1]
    for file in (*sorted(templates.glob("*.html")), *upkeep_files(root), root / LICENCE):
        told.update(file.name.encode() + b"\0" + file.read_bytes())
    return told.hexdigest()


def part_of(directory: Directory, address: str) -> str:
    """The part that makes the page at an address (`co/denver/`, `es/co/denver/`: `co`)."""
    _, address = split_address(address, [messages.prefix for messages in directory.languages])
    names = address.rstrip("/").split("/")
    if names[0] == "resources":
        record = directory.records.get(names[1])
        return directory.folder(record) if record is not None else ""
    if names[0] == "regions":
        region = directory.regions.get(names[1].upper())
        return directory.folder(region) if region is not None else ""
    if names[0] in {"types", "needs", "partnerships", "upkeep"}:
        return names[2] if len(names) > 2 else COUNTRY
    if names[0] == "gaps":
        return names[1] if len(names) > 1 else COUNTRY
    return names[0]


class Build:
    """One build: what must be made, the processes that make it, and what becomes of it."""

    def __init__(self, site: Site, stamp: str, memory: Memory) -> None:
        self.site, self.stamp, self.memory = site, stamp, memory
        self.placings = placings(site.directory, memory.known.placings, memory.known.digests)
        self.changes = self._changes()
        self.parts = (*parts(site.directory), *WITHOUT_PAGES)
        self.printed = dict(memory.printed) if self.changes is not None else {}
        self.children: Children | None = None
        gaps = self.changes.gaps if self.changes is not None else Gaps(site.directory)
        for renderer in site.renderer.all:
            renderer.gaps = gaps.said_by(renderer.directory)

    @property
    def is_whole(self) -> bool:
        """True where everything is made."""
        return self.changes is None

    def _changes(self) -> Changes | None:
        if self.memory.stamp != self.stamp:
            return None
        found = changes(self.site.directory, self.placings, self.memory.known)
        if found is None or self.site.staging.last is None:
            return found
        lost = self._lost(self.site.staging.last)
        parts_lost = (part for part, paths in self.memory.extras.items() if not lost.isdisjoint(paths))
        states = frozenset(part.removeprefix(PAPER) for part in parts_lost)
        pages = frozenset(map(self.site.page_of, lost)) & self.memory.known.shown.keys()
        return replace(found, pages=found.pages | pages, states=found.states | states)

    def _lost(self, last: Path) -> set[str]:
        """Files of the last site that are no longer as they were written."""
        return {path for path, written in self.memory.files.items() if not is_as_written(last, path, written)}

    def start(self) -> None:
        """Starts the processes that make everything, or what an edit changes beside pages; the caller goes on."""
        if cores() < 2:
            return
        if self.changes is not None:
            if others := self._extras_again(self.changes)[1:]:
                self.children = Children(self.site.extras, others, [range(len(others))])
            return
        for renderer in self.site.renderer.all:
            renderer.load_templates()
        for slug in self.site.directory.states:
            self.site.renderer.gaps.of_state(slug)
        records = self.site.directory.by_folder
        # What is shared takes about as long as two states with a twentieth of all records each.
        weights = [float(len(records.get(part, ())) + 40) for part in self.parts]
        for part in SHARED:
            weights[self.parts.index(part)] = sum(weights) / 20
        self.children = Children(self.site.part, self.parts, shares(weights, cores()))

    def stop(self) -> None:
        """Ends the processes."""
        if self.children is not None:
            self.children.stop()

    def finish(self) -> tuple[list[Made], dict[str, tuple[str, ...]]]:
        """Everything that was made, and which of the files that are not pages each part has.

        Raises BadRecords where an entry of the open data is not valid.
        """
        made, extras = self._made_again(self.changes) if self.changes is not None else self._made_all()
        for part in (SHARED_DATA, SHARED_FEEDS) if self._gives_data() else (SHARED_FEEDS,):
            entries = self.site.extras(part)
            extras[part] = tuple(entry.path for entry in entries)
            made += entries
        if self._gives_data() and (problems := self.site.data.problems()):
            raise BadRecords(problems)
        for part, entries in self._paper(self._states_of_paper()):
            extras[part] = tuple(entry.path for entry in entries)
            made += entries
        return made, extras

    def _states_of_paper(self) -> tuple[str, ...]:
        """The states whose paper is to be made, or what is known of it; and who keeps the regions of others."""
        if self.site.paper is None:
            return ()
        states = (*self.site.directory.states, COUNTRY)
        if self.changes is None:
            return states
        again = {*self._extras_again(self.changes), *self.site.paper.states_naming(self.changes.named)}
        return tuple(state for state in states if state in again or (state == COUNTRY and self.changes.records))

    def _paper(self, states: Sequence[str]) -> Iterator[tuple[str, list[Made]]]:
        """Makes the paper of states, what is known of it, and then the ledger: (part, files). Raises PaperRefused."""
        paper = self.site.paper
        if paper is None or not (states or self._gives_data()):
            return
        for state, sheets in paper.make(states, self.site.staging).items():
            self.printed[state] = sheets.printed
            yield f"{PAPER}{state}", self._put(paper.known(state, sheets.printed), sheets.files)
        yield SHARED_PAPER, self._ledger()

    def _ledger(self) -> list[Made]:
        assert self.site.paper is not None
        printed = [sheet for state in sorted(self.printed) for sheet in self.printed[state]]
        return self._put(self.site.paper.ledger(printed))

    def _put(self, files: Iterable[tuple[str, bytes]], there: Iterable[tuple[str, Written]] = ()) -> list[Made]:
        """Writes files, beside some that are written."""
        written = ((path, self.site.staging.put(path, content)) for path, content in files)
        return [Made(path, entry) for path, entry in (*there, *written)]

    def extras_of(self, part: str) -> list[Made]:
        """Makes the files of a part that are not pages."""
        if part == SHARED_PAPER:
            return self._ledger()
        if part.startswith(PAPER):
            return dict(self._paper((part.removeprefix(PAPER),)))[part]
        return self.site.extras(part)

    def _gives_data(self) -> bool:
        return self.changes is None or bool(self.changes.records or self.changes.states)

    def valid_services(self) -> tuple[int, int] | None:
        """How many services of the open data are valid, and how many there are; None where none was made."""
        return self.site.data.valid() if self._gives_data() else None

    def _made_all(self) -> tuple[list[Made], dict[str, tuple[str, ...]]]:
        with advancing("Making pages", len(self.parts)) as advance, collector_off():
            if self.children is not None:
                results = self.children.results(advance)
            else:
                results = {}
                for index, part in enumerate(self.parts):
                    results[index] = self.site.part(part)
                    advance(1)
        made = [entry for pages, extras in results.values() for entry in (*pages, *extras)]
        extras = {self.parts[index]: tuple(m.path for m in found[1]) for index, found in results.items()}
        return made, extras

    def _made_again(self, changed: Changes) -> tuple[list[Made], dict[str, tuple[str, ...]]]:
        groups: dict[str, set[str]] = {}
        for address in changed.pages:
            groups.setdefault(part_of(self.site.directory, address), set()).add(address)
        wanted = [(part, frozenset(groups[part])) for part in sorted(groups) if part in self.parts]
        made = [entry for pages in self._each(wanted) for entry in pages]
        extras = dict(self.memory.extras)
        again = self._extras_again(changed)
        # The first of them here, where a child makes the others.
        found = [self.site.extras(part) for part in (again[:1] if self.children is not None else again)]
        if self.children is not None:
            results = self.children.results()
            found += [results[index] for index in range(len(again) - 1)]
        for part, entries in zip(again, found, strict=True):
            extras[part] = tuple(entry.path for entry in entries)
            made += entries
        return made, extras

    def _extras_again(self, changed: Changes) -> list[str]:
        """Parts of which the files that are not pages are to be made again; the maps of all first."""
        again = {*changed.states, *SHARED} if changed.records or changed.states else set()
        again |= {SHARED_GAPS} if changed.gap_states else set()
        # What a county's file knows is what its page shows.
        again |= {address.partition("/")[0] for address in changed.pages if address.count("/") == 2}
        return sorted(again & set(self.parts), key=lambda part: (part != SHARED_MAPS, part))

    def _each(self, wanted: list[tuple[str, frozenset[str]]]) -> list[list[Made]]:
        weights = [float(len(addresses)) for _, addresses in wanted]
        if sum(weights) <= FEW_PAGES or cores() < 2:
            return [self.site.pages(part, addresses) for part, addresses in wanted]
        # A large state's pages are shared out too.
        pieces = [
            (part, frozenset(ordered[start : start + FEW_PAGES]))
            for part, addresses in wanted
            for ordered in [sorted(addresses)]
            for start in range(0, len(ordered), FEW_PAGES)
        ]
        weights = [float(len(addresses)) for _, addresses in pieces]
        children = Children(lambda piece: self.site.pages(*piece), pieces, shares(weights, cores()))
        with advancing("Making pages", len(pieces)) as advance:
            results = children.results(advance)
        return [results[index] for index in range(len(pieces))]

    def remembered(
        self, made: Iterable[Made], extras: Mapping[str, tuple[str, ...]], own: Mapping[str, Written]
    ) -> Memory:
        """What this build leaves for the next. `own` are the files that something else made."""
        shown, near, files = dict[str, frozenset[str]](), dict[str, tuple[NearestOf, ...]](), dict(own)
        if self.changes is not None:
            kept_extras = {path for paths in extras.values() for path in paths}
            gone = self.changes.pages
            shown = {a: s for a, s in self.memory.known.shown.items() if a not in gone}
            near = {a: n for a, n in self.memory.known.near.items() if a not in gone}
            for path, written in self.memory.files.items():
                if path in kept_extras or self.site.page_of(path) in shown:
                    files[path] = written
        for entry in made:
            files[entry.path] = entry.written
            if entry.shown is not None:
                shown[entry.path.removesuffix(_PAGE)] = entry.shown
                if entry.near:
                    near[entry.path.removesuffix(_PAGE)] = entry.near
        all_gaps = self.site.renderer.gaps
        gaps = {slug: all_gaps.of_state(slug) for slug in self.site.directory.states}
        known = Known(self.site.directory.digests, self.placings, shown, near, gaps)
        return Memory(self.stamp, files, known, extras, dict(self.printed))


@dataclass(frozen=True)
class Store:
    """Where the memory of a repository's builds into one folder is kept."""

    file: Path

    @classmethod
    def of(cls, root: Path, final: Path) -> Store:
        return cls(folder_of(root) / f"site-{digest(os.fsencode(final.absolute())).hex()}.pickle")

    def load(self) -> Memory:
        found = read_pickle(self.file, code_stamp())
        return found if isinstance(found, Memory) else Memory()

    def save(self, memory: Memory) -> None:
        write_pickle(self.file, code_stamp(), memory)

    def state(self) -> tuple[int, int]:
        """Tells whether another build has saved its memory meanwhile."""
        try:
            status = self.file.stat()
        except FileNotFoundError:
            return (0, 0)
        return (status.st_ino, status.st_mtime_ns)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One build at a time puts its files in place."""
        with self.file.with_suffix(".lock").open("w", encoding="ascii") as opened:
            fcntl.flock(opened, fcntl.LOCK_EX)
            yield


def publish(
    build: Build,
    store: Store,
    seen: tuple[int, int],
    final: Path,
    listed: Callable[[Iterable[str]], Iterable[tuple[str, bytes]]],
) -> Memory:
    """Puts the files in place of the last site's, and remembers; gives what it remembers.

    `seen` is the store's state when it was loaded. `listed` makes the files that list all pages, from their addresses.
    """
    staging = build.site.staging
    made, extras = build.finish()
    memory = build.remembered(made, extras, {})
    for path, content in listed(sorted(memory.known.shown)):
        (staging.new / path).write_bytes(content)
    paths = {entry.path for entry in made}
    own = {path: staging.settle(path) for path in sorted(files_below(staging.new) - paths)}
    memory = replace(memory, files={**memory.files, **own})
    before = build.memory.files
    removed = before.keys() - memory.files.keys()
    changed = {path for path in (*paths, *own) if before.get(path) != memory.files[path]}
    with store.locked():
        alone = build.changes is not None and store.state() == seen
        if alone and final.is_dir() and len(changed) + len(removed) <= FEW:
            for path in (paths | own.keys()) - changed:
                (staging.new / path).unlink()
            commit(staging.new, final, removed)
        else:
            memory = _with_kept(build, memory, paths | own.keys())
            swap(staging.new, final)
        store.save(memory)
    return memory


def _with_kept(build: Build, memory: Memory, present: Iterable[str]) -> Memory:
    """Takes over from the last site what was not made; makes again what is no longer there as it was."""
    there = set(present)
    lost = [path for path in memory.files if path not in there and not build.site.staging.keep(path)]
    if not lost:
        return memory
    groups: dict[str, set[str]] = {}
    files = dict(memory.files)
    for path in lost:
        address = build.site.page_of(path)
        groups.setdefault(part_of(build.site.directory, address), set()).add(address)
    again = [
        entry
        for part, addresses in groups.items()
        if part in build.parts
        for entry in build.site.pages(part, frozenset(addresses))
    ]
    for part, paths in memory.extras.items():
        if not set(lost).isdisjoint(paths):
            again += build.extras_of(part)
    files.update({entry.path: entry.written for entry in again})
    return replace(memory, files=files)
