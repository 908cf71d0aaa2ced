"""Publishers' tables: which file, whose, with which columns; read as text, checked before any row is used."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

Row = Mapping[str, str]
Rows = Sequence[Row]


class TableError(Exception):
    """A table that cannot be used; the message names the file and what is missing."""


@dataclass(frozen=True)
class Table:
    """One publisher's file and the columns that its importer reads."""

    file: str
    publisher: str
    url: str
    columns: tuple[str, ...]
    #: Another form of the same table, such as the publisher's own download; `translate` below knows it.
    other_columns: tuple[str, ...] = ()


def read_table(folder: Path, table: Table) -> Rows:
    """All rows of the table's file in `folder`, cells stripped. Raises TableError where it cannot be used."""
    file = folder / table.file
    if not file.is_file():
        raise TableError(
            f"{table.file}: the file is not in the folder of sources. It is published by {table.publisher}."
        )
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            return _checked_rows(csv.reader(stream), table)
    except (UnicodeDecodeError, csv.Error) as error:
        raise TableError(f"{table.file}: the file is not a CSV table in UTF-8 ({type(error).__name__}).") from error


def _checked_rows(lines: Iterable[list[str]], table: Table) -> Rows:
    reader = iter(lines)
    header = _without_trailing_comma([name.strip() for name in next(reader, [])])
    check_columns(header, table)
    rows: list[Row] = []
    for number, cells in enumerate(reader, start=2):
        if not cells:
            continue
        if len(cells) == len(header) + 1 and not cells[-1].strip():
            cells = cells[:-1]
        if len(cells) != len(header):
            # The cells are not repeated: a table may hold what must not be shown.
            raise TableError(f"{table.file}: row {number} has {len(cells)} cells, the header {len(header)}.")
        rows.append({name: cell.strip() for name, cell in zip(header, cells, strict=True)})
    return rows


def _without_trailing_comma(header: list[str]) -> list[str]:
    """HRSA's official header ends in a comma, its rows do not."""
    return header[:-1] if header and not header[-1] else header


def check_columns(header: Sequence[str], table: Table) -> None:
    """Raises TableError naming the file and each missing column."""
    if table.other_columns and set(table.other_columns) <= set(header):
        return
    missing = [name for name in table.columns if name not in header]
    if missing:
        names = ", ".join(f"'{name}'" for name in missing)
        raise TableError(f"{table.file}: the column {names} is missing. Columns found: {', '.join(header) or 'none'}.")


def check_rows(rows: Rows, table: Table) -> None:
    """As `check_columns`, for rows that come from elsewhere than a file."""
    if rows:
        check_columns(list(rows[0]), table)
