"""`/upkeep/`: how the directory stands, for the people who keep it. Numbers only, no entry by name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from resource_directory.freshness import Freshness, Standing, counted, freshness_of
from resource_directory.gaps import VALUES, Gaps
from resource_directory.pages.document import Document
from resource_directory.pages.renderer import Renderer
from resource_directory.pages.rows_read import rows_read
from resource_directory.places import State
from resource_directory.vocabulary import Need, RecordType

UPKEEP = "upkeep/"
#: The folder of records that belong to no state.
_COUNTRY = "us"
IMPORTS = Path("data/imports")
QUALITY = Path("docs/reference/data-quality.md")
_ROW = re.compile(r"^\| ([^|]+) \| ([\d,]+) \|$", re.MULTILINE)


#: By folder (`co`, `us`) and type.
_Cells = Mapping[tuple[str, str], Standing]


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
    cells = _cells(renderer)
    states = tuple(_states(renderer, cells))
    yield renderer.document(
        "upkeep", UPKEEP, "Upkeep",
        contents=(
            ("fresh", "How fresh"), ("states", "By state"), ("missing", "What is missing"), ("problems", "To look at"),
        ),
        total=_sum(state.standing for state in states), types=tuple(_types(renderer, cells)), states=states,
        needs=tuple(_needs(renderer.gaps)), rows=rows_read(root / IMPORTS, directory.places).total,
        doubts=doubts_told(root / QUALITY),
    )  # fmt: skip


def _cells(renderer: Renderer) -> _Cells:
    """How the entries stand, by the folder that keeps them (`co`, `us`) and their kind. Each is looked at once."""
    directory = renderer.directory
    found: dict[tuple[str, str], list[Freshness]] = defaultdict(list)
    for slug, records in directory.by_folder.items():
        for record in records:
            found[slug, record.type].append(freshness_of(record, directory.vocabulary, directory.today))
    return {key: counted(group) for key, group in found.items()}


def _sum(parts: Iterable[Standing]) -> Standing:
    return sum(parts, start=Standing())


def _types(renderer: Renderer, cells: _Cells) -> Iterator[OfType]:
    for code, kind in renderer.directory.vocabulary.types.items():
        yield OfType(kind, _sum(standing for (_, of), standing in cells.items() if of == code))


def _states(renderer: Renderer, cells: _Cells) -> Iterator[OfState]:
    """The country first, then the states by name; each entry counts once, where it is kept."""
    directory = renderer.directory
    for state in (None, *directory.states_by_name):
        slug = state.slug if state is not None else _COUNTRY
        if kept := directory.by_folder.get(slug):
            of_types = [cells.get((slug, code), Standing()) for code in directory.vocabulary.types]
            oldest = min([record.source.retrieved for record in kept])
            yield OfState(state, _sum(of_types), tuple(standing.total for standing in of_types), oldest)


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
