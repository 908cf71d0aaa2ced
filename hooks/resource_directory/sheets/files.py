"""The site's paper: a file of sheet and card for each county, region and language; and what is known of older paper."""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson

from resource_directory.catalogues import CatalogueError
from resource_directory.directory import Directory
from resource_directory.paper_catalogues import load_papers
from resource_directory.progress import advancing
from resource_directory.publishing import Staging, Written
from resource_directory.record_cache import digest, stamp_of
from resource_directory.sheets.fitting import families_of, font_files
from resource_directory.sheets.kept import FOLDER as CACHE
from resource_directory.sheets.kept import Kept
from resource_directory.sheets.kinds import HANDOUT
from resource_directory.sheets.ledger import FILE, FOLDER, Ledger, Papers, Printed, read_ledgers
from resource_directory.sheets.making import Job, Works, file_name

TEMPLATES = Path("overrides/sheets")
#: Asks for paper of every county; and, beside it, of every region.
ALL, REGIONS = "all", "regions"


class PaperRefused(ValueError):
    """Paper cannot be made; the message tells every reason, a line each."""


@dataclass(frozen=True)
class Sheets:
    """A state's files: address and what is known of it; and what stands on them."""

    files: tuple[tuple[str, Written], ...] = ()
    printed: tuple[Printed, ...] = ()


@dataclass(frozen=True)
class PaperFiles:
    """Makes the paper of states (`co`). `before` is what earlier builds have written down."""

    works: Works
    states: tuple[str, ...] = ()
    #: Whether regions have paper, too.
    regions: bool = True
    before: Ledger = field(default_factory=Ledger, repr=False)

    @classmethod
    def of(cls, directory: Directory, root: Path, environment: Mapping[str, str]) -> PaperFiles:
        """As SHEETS and PAPER_LEDGER ask. Raises PaperRefused (SHEETS or the site's address is wrong, or a font is
        missing), LedgerError."""
        states, regions = sheets_wanted(directory, environment)
        site = f"{directory.settings.site_url.rstrip('/')}/"
        if states and (wrong := site_wrong(site)):
            raise PaperRefused(wrong)
        try:
            # Of languages of paper alone those that somebody has reviewed.
            papers = load_papers(root, directory.today)
            stamp = stamp_of(root, directory.today)
            works = Works(
                directory, root / TEMPLATES, root / "node_modules", site, root / CACHE, papers, stamp, tells=True
            )
            for language in works.languages if states else ():
                for family in families_of(language):
                    font_files(works.node_modules, family)
        except (CatalogueError, OSError) as error:
            raise PaperRefused(str(error)) from error
        return cls(works, states, regions, read_ledgers(environment.get("PAPER_LEDGER", "")))

    def of_edited(self, directory: Directory) -> PaperFiles:
        """The same of a Directory of which records have changed."""
        return replace(self, works=self.works.of_edited(directory))

    @property
    def stamp(self) -> str:
        """Stands for all that paper depends on beside the records and the code."""
        templates = (file.read_bytes() for file in sorted(self.works.templates.glob("*.typ")))
        told = (*map(digest, templates), digest(self.before.packed()))
        catalogues = (messages.stamp for messages in self.works.papers)
        return " ".join((*self.states, str(self.regions), self.works.site, *catalogues, *(part.hex() for part in told)))

    def links(self, place: str, language: str) -> Iterator[tuple[str, str]]:
        """(kind, address) of the paper of a place (a county's code, a region's number) in a language, where it is
        made."""
        is_state, is_region = place in self.works.directory.states, "-" in place
        wanted = not is_state and (self.regions or not is_region)
        if wanted and self._state_of(place) in self.states and language in self.works.languages:
            yield HANDOUT, paper_of(place, language)

    def make(self, states: Sequence[str], staging: Staging) -> dict[str, Sheets]:
        """Makes the paper of some states. Raises PaperRefused with every sheet that cannot be made."""
        wanted = [
            (state, job)
            for state in states
            if state in self.states
            for language in self.works.languages
            for job in self.works.jobs_of_state(state, language)
            if self.regions or "-" not in job.code
        ]
        found: dict[str, Sheets] = {state: Sheets() for state in states}
        if not wanted:
            return found
        jobs = [job for _, job in wanted]

        def put(name: str, pdf: bytes) -> Any:
            return staging.put(f"{FOLDER}/{name}", pdf)

        with advancing("Setting paper", len(jobs)) as advance:
            made = self.works.make_all(jobs, (HANDOUT,), put, advance)
        if problems := [one.problem for one in made if one.problem]:
            raise PaperRefused("\n".join(problems))
        if self.works.cache is not None:
            Kept(self.works.cache).clear()
        for (state, _), one in zip(wanted, made, strict=True):
            own = found[state]
            files = tuple((f"{FOLDER}/{document.name}", document.put) for document in one.documents)
            # The same few thousand ids come again and again, from other processes.
            printed = tuple(
                document.printed._replace(records=tuple(map(sys.intern, document.printed.records)))
                for document in one.documents
            )
            found[state] = Sheets(own.files + files, own.printed + printed)
        return found

    def known(self, state: str, printed: Sequence[Printed]) -> Iterator[tuple[str, bytes]]:
        """(address, bytes) of what is known of a state's paper, that of this build and that of earlier ones."""
        papers = {code: known for code, known in self.before.papers.items() if self._state_of(code) == state}
        yield from Papers(self.works.directory, Ledger(papers=papers), tuple(printed)).files()

    def ledger(self, printed: Sequence[Printed]) -> Iterator[tuple[str, bytes]]:
        """(address, bytes) of the ledger; nothing where no paper is known."""
        if printed or self.before.papers:
            yield FILE, Papers(self.works.directory, self.before, tuple(printed)).ledger.packed()

    def states_naming(self, records: Collection[str]) -> frozenset[str]:
        """The states of which earlier paper names one of some records."""
        return frozenset(
            self._state_of(code)
            for code, known in self.before.papers.items()
            if any(not paper.facts.keys().isdisjoint(records) for paper in known.values())
        )

    def _state_of(self, code: str) -> str:
        """The state of a place's code, of a region the one that keeps its record: `co` of `08031`, `co-503`, `co`."""
        directory = self.works.directory
        if (county := directory.places.counties.get(code)) is not None:
            return county.state.lower()
        region = directory.regions.get(code.upper())
        return directory.folder(region) if region is not None else code[:2]


def sheets_wanted(directory: Directory, environment: Mapping[str, str]) -> tuple[tuple[str, ...], bool]:
    """The states whose counties get paper, none by default, and whether regions do: `SHEETS=co,tx` asks for counties
    and regions, `SHEETS=all` for counties alone, so that the site has room on GitHub Pages, `SHEETS=all,regions` for
    both. Raises PaperRefused."""
    asked = environment.get("SHEETS", "").lower().replace(",", " ").split()
    if ALL in asked and {ALL, REGIONS}.issuperset(asked):
        return tuple(directory.states), REGIONS in asked
    if unknown := [slug for slug in asked if slug not in directory.states]:
        told = ", ".join(f"'{slug}'" for slug in unknown)
        raise PaperRefused(f"SHEETS asks for {told}. Write 'all', 'all,regions', or states of this site such as co,tx.")
    return tuple(dict.fromkeys(asked)), True


def places_of(directory: Directory, slug: str) -> tuple[str, bytes]:
    """(address, bytes) of what leads any number on paper to the page of its place in a state (`co`), whether that paper
    is known or not: each county's address and name by code, and the numbers of regions."""
    state = directory.places.states[slug.upper()]
    counties = directory.places.counties_of_state.get(state.code, ())
    regions = (region.coc_number.lower() for region in directory.regions.values())
    told = {
        "name": state.name,
        "counties": {county.fips: [county.slug, county.full_name] for county in counties},
        "regions": sorted(number for number in regions if number.startswith(f"{slug}-")),
    }
    return f"{FOLDER}/places/{slug}.json", orjson.dumps(told)


def site_wrong(site: str) -> str:
    """Why codes on paper cannot lead to a site at an address; empty where they can."""
    try:
        parts = urlsplit(site)
        host = parts.hostname
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme in {"http", "https"} and host:
        return ""
    return f"'{site}' is no address of a site. Codes on paper lead there: write it like https://directory.example.org/."


def only_here(site: str) -> str:
    """A warning where only this computer or its network finds the site to which codes lead; else empty."""
    host = urlsplit(site).hostname or ""
    try:
        local = not ipaddress.ip_address(host).is_global
    except ValueError:
        local = "." not in host or host.endswith((".localhost", ".local", ".internal"))
    if not local:
        return ""
    return f"Codes on this paper lead to {site}, which nobody else can open. Set site_url before you print."


def paper_of(code: str, language: str) -> str:
    """The address of a place's paper: `paper/08031-en.pdf`."""
    return f"{FOLDER}/{file_name(Job(code, language), HANDOUT)}"
