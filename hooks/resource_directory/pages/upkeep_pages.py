"""`/maintain/`: how the directory stands, for the people who keep it. Numbers only, no entry by name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from resource_directory.freshness import Freshness, Standing, counted, freshness_of
from resource_directory.gaps import VALUES, Gaps
from resource_directory.model import Record
from resource_directory.pages.document import Document
from resource_directory.pages.renderer import Renderer
from resource_directory.pages.rows_read import rows_read
from resource_directory.places import State
from resource_directory.vocabulary import Need, RecordType

UPKEEP = "maintain/"
#: The folder of records that belong to no state.
_COUNTRY = "us"
IMPORTS = Path("data/imports")
QUALITY = Path("docs/reference/data-quality.md")
_ROW = re.compile(r"^\| ([^|]+) \| ([\d,]+) \|$", re.MULTILINE)


@dataclass(frozen=True)
class OfType:
    """A kind of entry and how its entries stand."""

    kind: RecordType
    standing: Standing


@dataclass(frozen=True)
class OfState:
    """A state that keeps entries, or the country (None): how they stand, how many of each kind, the oldest facts."""

    state: State | None
    standing: Standing
    numbers: tuple[int, ...]
    oldest: date


@dataclass(frozen=True)
class OfNeed:
    """A need, and how many counties have each value of a gap."""

    need: Need
    counties: tuple[int, ...]


def upkeep_files(root: Path) -> tuple[Path, ...]:
    """The files beside records that the page depends on."""
    return tuple(file for file in (*sorted((root / IMPORTS).glob("*.yml")), root / QUALITY) if file.is_file())


def upkeep_documents(renderer: Renderer) -> Iterator[Document]:
    """The page, in English only."""
    if not renderer.messages.is_source or not renderer.wants(UPKEEP):
        return
    directory = renderer.directory
    root = renderer.templates.parents[1]
    stands = {r.id: freshness_of(r, directory.vocabulary, directory.today) for r in directory.records.values()}
    yield renderer.document(
        "upkeep", UPKEEP, "Upkeep",
        contents=(
            ("fresh", "How fresh"), ("states", "By state"), ("missing", "What is missing"), ("problems", "To look at"),
        ),
        total=counted(stands.values()), types=tuple(_types(renderer, stands)), states=tuple(_states(renderer, stands)),
        needs=tuple(_needs(renderer.gaps)), rows=rows_read(root / IMPORTS, directory.places).total,
        doubts=doubts_told(root / QUALITY),
    )  # fmt: skip


def _types(renderer: Renderer, stands: Mapping[str, Freshness]) -> Iterator[OfType]:
    for code, kind in renderer.directory.vocabulary.types.items():
        records = renderer.directory.by_type.get(code, ())
        yield OfType(kind, counted(stands[record.id] for record in records))


def _states(renderer: Renderer, stands: Mapping[str, Freshness]) -> Iterator[OfState]:
    """The country first, then the states by name; each entry counts once, where it is kept."""
    directory = renderer.directory
    for state in (None, *directory.states_by_name):
        kept = directory.by_folder.get(state.slug if state is not None else _COUNTRY, ())
        if kept:
            standing = counted(stands[record.id] for record in kept)
            yield OfState(state, standing, _by_type(renderer, kept), min(r.source.retrieved for r in kept))


def _by_type(renderer: Renderer, records: Iterable[Record]) -> tuple[int, ...]:
    numbers: dict[str, int] = defaultdict(int)
    for record in records:
        numbers[record.type] += 1
    return tuple(numbers[code] for code in renderer.directory.vocabulary.types)


def _needs(gaps: Gaps) -> Iterator[OfNeed]:
    """Counties by value, from the same gaps as the pages of gaps."""
    values = [gaps.of_state(slug).values for slug in gaps.directory.states]
    for column, need in enumerate(gaps.needs):
        found = [row[column] for rows in values for row in rows]
        yield OfNeed(need, tuple(found.count(value) for value in range(len(VALUES))))


def doubts_told(page: Path) -> tuple[tuple[str, int], ...]:
    """(what, how many) of the first table of the page of data quality, which `scripts/audit.py --write` makes; empty
    where there is no such page."""
    if not page.is_file():
        return ()
    _, _, after = page.read_text(encoding="utf-8").partition("\n## To look at\n")
    table = after.partition("\n## ")[0]
    return tuple((what, int(number.replace(",", ""))) for what, number in _ROW.findall(table))
