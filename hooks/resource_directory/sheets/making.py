"""Much paper at once: places, kinds and languages, shared out among processes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from resource_directory.directory import Directory
from resource_directory.messages import ENGLISH, Messages
from resource_directory.placing import NearestOf
from resource_directory.processes import Advance, Children, cores, shares
from resource_directory.record_cache import digest
from resource_directory.sheets.binding import STATE_KINDS, bound
from resource_directory.sheets.content import Sheet
from resource_directory.sheets.drawing import Drawing
from resource_directory.sheets.fitting import Family, families_of
from resource_directory.sheets.kept import Kept
from resource_directory.sheets.kinds import HANDOUT, Paper, Press
from resource_directory.sheets.ledger import Facts, Printed, with_facts
from resource_directory.sheets.remembered import Copy, Remembered, read, write
from resource_directory.sheets.setting import CannotSet, Setter, has_begun
from resource_directory.translating import in_language

#: How long a document takes of which is known what it says, in sheets.
KNOWN = 0.02


class Job(NamedTuple):
    """Paper of a place, a county's code (`08031`), a region's number (`co-503`) or a state (`co`), in a language."""

    code: str
    language: str


class Document(NamedTuple):
    """A document that was made. `name` is its file's: `08031-sheet-en.pdf`; `put` what became of it; `kept` its key in
    the cache."""

    name: str
    size: int
    printed: Printed
    put: Any
    kept: str


class Made(NamedTuple):
    """What came of a job: its documents, or why one cannot be made; and where the nearest to its place were looked
    for."""

    documents: tuple[Document, ...]
    problem: str = ""
    near: tuple[NearestOf, ...] = ()


@dataclass(frozen=True)
class Works:
    """Makes paper of a Directory. `site` is the address of the site's top."""

    directory: Directory
    templates: Path
    node_modules: Path
    site: str
    #: The folder in which documents are kept that were set before.
    cache: Path | None = None
    #: Languages of paper alone.
    papers: tuple[Messages, ...] = ()
    #: Stands for the code, the words, the places and the day. Without it what was printed is not remembered.
    stamp: str = ""
    #: Whether what is printed goes into a ledger. To tell what it says takes a tenth of the time.
    tells: bool = False
    _setters: dict[tuple[Family, ...], Setter] = field(default_factory=dict, repr=False)
    _presses: dict[str, Press] = field(default_factory=dict, repr=False)
    _settings: dict[str, str] = field(default_factory=dict, repr=False)

    def of_edited(self, directory: Directory) -> Works:
        """The same of a Directory of which records have changed."""
        return replace(self, directory=directory, _presses={})

    def _setter(self, language: str) -> Setter:
        """Languages with the same letters share one."""
        families = families_of(language)
        if families not in self._setters:
            kept = Kept(self.cache) if self.cache is not None else None
            self._setters[families] = Setter(self.templates, self.node_modules, kept, families)
        return self._setters[families]

    @cached_property
    def _drawing(self) -> Drawing:
        return Drawing(self.directory)

    def press(self, language: str) -> Press:
        """What prints in a language. Raises KeyError where the site does not speak it."""
        if language not in self._presses:
            messages = self.languages[language]
            directory = self.directory if messages.is_source else in_language(self.directory, messages)
            self._presses[language] = Press(directory, messages, self._setter(language), self._drawing, self.site)
        return self._presses[language]

    @property
    def languages(self) -> Mapping[str, Messages]:
        """The languages of paper, by tag."""
        return {messages.language: messages for messages in (ENGLISH, *self.directory.languages, *self.papers)}

    def sheet(self, job: Job) -> Sheet:
        """All that may be said of a place. Raises KeyError where there is no such place."""
        press = self.press(job.language)
        if "-" in job.code:
            return press.content.region(press.directory.regions[job.code.upper()])
        return press.content.county(press.directory.places.counties[job.code])

    def jobs_of_state(self, slug: str, language: str) -> Iterator[Job]:
        """Every county of a state (`co`) and every region that it keeps."""
        for county in self.directory.places.counties_of_state.get(slug.upper(), ()):
            yield Job(county.fips, language)
        for region in self.directory.regions_kept.get(slug, ()):
            yield Job(region.coc_number.lower(), language)

    def make(self, job: Job, kinds: Sequence[str], put: Callable[[str, bytes], object]) -> Made:
        """Makes those of the kinds of paper that a job's place can have; `put` takes each file's name and bytes."""
        made: list[Document] = []
        sheet: Sheet | None = None
        problem = ""
        for kind in kinds_of(job, kinds):
            if document := self._again(job, kind, put):
                made.append(document)
                continue
            if sheet is None and not is_of_state(job):
                sheet = self.sheet(job)
            try:
                for name, paper in self._papers(job, kind, sheet):
                    printed = self._told_of(printed_of(paper, kind))
                    made.append(Document(name, len(paper.pdf), printed, put(name, paper.pdf), paper.kept))
            except CannotSet as error:
                problem = f"{file_name(job, kind)}: {error}"
                break
        near = sheet.near if sheet is not None else self._remembered.near.get(job.code, ())
        return Made(tuple(made), problem, near)

    def _again(self, job: Job, kind: str, put: Callable[[str, bytes], object]) -> Document | None:
        """A document that says what it said before; None where it may not, or is no longer there."""
        copy = self._copy(job, kind)
        pdf = self._setter(job.language).again(copy.key) if copy is not None else None
        if copy is None or pdf is None:
            return None
        name = file_name(job, kind)
        return Document(name, len(pdf), self._told_of(copy.printed), put(name, pdf), copy.key)

    def _copy(self, job: Job, kind: str) -> Copy | None:
        copy = self._remembered.copies.get((job.code, job.language, kind))
        return copy if copy is not None and copy.setting == self._setting(job.language) else None

    def _setting(self, language: str) -> str:
        """Stands for a language's words and fonts, and for the templates."""
        if language not in self._settings:
            messages = self.languages[language]
            told = f"{self._setter(language).stamp} {messages.stamp} {messages.draft}"
            self._settings[language] = digest(told.encode()).hex()
        return self._settings[language]

    @cached_property
    def _remembered(self) -> Remembered:
        if not (self.cache and self.stamp):
            return Remembered()
        return read(self._memory, self._whole_stamp).today(self.directory)

    @property
    def _memory(self) -> Path:
        """The file that tells what was printed."""
        assert self.cache is not None
        return self.cache / "places" / f"{digest(f'{self.site} {self.directory.states}'.encode()).hex()}.pickle"

    @property
    def _whole_stamp(self) -> str:
        return digest(f"{self.stamp} {self.site} {self.directory.states} {self.directory.settings}".encode()).hex()

    def _remember(self, jobs: Sequence[Job], found: Sequence[Made]) -> None:
        """Leaves for the next run what was printed."""
        if not (self.cache and self.stamp):
            return
        copies, near = dict(self._remembered.copies), dict(self._remembered.near)
        for job, made in zip(jobs, found, strict=True):
            near[job.code] = made.near
            for document in made.documents:
                if document.kept:
                    name = (job.code, job.language, document.printed.kind)
                    copies[name] = Copy(document.kept, self._setting(job.language), document.printed)
        write(self._memory, self._whole_stamp, replace(self._remembered, copies=copies, near=near))

    def _told_of(self, printed: Printed) -> Printed:
        """The same with what the ledger keeps of its records, where it goes into one."""
        return with_facts(printed, self._facts) if self.tells and not printed.facts else printed

    @cached_property
    def _facts(self) -> Facts:
        return Facts(self.directory)

    def _papers(self, job: Job, kind: str, sheet: Sheet | None) -> Iterator[tuple[str, Paper]]:
        """Each document of a kind with its name: a booklet has one to read and one for a copier."""
        if sheet is not None:
            yield file_name(job, kind), self.press(job.language).paper(kind, sheet)
            return
        book = bound(self.press(job.language), job.code)
        yield file_name(job, kind), book.paper
        yield file_name(job, f"{kind}-copier"), replace(book.paper, pdf=book.copier)

    def make_all(
        self,
        jobs: Sequence[Job],
        kinds: Sequence[str],
        put: Callable[[str, bytes], object],
        advance: Advance | None = None,
    ) -> list[Made]:
        """Makes all jobs, in their order, and remembers what was printed."""
        for language in dict.fromkeys(job.language for job in jobs):
            # Asked for before anything is set: a template may change meanwhile.
            self._setting(language)
        found = self._make_all(jobs, kinds, put, advance)
        self._remember(jobs, found)
        return found

    def _make_all(
        self, jobs: Sequence[Job], kinds: Sequence[str], put: Callable[[str, bytes], object], advance: Advance | None
    ) -> list[Made]:
        """In as many processes as there are cores; in this one alone where it has set paper before, and so cannot
        fork."""
        number = min(cores(), len(jobs))
        # Each process has a core to itself; and each thread keeps memory of its own.
        os.environ.setdefault("RAYON_NUM_THREADS", "1")
        if cores() < 2 or has_begun():
            return [self._told(job, kinds, put, advance) for job in jobs]
        known = [all(self._copy(job, kind) for kind in kinds_of(job, kinds)) for job in jobs]
        # All that children share is made before they are: neighbours' shapes, indexes of records.
        for language in dict.fromkeys(job.language for job, there in zip(jobs, known, strict=True) if not there):
            self.sheet(Job(next(iter(self.directory.places.counties)), language))
        if not all(known):
            self._drawing.prepare()

        def work(job: Job) -> Made:
            return self.make(job, kinds, put)

        weights = [KNOWN if there else self._weight(job) for job, there in zip(jobs, known, strict=True)]
        found = Children(work, jobs, shares(weights, number)).results(advance)
        return [found[index] for index in range(len(jobs))]

    def _weight(self, job: Job) -> float:
        """How long a job takes, in sheets."""
        return len(self.directory.in_state(job.code)) / 5 + 20 if is_of_state(job) else 1.0

    def _told(
        self, job: Job, kinds: Sequence[str], put: Callable[[str, bytes], object], advance: Advance | None
    ) -> Made:
        made = self.make(job, kinds, put)
        if advance is not None:
            advance(1)
        return made


def printed_of(paper: Paper, kind: str) -> Printed:
    """What stands on a document of a kind."""
    sheet = paper.sheet
    records = tuple(dict.fromkeys(line.id for line in sheet.lines))
    return Printed(paper.id, sheet.language, kind, sheet.day, sheet.check_after, records)


def is_of_state(job: Job) -> bool:
    """Whether it is of a whole state (`co`)."""
    return job.code.isalpha()


def kinds_of(job: Job, kinds: Sequence[str]) -> tuple[str, ...]:
    """Those of the kinds that a job's place can have."""
    return tuple(kind for kind in kinds if (kind in STATE_KINDS) == is_of_state(job))


def file_name(job: Job, kind: str) -> str:
    """`08031-card-en.pdf`; that of sheet and card in one is `08031-en.pdf`."""
    return f"{job.code}-{job.language}.pdf" if kind == HANDOUT else f"{job.code}-{kind}-{job.language}.pdf"
