"""Gaps as a file for a spreadsheet: a row a county and need. Text in, text out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from resource_directory.gaps import VALUES, Gaps

FOLDER = "gaps"
COLUMNS = (
    "state", "fips", "county", "regions", "need", "value", "records", "people", "nearest_miles", "as_of",
)  # fmt: skip


class GapRow(NamedTuple):
    """What a file said of a county and a need. `state` is a postal code."""

    state: str
    value: str
    records: int
    miles: float | None
    as_of: str


class Mistake(NamedTuple):
    """Why a file of gaps cannot be read, and the mend. Lines count from 1."""

    line: int
    message: str
    fix: str

    def as_text(self, name: str) -> str:
        """One line: `file:line: what is wrong. The mend.`"""
        return f"{name}:{self.line}: {self.message} {self.fix}"


class BadGapFile(ValueError):
    """A file of gaps that cannot be used; `mistakes` holds all of them."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__(f"{len(mistakes)} mistakes")
        self.mistakes = mistakes


@dataclass(frozen=True)
class GapFiles:
    """The files of a Directory's gaps."""

    gaps: Gaps

    def of_state(self, slug: str) -> tuple[str, str]:
        """(address, text) of a state's file: `gaps/co.csv`."""
        return f"{FOLDER}/{slug}.csv", gap_table(self.gaps, [slug])

    def nation(self) -> tuple[str, str]:
        """(address, text) of the file of all states."""
        return f"{FOLDER}/nation.csv", gap_table(self.gaps, self.gaps.directory.states)


def gap_table(gaps: Gaps, slugs: Iterable[str]) -> str:
    """The gaps of states (`co`) as CSV: COLUMNS, then a row a county and need. What is not known is empty."""
    lines = (line for slug in slugs for line in _lines(gaps, slug))
    return "".join((_line(COLUMNS), *lines))


def _line(cells: Iterable[object]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow(cells)
    return written.getvalue()


def _lines(gaps: Gaps, slug: str) -> Iterator[str]:
    directory, state = gaps.directory, gaps.of_state(slug)
    day = directory.today.isoformat()
    codes = [need.code for need in gaps.needs]
    for row, fips in enumerate(state.counties):
        county = directory.places.counties[fips]
        regions = ";".join(region.coc_number for region, _ in directory.regions_of_county.get(fips, ()))
        people = "" if county.population is None else county.population
        # Only the county's own cells may need quotes.
        start = _line((county.state, fips, county.full_name, regions)).rstrip("\n")
        cells = zip(codes, state.values[row], state.records[row], state.tenths[row], strict=True)
        for code, value, records, tenths in cells:
            nearest = "" if tenths < 0 else tenths / 10
            yield f"{start},{code},{VALUES[value]},{records},{people},{nearest},{day}\n"


def read_gap_table(content: bytes) -> Mapping[tuple[str, str], GapRow]:
    """What an earlier file says, by FIPS code and code of the need. Raises BadGapFile with every mistake.

    A spreadsheet may have put a mark in front, taken the zeros off the FIPS codes or added columns: that is read.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadGapFile([Mistake(line, "The file is not UTF-8 text.", "Save it as 'CSV UTF-8'.")]) from error
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        rows = [(reader.line_num, row) for row in reader if row]
    except csv.Error as error:
        raise BadGapFile([Mistake(reader.line_num, f"The row cannot be read: {error}.", _AGAIN)]) from error
    if not rows:
        raise BadGapFile([Mistake(1, "The file is empty.", _AGAIN)])
    header = [name.strip().casefold() for name in rows[0][1]]
    if missing := [name for name in COLUMNS if name not in header]:
        said = f"The first row lacks {', '.join(missing)}."
        raise BadGapFile([Mistake(rows[0][0], said, f"It must be: {','.join(COLUMNS)}.")])
    return _read_rows(header, rows[1:])


_AGAIN = "Use a file that scripts/gaps.py or the site has written."


def _read_rows(header: list[str], rows: list[tuple[int, list[str]]]) -> Mapping[tuple[str, str], GapRow]:
    mistakes: list[Mistake] = []
    found: dict[tuple[str, str], GapRow] = {}
    lines: dict[tuple[str, str], int] = {}
    for line, cells in rows:
        if len(cells) != len(header):
            said = f"The row has {len(cells)} cells, the first row {len(header)}."
            mistakes.append(Mistake(line, said, "Give it as many, or delete it."))
            continue
        row = dict(zip(header, (cell.strip() for cell in cells), strict=True))
        wrong = list(_wrong(line, row))
        key = (row["fips"].zfill(5), row["need"])
        if key in lines:
            wrong.append(Mistake(line, f"County and need stand on line {lines[key]}, too.", "Delete one of them."))
        lines.setdefault(key, line)
        mistakes += wrong
        if not wrong:
            miles = float(row["nearest_miles"]) if row["nearest_miles"] else None
            found[key] = GapRow(row["state"].upper(), row["value"], int(row["records"]), miles, row["as_of"])
    if mistakes:
        raise BadGapFile(mistakes)
    return found


def _wrong(line: int, row: Mapping[str, str]) -> Iterator[Mistake]:
    if not (row["fips"].isascii() and row["fips"].isdigit() and len(row["fips"]) <= 5):
        yield Mistake(line, f"fips: '{row['fips']}' is not a county code.", "Write five digits, such as 08031.")
    if row["value"] not in VALUES:
        yield Mistake(line, f"value: '{row['value']}' is not one.", f"Write {', '.join(VALUES[:-1])} or {VALUES[-1]}.")
    if not (row["records"].isascii() and row["records"].isdigit()):
        yield Mistake(line, f"records: '{row['records']}' is not a number.", "Write a whole number, such as 0.")
    if row["nearest_miles"] and not _is_distance(row["nearest_miles"]):
        said = f"nearest_miles: '{row['nearest_miles']}' is not a distance."
        yield Mistake(line, said, "Write miles, such as 12.3, or nothing where none is known.")
    if not row["need"]:
        yield Mistake(line, "need: nothing is given.", "Write the code of a need, such as health.")


def _is_distance(text: str) -> bool:
    try:
        return 0 <= float(text) < 25_000
    except ValueError:
        return False
