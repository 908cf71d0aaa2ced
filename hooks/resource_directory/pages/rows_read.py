"""What became of every row of every list: the importers' accounts, `data/imports/<state>.yml`, added up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from resource_directory.messages import marked
from resource_directory.places import Places
from resource_directory.yaml_nodes import compose_file

#: The fates of a row as the files name them, and as the page does.
FATES: Mapping[str, str] = {
    "written": marked("Written"),
    "merged": marked("Merged"),
    "held_back": marked("Held back"),
    "refused": marked("Refused"),
}
#: What needs no explanation: the row became an entry as it stands.
PLAIN = "as published"
NO_STATE = "No state of the directory"


@dataclass(frozen=True)
class RowCounts:
    """One line of a table: rows read, and rows by fate in the order of `FATES`. `slug` is a state's (`co`)."""

    name: str
    read: int
    fates: tuple[int, ...]
    slug: str = ""

    @property
    def adds_up(self) -> bool:
        return self.read == sum(self.fates)


@dataclass(frozen=True)
class Reason:
    """Why so many rows of a list met this fate."""

    publisher: str
    fate: str
    reason: str
    rows: int


@dataclass(frozen=True)
class RowsRead:
    """The accounts of all states that were imported: by list, by state, the reasons, and the sum."""

    lists: tuple[RowCounts, ...] = ()
    states: tuple[RowCounts, ...] = ()
    reasons: tuple[Reason, ...] = ()
    total: RowCounts = RowCounts("All lists", 0, (0,) * len(FATES))


def rows_read(imports: Path, places: Places) -> RowsRead:
    """The accounts in the folder `data/imports/`, added up."""
    accounts = dict(_accounts(tuple((file, file.stat().st_mtime_ns) for file in sorted(imports.glob("*.yml")))))
    tables = [table for entries in accounts.values() for table in entries]
    lists = tuple(_counts(publisher, group) for publisher, group in _by_publisher(tables).items())
    states = tuple(_state(name, entries, places) for name, entries in accounts.items() if entries)
    return RowsRead(lists, states, tuple(_reasons(tables)), _counts("All lists", tables))


@lru_cache(maxsize=2)
def _accounts(files: tuple[tuple[Path, int], ...]) -> tuple[tuple[str, list[dict[str, Any]]], ...]:
    """(name, tables) of each account, by files and when they were written: two pages tell of them."""
    found = []
    for file, _ in files:
        data = compose_file(file, f"data/imports/{file.name}").data
        if isinstance(data, dict) and isinstance(data.get("tables"), list):
            found.append((file.stem, data["tables"]))
    return tuple(found)


def _state(name: str, tables: Iterable[Mapping[str, Any]], places: Places) -> RowCounts:
    state = places.states.get(name.upper())
    return _counts(state.name, tables, state.slug) if state else _counts(NO_STATE, tables)


def _counts(name: str, tables: Iterable[Mapping[str, Any]], slug: str = "") -> RowCounts:
    total: Counter[str] = Counter()
    for table in tables:
        total.update({key: int(table[key]) for key in ("read", *FATES)})
    return RowCounts(name, total["read"], tuple(total[fate] for fate in FATES), slug)


def _by_publisher(tables: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """In the order in which the first state names them; two lists of one publisher stay two."""
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for table in tables:
        groups.setdefault((str(table["table"]), _publisher(table)), []).append(table)
    names = Counter(publisher for _, publisher in groups)
    return {
        f"{publisher} ({file.removesuffix('.csv')})" if names[publisher] > 1 else publisher: group
        for (file, publisher), group in groups.items()
    }


def _publisher(table: Mapping[str, Any]) -> str:
    return str(table.get("publisher", table["table"]))


def _reasons(tables: Iterable[Mapping[str, Any]]) -> Iterator[Reason]:
    for publisher, group in _by_publisher(tables).items():
        counted: Counter[tuple[str, str]] = Counter()
        for table in group:
            for fate, reasons in (table.get("reasons") or {}).items():
                counted.update({(fate, reason): int(rows) for reason, rows in reasons.items() if reason != PLAIN})
        order = list(FATES)
        for (fate, reason), rows in sorted(counted.items(), key=lambda item: (order.index(item[0][0]), item[0][1])):
            yield Reason(publisher, FATES[fate], reason, rows)
